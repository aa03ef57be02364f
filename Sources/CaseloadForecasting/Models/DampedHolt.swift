import CaseloadData
import CaseloadMath

/// Holt's linear trend with damping: ETS(A, Ad, N).
///
/// ```
/// yₜ = ℓₜ₋₁ + φ bₜ₋₁ + εₜ          observation
/// ℓₜ = ℓₜ₋₁ + φ bₜ₋₁ + α εₜ        level
/// bₜ = φ bₜ₋₁ + β εₜ               trend
/// v_h = σ² [1 + Σ_{j<h} (α + β φⱼ)²],   φⱼ = φ + … + φʲ
/// ```
///
/// Given (α, β, φ) the errors are linear in the initial states, which are therefore solved for and
/// not searched: three parameters are left to the optimizer. A missing value has no error.
///
/// - Sources: Gardner & McKenzie (1985), eqs. 2–4; Hyndman, Koehler, Ord & Snyder (2008), §2.5.1,
///   table 6.2 (variances), §5.2 (likelihood).
public struct DampedHolt: ForecastModel {
  /// How far the trend may react.
  public enum TrendBound: String, Codable, Sendable, CaseIterable {
    /// β ≤ 0.2/m, which forecasts better than a larger box.
    case cautious
    /// β ≤ α, the box of R's `ets` and `holt`.
    case wide
  }

  /// The season to take out first.
  public var seasonal = SeasonalTreatment.none
  public var trendBound = TrendBound.cautious

  public init() {}

  public static let card = MethodCard(
    id: "damped-holt", name: Text(en: "Damped Holt", zh: "阻尼霍尔特法"),
    summary: Text(
      en: "A level and a trend that fades out, both updated by every error.",
      zh: "水平与逐渐衰减的趋势，均随每期误差更新。"),
    equation: #"y_t = \ell_{t-1} + \phi b_{t-1} + \varepsilon_t"#,
    options: [
      (
        "seasonal",
        Text(
          en: "the season to take out first: none, additive, multiplicative or automatic",
          zh: "先剔除的季节性：none、additive、multiplicative 或 automatic")
      ),
      (
        "trendBound",
        Text(
          en: "cautious (β ≤ 0.2/m) or wide (β ≤ α, as R)",
          zh: "cautious（β ≤ 0.2/m）或 wide（β ≤ α，同 R）")
      ),
    ],
    assumptions: [
      Text(en: "Independent normal errors of one variance.", zh: "误差独立、正态、方差不变。"),
      Text(
        en: "No shift of level in the forecast period.", zh: "预测期内没有水平移位。"),
    ],
    sources: [Bibliography.gardnerMcKenzie, Bibliography.hyndmanKoehler], minimumObservations: 7)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    let adjustment = try SeasonalAdjustment(series, seasonal)
    let adjusted = adjustment?.adjusted ?? series
    // A scale near 1 keeps the search's tolerances meaningful.
    let scale = adjusted.observed.map { abs($0.value) }.max() ?? 1
    let unit = scale > 0 ? scale : 1
    let y = adjusted.values.map { $0 / unit }

