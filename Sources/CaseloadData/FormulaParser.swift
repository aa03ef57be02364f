/// Recursive descent over the characters of a formula.
struct FormulaParser {
  private let characters: [Character]
  private var position = 0

  static let functions = ["log", "log10", "log1p", "exp", "sqrt", "abs"]

  init(_ text: String) { characters = Array(text) }

  mutating func parse() throws(Diagnostic) -> (
    response: Formula.Factor, terms: [Formula.Term], hasIntercept: Bool
  ) {
    let begin = position
    let response = try arithmetic()
    let label = source(from: begin)
    try expect("~", Text(en: "Expected '~' after the response", zh: "因变量之后应为 '~'"))
    var (terms, intercept) = try sum()
    if peek() == "|" {
      throw failure(
        Text(
          en: "Fixed effects after '|' are not read here; write them as C(x)",
          zh: "此处不支持 '|' 后的固定效应，请写作 C(x)"))
    }
    guard peek() == nil else {
      throw failure(
        Text(en: "Unexpected '\(characters[position])'", zh: "意外的 '\(characters[position])'"))
    }
    // By order, and within it as written; the library promises no stable sort.
    terms = terms.enumerated()
      .sorted { ($0.element.factors.count, $0.offset) < ($1.element.factors.count, $1.offset) }
      .map(\.element)
    return (Formula.Factor(expression: response, label: label), terms, intercept)
  }

  // sum := ['+' | '-'] product { ('+' | '-') product }
  private mutating func sum() throws(Diagnostic) -> ([Formula.Term], Bool) {
    var terms: [Formula.Term] = []
    var intercept = true
    var adding = true
    if peek() == "-" || peek() == "+" { adding = take() == "+" }
    while true {
      skipBlanks()
      let begin = position
      if let digit = peek(), digit == "0" || digit == "1", isLoneDigit() {
        position += 1
        intercept = digit == "1" ? adding : (adding ? false : true)
      } else {
        for term in try product() {
          let key = Set(term.factors.map(\.label))
          let existing = terms.firstIndex { Set($0.factors.map(\.label)) == key }
          if adding, existing == nil { terms.append(term) }
          if !adding {
            guard let existing else {
              position = begin
              throw failure(
                Text(en: "A term is removed that is not there", zh: "所去掉的项并不存在"))
            }
            terms.remove(at: existing)
          }
        }
      }
      guard let operation = peek(), operation == "+" || operation == "-" else { break }
      adding = take() == "+"
    }
    return (terms, intercept)
  }

  // product := interaction { '*' interaction }
  private mutating func product() throws(Diagnostic) -> [Formula.Term] {
    var terms = try interaction()
    while peek() == "*" {
      position += 1
      let right = try interaction()
      terms += right + Self.crossed(terms, right)
    }
    return terms
  }

  // interaction := atom { ':' atom }
  private mutating func interaction() throws(Diagnostic) -> [Formula.Term] {
    var terms = try atom()
    while peek() == ":" {
      position += 1
      terms = Self.crossed(terms, try atom())
    }
    return terms
  }

  private static func crossed(_ a: [Formula.Term], _ b: [Formula.Term]) -> [Formula.Term] {
    a.flatMap { left in
      b.map { right in
        Formula.Term(
          factors: left.factors
            + right.factors.filter { new in !left.factors.contains { $0.label == new.label } })
      }
    }
  }

  // atom := '(' sum ')' | poly(x, k) | C(x) | I(arithmetic) | function(arithmetic) | name
  private mutating func atom() throws(Diagnostic) -> [Formula.Term] {
    if peek() == "(" {
      position += 1
      let (terms, _) = try sum()
      try expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return terms
    }
    let begin = position
    skipBlanks()
    let start = position
    guard let name = name() else {
      position = start
      throw failure(Text(en: "Expected a variable", zh: "此处应为变量名"))
    }
    guard peek() == "(" else { return [Self.term(.variable(name), name)] }
    switch name {
    case "poly":
      position += 1
      let inner = position
      let expression = try arithmetic()
      let label = source(from: inner)
      try expect(",", Text(en: "Expected ', degree'", zh: "应为“， 次数”"))
      guard let degree = number(), degree >= 1, degree <= 20, degree == degree.rounded() else {
        throw failure(Text(en: "Expected a degree from 1 to 20", zh: "次数应为 1 到 20"))
      }
      if peek() == "," {
        position += 1
        guard self.name() == "raw", take() == "=",
          ["TRUE", "T", "true", "True"].contains(self.name())
        else {
          throw failure(
            Text(en: "Only raw = TRUE is known here", zh: "此处只接受 raw = TRUE"))
        }
      }
      try expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return (1...Int(degree)).map { power in
        power == 1
          ? Self.term(expression, label)
          : Self.term(.binary("^", expression, .number(Double(power))), "\(label)^\(power)")
      }
    case "C", "factor":
      position += 1
      guard let column = self.name() else {
        throw failure(Text(en: "Expected a column", zh: "此处应为列名"))
      }
      try expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      // Not the column's own name: year + C(year) are two terms.
      return [Self.term(.category(column), "C(\(column))")]
    case "I":
      position += 1
      let expression = try arithmetic()
      try expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return [Self.term(expression, source(from: start))]
    default:
      position = begin
      let expression = try primary()
      return [Self.term(expression, source(from: begin))]
    }
  }

