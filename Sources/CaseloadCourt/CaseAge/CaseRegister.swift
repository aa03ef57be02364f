import CaseloadData

/// The cases of a court, open and closed, as of one day.
///
/// Nothing is corrected and nothing is left out in silence: a row that cannot be right is an error
/// that names its line, or, when such rows are to be left out, one of a counted number.
public struct CaseRegister: Sendable {
  /// What to do with rows that cannot be right.
  public enum InvalidRows: String, Codable, Sendable, CaseIterable {
    /// The first of them is an error.
    case refuse
    /// They are left out, and a note counts them by reason.
    case drop
  }

  /// Rows that were left out, by reason.
  public struct Dropped: Codable, Sendable, Equatable {
    public let reason: CaseDefect
    public let count: Int
    /// Lines of the file, the first few.
    public let rows: [Int]
  }

  public let cases: [CaseRecord]
  /// The day on which the register was drawn.
  public let asOf: Period
  /// What the labels of the cases are.
  public let labelNames: [String]
  public let dropped: [Dropped]
  public let notes: [Diagnostic]

  /// A register of `cases`.
  ///
  /// - Parameters:
  ///   - cases: in any order.
  ///   - asOf: a day.
  ///   - labelNames: one a label of every case.
  ///   - invalidRows: what to do with cases that cannot be right.
  ///   - source: the file, for messages.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` and the codes of the other defects,
  ///   ``DiagnosticCode/emptyInput`` where no case is left.
  public init(
    _ cases: [CaseRecord], asOf: Period, labelNames: [String] = [],
    invalidRows: InvalidRows = .refuse, source: String? = nil
  ) throws(Diagnostic) {
    try self.init(
      cases.map { .success($0) }, asOf: asOf, labelNames: labelNames, invalidRows: invalidRows,
      source: source, notes: [])
  }

  /// A case that was not read, and why.
  struct Unread: Error {
    let defect: CaseDefect
    let row: Int
    let column: String
    let cell: String
  }

  init(
    _ rows: [Result<CaseRecord, Unread>], asOf: Period, labelNames: [String],
    invalidRows: InvalidRows, source: String?, notes: [Diagnostic]
  ) throws(Diagnostic) {
    guard asOf.frequency == .daily else {
      throw Diagnostic(
        .notAPeriod, .error,
        Text(
          en: "A register is drawn on a day, not in \(asOf).", zh: "数据提取日期须为某一日，而不是 \(asOf)。"),
        hint: Text(en: "Write --as-of 2025-12-31.", zh: "请写作 --as-of 2025-12-31。"))
    }
    var kept: [CaseRecord] = []
    var seen: Set<String> = []
    var bad: [CaseDefect: [Int?]] = [:]
    for row in rows {
      switch row {
      case .failure(let unread):
        guard invalidRows == .drop else {
          throw Self.diagnostic(
            unread.defect, cell: unread.cell,
            at: Diagnostic.Location(file: source, row: unread.row, column: unread.column))
        }
        bad[unread.defect, default: []].append(unread.row)
      case .success(let record):
        var defect = Self.defect(of: record, asOf: asOf)
        if defect == nil, let id = record.id, !seen.insert(id).inserted { defect = .duplicate }
        guard let defect else {
          kept.append(record)
          continue
        }
        guard invalidRows == .drop else {
          throw Self.diagnostic(
            defect, cell: defect == .duplicate ? record.id : nil,
            at: Diagnostic.Location(file: source, row: record.row))
        }
        bad[defect, default: []].append(record.row)
      }
    }
    dropped = CaseDefect.allCases.compactMap { defect in
      bad[defect].map {
        Dropped(reason: defect, count: $0.count, rows: Array($0.compactMap { $0 }.prefix(5)))
      }
    }
    var notes = notes
    for group in dropped {
      let lines = group.rows.map(String.init).joined(separator: ", ")
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(group.count) rows left out: \(group.reason.text.en)"
              + (lines.isEmpty ? "." : " (line \(lines)\(group.count > 5 ? ", …" : ""))."),
            zh: "略去 \(group.count) 行：\(group.reason.text.zh)"
              + (lines.isEmpty ? "。" : "（第 \(lines) 行\(group.count > 5 ? "等" : "")）。")),
          at: Diagnostic.Location(file: source)))
    }
    guard !kept.isEmpty else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(en: "The register holds no case that can be used.", zh: "登记表中没有可用的案件。"),
        at: Diagnostic.Location(file: source),
        hint: Text(en: "Check the columns and dates.", zh: "请检查列名和日期。"))
    }
    self.cases = kept
    self.asOf = asOf
    self.labelNames = labelNames
    self.notes = notes
  }

  private static func defect(of record: CaseRecord, asOf: Period) -> CaseDefect? {
    let days = [record.filed, record.closed, record.entry].compactMap { $0 }
    guard days.allSatisfy({ $0.frequency == .daily }) else { return .notADate }
    guard record.filed <= asOf else { return .filedAfterExtraction }
    if let closed = record.closed {
      guard closed >= record.filed else { return .closedBeforeFiled }
      guard closed <= asOf else { return .closedAfterExtraction }
    }
    guard record.suspendedDays >= 0, record.suspendedDays.isFinite else { return .notADuration }
    let lasted = Double(record.filed.distance(to: record.closed ?? asOf)) - record.suspendedDays
    guard lasted >= 0 else { return .negativeAge }
    if let entry = record.entry, record.filed.distance(to: entry) > 0,
      Double(record.filed.distance(to: entry)) >= lasted
    {
      return .enteredAfterEnd
    }
    return nil
  }

  private static func diagnostic(
    _ defect: CaseDefect, cell: String?, at location: Diagnostic.Location
  ) -> Diagnostic {
    let shown = cell.flatMap { $0.isEmpty ? nil : " ('\($0)')" } ?? ""
    let text = defect.text
    return Diagnostic(
      defect.code, .error,
      Text(
        en: "\(text.en.prefix(1).uppercased() + text.en.dropFirst())\(shown).",
        zh: "\(text.zh)\(shown)。"),
      at: location, hint: defect.hint)
  }

  /// The value of a label of each case.
  ///
  /// - Parameter name: one of ``labelNames``.
  /// - Returns: one value a case.
  /// - Throws: ``DiagnosticCode/unknownColumn``.
  public func labels(_ name: String) throws(Diagnostic) -> [String] {
    guard let index = labelNames.firstIndex(of: name) else {
      throw Diagnostic.unknownName(
        name, among: labelNames, kind: Text(en: "column", zh: "列"), code: .unknownColumn)
    }
    return cases.map { $0.labels[index] }
  }

  /// Days from filing to closing, or to the day of the register, without suspended ones.
  public func days(_ record: CaseRecord) -> Double {
    Double(record.filed.distance(to: record.closed ?? asOf)) - record.suspendedDays
  }

  /// The cases that are open.
  public var open: [CaseRecord] { cases.filter { $0.closed == nil } }

  /// The same register with the cases that `isIncluded` picks, which must not be none.
  func filtered(_ isIncluded: (CaseRecord) -> Bool) throws(Diagnostic) -> CaseRegister {
    try CaseRegister(cases.filter(isIncluded), asOf: asOf, labelNames: labelNames)
  }
}
