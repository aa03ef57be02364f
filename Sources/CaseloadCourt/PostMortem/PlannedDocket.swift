import CaseloadData

/// A naive plan by rule, for comparisons with a published target whose path was not published.
public enum PlannedDocket {
  /// The path of constant closings that takes the pending cases from `opening` to `target`.
  ///
  /// ```
  /// R = (B₀ + Σ F − target) / n
  /// ```
  ///
  /// An assumption, and no one's plan: whoever uses it says so.
  ///
  /// - Parameters:
  ///   - target: cases pending at the end of the last period.
  ///   - opening: B₀, cases pending at the start.
  ///   - filings: F by period; at least one.
  ///   - start: the first period.
  ///   - minutes: that a case is planned to take; `nil` where that is not compared.
  /// - Returns: a path of one case type whose last period ends with `target`.
  /// - Throws: ``DiagnosticCode/infeasiblePlan`` where even no closing leaves fewer cases than the
  ///   target, ``DiagnosticCode/negativeCount``.
  public static func reaching(
    _ target: Double, from opening: Double, filings: [Double], start: Period,
    minutes: Double? = nil
  ) throws(Diagnostic) -> PendingPath {
    guard target >= 0, target.isFinite else {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "A target of \(NumberText.plain(target)) pending cases is not possible.",
          zh: "未结目标不能为 \(NumberText.plain(target)) 件。"),
        hint: Text(en: "Give a number from 0 on.", zh: "请给出不小于零的数。"))
    }
    guard !filings.isEmpty else { throw PathCheck.empty }
    let closings = (opening + filings.reduce(0, +) - target) / Double(filings.count)
    guard closings >= 0 else {
      throw Diagnostic(
        .infeasiblePlan, .error,
        Text(
          en: "With no case resolved at all, fewer than \(NumberText.plain(target)) are pending.",
          zh: "即使不结一案，未结数也少于 \(NumberText.plain(target)) 件。"),
        hint: Text(
          en: "Lower the target, or correct the opening and the filings.",
          zh: "请降低目标，或更正期初数与收案数。"))
    }
    return try PendingPath(
      start: start,
      rows: filings.map { PendingPath.Row(filings: $0, resolved: closings, minutes: minutes) },
      opening: [opening])
  }
}
