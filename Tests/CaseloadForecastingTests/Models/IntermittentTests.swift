import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Intermittent demand") struct IntermittentTests {
  static let y: [Double] = [0, 0, 3, 0, 1, 0, 0, 0, 5, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 3, 0, 0]
  static let series = TimeSeries(start: .year(1990), values: y)

  private func smoothed(_ x: [Double], _ alpha: Double) -> [Double] {
    var result = [x[0]]
    for value in x.dropFirst() {
      result.append(alpha * value + (1 - alpha) * result[result.count - 1])
    }
    return result
  }

  private let sizes = [3.0, 1, 5, 1, 2, 1, 3]
  private let intervals = [3.0, 2, 4, 1, 3, 3, 4]

  @Test("Croston's forecast is the smoothed size over the smoothed interval")
  func croston() throws {
    var model = Croston()
    model.smoothing = 0.2
    let fit = try model.fitted(to: Self.series)
    let (z, p) = (smoothed(sizes, 0.2), smoothed(intervals, 0.2))
    for marginal in fit.marginals(4) {
      #expect(marginal.mean.isClose(to: z[6] / p[6], relative: 1e-13))
    }
    // The forecast of period 10 (the fourth demand) was made after three demands.
    #expect(fit.residuals[9].isClose(to: 1 - z[2] / p[2], absolute: 1e-13))
    #expect(fit.residuals[0].isNaN && fit.residuals[2].isNaN && !fit.residuals[3].isNaN)
  }

  @Test("the correction of Syntetos and Boylan lowers it by half of α")
  func sba() throws {
    let (croston, sba) = (
      try Croston().fitted(to: Self.series), try SBA().fitted(to: Self.series)
    )
    #expect(sba.mean.isClose(to: 0.95 * croston.mean, relative: 1e-14))
  }

  @Test("TSB's forecast is the smoothed size times the smoothed occurrence")
  func tsb() throws {
    var model = TSB()
    model.smoothing = 0.3
    model.occurrenceSmoothing = 0.15
    let fit = try model.fitted(to: Self.series)
    let z = smoothed(sizes, 0.3)
    let p = smoothed(Self.y.map { $0 > 0 ? 1 : 0 }, 0.15)
    #expect(fit.mean.isClose(to: z[6] * p[21], relative: 1e-13))
    #expect(fit.residuals[21].isClose(to: 0 - z[6] * p[20], absolute: 1e-13))
    // It falls while none occurs.
    let longer = try fit.updated(with: Self.series.appending([0, 0, 0]))
    #expect(longer.mean.isClose(to: fit.mean * pow(0.85, 3), relative: 1e-12))
  }

  @Test("ADIDA smooths sums over the average interval, IMAPA averages the levels up to it")
  func aggregation() throws {
    // The average interval is 20/7, so that a = 3; the first of 22 values is left out.
    let sums: [Double] = (0..<7).map { j in (0..<3).reduce(0.0) { $0 + Self.y[1 + 3 * j + $1] } }
    var adida = ADIDA()
    adida.smoothing = 0.25
    let expected = smoothed(sums, 0.25)[6] / 3
    #expect(try adida.fitted(to: Self.series).mean.isClose(to: expected, relative: 1e-13))
    var imapa = IMAPA()
    imapa.smoothing = 0.25
    let pairs: [Double] = (0..<11).map { Self.y[2 * $0] + Self.y[2 * $0 + 1] }
    let levels = [
      smoothed(Self.y, 0.25)[21], smoothed(pairs, 0.25)[10] / 2, expected,
    ]
    let fit = try imapa.fitted(to: Self.series)
    #expect(fit.mean.isClose(to: levels.reduce(0, +) / 3, relative: 1e-13))
    // Each residual is what the model of the values before it missed.
    for t in 4..<22 {
      let before = Array(Self.y.prefix(t))
      let a = DemandState(before, method: .imapa, smoothing: [0.25, 0.25, 0.25])
      #expect(fit.residuals[t].isClose(to: Self.y[t] - a.mean, absolute: 1e-13))
    }
  }

  @Test("the distribution has the mean of the method and the sizes that were seen")
  func distribution() throws {
    let fits = [
      try Croston().fitted(to: Self.series), try SBA().fitted(to: Self.series),
      try TSB().fitted(to: Self.series), try ADIDA().fitted(to: Self.series),
      try IMAPA().fitted(to: Self.series),
    ]
    for fit in fits {
      let marginal = fit.marginals(1)[0]
      #expect(marginal.mean.isClose(to: fit.mean, relative: 1e-12))
      #expect(fit.probabilities.reduce(0, +).isClose(to: 1, absolute: 1e-14))
      #expect(fit.values == [0, 1, 2, 3, 5])
      // P(y = 0) = 1 − f/z.
      #expect(fit.probabilities[0].isClose(to: 1 - fit.mean / fit.size, relative: 1e-12))
      for p in stride(from: 0.05, to: 1, by: 0.05) {
        #expect(fit.values.contains(marginal.quantile(p)))
      }
      let paths = fit.paths(6, count: 4000, from: RandomStream(seed: 4))
      #expect((0..<6).allSatisfy { paths.row($0).allSatisfy { fit.values.contains($0) } })
      let zeros = Double(paths.row(3).count { $0 == 0 }) / 4000
      // Three binomial standard deviations.
      #expect(zeros.isClose(to: fit.probabilities[0], absolute: 0.024))
    }
  }

  @Test("a long series' distribution is the one that it was drawn from")
  func simulatedTruth() throws {
    var draws = RandomStream(seed: 73)
    let values = (0..<6000).map { _ -> Double in
      guard draws.uniform() < 0.3 else { return 0 }
      return [1, 1, 2, 5][draws.integer(below: 4)]
    }
    var model = TSB()
    model.smoothing = 0.005
    model.occurrenceSmoothing = 0.005
    let fit = try model.fitted(to: TimeSeries(start: .year(1), values: values))
    // Smoothing averages about 2/α = 400 values: three standard errors of a share.
    #expect(fit.values == [0, 1, 2, 5])
    for (ours, truth) in zip(fit.probabilities, [0.7, 0.15, 0.075, 0.075]) {
      #expect(ours.isClose(to: truth, absolute: 0.07))
    }
    #expect(fit.mean.isClose(to: 0.3 * 2.25, absolute: 3 * 1.35 / 20))
  }

  @Test("the weights of sizes are those of smoothing")
  func weights() {
    let weights = DemandSmoothing.weights(sizes.count, 0.3)
    #expect(weights.reduce(0, +).isClose(to: 1, absolute: 1e-15))
    let mean = zip(weights, sizes).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(mean.isClose(to: smoothed(sizes, 0.3)[6], relative: 1e-14))
    #expect(DemandSmoothing.weights(1, 0.3) == [1])
  }

  @Test("R's croston has the same forecasts and fitted values", .enabled(if: SharedData.isPresent))
  func rOracle() throws {
    let oracle = try SharedData.json("forecast/oracles/r_croston.json")
    let y = (oracle["y"]?.array ?? []).compactMap(\.number)
    let fit = try Croston().fitted(to: TimeSeries(start: .year(1900), values: y))
    let means = (oracle["mean"]?.array ?? []).compactMap(\.number)
    for (marginal, mean) in zip(fit.marginals(means.count), means) {
      #expect(marginal.mean.isClose(to: mean, relative: 1e-12))  // R forecast 8.20 croston()
    }
    let fitted = (oracle["fitted"]?.array ?? []).map { $0.number ?? .nan }
    // Up to the first demand R forecasts 0, and there is nothing to go by here.
    for t in 2..<y.count {
      #expect((y[t] - fit.residuals[t]).isClose(to: fitted[t], absolute: 1e-12))
    }
  }

  @Test(
    "statsforecast's intermittent models have the same forecasts",
    .enabled(if: SharedData.isPresent))
  func statsforecastOracle() throws {
    let oracle = try SharedData.json("forecast/oracles/statsforecast_intermittent.json")
    let y = (oracle["y"]?.array ?? []).compactMap(\.number)
    let series = TimeSeries(start: .year(1900), values: y)
    var optimized = Croston()
    optimized.optimized = true
    let pairs: [(String, DemandFit, Double)] = [
      ("CrostonClassic", try Croston().fitted(to: series), 1e-12),
      ("CrostonSBA", try SBA().fitted(to: series), 1e-12),
      ("TSB", try TSB().fitted(to: series), 1e-12),
      // Searches for α end within their tolerances.
      ("CrostonOptimized", try optimized.fitted(to: series), 1e-4),
      ("ADIDA", try ADIDA().fitted(to: series), 1e-4),
      ("IMAPA", try IMAPA().fitted(to: series), 1e-4),
    ]
    for (name, fit, tolerance) in pairs {
      let theirs = try #require(oracle["forecasts"]?[name]?.array?.first?.number)
      #expect(fit.mean.isClose(to: theirs, relative: tolerance), "\(name)")  // 2.1.1
    }
  }

  @Test("nothing but zeros forecasts zero, with a warning")
  func zeros() throws {
    let series = TimeSeries(start: .year(1990), values: [Double](repeating: 0, count: 12))
    let fit = try Croston().fitted(to: series)
    #expect(fit.marginals(3).allSatisfy { $0.mean == 0 && $0.quantile(0.99) == 0 })
    #expect(fit.diagnostics.count == 1)
  }

  @Test("a negative value is refused, and so is a smoothing of 0")
  func refused() throws {
    let negative = TimeSeries(start: .year(1990), values: [0, 2, -1, 0])
    let error = #expect(throws: Diagnostic.self) { try Croston().fitted(to: negative) }
    #expect(error?.code == .modelNotApplicable)
    #expect(throws: Diagnostic.self) {
      try Croston().fitted(to: Self.series).updated(with: negative)
    }
    var model = TSB()
    model.occurrenceSmoothing = 0
    #expect(throws: Diagnostic.self) { try model.fitted(to: Self.series) }
  }

  @Test("an atom of a mixture is its own quantile")
  func atoms() {
    let mixture = PredictiveDistribution.mixture([
      .init(weight: 0.6, mean: 0, standardDeviation: 0),
      .init(weight: 0.3, mean: 1, standardDeviation: 0),
      .init(weight: 0.1, mean: 7, standardDeviation: 0),
    ])
    #expect([0.1, 0.59, 0.61, 0.89, 0.95].map { mixture.quantile($0) } == [0, 0, 1, 1, 7])
  }
}
