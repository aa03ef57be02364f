import CaseloadData
import CaseloadMath

/// A fitted weighted average of the last observed values: what the moving averages have in common.
///
/// ```
/// ŷₙ₊ₕ = Σᵢ wᵢ yₙ₊₁₋ᵢ,   i = 1 … k,   Σ wᵢ = 1
/// ```
///
/// The values are taken for a level that walks, and noise about it: yₜ = μₜ + εₜ, μₜ₊₁ = μₜ + ηₜ, with
/// variances σ² and q. With Wⱼ = Σ_{i>j} wᵢ, the average misses the level by a part of both:
///
/// ```
/// Var(μₙ − ŷₙ₊ₕ) = σ² Σ wᵢ² + q Σ Wⱼ²
/// v_h = σ² (1 + Σ wᵢ²) + q (h + Σ Wⱼ²)
/// ```
///
/// σ² and q follow from two averages over the history: v₁ is the mean square of the one-step errors,
/// and 2σ² + q that of the changes from value to value. Missing values are passed over.
///
/// A recursive average takes its forecasts for values; then the errors of the average are the only
/// noise, and the variances those of ``AverageRecursion``.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §3.3 (moving
///   averages); the variances are those of the local level model, Durbin & Koopman (2012), §2.2.
public struct MovingAverage: FittedForecastModel {
  public let form: String
  /// w₁ … w_k, the latest first.
  let weights: [Double]
  /// σ² and q.
  let noise: Double
  let walk: Double
  let average: Double
  /// The last k values, the latest first, of an average that goes on by recursion; `nil` for a flat
  /// one.
  let latest: [Double]?
  /// How many periods at the end have no value.
  private let gap: Int
  private let meanSquare: Double
  public let observationCount: Int
  public let diagnostics: [Diagnostic]
  @NullForNaN public private(set) var residuals: [Double]

  /// - Precondition: more observed values than weights; weights that are not negative and add up to
  ///   a positive number.
  init(_ series: TimeSeries, form: String, weights: [Double], isRecursive: Bool = false) {
    let total = weights.reduce(0, +)
    let shares = weights.map { $0 / total }
    let (residuals, average, gap) = Self.run(series.values, shares)
    latest = isRecursive ? Self.latest(series, shares.count) : nil
    let errors = residuals.filter { !$0.isNaN }
    let meanSquare = Self.meanSquare(errors)
    let (squares, walked) = Self.loads(shares)
    let y = series.observed.map(\.value)
    let changes = Self.meanSquare(zip(y.dropFirst(), y).map { $0 - $1 })
    // v₁ = σ² (1 + Σw²) + q (1 + ΣW²), changes = 2 σ² + q.
    let denominator = 1 + walked - 0.5 * (1 + squares)
    let solved = denominator > 0 ? (meanSquare - 0.5 * (1 + squares) * changes) / denominator : 0
    let walk = min(max(0, solved), meanSquare / (1 + walked))
    self.form = form
    self.weights = shares
    self.average = average
    self.gap = gap
    self.meanSquare = meanSquare
    self.walk = walk
    noise = max(0, (meanSquare - walk * (1 + walked)) / (1 + squares))
    observationCount = errors.count
    self.residuals = residuals
    diagnostics =
      meanSquare > 0
      ? []
      : [
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en: "The average has missed no value so far, so the interval has no width.",
            zh: "平均值至今没有误差，区间宽度为零。"))
      ]
  }

  private init(_ fit: MovingAverage, on series: TimeSeries) {
    (residuals, average, gap) = Self.run(series.values, fit.weights)
    form = fit.form
    weights = fit.weights
    latest = fit.latest == nil ? nil : Self.latest(series, fit.weights.count)
    (noise, walk, meanSquare) = (fit.noise, fit.walk, fit.meanSquare)
    observationCount = fit.observationCount
    diagnostics = fit.diagnostics
  }

  private static func latest(_ series: TimeSeries, _ count: Int) -> [Double] {
    series.observed.suffix(count).reversed().map(\.value)
  }

  private static func run(_ y: [Double], _ weights: [Double]) -> (
    residuals: [Double], average: Double, gap: Int
  ) {
    var residuals = [Double](repeating: .nan, count: y.count)
    var latest: [Double] = []
    var gap = 0
    func average() -> Double {
      zip(weights, latest.suffix(weights.count).reversed()).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for t in y.indices {
      guard !y[t].isNaN else {
        gap += 1
        continue
      }
      gap = 0
      if latest.count >= weights.count { residuals[t] = y[t] - average() }
      latest.append(y[t])
    }
    return (residuals, average(), gap)
  }

  /// Σ wᵢ² and Σ Wⱼ².
  private static func loads(_ weights: [Double]) -> (squares: Double, walked: Double) {
    var (squares, walked, rest) = (0.0, 0.0, 1.0)
    for (i, weight) in weights.enumerated() {
      squares += weight * weight
      rest -= weight
      if i + 1 < weights.count { walked += rest * rest }
    }
    return (squares, walked)
  }

  private static func meanSquare(_ x: [Double]) -> Double {
    var sum = Accumulator()
    for value in x { sum.add(product: value, value) }
    return x.isEmpty ? 0 : sum.value / Double(x.count)
  }

  /// Gaussian, with the constant −n/2 ln 2π.
  public var logLikelihood: Double? {
    let n = Double(observationCount)
    return meanSquare > 0 ? -0.5 * n * (log(2 * .pi * meanSquare) + 1) : nil
  }

  public var parameterCount: Int { latest == nil ? 2 : 1 }
  public var innovationVariance: Double? { meanSquare }

  public var parameters: [Parameter] {
    guard latest == nil else {
      return [
        Parameter(
          name: Text(en: "error variance", zh: "误差方差"), symbol: "σ²", estimate: meanSquare)
      ]
    }
    return [
      Parameter(name: Text(en: "noise variance", zh: "噪声方差"), symbol: "σ²", estimate: noise),
      Parameter(
        name: Text(en: "variance of the level's steps", zh: "水平变动方差"), symbol: "q",
        estimate: walk),
    ]
  }

  public var states: [Parameter] {
    [Parameter(name: Text(en: "average", zh: "平均值"), symbol: "ŷ", estimate: average)]
  }

  /// The same weights, σ² and q, and the average of the last values of `series`.
  public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self {
    MovingAverage(self, on: series)
  }

  private var recursion: AverageRecursion? {
    latest.map { AverageRecursion(weights: weights, latest: $0) }
  }

  public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
    if let recursion {
      return recursion.marginals(horizon, after: gap, deviation: meanSquare.squareRoot())
    }
    let (squares, walked) = Self.loads(weights)
    return (0..<horizon).map { step in
      let h = Double(gap + step + 1)
      let variance = noise * (1 + squares) + walk * (h + walked)
      return .normal(mean: average, standardDeviation: variance.squareRoot())
    }
  }

  public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
    -> Matrix
  {
    if let recursion {
      return recursion.paths(
        horizon, after: gap, count: count, deviation: meanSquare.squareRoot(), from: stream)
    }
    let (squares, walked) = Self.loads(weights)
    let error = (noise * squares + walk * (Double(gap) + walked)).squareRoot()
    var result = Matrix(rowCount: horizon, columnCount: count)
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      var level = average + error * draws.normal()
      for h in 0..<horizon {
        level += walk.squareRoot() * draws.normal()
        result[h, path] = level + noise.squareRoot() * draws.normal()
      }
    }
    return result
  }
}
