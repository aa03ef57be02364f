import CaseloadData

/// The workload of all courts of a dataset: what was, what the next year needs, and what cannot be
/// said.
public struct WorkloadAccount: Codable, Sendable {
  /// One court, or one key of the dataset.
  public struct Court: Codable, Sendable {
    /// The keys as a person reads them.
    public let label: String
    public let workload: CourtWorkload
    /// `nil` where no forecast was possible.
    public let projection: WorkloadProjection?

    public init(label: String, workload: CourtWorkload, projection: WorkloadProjection?) {
      self.label = label
      self.workload = workload
      self.projection = projection
    }
  }

  /// Judges that a caseload needs at a given pace; not rounded up.
  public struct Need: Codable, Sendable {
    /// Cases a year.
    public let caseload: Double
    /// Cases a judge resolves in a year.
    public let casesPerJudge: Double
    /// caseload / casesPerJudge.
    public let judges: Double

    public init(caseload: Double, casesPerJudge: Double, judges: Double) {
      self.caseload = caseload
      self.casesPerJudge = casesPerJudge
      self.judges = judges
    }
  }

  /// The columns that name a court.
  public let keyNames: [String]
  /// Every court that the dataset has columns for.
  public let courts: [Court]
  /// A load that is stated, not computed.
  public let statedCasesPerJudge: Double?
  /// Judges in post, stated and not counted.
  public let statedJudges: Double?
  /// Their product.
  public let capacity: Double?
  /// Judges for each caseload in question.
  public let needs: [Need]
  /// The measures that the data do not allow, each with what it would take.
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

  /// The same with other projections, where `projection` gives one.
  public func projected(_ projection: (Court) -> WorkloadProjection?) -> WorkloadAccount {
    WorkloadAccount(
      keyNames: keyNames,
      courts: courts.map { court in
        Court(
          label: court.label, workload: court.workload,
          projection: projection(court) ?? court.projection)
      }, statedCasesPerJudge: statedCasesPerJudge, statedJudges: statedJudges, capacity: capacity,
      needs: needs, notComputable: notComputable)
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
