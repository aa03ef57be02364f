import CaseloadData
import CaseloadMath

/// A least-squares fit that grows row by row.
///
/// ```
/// wₜ = (yₜ − xₜᵀb₍ₜ₋₁₎) / √(1 + xₜᵀ(XᵀX)⁻¹₍ₜ₋₁₎xₜ),    RSSₜ = RSSₜ₋₁ + wₜ²
/// ```
///
/// Each row is rotated into the triangle R of the rows before; with positive cosines what remains
/// of the response is the recursive residual wₜ itself. No inverse is updated, so that nothing drifts.
///
/// - Complexity: p² a row.
/// - Sources: Brown, Durbin & Evans (1975), *Journal of the Royal Statistical Society B* 37,
///   149–192, eqs. 2–5; Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), §6.5.3 (appending
///   a row).
struct RecursiveLeastSquares {
  let columnCount: Int
  /// The upper triangle of R, row by row in a p × (p + 1) block whose last column is Qᵀy.
  private var triangle: [Double]
  private var row: [Double]
  /// How many columns the rows so far determine.
  private(set) var rank = 0
  /// Of the rows so far.
  private(set) var residualSumOfSquares = 0.0

  init(columnCount: Int) {
    self.columnCount = columnCount
    triangle = [Double](repeating: 0, count: columnCount * (columnCount + 1))
    row = [Double](repeating: 0, count: columnCount + 1)
  }

  /// Forgets all rows, and keeps the storage.
  mutating func reset() {
    for i in triangle.indices { triangle[i] = 0 }
    rank = 0
    residualSumOfSquares = 0
  }

  /// Adds row `i` of the row-major n × (p + 1) block `rows`, whose last column is the response.
  ///
  /// - Returns: its recursive residual; `nil` for a row that determined one more column.
  mutating func add(row index: Int, of rows: [Double]) -> Double? {
    let width = columnCount + 1
    let start = index * width
    var size = 0.0
    for j in 0..<width { row[j] = rows[start + j] }
    for j in 0..<columnCount { size = max(size, abs(row[j])) }
    for j in 0..<columnCount {
      let x = row[j]
      let base = j * width
      let pivot = triangle[base + j]
      if pivot == 0 {
        // What rounding leaves of a dependent row is no new column.
        guard abs(x) > 1e-11 * size else { continue }
        let sign: Double = x < 0 ? -1 : 1
        for k in j..<width { triangle[base + k] = sign * row[k] }
        rank += 1
        return nil
      }
      guard x != 0 else { continue }
      let norm = (pivot * pivot + x * x).squareRoot()
      let (c, s) = (pivot / norm, x / norm)
      for k in j..<width {
        let upper = triangle[base + k]
        triangle[base + k] = c * upper + s * row[k]
        row[k] = c * row[k] - s * upper
      }
    }
    let residual = row[columnCount]
    residualSumOfSquares += residual * residual
    return residual
  }

  /// The rows of `x` with `y` as a last column, row by row, each column of `x` scaled by a power
  /// of two to about 1.
  static func block(_ x: Matrix, _ y: [Double]) -> [Double] {
    let (n, p) = (x.rowCount, x.columnCount)
    var block = [Double](repeating: 0, count: n * (p + 1))
    for j in 0..<p {
      let column = x.column(j)
      let largest = column.reduce(0) { max($0, abs($1)) }
      let scale = largest > 0 ? Double(sign: .plus, exponent: -largest.exponent, significand: 1) : 1
      for i in 0..<n { block[i * (p + 1) + j] = column[i] * scale }
    }
    for i in 0..<n { block[i * (p + 1) + p] = y[i] }
    return block
  }
}

/// The standardized one-step prediction errors of a regression, independent N(0, σ²) under a stable
/// model with normal errors.
public enum RecursiveResiduals {
  /// The recursive residuals, in the order of the rows.
  ///
  /// - Parameters:
  ///   - design: n × p of full column rank, in the order of time.
  ///   - response: n values.
  /// - Returns: n − p values; the p rows that first determine the coefficients have none.
  /// - Throws: ``DiagnosticCode/valueOutOfRange``, ``DiagnosticCode/rankDeficient`` when the columns
  ///   are dependent, ``DiagnosticCode/seriesTooShort``.
  public static func values(design: Matrix, response: [Double]) throws(Diagnostic) -> [Double] {
    precondition(design.rowCount == response.count)
    let names = (0..<design.columnCount).map { "x\($0 + 1)" }
    // What is wrong with the whole is said as any regression says it.
    do { _ = try LeastSquares(design, response) } catch { throw Diagnostic(error, names: names) }
    let block = RecursiveLeastSquares.block(design, response)
    var fit = RecursiveLeastSquares(columnCount: design.columnCount)
    var result: [Double] = []
    for i in response.indices {
      if let residual = fit.add(row: i, of: block) { result.append(residual) }
    }
    return result
  }
}
