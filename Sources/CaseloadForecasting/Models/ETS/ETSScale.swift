import CaseloadData
import CaseloadMath

/// The data of a fit in units in which they are near 1.
struct ETSScale {
  /// The mean of |y|; 1 where all are zero.
  let unit: Double
  /// One a regressor: its root mean square.
  let regressorUnits: [Double]
  let y: [Double]
  let columns: [[Double]]

  init(_ series: TimeSeries, _ regressors: Regressors) {
    let values = series.values
    // Halves do not overflow.
    let largest = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    var sum = 0.0
    var count = 0.0
    if largest > 0 {
      for value in values where !value.isNaN {
        sum += abs(value) / largest
        count += 1
      }
    }
    let unit = largest > 0 ? largest * (sum / count) : 1
    self.unit = unit
    y = values.map { $0 / unit }
    var units: [Double] = []
    var columns: [[Double]] = []
    for column in regressors.columns {
      let largest = column.reduce(0) { max($0, abs($1)) }
      guard largest > 0 else {
        units.append(1)
        columns.append(column)
        continue
      }
      let squares = column.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }
      let unit = largest * (squares / Double(column.count)).squareRoot()
      units.append(unit)
      columns.append(column.map { $0 / unit })
    }
    regressorUnits = units
    self.columns = columns
  }

  /// The one value of a series that has only one, scaled back.
  var constant: Double? {
    let observed = y.filter { !$0.isNaN }
    guard let first = observed.first, observed.allSatisfy({ $0 == first }) else { return nil }
    return first * unit
  }

  /// y − Xβ.
  func remainder(_ coefficients: [Double]) -> [Double] {
    guard !coefficients.isEmpty else { return y }
    return y.indices.map { t in
      columns.indices.reduce(y[t]) { $0 - coefficients[$1] * columns[$1][t] }
    }
  }

  /// Least squares on a constant, a line where it is independent, and the regressors.
  ///
  /// - Throws: ``DiagnosticCode/rankDeficient`` naming the regressors that a constant and the others
  ///   determine.
  func startingCoefficients(_ regressors: Regressors, _ series: TimeSeries) throws(Diagnostic)
    -> [Double]
  {
    guard !columns.isEmpty else { return [] }
    let rows = y.indices.filter { !y[$0].isNaN }
    let outcome = rows.map { y[$0] }
    func design(line: Bool) -> Matrix {
      var matrix = Matrix(rowCount: rows.count, columnCount: columns.count + (line ? 2 : 1))
      for (i, t) in rows.enumerated() {
        matrix[i, 0] = 1
        for j in columns.indices { matrix[i, j + 1] = columns[j][t] }
        if line { matrix[i, columns.count + 1] = Double(t + 1) / Double(y.count) }
      }
      return matrix
    }
    do {
      let plain = try QR(design(line: false))
      guard plain.rank == columns.count + 1 else {
        let dependent = plain.pivots.dropFirst(plain.rank).filter { $0 > 0 }.map { $0 - 1 }
        let names = (dependent.isEmpty ? Array(columns.indices) : dependent.sorted())
          .map { regressors.names[$0] }
        throw Self.rankDeficiency(names)
      }
      if rows.count > columns.count + 2, let qr = try? QR(design(line: true)),
        qr.rank == columns.count + 2
      {
        return Array(try qr.leastSquares(outcome)[1...columns.count])
      }
      return Array(try plain.leastSquares(outcome).dropFirst())
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Self.rankDeficiency(regressors.names)
    }
  }

  private static func rankDeficiency(_ names: [String]) -> Diagnostic {
    let list = names.joined(separator: ", ")
    return Diagnostic(
      .rankDeficient, .error,
      Text(
        en: "The level and the other regressors determine: \(list).",
        zh: "下列回归变量可由水平项和其他变量线性表示：\(list)。"),
      at: Diagnostic.Location(column: names.first),
      hint: Text(en: "Leave them out.", zh: "请去掉这些变量。"))
  }
}
