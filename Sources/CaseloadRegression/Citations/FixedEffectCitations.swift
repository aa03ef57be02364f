import CaseloadData

extension Bibliography {
  public static let frischWaugh = Citation(
    key: "frisch-waugh-1933",
    text: "Frisch, R. & Waugh, F. V. (1933). Partial time regressions as compared with individual "
      + "trends. Econometrica 1, 387–401.", doi: "10.2307/1907330")
  public static let correia = Citation(
    key: "correia-2017",
    text: "Correia, S. (2017). Linear models with high-dimensional fixed effects: an efficient and "
      + "feasible estimator. Working paper.")
  public static let guimaraesPortugal = Citation(
    key: "guimaraes-portugal-2010",
    text: "Guimarães, P. & Portugal, P. (2010). A simple feasible procedure to fit models with "
      + "high-dimensional fixed effects. Stata Journal 10, 628–649.",
    doi: "10.1177/1536867X1101000406")
  public static let correiaGuimaraesZylkinFast = Citation(
    key: "correia-guimaraes-zylkin-2020",
    text: "Correia, S., Guimarães, P. & Zylkin, T. (2020). Fast Poisson estimation with "
      + "high-dimensional fixed effects. Stata Journal 20, 95–115.",
    doi: "10.1177/1536867X20909691")
  public static let santosSilvaTenreyro = Citation(
    key: "santos-silva-tenreyro-2006",
    text: "Santos Silva, J. M. C. & Tenreyro, S. (2006). The log of gravity. Review of Economics "
      + "and Statistics 88, 641–658.", doi: "10.1162/rest.88.4.641")
}
