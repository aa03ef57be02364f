import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Growth") struct GrowthTests {
  private let stream = RandomStream(seed: 20_260_101)

  @Test("2877 to 12789 over six years is the audit's compound rate")
  func compoundRate() throws {
    let series = TimeSeries(
      start: .year(2013), values: [2877, .nan, .nan, .nan, .nan, .nan, 12789])
    let compound = try #require(Growth(of: series, from: stream).compound)
    #expect(compound.rate.isClose(to: 0.28227976097428953, relative: 1e-14))  // cagr_6 of the audit
    #expect(compound.years == 6)
    #expect(compound.from == .year(2013) && compound.to == .year(2019))
    #expect(compound.total.isClose(to: 3.445255474452555, relative: 1e-14))  // total_growth
  }

  @Test("the audit's expected rates are reproduced", .enabled(if: SharedData.isPresent))
  func auditOracle() throws {
    let oracle = try SharedData.json("court/oracles/figure_audit_expected.json", as: JSON.self)
    for years in [6, 7, 9] {
      let rate = Growth.compoundRate(first: 2877, last: 12789, years: Double(years))
      #expect(rate.isClose(to: oracle.value("cagr_\(years)"), relative: 1e-13))
    }
    let repaired = Growth.compoundRate(first: 2877, last: 7789, years: 6)
    #expect(repaired.isClose(to: oracle.value("cagr_alt_7789"), relative: 1e-13))
  }

  @Test("official usage: 778.2 to 1385.2 in six years is 10.1 % a year")
  func officialUsage() {
    let rate = Growth.compoundRate(first: 778.2, last: 1385.2, years: 6)
    #expect(rate.isClose(to: 0.101, absolute: 0.0005))  // work report of the Supreme People's Court
  }

  @Test("the compound rate is exact for tiny growth")
  func tinyGrowth() {
    let rate = Growth.compoundRate(first: 1e9, last: 1e9 + 1, years: 1)
    #expect(rate.isClose(to: 1e-9, relative: 1e-7))  // the quotient 1 + 1e-9 itself has 7 digits
  }

  @Test("the endpoints' rounding bounds the rate")
  func rounding() throws {
    let series = TimeSeries(start: .year(2013), values: [2877, .nan, 12789])
    let compound = try #require(Growth(of: series, precision: 0.5, from: stream).compound)
    let lower = (12788.5 / 2877.5).squareRoot() - 1
    let upper = (12789.5 / 2876.5).squareRoot() - 1
    #expect(compound.lower.isClose(to: lower, relative: 1e-13))
    #expect(compound.upper.isClose(to: upper, relative: 1e-13))
    #expect(compound.lower < compound.rate && compound.rate < compound.upper)
  }

  @Test("months are added up to complete years before a compound rate is taken")
  func monthlyCompound() throws {
    // 14 months of 10 from November 2020, 12 of 12 in 2022: 2021 and 2022 are complete.
    let values = [Double](repeating: 10, count: 14) + [Double](repeating: 12, count: 12)
    let series = TimeSeries(start: .month(2020, 11), values: values)
    let compound = try #require(Growth(of: series, from: stream).compound)
    #expect(compound.from == .year(2021) && compound.to == .year(2022))
    #expect(compound.first == 120 && compound.last == 144)
    #expect(compound.rate.isClose(to: 0.2, relative: 1e-14))
  }

  @Test(
    "an exponential series without noise is recovered exactly, by year, quarter and month",
    arguments: [Frequency.yearly, .quarterly, .monthly])
  func exactRecovery(_ frequency: Frequency) throws {
    let start = try #require(
      Period(of: frequency, containing: CivilDate(year: 2010, month: 1, day: 1)))
    let perYear = try #require(frequency.periodsPerYear)
    let values = (0..<60).map { 500 * exp(Double($0) * log(1.08) / perYear) }
    let growth = try Growth(of: TimeSeries(start: start, values: values), from: stream)
    let estimate = try #require(growth.logLinear)
    #expect(estimate.value.isClose(to: 0.08, relative: 1e-11))  // 8 % a year by construction
    #expect(try #require(estimate.standardError) < 1e-11)
    let compound = try #require(growth.compound)
    #expect(compound.rate.isClose(to: 0.08, relative: 1e-11))
  }

  @Test("seasons and known events are taken out of the slope")
  func nuisances() throws {
    let event = KnownEvent(
      id: "closure", kind: .pulse, from: .month(2013, 3), to: .month(2013, 5), name: Text("closure")
    )
    let start = Period.month(2011, 1)
    let values = (0..<60).map { i -> Double in
      let period = start.advanced(by: i)
      let season = 0.1 * Double(period.season(length: 12) % 5)
      return exp(5 + 0.01 * Double(i) + season - 0.7 * event.indicator(in: period))
    }
    let growth = try Growth(
      of: TimeSeries(start: start, values: values), events: [event], from: stream)
    let estimate = try #require(growth.logLinear)
    #expect(estimate.value.isClose(to: expm1(0.12), relative: 1e-11))  // by construction
  }

  @Test("the log-linear rate is the regression of the logarithms, by hand")
  func logLinearAgreesWithItsDefinition() throws {
    let values: [Double] = [1843, 1932, 2075, 2111, 2302, 2381, 2570]
    let growth = try Growth(of: TimeSeries(start: .year(2018), values: values), from: stream)
    let estimate = try #require(growth.logLinear)
    // Slope Σ(t − t̄) ln y / Σ(t − t̄)², Σ(t − t̄)² = 28.
    let slope =
      values.enumerated().reduce(0) { $0 + (Double($1.offset) - 3) * log($1.element) } / 28
    #expect(estimate.value.isClose(to: expm1(slope), relative: 1e-13))
    #expect(growth.covariance == "hc3")
    let oracle =
      try Oracle.load("regression-covariance", as: JSON.self)["growth"]?["exact"] ?? .null
    let variance = (oracle["covariances"] ?? .null).matrix("HC3")[1, 1]
    let standardError = exp(slope) * variance.squareRoot()
    #expect(try #require(estimate.standardError).isClose(to: standardError, relative: 1e-10))
    let margin = StudentT(degreesOfFreedom: 5).quantile(0.975) * variance.squareRoot()
    #expect(try #require(estimate.lower).isClose(to: expm1(slope - margin), relative: 1e-10))
    #expect(try #require(estimate.upper).isClose(to: expm1(slope + margin), relative: 1e-10))
  }

  @Test("24 values or more allow for AR(1) errors, fewer for unequal variances")
  func covarianceByLength() throws {
    var draws = RandomStream(seed: 4)
    let values = (0..<24).map { 100 * exp(0.02 * Double($0) + 0.1 * draws.normal()) }
    let long = try Growth(of: TimeSeries(start: .year(1990), values: values), from: stream)
    #expect(long.covariance == "ar1")
    let short = try Growth(
      of: TimeSeries(start: .year(1990), values: Array(values.dropLast())), from: stream)
    #expect(short.covariance == "hc3")
  }

  @Test("each covariance is that of the regression it names", arguments: GrowthCovariance.allCases)
  func covariances(_ covariance: GrowthCovariance) throws {
    var draws = RandomStream(seed: 5)
    let values = (0..<30).map { 100 * exp(0.02 * Double($0) + 0.1 * draws.normal()) }
    let growth = try Growth(
      of: TimeSeries(start: .year(1990), values: values), covariance: covariance, from: stream)
    let x = Matrix(columns: [values.map { _ in 1 }, values.indices.map { Double($0) - 14.5 }])
    let y = values.map { log($0) }
    let ols = try LinearModel().fitted(x, y, names: ["1", "t"])
    let gls = try AutoregressiveRegression().fitted(x, y, names: ["1", "t"])
    let (row, label) =
      switch covariance {
      case .hc3: (try ols.coefficientTable(.heteroskedastic(.hc3))[1], "hc3")
      case .neweyWest:
        (try ols.coefficientTable(.neweyWest(lags: nil))[1], "newey-west:\(ols.automaticLags)")
      case .autoregressive, .automatic: (try gls.coefficientTable(.classical)[1], "ar1")
      }
    let estimate = try #require(growth.logLinear)
    #expect(growth.covariance == label)
    #expect(estimate.value.isClose(to: expm1(row.estimate), relative: 1e-12))
    #expect(try #require(estimate.lower).isClose(to: expm1(row.lower), relative: 1e-11))
    #expect(try #require(estimate.upper).isClose(to: expm1(row.upper), relative: 1e-11))
    #expect(try #require(estimate.pValue).isClose(to: row.pValue, relative: 1e-8))
  }

  /// Binomial: 95 % of 300 is 285 ± 3·3.8.
  @Test("AR(1) intervals of a growth rate hold their level where Newey and West's do not")
  func coverage() throws {
    var covered = [GrowthCovariance.autoregressive: 0, .neweyWest: 0]
    for replicate in 0..<300 {
      var draws = RandomStream(seed: 95).substream(UInt64(replicate))
      var error = draws.normal() / (1 - 0.4 * 0.4).squareRoot()
      let values = (0..<36).map { t -> Double in
        defer { error = 0.4 * error + draws.normal() }
        return exp(5 + 0.03 * Double(t) + 0.1 * error)
      }
      let series = TimeSeries(start: .year(1980), values: values)
      let design = GrowthDesign(series, events: [], calendar: .weekdays)
      for kind in covered.keys {
        let estimate = try design.logLinear(level: 0.95, kind).growth
        if let lower = estimate.lower, let upper = estimate.upper, lower <= expm1(0.03),
          expm1(0.03) <= upper
        {
          covered[kind, default: 0] += 1
        }
      }
    }
    let (ar1, neweyWest) = (covered[.autoregressive, default: 0], covered[.neweyWest, default: 0])
    #expect((274...296).contains(ar1), "\(ar1) of 300")
    #expect(neweyWest < 274, "\(neweyWest) of 300")
  }

  @Test("the effect of a known event is exact, and an event outside the data has none")
  func eventEffects() throws {
    let reform = KnownEvent(
      id: "reform", kind: .level, from: .month(2013, 5), name: Text(en: "reform", zh: "改革"))
    let later = KnownEvent(id: "later", kind: .level, from: .month(2030, 1), name: Text("later"))
    let start = Period.month(2011, 1)
    let values = (0..<60).map { i -> Double in
      exp(5 + 0.01 * Double(i) + 0.25 * reform.indicator(in: start.advanced(by: i)))
    }
    let growth = try Growth(
      of: TimeSeries(start: start, values: values), events: [reform, later], from: stream)
    #expect(growth.eventEffects.map(\.id) == ["reform"])
    let effect = try #require(growth.eventEffects.first)
    #expect(effect.effect.value.isClose(to: expm1(0.25), relative: 1e-11))  // by construction
    #expect(effect.from == .month(2013, 5) && effect.name == reform.name)
  }

  @Test("zeros are reported as not identified, not as a number")
  func zeros() throws {
    let growth = try Growth(
      of: TimeSeries(start: .year(2010), values: [0, 3, 5, 0, 8, 9, 12, 14]), from: stream)
    #expect(growth.compound == nil)
    #expect(growth.logLinear == nil)
    #expect(growth.levelShift == nil)
    #expect(growth.diagnostics.allSatisfy { $0.code == .notIdentified && $0.severity == .note })
    #expect(growth.diagnostics.contains { $0.message.en.contains("zero") })
  }

  @Test("a zero inside leaves the compound rate and takes the log-linear one")
  func zeroInside() throws {
    let growth = try Growth(
      of: TimeSeries(start: .year(2010), values: [4, 3, 5, 0, 8, 9, 12, 16]), from: stream)
    let rate = try #require(growth.compound).rate
    #expect(rate.isClose(to: pow(4, 1 / 7.0) - 1, relative: 1e-13))
    #expect(growth.logLinear == nil)
  }

  @Test("two values give a compound rate and a note")
  func twoValues() throws {
    let growth = try Growth(of: TimeSeries(start: .year(2018), values: [100, 121]), from: stream)
    #expect(try #require(growth.compound).rate.isClose(to: 0.21, relative: 1e-14))
    #expect(growth.logLinear == nil && growth.levelShift == nil)
    #expect(growth.diagnostics.count == 2)
    #expect(growth.diagnostics.allSatisfy { $0.severity == .note })
  }

  @Test(
    "one value, none, or none observed give notes only",
    arguments: [[5.0], [], [.nan, .nan, .nan]])
  func almostNothing(_ values: [Double]) throws {
    let growth = try Growth(of: TimeSeries(start: .year(2018), values: values), from: stream)
    #expect(growth.compound == nil && growth.logLinear == nil && growth.levelShift == nil)
    #expect(growth.diagnostics.allSatisfy { $0.severity == .note })
    #expect(!growth.diagnostics.isEmpty)
  }

  @Test("missing values change nothing about an exact exponential")
  func missing() throws {
    var values = (0..<20).map { 50 * exp(0.05 * Double($0)) }
    for i in [3, 4, 11] { values[i] = .nan }
    let growth = try Growth(of: TimeSeries(start: .year(2000), values: values), from: stream)
    #expect(try #require(growth.logLinear).value.isClose(to: expm1(0.05), relative: 1e-11))
  }

  @Test("results survive JSON")
  func codable() throws {
    let values: [Double] = [1843, 1932, 2075, 2111, 2302, 2381, 2570, 2600, 2740, 2810]
    let growth = try Growth(of: TimeSeries(start: .year(2015), values: values), from: stream)
    let copy = try roundTrip(growth)
    #expect(copy.logLinear == growth.logLinear)
    #expect(copy.compound?.rate == growth.compound?.rate)
    #expect(copy.levelShift?.pValue == growth.levelShift?.pValue)
  }
}
