import CaseloadData
import CaseloadEffects

/// What an interval says of an effect: the table that words are chosen by.
///
/// ```
/// with the interval [l, u] and changes within ±δ too small to matter (δ = 0 unless it is given):
///   u < −δ            fall          l > δ            rise
///   −δ ≤ l, u ≤ δ     negligible    (δ > 0)
///   u < 0             slightFall    l > 0            slightRise
///   otherwise         undecided
/// ```
///
/// An end that lies on a boundary does not cross it.
public enum EffectReading: String, Codable, Sendable, CaseIterable {
  /// Lower, and by more than what is too small to matter.
  case fall
  /// Higher, and by more than that.
  case rise
  /// Lower; whether by enough to matter is open.
  case slightFall
  case slightRise
  /// Whatever the change is, it is too small to matter.
  case negligible
  /// Neither a fall nor a rise can be ruled out.
  case undecided
  /// No interval is defined.
  case unknown

  /// Reads an interval.
  ///
  /// - Parameters:
  ///   - lower: its lower end; `nil` where it is not defined.
  ///   - upper: its upper end.
  ///   - negligible: δ, not negative.
  public init(lower: Double?, upper: Double?, negligible: Double = 0) {
    guard let lower, let upper, lower <= upper else {
      self = .unknown
      return
    }
    if upper < -negligible {
      self = .fall
    } else if lower > negligible {
      self = .rise
    } else if negligible > 0, lower >= -negligible, upper <= negligible {
      self = .negligible
    } else if upper < 0 {
      self = .slightFall
    } else if lower > 0 {
      self = .slightRise
    } else {
      self = .undecided
    }
  }

  /// The reading of an average effect.
  public init(_ estimate: EffectEstimate, negligible: Double = 0) {
    self.init(
      lower: estimate.average.lower, upper: estimate.average.upper, negligible: negligible)
  }

  /// Why an estimate is no headline, most important first; empty where nothing speaks against one.
  ///
  /// An assumption that does not hold, or a check that shows the sign to depend on a choice, leaves
  /// nothing to headline: the numbers stay in the result, with this in their place in the words.
  public static func objections(to estimate: EffectEstimate) -> [Text] {
    let checks = estimate.checks.filter {
      $0["headline"] == 0 || $0.verdict == .violated && decisive.contains($0.id)
    }.map(\.finding)
    let assumptions = estimate.assumptions.filter { $0.verdict == .violated }.map { status in
      Text(
        en: "\(status.assumption.en) This does not hold: \(status.evidence.en)",
        zh: "\(status.assumption.zh)这一点不成立：\(status.evidence.zh)")
    }
    return checks + assumptions
  }

  /// Checks that, once violated, leave no single answer; any check may say so itself by a figure
  /// `headline` of 0.
  static let decisive: Set<String> = ["prior-sweep", "forecast-skill", "known-events"]
}
