import CaseloadData
import CaseloadMath

/// Breusch and Godfrey's test of autocorrelation up to a given order, which allows for lagged
/// responses among the columns.
///
/// ```
/// LM = n·R² of eₜ on xₜ, eₜ₋₁, …, eₜ₋ₘ (zero before the start)   ~ χ²(m)
/// F  = ((Σe² − RSS)/m) / (RSS/(n − p − m))                        ~ F(m, n − p − m)
/// ```
///
/// - Sources: Breusch (1978), *Australian Economic Papers* 17, 334–355; Godfrey (1978),
///   *Econometrica* 46, 1293–1301. As R's `lmtest::bgtest` with `fill = 0`.
public enum BreuschGodfrey {
  /// Which distribution the statistic is referred to.
  public enum Form: String, Codable, Sendable { case chiSquared = "chi-squared", fisherF = "f" }

  /// The test on the residuals of a regression on `design`.
  ///
  /// - Parameters:
  ///   - residuals: e, in the order of time.
  ///   - design: n × p, the columns of the regression.
  ///   - order: m, the largest lag; 1 or more.
  ///   - form: χ², or F, which is nearer its level in small samples.
  /// - Returns: the test, with as many degrees of freedom as the lags add to the columns.
  /// - Throws: ``DiagnosticCode/illegalOption`` for an order below 1,
  ///   ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/notIdentified``.
  public static func test(
    residuals: [Double], design: Matrix, order: Int = 1, form: Form = .chiSquared
  ) throws(Diagnostic) -> HypothesisTest {
    guard order >= 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "The order is 1 or more, not \(order).", zh: "阶数应不小于 1，而非 \(order)。"),
        hint: Text(en: "Use the length of a season.", zh: "例如取季节长度。"))
    }
    let n = residuals.count
    guard n > design.columnCount + order else {
      throw Diagnostic.testNeeds(design.columnCount + order + 1, have: n)
    }
    let total = try checkedSumOfSquares(residuals)
    let lags = (1...order).map { lag in
      (0..<n).map { $0 >= lag ? residuals[$0 - lag] : 0 }
    }
    let base = try AuxiliaryRegression(design, residuals)
    let fit = try AuxiliaryRegression(design.beside(Matrix(columns: lags)), residuals)
    let m = fit.rank - base.rank
    guard m > 0, fit.residualSumOfSquares > 0 else { throw Diagnostic.noResidualVariation }
    let name = Text(en: "Breusch–Godfrey test", zh: "Breusch–Godfrey 检验")
    let hypothesis = Text(
      en: "The errors have no autocorrelation up to lag \(order).",
      zh: "误差至 \(order) 阶无自相关。")
    switch form {
    case .chiSquared:
      var explained = Accumulator()
      for i in 0..<n {
        let fitted = residuals[i] - fit.residuals[i]
        explained.add(product: fitted, fitted)
      }
      return HypothesisTest(
        id: "breusch-godfrey", name: name, hypothesis: hypothesis,
        chiSquared: Double(n) * explained.value / total, degreesOfFreedom: Double(m))
    case .fisherF:
      let rest = Double(n - fit.rank)
      let statistic =
        (total - fit.residualSumOfSquares) / Double(m) / (fit.residualSumOfSquares / rest)
      return HypothesisTest(
        id: "breusch-godfrey", name: name, hypothesis: hypothesis, fisherF: max(0, statistic),
        numerator: Double(m), denominator: rest)
    }
  }
}
