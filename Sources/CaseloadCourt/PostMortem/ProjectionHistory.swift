import CaseloadData
import CaseloadMath

/// Several past projections of the same court, made at different origins: what they have in common.
public struct ProjectionHistory: Codable, Sendable {
  /// One of them, after the event.
  public struct Past: Codable, Sendable {
    /// The last period that it knew.
    public let origin: Period
    public let account: ErrorAccount

    /// A projection made at the end of `origin`.
    public init(origin: Period, account: ErrorAccount) {
      self.origin = origin
      self.account = account
    }
  }

  /// What makes the error so many periods ahead.
  public struct HorizonParts: Codable, Sendable {
    public let horizon: Int
    public let count: Int
    /// Mean contributions: what is missed in one direction again and again.
    public let means: [ErrorContribution]
    /// Mean sizes: what moves the error, in whatever direction.
    public let sizes: [ErrorContribution]
    /// The component of the largest mean size; `nil` where all are zero.
    public let dominant: ErrorComponent?
  }

  public let pending: ProjectionErrors
  public let filings: ProjectionErrors
  public let resolved: ProjectionErrors
  /// By horizon.
  public let parts: [HorizonParts]
  public let reading: Text

  /// - Parameters:
  ///   - past: at least one.
  ///   - known: what was known at the origins, for Theil's U; there may be none.
  /// - Throws: what ``ProjectionErrors/init(of:levels:)`` throws.
  public init(_ past: [Past], known: [Period: ErrorAccount.Figures] = [:]) throws(Diagnostic) {
    func records(_ value: (ErrorAccount.Figures) -> Double) -> [ProjectionErrors.Record] {
      past.flatMap { projection in
        projection.account.steps.map { step in
          ProjectionErrors.Record(
            origin: projection.origin, period: step.period, planned: value(step.planned),
            actual: value(step.actual), last: known[projection.origin].map(value))
        }
      }
    }
    pending = try ProjectionErrors(of: records(\.pending))
    filings = try ProjectionErrors(of: records(\.filings))
    resolved = try ProjectionErrors(of: records(\.resolved))
    var groups: [Int: [[ErrorContribution]]] = [:]
    for projection in past {
      for step in projection.account.steps {
        groups[projection.origin.distance(to: step.period), default: []]
          .append(step.contributions)
      }
    }
    parts = groups.sorted { $0.key < $1.key }.map { horizon, group in
      let n = Double(group.count)
      let present = ErrorComponent.allCases.filter { component in
        group.contains { $0.contains { $0.component == component } }
      }
      func mean(_ transform: (Double) -> Double) -> [ErrorContribution] {
        present.map { component in
          let values = group.map { parts in
            parts.filter { $0.component == component }.map { transform($0.value) }.accurateSum
          }
          return ErrorContribution(component, values.accurateSum / n)
        }
      }
      let sizes = mean(abs)
      let largest = sizes.max { $0.value < $1.value }
      return HorizonParts(
        horizon: horizon, count: group.count, means: mean { $0 }, sizes: sizes,
        dominant: largest.flatMap { $0.value > 0 ? $0.component : nil })
    }
    reading = Self.reading(past.count, pending, parts)
  }

  private static func reading(_ count: Int, _ errors: ProjectionErrors, _ parts: [HorizonParts])
    -> Text
  {
    guard let last = errors.horizons.last, let part = parts.last else { return Text("") }
    let miss = NumberText.decimal(abs(last.meanError))
    let direction =
      last.meanError > 0
      ? Text(en: "too low", zh: "偏低") : Text(en: "too high", zh: "偏高")
    var text = Text(
      en: "\(count) projections: \(last.horizon) periods ahead pending cases were on average "
        + "\(miss.en) \(direction.en).",
      zh: "共 \(count) 次预测：向前 \(last.horizon) 期的未结数平均\(direction.zh) \(miss.zh) 件。")
    if let dominant = part.dominant {
      text =
        text
        + Text(
          en: " The largest part of the misses is \(dominant.name.en).",
          zh: "偏差中最大的部分是\(dominant.name.zh)。")
    }
    if let width = last.widths.last {
      let percent = NumberText.percent(width.level, 0)
      if let half = width.absolute.map({ NumberText.decimal($0) }) {
        text =
          text
          + Text(
            en: " The next \(percent.en) interval there must be at least ± \(half.en) wide.",
            zh: "下一次预测在该处的 \(percent.zh) 区间至少应为 ±\(half.zh)。")
      } else {
        text =
          text
          + Text(
            en:
              " A \(percent.en) interval from past errors takes \(width.leastCount) of them; there "
              + "are \(last.count).",
            zh: "由历史误差给出 \(percent.zh) 区间需要 \(width.leastCount) 个误差，现有 \(last.count) 个。")
      }
    }
    return text
  }
}
