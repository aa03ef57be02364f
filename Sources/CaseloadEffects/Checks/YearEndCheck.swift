import CaseloadData
import CaseloadMath

/// Are filings pushed from December into January, and did that change with the programme?
///
/// ```
/// r_y = ln(January y+1 / December y)
/// Σ over treated units of (mean r after − mean r before) − the same in comparison units
/// ```
///
/// Courts that are judged by their year-end clearance register less in December and catch up in
/// January. Where the ratio changes with the programme, monthly effects around the turn of the year
/// are not effects on disputes.
enum YearEndCheck: AutomaticCheck {
  static let id = "december-january"
  static let name = Text(en: "December and January", zh: "年末与年初")
  static let condition = Text(
    en: "Monthly data with a turn of the year before and after the start.",
    zh: "月度数据，起点前后各至少一个年末年初。")

  /// The level of the treated units before their start over that after it.
  private static func levelRatio(_ study: Study) -> Double {
    var (before, after) = ([Double](), [Double]())
    for (unit, start) in study.treatmentStart {
      let series = study.panel.entries[unit].series
      for (index, value) in series.observed {
        if series.start.advanced(by: index) < start {
          before.append(value)
        } else {
          after.append(value)
        }
      }
    }
    guard let a = Descriptive.mean(before), let b = Descriptive.mean(after), b > 0 else { return 1 }
    return a / b
  }

  /// The mean of r over turns of the year before and from `start` on.
  private static func ratios(_ series: TimeSeries, _ start: Period) -> (
    before: Double, after: Double
  )? {
    var (before, after) = ([Double](), [Double]())
    for year in (series.start.year ?? 0)...(series.lastPeriod.year ?? 0) {
      let december = Period.month(year, 12)
      guard let a = series[december], let b = series[december.advanced(by: 1)], a > 0, b > 0
      else { continue }
      if december.advanced(by: 1) < start { before.append(log(b / a)) }
      if december >= start { after.append(log(b / a)) }
    }
    guard let x = Descriptive.mean(before), let y = Descriptive.mean(after) else { return nil }
    return (x, y)
  }

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let study = context.study
    let entries = study.panel.entries
    guard entries.first?.series.frequency == .monthly, !study.isRepeatedCrossSection else {
      return nil
    }
    var treated: [(unit: Int, before: Double, after: Double)] = []
    var shifts: [Double] = []
    for (unit, start) in study.treatmentStart.sorted(by: { $0.key < $1.key }) {
      guard let own = ratios(entries[unit].series, start) else { continue }
      treated.append((unit, own.before, own.after))
      shifts.append(own.after - own.before)
    }
    guard let first = context.firstStart, let mean = Descriptive.mean(shifts) else {
      return untestable(
        Text(
          en: "No treated unit has a turn of the year both before and after its start.",
          zh: "没有受干预单位在起点前后均跨越年末年初。"))
    }
    let others = study.comparison.compactMap { unit in
      ratios(entries[unit].series, first).map { $0.after - $0.before }
    }
    var figures = [
      EffectCheck.Figure("before", Descriptive.mean(treated.map(\.before)).map { exp($0) }),
      EffectCheck.Figure("after", Descriptive.mean(treated.map(\.after)).map { exp($0) }),
      EffectCheck.Figure("units", Double(treated.count)),
    ]
    for own in treated.prefix(5) {
      figures.append(EffectCheck.Figure("before-\(study.label(own.unit))", exp(own.before)))
      figures.append(EffectCheck.Figure("after-\(study.label(own.unit))", exp(own.after)))
    }
    let before = NumberText.decimal(figures[0].value ?? .nan, 2)
    let after = NumberText.decimal(figures[1].value ?? .nan, 2)
    let measured = Text(
      en:
        "January is \(before.en) times December before the start and \(after.en) times after it in "
        + "the treated units.",
      zh: "受干预单位 1 月与 12 月之比，起点前为 \(before.zh)，起点后为 \(after.zh)。")
    guard others.count >= 3, let center = Descriptive.mean(others),
      let spread = Descriptive.standardDeviation(others), spread > 0
    else {
      return check(
        .untestable,
        measured
          + Text(
            en: " Too few comparison units to judge the change by.", zh: "对照单位过少，无法判断该变化。"),
        figures)
    }
    // The noise of a logarithm grows as the level falls, so that a strong effect alone widens it.
    let ratio = max(1, levelRatio(study))
    let units = ratio * ratio / Double(treated.count) + 1 / Double(others.count)
    let error = spread * units.squareRoot()
    let p = StudentT(degreesOfFreedom: Double(others.count - 1))
      .twoSidedPValue((mean - center) / error)
    figures.append(EffectCheck.Figure("comparisonChange", exp(center)))
    figures.append(EffectCheck.Figure("pValue", p))
    let judged = Text(
      en: " Among \(others.count) comparison units the ratio changed by the factor "
        + "\(NumberText.decimal(exp(center), 2).en) (p of the difference = "
        + "\(NumberText.pValue(p).en)).",
      zh: "\(others.count) 个对照单位的该比值变为原来的 \(NumberText.decimal(exp(center), 2).zh) 倍"
        + "（差异 \(NumberText.pStatement(p).zh)）。")
    return check(
      p < 0.05 ? .doubtful : .supported,
      measured + judged
        + (p < 0.05
          ? Text(
            en: " Filings moved across the turn of the year; look at whole years.",
            zh: "收案在年末年初之间发生转移，宜按整年比较。")
          : Text("")),
      figures)
  }
}
