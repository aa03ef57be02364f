import CaseloadData
import CaseloadMath

/// How much better a model does than its intercept, by measures that go from 0 to 1.
///
/// ```
/// McFadden       1 − ℓ/ℓ₀
/// Cox–Snell      1 − exp(2(ℓ₀ − ℓ)/n)
/// Cragg–Uhler    Cox–Snell / (1 − exp(2ℓ₀/n))
/// deviance       1 − D/D₀
/// ```
///
/// The first three are of likelihoods of counts or outcomes; ℓ₀ is the intercept's, with the offset
/// and with a θ of its own where θ is estimated. For families with a density, ℓ has no upper end at
/// 0 and only Cox and Snell's and that of the deviance are given.
///
/// - Sources: McFadden (1974), in Zarembka, *Frontiers in Econometrics*, 105–142; Cragg & Uhler
///   (1970), *Canadian Journal of Economics* 3, 386–406; Nagelkerke (1991), *Biometrika* 78, 691–692;
///   Cameron & Windmeijer (1997), *Journal of Econometrics* 77, 329–342 (deviance).
public struct PseudoRSquared: Codable, Sendable, Equatable {
  /// `nil` for a family with a density or without a likelihood.
  public let mcFadden: Double?
  /// `nil` for a family without a likelihood.
  public let coxSnell: Double?
  /// Nagelkerke's; `nil` as McFadden's.
  public let craggUhler: Double?
  /// `nil` where the deviance of the intercept is zero.
  public let deviance: Double?
}

extension GeneralizedLinearFit {
  /// The pseudo R² of the fit.
  ///
  /// - Returns: the measures that the family has.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a model without an intercept.
  public func pseudoRSquared() throws(Diagnostic) -> PseudoRSquared {
    guard hasIntercept else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A pseudo R² compares with the intercept alone, and this model has none.",
          zh: "伪 R² 以仅含截距的模型为参照，而该模型没有截距。"),
        hint: Text(en: "Add an intercept.", zh: "请加入截距。"))
    }
    let n = observationCount
    let null = try GeneralizedLinearFit(
      model, x: Matrix(rowCount: n, columnCount: 1, repeating: 1), y: response,
      names: [coefficientNames[0]], offset: offset, weights: weights, hasIntercept: true, notes: [])
    var (mcFadden, coxSnell, craggUhler): (Double?, Double?, Double?) = (nil, nil, nil)
    if let own = logLikelihood, let base = null.logLikelihood {
      let coxSnellValue = -expm1(2 * (base - own) / Double(n))
      coxSnell = coxSnellValue
      let isDiscrete = model.family.isCount || model.family.isBinomial
      if isDiscrete, base < 0 {
        mcFadden = 1 - own / base
        craggUhler = coxSnellValue / -expm1(2 * base / Double(n))
      }
    }
    let deviance = nullDeviance.flatMap { $0 > 0 ? 1 - self.deviance / $0 : nil }
    return PseudoRSquared(
      mcFadden: mcFadden, coxSnell: coxSnell, craggUhler: craggUhler, deviance: deviance)
  }
}
