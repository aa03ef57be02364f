import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Diagnostics of instruments") struct InstrumentDiagnosticsTests {
  @Test("the diagnostics of AER's summary", arguments: InstrumentOracle.names)
  func summary(_ name: String) throws {
    let oracle = try InstrumentOracle(name)
    let (values, fit) = (oracle.values, try InstrumentalVariables().fitted(oracle.design))
    let weak = values.matrix("weakInstruments")
    let robust = values["firstStageHC1"]?.number.map { [$0] } ?? values.numbers("firstStageHC1")
    for j in 0..<fit.endogenousNames.count {
      let test = try fit.firstStageTest(j)
      #expect(test.degreesOfFreedom?.numerator == weak[j, 0])
      #expect(test.degreesOfFreedom?.denominator == weak[j, 1])
      #expect(test.statistic.isClose(to: weak[j, 2], relative: 1e-10))
      #expect(test.pValue?.isClose(to: weak[j, 3], relative: 1e-9) == true)
      let hc1 = try fit.firstStageTest(j, .heteroskedastic(.hc1))
      #expect(hc1.statistic.isClose(to: robust[j], relative: 1e-10))
    }
    let wu = try fit.wuHausmanTest()
    let expected = values.numbers("wuHausman")
    #expect(wu.degreesOfFreedom?.numerator == expected[0])
    #expect(wu.degreesOfFreedom?.denominator == expected[1])
    #expect(wu.statistic.isClose(to: expected[2], relative: 1e-10))
    #expect(wu.pValue?.isClose(to: expected[3], relative: 1e-9) == true)
    let hc1 = try fit.wuHausmanTest(.heteroskedastic(.hc1))
    #expect(hc1.statistic.isClose(to: values.value("wuHausmanHC1"), relative: 1e-10))
    let sargan = try fit.sarganTest()
    #expect(sargan.degreesOfFreedom?.numerator == values.numbers("sargan")[0])
    #expect(sargan.statistic.isClose(to: values.numbers("sargan")[2], relative: 1e-10))
  }

  @Test(
    "rank statistics and the effective F agree with their definition",
    arguments: InstrumentOracle.names)
  func strength(_ name: String) throws {
    let oracle = try InstrumentOracle(name)
    let (d, fit) = (oracle.definitions, try InstrumentalVariables().fitted(oracle.design))
    let clustered = CovarianceKind.clustered(by: [oracle.clusters], .cr1)
    // The definition multiplies matrix roots and inverts them.
    #expect(try fit.craggDonald().statistic.isClose(to: d.value("craggDonald"), relative: 1e-10))
    #expect(
      try fit.kleibergenPaap().statistic.isClose(to: d.value("kleibergenPaap"), relative: 1e-10))
    #expect(
      try fit.kleibergenPaap(clustered).statistic.isClose(
        to: d.value("kleibergenPaapClustered"), relative: 1e-10))
    #expect(
      try fit.underidentificationTest().pValue?.isClose(
        to: d.value("underidentification"), relative: 1e-8) == true)
    guard fit.endogenousNames.count == 1 else {
      #expect(throws: Diagnostic.self) { try fit.effectiveF() }
      return
    }
    for (kind, key) in [
      (CovarianceKind.heteroskedastic(.hc1), "effective"), (clustered, "effectiveClustered"),
    ] {
      let (test, expected) = (try fit.effectiveF(kind), d[key] ?? .null)
      #expect(test.statistic.isClose(to: expected.value("f"), relative: 1e-10))
      #expect(
        test.degreesOfFreedom?.numerator.isClose(to: expected.value("k"), relative: 1e-10) == true)
      // R's pchisq(ncp =) stops at 1e-12 absolute.
      #expect(
        test.pValue?.isClose(to: expected.value("p"), relative: 1e-7, absolute: 1e-11) == true)
    }
  }

  @Test("the noncentral χ² distribution is that of R")
  func noncentral() {
    // qchisq(0.95, 1, ncp = 10), pchisq(8, 2.5, ncp = 4, lower = FALSE); R's quantile is good to 1e-11.
    let one = NoncentralChiSquared(degreesOfFreedom: 1, noncentrality: 10)
    #expect(one.upperQuantile(0.05).isClose(to: 23.10851121160648, relative: 1e-10))
    let two = NoncentralChiSquared(degreesOfFreedom: 2.5, noncentrality: 4)
    #expect(two.upper(8).isClose(to: 0.3066905245020918, relative: 1e-11))
    #expect(two.upper(0) == 1)
  }

  @Test("Anderson and Rubin's test is an F test by lm", arguments: InstrumentOracle.names)
  func andersonRubin(_ name: String) throws {
    let oracle = try InstrumentOracle(name)
    let fit = try InstrumentalVariables().fitted(oracle.design)
    let expected = oracle.values["andersonRubin"] ?? .null
    let values = expected["values"]?.number.map { [$0] } ?? expected.numbers("values")
    for (kind, key) in [
      (CovarianceKind.classical, "classical"), (.heteroskedastic(.hc1), "hc1"),
    ] {
      let test = try fit.andersonRubinTest(values, kind)
      #expect(test.statistic.isClose(to: expected.numbers(key)[0], relative: 1e-10))
      #expect(test.pValue?.isClose(to: expected.numbers(key)[1], relative: 1e-9) == true)
    }
    guard values.count == 1 else { return }
    for (kind, key) in [
      (CovarianceKind.classical, "ends"), (.heteroskedastic(.hc1), "endsHC1"),
    ] {
      let set = try fit.andersonRubinSet(kind)
      let ends = set.pieces.flatMap { [$0.lower, $0.upper].compactMap { $0 } }
      // uniroot on a difference of the statistic: good to about 1e-11.
      #expect(ends.isClose(to: expected.numbers(key), relative: 1e-9), "\(key)")
    }
  }

  @Test(
    "the set holds the values that the test does not reject, whatever its shape", arguments: 1...24)
  func setIsInvertedTest(_ seed: Int) throws {
    // Instruments from none to strong, and from valid to contradictory.
    var stream = RandomStream(seed: UInt64(seed))
    let n = 40
    let strength = 0.1 * Double(seed % 4) * Double(seed % 4)
    let violation = seed > 12 ? 0.5 : 0
    var columns: [[Double]] = [[], [], [], []]
    for _ in 0..<n {
      let (z1, z2, v) = (stream.normal(), stream.normal(), stream.normal())
      let x = strength * (z1 + z2) + v
      columns[0].append(x + violation * (z1 - z2) + 0.7 * v + stream.normal() * (1 + abs(z1)))
      for (k, value) in [x, z1, z2].enumerated() { columns[k + 1].append(value) }
    }
    let table = Table(
      source: "t",
      columns: zip(["y", "x", "z1", "z2"], columns).map { .init(name: $0, cells: .number($1)) })
    let fit = try InstrumentalVariables().fitted(
      DesignMatrix(Formula("y ~ 1 | x ~ z1 + z2"), table))
    for kind in [CovarianceKind.classical, .heteroskedastic(.hc3)] {
      let set = try fit.andersonRubinSet(level: 0.9, kind)
      for k in -60...60 {
        let angle = Double(k) * Double.pi / 122
        let value = fit.coefficients[1] + 3 * sin(angle) / cos(angle)
        let p = try fit.andersonRubinTest([value], kind).pValue ?? .nan
        guard abs(p - 0.1) > 1e-6 else { continue }
        #expect(set.contains(value) == (p > 0.1), "\(kind) \(value)")
      }
      for piece in set.pieces {
        for end in [piece.lower, piece.upper].compactMap({ $0 }) {
          let p = try fit.andersonRubinTest([end], kind).pValue ?? .nan
          #expect(p.isClose(to: 0.1, relative: 1e-6), "\(kind) \(end)")
        }
      }
      if kind == .classical {
        let curve = try fit.andersonRubinCurve(level: 0.9, .classical)
        let (exact, traced) = (try curve.quadraticPieces(), try curve.pieces())
        #expect(exact.count == traced.count)
        for (a, b) in zip(exact, traced) {
          #expect(a.0.isClose(to: b.0, relative: 1e-9, absolute: 1e-9))
          #expect(a.1.isClose(to: b.1, relative: 1e-9, absolute: 1e-9))
        }
      }
    }
  }

  @Test("sets of every shape occur, and say what they are")
  func shapes() throws {
    func pieces(_ a: Double, _ b: Double, _ c: Double) throws -> [(Double, Double)] {
      // The statistic (c − 2bt + at²)/(1 + t²) + 1 against 1.
      try AndersonRubinCurve(
        intercept: [1], slope: [0], first: Matrix(rows: [[1 - c]]), second: Matrix(rows: [[-a]]),
        cross: Matrix(rows: [[-2 * b]]), critical: 1
      ).quadraticPieces()
    }
    #expect(try pieces(1, 0, 1).isEmpty)
    #expect(try pieces(-1, 0, -1).map(\.0) == [-.infinity])
    #expect(try pieces(1, 0, -4).first?.0 == -2)
    #expect(try pieces(-1, 0, 4).map(\.1) == [-2, .infinity])
    #expect(try pieces(0, 1, 4).first?.0 == 2)
    let set = ConfidenceSet(
      level: 0.95, pieces: [.init(lower: nil, upper: -1), .init(lower: 2, upper: nil)])
    #expect(set.summary.en == "(−∞, −1.0000] ∪ [2.0000, ∞)")
    #expect(!set.isBounded && !set.isWholeLine && set.contains(-7) && !set.contains(0))
    #expect(ConfidenceSet(level: 0.95, pieces: []).isEmpty)
    #expect(ConfidenceSet(level: 0.95, pieces: [.init(lower: nil, upper: nil)]).isWholeLine)
  }

  @Test("tests that the model cannot answer say so")
  func refusals() throws {
    let table = InstrumentalVariablesTests.table(30, seed: 12)
    let exact = try InstrumentalVariables().fitted(
      InstrumentalVariablesTests.design("y ~ w | x ~ z", table))
    #expect(throws: Diagnostic.self) { try exact.sarganTest() }
    #expect(throws: Diagnostic.self) { try exact.hansenTest() }
    #expect(throws: Diagnostic.self) { try exact.andersonRubinSet(level: 1) }
    #expect(throws: Diagnostic.self) { try exact.andersonRubinSet(.neweyWest(lags: nil)) }
    #expect(throws: Diagnostic.self) { try exact.effectiveF(bias: 0) }
    let two = try InstrumentalVariables(estimator: .gmm).fitted(
      InstrumentalVariablesTests.design("y ~ 1 | x + w ~ z + q + k", table))
    #expect(throws: Diagnostic.self) { try two.sarganTest() }
    #expect(throws: Diagnostic.self) { try two.andersonRubinSet() }
  }

  @Test("with one endogenous regressor Kleibergen and Paap's statistic is the first-stage F")
  func oneEndogenous() throws {
    let fit = try InstrumentalVariables().fitted(
      InstrumentalVariablesTests.design(
        "y ~ w | x ~ z + q", InstrumentalVariablesTests.table(50, seed: 13)))
    for kind in [
      CovarianceKind.classical, .heteroskedastic(.hc3), .neweyWest(lags: nil), .andrews(),
    ] {
      let (own, other) = (try fit.kleibergenPaap(kind), try fit.firstStageTest(0, kind))
      #expect(own.statistic.isClose(to: other.statistic, relative: 1e-10))
    }
  }

  @Test("robust first-stage F tests are those of a regression written out")
  func firstStageIsARegression() throws {
    let table = InstrumentalVariablesTests.table(50, seed: 14)
    let fit = try InstrumentalVariables().fitted(
      InstrumentalVariablesTests.design("y ~ w | x ~ z + q", table))
    let first = try LinearModel().fitted(InstrumentalVariablesTests.design("x ~ w + z + q", table))
    for kind in [
      CovarianceKind.heteroskedastic(.hc2), .neweyWest(lags: nil), .neweyWest(lags: 3),
      .andrews(), .neweyWest(lags: nil, prewhitened: true), .jackknife(by: nil),
    ] {
      let expected = try WaldTest.test(
        restrictions: Matrix(rows: [[0, 0, 1, 0], [0, 0, 0, 1]]), coefficients: first.coefficients,
        covariance: try first.covariance(kind),
        denominatorDegreesOfFreedom: first.residualDegreesOfFreedom)
      let test = try fit.firstStageTest(0, kind)
      #expect(test.statistic.isClose(to: expected.statistic, relative: 1e-9), "\(kind)")
      #expect(test.degreesOfFreedom == expected.degreesOfFreedom)
    }
  }
}
