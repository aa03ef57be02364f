import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Trends before the start") struct PreTrendTests {
  private struct Oracle: Decodable {
    struct Checks: Decodable {
      let pretrends_power: Power
      let honestdid_py_SD_FLCI: Coefficients
    }
    struct Power: Decodable { let slope50, slope80: Double }
    struct Coefficients: Decodable {
      let sigma: [[Double]]
      let numPre: Int
    }
    let checks: Checks
  }

  // R pretrends 0.1.0 solves by uniroot with its default tolerance, 1.2e-4 absolute. The same equation
  // by mvtnorm (abseps 1e-7) and uniroot (tol 1e-8): .002891164 and .004479837.
  @Test(
    "pretrends' slopes of the Medicaid event study",
    .enabled(if: SharedData.isPresent, "needs shared data"))
  func medicaid() throws {
    let oracle = try SharedData.json("causal/ehec_medicaid.oracle.json", as: Oracle.self).checks
    let n = oracle.honestdid_py_SD_FLCI.numPre
    let sigma = oracle.honestdid_py_SD_FLCI.sigma
    let covariance = Matrix(rows: (0..<n).map { Array(sigma[$0][..<n]) })
    let study = try #require(
      PreTrendPower(covariance: covariance, times: [-5, -4, -3, -2, -1], points: 8_192))
    let slope50 = try #require(study.slope(power: 0.5))
    let slope80 = try #require(study.slope(power: 0.8))
    #expect(slope50.isClose(to: oracle.pretrends_power.slope50, absolute: 1.2207e-4))
    #expect(slope80.isClose(to: oracle.pretrends_power.slope80, absolute: 1.2207e-4))
    #expect(slope50.isClose(to: 0.002891163959, relative: 2e-4))
    #expect(slope80.isClose(to: 0.004479836994, relative: 2e-4))
    // The few points of a check suffice.
    let few = try #require(PreTrendPower(covariance: covariance, times: [-5, -4, -3, -2, -1]))
    #expect(try #require(few.slope(power: 0.5)).isClose(to: slope50, relative: 1e-2))
  }

  @Test("independent coefficients have the power of a product")
  func independent() throws {
    let covariance = Matrix(rows: [[4, 0], [0, 1]])
    let study = try #require(PreTrendPower(covariance: covariance, times: [-2, -1], points: 4_096))
    func pass(_ mean: Double, _ deviation: Double) -> Double {
      let z = Normal.standard.upperQuantile(0.025)
      return Normal.standard.cumulative(z - mean / deviation)
        - Normal.standard.cumulative(-z - mean / deviation)
    }
    for slope in [0, 0.7, 1.6] {
      let expected = 1 - pass(-2 * slope, 2) * pass(-slope, 1)
      #expect(study.power(slope: slope).isClose(to: expected, absolute: 1e-9))
    }
    // Estimates unrelated to the test keep the bias they had.
    #expect(study.bias(slope: 0.7, time: 3, covariances: [0, 0]).isClose(to: 2.1, absolute: 1e-12))
    // One related to it: μ of a truncated normal; the lattice errs by about 1 / points.
    let z = Normal.standard.upperQuantile(0.025)
    let (a, b) = (-z + 0.7, z + 0.7)
    let inside =
      -0.7 + (Normal.standard.density(a) - Normal.standard.density(b))
      / (Normal.standard.cumulative(b) - Normal.standard.cumulative(a))
    #expect(
      study.bias(slope: 0.7, time: 3, covariances: [0, 0.5]).isClose(
        to: 2.1 + 0.5 * (inside + 0.7), absolute: 5e-4))
  }

  @Test("a drift of the treated is noticed, parallel units pass", arguments: [2, 8])
  func drift(_ treated: Int) throws {
    let parallel = try CheckPanel.required(
      PreTrendCheck.self,
      CheckPanel.study(
        treated: treated, stream: RandomStream(seed: 32),
        shape: { $0 < treated && $1 >= 36 ? -20 : 0 }))
    #expect(parallel.verdict == .supported)
    #expect(try #require(parallel["pValue"]) > 0.05)
    #expect(try #require(parallel["slope50"]) > 0)
    let drifting = try CheckPanel.required(
      PreTrendCheck.self,
      CheckPanel.study(treated: treated, shape: { $0 < treated ? 0.5 * Double($1) : 0 }))
    #expect(drifting.verdict == .violated)
    // The least-squares slope of the gap.
    #expect(try #require(drifting["slope"]).isClose(to: 0.5, absolute: 0.1))
  }

  @Test("a test that would miss a drift as large as the effect is no support")
  func weak() throws {
    let check = try CheckPanel.required(
      PreTrendCheck.self,
      CheckPanel.study(treated: 1, periods: 12, at: 6, shape: { $0 < 1 && $1 >= 6 ? -2 : 0 }))
    #expect(check.verdict == .doubtful)
    #expect(check.finding.en.contains("missed half the time"))
    #expect(check.finding.zh.contains("一半可能不被发现"))
  }

  @Test("parallel units diverge in about one of twenty studies", arguments: [1, 6])
  func size(_ treated: Int) throws {
    var rejected = 0
    for k in 0..<300 {
      let study = try CheckPanel.study(
        treated: treated, periods: 20, at: 14, stream: RandomStream(seed: 400).substream(UInt64(k)))
      let contrast = try #require(
        UnitContrast(StudyGrid(study), count: 1, weights: { PreTrendCheck.slopeWeights($0) }))
      if try #require(contrast.pValue()) < 0.05 { rejected += 1 }
    }
    // 300 studies: within three standard errors of 5 %.
    #expect((4...27).contains(rejected))
  }
}
