import CaseloadData
import CaseloadMath

/// Durbin and Watson's test of first-order autocorrelation in the errors.
///
/// ```
/// d = Σ (eₜ − eₜ₋₁)² / Σ eₜ² = eᵀAe / eᵀe,    P(d ≤ x) = P(Σ (νⱼ − x) zⱼ² ≤ 0)
/// ```
///
/// νⱼ are the n − p eigenvalues of A on the complement of the design. The p-value is exact for
/// normal errors in short series and a normal approximation with the exact mean and variance of d
/// in long ones.
///
/// - Sources: Durbin & Watson (1950), *Biometrika* 37, 409–428, and (1971), *Biometrika* 58, 1–19;
///   `NormalQuadraticForm`.
public enum DurbinWatson {
  /// The statistic with its p-value.
  ///
  /// - Parameters:
  ///   - residuals: e, in the order of time.
  ///   - design: n × p, with its constant if it has one; no lagged response.
  ///   - alternative: `greater` for positive autocorrelation (small d).
  ///   - exact: `nil` chooses the exact p-value below 100 observations.
  /// - Returns: d, with how its p-value was found in `distribution`.
  /// - Throws: ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/notIdentified``,
  ///   ``DiagnosticCode/valueOutOfRange``.
  /// - Complexity: n³ for the exact p-value, n·p² for the approximation.
  public static func test(
    residuals: [Double], design: Matrix, alternative: Alternative = .greater, exact: Bool? = nil
  ) throws(Diagnostic) -> HypothesisTest {
    precondition(design.rowCount == residuals.count)
    let n = residuals.count
    let squares = try checkedSumOfSquares(residuals)
    var differences = Accumulator()
    for t in residuals.indices.dropFirst() {
      let change = residuals[t] - residuals[t - 1]
      differences.add(product: change, change)
    }
    let statistic = differences.value / squares
    let basis = try orthonormalBasis(design)
    let rest = n - basis.columnCount
    guard rest > 1 else { throw Diagnostic.testNeeds(basis.columnCount + 2, have: n) }

    let isExact = exact ?? (n < 100)
    let (lower, upper): (Double, Double)
    if isExact {
      let eigenvalues = try eigenvalues(complementOf: basis)
      lower = try NormalQuadraticForm.probabilityNotPositive(eigenvalues.map { $0 - statistic })
      upper = try NormalQuadraticForm.probabilityNotPositive(eigenvalues.map { statistic - $0 })
    } else {
      let (mean, variance) = moments(basis)
      guard variance > 0 else { throw Diagnostic.testNeeds(basis.columnCount + 2, have: n) }
      let normal = Normal(mean: mean, standardDeviation: variance.squareRoot())
      (lower, upper) = (normal.cumulative(statistic), normal.upper(statistic))
    }
    let pValue =
      switch alternative {
      case .greater: lower
      case .less: upper
      case .twoSided: min(1, 2 * min(lower, upper))
      }
    return HypothesisTest(
      id: "durbin-watson", name: Text(en: "Durbin–Watson test", zh: "Durbin–Watson 检验"),
      hypothesis: hypothesis(alternative), statistic: statistic,
      distribution: isExact
        ? Text(en: "exact for normal errors", zh: "正态误差下的精确分布")
        : Text(en: "normal approximation", zh: "正态近似"),
      pValue: pValue,
      detail: Text(
        en: "2 stands for no autocorrelation, values towards 0 for positive autocorrelation.",
        zh: "2 表示无自相关，接近 0 表示正自相关。"))
  }

  private static func hypothesis(_ alternative: Alternative) -> Text {
    switch alternative {
    case .greater:
      Text(
        en: "The errors have no positive first-order autocorrelation.", zh: "误差无一阶正自相关。")
    case .less:
      Text(
        en: "The errors have no negative first-order autocorrelation.", zh: "误差无一阶负自相关。")
    case .twoSided:
      Text(en: "The errors have no first-order autocorrelation.", zh: "误差无一阶自相关。")
    }
  }

  /// An orthonormal basis of the span of the columns.
  private static func orthonormalBasis(_ design: Matrix) throws(Diagnostic) -> Matrix {
    var scaled = design
    for j in 0..<design.columnCount {
      let largest = design.column(j).reduce(0) { max($0, abs($1)) }
      guard largest > 0 else { continue }
      for i in 0..<design.rowCount { scaled[i, j] /= largest }
    }
    do {
      let svd = try SVD(scaled)
      return svd.u.selectingColumns(Array(0..<svd.rank))
    } catch {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(en: "The design has elements that are not finite.", zh: "设计矩阵含非有限数。"),
        hint: Text(en: "Leave those rows out.", zh: "请去掉这些行。"))
    }
  }

  /// A·v for the second-difference matrix A of d, whose first and last diagonal elements are 1.
  private static func differenced(_ v: [Double]) -> [Double] {
    let n = v.count
    return (0..<n).map { i in
      (i > 0 ? v[i] - v[i - 1] : 0) + (i + 1 < n ? v[i] - v[i + 1] : 0)
    }
  }

  /// The n − p eigenvalues of M·A·M beside the p zeros of M, ascending.
  private static func eigenvalues(complementOf u: Matrix) throws(Diagnostic) -> [Double] {
    let n = u.rowCount
    // M·A·M = A − U(AU)ᵀ − (AU)Uᵀ + U(UᵀAU)Uᵀ.
    let au = Matrix(columns: (0..<u.columnCount).map { differenced(u.column($0)) })
    let uau = u.columnCount > 0 ? u.transposed() * au : Matrix(rowCount: 0, columnCount: 0)
    var product = Matrix(rowCount: n, columnCount: n)
    for i in 0..<n {
      product[i, i] = i == 0 || i == n - 1 ? 1 : 2
      if i > 0 { product[i, i - 1] = -1 }
      if i > 0 { product[i - 1, i] = -1 }
    }
    if u.columnCount > 0 {
      let cross = u * au.transposed()
      product = product - cross - cross.transposed() + u * uau * u.transposed()
    }
    do {
      return Array(try SymmetricEigen(product).values.dropFirst(u.columnCount))
    } catch {
      throw Diagnostic(
        .notConverged, .error,
        Text(en: "The eigenvalues of the test did not converge.", zh: "检验所需特征值未收敛。"),
        hint: Text(en: "Use the normal approximation.", zh: "请改用正态近似。"))
    }
  }

  /// Mean and variance of d for normal errors: ν̄ and 2 Σ(ν − ν̄)² / (m(m + 2)), m = n − p, from
  /// traces alone.
  private static func moments(_ u: Matrix) -> (mean: Double, variance: Double) {
    let n = Double(u.rowCount)
    let au = Matrix(columns: (0..<u.columnCount).map { differenced(u.column($0)) })
    let uau = u.transposed() * au
    let first = 2 * (n - 1) - uau.diagonal.reduce(0, +)
    // tr A² = 6n − 8; tr UᵀA²U = ‖AU‖².
    let square = au.storage.reduce(0) { $0 + $1 * $1 }
    let second = 6 * n - 8 - 2 * square + uau.storage.reduce(0) { $0 + $1 * $1 }
    let m = n - Double(u.columnCount)
    let mean = first / m
    return (mean, 2 * (second - m * mean * mean) / (m * (m + 2)))
  }
}
