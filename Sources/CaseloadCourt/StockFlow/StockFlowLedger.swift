import CaseloadData
import CaseloadMath

/// Whether published stocks and flows agree: what was carried over, and what rolls forward.
///
/// ```
/// carry gap          = opening(t) − closing(t − 1)
/// roll-forward gap   = closing(t) − (opening(t) + filed(t) − resolved(t))
/// ```
///
/// Where no opening number is given, the closing number of the period before stands for it. A gap
/// above zero is a stock larger than the numbers before it explain (the opposite sign of
/// ``CourtWorkload/Year/rollForwardGap``). Nothing is imputed: a gap whose parts are not all there
/// is `nil`, and is not counted.
public struct StockFlowLedger: Codable, Sendable {
  /// What was published for one period; `nil` for what was not.
  public struct Entry: Codable, Sendable, Equatable {
    public let period: Period
    public let opening: Double?
    public let filed: Double?
    public let resolved: Double?
    public let closing: Double?

    /// An entry of the account.
    public init(
      period: Period, opening: Double? = nil, filed: Double?, resolved: Double?, closing: Double?
    ) {
      self.period = period
      self.opening = opening
      self.filed = filed
      self.resolved = resolved
      self.closing = closing
    }
  }

  /// One period, reconciled.
  public struct Row: Codable, Sendable, Equatable {
    public let entry: Entry
    /// opening(t) − closing(t − 1).
    public let carryGap: Double?
    /// closing − (opening + filed − resolved).
    public let rollForwardGap: Double?
  }

  /// All gaps of one kind.
  public struct Summary: Codable, Sendable, Equatable {
    /// Periods for which the gap can be computed.
    public let compared: Int
    /// Those in which it is larger than the tolerance.
    public let mismatched: Int
    /// Of those, where the stock is larger than explained.
    public let above: Int
    /// The mean gap over all compared periods; `nil` for none.
    public let mean: Double?
    /// The mean size.
    public let meanSize: Double?
    /// The largest size.
    public let largestSize: Double?
    /// The sum of all gaps: cases that appeared (above zero) or vanished.
    public let total: Double?

    init(_ gaps: [Double], tolerance: Double) {
      compared = gaps.count
      mismatched = gaps.count { abs($0) > tolerance }
      above = gaps.count { $0 > tolerance }
      mean = Descriptive.mean(gaps)
      meanSize = Descriptive.mean(gaps.map(abs))
      largestSize = gaps.map(abs).max()
      total = gaps.isEmpty ? nil : gaps.accurateSum
    }

    /// mismatched / compared; `nil` for none.
    public var mismatchedShare: Double? {
      compared > 0 ? Double(mismatched) / Double(compared) : nil
    }
  }

  /// What the account is of.
  public let name: String
  public let rows: [Row]
  public let carry: Summary
  public let rollForward: Summary
  /// One warning a gap.
  public let diagnostics: [Diagnostic]

