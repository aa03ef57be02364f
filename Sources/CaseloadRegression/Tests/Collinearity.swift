import CaseloadData
import CaseloadMath

/// How far the columns of a design stand in each other's way.
public enum Collinearity {
  /// How much collinearity inflates the variance of a term.
  public struct InflationFactor: Codable, Sendable, Equatable {
    public let term: String
    /// The variance over that of a term orthogonal to the others; for a term of several columns
    /// Fox and Monette's generalized factor.
    public let value: Double
    /// The columns of the term.
    public let columnCount: Int
    /// value^(1/(2·columnCount)), the inflation of a standard error, which compares across terms.
    public var perStandardError: Double { pow(value, 1 / (2 * Double(columnCount))) }
  }

  /// The factors of the terms, from the covariance of the coefficients.
  ///
  /// ```
  /// GVIF = det R₁₁ · det R₂₂ / det R,   R the correlation matrix of the estimates but the intercept's
  /// ```
  ///
  /// - Parameters:
  ///   - covariance: p × p, of the coefficients without the intercept.
  ///   - terms: one a coefficient; equal names make one term, in the order of first occurrence.
  /// - Returns: one a term.
  /// - Throws: ``DiagnosticCode/notIdentified`` for fewer than two terms,
  ///   ``DiagnosticCode/rankDeficient`` for a singular covariance.
  /// - Source: Fox & Monette (1992), *Journal of the American Statistical Association* 87, 178–183.
  ///   As R's `car::vif`.
  public static func inflationFactors(covariance: Matrix, terms: [String]) throws(Diagnostic)
    -> [InflationFactor]
  {
    let p = terms.count
    precondition(covariance.rowCount == p && covariance.columnCount == p)
    var names: [String] = []
    for term in terms where !names.contains(term) { names.append(term) }
    guard names.count > 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "One term has no other to be collinear with.", zh: "仅有一项，不存在共线性。"))
    }
    let scales = covariance.diagonal.map { 1 / $0.squareRoot() }
    var correlation = covariance
    for i in 0..<p { for j in 0..<p { correlation[i, j] *= scales[i] * scales[j] } }
    func logDeterminant(_ columns: [Int]) throws(Diagnostic) -> Double {
      let part = Matrix(rows: columns.map { i in columns.map { correlation[i, $0] } })
      do { return try Cholesky(part).logDeterminant } catch {
        throw Diagnostic(
          .rankDeficient, .error,
          Text(
            en: "The covariance of the coefficients is singular, so collinearity is complete.",
            zh: "系数协方差奇异，存在完全共线性。"),
          hint: Text(en: "Leave a term out.", zh: "请去掉一项。"))
      }
    }
    let whole = try logDeterminant(Array(0..<p))
    var result: [InflationFactor] = []
    for name in names {
      let own = terms.indices.filter { terms[$0] == name }
      let others = terms.indices.filter { terms[$0] != name }
      let value = exp(try logDeterminant(own) + logDeterminant(others) - whole)
      result.append(InflationFactor(term: name, value: value, columnCount: own.count))
    }
    return result
  }

  /// Belsley, Kuh and Welsch's decomposition of a design with columns of unit length.
  public struct ConditionIndices: Codable, Sendable, Equatable {
    /// s₁/sₖ, ascending from 1; above 30 a dependency is strong.
    public let indices: [Double]
    /// The share of the variance of coefficient j that comes from index k, at [k][j]; each column
    /// adds up to 1. Two shares above ½ at a large index name the columns involved.
    public let varianceProportions: [[Double]]
  }

  /// The condition indices of a design, with its intercept if it has one, not centered.
  ///
  /// - Parameter design: n × p of full column rank.
  /// - Returns: p indices with their variance proportions.
  /// - Throws: ``DiagnosticCode/rankDeficient``, ``DiagnosticCode/valueOutOfRange``.
  /// - Source: Belsley, Kuh & Welsch (1980), *Regression Diagnostics*, §3.2.
  public static func conditionIndices(_ design: Matrix) throws(Diagnostic) -> ConditionIndices {
    let p = design.columnCount
    let names = (0..<p).map { "x\($0 + 1)" }
    var scaled = design
    for j in 0..<p {
      let column = design.column(j)
      let largest = column.reduce(0) { max($0, abs($1)) }
      guard largest > 0, largest.isFinite else { continue }
      let length = largest * column.reduce(0) { $0 + $1 / largest * ($1 / largest) }.squareRoot()
      for i in 0..<design.rowCount { scaled[i, j] /= length }
    }
    do {
      let qr = try QR(scaled)
      guard qr.rowCount >= p else { throw QR.Failure.tooFewRows(rows: qr.rowCount, columns: p) }
      guard qr.rank == p else {
        throw QR.Failure.rankDeficient(rank: qr.rank, dependentColumns: qr.dependentColumns)
      }
    } catch let failure as QR.Failure {
      throw Diagnostic(failure, names: names)
    } catch {
      preconditionFailure("\(error)")
    }
    guard let svd = try? SVD(scaled), let first = svd.singularValues.first else {
      throw Diagnostic(
        .notConverged, .error,
        Text(en: "The singular values did not converge.", zh: "奇异值未收敛。"))
    }
    // φₖⱼ = vⱼₖ²/sₖ², over their sum.
    let parts = (0..<p).map { k in
      (0..<p).map { j -> Double in
        let ratio = svd.vTransposed[k, j] / svd.singularValues[k]
        return ratio * ratio
      }
    }
    let totals = (0..<p).map { j in parts.reduce(0) { $0 + $1[j] } }
    return ConditionIndices(
      indices: svd.singularValues.map { first / $0 },
      varianceProportions: parts.map { row in zip(row, totals).map { $0 / $1 } })
  }
}