  private static func term(_ expression: Formula.Expression, _ label: String) -> Formula.Term {
    Formula.Term(factors: [Formula.Factor(expression: expression, label: label)])
  }

  // arithmetic := factor { ('+' | '-') factor }, with the usual precedence
  private mutating func arithmetic() throws(Diagnostic) -> Formula.Expression {
    var left = try quotient()
    while let operation = peek(), operation == "+" || operation == "-" {
      position += 1
      left = .binary(operation, left, try quotient())
    }
    return left
  }

  private mutating func quotient() throws(Diagnostic) -> Formula.Expression {
    var left = try signed()
    while let operation = peek(), operation == "*" || operation == "/" {
      position += 1
      left = .binary(operation, left, try signed())
    }
    return left
  }

  private mutating func signed() throws(Diagnostic) -> Formula.Expression {
    if peek() == "-" {
      position += 1
      return .negative(try signed())
    }
    return try power()
  }

  private mutating func power() throws(Diagnostic) -> Formula.Expression {
    let base = try primary()
    if peek() == "^" {
      position += 1
      return .binary("^", base, try signed())
    }
    if peek() == "*", position + 1 < characters.count, characters[position + 1] == "*" {
      position += 2
      return .binary("^", base, try signed())
    }
    return base
  }

  private mutating func primary() throws(Diagnostic) -> Formula.Expression {
    if let number = number() { return .number(number) }
    if peek() == "(" {
      position += 1
      let inner = try arithmetic()
      try expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return inner
    }
    skipBlanks()
    let start = position
    guard let name = name() else {
      throw failure(Text(en: "Expected a variable or a number", zh: "此处应为变量或数字"))
    }
    guard peek() == "(" else { return .variable(name) }
    guard Self.functions.contains(name) else {
      position = start
      let known = Self.functions + ["I", "C", "factor", "poly"]
      let nearest = Suggestion.nearest(to: name, among: known)
      throw failure(
        Text(
          en: "There is no function '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
          zh: "没有函数 '\(name)'" + (nearest.map { "，是否应为 '\($0)'?" } ?? "")))
    }
    position += 1
    let argument = try arithmetic()
    try expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
    return .call(name, argument)
  }

  // Characters.

  private mutating func skipBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  private mutating func peek() -> Character? {
    skipBlanks()
    return position < characters.count ? characters[position] : nil
  }

  private mutating func take() -> Character? {
    guard let character = peek() else { return nil }
    position += 1
    return character
  }

  private func isLoneDigit() -> Bool {
    guard position + 1 < characters.count else { return true }
    let next = characters[position + 1]
    return !(next.isNumber || next == "." || next.isLetter || next == "_")
  }

  /// A letter or underscore, then letters, digits, underscores and dots; or anything in backticks.
  private mutating func name() -> String? {
    guard let first = peek() else { return nil }
    if first == "`" {
      guard let end = characters[(position + 1)...].firstIndex(of: "`") else { return nil }
      defer { position = end + 1 }
      return String(characters[(position + 1)..<end])
    }
    guard first.isLetter || first == "_" else { return nil }
    let start = position
    while position < characters.count,
      characters[position].isLetter || characters[position].isNumber || characters[position] == "_"
        || characters[position] == "."
    {
      position += 1
    }
    return String(characters[start..<position])
  }

  private mutating func number() -> Double? {
    guard let first = peek(), first.isNumber || first == "." else { return nil }
    let start = position
    while position < characters.count {
      let c = characters[position]
      let isExponentSign =
        (c == "+" || c == "-") && position > start
        && (characters[position - 1] == "e" || characters[position - 1] == "E")
      guard c.isNumber || c == "." || c == "e" || c == "E" || isExponentSign else { break }
      position += 1
    }
    guard let value = Double(String(characters[start..<position])) else {
      position = start
      return nil
    }
    return value
  }

  private func source(from begin: Int) -> String {
    var text = String(characters[begin..<position])
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  private mutating func expect(_ character: Character, _ message: Text) throws(Diagnostic) {
    guard peek() == character else { throw failure(message) }
    position += 1
  }

  private func failure(_ message: Text) -> Diagnostic {
    let caret = "\n    \(String(characters))\n    \(String(repeating: " ", count: position))^"
    return Diagnostic(
      .formulaSyntax, .error,
      Text(
        en: message.en + " at character \(position + 1) of the formula." + caret,
        zh: message.zh + "（公式第 \(position + 1) 个字符）。" + caret),
      hint: Text(
        en: "A formula reads: filings ~ judges + C(court) + I(year^2).",
        zh: "公式示例：filings ~ judges + C(court) + I(year^2)。"))
  }
}
