# Reference values of regression with instrumental variables.
#
#     Rscript make.R          (packages AER, car, sandwich, jsonlite)
#
# Writes values.json beside this file; check.py compares it with linearmodels.

suppressMessages({ library(AER); library(sandwich); library(car); library(jsonlite) })

suppressWarnings(RNGversion("4.0.0"))

# --- data, rounded before use so that the stored numbers are the data ---------------------------

set.seed(20250301)
n <- 90
court <- rep(1:15, each = 6)
shock <- rnorm(15)[court]
z1 <- round(rnorm(n, 5, 2), 3); z2 <- round(runif(n, 0, 10), 3); z3 <- round(rnorm(n) + 0.3 * z1, 3)
w1 <- round(rnorm(n, 20, 4), 2); w2 <- round(rexp(n), 3)
v <- rnorm(n)
e <- (0.5 + 0.15 * z2) * (0.7 * v + rnorm(n)) + 0.8 * shock
x <- round(2 + 0.5 * z1 + 0.15 * z2 + 0.4 * z3 + 0.1 * w1 + v + 0.4 * shock, 3)
y <- round(3 + 1.2 * x - 0.4 * w1 + 2 * w2 + e, 3)
k <- round(runif(n, 0.5, 3), 2)
over <- data.frame(y, x, w1, w2, z1, z2, z3, k, court)

set.seed(20250302)
n <- 70
court <- rep(1:14, length.out = n)
z <- round(matrix(rnorm(n * 4), n) %*% chol(0.6 * diag(4) + 0.4), 3)
u <- matrix(rnorm(n * 3), n) %*% chol(0.5 * diag(3) + 0.5)
w <- round(rnorm(n, 1, 0.5), 3)
x1 <- round(10 + z[, 1] + 0.5 * z[, 2] + 0.3 * w + u[, 1], 3)
x2 <- round(-4 + 0.4 * z[, 2] + 0.5 * z[, 3] + 0.4 * z[, 4] - w + u[, 2], 3)
y <- round(1 + 0.8 * x1 - 1.5 * x2 + 2 * w + (1 + abs(z[, 1])) * u[, 3], 3)
two <- data.frame(y, x1, x2, w, z1 = z[, 1], z2 = z[, 2], z3 = z[, 3], z4 = z[, 4],
                  k = round(runif(n, 0.2, 2), 2), court)

# Instruments of next to no strength.
set.seed(20250303)
n <- 60
z1 <- round(rnorm(n), 3); z2 <- round(rnorm(n), 3)
v <- rnorm(n)
x <- round(0.02 * z1 + 0.05 * z2 + v, 3)
y <- round(1 + 0.5 * x + 0.8 * v + 0.6 * rnorm(n), 3)
weak <- data.frame(y, x, z1, z2, k = round(runif(n, 0.5, 2), 2), court = rep(1:12, 5))

# --- what is kept -------------------------------------------------------------------------------

number <- function(x) unname(as.numeric(x))
square <- function(m) unname(lapply(seq_len(nrow(m)), function(i) number(m[i, ])))

root <- function(m) { e <- eigen(m, symmetric = TRUE); e$vectors %*% diag(sqrt(e$values), nrow(m)) %*% t(e$vectors) }
invroot <- function(m) solve(root(m))

