import CaseloadData
import CaseloadMath

/// The work of one estimate by ``StructuralCounterfactual``.
struct StructuralCounterfactualFit {
  private let options: StructuralCounterfactual
  private let data: CounterfactualData
  private let window: CounterfactualWindow
  private let level: Double
  private let stream: RandomStream
  private let form: StateForm
  private let likelihood: StructuralLikelihood
  private let horizon: CounterfactualHorizon
  private let trendReason: Text
  private var notes: [Diagnostic]

  init(
    _ options: StructuralCounterfactual, _ data: CounterfactualData, level: Double,
    from stream: RandomStream
  ) throws(Diagnostic) {
    (self.options, self.data, self.level, self.stream) = (options, data, level, stream)
    window = CounterfactualWindow(data)
    notes = data.notes
    let season = try BayesianStructuralFit.season(options.season, data)
    let levelForm = StateForm(hasSlope: false, season: season)
    let linearForm = StateForm(hasSlope: true, season: season)
    func checked(_ form: StateForm) throws(Diagnostic) {
      let needed = form.stateCount + form.sources.count + data.regressors.count + 2
      guard data.observedBefore >= needed else {
        throw Diagnostic(
          .seriesTooShort, .error,
          Text(
            en:
              "The model has \(needed - 2) states, variances and coefficients, and \(data.observedBefore) "
              + "periods before the start are observed; \(needed) are needed.",
            zh: "模型含 \(needed - 2) 个状态、方差与系数，而起点前仅有 \(data.observedBefore) 个观测期；至少需要 \(needed) 个。"),
          at: Diagnostic.Location(
            series: data.study.label(data.treated[0]), period: data.start?.description),
          hint: Text(
            en: "Use --set trend=level season=none, fewer covariates, or --design bsts.",
            zh: "请用 --set trend=level season=none、减少协变量，或改用 --design bsts。"))
      }
    }
    switch options.trend {
    case .level, .linear:
      let form = options.trend == .level ? levelForm : linearForm
      try checked(form)
      likelihood = StructuralLikelihood(form, window.columns)
      trendReason = Text(en: "as asked", zh: "按设定")
    case .auto:
      try checked(levelForm)
      let plain = StructuralLikelihood(levelForm, window.columns)
      let hasRegressors = window.columns.count - 1 > window.forcedCount
      let other =
        hasRegressors || (try? checked(linearForm)) == nil
        ? nil : StructuralLikelihood(linearForm, window.columns)
      if let other, other.criterion < plain.criterion {
        likelihood = other
        trendReason = Text(en: "a slope lowers Akaike's criterion", zh: "设斜率可降低赤池信息量")
      } else {
        likelihood = plain
        trendReason =
          hasRegressors
          ? Text(en: "the regressors carry trends themselves", zh: "回归变量自身已含趋势")
          : Text(en: "a slope does not lower Akaike's criterion", zh: "设斜率不能降低赤池信息量")
      }
    }
    form = likelihood.form
    horizon = CounterfactualHorizon(form, weights: window.allWeights, columns: window.ahead)
    guard likelihood.logLikelihood.isFinite, likelihood.scale.isFinite else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The time before the start does not determine the model: some state has no value.",
          zh: "干预前的数据不足以确定模型：有的状态没有任何观测。"),
        at: Diagnostic.Location(
          series: data.study.label(data.treated[0]), period: data.start?.description),
        hint: Text(
          en: "Use --set season=none, or --design bsts.",
          zh: "请用 --set season=none，或 --design bsts。"))
    }
    if likelihood.termination != .converged {
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The search for the variances stopped early (\(likelihood.termination.rawValue)).",
            zh: "方差的搜索提前停止（\(likelihood.termination.rawValue)）。")))
    }
  }

  // MARK: Answers

  private static func plugIn(_ likelihood: StructuralLikelihood, _ horizon: CounterfactualHorizon)
    -> PredictiveMixture
  {
    let (means, variances) = likelihood.moments(horizon, withCoefficients: false)
    return PredictiveMixture(
      weights: [1], means: means.map { [$0] }, deviations: variances.map { [$0.squareRoot()] })
  }

  private func simulated(_ likelihood: StructuralLikelihood, _ horizon: CounterfactualHorizon)
    -> PredictiveMixture
  {
    likelihood.mixture(
      horizon, draws: options.draws, from: stream.substream(named: "parameters"))
  }

  /// The point estimates are those at the maximum, whatever the intervals allow for.
  private func answer(
    _ mixture: PredictiveMixture, _ likelihood: StructuralLikelihood,
    _ horizon: CounterfactualHorizon, fitted: [Double]
  ) -> CounterfactualAnswer {
    CounterfactualAnswer(
      data: data, window: window, level: level, mixture: mixture, fitted: fitted,
      centers: likelihood.moments(horizon, withCoefficients: false).means)
  }

  private func shown(_ answer: CounterfactualAnswer) -> (Double) -> Text {
    let average = answer.average
    let width = (average.upper ?? 0) - (average.lower ?? 0)
    let isRate = options.scale == .log
    return { x in
      isRate
        ? NumberText.percent(x) : NumberText.decimal(x, NumberText.decimals(forWidth: width))
    }
  }

  private func skill() -> CounterfactualChecks.Skill? {
    guard
      let count = CounterfactualChecks.heldBack(
        data, fewest: form.stateCount + likelihood.parameterCount + 2)
    else { return nil }
    let part = CounterfactualWindow(data, split: data.before - count, end: data.before)
    let likelihood = StructuralLikelihood(form, part.columns)
    guard likelihood.logLikelihood.isFinite else { return nil }
    let horizon = CounterfactualHorizon(form, weights: part.allWeights, columns: part.ahead)
    return CounterfactualChecks.skill(
      CounterfactualAnswer(
        data: data, window: part, level: 0.95,
        mixture: likelihood.mixture(
          horizon, draws: 500, from: stream.substream(named: "held-back")),
        fitted: [Double](repeating: .nan, count: data.before)))
  }

  /// The average with and without a slope.
  private func trendCheck(_ shown: (Double) -> Text, _ own: Estimate) -> EffectCheck? {
    let other = StateForm(hasSlope: !form.hasSlope, season: form.season)
    let needed = other.stateCount + other.sources.count + data.regressors.count + 2
    guard data.observedBefore >= needed else { return nil }
    let likelihood = StructuralLikelihood(other, window.columns)
    guard likelihood.logLikelihood.isFinite else { return nil }
    let horizon = CounterfactualHorizon(
      other, weights: [window.averageWeights], columns: window.ahead)
    let average = answer(simulated(likelihood, horizon), likelihood, horizon, fitted: []).average
    let flips = average.value * own.value < 0
    func verdict(_ e: Estimate) -> Int { (e.upper ?? 0) < 0 ? -1 : (e.lower ?? 0) > 0 ? 1 : 0 }
    let changes = verdict(average) != verdict(own)
    let words = form.hasSlope ? ("with", "without", "有", "无") : ("without", "with", "无", "有")
    return EffectCheck(
      id: "trend-sweep", name: Text(en: "With and without a slope", zh: "有无斜率的比较"),
      verdict: flips || changes ? .doubtful : .supported,
      finding: Text(
        en: "\(shown(own.value).en) \(words.0) a slope, \(shown(average.value).en) \(words.1) "
          + "(\(shown(average.lower ?? .nan).en) to \(shown(average.upper ?? .nan).en))"
          + (flips || changes ? ": the answer hangs on it." : "."),
        zh: "\(words.2)斜率时为 \(shown(own.value).zh)，\(words.3)斜率时为 \(shown(average.value).zh)（"
          + "\(shown(average.lower ?? .nan).zh) 至 \(shown(average.upper ?? .nan).zh)）"
          + (flips || changes ? "：结论取决于此。" : "。")),
      figures: [
        .init("headline", flips || changes ? 0 : 1), .init("signFlips", flips ? 1 : 0),
        .init("verdictChanges", changes ? 1 : 0), .init("average", own.value),
        .init("otherAverage", average.value), .init("otherLower", average.lower),
        .init("otherUpper", average.upper), .init("logLikelihood", self.likelihood.logLikelihood),
        .init("otherLogLikelihood", likelihood.logLikelihood),
      ])
  }

  func estimate() -> EffectEstimate {
    let (center, unit) = (window.center, window.unit)
    let (expected, standardized) = likelihood.predictions()
    let fitted = expected.map { center + unit * $0 }
    let plain = answer(Self.plugIn(likelihood, horizon), likelihood, horizon, fitted: fitted)
    let wide = answer(simulated(likelihood, horizon), likelihood, horizon, fitted: fitted)
    let isPlugIn = options.uncertainty == .plugIn
    let (own, other) = isPlugIn ? (plain, wide) : (wide, plain)
    let shown = shown(own)
    let skill = skill()
    let continuity = CounterfactualChecks.continuity(skill, shown)
    let (errors, errorCheck) = CounterfactualChecks.errors(
      standardized, seasonLength: data.first.seasonLength)
    var checks = [CounterfactualChecks.check(skill, continuity), errorCheck]
    if let trend = trendCheck(shown, wide.average) { checks.insert(trend, at: 0) }
    return EffectEstimate(
      design: StructuralCounterfactual.card.id,
      estimand: own.estimand(form.text), scale: options.scale, average: own.average,
      cumulative: own.cumulative(totals(own)), quantities: quantities, path: own.path,
      inference: Inference(
        kind: .model,
        reason: Text(
          en: "The Kalman filter's forecast errors at the maximum-likelihood estimates (trend: "
            + "\(trendReason.en))"
            + (isPlugIn
              ? "; the alternative allows for estimated parameters, too."
              : ", with draws of the parameters from their asymptotic law."),
          zh: "极大似然估计下卡尔曼滤波的预测误差（趋势：\(trendReason.zh)）"
            + (isPlugIn ? "；替代结果计入参数估计误差。" : "，并按渐近分布抽取参数。")),
        treatedClusters: data.treated.count,
        comparisonClusters: data.comparisonCount,
        draws: isPlugIn ? nil : options.draws,
        alternatives: [
          Inference.Alternative(
            kind: .model, variant: isPlugIn ? "parameters" : "plug-in", estimate: other.average)
        ]),
      minimumDetectableEffect: own.detectable,
      assumptions: [
        continuity,
        SegmentedChecks.concurrent(
          data.study, treated: data.treated, assumption: CounterfactualChecks.assumptions[1]),
        CounterfactualChecks.regressors(data), errors, CounterfactualChecks.anticipation,
      ], checks: checks, diagnostics: notes)
  }

  /// On the log scale: sums of lognormal means' medians at quantiles of the mixture's components.
  private func totals(_ answer: CounterfactualAnswer) -> [Double] {
    guard options.scale == .log, data.isFlow, data.treated.count == 1 else { return [] }
    return likelihood.totals(
      window, draws: options.draws, withParameters: options.uncertainty == .parameters,
      from: stream.substream(named: "paths"))
  }

  private var quantities: [EffectEstimate.Quantity] {
    func plain(_ value: Double, _ error: Double? = nil) -> Estimate {
      Estimate(
        value: value, standardError: error, lower: nil, upper: nil, level: level, pValue: nil)
    }
    let variances = [1.0] + likelihood.ratios.map { $0 * $0 }
    let names = ["observation"] + form.sources.map(\.rawValue)
    let words = [Text(en: "observation", zh: "观测")] + form.sources.map(\.text)
    var list = variances.indices.map { i in
      EffectEstimate.Quantity(
        id: "deviation-\(names[i])",
        name: Text(
          en: "Standard deviation: \(words[i].en)", zh: "标准差：\(words[i].zh)"),
        estimate: plain(window.unit * (likelihood.scale * variances[i]).squareRoot()))
    }
    let (coefficients, errors) = likelihood.coefficients()
    for (j, place) in window.places.enumerated() {
      let unit = window.unit / window.regressorUnits[j]
      list.append(
        EffectEstimate.Quantity(
          id: "coefficient-\(data.regressors[place].name)",
          name: Text(
            en: "Coefficient: \(data.regressors[place].name)",
            zh: "系数：\(data.regressors[place].name)"),
          estimate: plain(unit * coefficients[j], unit * errors[j])))
    }
    list.append(
      EffectEstimate.Quantity(
        id: "log-likelihood", name: Text(en: "Log-likelihood (standardized)", zh: "对数似然（标准化）"),
        estimate: plain(likelihood.logLikelihood)))
    return list
  }
}
