import CaseloadData
import CaseloadMath

/// The efficient estimator of a staggered rollout whose timing is as good as random.
///
/// ```
/// θ̂_β = θ̂₀ − β X̂,   θ̂₀: treated cohorts against those not yet treated, by means of periods
/// X̂: the same differences in the period before each start, 0 on average under random timing
/// β* = Cov(θ̂₀, X̂)/Var(X̂),   β = 1: Callaway & Sant'Anna,   β = 0: differences of means
/// ```
///
/// Where who starts when was left to chance, or to something like it, differences before the start
/// are noise to be regressed out, and subtracting them whole, as differences in differences do, adds
/// noise of its own. The gain is large where outcomes are persistent but not perfectly so. Under
/// parallel trends alone only β = 1 is unbiased. Where cohorts differ before their starts by more than
/// chance allows (p < 5 %), the efficient estimate has no p-value: it would test a difference that is not
/// the programme's.
///
/// Units need all periods; cohorts need two units. Effects from the last cohort's start on have no
/// comparison.
///
/// - Source: Roth & Sant'Anna (2023), *JPE Microeconomics* 1, 669–709. As `staggered` in R.
public struct RothSantAnna: DifferenceEstimator {
  /// What is subtracted of the differences before the start.
  public enum Adjustment: String, Codable, Sendable, CaseIterable {
    case efficient
    /// All of them, against those not yet treated.
    case callawaySantAnna = "callaway-santanna"
    /// All of them, against the last cohort.
    case sunAbraham = "sun-abraham"
    /// Nothing.
    case none
  }

  /// Which effects are averaged, and how they are weighed.
  public enum Aggregation: String, Codable, Sendable, CaseIterable {
    case simple, cohort, calendar, event
  }

