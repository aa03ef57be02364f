import CaseloadData
import CaseloadMath

/// Difference in differences of two periods given covariates: by regression, by reweighting, or by
/// both, of which one needs to be right.
///
/// ```
/// τ = E[(w₁(D) − w₀(D,X)) (ΔY − μ_Δ(X))]
/// w₁ = D / E[D],   w₀ = p(X)(1 − D)/(1 − p(X)) / E[p(X)(1 − D)/(1 − p(X))]
/// ```
///
/// μ_Δ(X) is the expected change of the comparison, p(X) the probability of being treated. The
/// improved estimator calibrates p so that covariates balance exactly, and weighs μ accordingly: its
/// standard error is right if either is. With several periods before or after the start the outcome
/// is averaged over each; covariates have their value in the last period before. Repeated
/// cross-sections use the locally efficient estimator.
///
/// - Sources: Sant'Anna & Zhao (2020), *Journal of Econometrics* 219, 101–122, eqs. 2.5, 3.1, 3.4;
///   Abadie (2005); Heckman, Ichimura & Todd (1997). R's `DRDID` is reproduced.
public struct DoublyRobustDifferences: DifferenceEstimator {
  /// Which estimator.
  public enum Variant: String, Codable, Sendable, CaseIterable {
    /// Calibrated propensity and weighted least squares.
    case improved
    /// Maximum likelihood and least squares.
    case traditional
    case regression
    /// Reweighted, the weights adding up to 1.
    case weighting
    /// Reweighted by inverse probabilities as they are (Abadie 2005).
    case horvitzThompson = "horvitz-thompson"

    var method: TwoPeriodMethod {
      switch self {
      case .improved: .improved
      case .traditional: .doublyRobust
      case .regression: .regression
      case .weighting: .weighting
      case .horvitzThompson: .horvitzThompson
      }
    }
  }

