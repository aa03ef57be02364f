import CaseloadData
import CaseloadMath

/// Hausman's test that two estimators of the same coefficients differ only by chance.
///
/// ```
/// H = dᵀ (V₁ − V₀)⁺ d  ~  χ²(rank),   d = β̂₁ − β̂₀
/// ```
///
/// β̂₁ is consistent either way (fixed effects, instruments), β̂₀ efficient under the null hypothesis
/// (random effects, least squares). The difference of the covariances is then positive
/// semidefinite; where it is not in the sample, the directions with a negative variance are left
/// out, and `detail` says so.
///
/// - Source: Hausman (1978), *Econometrica* 46, 1251–1271.
public enum HausmanTest {
  /// The test on the coefficients common to both estimators.
  ///
  /// - Parameters:
  ///   - consistent: β̂₁, p of them.
  ///   - consistentCovariance: V₁, p × p.
  ///   - efficient: β̂₀, p of them in the same order.
  ///   - efficientCovariance: V₀, p × p.
  /// - Returns: χ² with as many degrees of freedom as V₁ − V₀ has directions of positive variance.
  /// - Throws: ``DiagnosticCode/notIdentified`` when there is none,
  ///   ``DiagnosticCode/valueOutOfRange``.
  public static func test(
    consistent: [Double], consistentCovariance: Matrix, efficient: [Double],
    efficientCovariance: Matrix
  ) throws(Diagnostic) -> HypothesisTest {
    let p = consistent.count
    precondition(efficient.count == p && consistentCovariance.rowCount == p)
    precondition(efficientCovariance.rowCount == p)
    var variance = consistentCovariance - efficientCovariance
    // Units do not decide what counts as zero.
    let scales = consistentCovariance.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    var difference = zip(consistent, efficient).map { $0 - $1 }
    for i in 0..<p {
      difference[i] *= scales[i]
      for j in 0..<p { variance[i, j] *= scales[i] * scales[j] }
    }
    let eigen: SymmetricEigen
    do { eigen = try SymmetricEigen(variance) } catch {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(en: "A covariance is not finite.", zh: "协方差含非有限数。"))
    }
    guard difference.allSatisfy(\.isFinite) else {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(en: "A coefficient is not finite.", zh: "系数含非有限数。"))
    }
    var (statistic, rank, negative) = (0.0, 0, 0)
    for (k, value) in eigen.values.enumerated() {
      if value < -tolerance { negative += 1 }
      guard value > tolerance else { continue }
      rank += 1
      let projection = zip(eigen.vectors.column(k), difference).reduce(0) { $0 + $1.0 * $1.1 }
      statistic += projection * projection / value
    }
    guard rank > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The efficient estimator is nowhere more precise than the consistent one, so their "
            + "difference has no positive variance.",
          zh: "有效估计量并不比一致估计量更精确，二者之差没有正的方差。"),
        hint: Text(
          en: "Write --tests hausman:one-variance for one error variance in both covariances, or "
            + "--tests mundlak.",
          zh: "请写作 --tests hausman:one-variance，使两个协方差使用同一误差方差，或改用 --tests mundlak。"))
    }
    return HypothesisTest(
      id: "hausman", name: Text(en: "Hausman test", zh: "Hausman 检验"),
      hypothesis: Text(
        en: "Both estimators are consistent; they differ by chance.", zh: "两个估计量均一致，差异出于偶然。"),
      chiSquared: statistic, degreesOfFreedom: Double(rank),
      detail: negative > 0
        ? Text(
          en: "The difference of the covariances is not positive definite: \(negative) of \(p) "
            + "directions were left out. Take the result with care.",
          zh: "协方差之差不是正定的：\(p) 个方向中略去 \(negative) 个，结果请谨慎对待。")
        : nil)
  }

  /// Relative to the variance of the consistent estimator.
  private static let tolerance = 1e-10
}
