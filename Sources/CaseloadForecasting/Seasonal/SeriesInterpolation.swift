import CaseloadData
import CaseloadMath

/// Missing values filled in: straight lines, or lines through the seasonally adjusted series.
///
/// With a season, gaps are first filled by a regression on a polynomial and Fourier terms, the
/// result decomposed by robust ``MSTL``, and the gaps filled anew by straight lines through the
/// adjusted values, with the season put back. Where this leaves the range of the data by more than
/// half its width, and for series of up to two seasons, straight lines through the data serve.
/// Numbers agree with R's `na.interp`.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §13.9.
public struct SeriesInterpolation: Sendable, Equatable {
  public let values: [Double]
  /// Where the gaps were.
  public let filled: [Int]
  public let isSeasonal: Bool

  /// Fills the gaps of `values`.
  ///
  /// - Parameters:
  ///   - values: NaN where missing; none at all are left as they are.
  ///   - periods: the seasons, ascending; empty for none.
  ///   - boxCox: the scale on which lines are straight; `nil` for the data's own.
  public init(_ values: [Double], periods: [Int] = [], boxCox: BoxCox? = nil) {
    let gaps = values.indices.filter { values[$0].isNaN }
    let observed = values.count - gaps.count
    guard !gaps.isEmpty, observed > 0 else {
      (self.values, filled, isSeasonal) = (values, [], false)
      return
    }
    let scaled =
      boxCox.map { transform in values.map { $0.isNaN ? .nan : transform($0) } } ?? values
    func restored(_ x: [Double]) -> [Double] {
      guard let boxCox else { return x }
      var result = values
      for gap in gaps { result[gap] = boxCox.inverse(x[gap]) }
      return result
    }
    filled = gaps
    let largest = periods.filter { $0 > 1 }.max() ?? 1
    if largest > 1, observed > 2 * largest,
      let seasonal = Self.seasonal(scaled, gaps, periods.filter { $0 > 1 })
    {
      let candidate = restored(seasonal)
      let known = values.filter { !$0.isNaN }
      let (low, high) = (known.min() ?? 0, known.max() ?? 0)
      let slack = 0.5 * (high - low)
      if candidate.allSatisfy({ $0 >= low - slack && $0 <= high + slack }) {
        (self.values, isSeasonal) = (candidate, true)
        return
      }
    }
    (self.values, isSeasonal) = (restored(Self.linear(scaled)), false)
  }

  /// What was done, as a note; `nil` where nothing was.
  public var note: Diagnostic? {
    guard !filled.isEmpty else { return nil }
    return Diagnostic(
      .missingValues, .note,
      isSeasonal
        ? Text(
          en: "\(filled.count) missing values were filled in by lines through the seasonally "
            + "adjusted series.", zh: "\(filled.count) 个缺失值按季节调整后的序列线性补齐。")
        : Text(
          en: "\(filled.count) missing values were filled in by straight lines.",
          zh: "\(filled.count) 个缺失值按线性插值补齐。"))
  }

  /// Straight lines between the known values, and the nearest one beyond them.
  static func linear(_ values: [Double]) -> [Double] {
    var result = values
    var last: Int?
    for t in values.indices where !values[t].isNaN {
      if let last {
        let slope = (values[t] - values[last]) / Double(t - last)
        for gap in (last + 1)..<t { result[gap] = values[last] + slope * Double(gap - last) }
      } else {
        for gap in 0..<t { result[gap] = values[t] }
      }
      last = t
    }
    if let last { for gap in (last + 1)..<values.count { result[gap] = values[last] } }
    return result
  }

  private static func seasonal(_ values: [Double], _ gaps: [Int], _ periods: [Int]) -> [Double]? {
    guard var result = regression(values, periods) else { return nil }
    for t in values.indices where !values[t].isNaN { result[t] = values[t] }
    let mstl = MSTL(decomposing: result, periods: periods, isRobust: true)
    var adjusted = mstl.adjusted
    for gap in gaps { adjusted[gap] = .nan }
    adjusted = linear(adjusted)
    for gap in gaps {
      result[gap] = adjusted[gap] + mstl.seasonals.reduce(0) { $0 + $1[gap] }
    }
    return result
  }

  /// The fit of a polynomial and of Fourier terms to the known values.
  private static func regression(_ values: [Double], _ periods: [Int]) -> [Double]? {
    let n = values.count
    let degree = min(max(n / 10, 1), 6)
    let times = (0..<n).map { 2 * Double($0) / Double(max(1, n - 1)) - 1 }
    // Legendre polynomials span what R's orthogonal ones span.
    var columns = [[Double](repeating: 1, count: n), times]
    for k in stride(from: 2, through: degree, by: 1) {
      let (a, b) = (Double(2 * k - 1) / Double(k), Double(k - 1) / Double(k))
      columns.append(
        (0..<n).map { a * times[$0] * columns[k - 1][$0] - b * columns[k - 2][$0] })
    }
    var frequencies: [Double] = []
    for period in periods {
      for k in stride(from: 1, through: min(period / 2, periods.count > 1 ? 20 : 5), by: 1) {
        let frequency = Double(k) / Double(period)
        guard !frequencies.contains(frequency) else { continue }
        frequencies.append(frequency)
        if 2 * k != period {
          columns.append((1...n).map { sin(2 * .pi * frequency * Double($0)) })
        }
        columns.append((1...n).map { cos(2 * .pi * frequency * Double($0)) })
      }
    }
    let known = values.indices.filter { !values[$0].isNaN }
    let matrix = Matrix(columns: columns)
    guard known.count > columns.count,
      let qr = try? QR(matrix.selectingRows(known)),
      let coefficients = try? qr.leastSquares(known.map { values[$0] })
    else { return nil }
    return matrix * coefficients
  }
}
