# Segmented regressions with AR(1) errors, by nlme::gls.
#
#     Rscript make.R && python independent.py        (R packages nlme, jsonlite)
#
# Writes values.json beside this file; independent.py adds to it.

library(nlme)
library(jsonlite)

simulate <- function(seed, n, rho, start, beta, sd) {
  set.seed(seed)
  e <- numeric(n)
  e[1] <- rnorm(1)
  for (t in 2:n) e[t] <- rho * e[t - 1] + sqrt(1 - rho^2) * rnorm(1)
  time <- 1:n
  level <- as.numeric(time >= start)
  slope <- pmax(0, time - start)
  round(beta[1] + beta[2] * time + beta[3] * level + beta[4] * slope + sd * e, 2)
}

cases <- list(
  list(name = "n24rhoMinus03", n = 24, rho = -0.3, start = 13, seed = 101, beta = c(120, 0.8, -9, 0.5), sd = 6),
  list(name = "n24rho03", n = 24, rho = 0.3, start = 15, seed = 102, beta = c(80, -0.4, 12, -1.1), sd = 7),
  list(name = "n48rho03", n = 48, rho = 0.3, start = 25, seed = 103, beta = c(300, 1.5, -20, -2), sd = 14),
  list(name = "n48rho06", n = 48, rho = 0.6, start = 31, seed = 104, beta = c(210, 0.3, 15, 0.7), sd = 11),
  list(name = "n120rho06", n = 120, rho = 0.6, start = 61, seed = 105, beta = c(500, 0.9, -45, -0.6), sd = 30),
  list(name = "n120rho08", n = 120, rho = 0.8, start = 73, seed = 106, beta = c(950, -0.5, 40, 1.2), sd = 25))

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

control <- glsControl(tolerance = 1e-12, msTol = 1e-12, maxIter = 500, msMaxIter = 500,
                      msVerbose = FALSE, opt = "nlminb")

fit <- function(formula, data, method) {
  g <- gls(formula, data = data, correlation = corAR1(form = ~1), method = method, control = control)
  s <- summary(g)
  list(
    phi = number(coef(g$modelStruct$corStruct, unconstrained = FALSE)),
    sigma = g$sigma,
    logLikelihood = number(logLik(g)),
    coefficients = number(coef(g)),
    standardErrors = number(s$tTable[, "Std.Error"]),
    covariance = square(vcov(g)),
    tValues = number(s$tTable[, "t-value"]),
    pValues = number(s$tTable[, "p-value"]),
    degreesOfFreedom = list(total = s$dims$N, residual = s$dims$N - s$dims$p))
}

describe <- function(y, start, formula, columns, extra) {
  n <- length(y)
  time <- 1:n
  data <- data.frame(y = y, time = time, level = as.numeric(time >= start), slope = pmax(0, time - start))
  design <- lapply(columns, function(k) if (k == "intercept") rep(1, n) else as.numeric(data[[k]]))
  names(design) <- columns
  c(extra, list(n = n, start = start, y = y, columns = columns, design = design,
                REML = fit(formula, data, "REML"), ML = fit(formula, data, "ML")))
}

full <- c("intercept", "time", "level", "slope")
series <- list()
for (case in cases) series[[case$name]] <- describe(
  simulate(case$seed, case$n, case$rho, case$start, case$beta, case$sd), case$start,
  y ~ time + level + slope, full,
  list(description = sprintf("simulated, rho = %g", case$rho), rho = case$rho))
nile <- as.numeric(datasets::Nile)
series$nile <- describe(nile, 1899 - 1871 + 1, y ~ time + level, full[1:3],
                        list(description = "Nile, 1871-1970: trend and level shift at 1899"))
series$nileSegmented <- describe(nile, 1899 - 1871 + 1, y ~ time + level + slope, full,
                                 list(description = "Nile, 1871-1970: trend, level shift and slope change at 1899"))

values <- list(series = series, versions = list(
  R = paste(R.version$major, R.version$minor, sep = "."), nlme = as.character(packageVersion("nlme"))))

printed <- function(x) {
  if (is.list(x)) return(lapply(x, printed))
  if (is.logical(x) || is.character(x)) return(x)
  text <- paste0("@", sprintf("%.17g", x), "@")
  short <- paste0("@", sprintf("%.15g", x), "@")
  ifelse(as.numeric(gsub("@", "", short)) == x, short, text)
}
text <- toJSON(printed(values), auto_unbox = TRUE, pretty = TRUE)
writeLines(gsub('"@([^"]*)@"', "\\1", text), "values.json")
