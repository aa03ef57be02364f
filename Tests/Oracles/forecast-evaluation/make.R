# Reference values for scores, comparisons and diagnostics of forecasts. Run: Rscript make.R
suppressMessages(library(forecast))
number <- function(x) ifelse(is.na(x), "null", formatC(x, digits = 17, format = "g"))
list1 <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
rows <- function(m) paste0("[", paste(apply(m, 1, list1), collapse = ",\n    "), "]")
out <- c()
put <- function(name, text) out <<- c(out, paste0("  \"", name, "\": ", text))

y <- AirPassengers
gappy <- as.numeric(log(y))
gappy[c(4, 17, 18, 19, 58, 100)] <- NA
put("values", list1(as.numeric(y)))
put("gappy", list1(gappy))
put("gappyAutocorrelations", list1(acf(gappy, 24, na.action = na.pass, plot = FALSE)$acf[-1]))
put("gappyPartialAutocorrelations", list1(pacf(gappy, 24, na.action = na.pass, plot = FALSE)$acf))
for (kind in c("Ljung-Box", "Box-Pierce")) {
  test <- Box.test(gappy, lag = 12, type = kind, fitdf = 2)
  put(kind, list1(c(test$statistic, test$p.value)))
}

train <- window(y, end = c(1958, 12))
test <- window(y, start = c(1959, 1))
for (name in c("snaive", "ets")) {
  f <- if (name == "snaive") snaive(train, h = 24) else forecast(ets(train), h = 24)
  a <- accuracy(f, test)
  put(paste0(name, "Fitted"), list1(as.numeric(fitted(f))))
  put(paste0(name, "Mean"), list1(as.numeric(f$mean)))
  put(paste0(name, "Training"), list1(a[1, ]))
  put(paste0(name, "Test"), list1(a[2, ]))
}

short <- ts(as.numeric(y)[1:40])
put("crossValidation", rows(tsCV(short, naive, h = 3)))
put("crossValidationWindow", rows(tsCV(short, rwf, h = 3, drift = TRUE, window = 12, initial = 5)))

set.seed(4)
e1 <- rnorm(40); e2 <- 0.5 * e1 + rnorm(40, sd = 1.2)
put("first", list1(e1)); put("second", list1(e2))
cases <- expand.grid(h = c(1, 2, 4), power = c(1, 2),
                     alternative = c("two.sided", "less", "greater"), stringsAsFactors = FALSE)
put("dieboldMariano", paste0("[", paste(apply(cases, 1, function(case) {
  t <- dm.test(e1, e2, case[["alternative"]], as.numeric(case[["h"]]), as.numeric(case[["power"]]))
  paste0("{\"horizon\": ", case[["h"]], ", \"power\": ", case[["power"]], ", \"alternative\": \"",
         sub(".", "-", case[["alternative"]], fixed = TRUE), "\", \"statistic\": ",
         number(t$statistic), ", \"pValue\": ", number(t$p.value), "}")
}), collapse = ",\n    "), "]"))

range <- expand.grid(q = c(0.5, 1, 2, 3.5, 5), k = c(2, 3, 5, 10, 40))
put("studentizedRange", rows(cbind(range$q, range$k, ptukey(range$q, range$k, Inf))))

set.seed(5)
losses <- round(matrix(rexp(60), 15) + rep(c(0, 0, 0.3, 0.6), each = 15), 1)
f <- friedman.test(losses)
put("losses", rows(losses))
put("friedman", list1(c(f$statistic, f$p.value)))
put("meanRanks", list1(colMeans(t(apply(losses, 1, rank)))))
writeLines(c("{", paste(out, collapse = ",\n"), "}"), "values.json")
