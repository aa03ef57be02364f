/// Recursive descent over the characters of a formula.
struct FormulaParser {
  private var scanner: FormulaScanner
  private var offsets: [Formula.Factor] = []
  private var weights: Formula.Factor?
  private var clusters: [String] = []
  /// Whether parentheses took the intercept away: `y ~ (x - 1)`.
  private var removesIntercept = false

  /// What a formula holds.
  struct Parts {
    var response: Formula.Factor
    var terms: [Formula.Term]
    var hasIntercept: Bool
    var offsets: [Formula.Factor] = []
    var weights: Formula.Factor?
    var clusters: [String] = []
    var fixedEffects: [[String]] = []
    var endogenous: [Formula.Term] = []
    var instruments: [Formula.Term] = []
  }

  init(_ text: String) { scanner = FormulaScanner(text) }

  mutating func parse() throws(Diagnostic) -> Parts {
    let begin = scanner.position
    var arithmetic = FormulaArithmetic(scanner)
    let response = try arithmetic.expression()
    scanner = arithmetic.scanner
    let label = scanner.source(from: begin)
    try scanner.expect("~", Text(en: "Expected '~' after the response", zh: "因变量之后应为 '~'"))
    let (terms, intercept) = try sum()
    var parts = Parts(
      response: Formula.Factor(expression: response, label: label), terms: Self.ordered(terms),
      hasIntercept: intercept && !removesIntercept)
    var bars = 0
    while scanner.peek() == "|" {
      bars += 1
      guard bars <= 2, parts.instruments.isEmpty else {
        throw scanner.failure(
          Text(
            en: "At most fixed effects and one set of instruments follow",
            zh: "竖线后最多为固定效应和一组工具变量"))
      }
      scanner.advance()
      scanner.skipBlanks()
      try absorbedOrInstrumented(&parts)
    }
    guard scanner.peek() == nil else {
      throw scanner.failure(
        Text(
          en: "Unexpected '\(scanner.current)'", zh: "意外的 '\(scanner.current)'"))
    }
    parts.offsets = offsets
    parts.weights = weights
    parts.clusters = clusters
    return parts
  }

  /// By order, and within it as written; the library promises no stable sort.
  private static func ordered(_ terms: [Formula.Term]) -> [Formula.Term] {
    terms.enumerated()
      .sorted { ($0.element.factors.count, $0.offset) < ($1.element.factors.count, $1.offset) }
      .map(\.element)
  }

  // part := effect { '+' effect } | '0' | sum '~' sum
  private mutating func absorbedOrInstrumented(_ parts: inout Parts) throws(Diagnostic) {
    let start = scanner
    if scanner.hasTilde() {
      let (endogenous, _) = try sum()
      try scanner.expect(
        "~", Text(en: "Expected '~' before the instruments", zh: "工具变量之前应为 '~'"))
      let begin = scanner.position
      let (instruments, _) = try sum()
      guard !endogenous.isEmpty, !instruments.isEmpty else {
        scanner.position = endogenous.isEmpty ? start.position : begin
        throw scanner.failure(Text(en: "Expected a variable", zh: "此处应为变量名"))
      }
      parts.endogenous = endogenous
      parts.instruments = instruments
      return
    }
    guard parts.fixedEffects.isEmpty else {
      throw scanner.failure(
        Text(
          en: "Expected instruments as endogenous ~ instrument",
          zh: "此处应为工具变量，写作 内生变量 ~ 工具变量"))
    }
    if scanner.peek() == "0", scanner.isLoneDigit() {
      scanner.advance()
      return
    }
    while true {
      var effect: [String] = []
      repeat {
        if scanner.peek() == "^" { scanner.advance() }
        effect.append(try effectColumn())
      } while scanner.peek() == "^"
      if scanner.peek() == "[" {
        throw scanner.failure(
          Text(
            en: "Slopes that vary by group are not absorbed; write court:x before the bar",
            zh: "不支持吸收随组变化的斜率，请在竖线前写作 court:x"))
      }
      if !parts.fixedEffects.contains(effect) { parts.fixedEffects.append(effect) }
      guard scanner.peek() == "+" else { break }
      scanner.advance()
    }
  }

  private mutating func effectColumn() throws(Diagnostic) -> String {
    let start = scanner.position
    guard let name = scanner.name() else {
      throw scanner.failure(Text(en: "Expected a fixed effect", zh: "此处应为固定效应变量"))
    }
    guard scanner.peek() == "(" else { return name }
    guard name == "C" || name == "factor" else {
      scanner.position = start
      throw scanner.failure(
        Text(en: "Expected a column for a fixed effect", zh: "固定效应应为一列的列名"))
    }
    scanner.advance()
    guard let column = scanner.name() else {
      throw scanner.failure(Text(en: "Expected a column", zh: "此处应为列名"))
    }
    try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
    return column
  }

