import CaseloadData

/// The indicators by which courts are compared, each from its own parts.
///
/// An indicator whose denominator is zero is `nil`: it does not exist.
///
/// - Source: CEPEJ, Revised SATURN guidelines (2018).
public enum CourtIndicators {
  /// Resolved over incoming cases, in percent; above 100, pending cases fall.
  public static func clearanceRate(incoming: Double, resolved: Double) -> Double? {
    incoming > 0 ? 100 * resolved / incoming : nil
  }

  /// The days that the pending cases would take at the pace of the period:
  ///
  /// ```
  /// days · pending at the end / resolved
  /// ```
  ///
  /// An estimate, not an observed duration.
  ///
  /// - Parameters:
  ///   - resolved: cases resolved in the period.
  ///   - pending: cases pending at its end.
  ///   - days: the length of the period; 365 for a year.
  /// - Returns: days; `nil` where nothing was resolved.
  public static func dispositionTime(resolved: Double, pending: Double, days: Double = 365)
    -> Double?
  {
    resolved > 0 ? days * pending / resolved : nil
  }

  /// Cases a judge, for the period of `cases`.
  public static func casesPerJudge(cases: Double, judges: Double) -> Double? {
    judges > 0 ? cases / judges : nil
  }

  /// The judges that `caseload` needs at `casesPerJudge` a judge and year; not rounded up.
  public static func judgesNeeded(caseload: Double, casesPerJudge: Double) -> Double? {
    casesPerJudge > 0 ? caseload / casesPerJudge : nil
  }
}
