import CaseloadData
import CaseloadMath

/// Effects by cohort and period against clean comparisons, and their averages.
///
/// ```
/// ATT(g,t) = E[Y_t(g) − Y_t(∞) | G = g]
///          = E[Y_t − Y_b | G = g] − E[Y_t − Y_b | comparison],   b the last period before g − k
/// ```
///
/// Each cohort g is compared with units that are never treated, or not yet by max(t, b) + k, k the
/// periods of anticipation; with covariates X by outcome regression, by inverse probability
/// weighting, or doubly robust by both, X at its value in the earlier of the two periods. Before the start the
/// base is the period before each, or one for all. A negative event time is a placebo.
///
/// Cells are averaged over all treated ones (by cohort size), by cohort, by period and by event time,
/// with the influence functions of the weights. Without covariates the three adjustments agree.
///
/// R's `did` is followed in everything that its documentation states. Where it does not follow:
/// a pre-trend test leaves the periods of anticipation out; a cell without a comparison is left out
/// of the averages with a warning; a cohort of a single cluster has no standard error; standard errors
/// are the same, and intervals of cohorts, periods and event times are wider where a wave is of few
/// clusters, as in Welch's test.
///
/// - Sources: Callaway & Sant'Anna (2021), *Journal of Econometrics* 225, 200–230; Sant'Anna & Zhao
///   (2020), *Journal of Econometrics* 219, 101–122.
public struct CallawaySantAnna: DifferenceEstimator {
  public var scale = EffectEstimate.Scale.level
  public var control = Control.never
  public var method = Adjustment.doublyRobust
  public var aggregation = Aggregation.simple
  public var basePeriod = BasePeriod.varying
  /// Periods before the start in which units may react already.
  public var anticipation = 0
  public var unbalanced = Unbalanced.balance
  public var inference = InferenceChoice.auto
  /// Of the bootstrap behind the simultaneous bands; 0 for no bands.
  public var draws = 999
  public var multipliers = Multipliers.mammen

  public init() {}

