import CaseloadData
import CaseloadMath
import Testing

@testable import CaseloadEffects

/// Monthly panels of courts of level 100 and noise 2, shaped as a test wants.
enum CheckPanel {
  /// 100 + 10·unit effect + common path + noise + shape(unit, t); units below `treated` start at `at`.
  static func study(
    units: Int = 20, treated: Int = 2, periods: Int = 60, at: Int = 36,
    start: Period = .month(2011, 1), rho: Double = 0.3, events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays, stream: RandomStream = RandomStream(seed: 31),
    shape: (_ unit: Int, _ t: Int) -> Double = { _, _ in 0 }
  ) throws(Diagnostic) -> Study {
    let panel = Panel(
      keyNames: ["court"],
      entries: series(
        units, periods, start: start, rho: rho, stream: stream, shape: shape
      ).enumerated().map { Panel.Entry(key: ["court \($0)"], series: $1) })
    var starts: [String: Period] = [:]
    for unit in 0..<treated { starts["court \(unit)"] = start.advanced(by: at) }
    return try Study(panel, treatmentStart: starts, events: events, calendar: calendar)
  }

  static func series(
    _ units: Int, _ periods: Int, start: Period = .month(2011, 1), level: Double = 100,
    noise: Double = 2, rho: Double = 0.3, stream: RandomStream,
    shape: (_ unit: Int, _ t: Int) -> Double = { _, _ in 0 }
  ) -> [TimeSeries] {
    var draw = stream
    let common = (0..<periods).map { _ in 3 * draw.normal() }
    return (0..<units).map { unit in
      let own = 10 * draw.normal()
      var e = draw.normal() / (1 - rho * rho).squareRoot()
      let values = (0..<periods).map { t -> Double in
        defer { e = rho * e + draw.normal() }
        return level + own + common[t] + noise * e + shape(unit, t)
      }
      return TimeSeries(name: Text("filings"), start: start, values: values)
    }
  }

  static func context(
    _ study: Study, _ design: some EffectEstimator = GroupMeanDifference()
  ) throws -> CheckContext {
    let estimate = try design.estimate(study, level: 0.95, from: RandomStream(seed: 2))
    return CheckContext(study, design, estimate, from: RandomStream(seed: 2))
  }

  /// What one check says of a study.
  static func outcome(
    _ check: any AutomaticCheck.Type, _ study: Study,
    _ design: some EffectEstimator = GroupMeanDifference()
  ) throws -> EffectCheck? {
    check.outcome(try context(study, design))
  }

  /// The same where the check must concern the study.
  static func required(
    _ check: any AutomaticCheck.Type, _ study: Study,
    _ design: some EffectEstimator = GroupMeanDifference()
  ) throws -> EffectCheck {
    let outcome = try outcome(check, study, design)
    return try #require(outcome)
  }
}
