/// Sources of designs that are regressions on panels.
extension Bibliography {
  public static let sunAbraham = Citation(
    key: "sun-abraham-2021",
    text:
      "Sun, L. & Abraham, S. (2021). Estimating dynamic treatment effects in event studies with "
      + "heterogeneous treatment effects. Journal of Econometrics 225, 175–199.",
    doi: "10.1016/j.jeconom.2020.09.006")
  public static let goodmanBacon = Citation(
    key: "goodman-bacon-2021",
    text: "Goodman-Bacon, A. (2021). Difference-in-differences with variation in treatment timing. "
      + "Journal of Econometrics 225, 254–277.", doi: "10.1016/j.jeconom.2021.03.014")
  public static let chaisemartinHaultfoeuilleTwoWay = Citation(
    key: "chaisemartin-haultfoeuille-2020",
    text: "de Chaisemartin, C. & D'Haultfœuille, X. (2020). Two-way fixed effects estimators with "
      + "heterogeneous treatment effects. American Economic Review 110, 2964–2996.",
    doi: "10.1257/aer.20181169")
  public static let montielOleaPlagborgMoller = Citation(
    key: "montiel-olea-plagborg-moller-2019",
    text:
      "Montiel Olea, J. L. & Plagborg-Møller, M. (2019). Simultaneous confidence bands: theory, "
      + "implementation, and an application to SVARs. Journal of Applied Econometrics 34, 1–17.",
    doi: "10.1002/jae.2656")
  public static let cengiz = Citation(
    key: "cengiz-2019",
    text: "Cengiz, D., Dube, A., Lindner, A. & Zipperer, B. (2019). The effect of minimum wages on "
      + "low-wage jobs. Quarterly Journal of Economics 134, 1405–1454.", doi: "10.1093/qje/qjz014")
  public static let wingFreedmanHollingsworth = Citation(
    key: "wing-freedman-hollingsworth-2024",
    text:
      "Wing, C., Freedman, S. M. & Hollingsworth, A. (2024). Stacked difference-in-differences. "
      + "NBER Working Paper 32054.", doi: "10.3386/w32054")
  public static let wooldridgeExtended = Citation(
    key: "wooldridge-2021",
    text: "Wooldridge, J. M. (2021). Two-way fixed effects, the two-way Mundlak regression, and "
      + "difference-in-differences estimators. SSRN 3906345.", doi: "10.2139/ssrn.3906345")
  public static let oldenMoen = Citation(
    key: "olden-moen-2022",
    text: "Olden, A. & Møen, J. (2022). The triple difference estimator. Econometrics Journal 25, "
      + "531–553.", doi: "10.1093/ectj/utac010")
  public static let callawayGoodmanBaconSantAnna = Citation(
    key: "callaway-goodman-bacon-santanna-2024",
    text: "Callaway, B., Goodman-Bacon, A. & Sant'Anna, P. H. C. (2024). Difference-in-differences "
      + "with a continuous treatment. NBER Working Paper 32117.", doi: "10.3386/w32117")
}
