import CaseloadData

/// Which components a model of the ETS family has, and how they combine: ETS(M,Ad,M).
///
/// - Source: Hyndman, Koehler, Ord & Snyder (2008), tables 2.1–2.3; Pegels (1969) and Gardner (1985)
///   for the trends.
public struct ETSForm: Hashable, Sendable {
  public enum ErrorKind: String, Sendable, CaseIterable {
    case additive = "A"
    case multiplicative = "M"
  }
  public enum Trend: String, Sendable, CaseIterable {
    case none = "N"
    case additive = "A"
    case multiplicative = "M"
  }
  public enum Season: String, Sendable, CaseIterable {
    case none = "N"
    case additive = "A"
    case multiplicative = "M"
  }

  public let error: ErrorKind
  public let trend: Trend
  /// Whether the trend fades out; never for `trend` none.
  public let isDamped: Bool
  public let season: Season

  public init(
    error: ErrorKind, trend: Trend = .none, isDamped: Bool = false, season: Season = .none
  ) {
    self.error = error
    self.trend = trend
    self.isDamped = isDamped && trend != .none
    self.season = season
  }

  /// The form that `code` names, such as `MAdM`, `ANN` or `ETS(A,Ad,N)`.
  public init?(_ code: String) {
    guard let pattern = ETSFormPattern(code), pattern.isExact, let form = pattern.forms.first else {
      return nil
    }
    self = form
  }

  /// Such as `MAdM`.
  public var code: String { error.rawValue + trendCode + season.rawValue }

  var trendCode: String { trend.rawValue + (isDamped ? "d" : "") }

  var hasMultiplicativePart: Bool {
    error == .multiplicative || trend == .multiplicative || season == .multiplicative
  }

  /// Whether R's `ets` tries it when left to choose: additive errors take additive components only,
  /// and a multiplicative trend no additive season, for those recursions divide by numbers near zero.
  var isStable: Bool {
    switch error {
    case .additive: trend != .multiplicative && season != .multiplicative
    case .multiplicative: !(trend == .multiplicative && season == .additive)
    }
  }

  /// How many smoothing parameters there are: of α, β, γ and φ.
  var smoothingCount: Int {
    1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : 1) + (isDamped ? 1 : 0)
  }

  /// How many numbers are searched: smoothing parameters, initial states (the seasonal ones less one
  /// for their constraint) and coefficients.
  func coordinateCount(seasonLength: Int, regressorCount: Int) -> Int {
    smoothingCount + 1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : seasonLength - 1)
      + regressorCount
  }

  static let all: [ETSForm] = ErrorKind.allCases.flatMap { error in
    Season.allCases.flatMap { season in
      [
        ETSForm(error: error, season: season),
        ETSForm(error: error, trend: .additive, season: season),
        ETSForm(error: error, trend: .additive, isDamped: true, season: season),
        ETSForm(error: error, trend: .multiplicative, season: season),
        ETSForm(error: error, trend: .multiplicative, isDamped: true, season: season),
      ]
    }
  }
}

extension ETSForm: CustomStringConvertible, Codable {
  public var description: String { "ETS(\(error.rawValue),\(trendCode),\(season.rawValue))" }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let code = try container.decode(String.self)
    guard let form = ETSForm(code) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(code)' is no ETS form")
    }
    self = form
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }
}

/// A form in which letters may be left open: `ZZZ`, `MZN`, or `automatic` for all.
struct ETSFormPattern {
  private let error: ETSForm.ErrorKind?
  /// `nil` for any.
  private let trend: (kind: ETSForm.Trend, isDamped: Bool)?
  private let season: ETSForm.Season?

  init?(_ text: String) {
    if text == "automatic" {
      (error, trend, season) = (nil, nil, nil)
      return
    }
    var letters = Substring(text)
    if letters.hasPrefix("ETS(") { letters = letters.dropFirst(4) }
    letters = Substring(letters.filter { !"(), ".contains($0) })
    guard letters.count == 3 || letters.count == 4, let first = letters.first,
      let last = letters.last
    else { return nil }
    let middle = String(letters.dropFirst().dropLast())
    error = ETSForm.ErrorKind(rawValue: String(first))
    season = ETSForm.Season(rawValue: String(last))
    let isDamped = middle.count == 2 && middle.hasSuffix("d")
    let kind = ETSForm.Trend(rawValue: String(middle.prefix(1)))
    trend = kind.map { ($0, isDamped) }
    guard error != nil || first == "Z", season != nil || last == "Z",
      middle == "Z"
        || (trend != nil && (middle.count == 1 || (isDamped && kind != ETSForm.Trend.none)))
    else { return nil }
  }

  var isExact: Bool { error != nil && trend != nil && season != nil }

  /// The forms that it stands for, in the order in which they are fitted: simple ones first, each
  /// after those that it starts from.
  var forms: [ETSForm] {
    ETSForm.all.filter { form in
      (error == nil || form.error == error) && (season == nil || form.season == season)
        && (trend == nil || (form.trend == trend?.kind && form.isDamped == trend?.isDamped))
        && (isExact || form.isStable)
    }
  }

  /// Whether the trend is left open.
  var hasOpenTrend: Bool { trend == nil }
  var hasOpenSeason: Bool { season == nil }
}
