import CaseloadMath

@testable import CaseloadEffects

/// The imputation estimator straight from its definition: dense dummies and the paper's weights.
struct ImputationDefinition {
  let average: Double
  let influence: [Double]

  /// Every period of the grid must have an untreated observation; `group` is the averaging group of a
  /// treated cell.
  init(
    _ grid: StudyGrid, hasTrends: Bool, leavesOut: Bool, group: (_ unit: Int, _ t: Int) -> Int
  ) throws {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    func row(_ i: Int, _ t: Int) -> [Double] {
      var z = [Double](repeating: 0, count: n + periods - 1 + (hasTrends ? n : 0))
      z[i] = 1
      if t > 0 { z[n + t - 1] = 1 }
      // With trends two period effects are spanned by the units' columns.
      if hasTrends {
        if t == 1 { z[n] = 0 }
        z[n + periods - 1 + i] = Double(t)
      }
      return z + grid.covariates.map { $0[i * periods + t] }
    }
    var rows: [[Double]] = []
    var y: [Double] = []
    var w: [Double] = []
    var cells: [(Int, Int)] = []
    var treated: [(Int, Int)] = []
    for i in 0..<n {
      for t in 0..<periods where !grid[i, t].isNaN {
        if grid.isTreated(i, t) {
          treated.append((i, t))
        } else {
          rows.append(row(i, t))
          y.append(grid[i, t])
          w.append(grid.weights[i])
          cells.append((i, t))
        }
      }
    }
    // A column of zeros stands for the period effect that trends span.
    let dropped = hasTrends ? n : -1
    func kept(_ z: [Double]) -> [Double] { z.indices.filter { $0 != dropped }.map { z[$0] } }
    let x = Matrix(rows: rows.map(kept))
    let roots = w.map { $0.squareRoot() }
    let fit = try LeastSquares(x.scalingRows(roots), zip(y, roots).map { $0 * $1 })
    func predicted(_ z: [Double]) -> Double {
      zip(kept(z), fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let effects = treated.map { grid[$0.0, $0.1] - predicted(row($0.0, $0.1)) }
    let total = treated.reduce(0.0) { $0 + grid.weights[$1.0] }
    let p = treated.map { grid.weights[$0.0] / total }
    average = zip(p, effects).reduce(0) { $0 + $1.0 * $1.1 }
    var gradient = [Double](repeating: 0, count: x.columnCount)
    for (k, cell) in treated.enumerated() {
      for (j, value) in kept(row(cell.0, cell.1)).enumerated() { gradient[j] += p[k] * value }
    }
    let solution = fit.crossProductInverse * gradient
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    for (k, cell) in cells.enumerated() {
      let z = x.row(k)
      let v = -w[k] * zip(z, solution).reduce(0) { $0 + $1.0 * $1.1 }
      influence[grid.cluster[cell.0]] += v * (y[k] - predicted(rows[k]))
    }
    // Equation (8): τ̄ weighs each cluster by its own sum of weights.
    var a: [Int: [Int: Double]] = [:]
    var b: [Int: [Int: Double]] = [:]
    for (k, cell) in treated.enumerated() {
      let (g, c) = (group(cell.0, cell.1), grid.cluster[cell.0])
      a[g, default: [:]][c, default: 0] += p[k]
      b[g, default: [:]][c, default: 0] += p[k] * effects[k]
    }
    for (g, clusters) in a {
      for (c, own) in clusters {
        let others = clusters.filter { !leavesOut || clusters.count == 1 || $0.key != c }
        let numerator = others.reduce(0.0) { $0 + $1.value * (b[g]?[$1.key] ?? .nan) }
        let denominator = others.reduce(0.0) { $0 + $1.value * $1.value }
        influence[c] += (b[g]?[c] ?? .nan) - own * numerator / denominator
      }
    }
    self.influence = influence
  }
}
