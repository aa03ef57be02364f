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
    }
  }
}
