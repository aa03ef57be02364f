/// A model formula in the notation of Wilkinson and Rogers, as R writes it.
///
/// ```
/// filings ~ mediation * post + log(population) | court + month
/// ```
///
/// Terms are joined by `+`, `-`, `:`, `*`, `/` (nesting), `^` (all interactions up to an order) and
/// parentheses; `0` and `1` stand for the intercept. A term may be
///
/// - arithmetic inside `I(…)`, with comparisons such as `I(year >= 2015)` or `I(court == "East")`;
/// - a function: log, log10, log1p, exp, sqrt, abs, sin, cos, floor, round;
/// - `C(x)` or `factor(x)` for categories, with `ref = "level"` for the reference level;
/// - `i(x, ref = level)` for one indicator a level, and `i(x, z, ref = level)` for one slope of z a
///   level, as fixest names them;
/// - `poly(x, k)` for raw powers, `bs(x, df = k)` and `ns(x, df = k)` for B-splines and natural
///   splines;
/// - `lag(x, k)`, `lead(x, k)` and `diff(x, k)` along the periods of each unit, k a number or a
///   range `1:3`;
/// - `offset(…)`, `weights(…)` and `cluster(a, b)`, which are no columns.
///
/// After a bar follow fixed effects that are absorbed, `a^b` being the pairs of a and b; after
/// another, or where there are none, endogenous variables and their instruments: `y ~ x | court |
/// price ~ cost`.
///
/// - Source: Wilkinson & Rogers (1973), *Applied Statistics* 22, 392–399; Chambers & Hastie,
///   *Statistical Models in S* (1992), ch. 2.
public struct Formula: Sendable, Equatable {
  /// An arithmetic expression over columns.
  public indirect enum Expression: Sendable, Equatable {
    case variable(String)
    case number(Double)
    case text(String)
    case negative(Expression)
    case binary(Character, Expression, Expression)
    /// 1 where the comparison holds: `==`, `!=`, `<`, `<=`, `>`, `>=`.
    case comparison(String, Expression, Expression)
    case call(String, Expression)
    /// The value `periods` earlier in the same unit; later for a negative number.
    case lagged(Expression, periods: Int)
    /// A column taken as categories, the reference level first.
    case category(String, reference: String?)
    /// One column a level of a category but the references, times a factor if there is one.
    case indicators(String, times: String?, references: [String])
    case spline(Spline)
  }

  /// A basis of piecewise polynomials.
  public struct Spline: Sendable, Equatable {
    public enum Kind: String, Sendable { case bs, ns }
    public let kind: Kind
    public let argument: Box
    public let degreesOfFreedom: Int?
    public let knots: [Double]
    public let degree: Int

    /// An expression inside an expression.
    public struct Box: Sendable, Equatable {
      private let held: [Expression]
      init(_ expression: Expression) { held = [expression] }
      public var expression: Expression { held[0] }
    }
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
  /// Expressions added to the linear predictor with a coefficient of one.
  public let offsets: [Factor]
  /// The weights of the rows.
  public let weights: Factor?
  /// The columns of `cluster(…)`.
  public let clusters: [String]
  /// Each absorbed effect as the columns whose combinations are its levels.
  public let fixedEffects: [[String]]
  /// Variables that are correlated with the error.
  public let endogenous: [Term]
  /// What moves the endogenous variables and nothing else.
  public let instruments: [Term]

  /// - Throws: ``DiagnosticCode/formulaSyntax``, with a caret at the character.
  public init(_ text: String) throws(Diagnostic) {
    var parser = FormulaParser(text)
    let parts = try parser.parse()
    self.text = text
    response = parts.response
    terms = parts.terms
    hasIntercept = parts.hasIntercept
    offsets = parts.offsets
    weights = parts.weights
    clusters = parts.clusters
    fixedEffects = parts.fixedEffects
    endogenous = parts.endogenous
    instruments = parts.instruments
  }
}

extension Formula.Expression {
  /// The columns that it names.
  var variables: Set<String> {
    switch self {
    case .variable(let name), .category(let name, _): [name]
    case .number, .text: []
    case .negative(let inner), .call(_, let inner), .lagged(let inner, _): inner.variables
    case .binary(_, let left, let right), .comparison(_, let left, let right):
      left.variables.union(right.variables)
    case .indicators(let name, let times, _): times.map { [name, $0] } ?? [name]
    case .spline(let spline): spline.argument.expression.variables
    }
  }
}
