import CaseloadData
import CaseloadMath

/// How much each unit changed from before its start to after it, beside the never treated units over
/// the same periods.
///
/// ```
/// δᵢ = cᵢ − Σ_j ω_j c_j^g / W₀,   cᵢ = Σ_t a_gt y_it   (j never treated, g the start of i)
/// ```
struct DoseChanges {
  struct Treated {
    let unit: Int
    let cohort: Int
    let delta: Double
  }

  let grid: StudyGrid
  let treated: [Treated]
  private let controls: [Int]
  /// W₀ of each cohort: the weight of the controls that have its periods.
  private let controlWeights: [Int: Double]
  /// c_j^g − its mean, by cohort, in the order of `controls`; 0 for a control without the periods.
  private let deviations: [Int: [Double]]
  /// Units that were left out for want of periods.
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
    func change(_ unit: Int, _ cohort: Int) -> Double? {
      var (late, lateCount, early, earlyCount) = (0.0, 0.0, 0.0, 0.0)
      for t in 0..<periods {
        let value = grid.outcome[unit * periods + t]
        guard !value.isNaN else { continue }
        if isAfter(t - cohort) {
          late += value
          lateCount += 1
        } else if isBefore(t - cohort) {
          early += value
          earlyCount += 1
        }
      }
      guard lateCount > 0, earlyCount > 0 else { return nil }
      return late / lateCount - early / earlyCount
    }
    self.grid = grid
    controls = (0..<grid.unitCount).filter { grid.cohort[$0] >= periods }
    guard !controls.isEmpty else {
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
    var means: [Int: Double] = [:]
    var deviations: [Int: [Double]] = [:]
    var controlWeights: [Int: Double] = [:]
    for cohort in grid.cohorts {
      let changes = controls.map { change($0, cohort) }
      var (sum, weight) = (0.0, 0.0)
      for (j, value) in zip(controls, changes) {
        guard let value else { continue }
        sum += grid.weights[j] * value
        weight += grid.weights[j]
      }
      guard weight > 0 else { continue }
      let mean = sum / weight
      means[cohort] = mean
      controlWeights[cohort] = weight
      deviations[cohort] = changes.map { value in value.map { $0 - mean } ?? 0 }
    }
    self.deviations = deviations
    self.controlWeights = controlWeights
    var treated: [Treated] = []
    var leftOut: [Int] = []
    for i in 0..<grid.unitCount where grid.cohort[i] > 0 && grid.cohort[i] < periods {
      if let own = change(i, grid.cohort[i]), let mean = means[grid.cohort[i]] {
        treated.append(Treated(unit: i, cohort: grid.cohort[i], delta: own - mean))
      } else {
        leftOut.append(i)
      }
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
    let k = Double(parameters + deviations.count)
    guard g > 1, n > k else { return AverageEffect(value: value) }
    let factor = (g / (g - 1) * (n - 1) / (n - k)).squareRoot()
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    var sums: [Int: Double] = [:]
    for (position, member) in treated.enumerated() {
      influence[grid.cluster[member.unit]] +=
        factor * v[position] * (member.delta - fitted[position])
      sums[member.cohort, default: 0] += v[position]
    }
    for (cohort, sum) in sums.sorted(by: { $0.key < $1.key }) {
      guard let deviations = deviations[cohort], let weight = controlWeights[cohort] else {
        continue
      }
      for (position, j) in controls.enumerated() {
        influence[grid.cluster[j]] -=
          factor * sum * grid.weights[j] / weight * deviations[position]
      }
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
