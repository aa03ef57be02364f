import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Growth claims") struct GrowthClaimTests {
  static func claim(_ percent: Double, precision: Double) -> GrowthClaim.Figure {
    GrowthClaim.Figure(percent / 100, precision: precision / 100)
  }

  @Test("a published compound rate agrees with its end points")
  func published() throws {
    // The Supreme People's Court: 778.2 to 1385.2 (in 10,000) over 2013–2019 is "10.1 %".
    let own = try GrowthClaim(
      Self.claim(10.1, precision: 0.05), first: .init(778.2, precision: 0.05),
      last: .init(1385.2, precision: 0.05), years: 6)
    let compound = own.comparisons[0]
    #expect(compound.reading == .compound && compound.isConsistent)
    #expect(compound.rate.isClose(to: pow(1385.2 / 778.2, 1.0 / 6) - 1, relative: 1e-14))
    #expect(compound.lower < compound.rate && compound.rate < compound.upper)
    #expect(compound.nearestClaim == own.claim.value)
    // (1385.2/778.2 − 1)/6 is 13.0 %.
    let total = try #require(own.comparisons.first { $0.reading == .totalByYears })
    #expect(!total.isConsistent && total.nearestClaim.isClose(to: 0.130, absolute: 1e-12))
    #expect(own.trendTests.isEmpty)
  }

  @Test("a wrong claim is told the nearest right one on its own grid")
  func nearest() throws {
    // 100 → 133 in two years is 15.3 % compound, 16.5 % as a share of the years.
    let own = try GrowthClaim(
      Self.claim(18, precision: 0.5), first: .init(100, precision: 0.5),
      last: .init(133, precision: 0.5), years: 2)
    #expect(!own.comparisons[0].isConsistent)
    // The rounding leaves 14.8 % to 15.9 %: 16 covers 15.5 to 16.5 and is the nearest.
    #expect(own.comparisons[0].nearestClaim.isClose(to: 0.16, absolute: 1e-12))
    #expect(own.sentence.en.contains("18 %") && own.sentence.en.contains("16 %"))
    #expect(own.sentence.zh.contains("18%") && own.sentence.zh.hasSuffix("。"))
    let low = try GrowthClaim(
      Self.claim(12, precision: 0.5), first: .init(100), last: .init(133), years: 2)
    #expect(low.comparisons[0].nearestClaim.isClose(to: 0.15, absolute: 1e-12))  // 14.5 to 15.5
    let exact = try GrowthClaim(
      Self.claim(12, precision: 0), first: .init(100, precision: 0), last: .init(121, precision: 0),
      years: 2)
    #expect(exact.comparisons[0].nearestClaim.isClose(to: 0.1, relative: 1e-13))
  }

  @Test("every nearest claim is consistent and no nearer one is")
  func nearestByDefinition() {
    let claim = Self.claim(18, precision: 0.5)
    for k in 0..<60 {
      let lower = 0.05 + 0.004 * Double(k)
      let upper = lower + 0.0021
      let own = GrowthClaim.nearestClaim(claim, lower: lower, upper: upper)
      func meets(_ rate: Double) -> Bool {
        rate - 0.005 <= upper + 1e-11 && rate + 0.005 >= lower - 1e-11
      }
      let grid: [Double] = (-20...40).map { 0.18 + 0.01 * Double($0) }
      let best = grid.filter(meets).min { abs($0 - 0.18) < abs($1 - 0.18) }
      #expect(own.isClose(to: best ?? .nan, absolute: 1e-12))
    }
  }

  @Test("the average of yearly rates is another figure than the compound rate")
  func readings() throws {
    // +50 %, −20 %: compound √1.2 − 1 = 9.5 %, average 15 %, total by years 10 %.
    let series = TimeSeries(start: .year(2020), values: [1000, 1500, 1200])
    let own = try GrowthClaim(Self.claim(15, precision: 0.5), series: series, precision: 0)
    let rates = own.comparisons.map(\.rate)
    #expect(rates[0].isClose(to: 1.2.squareRoot() - 1, relative: 1e-14))
    #expect(rates[1].isClose(to: 0.15, relative: 1e-14))
    #expect(rates[2].isClose(to: 0.1, relative: 1e-14))
    #expect(own.comparisons.map(\.isConsistent) == [false, true, false])
    #expect(own.sentence.en.contains("average of the yearly rates"))
    #expect(own.sentence.zh.contains("逐年增长率的平均"))
  }

  @Test("the trend is tested against the claim, not against no growth")
  func trend() throws {
    var stream = RandomStream(seed: 11)
    let values = (0..<30).map { 1000 * exp(0.1 * Double($0) + 0.05 * stream.normal()) }
    let series = TimeSeries(start: .year(1990), values: values)
    let rate = expm1(0.1)
    let right = try GrowthClaim(.init(rate, precision: 0.005), series: series)
    let wrong = try GrowthClaim(.init(0.18, precision: 0.005), series: series)
    #expect(right.trendTests.map(\.covariance).first == "hc3" && right.trendTests.count == 3)
    for (a, b) in zip(right.trendTests, wrong.trendTests) {
      #expect(a.growth == b.growth && a.pValueWithRounding > 0.05 && b.pValueWithRounding < 1e-6)
      #expect(a.pValueWithRounding >= a.pValue && b.pValueWithRounding >= b.pValue)
      #expect(b.sentence.en.contains("not compatible") && b.sentence.zh.contains("不相容"))
    }
    // By its definition, for HC3.
    let fit = try LinearModel().fitted(
      Matrix(columns: [[Double](repeating: 1, count: 30), (0..<30).map(Double.init)]),
      values.map { log($0) }, names: ["a", "b"])
    let error = try fit.covariance(.heteroskedastic(.hc3))[1, 1].squareRoot()
    let t = (fit.coefficients[1] - log1p(0.18)) / error
    #expect(wrong.trendTests[0].statistic.isClose(to: t, relative: 1e-10))
    #expect(
      wrong.trendTests[0].pValue.isClose(
        to: StudentT(degreesOfFreedom: 28).twoSidedPValue(t), relative: 1e-8))
  }

  @Test("figures out of range are refused, and a short series has no trend test")
  func refusals() throws {
    for (claim, first, years) in [(0.1, -1.0, 2.0), (-1.5, 1, 2), (0.1, 1, 0), (.nan, 1, 1)] {
      let error = #expect(throws: Diagnostic.self) {
        try GrowthClaim(.init(claim), first: .init(first), last: .init(2), years: years)
      }
      #expect(error?.code == .valueOutOfRange)
    }
    let two = try GrowthClaim(
      Self.claim(10, precision: 0.5),
      series: TimeSeries(start: .year(2020), values: [100, 110]))
    #expect(two.trendTests.isEmpty && !two.diagnostics.isEmpty)
    #expect(two.comparisons.map(\.isConsistent) == [true, true, true])
    let months = #expect(throws: Diagnostic.self) {
      try GrowthClaim(
        Self.claim(10, precision: 0.5),
        series: TimeSeries(start: .month(2020, 1), values: [100, 110, 120]))
    }
    #expect(months?.code == .notIdentified)
  }

  @Test("claims survive the way through JSON")
  func coding() throws {
    let own = try GrowthClaim(
      Self.claim(10, precision: 0.5),
      series: TimeSeries(start: .year(2015), values: [100, 112, 119, 134, 140, 160, 171]))
    let back = try roundTrip(own)
    #expect(back.sentence == own.sentence && back.trendTests.count == own.trendTests.count)
  }
}
