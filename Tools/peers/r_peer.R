# Forecasts of R's forecast package, one series after another, in one process and one thread.
#
#     Rscript r_peer.R DATA.csv.gz SEASON IDS OUT.csv METHOD,METHOD
#
# IDS has one unique_id a line. Writes the columns of statsforecast_peer.py; what OUT already holds is
# not computed again, so an interrupted run resumes.
suppressMessages(library(forecast))
arguments <- commandArgs(TRUE)
season <- as.integer(arguments[2])
ids <- readLines(arguments[3])
out <- arguments[4]
methods <- strsplit(arguments[5], ",")[[1]]

data <- read.csv(gzfile(arguments[1]))
data <- data[data$unique_id %in% ids, ]
parts <- split(data, data$unique_id)
levels <- c(80, 95)
fit <- list(
  ets = function(y, h) forecast(ets(y), h = h, level = levels),
  auto.arima = function(y, h) forecast(auto.arima(y), h = h, level = levels),
  thetaf = function(y, h) thetaf(y, h = h, level = levels)
)

columns <- c("unique_id", "model", "h", "mean", "lo80", "hi80", "lo95", "hi95", "cpu_seconds", "error")
done <- character()
if (file.exists(out)) {
  old <- read.csv(out, colClasses = "character")
  # A run may have been stopped while it wrote its last series.
  key <- paste(old$unique_id, old$model)
  last <- old[key == tail(key, 1), ]
  horizon <- sum(data$unique_id == last$unique_id[1] & data$split == "test")
  if (nrow(last) < horizon && last$h[1] != "0") old <- old[key != tail(key, 1), ]
  old <- old[, columns]
  write.table(old, out, sep = ",", row.names = FALSE, quote = FALSE, na = "")
  done <- unique(paste(old$unique_id, old$model))
} else {
  writeLines(paste(columns, collapse = ","), out)
}

for (method in methods) for (id in ids) {
  if (paste(id, method) %in% done) next
  part <- parts[[id]]
  part <- part[order(part$t), ]
  y <- ts(part$value[part$split == "train"], frequency = season)
  h <- sum(part$split == "test")
  start <- proc.time()
  result <- tryCatch(suppressWarnings(fit[[method]](y, h)), error = function(e) e)
  seconds <- sum((proc.time() - start)[1:2])
  if (inherits(result, "error")) {
    message <- gsub("[,\"\n]", " ", conditionMessage(result))
    rows <- data.frame(id, method, 0, NA, NA, NA, NA, NA, seconds, message)
  } else {
    rows <- data.frame(id, method, seq_len(h), as.numeric(result$mean),
                       result$lower[, 1], result$upper[, 1], result$lower[, 2], result$upper[, 2],
                       seconds, "")
  }
  numeric <- vapply(rows, is.numeric, TRUE)
  rows[numeric] <- lapply(rows[numeric], function(x) ifelse(is.na(x), "", format(x, digits = 17, trim = TRUE)))
  write.table(rows, out, sep = ",", append = TRUE, row.names = FALSE, col.names = FALSE, quote = FALSE)
}
cat("version:", as.character(packageVersion("forecast")), "\n")
