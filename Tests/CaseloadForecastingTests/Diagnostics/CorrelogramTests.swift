import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Correlograms and portmanteau tests") struct CorrelogramTests {
  @Test("R's acf and pacf with missing values")
  func missingValues() throws {
    let correlogram = try Correlogram(EvaluationOracle.numbers("gappy"), lags: 24)
    #expect(
      correlogram.autocorrelations.isClose(
        to: EvaluationOracle.numbers("gappyAutocorrelations"), absolute: 1e-12))
    #expect(
      correlogram.partialAutocorrelations.isClose(
        to: EvaluationOracle.numbers("gappyPartialAutocorrelations"), absolute: 1e-11))
    #expect(correlogram.observationCount == 138)
  }

  @Test("R's Box.test with missing values and fitted parameters")
  func portmanteau() throws {
    let series = EvaluationOracle.numbers("gappy")
    for (name, test) in [
      ("Ljung-Box", try LjungBox.test(series, lags: 12, fittedParameters: 2)),
      ("Box-Pierce", try LjungBox.boxPierce(series, lags: 12, fittedParameters: 2)),
    ] {
      let expected = EvaluationOracle.numbers(name)
      #expect(test.statistic.isClose(to: expected[0], relative: 1e-11))
      // R takes 1 less the lower tail, which loses digits below 1e-16.
      #expect(try #require(test.pValue).isClose(to: expected[1], relative: 1e-9, absolute: 1e-15))
    }
  }

  @Test("the autocorrelations and bands agree with their definitions")
  func agreesWithItsDefinition() throws {
    let y = TestSeries.monthly.values
    let correlogram = try Correlogram(y, lags: 8, level: 0.9)
    let n = Double(y.count)
    let mean = y.reduce(0, +) / n
    let c0 = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let z = Normal.standard.quantile(0.95)
    var squares = 0.0
    for k in 1...8 {
      let r = (k..<y.count).reduce(0) { $0 + (y[$1] - mean) * (y[$1 - k] - mean) } / c0
      #expect(correlogram.autocorrelations[k - 1].isClose(to: r, absolute: 1e-13))
      let bartlett = z * ((1 + 2 * squares) / n).squareRoot()
      #expect(correlogram.movingAverageBands[k - 1].isClose(to: bartlett, relative: 1e-12))
      squares += r * r
    }
    #expect(correlogram.band.isClose(to: z / n.squareRoot(), relative: 1e-14))
  }

  @Test("a partial autocorrelation is the last coefficient of the Yule–Walker equations")
  func partialsSolveYuleWalker() throws {
    let correlogram = try Correlogram(TestSeries.monthly.values, lags: 5)
    let r = [1] + correlogram.autocorrelations
    for k in 1...5 {
      var system = Matrix(rowCount: k, columnCount: k)
      for i in 0..<k { for j in 0..<k { system[i, j] = r[abs(i - j)] } }
      let solution = try Cholesky(system).solve(Array(r[1...k]))
      #expect(
        correlogram.partialAutocorrelations[k - 1].isClose(to: solution[k - 1], absolute: 1e-12))
    }
  }

  @Test("a constant series has no correlogram, and the scale of another does not matter")
  func edges() throws {
    #expect(throws: Diagnostic.self) { try Correlogram([2, 2, 2, 2], lags: 2) }
    #expect(throws: Diagnostic.self) { try Correlogram([1, 2, 3], lags: 0) }
    let own = try Correlogram(TestSeries.monthly.values, lags: 6).autocorrelations
    for unit in [1e-170, 1e170] {
      let scaled = TestSeries.monthly.values.map { unit * $0 }
      #expect(try Correlogram(scaled, lags: 6).autocorrelations.isClose(to: own, absolute: 1e-12))
    }
  }

  @Test(
    "the shared acf, pacf, Ljung–Box and Box–Pierce are the same",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"), arguments: RBaseline.all)
  func shared(baseline: RBaseline) throws {
    let tests = try SharedData.json("forecast/oracles/r_tests.json")
    let entry = try #require(tests[baseline.name])
    func numbers(_ name: String) -> [Double] {
      (entry[name]?.array ?? []).map { $0.number ?? .nan }
    }
    let y = baseline.series.values
    let acf = numbers("acf").dropFirst()
    // R's forecast::Acf and Pacf take the longest stretch without a gap.
    let stretch = try #require(y.split(whereSeparator: \.isNaN).max { $0.count < $1.count })
    let correlogram = try Correlogram(
      Array(stretch), lags: max(acf.count, numbers("pacf").count))
    #expect(correlogram.autocorrelations.prefix(acf.count).isClose(to: acf, absolute: 1e-11))
    let pacf = numbers("pacf")
    #expect(
      correlogram.partialAutocorrelations.prefix(pacf.count).isClose(to: pacf, absolute: 1e-10))
    for (name, test) in [
      ("lb_raw10", try LjungBox.test(y, lags: 10)),
      ("bp_raw10", try LjungBox.boxPierce(y, lags: 10)),
    ] {
      let statistic = try #require(entry[name]?["statistic"]?.number)
      #expect(test.statistic.isClose(to: statistic, relative: 1e-11))
      let p = try #require(entry[name]?["p"]?.number)
      // R takes 1 less the lower tail, which loses digits below 1e-16.
      #expect(try #require(test.pValue).isClose(to: p, relative: 1e-8, absolute: 1e-15))
    }
  }

  @Test(
    "the shared test of auto.arima's residuals is the same",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"), arguments: RBaseline.all)
  func sharedResiduals(baseline: RBaseline) throws {
    let tests = try SharedData.json("forecast/oracles/r_tests.json")
    let fits = try SharedData.json("forecast/oracles/r_autoarima.json")
    guard let expected = tests[baseline.name]?["ljung_box_autoarima"],
      let statistic = expected["statistic"]?.number,
      let residuals = fits[baseline.name]?["residuals"]?.array
    else { return }
    let test = try LjungBox.test(
      residuals.map { $0.number ?? .nan }, lags: Int(try #require(expected["lag"]?.number)),
      fittedParameters: Int(try #require(expected["fitdf"]?.number)))
    #expect(test.statistic.isClose(to: statistic, relative: 1e-9))
    let p = try #require(expected["p"]?.number)
    #expect(try #require(test.pValue).isClose(to: p, relative: 1e-7, absolute: 1e-12))
  }
}