# Everything from the definitions, by solve(); data scaled by the square roots of the weights.
definitions <- function(y, X, W, Z, cluster) {
  n <- length(y); m <- ncol(X); L <- ncol(Z); D <- cbind(X, W); A <- cbind(Z, W)
  P <- A %*% solve(crossprod(A), t(A)); M <- diag(n) - P
  MW <- diag(n) - W %*% solve(crossprod(W), t(W))
  K <- ncol(A); k <- ncol(D)
  Y <- cbind(y, X)
  kappa <- min(Re(eigen(solve(t(Y) %*% M %*% Y, t(Y) %*% MW %*% Y))$values))
  class <- function(kappa) {
    H <- diag(n) - kappa * M
    B <- solve(t(D) %*% H %*% D)
    b <- B %*% t(D) %*% H %*% y
    e <- number(y - D %*% b)
    S <- H %*% D * e
    list(kappa = kappa, coefficients = number(b), classical = square(sum(e^2) / (n - k) * B),
         hc0 = square(B %*% crossprod(S) %*% B))
  }
  two <- class(1)
  e2 <- number(y - D %*% two$coefficients)
  gmm <- function(S) {
    B <- solve(t(D) %*% A %*% solve(S, t(A) %*% D))
    b <- B %*% t(D) %*% A %*% solve(S, t(A) %*% y)
    e <- number(y - D %*% b)
    H <- A %*% solve(S, t(A) %*% D) * e
    g <- t(A) %*% e
    list(coefficients = number(b), classical = square(B), hc0 = square(B %*% crossprod(H) %*% B),
         j = number(t(g) %*% solve(S, g)))
  }
  # The rank test of Kleibergen and Paap (2006), theorem 1, with q = m - 1.
  Xt <- MW %*% X; Zt <- MW %*% Z
  Pi <- solve(crossprod(Zt), t(Zt) %*% Xt)
  G <- root(crossprod(Zt)); Fm <- invroot(crossprod(Xt))
  Theta <- G %*% Pi %*% Fm
  s <- svd(Theta, nu = L, nv = m)
  q <- m - 1
  U22 <- s$u[(q + 1):L, (q + 1):L, drop = FALSE]; V22 <- s$v[m, m, drop = FALSE]
  Ap <- s$u[, (q + 1):L, drop = FALSE] %*% solve(U22) %*% root(U22 %*% t(U22))
  Bp <- root(V22 %*% t(V22)) %*% solve(t(V22)) %*% t(s$v[, m, drop = FALSE])
  lambda <- as.vector(t(Ap) %*% Theta %*% t(Bp))
  V <- M %*% X
  Zi <- Zt %*% solve(crossprod(Zt))
  scores <- do.call(cbind, lapply(1:m, function(j) Zi * V[, j]))
  g <- length(unique(cluster))
  rk <- function(VPi) {
    J <- (Bp %*% t(Fm)) %x% (t(Ap) %*% G)
    number(t(lambda) %*% solve(J %*% VPi %*% t(J), lambda))
  }
  hc1 <- crossprod(scores) * n / (n - K)
  cr1 <- crossprod(rowsum(scores, cluster)) * g / (g - 1) * (n - 1) / (n - K)
  iid <- (crossprod(V) / (n - K)) %x% solve(crossprod(Zt))
  # Montiel Olea and Pflueger, for the first endogenous variable.
  effective <- function(VPi, tau = 0.1) {
    Wm <- G %*% VPi[1:L, 1:L] %*% G
    f <- sum((G %*% Pi[, 1])^2) / sum(diag(Wm))
    x <- 1 / tau
    K <- sum(diag(Wm))^2 * (1 + 2 * x) /
      (sum(diag(Wm %*% Wm)) + 2 * x * sum(diag(Wm)) * max(eigen(Wm)$values))
    list(f = f, k = K, critical = qchisq(0.95, K, ncp = x * K) / K,
         p = pchisq(K * f, K, ncp = x * K, lower.tail = FALSE))
  }
  list(liml = class(kappa), fuller = class(kappa - 1 / (n - K)),
       gmm = gmm(crossprod(A * e2)), gmmClustered = gmm(crossprod(rowsum(A * e2, cluster))),
       craggDonald = rk(iid) / L, kleibergenPaap = rk(hc1) / L,
       kleibergenPaapClustered = rk(cr1) / L,
       underidentification = pchisq(rk(hc1), L - m + 1, lower.tail = FALSE),
       effective = effective(hc1), effectiveClustered = effective(cr1))
}

# Anderson and Rubin's test by lm and linearHypothesis, and its set by uniroot.
andersonRubin <- function(data, response, endogenous, exogenous, instruments, values, weights) {
  data$weight <- weights
  statistic <- function(b, robust) {
    data$.r <- data[[response]] - as.matrix(data[endogenous]) %*% b
    f <- lm(reformulate(c(exogenous, instruments), ".r"), data, weights = weight)
    test <- if (robust) linearHypothesis(f, instruments, vcov. = vcovHC(f, "HC1"))
            else linearHypothesis(f, instruments)
    c(test$F[2], test$`Pr(>F)`[2])
  }
  result <- list(values = values, classical = statistic(values, FALSE), hc1 = statistic(values, TRUE))
  if (length(endogenous) == 1) {
    df <- nrow(data) - 1 - length(exogenous) - length(instruments)
    ends <- function(robust) {
      f <- function(b) statistic(b, robust)[1] - qf(0.95, length(instruments), df)
      grid <- sinh(seq(-9, 9, length.out = 1500))
      v <- sapply(grid, f)
      at <- which(v[-1] * v[-length(v)] < 0)
      sapply(at, function(i) uniroot(f, grid[c(i, i + 1)], tol = 1e-14)$root)
    }
    result$ends <- number(ends(FALSE))
    result$endsHC1 <- number(ends(TRUE))
    result$includesEnds <- statistic(1e9, FALSE)[2] > 0.05
  }
  result
}

