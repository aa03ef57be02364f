import CaseloadData
import CaseloadMath
import CaseloadRegression

/// One outcome in event time with its regressors: what a structural counterfactual is made from.
///
/// With several treated units the outcome is their mean (the logarithm of their mean on the log scale)
/// over the event times that all of them share, and a comparison unit's value at event time k is its mean
/// over the treated units' calendar periods at k.
struct CounterfactualData {
  /// A regressor over the whole window.
  struct Regressor: Sendable {
    enum Kind: Sendable, Equatable { case calendar, unit, covariate }
    let name: String
    let kind: Kind
    var values: [Double]
  }

  let study: Study
  let treated: [Int]
  let scale: EffectEstimate.Scale
  /// The calendar period of event time 0; `nil` where the treated units start at different times.
  let start: Period?
  /// The outcome on the scale of the estimate, NaN where missing; set against the comparison units'
  /// mean where ``isRelative``.
  private(set) var response: [Double]
  /// Whether the outcome is the difference from the comparison units' mean.
  private(set) var isRelative = false
  /// How many comparison units take part.
  private(set) var comparisonCount = 0
  /// How many periods lie before event time 0.
  let before: Int
  private(set) var regressors: [Regressor] = []
  private(set) var notes: [Diagnostic] = []

  /// Fewer observed values before the start than this give no idea of a spread.
  static let fewestBefore = 5

  var first: TimeSeries { study.panel.entries[treated[0]].series }
  /// A ratio to other units does not add up to cases.
  var isFlow: Bool { first.measure == .flow && !(isRelative && scale == .log) }
  var after: Int { response.count - before }
  var observedBefore: Int { response[..<before].count { !$0.isNaN } }
  var observedAfter: Int { response[before...].count { !$0.isNaN } }

  func period(_ row: Int) -> Period? { start?.advanced(by: row - before) }

