import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The answer of a segmented regression: averages, path, quantities.
struct SegmentedAnswer {
  let data: SegmentedData
  let fit: SegmentedFit
  let level: Double

  private var design: SegmentedDesign { data.design }
  private var treatedRows: [Int] { data.isTreated.indices.filter { data.isTreated[$0] } }

  /// Mean of the effects' contrasts over the treated periods.
  private var averageContrast: [Double] {
    var sum = [Double](repeating: 0, count: design.names.count)
    for row in treatedRows {
      for (j, value) in design.effect(row).enumerated() { sum[j] += value }
    }
    return sum.map { $0 / Double(treatedRows.count) }
  }

  /// - Throws: ``DiagnosticCode/notIdentified`` for an average that is no number on its scale.
  func estimate() throws(Diagnostic) -> EffectEstimate {
    let contrast = averageContrast
    let raw = fit.estimate(of: contrast, level: level)
    guard rate(raw).value.isFinite else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The average effect has no finite estimate: the model is too rich for these "
            + "\(design.treatedCount) periods.",
          zh: "平均效应没有有限的估计值：对这 \(design.treatedCount) 期而言模型过于复杂。"),
        at: Diagnostic.Location(period: data.start?.description),
        hint: Text(
          en: "Use --set effect=level, trend=false or season=false.",
          zh: "请设 effect=level、trend=false 或 season=false。"))
    }
    let pandemic = SegmentedPandemic.status(data)
    var average = rate(raw)
    if pandemic == .confounded {
      average = Estimate(
        value: average.value, standardError: average.standardError, lower: nil, upper: nil,
        level: level, pValue: nil)
    }
    let path = path()
    return EffectEstimate(
      design: InterruptedTimeSeries.card.id, estimand: data.estimand(), scale: scale,
      average: average,
      cumulative: data.hasCumulative
        ? cumulative(raw.pValue, withheld: pandemic == .confounded) : nil,
      levelChange: named("level"), slopeChange: named("slope"), quantities: quantities(),
      path: path, inference: inference(contrast), autocorrelation: fit.autocorrelation,
      degreesOfFreedom: fit.degreesOfFreedom(of: contrast),
      minimumDetectableEffect: detectable(contrast),
      assumptions: SegmentedChecks.assumptions(data, fit, pandemic),
      diagnostics: (pandemic == .confounded ? [SegmentedPandemic.warning(data)] : []) + data.notes
        + fit.diagnostics)
  }

  private var scale: EffectEstimate.Scale { data.isLog ? .log : .level }

  private func onScale(_ x: Double) -> Double { data.isLog ? exp(x) : x }

  /// On the scale of the answer; what overflows there is not defined.
  private func rate(_ estimate: Estimate) -> Estimate {
    let shown =
      data.isLog ? estimate.transformed(derivative: exp(estimate.value), expm1) : estimate
    return Estimate(
      value: shown.value, standardError: finite(shown.standardError), lower: finite(shown.lower),
      upper: finite(shown.upper), level: level, pValue: finite(shown.pValue))
  }

  private func finite(_ x: Double?) -> Double? { x.flatMap { $0.isFinite ? $0 : nil } }

  private func answer(_ contrast: [Double]) -> Estimate? {
    let estimate = rate(fit.estimate(of: contrast, level: level))
    return estimate.value.isFinite ? estimate : nil
  }

  private func named(_ name: String) -> Estimate? { design.unit(name).flatMap(answer) }

  /// The margin of a 95 % interval and z₀.₈ standard errors.
  private func detectable(_ contrast: [Double]) -> Double? {
    let estimate = fit.estimate(of: contrast, level: 0.95)
    guard let error = estimate.standardError, let lower = estimate.lower,
      let upper = estimate.upper
    else { return nil }
    let size = 0.5 * (upper - lower) + Normal.standard.upperQuantile(0.2) * error
    return finite(data.isLog ? -expm1(-size) : size)
  }

  /// xᵀβ + o of a row of the treated series.
  private func mean(_ row: Int) -> Double {
    var sum = design.offset?[row] ?? 0
    for j in design.columns.indices { sum += design.columns[j][row] * fit.coefficients[j] }
    return sum
  }

  private func observed(_ row: Int) -> Double {
    data.options.family.isCount ? design.response[row] : onScale(design.response[row])
  }

  private func path() -> [EffectEstimate.Point] {
    (0..<design.treatedCount).map { row in
      let shown = data.isTreated[row] ? answer(design.effect(row)) : nil
      // An effect that has begun but is not counted, as that of an earlier interruption.
      let contrast = design.effect(row)
      let whole = zip(contrast, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      return EffectEstimate.Point(
        period: data.period(row), eventTime: design.eventTimes[row],
        observed: finite(observed(row)),
        counterfactual: finite(onScale(mean(row) - whole)), effect: shown?.value,
        standardError: shown?.standardError, lower: shown?.lower, upper: shown?.upper)
    }
  }

  /// Sum of effects in the outcome's units, by the delta method in the coefficients.
  private func cumulative(_ pValue: Double?, withheld: Bool) -> Estimate? {
    var sum = Accumulator()
    var gradient = [Double](repeating: 0, count: design.names.count)
    for row in treatedRows {
      let contrast = design.effect(row)
      let effect = zip(contrast, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      if data.isLog {
        // Observed less observed without the effect.
        let seen = observed(row)
        sum.add(-seen * expm1(-effect))
        for j in contrast.indices { gradient[j] += seen * exp(-effect) * contrast[j] }
      } else {
        sum.add(effect)
        for j in contrast.indices { gradient[j] += contrast[j] }
      }
    }
    let reference = fit.estimate(of: gradient, level: level)
    let shift = sum.value - reference.value
    guard shift.isFinite else { return nil }
    return Estimate(
      value: sum.value, standardError: reference.standardError,
      lower: withheld ? nil : reference.lower.map { $0 + shift },
      upper: withheld ? nil : reference.upper.map { $0 + shift }, level: level,
      pValue: withheld ? nil : pValue)
  }

  /// Trends before and after, and each interruption's changes where there are several.
  private func quantities() -> [EffectEstimate.Quantity] {
    var result: [EffectEstimate.Quantity] = []
    func add(_ id: String, _ name: Text, _ contrast: [Double]?) {
      guard let contrast, let estimate = answer(contrast) else { return }
      result.append(EffectEstimate.Quantity(id: id, name: name, estimate: estimate))
    }
    if data.terms.breaks.count > 1 {
      for (index, interruption) in data.terms.breaks.enumerated() {
        guard let period = interruption.period else { continue }
        let suffix = index == 0 ? "" : "-\(period)"
        add(
          "level-change-\(period)",
          Text(en: "level change, \(period)", zh: "\(period) 的水平变化"),
          design.unit("level" + suffix))
        add(
          "slope-change-\(period)",
          Text(en: "slope change, \(period)", zh: "\(period) 的斜率变化"),
          design.unit("slope" + suffix))
      }
    }
    let before = design.unit("time")
    if design.isStacked {
      add(
        "comparison-level-change",
        Text(en: "level change of the comparison", zh: "参照序列的水平变化"),
        design.unit("comparison-level"))
      add(
        "comparison-slope-change",
        Text(en: "slope change of the comparison", zh: "参照序列的斜率变化"),
        design.unit("comparison-slope"))
      add(
        "treated-level-change", Text(en: "level change of the treated", zh: "受干预序列的水平变化"),
        sum(design.unit("comparison-level"), design.unit("level")))
      add(
        "treated-slope-change", Text(en: "slope change of the treated", zh: "受干预序列的斜率变化"),
        sum(design.unit("comparison-slope"), design.unit("slope")))
      add(
        "slope-difference-before",
        Text(en: "difference of the slopes before", zh: "干预前两序列的斜率之差"),
        design.unit("treated-time"))
    } else {
      add("slope-before", Text(en: "slope before, a period", zh: "干预前每期斜率"), before)
      if data.terms.breaks.count == 1, data.options.pulse == 0 {
        add(
          "slope-after", Text(en: "slope after, a period", zh: "干预后每期斜率"),
          sum(before, design.unit("slope")))
      }
    }
    return result
  }

  private func sum(_ a: [Double]?, _ b: [Double]?) -> [Double]? {
    guard let a, let b else { return nil }
    return zip(a, b).map { $0 + $1 }
  }

  /// The same average with other models of the errors.
  private func inference(_ contrast: [Double]) -> Inference {
    var alternatives: [Inference.Alternative] = []
    for errors in InterruptedTimeSeries.Errors.allCases
    where errors != data.options.errors && errors != .arima {
      var options = data.options
      options.errors = errors
      guard !options.family.isCount || errors != .praisWinsten,
        let other = try? SegmentedData.fitted(design, options, start: data.start)
      else { continue }
      let estimate = rate(other.estimate(of: contrast, level: level))
      guard estimate.value.isFinite else { continue }
      alternatives.append(
        Inference.Alternative(
          kind: .model, variant: errors.rawValue, estimate: estimate,
          degreesOfFreedom: other.degreesOfFreedom(of: contrast)))
    }
    return Inference(
      kind: .model, reason: fit.reason, treatedClusters: data.treated.count,
      comparisonClusters: data.study.comparison.count, alternatives: alternatives)
  }
}
