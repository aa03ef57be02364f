import CaseloadData
import CaseloadMath

/// The members of the theta family.
enum ThetaForm: String, Codable, Sendable {
  /// Exponential smoothing and half of the line's slope, as R's `thetaf`.
  case classic = "Theta"
  /// The standard theta model: θ = 2, one line through all the data.
  case standard = "STM"
  /// The optimized theta model: θ is estimated.
  case optimized = "OTM"
  /// The standard theta model, its line moving with the data.
  case dynamic = "DSTM"
  /// The dynamic optimized theta model.
  case dynamicOptimized = "DOTM"

  var isDynamic: Bool { self == .dynamic || self == .dynamicOptimized }
  /// ω = 1 − 1/θ where it is not estimated; the classic smoothing runs on the data alone.
  var weight: Double? {
    switch self {
    case .classic: 0
    case .standard, .dynamic: 0.5
    case .optimized, .dynamicOptimized: nil
    }
  }
  /// How many first values the criterion leaves out, as the authors' programs do.
  var skipped: Int { self == .classic ? 0 : 3 }
  var alphaRange: ClosedRange<Double> { self == .classic ? 1e-4...0.9999 : 0.1...0.99 }
  /// ℓ₀, α and, where it is estimated, θ.
  var coefficientCount: Int { weight == nil ? 3 : 2 }
}

/// A fitted model of the theta family, on the data without their season.
///
/// ```
/// yₜ = μₜ + εₜ,   μₜ = ℓₜ₋₁ + ω gₜ,   ω = 1 − 1/θ
/// gₜ = (1 − α)ᵗ⁻¹ Aₜ₋₁ + Bₜ₋₁ (1 − (1 − α)ᵗ)/α
/// ℓₜ = α yₜ + (1 − α) ℓₜ₋₁
/// ```
///
/// (Aₜ, Bₜ) is the straight line through the values up to t in the dynamic models, and through all
/// of them in the others. Forecasts put every future value at its mean; the classic form adds half
/// of the line's slope to plain smoothing:
///
/// ```
/// classic: ŷₙ₊ₕ = ℓₙ + ½ B (h − 1 + (1 − (1 − α)ⁿ)/α)
/// ```
///
/// A future value is linear in the errors to come, so its variance is exact, by the covariance
/// recursion of (ℓ, Aₜ, Bₜ); for a line that stands it is
///
/// ```
/// v_h = σ² (1 + (h − 1) α²)
/// ```
///
/// σ² divides the squares that the criterion counts by their number less that of ℓ₀, α and θ. The
/// likelihood is Gaussian over the same values, with the constant −n/2 ln 2π and the Jacobian of a
/// multiplicative season. A missing value has no error and stands at its mean; values missing at
/// the end are forecast first.
public struct ThetaFit: FittedForecastModel {
  let kind: ThetaForm
  let season: ClassicalSeason?
  let alpha: Double
  /// ω.
  let weight: Double
  let initialLevel: Double
  /// The line through all values of the history that was fitted.
  let line: RunningLine
  /// σ, without the season.
  let deviation: Double
  /// What the estimates minimize, without the season, in squares of the data's unit.
  let criterion: Double
  public let logLikelihood: Double?
  public let observationCount: Int
  public let diagnostics: [Diagnostic]
  @NullForNaN public private(set) var residuals: [Double]
  /// After the last observed value, which is the `count`-th period.
  private var end: End

  struct End: Codable, Sendable {
    var level: Double
    var line: RunningLine
    var count: Int
    /// How many periods after it have no value.
    var gap: Int
  }

