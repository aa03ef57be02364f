import CaseloadData
import CaseloadMath

/// How much each treated unit changed from before its start to after it, beside the never treated units
/// in the same periods.
///
/// ```
/// δᵢ = Σ_t a_it (y_it − ȳ_t),   a_it = 1/|after| after the start, −1/|before| before it
/// ```
///
/// ȳ_t is the mean of the never treated units; the periods are those in which unit i is observed, so
/// that gaps cost precision and do not mix up what moves all units.
struct DoseChanges {
  struct Treated {
    let unit: Int
    let delta: Double
    /// a, one a period.
    let weights: [Double]
  }

  let grid: StudyGrid
  let treated: [Treated]
  /// Never treated units that are observed throughout.
  private let controls: [Int]
  private let controlWeight: Double
  /// ȳ.
  private let means: [Double]
  /// Treated units without periods on both sides, and never treated units with gaps.
  let leftOut: [Int]

  /// - Parameters:
  ///   - grid: the study.
  ///   - isBefore: whether the event time belongs to the periods that a change is measured from.
  ///   - isAfter: whether it belongs to those that it is measured to.
  /// - Throws: ``DiagnosticCode/noComparison`` without never treated units,
  ///   ``DiagnosticCode/notIdentified`` where no treated unit has both kinds of periods.
  init(_ grid: StudyGrid, before isBefore: (Int) -> Bool, after isAfter: (Int) -> Bool)
    throws(Diagnostic)
  {
    let periods = grid.periodCount
    self.grid = grid
    let never = (0..<grid.unitCount).filter { grid.cohort[$0] >= periods }
    guard !never.isEmpty else {
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en:
            "Every unit is treated in the end: an effect by dose needs units with a dose of zero.",
          zh: "所有单位最终都受干预：按剂量估计效应需要剂量为零的单位。"),
        hint: Text(
          en: "Add never treated units, or study the timing alone with etwfe or stacked.",
          zh: "请增加从未受干预的单位，或仅按起点用 etwfe、stacked 研究。"))
    }
    let controls = never.filter { i in
      (0..<periods).allSatisfy { !grid.outcome[i * periods + $0].isNaN }
    }
    guard !controls.isEmpty else {
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en:
            "All \(never.count) never treated units have gaps; an effect by dose needs some without.",
          zh: "全部 \(never.count) 个从未受干预的单位均有缺失；按剂量估计效应需要无缺失的对照单位。"),
        hint: Text(en: "Fill the gaps, or use etwfe.", zh: "请补齐数据，或使用 etwfe。"))
    }
    self.controls = controls
    let controlWeight = controls.reduce(0) { $0 + grid.weights[$1] }
    self.controlWeight = controlWeight
    var means = [Double](repeating: 0, count: periods)
    for j in controls {
      let share = grid.weights[j] / controlWeight
      for t in 0..<periods { means[t] += share * grid.outcome[j * periods + t] }
    }
    self.means = means
    var treated: [Treated] = []
    var leftOut = never.count == controls.count ? [] : never.filter { !controls.contains($0) }
    for i in 0..<grid.unitCount where grid.cohort[i] > 0 && grid.cohort[i] < periods {
      let row = i * periods
      let observed = (0..<periods).filter { !grid.outcome[row + $0].isNaN }
      let late = observed.filter { isAfter($0 - grid.cohort[i]) }
      let early = observed.filter { isBefore($0 - grid.cohort[i]) }
      guard !late.isEmpty, !early.isEmpty else {
        leftOut.append(i)
        continue
      }
      var a = [Double](repeating: 0, count: periods)
      for t in late { a[t] = 1 / Double(late.count) }
      for t in early { a[t] = -1 / Double(early.count) }
      let delta = observed.reduce(0) { $0 + a[$1] * (grid.outcome[row + $1] - means[$1]) }
      treated.append(Treated(unit: i, delta: delta, weights: a))
    }
    self.treated = treated
    self.leftOut = leftOut
    guard !treated.isEmpty else { throw Diagnostic.nothingIdentified }
  }

  /// ω of the treated units.
  var weights: [Double] { treated.map { grid.weights[$0.unit] } }

  /// Σ vᵢ δᵢ with its influences.
  ///
  /// - Parameters:
  ///   - v: one a treated unit.
  ///   - fitted: what the model expects of each δ.
  ///   - parameters: how many numbers the treated units' model has.
  /// - Returns: the estimate.
  func effect(_ v: [Double], fitted: [Double], parameters: Int) -> AverageEffect {
    let value = zip(v, treated).reduce(0) { $0 + $1.0 * $1.1.delta }
    let clusters = Set(treated.map { grid.cluster[$0.unit] } + controls.map { grid.cluster[$0] })
    let (g, n) = (Double(clusters.count), Double(treated.count + controls.count))
    let k = Double(parameters + grid.cohorts.count)
    guard g > 1, n > k else { return AverageEffect(value: value) }
    let factor = (g / (g - 1) * (n - 1) / (n - k)).squareRoot()
    let periods = grid.periodCount
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    var sums = [Double](repeating: 0, count: periods)
    for (position, member) in treated.enumerated() {
      influence[grid.cluster[member.unit]] +=
        factor * v[position] * (member.delta - fitted[position])
      for t in 0..<periods { sums[t] += v[position] * member.weights[t] }
    }
    for j in controls {
      var sum = 0.0
      for t in 0..<periods { sum += sums[t] * (grid.outcome[j * periods + t] - means[t]) }
      influence[grid.cluster[j]] -= factor * grid.weights[j] / controlWeight * sum
    }
    return AverageEffect(value: value, influence: influence)
  }

  /// The mean of δ by the units' weights.
  var average: AverageEffect {
    let total = weights.reduce(0, +)
    let v = weights.map { $0 / total }
    let mean = zip(v, treated).reduce(0) { $0 + $1.0 * $1.1.delta }
    return effect(v, fitted: treated.map { _ in mean }, parameters: 1)
  }
}
