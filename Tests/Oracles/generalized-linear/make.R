# Reference values of generalized linear models, by R, MASS, sandwich and AER.
#
#     Rscript make.R          (packages MASS, sandwich, AER, jsonlite)
#
# Writes values.json beside this file. The data are simulated here and rounded before use.

suppressPackageStartupMessages({
  library(MASS)
  library(sandwich)
  library(AER)
  library(jsonlite)
})
suppressWarnings(RNGversion("4.0.0"))

set.seed(20250301)
n <- 60
x1 <- round(rnorm(n), 3)
x2 <- rbinom(n, 1, 0.45)
exposure <- round(exp(rnorm(n, 5, 0.5)), 1)
w <- sample(1:4, n, replace = TRUE)
trials <- sample(3:25, n, replace = TRUE)
eta <- 0.4 + 0.5 * x1 - 0.6 * x2
count <- rnbinom(n, mu = exp(1 + 0.4 * x1 + 0.5 * x2), size = 2)
poissonCount <- rpois(n, exposure * exp(-4 + 0.3 * x1 - 0.4 * x2))
success <- rbinom(n, trials, plogis(eta))
binary <- rbinom(n, 1, plogis(eta))
duration <- round(rgamma(n, shape = 3, scale = exp(1 + 0.3 * x1 + 0.2 * x2) / 3), 3)
amount <- round(5 + 2 * x1 + x2 + rnorm(n), 3)
level <- round(exp(1 + 0.2 * x1 + 0.1 * x2 + rnorm(n, sd = 0.1)), 3)
data <- data.frame(x1, x2, exposure, w, trials, count, poissonCount, success, binary, duration,
                   amount, level)

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))
# R stops where the deviance no longer moves, which with links that are not canonical is half the
# digits of the coefficients away; every fit is therefore taken up again where it stopped.
control <- glm.control(epsilon = 1e-15, maxit = 500)
again <- 60

describe <- function(fit, residuals = FALSE) {
  quasi <- grepl("^quasi", fit$family$family)
  result <- list(
    coefficients = number(coef(fit)),
    # The family of MASS leaves R to estimate a dispersion, which is 1.
    covariance = square(if (grepl("Negative", fit$family$family))
      summary(fit, dispersion = 1)$cov.scaled else vcov(fit)),
    deviance = fit$deviance, nullDeviance = fit$null.deviance,
    pearson = sum(residuals(fit, "pearson")^2),
    dispersion = summary(fit)$dispersion)
  if (residuals) for (kind in c("response", "pearson", "deviance", "working"))
    result$residuals[[kind]] <- number(residuals(fit, kind))
  for (type in c("HC0", "HC1", "HC2", "HC3"))
    result[[type]] <- square(vcovHC(fit, type = type))
  if (!quasi) {
    result$logLikelihood <- number(logLik(fit))
    result$aic <- AIC(fit)
    result$bic <- BIC(fit)
  }
  result
}

# The calls are made as if typed, so that weights are found in the data.
fit <- function(...) {
  extras <- as.list(substitute(list(...)))[-1]
  for (turn in 1:again) {
    result <- suppressWarnings(eval(
      as.call(c(quote(glm), extras, data = quote(data), control = quote(control))), globalenv()))
    extras$start <- coef(result)
  }
  result
}

fits <- list(
  "gaussian-identity" = describe(fit(amount ~ x1 + x2, gaussian())),
  "gaussian-identity-weighted" = describe(fit(amount ~ x1 + x2, gaussian(), weights = w)),
  "gaussian-log" = describe(fit(level ~ x1 + x2, gaussian("log"), start = c(1, 0, 0))),
  "gaussian-inverse" = describe(fit(level ~ x1 + x2, gaussian("inverse"), start = c(0.4, 0, 0))),
  "poisson-log" = describe(fit(poissonCount ~ x1 + x2 + offset(log(exposure)), poisson())),
  "poisson-log-weighted" = describe(
    fit(poissonCount ~ x1 + x2 + offset(log(exposure)), poisson(), weights = w), residuals = TRUE),
  "poisson-identity" = describe(fit(count ~ x1 + x2, poisson("identity"), start = c(4, 0, 0))),
  "poisson-sqrt" = describe(fit(count ~ x1 + x2, poisson("sqrt"))),
  "quasi-poisson-log" = describe(
    fit(poissonCount ~ x1 + x2 + offset(log(exposure)), quasipoisson())),
  "binomial-logit" = describe(fit(binary ~ x1 + x2, binomial())),
  "binomial-probit" = describe(fit(binary ~ x1 + x2, binomial("probit"))),
  "binomial-cloglog" = describe(fit(binary ~ x1 + x2, binomial("cloglog"))),
  "binomial-logit-trials" = describe(
    fit(cbind(success, trials - success) ~ x1 + x2, binomial()), residuals = TRUE),
  "binomial-probit-trials" = describe(fit(success / trials ~ x1 + x2, binomial("probit"),
                                          weights = trials)),
  "binomial-cloglog-trials" = describe(fit(success / trials ~ x1 + x2, binomial("cloglog"),
                                           weights = trials)),
  "binomial-log-trials" = describe(fit(success / trials ~ x2, binomial("log"), start = c(-0.5, 0),
                                           weights = trials)),
  "quasi-binomial-logit-trials" = describe(fit(success / trials ~ x1 + x2, quasibinomial(),
                                               weights = trials)),
  "gamma-inverse" = describe(fit(duration ~ x1 + x2, Gamma()), residuals = TRUE),
  "gamma-log" = describe(fit(duration ~ x1 + x2, Gamma("log"))),
  "gamma-identity" = describe(fit(duration ~ x2, Gamma("identity"), start = c(3, 0))),
  "gamma-log-weighted" = describe(fit(duration ~ x1 + x2, Gamma("log"), weights = w)),
  "negative-binomial-log-fixed" = describe(fit(count ~ x1 + x2, negative.binomial(2)))
)

