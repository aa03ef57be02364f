import CaseloadData
import CaseloadEffects

/// Estimates made by hand, as designs would answer.
enum SampleEffects {
  /// Four courts over 24 months, two of them treated from the 13th on.
  static func study() throws(Diagnostic) -> Study {
    let series = TimeSeries(
      name: Text(en: "Civil filings", zh: "民事收案"), unit: Text(en: "cases", zh: "件"),
      start: .month(2018, 1), values: (0..<24).map { 100 + Double($0) })
    let panel = Panel(
      keyNames: ["court"],
      entries: ["East", "West", "North", "South"].map { Panel.Entry(key: [$0], series: series) })
    return try Study(
      panel, treatmentStart: ["East": .month(2019, 1), "West": .month(2019, 1)])
  }

  static func estimate(
    _ value: Double, _ lower: Double?, _ upper: Double?, p: Double? = nil
  ) -> Estimate {
    Estimate(
      value: value, standardError: nil, lower: lower, upper: upper, level: 0.95, pValue: p)
  }

  /// An event study with a reference period and a simultaneous band.
  static func eventStudy(scale: EffectEstimate.Scale = .log) -> EffectEstimate {
    let path = (-12...11).map { event -> EffectEstimate.Point in
      guard event != -1 else { return EffectEstimate.Point(eventTime: event, effect: 0) }
      let wave = 0.02 * Double((event * 7 + 50) % 5 - 2) / 2
      let effect = event < 0 ? wave : -0.12 + wave
      let unit = scale == .log ? 1.0 : 100
      return EffectEstimate.Point(
        eventTime: event, effect: unit * effect, standardError: unit * 0.03,
        lower: unit * (effect - 0.06), upper: unit * (effect + 0.06),
        simultaneousLower: unit * (effect - 0.09), simultaneousUpper: unit * (effect + 0.09))
    }
    let unit = scale == .log ? 1.0 : 100
    return answer(
      estimate(-0.12 * unit, -0.18 * unit, -0.06 * unit, p: 0.002), scale: scale, path: path)
  }

  /// A counterfactual of one unit, month by month.
  static func counterfactual() -> EffectEstimate {
    let path = (0..<24).map { t -> EffectEstimate.Point in
      let event = t - 12
      let expected = 100 + 2 * Double(t)
      let effect = event < 0 ? nil : -20 - Double(event)
      return EffectEstimate.Point(
        period: .month(2018, 1).advanced(by: t), eventTime: event,
        observed: expected + (effect ?? Double(t % 3 - 1)), counterfactual: expected,
        effect: effect,
        standardError: effect == nil ? nil : 4, lower: effect.map { $0 - 8 },
        upper: effect.map { $0 + 8 })
    }
    return answer(estimate(-25.5, -33, -18, p: 0.001), scale: .level, path: path)
  }

  /// Whatever a design answered, in few words.
  static func answer(
    _ average: Estimate, scale: EffectEstimate.Scale = .log,
    path: [EffectEstimate.Point] = [], assumptions: [AssumptionStatus] = [],
    checks: [EffectCheck] = [], inference: Inference? = nil,
    minimumDetectableEffect: Double? = nil, cumulative: Estimate? = nil
  ) -> EffectEstimate {
    EffectEstimate(
      design: "sample",
      estimand: Text(en: "Average effect on the treated courts.", zh: "对受干预法院的平均效应。"),
      scale: scale, average: average, cumulative: cumulative, path: path, inference: inference,
      minimumDetectableEffect: minimumDetectableEffect, assumptions: assumptions, checks: checks)
  }

  static func check(
    _ id: String, _ verdict: AssumptionStatus.Verdict, _ finding: String = "It was found."
  ) -> EffectCheck {
    EffectCheck(
      id: id, name: Text(en: "Check", zh: "检查"), verdict: verdict,
      finding: Text(en: finding, zh: "检查结果。"))
  }
}
