import Caseload

/// What a register of cases says, by view.
struct AgeReport: Encodable, Sendable {
  struct Survival: Encodable, Sendable {
    let group: String
    let cases: Int
    let events: Int
    let quartiles: [KaplanMeier.Quantile]
    let restrictedMean: KaplanMeier.RestrictedMean?
    let rows: [KaplanMeier.Row]
  }

  struct Incidence: Encodable, Sendable {
    let group: String
    let outcomes: [String]
    let rows: [CumulativeIncidence.Row]
  }

  struct Hazard: Encodable, Sendable {
    struct Curve: Encodable, Sendable {
      let group: String
      let points: [DiscreteHazardFit.Point]
    }

    let link: String
    let personPeriods: Int
    let events: Int
    let eventsOutside: Int
    let logLikelihood: Double
    let coefficients: [DiscreteHazardFit.Coefficient]
    let curves: [Curve]
  }

  let view: String
  let asOf: Period
  let cases: Int
  let dropped: [CaseRegister.Dropped]
  /// Closed cases beside the curve that knows the open ones.
  let closingTimes: ClosingTimes
  let survival: [Survival]?
  let comparison: LogRankTest?
  let incidence: [Incidence]?
  let hazard: Hazard?
  let pyramid: AgePyramid?
  let projection: AgeProjection?
}

/// The views of a register.
enum AgeView: String, CaseIterable, Sendable {
  case survival, incidence, hazard, pyramid, projection
}

/// The answers of one register, with the rows of its table.
struct AgeAnalysis {
  var view: AgeView
  var by: [String]
  var interval: KaplanMeier.IntervalKind
  var level: Double
  var variance: CumulativeIncidence.Variance
  var limit: Double?
  var model: DiscreteHazard
  var horizon: Int
  var threshold: Double
  var seed: UInt64

