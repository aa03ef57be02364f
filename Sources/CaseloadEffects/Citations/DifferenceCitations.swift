import CaseloadData

/// What designs of differences in differences cite.
extension Bibliography {
  public static let callawaySantAnna = Citation(
    key: "callaway-santanna-2021",
    text: "Callaway, B. & Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple time "
      + "periods. Journal of Econometrics 225, 200–230.", doi: "10.1016/j.jeconom.2020.12.001")
  public static let santAnnaZhao = Citation(
    key: "santanna-zhao-2020",
    text: "Sant'Anna, P. H. C. & Zhao, J. (2020). Doubly robust difference-in-differences "
      + "estimators. Journal of Econometrics 219, 101–122.", doi: "10.1016/j.jeconom.2020.06.003")
  public static let abadieDifferences = Citation(
    key: "abadie-2005",
    text: "Abadie, A. (2005). Semiparametric difference-in-differences estimators. Review of "
      + "Economic Studies 72, 1–19.", doi: "10.1111/0034-6527.00321")
  public static let heckmanIchimuraTodd = Citation(
    key: "heckman-ichimura-todd-1997",
    text:
      "Heckman, J. J., Ichimura, H. & Todd, P. E. (1997). Matching as an econometric evaluation "
      + "estimator: evidence from evaluating a job training programme. Review of Economic Studies "
      + "64, 605–654.", doi: "10.2307/2971733")
  public static let cardKrueger = Citation(
    key: "card-krueger-1994",
    text: "Card, D. & Krueger, A. B. (1994). Minimum wages and employment: a case study of the "
      + "fast-food industry in New Jersey and Pennsylvania. American Economic Review 84, 772–793.")
  public static let bertrandDufloMullainathan = Citation(
    key: "bertrand-duflo-mullainathan-2004",
    text: "Bertrand, M., Duflo, E. & Mullainathan, S. (2004). How much should we trust "
      + "differences-in-differences estimates? Quarterly Journal of Economics 119, 249–275.",
    doi: "10.1162/003355304772839588")
}
