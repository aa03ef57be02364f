/// Something that a person should know, with where and what to do: thrown, or kept as a warning.
///
/// The command line, reports and result files all show this one type.
public struct Diagnostic: Error, Codable, Sendable, Equatable {
  /// A note informs, a warning asks for care, an error stops.
  public enum Severity: String, Codable, Sendable { case note, warning, error }

  /// Where in the input; whatever is known of it.
  public struct Location: Codable, Sendable, Equatable {
    public var file: String?
    /// The line of the file, the header being line 1.
    public var row: Int?
    public var column: String?
    /// The series, by its keys: `court=East, caseType=family`.
    public var series: String?
    public var period: String?

    public init(
      file: String? = nil, row: Int? = nil, column: String? = nil, series: String? = nil,
      period: String? = nil
    ) {
      self.file = file
      self.row = row
      self.column = column
      self.series = series
      self.period = period
    }
  }

  /// What kind of problem it is; stable, for programs.
  public let code: DiagnosticCode
  public let severity: Severity
  /// What is wrong, as a sentence.
  public let message: Text
  public let location: Location?
  /// What to do about it.
  public let hint: Text?

  public init(
    _ code: DiagnosticCode, _ severity: Severity = .error, _ message: Text,
    at location: Location? = nil, hint: Text? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.location = location
    self.hint = hint
  }

  /// The same, with `location` filled in where it said nothing yet.
  public func located(_ outer: Location) -> Diagnostic {
    var merged = location ?? Location()
    merged.file = merged.file ?? outer.file
    merged.row = merged.row ?? outer.row
    merged.column = merged.column ?? outer.column
    merged.series = merged.series ?? outer.series
    merged.period = merged.period ?? outer.period
    return Diagnostic(code, severity, message, at: merged, hint: hint)
  }

  /// The same as a note: why a part of an answer is missing.
  public var asNote: Diagnostic { Diagnostic(code, .note, message, at: location, hint: hint) }

  /// The same as an error: what `--strict` makes of a note.
  public var asError: Diagnostic { Diagnostic(code, .error, message, at: location, hint: hint) }
}
