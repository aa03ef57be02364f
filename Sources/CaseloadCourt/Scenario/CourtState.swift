import CaseloadData
import CaseloadMath

/// Where the courts stand: what each has filed, resolved and left open by case type, and its judges.
///
/// A docket is one case type of one court. All dockets end in the same period; what is pending then
/// is the opening of every projection.
public struct CourtState: Codable, Sendable {
  /// One case type of one court.
  public struct Docket: Codable, Sendable {
    /// Indices into ``CourtState/courts`` and ``CourtState/caseTypes``.
    public let court: Int
    public let caseType: Int
    /// Cases filed and resolved, flows of the same periods.
    public let filed: TimeSeries
    public let resolved: TimeSeries
    /// Cases pending at the end of each period.
    public let pending: TimeSeries
    /// Pending at the end of the last period.
    public let opening: Double
  }

  /// The courts and case types, in the order of the data.
  public let courts: [String]
  public let caseTypes: [String]
  public let dockets: [Docket]
  /// Judges in post, one stock a court.
  public let judges: [TimeSeries]
  /// What was assumed or does not agree.
  public let diagnostics: [Diagnostic]

  /// The first period after the history.
  public var start: Period { dockets[0].filed.periods.upperBound }
  /// How many periods make a year.
  public var periodsPerYear: Double { dockets[0].filed.periodsPerYear }

  /// Judges in post at the end of the history.
  public func judgesInPost(_ court: Int) -> Double { judges[court].observed.last?.value ?? 0 }

  /// The name of a docket, for messages.
  public func label(_ docket: Docket) -> String {
    "court=\(courts[docket.court]), caseType=\(caseTypes[docket.caseType])"
  }

