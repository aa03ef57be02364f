import CaseloadData

/// The workload of all courts of a dataset: what was, what the next year needs, and what cannot be
/// said.
public struct WorkloadAccount: Codable, Sendable {
  public struct Court: Codable, Sendable {
    public let label: String
    public let workload: CourtWorkload
    public let projection: WorkloadProjection?

    public init(label: String, workload: CourtWorkload, projection: WorkloadProjection?) {
      self.label = label
      self.workload = workload
      self.projection = projection
    }
  }

  /// Judges that a caseload needs at a given pace; not rounded up.
  public struct Need: Codable, Sendable {
    public let caseload: Double
    public let casesPerJudge: Double
    public let judges: Double

    public init(caseload: Double, casesPerJudge: Double, judges: Double) {
      self.caseload = caseload
      self.casesPerJudge = casesPerJudge
      self.judges = judges
    }
  }

  public let keyNames: [String]
  public let courts: [Court]
  /// A load that is stated, not computed.
  public let statedCasesPerJudge: Double?
  public let statedJudges: Double?
  /// Their product.
  public let capacity: Double?
  public let needs: [Need]
  public let notComputable: [Text]

  public init(
    keyNames: [String], courts: [Court], statedCasesPerJudge: Double?, statedJudges: Double?,
    capacity: Double?, needs: [Need], notComputable: [Text]
  ) {
    self.keyNames = keyNames
    self.courts = courts
    self.statedCasesPerJudge = statedCasesPerJudge
    self.statedJudges = statedJudges
    self.capacity = capacity
    self.needs = needs
    self.notComputable = notComputable
  }

  /// What an account without closings and pending cases cannot say, and what it would take.
  public static let notPublished = [
    Text(
      en: "clearance rate: needs cases resolved in the year", zh: "结案率、收结比：需要全年结案数"),
    Text(
      en: "disposition time: needs cases resolved and cases pending at the end",
      zh: "平均处理时间：需要结案数和期末未结数"),
    Text(
      en: "pending cases next year: needs cases pending, resolved and judges by year",
      zh: "下一年未结案件：需要历年未结数、结案数和法官人数"),
    Text(
      en: "a forecast of intake: needs filings by year or month, at least three values in a row",
      zh: "收案预测：需要连续至少三期的年度或月度收案数"),
  ]
}
