import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("STL") struct STLTests {
  @Test(
    "parts, weights and windows are R's stl", .enabled(if: SharedData.isPresent),
    arguments: RDecomposition.all)
  func oracle(_ series: RDecomposition) throws {
    let variants: [(String, STL.SeasonWindow)] = [
      ("stl_periodic", .periodic), ("stl_7", .years(7)), ("stl_13", .years(13)),
    ]
    for (name, window) in variants {
      for (suffix, isRobust) in [("", false), ("_robust", true)] {
        let method = name + suffix
        let stl = try STL(
          series.values, period: series.period, STL.Settings(season: window, isRobust: isRobust))
        let tolerance = 1e-10 * series.size  // R 4.2.2 prints 15 digits
        #expect(
          largestDifference(stl.seasonal, series.numbers(method, "seasonal")) < tolerance,
          "\(method)")
        #expect(
          largestDifference(stl.trend, series.numbers(method, "trend")) < tolerance, "\(method)")
        #expect(
          largestDifference(stl.remainder, series.numbers(method, "remainder")) < tolerance,
          "\(method)")
        if isRobust {
          #expect(
            largestDifference(stl.robustnessWeights, series.numbers(method, "weights")) < 1e-9,
            "\(method)")
        }
      }
    }
    let adjusted = (series.parts["seasadj_stl"]?.array ?? []).map { $0.number ?? .nan }
    let periodic = try STL(series.values, period: series.period)
    #expect(largestDifference(periodic.adjusted, adjusted) < 1e-10 * series.size)
  }

  /// Loess straight from its equation, with the weights worked out anew for every point.
  private func literalLoess(
    _ y: [Double], at x: Double, window: Int, degree: Int, robustness: [Double]
  ) -> Double {
    let n = y.count
    var places = Array(y.indices)
    if window < n {
      let left = min(max(0, Int(x) - (window + 1) / 2 + 1), n - window)
      places = Array(left..<(left + window))
    }
    let distances = places.map { abs(Double($0) - x) }
    let h = (distances.max() ?? 0) + Double(max(0, (window - n) / 2))
    var w = zip(places, distances).map { j, d -> Double in
      if d > 0.999 * h { return 0 }
      let tricube = d <= 0.001 * h ? 1 : (1 - (d / h) * (d / h) * (d / h))
      return robustness[j] * tricube * tricube * tricube
    }
    let total = w.reduce(0, +)
    w = w.map { $0 / total }
    if degree == 1 {
      let center = zip(w, places).reduce(0) { $0 + $1.0 * Double($1.1) }
      let spread = zip(w, places).reduce(0) {
        $0 + $1.0 * (Double($1.1) - center) * (Double($1.1) - center)
      }
      w = zip(w, places).map { $0 * (1 + (x - center) * (Double($1) - center) / spread) }
    }
    return zip(w, places).reduce(0) { $0 + $1.0 * y[$1.1] }
  }

  @Test("loess agrees with its definition, point by point", arguments: [0, 1])
  func loessAgreesWithItsDefinition(_ degree: Int) {
    var draws = RandomStream(seed: 5)
    for n in [2, 3, 9, 40] {
      let y = (0..<n).map { 100 + 0.3 * Double($0) + draws.normal() }
      let rho = (0..<n).map { _ in draws.uniform() }
      for window in [3, 7, 21, 401] {
        var loess = Loess(longest: n)
        var (plain, weighted) = (y, y)
        y.withUnsafeBufferPointer { y in
          plain.withUnsafeMutableBufferPointer {
            loess.smooth(
              y, window: window, degree: degree, jump: 1, robustness: nil, into: $0)
          }
          rho.withUnsafeBufferPointer { rho in
            weighted.withUnsafeMutableBufferPointer {
              loess.smooth(
                y, window: window, degree: degree, jump: 1, robustness: rho, into: $0)
            }
          }
        }
        let ones = [Double](repeating: 1, count: n)
        for x in 0..<n {
          let expected = literalLoess(
            y, at: Double(x), window: window, degree: degree, robustness: ones)
          // In a window of three the outer points lie at 0.999 h or beyond.
          if expected.isFinite { #expect(plain[x].isClose(to: expected, relative: 1e-12)) }
          let other = literalLoess(
            y, at: Double(x), window: window, degree: degree, robustness: rho)
          if other.isFinite { #expect(weighted[x].isClose(to: other, relative: 1e-12)) }
        }
      }
    }
  }

  @Test("the parts add up, and a periodic season repeats and is the mean over the years")
  func identities() throws {
    let y = TestSeries.monthly.values
    for settings in [STL.Settings(), .init(season: .years(7)), .init(isRobust: true)] {
      let stl = try STL(y, period: 12, settings)
      for t in y.indices {
        #expect(
          (stl.trend[t] + stl.seasonal[t] + stl.remainder[t]).isClose(to: y[t], relative: 1e-13))
      }
    }
    let stl = try STL(y, period: 12)
    for t in 12..<60 { #expect(stl.seasonal[t] == stl.seasonal[t - 12]) }
  }

  @Test("an inner loop is what the equations say")
  func innerLoop() throws {
    // One inner loop without jumps, evaluated with the literal loess.
    var settings = STL.Settings(season: .years(7))
    (settings.seasonJump, settings.trendJump, settings.lowPassJump) = (1, 1, 1)
    settings.innerLoops = 1
    let (n, m) = (30, 4)
    var draws = RandomStream(seed: 8)
    let y = (0..<n).map { Double($0 % m) * 3 + Double($0) + draws.normal() }
    let stl = try STL(y, period: m, settings)
    var c = [Double](repeating: 0, count: n + 2 * m)
    for phase in 0..<m {
      let own = stride(from: phase, to: n, by: m).map { y[$0] }
      let ones = [Double](repeating: 1, count: own.count)
      for i in -1...own.count {
        // Outside, the window is that of the nearest point.
        let inside = Double(min(max(i, 0), own.count - 1))
        c[phase + (i + 1) * m] =
          Double(i) == inside
          ? literalLoess(own, at: inside, window: 7, degree: 0, robustness: ones)
          : outside(own, i, window: 7)
      }
    }
    func average(_ x: [Double], _ length: Int) -> [Double] {
      (0...(x.count - length)).map { x[$0..<($0 + length)].reduce(0, +) / Double(length) }
    }
    let smooth = average(average(average(c, m), m), 3)
    let ones = [Double](repeating: 1, count: n)
    let low = (0..<n).map {
      literalLoess(smooth, at: Double($0), window: 5, degree: 1, robustness: ones)
    }
    let season = (0..<n).map { c[m + $0] - low[$0] }
    let rest = zip(y, season).map { $0 - $1 }
    let trend = (0..<n).map {
      literalLoess(rest, at: Double($0), window: 9, degree: 1, robustness: ones)
    }
    #expect(stl.seasonal.isClose(to: season, absolute: 1e-11))
    #expect(stl.trend.isClose(to: trend, absolute: 1e-11))
  }

  /// A local constant one step outside the points.
  private func outside(_ y: [Double], _ x: Int, window: Int) -> Double {
    let places = x < 0 ? Array(0..<min(window, y.count)) : Array(max(0, y.count - window)..<y.count)
    let distances = places.map { abs(Double($0 - x)) }
    let h = (distances.max() ?? 0) + Double(max(0, (window - y.count) / 2))
    let w = distances.map { d -> Double in
      let rest = 1 - d / h * (d / h) * (d / h)
      return d > 0.999 * h ? 0 : rest * rest * rest
    }
    return zip(w, places).reduce(0) { $0 + $1.0 * y[$1.1] } / w.reduce(0, +)
  }

  @Test("strengths are the shares of variance that their equations say")
  func strengths() throws {
    let stl = try STL(TestSeries.monthly.values, period: 12, .init(season: .years(11)))
    func variance(_ x: [Double]) throws -> Double { try #require(Descriptive.variance(x)) }
    let rest = try variance(stl.remainder)
    let season = try 1 - rest / variance(zip(stl.seasonal, stl.remainder).map { $0 + $1 })
    let trend = try 1 - rest / variance(zip(stl.trend, stl.remainder).map { $0 + $1 })
    #expect(stl.seasonalStrength.isClose(to: season, relative: 1e-12))
    #expect(stl.trendStrength.isClose(to: trend, relative: 1e-12))
    #expect(STL.seasonalStrength(of: TestSeries.monthly.values, period: 12) == stl.seasonalStrength)
    let gappy = try #require(STL.seasonalStrength(of: TestSeries.gappy.values, period: 12))
    #expect(gappy.isClose(to: stl.seasonalStrength, absolute: 0.05))
    #expect(STL.seasonalStrength(of: [1, 2, 3, 4], period: 2) == nil)
  }

  @Test(
    "a strength above 0.64 is R's seasonal difference", .enabled(if: SharedData.isPresent))
  func seasonalDifferences() throws {
    let tests = try SharedData.json("forecast/oracles/r_tests.json", as: [String: JSON].self)
    var count = 0
    for baseline in RBaseline.all {
      guard let theirs = tests[baseline.name]?["nsdiffs_seas"]?.number,
        let strength = STL.seasonalStrength(
          of: baseline.series.values, period: baseline.series.seasonLength)
      else { continue }
      count += 1
      // R forecast 8.20, nsdiffs(test = "seas", max.D = 1)
      #expect((strength > 0.64) == (theirs > 0), "\(baseline.name): \(strength)")
    }
    #expect(count >= 20)
  }

  @Test("the middle values are twice the median for odd counts, and near it for even ones")
  func middleValues() {
    var draws = RandomStream(seed: 12)
    for n in [1, 2, 3, 10, 11, 12, 13, 48, 101, 144, 999] {
      let values = (0..<n).map { _ in draws.uniform() }
      var copy = values
      let sum = copy.withUnsafeMutableBufferPointer { MiddleValues(count: n).sum(reordering: $0) }
      let sorted = values.sorted()
      #expect(copy.sorted() == sorted)
      let exact = sorted[n / 2] + sorted[n - n / 2 - 1]
      if n % 2 == 1 { #expect(sum == exact) } else { #expect(abs(sum - exact) < 0.2) }
    }
  }

  @Test("a constant series is all trend; zeros stay zeros")
  func constant() throws {
    for value in [24.0, 0, 1e150, 1e-150] {
      let y = [Double](repeating: value, count: 30)
      for isRobust in [false, true] {
        let stl = try STL(y, period: 4, .init(season: .years(7), isRobust: isRobust))
        #expect(stl.trend.isClose(to: y, relative: 1e-13))
        #expect(stl.seasonal.allSatisfy { abs($0) <= 1e-13 * value })
        #expect(stl.seasonalStrength >= 0 && stl.trendStrength >= 0)
      }
    }
  }

  @Test("what cannot be decomposed is refused with a reason")
  func refusals() {
    func code(_ values: [Double], _ period: Int, _ settings: STL.Settings = .init())
      -> DiagnosticCode?
    {
      let error = #expect(throws: Diagnostic.self) {
        try STL(values, period: period, settings)
      }
      return error?.code
    }
    let y = TestSeries.monthly.values
    #expect(code(y, 1) == .modelNotApplicable)
    #expect(code(Array(y.prefix(24)), 12) == .seriesTooShort)
    #expect(code(TestSeries.gappy.values, 12) == .missingValues)
    #expect(code(y, 12, .init(season: .years(0))) == .illegalOption)
  }
}