describe <- function(data, endogenous, exogenous, instruments, values, weighted) {
  w <- if (weighted) data$k else rep(1, nrow(data))
  data$weight <- w
  left <- c(endogenous, exogenous); right <- c(exogenous, instruments)
  f <- as.formula(paste("y ~", paste(left, collapse = "+"), "|", paste(right, collapse = "+")))
  fit <- ivreg(f, data = data, weights = weight)
  s <- summary(fit, diagnostics = TRUE)
  robust <- lapply(c(HC0 = "HC0", HC1 = "HC1"), function(t) square(vcovHC(fit, t)))
  r <- sqrt(w)
  W <- cbind(1, as.matrix(data[exogenous])) * r
  d <- s$diagnostics
  # Robust first stages and the robust Wu-Hausman test, by lm.
  first <- sapply(endogenous, function(v) {
    g <- lm(reformulate(right, v), data, weights = weight)
    c(linearHypothesis(g, instruments)$F[2], linearHypothesis(g, instruments, vcov. = vcovHC(g, "HC1"))$F[2])
  })
  for (v in endogenous) data[[paste0("v_", v)]] <- resid(lm(reformulate(right, v), data, weights = weight))
  g <- lm(reformulate(c(left, paste0("v_", endogenous)), "y"), data, weights = weight)
  hausman <- linearHypothesis(g, paste0("v_", endogenous), vcov. = vcovHC(g, "HC1"))
  list(data = as.list(data[setdiff(names(data), c("weight", paste0("v_", endogenous)))]),
       endogenous = endogenous, exogenous = exogenous, instruments = instruments,
       isWeighted = weighted, terms = names(coef(fit)),
       coefficients = number(coef(fit)), covariance = square(vcov(fit)), sigma = fit$sigma,
       rSquared = s$r.squared, hc0 = robust$HC0, hc1 = robust$HC1,
       cr1 = square(vcovCL(fit, data$court, type = "HC1")),
       firstStage = unname(first[1, ]), firstStageHC1 = unname(first[2, ]),
       weakInstruments = square(d[grep("^Weak", rownames(d)), , drop = FALSE]),
       wuHausman = number(d["Wu-Hausman", ]), sargan = number(d["Sargan", ]),
       wuHausmanHC1 = hausman$F[2],
       definitions = definitions(data$y * r, as.matrix(data[endogenous]) * r, W,
                                 as.matrix(data[instruments]) * r, data$court),
       andersonRubin = andersonRubin(data, "y", endogenous, exogenous, instruments, values, w))
}

values <- list(
  over = describe(over, "x", c("w1", "w2"), c("z1", "z2", "z3"), 1.5, FALSE),
  weighted = describe(over, "x", "w1", c("z1", "z2"), 0.9, TRUE),
  two = describe(two, c("x1", "x2"), "w", c("z1", "z2", "z3", "z4"), c(1, -1), FALSE),
  twoWeighted = describe(two, c("x1", "x2"), "w", c("z1", "z2", "z3"), c(0.5, -2), TRUE),
  weak = describe(weak, "x", character(), c("z1", "z2"), 0, FALSE),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  AER = as.character(packageVersion("AER")),
                  sandwich = as.character(packageVersion("sandwich"))))

# jsonlite stops at 15 digits: numbers go through as text with 17, and lose their quotes after.
printed <- function(x) {
  if (is.list(x)) return(lapply(x, printed))
  if (is.logical(x) || is.character(x)) return(x)
  x[is.na(x)] <- 1e300  # not defined
  text <- paste0("@", sprintf("%.17g", x), "@")
  short <- paste0("@", sprintf("%.15g", x), "@")
  ifelse(as.numeric(gsub("@", "", short)) == x, short, text)
}
text <- toJSON(printed(values), auto_unbox = TRUE)
writeLines(gsub("},", "},\n", gsub('"@([^"]*)@"', "\\1", text)), "values.json")
