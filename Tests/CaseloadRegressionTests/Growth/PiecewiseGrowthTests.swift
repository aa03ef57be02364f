import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Piecewise growth") struct PiecewiseGrowthTests {
  static let stream = RandomStream(seed: 21)

  /// Growth of 4 % a year, then 15 % from `2004`, with `noise` in the logarithms.
  static func series(noise: Double, jump: Double = 0) -> TimeSeries {
    var stream = RandomStream(seed: 12)
    let values = (0..<36).map { t -> Double in
      let after = Double(max(0, t - 20))
      let level = 7 + log(1.04) * Double(t - Int(after)) + log(1.15) * after
      return exp(level + (t >= 20 ? jump : 0) + noise * stream.normal())
    }
    return TimeSeries(start: .year(1984), values: values)
  }

  @Test(
    "a change of rate is found with its date, on both sides its rate", arguments: [false, true])
  func change(_ isContinuous: Bool) throws {
    var options = PiecewiseGrowth.Options()
    options.isContinuous = isContinuous
    options.covariance = .hc3
    let series = Self.series(noise: 0.01, jump: isContinuous ? 0 : 0.1)
    let growth = try PiecewiseGrowth(of: series, options: options, from: Self.stream)
    let first = try #require(growth.breaks.first)
    #expect(growth.breaks.count == 1 && growth.segments.count == 2)
    #expect(abs(Period.year(2004).distance(to: first.at)) <= 1)
    let (lower, upper) = (try #require(first.lower), try #require(first.upper))
    #expect(lower <= first.at && first.at <= upper)
    for (segment, rate) in zip(growth.segments, [0.04, 0.15]) {
      let (lower, upper) = (
        try #require(segment.growth.lower), try #require(segment.growth.upper)
      )
      // Intervals of 99.99 %, twice as wide as those reported, surely cover the truth.
      let width = upper - lower
      #expect(rate > lower - width / 2 && rate < upper + width / 2 && width < 0.02)
    }
    #expect(growth.segments[0].from == .year(1984) && growth.segments[1].to == .year(2019))
    #expect(growth.bic.count == 4 && growth.covariance == "hc3")
  }

  @Test("without noise a kink is recovered exactly")
  func exactKink() throws {
    var options = PiecewiseGrowth.Options()
    options.isContinuous = true
    options.maximumBreaks = 1
    options.covariance = .hc3
    let growth = try PiecewiseGrowth(
      of: Self.series(noise: 1e-6), options: options, from: Self.stream)
    #expect(growth.breaks[0].at == .year(2004))
    // Noise of 1e-6 over 16 and 20 years leaves rates to about 1e-7.
    #expect(growth.segments[0].growth.value.isClose(to: 0.04, absolute: 1e-6))
    #expect(growth.segments[1].growth.value.isClose(to: 0.15, absolute: 1e-6))
  }

  @Test("rates of separate segments agree with separate regressions")
  func separateSegments() throws {
    var options = PiecewiseGrowth.Options()
    options.covariance = .hc3
    let series = Self.series(noise: 0.02, jump: 0.2)
    let growth = try PiecewiseGrowth(of: series, options: options, from: Self.stream)
    #expect(growth.breaks.count == 1)
    let split = series.start.distance(to: growth.breaks[0].at)
    for (range, segment) in zip([0..<split, split..<36], growth.segments) {
      let x = range.map(Double.init)
      let fit = try LinearModel().fitted(
        Matrix(columns: [x.map { _ in 1 }, x]), range.map { log(series.values[$0]) },
        names: ["a", "b"])
      #expect(segment.growth.value.isClose(to: expm1(fit.coefficients[1]), relative: 1e-11))
    }
  }

  @Test("months share their seasons, and rates are a year")
  func seasons() throws {
    var stream = RandomStream(seed: 13)
    let values = (0..<96).map { t -> Double in
      let trend = t < 48 ? 0.01 * Double(t) : 0.48 + 0.3 - 0.005 * Double(t - 48)
      return exp(6 + trend + 0.2 * sin(Double(t) * Double.pi / 6) + 0.01 * stream.normal())
    }
    var options = PiecewiseGrowth.Options()
    options.covariance = .hc3
    let growth = try PiecewiseGrowth(
      of: TimeSeries(start: .month(2015, 1), values: values), options: options, from: Self.stream)
    #expect(growth.breaks.map(\.at) == [.month(2019, 1)])
    #expect(growth.segments[0].growth.value.isClose(to: expm1(0.12), absolute: 0.01))
    #expect(growth.segments[1].growth.value.isClose(to: expm1(-0.06), absolute: 0.01))
  }

  @Test("steady growth has no break, by criterion or by test")
  func steady() throws {
    var stream = RandomStream(seed: 14)
    let values = (0..<30).map { exp(5 + 0.07 * Double($0) + 0.05 * stream.normal()) }
    let series = TimeSeries(start: .year(1990), values: values)
    for selection in [PiecewiseGrowth.Selection.lwz, .sequential] {
      var options = PiecewiseGrowth.Options()
      options.selection = selection
      options.replicates = 199
      let growth = try PiecewiseGrowth(of: series, options: options, from: Self.stream)
      #expect(growth.breaks.isEmpty && growth.segments.count == 1)
      #expect(growth.tests.count == (selection == .sequential ? 1 : 0))
      #expect(growth.covariance == "ar1")
    }
  }

  @Test("zeros, short series and options that do not fit are refused")
  func refusals() throws {
    let zero = #expect(throws: Diagnostic.self) {
      try PiecewiseGrowth(
        of: TimeSeries(start: .year(2000), values: [1, 0, 2, 3, 4, 5, 6, 7]), from: Self.stream)
    }
    #expect(zero?.code == .notIdentified)
    let short = #expect(throws: Diagnostic.self) {
      try PiecewiseGrowth(
        of: TimeSeries(start: .year(2000), values: [1, 3, 2, 3, 4, 5]), from: Self.stream)
    }
    #expect(short?.code == .seriesTooShort)
    var options = PiecewiseGrowth.Options()
    options.isContinuous = true
    options.selection = .sequential
    let sequential = #expect(throws: Diagnostic.self) {
      try PiecewiseGrowth(of: Self.series(noise: 0.1), options: options, from: Self.stream)
    }
    #expect(sequential?.code == .illegalOption)
  }
}
