# Reference values of ordinary least squares and of its covariance matrices, by R and sandwich.
#
#     Rscript make.R          (packages sandwich, jsonlite)
#
# Writes values.json beside this file.

library(sandwich)
library(jsonlite)

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

set.seed(20240611)
n <- 40
weight <- round(runif(n, 1.5, 5.5), 3)
power <- round(exp(rnorm(n, 4.8, 0.4)), 1)
manual <- rbinom(n, 1, 0.4)
consumption <- round(38 - 3.6 * weight - 0.03 * power + 1.8 * manual +
                       rnorm(n) * (0.4 + 0.7 * weight), 2)
cars <- data.frame(y = consumption, weight = weight, power = power, manual = manual)

set.seed(20240612)
n <- 30
e <- as.numeric(arima.sim(list(ar = 0.6), n, sd = 14))
time <- 1:n
level <- as.numeric(time >= 17)
series <- data.frame(y = round(410 + 2.3 * time - 35 * level + e, 1), time = time, level = level)

filings <- c(1843, 1932, 2075, 2111, 2302, 2381, 2570)
growth <- data.frame(year = 2018:2024, filings = filings)

# --- what is kept -------------------------------------------------------------------------------

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

describe <- function(formula, data, description, columns) {
  fit <- lm(formula, data = data)
  s <- summary(fit)
  covariance <- list(const = square(vcov(fit)))
  for (type in c("HC0", "HC1", "HC2", "HC3", "HC4", "HC4m", "HC5"))
    covariance[[type]] <- square(vcovHC(fit, type = type))
  neweyWest <- list()
  for (lag in c(0, 1, 2, 4)) for (adjust in c(FALSE, TRUE))
    neweyWest <- c(neweyWest, list(list(
      lag = lag, adjust = adjust,
      covariance = square(NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = adjust)))))
  f <- s$fstatistic
  list(
    description = description,
    data = columns,
    response = number(model.response(model.frame(fit))),
    design = square(model.matrix(fit)),
    terms = names(coef(fit)),
    coefficients = number(coef(fit)),
    standardErrors = number(s$coefficients[, 2]),
    tValues = number(s$coefficients[, 3]),
    pValues = number(s$coefficients[, 4]),
    fittedValues = number(fitted(fit)),
    residuals = number(residuals(fit)),
    leverages = number(hatvalues(fit)),
    residualDegreesOfFreedom = fit$df.residual,
    rSquared = s$r.squared,
    adjustedRSquared = s$adj.r.squared,
    sigma = s$sigma,
    logLikelihood = number(logLik(fit)),
    aic = AIC(fit),
    bic = BIC(fit),
    fStatistic = list(value = number(f[1]), numeratorDegreesOfFreedom = number(f[2]),
                      denominatorDegreesOfFreedom = number(f[3]),
                      pValue = pf(f[[1]], f[[2]], f[[3]], lower.tail = FALSE)),
    covariances = covariance,
    neweyWest = neweyWest,
    bandwidth = list(
      bwNeweyWest = bwNeweyWest(fit, prewhite = FALSE),
      bwNeweyWestPrewhitened = bwNeweyWest(fit, prewhite = 1),
      lagUsed = floor(bwNeweyWest(fit, prewhite = FALSE)),
      covariance = square(NeweyWest(fit, prewhite = FALSE, adjust = FALSE)),
      covarianceAdjusted = square(NeweyWest(fit, prewhite = FALSE, adjust = TRUE))))
}

values <- list(
  cars = describe(y ~ weight + power + manual, cars,
                  "simulated, n = 40, p = 3, heteroskedastic", as.list(cars)),
  series = describe(y ~ time + level, series,
                    "simulated, n = 30, AR(1) errors, a shift at time 17", as.list(series)),
  growth = describe(log(filings) ~ year, growth,
                    "log-linear growth of yearly filings, n = 7; the response is log(filings)", as.list(growth)),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  sandwich = as.character(packageVersion("sandwich"))))

# jsonlite stops at 15 digits: numbers go through as text with 17, and lose their quotes after.
printed <- function(x) {
  if (is.list(x)) return(lapply(x, printed))
  if (is.logical(x) || is.character(x)) return(x)
  text <- paste0("@", sprintf("%.17g", x), "@")
  short <- paste0("@", sprintf("%.15g", x), "@")
  ifelse(as.numeric(gsub("@", "", short)) == x, short, text)
}
text <- toJSON(printed(values), auto_unbox = TRUE, pretty = TRUE)
writeLines(gsub('"@([^"]*)@"', "\\1", text), "values.json")
