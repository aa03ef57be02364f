import CaseloadData

/// Sources of regressions with autoregressive errors.
extension Bibliography {
  public static let praisWinstenTrend = Citation(
    key: "prais-winsten-1954",
    text: "Prais, S. J. & Winsten, C. B. (1954). Trend estimators and serial correlation. Cowles "
      + "Commission Discussion Paper 383.")
  public static let cochraneOrcutt = Citation(
    key: "cochrane-orcutt-1949",
    text: "Cochrane, D. & Orcutt, G. H. (1949). Application of least squares regression to "
      + "relationships containing auto-correlated error terms. Journal of the American Statistical "
      + "Association 44, 32–61.", doi: "10.1080/01621459.1949.10483290")
  public static let wooldridgeIntroductory = Citation(
    key: "wooldridge-2020",
    text: "Wooldridge, J. M. (2020). Introductory Econometrics: A Modern Approach, 7th ed. Cengage."
  )
  public static let barndorffNielsenSchou = Citation(
    key: "barndorff-nielsen-schou-1973",
    text:
      "Barndorff-Nielsen, O. & Schou, G. (1973). On the parametrization of autoregressive models "
      + "by partial autocorrelations. Journal of Multivariate Analysis 3, 408–419.",
    doi: "10.1016/0047-259X(73)90030-4")
  public static let pinheiroBates = Citation(
    key: "pinheiro-bates-2000",
    text: "Pinheiro, J. C. & Bates, D. M. (2000). Mixed-Effects Models in S and S-PLUS. Springer.",
    doi: "10.1007/b98882")
  public static let bergerYang = Citation(
    key: "berger-yang-1994",
    text: "Berger, J. O. & Yang, R. (1994). Noninformative priors and Bayesian testing for the "
      + "AR(1) model. Econometric Theory 10, 461–482.")
}
