import CaseloadData
import CaseloadMath

/// How far a court is with the cases of its statistical year, held against a floor.
///
/// ```
/// progress(m) = 100 · resolved to date / (carried in + filed to date)
/// ```
///
/// Cases accepted (受理) are those carried in and those filed; accepted numbers of two periods are
/// never added up.
public struct ClosingProgress: Codable, Sendable {
  /// One month that has passed.
  public struct Month: Codable, Sendable, Equatable {
    public let period: Period
    public let filed: Double
    public let resolved: Double
    /// Carried in and filed to date.
    public let accepted: Double
    public let resolvedToDate: Double
    /// In percent; `nil` for no cases.
    public let progress: Double?
    /// In percent; `nil` where there is none.
    public let floor: Double?
    /// progress − floor, in percentage points.
    public let lead: Double?
    /// Resolutions missing at the floor; 0 above it.
    public let missing: Double?
  }

  /// One month to come.
  public struct Need: Codable, Sendable, Equatable {
    public let period: Period
    /// Filings that were assumed.
    public let filed: Double
    public let floor: Double?
    /// Resolutions of this month that keep to the floor, after those of the months before.
    public let toFloor: Double
    /// Resolutions of this month when what the last floor asks for is spread evenly.
    public let even: Double
  }

  public let year: StatisticalYear
  public let carriedIn: Double
  public let months: [Month]
  public let needs: [Need]
  /// How evenly the year has closed so far.
  public let evenness: ClosingEvenness?

  /// The progress of `year`.
  ///
  /// - Parameters:
  ///   - year: the statistical year.
  ///   - carriedIn: pending before its December, ≥ 0.
  ///   - filed: December onwards, at most twelve numbers.
  ///   - resolved: as many.
  ///   - expectedFilings: a month, for those to come; `nil` takes the mean of those that passed.
  ///   - floor: the curve.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/malformedDefinition`` for lists of
  ///   different lengths, ``DiagnosticCode/seriesTooShort`` for no month.
  public init(
    _ year: StatisticalYear, carriedIn: Double, filed: [Double], resolved: [Double],
    expectedFilings: Double? = nil, floor: ClosingFloor = .innerMongolia2022
  ) throws(Diagnostic) {
    try StockFlowChecks.cases(carriedIn, Text(en: "carried in", zh: "旧存"))
    try StockFlowChecks.sameLength(
      resolved.count, filed.count, Text(en: "resolved cases", zh: "结案"))
    for value in filed + resolved {
      try StockFlowChecks.cases(value, Text(en: "cases of a month", zh: "月度件数"))
    }
    guard (1...12).contains(filed.count) else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "A statistical year has one to twelve months of data, not \(filed.count).",
          zh: "统计年度应有一至十二个月的数据，而不是 \(filed.count) 个月。"),
        hint: Text(en: "Give the months from December on.", zh: "请给出自十二月起的各月数据。"))
    }
    var months: [Month] = []
    var (accepted, closed) = (carriedIn, 0.0)
    let calendar = year.months
    for (index, new) in filed.enumerated() {
      accepted += new
      closed += resolved[index]
      let progress = accepted > 0 ? 100 * closed / accepted : nil
      let least = floor.percent(atEndOf: calendar[index])
      months.append(
        Month(
          period: calendar[index], filed: new, resolved: resolved[index], accepted: accepted,
          resolvedToDate: closed, progress: progress, floor: least,
          lead: progress.flatMap { progress in least.map { progress - $0 } },
          missing: least.map { max(0, $0 / 100 * accepted - closed) }))
    }
    let expected = expectedFilings ?? (filed.accurateSum / Double(filed.count))
    try StockFlowChecks.cases(expected, Text(en: "expected filings", zh: "预计收案"))
    let left = Array(calendar.dropFirst(filed.count))
    let final = left.last.flatMap { floor.percent(atEndOf: $0) }
    let goal =
      final.map { max(0, $0 / 100 * (accepted + expected * Double(left.count)) - closed) } ?? 0
    var needs: [Need] = []
    var done = closed
    for period in left {
      accepted += expected
      let least = floor.percent(atEndOf: period)
      let need = least.map { max(0, $0 / 100 * accepted - done) } ?? 0
      done += need
      needs.append(
        Need(
          period: period, filed: expected, floor: least, toFloor: need,
          even: goal / Double(left.count)))
    }
    self.year = year
    self.carriedIn = carriedIn
    self.months = months
    self.needs = needs
    evenness = try ClosingEvenness(resolved)
  }
}

/// How evenly a year's closings are spread over its months (均衡结案).
///
/// ```
/// shareₘ = Rₘ / Σ R
/// Gini        = Σ (2i − n − 1) R₍ᵢ₎ / (n Σ R)         0 for equal months
/// Herfindahl  = Σ shareₘ²                             1/n for equal months, 1 for a single one
/// rush        = n · share of the last month            1 for equal months
/// ```
///
/// - Sources: Gini (1912), *Variabilità e mutabilità*; Herfindahl (1950), dissertation, Columbia.
public struct ClosingEvenness: Codable, Sendable, Equatable {
  public let shares: [Double]
  public let gini: Double
  public let herfindahl: Double
  /// (Herfindahl − 1/n)/(1 − 1/n): 0 to 1; `nil` for one month.
  public let normalizedHerfindahl: Double?
  /// n times the share of the last month.
  public let rush: Double
  /// The share of the last three months over 3/n; `nil` for fewer than four months.
  public let lastQuarterRush: Double?

  /// The evenness of closings by month; `nil` where nothing was closed.
  ///
  /// - Parameter resolved: one number a month, in order.
  /// - Throws: ``DiagnosticCode/negativeCount``.
  public init?(_ resolved: [Double]) throws(Diagnostic) {
    for value in resolved { try StockFlowChecks.cases(value, Text(en: "resolved", zh: "结案")) }
    let total = resolved.accurateSum
    guard total > 0, let last = resolved.last else { return nil }
    let n = Double(resolved.count)
    shares = resolved.map { $0 / total }
    var weighted = 0.0
    for (index, value) in resolved.sorted().enumerated() {
      weighted += (2 * Double(index + 1) - n - 1) * value
    }
    gini = weighted / (n * total)
    herfindahl = shares.reduce(0) { $0 + $1 * $1 }
    normalizedHerfindahl = n > 1 ? (herfindahl - 1 / n) / (1 - 1 / n) : nil
    rush = n * last / total
    lastQuarterRush =
      n > 3 ? resolved.suffix(3).reduce(0, +) / total / (3 / n) : nil
  }
}
