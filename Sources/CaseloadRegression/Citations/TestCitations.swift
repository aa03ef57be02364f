import CaseloadData

extension Bibliography {
  public static let breuschPagan = Citation(
    key: "breusch-pagan-1979",
    text: "Breusch, T. S. & Pagan, A. R. (1979). A simple test for heteroscedasticity and random "
      + "coefficient variation. Econometrica 47, 1287–1294.", doi: "10.2307/1911963")
  public static let koenker = Citation(
    key: "koenker-1981",
    text: "Koenker, R. (1981). A note on studentizing a test for heteroscedasticity. Journal of "
      + "Econometrics 17, 107–112.", doi: "10.1016/0304-4076(81)90062-2")
  public static let white = Citation(
    key: "white-1980",
    text: "White, H. (1980). A heteroskedasticity-consistent covariance matrix estimator and a "
      + "direct test for heteroskedasticity. Econometrica 48, 817–838.", doi: "10.2307/1912934")
  public static let ramsey = Citation(
    key: "ramsey-1969",
    text: "Ramsey, J. B. (1969). Tests for specification errors in classical linear least-squares "
      + "regression analysis. Journal of the Royal Statistical Society B 31, 350–371.",
    doi: "10.1111/j.2517-6161.1969.tb00796.x")
  public static let durbinWatson = Citation(
    key: "durbin-watson-1971",
    text: "Durbin, J. & Watson, G. S. (1971). Testing for serial correlation in least squares "
      + "regression III. Biometrika 58, 1–19.", doi: "10.1093/biomet/58.1.1")
  public static let imhof = Citation(
    key: "imhof-1961",
    text: "Imhof, J. P. (1961). Computing the distribution of quadratic forms in normal variables. "
      + "Biometrika 48, 419–426.", doi: "10.1093/biomet/48.3-4.419")
  public static let godfrey = Citation(
    key: "godfrey-1978",
    text: "Godfrey, L. G. (1978). Testing against general autoregressive and moving average error "
      + "models when the regressors include lagged dependent variables. Econometrica 46, "
      + "1293–1301.", doi: "10.2307/1913829")
  public static let ljungBox = Citation(
    key: "ljung-box-1978",
    text: "Ljung, G. M. & Box, G. E. P. (1978). On a measure of lack of fit in time series models. "
      + "Biometrika 65, 297–303.", doi: "10.1093/biomet/65.2.297")
  public static let chow = Citation(
    key: "chow-1960",
    text: "Chow, G. C. (1960). Tests of equality between sets of coefficients in two linear "
      + "regressions. Econometrica 28, 591–605.", doi: "10.2307/1910133")
  public static let brownDurbinEvans = Citation(
    key: "brown-durbin-evans-1975",
    text: "Brown, R. L., Durbin, J. & Evans, J. M. (1975). Techniques for testing the constancy of "
      + "regression relationships over time. Journal of the Royal Statistical Society B 37, "
      + "149–192.", doi: "10.1111/j.2517-6161.1975.tb01532.x")
  public static let baiPerron = Citation(
    key: "bai-perron-1998",
    text: "Bai, J. & Perron, P. (1998). Estimating and testing linear models with multiple "
      + "structural changes. Econometrica 66, 47–78.", doi: "10.2307/2998540")
  public static let baiPerronAlgorithm = Citation(
    key: "bai-perron-2003",
    text: "Bai, J. & Perron, P. (2003). Computation and analysis of multiple structural change "
      + "models. Journal of Applied Econometrics 18, 1–22.", doi: "10.1002/jae.659")
  public static let bai = Citation(
    key: "bai-1997",
    text: "Bai, J. (1997). Estimation of a change point in multiple regression models. Review of "
      + "Economics and Statistics 79, 551–563.", doi: "10.1162/003465397557132")
  public static let andrews = Citation(
    key: "andrews-1993",
    text: "Andrews, D. W. K. (1993). Tests for parameter instability and structural change with "
      + "unknown change point. Econometrica 61, 821–856.", doi: "10.2307/2951764")
  public static let romanoWolf = Citation(
    key: "romano-wolf-2005",
    text: "Romano, J. P. & Wolf, M. (2005). Stepwise multiple testing as formalized data snooping. "
      + "Econometrica 73, 1237–1282.", doi: "10.1111/j.1468-0262.2005.00615.x")
  public static let tiptonPustejovsky = Citation(
    key: "tipton-pustejovsky-2015",
    text:
      "Tipton, E. & Pustejovsky, J. E. (2015). Small-sample adjustments for tests of moderators "
      + "and model fit using robust variance estimation in meta-regression. Journal of Educational "
      + "and Behavioral Statistics 40, 604–634.", doi: "10.3102/1076998615606099")
  public static let benjaminiHochberg = Citation(
    key: "benjamini-hochberg-1995",
    text: "Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of "
      + "the Royal Statistical Society B 57, 289–300.", doi: "10.1111/j.2517-6161.1995.tb02031.x")
  public static let hausman = Citation(
    key: "hausman-1978",
    text: "Hausman, J. A. (1978). Specification tests in econometrics. Econometrica 46, "
      + "1251–1271.", doi: "10.2307/1913827")
  public static let cameronTrivedi = Citation(
    key: "cameron-trivedi-1990",
    text: "Cameron, A. C. & Trivedi, P. K. (1990). Regression-based tests for overdispersion in "
      + "the Poisson model. Journal of Econometrics 46, 347–364.",
    doi: "10.1016/0304-4076(90)90014-K")
  public static let foxMonette = Citation(
    key: "fox-monette-1992",
    text: "Fox, J. & Monette, G. (1992). Generalized collinearity diagnostics. Journal of the "
      + "American Statistical Association 87, 178–183.", doi: "10.1080/01621459.1992.10475190")
  public static let belsley = Citation(
    key: "belsley-1980",
    text: "Belsley, D. A., Kuh, E. & Welsch, R. E. (1980). Regression Diagnostics. Wiley.",
    doi: "10.1002/0471725153")
}
