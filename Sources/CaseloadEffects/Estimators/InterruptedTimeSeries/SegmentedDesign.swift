import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The response and the columns of a segmented regression of one series, or of two stacked ones.
struct SegmentedDesign: Sendable {
  var columns: [[Double]]
  var names: [String]
  /// On the scale of the estimate; counts as they are.
  var response: [Double]
  /// The logarithm of the exposure, for counts.
  var offset: [Double]?
  /// The event time of each row.
  var eventTimes: [Int]
  /// The rows of the treated series come first; the rest are the comparison's.
  var treatedCount: Int
  /// The columns whose coefficients make the effect.
  var effectNames: [String]

  var matrix: Matrix { Matrix(columns: columns) }
  var isStacked: Bool { treatedCount < response.count }

  /// Ascending times: the second series begins so long after the first that nothing carries over.
  var times: [Int] {
    eventTimes.indices.map { eventTimes[$0] + ($0 < treatedCount ? 0 : Self.seam) }
  }
  private static let seam = 10_000_000

  func index(_ name: String) -> Int? { names.firstIndex(of: name) }

  /// What the intervention adds to row `i`, as a contrast of the coefficients.
  func effect(_ row: Int) -> [Double] {
    var contrast = [Double](repeating: 0, count: names.count)
    for name in effectNames {
      if let j = index(name) { contrast[j] = columns[j][row] }
    }
    return contrast
  }

  /// One coefficient; `nil` for a column that the design lacks.
  func unit(_ name: String) -> [Double]? {
    index(name).map { j in
      var contrast = [Double](repeating: 0, count: names.count)
      contrast[j] = 1
      return contrast
    }
  }

  func selecting(rows: [Int]) -> SegmentedDesign {
    var copy = self
    copy.columns = columns.map { column in rows.map { column[$0] } }
    copy.response = rows.map { response[$0] }
    copy.offset = offset.map { offset in rows.map { offset[$0] } }
    copy.eventTimes = rows.map { eventTimes[$0] }
    copy.treatedCount = rows.count { $0 < treatedCount }
    return copy
  }

  func selecting(columns kept: [Int]) -> SegmentedDesign {
    var copy = self
    copy.columns = kept.map { columns[$0] }
    copy.names = kept.map { names[$0] }
    copy.effectNames = effectNames.filter { copy.names.contains($0) }
    return copy
  }

  /// Each of two stacked series in units of the deviation of its own residuals.
  ///
  /// - Parameter residuals: of least squares.
  /// - Returns: the factors by which rows were divided; `nil` for one series.
  func deviations(_ residuals: [Double]) -> [Double]? {
    guard isStacked else { return nil }
    func deviation(_ rows: Range<Int>) -> Double {
      let sum = rows.reduce(0) { $0 + residuals[$1] * residuals[$1] }
      return (sum / Double(rows.count)).squareRoot()
    }
    let treated = deviation(0..<treatedCount)
    let other = deviation(treatedCount..<response.count)
    guard treated > 0, other > 0 else { return nil }
    return response.indices.map { $0 < treatedCount ? treated : other }
  }

  func dividing(by scale: [Double]) -> SegmentedDesign {
    var copy = self
    copy.columns = columns.map { column in column.indices.map { column[$0] / scale[$0] } }
    copy.response = response.indices.map { response[$0] / scale[$0] }
    return copy
  }
}
