import CaseloadData
import CaseloadMath

/// The test of linear restrictions R·β = r with any covariance of the estimates.
///
/// ```
/// W = (Rβ̂ − r)ᵀ (R V Rᵀ)⁻¹ (Rβ̂ − r)  ~  χ²(q),    F = W/q  ~  F(q, ν)
/// ```
///
/// - Source: Wald (1943), *Transactions of the American Mathematical Society* 54, 426–482. As R's
///   `car::linearHypothesis`.
public enum WaldTest {
  /// The test.
  ///
  /// - Parameters:
  ///   - restrictions: R, q × p with independent rows.
  ///   - values: r, q of them; `nil` for zeros.
  ///   - coefficients: β̂, p of them.
  ///   - covariance: V, p × p.
  ///   - denominatorDegreesOfFreedom: ν for the F form; `nil` for χ².
  /// - Returns: F with q and ν degrees of freedom, or χ² with q.
  /// - Throws: ``DiagnosticCode/rankDeficient`` naming restrictions that follow from others,
  ///   ``DiagnosticCode/notIdentified`` where V has no information on a restriction,
  ///   ``DiagnosticCode/illegalOption`` for no restriction or ν not positive,
  ///   ``DiagnosticCode/valueOutOfRange``.
  public static func test(
    restrictions: Matrix, values: [Double]? = nil, coefficients: [Double], covariance: Matrix,
    denominatorDegreesOfFreedom: Double? = nil
  ) throws(Diagnostic) -> HypothesisTest {
    let (q, p) = (restrictions.rowCount, coefficients.count)
    precondition(restrictions.columnCount == p && values.map { $0.count == q } ?? true)
    precondition(covariance.rowCount == p && covariance.columnCount == p)
    guard q > 0, denominatorDegreesOfFreedom.map({ $0 > 0 }) ?? true else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A Wald test needs a restriction, and degrees of freedom above zero.",
          zh: "Wald 检验至少需要一个约束，且自由度应大于零。"))
    }
    let qr: QR
    do { qr = try QR(restrictions.transposed(), rankTolerance: 1e-11) } catch {
      throw notFinite
    }
    guard qr.rank == q else {
      let list = qr.dependentColumns.map { "\($0 + 1)" }.joined(separator: ", ")
      throw Diagnostic(
        .rankDeficient, .error,
        Text(
          en: "\(q) restrictions have rank \(qr.rank): restriction \(list) follows from the others "
            + "or contradicts them.",
          zh: "\(q) 个约束的秩为 \(qr.rank)：约束 \(list) 可由其他约束推出或与之矛盾。"),
        hint: Text(en: "Leave out: \(list).", zh: "请去掉：\(list)。"))
    }
    var middle = restrictions * covariance * restrictions.transposed()
    var difference = restrictions * coefficients
    if let values { for i in 0..<q { difference[i] -= values[i] } }
    guard difference.allSatisfy(\.isFinite), middle.firstNonFinite == nil else { throw notFinite }
    let scales = middle.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    for i in 0..<q {
      difference[i] *= scales[i]
      for j in 0..<q { middle[i, j] *= scales[i] * scales[j] }
    }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }), isPositiveDefinite(middle),
      let cholesky = try? Cholesky(middle)
    else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The covariance matrix holds no information on a combination of the restrictions.",
          zh: "协方差矩阵不含约束某一组合的信息。"),
        hint: Text(
          en: "Test fewer restrictions together: clustered covariances have a rank of at most the "
            + "number of clusters.",
          zh: "请减少联合检验的约束：聚类协方差的秩不超过聚类数。"))
    }
    let solved = cholesky.solve(difference)
    let statistic = zip(difference, solved).reduce(0) { $0 + $1.0 * $1.1 }
    let name = Text(en: "Wald test", zh: "Wald 检验")
    let hypothesis =
      q == 1
      ? Text(en: "The linear restriction holds.", zh: "线性约束成立。")
      : Text(en: "The \(q) linear restrictions hold.", zh: "\(q) 个线性约束同时成立。")
    guard let denominator = denominatorDegreesOfFreedom else {
      return HypothesisTest(
        id: "wald", name: name, hypothesis: hypothesis, chiSquared: statistic,
        degreesOfFreedom: Double(q))
    }
    return HypothesisTest(
      id: "wald", name: name, hypothesis: hypothesis, fisherF: statistic / Double(q),
      numerator: Double(q), denominator: denominator)
  }

  /// Whether the smallest eigenvalue of a correlation matrix is more than rounding.
  private static func isPositiveDefinite(_ a: Matrix) -> Bool {
    guard let values = try? SymmetricEigen(a).values, let least = values.first else { return false }
    return least > 1e-13 * Double(a.rowCount)
  }

  private static var notFinite: Diagnostic {
    Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "A restriction, a coefficient or the covariance is not finite.",
        zh: "约束、系数或协方差含非有限数。"))
  }
}
