# Reference values of specification tests, tests of stability, Wald tests and adjusted p-values,
# by R, lmtest, strucchange and car.
#
#     Rscript make.R          (packages lmtest, strucchange, car, sandwich, jsonlite)
#
# Writes values.json beside this file.

suppressPackageStartupMessages({
  library(lmtest)
  library(strucchange)
  library(car)
  library(sandwich)
  library(jsonlite)
})
suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

set.seed(20240701)
n <- 60
time <- 1:n
judges <- round(runif(n, 8, 20), 1)
holiday <- as.numeric(time %% 12 == 2)
e <- as.numeric(arima.sim(list(ar = 0.35), n))
filings <- round(120 + 1.4 * time + 3 * judges + 0.02 * time^2 - 15 * holiday +
                   e * (3 + 0.15 * time), 1)
monthly <- data.frame(y = filings, time = time, judges = judges, holiday = holiday)

set.seed(20240702)
n <- 130
x <- round(rnorm(n), 3)
long <- data.frame(y = round(5 + 2 * x + rnorm(n), 3), x = x)

# --- what is kept -------------------------------------------------------------------------------

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))
test <- function(t) list(statistic = number(t$statistic), degreesOfFreedom = number(t$parameter),
                         pValue = number(t$p.value))

describe <- function(formula, data) {
  fit <- lm(formula, data = data)
  n <- nrow(data)
  x <- model.matrix(fit)[, -1, drop = FALSE]
  products <- NULL
  for (i in seq_len(ncol(x))) for (j in i:ncol(x)) products <- cbind(products, x[, i] * x[, j])
  white <- summary(lm(residuals(fit)^2 ~ x + products))
  whitePure <- summary(lm(residuals(fit)^2 ~ x + I(x^2)))
  half <- floor(n / 2)
  efpRecursive <- efp(formula, data = data, type = "Rec-CUSUM")
  efpOrdinary <- efp(formula, data = data, type = "OLS-CUSUM")
  fs <- Fstats(formula, data = data, from = half / n, to = half / n)
  k <- length(coef(fit))
  chow <- number(fs$Fstats)[1] / k
  dw <- function(alternative, exact)
    test(dwtest(fit, alternative = alternative, exact = exact, iterations = 100))
  restriction <- rbind(c(0, 1, rep(0, k - 2)), c(1, 1, rep(0, k - 2)))
  target <- c(1, 100)
  lh <- function(v, kind) {
    table <- linearHypothesis(fit, restriction, target, vcov. = v, test = kind)
    list(statistic = table[2, 3], pValue = table[2, 4])
  }
  list(
    design = square(model.matrix(fit)), response = number(model.response(model.frame(fit))),
    breuschPagan = test(bptest(fit, studentize = FALSE)), koenker = test(bptest(fit)),
    white = list(statistic = n * white$r.squared, degreesOfFreedom = white$df[1] - 1,
                 pValue = pchisq(n * white$r.squared, white$df[1] - 1, lower.tail = FALSE)),
    whitePure = list(statistic = n * whitePure$r.squared, degreesOfFreedom = whitePure$df[1] - 1,
                     pValue = pchisq(n * whitePure$r.squared, whitePure$df[1] - 1,
                                     lower.tail = FALSE)),
    reset = test(resettest(fit)), resetSquare = test(resettest(fit, power = 2)),
    goldfeldQuandt = test(gqtest(fit)),
    goldfeldQuandtOmitted = test(gqtest(fit, fraction = 0.2, alternative = "two.sided")),
    durbinWatson = list(
      greater = dw("greater", TRUE), less = dw("less", TRUE), twoSided = dw("two.sided", TRUE),
      normalGreater = dw("greater", FALSE), normalTwoSided = dw("two.sided", FALSE)),
    breuschGodfrey = lapply(c(1, 4), function(m) list(
      order = m, chiSquared = test(bgtest(fit, m)), fisherF = test(bgtest(fit, m, type = "F")))),
    ljungBox = test(Box.test(residuals(fit), 8, "Ljung")),
    ljungBoxFitted = test(Box.test(residuals(fit), 8, "Ljung", fitdf = 2)),
    chow = list(row = half, statistic = chow, degreesOfFreedom = c(k, n - 2 * k),
                pValue = pf(chow, k, n - 2 * k, lower.tail = FALSE)),
    recursiveResiduals = number(recresid(fit)),
    cusum = c(test(sctest(efpRecursive)), list(
      process = number(efpRecursive$process), boundary = number(boundary(efpRecursive)))),
    cusumOrdinary = c(test(sctest(efpOrdinary)), list(
      process = number(efpOrdinary$process), boundary = number(boundary(efpOrdinary)))),
    wald = list(
      restrictions = square(restriction), values = target,
      covariance = square(vcovHC(fit, "HC3")), coefficients = number(coef(fit)),
      denominator = fit$df.residual,
      fisherF = lh(vcovHC(fit, "HC3"), "F"), chiSquared = lh(vcovHC(fit, "HC3"), "Chisq")))
}

small <- lm(y ~ time, monthly)
large <- lm(y ~ time + judges + holiday, monthly)
likelihoodRatio <- lrtest(small, large)

sets <- list(
  c(0.01, 0.02, 0.03, 0.04, 0.05),
  c(0.04, 0.001, 0.2, 0.04, 0.9, 0.012, 0.0004, 0.04),
  c(0.03, 0.7), c(0.2), c(0, 1, 0.5, 0.5, 1e-12, 0.05), c(0.02, 0.021, 0.022, 0.9, 0.95, 0.99))
set.seed(20240703)
sets <- c(sets, list(signif(runif(25)^3, 6)))
adjusted <- lapply(sets, function(p) list(
  p = as.list(p), adjusted = sapply(
    c(bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg", hommel = "hommel",
      "benjamini-hochberg" = "BH", "benjamini-yekutieli" = "BY"),
    function(m) as.list(p.adjust(p, m)), simplify = FALSE)))

values <- list(
  monthly = describe(y ~ time + judges + holiday, monthly),
  long = describe(y ~ x, long),
  likelihoodRatio = list(
    logLikelihoods = number(likelihoodRatio$LogLik), parameters = likelihoodRatio[["#Df"]],
    statistic = likelihoodRatio$Chisq[2], pValue = likelihoodRatio[["Pr(>Chisq)"]][2]),
  adjusted = adjusted,
  missing = list(p = c("0.01", "NaN", "0.03", "0.002"),
                 holm = p.adjust(c(0.01, 0.03, 0.002), "holm")),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  lmtest = as.character(packageVersion("lmtest")),
                  strucchange = as.character(packageVersion("strucchange")),
                  car = as.character(packageVersion("car"))))

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
