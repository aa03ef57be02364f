/// A model formula in the notation of Wilkinson and Rogers, as R writes it.
///
/// ```
/// filings ~ judges + C(court) + I(year^2) + log(population) + court:caseType
/// ```
///
/// Read are `+`, `-`, `:`, `*`, parentheses, `0` and `1` for the intercept, `I(…)` around
/// arithmetic, `poly(x, k)` for raw powers, `C(x)` or `factor(x)` for categories, and the functions
/// log, log10, log1p, exp, sqrt and abs.
///
/// - Source: Wilkinson & Rogers (1973), *Applied Statistics* 22, 392–399; Chambers & Hastie,
///   *Statistical Models in S* (1992), ch. 2.
public struct Formula: Sendable, Equatable {
  /// An arithmetic expression over columns.
  public indirect enum Expression: Sendable, Equatable {
    case variable(String)
    case number(Double)
    case negative(Expression)
    case binary(Character, Expression, Expression)
    case call(String, Expression)
    /// A column taken as categories.
    case category(String)
  }

  /// A product of factors; without any, the intercept.
  public struct Term: Sendable, Equatable {
    public var factors: [Factor]
  }

  public struct Factor: Sendable, Equatable {
    public let expression: Expression
    /// As the coefficient table shows it.
    public let label: String
  }

  public let text: String
  public let response: Factor
  public let terms: [Term]
  public let hasIntercept: Bool

  /// - Throws: ``DiagnosticCode/formulaSyntax``, with a caret at the character.
  public init(_ text: String) throws(Diagnostic) {
    var parser = FormulaParser(text)
    (response, terms, hasIntercept) = try parser.parse()
    self.text = text
  }
}
