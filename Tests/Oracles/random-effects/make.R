# Reference values of regression with random effects, by plm.
#
#     Rscript make.R          (packages plm, sandwich, jsonlite)
#
# Writes values.json beside this file.

suppressMessages({ library(plm); library(jsonlite); library(sandwich) })

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

panel <- function(seed, sizes, correlated, spread) {
  set.seed(seed)
  unit <- rep(seq_along(sizes), sizes)
  mu <- rnorm(length(sizes), 0, spread)
  year <- unlist(lapply(sizes, seq_len))
  a <- round(rnorm(length(unit), 5, 2) + correlated * mu[unit] + 0.8 * rnorm(length(sizes))[unit], 3)
  b <- round(rexp(length(unit)) + 0.3 * year, 3)
  fixed <- round(rnorm(length(sizes), 2), 3)[unit]
  e <- rnorm(length(unit)) * (0.5 + 0.2 * b)
  data.frame(unit, year, a, b, fixed, y = round(10 + 1.5 * a - 0.7 * b + 0.5 * fixed + mu[unit] + e, 3))
}

cases <- list(
  balanced = list(data = panel(401, rep(6, 20), 0, 1.5), formula = y ~ a + b),
  correlated = list(data = panel(402, rep(5, 24), 0.7, 2), formula = y ~ a + b),
  constant = list(data = panel(403, rep(7, 18), 0.2, 1.2), formula = y ~ a + b + fixed),
  unbalanced = list(data = panel(404, c(2, 9, 4, 4, 7, 3, 12, 5, 6, 2, 8, 3, 1, 10, 5), 0.3, 1.5), formula = y ~ a + b),
  unbalancedConstant = list(data = panel(405, c(3, 9, 4, 4, 7, 3, 12, 5, 6, 2, 8, 3, 5, 10, 5), 0, 1), formula = y ~ a + b + fixed),
  none = list(data = panel(406, rep(4, 15), 0, 0), formula = y ~ a + b))

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

describe <- function(case) {
  d <- pdata.frame(case$data, index = c("unit", "year"))
  random <- suppressWarnings(plm(case$formula, d, model = "random", random.method = "swar"))
  within <- plm(case$formula, d, model = "within")
  components <- suppressWarnings(ercomp(case$formula, d, effect = "individual", method = "swar"))
  classical <- phtest(within, random)
  theta <- components$theta
  if (length(theta) == 1) theta <- rep(number(theta), length(unique(case$data$unit)))
  else theta <- number(tapply(number(theta), case$data$unit, mean))
  # The regression-based test from its definition.
  mean_of <- function(v) ave(v, case$data$unit)
  X <- model.matrix(case$formula, case$data)
  t <- theta[case$data$unit]
  star <- function(v) v - t * mean_of(v)
  Xs <- apply(X, 2, star); ys <- star(case$data$y)
  varying <- names(coef(within))
  Xw <- apply(X[, varying, drop = FALSE], 2, function(v) v - mean_of(v))
  f <- lm(ys ~ Xs + Xw - 1)
  k <- ncol(X) + seq_along(varying)
  wald <- function(V) number(t(coef(f)[k]) %*% solve(V[k, k], coef(f)[k]))
  s2 <- number(components$sigma2["idios"])
  common <- names(coef(within))
  difference <- coef(within) - coef(random)[common]
  shared <- s2 * (solve(crossprod(Xw)) - solve(crossprod(Xs))[common, common])
  list(hausmanShared = number(t(difference) %*% solve(shared, difference)),
       data = as.list(case$data), terms = names(coef(random)),
       coefficients = number(coef(random)), covariance = square(vcov(random)),
       clustered = square(vcovCL(lm(ys ~ Xs - 1), case$data$unit, type = "HC1")),
       sigma2 = number(components$sigma2[c("idios", "id")]), theta = theta,
       within = number(coef(within)), hausman = number(c(classical$statistic, classical$parameter, classical$p.value)),
       aux = number(phtest(case$formula, d, method = "aux")$statistic),
       mundlakClassical = wald(vcov(f)), mundlakClustered = wald(vcovCL(f, case$data$unit, type = "HC1")))
}

values <- lapply(cases, describe)
for (n in names(values)) with(values[[n]], message(n, ": sigma2 ", paste(signif(sigma2, 4), collapse = " "),
  "  hausman ", signif(hausman[1], 5), "  aux ", signif(aux, 8), " ", signif(mundlakClassical, 8)))
values$versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), plm = as.character(packageVersion("plm")))

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