  /// - Parameters:
  ///   - study: as it was asked.
  ///   - scale: of the outcome.
  ///   - usesComparison: whether untreated units become regressors.
  /// - Throws: ``DiagnosticCode/interventionOutsideData``, ``DiagnosticCode/tooFewPeriods``,
  ///   ``DiagnosticCode/notIdentified`` for a constant outcome, ``DiagnosticCode/modelNotApplicable`` for
  ///   the logarithm of zero.
  init(_ study: Study, scale: EffectEstimate.Scale, usesComparison: Bool) throws(Diagnostic) {
    self.study = study
    self.scale = scale
    var notes: [Diagnostic] = []
    var treated: [Int] = []
    for (unit, start) in study.treatmentStart.sorted(by: { $0.key < $1.key }) {
      guard let problem = Self.problem(study, unit, start) else {
        treated.append(unit)
        continue
      }
      if study.treatmentStart.count == 1 { throw problem }
      notes.append(
        Diagnostic(
          problem.code, .warning, problem.message, at: problem.location, hint: problem.hint))
    }
    guard !treated.isEmpty else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "No treated unit has enough periods before and after its start. "
            + notes.map(\.message.en).prefix(3).joined(separator: " "),
          zh: "没有任何受干预单位在起点前后有足够的时期。"
            + notes.map(\.message.zh).prefix(3).joined()),
        at: notes.first?.location)
    }
    self.treated = treated
    let starts = treated.compactMap { study.treatmentStart[$0] }
    start = Set(starts).count == 1 ? starts[0] : nil

    // The event times that all treated units share.
    var (lower, upper) = (Int.min, Int.max)
    for (unit, start) in zip(treated, starts) {
      let series = study.panel.entries[unit].series
      lower = max(lower, -series.start.distance(to: start))
      upper = min(upper, start.distance(to: series.periods.upperBound))
    }
    before = -lower
    /// The mean of `series` at event time k, over the treated units' calendars.
    func mean(_ series: (Int) -> TimeSeries, _ k: Int) -> Double {
      var sum = 0.0
      for (index, start) in starts.enumerated() {
        sum += series(treated[index])[start.advanced(by: k)] ?? .nan
      }
      return sum / Double(starts.count)
    }
    var response = (lower..<upper).map { k in mean({ study.panel.entries[$0].series }, k) }
    if scale == .log {
      for row in response.indices where !response[row].isNaN {
        guard response[row] > 0 else {
          let period = starts[0].advanced(by: row + lower)
          throw Diagnostic(
            .modelNotApplicable, .error,
            Text(
              en: "\(study.label(treated[0])) is \(NumberText.plain(response[row])) in \(period), "
                + "which has no logarithm.",
              zh:
                "\(study.label(treated[0])) 在 \(period) 为 \(NumberText.plain(response[row]))，没有对数。"),
            at: Diagnostic.Location(
              series: study.label(treated[0]), period: period.description),
            hint: Text(
              en: "Use --set scale=level, or longer periods.", zh: "请用 --set scale=level，或改用更长的时期。")
          )
        }
        response[row] = log(response[row])
      }
    }
    self.response = response
    self.notes = notes
    try checkOutcome()

    addCalendar(starts, lower..<upper)
    for variable in study.covariates where variable.series.count == study.panel.entries.count {
      let values = (lower..<upper).map { k in mean({ variable.series[$0] }, k) }
      add(Regressor(name: variable.name.en, kind: .covariate, values: values))
    }
    guard usesComparison else { return }
    for unit in study.comparison {
      let series = study.panel.entries[unit].series
      guard series.frequency == first.frequency else { continue }
      var values = (lower..<upper).map { k in mean({ _ in series }, k) }
      if scale == .log {
        guard !values.contains(where: { $0 <= 0 }) else {
          leaveOut(
            study.label(unit), .unitLeftOut,
            Text(en: "has values without a logarithm", zh: "含没有对数的数值"))
          continue
        }
        values = values.map { $0.isNaN ? .nan : log($0) }
      }
      add(Regressor(name: study.label(unit), kind: .unit, values: values))
    }
  }

  /// Why a treated unit cannot be used; `nil` where it can.
  private static func problem(_ study: Study, _ unit: Int, _ start: Period) -> Diagnostic? {
    let series = study.panel.entries[unit].series
    let offset = series.start.distance(to: start)
    let inside = max(0, min(series.count, offset))
    let before = series.values[..<inside].count { !$0.isNaN }
    let after = series.values[inside...].count { !$0.isNaN }
    guard before < fewestBefore || after < 1 else { return nil }
    let isOutside = offset <= 0 || offset >= series.count
    return Diagnostic(
      isOutside ? .interventionOutsideData : .tooFewPeriods, .error,
      Text(
        en:
          "\(study.label(unit)) is treated from \(start) on, with \(before) observed periods before "
          + "and \(after) from then on; \(fewestBefore) before and 1 after are needed.",
        zh: "\(study.label(unit)) 自 \(start) 起受干预，之前有 \(before) 个观测期、之后有 \(after) 个；"
          + "之前至少需要 \(fewestBefore) 个，之后至少 1 个。"),
      at: Diagnostic.Location(series: study.label(unit), period: start.description),
      hint: Text(
        en: "The data run from \(series.start) to \(series.lastPeriod).",
        zh: "数据范围为 \(series.start) 至 \(series.lastPeriod)。"))
  }

  private mutating func checkOutcome() throws(Diagnostic) {
    let location = Diagnostic.Location(
      series: study.label(treated[0]), period: start?.description)
    guard observedBefore >= Self.fewestBefore, observedAfter >= 1 else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "The treated units share \(observedBefore) observed periods before the start and "
            + "\(observedAfter) from then on; \(Self.fewestBefore) and 1 are needed.",
          zh: "各受干预单位在起点前共有 \(observedBefore) 个观测期、之后 \(observedAfter) 个；"
            + "至少需要 \(Self.fewestBefore) 个和 1 个。"), at: location)
    }
    let known = response[..<before].filter { !$0.isNaN }
    guard let least = known.min(), let most = known.max(),
      most - least > 1e-12 * max(abs(least), abs(most))
    else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The outcome is \(NumberText.plain(known.first ?? .nan)) in every period before the "
            + "start: without variation there is nothing to judge a change by.",
          zh: "起点之前结果变量始终为 \(NumberText.plain(known.first ?? .nan))：没有变异，无从判断变化。"),
        at: location,
        hint: Text(en: "Check the outcome's column and the start.", zh: "请检查结果变量所在列与起点。"))
    }
    let missing = response.count - observedBefore - observedAfter
    if missing > 0 {
      notes.append(
        Diagnostic(
          .missingValues, .note,
          Text(
            en:
              "\(missing) periods have no outcome (\(before - observedBefore) before the start): the "
              + "model bridges them, and the effect is of the periods that are observed.",
            zh: "\(missing) 个时期没有结果数值（其中起点前 \(before - observedBefore) 个）：模型自行衔接，效应仅针对有观测的时期。")))
    }
  }

  private mutating func leaveOut(_ name: String, _ code: DiagnosticCode, _ reason: Text) {
    notes.append(
      Diagnostic(
        code, .warning,
        Text(en: "\(name) \(reason.en) and is left out.", zh: "\(name) \(reason.zh)，已略去。"),
        at: Diagnostic.Location(series: name)))
  }

  /// Takes a regressor that is known wherever the outcome is, and varies before the start.
  private mutating func add(_ regressor: Regressor) {
    let code: DiagnosticCode = regressor.kind == .unit ? .unitLeftOut : .rankDeficient
    let gaps = response.indices.count { !response[$0].isNaN && regressor.values[$0].isNaN }
    guard gaps == 0 else {
      leaveOut(
        regressor.name, code,
        Text(
          en: "is missing in \(gaps) periods in which the outcome is observed",
          zh: "在 \(gaps) 个有结果数值的时期缺失"))
      return
    }
    let known = (0..<before).filter { !response[$0].isNaN }.map { regressor.values[$0] }
    let spread = Descriptive.standardDeviation(known) ?? 0
    guard spread > 1e-12 * (known.map { abs($0) }.max() ?? 0) else {
      leaveOut(
        regressor.name, code, Text(en: "does not vary before the start", zh: "在起点之前没有变化"))
      return
    }
    regressors.append(regressor)
    if regressor.kind == .unit { comparisonCount += 1 }
  }

  /// Events and the Spring Festival, always in the model.
  private mutating func addCalendar(_ starts: [Period], _ window: Range<Int>) {
    let perUnit = zip(treated, starts).map { unit, start in
      CalendarRegressors(
        window.map { start.advanced(by: $0) }, seasonLength: 1, events: study.events(of: unit),
        calendar: study.calendar)
    }
    var names: [String] = []
    for name in perUnit.flatMap(\.names) where !names.contains(name) { names.append(name) }
    for name in names {
      var values = [Double](repeating: 0, count: window.count)
      for unit in perUnit {
        guard let j = unit.names.firstIndex(of: name) else { continue }
        for i in values.indices { values[i] += unit.columns[j][i] / Double(treated.count) }
      }
      let known = (0..<before).filter { !response[$0].isNaN }.map { values[$0] }
      if Set(known).count > 1 {
        regressors.append(Regressor(name: name, kind: .calendar, values: values))
      } else if Set(values[before...]).count > 1 || values[before...].first != known.first {
        notes.append(
          Diagnostic(
            .notIdentified, .warning,
            Text(
              en:
                "'\(name)' falls into the time after the start only: what it did cannot be told from "
                + "the effect.",
              zh: "“\(name)”只发生在起点之后：其作用无法与效应区分。")))
      }
    }
  }

  /// Whether the comparison units are more than the time before can give a coefficient each: one to
  /// eight periods.
  var hasManyUnits: Bool { comparisonCount > 1 && comparisonCount > observedBefore / 8 }

  /// The outcome set against the comparison units' mean, which then are no regressors.
  ///
  /// The mean enters with a coefficient of one. Estimated ones are drawn to zero by the noise of the
  /// units' months, and a counterfactual that follows the others by half misses half their growth.
  ///
  /// - Parameter hint: what else could be asked for.
  /// - Returns: the same without comparison units.
  func relativeToComparison(hint: Text?) -> CounterfactualData {
    let units = regressors.filter { $0.kind == .unit }
    guard !units.isEmpty else { return self }
    var copy = self
    let count = Double(units.count)
    for row in response.indices {
      copy.response[row] -= units.reduce(0) { $0 + $1.values[row] } / count
    }
    copy.isRelative = true
    copy.comparisonCount = units.count
    // What moves all units alike has dropped out, dated events among it.
    copy.regressors.removeAll { $0.kind != .covariate }
    copy.notes.removeAll { $0.code == .notIdentified }
    guard hasManyUnits else { return copy }
    copy.notes.append(
      Diagnostic(
        .assumption, .note,
        Text(
          en:
            "\(units.count) comparison units are too many for \(observedBefore) periods to give each "
            + "its own coefficient: the outcome is set against their mean.",
          zh: "参照单位共 \(units.count) 个，而起点前仅有 \(observedBefore) 个观测期，无法逐一估计系数：改为与其平均值之差。"),
        hint: hint))
    return copy
  }

  /// The same with as few regressors as a likelihood can carry: set against the comparison units' mean
  /// where they are many, and none that the others imply.
  func reducedForLikelihood() -> CounterfactualData {
    var copy =
      hasManyUnits
      ? relativeToComparison(
        hint: Text(
          en: "--design bsts --set relative=never selects among them.",
          zh: "可用 --design bsts --set relative=never 在其中选择。")) : self
    // Gram and Schmidt over the observed periods before, the level among the columns.
    let rows = (0..<before).filter { !response[$0].isNaN }
    var basis = [rows.map { _ in 1 / Double(rows.count).squareRoot() }]
    var kept: [Regressor] = []
    for regressor in copy.regressors {
      var v = rows.map { regressor.values[$0] }
      let size = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for _ in 0..<2 {
        for q in basis {
          let product = zip(q, v).reduce(0) { $0 + $1.0 * $1.1 }
          for i in v.indices { v[i] -= product * q[i] }
        }
      }
      let left = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if left > 1e-9 * size {
        basis.append(v.map { $0 / left })
        kept.append(regressor)
      } else {
        copy.leaveOut(
          regressor.name, regressor.kind == .unit ? .unitLeftOut : .rankDeficient,
          Text(
            en: "is a combination of the regressors before it", zh: "是前面各回归变量的线性组合"))
      }
    }
    copy.regressors = kept
    if !copy.isRelative { copy.comparisonCount = kept.count { $0.kind == .unit } }
    return copy
  }
}
