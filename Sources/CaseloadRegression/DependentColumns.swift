import CaseloadData
import CaseloadMath

/// Columns that are combinations of the columns before them.
package enum DependentColumns {
  /// The columns to leave out so that the others are independent, in ascending order; of columns
  /// that depend on each other the last ones go, as in R.
  ///
  /// Nothing is left out of a design that pivoted QR finds of full rank, however ill conditioned.
  package static func find(_ x: Matrix) -> [Int] {
    guard x.columnCount > 0, x.rowCount > 0, !isWellConditioned(x), let qr = try? QR(x) else {
      return []
    }
    let rank = min(qr.rank, x.rowCount)
    guard rank < x.columnCount else { return [] }
    // Gram–Schmidt, twice is enough (Kahan and Parlett), in the order of the columns.
    var basis: [[Double]] = []
    var shares: [(column: Int, share: Double)] = []
    for j in 0..<x.columnCount {
      var v = x.column(j)
      let before = length(v)
      for _ in 0..<2 {
        for q in basis {
          var product = 0.0
          for i in v.indices { product += q[i] * v[i] }
          for i in v.indices { v[i] -= product * q[i] }
        }
      }
      let after = length(v)
      let share = before > 0 ? after / before : 0
      if share > tolerance, basis.count < x.rowCount {
        basis.append(v.map { $0 / after })
      } else {
        shares.append((j, share))
      }
    }
    return shares.map(\.column)
  }

  private static let tolerance = 1e-9

  private static func length(_ v: [Double]) -> Double {
    v.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Whether the Gram matrix of the scaled columns is far from singular, which is quick to see.
  private static func isWellConditioned(_ x: Matrix) -> Bool {
    var gram = BLAS.crossProduct(x)
    let scales = gram.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    guard x.rowCount >= x.columnCount, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      return false
    }
    for j in scales.indices { for i in scales.indices { gram[i, j] *= scales[i] * scales[j] } }
    guard let values = try? SymmetricEigen(gram).values, let least = values.first else {
      return false
    }
    return least > 1e-8
  }

  /// Says which terms were left out, and why.
  static func warning(_ names: [String], areAbsorbed: Bool = false) -> Diagnostic {
    let list = names.joined(separator: ", ")
    return Diagnostic(
      .rankDeficient, .warning,
      Text(
        en: "Left out: \(list), which "
          + (names.count == 1 ? "is a combination" : "are combinations") + " of other columns"
          + (areAbsorbed ? " and the fixed effects." : "."),
        zh: "已略去 \(list)：是其他列" + (areAbsorbed ? "与固定效应" : "") + "的线性组合。"),
      hint: Text(
        en: "Remove them from the formula, or the terms that they repeat.",
        zh: "请从公式中去掉它们，或去掉与之重复的项。"))
  }
}

extension DesignMatrix {
  /// The design without columns that the columns before them imply, with a warning that names them.
  ///
  /// Where there are more columns than rows, and the rows rather than the columns are what limits the
  /// rank, nothing is left out: no choice among the columns would leave an error to estimate.
  func withoutDependentColumns() -> DesignMatrix {
    let dependent = DependentColumns.find(weights.map { matrix.scalingRows($0) } ?? matrix)
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    guard !dependent.isEmpty, rows >= columns || columns - dependent.count < rows else {
      return self
    }
    let kept = (0..<matrix.columnCount).filter { !dependent.contains($0) }
    let dropped = dependent.map { names[$0] }.filter { !isExpandedEffect($0) }
    return dropped.isEmpty
      ? selectingColumns(kept)
      : selectingColumns(
        kept,
        note: DependentColumns.warning(dropped, areAbsorbed: !expandedEffects.isEmpty))
  }
}
