import CaseloadData
import CaseloadMath

/// The sandwich (XᵀX)⁻¹ · M · (XᵀX)⁻¹ with the meats that differ by what the errors may do.
enum Sandwich {
  /// - Parameters:
  ///   - bread: (XᵀX)⁻¹, p × p.
  ///   - meat: p × p.
  /// - Returns: a symmetric p × p matrix.
  static func product(bread: Matrix, meat: Matrix) -> Matrix {
    let product = bread * meat * bread
    // Symmetric by construction; make it so to the last bit.
    return 0.5 * (product + product.transposed())
  }

  /// Σ ωᵢ xᵢxᵢᵀ.
  static func meat(_ x: Matrix, weights: [Double]) -> Matrix {
    var scaled = x
    for j in 0..<x.columnCount {
      for i in 0..<x.rowCount { scaled[i, j] *= weights[i] }
    }
    return BLAS.gemm(x, scaled, transposingA: true)
  }

  /// ωᵢ of White's estimator and its corrections.
  ///
  /// - Parameters:
  ///   - hc: the correction.
  ///   - residuals: e, n of them.
  ///   - leverages: h, the diagonal of the hat matrix.
  ///   - p: the number of columns.
  /// - Returns: n weights.
  static func weights(
    _ hc: CovarianceKind.HC, residuals: [Double], leverages: [Double], columns p: Int
  ) -> [Double] {
    let n = Double(residuals.count)
    let p = Double(p)
    let largest = leverages.max() ?? 0
    return zip(residuals, leverages).map { e, h in
      let square = e * e
      switch hc {
      case .hc0: return square
      case .hc1: return square * n / (n - p)
      case .hc2: return square / (1 - h)
      case .hc3: return square / ((1 - h) * (1 - h))
      case .hc4: return square / pow(1 - h, min(4, n * h / p))
      case .hc5:
        let exponent = min(n * h / p, max(4, n * 0.7 * largest / p))
        return square / pow(1 - h, exponent).squareRoot()
      }
    }
  }

  /// Newey and West's meat, with Bartlett weights 1 − l/(L + 1) and the factor n/(n − p).
  ///
  /// - Source: Newey & West (1987), *Econometrica* 55, 703–708.
  static func neweyWest(_ x: Matrix, residuals: [Double], lags: Int) -> Matrix {
    let (n, p) = (x.rowCount, x.columnCount)
    var scores = x
    for j in 0..<p { for i in 0..<n { scores[i, j] *= residuals[i] } }
    var meat = BLAS.gemm(scores, scores, transposingA: true)
    for lag in stride(from: 1, through: min(lags, n - 1), by: 1) {
      let weight = 1 - Double(lag) / Double(lags + 1)
      for a in 0..<p {
        for b in 0..<p {
          var sum = 0.0
          for i in lag..<n { sum += scores[i, a] * scores[i - lag, b] }
          meat[a, b] += weight * sum
          meat[b, a] += weight * sum
        }
      }
    }
    return Double(n) / Double(n - p) * meat
  }

  /// Newey and West's (1994) automatic number of lags for the Bartlett kernel, without prewhitening.
  ///
  /// The weights are 1 for every column but the intercept, as in R's `bwNeweyWest`.
  ///
  /// - Source: Newey & West (1994), *Review of Economic Studies* 61, 631–653.
  static func automaticLags(_ x: Matrix, residuals: [Double], hasIntercept: Bool) -> Int {
    let n = x.rowCount
    let columns = x.columnCount > 1 && hasIntercept ? 1..<x.columnCount : 0..<x.columnCount
    var series = [Double](repeating: 0, count: n)
    for j in columns { for i in 0..<n { series[i] += x[i, j] * residuals[i] } }
    let limit = Int(4 * pow(Double(n) / 100, 2.0 / 9))
    func covariance(_ lag: Int) -> Double {
      var sum = 0.0
      for i in lag..<n { sum += series[i] * series[i - lag] }
      return sum / Double(n)
    }
    let s0 = covariance(0)
    guard s0 > 0, limit > 0 else { return 0 }
    var (numerator, denominator) = (0.0, s0)
    for lag in 1...max(1, min(limit, n - 1)) {
      let sigma = covariance(lag)
      numerator += 2 * Double(lag) * sigma
      denominator += 2 * sigma
    }
    let ratio = numerator / denominator
    let gamma = 1.1447 * pow(ratio * ratio, 1.0 / 3)
    return max(0, min(n - 1, Int(gamma * pow(Double(n), 1.0 / 3))))
  }

  /// Liang and Zeger's meat: the outer products of the scores summed within clusters.
  ///
  /// - Source: Liang & Zeger (1986), *Biometrika* 73, 13–22.
  static func clustered(_ x: Matrix, residuals: [Double], labels: [String]) -> (
    meat: Matrix, clusters: Int
  ) {
    var sums: [String: [Double]] = [:]
    for i in 0..<x.rowCount {
      for j in 0..<x.columnCount {
        sums[labels[i], default: [Double](repeating: 0, count: x.columnCount)][j] +=
          x[i, j] * residuals[i]
      }
    }
    let keys = sums.keys.sorted()
    let scores = Matrix(rows: keys.map { sums[$0] ?? [] })
    return (BLAS.gemm(scores, scores, transposingA: true), keys.count)
  }
}
