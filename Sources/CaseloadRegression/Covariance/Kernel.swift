import CaseloadData
import CaseloadMath

/// Meats for errors that are correlated over time.
///
/// - Sources: Newey & West (1987), *Econometrica* 55, 703–708; Newey & West (1994), *Review of
///   Economic Studies* 61, 631–653; Andrews (1991), *Econometrica* 59, 817–858; Andrews & Monahan
///   (1992), *Econometrica* 60, 953–966 (prewhitening); Driscoll & Kraay (1998), *Review of
///   Economics and Statistics* 80, 549–560. Conventions as in R's sandwich (Zeileis 2004, *JSS*
///   11(10)).
extension EstimatingEquations {
  /// The weights of autocovariances by their lag.
  enum Kernel: Equatable {
    /// 1 − l/(L + 1).
    case bartlett(lags: Int)
    /// 25/(12π²z²) · (sin(6πz/5)/(6πz/5) − cos(6πz/5)), z = l/bandwidth.
    case quadraticSpectral(bandwidth: Double)

    func weight(_ lag: Int) -> Double {
      switch self {
      case .bartlett(let lags): return max(0, 1 - Double(lag) / Double(lags + 1))
      case .quadraticSpectral(let bandwidth):
        guard lag > 0, bandwidth > 0 else { return lag == 0 ? 1 : 0 }
        let z = Double(lag) / bandwidth
        let y = 6 * Double.pi * z / 5
        return 3 / (y * y) * (sin(y) / y - cos(y))
      }
    }

    /// The last lag with a weight that matters.
    func lastLag(below n: Int) -> Int {
      switch self {
      case .bartlett(let lags): min(lags, n - 1)
      case .quadraticSpectral:
        (0..<n).last { abs(weight($0)) > 1e-7 } ?? 0
      }
    }
  }

  /// Σ_l k(l) (Γ_l + Γ_lᵀ) of the scores.
  func kernelMeat(_ kernel: Kernel, prewhitened: Bool, adjusted: Bool) -> Matrix {
    let n = observationCount
    var scores = scores
    var recoloring: Matrix?
    if prewhitened, let white = Prewhitened(scores) {
      scores = white.innovations
      recoloring = white.recoloring
    }
    var meat = Self.kernelSum(scores, kernel)
    if adjusted { meat = Double(n) / Double(n - parameterCount) * meat }
    if let recoloring { meat = recoloring * meat * recoloring.transposed() }
    return meat
  }

  private static func kernelSum(_ scores: Matrix, _ kernel: Kernel) -> Matrix {
    let (n, p) = (scores.rowCount, scores.columnCount)
    var meat = BLAS.crossProduct(scores)
    for lag in stride(from: 1, through: kernel.lastLag(below: n), by: 1) {
      let weight = kernel.weight(lag)
      for a in 0..<p {
        for b in 0..<p {
          var sum = 0.0
          for i in lag..<n { sum += scores[i, a] * scores[i - lag, b] }
          meat[a, b] += weight * sum
          meat[b, a] += weight * sum
        }
      }
    }
    return meat
  }

  /// The number of lags of Newey and West's (1994) rule for the Bartlett kernel.
  ///
  /// The weights are 1 for every column but the intercept, as in R's `bwNeweyWest`.
  public func automaticLags(prewhitened: Bool) -> Int {
    var series = scores
    let n = series.rowCount
    let limit = Int((prewhitened ? 3.0 : 4.0) * pow(Double(n) / 100, 2.0 / 9))
    if prewhitened, let white = Prewhitened(series) { series = white.innovations }
    let sums = summedColumns(series)
    let m = sums.count
    func covariance(_ lag: Int) -> Double {
      var sum = 0.0
      for i in stride(from: lag, to: m, by: 1) { sum += sums[i] * sums[i - lag] }
      return sum / Double(m)
    }
    let s0 = covariance(0)
    guard s0 > 0, limit > 0 else { return 0 }
    var (numerator, denominator) = (0.0, s0)
    for lag in 1...max(1, min(limit, m - 1)) {
      let sigma = covariance(lag)
      numerator += 2 * Double(lag) * sigma
      denominator += 2 * sigma
    }
    let ratio = numerator / denominator
    let gamma = 1.1447 * pow(ratio * ratio, 1.0 / 3)
    return max(0, min(n - 1, Int(gamma * pow(Double(n), 1.0 / 3))))
  }

