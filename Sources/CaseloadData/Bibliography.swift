/// Every source that a method card cites, once.
public enum Bibliography {
  public static let golubVanLoan = Citation(
    key: "golub-van-loan-2013",
    text: "Golub, G. H. & Van Loan, C. F. (2013). Matrix Computations, 4th ed. Johns Hopkins.")
  public static let bjorck = Citation(
    key: "bjorck-1967",
    text: "Björck, Å. (1967). Iterative refinement of linear least squares solutions I. BIT 7, "
      + "257–278.", doi: "10.1007/BF01939321")
  public static let mackinnonWhite = Citation(
    key: "mackinnon-white-1985",
    text: "MacKinnon, J. G. & White, H. (1985). Some heteroskedasticity-consistent covariance "
      + "matrix estimators with improved finite sample properties. Journal of Econometrics 29, "
      + "305–325.", doi: "10.1016/0304-4076(85)90158-7")
  public static let neweyWest = Citation(
    key: "newey-west-1994",
    text: "Newey, W. K. & West, K. D. (1994). Automatic lag selection in covariance matrix "
      + "estimation. Review of Economic Studies 61, 631–653.", doi: "10.2307/2297912")
  public static let pattersonThompson = Citation(
    key: "patterson-thompson-1971",
    text: "Patterson, H. D. & Thompson, R. (1971). Recovery of inter-block information when block "
      + "sizes are unequal. Biometrika 58, 545–554.", doi: "10.1093/biomet/58.3.545")
  public static let kenwardRoger = Citation(
    key: "kenward-roger-1997",
    text: "Kenward, M. G. & Roger, J. H. (1997). Small sample inference for fixed effects from "
      + "restricted maximum likelihood. Biometrics 53, 983–997.", doi: "10.2307/2533558")
  public static let turner = Citation(
    key: "turner-2021",
    text: "Turner, S. L. et al. (2021). Evaluation of statistical methods used in the analysis of "
      + "interrupted time series studies: a simulation study. BMC Medical Research Methodology 21, "
      + "181.", doi: "10.1186/s12874-021-01364-0")
  public static let wagner = Citation(
    key: "wagner-2002",
    text: "Wagner, A. K. et al. (2002). Segmented regression analysis of interrupted time series "
      + "studies in medication use research. Journal of Clinical Pharmacy and Therapeutics 27, "
      + "299–309.", doi: "10.1046/j.1365-2710.2002.00430.x")
  public static let hyndmanAthanasopoulos = Citation(
    key: "hyndman-athanasopoulos-2021",
    text: "Hyndman, R. J. & Athanasopoulos, G. (2021). Forecasting: Principles and Practice, "
      + "3rd ed. OTexts.")
  public static let hyndmanKoehler = Citation(
    key: "hyndman-2008",
    text: "Hyndman, R. J., Koehler, A. B., Ord, J. K. & Snyder, R. D. (2008). Forecasting with "
      + "Exponential Smoothing: The State Space Approach. Springer.",
    doi: "10.1007/978-3-540-71918-2")
  public static let gardnerMcKenzie = Citation(
    key: "gardner-mckenzie-1985",
    text: "Gardner, E. S. & McKenzie, E. (1985). Forecasting trends in time series. Management "
      + "Science 31, 1237–1246.", doi: "10.1287/mnsc.31.10.1237")
  public static let cepej = Citation(
    key: "cepej-2018",
    text: "European Commission for the Efficiency of Justice (2018). Revised SATURN guidelines for "
      + "judicial time management: clearance rate and disposition time.")
  public static let ncsc = Citation(
    key: "ncsc-weighted-caseload",
    text: "National Center for State Courts. Weighted caseload: need = Σ filings × weight / "
      + "judge-year value.")
  public static let durbinKoopman = Citation(
    key: "durbin-koopman-2012",
    text:
      "Durbin, J. & Koopman, S. J. (2012). Time Series Analysis by State Space Methods, 2nd ed. "
      + "Oxford University Press.", doi: "10.1093/acprof:oso/9780199641178.001.0001")
  public static let harvey = Citation(
    key: "harvey-1989",
    text: "Harvey, A. C. (1989). Forecasting, Structural Time Series Models and the Kalman Filter. "
      + "Cambridge University Press.", doi: "10.1017/CBO9781107049994")
  public static let koopmanShephard = Citation(
    key: "koopman-shephard-1992",
    text: "Koopman, S. J. & Shephard, N. (1992). Exact score for time series models in state space "
      + "form. Biometrika 79, 823–826.", doi: "10.1093/biomet/79.4.823")
}
