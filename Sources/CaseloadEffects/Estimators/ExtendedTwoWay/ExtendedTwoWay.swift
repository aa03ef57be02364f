import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The two-way regression with an effect for each cohort and treated period, of levels, logarithms or
/// counts.
///
/// ```
/// gaussian: y_it = α_i + λ_t + Σ_{g, s ≥ g} τ_gs 1[g_i = g] 1[t = s] + γᵀx_it + ε_it
/// poisson:  E y_it = E_it · exp(α_i + λ_t + Σ_{g, s ≥ g} δ_gs 1[g_i = g] 1[t = s] + γᵀx_it)
/// ```
///
/// All units that are not yet treated are the comparison, and all periods before the start; effects may
/// differ between cohorts and over time. The average weights each treated unit and period alike; the
/// Poisson regression's is the ratio of all cases of treated units to those expected without the
/// programme, less one, so that a month without a case needs no logarithm. A cell's expected cases
/// are held fixed in its standard error. Unit effects drop out of the Poisson score, so that counts
/// may be over-dispersed and need not be whole; the exposure is an offset.
///
/// - Sources: Wooldridge (2021), §6 (linear); Wooldridge (2023), §4 (counts).
public struct ExtendedTwoWay: DifferenceEstimator {
  /// What the mean is linear in.
  public enum Family: String, Codable, Sendable, CaseIterable {
    case gaussian
    /// Counts, with parallel trends of the logarithm of their mean.
    case poisson
  }

  /// Whether the effect is measured in the outcome's units or as a rate; always a rate for counts.
  public var scale = EffectEstimate.Scale.level
  public var family = Family.gaussian { didSet { settle() } }
  public var inference = InferenceChoice.auto

