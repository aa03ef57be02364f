import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Segmented regression of an interrupted time series, with AR(1) errors by REML.
///
/// ```
/// yₜ = β₀ + β₁ t + β₂ Dₜ + β₃ (t − T) Dₜ + γᵀzₜ + eₜ,   Dₜ = 1[t ≥ T]
/// average effect = β₂ + β₃ · mean of (t − T) over the treated periods
/// ```
///
/// z holds seasons and known events. The straight line before T, carried on, is the counterfactual.
///
/// With several treated units the outcome is their average in event time, over the window that all
/// of them share; where untreated units exist, the treated units are set against them month by month
/// (as a difference of means, or as a ratio of sums on the log scale), so that what moves all units
/// alike drops out.
///
/// - Sources: Wagner et al. (2002) (segmented regression); Turner et al. (2021) (REML for series of
///   this length); ``AutoregressiveRegression`` for the intervals.
public struct InterruptedTimeSeries: EffectEstimator {
  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  /// Whether the slope may change too.
  public var slope = true
  /// Whether seasons are allowed for, where the data have two full ones.
  public var season = true

  public init() {}

  public static let card = MethodCard(
    id: "its", name: Text(en: "Interrupted time series", zh: "中断时间序列"),
    summary: Text(
      en: "Did the level or the slope of a series change when the intervention began?",
      zh: "干预开始时，序列的水平或斜率是否改变？"),
    equation:
      #"y_t = \beta_0 + \beta_1 t + \beta_2 D_t + \beta_3 (t-T) D_t + \gamma^\top z_t + e_t"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      ("slope", Text(en: "true if the slope may change too", zh: "true 表示斜率也可改变")),
      ("season", Text(en: "true to allow for seasons", zh: "true 表示考虑季节性")),
    ],
    assumptions: [
      Text(
        en: "Without the intervention the trend would have gone on as before.",
        zh: "若无干预，原趋势会延续。"),
      Text(en: "Nothing else changed at the same time.", zh: "同一时间没有其他变化。"),
      Text(en: "Nobody acted on the intervention before it began.", zh: "干预前无人提前反应。"),
    ],
    sources: [Bibliography.wagner, Bibliography.turner, Bibliography.kenwardRoger],
    minimumObservations: 8)

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let data = try SegmentedData(study, self)
    let fit = try data.fitted(slope: slope)
    let post = data.eventTimes.filter { $0 >= 0 }
    func contrast(_ eventTime: Double) -> [Double] {
      var l = [Double](repeating: 0, count: fit.coefficients.count)
      l[2] = 1
      if slope { l[3] = eventTime }
      return l
    }
    let meanTime = Double(post.reduce(0, +)) / Double(post.count)
    let averageContrast = contrast(meanTime)
    let average = fit.estimate(of: averageContrast, level: level)
    let slopeChange: Estimate?
    if slope {
      var l = contrast(0)
      l[2] = 0
      l[3] = 1
      slopeChange = fit.estimate(of: l, level: level)
    } else {
      slopeChange = nil
    }

    let degreesOfFreedom = fit.degreesOfFreedom(of: averageContrast)
    let detectable =
      (StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile(0.025)
        + Normal.standard.upperQuantile(0.2)) * (average.standardError ?? .nan)
    var cumulative: Estimate?
    var path: [EffectEstimate.Point] = []
    // Sum of effects in the outcome's units, and its gradient in the coefficients.
    var sum = Accumulator()
    var gradient = [Double](repeating: 0, count: fit.coefficients.count)
    for (row, k) in data.eventTimes.enumerated() {
      let mean = data.mean(row, fit.coefficients)
      let l = k >= 0 ? contrast(Double(k)) : nil
      let effect = l.map { fit.estimate(of: $0, level: level) }
      let without = mean - (effect?.value ?? 0)
      if let l, let effect {
        switch scale {
        case .level:
          sum.add(effect.value)
          for j in l.indices { gradient[j] += l[j] }
        case .log:
          // Observed less observed without the effect.
          let observed = exp(data.response[row])
          sum.add(-observed * expm1(-effect.value))
          for j in l.indices { gradient[j] += observed * exp(-effect.value) * l[j] }
        }
      }
      path.append(
        EffectEstimate.Point(
          period: data.period(row), eventTime: k, observed: onScale(data.response[row]),
          counterfactual: onScale(without), effect: effect.map { rate($0).value },
          standardError: effect.flatMap { rate($0).standardError },
          lower: effect.flatMap { rate($0).lower }, upper: effect.flatMap { rate($0).upper }))
    }
    if data.isFlow, data.isSingleSeries {
      let reference = fit.estimate(of: gradient, level: level)
      let margin = ((reference.upper ?? .nan) - (reference.lower ?? .nan)) / 2
      cumulative = Estimate(
        value: sum.value, standardError: reference.standardError, lower: sum.value - margin,
        upper: sum.value + margin, level: level, pValue: average.pValue)
    }
    return EffectEstimate(
      design: Self.card.id, estimand: data.estimand(scale), scale: scale, average: rate(average),
      cumulative: cumulative, levelChange: rate(fit.estimate(of: contrast(0), level: level)),
      slopeChange: slopeChange.map(rate), path: path, autocorrelation: fit.autocorrelation,
      degreesOfFreedom: degreesOfFreedom,
      minimumDetectableEffect: scale == .log ? -expm1(-detectable) : detectable,
      assumptions: SegmentedChecks.assumptions(data, fit, self),
      diagnostics: data.notes + fit.diagnostics)
  }

  private func onScale(_ x: Double) -> Double { scale == .log ? exp(x) : x }

  private func rate(_ estimate: Estimate) -> Estimate {
    scale == .log
      ? estimate.transformed(derivative: exp(estimate.value), expm1) : estimate
  }
}
