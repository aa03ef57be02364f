import CaseloadMath

/// A test that several effects are all 0, by their influences.
///
/// ```
/// W = aᵀV⁻¹a,   V = Σ_g S_g,   S_g = Σ_{c of g} ψ_cψ_cᵀ
/// F = (η − q + 1)/(η q) · aᵀV*⁻¹a ~ F(q, η − q + 1),   V* = Σ_g S_g n_g/(n_g − 1)
/// η = q(q + 1) / Σ_g [(tr V*⁻¹S*_g)² + tr (V*⁻¹S*_g)²]/(n_g − 1)
/// ```
///
/// W alone is χ² with q degrees of freedom where the clusters are many; few of them, in one of the
/// groups g of alike clusters (a cohort, the comparison), make V far from its expectation, and χ²
/// rejects too often. η are the degrees of freedom of the Wishart distribution with the variance of
/// V*: n − 1 for a single group, for which F is Hotelling's test.
///
/// - Sources: Callaway & Sant'Anna (2021) (W); Pustejovsky & Tipton (2018), *JBES* 36, 672–683 (η for
///   regressions; here of influences, whose covariances differ by group only).
struct InfluenceWaldTest: Equatable {
  /// W.
  let statistic: Double
  /// q.
  let count: Int
  /// By the F distribution.
  let pValue: Double
  /// By the χ² distribution, as R's `did` has it.
  let asymptoticPValue: Double

  /// The test of `a`; `nil` unless the clusters can judge every combination of the effects.
  ///
  /// - Parameters:
  ///   - a: the effects.
  ///   - psi: clusters × effects.
  ///   - groups: of each cluster: those of one group are alike.
  init?(_ a: [Double], _ psi: Matrix, groups: [Int]) {
    let q = a.count
    guard q > 0, q < psi.rowCount, psi.columnCount == q else { return nil }
    let lengths = a.indices.map { j in
      psi.withColumn(j) { column in
        var sum = 0.0
        for i in column.indices { sum += column[i] * column[i] }
        return sum.squareRoot()
      }
    }
    guard lengths.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let scaled = Matrix(
      columns: a.indices.map { j in psi.column(j).map { $0 / lengths[j] } })
    let correlation = scaled.transposed(times: scaled)
    guard let factor = try? Cholesky(correlation) else { return nil }
    // 1 over the share of an effect's variance that the others leave.
    guard factor.inverse().diagonal.allSatisfy({ $0 < 1e10 }) else { return nil }
    let t = a.indices.map { a[$0] / lengths[$0] }
    statistic = zip(t, factor.solve(t)).reduce(0) { $0 + $1.0 * $1.1 }
    count = q
    asymptoticPValue = ChiSquared(degreesOfFreedom: Double(q)).upper(statistic)

    // Each group's covariance without the bias of its own mean.
    let members = Dictionary(grouping: groups.indices) { groups[$0] }.sorted { $0.key < $1.key }
      .map(\.value)
    var roots = [Double](repeating: 1, count: psi.rowCount)
    for own in members where own.count > 1 {
      let root = (Double(own.count) / Double(own.count - 1)).squareRoot()
      for c in own { roots[c] = root }
    }
    let unbiased = scaled.scalingRows(roots)
    guard let inner = try? Cholesky(unbiased.transposed(times: unbiased)) else { return nil }
    var variation = 0.0
    for own in members {
      let part = unbiased.selectingRows(own)
      let share = inner.solve(part.transposed(times: part))
      var (trace, square) = (0.0, 0.0)
      for j in 0..<q {
        trace += share[j, j]
        for k in 0..<q { square += share[j, k] * share[k, j] }
      }
      // A group that is all 0 adds nothing; one of a single cluster has no spread to speak of.
      guard trace > 1e-12 else { continue }
      guard own.count > 1 else { return nil }
      variation += (trace * trace + square) / Double(own.count - 1)
    }
    let eta = Double(q * (q + 1)) / variation
    let rest = eta - Double(q) + 1
    guard rest > 0 else { return nil }
    let unbiasedStatistic = zip(t, inner.solve(t)).reduce(0) { $0 + $1.0 * $1.1 }
    pValue = FisherF(numeratorDegreesOfFreedom: Double(q), denominatorDegreesOfFreedom: rest)
      .upper(rest / (eta * Double(q)) * unbiasedStatistic)
  }
}
