import CaseloadData
import CaseloadMath

/// The filings, closings, judges and pending cases of one court over consecutive periods, as they
/// were planned or as they happened.
public struct PendingPath: Codable, Sendable, Equatable {
  /// One period.
  public struct Row: Codable, Sendable, Equatable {
    /// By case type, in the order of ``PendingPath/caseTypes``.
    public var filings: [Double]
    /// By case type.
    public var resolved: [Double]
    /// At the end, by case type; `nil` to roll forward what was pending before.
    public var pending: [Double]?
    /// At the start, by case type; `nil` for what was pending at the end of the period before.
    public var opening: [Double]?
    /// Full-time judges; `nil` where it is not known.
    public var judges: Double?
    /// Minutes that a case resolved in the period took, by case type; `nil` for the weights.
    public var minutes: [Double]?

    /// One period of a court with several case types.
    public init(
      filings: [Double], resolved: [Double], pending: [Double]? = nil, opening: [Double]? = nil,
      judges: Double? = nil, minutes: [Double]? = nil
    ) {
      self.filings = filings
      self.resolved = resolved
      self.pending = pending
      self.opening = opening
      self.judges = judges
      self.minutes = minutes
    }

    /// One period of a court whose cases are not told apart.
    public init(
      filings: Double, resolved: Double, pending: Double? = nil, opening: Double? = nil,
      judges: Double? = nil, minutes: Double? = nil
    ) {
      self.init(
        filings: [filings], resolved: [resolved], pending: pending.map { [$0] },
        opening: opening.map { [$0] }, judges: judges, minutes: minutes.map { [$0] })
    }
  }

  /// What counts where an opening is not the closing of the period before.
  public enum Openings: String, Codable, Sendable, CaseIterable {
    /// Neither: it is an error.
    case consistent
    /// The closing; what the period then cannot account for is unexplained.
    case closing
    /// The opening; the difference is a restatement.
    case restated
  }

  /// One or more, such as `civil`; a single empty text where cases are not told apart.
  public let caseTypes: [String]
  public let start: Period
  /// With openings and pending cases filled in, and as consistent as ``Openings`` asks for.
  public let rows: [Row]
  /// Pending at the start of the first period, by case type.
  public let opening: [Double]
  /// What was filled in or overruled.
  public let diagnostics: [Diagnostic]

  public var periods: Range<Period> { start..<start.advanced(by: rows.count) }

  /// - Parameters:
  ///   - caseTypes: as many as numbers in each row.
  ///   - start: of the first row.
  ///   - rows: consecutive periods.
  ///   - opening: pending at the start of the first period; `nil` takes that row's own opening, or
  ///     what its other numbers imply.
  ///   - openings: what counts where an opening contradicts the closing before.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/missingValues``,
  ///   ``DiagnosticCode/illegalStaff`` for closings without judges, ``DiagnosticCode/illegalRate`` for
  ///   minutes that are not above zero, ``DiagnosticCode/openingMismatch``,
  ///   ``DiagnosticCode/notComputable`` where nothing says how many cases were pending.
  public init(
    caseTypes: [String] = [""], start: Period, rows: [Row], opening: [Double]? = nil,
    openings: Openings = .consistent
  ) throws(Diagnostic) {
    self.caseTypes = caseTypes
    self.start = start
    var notes: [Diagnostic] = []
    var filled: [Row] = []
    var last = opening
    var mismatches = 0
    guard !rows.isEmpty, !caseTypes.isEmpty else { throw PathCheck.empty }
    for (index, row) in rows.enumerated() {
      let place = PathCheck(period: start.advanced(by: index), caseTypes: caseTypes)
      try place.check(row)
      var row = row
      if let last {
        if let opening = row.opening, let k = Self.difference(opening, last) {
          guard openings != .consistent else {
            throw place.mismatch(caseType: k, opening: opening[k], closing: last[k])
          }
          mismatches += 1
        }
        row.opening = openings == .closing ? last : row.opening ?? last
      } else if row.opening == nil {
        guard let pending = row.pending else { throw place.unknownPending }
        row.opening = pending.indices.map { pending[$0] - row.filings[$0] + row.resolved[$0] }
        notes.append(place.impliedOpening(row.opening ?? []))
      }
      let first = row.opening ?? []
      if row.pending == nil {
        row.pending = first.indices.map { first[$0] + row.filings[$0] - row.resolved[$0] }
        try place.check(rolled: row.pending ?? [])
      }
      last = row.pending
      filled.append(row)
    }
    self.rows = filled
    self.opening = filled.first?.opening ?? []
    if rows.contains(where: { $0.pending == nil }) {
      notes.append(PathCheck.rolledForward(rows.count { $0.pending == nil }))
    }
    if mismatches > 0 { notes.append(PathCheck.overruled(mismatches, openings)) }
    diagnostics = notes
  }

  /// The first position at which two counts differ by half a case or more.
  private static func difference(_ a: [Double], _ b: [Double]) -> Int? {
    a.indices.first { abs(a[$0] - b[$0]) >= 0.5 }
  }

  /// What the row leaves pending less what it accounts for, by case type.
  func gap(_ index: Int) -> [Double] {
    let row = rows[index]
    let (opening, pending) = (row.opening ?? [], row.pending ?? [])
    return opening.indices.map {
      pending[$0] - (opening[$0] + row.filings[$0] - row.resolved[$0])
    }
  }

  /// The opening less the closing of the period before, by case type; zero in the first.
  func restatement(_ index: Int) -> [Double] {
    let opening = rows[index].opening ?? []
    guard index > 0, let before = rows[index - 1].pending else { return opening.map { _ in 0 } }
    return opening.indices.map { opening[$0] - before[$0] }
  }
}
