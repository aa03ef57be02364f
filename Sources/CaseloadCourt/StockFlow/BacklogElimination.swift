import CaseloadData
import CaseloadMath

/// How many judges clear a backlog, and how long given judges take.
///
/// ```
/// judges to clear B in T years   (λ + B/T) / p
/// years to clear B with J judges B / (J p − λ)      where J p > λ
/// ```
///
/// with λ filings a year and p cases resolved a judge and year. With fewer than λ/p judges the
/// backlog grows by λ − J p a year for ever.
public enum BacklogElimination {
  /// The judges that clear `backlog` in `years` beside the yearly filings; not rounded up.
  ///
  /// - Parameters:
  ///   - backlog: B ≥ 0; what is to go, not all that is pending.
  ///   - filings: λ ≥ 0 a year.
  ///   - casesPerJudge: p > 0 a year.
  ///   - years: T > 0.
  /// - Returns: full-time judges.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/illegalRate``.
  public static func judges(
    toClear backlog: Double, filings: Double, casesPerJudge: Double, years: Double
  ) throws(Diagnostic) -> Double {
    try check(backlog, filings, casesPerJudge)
    try StockFlowChecks.rate(years, Text(en: "the time", zh: "年限"))
    return (filings + backlog / years) / casesPerJudge
  }

  /// The years in which `judges` clear `backlog`.
  ///
  /// - Parameters:
  ///   - backlog: B ≥ 0.
  ///   - filings: λ ≥ 0 a year.
  ///   - casesPerJudge: p > 0 a year.
  ///   - judges: J ≥ 0.
  /// - Returns: years, 0 for no backlog.
  /// - Throws: ``DiagnosticCode/unboundedBacklog`` with the yearly growth where the judges do not
  ///   resolve more than is filed, ``DiagnosticCode/negativeCount``, ``DiagnosticCode/illegalRate``,
  ///   ``DiagnosticCode/illegalStaff``.
  public static func years(
    toClear backlog: Double, filings: Double, casesPerJudge: Double, judges: Double
  ) throws(Diagnostic) -> Double {
    try check(backlog, filings, casesPerJudge)
    let growth = try yearlyGrowth(filings: filings, casesPerJudge: casesPerJudge, judges: judges)
    if backlog == 0 { return 0 }
    guard growth < 0 else {
      throw unbounded(growth: growth, unit: Text(en: "cases a year", zh: "件/年"))
    }
    return backlog / -growth
  }

  /// λ − J p: cases by which the backlog grows in a year, below zero where it falls.
  ///
  /// - Parameters:
  ///   - filings: λ a year.
  ///   - casesPerJudge: p a year.
  ///   - judges: J ≥ 0.
  /// - Returns: cases a year.
  /// - Throws: ``DiagnosticCode/illegalStaff``.
  public static func yearlyGrowth(filings: Double, casesPerJudge: Double, judges: Double)
    throws(Diagnostic) -> Double
  {
    guard judges >= 0, judges.isFinite else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(
          en: "\(StockFlowChecks.shown(judges)) judges; there cannot be fewer than none.",
          zh: "法官 \(StockFlowChecks.shown(judges)) 名，不能少于零。"),
        hint: Text(en: "Correct the number of judges.", zh: "请更正法官人数。"))
    }
    return filings - judges * casesPerJudge
  }

  private static func check(_ backlog: Double, _ filings: Double, _ casesPerJudge: Double)
    throws(Diagnostic)
  {
    try StockFlowChecks.cases(backlog, Text(en: "backlog", zh: "积案"))
    try StockFlowChecks.cases(filings, Text(en: "filings", zh: "收案"))
    try StockFlowChecks.rate(casesPerJudge, Text(en: "cases a judge", zh: "人均结案"))
  }

  static func unbounded(growth: Double, unit: Text) -> Diagnostic {
    let shown = NumberText.significant(growth, 1)
    return Diagnostic(
      .unboundedBacklog, .error,
      Text(
        en: growth > 0
          ? "The backlog grows without bound, by \(shown.en) \(unit.en)."
          : "As many cases come in as are resolved: the backlog never falls.",
        zh: growth > 0
          ? "积案将无限增长，速度为 \(shown.zh) \(unit.zh)。" : "收案与结案相等，积案不会减少。"),
      hint: Text(
        en: "Add judges, lower intake, or project a finite time.",
        zh: "请增加法官、减少收案，或只推算有限期间。"))
  }
}
