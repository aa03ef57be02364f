/// The functions of a formula that stand for several columns or take options.
struct FormulaFunctions {
  var scanner: FormulaScanner
  private let start: FormulaScanner

  static let names = [
    "I", "C", "factor", "i", "poly", "bs", "ns", "lag", "lead", "diff", "offset", "weights",
    "cluster",
  ]

  /// - Parameters:
  ///   - scanner: at the opening parenthesis.
  ///   - start: at the name.
  init(_ scanner: FormulaScanner, start: FormulaScanner) {
    self.scanner = scanner
    self.start = start
  }

  /// The factors of `name(…)`, each a term of its own.
  mutating func factors(_ name: String) throws(Diagnostic) -> [Formula.Factor] {
    switch name {
    case "poly":
      scanner.advance()
      return try powers()
    case "C", "factor", "relevel":
      scanner.advance()
      return [try category()]
    case "i":
      scanner.advance()
      return [try indicators()]
    case "bs", "ns":
      scanner.advance()
      return [try spline(name)]
    case "lag", "lead", "diff":
      return try shifts(name)
    case "I":
      scanner.advance()
      var arithmetic = FormulaArithmetic(scanner)
      let expression = try arithmetic.comparison()
      scanner = arithmetic.scanner
      try close()
      return [factor(expression, label)]
    case "offset", "weights", "cluster":
      throw start.failure(
        Text(en: "'\(name)(…)' takes no part in products", zh: "'\(name)(…)' 不能参与乘积"))
    default:
      var arithmetic = FormulaArithmetic(start)
      let expression = try arithmetic.primary()
      scanner = arithmetic.scanner
      return [factor(expression, label)]
    }
  }

  private var label: String { scanner.source(from: start.position) }

  private func factor(_ expression: Formula.Expression, _ label: String) -> Formula.Factor {
    Formula.Factor(expression: expression, label: label)
  }

  private mutating func close() throws(Diagnostic) {
    try scanner.expect(")", Text(en: "Expected ')'", zh: "应为 ')'"))
  }

  private mutating func column() throws(Diagnostic) -> String {
    guard let column = scanner.name() else {
      throw scanner.failure(Text(en: "Expected a column", zh: "此处应为列名"))
    }
    return column
  }

  private mutating func argument() throws(Diagnostic) -> (Formula.Expression, String) {
    let begin = scanner.position
    var arithmetic = FormulaArithmetic(scanner)
    let expression = try arithmetic.expression()
    scanner = arithmetic.scanner
    return (expression, scanner.source(from: begin))
  }

  // poly(x, k [, raw = TRUE])
  private mutating func powers() throws(Diagnostic) -> [Formula.Factor] {
    let (expression, label) = try argument()
    try scanner.expect(",", Text(en: "Expected ', degree'", zh: "应为“， 次数”"))
    guard let degree = scanner.number(), degree >= 1, degree <= 20, degree == degree.rounded()
    else {
      throw scanner.failure(Text(en: "Expected a degree from 1 to 20", zh: "次数应为 1 到 20"))
    }
    if scanner.peek() == "," {
      scanner.advance()
      guard scanner.name() == "raw", scanner.take() == "=",
        ["TRUE", "T", "true", "True"].contains(scanner.name())
      else {
        throw scanner.failure(
          Text(en: "Only raw = TRUE is known here", zh: "此处只接受 raw = TRUE"))
      }
    }
    try close()
    return (1...Int(degree)).map { power in
      power == 1
        ? factor(expression, label)
        : factor(.binary("^", expression, .number(Double(power))), "\(label)^\(power)")
    }
  }

  // C(x [, ref = level])
  private mutating func category() throws(Diagnostic) -> Formula.Factor {
    let name = try column()
    let references = try references()
    guard references.count < 2 else {
      throw scanner.failure(Text(en: "Expected one reference level", zh: "只能有一个参照水平"))
    }
    try close()
    // Not the column's own name: year + C(year) are two terms.
    return factor(.category(name, reference: references.first), "C(\(name))")
  }

  // i(x [, z] [, ref = level | ref = c(level, level)])
  private mutating func indicators() throws(Diagnostic) -> Formula.Factor {
    let name = try column()
    var times: String?
    if scanner.peek() == "," {
      let back = scanner
      scanner.advance()
      if let second = scanner.name(), scanner.peek() != "=" {
        times = second
      } else {
        scanner = back
      }
    }
    let references = try references()
    try close()
    return factor(
      .indicators(name, times: times, references: references),
      "i(\(name)\(times.map { ", " + $0 } ?? ""))")
  }