# glm.nb takes its last theta from a Newton iteration with a tolerance of 1e-4 and keeps the
# weights of the step before: it is carried on by hand to the end of double precision.
negative <- function(...) {
  extras <- as.list(substitute(list(...)))[-1]
  f <- suppressWarnings(eval(as.call(c(quote(glm.nb), extras, data = quote(data))), globalenv()))
  link <- as.name(f$family$link)
  w <- f$prior.weights
  theta <- f$theta
  extras$link <- NULL
  extras$start <- coef(f)
  for (turn in 1:again) {
    family <- eval(substitute(negative.binomial(theta, link = link)))
    refit <- suppressWarnings(eval(
      as.call(c(quote(glm), extras, list(family = family), data = quote(data),
                control = quote(control))), globalenv()))
    extras$start <- coef(refit)
    theta <- theta.ml(f$y, fitted(refit), sum(w), w, limit = 100, eps = 1e-13)
  }
  f$theta <- as.numeric(theta)
  f$SE.theta <- attr(theta, "SE")
  list(f, refit)
}
describeNegative <- function(pair) {
  f <- pair[[1]]
  s <- summary(pair[[2]], dispersion = 1)
  list(coefficients = number(coef(pair[[2]])), covariance = square(s$cov.scaled), deviance = pair[[2]]$deviance,
       nullDeviance = pair[[2]]$null.deviance, theta = f$theta, thetaStandardError = f$SE.theta,
       logLikelihood = number(logLik(f)), aic = AIC(f), HC0 = square(vcovHC(pair[[2]], type = "HC0")))
}
fits[["negative-binomial-log"]] <- describeNegative(negative(count ~ x1 + x2))
fits[["negative-binomial-sqrt"]] <- describeNegative(negative(count ~ x1 + x2, link = sqrt))
fits[["negative-binomial-log-weighted"]] <-
  describeNegative(negative(count ~ x1 + x2, weights = w))

# --- tables, tests and pseudo R² ----------------------------------------------------------------

test <- function(small, large, kind) {
  table <- anova(small, large, test = kind)
  list(deviance = table$Deviance[2], degreesOfFreedom = table$Df[2],
       statistic = if (kind == "F") table$F[2] else NA,
       pValue = rev(as.numeric(table[2, ]))[1])
}
p1 <- fit(poissonCount ~ x1 + offset(log(exposure)), poisson())
p2 <- fit(poissonCount ~ x1 + x2 + offset(log(exposure)), poisson())
p0 <- fit(poissonCount ~ 1 + offset(log(exposure)), poisson())
g1 <- fit(duration ~ x1, Gamma("log"))
g2 <- fit(duration ~ x1 + x2, Gamma("log"))
b0 <- fit(binary ~ 1, binomial())
b2 <- fit(binary ~ x1 + x2, binomial())
n1 <- negative(count ~ x1)[[1]]
n2 <- negative(count ~ x1 + x2)[[1]]
likelihoodRatio <- 2 * (logLik(n2) - logLik(n1))
pseudo <- function(fit, null) {
  l <- number(logLik(fit)); l0 <- number(logLik(null)); m <- nobs(fit)
  list(mcFadden = 1 - l / l0, coxSnell = 1 - exp(2 * (l0 - l) / m),
       craggUhler = (1 - exp(2 * (l0 - l) / m)) / (1 - exp(2 * l0 / m)),
       deviance = 1 - fit$deviance / fit$null.deviance)
}
overdispersed <- fit(count ~ x1 + x2, poisson())
dispersion <- function(trafo, alternative) {
  t <- dispersiontest(overdispersed, trafo = trafo, alternative = alternative)
  list(statistic = number(t$statistic), pValue = t$p.value, estimate = number(t$estimate))
}
tests <- list(
  poissonChiSquared = test(p1, p2, "Chisq"), gammaF = test(g1, g2, "F"),
  gammaChiSquared = test(g1, g2, "Chisq"),
  negativeBinomialLikelihoodRatio = list(
    statistic = number(likelihoodRatio),
    pValue = number(pchisq(likelihoodRatio, 1, lower.tail = FALSE))),
  pseudoPoisson = pseudo(p2, p0), pseudoBinomial = pseudo(b2, b0),
  overdispersionLinear = dispersion(NULL, "greater"),
  overdispersionQuadratic = dispersion(2, "greater"),
  overdispersionTwoSided = dispersion(2, "two.sided"))

