# Reference values of ridge regression, by R and MASS.
#
#     Rscript make.R          (packages MASS, jsonlite)
#
# Writes values.json beside this file.

suppressMessages(library(MASS))
library(jsonlite)

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

# Collinear columns of different units.
set.seed(20240721)
n <- 40
a <- round(rnorm(n, 50, 10), 2)
b <- round(a + rnorm(n, 0, 1.5), 2)
c <- round(1000 * (a - b) + rnorm(n, 0, 400), 0)
d <- round(runif(n), 4)
y <- round(10 + 0.6 * a + 0.2 * b + 8 * d + rnorm(n, 0, 4), 3)
collinear <- data.frame(y = y, a = a, b = b, c = c, d = d)

# More columns than rows, which share three factors.
set.seed(20240722)
n <- 15
factors <- matrix(rnorm(n * 3), n)
wide <- as.data.frame(round(factors %*% matrix(rnorm(3 * 25), 3) + 0.4 * rnorm(n * 25), 3))
wide$y <- round(2 + 3 * factors[, 1] - 2 * factors[, 2] + 0.3 * rnorm(n), 3)

# --- what is kept -------------------------------------------------------------------------------

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

# The hat matrix and the covariance from the definition, in the units of lm.ridge.
definition <- function(X, y, lambda) {
  n <- nrow(X)
  Z <- scale(X, TRUE, sqrt(colMeans(scale(X, TRUE, FALSE)^2)))
  B <- solve(crossprod(Z) + lambda * diag(ncol(Z)))
  H <- 1 / n + Z %*% B %*% t(Z)
  e <- y - H %*% y
  df <- sum(diag(H))
  list(df = df, gcv = mean(e^2) / (1 - df / n)^2, loo = mean((e / (1 - diag(H)))^2),
       sigma2 = sum(e^2) / (n - df), B = B, Z = Z)
}

describe <- function(formula, data, lambdas) {
  X <- model.matrix(formula, data)[, -1]
  y <- data$y
  fits <- lapply(lambdas, function(lambda) {
    r <- lm.ridge(formula, data, lambda = lambda)
    kept <- list(penalty = lambda, coefficients = number(coef(r)), massGCV = number(r$GCV))
    if (ncol(X) < nrow(X)) {
      q <- definition(X, y, lambda)
      D <- diag(1 / sqrt(colMeans(scale(X, TRUE, FALSE)^2)))
      slopes <- q$sigma2 * D %*% q$B %*% crossprod(q$Z) %*% q$B %*% D
      m <- colMeans(X)
      V <- rbind(c(q$sigma2 / length(y) + m %*% slopes %*% m, -m %*% slopes),
                 cbind(-slopes %*% m, slopes))
      kept$covariance <- square(V)
    }
    q <- definition(X, y, lambda)
    c(kept, list(df = q$df, gcv = q$gcv, loo = q$loo))
  })
  best <- optimize(function(t) definition(X, y, exp(t))$gcv, c(log(1e-3), log(1e4)), tol = 1e-10)
  list(response = number(y), design = square(cbind(1, X)), terms = c("(Intercept)", colnames(X)),
       fits = fits, chosen = exp(best$minimum), least = best$objective)
}

values <- list(
  collinear = describe(y ~ a + b + c + d, collinear, c(0.01, 0.5, 3, 40)),
  wide = describe(y ~ ., wide, c(0.5, 5, 60)),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  MASS = as.character(packageVersion("MASS"))))

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
