import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

/// Published workloads and ratios, as collected in the shared data.
@Suite("Published weights and needs", .enabled(if: SharedData.isPresent, "shared data"))
struct WeightOracleTests {
  private static func entry(_ id: String) throws -> JSON {
    let all = try SharedData.json("court/oracles/workload_and_ratio_oracles.json", as: JSON.self)
    return try #require(all.array?.first { $0["id"]?.string == id })
  }

  private static func number(_ json: JSON?, _ path: String...) throws -> Double {
    try #require(path.reduce(json) { $0?[$1] }?.number)
  }

  @Test("PEBB§Y: 500 traffic accident cases need 1.196 judges, published as 1.20")
  func pebbsy() throws {
    let oracle = try Self.entry("PEBBSY-1")
    let study = try WeightStudy(
      [
        .init(
          CaseWeight(
            caseType: "RA 053", minutes: Self.number(oracle, "inputs", "minutes")))
      ],
      judgeYear: JudgeYear(minutes: Self.number(oracle, "inputs", "judge_year_minutes")),
      rounding: .none)
    let cases = try CaseVolume(
      caseType: "RA 053", .known(Self.number(oracle, "inputs", "cases")))
    let need = try NeedModel(study, from: RandomStream(seed: 1)).need(of: [cases])
    let exact = try Self.number(oracle, "exact")
    #expect(abs(need.judges.value - exact) < 1e-12)
    #expect(need.judges.standardError == nil && need.simulated == nil)
  }

  @Test("PEBB§Y: the cases that one judge handles")
  func capacity() throws {
    let oracle = try Self.entry("PEBBSY-2")
    let inputs = oracle["inputs"]
    let study = try WeightStudy(
      [
        .init(
          CaseWeight(
            caseType: "traffic", minutes: Self.number(inputs, "traffic_accident_minutes"))),
        .init(
          CaseWeight(caseType: "criminal", minutes: Self.number(inputs, "criminal_case_minutes"))),
      ], judgeYear: JudgeYear(minutes: Self.number(inputs, "judge_year_minutes")))
    let exact = oracle["exact"]
    #expect(try study.casesPerJudge("traffic") == Self.number(exact, "traffic_per_judge"))
    #expect(try study.casesPerJudge("criminal") == Self.number(exact, "criminal_per_judge"))
  }

  @Test("Indiana: minutes times occurrences make the weight of an event")
  func indiana() throws {
    let oracle = try Self.entry("IN-1")
    let composition = try EventComposition([
      CaseEvent(
        name: "event", minutes: Self.number(oracle, "inputs", "mean_minutes"),
        occurrences: Self.number(oracle, "inputs", "occurrences_per_case"))
    ])
    #expect(try abs(composition.minutes - Self.number(oracle, "exact")) < 1e-12)
    #expect(composition.standardError == nil)
  }

  @Test("Wittrup: 20 cases of weight 10 and 150 of weight 1 are a load of 350")
  func wittrup() throws {
    let oracle = try Self.entry("WITTRUP-1")
    let inputs = oracle["inputs"]
    let load = try WeightedLoad(
      cases: [
        (
          "one", ["A": Self.number(inputs, "A_cases"), "B": Self.number(inputs, "B_cases")]
        ), ("two", ["B": 1050]),
      ],
      weights: ["A": Self.number(inputs, "weight_A"), "B": Self.number(inputs, "weight_B")],
      judges: 8)
    #expect(try load.courts[0].load == Self.number(oracle, "exact"))
    #expect(load.courts.map(\.judges) == [2, 6])
  }

