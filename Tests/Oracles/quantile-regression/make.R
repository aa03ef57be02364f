# Reference values of quantile regression and its covariance matrices, by R and quantreg.
#
#     Rscript make.R          (packages quantreg, jsonlite)
#
# Writes values.json beside this file.

suppressMessages(library(quantreg))
library(jsonlite)

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

set.seed(20240701)
n <- 120
judges <- round(runif(n, 3, 40), 2)
complex <- rbinom(n, 1, 0.35)
backlog <- round(exp(rnorm(n, 3, 0.6)), 2)
days <- round(60 + 2.1 * judges + 25 * complex + 0.8 * backlog +
                (5 + 0.5 * judges) * rt(n, 4), 3)
durations <- data.frame(y = days, judges = judges, complex = complex, backlog = backlog)

set.seed(20240702)
n <- 60
x <- round(rnorm(n, 100, 8), 3)
y <- round(1e4 + 3 * x + rexp(n, 1 / 40), 3)
w <- round(runif(n, 0.2, 3), 3)
weighted <- data.frame(y = y, x = x)

# Counts with ties, on a year and groups: many observations on every vertex.
set.seed(20240703)
n <- 200
group <- sample(0:3, n, replace = TRUE)
year <- sample(2015:2024, n, replace = TRUE)
counts <- data.frame(y = rpois(n, 4 + 2 * group + (year - 2015) %/% 3), b = as.numeric(group == 1),
                     c = as.numeric(group == 2), d = as.numeric(group == 3), year = year)

# --- what is kept -------------------------------------------------------------------------------

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

describe <- function(formula, data, taus, weights = NULL, covariances = TRUE) {
  fits <- lapply(taus, function(tau) {
    w <- if (is.null(weights)) rep(1, nrow(data)) else weights
    data$w <- w
    environment(formula) <- environment()
    fit <- if (is.null(weights)) suppressWarnings(rq(formula, tau, data, method = "br"))
           else suppressWarnings(rq(formula, tau, data, weights = w, method = "br"))
    null <- suppressWarnings(
      if (is.null(weights)) rq(y ~ 1, tau, data) else rq(y ~ 1, tau, data, weights = w))
    rho <- function(f) sum(w * resid(f) * (tau - (resid(f) < 0)))
    kept <- list(tau = tau, coefficients = number(coef(fit)), objective = rho(fit),
                 pseudoRSquared = 1 - rho(fit) / rho(null))
    if (covariances) for (se in c("iid", "nid", "ker"))
      kept[[se]] <- square(suppressWarnings(summary(fit, se = se, covariance = TRUE))$cov)
    kept
  })
  frame <- model.frame(formula, data)
  list(response = number(model.response(frame)), design = square(model.matrix(formula, data)),
       terms = colnames(model.matrix(formula, data)),
       weights = if (is.null(weights)) list() else number(weights), fits = fits)
}

values <- list(
  durations = describe(y ~ judges + complex + backlog, durations, c(0.1, 0.25, 0.5, 0.75, 0.9)),
  weighted = describe(y ~ x, weighted, c(0.2, 0.5, 0.8), weights = w),
  counts = describe(y ~ b + c + d + year, counts, c(0.3, 0.5, 0.77), covariances = FALSE),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  quantreg = as.character(packageVersion("quantreg"))))

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