  func report(_ register: CaseRegister) throws(Diagnostic) -> (
    AgeReport, ResultTable, [Diagnostic]
  ) {
    var notes = register.notes
    let times = try ClosingTimes(register, limit: limit, interval: interval, level: level)
    let sample = try SurvivalSample(register)
    let groups = try groups(register)
    var survival: [AgeReport.Survival]?
    var comparison: LogRankTest?
    var incidence: [AgeReport.Incidence]?
    var hazard: AgeReport.Hazard?
    var pyramid: AgePyramid?
    var projection: AgeProjection?
    let table: ResultTable
    switch view {
    case .survival:
      var curves: [(String, KaplanMeier)] = []
      for (name, members) in members(groups) {
        let curve = try KaplanMeier(
          Self.part(sample, members), interval: interval, level: level)
        notes += curve.diagnostics.map { $0.located(Diagnostic.Location(series: name)) }
        curves.append((name, curve))
      }
      if curves.count > 1 { comparison = try LogRankTest(sample, groups: groups) }
      survival = curves.map { name, curve in
        AgeReport.Survival(
          group: name, cases: curve.cases, events: curve.events,
          quartiles: [0.25, 0.5, 0.75].map { curve.quantile($0) },
          restrictedMean: curve.restrictedMean(to: limit), rows: curve.rows)
      }
      table = ResultTable(
        [
          "group", "time", "atRisk", "events", "censored", "survival", "standardError", "lower",
          "upper", "cumulativeHazard",
        ],
        curves.flatMap { name, curve in
          curve.rows.map { row -> [Cell] in
            [
              .text(name), .number(row.time, decimals: 0), .count(row.atRisk), .count(row.events),
              .count(row.censored), .number(row.survival), .number(row.standardError),
              .number(row.lower), .number(row.upper), .number(row.cumulativeHazard),
            ]
          }
        })
    case .incidence:
      var results: [AgeReport.Incidence] = []
      for (name, members) in members(groups) {
        let result = CumulativeIncidence(try Self.part(sample, members), variance: variance)
        results.append(
          AgeReport.Incidence(group: name, outcomes: result.outcomes, rows: result.rows))
      }
      incidence = results
      table = ResultTable(
        ["group", "time", "atRisk", "open"]
          + sample.outcomes.flatMap { [$0, $0 + "StandardError"] },
        results.flatMap { result in
          result.rows.map { row -> [Cell] in
            [
              .text(result.group), .number(row.time, decimals: 0), .count(row.atRisk),
              .number(row.open),
            ]
              + zip(row.incidence, row.standardErrors).flatMap { [.number($0), .number($1)] }
          }
        })
    case .hazard:
      let fit = try model.fitted(to: register, level: level)
      notes += fit.diagnostics
      var curves: [AgeReport.Hazard.Curve] = []
      for pattern in fit.patterns {
        curves.append(
          AgeReport.Hazard.Curve(
            group: pattern.joined(separator: ", "), points: try fit.curve(for: pattern, months: 24))
        )
      }
      hazard = AgeReport.Hazard(
        link: model.link.rawValue, personPeriods: fit.personPeriods, events: fit.events,
        eventsOutside: fit.eventsOutside, logLikelihood: fit.logLikelihood,
        coefficients: fit.coefficients, curves: curves)
      table = ResultTable(
        ["term", "estimate", "standardError", "lower", "upper", "pValue", "ratio"],
        fit.coefficients.map { c in
          [
            .text(c.name), .number(c.estimate), .number(c.standardError), .number(c.lower),
            .number(c.upper), .number(c.pValue), .number(c.ratio),
          ]
        })
    case .pyramid:
      let result = try AgePyramid(Self.grouped(register, groups), by: "group", threshold: threshold)
      pyramid = result
      table = ResultTable(
        ["group", "fromMonth", "toMonth", "active", "inactive"],
        result.rows.map { row in
          [
            .text(row.group), .number(row.from, decimals: 1), .number(row.to, decimals: 1),
            .count(row.active), .count(row.inactive),
          ]
        })
    case .projection:
      let fit = try model.fitted(to: register, level: level)
      notes += fit.diagnostics
      let filings = try recentFilings(register, fit)
      let result = try AgeProjection(
        register, by: fit, horizon: horizon, threshold: threshold, filings: filings,
        from: RandomStream(seed: seed))
      projection = result
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "New cases are taken to come as in the last twelve months before the register was "
              + "drawn.", zh: "假定未来收案与数据提取前十二个月相同。")))
      table = ResultTable(
        [
          "ahead", "expected", "exactLower", "exactUpper", "lower95", "upper95",
          "expectedClosings", "expectedOpen",
        ],
        result.steps.map { step in
          [
            .count(step.ahead), .number(step.expected, decimals: 1), .count(step.exactLower),
            .count(step.exactUpper), .number(step.simulated?.lower95, decimals: 0),
            .number(step.simulated?.upper95, decimals: 0),
            .number(step.expectedClosings, decimals: 1), .number(step.expectedOpen, decimals: 1),
          ]
        })
    }
    let report = AgeReport(
      view: view.rawValue, asOf: register.asOf, cases: register.cases.count,
      dropped: register.dropped, closingTimes: times, survival: survival, comparison: comparison,
      incidence: incidence, hazard: hazard, pyramid: pyramid, projection: projection)
    return (report, table, notes)
  }

  /// One text a case: the values of the grouping columns.
  private func groups(_ register: CaseRegister) throws(Diagnostic) -> [String] {
    var columns: [[String]] = []
    for name in by { columns.append(try register.labels(name)) }
    return register.cases.indices.map { i in columns.map { $0[i] }.joined(separator: ", ") }
  }

  private func members(_ groups: [String]) -> [(String, [Int])] {
    var result: [String: [Int]] = [:]
    for (i, group) in groups.enumerated() { result[group, default: []].append(i) }
    return result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func part(_ sample: SurvivalSample, _ indices: [Int]) throws(Diagnostic)
    -> SurvivalSample
  {
    try SurvivalSample(
      times: indices.map { sample.times[$0] }, causes: indices.map { sample.causes[$0] },
      outcomes: sample.outcomes, entries: indices.map { sample.entries[$0] })
  }

  private static func grouped(_ register: CaseRegister, _ groups: [String]) throws(Diagnostic)
    -> CaseRegister
  {
    var cases = register.cases
    for i in cases.indices { cases[i].labels = [groups[i]] }
    return try CaseRegister(cases, asOf: register.asOf, labelNames: ["group"])
  }

  /// Filings a month over the last twelve months of age, by pattern.
  private func recentFilings(_ register: CaseRegister, _ fit: DiscreteHazardFit)
    throws(Diagnostic) -> [Double]
  {
    let groups = try groups(register)
    let months = 12.0
    return fit.patterns.map { pattern in
      let name = pattern.joined(separator: ", ")
      let recent = zip(register.cases, groups).count { record, group in
        let age = Double(record.filed.distance(to: register.asOf)) / PersonPeriods.month
        return group == name && age < months
      }
      return Double(recent) / months
    }
  }
}

extension Cell {
  static func count(_ n: Int) -> Cell { .number(Double(n), decimals: 0) }
}
