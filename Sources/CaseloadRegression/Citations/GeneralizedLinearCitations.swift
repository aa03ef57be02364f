import CaseloadData

extension Bibliography {
  public static let nelderWedderburn = Citation(
    key: "nelder-wedderburn-1972",
    text: "Nelder, J. A. & Wedderburn, R. W. M. (1972). Generalized linear models. Journal of the "
      + "Royal Statistical Society A 135, 370–384.", doi: "10.2307/2344614")
  public static let mccullaghNelder = Citation(
    key: "mccullagh-nelder-1989",
    text: "McCullagh, P. & Nelder, J. A. (1989). Generalized Linear Models, 2nd ed. Chapman & Hall."
  )
  public static let lawless = Citation(
    key: "lawless-1987",
    text: "Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. Canadian Journal "
      + "of Statistics 15, 209–225.", doi: "10.2307/3314912")
  public static let marschner = Citation(
    key: "marschner-2011",
    text: "Marschner, I. C. (2011). glm2: fitting generalized linear models with convergence "
      + "problems. The R Journal 3(2), 12–15.", doi: "10.32614/RJ-2011-012")
  public static let correiaSeparation = Citation(
    key: "correia-guimaraes-zylkin-2019",
    text: "Correia, S., Guimarães, P. & Zylkin, T. (2019). Verifying the existence of maximum "
      + "likelihood estimates for generalized linear models. arXiv 1903.01633.")
  public static let konis = Citation(
    key: "konis-2007",
    text: "Konis, K. (2007). Linear Programming Algorithms for Detecting Separated Data in Binary "
      + "Logistic Regression Models. DPhil thesis, University of Oxford.")
  public static let lawsonHanson = Citation(
    key: "lawson-hanson-1974",
    text: "Lawson, C. L. & Hanson, R. J. (1974). Solving Least Squares Problems. Prentice-Hall.")
  public static let cameronTrivediTest = Citation(
    key: "cameron-trivedi-1990",
    text: "Cameron, A. C. & Trivedi, P. K. (1990). Regression-based tests for overdispersion in "
      + "the Poisson model. Journal of Econometrics 46, 347–364.",
    doi: "10.1016/0304-4076(90)90014-K")
}
