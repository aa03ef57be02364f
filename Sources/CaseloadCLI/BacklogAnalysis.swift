import Caseload

/// What a backlog's numbers say: gaps, pace, projection, schedule, and judges.
struct BacklogReport: Encodable, Sendable {
  struct Court: Encodable, Sendable {
    let label: String
    let carry: StockFlowLedger.Summary
    let rollForward: StockFlowLedger.Summary
    /// Gaps, one a period that has one.
    let gaps: [Gap]
    /// k a period.
    let clearanceRate: Estimate?
    /// Cases a judge and period.
    let casesPerJudge: Estimate?
    /// Cases a period.
    let capacity: Double?
    let filingsModel: String?
    let projection: [StockFlowStep]
    let schedules: [ClearanceSchedule]
    let elimination: Elimination?
    let progress: ClosingProgress?
  }

  struct Gap: Encodable, Sendable {
    let period: Period
    let carryGap: Double?
    let rollForwardGap: Double?
  }

  /// Judges and time for a backlog.
  struct Elimination: Encodable, Sendable {
    let backlog: Double
    let filingsPerYear: Double
    let casesPerJudgeAndYear: Double
    let years: Double
    /// (λ + B/T)/p.
    let judges: Double
    let judgesRoundedUp: Double
    let judgesInPost: Double?
    /// With the judges in post; `nil` where the backlog never ends.
    let yearsInPost: Double?
    /// With the judges in post; above zero where it grows.
    let yearlyGrowth: Double?
  }

  let rule: String
  let courts: [Court]
  /// Without data.
  let elimination: Elimination?
}

/// How a backlog is projected.
enum BacklogRule: String, CaseIterable, Sendable { case capacity, proportional, hazard }

/// The options of a backlog with data.
struct BacklogAnalysis {
  var rule: BacklogRule
  var horizon: Int
  var byDate: Period?
  var targetPending: Double?
  var targetDays: Double?
  var hazards: [Double]?
  var perJudge: Double?
  var judges: Double?
  var years: Double
  var statisticalYear: Bool
  var model: String

  struct Input {
    let label: String
    let incoming: TimeSeries
    let resolved: TimeSeries?
    let pending: TimeSeries?
    let judges: TimeSeries?
  }

