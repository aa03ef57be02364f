import CaseloadData
import CaseloadMath

/// A register cut into months of age: how many cases were at risk in each, and how many closed.
///
/// Month j of a case holds the ages in (jL, (j + 1)L], L = 365.25/12 days; a case that closes on the
/// day of filing closes in month 0. A case counts in a month if it was under observation from the
/// month's start and could be followed to its end: for a case filed f days before the register was
/// drawn, the months with (j + 1)L ≤ f. The rule does not ask whether the case closed. Months that
/// were cut short would add closings without the cases that did not close.
///
/// Cases with equal covariates are one row: events among trials.
public struct PersonPeriods: Sendable {
  /// The days of a month.
  public static let month = 365.25 / 12

  /// One month of age and one combination of covariates.
  public struct Cell: Codable, Sendable, Equatable {
    /// From 0.
    public let month: Int
    /// An index into ``patterns``.
    public let pattern: Int
    public let atRisk: Int
    public let events: Int
  }

  /// The covariates.
  public let names: [String]
  /// Their combinations, in alphabetical order.
  public let patterns: [[String]]
  /// Months with a case at risk, by pattern and month.
  public let cells: [Cell]
  /// Closings in months that were cut short by the end or the start of observation.
  public let eventsOutside: Int

  /// The months of a register.
  ///
  /// - Parameters:
  ///   - register: suspended days count neither as age nor as follow-up.
  ///   - names: the labels that are covariates.
  /// - Throws: ``DiagnosticCode/unknownColumn``, ``DiagnosticCode/seriesTooShort`` where no case was
  ///   followed for a month.
  public init(_ register: CaseRegister, by names: [String] = []) throws(Diagnostic) {
    var columns: [[String]] = []
    for name in names { columns.append(try register.labels(name)) }
    let combinations = register.cases.indices.map { i in columns.map { $0[i] } }
    let patterns = Set(combinations).sorted { $0.lexicographicallyPrecedes($1) }
    var index: [[String]: Int] = [:]
    for (k, pattern) in patterns.enumerated() { index[pattern] = k }
    var counts: [[(atRisk: Int, events: Int)]] = patterns.map { _ in [] }
    var outside = 0
    for (i, record) in register.cases.enumerated() {
      let days = register.days(record)
      let follow = Double(record.filed.distance(to: register.asOf)) - record.suspendedDays
      let entered = record.entry.map { Double(record.filed.distance(to: $0)) } ?? 0
      let first = max(0, Int((entered / Self.month).rounded(.up)))
      let last = Self.month(ofDay: days)
      let complete = Int((max(0, follow) / Self.month).rounded(.down))
      let pattern = index[combinations[i]] ?? 0
      if record.closed != nil, last < first || last >= complete { outside += 1 }
      let end = min(record.closed == nil ? complete : last + 1, complete)
      guard first < end else { continue }
      while counts[pattern].count < end { counts[pattern].append((0, 0)) }
      for j in first..<end {
        counts[pattern][j].atRisk += 1
        if record.closed != nil, j == last { counts[pattern][j].events += 1 }
      }
    }
    self.names = names
    self.patterns = patterns
    cells = patterns.indices.flatMap { k in
      counts[k].enumerated().filter { $0.element.atRisk > 0 }.map {
        Cell(month: $0.offset, pattern: k, atRisk: $0.element.atRisk, events: $0.element.events)
      }
    }
    eventsOutside = outside
    guard !cells.isEmpty else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "No case was under observation for a whole month of its age.",
          zh: "没有案件在其案龄的任一整月内被完整观察。"),
        hint: Text(en: "Draw the register later.", zh: "请使用更晚提取的数据。"))
    }
  }

  /// The month that holds an age in days.
  static func month(ofDay day: Double) -> Int { max(0, Int((day / month).rounded(.up)) - 1) }

  /// Cases times months.
  public var total: Int { cells.reduce(0) { $0 + $1.atRisk } }
  public var events: Int { cells.reduce(0) { $0 + $1.events } }
}
