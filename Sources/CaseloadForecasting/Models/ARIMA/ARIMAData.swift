import CaseloadData
import CaseloadMath

/// A series and its regressors after the differences, as the likelihood takes them.
///
/// A missing value is filled in by any number, and a column of its own, a pulse at its place, takes
/// the number out again: its coefficient has a flat prior, so that nothing is assumed about it.
///
/// - Source: Gómez, Maravall & Peña (1999), *Journal of Econometrics* 88, 341–363: with the
///   determinant that ``ARIMALikelihood`` adds this is the Kalman filter that skips.
struct ARIMAData: Sendable {
  /// The differences and the constant; the other orders do not matter here.
  let order: ARIMAOrder
  /// From the first to the last observed value, in units of ``unit``, missing ones filled in.
  let values: [Double]
  /// The largest |value| of the series.
  let unit: Double
  /// Where values are missing, ascending.
  let gaps: [Int]
  /// The regressors with the constant first, over the same periods, undifferenced.
  let regressors: [[Double]]
  /// The columns of the likelihood, each of ``count`` values: the series, the differenced
  /// regressors made orthonormal, the differenced pulses.
  let columns: [Double]
  /// Regressors = orthonormal columns × this upper triangle, column by column.
  private let triangle: [[Double]]
  /// How many values are left after the differences.
  let count: Int

  var regressorCount: Int { regressors.count }
  var columnCount: Int { 1 + regressors.count + gaps.count }
  /// ν: how many values the likelihood counts.
  var observationCount: Int { count - gaps.count }

  /// The regressor that stands for the constant: 1 for a mean, the number of the period for a
  /// drift.
  static func constant(_ order: ARIMAOrder, _ range: Range<Int>) -> [Double] {
    order.lost == 0 ? range.map { _ in 1 } : range.map { Double($0 + 1) }
  }

  /// `nil` where the differenced regressors are linearly dependent.
  ///
  /// - Parameters:
  ///   - values: first and last observed; NaN where missing.
  ///   - regressors: the same periods.
  ///   - order: the differences and the constant.
  ///   - start: the position of the first value in the series, for the drift.
  init?(_ values: [Double], regressors: [[Double]], order: ARIMAOrder, start: Int = 0) {
    self.order = order
    var largest = 0.0
    for y in values where !y.isNaN { largest = max(largest, abs(y)) }
    let unit = largest > 0 ? largest : 1
    self.unit = unit
    gaps = values.indices.filter { values[$0].isNaN }
    let filled = Self.interpolated(values).map { $0 / unit }
    self.values = filled
    var columns = order.differenced(filled)
    count = columns.count
    let constant = order.hasConstant ? [Self.constant(order, start..<(start + values.count))] : []
    self.regressors = constant + regressors
    var basis: [[Double]] = []
    var triangle: [[Double]] = []
    for column in self.regressors {
      var x = order.differenced(column)
      let scale = x.reduce(0) { max($0, abs($1)) }
      let undifferenced = column.reduce(0) { max($0, abs($1)) }
      guard scale > 1e-12 * undifferenced else { return nil }
      let before = Self.norm(x, scale)
      var coefficients = [Double](repeating: 0, count: basis.count)
      // Twice is enough for orthogonality to working precision.
      for _ in 0..<2 {
        for (j, q) in basis.enumerated() {
          var dot = 0.0
          for t in x.indices { dot += q[t] * x[t] }
          for t in x.indices { x[t] -= dot * q[t] }
          coefficients[j] += dot
        }
      }
      let after = Self.norm(x, scale)
      guard after > 1e-9 * before else { return nil }
      basis.append(x.map { $0 / after })
      triangle.append(coefficients + [after])
    }
    self.triangle = triangle
    for q in basis { columns += q }
    for gap in gaps {
      var pulse = [Double](repeating: 0, count: values.count)
      pulse[gap] = 1
      columns += order.differenced(pulse)
    }
    self.columns = columns
  }

  private static func norm(_ x: [Double], _ scale: Double) -> Double {
    scale * x.reduce(0) { $0 + ($1 / scale) * ($1 / scale) }.squareRoot()
  }

  /// The coefficients of the regressors from those of the orthonormal columns.
  func regressionCoefficients(_ orthonormal: [Double]) -> [Double] {
    var beta = orthonormal
    for j in beta.indices.reversed() {
      for k in (j + 1)..<max(j + 1, beta.count) { beta[j] -= triangle[k][j] * beta[k] }
      beta[j] /= triangle[j][j]
    }
    return beta
  }

  /// Row `i` of the inverse of the triangle.
  func inverseRow(_ i: Int) -> [Double] {
    // eᵢ = x R, from the left: x_k R[k][k] = δᵢₖ − Σ_{j<k} x_j R[j][k].
    var row = [Double](repeating: 0, count: regressorCount)
    for k in i..<regressorCount {
      var sum = k == i ? 1.0 : 0
      for j in i..<k { sum -= row[j] * triangle[k][j] }
      row[k] = sum / triangle[k][k]
    }
    return row
  }

  /// Missing values on the line between their neighbors.
  static func interpolated(_ values: [Double]) -> [Double] {
    var result = values
    var last: Int?
    for t in values.indices where !values[t].isNaN {
      if let last, t - last > 1 {
        for k in (last + 1)..<t {
          let share = Double(k - last) / Double(t - last)
          result[k] = (1 - share) * values[last] + share * values[t]
        }
      }
      last = t
    }
    return result
  }
}
