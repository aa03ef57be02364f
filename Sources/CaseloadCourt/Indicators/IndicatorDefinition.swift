import CaseloadData

/// What an indicator is: a quotient of named columns, with everything that a reader must know of it.
///
/// ```
/// value = factor · numerator / denominator
/// ```
///
/// Definitions are data: the built-in ones lie in a file, and a user's file adds to them.
public struct IndicatorDefinition: Codable, Sendable, Equatable {
  /// Over which stretch of time it is computed.
  public enum PeriodRule: String, Codable, Sendable, CaseIterable {
    /// Each row's own period.
    case own
    /// January to December.
    case calendarYear = "calendar-year"
    /// December of the year before to November: the statistical year of Chinese courts.
    case statisticalYear = "statistical-year"
    /// January to the row's period.
    case yearToDate = "year-to-date"
    /// December of the year before to the row's period.
    case statisticalYearToDate = "statistical-year-to-date"
  }

  /// Which interval goes with it, where counts are given.
  public enum IntervalKind: String, Codable, Sendable, CaseIterable {
    case none
    /// The numerator is a part of the denominator.
    case wilson
    case clopperPearson = "clopper-pearson"
    /// The numerator is a count, the denominator is known.
    case poisson
  }

  /// How values are read.
  public enum Reading: String, Codable, Sendable, CaseIterable {
    case higherIsBetter = "higher-is-better"
    case lowerIsBetter = "lower-is-better"
    /// Good inside ``reference``, and better nowhere.
    case referenceInterval = "reference-interval"
    /// It describes and does not judge.
    case descriptive
  }

  public enum Status: String, Codable, Sendable, CaseIterable {
    case inForce = "in-force"
    case cancelled
    /// Of local or research use, never official there.
    case unofficial
  }

  /// Which case codes count.
  public struct Scope: Codable, Sendable, Equatable {
    /// Only these, where given.
    public var include: [String]?
    /// Never these.
    public var exclude: [String]?

    /// A scope; `nil` for no restriction.
    public init(include: [String]? = nil, exclude: [String]? = nil) {
      self.include = include
      self.exclude = exclude
    }

    /// Whether cases of `code` count. Codes are compared without blanks at their ends.
    public func contains(_ code: String) -> Bool {
      let code = Self.trimmed(code)
      return (include?.contains(code) ?? true) && !(exclude?.contains(code) ?? false)
    }

    private static func trimmed(_ code: String) -> String {
      var text = Substring(code)
      while text.first?.isWhitespace == true { text.removeFirst() }
      while text.last?.isWhitespace == true { text.removeLast() }
      return String(text)
    }
  }

  /// Bounds of good values; either may be open.
  public struct Reference: Codable, Sendable, Equatable {
    public var lower: Double?
    public var upper: Double?

    /// An interval.
    public init(lower: Double? = nil, upper: Double? = nil) {
      self.lower = lower
      self.upper = upper
    }
  }

  public let id: String
  public let name: Text
  public let numerator: ArithmeticExpression
  public let denominator: ArithmeticExpression
  /// 100 for percent, `days` for the days of the period, 10000 for a rate of ten thousand.
  public let factor: ArithmeticExpression
  public let unit: Text
  public let scope: Scope
  public let period: PeriodRule
  public let interval: IntervalKind
  public let rounding: IndicatorRounding
  public let reading: Reading
  public let reference: Reference?
  public let source: String
  public let status: Status
  public let validFrom: String?
  public let validTo: String?
  /// Whether it may be set as a target, and why not.
  public let mayBeTarget: Bool
  public let note: Text?

  /// The columns that it needs, sorted; `days` needs none.
  public var columns: [String] {
    Set(numerator.variables + denominator.variables + factor.variables)
      .subtracting(["days"]).sorted()
  }

  /// The formula as a person writes it.
  public var formula: String {
    func enclosed(_ part: ArithmeticExpression) -> String {
      part.text.contains { "+-*/ ".contains($0) } ? "(\(part.text))" : part.text
    }
    let quotient =
      denominator.text == "1" ? numerator.text : "\(enclosed(numerator)) / \(enclosed(denominator))"
    return factor.text == "1" ? quotient : "\(enclosed(factor)) × \(quotient)"
  }
}