    let largestTrend = trendBound == .cautious ? 0.2 / Double(series.seasonLength) : 1
    let box = Box(largestTrend: largestTrend)
    var best: Minimum?
    for start in [[0.5, 0.05, 0.9], [0.1, 0.01, 0.97], [0.9, 0.1, 0.85]] {
      let point = box.coordinates(
        alpha: start[0], beta: min(start[1], 0.5 * largestTrend), phi: start[2])
      let minimum = NelderMead.minimum(from: point, steps: [0.8, 0.8, 0.8]) { coordinates in
        Smoothing(y, box.parameters(coordinates)).logSquares
      }
      if minimum.value < best?.value ?? .infinity { best = minimum }
    }
    let parameters = box.parameters(best?.point ?? [0, 0, 0])
    let smoothing = Smoothing(y, parameters)
    return Fitted(
      series: series, adjustment: adjustment, smoothing: smoothing, parameters: parameters,
      scale: unit, termination: best?.termination ?? .failed)
  }

  struct Parameters: Equatable, Sendable {
    var alpha: Double
    var beta: Double
    var phi: Double
  }

  /// The parameter box, mapped onto the whole space by logistic functions.
  struct Box {
    let largestTrend: Double
    private let low = 1e-4
    private let high = 0.9999

    init(largestTrend: Double) { self.largestTrend = largestTrend }

    func parameters(_ x: [Double]) -> Parameters {
      let alpha = Self.inside(x[0], low, high)
      return Parameters(
        alpha: alpha, beta: Self.inside(x[1], low * min(1, largestTrend), min(alpha, largestTrend)),
        phi: Self.inside(x[2], 0.8, 0.98))
    }

    func coordinates(alpha: Double, beta: Double, phi: Double) -> [Double] {
      [
        Self.outside(alpha, low, high),
        Self.outside(beta, low * min(1, largestTrend), min(alpha, largestTrend)),
        Self.outside(phi, 0.8, 0.98),
      ]
    }

    private static func inside(_ x: Double, _ low: Double, _ high: Double) -> Double {
      low + (high - low) / (1 + exp(-x))
    }
    private static func outside(_ value: Double, _ low: Double, _ high: Double) -> Double {
      let share = min(0.98, max(0.02, (value - low) / (high - low)))
      return log(share / (1 - share))
    }
  }

  /// One pass over the data, with the initial states that minimize its squares.
  struct Smoothing {
    /// ln Σ ε².
    let logSquares: Double
    let initialLevel: Double
    let initialTrend: Double
    private let y: [Double]
    private let parameters: Parameters

    init(_ y: [Double], _ parameters: Parameters) {
      let (alpha, beta, phi) = (parameters.alpha, parameters.beta, parameters.phi)
      // Three runs at once: the data from zero states, and each initial state by itself.
      var (level, trend) = (0.0, 0.0)
      var (level1, trend1) = (1.0, 0.0)
      var (level2, trend2) = (0.0, 1.0)
      var (s11, s12, s22, s1, s2, s) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      for value in y {
        let (m0, m1, m2) = (level + phi * trend, level1 + phi * trend1, level2 + phi * trend2)
        if value.isNaN {
          (level, level1, level2) = (m0, m1, m2)
          (trend, trend1, trend2) = (phi * trend, phi * trend1, phi * trend2)
          continue
        }
        let e = value - m0
        s11 += m1 * m1
        s12 += m1 * m2
        s22 += m2 * m2
        s1 += m1 * e
        s2 += m2 * e
        s += e * e
        level = m0 + alpha * e
        trend = phi * trend + beta * e
        level1 = m1 - alpha * m1
        trend1 = phi * trend1 - beta * m1
        level2 = m2 - alpha * m2
        trend2 = phi * trend2 - beta * m2
      }
      let determinant = s11 * s22 - s12 * s12
      let isSolvable = determinant > 1e-12 * s11 * s22
      let l = isSolvable ? (s22 * s1 - s12 * s2) / determinant : (s11 > 0 ? s1 / s11 : 0)
      let b = isSolvable ? (s11 * s2 - s12 * s1) / determinant : 0
      initialLevel = l
      initialTrend = b
      self.y = y
      self.parameters = parameters
      // Σ(e − l m₁ − b m₂)² by expansion loses digits when the fit is close; run it instead.
      let run = Self.run(y, parameters, level: l, trend: b)
      logSquares = log(max(run.squares, .leastNormalMagnitude))
    }

    static func run(_ y: [Double], _ parameters: Parameters, level: Double, trend: Double) -> (
      squares: Double, level: Double, trend: Double
    ) {
      let (alpha, beta, phi) = (parameters.alpha, parameters.beta, parameters.phi)
      var (level, trend, squares) = (level, trend, 0.0)
      for value in y {
        let mean = level + phi * trend
        let e = value.isNaN ? 0 : value - mean
        squares += e * e
        level = mean + alpha * e
        trend = phi * trend + beta * e
      }
      return (squares, level, trend)
    }

    var final: (squares: Double, level: Double, trend: Double) {
      Self.run(y, parameters, level: initialLevel, trend: initialTrend)
    }

    /// The one-step errors; NaN where a value is missing.
    var errors: [Double] {
      var (level, trend) = (initialLevel, initialTrend)
      return y.map { value in
        let mean = level + parameters.phi * trend
        let e = value.isNaN ? 0 : value - mean
        level = mean + parameters.alpha * e
        trend = parameters.phi * trend + parameters.beta * e
        return value.isNaN ? .nan : e
      }
    }
  }

  public struct Fitted: FittedForecastModel {
    @NullForNaN public private(set) var residuals: [Double]
    /// Gaussian, with the constant −n/2 ln 2π.
    public let logLikelihood: Double?
    public let diagnostics: [Diagnostic]
    let alpha: Double
    let beta: Double
    let phi: Double
    /// The last states, and σ² = Σε²/(n − 5), as R's `ets` divides.
    let level: Double
    let trend: Double
    let variance: Double
    private let initialLevel: Double
    private let initialTrend: Double
    private let start: Period
    public let observationCount: Int
    private let adjustment: SeasonalAdjustment?

    init(
      series: TimeSeries, adjustment: SeasonalAdjustment?, smoothing: Smoothing,
      parameters: Parameters, scale: Double, termination: Termination
    ) {
      (alpha, beta, phi) = (parameters.alpha, parameters.beta, parameters.phi)
      let final = smoothing.final
      level = final.level * scale
      trend = final.trend * scale
      initialLevel = smoothing.initialLevel * scale
      initialTrend = smoothing.initialTrend * scale
      let n = Double(series.count - series.missingCount)
      let squares = final.squares * scale * scale
      variance = squares / max(1, n - 5)
      logLikelihood = squares > 0 ? -0.5 * n * (log(2 * .pi * squares / n) + 1) : nil
      start = series.periods.upperBound
      observationCount = series.count - series.missingCount
      self.adjustment = adjustment
      residuals = smoothing.errors.enumerated().map { t, e in
        guard let adjustment, adjustment.isMultiplicative else { return e * scale }
        return e * scale * adjustment.factor(of: series.start.advanced(by: t))
      }
      diagnostics =
        termination == .converged || termination == .stalled
        ? []
        : [
          Diagnostic(
            .notConverged, .warning,
            Text(
              en:
                "The search for the smoothing parameters stopped early (\(termination.rawValue)).",
              zh: "平滑参数的搜索提前停止（\(termination.rawValue)）。"))
        ]
    }

    public var form: String { "ETS(A,Ad,N)" }
    public var parameterCount: Int { 6 }
    public var innovationVariance: Double? { variance }

    /// The same smoothing, with the initial states that suit all of `series`.
    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Self
    {
      let adjusted = adjustment.map { $0.adjusting(series) } ?? series
      let smoothing = Smoothing(
        adjusted.values, Parameters(alpha: alpha, beta: beta, phi: phi))
      return Fitted(
        series: series, adjustment: adjustment, smoothing: smoothing,
        parameters: Parameters(alpha: alpha, beta: beta, phi: phi), scale: 1,
        termination: .converged)
    }

    public var parameters: [Parameter] {
      [
        Parameter(name: Text(en: "level smoothing", zh: "水平平滑系数"), symbol: "α", estimate: alpha),
        Parameter(name: Text(en: "trend smoothing", zh: "趋势平滑系数"), symbol: "β", estimate: beta),
        Parameter(name: Text(en: "damping", zh: "阻尼系数"), symbol: "φ", estimate: phi),
        Parameter(
          name: Text(en: "initial level", zh: "初始水平"), symbol: "ℓ₀", estimate: initialLevel),
        Parameter(
          name: Text(en: "initial trend", zh: "初始趋势"), symbol: "b₀", estimate: initialTrend),
        Parameter(name: Text(en: "error variance", zh: "误差方差"), symbol: "σ²", estimate: variance),
      ]
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      var (mean, slope, sum, phiSum) = (level, trend, 1.0, 0.0)
      var phiPower = 1.0
      return (0..<horizon).map { h in
        slope *= phi
        mean += slope
        if h > 0 {
          phiPower *= phi
          phiSum += phiPower
          let weight = alpha + beta * phiSum
          sum += weight * weight
        }
        return reseasoned(
          .normal(mean: mean, standardDeviation: (variance * sum).squareRoot()), step: h)
      }
    }

    private func reseasoned(_ distribution: PredictiveDistribution, step: Int)
      -> PredictiveDistribution
    {
      guard let adjustment else { return distribution }
      let factor = adjustment.factor(of: start.advanced(by: step))
      return adjustment.isMultiplicative
        ? distribution.transformed(scale: factor, shift: 0)
        : distribution.transformed(scale: 1, shift: factor)
    }

    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      let deviation = variance.squareRoot()
      var result = Matrix(rowCount: horizon, columnCount: count)
      let factors = adjustment.map { adjustment in
        (0..<horizon).map { adjustment.factor(of: start.advanced(by: $0)) }
      }
      for path in 0..<count {
        var draws = stream.substream(UInt64(path))
        var (level, trend) = (level, trend)
        for h in 0..<horizon {
          let mean = level + phi * trend
          let e = deviation * draws.normal()
          level = mean + alpha * e
          trend = phi * trend + beta * e
          result[h, path] = mean + e
          if let factors, let adjustment {
            result[h, path] =
              adjustment.isMultiplicative
              ? result[h, path] * factors[h] : result[h, path] + factors[h]
          }
        }
      }
      return result
    }
  }
}