  /// One court, and notes on what could not be computed.
  func court(_ input: Input) throws(Diagnostic) -> (BacklogReport.Court, [Diagnostic]) {
    var notes: [Diagnostic] = []
    let place = Diagnostic.Location(series: input.label)
    let ledger = try StockFlowLedger(
      name: input.label,
      input.incoming.periods.map { period in
        StockFlowLedger.Entry(
          period: period, filed: input.incoming[period], resolved: input.resolved?[period],
          closing: input.pending?[period])
      })
    notes += ledger.diagnostics
    let history = history(input)
    func attempt<T>(_ body: () throws(Diagnostic) -> T) -> T? {
      do { return try body() } catch {
        notes.append(error.asNote.located(place))
        return nil
      }
    }
    let rate = attempt { () throws(Diagnostic) in try ClosingEstimates.clearanceRate(history) }
    var pace: Estimate?
    if history.contains(where: { $0.judges != nil }) {
      pace = attempt { () throws(Diagnostic) in
        try ClosingEstimates.casesPerJudge(history.filter { $0.judges != nil })
      }
    }
    let perYear = input.incoming.periodsPerYear
    let inPost = judges ?? input.judges?.observed.last?.value
    let perPeriod = perJudge.map { $0 / perYear } ?? pace?.value
    let recent = history.suffix(max(1, Int(perYear.rounded())))
    let capacity =
      perPeriod.flatMap { pace in inPost.map { pace * $0 } }
      ?? Descriptive.mean(recent.map(\.resolved))

    let last = input.incoming.lastPeriod
    let start = last.advanced(by: 1)
    var horizon = horizon
    if let byDate {
      guard byDate.frequency == last.frequency, byDate > last else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "--by-date \(byDate) is not a \(last.frequency.rawValue) period after \(last).",
            zh: "--by-date \(byDate) 不是 \(last) 之后的同类时期。"),
          at: place, hint: Text(en: "Write it as \(start).", zh: "请写作 \(start) 的形式。"))
      }
      horizon = last.distance(to: byDate)
    }
    var steps: [StockFlowStep] = []
    var usedModel: String?
    var filings: [Double] = []
    if let opening = input.pending?[last] {
      filings =
        attempt { () throws(Diagnostic) in
          let chosen = try ForecastModels.model(model)
          usedModel = type(of: chosen).card.id
          let fit: any FittedForecastModel = try chosen.fitted(to: input.incoming)
          return fit.marginals(horizon).map { max(0, $0.mean) }
        } ?? []
      if !filings.isEmpty {
        steps =
          attempt { () throws(Diagnostic) in
            try project(opening, filings, start, rate: rate?.value, capacity: capacity)
          } ?? []
      }
    } else {
      notes.append(Self.noPending.located(place))
    }
    let daysPerPeriod = 365 / perYear
    var target = targetPending
    if let targetDays, let mean = Descriptive.mean(filings) {
      target = try ClearanceSchedule.pending(
        atDispositionTime: targetDays, filings: mean, daysPerPeriod: daysPerPeriod)
    }
    var schedules: [ClearanceSchedule] = []
    if let target, !steps.isEmpty {
      for kind in ClearanceSchedule.Kind.allCases {
        schedules.append(try ClearanceSchedule(kind, toReach: target, baseline: steps))
      }
    }
    var elimination: BacklogReport.Elimination?
    if let perPeriod, let opening = input.pending?[last], !filings.isEmpty {
      elimination = try Self.elimination(
        backlog: max(0, opening - (target ?? 0)),
        filings: (Descriptive.mean(filings) ?? 0) * perYear, perJudge: perPeriod * perYear,
        years: years, judges: inPost)
    }
    let progress =
      statisticalYear ? attempt { () throws(Diagnostic) in try self.progress(input) } : nil
    return (
      BacklogReport.Court(
        label: input.label, carry: ledger.carry, rollForward: ledger.rollForward,
        gaps: ledger.rows.filter {
          abs($0.carryGap ?? 0) > 0.5 || abs($0.rollForwardGap ?? 0) > 0.5
        }.map {
          BacklogReport.Gap(
            period: $0.entry.period, carryGap: $0.carryGap, rollForwardGap: $0.rollForwardGap)
        }, clearanceRate: rate, casesPerJudge: pace, capacity: capacity, filingsModel: usedModel,
        projection: steps, schedules: schedules, elimination: elimination, progress: progress),
      notes
    )
  }

  private func history(_ input: Input) -> [ClosingEstimates.Observation] {
    input.incoming.periods.compactMap { period in
      guard let opening = input.pending?[period.advanced(by: -1)],
        let filed = input.incoming[period], let resolved = input.resolved?[period]
      else { return nil }
      return ClosingEstimates.Observation(
        opening: opening, filed: filed, resolved: resolved, judges: input.judges?[period])
    }
  }

  private func project(
    _ opening: Double, _ filings: [Double], _ start: Period, rate: Double?, capacity: Double?
  ) throws(Diagnostic) -> [StockFlowStep] {
    let docket = [DocketInput(name: "all", opening: opening, filings: filings)]
    switch rule {
    case .capacity:
      guard let capacity else { throw Self.unknown(Text(en: "the capacity", zh: "办案能力")) }
      return try CapacityLimitedClosing().projection(
        of: docket, capacity: filings.map { _ in capacity }, from: start
      ).total
    case .proportional:
      guard let rate else { throw Self.unknown(Text(en: "the clearance rate", zh: "清结速率")) }
      return try ProportionalClearance(rate: rate).projection(of: docket, from: start).total
    case .hazard:
      guard let hazards else { throw Self.unknown(Text(en: "the hazard", zh: "结案概率")) }
      let law = try AgeCohortProjection(hazards: hazards)
      // Ages are not in the data: those of a steady state stand for them.
      let shape = try law.steadyState(filings: 1)
      let total = shape.reduce(0, +)
      return try law.projection(
        opening: shape.map { $0 / total * opening }, filings: filings, from: start
      ).map(\.total)
    }
  }

  static func elimination(
    backlog: Double, filings: Double, perJudge: Double, years: Double, judges: Double?
  ) throws(Diagnostic) -> BacklogReport.Elimination {
    let need = try BacklogElimination.judges(
      toClear: backlog, filings: filings, casesPerJudge: perJudge, years: years)
    var growth: Double?
    if let judges {
      growth = try BacklogElimination.yearlyGrowth(
        filings: filings, casesPerJudge: perJudge, judges: judges)
    }
    var time: Double?
    if let judges, backlog == 0 || (growth ?? 0) < 0 {
      time = try BacklogElimination.years(
        toClear: backlog, filings: filings, casesPerJudge: perJudge, judges: judges)
    }
    return BacklogReport.Elimination(
      backlog: backlog, filingsPerYear: filings, casesPerJudgeAndYear: perJudge, years: years,
      judges: need, judgesRoundedUp: (need - 1e-9).rounded(.up), judgesInPost: judges,
      yearsInPost: time, yearlyGrowth: growth)
  }

  /// The statistical year of the last month.
  private func progress(_ input: Input) throws(Diagnostic) -> ClosingProgress {
    guard let year = StatisticalYear(containing: input.incoming.lastPeriod) else {
      throw Self.unknown(Text(en: "the statistical year (it needs months)", zh: "统计年度（需月度数据）"))
    }
    let months = year.months.filter { $0 <= input.incoming.lastPeriod }
    guard let opening = input.pending?[year.months[0].advanced(by: -1)] else {
      throw Self.unknown(
        Text(en: "the cases carried into the statistical year", zh: "统计年度的旧存案件"))
    }
    let filed = months.compactMap { input.incoming[$0] }
    let resolved = months.compactMap { input.resolved?[$0] }
    return try ClosingProgress(year, carriedIn: opening, filed: filed, resolved: resolved)
  }

  private static let noPending = Diagnostic(
    .notComputable, .note,
    Text(
      en: "A projection needs the cases pending at the end of the last period.",
      zh: "推算需要最近一期期末的未结案件数。"),
    hint: Text(en: "Give --pending COLUMN.", zh: "请给出 --pending 列名。"))

  private static func unknown(_ what: Text) -> Diagnostic {
    Diagnostic(
      .notComputable, .error,
      Text(
        en: "The data do not tell \(what.en).", zh: "所给数据不能确定\(what.zh)。"),
      hint: Text(
        en: "Give the column, or the number itself (--per-judge with --judges, --hazard).",
        zh: "请给出相应的列或数值（--per-judge 与 --judges、--hazard）。"))
  }
}
