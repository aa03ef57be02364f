import CaseloadData
import CaseloadMath

/// Breusch and Pagan's test that the variance of the errors does not depend on given columns.
///
/// ```
/// gᵢ = eᵢ² / (Σe²/n) − 1,   ĝ the regression of g on Z
/// BP = ½ Σ ĝᵢ²   (original, normal errors),    BP = n Σ ĝᵢ² / Σ gᵢ²   (studentized)
/// ```
///
/// - Sources: Breusch & Pagan (1979), *Econometrica* 47, 1287–1294; Koenker (1981), *Journal of
///   Econometrics* 17, 107–112 (studentized). Defaults as R's `lmtest::bptest`.
public enum BreuschPagan {
  /// The test on the residuals of a regression.
  ///
  /// - Parameters:
  ///   - residuals: e, n of them.
  ///   - columns: Z, n × q: what the variance may depend on, usually the design. A constant is
  ///     added unless it spans one.
  ///   - studentized: Koenker's form, which does not take the errors for normal.
  /// - Returns: χ² with as many degrees of freedom as Z has independent columns beside the constant.
  /// - Throws: ``DiagnosticCode/notIdentified`` when Z holds nothing but a constant or the residuals
  ///   are zero; ``DiagnosticCode/seriesTooShort``; ``DiagnosticCode/valueOutOfRange``.
  public static func test(residuals: [Double], columns: Matrix, studentized: Bool = true)
    throws(Diagnostic) -> HypothesisTest
  {
    let (statistic, rank) = try statistic(
      residuals: residuals, AuxiliaryRegression.withConstant(columns), studentized: studentized)
    return HypothesisTest(
      id: "breusch-pagan", name: Text(en: "Breusch–Pagan test", zh: "Breusch–Pagan 检验"),
      hypothesis: Text(
        en: "The variance of the errors does not depend on the columns.",
        zh: "误差方差与所给各列无关。"),
      chiSquared: statistic, degreesOfFreedom: Double(rank - 1),
      detail: studentized
        ? Text(en: "Koenker's studentized form.", zh: "Koenker 学生化形式。")
        : Text(en: "Original form, for normal errors.", zh: "原始形式，要求误差正态。"))
  }

  /// The statistic and the rank of `columns`, which span a constant.
  static func statistic(residuals: [Double], _ columns: Matrix, studentized: Bool)
    throws(Diagnostic) -> (value: Double, rank: Int)
  {
    let n = Double(residuals.count)
    let variance = try checkedSumOfSquares(residuals) / n
    let g = residuals.map { $0 * $0 / variance - 1 }
    let fit = try AuxiliaryRegression(columns, g)
    guard fit.rank > 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "A constant alone cannot explain a changing variance.",
          zh: "仅有常数项，无法检验异方差。"),
        hint: Text(en: "Name a column that varies.", zh: "请指定有变化的列。"))
    }
    let total = g.reduce(0) { $0 + $1 * $1 }
    guard total > 0 else { throw Diagnostic.noResidualVariation }
    var explained = Accumulator()
    for i in g.indices {
      let fitted = g[i] - fit.residuals[i]
      explained.add(product: fitted, fitted)
    }
    return (studentized ? n * explained.value / total : 0.5 * explained.value, fit.rank)
  }
}
