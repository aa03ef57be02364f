import CaseloadData
import CaseloadMath

@testable import CaseloadEffects

/// Panels of courts with AR(1) noise and a known effect.
enum PlaceboPanel {
  /// αᵢ + λₜ + eᵢₜ + effect · Dᵢₜ; the first `treated` units start at half the time.
  static func study(
    units: Int, treated: Int, periods: Int = 10, rho: Double = 0.5, effect: Double = 0,
    level: Double = 0, start: Period = .year(2001), cohort: Int? = nil, stream: RandomStream
  ) throws(Diagnostic) -> Study {
    var draw = stream
    let at = cohort ?? periods / 2
    let common = (0..<periods).map { _ in draw.normal() }
    var entries: [Panel.Entry] = []
    var starts: [String: Period] = [:]
    for unit in 0..<units {
      let own = draw.normal()
      var e = draw.normal() / (1 - rho * rho).squareRoot()
      let values = (0..<periods).map { t -> Double in
        defer { e = rho * e + draw.normal() }
        return level + own + common[t] + e + (unit < treated && t >= at ? effect : 0)
      }
      entries.append(
        Panel.Entry(
          key: ["court \(unit)"],
          series: TimeSeries(name: Text("filings"), start: start, values: values)))
      if unit < treated { starts["court \(unit)"] = start.advanced(by: at) }
    }
    return try Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: starts)
  }

  static func grid(
    units: Int, treated: Int, periods: Int = 10, rho: Double = 0.5, effect: Double = 0,
    stream: RandomStream
  ) throws(Diagnostic) -> StudyGrid {
    try StudyGrid(
      study(
        units: units, treated: treated, periods: periods, rho: rho, effect: effect, stream: stream))
  }
}
