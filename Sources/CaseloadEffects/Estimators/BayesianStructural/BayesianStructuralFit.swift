import CaseloadData
import CaseloadMath

/// The work of one estimate by ``BayesianStructural``: its form, its posterior, its checks.
struct BayesianStructuralFit {
  private let options: BayesianStructural
  private let data: CounterfactualData
  private let window: CounterfactualWindow
  private let level: Double
  private let stream: RandomStream
  private let form: StateForm
  private let task: StructuralTask
  private let posterior: StructuralPosterior
  private let answer: CounterfactualAnswer
  private let predictions: OneStepPredictions
  private var notes: [Diagnostic]
  /// Why the trend is what it is.
  private let trendReason: Text

  /// Draws of one setting of the sweep, and of the held-back forecast.
  private static let sweepDraws = 800

  init(
    _ options: BayesianStructural, _ data: CounterfactualData, level: Double,
    from stream: RandomStream
  ) throws(Diagnostic) {
    (self.options, self.data, self.level, self.stream) = (options, data, level, stream)
    window = CounterfactualWindow(data)
    notes = data.notes
    let season = try Self.season(options.season, data)
    (form, trendReason) = Self.form(options, window, season)
    task = Self.task(options, form, window, weights: window.allWeights)
    if options.method == .exact, !StructuralPosterior.isExact(task) {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A season or regressors to select cannot be integrated by quadrature.",
          zh: "含季节或待选回归变量时无法用数值积分求解。"),
        hint: Text(
          en: "Use --set method=auto, or season=none comparison=false without covariates.",
          zh: "请用 --set method=auto，或 season=none comparison=false 且不用协变量。"))
    }
    posterior = StructuralPosterior(
      task, method: options.method, draws: options.draws,
      from: stream.substream(named: "posterior"))
    predictions = OneStepPredictions(
      task, StructuralTask.variances(posterior.meanLogs),
      coefficients: posterior.isExact ? nil : posterior.coefficientMeans)
    let (center, unit) = (window.center, window.unit)
    answer = CounterfactualAnswer(
      data: data, window: window, level: level, mixture: posterior.mixture,
      fitted: predictions.expected.map { center + unit * $0 })
    if let convergence = posterior.convergence,
      convergence.effectiveSampleSize < 400 || (convergence.scaleReduction ?? 1) > 1.05
    {
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en:
              "The chains have not settled: \(Int(convergence.effectiveSampleSize)) effective draws, "
              + "R̂ = \(NumberText.decimal(convergence.scaleReduction ?? .nan, 3).en).",
            zh: "抽样链尚未稳定：有效样本量 \(Int(convergence.effectiveSampleSize))，"
              + "R̂ = \(NumberText.decimal(convergence.scaleReduction ?? .nan, 3).zh)。"),
          hint: Text(en: "Use more --set draws.", zh: "请增大 --set draws。")))
    }
    if data.observedBefore < 12 {
      notes.append(
        Diagnostic(
          .tooFewPeriods, .warning,
          Text(
            en:
              "Only \(data.observedBefore) periods before the start are observed: the interval is mostly "
              + "the prior's.",
            zh: "起点前仅有 \(data.observedBefore) 个观测期：区间主要由先验决定。"),
          hint: Text(en: "Add earlier periods.", zh: "请增加更早的时期。")))
    }
  }

  // MARK: Form

  static func season(_ season: BayesianStructural.Season, _ data: CounterfactualData)
    throws(Diagnostic) -> StateForm.Season
  {
    let length = data.first.seasonLength
    let isLongEnough = length > 1 && data.observedBefore >= 2 * length
    switch season {
    case .none: return .none
    case .auto:
      guard isLongEnough else { return .none }
      return length <= 13
        ? .dummy(length: length) : .trigonometric(length: length, harmonics: min(6, length / 2))
    case .dummy, .trigonometric:
      guard length > 1 else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(en: "The series has no season.", zh: "序列没有季节。"),
          hint: Text(en: "Use --set season=none.", zh: "请用 --set season=none。"))
      }
      guard length <= 60 || season == .trigonometric else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "A season of \(length) periods is too long for dummies.",
            zh: "长度为 \(length) 期的季节不宜用哑变量。"),
          hint: Text(en: "Use --set season=trigonometric.", zh: "请用 --set season=trigonometric。"))
      }
      return season == .dummy
        ? .dummy(length: length)
        : .trigonometric(length: length, harmonics: min(6, length / 2))
    }
  }

  private static func form(
    _ options: BayesianStructural, _ window: CounterfactualWindow, _ season: StateForm.Season
  ) -> (StateForm, Text) {
    let level = StateForm(hasSlope: false, season: season)
    let linear = StateForm(hasSlope: true, season: season)
    switch options.trend {
    case .level: return (level, Text(en: "as asked", zh: "按设定"))
    case .linear: return (linear, Text(en: "as asked", zh: "按设定"))
    case .auto:
      guard window.columns.count - 1 == window.forcedCount else {
        return (
          level,
          Text(en: "the regressors carry trends themselves", zh: "回归变量自身已含趋势")
        )
      }
      func evidence(_ form: StateForm) -> Double {
        let task = task(options, form, window, weights: [window.averageWeights])
        return LaplaceEvidence.logEvidence(task, members: Array(0..<window.forcedCount))
      }
      let difference = evidence(linear) - evidence(level)
      let shown = NumberText.decimal(abs(difference), 1)
      return difference > 0
        ? (
          linear,
          Text(
            en: "ln Bayes factor \(shown.en) for a slope", zh: "支持斜率的对数贝叶斯因子 \(shown.zh)")
        )
        : (
          level,
          Text(
            en: "ln Bayes factor \(shown.en) against a slope", zh: "反对斜率的对数贝叶斯因子 \(shown.zh)")
        )
    }
  }

  private static func task(
    _ options: BayesianStructural, _ form: StateForm, _ window: CounterfactualWindow,
    weights: [[Double]], level: Double? = nil
  ) -> StructuralTask {
    let candidates = window.columns.count - 1 - window.forcedCount
    return StructuralTask(
      form: form,
      prior: StructuralPrior(
        form, level: level ?? options.levelPrior, slope: options.slopePrior,
        season: options.seasonPrior, hasCandidates: candidates > 0, expectedR2: options.expectedR2),
      columns: window.columns, forcedCount: window.forcedCount,
      inclusion: min(1, options.modelSize / Double(max(1, candidates))),
      horizon: CounterfactualHorizon(form, weights: weights, columns: window.ahead))
  }

  // MARK: Checks

  private var shown: (Double) -> Text {
    let average = answer.average
    let width = (average.upper ?? 0) - (average.lower ?? 0)
    let isRate = options.scale == .log
    return { x in
      isRate
        ? NumberText.percent(x) : NumberText.decimal(x, NumberText.decimals(forWidth: width))
    }
  }

  private func sweep() -> PriorSweep? {
    guard options.sweep else { return nil }
    // The same regressors in all settings, so that their evidence compares.
    let members =
      posterior.isExact
      ? Array(0..<task.forcedCount)
      : (0..<task.regressorCount).filter { $0 < task.forcedCount || posterior.inclusion[$0] > 0.5 }
    let levels = Set(PriorSweep.levels + [options.levelPrior]).sorted()
    var settings: [PriorSweep.Setting] = []
    for hasSlope in [false, true] {
      for (k, prior) in levels.enumerated() {
        let isChosen = hasSlope == form.hasSlope && prior == options.levelPrior
        let form = StateForm(hasSlope: hasSlope, season: form.season)
        let task = Self.task(
          options, form, window, weights: [window.averageWeights], level: prior)
        let average: Estimate
        let evidence: Double
        if isChosen {
          average = answer.average
          evidence = posterior.logEvidence ?? LaplaceEvidence.logEvidence(task, members: members)
        } else {
          let other = StructuralPosterior(
            task, method: options.method, draws: min(options.draws, Self.sweepDraws),
            isGlance: true,
            from: stream.substream(named: "sweep").substream(UInt64(2 * k + (hasSlope ? 1 : 0))))
          average = averageOnly(other.mixture)
          evidence = other.logEvidence ?? LaplaceEvidence.logEvidence(task, members: members)
        }
        settings.append(
          PriorSweep.Setting(
            level: prior, hasSlope: hasSlope, average: average.value,
            lower: average.lower ?? .nan, upper: average.upper ?? .nan, logEvidence: evidence,
            isChosen: isChosen))
      }
    }
    return PriorSweep(settings)
  }

  private func averageOnly(_ mixture: PredictiveMixture) -> Estimate {
    CounterfactualAnswer(data: data, window: window, level: level, mixture: mixture, fitted: [])
      .average
  }

  private func skill() -> CounterfactualChecks.Skill? {
    guard
      let count = CounterfactualChecks.heldBack(data, fewest: 2 * (form.stateCount - 1))
    else { return nil }
    let part = CounterfactualWindow(data, split: data.before - count, end: data.before)
    let task = Self.task(options, form, part, weights: part.allWeights)
    let posterior = StructuralPosterior(
      task, method: options.method, draws: min(options.draws, Self.sweepDraws), isGlance: true,
      from: stream.substream(named: "held-back"))
    return CounterfactualChecks.skill(
      CounterfactualAnswer(
        data: data, window: part, level: 0.95, mixture: posterior.mixture,
        fitted: [Double](repeating: .nan, count: data.before)))
  }

  // MARK: The answer

  private func totals() -> [Double] {
    guard options.scale == .log, data.isFlow, data.treated.count == 1 else { return [] }
    var totals: [Double] = []
    CounterfactualPaths.simulate(
      task, posterior.points, ahead: window.ahead, horizon: window.outcome.count,
      from: stream.substream(named: "paths")
    ) { path in
      var sum = 0.0
      for (h, z) in path.enumerated() where !window.outcome[h].isNaN {
        sum += exp(window.center + window.unit * z)
      }
      totals.append(sum)
    }
    return totals
  }

  func estimate() -> EffectEstimate {
    let sweep = sweep()
    let skill = skill()
    let continuity = CounterfactualChecks.continuity(skill, shown)
    let (errors, errorCheck) = CounterfactualChecks.errors(
      predictions.standardized, seasonLength: data.first.seasonLength)
    var assumptions = [
      continuity,
      SegmentedChecks.concurrent(
        data.study, treated: data.treated, assumption: CounterfactualChecks.assumptions[1]),
      CounterfactualChecks.regressors(data), errors, CounterfactualChecks.anticipation,
    ]
    var checks = [CounterfactualChecks.check(skill, continuity), errorCheck]
    var diagnostics = notes
    if let sweep {
      assumptions.append(sweep.status(shown))
      checks.insert(sweep.check(shown), at: 0)
      let location = Diagnostic.Location(
        series: data.study.label(data.treated[0]), period: data.start?.description)
      if let warning = sweep.warning(shown, at: location) { diagnostics.append(warning) }
    }
    if let convergence = posterior.convergence { checks.append(sampling(convergence)) }
    return EffectEstimate(
      design: BayesianStructural.card.id, estimand: answer.estimand(form.text),
      scale: options.scale,
      average: answer.average, cumulative: answer.cumulative(totals()),
      quantities: quantities, path: answer.path, inference: inference,
      minimumDetectableEffect: answer.detectable, assumptions: assumptions, checks: checks,
      diagnostics: diagnostics)
  }

  private func sampling(_ convergence: ChainConvergence) -> EffectCheck {
    let error = window.unit * convergence.standardError
    let size = NumberText.decimal(convergence.effectiveSampleSize)
    let reduction = NumberText.decimal(convergence.scaleReduction ?? 1, 3)
    let hasSettled =
      convergence.effectiveSampleSize >= 400 && (convergence.scaleReduction ?? 1) <= 1.05
    return EffectCheck(
      id: "sampler", name: Text(en: "Convergence of the sampler", zh: "抽样收敛"),
      verdict: hasSettled ? .supported : .doubtful,
      finding: Text(
        en:
          "\(posterior.componentCount) draws of \(GibbsSampler.chainCount) chains are worth \(size.en) "
          + "independent ones; R̂ = \(reduction.en).",
        zh: "\(GibbsSampler.chainCount) 条链共 \(posterior.componentCount) 次抽样，相当于 \(size.zh) 次独立抽样；"
          + "R̂ = \(reduction.zh)。"),
      figures: [
        .init("draws", Double(posterior.componentCount)),
        .init("effectiveSampleSize", convergence.effectiveSampleSize),
        .init("scaleReduction", convergence.scaleReduction),
        .init("monteCarloStandardError", error),
      ])
  }

  private var inference: Inference {
    Inference(
      kind: .posterior,
      reason: Text(
        en: "Posterior of \(form.text.en) (trend: \(trendReason.en)), "
          + (posterior.isExact
            ? "by quadrature over \(posterior.componentCount) points; "
            : "by a Gibbs sampler; ")
          + "the p-value is twice the posterior tail area.",
        zh: "\(form.text.zh)的后验（趋势：\(trendReason.zh)），"
          + (posterior.isExact
            ? "数值积分 \(posterior.componentCount) 个节点；" : "吉布斯抽样；") + "p 值为后验尾部概率的两倍。"),
      treatedClusters: data.treated.count,
      comparisonClusters: data.comparisonCount,
      draws: posterior.isExact ? nil : posterior.componentCount)
  }

  private var quantities: [EffectEstimate.Quantity] {
    func plain(_ value: Double, _ deviation: Double? = nil) -> Estimate {
      Estimate(
        value: value, standardError: deviation, lower: nil, upper: nil, level: level, pValue: nil)
    }
    var list = [
      EffectEstimate.Quantity(
        id: "posterior-tail-area",
        name: Text(
          en: "Posterior tail area: probability of the opposite sign under the model",
          zh: "后验尾部概率：模型下效应符号相反的概率"), estimate: plain(answer.tailArea))
    ]
    let names = ["observation"] + form.sources.map(\.rawValue)
    let words = [Text(en: "observation", zh: "观测")] + form.sources.map(\.text)
    for (index, deviation) in posterior.deviations.enumerated() {
      list.append(
        EffectEstimate.Quantity(
          id: "deviation-\(names[index])",
          name: Text(
            en: "Posterior mean of the standard deviation: \(words[index].en)",
            zh: "标准差的后验均值：\(words[index].zh)"), estimate: plain(window.unit * deviation)))
    }
    for (j, place) in window.places.enumerated() where j < posterior.inclusion.count {
      let regressor = data.regressors[place]
      let unit = window.unit / window.regressorUnits[j]
      list.append(
        EffectEstimate.Quantity(
          id: "inclusion-\(regressor.name)",
          name: Text(
            en: "Posterior inclusion probability: \(regressor.name)",
            zh: "后验纳入概率：\(regressor.name)"), estimate: plain(posterior.inclusion[j])))
      list.append(
        EffectEstimate.Quantity(
          id: "coefficient-\(regressor.name)",
          name: Text(
            en: "Coefficient: \(regressor.name)", zh: "系数：\(regressor.name)"),
          estimate: plain(
            unit * posterior.coefficientMeans[j], unit * posterior.coefficientDeviations[j])))
    }
    return list
  }
}

extension StateForm {
  /// The form in words.
  var text: Text {
    var (en, zh) = (
      hasSlope ? "a level with a slope" : "a level", hasSlope ? "水平与斜率" : "水平"
    )
    switch season {
    case .none: break
    case .dummy(let length):
      en += hasSlope ? " and a season of \(length)" : " with a season of \(length)"
      zh += "、季节（\(length)）"
    case .trigonometric(let length, let harmonics):
      en += (hasSlope ? " and " : " with ") + "\(harmonics) harmonics of a season of \(length)"
      zh += "、季节（\(length)，\(harmonics) 个谐波）"
    }
    return Text(en: en, zh: zh + "模型")
  }
}

extension StateForm.Source {
  var text: Text {
    switch self {
    case .level: Text(en: "level", zh: "水平")
    case .slope: Text(en: "slope", zh: "斜率")
    case .season: Text(en: "season", zh: "季节")
    }
  }
}
