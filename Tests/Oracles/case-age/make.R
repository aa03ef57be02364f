# Reference values for case ages: R's survival (survfit, survdiff, coxph), prodlim and glm.
#   Rscript make.R > values.json
suppressMessages({library(survival); library(prodlim); library(jsonlite)})
set.seed(20260101)

# A register: days, late entries, three outcomes, two groups in three strata; many ties.
n <- 240
group <- sample(c("east", "west"), n, TRUE)
stratum <- sample(c("contract", "family", "tort"), n, TRUE)
raw <- ceiling(rexp(n, ifelse(group == "east", 1 / 140, 1 / 100)) / 5) * 5
limit <- sample(seq(20, 420, 5), n, TRUE)
cause <- sample(1:3, n, TRUE, c(.5, .3, .2))
time <- pmin(raw, limit)
status <- ifelse(raw <= limit, cause, 0)
entry <- ifelse(runif(n) < .45, floor(runif(n) * 60), 0)
keep <- entry < time
d <- data.frame(entry, time, status, group, stratum)[keep, ]
row.names(d) <- NULL

curve <- function(f) list(
  time = f$time, atRisk = f$n.risk, events = f$n.event, censored = f$n.censor,
  survival = f$surv, standardError = f$surv * f$std.err, lower = f$lower, upper = f$upper,
  cumulativeHazard = f$cumhaz, cumulativeHazardStandardError = f$std.chaz)
quantiles <- function(f) { q <- quantile(f, c(.25, .5, .75)); lapply(q, as.numeric) }
mean_to <- function(f, limit) as.numeric(
  survival:::survmean(f, rmean = limit)$matrix[c("rmean", "se(rmean)")])
kinds <- c(plain = "plain", log = "log", `log-log` = "log-log")
fits <- function(formula, data) lapply(kinds, function(k) {
  f <- survfit(formula, data, conf.type = k)
  list(curve = curve(f), quantiles = quantiles(f))
})

small <- data.frame(time = c(30, 45, 45, 60, 90, 120, 150, 180, 200, 365),
                    event = c(1, 1, 1, 0, 1, 1, 0, 1, 0, 0))
fs <- survfit(Surv(time, event) ~ 1, small)
ft <- survfit(Surv(entry, time, status > 0) ~ 1, d)

state <- factor(d$status, 0:3)
aj <- survfit(Surv(d$entry, d$time, state) ~ 1, id = seq_along(state))
aj0 <- survfit(Surv(d$time, state) ~ 1)
pl <- prodlim(Hist(time, status) ~ 1, data = d)

test <- function(t, df) list(statistic = t, degreesOfFreedom = df,
                             pValue = pchisq(t, df, lower.tail = FALSE))
diff <- function(formula, ...) {
  s <- survdiff(formula, d, ...)
  c(list(observed = as.numeric(if (is.matrix(s$obs)) rowSums(s$obs) else s$obs),
         expected = as.numeric(if (is.matrix(s$exp)) rowSums(s$exp) else s$exp)),
    test(s$chisq, length(s$n) - 1))
}
# With late entries, by hand: survdiff does not take them.
by_hand <- function() {
  east <- d$group == "east"; u <- 0; v <- 0
  for (t in sort(unique(d$time[d$status > 0]))) {
    risk <- d$entry < t & d$time >= t; hit <- d$time == t & d$status > 0
    n <- sum(risk); k <- sum(hit); m <- sum(risk & east)
    u <- u + sum(hit & east) - k * m / n
    if (n > 1) v <- v + k * (n - k) / (n - 1) * m / n * (1 - m / n)
  }
  test(u^2 / v, 1)
}

# Discrete hazards: one row a month under observation from its start to its end; the month in
# which the observation would have ended is left out whatever happened in it.
month <- 365.25 / 12
rows <- do.call(rbind, lapply(seq_len(nrow(d)), function(i) {
  follow <- limit[keep][i]
  first <- ceiling(d$entry[i] / month)
  last <- max(0, ceiling(d$time[i] / month) - 1)
  j <- seq_len(1000) - 1
  j <- j[j >= first & j <= last & (j + 1) * month <= follow]
  if (length(j) == 0) return(NULL)
  data.frame(case = i, j = j, event = as.numeric(d$status[i] > 0 & j == last), group = d$group[i],
             stratum = d$stratum[i])
}))
rows$spike3 <- as.numeric(rows$j == 2); rows$spike6 <- as.numeric(rows$j == 5)
hazard <- function(link, formula) {
  g <- glm(formula, binomial(link), rows, epsilon = 1e-14, maxit = 100)
  # The criterion of glm leaves half the digits: each fit is taken up again where it stopped.
  for (k in 1:60) g <- suppressWarnings(glm(formula, binomial(link), rows, start = coef(g), epsilon = 1e-14, maxit = 5))
  s <- summary(g)$coefficients
  list(names = rownames(s), coefficients = unname(s[, 1]), standardErrors = unname(s[, 2]),
       logLikelihood = as.numeric(logLik(g)), rows = nrow(rows), events = sum(rows$event))
}
smooth <- event ~ log(j + 1) + I(log(j + 1)^2) + spike3 + spike6 + group + stratum
monthly <- event ~ factor(pmin(j, 5)) + group

out <- list(
  versions = list(R = R.version.string, survival = as.character(packageVersion("survival")),
                  prodlim = as.character(packageVersion("prodlim"))),
  data = c(as.list(d), list(limit = limit[keep])),
  small = list(fits = fits(Surv(time, event) ~ 1, small), mean365 = mean_to(fs, 365),
               mean180 = mean_to(fs, 180)),
  truncated = list(fits = fits(Surv(entry, time, status > 0) ~ 1, d), mean300 = mean_to(ft, 300)),
  incidence = list(time = aj$time, states = unname(aj$pstate), jackknife = unname(aj$std.err)),
  untruncated = list(time = aj0$time, states = unname(aj0$pstate), jackknife = unname(aj0$std.err),
                     prodlimTime = pl$time,
                     prodlim = lapply(pl$cuminc, as.numeric),
                     prodlimErrors = lapply(pl$se.cuminc, as.numeric)),
  logRank = list(plain = diff(Surv(time, status > 0) ~ group),
                 stratified = diff(Surv(time, status > 0) ~ group + strata(stratum)),
                 wilcoxon = diff(Surv(time, status > 0) ~ stratum, rho = 1),
                 one = diff(Surv(time, status == 2) ~ stratum),
                 truncated = by_hand()),
  hazards = list(logitSmooth = hazard("logit", smooth), cloglogSmooth = hazard("cloglog", smooth),
                 logitMonthly = hazard("logit", monthly)))
cat(toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null", null = "null"))
