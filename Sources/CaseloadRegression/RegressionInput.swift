import CaseloadData
import CaseloadMath

/// The data of a regression after the checks that every estimator makes.
struct RegressionInput {
  let x: Matrix
  let y: [Double]
  let names: [String]
  let weights: [Double]?

  /// - Parameters:
  ///   - x: n × p.
  ///   - y: n values.
  ///   - names: p names.
  ///   - weights: n of them, or `nil` for equal ones.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for a value that is not finite or a weight that is
  ///   not positive, ``DiagnosticCode/seriesTooShort`` for no observations.
  init(_ x: Matrix, _ y: [Double], names: [String], weights: [Double]?) throws(Diagnostic) {
    precondition(x.rowCount == y.count, "\(x.rowCount) rows against \(y.count) values")
    precondition(x.columnCount == names.count, "\(x.columnCount) columns, \(names.count) names")
    guard !y.isEmpty, !names.isEmpty else {
      throw Diagnostic(
        QR.Failure.tooFewRows(rows: y.count, columns: max(1, names.count)), names: names)
    }
    if let (row, column) = x.firstNonFinite {
      throw Diagnostic(
        QR.Failure.nonFinite(NonFiniteElement(row: row, column: column)), names: names)
    }
    if let row = y.firstIndex(where: { !$0.isFinite }) {
      throw Diagnostic(
        QR.Failure.nonFinite(NonFiniteElement(row: row, column: names.count)), names: names)
    }
    if let weights {
      precondition(weights.count == y.count, "\(weights.count) weights for \(y.count) values")
      try Diagnostic.requirePositive(weights)
    }
    self.x = x
    self.y = y
    self.names = names
    self.weights = weights
  }

  /// The rows of x and y, each times `factor` of its weight; as they are without weights.
  func scaled(by factor: (Double) -> Double) -> (x: Matrix, y: [Double]) {
    guard let weights else { return (x, y) }
    let factors = weights.map(factor)
    var scaled = x
    for j in 0..<x.columnCount {
      for i in 0..<x.rowCount { scaled[i, j] *= factors[i] }
    }
    return (scaled, zip(y, factors).map { $0 * $1 })
  }

  /// Throws ``DiagnosticCode/rankDeficient`` or ``DiagnosticCode/seriesTooShort`` unless the
  /// columns of `x` are linearly independent.
  func requireFullRank() throws(Diagnostic) {
    guard x.rowCount >= x.columnCount else {
      throw Diagnostic(
        QR.Failure.tooFewRows(rows: x.rowCount, columns: x.columnCount), names: names)
    }
    let qr: QR
    do { qr = try QR(x) } catch { throw Diagnostic(error, names: names) }
    guard qr.rank == x.columnCount else {
      throw Diagnostic(
        QR.Failure.rankDeficient(rank: qr.rank, dependentColumns: qr.dependentColumns),
        names: names)
    }
  }

  /// y − X·β of the unscaled data.
  func residuals(_ coefficients: [Double]) -> [Double] {
    var sums = y.map { Accumulator($0) }
    for j in coefficients.indices {
      x.withColumn(j) { column in
        for i in sums.indices { sums[i].add(product: column[i], -coefficients[j]) }
      }
    }
    return sums.map(\.value)
  }
}
