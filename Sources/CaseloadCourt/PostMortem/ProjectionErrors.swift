import CaseloadData
import CaseloadMath

/// What repeated projections of one quantity missed, by how far ahead they looked.
///
/// ```
/// e = actual − planned
/// mean error, mean |e|, √mean e²,   MPE = 100 mean(e/actual),   MAPE = 100 mean(|e|/actual)
/// U = √(Σ e² / Σ (actual − last)²)        Theil's U: below 1 beats carrying the last value forward
/// mean e² = ē² + (s_p − s_a)² + 2 (1 − r) s_p s_a      bias, spread and timing
/// ```
///
/// s_p and s_a are the population standard deviations of the planned and actual values, r their
/// correlation. Projections of one horizon from neighboring origins share shocks, so their number says
/// less than it seems.
///
/// - Sources: Theil (1966), *Applied Economic Forecasting*, ch. 2; Vovk, Gammerman & Shafer (2005),
///   *Algorithmic Learning in a Random World* (the finite-sample quantile).
public struct ProjectionErrors: Codable, Sendable {
  /// One projected number and what it became.
  public struct Record: Codable, Sendable, Equatable {
    /// The last period that the projection knew.
    public let origin: Period
    public let period: Period
    public let planned: Double
    public let actual: Double
    /// The value at the origin, for Theil's U; `nil` where it is not known.
    public let last: Double?

    /// A projection of `period` made at the end of `origin`.
    public init(
      origin: Period, period: Period, planned: Double, actual: Double, last: Double? = nil
    ) {
      self.origin = origin
      self.period = period
      self.planned = planned
      self.actual = actual
      self.last = last
    }
  }

  /// The projections that looked equally far ahead.
  public struct Horizon: Codable, Sendable {
    /// Periods from the origin.
    public let horizon: Int
    public let count: Int
    public let meanError: Double
    public let meanAbsoluteError: Double
    public let rootMeanSquaredError: Double
    /// Percent of the actual values; `nil` where one of them is zero.
    public let meanPercentageError: Double?
    public let meanAbsolutePercentageError: Double?
    /// `nil` without the values at the origins, or where these never changed.
    public let theilU: Double?
    /// Shares of the mean square; `nil` where it is zero.
    public let biasShare: Double?
    public let spreadShare: Double?
    public let timingShare: Double?
    /// How wide the next intervals must be, from the errors seen.
    public let widths: [Width]
  }

  /// The half width of an interval about the next projection.
  public struct Width: Codable, Sendable, Equatable {
    /// Coverage.
    public let level: Double
    /// Of |e|; `nil` where there are too few errors for the level.
    public let absolute: Double?
    /// Of |e| over what was planned; `nil` as before, and where a plan was zero.
    public let relative: Double?
    /// The least number of errors that the level takes.
    public let leastCount: Int
  }

  public let horizons: [Horizon]

