import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Optimized theta") struct OptimizedThetaTests {
  private func fit(
    _ kind: ThetaForm, _ series: TimeSeries = TestSeries.monthly,
    _ estimation: ThetaEstimation = .cautious, smoothing: Double? = nil
  ) throws -> ThetaFit {
    let season = try SeasonalTreatment.automatic.season(of: series)
    return ThetaFit(kind, series, season: season, smoothing: smoothing, estimation: estimation)
  }

  static let kinds: [ThetaForm] = [.standard, .optimized, .dynamic, .dynamicOptimized]

  /// The equations of the models' doc comments, one by one, A and B by their recursion.
  private struct Literal {
    let fit: ThetaFit
    let fixed: (a: Double, b: Double)
    var level: Double
    var (a, b, mean) = (0.0, 0.0, 0.0)
    var t = 0.0

    init(_ fit: ThetaFit, adjusted y: [Double]) {
      self.fit = fit
      level = fit.initialLevel
      let n = Double(y.count)
      let mean = y.reduce(0, +) / n
      var (products, squares) = (0.0, 0.0)
      for (i, value) in y.enumerated() {
        products += (Double(i + 1) - (n + 1) / 2) * (value - mean)
        squares += (Double(i + 1) - (n + 1) / 2) * (Double(i + 1) - (n + 1) / 2)
      }
      fixed = (mean - products / squares * (n + 1) / 2, products / squares)
    }

    /// μ of the period to come.
    var forecast: Double {
      let alpha = fit.alpha
      let line = fit.kind.isDynamic ? (a: a, b: b) : fixed
      let next = t + 1
      return level + (1 - 1 / fit.theta)
        * (pow(1 - alpha, next - 1) * line.a + (1 - pow(1 - alpha, next)) / alpha * line.b)
    }

    mutating func step(_ y: Double) {
      level = fit.alpha * y + (1 - fit.alpha) * level
      t += 1
      if t == 1 {
        (a, b, mean) = (y, 0, y)
      } else {
        b = ((t - 2) * b + 6 * (y - mean) / t) / (t + 1)
        mean = ((t - 1) * mean + y) / t
        a = mean - b * (t + 1) / 2
      }
    }
  }

  @Test("errors, means and variances agree with the equations", arguments: kinds)
  func agreesWithItsDefinition(_ kind: ThetaForm) throws {
    let series = TestSeries.monthly
    let fit = try fit(kind)
    let season = try #require(fit.season)
    let y = season.removed(from: series.values)
    var literal = Literal(fit, adjusted: y)
    var squares = 0.0
    for (t, value) in y.enumerated() {
      let error = value - literal.forecast
      if t >= 3 { squares += error * error }
      if kind.isDynamic, t == 0 {
        #expect(fit.residuals[0].isNaN)
      } else {
        #expect(fit.residuals[t].isClose(to: error * season.factor(t), absolute: 1e-7))
      }
      literal.step(value)
    }
    let variance = squares / (57 - Double(kind.coefficientCount))
    #expect(fit.innovationVariance?.isClose(to: variance, relative: 1e-7) == true)
    // Every future value is the mean plus what each error before it, of one σ, adds.
    let horizon = 20
    func path(_ shocked: Int?) -> [Double] {
      var literal = literal
      return (0..<horizon).map { h in
        let value = literal.forecast + (h == shocked ? fit.deviation : 0)
        literal.step(value)
        return value
      }
    }
    let mean = path(nil)
    var sums = [Double](repeating: 0, count: horizon)
    for shocked in 0..<horizon {
      for (h, value) in path(shocked).enumerated() { sums[h] += pow(value - mean[h], 2) }
    }
    for (h, marginal) in fit.marginals(horizon).enumerated() {
      let factor = season.factor(60 + h)
      #expect(marginal.mean.isClose(to: mean[h] * factor, relative: 1e-8))
      #expect(marginal.standardDeviation.isClose(to: sums[h].squareRoot() * factor, relative: 1e-6))
      if !kind.isDynamic {
        let expected = 1 + Double(h) * fit.alpha * fit.alpha  // v_h/σ²
        #expect(sums[h].isClose(to: expected * fit.deviation * fit.deviation, relative: 1e-8))
      }
    }
  }

  @Test("the estimates minimize the squares over their box", arguments: kinds)
  func leastSquares(_ kind: ThetaForm) throws {
    for series in [TestSeries.monthly, TestSeries.gappy] {
      let best = try fit(kind, series, .leastSquares)
      #expect(best.theta >= 1 && best.theta <= 1.0001e10)
      #expect((0.1...0.99).contains(best.alpha))
      for alpha in stride(from: 0.1, through: 0.99, by: 0.01) {
        let other = try fit(kind, series, .leastSquares, smoothing: alpha)
        #expect(other.criterion >= best.criterion * (1 - 1e-12))
      }
    }
  }

  @Test("given α, no other ℓ₀ or θ has fewer squares")
  func concentrated() {
    var draws = RandomStream(seed: 8)
    var y = (0..<40).map { 1 + 0.02 * Double($0) + 0.1 * draws.normal() }
    for i in [0, 5, 6, 22] { y[i] = .nan }
    let slopes = y.indices.map { 0.01 + 0.001 * Double($0) }
    let intercepts = y.indices.map { 1 + 0.1 * Double($0 % 3) }
    func solution(_ weight: Double?) -> ThetaRegression.Solution {
      var regression = ThetaRegression(
        y, intercepts: intercepts, slopes: slopes, skipped: 3, weight: weight, anchor: nil)
      return regression.solution(0.3)
    }
    let best = solution(nil)
    #expect(best.weight >= 0 && best.weight <= 1)
    for weight in stride(from: 0, through: 1, by: 0.05) {
      #expect(solution(weight).squares >= best.squares * (1 - 1e-12))
    }
    // The squares are those of the recursion itself, with a missing value at its mean.
    func squares(_ initial: Double) -> Double {
      var (level, sum, seen) = (initial, 0.0, 0)
      for (t, value) in y.enumerated() {
        let g =
          pow(0.7, Double(t)) * intercepts[t] + (1 - pow(0.7, Double(t + 1))) / 0.3 * slopes[t]
        let mean = level + best.weight * g
        if !value.isNaN { seen += 1 }
        if !value.isNaN, seen > 3 { sum += (value - mean) * (value - mean) }
        level += 0.3 * ((value.isNaN ? mean : value) - level)
      }
      return sum
    }
    #expect(squares(best.initialLevel).isClose(to: best.squares, relative: 1e-10))
    #expect(squares(best.initialLevel + 0.01) > best.squares)
    #expect(squares(best.initialLevel - 0.01) > best.squares)
  }

  @Test("the cautious criterion is the squares and its two terms")
  func cautiousCriterion() {
    let y = [1.0, 1.2, 0.9, 1.3, 1.4, 1.2, 1.6, 1.5]
    let (a, b) = (0.95, 0.08)
    var regression = ThetaRegression(
      y, intercepts: y.map { _ in a }, slopes: y.map { _ in b }, skipped: 3, weight: nil,
      anchor: (value: 1, intercept: a))
    let best = regression.solution(0.4)
    func criterion(_ initial: Double, _ weight: Double) -> Double {
      var level = initial
      var (sum, lines) = (0.0, 0.0)
      for (t, value) in y.enumerated() {
        let g = pow(0.6, Double(t)) * a + (1 - pow(0.6, Double(t + 1))) / 0.4 * b
        let error = value - level - weight * g
        if t >= 3 {
          sum += error * error
          lines += g * g
        }
        level = 0.4 * value + 0.6 * level
      }
      return sum + pow(y[0] - initial - weight * a, 2) + 0.3 * pow(weight - 0.5, 2) * lines
    }
    let least = criterion(best.initialLevel, best.weight)
    #expect(best.criterion.isClose(to: least, relative: 1e-12))
    for (dl, dw) in [(0.01, 0.0), (-0.01, 0), (0, 0.01), (0, -0.01), (0.01, -0.01), (-0.01, 0.01)] {
      #expect(criterion(best.initialLevel + dl, best.weight + dw) > least)
    }
  }

  @Test(
    "the squares are at most statsforecast's, and the forecasts agree where they are equal",
    .enabled(if: SharedData.isPresent))
  func oracle() throws {
    let all = try SharedData.json("forecast/oracles/statsforecast.json", as: [String: JSON].self)
    var (compared, equal) = (0, 0)
    for baseline in RBaseline.all where baseline.series.missingCount == 0 {
      for (name, kind) in [
        ("Theta", ThetaForm.standard), ("OptimizedTheta", .optimized), ("DynamicTheta", .dynamic),
        ("DynamicOptimizedTheta", .dynamicOptimized),
      ] {
        guard let theirs = all[baseline.name]?[name], let mse = theirs["mse"]?.number else {
          continue
        }
        let ours = try fit(kind, baseline.series, .leastSquares)
        let y = ours.season?.removed(from: baseline.series.values) ?? baseline.series.values
        let meanSize = y.reduce(0) { $0 + abs($1) } / Double(y.count)
        // statsforecast 2.1.1 reports Σ_{t≥4} ε²/mean |y| as its mse.
        let squares = mse * meanSize
        #expect(ours.criterion <= squares * (1 + 1e-9), "\(baseline.name) \(name)")
        compared += 1
        guard ours.criterion > squares * (1 - 1e-6) else { continue }
        equal += 1
        let means = (theirs["mean"]?.array ?? []).map { $0.number ?? .nan }
        for (marginal, mean) in zip(ours.marginals(means.count), means) {
          let sigma = marginal.standardDeviation
          #expect(
            marginal.mean.isClose(to: mean, absolute: 0.05 * sigma), "\(baseline.name) \(name)")
        }
      }
    }
    #expect(compared >= 150 && equal >= 50)
  }

  @Test("the automatic choice has the least criterion of the four")
  func automatic() throws {
    for baseline in [TestSeries.monthly, TestSeries.gappy] {
      let best = try AutoTheta().fitted(to: baseline)
      for kind in Self.kinds {
        #expect(best.criterion <= (try fit(kind, baseline)).criterion)
      }
    }
  }

  @Test("parameters are recovered and intervals have their coverage on simulated series")
  func simulatedTruth() throws {
    var (covered, near) = (0, 0)
    for replicate in 0..<100 {
      var draws = RandomStream(seed: 72).substream(UInt64(replicate))
      // STM: θ = 2, about the line 100 + 2t.
      var level = 50.0
      let values = (0..<206).map { t -> Double in
        let (power, next) = (pow(0.6, Double(t)), pow(0.6, Double(t + 1)))
        let mean = level + 0.5 * (power * 100 + (1 - next) / 0.4 * 2)
        let y = mean + 4 * draws.normal()
        level += 0.4 * (y - level)
        return y
      }
      let series = TimeSeries(start: .year(1000), values: Array(values.prefix(200)))
      let fit = try fit(.optimized, series)
      if fit.marginals(6)[5].interval(0.95).contains(values[205]) { covered += 1 }
      if abs(fit.alpha - 0.4) < 0.2 { near += 1 }
    }
    // 95 ± 3·2.2 of 100; three standard errors of α, √((1 − 0.6²)/200) each.
    #expect((88...100).contains(covered), "\(covered) of 100")
    #expect(near >= 97, "\(near) of 100")
  }

  @Test("a line is carried on exactly")
  func line() throws {
    let series = TimeSeries(start: .year(1990), values: (0..<20).map { 5 + 3 * Double($0) })
    var model = OptimizedTheta()
    model.estimation = .leastSquares
    for (h, marginal) in try model.fitted(to: series).marginals(6).enumerated() {
      #expect(marginal.mean.isClose(to: 5 + 3 * Double(20 + h), relative: 1e-8))
      #expect(marginal.standardDeviation < 1e-6)
    }
  }

  @Test("the running line is the least squares line")
  func runningLine() {
    var line = RunningLine()
    let points: [(Double, Double)] = [(1, 3), (2, 5), (5, 4), (9, 12)]
    for (t, y) in points { line.add(y, at: t) }
    // Normal equations by hand: Σt = 17, Σy = 24, Σt² = 111, Σty = 141, n = 4.
    let (times, values, squares, products) = (17.0, 24.0, 111.0, 141.0)
    let slope = (4 * products - times * values) / (4 * squares - times * times)
    #expect(line.slope.isClose(to: slope, relative: 1e-14))
    #expect(line.intercept.isClose(to: (values - slope * times) / 4, relative: 1e-14))
  }
}

