import CaseloadData
import CaseloadMath

/// The spread of the estimates with one cluster left out.
///
/// ```
/// d_g = θ₋g − θ̂,   V = (G − 1)/G · Σ_g d_g²,   η = (Σ_k S_k)² / Σ_k S_k²/(n_k − 1),   S_k = Σ_{g in k} d_g²
/// ```
///
/// k runs over the cohorts, those never treated among them, and n_k are a cohort's clusters. η are Welch's
/// degrees of freedom: with six treated clusters beside forty others the variance is known as badly as
/// that of six, which t(G − 1) forgets. η is G − 1 at most.
///
/// In large studies the clusters of cohorts of forty and more count with their influence ψ_g in the place
/// of d_g, which it equals but for terms of the order of 1/n_k.
///
/// - Sources: MacKinnon, Nielsen & Webb (2023), *Journal of Applied Econometrics* 38, 671–694
///   (jackknife); Welch (1947), *Biometrika* 34, 28–35.
extension WaysOfInference {
  /// Up to so many clusters all are left out in turn.
  private static var mostLeftOut: Int { 200 }

  /// By name as asked; chosen by itself, the influence functions where some cluster cannot be spared.
  func jackknifed() throws(Diagnostic) -> Result {
    do {
      return try jackknife()
    } catch {
      guard estimator.inference == .auto, var other = try? influence() else { throw error }
      other.remark = Text(
        en: " Without one of the clusters there is no estimate, so influence functions stand in.",
        zh: "剔除某一群组后无法估计，故改用影响函数。")
      return other
    }
  }

  private func jackknife() throws(Diagnostic) -> Result {
    let name = Text(en: "the jackknife", zh: "刀切法")
    try requireClusters(name)
    let labels = ClusterAssignments(grid).observed
    var sizes = [Int](repeating: 0, count: (labels.max() ?? -1) + 1)
    for label in labels { sizes[label] += 1 }
    let takesInfluence =
      estimator.inference == .auto && !effect.influence.isEmpty
      && grid.clusterCount > Self.mostLeftOut
    var sums = sizes.map { _ in Accumulator() }
    for (cluster, label) in labels.enumerated() {
      let change: Double
      if takesInfluence, sizes[label] >= ClusterCounts.manyForInfluence {
        change = effect.influence[cluster]
      } else {
        let kept = (0..<grid.unitCount).filter { grid.cluster[$0] != cluster }
        change = try estimator.average(grid.selecting(kept)).value - effect.value
      }
      sums[label].add(product: change, change)
    }
    var (squares, variation) = (0.0, 0.0)
    for (sum, size) in zip(sums, sizes) {
      squares += sum.value
      // A cohort of one cluster counts as one degree of freedom.
      variation += sum.value * sum.value / Double(max(1, size - 1))
    }
    let g = Double(grid.clusterCount)
    let variance = (g - 1) / g * squares
    guard variance > 0, variance.isFinite else { throw noStandardError(name) }
    return result(
      standardError: variance.squareRoot(),
      degreesOfFreedom: min(g - 1, squares * squares / variation))
  }
}