  public var scale = EffectEstimate.Scale.level
  public var method = Variant.improved
  /// Periods before the start that are left out, since units may react in them already.
  public var anticipation = 0
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "doubly-robust",
    name: Text(en: "Doubly robust difference in differences", zh: "双重稳健双重差分"),
    summary: Text(
      en: "Did treated units change more than comparison units with the same covariates?",
      zh: "受干预单位的变化是否大于协变量相同的对照单位？"),
    equation:
      #"\tau = E\left[\left(\tfrac{D}{E[D]} - \tfrac{p(X)(1-D)/(1-p(X))}{E[p(X)(1-D)/(1-p(X))]}\right)(\Delta Y - \mu_\Delta(X))\right]"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "method",
        Text(
          en: "improved, traditional, regression, weighting or horvitz-thompson",
          zh: "improved、traditional、regression、weighting 或 horvitz-thompson")
      ),
      (
        "anticipation",
        Text(
          en: "periods before the start that are left out", zh: "起点前略去的期数")
      ),
      (
        "inference",
        Text(
          en: "auto, influence, multiplier-bootstrap, randomization or another way",
          zh: "auto、influence、multiplier-bootstrap、randomization 等推断方式")
      ),
    ],
    assumptions: [
      Text(
        en: "Without the programme, units with like covariates would have moved alike.",
        zh: "若无该措施，协变量相近的单位变动一致。"),
      Text(
        en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
      Text(
        en: "Every treated unit has comparison units with like covariates.",
        zh: "每个受干预单位都有协变量相近的对照单位。"),
      Text(
        en: "The regression of the outcome, or the propensity score, has the right form.",
        zh: "结果回归或倾向得分的形式至少一个正确。"),
    ],
    sources: [
      Bibliography.santAnnaZhao, Bibliography.abadieDifferences, Bibliography.heckmanIchimuraTodd,
    ],
    minimumObservations: 2)

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let timing = try CommonTiming(grid, design: Self.card.id, anticipation: anticipation)
    return try fitted(timing).average
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale)
    let timing = try CommonTiming(prepared.grid, design: Self.card.id, anticipation: anticipation)
    let fit = try fitted(timing)
    let grid = fit.grid
    let answer = try CommonTimingReport.answer(
      self, grid, fit.average, timing.clusters, level: level, from: stream)
    var notes = prepared.notes + timing.notes + fit.notes
    if timing.before.count + timing.after.count > 2 {
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "The outcome is averaged over \(timing.before.count) periods before and "
              + "\(timing.after.count) from the start on.",
            zh: "结果变量在起点前 \(timing.before.count) 期与起点后 \(timing.after.count) 期分别取平均。")))
    }
    return EffectEstimate(
      design: Self.card.id,
      estimand: CommonTimingReport.estimand(
        study, timing, scale, covariates: grid.covariateNames, count: fit.treatedCount),
      scale: scale, average: CommonTimingReport.rate(answer.average, scale),
      inference: answer.inference, degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect.map {
        scale == .log ? -expm1(-$0) : $0
      }, assumptions: assumptions(fit), diagnostics: notes)
  }

  /// The two-period sample of a grid, and the effect on it.
  struct Fit {
    /// The grid without the units that could not be used.
    let grid: StudyGrid
    let average: AverageEffect
    let effect: TwoPeriodEffect
    let treatedCount: Int
    let notes: [Diagnostic]
  }

  func fitted(_ timing: CommonTiming) throws(Diagnostic) -> Fit {
    let grid = timing.grid
    let count = grid.periodCount
    var data = TwoPeriodSample(treated: [], weights: [], outcome: [])
    data.covariates = grid.covariates.map { _ in [] }
    var units: [Int] = []
    var lacking: [Int] = []
    func mean(_ unit: Int, _ columns: [Int]) -> Double {
      var (sum, size) = (0.0, 0.0)
      for t in columns where !grid[unit, t].isNaN {
        sum += grid[unit, t]
        size += 1
      }
      return sum / size
    }
    let base = timing.before[timing.before.count - 1]
    for unit in timing.units {
      var column = unit * count + base
      var later: Double?
      if timing.isCrossSections {
        let own = (timing.before + timing.after).first { !grid[unit, $0].isNaN } ?? base
        column = unit * count + own
        later = own >= timing.start ? 1 : 0
      }
      guard grid.covariates.allSatisfy({ !$0[column].isNaN }) else {
        lacking.append(unit)
        continue
      }
      units.append(unit)
      data.treated.append(timing.isTreated(unit) ? 1 : 0)
      data.weights.append(grid.weights[unit])
      if let later {
        data.outcome.append(grid.outcome[column])
        data.later.append(later)
      } else {
        data.outcome.append(mean(unit, timing.after) - mean(unit, timing.before))
      }
      for j in grid.covariates.indices { data.covariates[j].append(grid.covariates[j][column]) }
    }
    if timing.isCrossSections, method == .horvitzThompson {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "horvitz-thompson needs units that are followed, and these are cross-sections.",
          zh: "horvitz-thompson 需要追踪单位的面板，而此处为重复截面。"),
        hint: Text(en: "Use --set method=weighting.", zh: "请用 --set method=weighting。"))
    }
    let effect: TwoPeriodEffect
    do {
      effect = try TwoPeriodEstimation.effect(data, method.method)
    } catch {
      throw failure(error, grid, timing)
    }
    let used = units.count == grid.unitCount ? grid : grid.selecting(units)
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    for (unit, psi) in zip(units, effect.influence) { influence[grid.cluster[unit]] += psi }
    var notes: [Diagnostic] = []
    if !lacking.isEmpty {
      let names = GroupTimeSample.names(lacking, grid)
      notes.append(
        Diagnostic(
          .unitLeftOut, .warning,
          Text(
            en: "\(lacking.count) units lack a covariate in \(grid.period(base)) and are left out: "
              + "\(names.en).",
            zh: "\(lacking.count) 个单位在 \(grid.period(base)) 缺少协变量，已略去：\(names.zh)。"),
          at: Diagnostic.Location(
            series: grid.labels[lacking[0]], period: grid.period(base).description)))
    }
    if !effect.dependentCovariates.isEmpty {
      let names = effect.dependentCovariates.map { grid.covariateNames[$0] }
        .joined(separator: ", ")
      notes.append(
        Diagnostic(
          .rankDeficient, .note,
          Text(
            en:
              "\(names): constant, or explained by the other covariates, and left out; the estimate "
              + "does not change.",
            zh: "\(names)：为常数或可由其他协变量解释，已略去；不影响估计。")))
    }
    // The influences in the clusters of the grid that is handed on.
    var kept = influence
    if used.unitCount != grid.unitCount {
      kept = [Double](repeating: 0, count: used.clusterCount)
      for (row, unit) in units.enumerated() {
        kept[used.cluster[row]] = influence[grid.cluster[unit]]
      }
    }
    return Fit(
      grid: used,
      average: AverageEffect(
        value: effect.value, influence: used.unitCount == grid.unitCount ? influence : kept),
      effect: effect, treatedCount: data.treated.count { $0 == 1 }, notes: notes)
  }

  private func failure(
    _ reason: TwoPeriodFailure, _ grid: StudyGrid, _ timing: CommonTiming
  ) -> Diagnostic {
    let location = Diagnostic.Location(period: grid.period(timing.start).description)
    switch reason {
    case .emptyGroup:
      return Diagnostic(
        .notIdentified, .error,
        Text(
          en: "One of the two groups is not observed before or after \(grid.period(timing.start)).",
          zh: "两组之一在 \(grid.period(timing.start)) 之前或之后没有观测。"), at: location,
        hint: Text(
          en: "Check the covariates' and the outcome's gaps.", zh: "请检查协变量与结果变量的缺失。"))
    case .noOverlap(let largest):
      return Diagnostic(
        .notIdentified, .error,
        Text(
          en:
            "The covariates tell treated units from the comparison almost for certain (a propensity "
            + "of \(GroupTimeAssumptions.rounded(largest))): no comparison is alike.",
          zh: "协变量几乎可以完全区分受干预单位与对照（倾向得分 "
            + "\(GroupTimeAssumptions.rounded(largest))）：没有可比的对照。"), at: location,
        hint: Text(
          en: "Use fewer covariates, or --set method=regression, which extrapolates.",
          zh: "请减少协变量，或用 --set method=regression（外推）。"))
    case .singularCovariates:
      return Diagnostic(
        .rankDeficient, .error,
        Text(
          en: "The covariates are linearly dependent within one of the groups.",
          zh: "协变量在某一组内线性相关。"), at: location,
        hint: Text(
          en: "Use fewer covariates, or --set method=weighting.",
          zh: "请减少协变量，或用 --set method=weighting。"))
    }
  }

  private func assumptions(_ fit: Fit) -> [AssumptionStatus] {
    let sentences = Self.card.assumptions
    let overlap: AssumptionStatus
    if let largest = fit.effect.largestPropensity, !fit.grid.covariates.isEmpty {
      overlap = AssumptionStatus(
        sentences[2], largest > 0.9 ? .doubtful : .supported,
        evidence: Text(
          en: "The largest propensity score is \(GroupTimeAssumptions.rounded(largest)).",
          zh: "最大倾向得分为 \(GroupTimeAssumptions.rounded(largest))。"))
    } else {
      overlap = AssumptionStatus(
        sentences[2], .untestable,
        evidence: Text(
          en: "No propensity score is fitted.", zh: "未估计倾向得分。"))
    }
    return [
      AssumptionStatus(
        sentences[0], .untestable,
        evidence: Text(
          en: "One change cannot show it; --design callaway-santanna tests the periods before.",
          zh: "一次变化无法验证；--design callaway-santanna 可检验之前各期。")),
      AssumptionStatus(
        sentences[1], .untestable,
        evidence: Text(
          en: "\(anticipation) periods before the start are left out for it.",
          zh: "为此略去起点前 \(anticipation) 期。")),
      overlap,
      AssumptionStatus(
        sentences[3], .untestable,
        evidence: Text(
          en: "Compare method=regression and method=weighting: far apart, one of them is wrong.",
          zh: "可比较 method=regression 与 method=weighting：相差较大则其一有误。")),
    ]
  }
}
