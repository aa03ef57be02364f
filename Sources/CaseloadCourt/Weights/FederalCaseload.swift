import CaseloadData
import CaseloadMath

/// The caseload measures of the United States federal courts.
public enum FederalCaseload {
  /// One line of a district's filings.
  public struct Filings: Codable, Sendable, Equatable {
    /// Such as `civil: antitrust`; for criminal cases the count is of defendants.
    public let category: String
    /// Cases, or criminal defendants.
    public let filings: Double
    /// Of those: reopened, remanded, transferred for multidistrict litigation; they do not count.
    public let excluded: Double
    /// 1 is the average case.
    public let weight: Double

    /// A line.
    public init(category: String, filings: Double, excluded: Double = 0, weight: Double) {
      self.category = category
      self.filings = filings
      self.excluded = excluded
      self.weight = weight
    }
  }

  /// Weighted filings per authorized judgeship of a district court.
  ///
  /// ```
  /// WF = Σ weight · (filings − excluded) / authorized judgeships
  /// ```
  ///
  /// - Parameters:
  ///   - filings: counts zero or above, weights above zero.
  ///   - judgeships: authorized, not filled; above zero.
  /// - Returns: weighted cases a judgeship.
  /// - Throws: ``DiagnosticCode/negativeCount``, also for more exclusions than filings,
  ///   ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``.
  /// - Source: Administrative Office of the U.S. Courts, *Judicial Business*, table X-1A, note.
  public static func weightedFilings(_ filings: [Filings], judgeships: Double)
    throws(Diagnostic) -> Double
  {
    try checkJudgeships(judgeships)
    var terms: [Double] = []
    for line in filings {
      let name = Text(line.category)
      try WeightChecks.count(line.filings, name)
      try WeightChecks.count(line.excluded, name)
      try WeightChecks.count(line.filings - line.excluded, name)
      try WeightChecks.positive(line.weight, name)
      terms.append(line.weight * (line.filings - line.excluded))
    }
    return terms.accurateSum / judgeships
  }

  /// Adjusted filings per panel of a court of appeals.
  ///
  /// ```
  /// AF = (filings − reinstated − pro se + pro se / 3) / (judgeships / 3)
  /// ```
  ///
  /// - Parameters:
  ///   - filings: all, with those of litigants without a lawyer.
  ///   - reinstated: do not count; none of them pro se.
  ///   - proSe: count for a third each.
  ///   - judgeships: authorized; a panel has three judges.
  /// - Returns: adjusted filings a panel.
  /// - Throws: as ``weightedFilings(_:judgeships:)``.
  public static func adjustedFilings(
    filings: Double, reinstated: Double = 0, proSe: Double = 0, judgeships: Double
  ) throws(Diagnostic) -> Double {
    try checkJudgeships(judgeships)
    for (count, name) in [
      (filings, Text(en: "filings", zh: "收案")), (reinstated, Text(en: "reinstated", zh: "恢复案件")),
      (proSe, Text(en: "pro se", zh: "无律师案件")),
      (filings - reinstated - proSe, Text(en: "other filings", zh: "其他收案")),
    ] {
      try WeightChecks.count(count, name)
    }
    return (filings - reinstated - proSe + proSe / 3) / (judgeships / 3)
  }

  private static func checkJudgeships(_ judgeships: Double) throws(Diagnostic) {
    guard judgeships > 0, judgeships.isFinite else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(
          en: "\(WeightChecks.shown(judgeships)) authorized judgeships are not possible.",
          zh: "核定法官职位不能为 \(WeightChecks.shown(judgeships))。"),
        hint: Text(en: "Give a number above zero.", zh: "请给出大于零的数。"))
    }
  }
}
