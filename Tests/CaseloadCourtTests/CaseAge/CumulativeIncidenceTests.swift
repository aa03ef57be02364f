import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite("Cumulative incidence") struct CumulativeIncidenceTests {
  @Test(
    "shares and jackknife errors as R's survfit has them", arguments: ["incidence", "untruncated"])
  func survfit(name: String) throws {
    let values = try CaseAgeOracle.values()
    let sample = try CaseAgeOracle.sample(values, isTruncated: name == "incidence")
    let result = CumulativeIncidence(sample, variance: .jackknife)
    let reference = values[name]
    let times = CaseAgeOracle.numbers(reference?["time"]).compactMap { $0 }
    let states = try #require(reference?["states"]?.array).map {
      CaseAgeOracle.numbers($0).compactMap { $0 }
    }
    let errors = try #require(reference?["jackknife"]?.array).map {
      CaseAgeOracle.numbers($0).compactMap { $0 }
    }
    #expect(result.rows.map(\.time) == times)
    for (row, (state, error)) in zip(result.rows, zip(states, errors)) {
      #expect(([row.open] + row.incidence).isClose(to: state, relative: 1e-12, absolute: 1e-13))
      let own = [row.openStandardError] + row.standardErrors
      #expect(own.isClose(to: error, relative: 1e-9, absolute: 1e-12))
    }
  }

  @Test("shares and Greenwood errors as prodlim has them, without late entries")
  func prodlim() throws {
    let values = try CaseAgeOracle.values()
    let sample = try CaseAgeOracle.sample(values, isTruncated: false)
    let result = CumulativeIncidence(sample)
    let reference = values["untruncated"]
    #expect(
      result.rows.map(\.time) == CaseAgeOracle.numbers(reference?["prodlimTime"]).compactMap { $0 })
    for (k, cause) in ["1", "2", "3"].enumerated() {
      let shares = CaseAgeOracle.numbers(reference?["prodlim"]?[cause])
      let errors = CaseAgeOracle.numbers(reference?["prodlimErrors"]?[cause])
      #expect(shares.count == result.rows.count && errors.count == result.rows.count)
      for (row, (share, error)) in zip(result.rows, zip(shares, errors)) {
        #expect(Optional(row.incidence[k]).agrees(share))
        #expect(Optional(row.standardErrors[k]).agrees(error))
      }
    }
  }

  @Test("what is open and what closed in each way add up to one")
  func addsUp() throws {
    let sample = try CaseAgeOracle.sample(CaseAgeOracle.values(), isTruncated: true)
    for row in CumulativeIncidence(sample).rows {
      #expect((row.open + row.incidence.reduce(0, +)).isClose(to: 1, absolute: 1e-12))
    }
  }

  @Test("with one outcome, the share is one minus Kaplan–Meier, with Greenwood's errors")
  func oneOutcome() throws {
    let sample = try SurvivalSample(
      times: CaseAgeOracle.smallTimes, causes: CaseAgeOracle.smallEvents)
    let curve = try KaplanMeier(sample)
    for (row, single) in zip(CumulativeIncidence(sample).rows, curve.rows) {
      #expect(row.incidence[0].isClose(to: 1 - single.survival, relative: 1e-13))
      #expect(Optional(row.standardErrors[0]).agrees(single.standardError))
      #expect(Optional(row.openStandardError).agrees(single.standardError))
    }
  }

  @Test("without censoring the errors are binomial, by either method")
  func complete() throws {
    let sample = try SurvivalSample(
      times: [1, 2, 3, 4, 5, 6, 7, 8], causes: [1, 2, 1, 1, 2, 1, 2, 1], outcomes: ["a", "b"])
    for variance in CumulativeIncidence.Variance.allCases {
      for row in CumulativeIncidence(sample, variance: variance).rows {
        for k in 0..<2 {
          let share = row.incidence[k]
          let expected = (share * (1 - share) / 8).squareRoot()
          #expect(row.standardErrors[k].isClose(to: expected, relative: 1e-10, absolute: 1e-12))
        }
      }
    }
  }
}

@Suite("Log-rank test") struct LogRankTestTests {
  private func check(_ test: LogRankTest, _ reference: JSON?) {
    for name in ["statistic", "pValue"] {
      let own = name == "statistic" ? test.statistic : test.pValue
      #expect(Optional(own).agrees(reference?[name]?.number), "\(name)")
    }
    #expect(Double(test.degreesOfFreedom) == reference?["degreesOfFreedom"]?.number)
    guard let observed = reference?["observed"] else { return }
    for (group, value) in zip(test.groups, CaseAgeOracle.numbers(observed)) {
      #expect(Optional(group.observed).agrees(value))
    }
    for (group, value) in zip(test.groups, CaseAgeOracle.numbers(reference?["expected"])) {
      #expect(Optional(group.expected).agrees(value))
    }
  }

  @Test("plain, stratified, weighted, of one outcome and with late entries, as R has them")
  func survdiff() throws {
    let values = try CaseAgeOracle.values()
    let sample = try CaseAgeOracle.sample(values, isTruncated: false)
    let groups = CaseAgeOracle.texts(values["data"]?["group"])
    let strata = CaseAgeOracle.texts(values["data"]?["stratum"])
    let reference = values["logRank"]
    check(try LogRankTest(sample, groups: groups), reference?["plain"])
    check(try LogRankTest(sample, groups: groups, strata: strata), reference?["stratified"])
    check(try LogRankTest(sample, groups: strata, rho: 1), reference?["wilcoxon"])
    check(try LogRankTest(sample, groups: strata, outcome: "mediation"), reference?["one"])
    let late = try CaseAgeOracle.sample(values, isTruncated: true)
    check(try LogRankTest(late, groups: groups), reference?["truncated"])
  }

  @Test("one group, and an outcome that is not there, are refused")
  func refusals() throws {
    let sample = try SurvivalSample(times: [1, 2, 3], causes: [1, 1, 0])
    #expect(throws: Diagnostic.self) { try LogRankTest(sample, groups: ["a", "a", "a"]) }
    #expect(throws: Diagnostic.self) {
      try LogRankTest(sample, groups: ["a", "b", "a"], outcome: "mediation")
    }
    #expect(throws: Diagnostic.self) { try LogRankTest(sample, groups: ["a"]) }
  }
}
