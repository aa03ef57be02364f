import CaseloadMath

/// Many series, each named by its values of the same key columns: court, caseType, …
public struct Panel: Codable, Sendable {
  /// One series and the values of the keys that name it.
  public struct Entry: Codable, Sendable {
    public let key: [String]
    public let series: TimeSeries

    public init(key: [String], series: TimeSeries) {
      self.key = key
      self.series = series
    }
  }

  /// The names of the key columns.
  public let keyNames: [String]
  /// In the order of first appearance.
  public let entries: [Entry]

  /// - Precondition: every key has one value a key name.
  public init(keyNames: [String], entries: [Entry]) {
    precondition(entries.allSatisfy { $0.key.count == keyNames.count })
    self.keyNames = keyNames
    self.entries = entries
  }

  /// A panel of one series without keys.
  public init(_ series: TimeSeries) {
    self.init(keyNames: [], entries: [Entry(key: [], series: series)])
  }

  public subscript(key: [String]) -> TimeSeries? {
    entries.first { $0.key == key }?.series
  }

  /// `court=East, caseType=family`, for messages; `nil` for a single series.
  public func label(_ key: [String]) -> String? {
    keyNames.isEmpty
      ? nil : zip(keyNames, key).map { "\($0)=\($1)" }.joined(separator: ", ")
  }

  /// The panel summed over all keys but `names`: flows and stocks only.
  ///
  /// A period that a member does not cover is missing in the sum.
  public func aggregated(by names: [String]) throws(Diagnostic) -> Panel {
    var positions: [Int] = []
    for name in names {
      guard let position = keyNames.firstIndex(of: name) else {
        throw Diagnostic.unknownName(
          name, among: keyNames, kind: Text(en: "key column", zh: "键列"), code: .unknownColumn)
      }
      positions.append(position)
    }
    var order: [[String]] = []
    var groups: [[String]: [TimeSeries]] = [:]
    for entry in entries {
      let key = positions.map { entry.key[$0] }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(entry.series)
    }
    var result: [Entry] = []
    for key in order {
      result.append(Entry(key: key, series: try Self.sum(groups[key] ?? [])))
    }
    return Panel(keyNames: names, entries: result)
  }

  /// The sum of all series.
  public func total() throws(Diagnostic) -> TimeSeries {
    try Self.sum(entries.map(\.series))
  }

  private static func sum(_ members: [TimeSeries]) throws(Diagnostic) -> TimeSeries {
    guard let first = members.first else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "There is no series to add up.", zh: "没有可汇总的序列。"))
    }
    guard members.count > 1 else { return first }
    guard members.allSatisfy({ $0.measure != .ratio && $0.frequency == first.frequency }) else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Ratios, or series of different frequencies, cannot be added up.",
          zh: "比率或频率不同的序列不能相加。"))
    }
    let start = members.map(\.start).min() ?? first.start
    let end = members.map(\.periods.upperBound).max() ?? first.periods.upperBound
    let values = (start..<end).map { period -> Double in
      var sum = Accumulator()
      for member in members { sum.add(member[period] ?? .nan) }
      return sum.value
    }
    return TimeSeries(
      name: first.name, unit: first.unit, measure: first.measure, start: start, values: values,
      seasonLength: first.seasonLength)
  }
}
