import CaseloadData
import CaseloadMath

/// What a study has to have for a segmented regression, and what is said where it has not.
extension SegmentedData {
  /// The treatment's intensity as a regressor, and whether it is one.
  ///
  /// An intensity that only switches between zero and one value after the start is not: its
  /// switches are interruptions.
  static func intensity(
    _ study: Study, _ options: InterruptedTimeSeries
  ) throws(Diagnostic) -> (Study.Variable, Bool) {
    guard let treatment = study.treatment, options.interruptions.items.isEmpty else {
      return (Study.Variable(name: Text(""), series: []), false)
    }
    try checkVariable(treatment, study)
    return (treatment, switches(study) == nil)
  }

  /// A variable has one series a unit, of the units' frequency.
  static func checkVariable(_ variable: Study.Variable, _ study: Study) throws(Diagnostic) {
    let (have, units) = (variable.series.count, study.panel.entries.count)
    guard have == units else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "\(variable.name.en) has \(have) series, and the study \(units) units.",
          zh: "\(variable.name.zh) 有 \(have) 个序列，而研究有 \(units) 个单位。"),
        hint: Text(en: "Give one series a unit.", zh: "请为每个单位提供一个序列。"))
    }
    for (unit, series) in variable.series.enumerated()
    where series.frequency != study.panel.entries[unit].series.frequency {
      throw Diagnostic(
        .mixedFrequencies, .error,
        Text(
          en: "\(variable.name.en) of \(study.label(unit)) is \(series.frequency.rawValue), the "
            + "outcome \(study.panel.entries[unit].series.frequency.rawValue).",
          zh: "\(study.label(unit)) 的\(variable.name.zh)频率为 \(series.frequency.rawValue)，结果为 "
            + "\(study.panel.entries[unit].series.frequency.rawValue)。"),
        at: Diagnostic.Location(series: study.label(unit)))
    }
  }

  /// Where the intensity of the only treated unit switches after its start; `nil` for an intensity
  /// that takes other values, or acts before.
  private static func switches(_ study: Study) -> [Interruptions.Item]? {
    guard let treatment = study.treatment, study.treatmentStart.count == 1,
      let (unit, start) = study.treatmentStart.first, treatment.series.count > unit
    else { return nil }
    let series = treatment.series[unit]
    let levels = Set(series.values.filter { !$0.isNaN })
    guard levels.count <= 2, levels.contains(0) || levels.count == 1, series.start < start,
      series[start].map({ $0 != 0 }) ?? false
    else { return nil }
    var items: [Interruptions.Item] = []
    var isOn = false
    for period in series.periods {
      guard let value = series[period] else { continue }
      if (value != 0) != isOn {
        isOn.toggle()
        items.append(Interruptions.Item(period: period, isOn: isOn))
      }
    }
    return items.first?.period == start ? items : nil
  }

  /// The interruptions after the first.
  static func breaks(
    _ study: Study, _ options: InterruptedTimeSeries, treated: Int, start: Period?
  ) throws(Diagnostic) -> [SegmentedTerms.Break] {
    let items =
      options.interruptions.items.isEmpty ? switches(study) ?? [] : options.interruptions.items
    guard !items.isEmpty, let start else { return [] }
    let series = study.panel.entries[treated].series
    var breaks: [SegmentedTerms.Break] = []
    for item in items {
      let period =
        start.frequency == .index && item.period.frequency == .yearly
        ? Period(frequency: .index, ordinal: item.period.ordinal) : item.period
      let location = Diagnostic.Location(series: study.label(treated), period: "\(period)")
      guard period.frequency == start.frequency else {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "The interruption \(period) is not a \(start.frequency.rawValue) period.",
            zh: "中断 \(period) 与序列频率 \(start.frequency.rawValue) 不符。"), at: location,
          hint: Text(en: "Write it as the data do, such as \(start).", zh: "请按数据的写法，如 \(start)。"))
      }
      let time = start.distance(to: period)
      if time == 0, item.isOn { continue }
      guard time > 0, period < series.periods.upperBound else {
        throw Diagnostic(
          .interventionOutsideData, .error,
          Text(
            en: "The interruption \(period) does not lie between the start, \(start), and the end "
              + "of the data, \(series.lastPeriod).",
            zh: "中断 \(period) 不在起点 \(start) 与数据末期 \(series.lastPeriod) 之间。"),
          at: location,
          hint: Text(
            en: "The first interruption is the start; name only later ones.",
            zh: "首次中断即干预起点；此处只需列出之后的中断。"))
      }
      breaks.append(SegmentedTerms.Break(time: time, period: period, isOn: item.isOn))
    }
    guard breaks.isEmpty || options.pulse == 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "pulse and interruptions both say when the intervention ends.",
          zh: "pulse 与 interruptions 都规定了干预何时结束。"),
        hint: Text(en: "Use one of them.", zh: "请只用其一。"))
    }
    return breaks
  }

  /// The treated units with periods before and after their starts, a warning for each other one.
  static func usable(
    _ study: Study, _ options: InterruptedTimeSeries, needsBefore: Bool,
    _ notes: inout [Diagnostic]
  ) throws(Diagnostic) -> [Int] {
    var treated: [Int] = []
    let needed = fewest(options)
    for (unit, start) in study.treatmentStart.sorted(by: { $0.key < $1.key }) {
      let series = study.panel.entries[unit].series
      let before = series.start.distance(to: start)
      let after = start.distance(to: series.periods.upperBound)
      if (before >= needed.before || !needsBefore) && after >= needed.after {
        treated.append(unit)
        continue
      }
      let isOutside = before <= 0 || after <= 0
      let diagnostic = Diagnostic(
        isOutside ? .interventionOutsideData : .tooFewPeriods,
        study.treatmentStart.count == 1 ? .error : .warning,
        Text(
          en: "\(study.label(unit)) is treated from \(start) on, with \(max(0, before)) periods "
            + "before and \(max(0, after)) from then on; \(needed.before) before and "
            + "\(needed.after) after are needed.",
          zh: "\(study.label(unit)) 自 \(start) 起受干预，之前有 \(max(0, before)) 期、之后有 "
            + "\(max(0, after)) 期；至少需要之前 \(needed.before) 期、之后 \(needed.after) 期。"),
        at: Diagnostic.Location(series: study.label(unit), period: start.description),
        hint: Text(
          en: "The data run from \(series.start) to \(series.lastPeriod).",
          zh: "数据范围为 \(series.start) 至 \(series.lastPeriod)。"))
      if study.treatmentStart.count == 1 { throw diagnostic }
      notes.append(diagnostic)
    }
    guard !treated.isEmpty else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "No treated unit has enough periods before and after its start.",
          zh: "没有任何受干预单位在起点前后有足够的时期。"))
    }
    return treated
  }

  /// The least numbers of periods on either side.
  private static func fewest(_ options: InterruptedTimeSeries) -> (before: Int, after: Int) {
    let after = options.effect == .level ? 2 : fewestPeriods
    return (
      options.trend ? fewestPeriods : 2,
      options.pulse > 0 ? min(after, options.pulse) : after
    )
  }

  static func needsOneStart(_ isJoint: Bool) -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      isJoint
        ? Text(
          en: "A model of treated and comparison series together needs one start for all treated "
            + "units.",
          zh: "对受干预与参照序列联合建模时，所有受干预单位须有同一起点。")
        : Text(
          en: "Several interruptions need one start for all treated units.",
          zh: "多次中断要求所有受干预单位有同一起点。"),
      hint: Text(
        en: "Study the units of one start at a time, or use family=gaussian control=difference.",
        zh: "请按起点分别研究各单位，或设 family=gaussian control=difference。"))
  }

  static func checkCounts(_ study: Study, _ units: [Int]) throws(Diagnostic) {
    for unit in units {
      let series = study.panel.entries[unit].series
      guard let index = series.values.firstIndex(where: { $0 < 0 }) else { continue }
      let period = series.start.advanced(by: index)
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(study.label(unit)) is \(NumberText.plain(series.values[index])) in \(period), and "
            + "counts are not negative.",
          zh: "\(study.label(unit)) 在 \(period) 为 \(NumberText.plain(series.values[index]))，计数不能为负。"
        ),
        at: Diagnostic.Location(series: study.label(unit), period: period.description),
        hint: Text(en: "Correct it, or use family=gaussian.", zh: "请更正，或改用 family=gaussian。"))
    }
  }

  static func donutNote(_ donut: [Int], _ start: Period?) -> Diagnostic {
    let named = donut.compactMap { start?.advanced(by: $0).description }
    return Diagnostic(
      .rowsLeftOut, .note,
      Text(
        en: "The \(donut.count) periods around the start are left out"
          + (named.isEmpty ? "." : ": \(named.joined(separator: ", "))."),
        zh: "起点前后 \(donut.count) 期被略去" + (named.isEmpty ? "。" : "：\(named.joined(separator: "、"))。")
      ))
  }

  /// Enough is observed on both sides, and it varies.
  static func checkRows(
    _ study: Study, _ options: InterruptedTimeSeries, _ rows: SegmentedRows, _ isTreated: [Bool],
    start: Period?, treated: [Int], hasIntensity: Bool, terms: SegmentedTerms
  ) throws(Diagnostic) {
    let who = treated.map { study.label($0) }.joined(separator: ", ")
    let needed = fewest(options)
    let before = hasIntensity ? isTreated.count { !$0 } : rows.times.count { $0 < 0 }
    let after = isTreated.count { $0 }
    let isEnough =
      hasIntensity ? Set(rows.dose).count > 1 : before >= needed.before && after >= needed.after
    guard isEnough else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        hasIntensity
          ? Text(
            en: "The treatment of \(who) is the same in all \(rows.times.count) observed periods.",
            zh: "\(who) 的处理强度在全部 \(rows.times.count) 个观测期内相同。")
          : Text(
            en: "\(who) is observed in \(before) periods before the start and in \(after) in which "
              + "the intervention acts; \(needed.before) and \(needed.after) are needed.",
            zh: "\(who) 在起点前观测 \(before) 期、干预作用期内观测 \(after) 期；至少需要 "
              + "\(needed.before) 期与 \(needed.after) 期。"),
        at: Diagnostic.Location(series: study.label(treated[0]), period: start?.description),
        hint: Text(
          en: "Use a shorter lag, donut or pulse, or effect=level trend=false.",
          zh: "请缩短 lag、donut 或 pulse，或设 effect=level trend=false。"))
    }
    let values = rows.values.map { $0[0] }
    guard Set(values).count > 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The outcome of \(who) is \(NumberText.plain(values[0])) in all \(values.count) "
            + "periods: without variation there is no error to judge an effect by.",
          zh: "\(who) 的结果变量在全部 \(values.count) 期均为 \(NumberText.plain(values[0]))："
            + "没有变异，无法判断效应的误差。"),
        at: Diagnostic.Location(series: study.label(treated[0])),
        hint: Text(en: "Check the outcome's column.", zh: "请检查结果变量所在列。"))
    }
  }

  /// Segments that have no more periods than coefficients of their own.
  static func segmentNotes(_ times: [Int], _ terms: SegmentedTerms) -> [Diagnostic] {
    guard terms.breaks.count > 1 else { return [] }
    var notes: [Diagnostic] = []
    for (index, interruption) in terms.breaks.enumerated() {
      let end = index + 1 < terms.breaks.count ? terms.breaks[index + 1].time : Int.max
      let count = times.count {
        $0 >= interruption.time + terms.lag && (end == .max || $0 < end + terms.lag)
      }
      guard count <= terms.parametersPerSegment, let period = interruption.period else { continue }
      notes.append(
        Diagnostic(
          .tooFewPeriods, .warning,
          Text(
            en: "The segment from \(period) on has \(count) observed periods for "
              + "\(terms.parametersPerSegment) coefficients of its own: it is fitted exactly, and its "
              + "change rests on those periods alone.",
            zh: "自 \(period) 起的区段只有 \(count) 个观测期，而自身系数有 \(terms.parametersPerSegment) 个："
              + "该区段被完全拟合，其变化仅取决于这些时期。"),
          at: Diagnostic.Location(period: period.description),
          hint: Text(en: "Use effect=level, or longer data.", zh: "请设 effect=level，或使用更长的数据。")))
    }
    return notes
  }
}

extension InterruptedTimeSeries {
  /// - Throws: ``DiagnosticCode/illegalOption`` for a number below zero.
  func check() throws(Diagnostic) {
    for (name, value) in [
      ("lag", lag), ("phaseIn", phaseIn), ("pulse", pulse), ("donut", donut), ("fourier", fourier),
    ] where value < 0 || value > 100_000 {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "\(name)=\(value) is no number of periods.", zh: "\(name)=\(value) 不是有效的期数。"),
        hint: Self.card.options.first { $0.name == name }?.help)
    }
  }
}