  /// The state that panels of one frequency give.
  ///
  /// The court is the key called `court`, or the first; the case type is the key called `caseType`,
  /// or the next. A key that is missing stands for one court, or one case type, called `all`.
  /// Without `resolved`, cases resolved are what the pending cases imply; without `pending` there is
  /// nothing to roll forward.
  ///
  /// - Parameters:
  ///   - filed: cases filed, by court and case type.
  ///   - resolved: cases resolved, by the same keys.
  ///   - pending: cases pending at the end of each period, by the same keys.
  ///   - judges: judges in post by court; where it has case types too, equal values are one count
  ///     repeated, and different ones are added up.
  /// - Throws: ``DiagnosticCode/notComputable`` for a missing opening or judges,
  ///   ``DiagnosticCode/negativeCount``, ``DiagnosticCode/mixedFrequencies``,
  ///   ``DiagnosticCode/emptyInput``.
  public init(filed: Panel, resolved: Panel?, pending: Panel?, judges: Panel) throws(Diagnostic) {
    let keys = Self.keys(filed.keyNames)
    guard let end = filed.entries.map({ $0.series.periods.upperBound }).max() else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "There is no series of filings.", zh: "没有收案序列。"),
        hint: Text(en: "Check the columns and --by.", zh: "请检查列名与 --by。"))
    }
    guard let pending else {
      throw Self.missing(
        Text(en: "cases pending at the end of each period", zh: "各期期末未结数"), "--pending", nil)
    }
    var courts: [String] = []
    var caseTypes: [String] = []
    var dockets: [Docket] = []
    var notes: [Diagnostic] = []
    func index(_ name: String, _ list: inout [String]) -> Int {
      if let position = list.firstIndex(of: name) { return position }
      list.append(name)
      return list.count - 1
    }
    for entry in filed.entries {
      let label = filed.label(entry.key) ?? "all"
      guard entry.series.frequency == end.frequency else {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(en: "The series are of different frequencies.", zh: "各序列频率不同。"),
          at: Diagnostic.Location(series: label))
      }
      guard let open = pending[entry.key], entry.series.periods.upperBound == end,
        let opening = open[end.advanced(by: -1)]
      else {
        throw Self.missing(
          Text(
            en: "cases pending at the end of \(end.advanced(by: -1))",
            zh: "\(end.advanced(by: -1)) 期末未结数"), "--pending", label)
      }
      let closed = resolved?[entry.key] ?? Self.implied(filed: entry.series, pending: open)
      try Self.check([entry.series, open] + (resolved == nil ? [] : [closed]), label)
      if let note = Self.lastMismatch(entry.series, closed, open, label) { notes.append(note) }
      dockets.append(
        Docket(
          court: index(keys.court.map { entry.key[$0] } ?? "all", &courts),
          caseType: index(keys.caseType.map { entry.key[$0] } ?? "all", &caseTypes),
          filed: entry.series, resolved: closed, pending: open, opening: opening))
    }
    self.courts = courts
    self.caseTypes = caseTypes
    self.dockets = dockets
    var posts: [TimeSeries] = []
    for court in courts {
      let (series, note) = try Self.posts(judges, court, end)
      posts.append(series)
      notes += note
    }
    self.judges = posts
    diagnostics = notes
  }

  private static func keys(_ names: [String]) -> (court: Int?, caseType: Int?) {
    let caseType = names.firstIndex(of: "caseType")
    let court =
      names.firstIndex(of: "court") ?? names.indices.first { $0 != caseType }
    return (court, caseType ?? names.indices.first { $0 != court })
  }

  /// resolved = pending before + filed − pending.
  private static func implied(filed: TimeSeries, pending: TimeSeries) -> TimeSeries {
    filed.replacing(
      filed.periods.map { period in
        guard let before = pending[period.advanced(by: -1)], let after = pending[period],
          let came = filed[period], before + came >= after
        else { return .nan }
        return before + came - after
      })
  }

  private static func check(_ series: [TimeSeries], _ label: String) throws(Diagnostic) {
    for one in series {
      guard let bad = one.observed.first(where: { $0.value < 0 || !$0.value.isFinite }) else {
        continue
      }
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(NumberText.plain(bad.value)) cases are not a count.",
          zh: "\(NumberText.plain(bad.value)) 不是案件数。"),
        at: Diagnostic.Location(
          series: label, period: one.start.advanced(by: bad.index).description),
        hint: Text(en: "Correct the value.", zh: "请更正该数值。"))
    }
  }

  private static func lastMismatch(
    _ filed: TimeSeries, _ closed: TimeSeries, _ open: TimeSeries, _ label: String
  ) -> Diagnostic? {
    let last = filed.lastPeriod
    guard let came = filed[last], let went = closed[last], let after = open[last],
      let before = open[last.advanced(by: -1)], abs(before + came - went - after) > 0.5
    else { return nil }
    return Diagnostic(
      .stockFlowMismatch, .warning,
      Text(
        en: "Opening + filed − resolved is \(NumberText.plain(before + came - went)), not "
          + "\(NumberText.plain(after)); the projection starts from \(NumberText.plain(after)).",
        zh: "期初 + 新收 − 结案为 \(NumberText.plain(before + came - went))，与期末 "
          + "\(NumberText.plain(after)) 不符；推算以 \(NumberText.plain(after)) 为起点。"),
      at: Diagnostic.Location(series: label, period: last.description),
      hint: Text(en: "Correct one of the four.", zh: "请更正其中之一。"))
  }

  private static func posts(_ panel: Panel, _ court: String, _ end: Period) throws(Diagnostic)
    -> (TimeSeries, [Diagnostic])
  {
    let position = panel.keyNames.isEmpty ? nil : keys(panel.keyNames).court
    let members = panel.entries.filter { entry in position.map { entry.key[$0] == court } ?? true }
      .map(\.series)
    guard let first = members.first, first.frequency == end.frequency,
      let latest = first.observed.last?.value, latest >= 0
    else {
      throw missing(Text(en: "judges in post", zh: "在岗法官数"), "--judges", "court=\(court)")
    }
    guard members.count > 1 else { return (first, []) }
    if members.allSatisfy({ $0.start == first.start && $0.values == first.values }) {
      return (first, [])
    }
    let sum = try Panel(
      keyNames: ["part"],
      entries: members.enumerated().map {
        Panel.Entry(key: ["\($0.offset)"], series: $0.element)
      }
    ).total()
    return (
      sum,
      [
        Diagnostic(
          .assumption, .note,
          Text(
            en: "Judges differ by case type; the court has their sum.",
            zh: "法官数按案件类型分列，以其合计为该院法官数。"),
          at: Diagnostic.Location(series: "court=\(court)"))
      ]
    )
  }

  private static func missing(_ what: Text, _ option: String, _ series: String?) -> Diagnostic {
    Diagnostic(
      .notComputable, .error,
      Text(en: "The projection needs \(what.en).", zh: "推算需要\(what.zh)。"),
      at: series.map { Diagnostic.Location(series: $0) },
      hint: Text(en: "Give \(option) COLUMN.", zh: "请给出 \(option) 列名。"))
  }
}