  // sum := ['+' | '-'] product { ('+' | '-') product }
  private mutating func sum() throws(Diagnostic) -> ([Formula.Term], Bool) {
    var terms: [Formula.Term] = []
    var intercept = true
    var adding = true
    if scanner.peek() == "-" || scanner.peek() == "+" { adding = scanner.take() == "+" }
    while true {
      scanner.skipBlanks()
      let begin = scanner.position
      if let digit = scanner.peek(), digit == "0" || digit == "1", scanner.isLoneDigit() {
        scanner.advance()
        intercept = digit == "1" ? adding : (adding ? false : true)
      } else if try special(adding: adding) {
        // An offset, weights or clusters: no term.
      } else {
        for term in try product() {
          let key = Set(term.factors.map(\.label))
          let existing = terms.firstIndex { Set($0.factors.map(\.label)) == key }
          if adding, existing == nil { terms.append(term) }
          if !adding {
            guard let existing else {
              scanner.position = begin
              throw scanner.failure(
                Text(en: "A term is removed that is not there", zh: "所去掉的项并不存在"))
            }
            terms.remove(at: existing)
          }
        }
      }
      guard let operation = scanner.peek(), operation == "+" || operation == "-" else { break }
      adding = scanner.take() == "+"
    }
    return (terms, intercept)
  }

  /// Reads `offset(…)`, `weights(…)` and `cluster(…)`.
  private mutating func special(adding: Bool) throws(Diagnostic) -> Bool {
    let start = scanner
    guard let name = scanner.name(), ["offset", "weights", "cluster"].contains(name),
      scanner.peek() == "("
    else {
      scanner = start
      return false
    }
    guard adding else {
      scanner = start
      throw scanner.failure(
        Text(en: "'\(name)(…)' cannot be taken away", zh: "'\(name)(…)' 不能被去掉"))
    }
    scanner.advance()
    if name == "cluster" {
      repeat {
        if scanner.peek() == "," { scanner.advance() }
        guard let column = scanner.name() else {
          throw scanner.failure(Text(en: "Expected a column", zh: "此处应为列名"))
        }
        clusters.append(column)
      } while scanner.peek() == ","
    } else {
      let begin = scanner.position
      var arithmetic = FormulaArithmetic(scanner)
      let expression = try arithmetic.expression()
      scanner = arithmetic.scanner
      let factor = Formula.Factor(expression: expression, label: scanner.source(from: begin))
      if name == "offset" {
        offsets.append(factor)
      } else {
        guard weights == nil else {
          throw start.failure(Text(en: "There are weights already", zh: "权重重复"))
        }
        weights = factor
      }
    }
    try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
    return true
  }

  // product := interaction { ('*' | '/') interaction }
  private mutating func product() throws(Diagnostic) -> [Formula.Term] {
    var terms = try interaction()
    while let operation = scanner.peek(), operation == "*" || operation == "/" {
      scanner.advance()
      let right = try interaction()
      if operation == "*" {
        terms = Self.distinct(terms + right + Self.crossed(terms, right))
      } else {
        // b within the levels of everything to its left.
        let outer = Formula.Term(
          factors: terms.reduce(into: [Formula.Factor]()) { factors, term in
            factors += term.factors.filter { new in !factors.contains { $0.label == new.label } }
          })
        terms += Self.crossed([outer], right)
      }
    }
    return terms
  }

  // interaction := power { ':' power }
  private mutating func interaction() throws(Diagnostic) -> [Formula.Term] {
    var terms = try power()
    while scanner.peek() == ":" {
      scanner.advance()
      terms = Self.crossed(terms, try power())
    }
    return terms
  }

  // power := atom [ '^' order ]
  private mutating func power() throws(Diagnostic) -> [Formula.Term] {
    let terms = try atom()
    guard scanner.peek() == "^" else { return terms }
    scanner.advance()
    guard let order = scanner.number(), order >= 1, order <= 8, order == order.rounded() else {
      throw scanner.failure(
        Text(
          en: "Expected an order from 1 to 8; a square of a variable is I(x^2)",
          zh: "交互阶数应为 1 到 8；变量的平方请写作 I(x^2)"))
    }
    var result = terms
    for _ in 1..<max(1, Int(order)) {
      result = Self.distinct(result + Self.crossed(result, terms))
    }
    return result
  }

  /// Each product of factors once, in the order in which they first occur.
  private static func distinct(_ terms: [Formula.Term]) -> [Formula.Term] {
    var seen: Set<Set<String>> = []
    return terms.filter { seen.insert(Set($0.factors.map(\.label))).inserted }
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

  // atom := '(' sum ')' | name | function
  private mutating func atom() throws(Diagnostic) -> [Formula.Term] {
    if scanner.peek() == "(" {
      scanner.advance()
      let (terms, intercept) = try sum()
      if !intercept { removesIntercept = true }
      try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
      return terms
    }
    scanner.skipBlanks()
    let start = scanner
    guard let name = scanner.name() else {
      throw start.failure(Text(en: "Expected a variable", zh: "此处应为变量名"))
    }
    guard scanner.peek() == "(" else {
      return [Self.term(.variable(name), name)]
    }
    var functions = FormulaFunctions(scanner, start: start)
    let factors = try functions.factors(name)
    scanner = functions.scanner
    return factors.map { Formula.Term(factors: [$0]) }
  }

  private static func term(_ expression: Formula.Expression, _ label: String) -> Formula.Term {
    Formula.Term(factors: [Formula.Factor(expression: expression, label: label)])
  }
}
