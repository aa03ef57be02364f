import CaseloadMath

/// Arithmetic over named numbers, as definitions of indicators write it: `resolved / (accepted + 1)`.
///
/// Numbers, names, `+ − * / ^`, parentheses, comparisons (1 or 0) and the functions of formulas; a
/// name with blanks stands in backticks.
public struct ArithmeticExpression: Sendable, Equatable {
  public let text: String
  private let expression: Formula.Expression

  /// The expression that `text` writes.
  ///
  /// - Parameter text: arithmetic.
  /// - Throws: ``DiagnosticCode/formulaSyntax`` with a caret at the character.
  public init(_ text: String) throws(Diagnostic) {
    var arithmetic = FormulaArithmetic(FormulaScanner(text))
    let expression = try arithmetic.comparison()
    guard arithmetic.scanner.peek() == nil else {
      throw arithmetic.scanner.failure(
        Text(
          en: "Unexpected '\(arithmetic.scanner.current)'",
          zh: "意外的 '\(arithmetic.scanner.current)'"))
    }
    guard Self.isScalar(expression) else {
      throw Diagnostic(
        .formulaSyntax, .error,
        Text(
          en: "'\(text)' compares texts or looks at other periods, which a definition cannot.",
          zh: "'\(text)' 含文字比较或其他时期的值，定义中不可使用。"),
        hint: Text(
          en: "Use numbers, names of columns, + - * / ^ and functions such as log.",
          zh: "请使用数字、列名、+ - * / ^ 及 log 等函数。"))
    }
    self.text = text
    self.expression = expression
  }

  /// The names that it uses, sorted.
  public var variables: [String] { expression.variables.sorted() }

  /// Its value; `nil` where a name has none, or outside the domain of a function or division.
  public func value(_ values: [String: Double]) -> Double? {
    let result = Self.evaluated(expression, values)
    return result.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func isScalar(_ expression: Formula.Expression) -> Bool {
    switch expression {
    case .variable, .number: true
    case .negative(let inner), .call(_, let inner): isScalar(inner)
    case .binary(_, let left, let right), .comparison(_, let left, let right):
      isScalar(left) && isScalar(right)
    case .text, .lagged, .category, .indicators, .spline: false
    }
  }

  private static func evaluated(_ expression: Formula.Expression, _ values: [String: Double])
    -> Double?
  {
    switch expression {
    case .variable(let name): return values[name].flatMap { $0.isNaN ? nil : $0 }
    case .number(let number): return number
    case .negative(let inner): return evaluated(inner, values).map { -$0 }
    case .binary(let operation, let left, let right):
      guard let a = evaluated(left, values), let b = evaluated(right, values) else { return nil }
      switch operation {
      case "+": return a + b
      case "-": return a - b
      case "*": return a * b
      case "/": return b == 0 ? nil : a / b
      default: return pow(a, b)
      }
    case .comparison(let operation, let left, let right):
      guard let a = evaluated(left, values), let b = evaluated(right, values) else { return nil }
      let holds =
        switch operation {
        case "==": a == b
        case "!=": a != b
        case "<": a < b
        case "<=": a <= b
        case ">": a > b
        default: a >= b
        }
      return holds ? 1 : 0
    case .call(let name, let argument):
      guard let x = evaluated(argument, values) else { return nil }
      switch name {
      case "log": return log(x)
      case "log10": return log10(x)
      case "log1p": return log1p(x)
      case "exp": return exp(x)
      case "sqrt": return x.squareRoot()
      case "sin": return sin(x)
      case "cos": return cos(x)
      case "floor": return x.rounded(.down)
      case "round": return x.rounded(.toNearestOrEven)
      default: return abs(x)
      }
    case .text, .lagged, .category, .indicators, .spline: return nil
    }
  }
}