# --- predictions and marginal effects -----------------------------------------------------------

new <- data.frame(x1 = c(-2, 0, 0.5, 3), x2 = c(0, 1, 0, 1), exposure = c(100, 150, 80, 400))
predicted <- function(fit) {
  link <- predict(fit, new, type = "link", se.fit = TRUE)
  response <- predict(fit, new, type = "response", se.fit = TRUE)
  list(link = number(link$fit), linkStandardError = number(link$se.fit),
       mean = number(response$fit), meanStandardError = number(response$se.fit))
}
linear <- lm(amount ~ x1 + x2, data)
interval <- predict(linear, new, interval = "prediction", level = 0.9)

# Delta method with a numerical gradient by central differences of the fourth order.
effects <- function(fit, column, discrete, means, V) {
  X <- model.matrix(fit)
  if (means) X <- matrix(colMeans(X), 1, dimnames = list(NULL, colnames(X)))
  f <- function(beta) {
    if (discrete) {
      a <- X; a[, column] <- 1; b <- X; b[, column] <- 0
      mean(fit$family$linkinv(drop(a %*% beta)) - fit$family$linkinv(drop(b %*% beta)))
    } else mean(fit$family$mu.eta(drop(X %*% beta))) * beta[[column]]
  }
  beta <- coef(fit); h <- 1e-4
  gradient <- sapply(seq_along(beta), function(j) {
    e <- replace(numeric(length(beta)), j, h)
    (8 * (f(beta + e) - f(beta - e)) - (f(beta + 2 * e) - f(beta - 2 * e))) / (12 * h)
  })
  c(f(beta), sqrt(drop(gradient %*% V %*% gradient)))
}
marginal <- function(fit) {
  result <- list()
  for (name in c("classical", "HC1")) {
    V <- if (name == "HC1") vcovHC(fit, type = "HC1") else vcov(fit)
    result[[name]] <- list(
      averageX1 = effects(fit, "x1", FALSE, FALSE, V),
      averageX2 = effects(fit, "x2", TRUE, FALSE, V),
      meansX1 = effects(fit, "x1", FALSE, TRUE, V), meansX2 = effects(fit, "x2", TRUE, TRUE, V))
  }
  result
}

values <- list(
  data = as.list(data), fits = fits, tests = tests,
  predictions = list(poisson = predicted(p2), binomial = predicted(b2), gamma = predicted(
    fit(duration ~ x1 + x2, Gamma("log"))),
    linear = list(fit = number(interval[, "fit"]), lower = number(interval[, "lwr"]),
                  upper = number(interval[, "upr"]))),
  effects = list(
    logit = marginal(b2), probit = marginal(fit(binary ~ x1 + x2, binomial("probit"))),
    cloglog = marginal(fit(binary ~ x1 + x2, binomial("cloglog"))),
    poisson = marginal(fit(count ~ x1 + x2, poisson())),
    sqrt = marginal(fit(count ~ x1 + x2, poisson("sqrt"))),
    gamma = marginal(fit(duration ~ x1 + x2, Gamma()))),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  MASS = as.character(packageVersion("MASS")),
                  sandwich = as.character(packageVersion("sandwich")),
                  AER = as.character(packageVersion("AER"))))

# jsonlite stops at 15 digits: numbers go through as text with 17, and lose their quotes after.
printed <- function(x) {
  if (is.list(x)) return(lapply(x, printed))
  if (is.logical(x) || is.character(x)) return(x)
  text <- paste0("@", sprintf("%.17g", x), "@")
  short <- paste0("@", sprintf("%.15g", x), "@")
  ifelse(as.numeric(gsub("@", "", short)) == x, short, text)
}
text <- toJSON(printed(values), auto_unbox = TRUE, na = "null")
writeLines(gsub('"@([^"]*)@"', "\\1", text), "values.json")
