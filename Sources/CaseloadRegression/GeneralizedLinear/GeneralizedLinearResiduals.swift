import CaseloadMath

/// The kinds of residual of a generalized linear model.
///
/// ```
/// response   y − μ̂
/// pearson    (y − μ̂) √(w/V(μ̂))
/// deviance   sign(y − μ̂) √(w d(y, μ̂))
/// working    (y − μ̂)/(dμ/dη)
/// ```
///
/// - Source: McCullagh & Nelder, *Generalized Linear Models*, 2nd ed. (1989), §2.4.
public enum ResidualKind: String, Codable, Sendable, CaseIterable {
  case response
  case pearson
  case deviance
  case working
}

extension GeneralizedLinearFit {
  /// The residuals of `kind`, one an observation used.
  public func residuals(_ kind: ResidualKind) -> [Double] {
    response.indices.map { i in
      let mean = means[i]
      let e = family.residual(response[i], mean)
      let w = weights?[i] ?? 1
      switch kind {
      case .response: return e
      case .pearson: return e * (w / family.variance(mean)).squareRoot()
      case .working: return e / mean.derivative
      case .deviance:
        let size = (w * max(0, family.unitDeviance(response[i], mean))).squareRoot()
        return e < 0 ? -size : size
      }
    }
  }
}
