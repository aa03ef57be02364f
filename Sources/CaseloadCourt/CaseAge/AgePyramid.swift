import CaseloadData

/// Open cases by age and type, as of the day of the register.
///
/// Ages are in months of 365.25/12 days without suspended ones; a case in a band is at least as old
/// as its lower edge and younger than its upper one. Cases whose clock stands still now are counted
/// apart, so that they can be left out.
public struct AgePyramid: Codable, Sendable, Equatable {
  /// One band of one type.
  public struct Row: Codable, Sendable, Equatable {
    /// Of the grouping column; empty for all.
    public let group: String
    /// In months.
    public let from: Double
    /// In months; `nil` for the last band.
    public let to: Double?
    /// Open and running.
    public let active: Int
    /// Open with a clock that stands still.
    public let inactive: Int
  }

  public let asOf: Period
  public let rows: [Row]
  /// Running cases that are `threshold` months old or older.
  public let overThreshold: Int
  /// Its share of all running cases; `nil` for none.
  public let overThresholdShare: Double?
  /// In months.
  public let threshold: Double

  /// The usual edges, in months.
  public static let edges: [Double] = [0, 3, 6, 12, 18, 24, 36]

  /// The pyramid of a register.
  ///
  /// - Parameters:
  ///   - register: closed cases are passed over.
  ///   - name: the label to group by; `nil` for none.
  ///   - edges: lower edges in months, rising from 0.
  ///   - threshold: in months.
  /// - Throws: ``DiagnosticCode/unknownColumn``, ``DiagnosticCode/malformedDefinition`` for edges
  ///   that do not rise from 0.
  public init(
    _ register: CaseRegister, by name: String? = nil, edges: [Double] = AgePyramid.edges,
    threshold: Double = 12
  ) throws(Diagnostic) {
    guard edges.first == 0, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }),
      edges.allSatisfy(\.isFinite)
    else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(en: "The edges of age bands have to rise from 0.", zh: "案龄分组界限须从 0 递增。"),
        hint: Text(en: "Write 0,3,6,12,18,24,36.", zh: "请写作 0,3,6,12,18,24,36。"))
    }
    var groups = [String](repeating: "", count: register.cases.count)
    if let name { groups = try register.labels(name) }
    var active: [String: [Int]] = [:]
    var inactive = active
    let none = [Int](repeating: 0, count: edges.count)
    var (over, running) = (0, 0)
    for (record, group) in zip(register.cases, groups) where record.closed == nil {
      let months = register.days(record) / PersonPeriods.month
      let band = edges.lastIndex { $0 <= months } ?? 0
      if record.isSuspended {
        inactive[group, default: none][band] += 1
      } else {
        active[group, default: none][band] += 1
        running += 1
        if months >= threshold { over += 1 }
      }
    }
    let names = Set(active.keys).union(inactive.keys).sorted()
    rows = names.flatMap { group in
      edges.indices.map { band in
        Row(
          group: group, from: edges[band],
          to: band + 1 < edges.count ? edges[band + 1] : nil,
          active: active[group]?[band] ?? 0, inactive: inactive[group]?[band] ?? 0)
      }
    }
    asOf = register.asOf
    overThreshold = over
    overThresholdShare = running > 0 ? Double(over) / Double(running) : nil
    self.threshold = threshold
  }
}
