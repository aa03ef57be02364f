import CaseloadData
import CaseloadMath

/// Observations that a model can fit without limit, so that some coefficients have no finite
/// estimate: a direction γ of the coefficients along which no observation is fitted worse.
///
/// ```
/// counts     xᵢᵀγ = 0 where yᵢ > 0,       −xᵢᵀγ ≥ 0 where yᵢ = 0
/// binomial   xᵢᵀγ = 0 where 0 < yᵢ < 1,   ±xᵢᵀγ ≥ 0 where yᵢ is 1 or 0
/// ```
///
/// The observations with a strict inequality are separated. They are found exactly. In an
/// orthonormal basis Q of the columns the equalities leave the null space N of some rows of Q; with
/// B the signed other rows of Q·N, each of length one, the nonnegative least squares
/// min ‖Bᵀλ‖, λ ≥ 1, ends either at Bᵀλ = 0 — a proof (Stiemke) that nothing is separated — or at
/// r = Bᵀλ ≠ 0 with B·r ≥ 0, which is such a direction. Separated rows are taken out and the rest
/// is searched again, so that none is missed.
///
/// - Sources: Correia, Guimarães & Zylkin (2019), arXiv 1903.01633, §§2–4 (counts); Konis (2007),
///   *Linear Programming Algorithms for Detecting Separated Data in Binary Logistic Regression
///   Models*, ch. 4 (binomial); ``NonnegativeLeastSquares``.
struct Separation {
  /// The separated observations, 0-based and ascending.
  let rows: [Int]
  /// The columns with a part in a direction that separates: few enough that they still separate the
  /// same observations, without the intercept where others do it.
  let columns: [Int]

  /// How an observation limits a direction.
  enum Side: Sendable { case fixed, nonnegative, nonpositive }

  /// What a direction has to keep to, one side an observation; `nil` for a family and link with no
  /// means at infinity.
  static func sides(_ y: [Double], family: Family, link: Link) -> [Side]? {
    switch (family, link) {
    case (.poisson, .log), (.quasiPoisson, .log), (.negativeBinomial, .log),
      (.binomial, .log), (.quasiBinomial, .log):
      return y.map { $0 > 0 ? .fixed : .nonpositive }
    case (.binomial, .logit), (.binomial, .probit), (.binomial, .complementaryLogLog),
      (.quasiBinomial, .logit), (.quasiBinomial, .probit), (.quasiBinomial, .complementaryLogLog):
      return y.map { $0 <= 0 ? .nonpositive : $0 >= 1 ? .nonnegative : .fixed }
    default: return nil
    }
  }

  /// `nil` where nothing is separated.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank.
  ///   - sides: one an observation.
  ///   - hasIntercept: whether the first column is the intercept's.
  init?(_ x: Matrix, sides: [Side], hasIntercept: Bool) {
    let rows = Self.separatedRows(x, sides)
    guard !rows.isEmpty else { return nil }
    self.rows = rows
    // A column that can go without changing what is separated has no part in it.
    var kept = Array(0..<x.columnCount)
    let removable = kept.reversed().filter { !(hasIntercept && $0 == 0) }
    if x.columnCount <= Self.largestReduced {
      for column in removable where kept.count > 1 {
        let fewer = kept.filter { $0 != column }
        if Self.separatedRows(x.selectingColumns(fewer), sides) == rows { kept = fewer }
      }
    }
    let others = kept.filter { !(hasIntercept && $0 == 0) }
    columns = others.isEmpty ? kept : others
  }

  /// Beyond this many columns the search for the fewest that separate would take too long.
  private static let largestReduced = 200

  /// A row this much shorter than a row of an orthonormal basis is zero but for rounding, and so is
  /// a cosine.
  private static let zero = 1e-9

  /// Every separated row, ascending.
  static func separatedRows(_ x: Matrix, _ sides: [Side]) -> [Int] {
    let candidates = sides.indices.filter { sides[$0] != .fixed }
    guard !candidates.isEmpty, x.columnCount > 0,
      let solution = try? LeastSquares(x, [Double](repeating: 0, count: x.rowCount))
    else { return [] }
    let q = solution.basis(of: x)
    let fixed = q.selectingRows(sides.indices.filter { sides[$0] == .fixed })
    guard let null = nullSpace(fixed) else { return [] }
    let projected = q.selectingRows(candidates) * null
    var directions: [[Double]] = []
    var remaining: [Int] = []
    for (k, row) in candidates.enumerated() {
      let values = projected.row(k)
      let length = euclidean(values)
      let whole = euclidean(q.row(row))
      guard length > zero * whole else { continue }
      let sign: Double = sides[row] == .nonnegative ? 1 : -1
      directions.append(values.map { sign * $0 / length })
      remaining.append(row)
    }
    var separated: [Int] = []
    while !remaining.isEmpty {
      let b = Matrix(rows: directions)
      guard let r = NonnegativeLeastSquares.coneDirection(b) else { break }
      let z = b * r
      guard z.allSatisfy({ $0 >= -zero }) else { break }
      let isStrict = z.map { $0 > zero }
      guard isStrict.contains(true) else { break }
      for (k, row) in remaining.enumerated() where isStrict[k] { separated.append(row) }
      let left = remaining.indices.filter { !isStrict[$0] }
      directions = left.map { directions[$0] }
      remaining = left.map { remaining[$0] }
    }
    return separated.sorted()
  }

  /// An orthonormal basis of the directions that all rows of `a` leave alone; `nil` for none.
  private static func nullSpace(_ a: Matrix) -> Matrix? {
    let p = a.columnCount
    guard a.rowCount > 0 else { return .identity(p) }
    // The common case, at the price of one factorization.
    if let qr = try? QR(a, rankTolerance: zero), qr.rank == p { return nil }
    // Rows of zeros make the thin decomposition hold every right singular vector.
    var padded = a
    if a.rowCount < p {
      padded = Matrix(rowCount: p, columnCount: p)
      for j in 0..<p { for i in 0..<a.rowCount { padded[i, j] = a[i, j] } }
    }
    guard let svd = try? SVD(padded) else { return nil }
    let null = svd.singularValues.indices.filter { svd.singularValues[$0] <= zero }
    return null.isEmpty ? nil : svd.vTransposed.transposed().selectingColumns(null)
  }

  private static func euclidean(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
