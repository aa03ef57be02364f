/// A result as it is written: what made it, from what, and how to make it again.
///
/// No clock is read: the same inputs, options and seed give the same bytes.
public struct Envelope<Payload: Encodable & Sendable>: Encodable, Sendable {
  /// Such as `caseload.forecast/1`; the number changes when a field changes its meaning.
  public let schema: String
  /// The version of Caseload.
  public let version: String
  /// A command line that makes this result again.
  public let command: [String]
  /// What the random draws started from; `nil` where there are none.
  public let seed: UInt64?
  /// The inputs' SHA-256, by file name.
  public let inputs: [String: String]
  /// The result itself.
  public let payload: Payload
  /// What was noticed on the way.
  public let diagnostics: [Diagnostic]

  public init(
    schema: String, version: String, command: [String], seed: UInt64?, inputs: [String: String],
    payload: Payload, diagnostics: [Diagnostic]
  ) {
    self.schema = schema
    self.version = version
    self.command = command
    self.seed = seed
    self.inputs = inputs
    self.payload = payload
    self.diagnostics = diagnostics
  }
}

/// An estimate with its uncertainty, as every command reports one.
public struct Estimate: Codable, Sendable, Equatable {
  /// The point estimate.
  public let value: Double
  /// `nil` where it is not identified.
  public let standardError: Double?
  /// The interval; `nil` where it is not identified.
  public let lower: Double?
  public let upper: Double?
  /// The coverage of the interval, such as 0.95.
  public let level: Double
  /// Two-sided, against no effect.
  public let pValue: Double?

  public init(
    value: Double, standardError: Double?, lower: Double?, upper: Double?, level: Double,
    pValue: Double?
  ) {
    self.value = value
    self.standardError = standardError
    self.lower = lower
    self.upper = upper
    self.level = level
    self.pValue = pValue
  }

  /// The same quantity after an increasing transformation, such as `expm1` from logs to a rate;
  /// the standard error by the delta method.
  public func transformed(derivative: Double, _ f: (Double) -> Double) -> Estimate {
    Estimate(
      value: f(value), standardError: standardError.map { $0 * abs(derivative) },
      lower: lower.map(f), upper: upper.map(f), level: level, pValue: pValue)
  }
}
