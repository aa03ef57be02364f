import CaseloadData
import CaseloadMath

/// Effects from what is known of the counterfactual: observed less expected, in the units of the scale.
///
/// ```
/// effect_h = y_h − (ȳ + s_y Z_h),   average = mean over the observed periods
/// ```
///
/// On the log scale both are differences of logarithms, reported as rates.
struct CounterfactualAnswer {
  let data: CounterfactualData
  let window: CounterfactualWindow
  let level: Double
  /// Of each period, the average last.
  let mixture: PredictiveMixture
  /// What the model expected one period ahead in each period before; NaN where it had no idea.
  let fitted: [Double]
  /// Point estimates in place of the mixture's means.
  var centers: [Double]?

  private func mean(_ f: Int) -> Double {
    window.center + window.unit * (centers?[f] ?? mixture.mean(f))
  }

  private var z: Double { (1 - level) / 2 }

  /// The effect of functional `f` where the outcome is `observed`.
  private func effect(_ f: Int, observed: Double) -> Estimate {
    let (center, unit) = (window.center, window.unit)
    let mean = mean(f)
    let (lower, upper, _) = mixture.tails(f, (observed - center) / unit)
    return Estimate(
      value: observed - mean, standardError: unit * mixture.standardDeviation(f),
      lower: observed - center - unit * mixture.quantile(f, 1 - z),
      upper: observed - center - unit * mixture.quantile(f, z), level: level,
      pValue: min(1, 2 * min(lower, upper)))
  }

  private func rate(_ estimate: Estimate) -> Estimate {
    data.scale == .log
      ? estimate.transformed(derivative: exp(estimate.value), expm1) : estimate
  }

  private func onScale(_ x: Double) -> Double { data.scale == .log ? exp(x) : x }

  /// On the scale of the estimate before rates are made of logarithms.
  var plainAverage: Estimate {
    effect(mixture.means.count - 1, observed: window.averageOutcome)
  }

  var average: Estimate { rate(plainAverage) }

  /// P(effect ≥ 0) or P(effect ≤ 0), whichever is smaller.
  var tailArea: Double { (plainAverage.pValue ?? .nan) / 2 }

  /// The sum over the observed periods on the level scale; from `totals`, draws of the counterfactual's
  /// sum, on the log scale.
  func cumulative(_ totals: [Double]) -> Estimate? {
    guard data.isFlow, data.treated.count == 1 else { return nil }
    let observed = window.outcome.filter { !$0.isNaN }
    if data.scale == .level {
      let (count, average) = (Double(observed.count), plainAverage)
      return Estimate(
        value: count * average.value, standardError: average.standardError.map { count * $0 },
        lower: average.lower.map { count * $0 }, upper: average.upper.map { count * $0 },
        level: level, pValue: average.pValue)
    }
    let sum = observed.reduce(0) { $0 + exp($1) }
    let effects = totals.map { sum - $0 }.sorted()
    guard let middle = Descriptive.sortedQuantile(effects, 0.5) else { return nil }
    return Estimate(
      value: middle, standardError: Descriptive.standardDeviation(effects),
      lower: Descriptive.sortedQuantile(effects, z),
      upper: Descriptive.sortedQuantile(effects, 1 - z), level: level,
      pValue: plainAverage.pValue)
  }

  var path: [EffectEstimate.Point] {
    let before = (0..<data.before).map { row in
      EffectEstimate.Point(
        period: data.period(row), eventTime: row - data.before,
        observed: data.response[row].isNaN ? nil : onScale(data.response[row]),
        counterfactual: fitted[row].isNaN ? nil : onScale(fitted[row]))
    }
    let after = window.outcome.indices.map { h -> EffectEstimate.Point in
      let observed = window.outcome[h]
      let expected = mean(h)
      let effect = observed.isNaN ? nil : rate(effect(h, observed: observed))
      return EffectEstimate.Point(
        period: data.period(data.before + h), eventTime: h,
        observed: observed.isNaN ? nil : onScale(observed), counterfactual: onScale(expected),
        effect: effect?.value, standardError: effect?.standardError, lower: effect?.lower,
        upper: effect?.upper)
    }
    return before + after
  }

