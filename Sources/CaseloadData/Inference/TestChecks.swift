import CaseloadMath

extension Diagnostic {
  /// The residuals are zero to rounding, so that nothing can be tested on them.
  package static var noResidualVariation: Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "The model fits every observation, so its errors cannot be tested.",
        zh: "模型完全拟合全部观测，误差无从检验。"),
      hint: Text(en: "Use fewer terms or more data.", zh: "请减少项数或增加数据。"))
  }

  /// A test's own regression has nothing to explain with, or nothing left over.
  package static func testNeeds(_ rows: Int, have: Int) -> Diagnostic {
    Diagnostic(
      .seriesTooShort, .error,
      Text(
        en: "The test needs \(rows) observations or more; there are \(have).",
        zh: "该检验至少需要 \(rows) 个观测，现有 \(have) 个。"),
      hint: Text(en: "Use fewer terms, fewer lags or more data.", zh: "请减少项数或滞后阶数，或增加数据。"))
  }
}

/// Σ e², after a check that the residuals are finite and more than what rounding leaves of
/// `response`.
package func checkedSumOfSquares(_ residuals: [Double], of response: [Double] = [])
  throws(Diagnostic)
  -> Double
{
  if let row = residuals.firstIndex(where: { !$0.isFinite }) {
    throw Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "The residual of observation \(row + 1) is not finite.",
        zh: "第 \(row + 1) 个观测的残差不是有限数。"),
      hint: Text(en: "Leave that row out.", zh: "请去掉该行。"))
  }
  var sum = Accumulator()
  for value in residuals { sum.add(product: value, value) }
  // A relative error of 1e-13 in every fitted value.
  let rounding = 1e-26 * response.reduce(0) { $0 + $1 * $1 }
  guard sum.value > rounding else { throw Diagnostic.noResidualVariation }
  return sum.value
}
