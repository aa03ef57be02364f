import CaseloadData
import CaseloadMath

/// The local level model: a random walk observed with noise.
///
/// ```
/// yₜ   = μₜ + εₜ      εₜ ~ N(0, σ²ε)      observation
/// μₜ₊₁ = μₜ + ηₜ      ηₜ ~ N(0, σ²η)      level
/// ```
///
/// The one free shape parameter is the signal-to-noise ratio q = σ²η / σ²ε. Given q the Kalman
/// filter yields the scale in closed form, so the likelihood is maximized over q alone: over the
/// level's share q/(1 + q) of the two variances, from 0 (a constant mean) to 1 (a random walk).
///
/// The likelihood is exactly diffuse, with the constant −n/2 ln 2π of the book; software that drops
/// the first value has −(n − 1)/2 ln 2π. A missing value updates nothing.
///
/// - Sources: Durbin & Koopman, *Time Series Analysis by State Space Methods*, 2nd ed. (2012),
///   §2.2 (filter), §2.7 (missing values), §2.9 (diffuse start), §2.10.2 eq. 2.63 (concentrated
///   likelihood).
public struct LocalLevel: ForecastModel {
  /// q = σ²η / σ²ε; `nil` estimates it.
  public var signalToNoise: Double?

  public init() {}

