# Reference values of regressions with autoregressive errors, by nlme::gls and by definition.
#
#     Rscript make.R          (packages nlme, jsonlite)
#
# Writes values.json beside this file.

library(nlme)
library(jsonlite)

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

simulate <- function(seed, n, phi, sd) {
  set.seed(seed)
  e <- as.numeric(arima.sim(list(ar = phi), n, n.start = 200))
  time <- 1:n
  step <- as.numeric(time > 0.6 * n)
  wave <- round(sin(2 * pi * time / 12), 4)
  data.frame(y = round(200 + 0.7 * time - 15 * step + 4 * wave + sd * e, 2),
             time = time, step = step, wave = wave)
}

cases <- list(
  list(name = "one", order = 1, data = simulate(301, 48, 0.55, 5)),
  list(name = "two", order = 2, data = simulate(302, 60, c(0.9, -0.4), 4)),
  list(name = "three", order = 3, data = simulate(303, 90, c(0.4, 0.1, 0.3), 6)),
  list(name = "four", order = 4, data = simulate(304, 120, c(0.3, -0.2, 0.1, 0.4), 8)),
  list(name = "negative", order = 2, data = simulate(305, 36, c(-0.5, 0.2), 3)))

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

# --- generalized least squares by definition ----------------------------------------------------

# phi from the hyperbolic arctangents of the partial autocorrelations.
coefficients <- function(theta) {
  phi <- numeric(0)
  for (r in tanh(theta)) phi <- c(phi - r * rev(phi), r)
  phi
}

parts <- function(theta, X, y) {
  n <- length(y)
  R <- toeplitz(number(ARMAacf(ar = coefficients(theta), lag.max = n - 1)))
  U <- chol(R)
  Xs <- backsolve(U, X, transpose = TRUE)
  ys <- backsolve(U, y, transpose = TRUE)
  q <- qr(Xs)
  list(rss = sum(qr.resid(q, ys)^2), logR = 2 * sum(log(diag(U))),
       logX = 2 * sum(log(abs(diag(qr.R(q))))), beta = qr.coef(q, ys), bread = chol2inv(qr.R(q)))
}

objective <- function(theta, X, y, reml) {
  n <- length(y); k <- ncol(X); p <- parts(theta, X, y); m <- if (reml) n - k else n
  0.5 * (m * (log(2 * pi * p$rss / m) + 1) + p$logR + if (reml) p$logX else 0)
}

# Fourth-order differences.
gradient <- function(f, x, h = 0.01) sapply(seq_along(x), function(i) {
  e <- replace(numeric(length(x)), i, h)
  (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
})
hessian <- function(f, x) { H <- sapply(seq_along(x), function(i) gradient(function(z) gradient(f, z)[i], x)); H <- matrix(H, length(x)); (H + t(H)) / 2 }

definition <- function(order, X, y, reml) {
  n <- length(y); k <- ncol(X)
  f <- function(theta) objective(theta, X, y, reml)
  theta <- optim(rep(0.1, order), f, method = if (order > 1) "Nelder-Mead" else "BFGS",
                 control = list(reltol = 1e-15, maxit = 5000))$par
  for (i in 1:8) theta <- theta - solve(hessian(f, theta), gradient(f, theta))
  p <- parts(theta, X, y)
  sigma2 <- p$rss / (if (reml) n - k else n)
  result <- list(phi = coefficients(theta), variance = sigma2, logLikelihood = -f(theta),
                 coefficients = number(p$beta), covariance = square(p$rss / (n - k) * p$bread))
  if (reml) {
    # Satterthwaite: information of (ln variance, theta), each coefficient.
    joint <- function(z) { q <- parts(z[-1], X, y)
      0.5 * ((n - k) * (log(2 * pi) + z[1]) + q$rss * exp(-z[1]) + q$logR + q$logX) }
    z <- c(log(sigma2), theta)
    W <- solve(hessian(joint, z))
    G <- sapply(1:k, function(j) gradient(function(z) z[1] + log(parts(z[-1], X, y)$bread[j, j]), z))
    result$degreesOfFreedom <- number(pmin(n - k, 2 / diag(t(G) %*% W %*% G)))
  }
  result
}

control <- glsControl(tolerance = 1e-12, msTol = 1e-12, maxIter = 500, msMaxIter = 500, opt = "nlminb")

byNlme <- function(order, data, method) {
  g <- gls(y ~ time + step + wave, data, correlation = corARMA(form = ~ time, p = order, q = 0),
           method = method, control = control)
  list(phi = number(coef(g$modelStruct$corStruct, unconstrained = FALSE)), sigma = g$sigma,
       logLikelihood = number(logLik(g)), coefficients = number(coef(g)),
       standardErrors = number(summary(g)$tTable[, "Std.Error"]))
}

# --- Prais and Winsten by definition ------------------------------------------------------------

praisWinsten <- function(X, y, rule, keepsFirst, iterated) {
  n <- length(y)
  rho <- switch(rule,
    regress = function(e) sum(e[-1] * e[-n]) / sum(e[-n]^2),
    dw = function(e) 1 - sum(diff(e)^2) / sum(e^2) / 2,
    tscorr = function(e) sum(e[-1] * e[-n]) / sum(e^2))
  fit <- function(r) {
    # The transformation as a matrix.
    P <- diag(n); P[1, 1] <- sqrt(1 - r^2); P[cbind(2:n, 1:(n - 1))] <- -r
    if (!keepsFirst) P <- P[-1, ]
    lm.fit(P %*% X, P %*% y)
  }
  e <- number(y - X %*% lm.fit(X, y)$coefficients)
  r <- 2
  repeat {
    new <- rho(e)
    f <- fit(new)
    e <- number(y - X %*% f$coefficients)
    if (!iterated || abs(new - r) < 1e-15) break
    r <- new
  }
  s2 <- sum(f$residuals^2) / f$df.residual
  list(rule = rule, keepsFirst = keepsFirst, isIterated = iterated, rho = new,
       coefficients = number(f$coefficients),
       standardErrors = number(sqrt(s2 * diag(chol2inv(qr.R(f$qr))))))
}

describe <- function(case) {
  d <- case$data
  X <- cbind(1, d$time, d$step, d$wave)
  runs <- list()
  for (rule in c("regress", "dw", "tscorr")) for (first in c(TRUE, FALSE)) for (iterated in c(TRUE, FALSE))
    runs[[length(runs) + 1]] <- praisWinsten(X, d$y, rule, first, iterated)
  list(order = case$order, data = as.list(d),
       REML = byNlme(case$order, d, "REML"), ML = byNlme(case$order, d, "ML"),
       definition = list(REML = definition(case$order, X, d$y, TRUE), ML = definition(case$order, X, d$y, FALSE)),
       praisWinsten = runs)
}

values <- lapply(cases, describe)
names(values) <- sapply(cases, `[[`, "name")
for (v in values) for (m in c("REML", "ML"))
  message(paste(m, "nlme against the definition: phi", signif(max(abs(v[[m]]$phi - v$definition[[m]]$phi)), 2),
                "coefficients", signif(max(abs(v[[m]]$coefficients / v$definition[[m]]$coefficients - 1)), 2),
                "log-likelihood", signif(v[[m]]$logLikelihood - v$definition[[m]]$logLikelihood, 2)))
values$versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), nlme = as.character(packageVersion("nlme")))

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
