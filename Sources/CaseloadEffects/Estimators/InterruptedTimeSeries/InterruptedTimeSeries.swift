import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Segmented regression of an interrupted time series, of a normal outcome or of counts.
///
/// ```
/// g(E yₜ) = β₀ + β₁ t + Σ_j [ β_j Dⱼₜ + δ_j (t − T_j) Dⱼₜ ] + γᵀzₜ,   Dⱼₜ = 1[t ≥ T_j + lag]
/// effect in t = Σ_j β_j Dⱼₜ + δ_j (t − T_j) Dⱼₜ,   averaged over the periods in which it acts
/// ```
///
/// z holds seasons, the calendar, known events and covariates. The straight line before T₁, carried
/// on, is the counterfactual. A normal outcome has the identity link on the level scale and is a
/// logarithm on the log scale; counts have a log link with the exposure as offset.
///
/// With several treated units the outcome is their average in event time, over the window that all
/// of them share. Where untreated units exist, the treated units are set against them month by month
/// (as a difference of means, or as a ratio of sums on the log scale), so that what moves all units
/// alike drops out; ``Control/joint`` models both series, as counts always are, and the effect is
/// by how much more the treated one steps and bends.
///
/// - Sources: Wagner et al. (2002) (segmented regression); Linden (2015) (comparison series); Lopez
///   Bernal et al. (2017) (counts, harmonics); Turner et al. (2021) (REML for series of this length);
///   ``AutoregressiveRegression`` and ``IntegratedAutoregression`` for the intervals.
public struct InterruptedTimeSeries: EffectEstimator {
  /// Whether the effect is measured in the outcome's units or as a rate; counts always have rates.
  public var scale = EffectEstimate.Scale.level
  public var family = Family.gaussian
  /// What may change.
  public var effect = Effect.both
  /// Periods after the start before the intervention takes hold.
  public var lag = 0
  /// Periods over which the level changes linearly; 0 and 1 for a step.
  public var phaseIn = 0
  /// Periods that the effect lasts; 0 for good.
  public var pulse = 0
  /// Periods left out before the start, and as many from it on.
  public var donut = 0
  /// Further interruptions: `2012-12:off,2013-09:on`.
  public var interruptions = Interruptions()
  /// Whether the counterfactual has a slope.
  public var trend = true
  /// Whether seasons are allowed for, where the data have two full ones.
  public var season = true
  /// Pairs of sines and cosines in place of indicators of the season; 0 for indicators.
  public var fourier = 0
  /// Whether the working days of each period are allowed for.
  public var workingDays = false
  public var errors = Errors.reml
  /// Of the errors `reml` of a normal outcome.
  public var degrees = Degrees.integrated
  /// Whether the errors of `reml` with `integrated` degrees have white noise beside the
  /// autoregression; those of counts always have.
  ///
  /// Placebo starts in 17 monthly series of filings in Hawaii (48 months, logarithms) are significant
  /// at 5 % in 4.5 % of cases for the level and 7 % for the average with it, 8 % and 10 % without,
  /// 12 % and 19 % by least squares. On autoregressions without such noise it covers less: 91 % of
  /// level changes at 24 periods and ρ = 0.8.
  public var whiteNoise = false
  /// Of `newey-west`; −1 chooses by the data.
  public var lags = -1
  public var control = Control.difference

  public init() {}

  public static let card = MethodCard(
    id: "its", name: Text(en: "Interrupted time series", zh: "中断时间序列"),
    summary: Text(
      en: "Did the level or the slope of a series change when the intervention began?",
      zh: "干预开始时，序列的水平或斜率是否改变？"),
    equation:
      #"g(E y_t) = \beta_0 + \beta_1 t + \beta_2 D_t + \beta_3 (t-T) D_t + \gamma^\top z_t"#,
    options: optionHelp,
    assumptions: [
      Text(
        en: "Without the intervention the trend would have gone on as before.",
        zh: "若无干预，原趋势会延续。"),
      Text(en: "Nothing else changed at the same time.", zh: "同一时间没有其他变化。"),
      Text(en: "Nobody acted on the intervention before it began.", zh: "干预前无人提前反应。"),
    ],
    sources: [
      Bibliography.wagner, Bibliography.linden, Bibliography.lopezBernal, Bibliography.turner,
      Bibliography.kenwardRoger, Bibliography.bergerYang, Bibliography.zegerCounts,
    ],
    minimumObservations: 6)

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let data = try SegmentedData(study, self)
    let fit = try data.fitted()
    return try SegmentedAnswer(data: data, fit: fit, level: level).estimate()
  }
}

extension InterruptedTimeSeries {
  private static let optionHelp: [(name: String, help: Text)] = [
    (
      "scale",
      Text(
        en: "level, or log for a rate; counts always have rates",
        zh: "level（原单位）或 log（比率）；计数总用比率")
    ),
    (
      "family",
      Text(
        en: "gaussian, or poisson, quasi-poisson or negative-binomial for counts",
        zh: "gaussian；计数用 poisson、quasi-poisson 或 negative-binomial")
    ),
    ("effect", Text(en: "what may change: both, level or slope", zh: "可改变的量：both、level 或 slope")),
    (
      "lag",
      Text(en: "periods from the start until it takes hold", zh: "自起点至生效的期数")
    ),
    (
      "phaseIn",
      Text(
        en: "periods over which the level changes linearly, 0 for a step",
        zh: "水平线性过渡的期数，0 表示突变")
    ),
    ("pulse", Text(en: "periods that the effect lasts, 0 for good", zh: "效应持续的期数，0 表示持久")),
    (
      "donut",
      Text(
        en: "periods left out before the start, and as many after", zh: "起点前后各略去的期数")
    ),
    (
      "interruptions",
      Text(
        en: "later interruptions, such as 2012-12:off,2013-09:on",
        zh: "之后的中断，如 2012-12:off,2013-09:on")
    ),
    ("trend", Text(en: "false for a counterfactual without a slope", zh: "false 表示反事实没有斜率")),
    ("season", Text(en: "true to allow for seasons", zh: "true 表示考虑季节性")),
    (
      "fourier",
      Text(
        en: "pairs of sines and cosines for the season, 0 for indicators",
        zh: "季节的正弦余弦对数，0 表示虚拟变量")
    ),
    ("workingDays", Text(en: "true to allow for working days", zh: "true 表示校正工作日数")),
    (
      "errors",
      Text(
        en: "ols, newey-west, prais-winsten, reml or arima",
        zh: "ols、newey-west、prais-winsten、reml 或 arima")
    ),
    (
      "degrees",
      Text(
        en: "of reml: integrated, kenward-roger or satterthwaite",
        zh: "reml 的小样本方法：integrated、kenward-roger 或 satterthwaite")
    ),
    (
      "whiteNoise",
      Text(
        en: "true for white noise beside the autoregression (integrated); counts always have it",
        zh: "true 表示自回归之外另含白噪声（integrated）；计数总含")
    ),
    ("lags", Text(en: "of newey-west, −1 by the data", zh: "newey-west 的滞后阶数，−1 由数据决定")),
    (
      "control",
      Text(
        en: "untreated units: difference (one series) or joint (two series)",
        zh: "未受干预单位：difference（单一差序列）或 joint（双序列）")
    ),
  ]
}
