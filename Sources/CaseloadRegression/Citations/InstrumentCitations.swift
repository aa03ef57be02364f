import CaseloadData

/// Sources of instrumental variables.
extension Bibliography {
  public static let andersonRubinLimitedInformation = Citation(
    key: "anderson-rubin-1949",
    text:
      "Anderson, T. W. & Rubin, H. (1949). Estimation of the parameters of a single equation in "
      + "a complete system of stochastic equations. Annals of Mathematical Statistics 20, 46–63.",
    doi: "10.1214/aoms/1177730090")
  public static let theilTwoStage = Citation(
    key: "theil-1958",
    text: "Theil, H. (1958). Economic Forecasts and Policy. North-Holland.")
  public static let fullerLimitedInformation = Citation(
    key: "fuller-1977",
    text: "Fuller, W. A. (1977). Some properties of a modification of the limited information "
      + "estimator. Econometrica 45, 939–953.", doi: "10.2307/1912683")
  public static let hansenMoments = Citation(
    key: "hansen-1982",
    text: "Hansen, L. P. (1982). Large sample properties of generalized method of moments "
      + "estimators. Econometrica 50, 1029–1054.", doi: "10.2307/1912775")
  public static let sarganInstruments = Citation(
    key: "sargan-1958",
    text: "Sargan, J. D. (1958). The estimation of economic relationships using instrumental "
      + "variables. Econometrica 26, 393–415.", doi: "10.2307/1907619")
  public static let wuExogeneity = Citation(
    key: "wu-1973",
    text: "Wu, D.-M. (1973). Alternative tests of independence between stochastic regressors and "
      + "disturbances. Econometrica 41, 733–750.", doi: "10.2307/1914093")
  public static let craggDonaldRank = Citation(
    key: "cragg-donald-1993",
    text: "Cragg, J. G. & Donald, S. G. (1993). Testing identifiability and specification in "
      + "instrumental variable models. Econometric Theory 9, 222–240.",
    doi: "10.1017/S0266466600007519")
  public static let kleibergenPaapRank = Citation(
    key: "kleibergen-paap-2006",
    text: "Kleibergen, F. & Paap, R. (2006). Generalized reduced rank tests using the singular "
      + "value decomposition. Journal of Econometrics 133, 97–126.",
    doi: "10.1016/j.jeconom.2005.02.011")
  public static let montielOleaPflueger = Citation(
    key: "montiel-olea-pflueger-2013",
    text: "Montiel Olea, J. L. & Pflueger, C. (2013). A robust test for weak instruments. Journal "
      + "of Business & Economic Statistics 31, 358–369.", doi: "10.1080/00401706.2013.806694")
}
