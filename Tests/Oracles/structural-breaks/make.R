# Reference values of structural breaks by R and strucchange.
#
#     Rscript make.R          (packages strucchange, jsonlite)
#
# Writes values.json beside this file.

suppressPackageStartupMessages({
  library(strucchange)
  library(jsonlite)
})
suppressWarnings(RNGversion("4.0.0"))

# --- data: the annual flow of the Nile at Aswan, 1871-1970 (in R), and two simulated series ------

set.seed(20240801)
n <- 90
level <- round(c(rep(200, 35), rep(260, 25), rep(230, 30)) + c(rnorm(60, sd = 14), rnorm(30, sd = 25)), 1)

set.seed(20240802)
n <- 100
time <- 1:n
slope <- 4 + 0.015 * time + ifelse(time > 40, -0.3 + 0.01 * (time - 40), 0) + ifelse(time > 72, -0.2, 0)
trend <- round(slope + rnorm(n, sd = 0.06), 4)

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) as.list(number(m[i, ]))))
describe <- function(formula, data) {
  full <- breakpoints(formula, data = data)
  table <- summary(full)$RSS
  fs <- Fstats(formula, data = data, from = 0.15)
  k <- full$nreg
  best <- which.min(table["BIC", ]) - 1
  rows <- function(ci) unname(lapply(seq_len(nrow(ci)), function(i) number(ci[i, ])))
  list(
    design = square(full$X), response = number(full$y),
    residualSums = number(table["RSS", ]), bic = number(table["BIC", ]), selected = number(best),
    breaks = lapply(seq_len(ncol(table) - 1), function(m)
      as.list(number(breakpoints(full, breaks = m)$breakpoints))),
    intervals = rows(confint(full, breaks = best)$confint),
    intervals90 = rows(confint(full, breaks = best, level = 0.9)$confint),
    sharedIntervals = rows(confint(full, breaks = best, het.reg = FALSE, het.err = FALSE)$confint),
    supremum = list(statistic = number(sctest(fs, type = "supF")$statistic) / k,
                    pValue = number(sctest(fs, type = "supF")$p.value)),
    average = list(statistic = number(sctest(fs, type = "aveF")$statistic) / k,
                   pValue = number(sctest(fs, type = "aveF")$p.value)),
    exponential = list(statistic = number(sctest(fs, type = "expF")$statistic),
                       pValue = number(sctest(fs, type = "expF")$p.value)))
}

values <- list(
  nile = describe(y ~ 1, data.frame(y = as.numeric(Nile))),
  level = describe(y ~ 1, data.frame(y = level)),
  trend = describe(y ~ time, data.frame(y = trend, time = time)),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  strucchange = as.character(packageVersion("strucchange"))))

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