  /// Andrews's (1991) bandwidth for the quadratic spectral kernel, by first-order autoregressions
  /// of the scores (eqs. 6.2 and 6.4).
  func andrewsBandwidth(prewhitened: Bool) -> Double {
    var series = scores
    if prewhitened, let white = Prewhitened(series) { series = white.innovations }
    let n = series.rowCount
    var (numerator, denominator) = (0.0, 0.0)
    for j in weightedColumns {
      let u = series.column(j)
      let (past, present) = (Array(u.dropLast()), Array(u.dropFirst()))
      let design = Matrix(columns: [[Double](repeating: 1, count: n - 1), past])
      guard let fit = try? LeastSquares(design, present) else { continue }
      let rho = max(-0.97, min(0.97, fit.coefficients[1]))
      let variance = fit.residualSumOfSquares / Double(n - 1)
      let square = variance * variance
      numerator += 4 * rho * rho * square / pow(1 - rho, 8)
      denominator += square / pow(1 - rho, 4)
    }
    guard denominator > 0 else { return 0 }
    return 1.3221 * pow(Double(n) * numerator / denominator, 0.2)
  }

  /// Every column but the intercept, unless there is no other.
  private var weightedColumns: Range<Int> {
    x.columnCount > 1 && hasIntercept ? 1..<x.columnCount : 0..<x.columnCount
  }

  private func summedColumns(_ scores: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: scores.rowCount)
    for j in weightedColumns { for i in sums.indices { sums[i] += scores[i, j] } }
    return sums
  }

  /// ⌊4(T/100)^(2/9)⌋ for T periods.
  static func driscollKraayLags(_ periods: Int) -> Int {
    Int(4 * pow(Double(periods) / 100, 2.0 / 9))
  }

  /// Newey and West's meat of the scores summed within each period.
  func driscollKraayMeat(_ times: Grouping, lags: Int?) throws(Diagnostic) -> Matrix {
    precondition(times.codes.count == observationCount)
    let periods = times.count
    guard periods > 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "There is only one period, so nothing varies over time.",
          zh: "只有一个时期，无法估计随时间的变异。"),
        hint: Text(en: "Use hc3 or clustered errors.", zh: "请改用 hc3 或聚类标准误。"))
    }
    let sums = clusterSums(scores, times)
    let chosen = lags ?? Self.driscollKraayLags(periods)
    let meat = Self.kernelSum(sums, .bartlett(lags: min(chosen, periods - 1)))
    return Double(observationCount) / residualDegreesOfFreedom * meat
  }
}

/// Scores after a first-order vector autoregression by least squares is taken out.
private struct Prewhitened {
  let innovations: Matrix
  /// D = (I − A)⁻¹.
  let recoloring: Matrix

  /// `nil` where the autoregression is not identified or explosive.
  init?(_ scores: Matrix) {
    let (n, p) = (scores.rowCount, scores.columnCount)
    guard n > p + 1 else { return nil }
    let past = scores.selectingRows(Array(0..<(n - 1)))
    let present = scores.selectingRows(Array(1..<n))
    var innovations = present
    var remainder = Matrix.identity(p)  // I − A
    for j in 0..<p {
      guard let fit = try? LeastSquares(past, present.column(j)) else { return nil }
      for i in 0..<(n - 1) { innovations[i, j] = fit.residuals[i] }
      for k in 0..<p { remainder[j, k] -= fit.coefficients[k] }
    }
    guard let inverse = try? QR(remainder) else { return nil }
    var recoloring = Matrix(rowCount: p, columnCount: p)
    for j in 0..<p {
      var unit = [Double](repeating: 0, count: p)
      unit[j] = 1
      guard let column = try? inverse.leastSquares(unit) else { return nil }
      for i in 0..<p { recoloring[i, j] = column[i] }
    }
    self.innovations = innovations
    self.recoloring = recoloring
  }
}
