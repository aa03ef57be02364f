/// Something dated that moved a series and is not the question: a reform, a pandemic.
public struct KnownEvent: Codable, Sendable, Equatable {
  /// How long the event acts.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// From `from` on, for good.
    case level
    /// From `from` to `to`, then as before.
    case pulse
  }

  /// Unique in its dataset.
  public let id: String
  public let kind: Kind
  /// The first period in which it acts.
  public let from: Period
  /// The last period of a pulse, `nil` for one of a single period; a level has none.
  public let to: Period?
  /// For people.
  public let name: Text
  /// The values of key columns to which the event is confined, such as caseType: family, contract;
  /// empty for all series.
  public let only: [String: [String]]

  public init(
    id: String, kind: Kind, from: Period, to: Period? = nil, name: Text,
    only: [String: [String]] = [:]
  ) {
    self.id = id
    self.kind = kind
    self.from = from
    self.to = to
    self.name = name
    self.only = only
  }

  /// Whether the event acts on a series with these keys; a key that the series has been summed over
  /// does not exclude it.
  public func applies(to key: [String: String]) -> Bool {
    only.allSatisfy { name, values in key[name].map { values.contains($0) } ?? true }
  }

  /// 1 while the event acts in `period`, else 0.
  public func indicator(in period: Period) -> Double {
    guard let day = period.firstDay, let begin = from.firstDay else {
      guard period.frequency == from.frequency else { return 0 }
      return period >= from && (kind == .level || period <= to ?? from) ? 1 : 0
    }
    guard day >= begin else { return 0 }
    if kind == .level { return 1 }
    guard let end = (to ?? from).endDay else { return 1 }
    return day < end ? 1 : 0
  }
}
