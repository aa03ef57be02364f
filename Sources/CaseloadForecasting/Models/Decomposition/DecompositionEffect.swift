import CaseloadData
import CaseloadMath

/// What regressors add to a series beside its trend and its seasons, on the scale of the parts.
///
/// ```
/// f(yₜ) = Tₜ + Sₜ + xₜ′β + eₜ,   β̂ = (X̃′X̃)⁻¹ X̃′ỹ,   X̃ = (I − H)X,   ỹ = (I − H)f(y)
/// ```
///
/// H is the decomposition: what it leaves of every regressor explains what it leaves of the series, so
/// that a regressor that has a season or a trend itself takes none of the series' own. Seasons are then
/// those of f(y) − Xβ̂.
///
/// - Source: Speckman (1988), *Journal of the Royal Statistical Society* B 50, 413–436, eq. 4.
struct DecompositionEffect: Sendable, Codable, Equatable {
  let names: [String]
  /// β̂.
  let coefficients: [Double]

  /// `nil` without regressors.
  ///
  /// - Parameters:
  ///   - series: NaN where missing.
  ///   - regressors: one row a period.
  ///   - plan: the decomposition.
  /// - Throws: ``DiagnosticCode/rankDeficient`` where the decomposition leaves nothing of a regressor, or
  ///   nothing that the others do not have; what decomposing throws.
  init?(_ series: TimeSeries, _ regressors: Regressors, _ plan: DecompositionPlan)
    throws(Diagnostic)
  {
    guard !regressors.isEmpty else { return nil }
    let left = try plan.parts(of: series).remainder
    let rows = left.indices.filter { !left[$0].isNaN }
    var columns: [[Double]] = []
    for (name, column) in zip(regressors.names, regressors.columns) {
      let mean = column.accurateSum / Double(column.count)
      let size = column.reduce(0) { max($0, abs($1 - mean)) }
      guard size > 1e-12 * abs(mean) else { throw Self.dependent(name, series) }
      let own = try plan.linear.parts(
        of: series.replacing(column.map { ($0 - mean) / size }), less: nil
      ).remainder
      guard rows.contains(where: { abs(own[$0]) > 1e-8 }) else {
        throw Self.dependent(name, series)
      }
      columns.append(rows.map { own[$0] * size })
    }
    guard rows.count > columns.count,
      let fit = try? LeastSquares(Matrix(columns: columns), rows.map { left[$0] })
    else { throw Self.dependent(regressors.names.joined(separator: ", "), series) }
    names = regressors.names
    coefficients = fit.coefficients
  }

  /// xₜ′β̂, one a row.
  func values(_ regressors: Regressors) -> [Double] {
    var result = [Double](repeating: 0, count: regressors.periodCount ?? 0)
    for (beta, column) in zip(coefficients, regressors.columns) {
      for t in result.indices { result[t] += beta * column[t] }
    }
    return result
  }

  private static func dependent(_ name: String, _ series: TimeSeries) -> Diagnostic {
    Diagnostic(
      .rankDeficient, .error,
      Text(
        en: "Beside the trend and the seasons nothing is left of the regressors '\(name)', or one "
          + "is made up of the others.",
        zh: "剔除趋势与季节后，回归变量“\(name)”已无变动，或其一可由其他变量线性表出。"),
      hint: Text(
        en: "Leave one of them out, or use arima.", zh: "请去掉其中之一，或改用 arima。"))
  }
}
