import CaseloadData
import CaseloadRegression

/// Summaries of made-up models of case filings, each with what makes a table difficult.
enum RegressionTableSamples {
  private typealias Statistic = ModelSummary.Statistic

  private static func rows(
    _ values: [(term: String, estimate: Double, standardError: Double)], degrees: Double,
    level: Double = 0.95
  ) -> [Coefficient] {
    values.map {
      Coefficient(
        term: $0.term, estimate: $0.estimate, standardError: $0.standardError,
        degreesOfFreedom: degrees, level: level)
    }
  }

  static let linear = ModelSummary(
    label: "filings", formula: "filings ~ judges + log(population) + post_reform",
    family: "gaussian", response: "filings", covariance: "hc3",
    covarianceNote: Text(
      en: "heteroskedasticity-robust standard errors, HC3",
      zh: "异方差稳健标准误（HC3）"),
    coefficients: rows(
      [
        ("(Intercept)", -1234.5678, 412.345), ("judges", 12.34567, 1.98765),
        ("log(population)", 345.678, 98.7654), ("post_reform", -0.00042, 0.0312),
      ], degrees: 1196),
    observations: 1200,
    statistics: [
      Statistic("rSquared", Text("R²"), 0.81234567),
      Statistic("adjustedRSquared", Text(en: "Adjusted R²", zh: "调整后 R²"), 0.8112345),
      Statistic("fStatistic", Text("F"), 1725.4321),
      Statistic("fPValue", Text(en: "p of F", zh: "F 检验 p 值"), 1e-12),
      Statistic(
        "residualDegreesOfFreedom", Text(en: "Degrees of freedom", zh: "自由度"), 1196),
      Statistic("aic", Text("AIC"), 12345.678),
    ],
    level: 0.95)

  static let absorbed = ModelSummary(
    label: "filings", formula: "filings ~ judges + post_reform | court + month",
    family: "gaussian", response: "filings", covariance: "cr1",
    covarianceNote: Text(
      en: "standard errors clustered by court, CR1 with G/(G − 1) · (n − 1)/(n − K)",
      zh: "按 court 聚类的稳健标准误（CR1，校正因子 G/(G − 1) · (n − 1)/(n − K)）"),
    coefficients: rows(
      [("judges", 9.87654, 3.21), ("post_reform", -4.56789, 1.2345)], degrees: 23),
    droppedTerms: ["log(population)"], observations: 1188,
    statistics: [
      Statistic("rSquared", Text("R²"), 0.93456),
      Statistic("withinRSquared", Text(en: "Within R²", zh: "组内 R²"), 0.04321),
    ],
    fixedEffects: [.init(name: "court", count: 24), .init(name: "month", count: 1200)],
    clusters: [.init(name: "court", count: 24)], level: 0.95)

  static let poisson = ModelSummary(
    label: "appeals", formula: "appeals ~ judges + post_reform | court", family: "poisson",
    response: "appeals", covariance: "cr1",
    covarianceNote: absorbed.covarianceNote,
    coefficients: rows(
      [("judges", 0.0234567, 0.00456789), ("post_reform", -0.123456, 0.0654321)],
      degrees: .infinity),
    observations: 1200,
    statistics: [
      Statistic("pseudoRSquared", Text(en: "Pseudo R²", zh: "伪 R²"), 0.31234),
      Statistic("logLikelihood", Text(en: "Log likelihood", zh: "对数似然"), -4321.98765),
      Statistic("aic", Text("AIC"), 8697.9753),
    ],
    fixedEffects: [.init(name: "court", count: 24)],
    clusters: [.init(name: "court", count: 24)], level: 0.95)

  static let median = ModelSummary(
    label: "appeals", formula: "appeals ~ judges + post_reform", family: "quantile:0.5",
    response: "appeals", covariance: "kernel",
    covarianceNote: Text(
      en: "Powell's kernel sandwich, Hall and Sheather's bandwidth.",
      zh: "Powell 核估计夹心协方差，Hall–Sheather 带宽。"),
    coefficients: rows(
      [("(Intercept)", 1.5e-9, 2.5e-10), ("judges", 0.5, 0.25), ("post_reform", 0, 0.125)],
      degrees: .infinity),
    observations: 1200,
    statistics: [
      Statistic("r1", Text("R¹"), 0.21), Statistic("rSquared", Text("R²"), nil),
    ],
    level: 0.95)

  static let four = [linear, absorbed, poisson, median]
}