  /// Reconciles `entries`.
  ///
  /// - Parameters:
  ///   - name: what the account is of, for messages.
  ///   - entries: in any order, of one frequency, a period at most once. Only neighbouring periods
  ///     are compared.
  ///   - tolerance: the size of a gap that is no gap, ≥ 0; half a case covers rounding.
  /// - Throws: ``DiagnosticCode/duplicatePeriod``, ``DiagnosticCode/mixedFrequencies``,
  ///   ``DiagnosticCode/negativeCount`` for a number below zero.
  public init(name: String, _ entries: [Entry], tolerance: Double = 0.5) throws(Diagnostic) {
    let sorted = entries.sorted { $0.period < $1.period }
    for (before, after) in zip(sorted, sorted.dropFirst()) {
      guard before.period.frequency == after.period.frequency else {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "\(before.period) and \(after.period) are periods of different lengths.",
            zh: "\(before.period) 与 \(after.period) 时期长度不同。"),
          at: Diagnostic.Location(series: name),
          hint: Text(en: "Reconcile one frequency at a time.", zh: "请分频率核对。"))
      }
      guard before.period != after.period else {
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(en: "The period occurs twice.", zh: "该时期出现两次。"),
          at: Diagnostic.Location(series: name, period: before.period.description),
          hint: Text(en: "Keep one of the two.", zh: "请只保留一个。"))
      }
    }
    for entry in sorted {
      let place = Diagnostic.Location(series: name, period: entry.period.description)
      for (value, what) in [
        (entry.opening, Text(en: "opening", zh: "期初")), (entry.filed, Text(en: "filed", zh: "新收")),
        (entry.resolved, Text(en: "resolved", zh: "结案")),
        (entry.closing, Text(en: "closing", zh: "期末")),
      ] {
        guard let value else { continue }
        try StockFlowChecks.cases(value, what, at: place)
      }
    }
    var rows: [Row] = []
    var diagnostics: [Diagnostic] = []
    for (index, entry) in sorted.enumerated() {
      let before = index > 0 ? sorted[index - 1] : nil
      let isNext = before.map { $0.period.distance(to: entry.period) == 1 } ?? false
      let previous = isNext ? before?.closing : nil
      let carryGap = entry.opening.flatMap { opening in previous.map { opening - $0 } }
      var gap: Double?
      if let start = entry.opening ?? previous, let filed = entry.filed,
        let resolved = entry.resolved, let closing = entry.closing
      {
        let expected = start + filed - resolved
        gap = closing - expected
        if abs(closing - expected) > tolerance {
          diagnostics.append(
            Self.rollForward(name, entry, start: start, expected: expected, closing: closing))
        }
      }
      if let carryGap, abs(carryGap) > tolerance, let opening = entry.opening, let previous {
        diagnostics.append(Self.carry(name, entry, opening: opening, previous: previous))
      }
      rows.append(Row(entry: entry, carryGap: carryGap, rollForwardGap: gap))
    }
    self.name = name
    self.rows = rows
    self.diagnostics = diagnostics
    carry = Summary(rows.compactMap(\.carryGap), tolerance: tolerance)
    rollForward = Summary(rows.compactMap(\.rollForwardGap), tolerance: tolerance)
  }

  private static func shown(_ x: Double) -> Text { NumberText.significant(x, 1) }

  private static func rollForward(
    _ name: String, _ entry: Entry, start: Double, expected: Double, closing: Double
  ) -> Diagnostic {
    let gap = shown(abs(closing - expected))
    let isAbove = closing > expected
    return Diagnostic(
      .stockFlowMismatch, .warning,
      Text(
        en: "\(shown(start).en) pending + \(shown(entry.filed ?? 0).en) filed − "
          + "\(shown(entry.resolved ?? 0).en) resolved is \(shown(expected).en); "
          + "\(shown(closing).en) are reported, \(gap.en) \(isAbove ? "more" : "fewer").",
        zh: "期初 \(shown(start).zh) + 新收 \(shown(entry.filed ?? 0).zh) − 结案 "
          + "\(shown(entry.resolved ?? 0).zh) = \(shown(expected).zh)，报告为 \(shown(closing).zh)，"
          + "\(isAbove ? "多" : "少") \(gap.zh)。"),
      at: Diagnostic.Location(series: name, period: entry.period.description),
      hint: Text(
        en: "Look for revisions, transfers, merged and reopened cases.",
        zh: "请检查数据修订、移送、并案和恢复案件。"))
  }

  private static func carry(
    _ name: String, _ entry: Entry, opening: Double, previous: Double
  ) -> Diagnostic {
    let gap = shown(abs(opening - previous))
    let isAbove = opening > previous
    return Diagnostic(
      .openingMismatch, .warning,
      Text(
        en: "The period opens with \(shown(opening).en), and the one before closed with "
          + "\(shown(previous).en): \(gap.en) \(isAbove ? "more" : "fewer").",
        zh: "期初为 \(shown(opening).zh)，上期期末为 \(shown(previous).zh)，"
          + "\(isAbove ? "多" : "少") \(gap.zh)。"),
      at: Diagnostic.Location(series: name, period: entry.period.description),
      hint: Text(
        en: "Ask which of the two was revised; neither is corrected here.",
        zh: "请查明哪一个数字经过修订；此处不作更正。"))
  }
}
