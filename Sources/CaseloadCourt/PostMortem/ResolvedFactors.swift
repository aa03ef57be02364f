import CaseloadMath

/// What makes the cases that are resolved in a period.
///
/// ```
/// R = J H / Σₖ sₖ mₖ        cases
/// M = R Σₖ sₖ wₖ            minutes by the planned weights
/// ```
///
/// J judges, H their output (minutes of work a judge; cases where there are no weights), sₖ the share
/// of type k in the closings, mₖ the minutes that one of its cases took, wₖ those planned. Where no
/// number of judges is known, J is 1 and H the output of all.
struct ResolvedFactors {
  var judges: Double
  var output: Double
  var shares: [Double]
  var minutes: [Double]

  /// Σ sₖ mₖ.
  var minutesPerCase: Double { dot(shares, minutes) }

  func value(_ measure: PendingMeasure, weights: [Double]) -> Double {
    let cases = judges * output / minutesPerCase
    return measure == .cases ? cases : cases * dot(shares, weights)
  }

  /// The factors of both sides.
  ///
  /// A side without closings has the other's shares, and one without judges the other's output: what
  /// did not happen has no composition and no pace that could differ.
  ///
  /// - Parameters:
  ///   - resolved: by type, planned and actual.
  ///   - judges: `nil` where one of the two is not known.
  ///   - minutes: a case, by type.
  /// - Returns: factors whose product is each side's closings.
  static func pair(
    resolved: (planned: [Double], actual: [Double]),
    judges: (planned: Double, actual: Double)?, minutes: (planned: [Double], actual: [Double])
  ) -> (planned: ResolvedFactors, actual: ResolvedFactors) {
    func shares(_ counts: [Double], _ others: [Double]) -> [Double] {
      let (own, other) = (counts.reduce(0, +), others.reduce(0, +))
      if own > 0 { return counts.map { $0 / own } }
      if other > 0 { return others.map { $0 / other } }
      return counts.map { _ in 1 / Double(counts.count) }
    }
    let (worked, spent) = (
      dot(resolved.planned, minutes.planned), dot(resolved.actual, minutes.actual)
    )
    let (few, many) = (judges?.planned ?? 1, judges?.actual ?? 1)
    let plannedOutput = few > 0 ? worked / few : (many > 0 ? spent / many : 0)
    let actualOutput = many > 0 ? spent / many : plannedOutput
    return (
      ResolvedFactors(
        judges: few, output: plannedOutput, shares: shares(resolved.planned, resolved.actual),
        minutes: minutes.planned),
      ResolvedFactors(
        judges: many, output: actualOutput, shares: shares(resolved.actual, resolved.planned),
        minutes: minutes.actual)
    )
  }
}

/// Σ xₖ yₖ.
func dot(_ x: [Double], _ y: [Double]) -> Double {
  var sum = 0.0
  for k in x.indices { sum += x[k] * y[k] }
  return sum
}
