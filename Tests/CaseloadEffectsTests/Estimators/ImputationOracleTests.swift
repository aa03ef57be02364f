import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

extension Imputation {
  init(
    _ averaging: ImputationAveraging, family: Family = .gaussian, unitTrends: Bool = false,
    leaveOneOut: Bool = false, preTrendPeriods: Int = 0,
    scale: EffectEstimate.Scale = .level
  ) {
    self.init()
    self.averaging = averaging
    self.family = family
    self.unitTrends = unitTrends
    self.leaveOneOut = leaveOneOut
    self.preTrendPeriods = preTrendPeriods
    self.scale = scale
  }
}

@Suite(
  "Imputation against R didimputation",
  .enabled(if: SharedData.isPresent, "the shared reference data are not here"))
struct ImputationOracleTests {
  private func compare(
    _ study: Study, _ name: String, _ options: Imputation, testsLeads: Bool = false,
    lone: Int? = nil
  ) throws {
    let oracle: JSON = try SharedData.json("causal/\(name).oracle.json")
    let check = try #require(oracle["checks"]?["bjs_imputation"])
    let expected = try #require(check["static"]?.array?.first)
    let result = try options.estimate(study)
    let grid = try PreparedStudy(study, scale: .level).grid
    let average = try options.average(grid)
    let value = try #require(expected["estimate"]?.number)
    let error = try #require(expected["se"]?.number)
    // R stops its projections at 1e-6, which leaves up to 2e-7 of an estimate.
    #expect(average.value.isClose(to: value, relative: 2e-7), "\(average.value) \(value)")
    let own = try #require(average.standardError)
    #expect(own.isClose(to: error, relative: 1e-8), "\(own) \(error)")
    for row in check["event"]?.array ?? [] {
      let k = try #require(row["term"]?.string.flatMap { Int($0) })
      guard k >= 0 || testsLeads else { continue }
      let point = try #require(result.path.first { $0.eventTime == k })
      let effect = try #require(point.effect)
      let reference = try #require(row["estimate"]?.number)
      #expect(effect.isClose(to: reference, relative: 2e-7), "\(k): \(effect) \(reference)")
      // Where one cluster is left R gives an error of the untreated alone; none is defined.
      guard let own = point.standardError else {
        #expect(k == lone)
        continue
      }
      let referenceError = try #require(row["se"]?.number)
      #expect(own.isClose(to: referenceError, relative: 1e-7), "\(k): \(own) \(referenceError)")
    }
  }

  @Test("county employment and the minimum wage")
  func mpdta() throws {
    try compare(LongPanel.mpdta(), "mpdta", Imputation(.auto))
    let grid = try PreparedStudy(LongPanel.mpdta(), scale: .level).grid
    let average = try Imputation().average(grid)
    // diff-diff 3.13.0, an exact solution.
    #expect(average.value.isClose(to: -0.04770991827781727, relative: 1e-10))
    #expect(try #require(average.standardError).isClose(to: 0.013222488650016436, relative: 1e-9))
  }

  @Test("homicide and castle doctrine laws, averaged as R does")
  func castle() throws {
    try compare(LongPanel.castle(), "castle", Imputation(.cohortPeriod), lone: 5)
  }

  @Test("effects that grow with time")
  func heterogeneous() throws {
    let data = try SharedData.columns("causal/df_het.csv")
    let study = try LongPanel.study(
      unit: data["unit", default: []], year: data["year", default: []],
      outcome: data["dep_var", default: []], start: data["g", default: []])
    try compare(study, "df_het", Imputation(.auto, preTrendPeriods: 5), testsLeads: true)
  }
}
