import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Segmented regressions of counts.
///
/// ```
/// ln E yₜ = xₜᵀβ + ln exposureₜ,   Var yₜ = φ V(μₜ),   Corr(yₜ, yₛ) = (1 − ω) ρ^|t−s|
/// zₜ = xₜᵀβ̃ + (yₜ − μ̃ₜ)/μ̃ₜ,   wₜ = μ̃ₜ²/V(μ̃ₜ)
/// ```
///
/// With independent errors this is a generalized linear model. With autocorrelated ones the model is
/// linearized once at that fit β̃: √w z on √w x is a linear regression with errors of variance φ, and
/// ``IntegratedAutoregression`` integrates over ρ and over the share ω of counting noise that
/// carries nothing over to the next period. One step from a consistent estimate is efficient, and no
/// iteration can run away in a short series. Poisson's φ is 1.
///
/// - Sources: Zeger (1988), *Biometrika* 75, 621–629 (counts about an autocorrelated rate, by
///   quasi-likelihood); Le Cam's one-step estimate, van der Vaart (1998), *Asymptotic Statistics*,
///   §5.7.
extension SegmentedFit {
  static func counts(
    _ design: SegmentedDesign, _ options: InterruptedTimeSeries, from start: Period?
  ) throws(Diagnostic) -> SegmentedFit {
    try requireRows(design, atLeast: design.names.count + 1)
    var model = GeneralizedLinearModel()
    switch options.family {
    case .gaussian, .poisson: model.family = .poisson
    case .quasiPoisson: model.family = .quasiPoisson
    case .negativeBinomial: model.family = .negativeBinomial
    }
    let fit = try ranked(design) { () throws(Diagnostic) in
      try model.fitted(
        design.matrix, design.response, names: design.names, offset: design.offset)
    }
    guard fit.usedColumns.count == design.names.count,
      fit.usedRows.count == design.response.count
    else {
      if let lost = fit.omittedNames.first(where: { design.effectNames.contains($0) }) {
        throw Diagnostic(
          .separation, .error,
          Text(
            en: "Every count is zero where ‘\(lost)’ acts, so that its rate ratio is zero and has "
              + "no interval.",
            zh: "“\(lost)”作用的各期计数均为零，其比率为零且没有区间。"),
          at: Diagnostic.Location(period: start?.description),
          hint: Text(
            en: "Use longer periods, or --set family=gaussian scale=level.",
            zh: "请改用更长的时期，或设 family=gaussian scale=level。"))
      }
      let reduced = design.selecting(rows: fit.usedRows).selecting(columns: fit.usedColumns)
      return try counts(reduced, options, from: start).expanded(
        to: design, notes: fit.diagnostics)
    }
    switch options.errors {
    case .ols, .neweyWest:
      let (kind, reason) = robust(design, options) {
        fit.estimatingEquations.automaticLags(prewhitened: false)
      }
      let covariance = try fit.covariance(kind)
      return SegmentedFit(
        names: design.names, coefficients: fit.coefficients,
        law: .student(covariance) { contrast in
          (try? fit.degreesOfFreedom(kind, of: contrast)) ?? fit.residualDegreesOfFreedom
        }, autocorrelation: nil, innovations: fit.estimatingEquations.residuals,
        errorParameters: 0, reason: reason,
        diagnostics: fit.diagnostics + seamNotes(design, options))
    case .reml: return try linearized(design, fit, options)
    case .praisWinsten, .arima:
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "errors=\(options.errors.rawValue) is for a normal outcome, and the family is "
            + "\(options.family.rawValue).",
          zh: "errors=\(options.errors.rawValue) 用于正态结果，而分布族为 \(options.family.rawValue)。"),
        hint: Text(
          en: "Use errors=reml, newey-west or ols.", zh: "请用 errors=reml、newey-west 或 ols。"))
    }
  }

  private static func linearized(
    _ design: SegmentedDesign, _ fit: GeneralizedLinearFit, _ options: InterruptedTimeSeries
  ) throws(Diagnostic) -> SegmentedFit {
    let alpha = fit.alpha ?? 0
    // 1/√w.
    let scale = fit.fittedMeans.map { mu in ((1 + alpha * mu) / mu).squareRoot() }
    var working = design
    working.response = design.response.indices.map { i in
      let mu = fit.fittedMeans[i]
      return fit.linearPredictors[i] - (design.offset?[i] ?? 0) + (design.response[i] - mu) / mu
    }
    working = working.dividing(by: scale)
    let mixture = try IntegratedAutoregression(
      working.matrix, working.response, names: design.names, times: design.times,
      hasWhiteNoise: true, knownVariance: options.family == .poisson ? 1 : nil)
    return SegmentedFit(
      integrated: mixture,
      reason: Text(
        en: "\(options.family.rawValue) counts with first-order autoregression, linearized at the "
          + "independent fit and integrated over the autocorrelation and the share of white noise.",
        zh: "\(options.family.rawValue) 计数的一阶自回归误差：在独立拟合处线性化，并对自相关与白噪声比例积分。"),
      diagnostics: fit.diagnostics)
  }

  /// Zero for the columns of `design` that were left out.
  private func expanded(to design: SegmentedDesign, notes: [Diagnostic]) -> SegmentedFit {
    let map = design.names.map { names.firstIndex(of: $0) }
    let count = names.count
    let full = map.map { $0.map { coefficients[$0] } ?? 0 }
    return SegmentedFit(
      names: design.names, coefficients: full,
      law: .reduced(law) { contrast in
        var result = [Double](repeating: 0, count: count)
        for (j, k) in map.enumerated() { if let k { result[k] = contrast[j] } }
        return result
      },
      autocorrelation: autocorrelation, innovations: innovations,
      errorParameters: errorParameters, reason: reason, diagnostics: notes + diagnostics)
  }
}
