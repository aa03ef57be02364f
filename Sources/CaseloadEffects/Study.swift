import CaseloadData

/// A question about cause: which outcome, which units, treated when.
///
/// Every design takes the same study. Only the panel and the starts are needed; a design or a check
/// that needs more, such as diverted cases, says so where it is missing.
public struct Study: Codable, Sendable {
  /// A further variable: one series a unit, in the panel's order.
  public struct Variable: Codable, Sendable {
    public let name: Text
    /// One a unit of the panel, of its frequency.
    public let series: [TimeSeries]

    /// A variable from its parts.
    public init(name: Text, series: [TimeSeries]) {
      self.name = name
      self.series = series
    }
  }

  /// One series a unit.
  public let panel: Panel
  /// The first treated period of each treated unit, by the panel's index; absent for never.
  public let treatmentStart: [Int: Period]
  /// What the outcome is counted over, such as the population: rates, and offsets of counts.
  public var exposure: Variable?
  /// Cases that were diverted before they were filed: filings and these together are the intake.
  public var diverted: Variable?
  /// What parallel trends are conditional on, and regressors of single series.
  public var covariates: [Variable] = []
  /// How strongly each unit is treated once it is, by the panel's index; empty for all alike.
  public var dose: [Int: Double] = [:]
  /// The treatment's intensity in each period, where it goes up and down again; `nil` where it
  /// stays from its start on.
  public var treatment: Variable?
  /// A weight a unit; empty for equal ones.
  public var unitWeights: [Double] = []
  /// The cluster of each unit; empty where each is its own.
  public var clusters: [String] = []
  /// The stratum of each unit, such as its court, within which eligible and other units are set
  /// against each other; empty for a study without.
  public var strata: [String] = []
  /// Whether the programme could act on the unit, such as by its case type: the third difference;
  /// empty for a study without.
  public var eligible: [Bool] = []
  /// Where each unit lies: units of one region are neighbours; empty where it is not known.
  public var regions: [String] = []
  /// Outcomes that the programme cannot move, such as criminal cases.
  public var negativeControls: [Variable] = []
  /// Whether each entry of the panel is one observation of a repeated cross-section, and not a unit
  /// that is followed.
  public var isRepeatedCrossSection = false
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

  /// How messages name a unit.
  public func label(_ unit: Int) -> String {
    let label = panel.entries[unit].key.joined(separator: "/")
    return label.isEmpty ? panel.entries[unit].series.name.en : label
  }
}
