import CaseloadData
import CaseloadMath

/// Ramsey's regression specification error test: whether powers of the fitted values explain what
/// the model does not.
///
/// ```
/// F = ((RSS₀ − RSS₁)/q) / (RSS₁/(n − p − q)),   model 1 with ŷ², ŷ³, … added
/// ```
///
/// - Source: Ramsey (1969), *Journal of the Royal Statistical Society B* 31, 350–371. Defaults as
///   R's `lmtest::resettest`.
public enum RESETTest {
  /// The test of the regression of `response` on `design`.
  ///
  /// - Parameters:
  ///   - design: n × p, with its constant if it has one.
  ///   - response: n values.
  ///   - powers: of the fitted values, each 2 or more.
  /// - Returns: the test, with as many numerator degrees of freedom as the powers add columns.
  /// - Throws: ``DiagnosticCode/illegalOption`` for other powers, ``DiagnosticCode/notIdentified``
  ///   when the powers add nothing to the columns, ``DiagnosticCode/seriesTooShort``,
  ///   ``DiagnosticCode/valueOutOfRange``.
  public static func test(design: Matrix, response: [Double], powers: [Int] = [2, 3])
    throws(Diagnostic) -> HypothesisTest
  {
    guard !powers.isEmpty, powers.allSatisfy({ (2...6).contains($0) }) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The powers of RESET are whole numbers from 2 to 6.", zh: "RESET 的幂次应为 2 至 6 的整数。"),
        hint: Text(en: "Use 2 and 3.", zh: "请用 2 和 3。"))
    }
    let base = try AuxiliaryRegression(design, response)
    _ = try checkedSumOfSquares(base.residuals, of: response)
    var fitted = response.indices.map { response[$0] - base.residuals[$0] }
    // With a constant, powers of the centered values span the same space and keep their digits.
    if AuxiliaryRegression.spansConstant(design) {
      let mean = fitted.reduce(0, +) / Double(fitted.count)
      for i in fitted.indices { fitted[i] -= mean }
    }
    let largest = fitted.reduce(0) { max($0, abs($1)) }
    let scaled = fitted.map { largest > 0 ? $0 / largest : 0 }
    let added = Matrix(columns: powers.map { power in scaled.map { pow($0, Double(power)) } })
    let full = try AuxiliaryRegression(design.beside(added), response)
    let (q, rest) = (full.rank - base.rank, response.count - full.rank)
    guard q > 0, full.residualSumOfSquares > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "Powers of the fitted values add nothing to the columns, so the test says nothing.",
          zh: "拟合值的幂不增加任何信息，检验无从进行。"),
        hint: Text(en: "A model of groups alone needs no such test.", zh: "仅含分组的模型不需要此检验。"))
    }
    let statistic =
      (base.residualSumOfSquares - full.residualSumOfSquares) / Double(q)
      / (full.residualSumOfSquares / Double(rest))
    return HypothesisTest(
      id: "reset", name: Text(en: "RESET test", zh: "RESET 检验"),
      hypothesis: Text(
        en: "Powers of the fitted values add nothing: the mean has the form of the model.",
        zh: "拟合值的幂无附加解释力，均值形式设定正确。"),
      fisherF: max(0, statistic), numerator: Double(q), denominator: Double(rest))
  }
}
