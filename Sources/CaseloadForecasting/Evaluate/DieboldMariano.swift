import CaseloadData
import CaseloadMath

/// Diebold and Mariano's test that two forecasts lose equally much.
///
/// ```
/// dₜ = |e₁ₜ|^p − |e₂ₜ|^p
/// DM = d̄ / √((γ₀ + 2 Σₖ₌₁ʰ⁻¹ γₖ) / n),   γₖ = (1/n) Σ (dₜ − d̄)(dₜ₋ₖ − d̄)
/// DM* = DM √((n + 1 − 2h + h(h − 1)/n) / n)  ~  t(n − 1)
/// ```
///
/// for errors h steps ahead. A variance that is not positive is estimated with h = 1 instead, and
/// the test says so.
///
/// - Sources: Diebold & Mariano (1995), *Journal of Business & Economic Statistics* 13, 253–263;
///   Harvey, Leybourne & Newbold (1997), *International Journal of Forecasting* 13, 281–291. As R's
///   `dm.test` with `varestimator = "acf"`.
public enum DieboldMariano {
  /// The test from two series of errors.
  ///
  /// - Parameters:
  ///   - first: e₁, the errors of the first forecast.
  ///   - second: e₂, on the same periods; those where either is missing (NaN) are left out.
  ///   - horizon: h.
  ///   - power: p, 2 for squared and 1 for absolute errors.
  ///   - alternative: `less` is that the first loses less, so is the better one.
  /// - Returns: the test.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for too few errors, ``DiagnosticCode/illegalOption``
  ///   for a horizon or a power that is not possible, ``DiagnosticCode/notIdentified`` where the
  ///   losses differ by a constant.
  public static func test(
    _ first: [Double], _ second: [Double], horizon: Int = 1, power: Double = 2,
    alternative: Alternative = .twoSided
  ) throws(Diagnostic) -> HypothesisTest {
    guard power > 0, power.isFinite else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A loss is a power above 0 of the error.", zh: "损失应为误差的正次幂。"),
        hint: Text(en: "Use 1 or 2.", zh: "请取 1 或 2。"))
    }
    precondition(first.count == second.count, "\(first.count) errors against \(second.count)")
    // Both by the largest error, which leaves the statistic as it is.
    let largest = (first + second).reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    func loss(_ e: Double) -> Double { pow(largest > 0 ? abs(e) / largest : 0, power) }
    return try test(
      differences: zip(first, second).map { a, b in
        a.isNaN || b.isNaN ? .nan : loss(a) - loss(b)
      }, horizon: horizon, alternative: alternative)
  }

  /// The test from the differences of any losses, the first's less the second's.
  ///
  /// - Parameters:
  ///   - differences: dₜ; NaN is left out.
  ///   - horizon: h.
  ///   - alternative: `less` is that the first loses less.
  /// - Returns: the test.
  /// - Throws: as ``test(_:_:horizon:power:alternative:)``.
  public static func test(
    differences: [Double], horizon: Int = 1, alternative: Alternative = .twoSided
  ) throws(Diagnostic) -> HypothesisTest {
    let h = horizon
    let d = differences.filter { !$0.isNaN }
    let n = Double(d.count)
    let (steps, length) = (Double(h), n)
    let correction = (length + 1 - 2 * steps + steps / length * (steps - 1)) / length
    guard h >= 1, d.count > max(1, h), correction > 0, let mean = Descriptive.mean(d) else {
      throw Diagnostic(
        h < 1 ? .illegalOption : .seriesTooShort, .error,
        Text(
          en: "\(d.count) pairs of errors are too few for a comparison \(h) steps ahead.",
          zh: "\(d.count) 对误差不足以比较向前 \(h) 步的预测。"),
        hint: Text(
          en: "Use more origins, or a horizon of 1 or more that is shorter.",
          zh: "请增加预测起点，或缩短预测期（不小于 1）。"))
    }
    let centered = d.map { $0 - mean }
    func covariance(_ lag: Int) -> Double {
      var sum = Accumulator()
      for t in lag..<d.count { sum.add(product: centered[t], centered[t - lag]) }
      return sum.value / n
    }
    let variance = (1..<max(1, h)).reduce(covariance(0)) { $0 + 2 * covariance($1) } / n
    guard variance > 0 else {
      if h > 1 {
        let simple = try test(differences: d, horizon: 1, alternative: alternative)
        return result(
          simple.statistic, n, alternative,
          detail: Text(
            en: "The variance for \(h) steps was not positive; that for 1 step was used.",
            zh: "\(h) 步方差不为正，改用 1 步方差。"))
      }
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The two losses differ by the same amount everywhere, so their difference cannot be "
            + "tested.",
          zh: "两种损失处处相差同一数值，无法检验其差异。"),
        hint: Text(en: "Compare two different forecasts.", zh: "请比较两种不同的预测。"))
    }
    return result(mean / variance.squareRoot() * correction.squareRoot(), n, alternative)
  }

  private static func result(
    _ statistic: Double, _ n: Double, _ alternative: Alternative, detail: Text? = nil
  ) -> HypothesisTest {
    HypothesisTest(
      id: "diebold-mariano", name: Text(en: "Diebold–Mariano test", zh: "Diebold–Mariano 检验"),
      hypothesis: Text(
        en: "Both forecasts lose equally much.", zh: "两种预测的损失相同。"),
      studentT: statistic, degreesOfFreedom: n - 1, alternative: alternative, detail: detail)
  }
}
