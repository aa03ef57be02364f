/// Arithmetic over columns: `log(x + 1) / judges`, `year >= 2015`.
struct FormulaArithmetic {
  var scanner: FormulaScanner

  /// The functions of one number.
  static let functions = [
    "log", "log10", "log1p", "exp", "sqrt", "abs", "sin", "cos", "floor", "round",
  ]

  init(_ scanner: FormulaScanner) { self.scanner = scanner }

  // comparison := sum [ ('==' | '!=' | '<=' | '>=' | '<' | '>') sum ]
  mutating func comparison() throws(Diagnostic) -> Formula.Expression {
    let left = try expression()
    for operation in ["==", "!=", "<=", ">=", "<", ">"] where scanner.takes(operation) {
      return .comparison(operation, left, try expression())
    }
    return left
  }

  // sum := quotient { ('+' | '-') quotient }, with the usual precedence
  mutating func expression() throws(Diagnostic) -> Formula.Expression {
    var left = try quotient()
    while let operation = scanner.peek(), operation == "+" || operation == "-" {
      scanner.advance()
      left = .binary(operation, left, try quotient())
    }
    return left
  }

  private mutating func quotient() throws(Diagnostic) -> Formula.Expression {
    var left = try signed()
    while let operation = scanner.peek(), operation == "*" || operation == "/" {
      scanner.advance()
      left = .binary(operation, left, try signed())
    }
    return left
  }

  private mutating func signed() throws(Diagnostic) -> Formula.Expression {
    if scanner.peek() == "-" {
      scanner.advance()
      return .negative(try signed())
    }
    return try power()
  }

  private mutating func power() throws(Diagnostic) -> Formula.Expression {
    let base = try primary()
    if scanner.takes("^") || scanner.takes("**") { return .binary("^", base, try signed()) }
    return base
  }

  mutating func primary() throws(Diagnostic) -> Formula.Expression {
    if let number = scanner.number() { return .number(number) }
    if let text = scanner.quotedText() { return .text(text) }
    if scanner.peek() == "(" {
      scanner.advance()
      let inner = try comparison()
      try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return inner
    }
    scanner.skipBlanks()
    let start = scanner
    guard let name = scanner.name() else {
      throw start.failure(Text(en: "Expected a variable or a number", zh: "此处应为变量或数字"))
    }
    guard scanner.peek() == "(" else { return name == "pi" ? .number(.pi) : .variable(name) }
    scanner.advance()
    if name == "I" {
      let inner = try comparison()
      try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return inner
    }
    if ["lag", "lead", "diff"].contains(name) {
      let argument = try expression()
      var periods = 1
      if scanner.peek() == "," {
        scanner.advance()
        guard let number = scanner.signedNumber(), number == number.rounded(), abs(number) < 1e6
        else {
          throw scanner.failure(Text(en: "Expected a number of periods", zh: "此处应为期数"))
        }
        periods = Int(number)
      }
      try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return Self.shifted(name, argument, periods)
    }
    guard Self.functions.contains(name) else {
      let known = Self.functions + FormulaFunctions.names
      let nearest = Suggestion.nearest(to: name, among: known)
      throw start.failure(
        Text(
          en: "There is no function '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
          zh: "没有函数 '\(name)'" + (nearest.map { "，是否应为 '\($0)'?" } ?? "")))
    }
    let argument = try expression()
    try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
    return .call(name, argument)
  }

  /// `lag`, `lead` or `diff` by a number of periods.
  static func shifted(_ name: String, _ argument: Formula.Expression, _ periods: Int)
    -> Formula.Expression
  {
    switch name {
    case "lead": .lagged(argument, periods: -periods)
    case "diff": .binary("-", argument, .lagged(argument, periods: periods))
    default: .lagged(argument, periods: periods)
    }
  }
}
