import CaseloadData
import CaseloadTestSupport

@testable import CaseloadForecasting

/// Series and R's answers from the shared oracles. R 4.2.2, forecast 8.20.
enum ETSOracle {
  static let series: [String: TimeSeries] = Dictionary(
    RBaseline.all.map { ($0.name, $0.series) }, uniquingKeysWith: { a, _ in a })

  static func json(_ file: String) throws -> JSON {
    try SharedData.json("forecast/oracles/\(file).json", as: JSON.self)
  }

  static func numbers(_ value: JSON?) -> [Double] {
    if let number = value?.number { return [number] }
    return (value?.array ?? []).map { $0.number ?? .nan }
  }

  /// R's state vector (level, slope, the latest season first) as ours.
  static func state(_ values: [Double], _ form: ETSForm, phi: Double = 1) -> ETSState {
    let slots = form.trend == .none ? 1 : 2
    return ETSState(
      level: values[0], slope: slots == 2 ? values[1] : 0,
      seasons: form.season == .none ? [] : values[slots...].reversed())
  }

  /// The form of `{error, trend, damped, season}` or of `components`.
  static func form(_ error: String, _ trend: String, _ isDamped: Bool, _ season: String) -> ETSForm?
  {
    ETSForm(error + trend + (isDamped && trend != "N" ? "d" : "") + season)
  }
}

extension JSON {
  var members: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }
  var isTrue: Bool {
    if case .bool(let value) = self { value } else { false }
  }
}
