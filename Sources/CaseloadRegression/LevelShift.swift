import CaseloadData
import CaseloadMath

/// A step in the logarithm of a series, at a date that was named or that the data chose.
public struct LevelShift: Codable, Sendable {
  /// The first period after the step.
  public let at: Period
  /// The step as a rate: 0.1 for a series that is 10 % higher from then on.
  public let step: Estimate
  /// Whether the date was searched for.
  public let searched: Bool
  /// The p-value that there is no step; for a searched date, of the largest F over all dates.
  public let pValue: Double
  public let statistic: Double

  /// The test in `design`, at `date` or at the date with the largest F.
  ///
  /// The step and its interval come from a regression with AR(1) errors. A searched date has been
  /// chosen because its F is large, so its p-value compares that F with the largest F of series
  /// simulated without a step, with the autocorrelation of the residuals.
  ///
  /// - Source: Andrews (1993), *Econometrica* 61, 821–856 (the sup-F test); here with simulated in
  ///   place of asymptotic critical values.
  init(_ design: GrowthDesign, at date: Period?, level: Double, from stream: RandomStream)
    throws(Diagnostic)
  {
    let periods = design.periods
    if let date {
      guard let first = periods.first, let last = periods.last,
        date.frequency == first.frequency, date > first, date <= last
      else {
        throw Diagnostic(
          .interventionOutsideData, .error,
          Text(
            en: "A level shift at \(date) has no data on both sides.",
            zh: "\(date) 处的水平移位两侧没有数据。"),
          at: Diagnostic.Location(period: date.description),
          hint: periods.first.map { first in
            Text(
              en:
                "Name a \(first.frequency.rawValue) period after \(first), up to \(periods.last ?? first).",
              zh: "请指定 \(first) 之后、至 \(periods.last ?? first) 的 \(first.frequency.rawValue) 时期。")
          })
      }
      let fit = try design.autoregressive(shift: date)
      var contrast = [Double](repeating: 0, count: fit.coefficients.count)
      contrast[contrast.count - 1] = 1
      let estimate = fit.estimate(of: contrast, level: level)
      self.init(
        at: date, step: estimate.transformed(derivative: exp(estimate.value), expm1),
        searched: false, pValue: estimate.pValue ?? .nan,
        statistic: estimate.value / (estimate.standardError ?? .nan))
      return
    }
    // Dates with at least 15 % of the series, and a season, on either side.
    let n = periods.count
    let margin = max(
      3, n * 15 / 100, design.series.seasonLength > 1 ? design.series.seasonLength : 0)
    guard n >= 2 * margin + 2 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "\(n) values are too few to search for a level shift.",
          zh: "\(n) 个数值太少，无法搜寻水平移位。"))
    }
    let base = try design.fitted(shift: nil)
    let candidates = (margin...(n - margin)).map { periods[$0] }
    let scan = try SupremumScan(design, candidates: candidates)
    let best = scan.largest(base.residuals)
    let rho = max(
      -0.95, min(0.95, Descriptive.autocorrelations(base.residuals, maxLag: 1).first ?? 0))
    var exceeding = 0
    for replicate in 0..<Self.replicates {
      var draws = stream.substream(UInt64(replicate))
      var error = draws.normal() / (1 - rho * rho).squareRoot()
      var simulated = [Double](repeating: 0, count: n)
      for i in 0..<n {
        simulated[i] = error
        error = rho * error + draws.normal()
      }
      if scan.largest(simulated).statistic >= best.statistic { exceeding += 1 }
    }
    let named = try LevelShift(
      design, at: candidates[best.index], level: level, from: stream)
    // The step's own p-value takes the date as given, which a search makes untrue.
    let step = Estimate(
      value: named.step.value, standardError: named.step.standardError, lower: named.step.lower,
      upper: named.step.upper, level: level, pValue: nil)
    self.init(
      at: candidates[best.index], step: step, searched: true,
      pValue: Double(exceeding + 1) / Double(Self.replicates + 1), statistic: best.statistic)
  }

  private init(at: Period, step: Estimate, searched: Bool, pValue: Double, statistic: Double) {
    self.at = at
    self.step = step
    self.searched = searched
    self.pValue = pValue
    self.statistic = statistic
  }

  private static let replicates = 999
}

/// The F statistics of one added step at each candidate date.
///
/// Each step is made orthogonal to the design once, so that a statistic is one inner product.
private struct SupremumScan {
  private let base: QR
  private let directions: [[Double]]
  private let x: Matrix
  private let residualDegreesOfFreedom: Double

  init(_ design: GrowthDesign, candidates: [Period]) throws(Diagnostic) {
    x = design.matrix
    do { base = try QR(design.matrix) } catch { throw Diagnostic(error, names: design.columnNames) }
    residualDegreesOfFreedom = Double(design.observationCount - design.matrix.columnCount - 1)
    var directions: [[Double]] = []
    for date in candidates {
      let step = design.periods.map { $0 >= date ? 1.0 : 0.0 }
      let residual = Self.residual(base, x, step)
      let norm = residual.reduce(0) { $0 + $1 * $1 }.squareRoot()
      directions.append(norm > 1e-8 ? residual.map { $0 / norm } : residual.map { _ in 0 })
    }
    self.directions = directions
  }

  private static func residual(_ qr: QR, _ x: Matrix, _ y: [Double]) -> [Double] {
    guard let beta = try? qr.leastSquares(y) else { return y }
    let fitted = x * beta
    return y.indices.map { y[$0] - fitted[$0] }
  }

  func largest(_ y: [Double]) -> (index: Int, statistic: Double) {
    let residual = Self.residual(base, x, y)
    let total = residual.reduce(0) { $0 + $1 * $1 }
    var best = (index: 0, statistic: -Double.infinity)
    for (index, direction) in directions.enumerated() {
      var gain = 0.0
      for i in residual.indices { gain += residual[i] * direction[i] }
      let squares = gain * gain
      let statistic =
        squares / (max(total - squares, .leastNormalMagnitude) / residualDegreesOfFreedom)
      if statistic > best.statistic { best = (index, statistic) }
    }
    return best
  }
}
