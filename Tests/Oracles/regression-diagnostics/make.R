# Reference values of regression diagnostics by R, car and AER.
#
#     Rscript make.R          (packages car, AER, jsonlite)
#
# Writes values.json beside this file.

suppressPackageStartupMessages({
  library(car)
  library(AER)
  library(jsonlite)
})
suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

set.seed(20240901)
n <- 48
judges <- round(runif(n, 6, 18), 1)
staff <- round(1.6 * judges + rnorm(n, sd = 1.5), 1)
kind <- factor(sample(c("civil", "criminal", "family"), n, replace = TRUE))
filings <- rnbinom(n, mu = exp(2 + 0.09 * judges + 0.3 * (kind == "family")), size = 4)
courts <- data.frame(y = filings, judges, staff, kind)

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) as.list(number(m[i, ]))))
fit <- lm(y ~ judges + staff + kind, courts)
poisson <- glm(y ~ judges + kind, family = "poisson", courts)
x <- model.matrix(fit)
scaled <- apply(x, 2, function(c) c / sqrt(sum(c^2)))
d <- svd(scaled)
phi <- t(d$v^2) / d$d^2
inf <- influence.measures(fit)$infmat
p <- ncol(x)
dispersion <- function(trafo, alternative = "greater") {
  t <- dispersiontest(poisson, trafo = trafo, alternative = alternative)
  list(statistic = number(t$statistic), pValue = number(t$p.value), estimate = number(t$estimate))
}
e <- residuals(fit)
m <- function(k) mean((e - mean(e))^k)
jb <- n / 6 * ((m(3) / m(2)^1.5)^2 + (m(4) / m(2)^2 - 3)^2 / 4)

values <- list(
  design = square(x), response = number(courts$y), terms = colnames(x),
  covariance = square(vcov(fit)[-1, -1]), termOf = c("judges", "staff", "kind", "kind"),
  inflation = square(vif(fit)),
  conditionIndices = number(d$d[1] / d$d), proportions = square(sweep(phi, 2, colSums(phi), "/")),
  influence = list(
    dfbetas = square(inf[, 1:p]), dffits = number(inf[, p + 1]), covarianceRatio = number(inf[, p + 2]),
    cook = number(inf[, p + 3]), leverage = number(inf[, p + 4]), student = number(rstudent(fit)),
    standardized = number(rstandard(fit))),
  jarqueBera = list(statistic = jb, degreesOfFreedom = 2, pValue = pchisq(jb, 2, lower.tail = FALSE)),
  counts = list(means = number(fitted(poisson)), parameters = length(coef(poisson)),
    pearson = sum(residuals(poisson, "pearson")^2) / poisson$df.residual,
    proportional = dispersion(NULL), linear = dispersion(1), quadratic = dispersion(2),
    twoSided = dispersion(2, "two.sided")),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  car = as.character(packageVersion("car")), AER = as.character(packageVersion("AER"))))

# jsonlite stops at 15 digits: numbers go through as text with 17, and lose their quotes after.
printed <- function(x) {
  if (is.list(x)) return(lapply(x, printed))
  if (is.logical(x) || is.character(x)) return(x)
  text <- paste0("@", sprintf("%.17g", x), "@")
  short <- paste0("@", sprintf("%.15g", x), "@")
  ifelse(as.numeric(gsub("@", "", short)) == x, short, text)
}
text <- toJSON(printed(values), auto_unbox = TRUE, pretty = FALSE)
writeLines(gsub('"@([^"]*)@"', "\\1", text), "values.json")
