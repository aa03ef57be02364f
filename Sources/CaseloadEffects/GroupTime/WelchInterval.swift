import CaseloadMath

/// The interval of an effect by its influences, honest with few clusters in a group.
///
/// ```
/// θ̂ ± t_η √V*,   V* = Σ_g S_g n_g/(n_g − 1),   S_g = Σ_{c of g} ψ_c²
/// η = V*² / Σ_g (S_g n_g/(n_g − 1))² / (n_g − 1)
/// ```
///
/// Σψ² divides the spread of each group g of alike clusters by n_g where its mean costs one, and the
/// normal quantile forgets that the spread of a small group is hardly known. For the change of one
/// cohort against one comparison this is Welch's test. With many clusters it is Σψ² and the normal
/// distribution.
///
/// - Sources: Welch (1947), *Biometrika* 34, 28–35; Satterthwaite (1946), *Biometrics Bulletin* 2,
///   110–114.
struct WelchInterval {
  /// √V*.
  let error: Double
  /// η.
  let degreesOfFreedom: Double

  /// The interval's parts; `nil` without variation.
  ///
  /// - Parameters:
  ///   - psi: one a cluster.
  ///   - groups: of each cluster, from 0.
  init?(_ psi: [Double], groups: [Int]) {
    let count = (groups.max() ?? -1) + 1
    var squares = [Double](repeating: 0, count: count)
    var sizes = [Double](repeating: 0, count: count)
    for (value, group) in zip(psi, groups) {
      squares[group] += value * value
      sizes[group] += 1
    }
    var (variance, variation) = (0.0, 0.0)
    for (square, size) in zip(squares, sizes) {
      // A group of one cluster has no spread of its own to correct.
      let degrees = max(1, size - 1)
      let own = square * size / degrees
      variance += own
      variation += own * own / degrees
    }
    guard variance > 0, variance.isFinite else { return nil }
    error = variance.squareRoot()
    degreesOfFreedom = variance * variance / variation
  }

  /// How far the interval of coverage `level` reaches to either side.
  func reach(_ level: Double) -> Double {
    StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile((1 - level) / 2) * error
  }

  /// Two-sided, against no effect.
  func pValue(_ value: Double) -> Double {
    min(1, 2 * StudentT(degreesOfFreedom: degreesOfFreedom).upper(abs(value) / error))
  }
}
