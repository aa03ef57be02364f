import CaseloadData
import CaseloadMath

/// Multiplicative two-way means of counts, from untreated cells.
///
/// ```
/// E y_it = μ_it = exp(α_i + β_t + x_itᵀβ),   untreated cells, by iterated least squares:
/// ω = w μ,  e = (y − μ)/μ,  η ← η + fit of e
/// ```
///
/// Consistent for any distribution with that mean. A unit whose untreated counts are all 0, and a
/// period in which all untreated counts are 0, has an expected count of 0 and takes no part.
///
/// - Source: Wooldridge (2023), *Econometrics Journal* 26, C31–C66 (Poisson with ratio-in-ratios
///   trends); the imputation of Borusyak, Jaravel & Spiess (2024) carried over to it.
struct ImputationPoisson {
  let system: ImputationSystem
  /// (y − μ)/μ in untreated cells, 0 elsewhere.
  let residuals: [Double]
  /// μ̂ in all cells that could be expected.
  let means: [Double]
  /// η in all cells.
  let logarithms: [Double]
  /// The treated cells that can be asked for.
  let isTreated: [Bool]

  private static let iterationLimit = 60
  private static let tolerance = 1e-11

  init(_ grid: StudyGrid, weights: [Double], isTreated: [Bool], regressors: [[Double]])
    throws(Diagnostic)
  {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    if let cell = grid.outcome.firstIndex(where: { $0 < 0 }) {
      let (label, period) = (grid.labels[cell / periods], grid.period(cell % periods).description)
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(label) is \(NumberText.plain(grid.outcome[cell])) in \(period): a count cannot be "
            + "negative.",
          zh: "\(label) 在 \(period) 为 \(NumberText.plain(grid.outcome[cell]))：计数不能为负。"),
        at: Diagnostic.Location(series: label, period: period),
        hint: Text(
          en: "Correct the value, or use --set family=gaussian.",
          zh: "请更正该值，或用 --set family=gaussian。"))
    }
    var w = weights
    var asked = isTreated
    Self.leaveOutZeros(grid, &w, &asked)
    var eta = Self.start(grid, w)
    var mu = eta.map { exp($0) }
    func deviance(_ eta: [Double]) -> Double {
      var sum = 0.0
      for cell in w.indices where w[cell] > 0 {
        sum += w[cell] * (exp(eta[cell]) - grid.outcome[cell] * eta[cell])
      }
      return sum
    }
    var value = deviance(eta)
    var isConverged = false
    for _ in 0..<Self.iterationLimit {
      let omega = w.indices.map { w[$0] * mu[$0] }
      let current = ImputationSystem(
        unitCount: n, periodCount: periods, weights: omega, regressors: regressors,
        hasSlopes: false)
      let before = w.indices.map { w[$0] > 0 ? (grid.outcome[$0] - mu[$0]) / mu[$0] : 0 }
      var e = before
      _ = current.project(&e)
      var step = 1.0
      var next = eta
      var nextValue = value
      for _ in 0..<30 {
        for cell in eta.indices { next[cell] = eta[cell] + step * (before[cell] - e[cell]) }
        nextValue = deviance(next)
        if nextValue.isFinite, nextValue <= value + 1e-12 * abs(value) { break }
        step /= 2
      }
      var change = 0.0
      for cell in eta.indices where w[cell] > 0 {
        change = max(change, abs(next[cell] - eta[cell]))
      }
      eta = next
      value = nextValue
      mu = eta.map { exp($0) }
      if change < Self.tolerance {
        isConverged = true
        break
      }
    }
    guard isConverged else {
      throw Diagnostic(
        .notConverged, .error,
        Text(
          en: "The multiplicative means of the untreated counts have no finite estimate: zeros "
            + "separate some units or periods from the others.",
          zh: "未受干预计数的乘法均值没有有限估计：零值使部分单位或时期与其余完全分离。"),
        hint: Text(
          en: "Use longer periods or larger units, or --set family=gaussian.",
          zh: "请用更长的时期或更大的单位，或用 --set family=gaussian。"))
    }
    let omega = w.indices.map { w[$0] * mu[$0] }
    self.system = ImputationSystem(
      unitCount: n, periodCount: periods, weights: omega, regressors: regressors,
      hasSlopes: false)
    logarithms = eta
    residuals = w.indices.map { w[$0] > 0 ? (grid.outcome[$0] - mu[$0]) / mu[$0] : 0 }
    means = mu
    self.isTreated = asked
  }

  /// Takes units and periods whose untreated counts are all 0 out, until none is left.
  private static func leaveOutZeros(_ grid: StudyGrid, _ w: inout [Double], _ asked: inout [Bool]) {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    var isChanged = true
    while isChanged {
      isChanged = false
      var rows = [Double](repeating: 0, count: n)
      var columns = [Double](repeating: 0, count: periods)
      for cell in w.indices where w[cell] > 0 {
        rows[cell / periods] += grid.outcome[cell]
        columns[cell % periods] += grid.outcome[cell]
      }
      for cell in w.indices where rows[cell / periods] == 0 || columns[cell % periods] == 0 {
        if w[cell] > 0 {
          w[cell] = 0
          isChanged = true
        }
        asked[cell] = false
      }
    }
  }

  /// Logarithms of (row mean × column mean / mean).
  private static func start(_ grid: StudyGrid, _ w: [Double]) -> [Double] {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    var rows = [(sum: Double, weight: Double)](repeating: (0, 0), count: n)
    var columns = [(sum: Double, weight: Double)](repeating: (0, 0), count: periods)
    var whole = (sum: 0.0, weight: 0.0)
    for cell in w.indices where w[cell] > 0 {
      let value = w[cell] * grid.outcome[cell]
      rows[cell / periods].sum += value
      rows[cell / periods].weight += w[cell]
      columns[cell % periods].sum += value
      columns[cell % periods].weight += w[cell]
      whole.sum += value
      whole.weight += w[cell]
    }
    func level(_ x: (sum: Double, weight: Double)) -> Double {
      x.weight > 0 && x.sum > 0 ? log(x.sum / x.weight) : 0
    }
    let (rowLevels, columnLevels) = (rows.map(level), columns.map(level))
    let mean = level(whole)
    return w.indices.map { cell in
      let (i, t) = (cell / periods, cell % periods)
      return rowLevels[i] + (columns[t].weight > 0 ? columnLevels[t] - mean : 0)
    }
  }
}
