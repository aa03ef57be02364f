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
  public static let clevelandSTL = Citation(
    key: "cleveland-1990",
    text: "Cleveland, R. B., Cleveland, W. S., McRae, J. E. & Terpenning, I. (1990). STL: a "
      + "seasonal-trend decomposition procedure based on loess. Journal of Official Statistics 6, "
      + "3–73.")
  public static let bandaraMSTL = Citation(
    key: "bandara-2025",
    text: "Bandara, K., Hyndman, R. J. & Bergmeir, C. (2025). MSTL: a seasonal-trend decomposition "
      + "algorithm for time series with multiple seasonal patterns. International Journal of "
      + "Operational Research 52, 79–98.")
  public static let deLiveraTBATS = Citation(
    key: "de-livera-2011",
    text: "De Livera, A. M., Hyndman, R. J. & Snyder, R. D. (2011). Forecasting time series with "
      + "complex seasonal patterns using exponential smoothing. Journal of the American Statistical "
      + "Association 106, 1513–1527.", doi: "10.1198/jasa.2011.tm09771")
  public static let bergmeirBagging = Citation(
    key: "bergmeir-2016",
    text: "Bergmeir, C., Hyndman, R. J. & Benítez, J. M. (2016). Bagging exponential smoothing "
      + "methods using STL decomposition and Box–Cox transformation. International Journal of "
      + "Forecasting 32, 303–312.", doi: "10.1016/j.ijforecast.2015.07.002")
  public static let kolassa = Citation(
    key: "kolassa-2011",
    text: "Kolassa, S. (2011). Combining exponential smoothing forecasts using Akaike weights. "
      + "International Journal of Forecasting 27, 238–251.")
  public static let svetunkov = Citation(
    key: "svetunkov-2023",
    text:
      "Svetunkov, I. (2023). Forecasting and Analytics with the Augmented Dynamic Adaptive Model "
      + "(ADAM). Chapman & Hall/CRC.")
  public static let cepej = Citation(
    key: "cepej-2018",
    text: "European Commission for the Efficiency of Justice (2018). Revised SATURN guidelines for "
      + "judicial time management: clearance rate and disposition time.")
  public static let ncsc = Citation(
    key: "ncsc-weighted-caseload",
    text: "National Center for State Courts. Weighted caseload: need = Σ filings × weight / "
      + "judge-year value.")
}