  /// - Parameters:
  ///   - records: at least one, each of a period after its origin.
  ///   - levels: of the intervals, between 0 and 1.
  /// - Throws: ``DiagnosticCode/emptyInput``, ``DiagnosticCode/notAPeriod`` for a period that is not
  ///   after its origin, ``DiagnosticCode/missingValues`` for a value that is no number,
  ///   ``DiagnosticCode/illegalProbability``.
  public init(of records: [Record], levels: [Double] = [0.8, 0.95]) throws(Diagnostic) {
    guard !records.isEmpty else { throw PathCheck.empty }
    guard levels.allSatisfy({ $0 > 0 && $0 < 1 }) else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(en: "A level lies between 0 and 1.", zh: "覆盖率须在 0 与 1 之间。"),
        hint: Text(en: "Write 0.8 or 0.95.", zh: "请写作 0.8 或 0.95。"))
    }
    for record in records { try Self.check(record) }
    let groups = Dictionary(grouping: records) { $0.origin.distance(to: $0.period) }
    horizons = groups.sorted { $0.key < $1.key }.map { horizon, group in
      Self.summary(horizon, group, levels)
    }
  }

  private static func check(_ record: Record) throws(Diagnostic) {
    let place = Diagnostic.Location(period: record.period.description)
    guard record.origin.frequency == record.period.frequency, record.origin < record.period else {
      throw Diagnostic(
        .notAPeriod, .error,
        Text(
          en: "\(record.period) is not after the origin \(record.origin).",
          zh: "\(record.period) 不在预测起点 \(record.origin) 之后。"), at: place,
        hint: Text(
          en: "The origin is the last period that was known.", zh: "起点为当时已知的最后一期。"))
    }
    guard record.planned.isFinite, record.actual.isFinite, record.last?.isFinite ?? true else {
      throw Diagnostic(
        .missingValues, .error,
        Text(en: "A projected or actual value is missing.", zh: "缺少预测值或实际值。"), at: place,
        hint: Text(en: "Supply it, or leave the period out.", zh: "请补上，或略去该期。"))
    }
  }

  private static func summary(_ horizon: Int, _ group: [Record], _ levels: [Double]) -> Horizon {
    let n = Double(group.count)
    let errors = group.map { $0.actual - $0.planned }
    func mean(_ x: [Double]) -> Double { x.accurateSum / n }
    let square = mean(errors.map { $0 * $0 })
    let relative =
      group.allSatisfy { $0.actual != 0 }
      ? zip(errors, group).map { 100 * $0 / abs($1.actual) } : nil
    let naive = group.compactMap { record in record.last.map { record.actual - $0 } }
    let naiveSquare = naive.count == group.count ? mean(naive.map { $0 * $0 }) : 0
    let shares = shares(group, square)
    return Horizon(
      horizon: horizon, count: group.count, meanError: mean(errors),
      meanAbsoluteError: mean(errors.map(abs)), rootMeanSquaredError: square.squareRoot(),
      meanPercentageError: relative.map(mean),
      meanAbsolutePercentageError: relative.map { mean($0.map(abs)) },
      theilU: naiveSquare > 0 ? (square / naiveSquare).squareRoot() : nil,
      biasShare: shares?.bias, spreadShare: shares?.spread, timingShare: shares?.timing,
      widths: levels.map { width($0, group) })
  }

  private static func shares(_ group: [Record], _ square: Double) -> (
    bias: Double, spread: Double, timing: Double
  )? {
    guard square > 0 else { return nil }
    let n = Double(group.count)
    let (planned, actual) = (group.map(\.planned), group.map(\.actual))
    let (p, a) = (planned.accurateSum / n, actual.accurateSum / n)
    let sp = (planned.map { ($0 - p) * ($0 - p) }.accurateSum / n).squareRoot()
    let sa = (actual.map { ($0 - a) * ($0 - a) }.accurateSum / n).squareRoot()
    let cross = zip(planned, actual).map { ($0 - p) * ($1 - a) }.accurateSum / n
    return (
      (a - p) * (a - p) / square, (sp - sa) * (sp - sa) / square,
      max(0, 2 * (sp * sa - cross)) / square
    )
  }

  /// The ⌈(n + 1) level⌉-th smallest of n sizes, which an exchangeable next error exceeds with a
  /// probability of at most 1 − level.
  private static func width(_ level: Double, _ group: [Record]) -> Width {
    let n = group.count
    // A rank that is whole but for rounding is that whole number.
    let rank = Int((Double(n + 1) * level - 1e-9).rounded(.up))
    let least = Int((level / (1 - level) - 1e-9).rounded(.up))
    func quantile(_ sizes: [Double]) -> Double? {
      rank <= n ? sizes.sorted()[max(0, rank - 1)] : nil
    }
    let sizes = group.map { abs($0.actual - $0.planned) }
    let hasPlans = group.allSatisfy { $0.planned > 0 }
    return Width(
      level: level, absolute: quantile(sizes),
      relative: hasPlans ? quantile(zip(sizes, group).map { $0 / $1.planned }) : nil,
      leastCount: least)
  }
}