@Suite("Classical season") struct ClassicalSeasonTests {
  @Test("factors are the averages of the ratios to the centered average")
  func definition() {
    let y = TestSeries.monthly.values
    for isMultiplicative in [true, false] {
      var sums = [Double](repeating: 0, count: 12)
      var counts = sums
      for t in 6..<(y.count - 6) {
        let trend =
          (0.5 * y[t - 6] + y[(t - 5)...(t + 5)].reduce(0, +) + 0.5 * y[t + 6]) / 12
        sums[t % 12] += isMultiplicative ? y[t] / trend : y[t] - trend
        counts[t % 12] += 1
      }
      let raw = zip(sums, counts).map { $0 / $1 }
      let mean = raw.reduce(0, +) / 12
      let season = ClassicalSeason(y, length: 12, isMultiplicative: isMultiplicative)
      for (ours, value) in zip(season.factors, raw) {
        #expect(ours.isClose(to: isMultiplicative ? value / mean : value - mean, relative: 1e-12))
      }
    }
  }

  @Test("a season without noise is found exactly, gaps or no gaps")
  func exact() {
    let factors = [0.5, 0.8, 1.7, 1.0]
    var y = (0..<40).map { 200 * factors[$0 % 4] }
    for gaps in [[], [7, 12, 13, 30]] {
      for gap in gaps { y[gap] = .nan }
      let season = ClassicalSeason(y, length: 4, isMultiplicative: true)
      // With gaps the rounds end where a factor moves by less than 1e-6.
      #expect(season.factors.isClose(to: factors, relative: gaps.isEmpty ? 1e-12 : 1e-4))
    }
  }

  @Test("noise shows no season, a season shows one, a constant none")
  func detection() {
    var draws = RandomStream(seed: 12)
    let noise = (0..<96).map { _ in draws.normal() }
    #expect(!ClassicalSeason.isSeasonal(noise, 12))
    #expect(ClassicalSeason.isSeasonal(TestSeries.monthly.values, 12))
    #expect(ClassicalSeason.isSeasonal(TestSeries.gappy.values, 12))
    #expect(!ClassicalSeason.isSeasonal([Double](repeating: 0.1, count: 60), 12))
    #expect(!ClassicalSeason.isSeasonal(Array(TestSeries.monthly.values.prefix(24)), 12))
  }
}