  // [, ref = level | ref = c(level, …)]
  private mutating func references() throws(Diagnostic) -> [String] {
    guard scanner.peek() == "," else { return [] }
    scanner.advance()
    scanner.skipBlanks()
    let beginning = scanner
    guard let option = scanner.name(), option == "ref" || option == "reference" else {
      throw beginning.failure(
        Text(en: "Expected ref = \"level\"", zh: "此处应为 ref = \"水平\""))
    }
    try scanner.expect("=", Text(en: "Expected '='", zh: "应为 '='"))
    let place = scanner
    if scanner.name() == "c", scanner.peek() == "(" {
      scanner.advance()
      var levels = [try level()]
      while scanner.peek() == "," {
        scanner.advance()
        levels.append(try level())
      }
      try close()
      return levels
    }
    scanner = place
    return [try level()]
  }

  /// A level: text in quotation marks, a number or a word.
  private mutating func level() throws(Diagnostic) -> String {
    if let text = scanner.quotedText() { return text }
    scanner.skipBlanks()
    let begin = scanner.position
    if scanner.signedNumber() != nil { return scanner.source(from: begin) }
    guard let word = scanner.name() else {
      throw scanner.failure(Text(en: "Expected a level", zh: "此处应为水平"))
    }
    return word
  }

  // bs(x, df = 5 | knots = c(1, 2) [, degree = 3])
  private mutating func spline(_ name: String) throws(Diagnostic) -> Formula.Factor {
    let (expression, _) = try argument()
    var degreesOfFreedom: Int?
    var knots: [Double] = []
    var degree = 3
    while scanner.peek() == "," {
      scanner.advance()
      scanner.skipBlanks()
      let place = scanner
      let option = scanner.name() ?? ""
      try scanner.expect("=", Text(en: "Expected df = …", zh: "此处应为 df = …"))
      switch option {
      case "df", "degree":
        guard let number = scanner.number(), number >= 1, number <= 100, number == number.rounded()
        else {
          throw scanner.failure(Text(en: "Expected a whole number", zh: "此处应为整数"))
        }
        if option == "df" { degreesOfFreedom = Int(number) } else { degree = Int(number) }
      case "knots":
        knots = try numbers()
      default:
        throw place.failure(
          Text(
            en: "Splines have the options df, knots and degree",
            zh: "样条的选项为 df、knots 和 degree"))
      }
    }
    try close()
    guard let kind = Formula.Spline.Kind(rawValue: name) else {
      throw start.failure(Text(en: "Expected bs or ns", zh: "应为 bs 或 ns"))
    }
    if kind == .ns, degree != 3 {
      throw start.failure(Text(en: "Natural splines are cubic", zh: "自然样条为三次样条"))
    }
    return factor(
      .spline(
        Formula.Spline(
          kind: kind, argument: .init(expression), degreesOfFreedom: degreesOfFreedom,
          knots: knots, degree: degree)), label)
  }

  private mutating func numbers() throws(Diagnostic) -> [Double] {
    let isList = scanner.peek() == "c"
    if isList {
      _ = scanner.name()
      try scanner.expect("(", Text(en: "Expected '('", zh: "应为 '('"))
    }
    var result: [Double] = []
    repeat {
      if scanner.peek() == "," { scanner.advance() }
      guard let number = scanner.signedNumber() else {
        throw scanner.failure(Text(en: "Expected a number", zh: "此处应为数字"))
      }
      result.append(number)
    } while isList && scanner.peek() == ","
    if isList { try close() }
    return result
  }

  // lag(x [, k | from:to])
  private mutating func shifts(_ name: String) throws(Diagnostic) -> [Formula.Factor] {
    scanner.advance()
    let (expression, source) = try argument()
    var range = 1...1
    if scanner.peek() == "," {
      scanner.advance()
      scanner.skipBlanks()
      let place = scanner
      guard let first = wholeNumber() else {
        throw place.failure(Text(en: "Expected a number of periods", zh: "此处应为期数"))
      }
      range = first...first
      if scanner.peek() == ":" {
        scanner.advance()
        guard let last = wholeNumber(), last >= first, last - first < 1000 else {
          throw scanner.failure(
            Text(en: "Expected the last number of periods", zh: "此处应为最后一个期数"))
        }
        range = first...last
      }
    }
    try close()
    return range.map { periods in
      factor(
        FormulaArithmetic.shifted(name, expression, periods), "\(name)(\(source), \(periods))")
    }
  }

  private mutating func wholeNumber() -> Int? {
    guard let number = scanner.signedNumber(), number == number.rounded(), abs(number) < 1e6 else {
      return nil
    }
    return Int(number)
  }
}
