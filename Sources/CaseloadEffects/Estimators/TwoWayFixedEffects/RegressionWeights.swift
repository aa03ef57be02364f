import CaseloadData
import CaseloadMath

/// How a two-way regression weights the effects that it averages.
///
/// ```
/// β_fe = E[Σ_{D=1} (N_it/N₁) w_it Δ_it],   w_it = ε_it / Σ_{D=1} (N_it/N₁) ε_it
/// σ_fe = |β̂_fe| / σ(w),   σ(w)² = Σ_{D=1} (N_it/N₁)(w_it − 1)²
/// ```
///
/// ε is the treatment within the effects and covariates. σ_fe is the least spread of the effects at
/// which their average could be zero; the second figure, the least at which all could have the other
/// sign, exists where some weight is negative.
///
/// - Source: de Chaisemartin & D'Haultfœuille (2020), Theorem 1 and Corollary 1.
struct RegressionWeights {
  /// How many of the treated units and periods have a negative weight, and of how many.
  let negativeCount: Int
  let count: Int
  /// The sum of the negative weights; all add up to 1.
  let negativeSum: Double
  /// σ_fe; `nil` where all weights are alike.
  let spreadForZero: Double?
  /// σ̲_fe; `nil` without negative weights.
  let spreadForOtherSign: Double?

  /// - Parameters:
  ///   - residuals: ε of the treated units and periods.
  ///   - weights: N of each.
  ///   - estimate: β̂_fe.
  init?(residuals: [Double], weights: [Double], estimate: Double) {
    let total = weights.reduce(0, +)
    let sum = zip(residuals, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    guard total > 0, sum != 0 else { return nil }
    let all = zip(residuals, weights).map { (weight: $0 / sum, share: $1 / total) }
    // Rounding leaves weights that are zero a little off it.
    let negative = all.filter { $0.weight < -1e-10 }
    count = all.count
    negativeCount = negative.count
    negativeSum = negative.reduce(0) { $0 + $1.weight * $1.share }
    let variance = all.reduce(0) { $0 + $1.share * ($1.weight - 1) * ($1.weight - 1) }
    spreadForZero = variance > 1e-20 ? abs(estimate) / variance.squareRoot() : nil
    guard !negative.isEmpty else {
      spreadForOtherSign = nil
      return
    }
    // From the largest weight down: P, S, T are sums over the weights from position i on.
    let sorted = all.sorted { $0.weight > $1.weight }
    var (p, s, t) = (0.0, 0.0, 0.0)
    var found: Double?
    for (weight, share) in sorted.reversed() {
      let next = (p + share, s + share * weight, t + share * weight * weight)
      // s = min{i: w_(i) < −S_(i)/(1 − P_(i))}: the last, from below, that satisfies it.
      if next.0 < 1, weight < -next.1 / (1 - next.0) {
        found = abs(estimate) / (next.2 + next.1 * next.1 / (1 - next.0)).squareRoot()
      }
      (p, s, t) = next
    }
    spreadForOtherSign = found
  }

  /// The weights as a check.
  var check: EffectCheck {
    let sum = NumberText.decimal(negativeSum, 3)
    return EffectCheck(
      id: "negative-weights", name: Text(en: "Negative weights", zh: "负权重"),
      verdict: negativeCount == 0 ? .supported : negativeSum < -0.1 ? .violated : .doubtful,
      finding: negativeCount == 0
        ? Text(
          en: "All \(count) treated units and periods enter with a positive weight.",
          zh: "全部 \(count) 个受干预的单位—时期均以正权重计入。")
        : Text(
          en: "\(negativeCount) of \(count) treated units and periods enter with a negative weight "
            + "(sum \(sum.en)): where effects differ, the estimate can have the wrong sign.",
          zh: "\(count) 个受干预的单位—时期中有 \(negativeCount) 个以负权重计入（合计 \(sum.zh)）：若效应不一，估计的符号可能有误。"
        ),
      figures: [
        EffectCheck.Figure("negativeCount", Double(negativeCount)),
        EffectCheck.Figure("count", Double(count)),
        EffectCheck.Figure("negativeSum", negativeSum),
        EffectCheck.Figure("spreadForZero", spreadForZero),
        EffectCheck.Figure("spreadForOtherSign", spreadForOtherSign),
      ])
  }
}
