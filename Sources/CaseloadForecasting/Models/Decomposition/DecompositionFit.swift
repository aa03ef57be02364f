import CaseloadData
import CaseloadMath

/// A seasonally adjusted series with its model, and the seasons to put back.
///
/// ```
/// ŷₙ₊ₕ = adjusted forecast + Σ S⁽ⁱ⁾ₙ₊ₕ₋ₖₘᵢ + xₙ₊ₕ′β,   k = ⌈h/mᵢ⌉
/// ```
///
/// Each season goes on as it was in its last year. The interval is that of the adjusted series: what
/// is not known of the season and of β (``DecompositionEffect``) adds nothing to it. With a transformation f the forecast is the image
/// f⁻¹ of a distribution, so its mean is the mean of the data, not f⁻¹ of a mean.
public struct DecompositionFit: FittedForecastModel {
  /// `STL + ETS(A,N,N)`.
  public let form: String
  @NullForNaN public private(set) var residuals: [Double]
  public let diagnostics: [Diagnostic]
  let plan: DecompositionPlan
  let adjusted: RegisteredFit
  let effect: DecompositionEffect?
  /// The last year of every season, from the period after the history on.
  let seasons: [[Double]]
  /// `STL` or `MSTL`.
  private let name: String
  private let strengths: [Double]
  private let trendStrength: Double
  private let logJacobian: Double

  /// - Throws: what decomposing and fitting throw.
  init(_ series: TimeSeries, _ regressors: Regressors, plan: DecompositionPlan, name: String)
    throws(Diagnostic)
  {
    let effect = try DecompositionEffect(series, regressors, plan)
    let known = effect?.values(regressors)
    let parts = try plan.parts(of: series, less: known)
    let filled = parts.adjusted
    let fit = try RegisteredFit(
      plan.model, averaging: plan.averaging, isTransformed: plan.boxCox != nil,
      toNonSeasonal: Self.gapped(series, filled), filled: filled)
    self.init(series, plan: plan, parts: parts, fit: fit, effect: effect, known, name: name)
  }

  /// `known`: what the regressors add in each period.
  private init(
    _ series: TimeSeries, plan: DecompositionPlan, parts: MSTL, fit: RegisteredFit,
    effect: DecompositionEffect?, _ known: [Double]?, name: String
  ) {
    self.effect = effect
    self.plan = plan
    self.name = name
    adjusted = fit
    form = parts.periods.isEmpty ? fit.fit.form : "\(name) + \(fit.fit.form)"
    diagnostics = parts.diagnostics + fit.fit.diagnostics
    seasons = zip(parts.periods, parts.seasonals).map { Array($1.suffix($0)) }
    strengths = parts.seasonalStrengths
    trendStrength = parts.trendStrength
    logJacobian = plan.boxCox?.logJacobian(series.values) ?? 0
    let errors = fit.fit.residuals
    residuals = series.values.indices.map { t in
      guard !series.values[t].isNaN, errors.indices.contains(t) else { return .nan }
      guard let boxCox = plan.boxCox else { return errors[t] }
      let complete = known.map { parts.complete[t] + $0[t] } ?? parts.complete[t]
      return series.values[t] - boxCox.positiveInverse(complete - errors[t])
    }
  }

  /// The adjusted values, missing where the series' are.
  private static func gapped(_ series: TimeSeries, _ adjusted: [Double]) -> TimeSeries {
    series.replacing(zip(series.values, adjusted).map { $0.isNaN ? .nan : $1 })
  }

  public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self {
    try Diagnostic.check(regressors, covering: series.count, from: series.start)
    let known = effect?.values(regressors)
    let parts = try plan.parts(of: series, less: known)
    let filled = parts.adjusted
    let fit = try adjusted.updated(with: Self.gapped(series, filled), filled: filled)
    return DecompositionFit(
      series, plan: plan, parts: parts, fit: fit, effect: effect, known, name: name)
  }

  public var parameters: [Parameter] {
    guard let effect else { return adjusted.fit.parameters }
    return adjusted.fit.parameters
      + zip(effect.names, effect.coefficients).map {
        Parameter(name: Text($0), symbol: $0, estimate: $1)
      }
  }

  public var parameterCount: Int {
    adjusted.fit.parameterCount + (effect?.coefficients.count ?? 0)
  }
  public var observationCount: Int { adjusted.fit.observationCount }
  public var innovationVariance: Double? { adjusted.fit.innovationVariance }
  /// That of the adjusted series' model, with the Jacobian of the transformation.
  public var logLikelihood: Double? { adjusted.fit.logLikelihood.map { $0 + logJacobian } }

  public var states: [Parameter] {
    let seasonal = zip(seasons, strengths).map { season, strength in
      Parameter(
        name: Text(
          en: "strength of the season of \(season.count)", zh: "长度 \(season.count) 的季节强度"),
        symbol: "F_S\(season.count)", estimate: strength)
    }
    return adjusted.fit.states + seasonal + [
      Parameter(
        name: Text(en: "strength of the trend", zh: "趋势强度"), symbol: "F_T",
        estimate: trendStrength)
    ]
  }

  /// The seasons and the regressors' part in the periods ahead.
  private func additions(_ horizon: Int, _ regressors: Regressors) -> [Double] {
    let known = effect?.values(regressors)
    return (0..<horizon).map { h in
      let season = seasons.reduce(0) { $0 + $1[h % $1.count] }
      return known.map { season + $0[h] } ?? season
    }
  }

  public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
    let additions = additions(horizon, regressors)
    return adjusted.fit.marginals(horizon).enumerated().map { h, marginal in
      let season = additions[h]
      guard let boxCox = plan.boxCox else {
        return season == 0 ? marginal : marginal.transformed(scale: 1, shift: season)
      }
      return marginal.image { boxCox.positiveInverse($0 + season) }
    }
  }

  public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
    -> Matrix
  {
    var result = adjusted.fit.paths(horizon, count: count, from: stream)
    let additions = additions(horizon, regressors)
    for h in 0..<horizon {
      let season = additions[h]
      for path in 0..<count {
        let value = result[h, path] + season
        result[h, path] = plan.boxCox?.positiveInverse(value) ?? value
      }
    }
    return result
  }
}