  /// The best member of kind `kind`; a positive `smoothing` fixes α.
  ///
  /// - Precondition: at least `coefficientCount + skipped + 1` observed values.
  init(
    _ kind: ThetaForm, _ series: TimeSeries, season: ClassicalSeason?, smoothing: Double?,
    estimation: ThetaEstimation
  ) {
    let adjusted = season?.removed(from: series.values) ?? series.values
    let largest = adjusted.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    let unit = largest > 0 ? largest : 1
    let y = adjusted.map { $0 / unit }
    var line = RunningLine()
    var (intercepts, slopes) = ([Double](), [Double]())
    if kind.isDynamic {
      intercepts.reserveCapacity(y.count)
      slopes.reserveCapacity(y.count)
    }
    for (t, value) in y.enumerated() {
      if kind.isDynamic {
        intercepts.append(line.intercept)
        slopes.append(line.slope)
      }
      if !value.isNaN { line.add(value, at: Double(t + 1)) }
    }
    if !kind.isDynamic {
      intercepts = [Double](repeating: line.intercept, count: y.count)
      slopes = [Double](repeating: line.slope, count: y.count)
    }
    let first = y.first { !$0.isNaN } ?? 0
    let anchor =
      estimation == .leastSquares || kind == .classic
      ? nil : (value: first, intercept: kind.isDynamic ? first : line.intercept)
    var regression = ThetaRegression(
      y, intercepts: intercepts, slopes: slopes, skipped: kind.skipped, weight: kind.weight,
      anchor: anchor)
    let range = kind.alphaRange
    let (alpha, solution) =
      smoothing.map { ($0, regression.solution($0)) }
      ?? regression.best(low: range.lowerBound, high: range.upperBound)
    let counted = Int(line.count) - kind.skipped
    let freedom = Double(max(1, counted - kind.coefficientCount))
    self.kind = kind
    self.season = season
    self.alpha = alpha
    weight = solution.weight
    initialLevel = solution.initialLevel * unit
    line.mean *= unit
    line.products *= unit
    self.line = line
    deviation = (solution.squares / freedom).squareRoot() * unit
    criterion = solution.criterion * unit * unit
    observationCount = counted
    logLikelihood = Self.likelihood(
      solution.squares, unit: unit, series.values, season: season, skipped: kind.skipped)
    diagnostics =
      deviation > 0
      ? []
      : [
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en: "The model fits the history exactly, so the interval has no width.",
            zh: "模型与历史完全吻合，区间宽度为零。"))
      ]
    residuals = []
    end = End(level: 0, line: line, count: 0, gap: 0)
    run(over: series.values)
  }

  private static func likelihood(
    _ squares: Double, unit: Double, _ y: [Double], season: ClassicalSeason?, skipped: Int
  ) -> Double? {
    guard squares > 0 else { return nil }
    var (seen, jacobian) = (0, 0.0)
    for t in y.indices where !y[t].isNaN {
      seen += 1
      if seen > skipped, let season, season.isMultiplicative { jacobian += log(season.factor(t)) }
    }
    let n = Double(seen - skipped)
    return -0.5 * n * (log(2 * .pi * squares / n) + 1) - n * log(unit) - jacobian
  }

  /// Runs the recursions over `values`: the residuals and the last states.
  private mutating func run(over values: [Double]) {
    var level = initialLevel
    var running = RunningLine()
    var last = End(level: level, line: running, count: 0, gap: values.count)
    var power = 1.0
    let (intercept, slope) = (line.intercept, line.slope)
    var residuals = [Double](repeating: .nan, count: values.count)
    for t in values.indices {
      let next = (1 - alpha) * power
      let (a, b) =
        kind.isDynamic ? (running.intercept, running.slope) : (intercept, slope)
      let mean = level + weight * (a * power + b * (1 - next) / alpha)
      power = next
      guard !values[t].isNaN else {
        level += alpha * (mean - level)
        continue
      }
      let factor = season?.factor(t)
      let isRatio = season?.isMultiplicative ?? false
      let value = factor.map { isRatio ? values[t] / $0 : values[t] - $0 } ?? values[t]
      // Before the first value a dynamic line says nothing, and there is no error.
      if !kind.isDynamic || running.count > 0 {
        let error = value - mean
        residuals[t] = isRatio ? error * (factor ?? 1) : error
      }
      level += alpha * (value - level)
      running.add(value, at: Double(t + 1))
      last = End(level: level, line: running, count: t + 1, gap: values.count - t - 1)
    }
    self.residuals = residuals
    end = last
  }

  public var form: String {
    switch season?.isMultiplicative {
    case nil: kind.rawValue
    case true?: "\(kind.rawValue) × season"
    case false?: "\(kind.rawValue) + season"
    }
  }

  /// ℓ₀, α, θ where it is estimated, σ², and the seasonal factors, whose average is given.
  public var parameterCount: Int {
    kind.coefficientCount + 1 + (season.map { $0.factors.count - 1 } ?? 0)
  }

  public var innovationVariance: Double? { deviation * deviation }
  public var theta: Double { kind == .classic ? 2 : 1 / (1 - weight) }

  public var parameters: [Parameter] {
    [
      Parameter(name: Text(en: "level smoothing", zh: "水平平滑系数"), symbol: "α", estimate: alpha),
      Parameter(name: Text(en: "theta", zh: "Theta 系数"), symbol: "θ", estimate: theta),
      Parameter(
        name: Text(en: "initial level", zh: "初始水平"), symbol: "ℓ₀", estimate: initialLevel),
      Parameter(
        name: Text(en: "error variance", zh: "误差方差"), symbol: "σ²",
        estimate: deviation * deviation),
    ]
  }

  public var states: [Parameter] {
    let last = kind.isDynamic ? end.line : line
    return [
      Parameter(name: Text(en: "level", zh: "水平"), symbol: "ℓ", estimate: end.level),
      Parameter(
        name: Text(en: "line's intercept", zh: "直线截距"), symbol: "A", estimate: last.intercept),
      Parameter(name: Text(en: "line's slope", zh: "直线斜率"), symbol: "B", estimate: last.slope),
    ]
  }

  /// The same α, θ, ℓ₀, σ² and season, and the same line where it stands, over the longer series.
  public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self {
    var copy = self
    copy.run(over: series.values)
    return copy
  }

  /// One future period after another, from the last observed value on.
  struct Walk {
    private let alpha: Double
    private let weight: Double
    private let isDynamic: Bool
    private let isClassic: Bool
    private(set) var level: Double
    private(set) var line: RunningLine
    private(set) var t: Double
    /// (1 − α)ᵗ⁻¹ for the period to come.
    private var power: Double
    private var isFirst = true

    init(_ fit: ThetaFit) {
      (alpha, weight) = (fit.alpha, fit.weight)
      isDynamic = fit.kind.isDynamic
      isClassic = fit.kind == .classic
      level = fit.end.level
      line = isDynamic ? fit.end.line : fit.line
      t = Double(fit.end.count + 1)
      power = pow(1 - alpha, Double(fit.end.count))
    }

    /// What (A, B) adds to the mean, each by its unit: ω (1 − α)ᵗ⁻¹ and ω (1 − (1 − α)ᵗ)/α.
    var loads: (intercept: Double, slope: Double) {
      (weight * power, weight * (1 - (1 - alpha) * power) / alpha)
    }

    /// μₜ of the period to come.
    var mean: Double {
      if isClassic {
        // The first step catches up with the line; each later one adds half of its slope.
        return level + 0.5 * line.slope * (isFirst ? (1 - power) / alpha : 1)
      }
      let loads = loads
      return level + loads.intercept * line.intercept + loads.slope * line.slope
    }

    /// Goes on to the next period, in which the value was `y`.
    mutating func step(_ y: Double) {
      level = isClassic ? mean + alpha * (y - mean) : level + alpha * (y - level)
      if isDynamic { line.add(y, at: t) }
      isFirst = false
      power *= 1 - alpha
      t += 1
    }
  }

  public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
    var walk = Walk(self)
    var spread = Spread(alpha: alpha)
    var result: [PredictiveDistribution] = []
    result.reserveCapacity(horizon)
    for step in 0..<(end.gap + horizon) {
      let mean = walk.mean
      let variance =
        kind.isDynamic
        ? spread.next(walk) : 1 + Double(step) * alpha * alpha
      walk.step(mean)
      guard step >= end.gap else { continue }
      let distribution = PredictiveDistribution.normal(
        mean: mean, standardDeviation: deviation * variance.squareRoot())
      result.append(season?.restored(distribution, end.count + step) ?? distribution)
    }
    return result
  }

  public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
    -> Matrix
  {
    var result = Matrix(rowCount: horizon, columnCount: count)
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      var walk = Walk(self)
      for step in 0..<(end.gap + horizon) {
        let value = walk.mean + deviation * draws.normal()
        walk.step(value)
        guard step >= end.gap else { continue }
        let factor = season?.factor(end.count + step)
        let isRatio = season?.isMultiplicative ?? false
        result[step - end.gap, path] = factor.map { isRatio ? value * $0 : value + $0 } ?? value
      }
    }
    return result
  }

  /// The covariance P, in units of σ², of the dynamic model's state (ℓ, ȳ, S) where S is the line's
  /// sum of products: what the errors to come do to it.
  ///
  /// ```
  /// v = aᵀP a + 1,   P ← F P Fᵀ + k kᵀ
  /// ```
  ///
  /// a holds the loads of the mean, k those of the error on the next state, and F = M + k aᵀ, where M
  /// is the state's own transition.
  private struct Spread {
    let alpha: Double
    private var covariance = [SIMD3<Double>](repeating: .zero, count: 3)

    init(alpha: Double) { self.alpha = alpha }

    /// The variance of the period to come, and the step beyond it.
    mutating func next(_ walk: Walk) -> Double {
      let (line, t) = (walk.line, walk.t)
      let loads = walk.loads
      let count = line.count + 1
      // B = S/Σ(t − t̄)², A = ȳ − B t̄.
      let perProduct = line.timeSquares > 0 ? 1 / line.timeSquares : 0
      let a = SIMD3(
        1, loads.intercept, (loads.slope - loads.intercept * line.meanTime) * perProduct)
      // ȳ′ = ȳ + (y − ȳ)/n, S′ = S + (t − t̄)(y − ȳ′).
      let offset = t - line.meanTime
      let k = SIMD3(alpha, 1 / count, offset * (1 - 1 / count))
      let own = [
        SIMD3(1 - alpha, 0, 0), SIMD3(0, 1 - 1 / count, 0), SIMD3(0, -offset * (1 - 1 / count), 1),
      ]
      let variance = 1 + (a * applied(a)).sum()
      let rows = (0..<3).map { own[$0] + k[$0] * a }
      let images = rows.map { applied($0) }
      covariance = (0..<3).map { i in
        SIMD3(
          (rows[i] * images[0]).sum() + k[i] * k[0], (rows[i] * images[1]).sum() + k[i] * k[1],
          (rows[i] * images[2]).sum() + k[i] * k[2])
      }
      return variance
    }

    private func applied(_ x: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(
        (covariance[0] * x).sum(), (covariance[1] * x).sum(), (covariance[2] * x).sum())
    }
  }
}
