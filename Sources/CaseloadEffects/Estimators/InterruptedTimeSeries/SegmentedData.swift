import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The response and the design of a segmented regression, in event time.
struct SegmentedData {
  let study: Study
  let options: InterruptedTimeSeries
  let design: SegmentedDesign
  /// Whether the intervention acts in each row of the treated series.
  let isTreated: [Bool]
  let terms: SegmentedTerms
  let notes: [Diagnostic]
  let isFlow: Bool
  /// The treated units that the estimate covers.
  let treated: [Int]
  /// The first treated period; `nil` for units of different starts.
  let start: Period?
  /// Periods around the start that were left out, in event time.
  let donut: [Int]
  let nuisance: SegmentedNuisance

  init(_ study: Study, _ options: InterruptedTimeSeries) throws(Diagnostic) {
    try options.check()
    self.study = study
    self.options = options
    let comparison = study.comparison
    for covariate in study.covariates { try Self.checkVariable(covariate, study) }
    let (intensity, hasIntensity) = try Self.intensity(study, options)
    var notes: [Diagnostic] = []
    let treated = try Self.usable(study, options, needsBefore: !hasIntensity, &notes)
    self.treated = treated
    let starts = Set(treated.compactMap { study.treatmentStart[$0] })
    let start = starts.count == 1 ? starts.first : nil
    self.start = start
    let isJoint = !comparison.isEmpty && (options.control == .joint || options.family.isCount)
    let isCount = options.family.isCount
    isFlow =
      study.panel.entries[treated[0]].series.measure == .flow && (isCount || study.exposure == nil)
    if start == nil, isJoint || !options.interruptions.items.isEmpty {
      throw Self.needsOneStart(isJoint)
    }
    terms = SegmentedTerms(
      options, start: start,
      later: try Self.breaks(study, options, treated: treated[0], start: start))

    let exposure = try Self.checkedExposure(study)
    let outcomes = study.panel.entries.map(\.series)
    let rates = exposure.map { exposure in
      outcomes.indices.map { unit in
        let own = outcomes[unit]
        return own.replacing(
          own.periods.enumerated().map { own.values[$0] / (exposure[unit][$1] ?? .nan) })
      }
    }
    let series = isCount ? outcomes : rates ?? outcomes
    if isCount { try Self.checkCounts(study, treated + (isJoint ? comparison : [])) }
    let own = Outcome(study, series, treated, isJoint ? [] : comparison, options.scale)
    let other = Outcome(study, series, comparison, [], options.scale)

    // The window of event times that all treated units share.
    var (lower, upper) = (Int.min, Int.max)
    for unit in treated {
      let series = outcomes[unit]
      let begin = study.treatmentStart[unit] ?? series.start
      lower = max(lower, -series.start.distance(to: begin))
      upper = min(upper, begin.distance(to: series.periods.upperBound))
    }
    upper = max(lower, upper)
    var rows = SegmentedRows()
    donut = (lower..<upper).filter { -options.donut <= $0 && $0 < options.donut }
    for k in lower..<upper where !donut.contains(k) {
      let periods = treated.compactMap { study.treatmentStart[$0]?.advanced(by: k) }
      let covariates = study.covariates.map { covariate in
        Self.mean(covariate, treated, periods)
          - (comparison.isEmpty || isJoint
            ? 0 : Self.mean(covariate, comparison, comparison.map { _ in periods[0] }))
      }
      let dose = hasIntensity ? Self.mean(intensity, treated, periods) : 0
      var values: [Double]
      var exposures: [Double] = []
      if isCount {
        values = [zip(treated, periods).reduce(0) { $0 + (series[$1.0][$1.1] ?? .nan) }]
        if isJoint { values.append(Outcome.total(series, comparison, periods[0])) }
        if let exposure {
          exposures = [zip(treated, periods).reduce(0) { $0 + (exposure[$1.0][$1.1] ?? .nan) }]
          if isJoint { exposures.append(Outcome.total(exposure, comparison, periods[0])) }
        }
      } else {
        values = [try own.value(periods)]
        if isJoint { values.append(try other.value(comparison.map { _ in periods[0] })) }
      }
      guard (values + exposures + covariates + [dose]).allSatisfy(\.isFinite) else { continue }
      rows.append(
        k, periods, values: values, exposures: exposures, covariates: covariates, dose: dose)
    }
    let omitted = upper - lower - donut.count - rows.times.count
    if omitted > 0 {
      notes.append(
        Diagnostic(
          .missingValues, .note,
          Text(
            en: "\(omitted) periods with a missing value are left out"
              + (options.errors == .reml || options.errors == .arima
                ? "; the errors' correlation bridges them exactly." : "."),
            zh: "略去 \(omitted) 个含缺失值的时期"
              + (options.errors == .reml || options.errors == .arima ? "；误差相关性按实际间隔精确计算。" : "。"))))
    }
    if options.donut > 0 { notes.append(Self.donutNote(donut, start)) }
    if isCount, exposure == nil {
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "No exposure is given: rates are of counts a period, as if the number at risk only "
              + "followed the trend.",
            zh: "未提供暴露量：比率按每期计数计算，视风险人数仅随趋势变化。"),
          hint: Text(
            en: "Name what the counts are over, such as the population.", zh: "请指明计数的分母，如人口。")))
    }
    let intensityOfRow = rows.dose
    let terms = self.terms
    isTreated = rows.times.indices.map {
      hasIntensity ? intensityOfRow[$0] > 0 : terms.isTreated(rows.times[$0])
    }
    try Self.checkRows(
      study, options, rows, isTreated, start: start, treated: treated,
      hasIntensity: hasIntensity, terms: terms)

    // Set against a comparison, what moves all units alike has dropped out.
    var nuisance = SegmentedNuisance()
    if comparison.isEmpty || isJoint {
      nuisance = try SegmentedNuisance(
        study, options, treated: treated, rows: rows.periods,
        usesLogs: isCount || options.scale == .log)
    }
    notes += nuisance.notes
    nuisance.addCovariates(
      study.covariates.indices.map { j in
        (study.covariates[j].name.en, rows.covariates.map { $0[j] })
      })
    self.nuisance = nuisance
    design = rows.design(
      terms: terms, nuisance: nuisance, hasTrend: options.trend, hasIntensity: hasIntensity)
    self.notes = notes + Self.segmentNotes(rows.times, terms)
  }

  /// Fewer periods than this on a side of the break determine no line.
  static let fewestPeriods = 3

  /// Whether a sum over the treated periods is a number of cases.
  var hasCumulative: Bool {
    isFlow && treated.count == 1 && (study.comparison.isEmpty || options.family.isCount)
  }

  var isLog: Bool { options.family.isCount || options.scale == .log }

  func period(_ row: Int) -> Period? { start?.advanced(by: design.eventTimes[row]) }

  /// The regression of the treated series on the periods before the start only, with a step at
  /// `breakTime`.
  func placebo(at breakTime: Int) throws(Diagnostic) -> SegmentedFit {
    let rows = (0..<design.treatedCount).filter { design.eventTimes[$0] < 0 }
    var placebo = design.selecting(rows: rows)
    let times = placebo.eventTimes
    var (columns, names) = ([[Double]](), [String]())
    let base = [
      ("(Intercept)", times.map { _ in 1.0 }), ("time", times.map(Double.init)),
      ("level", times.map { $0 >= breakTime ? 1.0 : 0.0 }),
    ]
    let rest = zip(nuisance.names, nuisance.columns).map { name, column in
      (name, rows.map { column[$0] })
    }
    for (name, column) in base + rest {
      // An event or a season that the shorter span does not hold.
      guard name == "(Intercept)" || Set(column).count > 1 else { continue }
      columns.append(column)
      names.append(name)
    }
    (placebo.columns, placebo.names, placebo.effectNames) = (columns, names, ["level"])
    return try Self.fitted(placebo, options, start: nil)
  }

  /// The main regression.
  func fitted() throws(Diagnostic) -> SegmentedFit {
    try Self.fitted(design, options, start: start)
  }

  static func fitted(
    _ design: SegmentedDesign, _ options: InterruptedTimeSeries, start: Period?
  ) throws(Diagnostic) -> SegmentedFit {
    options.family.isCount
      ? try .counts(design, options, from: start) : try .gaussian(design, options)
  }

  private static func mean(_ variable: Study.Variable, _ units: [Int], _ periods: [Period])
    -> Double
  {
    guard variable.series.count > (units.max() ?? 0) else { return .nan }
    return zip(units, periods).reduce(0) { $0 + (variable.series[$1.0][$1.1] ?? .nan) }
      / Double(units.count)
  }
}
