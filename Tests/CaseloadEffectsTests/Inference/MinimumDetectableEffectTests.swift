import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Minimum detectable effect") struct MinimumDetectableEffectTests {
  private struct Oracle: Decodable {
    struct Checks: Decodable { let analytic: Analytic }
    struct Analytic: Decodable { let cases: [Case] }
    struct Case: Decodable {
      let n_treated, n_control, n_pre, n_post: Int
      let sigma, rho, mde80, mde90: Double
    }
    let checks: Checks
  }

  @Test("diff-diff's analytic figures", .enabled(if: SharedData.isPresent, "needs shared data"))
  func oracle() throws {
    let oracle = try SharedData.json("causal/mde.oracle.json", as: Oracle.self)
    for own in oracle.checks.analytic.cases {
      var study = MinimumDetectableEffect(
        treatedUnits: own.n_treated, comparisonUnits: own.n_control, periodsBefore: own.n_pre,
        periodsAfter: own.n_post, standardDeviation: own.sigma, autocorrelation: own.rho)
      #expect(try #require(study.value).isClose(to: own.mde80, relative: 1e-12))
      study.power = 0.9
      #expect(try #require(study.value).isClose(to: own.mde90, relative: 1e-12))
    }
  }

  // diff-diff 3.13 for Florida's counties: 50 controls, 5 periods before and 2 after.
  @Test("one, two and ten courts of Florida", arguments: [(1, 0.172), (2, 0.123), (10, 0.059)])
  func florida(_ treated: Int, _ expected: Double) throws {
    let study = MinimumDetectableEffect(
      treatedUnits: treated, comparisonUnits: 50, periodsBefore: 5, periodsAfter: 2,
      standardDeviation: 0.087, autocorrelation: 0.3)
    #expect(try #require(study.value).isClose(to: expected, absolute: 5e-4))
  }

  @Test("an autoregression without correlation is independence, and one period is one period")
  func autoregression() throws {
    func value(_ rho: Double, _ kind: MinimumDetectableEffect.Correlation, _ n: Int) throws
      -> Double
    {
      try #require(
        MinimumDetectableEffect(
          treatedUnits: 3, comparisonUnits: 9, periodsBefore: n, periodsAfter: n,
          standardDeviation: 1, autocorrelation: rho, correlation: kind
        ).value)
    }
    #expect(try value(0, .autoregressive, 8).isClose(to: value(0, .equal, 8), relative: 1e-12))
    // Two periods: the distance is 1 either way.
    #expect(try value(0.6, .autoregressive, 1).isClose(to: value(0.6, .equal, 1), relative: 1e-12))
    #expect(try value(0.6, .autoregressive, 24) > value(0.6, .equal, 24))
  }

  @Test("σ and ρ of untreated cells are found again")
  func noise() throws {
    let grid = try PlaceboPanel.grid(
      units: 40, treated: 8, periods: 80, rho: 0.5, effect: 40, stream: RandomStream(seed: 6))
    let noise = try #require(UntreatedNoise(grid))
    // Standard deviation of an AR(1) of unit innovations, less what 80-period means take out.
    #expect(noise.standardDeviation.isClose(to: (4.0 / 3).squareRoot(), relative: 0.03))
    #expect(noise.autocorrelation.isClose(to: 0.5, absolute: 0.04))
    let own = try #require(MinimumDetectableEffect(grid))
    #expect(own.treatedUnits == 8 && own.periodsBefore == 40 && own.periodsAfter == 40)
  }

  @Test("a study without a comparison or periods has none")
  func none() {
    let study = MinimumDetectableEffect(
      treatedUnits: 2, comparisonUnits: 0, periodsBefore: 5, periodsAfter: 5, standardDeviation: 1)
    #expect(study.value == nil)
  }
}
