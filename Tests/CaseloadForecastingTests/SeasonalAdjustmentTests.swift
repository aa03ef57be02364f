import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Seasonal adjustment") struct SeasonalAdjustmentTests {
  /// They add up to 12.
  private static let months = [1.2, 0.6, 1.1, 0.9, 1.0, 1.3, 0.8, 0.7, 1.1, 1.4, 0.9, 1.0]

  @Test("the factors of a constructed multiplicative series are exact")
  func multiplicative() throws {
    // From May, so that a factor belongs to its month and not to its place.
    let start = Period.month(2015, 5)
    let values = (0..<60).map { 250 * Self.months[start.advanced(by: $0).season(length: 12)] }
    let series = TimeSeries(start: start, values: values)
    let adjustment = try #require(try SeasonalAdjustment(series, .multiplicative))
    #expect(adjustment.isMultiplicative)
    #expect(adjustment.factors.isClose(to: Self.months, relative: 1e-13))  // by construction
    #expect(adjustment.adjusted.values.allSatisfy { $0.isClose(to: 250, relative: 1e-13) })
    #expect(adjustment.factor(of: .month(2031, 2)).isClose(to: 0.6, relative: 1e-13))
  }

  @Test(
    "additive factors are exact on a straight line, for even and odd seasons", arguments: [4, 7])
  func additive(_ m: Int) throws {
    let pattern = (0..<m).map { Double($0 * $0 % 5) }
    let center = pattern.reduce(0, +) / Double(m)
    let values = (0..<(6 * m)).map { 100 + 2 * Double($0) + pattern[$0 % m] - center }
    let series = TimeSeries(
      start: Period(frequency: .index, ordinal: 0), values: values, seasonLength: m)
    let adjustment = try #require(try SeasonalAdjustment(series, .additive))
    #expect(adjustment.factors.isClose(to: pattern.map { $0 - center }, absolute: 1e-12))
    for (t, value) in adjustment.adjusted.values.enumerated() {
      #expect(value.isClose(to: 100 + 2 * Double(t), relative: 1e-13))
    }
  }

  @Test("factors average one, or zero")
  func normalized() throws {
    let multiplicative = try #require(try SeasonalAdjustment(TestSeries.monthly, .multiplicative))
    #expect(try #require(Descriptive.mean(multiplicative.factors)).isClose(to: 1, relative: 1e-14))
    let additive = try #require(try SeasonalAdjustment(TestSeries.monthly, .additive))
    #expect(abs(try #require(Descriptive.mean(additive.factors))) < 1e-13)
  }

  @Test("automatic takes a season only where the data show one")
  func automatic() throws {
    let seasonal = try #require(try SeasonalAdjustment(TestSeries.monthly, .automatic))
    #expect(seasonal.isMultiplicative)
    let below = TestSeries.scaled(TestSeries.monthly, by: 1, plus: -220)
    let additive = try #require(try SeasonalAdjustment(below, .automatic))
    #expect(!additive.isMultiplicative)
    var draws = RandomStream(seed: 5)
    let noise = TimeSeries(start: .month(2010, 1), values: (0..<72).map { _ in 9 + draws.normal() })
    #expect(try SeasonalAdjustment(noise, .automatic) == nil)
    #expect(try SeasonalAdjustment(TestSeries.gappy, .automatic) == nil)
    let short = TestSeries.monthly.window(.month(2019, 3)..<(.month(2022, 2)))
    #expect(try SeasonalAdjustment(short, .automatic) == nil)
  }

  /// Binomial: a one-sided 5 % test finds a season in 200 series of noise 10 ± 3·3.1 times at most.
  @Test("automatic finds a season in about 5 % of series without one")
  func falsePositives() throws {
    var found = 0
    for replicate in 0..<200 {
      var draws = RandomStream(seed: 600).substream(UInt64(replicate))
      let series = TimeSeries(
        start: .month(2010, 1), values: (0..<96).map { _ in 100 + draws.normal() })
      if try SeasonalAdjustment(series, .automatic) != nil { found += 1 }
    }
    #expect(found <= 19, "\(found) of 200")
  }

  @Test("none adjusts nothing")
  func none() throws {
    #expect(try SeasonalAdjustment(TestSeries.monthly, .none) == nil)
  }

  @Test("a season that was asked for and cannot be made is refused")
  func refused() {
    let yearly = TimeSeries(start: .year(1990), values: [Double](repeating: 3, count: 40))
    let short = TimeSeries(start: .month(2020, 1), values: [Double](repeating: 3, count: 24))
    for series in [yearly, short] {
      let error = #expect(throws: Diagnostic.self) { try SeasonalAdjustment(series, .additive) }
      #expect(error?.code == .seriesTooShort)
    }
    let zeros = TimeSeries(start: .month(2020, 1), values: [Double](repeating: 0, count: 48))
    let error = #expect(throws: Diagnostic.self) { try SeasonalAdjustment(zeros, .multiplicative) }
    #expect(error?.code == .modelNotApplicable)
  }

  @Test("missing values are left missing, and the factors come from the rest")
  func missing() throws {
    let adjustment = try #require(try SeasonalAdjustment(TestSeries.gappy, .multiplicative))
    for (a, y) in zip(adjustment.adjusted.values, TestSeries.gappy.values) {
      #expect(a.isNaN == y.isNaN)
    }
    let full = try #require(try SeasonalAdjustment(TestSeries.monthly, .multiplicative))
    #expect(adjustment.factors.isClose(to: full.factors, absolute: 0.1))
  }
}
