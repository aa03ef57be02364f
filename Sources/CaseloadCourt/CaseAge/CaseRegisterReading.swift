import CaseloadData

/// Which columns of a table are a register's.
public struct CaseRegisterColumns: Codable, Sendable, Equatable {
  public var filed: String
  /// Empty cells are open cases.
  public var closed: String
  public var outcome: String?
  public var entry: String?
  public var id: String?
  /// Numbers of days.
  public var suspendedDays: String?
  /// 1, true, yes or 是 where the clock stands still now.
  public var suspended: String?
  /// Columns to group by.
  public var labels: [String]

  /// The columns of a register.
  public init(
    filed: String, closed: String, outcome: String? = nil, entry: String? = nil,
    id: String? = nil, suspendedDays: String? = nil, suspended: String? = nil,
    labels: [String] = []
  ) {
    self.filed = filed
    self.closed = closed
    self.outcome = outcome
    self.entry = entry
    self.id = id
    self.suspendedDays = suspendedDays
    self.suspended = suspended
    self.labels = labels
  }
}

extension CaseRegister {
  /// The register in a table.
  ///
  /// - Parameters:
  ///   - table: one row a case.
  ///   - columns: which columns are read.
  ///   - asOf: the day on which it was drawn; `nil` takes the last date in it, with a note.
  ///   - invalidRows: what to do with rows that cannot be right.
  /// - Throws: ``DiagnosticCode/unknownColumn``, ``DiagnosticCode/emptyInput``, and the codes of the
  ///   defects with the line of the file.
  public init(
    _ table: Table, _ columns: CaseRegisterColumns, asOf: Period? = nil,
    invalidRows: InvalidRows = .refuse
  ) throws(Diagnostic) {
    func optional(_ name: String?) throws(Diagnostic) -> [String]? {
      guard let name else { return nil }
      return try table.text(name)
    }
    let filed = try table.text(columns.filed)
    let closed = try table.text(columns.closed)
    let outcome = try optional(columns.outcome)
    let entry = try optional(columns.entry)
    let ids = try optional(columns.id)
    let suspendedDays = try optional(columns.suspendedDays)
    let suspended = try optional(columns.suspended)
    var labels: [[String]] = []
    for name in columns.labels { labels.append(try table.text(name)) }

    var rows: [Result<CaseRecord, Unread>] = []
    rows.reserveCapacity(table.rowCount)
    var latest: Period?
    for i in 0..<table.rowCount {
      func day(_ cell: String, _ column: String) throws(Unread) -> Period? {
        if Table.missingMarks.contains(cell) { return nil }
        guard let period = Period(cell), period.frequency == .daily else {
          throw Unread(defect: .notADate, row: table.lines[i], column: column, cell: cell)
        }
        return period
      }
      do throws(Unread) {
        guard let start = try day(filed[i], columns.filed) else {
          throw Unread(
            defect: .missingFiled, row: table.lines[i], column: columns.filed, cell: "")
        }
        let end = try day(closed[i], columns.closed)
        var result: String?
        if let outcome, end != nil {
          guard !Table.missingMarks.contains(outcome[i]) else {
            throw Unread(
              defect: .missingOutcome, row: table.lines[i], column: columns.outcome ?? "", cell: "")
          }
          result = outcome[i]
        }
        var days = 0.0
        if let cell = suspendedDays?[i], !Table.missingMarks.contains(cell) {
          guard let number = Table.number(cell), number >= 0 else {
            throw Unread(
              defect: .notADuration, row: table.lines[i], column: columns.suspendedDays ?? "",
              cell: cell)
          }
          days = number
        }
        let number = ids?[i]
        let record = CaseRecord(
          id: number.flatMap { Table.missingMarks.contains($0) ? nil : $0 }, filed: start,
          closed: end, outcome: result,
          entry: try entry.flatMap { column throws(Unread) in
            try day(column[i], columns.entry ?? "")
          }, suspendedDays: days,
          isSuspended: suspended.map { Self.yes.contains($0[i].lowercased()) } ?? false,
          labels: labels.map { $0[i] }, row: table.lines[i])
        latest = [latest, start, end, record.entry].compactMap { $0 }.max()
        rows.append(.success(record))
      } catch {
        rows.append(.failure(error))
      }
    }
    var notes: [Diagnostic] = []
    guard let day = asOf ?? latest else {
      if case .failure(let unread)? = rows.first, invalidRows == .refuse {
        try self.init(
          [.failure(unread)], asOf: .day(2000, 1, 1), labelNames: [], invalidRows: .refuse,
          source: table.source, notes: [])
        return
      }
      throw Diagnostic(
        .emptyInput, .error,
        Text(en: "The register holds no dates.", zh: "登记表中没有日期。"),
        at: Diagnostic.Location(file: table.source),
        hint: Text(en: "Check the columns.", zh: "请检查列名。"))
    }
    if asOf == nil {
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "The register is taken to have been drawn on \(day), the last date in it.",
            zh: "假定数据提取日期为表中最后日期 \(day)。"),
          at: Diagnostic.Location(file: table.source),
          hint: Text(en: "Say so with --as-of.", zh: "请用 --as-of 指明。")))
    }
    try self.init(
      rows, asOf: day, labelNames: columns.labels, invalidRows: invalidRows, source: table.source,
      notes: notes)
  }

  private static let yes: Set<String> = ["1", "true", "yes", "y", "是"]
}
