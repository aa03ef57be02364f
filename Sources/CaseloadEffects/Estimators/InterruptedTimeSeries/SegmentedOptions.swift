import CaseloadData

extension InterruptedTimeSeries {
  /// What the intervention may change.
  public enum Effect: String, Codable, Sendable, CaseIterable { case both, level, slope }

  /// The law of the outcome about its mean.
  ///
  /// Counts have a log link, and their effects are rates whatever the scale.
  public enum Family: String, Codable, Sendable, CaseIterable {
    case gaussian, poisson
    case quasiPoisson = "quasi-poisson"
    case negativeBinomial = "negative-binomial"

    var isCount: Bool { self != .gaussian }
  }

  /// How the errors of neighboring periods are allowed for.
  public enum Errors: String, Codable, Sendable, CaseIterable {
    /// Not at all.
    case ols
    /// Least squares, with a sandwich that allows for autocorrelation; for a treated and a
    /// comparison series together Driscoll and Kraay's.
    case neweyWest = "newey-west"
    case praisWinsten = "prais-winsten"
    /// A first-order autoregression by restricted maximum likelihood; for counts the same for the
    /// linearized model, with white noise beside it.
    case reml
    /// An ARMA model whose orders the data choose.
    case arima
  }

  /// Which small-sample theory intervals of `reml` follow.
  public enum Degrees: String, Codable, Sendable, CaseIterable {
    /// The autocorrelation integrated out: ``IntegratedAutoregression``.
    case integrated
    /// Kenward and Roger's standard errors and degrees of freedom: as honest, but without a bound
    /// to their width where the estimated autocorrelation is near 1.
    case kenwardRoger = "kenward-roger"
    /// Plug-in standard errors with Satterthwaite's degrees of freedom.
    case satterthwaite
  }

  /// How untreated units enter.
  public enum Control: String, Codable, Sendable, CaseIterable {
    /// One series: treated less untreated, or their ratio on the log scale.
    case difference
    /// Two series in one model, whose steps and slopes differ by the effect. Counts always use it.
    case joint
  }
}

/// Further interruptions after the first: `2012-12:off,2013-09:on`.
///
/// Each changes the level and the slope of what the ones before it left. `off` marks periods in
/// which the intervention does not act: they do not count as treated.
public struct Interruptions: Sendable, Codable, Equatable {
  /// One of them.
  public struct Item: Sendable, Equatable {
    public let period: Period
    /// Whether the intervention acts from this period on.
    public let isOn: Bool
  }

  /// In time.
  public let items: [Item]

  public init(_ items: [Item] = []) {
    self.items = items.sorted { $0.period < $1.period }
  }

  /// What a person typed; `nil` where it does not parse.
  init?(_ text: String) {
    var items: [Item] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: true) {
      let sides = part.split(separator: ":", omittingEmptySubsequences: false)
      let name = sides[0].trimmingPrefix { $0 == " " }
      guard sides.count <= 2, let period = Period(String(name)) else { return nil }
      switch sides.count == 2 ? sides[1] : "on" {
      case "on": items.append(Item(period: period, isOn: true))
      case "off": items.append(Item(period: period, isOn: false))
      default: return nil
      }
    }
    self.init(items)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let interruptions = Interruptions(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "periods with on or off: 2012-12:off,2013-09:on")
    }
    self = interruptions
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      items.map { "\($0.period):\($0.isOn ? "on" : "off")" }.joined(separator: ","))
  }
}
