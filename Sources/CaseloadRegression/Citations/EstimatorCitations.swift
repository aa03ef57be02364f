import CaseloadData

/// Sources of the quantile, robust and ridge estimators.
extension Bibliography {
  public static let koenkerBassett = Citation(
    key: "koenker-bassett-1978",
    text: "Koenker, R. & Bassett, G. (1978). Regression quantiles. Econometrica 46, 33–50.",
    doi: "10.2307/1913643")
  public static let portnoyKoenker = Citation(
    key: "portnoy-koenker-1997",
    text: "Portnoy, S. & Koenker, R. (1997). The Gaussian hare and the Laplacian tortoise: "
      + "computability of squared-error versus absolute-error estimators. Statistical Science 12, "
      + "279–300.", doi: "10.1214/ss/1030037960")
  public static let hendricksKoenker = Citation(
    key: "hendricks-koenker-1992",
    text: "Hendricks, W. & Koenker, R. (1992). Hierarchical spline models for conditional "
      + "quantiles and the demand for electricity. Journal of the American Statistical "
      + "Association 87, 58–68.", doi: "10.1080/01621459.1992.10475175")
  public static let powell = Citation(
    key: "powell-1991",
    text: "Powell, J. L. (1991). Estimation of monotonic regression models under quantile "
      + "restrictions. In Nonparametric and Semiparametric Methods in Econometrics, 357–384. "
      + "Cambridge.")
  public static let huber = Citation(
    key: "huber-1981", text: "Huber, P. J. (1981). Robust Statistics. Wiley.",
    doi: "10.1002/0471725250")
  public static let yohai = Citation(
    key: "yohai-1987",
    text: "Yohai, V. J. (1987). High breakdown-point and high efficiency robust estimates for "
      + "regression. Annals of Statistics 15, 642–656.", doi: "10.1214/aos/1176350366")
  public static let salibianYohai = Citation(
    key: "salibian-barrera-yohai-2006",
    text: "Salibian-Barrera, M. & Yohai, V. J. (2006). A fast algorithm for S-regression "
      + "estimates. Journal of Computational and Graphical Statistics 15, 414–427.",
    doi: "10.1198/106186006X113629")
  public static let croux = Citation(
    key: "croux-2003",
    text: "Croux, C., Dhaene, G. & Hoorelbeke, D. (2003). Robust standard errors for robust "
      + "estimators. Discussion Papers Series 03.16, KU Leuven.")
  public static let renaud = Citation(
    key: "renaud-victoria-feser-2010",
    text: "Renaud, O. & Victoria-Feser, M.-P. (2010). A robust coefficient of determination for "
      + "regression. Journal of Statistical Planning and Inference 140, 1852–1862.",
    doi: "10.1016/j.jspi.2010.01.008")
  public static let hoerlKennard = Citation(
    key: "hoerl-kennard-1970",
    text: "Hoerl, A. E. & Kennard, R. W. (1970). Ridge regression: biased estimation for "
      + "nonorthogonal problems. Technometrics 12, 55–67.",
    doi: "10.1080/00401706.1970.10488634")
  public static let golubHeathWahba = Citation(
    key: "golub-heath-wahba-1979",
    text: "Golub, G. H., Heath, M. & Wahba, G. (1979). Generalized cross-validation as a method "
      + "for choosing a good ridge parameter. Technometrics 21, 215–223.",
    doi: "10.1080/00401706.1979.10489751")
}
