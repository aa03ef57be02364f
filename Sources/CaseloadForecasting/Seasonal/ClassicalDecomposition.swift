import CaseloadData

/// A series as trend and season by moving averages: the decomposition of the textbooks.
///
/// ```
/// Tₜ = (½ yₜ₋ₖ + yₜ₋ₖ₊₁ + … + yₜ₊ₖ₋₁ + ½ yₜ₊ₖ)/m,   m = 2k;   a plain average for an odd m
/// additive:        f_j = mean of yₜ − Tₜ over season j, less the mean of all f
/// multiplicative:  f_j = mean of yₜ / Tₜ over season j, over the mean of all f
/// ```
///
/// Season 0 is that of the first value. The trend is unknown, NaN, over half a season at either
/// end and wherever its window holds a missing value. Numbers agree with R's `decompose`.
///
/// - Source: Kendall & Stuart, *The Advanced Theory of Statistics*, vol. 3 (1983), §46.
public struct ClassicalDecomposition: Sendable, Equatable {
  public enum Kind: String, Codable, Sendable, CaseIterable { case additive, multiplicative }

  public let kind: Kind
  /// f, from the season of the first value.
  public let figure: [Double]
  public let seasonal: [Double]
  public let trend: [Double]
  public let remainder: [Double]

  /// Decomposes `values`.
  ///
  /// - Parameters:
  ///   - values: NaN where missing; positive for a multiplicative season.
  ///   - period: m, at least 2.
  ///   - kind: how the parts combine.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than two seasons or a season without a
  ///   value, ``DiagnosticCode/modelNotApplicable`` for a period below 2 and for values at or
  ///   below zero in a multiplicative decomposition.
  public init(_ values: [Double], period: Int, _ kind: Kind) throws(Diagnostic) {
    let observed = values.count { !$0.isNaN }
    guard period > 1 else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(en: "The series has no season to take out.", zh: "序列没有可剔除的季节性。"),
        hint: Text(
          en: "Give the season's length with --frequency NUMBER.",
          zh: "请用 --frequency 数字 指明季节长度。"))
    }
    guard kind == .additive || values.allSatisfy({ $0.isNaN || $0 > 0 }) else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A multiplicative season needs values above zero.", zh: "乘法季节性要求数值大于零。"),
        hint: Text(en: "Use an additive season.", zh: "请改用加法季节性。"))
    }
    let trend = SeasonalFigure.centeredAverage(values, period)
    let isAdditive = kind == .additive
    let averages = SeasonalFigure.averages(
      values, trend, length: period, isMultiplicative: !isAdditive)
    guard observed >= 2 * period, !averages.contains(where: \.isNaN) else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "A seasonal decomposition needs two seasons, \(2 * period) values, and each season "
            + "a trend.", zh: "季节分解至少需要两个完整季节（\(2 * period) 个数值），且每个季节都能算出趋势。"),
        hint: Text(
          en: "Use a longer series, or a model without a season.",
          zh: "请使用更长的序列，或无季节性的模型。"))
    }
    let figure = SeasonalFigure.leveled(averages, isMultiplicative: !isAdditive)
    self.kind = kind
    self.figure = figure
    self.trend = trend
    let seasonal = values.indices.map { figure[$0 % period] }
    self.seasonal = seasonal
    remainder = values.indices.map { t in
      isAdditive ? values[t] - seasonal[t] - trend[t] : values[t] / seasonal[t] / trend[t]
    }
  }
}
