import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Post-mortem of a projection") struct PostMortemTests {
  static let start = Period.year(2020)

  /// A plan of two judges with 100 cases each against three with 90.
  private static func simple(
    _ method: SplitMethod = .shapley
  ) throws -> ErrorAccount {
    let planned = try PendingPath(
      start: start, rows: [PendingPath.Row(filings: 210, resolved: 200, judges: 2)],
      opening: [50])
    let actual = try PendingPath(
      start: start, rows: [PendingPath.Row(filings: 230, resolved: 270, pending: 18, judges: 3)],
      opening: [55])
    return try PostMortem(
      of: [PostMortem.Court(planned: planned, actual: actual)], method: method
    ).total
  }

  @Test("two factors share their joint change evenly, and the rest is what it is")
  func twoFactors() throws {
    let account = try Self.simple()
    // J: 2 → 3, cases a judge: 100 → 90. ΔJ at the mean output, Δoutput at the mean of judges.
    #expect(account[.staffing].isClose(to: -95, relative: 1e-12))
    #expect(account[.productivity].isClose(to: 25, relative: 1e-12))
    #expect(account[.opening] == 5 && account[.intake] == 20)
    // 55 + 230 − 270 = 15, and 18 are pending; the plan rolls forward.
    #expect(account[.unexplained].isClose(to: 3, relative: 1e-12))
    #expect(account.steps[0].error == -42)
  }

  @Test("in planned order judges come at the planned output")
  func sequential() throws {
    let account = try Self.simple(.sequential)
    #expect(account[.staffing].isClose(to: -100, relative: 1e-12))
    #expect(account[.productivity].isClose(to: 30, relative: 1e-12))
  }

  @Test("the logarithmic mean shares by logarithms")
  func divisia() throws {
    let account = try Self.simple(.divisia)
    let scale: Double = 70 / log(270.0 / 200.0)
    #expect(account[.staffing].isClose(to: -scale * log(1.5), relative: 1e-12))
    #expect(account[.productivity].isClose(to: -scale * log(0.9), relative: 1e-12))
  }

  /// Random courts of three types with weights, judges, minutes and gaps.
  private static func random(_ seed: UInt64) throws -> [PostMortem.Court] {
    var draws = RandomStream(seed: seed)
    func path(_ periods: Int) throws -> PendingPath {
      let rows = (0..<periods).map { _ in
        PendingPath.Row(
          filings: (0..<3).map { _ in (500 * draws.uniform()).rounded() },
          // A type without any closing now and then.
          resolved: (0..<3).map { _ in max(0, (500 * draws.uniform() - 60).rounded()) },
          pending: (0..<3).map { _ in (900 * draws.uniform()).rounded() },
          judges: 1 + 5 * draws.uniform(), minutes: (0..<3).map { _ in 20 + 300 * draws.uniform() })
      }
      return try PendingPath(
        caseTypes: ["civil", "criminal", "family"], start: start, rows: rows)
    }
    return try ["East", "West"].map { name in
      PostMortem.Court(key: [name], planned: try path(6), actual: try path(5))
    }
  }

  private static let weights = [
    CaseWeight(caseType: "civil", minutes: 120), CaseWeight(caseType: "criminal", minutes: 260),
    CaseWeight(caseType: "family", minutes: 75),
  ]

  @Test(
    "the parts add up to the error in every period, court and measure",
    arguments: SplitMethod.allCases, PendingMeasure.allCases)
  func addUp(method: SplitMethod, measure: PendingMeasure) throws {
    let weights = try CaseWeights(Self.weights, judgeYear: JudgeYear(minutes: 80_000))
    for seed in 1...20 {
      let result = try PostMortem(
        of: try Self.random(UInt64(seed)), weights: weights, measure: measure, method: method)
      for account in result.courts + [result.total] {
        var before = 0.0
        for step in account.steps {
          let parts = step.contributions.map(\.value)
          let scale = parts.reduce(0) { $0 + abs($1) }
          let sum = parts.reduce(0, +)
          #expect(abs(sum - step.error) <= 1e-9 * scale, "\(method) \(measure) \(seed)")
          let changes = step.changes.map(\.value).reduce(0, +)
          #expect(abs(changes - (step.error - before)) <= 1e-9 * scale)
          before = step.error
        }
      }
      #expect(
        result.total.components.contains(.caseLength) && result.total.components.contains(.mix))
      #expect(result.total.components.contains(.intakeMix) == (measure == .minutes))
    }
  }

  @Test("closings' shares agree with all orders of their factors")
  func closingsAgreeWithTheirDefinition() throws {
    let court = try Self.random(3)[0]
    let minutes = Self.weights.map(\.minutes)
    let weights = try CaseWeights(Self.weights, judgeYear: JudgeYear(minutes: 80_000))
    let account = try PostMortem(of: [court], weights: weights).total
    for (t, step) in account.steps.enumerated() {
      let (plan, fact) = (court.planned.rows[t], court.actual.rows[t])
      // Judges, minutes a judge, minutes a case and shares, straight from the rows.
      func factors(_ row: PendingPath.Row) -> (Double, Double, [Double], [Double]) {
        let spent = row.minutes ?? minutes
        let judges = row.judges ?? 1
        let total = row.resolved.reduce(0, +)
        return (
          judges, dot(row.resolved, spent) / judges, spent, row.resolved.map { $0 / total }
        )
      }
      let (p, a) = (factors(plan), factors(fact))
      let expected = ShapleySharesTests.definition(4) { set in
        let judges = set & 1 != 0 ? a.0 : p.0
        let output = set & 2 != 0 ? a.1 : p.1
        let spent = set & 4 != 0 ? a.2 : p.2
        let shares = set & 8 != 0 ? a.3 : p.3
        return judges * output / dot(shares, spent)
      }
      let parts: [ErrorComponent] = [.staffing, .productivity, .caseLength, .mix]
      for (part, share) in zip(parts, expected) {
        let value = step.changes.first { $0.component == part }?.value ?? .nan
        #expect(value.isClose(to: -share, relative: 1e-10))
      }
    }
  }

  @Test("a mix that moves to heavier types is mix, and nothing else")
  func onlyMix() throws {
    let weights = try CaseWeights(
      Array(Self.weights.prefix(2)), judgeYear: JudgeYear(minutes: 80_000))
    func path(_ resolved: [Double]) throws -> PendingPath {
      try PendingPath(
        caseTypes: ["civil", "criminal"], start: Self.start,
        rows: [PendingPath.Row(filings: [200, 100], resolved: resolved, judges: 1)],
        opening: [300, 300])
    }
    // 300 × 120 + 60 × 260 = 51,600 = 40 × 120 + 180 × 260 minutes.
    let court = PostMortem.Court(planned: try path([300, 60]), actual: try path([40, 180]))
    for method in SplitMethod.allCases {
      let account = try PostMortem(of: [court], weights: weights, method: method).total
      #expect(account[.mix].isClose(to: 140, relative: 1e-12))
      #expect(abs(account[.staffing]) < 1e-9 && abs(account[.productivity]) < 1e-9)
    }
    // Counted in minutes, as much work was done as planned.
    let work = try PostMortem(of: [court], weights: weights, measure: .minutes).total
    #expect(abs(work.steps[0].error) < 1e-9 && abs(work[.mix]) < 1e-9)
  }

  @Test("swapping plan and outcome turns every order-free part around")
  func antisymmetry() throws {
    let weights = try CaseWeights(Self.weights, judgeYear: JudgeYear(minutes: 80_000))
    for method in [SplitMethod.shapley, .divisia] {
      let court = try Self.random(9)[0]
      let there = try PostMortem(of: [court], weights: weights, method: method).total
      let back = try PostMortem(
        of: [PostMortem.Court(planned: court.actual, actual: court.planned)], weights: weights,
        method: method
      ).total
      for component in there.components {
        #expect((there[component] + back[component]).isClose(to: 0, absolute: 1e-8))
      }
    }
  }

  @Test("without judges staffing and productivity are one part, and the result says so")
  func withoutJudges() throws {
    let planned = try PendingPath(
      start: Self.start, rows: [PendingPath.Row(filings: 100, resolved: 110, judges: 2)],
      opening: [40])
    let actual = try PendingPath(
      start: Self.start, rows: [PendingPath.Row(filings: 90, resolved: 80)], opening: [40])
    let result = try PostMortem(of: [PostMortem.Court(planned: planned, actual: actual)])
    #expect(result.total.components == [.opening, .intake, .capacity, .restatement, .unexplained])
    #expect(result.total[.capacity] == 30 && result.total[.intake] == -10)
    let note = result.diagnostics.first { $0.code == .notComputable }
    #expect(note?.message.en.contains("cannot be told apart") == true)
  }

  @Test(
    "a court without judges in a period has its whole loss in staffing",
    arguments: SplitMethod.allCases)
  func noJudgesAtAll(method: SplitMethod) throws {
    let planned = try PendingPath(
      start: Self.start, rows: [PendingPath.Row(filings: 100, resolved: 110, judges: 2)],
      opening: [40])
    let actual = try PendingPath(
      start: Self.start, rows: [PendingPath.Row(filings: 100, resolved: 0, judges: 0)],
      opening: [40])
    let account = try PostMortem(
      of: [PostMortem.Court(planned: planned, actual: actual)], method: method
    ).total
    #expect(account[.staffing].isClose(to: 110, relative: 1e-12))
    #expect(account[.productivity] == 0)
  }

  @Test("openings that contradict the closing before are refused, with both numbers")
  func openingMismatch() throws {
    let rows = [
      PendingPath.Row(filings: 10, resolved: 8, pending: 22, opening: 20),
      PendingPath.Row(filings: 10, resolved: 9, pending: 26, opening: 25),
    ]
    let error = #expect(throws: Diagnostic.self) {
      try PendingPath(start: Self.start, rows: rows)
    }
    #expect(error?.code == .openingMismatch)
    #expect(error?.message.en.contains("25") == true && error?.message.en.contains("22") == true)
    let plan = try PendingPath(
      start: Self.start,
      rows: [PendingPath.Row(filings: 10, resolved: 8), PendingPath.Row(filings: 10, resolved: 9)],
      opening: [20])
    for (openings, restatement, unexplained) in [
      (PendingPath.Openings.restated, 3.0, 0.0), (.closing, 0.0, 3.0),
    ] {
      let actual = try PendingPath(start: Self.start, rows: rows, openings: openings)
      let account = try PostMortem(of: [PostMortem.Court(planned: plan, actual: actual)]).total
      #expect(account[.restatement] == restatement && account[.unexplained] == unexplained)
      #expect(actual.diagnostics.contains { $0.code == .openingMismatch })
    }
  }

  @Test("bad input is refused by name")
  func refusals() throws {
    func code(_ rows: [PendingPath.Row], opening: [Double]? = [5]) -> DiagnosticCode? {
      do {
        _ = try PendingPath(start: Self.start, rows: rows, opening: opening)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code([PendingPath.Row(filings: -1, resolved: 0)]) == .negativeCount)
    #expect(code([PendingPath.Row(filings: .nan, resolved: 0)]) == .missingValues)
    #expect(code([PendingPath.Row(filings: 0, resolved: 9)]) == .negativeCount)
    #expect(code([PendingPath.Row(filings: 5, resolved: 3, judges: 0)]) == .illegalStaff)
    #expect(code([PendingPath.Row(filings: 5, resolved: 3, minutes: 0)]) == .illegalRate)
    #expect(code([PendingPath.Row(filings: 5, resolved: 3)], opening: nil) == .notComputable)
    #expect(code([]) == .emptyInput)
    let plan = try PendingPath(
      start: Self.start, rows: [PendingPath.Row(filings: 1, resolved: 1)], opening: [5])
    for (start, expected) in [
      (Period.year(2030), DiagnosticCode.notAPeriod), (.month(2020, 1), .mixedFrequencies),
    ] {
      let actual = try PendingPath(start: start, rows: plan.rows)
      let error = #expect(throws: Diagnostic.self) {
        try PostMortem(of: [PostMortem.Court(planned: plan, actual: actual)])
      }
      #expect(error?.code == expected)
    }
    let error = #expect(throws: Diagnostic.self) {
      try PostMortem(of: [PostMortem.Court(planned: plan, actual: plan)], measure: .minutes)
    }
    #expect(error?.code == .missingWeight)
  }

  @Test("planned periods that have not happened are left out with a note")
  func future() throws {
    let plan = try PendingPath(
      start: Self.start,
      rows: (0..<4).map { _ in PendingPath.Row(filings: 10, resolved: 10) }, opening: [5])
    let actual = try PendingPath(
      start: Self.start, rows: Array(plan.rows.prefix(2)), opening: [5])
    let result = try PostMortem(of: [PostMortem.Court(planned: plan, actual: actual)])
    #expect(result.total.steps.count == 2)
    #expect(result.diagnostics.contains { $0.message.en.contains("have not happened") })
    #expect(result.total.verdict.en.contains("as planned"))
  }
}
