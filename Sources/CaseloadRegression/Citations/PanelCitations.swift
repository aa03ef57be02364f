import CaseloadData

/// Sources of random effects.
extension Bibliography {
  public static let swamyArora = Citation(
    key: "swamy-arora-1972",
    text: "Swamy, P. A. V. B. & Arora, S. S. (1972). The exact finite sample properties of the "
      + "estimators of coefficients in the error components regression models. Econometrica 40, "
      + "261–275.", doi: "10.2307/1909405")
  public static let baltagiChang = Citation(
    key: "baltagi-chang-1994",
    text: "Baltagi, B. H. & Chang, Y.-J. (1994). Incomplete panels: a comparative study of "
      + "alternative estimators for the unbalanced one-way error component regression model. Journal "
      + "of Econometrics 62, 67–89.", doi: "10.1016/0304-4076(94)90017-5")
  public static let mundlakPooling = Citation(
    key: "mundlak-1978",
    text: "Mundlak, Y. (1978). On the pooling of time series and cross section data. Econometrica "
      + "46, 69–85.", doi: "10.2307/1913646")
}
