import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Averages") struct MovingAverageTests {
  @Test("the mean and its variance agree with the equations")
  func mean() throws {
    let fit = try Mean().fitted(to: TestSeries.gappy)
    let y = TestSeries.gappy.values.filter { !$0.isNaN }
    let n = Double(y.count)
    let mean = y.reduce(0, +) / n
    let variance = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    for marginal in fit.marginals(5) {
      #expect(marginal.mean.isClose(to: mean, relative: 1e-14))
      let deviation = (variance * (1 + 1 / n)).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-12))
    }
  }

  /// R takes Student's t with n − 1 degrees of freedom for its interval, and the same deviation.
  @Test(
    "R's meanf has the same mean and deviation", .enabled(if: SharedData.isPresent),
    arguments: RBaseline.all.filter { $0.series.missingCount == 0 })
  func meanOracle(_ baseline: RBaseline) throws {
    let means = baseline.numbers("meanf", "mean")
    let uppers = baseline.numbers("meanf", "upper95")
    let t = StudentT(degreesOfFreedom: Double(baseline.series.count - 1))
    let fit = try Mean().fitted(to: baseline.series)
    for (h, marginal) in fit.marginals(means.count).enumerated() {
      let upper = marginal.mean + t.quantile(0.975) * marginal.standardDeviation
      #expect(marginal.mean.isClose(to: means[h], relative: 1e-10))
      #expect(upper.isClose(to: uppers[h], relative: 1e-8))
    }
  }

  @Test("paths of the mean share its error")
  func sharedError() throws {
    let series = TimeSeries(start: .year(1990), values: [3, 5, 4, 8, 5])
    let fit = try Mean().fitted(to: series)
    let paths = fit.paths(2, count: 8000, from: RandomStream(seed: 6))
    // Cov = s²/n, Var = s² (1 + 1/n): a correlation of 1/(n + 1).
    let correlation = try #require(Descriptive.correlation(paths.row(0), paths.row(1)))
    #expect(correlation.isClose(to: 1.0 / 6, absolute: 4 / 8000.0.squareRoot()))
  }

  @Test("averages, errors and variances agree with the equations, evaluated one by one")
  func weighted() throws {
    for series in [TestSeries.monthly, TestSeries.gappy] {
      var model = WeightedMovingAverage()
      model.weights = "1, 2,5"
      model.isRecursive = false
      let fit = try model.fitted(to: series)
      let w = [5.0 / 8, 2.0 / 8, 1.0 / 8]
      var seen: [Double] = []
      var (squares, count) = (0.0, 0.0)
      for (t, y) in series.values.enumerated() where !y.isNaN {
        if seen.count >= 3 {
          let k = seen.count
          let error = y - (w[0] * seen[k - 1] + w[1] * seen[k - 2] + w[2] * seen[k - 3])
          #expect(fit.residuals[t].isClose(to: error, absolute: 1e-10))
          squares += error * error
          count += 1
        } else {
          #expect(fit.residuals[t].isNaN)
        }
        seen.append(y)
      }
      let v1 = squares / count
      let changes = zip(seen.dropFirst(), seen).map { ($0 - $1) * ($0 - $1) }
      let change = changes.reduce(0, +) / Double(changes.count)
      let (ww, ll) = (w.reduce(0) { $0 + $1 * $1 }, (3.0 / 8) * (3.0 / 8) + (1.0 / 8) * (1.0 / 8))
      let (noise, walk) = (fit.noise, fit.walk)
      #expect((noise * (1 + ww) + walk * (1 + ll)).isClose(to: v1, relative: 1e-12))
      if noise > 0, walk > 0 { #expect((2 * noise + walk).isClose(to: change, relative: 1e-10)) }
      let k = seen.count
      let average = w[0] * seen[k - 1] + w[1] * seen[k - 2] + w[2] * seen[k - 3]
      for (i, marginal) in fit.marginals(10).enumerated() {
        #expect(marginal.mean.isClose(to: average, relative: 1e-13))
        let variance = noise * (1 + ww) + walk * (Double(i + 1) + ll)
        #expect(marginal.standardDeviation.isClose(to: variance.squareRoot(), relative: 1e-12))
      }
    }
  }

  @Test("a window's variance is that of its equal weights")
  func window() throws {
    var draws = RandomStream(seed: 90)
    var level = 100.0
    let values = (0..<400).map { _ -> Double in
      level += 2 * draws.normal()
      return level + 3 * draws.normal()
    }
    var model = WindowAverage()
    model.window = 5
    let fit = try model.fitted(to: TimeSeries(start: .year(1), values: values))
    // Simulated with σ² = 9 and q = 4; moment estimates from 400 values.
    #expect(fit.noise.isClose(to: 9, relative: 0.3))
    #expect(fit.walk.isClose(to: 4, relative: 0.3))
    let k = 5.0
    for (i, marginal) in fit.marginals(8).enumerated() {
      let mean = values.suffix(5).reduce(0, +) / k
      let h = Double(i + 1)
      let variance =
        fit.noise * (1 + 1 / k) + fit.walk * (h + (k - 1) * (2 * k - 1) / (6 * k))
      #expect(marginal.mean.isClose(to: mean, relative: 1e-13))
      #expect(marginal.standardDeviation.isClose(to: variance.squareRoot(), relative: 1e-12))
    }
  }

  @Test("the default window is a season, or three values")
  func defaultWindow() throws {
    #expect(try WindowAverage().fitted(to: TestSeries.monthly).form == "window-average(12)")
    let yearly = TimeSeries(start: .year(1990), values: [1, 2, 3, 4])
    let fit = try WindowAverage().fitted(to: yearly)
    #expect(fit.form == "window-average(3)" && fit.average.isClose(to: 3, relative: 1e-15))
    let weighted = try WeightedMovingAverage().fitted(to: yearly)
    // 0.2 · 2 + 0.3 · 3 + 0.5 · 4.
    #expect(weighted.average.isClose(to: 3.3, relative: 1e-15))
  }

  @Test("weights that are no weights are refused", arguments: ["", "1,a", "0,0", "1,-2", "1,,2"])
  func illegalWeights(_ text: String) {
    var model = WeightedMovingAverage()
    model.weights = text
    let error = #expect(throws: Diagnostic.self) { try model.fitted(to: TestSeries.monthly) }
    #expect(error?.code == .illegalOption)
  }

  @Test("a window of no values is refused")
  func illegalWindow() {
    var model = WindowAverage()
    model.window = 0
    let error = #expect(throws: Diagnostic.self) { try model.fitted(to: TestSeries.monthly) }
    #expect(error?.code == .illegalOption)
  }
}