  public static let card = MethodCard(
    id: "callaway-santanna",
    name: Text(en: "Callaway–Sant'Anna", zh: "Callaway–Sant'Anna 分组时点效应"),
    summary: Text(
      en: "What did a programme that came in waves do to each wave, against units without it?",
      zh: "分批实施的措施对每一批次有何影响（以未实施单位为对照）？"),
    equation:
      #"ATT(g,t) = E[Y_t - Y_{g-k-1} \mid G=g] - E[Y_t - Y_{g-k-1} \mid C_{g,t}=1]"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "control",
        Text(
          en: "never (units never treated) or not-yet (those and units before their start)",
          zh: "never（从未受干预）或 not-yet（另加尚未受干预）")
      ),
      (
        "method",
        Text(
          en: "doubly-robust, regression or weighting: how covariates enter",
          zh: "doubly-robust、regression 或 weighting：协变量的使用方式")
      ),
      (
        "aggregation",
        Text(
          en: "simple, group, calendar or event: how the headline averages the cells",
          zh: "simple、group、calendar 或 event：总效应的平均方式")
      ),
      (
        "basePeriod",
        Text(
          en: "varying (the period before each) or universal (the last before the start)",
          zh: "varying（各自的前一期）或 universal（起点前最后一期）")
      ),
      (
        "anticipation",
        Text(
          en: "periods before the start in which units may react already",
          zh: "起点前可能已有反应的期数")
      ),
      (
        "unbalanced",
        Text(
          en: "balance (leave incomplete units out), pairs (use them where both periods are "
            + "observed) or cross-sections",
          zh: "balance（略去不完整单位）、pairs（两期均有观测即用）或 cross-sections")
      ),
      (
        "inference",
        Text(
          en: "auto, influence, multiplier-bootstrap, randomization or another way",
          zh: "auto、influence、multiplier-bootstrap、randomization 等推断方式")
      ),
      (
        "draws",
        Text(
          en: "of the bootstrap behind the simultaneous bands; 0 for none",
          zh: "同时置信带的自助抽样次数；0 表示不计算")
      ),
      ("multipliers", Text(en: "mammen or rademacher", zh: "mammen 或 rademacher")),
    ],
    assumptions: [
      Text(
        en: "Without the programme, cohorts and comparison would have moved alike, given the "
          + "covariates.",
        zh: "若无该措施，各批次与对照单位（给定协变量）的变动一致。"),
      Text(
        en: "Nobody acted on the programme before it began, beyond the anticipation allowed for.",
        zh: "除所允许的预期期数外，干预前无人提前反应。"),
      Text(
        en: "Every treated unit has comparison units with like covariates.",
        zh: "每个受干预单位都有协变量相近的对照单位。"),
      Text(
        en: "The programme of one unit does not move the outcome of another.",
        zh: "一个单位的措施不影响其他单位的结果。"),
    ],
    sources: [
      Bibliography.callawaySantAnna, Bibliography.santAnnaZhao, Bibliography.abadieDifferences,
      Bibliography.heckmanIchimuraTodd,
    ],
    minimumObservations: 2)

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let sample = try GroupTimeSample(grid, self, isTreatedOnly: true)
    guard grid.covariates.isEmpty, sample.mode != .pairs else {
      let effects = GroupTimeEffects(sample, method)
      let average = try averages(effects).average(aggregation)
      return AverageEffect(value: average.value, influence: effects.influence(of: average))
    }
    let means = GroupTimeMeans(sample)
    var cells: [GroupTimeCell] = []
    var values: [Double] = []
    for cell in sample.cells {
      guard let value = means.value(cell) else { continue }
      cells.append(cell)
      values.append(value)
    }
    guard !cells.isEmpty else { throw Self.nothing(sample, []) }
    let average = GroupTimeAverages(cells, values, sizes: sample.cohortSizes)
      .average(aggregation)
    return AverageEffect(
      value: average.value,
      influence: means.influence(
        cells.indices.map { (cells[$0], average.cells[$0]) }, cohorts: average.cohorts))
  }

  /// The averages of what could be estimated.
  func averages(_ effects: GroupTimeEffects) throws(Diagnostic) -> GroupTimeAverages {
    guard effects.cells.contains(where: \.isTreated) else {
      throw Self.nothing(effects.sample, effects.failures)
    }
    return GroupTimeAverages(effects.cells, effects.values, sizes: effects.sizes)
  }

  private static func nothing(
    _ sample: GroupTimeSample, _ failures: [(cell: GroupTimeCell, reason: TwoPeriodFailure)]
  ) -> Diagnostic {
    let why = GroupTimeSample.missing(failures, sample.grid)
    return Diagnostic(
      .notIdentified, .error,
      Text(
        en: "No effect can be estimated in any period after a start. "
          + why.prefix(3).map(\.message.en).joined(separator: " "),
        zh: "干预后任何时期的效应均无法估计。" + why.prefix(3).map(\.message.zh).joined()),
      at: why.first?.location,
      hint: why.first?.hint
        ?? Text(
          en: "Units must be observed before and after the start, treated and not.",
          zh: "受干预与未受干预单位均需在起点前后有观测。"))
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale)
    let sample = try GroupTimeSample(prepared.grid, self)
    let effects = GroupTimeEffects(sample, method)
    let averages = try averages(effects)
    return try GroupTimeReport(
      study: study, options: self, sample: sample, effects: effects, averages: averages,
      level: level, notes: prepared.notes, clusterGroups: effects.clusterGroups
    ).estimate(from: stream)
  }

  /// The placebo effects and effects by event time on the grid's scale, with influences by cluster:
  /// for bounds on violations of parallel trends.
  ///
  /// - Parameter grid: outcomes on the estimator's scale.
  /// - Returns: event times ascending, values, and ψ as clusters × event times.
  /// - Throws: what ``average(_:)`` throws.
  public func eventStudy(_ grid: StudyGrid) throws(Diagnostic) -> (
    eventTimes: [Int], values: [Double], influence: Matrix
  ) {
    let effects = GroupTimeEffects(try GroupTimeSample(grid, self), method)
    let parts = try averages(effects).byEventTime
    return (
      parts.map(\.eventTime), parts.map(\.average.value),
      Matrix(columns: parts.map { effects.influence(of: $0.average) })
    )
  }
}