  /// The effect that would be told from none in four of five cases, at the deviation of the average.
  var detectable: Double {
    let deviation = plainAverage.standardError ?? .nan
    let detectable =
      (Normal.standard.upperQuantile(0.025) + Normal.standard.upperQuantile(0.2)) * deviation
    return data.scale == .log ? -expm1(-detectable) : detectable
  }

  /// In words, whose effect, when, against what.
  func estimand(_ model: Text) -> Text {
    let count = window.outcome.count { !$0.isNaN }
    let name = data.first.name
    let units = data.comparisonCount
    let covariates = data.regressors.count { $0.kind == .covariate }
    let others =
      data.isRelative
      ? Text(
        en: ", from their difference from the mean of \(units) comparison units, against what "
          + "\(model.en) expects of it",
        zh: "，取其与 \(units) 个参照单位平均之差，参照为\(model.zh)的预测")
      : units == 0 && covariates > 0
        ? Text(
          en: ", against what \(model.en) with \(covariates) covariates expects",
          zh: "，参照为\(model.zh)（含 \(covariates) 个协变量）的预测")
        : units > 0
          ? Text(
            en: ", against what \(model.en) with \(units) comparison units expects",
            zh: "，参照为\(model.zh)（含 \(units) 个参照单位）的预测")
          : Text(en: ", against what \(model.en) expects", zh: "，参照为\(model.zh)的预测")
    let way = data.scale == .log
    if data.treated.count == 1, let start = data.start {
      let last = data.period(data.response.count - 1) ?? start
      let who =
        data.study.panel.keyNames.isEmpty
        ? name
        : Text(
          en: "\(name.en) in \(data.study.label(data.treated[0]))",
          zh: "\(data.study.label(data.treated[0])) 的\(name.zh)")
      return Text(
        en:
          "Average effect on \(who.en) over the \(count) observed periods from \(start) to \(last)"
          + (way ? ", as a rate (mean of the logarithms' differences)" : ", a period") + others.en,
        zh: "\(start) 至 \(last) 共 \(count) 个观测期对\(who.zh)的平均效应"
          + (way ? "（比率，对数差的平均）" : "（每期）") + others.zh)
    }
    return Text(
      en:
        "Average effect on \(name.en) in the mean of \(data.treated.count) treated units over the "
        + "\(count) treated periods that all of them share"
        + (way ? ", as a rate" : ", a unit and period") + others.en,
      zh: "\(data.treated.count) 个受干预单位的平均\(name.zh)在共有的 \(count) 个干预后时期内的平均效应"
        + (way ? "（比率）" : "（每单位每期）") + others.zh)
  }
}

/// One-step predictions of the time before at one point of the parameters.
struct OneStepPredictions {
  /// On the standardized scale; NaN where nothing was known.
  let expected: [Double]
  /// (z − E z)/√F; NaN where missing.
  let standardized: [Double]

  /// - Parameters:
  ///   - task: the model.
  ///   - variances: at which.
  ///   - coefficients: of all regressors; `nil` for those of ``IntegratedRegression``.
  init(_ task: StructuralTask, _ variances: StateVariances, coefficients: [Double]?) {
    var beta = coefficients ?? []
    var (expected, standardized): ([Double], [Double]) = ([], [])
    if coefficients == nil {
      var regression = IntegratedRegression(task, members: Array(0..<task.regressorCount))
      task.withKernel { kernel in _ = regression.logDensity(kernel, variances) }
      beta = regression.coefficients
    }
    task.withKernel { kernel in
      _ = kernel.filter(variances)
      kernel.whiten()
      for t in 0..<kernel.n {
        guard kernel.isObserved[t] > 0 else {
          expected.append(.nan)
          standardized.append(.nan)
          continue
        }
        var e = kernel.white[t * kernel.w]
        for (j, b) in beta.enumerated() { e -= b * kernel.white[t * kernel.w + j + 1] }
        standardized.append(e)
        expected.append(kernel.columns[t * kernel.w] - e / kernel.precisions[t])
      }
    }
    self.expected = expected
    self.standardized = standardized
  }
}