  public static let card = MethodCard(
    id: "local-level", name: Text(en: "Local level", zh: "局部水平模型"),
    summary: Text(
      en: "A level that moves at random, seen through noise.", zh: "随机移动的水平，叠加观测噪声。"),
    equation: #"y_t = \mu_t + \varepsilon_t,\quad \mu_{t+1} = \mu_t + \eta_t"#,
    options: [
      (
        "signalToNoise",
        Text(
          en:
            "the variance of the level's moves over that of the noise, 0 or more; estimated unless "
            + "given", zh: "水平变动方差与噪声方差之比（不小于 0）；未给出时自动估计")
      )
    ],
    assumptions: [
      Text(en: "No trend and no season.", zh: "无趋势、无季节性。"),
      Text(en: "Independent normal errors of constant variances.", zh: "误差独立、正态、方差不变。"),
    ],
    sources: [Bibliography.durbinKoopman, Bibliography.harvey], minimumObservations: 4)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    if let q = signalToNoise, !(q >= 0 && q.isFinite) {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A signal-to-noise ratio of \(q) is not possible.", zh: "信噪比不能为 \(q)。"),
        hint: Text(
          en: "Give a number from 0 on: --set signalToNoise=0.1.",
          zh: "请给出不小于 0 的数：--set signalToNoise=0.1。"))
    }
    // Differences from the first value, in units of the largest: the search sees no scale.
    let first = series.observed.first?.value ?? 0
    let unit = series.observed.map { abs($0.value - first) }.max() ?? 0
    guard unit > 0 else {
      return Fitted(
        series: series, share: 0, scale: 0, center: first, unit: 1, isEstimated: false)
    }
    let y = series.values.map { ($0 - first) / unit }
    let share = signalToNoise.map { $0 / (1 + $0) } ?? Self.likeliestShare(y)
    return Fitted(
      series: series, share: share, scale: Filter(y, share: share).scale, center: first,
      unit: unit, isEstimated: signalToNoise == nil)
  }

  /// The maximizer of the concentrated likelihood: the best of a grid over ln q, polished, or an end.
  private static func likeliestShare(_ y: [Double]) -> Double {
    func share(_ logRatio: Double) -> Double { 1 / (1 + exp(-logRatio)) }
    func loss(_ share: Double) -> Double { -Filter(y, share: share).logLikelihood }
    let step = 2.0
    let grid = stride(from: -16.0, through: 16, by: step).map { ($0, loss(share($0))) }
    let best = grid.min { $0.1 < $1.1 } ?? (0, .infinity)
    let polished = Brent.minimum(in: (best.0 - step)...(best.0 + step)) { loss(share($0)) }
    var (answer, lowest) = (share(polished.point[0]), polished.value)
    // An end wins a tie: there the other variance is zero.
    for end in [1.0, 0.0] {
      let value = loss(end)
      if value <= lowest + 1e-9 { (answer, lowest) = (end, min(lowest, value)) }
    }
    return answer
  }

  /// The Kalman filter in units of σ² = σ²ε + σ²η, started exactly diffuse: the first value yields the
  /// level, μ | y₁ ~ N(y₁, σ²ε).
  struct Filter {
    /// aₜ₊₁ and Pₜ₊₁ / σ².
    private(set) var level = 0.0
    private(set) var variance = 0.0
    /// n, Σ v²/F and Σ ln F.
    private(set) var count = 0.0
    private(set) var squares = 0.0
    private var logs = 0.0

    init(_ y: [Double], share: Double, innovations: UnsafeMutableBufferPointer<Double>? = nil) {
      let noise = 1 - share
      for (t, value) in y.enumerated() {
        if !value.isNaN, count == 0 {
          (level, variance, count) = (value, noise, 1)
        } else if !value.isNaN {
          let error = value - level, f = variance + noise, gain = variance / f
          squares += error * error / f
          logs += log(f)
          level += gain * error
          variance *= 1 - gain
          count += 1
          innovations?[t] = error
        }
        variance += share
      }
    }

    /// σ̂².
    var scale: Double { squares / (count - 1) }
    /// Concentrated: at σ² = σ̂².
    var logLikelihood: Double { logLikelihood(scale: scale) }

    func logLikelihood(scale: Double) -> Double {
      let constant = count * log(2 * .pi)
      return -0.5 * (constant + (count - 1) * log(scale) + squares / scale + logs)
    }
  }

  public struct Fitted: FittedForecastModel, DecomposingFit {
    /// Exactly diffuse, with the constant −n/2 ln 2π; `nil` for a constant series.
    public let logLikelihood: Double?
    @NullForNaN public private(set) var residuals: [Double]
    public let observationCount: Int
    private let series: TimeSeries
    /// σ²η / (σ²ε + σ²η).
    private let share: Double
    /// σ²ε + σ²η in units of `unit`².
    private let scale: Double
    private let center: Double
    private let unit: Double
    private let isEstimated: Bool
    /// aₙ₊₁ and Pₙ₊₁ in those units.
    private let level: Double
    private let variance: Double

    init(
      series: TimeSeries, share: Double, scale: Double, center: Double, unit: Double,
      isEstimated: Bool
    ) {
      let y = series.values.map { ($0 - center) / unit }
      var innovations = [Double](repeating: .nan, count: y.count)
      let filter = innovations.withUnsafeMutableBufferPointer {
        Filter(y, share: share, innovations: $0)
      }
      residuals = innovations.map { unit * $0 }
      logLikelihood =
        scale > 0 ? filter.logLikelihood(scale: scale) - (filter.count - 1) * log(unit) : nil
      observationCount = Int(filter.count)
      (level, variance) = (filter.level, filter.variance)
      (self.series, self.share, self.scale) = (series, share, scale)
      (self.center, self.unit, self.isEstimated) = (center, unit, isEstimated)
    }

    public var form: String { "local level" }
    /// σ²ε and σ²η, and the diffuse level (Durbin & Koopman, 2012, §7.4).
    public var parameterCount: Int { isEstimated ? 3 : 2 }
    /// The variance of the next one-step error.
    public var innovationVariance: Double? { unit * unit * scale * (variance + 1 - share) }

    public var parameters: [Parameter] {
      let total = unit * unit * scale
      return [
        Parameter(
          name: Text(en: "observation variance", zh: "观测方差"), symbol: "σ²ε",
          estimate: (1 - share) * total),
        Parameter(
          name: Text(en: "level variance", zh: "水平方差"), symbol: "σ²η", estimate: share * total),
      ]
    }

    public var states: [Parameter] {
      [Parameter(name: Text(en: "level", zh: "水平"), symbol: "μ", estimate: center + unit * level)]
    }

    public var diagnostics: [Diagnostic] {
      scale > 0
        ? []
        : [
          Diagnostic(
            .notIdentified, .warning,
            Text(
              en: "All values are equal, so the interval has no width.",
              zh: "所有数值相同，区间宽度为零。"))
        ]
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      (0..<horizon).map { h in
        let spread = scale * (variance + Double(h) * share + 1 - share)
        return .normal(
          mean: center + unit * level, standardDeviation: unit * spread.squareRoot())
      }
    }

    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      let deviation = unit * scale.squareRoot()
      let start = deviation * variance.squareRoot()
      let (noise, move) = (deviation * (1 - share).squareRoot(), deviation * share.squareRoot())
      var result = Matrix(rowCount: horizon, columnCount: count)
      for path in 0..<count {
        var draws = stream.substream(UInt64(path))
        var state = center + unit * level + start * draws.normal()
        for h in 0..<horizon {
          result[h, path] = state + noise * draws.normal()
          state += move * draws.normal()
        }
      }
      return result
    }

    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self
    {
      Fitted(
        series: series, share: share, scale: scale, center: center, unit: unit,
        isEstimated: isEstimated)
    }

    public func components(_ given: ComponentEstimate) -> Decomposition {
      var model = StateSpaceModel(
        Z: [1], H: 1 - share, T: [[1]], R: [[1]], Q: [share], isDiffuse: [true])
      if scale == 0 { (model.observationVariance, model.disturbanceVariances) = (1, [1]) }
      let y = series.values.map { ($0 - center) / unit }
      return StateComponents(model, y, given, scale: scale, center: center, unit: unit)
        .decomposition(
          method: form, series: series,
          parts: [
            .init(.trend, Text(en: "level", zh: "水平"), isPart: true, carriesCenter: true) { _ in
              [(0, 1)]
            }
          ])
    }
  }
}