  public var scale = EffectEstimate.Scale.level
  public var adjustment = Adjustment.efficient
  public var aggregation = Aggregation.simple
  /// Draws of the randomization test of no effect on anybody; 0 for none.
  public var permutations = 0
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "roth-santanna",
    name: Text(en: "Efficient estimator of a staggered rollout", zh: "交错推行的有效估计"),
    summary: Text(
      en:
        "Cohorts against those not yet treated, with as much of their earlier difference taken out "
        + "as predicts the later one; for a timing as good as random.",
      zh: "各批单位与尚未受干预者比较，并按预测力扣除事前差异；适用于推行时间近似随机的情形。"),
    equation: #"\hat\theta_\beta = \hat\theta_0 - \beta \hat X"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "adjustment",
        Text(
          en: "efficient, callaway-santanna (all of the earlier difference), sun-abraham (and "
            + "against the last cohort alone) or none",
          zh: "efficient、callaway-santanna（全部事前差异）、sun-abraham（且仅与最后一批比较）或 none")
      ),
      (
        "aggregation",
        Text(en: "simple, cohort, calendar or event", zh: "simple、cohort、calendar 或 event")
      ),
      (
        "permutations",
        Text(en: "draws of a randomization test; 0 for none", zh: "随机化检验的抽取次数；0 表示不做")
      ),
      (
        "inference",
        Text(
          en: "auto, influence, randomization, multiplier-bootstrap, jackknife",
          zh: "auto、influence、randomization、multiplier-bootstrap、jackknife")
      ),
    ],
    assumptions: [
      Text(
        en: "Who started when is as good as random.", zh: "各单位的开始时间近似随机。"),
      Text(en: "Nobody acted on the programme before its start.", zh: "干预开始前无人提前反应。"),
    ],
    sources: [Bibliography.rothSantAnna], minimumObservations: 2)

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let data = try RolloutData(grid)
    let contrast = try contrast(aggregation, data)
    let estimate = RolloutEstimate(data.rollout, contrast, beta: beta)
    return data.effect(estimate, contrast)
  }

  /// `nil` for β*.
  var beta: Double? {
    switch adjustment {
    case .efficient: nil
    case .callawaySantAnna, .sunAbraham: 1
    case .none: 0
    }
  }

  /// The contrast of an aggregation.
  func contrast(_ aggregation: Aggregation, _ data: RolloutData) throws(Diagnostic)
    -> RolloutContrast
  {
    let rollout = data.rollout
    let cells: [RolloutContrast.Cell]
    switch aggregation {
    case .simple: cells = RolloutContrast.cells(.simple, rollout)
    case .cohort: cells = RolloutContrast.cells(.cohort, rollout)
    case .calendar: cells = RolloutContrast.cells(.calendar, rollout)
    case .event:
      // The mean over the times since the start.
      let all = (0..<rollout.periodCount).map { RolloutContrast.cells(.event($0), rollout) }
        .filter { !$0.isEmpty }
      cells = all.flatMap { set in
        set.map {
          RolloutContrast.Cell(
            cohort: $0.cohort, period: $0.period, weight: $0.weight / Double(all.count))
        }
      }
    }
    guard !cells.isEmpty else {
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en: "No cohort of two or more units starts inside the data before a later cohort, so "
            + "nothing can be compared. "
            + data.notes.prefix(3).map(\.message.en).joined(separator: " "),
          zh: "没有任何至少两个单位的批次在数据期内先于后续批次开始，无法比较。"
            + data.notes.prefix(3).map(\.message.zh).joined()),
        hint: Text(
          en: "For a single treated unit use --design synthetic-did or imputation.",
          zh: "仅一个受干预单位时，请用 --design synthetic-did 或 imputation。"))
    }
    return RolloutContrast(cells, rollout, lastOnly: adjustment == .sunAbraham)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    try TreatmentReversal.refuseCrossSections(study, design: Self.card.id)
    let prepared = try PreparedStudy(study, scale: scale)
    let data = try RolloutData(prepared.grid)
    let contrast = try contrast(aggregation, data)
    let headline = RolloutEstimate(data.rollout, contrast, beta: beta)
    let answer = try DifferenceInference.answer(
      self, data.grid, effect: data.effect(headline, contrast), level: level, from: stream)
    let report = try RolloutReport(data, self, level: level)
    var notes = prepared.notes + data.notes
    if let warning = TreatmentReversal.warning(prepared.grid, design: Self.card.id) {
      notes.append(warning)
    }
    if !study.unitWeights.isEmpty {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en:
              "Weights of units are not used: the design weighs cohorts by their numbers of units.",
            zh: "未使用单位权重：该设计按各批单位数加权。")))
    }
    var inference = answer.inference
    if permutations > 0 {
      inference = inference.adding(
        fisher(data, contrast, headline, level: level, from: stream.substream(named: "fisher")))
    }
    let assumptions = RolloutReport.assumptions(headline, needsChance: beta != 1)
    var average = InfluenceEstimate.rate(answer.average, scale)
    if assumptions.contains(where: { $0.verdict == .violated }) {
      average = Estimate(
        value: average.value, standardError: average.standardError, lower: average.lower,
        upper: average.upper, level: average.level, pValue: nil)
      notes.append(Self.notByChance)
    }
    return EffectEstimate(
      design: Self.card.id, estimand: report.estimand(study), scale: scale,
      average: average, quantities: report.quantities,
      path: report.path, cells: report.cells, inference: inference,
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect.map {
        scale == .log ? -expm1(-$0) : $0
      },
      assumptions: assumptions, diagnostics: notes)
  }

  private static let notByChance = Diagnostic(
    .assumption, .warning,
    Text(
      en:
        "Who started when was hardly left to chance, so the efficient estimate takes part of an older "
        + "difference for an effect. It has no p-value.",
      zh: "推行时间难以视为随机，有效估计会把部分既有差异当作效应，故不给出 p 值。"),
    hint: Text(
      en:
        "--set adjustment=callaway-santanna and --design callaway-santanna need parallel trends only.",
      zh: "--set adjustment=callaway-santanna 与 --design callaway-santanna 只要求平行趋势。"))

  /// The randomization test of no effect on any unit, by θ̂ over its Neyman standard error with starts
  /// dealt to units anew.
  ///
  /// ```
  /// p = (1 + #{|t*| ≥ |t|}) / (1 + draws)
  /// ```
  func fisher(
    _ data: RolloutData, _ contrast: RolloutContrast, _ headline: RolloutEstimate, level: Double,
    from stream: RandomStream
  ) -> Inference.Alternative {
    let rollout = data.rollout
    let t = abs(headline.value) / headline.neymanVariance.squareRoot()
    var exceeding = 0
    for draw in 0..<permutations {
      var own = stream.substream(UInt64(draw))
      let order = own.permutation(rollout.unitCount)
      let other = RolloutEstimate(
        rollout.with(cohort: order.map { rollout.cohort[$0] }), contrast, beta: beta)
      if abs(other.value) / other.neymanVariance.squareRoot() >= t * (1 - 1e-12) { exceeding += 1 }
    }
    let estimate = Estimate(
      value: headline.value, standardError: headline.neymanVariance.squareRoot(), lower: nil,
      upper: nil, level: level, pValue: Double(1 + exceeding) / Double(1 + permutations))
    return Inference.Alternative(
      kind: .randomization, variant: "studentized",
      estimate: InfluenceEstimate.rate(estimate, scale))
  }
}

extension Inference {
  /// The same with one more alternative.
  fileprivate func adding(_ alternative: Alternative) -> Inference {
    Inference(
      kind: kind, reason: reason, treatedClusters: treatedClusters,
      comparisonClusters: comparisonClusters, draws: draws, isEnumerated: isEnumerated,
      smallestPValue: smallestPValue, criticalValue: criticalValue,
      alternatives: alternatives + [alternative])
  }
}
