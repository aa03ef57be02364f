# Writes values.json: joint tests under CR2 and CR3, likelihood-ratio tests and Romano-Wolf p-values.
#
#     Rscript make.R          (R 4.2.2, clubSandwich 0.5.8, lmtest 0.9-40, MASS, jsonlite)

suppressMessages({library(clubSandwich); library(lmtest); library(MASS); library(jsonlite)})

set.seed(20240911)
sizes <- c(3, 4, 5, 6, 7, 8, 9, 12)
court <- rep(paste0("c", seq_along(sizes)), sizes)
n <- length(court)
common <- rnorm(length(sizes))[as.integer(factor(court))]
programme <- as.integer(as.integer(factor(court)) %% 2 == 0 & sequence(sizes) > 2)
data <- data.frame(
  court = court, programme = programme, size = round(runif(n, 1, 4), 3),
  judges = round(rnorm(n) + 0.5 * common, 4), load = round(rnorm(n), 4))
data$filings <- round(2 + 0.8 * data$judges - 0.3 * data$load + common + rnorm(n), 4)
data$pending <- round(1 + 0.5 * data$programme + 0.6 * data$filings + common + rnorm(n), 4)
data$count <- rnbinom(n, mu = exp(1 + 0.4 * data$judges + 0.2 * data$programme), size = 2)

# Hotelling's T^2: clubSandwich with an identity working model, also where there are weights.
hotelling <- list()
for (type in c("CR2", "CR3")) {
  model <- lm(filings ~ judges + load + programme, data)
  covariance <- vcovCR(model, cluster = data$court, type = type)
  for (tested in list(2:3, 2:4, c(3, 4))) {
    test <- Wald_test(model, vcov = covariance, constraints = constrain_zero(tested), test = "HTZ")
    hotelling[[length(hotelling) + 1]] <- list(
      correction = tolower(type), hypothesis = paste(names(coef(model))[tested], collapse = "; "),
      statistic = test$Fstat, degreesOfFreedom = c(test$df_num, test$df_denom),
      pValue = test$p_val)
  }
  equal <- Wald_test(
    model, vcov = covariance, test = "HTZ",
    constraints = rbind(c(0, 1, -1, 0), c(0, 0, 1, 2)))
  hotelling[[length(hotelling) + 1]] <- list(
    correction = tolower(type), hypothesis = "judges = load; load + 2*programme",
    statistic = equal$Fstat, degreesOfFreedom = c(equal$df_num, equal$df_denom),
    pValue = equal$p_val)
}

compared <- function(family, formulas, test) list(
  family = family, formulas = formulas, logLikelihoods = test$LogLik, parameters = test[["#Df"]],
  statistic = test$Chisq[2], pValue = test[["Pr(>Chisq)"]][2])
ratio <- list(
  compared("gaussian", c("filings ~ judges", "filings ~ judges + load + court"),
           lrtest(lm(filings ~ judges, data), lm(filings ~ judges + load + court, data))),
  compared("gaussian", c("filings ~ 1", "filings ~ judges + load"),
           lrtest(lm(filings ~ judges + load, data))[2:1, ]),
  compared("poisson", c("count ~ judges", "count ~ judges + load + programme"),
           lrtest(glm(count ~ judges, poisson, data),
                  glm(count ~ judges + load + programme, poisson, data))),
  compared("negative-binomial", c("count ~ judges", "count ~ judges + load + programme"),
           lrtest(glm.nb(count ~ judges, data, control = glm.control(epsilon = 1e-14, maxit = 100)),
                  glm.nb(count ~ judges + load + programme, data,
                         control = glm.control(epsilon = 1e-14, maxit = 100)))))
ratio[[2]]$statistic <- lrtest(lm(filings ~ judges + load, data))$Chisq[2]
ratio[[2]]$pValue <- lrtest(lm(filings ~ judges + load, data))[["Pr(>Chisq)"]][2]

# Romano and Wolf's step-down by all sign vectors of the restricted wild cluster bootstrap, each
# sample fitted: no algebra in common with what it checks.
statistic <- function(x, y, j) {
  solved <- solve(crossprod(x))
  beta <- solved %*% crossprod(x, y)
  scores <- rowsum(x * as.vector(y - x %*% beta), data$court)
  g <- nrow(scores)
  factor <- g / (g - 1) * (n - 1) / (n - ncol(x))
  beta[j] / sqrt(factor * (solved %*% crossprod(scores) %*% solved)[j, j])
}
signs <- as.matrix(expand.grid(rep(list(c(1, -1)), length(sizes))))
family <- list(
  list(formula = filings ~ judges + load + programme, terms = c("judges", "load", "programme")),
  list(formula = pending ~ judges + load + programme, terms = c("judges", "load", "programme")))
observed <- c()
draws <- NULL
for (model in family) {
  x <- model.matrix(model$formula, data)
  y <- model.response(model.frame(model$formula, data))
  for (term in model$terms) {
    j <- match(term, colnames(x))
    observed <- c(observed, statistic(x, y, j))
    rest <- lm.fit(x[, -j], y)
    draws <- cbind(draws, apply(signs, 1, function(v) {
      multipliers <- v[match(data$court, unique(data$court))]
      statistic(x, rest$fitted.values + rest$residuals * multipliers, j)
    }))
  }
}
stepDown <- function(t, draws) {
  t <- abs(t); draws <- abs(draws)
  order <- order(t, decreasing = TRUE)
  adjusted <- numeric(length(t))
  running <- 0
  for (rank in seq_along(order)) {
    largest <- apply(draws[, order[rank:length(order)], drop = FALSE], 1, max)
    running <- max(running, mean(largest >= t[order[rank]] * (1 - 1e-9)))
    adjusted[order[rank]] <- running
  }
  adjusted
}
romanoWolf <- list(
  formulas = sapply(family, function(m) deparse(m$formula)),
  terms = unlist(lapply(family, function(m) m$terms)), statistics = observed,
  adjusted = stepDown(observed, draws),
  alone = sapply(seq_along(observed), function(k) stepDown(observed[k], draws[, k, drop = FALSE])))

values <- list(
  data = lapply(data, function(v) if (is.character(v)) v else as.numeric(v)),
  hotelling = hotelling, likelihoodRatio = ratio, romanoWolf = romanoWolf,
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  clubSandwich = as.character(packageVersion("clubSandwich")),
                  lmtest = as.character(packageVersion("lmtest")),
                  MASS = as.character(packageVersion("MASS"))))

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
