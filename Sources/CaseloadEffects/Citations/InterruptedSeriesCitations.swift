import CaseloadData

/// Sources of interrupted time series.
extension Bibliography {
  public static let linden = Citation(
    key: "linden-2015",
    text: "Linden, A. (2015). Conducting interrupted time-series analysis for single- and "
      + "multiple-group comparisons. Stata Journal 15, 480–500.",
    doi: "10.1177/1536867X1501500208")
  public static let lopezBernal = Citation(
    key: "lopez-bernal-2017",
    text: "Lopez Bernal, J., Cummins, S. & Gasparrini, A. (2017). Interrupted time series "
      + "regression for the evaluation of public health interventions: a tutorial. International "
      + "Journal of Epidemiology 46, 348–355.", doi: "10.1093/ije/dyw098")
  public static let zegerCounts = Citation(
    key: "zeger-1988",
    text: "Zeger, S. L. (1988). A regression model for time series of counts. Biometrika 75, "
      + "621–629.", doi: "10.1093/biomet/75.4.621")
}