  public init() {}

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    scale = try container.decode(EffectEstimate.Scale.self, forKey: .scale)
    family = try container.decode(Family.self, forKey: .family)
    inference = try container.decode(InferenceChoice.self, forKey: .inference)
    settle()
  }

  private mutating func settle() { if family == .poisson { scale = .log } }

  public var outcomeScale: EffectEstimate.Scale { family == .poisson ? .level : scale }

  public static let card = MethodCard(
    id: "etwfe", name: Text(en: "Extended two-way fixed effects", zh: "扩展双向固定效应"),
    summary: Text(
      en: "An effect for each start and period, of levels, rates or counts.",
      zh: "按起点与时期分别估计效应，适用于水平、比率或计数。"),
    equation:
      #"g(\operatorname{E} y_{it}) = \alpha_i + \lambda_t + \sum_{g,\, s \ge g} \tau_{gs} 1[g_i=g] 1[t=s]"#,
    options: [
      (
        "scale",
        Text(
          en: "level, or log for a rate; counts always give a rate",
          zh: "level（原单位）或 log（比率）；计数总以比率表示")
      ),
      (
        "family",
        Text(
          en: "gaussian, or poisson for counts with zeros and units of different size",
          zh: "gaussian，或 poisson（含零计数、单位规模不一）")
      ),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en: "Without the programme treated and not yet treated units would have moved in parallel "
          + "(for counts: in proportion).",
        zh: "若无该措施，处理单位与尚未处理单位会平行变动（计数为同比例变动）。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
      Text(
        en: "The programme in one unit does not move another.", zh: "一个单位的干预不影响其他单位。"),
    ],
    sources: [Bibliography.wooldridgeExtended, Bibliography.wooldridgeNonlinear],
    minimumObservations: 4)

  static func terms(_ grid: StudyGrid) -> TwoWayTerms {
    let periods = grid.periodCount
    return TwoWayTerms(grid) { cohort, t in
      cohort > 0 && cohort < periods && t >= cohort
        ? TwoWayTerms.Key(cohort: cohort, time: t) : nil
    }
  }

  /// A fit with the average of its treated terms.
  struct Solution {
    let fit: TwoWayFit
    let counts: CountEffects?
    let value: Double
    let contrast: [Double]
  }

  func solution(_ grid: StudyGrid, _ terms: TwoWayTerms, isLarge: Bool) throws(Diagnostic)
    -> Solution
  {
    guard !terms.keys.isEmpty else { throw Diagnostic.nothingIdentified }
    switch family {
    case .gaussian:
      let fit = try TwoWayFit(grid, terms, isLarge: isLarge)
      guard let contrast = terms.average(where: { fit.isIdentified[$0] }) else {
        throw Diagnostic.nothingIdentified
      }
      return Solution(fit: fit, counts: nil, value: fit.value(contrast), contrast: contrast)
    case .poisson:
      let counts = try CountEffects(grid, terms, isLarge: isLarge)
      guard let (value, contrast) = counts.ratio({ _ in true }) else {
        throw Diagnostic.nothingIdentified
      }
      return Solution(fit: counts.fit, counts: counts, value: value, contrast: contrast)
    }
  }

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let part = grid.withoutAlwaysTreated.beforeAllAreTreated
    let solution = try solution(part, Self.terms(part), isLarge: false)
    return AverageEffect(
      value: solution.value,
      influence: solution.fit.influence(
        solution.contrast, gridClusters: part.clusterCount))
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    guard family == .gaussian else { return nil }
    let part = grid.withoutAlwaysTreated.beforeAllAreTreated
    let terms = Self.terms(part)
    let solution = try solution(part, terms, isLarge: false)
    return try AverageRegression.twoWay(part, terms, solution.contrast, inference)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: outcomeScale)
    let whole = prepared.grid
    let grid = whole.withoutAlwaysTreated.beforeAllAreTreated
    let terms = Self.terms(grid)
    let solution = try solution(grid, terms, isLarge: true)
    let fit = solution.fit
    let answer = try DifferenceInference.answer(
      self, whole,
      effect: AverageEffect(
        value: solution.value,
        influence: fit.influence(solution.contrast, gridClusters: whole.clusterCount)),
      level: level, from: stream)
    let report = DesignScale(scale, level: level, clusters: fit.clusterCount)
    var summary: CohortEffects.Summary?
    if let counts = solution.counts { summary = { counts.ratio($0) } }
    let effects = CohortEffects(
      fit, terms, grid, report, references: [], summary: summary,
      from: stream.substream(named: "band"))
    let test = preTrend(whole)
    let totals = totals(solution, terms, grid, study, level)
    let words = DesignWords(study, grid)
    let units =
      family == .poisson
      ? Text(
        en: "as a rate: all their cases over those expected without the programme, less one",
        zh: "以比率计：实际总数与无干预时预期总数之比减一")
      : DesignWords.scale(scale)
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en: "The average effect on \(words.subject.en), \(words.weighting.en), against all units "
          + "that are not yet treated and all periods before each start, \(units.en).",
        zh: "对\(words.subject.zh)的平均效应，\(words.weighting.zh)；以全部尚未受干预的单位与各自干预前各期为对照，"
          + "\(units.zh)。"),
      scale: scale, average: report.reported(answer.average), cumulative: totals.cumulative,
      quantities: totals.quantities + effects.quantities, path: effects.path,
      cells: effects.cells,
      inference: answer.inference.with(criticalValue: effects.criticalValue),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: [
        test?.status(Self.card.assumptions[0])
          ?? AssumptionStatus.untestable(Self.card.assumptions[0]),
        AssumptionStatus.untestable(Self.card.assumptions[1]),
        AssumptionStatus.untestable(Self.card.assumptions[2]),
      ],
      checks: test.map { [$0.check] } ?? [],
      diagnostics: Diagnostic.unused(study, usesCovariates: true) + prepared.notes
        + cut(whole, grid) + fit.diagnostics
        + lost(solution, terms, grid) + effects.notes)
  }

  /// The leads of the same regression with a term for each period before the start, too.
  func preTrend(_ whole: StudyGrid) -> PreTrendTest? {
    guard let setup = try? SunAbraham().setup(whole) else { return nil }
    let fit: TwoWayFit?
    switch family {
    case .gaussian: fit = try? TwoWayFit(setup.grid, setup.terms)
    case .poisson:
      fit = (try? CountEffects(setup.grid, setup.terms, isLarge: true))?.fit
    }
    guard let fit else { return nil }
    func time(_ k: Int) -> Int { setup.terms.keys[k].time - setup.terms.keys[k].cohort }
    let known = setup.terms.keys.indices.filter { fit.isIdentified[$0] && time($0) < 0 }
    let contrasts = Set(known.map(time)).sorted().compactMap { r in
      setup.terms.average { fit.isIdentified[$0] && time($0) == r }
    }
    return PreTrendTest(
      contrasts.map { fit.value($0) }, fit.covariance(contrasts), clusters: fit.clusterCount)
  }

  /// What the effects add up to in the outcome's units.
  private func totals(
    _ solution: Solution, _ terms: TwoWayTerms, _ grid: StudyGrid, _ study: Study, _ level: Double
  ) -> (cumulative: Estimate?, quantities: [EffectEstimate.Quantity]) {
    let plain = DesignScale(.level, level: level, clusters: solution.fit.clusterCount)
    let isFlow = study.panel.entries.first?.series.measure == .flow
    let isEven = grid.weights.allSatisfy { $0 == 1 }
    let value: Double
    let contrast: [Double]
    let count: Double
    if let counts = solution.counts {
      (value, contrast, count) = counts.difference { _ in true }
    } else {
      guard scale == .level else { return (nil, []) }
      let weights = terms.keys.indices.map { solution.fit.isIdentified[$0] ? terms.weights[$0] : 0 }
      count = weights.reduce(0, +)
      contrast = weights
      value = solution.fit.value(weights)
    }
    let variance = solution.fit.covariance([contrast])?[0, 0]
    let sum = isFlow && isEven ? plain.estimate(value, variance) : nil
    guard solution.counts != nil, count > 0 else { return (sum, []) }
    return (
      sum,
      [
        EffectEstimate.Quantity(
          id: "level",
          name: Text(
            en: "Average effect in the outcome's units", zh: "平均效应（原单位）"),
          estimate: plain.estimate(value / count, variance.map { $0 / (count * count) }))
      ]
    )
  }

  private func cut(_ whole: StudyGrid, _ grid: StudyGrid) -> [Diagnostic] {
    guard grid.periodCount < whole.periodCount else { return [] }
    return [
      Diagnostic(
        .rowsLeftOut, .note,
        Text(
          en: "From \(whole.period(grid.periodCount)) on every unit is treated; these periods say "
            + "nothing of the effect and are left out.",
          zh: "自 \(whole.period(grid.periodCount)) 起全部单位均受干预，这些时期不含效应信息，已略去。"))
    ]
  }

  private func lost(_ solution: Solution, _ terms: TwoWayTerms, _ grid: StudyGrid) -> [Diagnostic] {
    func name(_ k: Int) -> Text {
      let key = terms.keys[k]
      return Text(
        en: "start \(grid.period(key.cohort)) in \(grid.period(key.time))",
        zh: "起点 \(grid.period(key.cohort))、时期 \(grid.period(key.time))")
    }
    let missing = terms.keys.indices.filter { k in
      !solution.fit.isIdentified[k] && (solution.counts?.baselines[k] ?? nil) == nil
    }
    var notes: [Diagnostic] = []
    if !missing.isEmpty {
      notes.append(
        Diagnostic.termsNotIdentified(
          missing.map(name), instead: Text(en: "The others are averaged.", zh: "其余效应照常平均。")))
    }
    let empty = terms.keys.indices.filter { k in
      !solution.fit.isIdentified[k] && (solution.counts?.baselines[k] ?? nil) != nil
    }
    if !empty.isEmpty {
      let names = empty.map(name)
      notes.append(
        Diagnostic(
          .separation, .note,
          Text(
            en: "Without a single case: \(names.map(\.en).joined(separator: ", ")). They count in "
              + "the average as a fall of 100 %, but have no standard error of their own.",
            zh: "以下单元没有任何案件：\(names.map(\.zh).joined(separator: "、"))。它们在平均值中按下降 100% 计入，但自身没有标准误。")
        ))
    }
    return notes
  }
}
