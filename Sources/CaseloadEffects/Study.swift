import CaseloadData

/// A question about cause: which outcome, which units, treated when.
public struct Study: Codable, Sendable {
  /// One series a unit.
  public let panel: Panel
  /// The first treated period of each treated unit, by the panel's index; absent for never.
  public let treatmentStart: [Int: Period]
  /// What else moved the series, and when.
  public let events: [KnownEvent]
  public let calendar: WorkCalendar.Kind

  /// A study of many units.
  ///
  /// - Parameters:
  ///   - panel: one series a unit, of one frequency.
  ///   - treatmentStart: the first treated period by the unit's label.
  ///   - events: what else moved the series.
  ///   - calendar: China's adds the moving Spring Festival.
  /// - Throws: ``DiagnosticCode/noTreatedUnit``, ``DiagnosticCode/unknownName`` for a unit that the
  ///   panel does not hold.
  public init(
    _ panel: Panel, treatmentStart: [String: Period], events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays
  ) throws(Diagnostic) {
    let labels = panel.entries.map { $0.key.joined(separator: "/") }
    var starts: [Int: Period] = [:]
    for (label, start) in treatmentStart.sorted(by: { $0.key < $1.key }) {
      guard let index = labels.firstIndex(of: label) else {
        throw Diagnostic.unknownName(
          label, among: labels, kind: Text(en: "unit", zh: "单位"))
      }
      guard start.frequency == panel.entries[index].series.frequency else {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "The treatment begins in \(start), which is not a "
              + "\(panel.entries[index].series.frequency.rawValue) period.",
            zh: "干预起点 \(start) 与序列频率 "
              + "\(panel.entries[index].series.frequency.rawValue) 不符。"),
          at: Diagnostic.Location(
            series: label.isEmpty ? nil : label, period: start.description),
          hint: Text(
            en: "Write it as the data do, such as \(panel.entries[index].series.lastPeriod).",
            zh: "请按数据的写法，如 \(panel.entries[index].series.lastPeriod)。"))
      }
      starts[index] = start
    }
    guard !starts.isEmpty else {
      throw Diagnostic(
        .noTreatedUnit, .error,
        Text(en: "No unit is treated.", zh: "没有任何单位受到干预。"),
        hint: Text(
          en: "Name the first treated period with --from, or its column with --treated-from.",
          zh: "请用 --from 指明干预起点，或用 --treated-from 指明起点所在列。"))
    }
    self.panel = panel
    self.treatmentStart = starts
    self.events = events
    self.calendar = calendar
  }

  /// A study of one series, treated from `start` on.
  public init(
    _ series: TimeSeries, from start: Period, events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays
  ) throws(Diagnostic) {
    try self.init(
      Panel(series), treatmentStart: ["": start], events: events, calendar: calendar)
  }

  /// The units that are never treated.
  public var comparison: [Int] {
    panel.entries.indices.filter { treatmentStart[$0] == nil }
  }

  /// The events that act on a unit.
  func events(of unit: Int) -> [KnownEvent] {
    let key = Dictionary(zip(panel.keyNames, panel.entries[unit].key)) { $1 }
    return events.filter { $0.applies(to: key) }
  }

  func label(_ unit: Int) -> String {
    let label = panel.entries[unit].key.joined(separator: "/")
    return label.isEmpty ? panel.entries[unit].series.name.en : label
  }
}
