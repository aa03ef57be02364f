import CaseloadData
import CaseloadMath

/// The share of cases still open by age, from cases that closed and cases that have not yet.
///
/// With dⱼ closings and nⱼ cases at risk at the time tⱼ:
///
/// ```
/// S(t)        = Π_{tⱼ ≤ t} (1 − dⱼ/nⱼ)                       Kaplan–Meier
/// Var S(t)    = S(t)² Σ_{tⱼ ≤ t} dⱼ / (nⱼ (nⱼ − dⱼ))         Greenwood
/// H(t)        = Σ_{tⱼ ≤ t} dⱼ/nⱼ,   Var H = Σ dⱼ/nⱼ²         Nelson–Aalen
/// ```
///
/// Intervals of S with s² the Greenwood sum and z the normal quantile:
///
/// ```
/// plain     S ± z S s                 cut at 0 and 1
/// log       exp(ln S ± z s)           cut at 1
/// log-log   exp(−exp(ln(−ln S) ± z s / ln S))
/// ```
///
/// Cases that came under observation late count from then on (left truncation). Where a risk set of
/// late entrants closes in full before others enter, the estimate is 0 from there on, and a warning
/// says so.
///
/// - Sources: Kaplan & Meier (1958), *JASA* 53, 457–481; Greenwood (1926); Kalbfleisch & Prentice,
///   *The Statistical Analysis of Failure Time Data*, 2nd ed. (2002), §1.4; conventions as
///   `survfit` of R's survival.
public struct KaplanMeier: Codable, Sendable {
  /// The scale on which intervals are symmetric.
  public enum IntervalKind: String, Codable, Sendable, CaseIterable {
    case plain, log
    case logLog = "log-log"
  }

  /// One distinct time.
  public struct Row: Codable, Sendable, Equatable {
    public let time: Double
    public let atRisk: Int
    public let events: Int
    /// Censored at this time, after its closings.
    public let censored: Int
    /// S.
    public let survival: Double
    /// Of S; `nil` where S is 0.
    public let standardError: Double?
    public let lower: Double?
    public let upper: Double?
    /// H, by Nelson and Aalen.
    public let cumulativeHazard: Double
    public let cumulativeHazardStandardError: Double
  }

  /// A quantile with its interval; an end is `nil` where the curve does not come down to it.
  public struct Quantile: Codable, Sendable, Equatable {
    /// The share that has closed.
    public let probability: Double
    public let value: Double?
    public let lower: Double?
    public let upper: Double?
  }

  public let interval: IntervalKind
  public let level: Double
  /// Cases, and closings among them.
  public let cases: Int
  public let events: Int
  public let rows: [Row]
  public let diagnostics: [Diagnostic]

  /// The curve of a sample, all outcomes counting as closed.
  ///
  /// - Parameters:
  ///   - sample: of any size.
  ///   - interval: the scale of the intervals.
  ///   - level: their coverage, in (0, 1).
  /// - Throws: ``DiagnosticCode/illegalProbability`` for a level outside (0, 1).
  public init(_ sample: SurvivalSample, interval: IntervalKind = .log, level: Double = 0.95)
    throws(Diagnostic)
  {
    guard level > 0, level < 1 else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "A coverage of \(StockFlowChecks.shown(level)) is not possible.",
          zh: "覆盖率不能为 \(StockFlowChecks.shown(level))。"),
        hint: Text(en: "Give a share such as 0.95.", zh: "请给出 0.95 这样的比例。"))
    }
    let z = Normal.standard.upperQuantile((1 - level) / 2)
    var rows: [Row] = []
    var survival = 1.0
    var (greenwood, hazard, hazardVariance) = (Accumulator(), Accumulator(), Accumulator())
    var zeroAt: Double?
    let sets = sample.riskSets
    for set in sets {
      let (n, d) = (Double(set.atRisk), Double(set.total))
      if set.total > 0 {
        if zeroAt == nil {
          survival = set.total == set.atRisk ? 0 : survival * ((n - d) / n)
          if survival > 0 { greenwood.add(d / (n * (n - d))) } else { zeroAt = set.time }
        }
        hazard.add(d / n)
        hazardVariance.add(d / (n * n))
      }
      let error = survival > 0 ? greenwood.value.squareRoot() : nil
      let ends = error.map { Self.ends(interval, survival, $0, z) }
      rows.append(
        Row(
          time: set.time, atRisk: set.atRisk, events: set.total, censored: set.censored,
          survival: survival, standardError: error.map { $0 * survival }, lower: ends?.lower,
          upper: ends?.upper, cumulativeHazard: hazard.value,
          cumulativeHazardStandardError: hazardVariance.value.squareRoot()))
    }
    self.rows = rows
    self.interval = interval
    self.level = level
    cases = sample.count
    events = sets.reduce(0) { $0 + $1.total }
    if let zeroAt, zeroAt < (sets.last?.time ?? zeroAt) {
      diagnostics = [Self.emptied(zeroAt)]
    } else {
      diagnostics = []
    }
  }

  static func ends(_ kind: IntervalKind, _ survival: Double, _ error: Double, _ z: Double) -> (
    lower: Double, upper: Double
  ) {
    guard survival < 1 else { return (1, 1) }
    switch kind {
    case .plain:
      let margin = z * survival * error
      return (max(0, survival - margin), min(1, survival + margin))
    case .log:
      return (survival * exp(-z * error), min(1, survival * exp(z * error)))
    case .logLog:
      let center = CaseloadMath.log(survival)
      let margin = z * error / center
      return (exp(center * exp(-margin)), exp(center * exp(margin)))
    }
  }

  private static func emptied(_ time: Double) -> Diagnostic {
    Diagnostic(
      .notIdentified, .warning,
      Text(
        en:
          "All cases at risk at \(NumberText.plain(time)) days closed while others entered later: "
          + "the curve is 0 from there on, which only the late entries explain.",
        zh: "第 \(NumberText.plain(time)) 天时在险案件全部结案，而其他案件更晚才进入观察："
          + "曲线自此为 0，这仅由延迟进入造成。"),
      hint: Text(
        en: "Look at cases that were under observation from a later age on.",
        zh: "请只看自较大案龄起被观察的案件。"))
  }

  /// S(t).
  public func survival(at time: Double) -> Double {
    rows.last { $0.time <= time }?.survival ?? 1
  }
}
