import CaseloadData

/// The estimators of a linear mean that a person can choose by name.
public enum RegressionEstimator: String, Codable, Sendable, CaseIterable {
  /// Least squares, or maximum likelihood of the family; within fixed effects where there are any;
  /// two-stage least squares where there are instruments.
  case standard = "ols"
  case ridge
  case quantile
  case huber, bisquare, hampel, mm
  /// Errors of first-order autoregression by restricted maximum likelihood.
  case autoregressive = "ar1"
  /// Errors of first-order autoregression by the iterated transformation of Prais and Winsten.
  case praisWinsten = "prais-winsten"
  /// Errors of autoregression of order 1 to 4 by REML or ML.
  case generalized = "gls"
  /// Instrumental variables by two stages, which ols means too where there are instruments.
  case twoStage = "2sls"
  case liml
  case momentMethod = "gmm"
  /// One random effect in place of the fixed one after the bar.
  case randomEffects = "random-effects"

  /// Whether it reads the instruments of a formula.
  var takesInstruments: Bool { [.standard, .twoStage, .liml, .momentMethod].contains(self) }
  /// Whether it is for one series in the order of time.
  var isOfSeries: Bool { [.autoregressive, .praisWinsten, .generalized].contains(self) }

  public var name: Text {
    switch self {
    case .standard: Text(en: "Least squares", zh: "最小二乘")
    case .ridge: Text(en: "Ridge regression", zh: "岭回归")
    case .quantile: Text(en: "Quantile regression", zh: "分位数回归")
    case .huber: Text(en: "M estimate (Huber)", zh: "M 估计（Huber）")
    case .bisquare: Text(en: "M estimate (bisquare)", zh: "M 估计（双权）")
    case .hampel: Text(en: "M estimate (Hampel)", zh: "M 估计（Hampel）")
    case .mm: Text(en: "MM estimate", zh: "MM 估计")
    case .autoregressive: Text(en: "AR(1) errors by REML", zh: "AR(1) 误差（REML）")
    case .praisWinsten: Text(en: "Prais–Winsten", zh: "Prais–Winsten")
    case .generalized: Text(en: "Generalized least squares", zh: "广义最小二乘")
    case .twoStage: Text(en: "Two-stage least squares", zh: "两阶段最小二乘")
    case .liml: Text(en: "Limited-information maximum likelihood", zh: "有限信息极大似然")
    case .momentMethod: Text(en: "Two-step GMM", zh: "两步 GMM")
    case .randomEffects: Text(en: "Random effects", zh: "随机效应")
    }
  }
}
