import CaseloadData
import CaseloadMath
import Foundation

@testable import CaseloadEffects

/// Interrupted series with a known effect.
enum TestStudies {
  /// level + slope·t + step·D + change·(t − T)·D + σ·e, e an AR(1) of unit innovations.
  static func series(
    _ n: Int, from start: Period = .month(2015, 1), at event: Int, level: Double = 100,
    slope: Double = 0.5, step: Double = 10, change: Double = -0.8, sigma: Double = 0,
    rho: Double = 0, stream: RandomStream = RandomStream(seed: 0), season: [Double] = [],
    measure: Measure = .flow
  ) -> TimeSeries {
    var draws = stream
    var error = draws.normal() / (1 - rho * rho).squareRoot()
    let values = (0..<n).map { t -> Double in
      defer { error = rho * error + draws.normal() }
      let effect = t >= event ? step + change * Double(t - event) : 0
      let seasonal = season.isEmpty ? 0 : season[t % season.count]
      return level + slope * Double(t) + effect + seasonal + sigma * error
    }
    return TimeSeries(
      name: Text(en: "filings", zh: "收案"), measure: measure, start: start, values: values)
  }

  static func study(_ series: TimeSeries, at event: Int, events: [KnownEvent] = [])
    throws(Diagnostic) -> Study
  {
    try Study(series, from: series.start.advanced(by: event), events: events)
  }
}

extension InterruptedTimeSeries {
  init(scale: EffectEstimate.Scale = .level, slope: Bool = true, season: Bool = true) {
    self.init()
    self.scale = scale
    effect = slope ? .both : .level
    self.season = season
  }
}

/// `value` after a journey through JSON.
func roundTrip<T: Codable>(_ value: T) throws -> T {
  try JSONDecoder().decode(T.self, from: JSONEncoder().encode(value))
}
