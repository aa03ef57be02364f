import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Theta") struct ThetaTests {
  @Test(
    "errors, means and variances agree with the equations, evaluated one by one",
    arguments: [SeasonalTreatment.none, .automatic, .additive])
  func agreesWithItsDefinition(_ seasonal: SeasonalTreatment) throws {
    var model = Theta()
    model.seasonal = seasonal
    let series = TestSeries.monthly
    let fit = try model.fitted(to: series)
    #expect((fit.season == nil) == (seasonal == .none))
    let adjusted = fit.season?.removed(from: series.values) ?? series.values
    let n = Double(adjusted.count)
    // B is the least squares line's slope.
    let meanTime = (n + 1) / 2
    let mean = adjusted.reduce(0, +) / n
    var (products, squares) = (0.0, 0.0)
    for (i, y) in adjusted.enumerated() {
      products += (Double(i + 1) - meanTime) * (y - mean)
      squares += (Double(i + 1) - meanTime) * (Double(i + 1) - meanTime)
    }
    let slope = products / squares
    let alpha = fit.alpha
    var level = fit.initialLevel
    var sum = 0.0
    for (t, y) in adjusted.enumerated() {
      let error = y - level
      let factor = fit.season.map { $0.isMultiplicative ? $0.factor(t) : 1 } ?? 1
      #expect(fit.residuals[t].isClose(to: error * factor, absolute: 1e-9))
      sum += error * error
      level = alpha * y + (1 - alpha) * level
    }
    let variance = sum / (n - 2)
    #expect(fit.innovationVariance?.isClose(to: variance, relative: 1e-10) == true)
    for (i, marginal) in fit.marginals(30).enumerated() {
      let h = Double(i + 1)
      let forecast = level + 0.5 * slope * (h - 1 + (1 - pow(1 - alpha, n)) / alpha)
      let deviation = (variance * (1 + (h - 1) * alpha * alpha)).squareRoot()
      let expected =
        fit.season?.restored(.normal(mean: forecast, standardDeviation: deviation), 60 + i)
        ?? .normal(mean: forecast, standardDeviation: deviation)
      #expect(marginal.mean.isClose(to: expected.mean, relative: 1e-11))
      #expect(marginal.standardDeviation.isClose(to: expected.standardDeviation, relative: 1e-10))
    }
  }

  @Test("no other α or initial level has fewer squares")
  func leastSquares() throws {
    var model = Theta()
    let best = try model.fitted(to: TestSeries.monthly)
    for alpha in stride(from: 0.001, to: 1, by: 0.007) {
      model.smoothing = alpha
      let other = try model.fitted(to: TestSeries.monthly)
      #expect(other.deviation >= best.deviation * (1 - 1e-12))
    }
  }

  /// R's `ses` searches α and ℓ₀ by a simplex that stops short of the minimum, so its squares are a
  /// little larger than ours. At R's α the means agree but for R's error in ℓ₀: squares are a parabola
  /// in ℓ₀ of curvature 1 or more, so their excess bounds that error. R's interval has the width of
  /// the data without the season; ours scales with the season's factor.
  @Test(
    "means and intervals are those of R's thetaf", .enabled(if: SharedData.isPresent),
    arguments: RBaseline.all.filter { $0.series.missingCount == 0 })
  func oracle(_ baseline: RBaseline) throws {
    let all = try SharedData.json("forecast/oracles/r_thetaf.json", as: [String: JSON].self)
    let reference = RBaseline(
      name: baseline.name, series: baseline.series,
      forecasts: .object(["thetaf": all[baseline.name] ?? .null]))
    let variance = try #require(all[baseline.name]?["sigma"]?.number)
    let alpha = try #require(all[baseline.name]?["alpha"]?.number)
    let own = try Theta().fitted(to: baseline.series)
    #expect(own.deviation * own.deviation <= variance * (1 + 1e-9))  // R forecast 8.20 thetaf()
    var model = Theta()
    model.smoothing = alpha
    let fit = try model.fitted(to: baseline.series)
    // The largest excess is 3.14e-4 of the squares, for M3_N2400, where α lies at its bound.
    let ratio = variance / (fit.deviation * fit.deviation)
    #expect(ratio > 1 - 1e-9 && ratio < 1 + 3.2e-4, "\(ratio)")
    let excess = max(0, ratio - 1) * fit.deviation * fit.deviation * Double(baseline.series.count)
    let means = reference.numbers("thetaf", "mean")
    let uppers = reference.numbers("thetaf", "upper95")
    for (h, marginal) in fit.marginals(means.count).enumerated() {
      let factor = fit.season?.factor(baseline.series.count + h) ?? 1
      let width = 2 * (uppers[h] - means[h])
      let bound = 1e-6 * width + factor * excess.squareRoot()
      #expect(marginal.mean.isClose(to: means[h], absolute: bound))
      let upper = means[h] + (marginal.interval(0.95).upperBound - marginal.mean) / factor
      #expect(upper.isClose(to: uppers[h], absolute: (1e-6 + (ratio - 1)) * width))
    }
  }

  @Test("a smoothing outside 0 and 1 is refused")
  func illegalSmoothing() {
    var model = Theta()
    model.smoothing = 1.5
    let error = #expect(throws: Diagnostic.self) { try model.fitted(to: TestSeries.monthly) }
    #expect(error?.code == .illegalOption)
  }

  @Test("values missing at the end are forecast first")
  func trailingGap() throws {
    let values = TestSeries.monthly.values
    var model = Theta()
    model.seasonal = .none
    let short = TestSeries.monthly.replacing(
      values.enumerated().map { $0 < 57 ? $1 : .nan })
    let cut = TimeSeries(start: short.start, values: Array(values.prefix(57)))
    let (a, b) = (try model.fitted(to: short).marginals(5), try model.fitted(to: cut).marginals(8))
    #expect(a == Array(b.dropFirst(3)))
  }
}
