import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("What each check finds") struct CheckOutcomeTests {
  private func effect(_ unit: Int, _ t: Int) -> Double { unit < 2 && t >= 36 ? -20 : 0 }

  private func outcome(_ check: any AutomaticCheck.Type, _ study: Study) throws -> EffectCheck {
    try CheckPanel.required(check, study)
  }

  @Test("a step before the start shows as an effect of a placebo start")
  func placeboDate() throws {
    let clean = try outcome(PlaceboDateCheck.self, CheckPanel.study(shape: effect))
    #expect(clean.verdict == .supported)
    // Two of twenty treated: 190 assignments, and three dates.
    #expect(try #require(clean["pValue"]) >= 3.0 / 190 - 1e-12)
    let stepped = try outcome(
      PlaceboDateCheck.self,
      CheckPanel.study(shape: { effect($0, $1) + ($0 < 2 && $1 >= 18 ? 20 : 0) }))
    #expect(stepped.verdict == .doubtful)
    #expect(stepped.finding.en.contains("2012-07"))
  }

  @Test("filing early shows in the last periods and moves the estimate")
  func anticipation() throws {
    let clean = try outcome(AnticipationCheck.self, CheckPanel.study(shape: effect))
    #expect(clean.verdict == .supported)
    let early = try outcome(
      AnticipationCheck.self,
      CheckPanel.study(shape: { effect($0, $1) + ($0 < 2 && (33..<36).contains($1) ? 15 : 0) }))
    #expect(early.verdict == .doubtful)
    // Three periods of 15 each, up to the noise of two courts.
    #expect(try #require(early["bunching"]).isClose(to: 45, absolute: 8))
    #expect(early.figures.contains { $0.name == "estimate3" && $0.value != nil })
  }

  @Test("an effect on criminal cases speaks against the design")
  func negativeControl() throws {
    var study = try CheckPanel.study(shape: effect)
    func control(_ shift: Double) -> Study.Variable {
      Study.Variable(
        name: Text(en: "criminal", zh: "刑事"),
        series: CheckPanel.series(
          20, 60, stream: RandomStream(seed: 6), shape: { $0 < 2 && $1 >= 36 ? shift : 0 }))
    }
    study.negativeControls = [control(0)]
    #expect(try outcome(NegativeControlCheck.self, study).verdict == .supported)
    study.negativeControls = [control(0), control(30)]
    let moved = try outcome(NegativeControlCheck.self, study)
    #expect(moved.verdict == .violated)
    #expect(moved.finding.en.contains("criminal") && moved.finding.zh.contains("刑事"))
  }

  @Test("the calendar is known: pandemic and registration reform")
  func knownEvents() throws {
    func check(
      _ start: Period, _ calendar: WorkCalendar.Kind = .weekdays, events: [KnownEvent] = []
    ) throws -> EffectCheck {
      try outcome(
        KnownEventCheck.self,
        CheckPanel.study(
          start: start, events: events, calendar: calendar, shape: { effect($0, $1) }))
    }
    // Starts 36 periods after the first.
    let pandemic = try check(.month(2017, 3))
    #expect(pandemic.verdict == .doubtful)
    #expect(pandemic.finding.en.contains("pandemic") && pandemic.finding.zh.contains("疫情"))
    #expect(pandemic["withoutThePeriods"] != nil)
    // Half a year after the last month of the pulse.
    #expect(try check(.month(2017, 12)).verdict == .doubtful)
    #expect(try check(.month(2018, 3)).verdict == .supported)
    #expect(try check(.month(2012, 6)).verdict == .supported)
    let reform = try check(.month(2012, 6), .china)
    #expect(reform.finding.en.contains("registration reform"))
    let own = KnownEvent(
      id: "fees", kind: .level, from: .month(2014, 2), name: Text(en: "fee change", zh: "收费调整"),
      only: ["court": ["court 1"]])
    let named = try check(.month(2011, 1), events: [own])
    #expect(named.finding.en.contains("fee change") && named["unitsNear"] == 1)
  }

  @Test("an event that is the programme itself is left out, and named")
  func programmeAmongEvents() throws {
    func check(_ from: Period, only: [String: [String]]) throws -> EffectCheck {
      // Starts in 2014-01.
      let event = KnownEvent(
        id: "centres", kind: .level, from: from,
        name: Text(en: "mediation centres", zh: "调解中心"), only: only)
      return try outcome(KnownEventCheck.self, CheckPanel.study(events: [event], shape: effect))
    }
    let own = try check(.month(2014, 1), only: ["caseType": ["family"]])
    #expect(own.verdict == .supported && own["events"] == 0)
    #expect(own.finding.en.contains("Taken for the programme itself"))
    #expect(own.finding.en.contains("mediation centres") && own.finding.zh.contains("调解中心"))
    // Another month, other courts, or everything at once may be something else.
    for other in [
      try check(.month(2014, 2), only: ["caseType": ["family"]]),
      try check(.month(2014, 1), only: ["court": ["court 1"]]),
      try check(.month(2014, 1), only: [:]),
    ] { #expect(other.verdict == .doubtful && other["events"] == 1) }
  }

  @Test("a series without a design of others cannot tell an event from the programme")
  func knownEventOneSeries() throws {
    let start = Period.month(2017, 1)
    let series = TestStudies.series(60, from: start, at: 38, sigma: 2)
    let check = try CheckPanel.required(
      KnownEventCheck.self, TestStudies.study(series, at: 38),
      InterruptedTimeSeries(season: false))
    #expect(check.verdict == .violated)
  }

  @Test("a jump of all courts in one month is asked about")
  func definitionBreak() throws {
    let clean = try outcome(DefinitionBreakCheck.self, CheckPanel.study(shape: effect))
    #expect(clean.verdict == .supported)
    let jump = try outcome(
      DefinitionBreakCheck.self,
      CheckPanel.study(shape: { effect($0, $1) + ($1 >= 20 ? 40 : 0) }))
    #expect(jump.verdict != .supported)
    #expect(jump.finding.en.contains("2012-09"))
    #expect(try #require(jump["step"]).isClose(to: 40, absolute: 4))
  }

  @Test("filings pushed into January after the start are noticed")
  func yearEnd() throws {
    let clean = try outcome(YearEndCheck.self, CheckPanel.study(shape: effect))
    #expect(clean.verdict == .supported)
    let pushed = try outcome(
      YearEndCheck.self,
      CheckPanel.study(shape: { unit, t in
        guard unit < 2, t >= 36 else { return 0 }
        return t % 12 == 11 ? -40 : t % 12 == 0 ? 40 : 0
      }))
    #expect(pushed.verdict == .doubtful)
    #expect(try #require(pushed["after"]) > 1.8)
    #expect(try #require(pushed["before"]).isClose(to: 1, absolute: 0.15))
    let annual = try PlaceboPanel.study(units: 12, treated: 2, stream: RandomStream(seed: 1))
    #expect(try CheckPanel.outcome(YearEndCheck.self, annual) == nil)
  }

  @Test("courts chosen after a steep rise were going to fall")
  func regressionToTheMean() throws {
    // Independent years: growth reverses by half of itself.
    let stream = RandomStream(seed: 15)
    let series = CheckPanel.series(
      60, 12, start: .year(2001), noise: 10, rho: 0, stream: stream)
    let order = (0..<60).sorted {
      series[$0].values[7] - series[$0].values[6] > series[$1].values[7] - series[$1].values[6]
    }
    let chosen = Set(order.prefix(3))
    let entries = series.enumerated().map { Panel.Entry(key: ["\($0)"], series: $1) }
    let starts = Dictionary(uniqueKeysWithValues: chosen.map { ("\($0)", Period.year(2009)) })
    let study = try Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: starts)
    let check = try outcome(RegressionToTheMeanCheck.self, study)
    #expect(try #require(check["percentile"]) > 0.9)
    #expect(try #require(check["slope"]).isClose(to: -0.5, absolute: 0.15))
    #expect(try #require(check["expected"]) < -5)
    #expect(check.finding.en.contains("without any programme"))
  }

  private func divertedStudy(returning: Double = 0, settling: Double = 0) throws -> Study {
    let stream = RandomStream(seed: 44)
    let diverted = CheckPanel.series(
      20, 60, level: 30, noise: 3, rho: 0, stream: stream,
      shape: { $0 < 2 && $1 >= 36 ? 20 : 0 })
    var study = try CheckPanel.study(shape: { unit, t in
      let back = t >= 2 ? returning * diverted[unit].values[t - 2] : 0
      return back + (unit < 2 && t >= 36 ? -20 - settling : 0)
    })
    study.diverted = Study.Variable(name: Text(en: "diverted", zh: "分流"), series: diverted)
    return study
  }

  @Test("filings that only moved to another column leave the intake where it was")
  func relabelling() throws {
    let moved = try outcome(DiversionCheck.self, divertedStudy())
    #expect(moved.verdict == .violated)
    #expect(try #require(moved["filings"]).isClose(to: -20, absolute: 3))
    #expect(try #require(moved["intake"]).isClose(to: 0, absolute: 3))
    let real = try outcome(DiversionCheck.self, divertedStudy(settling: 140))
    #expect(real.verdict == .supported)
    #expect(try #require(real["ratio"]).isClose(to: 0.875, absolute: 0.03))
  }

  @Test("diverted cases that come back two months later are counted")
  func returning() throws {
    let check = try outcome(DiversionCheck.self, divertedStudy(returning: 0.5))
    #expect(try #require(check["returning"]).isClose(to: 0.5, absolute: 0.15))
    #expect(try #require(check["returningPValue"]) < 0.01)
  }

  @Test("a programme that diverts nothing explains nothing")
  func firstStage() throws {
    let study = try divertedStudy()
    let works = try outcome(FirstStageCheck.self, study)
    #expect(works.verdict == .supported)
    #expect(try #require(works["change"]).isClose(to: 20, absolute: 3))
    var idle = study
    idle.diverted = Study.Variable(
      name: Text("diverted"),
      series: CheckPanel.series(20, 60, level: 30, stream: RandomStream(seed: 45)))
    #expect(try outcome(FirstStageCheck.self, idle).verdict == .doubtful)
  }

  @Test("cases that went to the neighbours are found there")
  func spillover() throws {
    var study = try CheckPanel.study(shape: { unit, t in
      t < 36 ? 0 : unit < 2 ? -20 : unit < 5 ? 15 : 0
    })
    study.regions = (0..<20).map { $0 < 5 ? "north" : "south" }
    let moved = try outcome(SpilloverCheck.self, study)
    #expect(moved.verdict == .doubtful && moved["neighbours"] == 3)
    #expect(try #require(moved["onNeighbours"]).isClose(to: 15, absolute: 3))
    #expect(try #require(moved["withoutNeighbours"]).isClose(to: -20, absolute: 3))
    var quiet = try CheckPanel.study(shape: effect)
    quiet.regions = study.regions
    #expect(try outcome(SpilloverCheck.self, quiet).verdict == .supported)
    quiet.regions = (0..<20).map { "\($0)" }
    #expect(try outcome(SpilloverCheck.self, quiet).verdict == .untestable)
  }

  @Test("an estimate that hangs on one court says so, and names it")
  func influence() throws {
    let even = try outcome(UnitInfluenceCheck.self, CheckPanel.study(shape: effect))
    #expect(even.verdict == .supported)
    let one = try outcome(
      UnitInfluenceCheck.self,
      CheckPanel.study(treated: 4, shape: { $0 == 3 && $1 >= 36 ? -200 : 0 }))
    #expect(one.verdict == .doubtful)
    #expect(one.finding.en.contains("hangs on court 3"))
    #expect(try #require(one["highest"]) > -10)
  }

  @Test("an effect below what could be found is called so, and too few courts as well")
  func power() throws {
    let large = try outcome(PowerCheck.self, CheckPanel.study(shape: effect))
    #expect(large.verdict == .supported)
    let planned = try #require(large["beforeTheEstimate"])
    // From the design's own assignments and from the noise: the same order.
    #expect(try #require(large["minimumDetectableEffect"]).isClose(to: planned, relative: 0.6))
    let small = try outcome(
      PowerCheck.self, CheckPanel.study(shape: { $0 < 2 && $1 >= 36 ? 0.5 : 0 }))
    #expect(small.verdict == .doubtful)
    let few = try outcome(PowerCheck.self, CheckPanel.study(units: 8, treated: 1, shape: effect))
    #expect(few.verdict == .doubtful && few.finding.en.contains("0.125"))
  }

  @Test("the share of comparisons with treated units is judged")
  func forbidden() throws {
    let context = try CheckPanel.context(CheckPanel.study(shape: effect))
    #expect(ForbiddenComparisonCheck.outcome(context) == nil)
    func check(_ weight: Double) -> EffectCheck? {
      let comparisons = [
        EffectEstimate.Comparison(
          kind: .treatedAgainstNever, treated: .month(2014, 1), comparison: nil, value: -10,
          weight: 1 - weight),
        EffectEstimate.Comparison(
          kind: .laterAgainstEarlier, treated: .month(2014, 6), comparison: .month(2014, 1),
          value: 5, weight: weight),
      ]
      let estimate = EffectEstimate(
        design: "twfe", estimand: Text(""), scale: .level,
        average: context.estimate.average, comparisons: comparisons)
      return ForbiddenComparisonCheck.outcome(
        CheckContext(context.study, context.estimator, estimate, from: RandomStream(seed: 1)))
    }
    #expect(check(0.4)?.verdict == .violated && check(0.1)?.verdict == .doubtful)
    #expect(check(0)?.verdict == .supported && check(0.1)?["withoutThem"] == -10)
  }
}