extension IndicatorDefinition {
  private enum CodingKeys: String, CodingKey {
    case id, name, numerator, denominator, factor, unit, scope, period, interval, rounding, reading,
      reference, source, status, validFrom, validTo, mayBeTarget, note
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    guard !id.isEmpty, id.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .id, in: container,
        debugDescription: "an id has letters, digits, hyphens and dots only, and '\(id)' does not")
    }
    func text(_ key: CodingKeys) throws -> Text? {
      if let both = try? container.decode(String.self, forKey: key) { return Text(both) }
      return try container.decodeIfPresent(Text.self, forKey: key)
    }
    func expression(_ key: CodingKeys, default standard: String?) throws -> ArithmeticExpression {
      var written = standard
      if container.contains(key) {
        if let number = try? container.decode(Double.self, forKey: key) {
          written = NumberText.plain(number)
        } else {
          written = try container.decode(String.self, forKey: key)
        }
      }
      guard let written else {
        throw DecodingError.keyNotFound(
          key,
          DecodingError.Context(codingPath: container.codingPath, debugDescription: key.rawValue))
      }
      do throws(Diagnostic) {
        return try ArithmeticExpression(written)
      } catch {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: container.codingPath + [key], debugDescription: error.message.en,
            underlyingError: Diagnostic(
              .malformedDefinition, .error, error.message,
              hint: Text(
                en: "A formula reads: resolved / (accepted + reopened).",
                zh: "公式示例：resolved / (accepted + reopened)。"))))
      }
    }
    func label(_ key: CodingKeys) throws -> String? {
      if let number = try? container.decode(Int.self, forKey: key) { return String(number) }
      return try container.decodeIfPresent(String.self, forKey: key)
    }
    name = try text(.name) ?? Text(id)
    numerator = try expression(.numerator, default: nil)
    denominator = try expression(.denominator, default: "1")
    factor = try expression(.factor, default: "1")
    unit = try text(.unit) ?? Text("")
    scope = try container.decodeIfPresent(Scope.self, forKey: .scope) ?? Scope()
    period = try container.decodeIfPresent(PeriodRule.self, forKey: .period) ?? .own
    interval = try container.decodeIfPresent(IntervalKind.self, forKey: .interval) ?? .none
    rounding =
      try container.decodeIfPresent(IndicatorRounding.self, forKey: .rounding)
      ?? IndicatorRounding(decimals: 2)
    reading = try container.decodeIfPresent(Reading.self, forKey: .reading) ?? .descriptive
    reference = try container.decodeIfPresent(Reference.self, forKey: .reference)
    if let lower = reference?.lower, let upper = reference?.upper, lower > upper {
      throw DecodingError.dataCorruptedError(
        forKey: .reference, in: container, debugDescription: "the lower bound is above the upper")
    }
    source = try container.decodeIfPresent(String.self, forKey: .source) ?? ""
    status = try container.decodeIfPresent(Status.self, forKey: .status) ?? .unofficial
    validFrom = try label(.validFrom)
    validTo = try label(.validTo)
    mayBeTarget = try container.decodeIfPresent(Bool.self, forKey: .mayBeTarget) ?? true
    note = try text(.note)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(name, forKey: .name)
    try container.encode(numerator.text, forKey: .numerator)
    try container.encode(denominator.text, forKey: .denominator)
    try container.encode(factor.text, forKey: .factor)
    try container.encode(unit, forKey: .unit)
    try container.encode(scope, forKey: .scope)
    try container.encode(period, forKey: .period)
    try container.encode(interval, forKey: .interval)
    try container.encode(rounding, forKey: .rounding)
    try container.encode(reading, forKey: .reading)
    try container.encodeIfPresent(reference, forKey: .reference)
    try container.encode(source, forKey: .source)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(validFrom, forKey: .validFrom)
    try container.encodeIfPresent(validTo, forKey: .validTo)
    try container.encode(mayBeTarget, forKey: .mayBeTarget)
    try container.encodeIfPresent(note, forKey: .note)
  }
}
