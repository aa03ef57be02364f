import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Did disputes become fewer, or were they only counted elsewhere?
///
/// ```
/// effect on filings,   effect on intake = filings + diverted
/// ```
///
/// Had all diverted disputes been filed otherwise, the effect on disputes is that on the intake; had
/// all of them been settled anyway, it is that on filings. The truth lies between. Diverted cases may
/// come back: filings are regressed on the diverted ones of the six periods before, on the treatment,
/// and on unit and period effects.
enum DiversionCheck: AutomaticCheck {
  static let id = "diversion"
  static let name = Text(en: "Filings and diverted cases together", zh: "立案与诉前分流合计")
  static let condition = Text(
    en: "The numbers of diverted cases.", zh: "诉前分流（调解）案件数。")

  private static let lags = 6

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard let diverted = context.study.diverted, let intake = context.study.intake else {
      return untestable(
        Text(
          en:
            "Without the numbers of diverted cases a fall in filings may be a change of counting: "
            + "give them with --diverted.",
          zh: "没有诉前分流案件数，立案下降可能只是统计方式变化：请用 --diverted 提供。"))
    }
    guard diverted.series.count == context.study.panel.entries.count,
      let whole = context.answer(intake)
    else {
      return untestable(
        Text(
          en: "The design gives no estimate for filings and diverted cases together.",
          zh: "该设计无法对立案与分流合计进行估计。"))
    }
    let filings = context.estimate.average.value
    let ratio = filings != 0 ? whole.value / filings : nil
    let returns = returned(context)
    let figures = [
      EffectCheck.Figure("filings", filings), EffectCheck.Figure("intake", whole.value),
      EffectCheck.Figure("intakeLower", whole.lower),
      EffectCheck.Figure("intakeUpper", whole.upper),
      EffectCheck.Figure("intakePValue", whole.pValue), EffectCheck.Figure("ratio", ratio),
      EffectCheck.Figure("allWouldHaveFiled", whole.value),
      EffectCheck.Figure("allWouldHaveSettled", filings),
      EffectCheck.Figure("returning", returns?.value),
      EffectCheck.Figure("returningPValue", returns?.pValue),
    ]
    let kept = ratio.map { max(0, min(1, $0)) }
    var finding = Text(
      en: "The effect on filings is \(context.shown(filings).en), on filings and diverted cases "
        + "together \(context.shown(whole.value).en)"
        + (whole.pValue.map { " (\(NumberText.pStatement($0).en))" } ?? "")
        + ". If all diverted disputes would have been filed, the second is the effect on disputes; if "
        + "all would have been settled anyway, the first.",
      zh: "对立案的效应为 \(context.shown(filings).zh)，对立案与分流合计的效应为 "
        + "\(context.shown(whole.value).zh)"
        + (whole.pValue.map { "（\(NumberText.pStatement($0).zh)）" } ?? "")
        + "。若分流纠纷本来都会起诉，则后者为对纠纷的效应；若本来都会自行解决，则前者为是。")
    if let returns {
      let share = NumberText.percent(returns.value, 0)
      finding =
        finding
        + Text(
          en: " Of a hundred diverted cases \(NumberText.decimal(100 * returns.value, 0).en) more "
            + "filings follow in the next \(lags) periods"
            + (returns.pValue.map { " (\(NumberText.pStatement($0).en))." } ?? "."),
          zh: "分流案件之后 \(lags) 期内，立案相应增加其 \(share.zh)"
            + (returns.pValue.map { "（\(NumberText.pStatement($0).zh)）。" } ?? "。"))
    }
    // What remains of the effect once relabelled cases are counted.
    let verdict: AssumptionStatus.Verdict
    switch kept {
    case .some(let share) where share < 0.25: verdict = .violated
    case .some(let share) where share < 0.75: verdict = .doubtful
    case .some: verdict = .supported
    case .none: verdict = .doubtful
    }
    return check(verdict, finding, figures)
  }

  /// The sum of the coefficients of filings on diverted cases one to six periods earlier, with clusters.
  private static func returned(_ context: CheckContext) -> Estimate? {
    guard let diverted = context.study.diverted,
      let levels = try? StudyGrid(context.study),
      let others = try? StudyGrid(context.study.replacingOutcome(diverted.series)),
      levels.periodCount == others.periodCount, levels.start == others.start,
      levels.clusterCount >= 4
    else { return nil }
    var rows: [(unit: Int, t: Int)] = []
    for unit in 0..<levels.unitCount {
      for t in lags..<max(lags, levels.periodCount) {
        let isComplete = (1...lags).allSatisfy { !others[unit, t - $0].isNaN }
        if isComplete, !levels[unit, t].isNaN { rows.append((unit, t)) }
      }
    }
    guard rows.count > 4 * (levels.unitCount + levels.periodCount) / 2 else { return nil }
    var columns = [Table.Column(name: "y", cells: .number(rows.map { levels[$0.unit, $0.t] }))]
    columns.append(.init(name: "unit", cells: .text(rows.map { "u\($0.unit)" })))
    columns.append(.init(name: "period", cells: .text(rows.map { "t\($0.t)" })))
    for lag in 1...lags {
      columns.append(
        .init(name: "d\(lag)", cells: .number(rows.map { others[$0.unit, $0.t - lag] })))
    }
    // The programme's own effect on filings is not a return of cases.
    columns.append(
      .init(
        name: "treated", cells: .number(rows.map { levels.isTreated($0.unit, $0.t) ? 1 : 0 })))
    let terms = ((1...lags).map { "d\($0)" } + ["treated"]).joined(separator: " + ")
    guard let formula = try? Formula("y ~ \(terms) | unit + period"),
      let design = try? DesignMatrix(formula, Table(source: "diversion", columns: columns)),
      let fit = try? FixedEffectsModel().fitted(design), fit.coefficients.count == lags + 1
    else { return nil }
    let used = fit.observations ?? Array(rows.indices)
    let clusters = Grouping(
      name: "cluster", labels: used.map { String(levels.cluster[rows[$0].unit]) })
    let kind = CovarianceKind.clustered(by: [clusters], .cr1)
    let contrast = [Double](repeating: 1, count: lags) + [0]
    guard let covariance = try? fit.covariance(kind),
      let degrees = try? fit.degreesOfFreedom(kind, of: contrast)
    else { return nil }
    let variance = zip(contrast, covariance * contrast).reduce(0) { $0 + $1.0 * $1.1 }
    guard variance > 0 else { return nil }
    let row = Coefficient(
      term: "returning", estimate: fit.coefficients.prefix(lags).reduce(0, +),
      standardError: variance.squareRoot(), degreesOfFreedom: degrees, level: 0.95)
    return Estimate(
      value: row.estimate, standardError: row.standardError, lower: row.lower, upper: row.upper,
      level: 0.95, pValue: row.pValue)
  }
}