  @Test("Minnesota: 291 judges of the 315 needed are 92.4 % of the need")
  func minnesota() throws {
    let study = try WeightStudy(
      [.init(CaseWeight(caseType: "all", minutes: 1))], judgeYear: JudgeYear(minutes: 1))
    let need = try NeedModel(study, from: RandomStream(seed: 1)).need(
      of: [CaseVolume(caseType: "all", .known(315))], judgesInPost: 291)
    #expect(need.missingPosts == 24)
    #expect(abs(try #require(need.resourced) - 0.924) < 0.0005)  // ballotpedia
    let oracle = try Self.entry("MN-1")
    let before = try Self.number(oracle, "inputs", "filings_2012")
    let after = try Self.number(oracle, "inputs", "filings_2016")
    #expect(try abs(100 * (after / before - 1) - Self.number(oracle, "exact")) < 1e-12)
  }

  @Test("Sichuan and the Supreme People's Court: cases a judge, published and exact")
  func casesPerJudge() throws {
    let sichuan = try Self.entry("SC-1")
    let rounding = IndicatorRounding(.halfUp, decimals: 2)
    for year in ["2014", "2018"] {
      let load = try #require(
        CourtIndicators.casesPerJudge(
          cases: Self.number(sichuan, "inputs", "accepted_\(year)_wan"),
          judges: Self.number(sichuan, "inputs", "judges_\(year)_wan")))
      #expect(try load == Self.number(sichuan, "exact", "per_judge_\(year)"))
      #expect(try rounding.rounded(load) == Self.number(sichuan, "published", "per_judge_\(year)"))
    }
    let court = try Self.entry("SPC-2021-11")
    for kind in ["accepted", "closed"] {
      let load = try #require(
        CourtIndicators.casesPerJudge(
          cases: Self.number(court, "inputs", "\(kind)_wan"),
          judges: Self.number(court, "inputs", "judges_wan")))
      #expect(try load == Self.number(court, "exact", "\(kind)_per_judge"))
      let published = try Self.number(court, "published", "\(kind)_per_judge")
      #expect(IndicatorRounding(.halfUp, decimals: 0).rounded(load) == published)
    }
    let half = try Self.entry("SPC-2018H1")
    let load = try #require(
      CourtIndicators.casesPerJudge(
        cases: Self.number(half, "inputs", "new_wan"),
        judges: Self.number(half, "inputs", "judges_wan")))
    #expect(
      try IndicatorRounding(.halfUp, decimals: 1).rounded(load) == Self.number(half, "published"))
  }

  @Test("every federal emergency of the list is one, with its reason")
  func emergencies() throws {
    let rule = JudicialEmergencyRule()
    let oracle = try Self.entry("USFED-EMERG")
    let cases = try #require(oracle["cases"]?.array)
    #expect(cases.count == 9)
    var reasons: [String: [JudicialEmergencyRule.Reason]] = [:]
    for item in cases {
      let name = try #require(item["court"]?.string)
      let isCircuit = item["af"] != nil
      var days = item["days"]?.number
      if days == nil {
        days = JudicialEmergencyRule.days(
          from: CivilDate(year: 2011, month: 12, day: 31),
          to: CivilDate(year: 2013, month: 10, day: 1))
      }
      // Montana: three judgeships, one active judge.
      let isAlone = name == "MT"
      reasons[name] = try rule.reasons(
        .init(
          isCircuit ? .circuit : .district,
          filings: #require((isCircuit ? item["af"] : item["wf"])?.number), daysVacant: days,
          authorizedJudgeships: isAlone ? 3 : nil, activeJudges: isAlone ? 1 : nil))
    }
    #expect(reasons["PR"] == [.longVacancy] && reasons["NV"] == [.longVacancy])
    #expect(reasons["TXS"] == [.longVacancy] && reasons["KS"] == [.longVacancy])
    #expect(reasons["NYW"] == [.filings] && reasons["TXE"] == [.filings])
    #expect(reasons["5th CCA"] == [.filings] && reasons["7th CCA"] == [.longVacancy])
    // 375 · 3 / 1 is above 800 an active judge too.
    #expect(reasons["MT"] == [.filingsPerActiveJudge, .onlyOneActiveJudge])
  }
}
