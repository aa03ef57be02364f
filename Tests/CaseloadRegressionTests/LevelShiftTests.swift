import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Level shift") struct LevelShiftTests {
  private let stream = RandomStream(seed: 17)

  /// ln y = 6 + 0.01 t + step from `date` on, with AR(1) errors of deviation `sigma`.
  private static func series(
    _ n: Int, start: Period, step: Double, from date: Period?, sigma: Double, rho: Double = 0,
    stream: RandomStream
  ) -> TimeSeries {
    var draws = stream
    var error = draws.normal()
    let values = (0..<n).map { i -> Double in
      defer { error = rho * error + (1 - rho * rho).squareRoot() * draws.normal() }
      let shift = date.map { start.advanced(by: i) >= $0 ? step : 0 } ?? 0
      return exp(6 + 0.01 * Double(i) + shift + sigma * error)
    }
    return TimeSeries(start: start, values: values)
  }

  @Test("a step is found at its date, and its size lies in its interval")
  func found() throws {
    let series = Self.series(
      40, start: .year(1980), step: 0.5, from: .year(2003), sigma: 0.05,
      stream: RandomStream(seed: 2))
    let shift = try #require(Growth(of: series, from: stream).levelShift)
    #expect(shift.searched)
    #expect(shift.at == .year(2003))  // by construction; ten standard deviations
    #expect(shift.pValue == 0.001)  // none of 999 simulated series comes near
    #expect(try #require(shift.step.lower) < expm1(0.5))
    #expect(try #require(shift.step.upper) > expm1(0.5))
  }

  @Test("a step in a seasonal monthly series is found at its date")
  func foundInMonths() throws {
    let base = Self.series(
      60, start: .month(2015, 1), step: -0.4, from: .month(2017, 9), sigma: 0.04,
      stream: RandomStream(seed: 3))
    let seasonal = base.replacing(
      base.values.enumerated().map { i, v in v * (i % 12 == 1 ? 0.5 : 1) })
    let shift = try #require(Growth(of: seasonal, from: stream).levelShift)
    #expect(shift.at == .month(2017, 9))
    #expect(shift.pValue < 0.01)
    #expect(shift.step.value.isClose(to: expm1(-0.4), absolute: 0.05))
  }

  @Test("a step without noise at a named date is recovered exactly")
  func exactStep() throws {
    let series = Self.series(
      30, start: .year(1990), step: 0.3, from: .year(2004), sigma: 0, stream: RandomStream(seed: 2))
    let shift = try #require(Growth(of: series, shift: .year(2004), from: stream).levelShift)
    #expect(!shift.searched)
    #expect(shift.at == .year(2004))
    #expect(shift.step.value.isClose(to: expm1(0.3), relative: 1e-10))  // by construction
  }

  @Test("a known event at the named date is the step that is asked for")
  func eventAtTheDate() throws {
    let event = KnownEvent(
      id: "reform", kind: .level, from: .year(2004), name: Text(en: "reform", zh: "改革"))
    let series = Self.series(
      30, start: .year(1990), step: 0.3, from: .year(2004), sigma: 0, stream: RandomStream(seed: 2))
    let growth = try Growth(of: series, events: [event], shift: .year(2004), from: stream)
    let shift = try #require(growth.levelShift)
    #expect(shift.step.value.isClose(to: expm1(0.3), relative: 1e-10))  // by construction
  }

  @Test("the step at a named date is the regression with AR(1) errors on a step column")
  func namedAgreesWithItsDefinition() throws {
    let series = Self.series(
      24, start: .year(1990), step: 0.3, from: .year(2004), sigma: 0.1, rho: 0.4,
      stream: RandomStream(seed: 12))
    let shift = try #require(Growth(of: series, shift: .year(2002), from: stream).levelShift)
    let x = Matrix(columns: [
      (0..<24).map { _ in 1 }, (0..<24).map(Double.init), (0..<24).map { $0 >= 12 ? 1 : 0 },
    ])
    let fit = try AutoregressiveRegression().fitted(
      x, series.values.map { log($0) }, names: ["(Intercept)", "time", "shift"])
    let row = try fit.coefficientTable(.classical)[2]
    #expect(shift.step.value.isClose(to: expm1(row.estimate), relative: 1e-5))
    #expect(shift.pValue.isClose(to: row.pValue, relative: 1e-4))
    #expect(try #require(shift.step.lower).isClose(to: expm1(row.lower), relative: 1e-5))
  }

  @Test("the searched statistic is the largest F over all dates, evaluated one by one")
  func supremumAgreesWithItsDefinition() throws {
    let series = Self.series(
      20, start: .year(1990), step: 0.2, from: .year(2000), sigma: 0.1,
      stream: RandomStream(seed: 5))
    let shift = try #require(Growth(of: series, from: stream).levelShift)
    let y = series.values.map { log($0) }
    let base = [(0..<20).map { _ in 1.0 }, (0..<20).map(Double.init)]
    let null = try LinearModel().fitted(Matrix(columns: base), y, names: ["1", "t"])
    var best = (date: 0, f: 0.0)
    for date in 3...17 {
      let columns = base + [(0..<20).map { $0 >= date ? 1 : 0 }]
      let fit = try LinearModel().fitted(Matrix(columns: columns), y, names: ["1", "t", "s"])
      let gain = null.residualSumOfSquares - fit.residualSumOfSquares
      let f = gain / (fit.residualSumOfSquares / 17)
      if f > best.f { best = (date, f) }
    }
    #expect(shift.at == .year(1990 + best.date))
    #expect(shift.statistic.isClose(to: best.f, relative: 1e-9))
  }

  /// Binomial: with a true rate of 5 %, 200 series reject 10 ± 3·√(200·0.05·0.95) = 0.8…19.2 times.
  /// Measured on 400 series: 3.5 % without autocorrelation and 5.5 % at ρ = 0.4.
  @Test(
    "without a step, the searched test rejects in about 5 % of 200 series, autocorrelated or not",
    arguments: [(0.0, 20), (0.4, 40)])
  func size(_ rho: Double, _ n: Int) throws {
    var rejections = 0
    for replicate in 0..<200 {
      let series = Self.series(
        n, start: .year(1990), step: 0, from: nil, sigma: 0.1, rho: rho,
        stream: RandomStream(seed: 99).substream(UInt64(replicate)))
      let design = GrowthDesign(series, events: [], calendar: .weekdays)
      let shift = try LevelShift(
        design, at: nil, level: 0.95, from: stream.substream(UInt64(replicate)))
      if shift.pValue < 0.05 { rejections += 1 }
    }
    #expect((1...19).contains(rejections), "\(rejections) of 200")
  }

  @Test("the search is reproducible, and another seed gives other draws")
  func reproducible() throws {
    let series = Self.series(
      20, start: .year(1990), step: 0.1, from: .year(2001), sigma: 0.1,
      stream: RandomStream(seed: 8))
    let a = try #require(Growth(of: series, from: stream).levelShift)
    let b = try #require(Growth(of: series, from: stream).levelShift)
    let c = try #require(Growth(of: series, from: RandomStream(seed: 18)).levelShift)
    #expect(a.pValue == b.pValue)
    #expect(a.statistic == c.statistic && a.pValue != c.pValue)
  }

  @Test("a named date without data on both sides is an error", arguments: [1990, 2010, 1985, 2050])
  func outside(_ year: Int) {
    let series = Self.series(
      20, start: .year(1990), step: 0, from: nil, sigma: 0.1, stream: RandomStream(seed: 8))
    let error = #expect(throws: Diagnostic.self) {
      try Growth(of: series, shift: .year(year), from: stream)
    }
    #expect(error?.code == .interventionOutsideData)
  }

  @Test("a series too short to search says so in a note")
  func tooShort() throws {
    let series = TimeSeries(start: .year(2015), values: [10, 12, 11, 14, 15, 13])
    let growth = try Growth(of: series, from: stream)
    #expect(growth.levelShift == nil)
    #expect(growth.logLinear != nil)
    #expect(growth.diagnostics.contains { $0.code == .notIdentified && $0.severity == .note })
  }

  @Test("an exact exponential and a constant series have no trap")
  func noiseFree() throws {
    for rate in [0, 0.05] {
      let values = (0..<20).map { 100 * exp(rate * Double($0)) }
      let growth = try Growth(of: TimeSeries(start: .year(2000), values: values), from: stream)
      let estimate = try #require(growth.logLinear)
      #expect(estimate.value.isClose(to: expm1(rate), absolute: 1e-12))
      // Whatever a search among rounding errors finds, it is a step of no size.
      if let shift = growth.levelShift { #expect(abs(shift.step.value) < 1e-12) }
    }
  }
}
