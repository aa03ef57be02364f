# Reference values of M and MM estimates of regression, by R, MASS and robustbase.
#
#     Rscript make.R          (packages MASS, robustbase, jsonlite)
#
# Writes values.json beside this file.

suppressMessages({library(MASS); library(robustbase)})
library(jsonlite)

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

set.seed(20240711)
n <- 60
staff <- round(rnorm(n, 20, 5), 2)
family <- rbinom(n, 1, 0.4)
y <- round(200 + 12 * staff - 30 * family + 15 * rnorm(n), 2)
y[c(5, 17, 33, 48)] <- c(900, 1200, 20, 1500)
mild <- data.frame(y = y, staff = staff, family = family)

# Forty per cent bad leverage points, which draw least squares and every M estimate to them.
set.seed(20240712)
n <- 80
a <- round(rnorm(n), 4)
b <- round(rnorm(n), 4)
y <- round(1 + 2 * a - b + 0.5 * rnorm(n), 4)
bad <- 1:32
a[bad] <- round(6 + 0.3 * rnorm(32), 4)
y[bad] <- round(-10 + 0.3 * rnorm(32), 4)
leverage <- data.frame(y = y, a = a, b = b)

set.seed(20240713)
n <- 45
x <- round(runif(n, 0, 10), 3)
w <- round(runif(n, 0.3, 4), 3)
y <- round(5e3 + 4 * x + 3 * rt(n, 2) / sqrt(w), 3)
weighted <- data.frame(y = y, x = x)

# --- what is kept -------------------------------------------------------------------------------

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

tight <- lmrob.control(seed = NULL, nResample = 20000, best.r.s = 50, k.fast.s = 2, k.max = 20000,
                       refine.tol = 1e-13, scale.tol = 1e-15, maxit.scale = 20000, max.it = 20000,
                       rel.tol = 1e-14, solve.tol = 1e-12)

describe <- function(formula, data, weights = NULL) {
  w <- if (is.null(weights)) rep(1, nrow(data)) else weights
  data$w <- w
  m <- function(psi) {
    fit <- rlm(formula, data, weights = w, psi = psi, acc = 2e-13, maxit = 10000)
    s <- summary(fit)
    list(coefficients = number(coef(fit)), scale = fit$s, weights = number(fit$w),
         covariance = square(s$stddev^2 * s$cov.unscaled))
  }
  set.seed(1)
  mm <- lmrob(formula, data, weights = w, control = tight)
  list(response = data$y, design = square(model.matrix(formula, data)),
       terms = names(coef(mm)), weights = if (is.null(weights)) list() else number(weights),
       huber = m(psi.huber), bisquare = m(psi.bisquare), hampel = m(psi.hampel),
       mm = list(coefficients = number(coef(mm)), scale = mm$scale,
                 initial = number(mm$init.S$coefficients), weights = number(mm$rweights),
                 covariance = square(mm$cov), rSquared = summary(mm)$r.squared))
}

values <- list(
  mild = describe(y ~ staff + family, mild),
  leverage = describe(y ~ a + b, leverage),
  weighted = describe(y ~ x, weighted, w),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  MASS = as.character(packageVersion("MASS")),
                  robustbase = as.character(packageVersion("robustbase"))))

# jsonlite stops at 15 digits: numbers go through as text with 17, and lose their quotes after.
printed <- function(x) {
  if (is.list(x)) return(lapply(x, printed))
  if (is.logical(x) || is.character(x)) return(x)
  text <- paste0("@", sprintf("%.17g", x), "@")
  short <- paste0("@", sprintf("%.15g", x), "@")
  ifelse(as.numeric(gsub("@", "", short)) == x, short, text)
}
text <- toJSON(printed(values), auto_unbox = TRUE)
writeLines(gsub("},", "},\n", gsub('"@([^"]*)@"', "\\1", text)), "values.json")
