import CaseloadMath

/// Where a row stands in a panel, for lags and leads.
public struct PanelOrder: Sendable {
  /// The unit of each row.
  let units: [Int32]
  /// The period of each row as a whole number; `nil` where it is missing.
  let times: [Int?]
  private let rows: [Key: Int]

  private struct Key: Hashable {
    let unit: Int32
    let time: Int
  }

  /// The order of the rows of `table`.
  ///
  /// - Parameters:
  ///   - table: the rows.
  ///   - unit: the column that tells the units apart; `nil` for one unit.
  ///   - time: the column of periods or whole numbers; `nil` for the order of the rows.
  /// - Throws: ``DiagnosticCode/notAPeriod``, ``DiagnosticCode/duplicatePeriod``.
  public init(_ table: Table, unit: String?, time: String?) throws(Diagnostic) {
    units =
      try unit.map { name throws(Diagnostic) in try table.grouped(name).codes }
      ?? [Int32](repeating: 0, count: table.rowCount)
    if let time {
      times = try table.ordinals(time)
    } else {
      var next: [Int32: Int] = [:]
      times = units.map { unit in
        let position = next[unit, default: 0]
        next[unit] = position + 1
        return position
      }
    }
    var rows: [Key: Int] = [:]
    rows.reserveCapacity(table.rowCount)
    for i in 0..<table.rowCount {
      guard let period = times[i] else { continue }
      guard rows.updateValue(i, forKey: Key(unit: units[i], time: period)) == nil else {
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(
            en: "A unit has two rows for one period, so there is no previous value.",
            zh: "同一单位同一时期有两行，无法确定前一期的值。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: time),
          hint: Text(
            en: "Name the column of units with --unit.", zh: "请用 --unit 指明单位所在的列。"))
      }
    }
    self.rows = rows
  }

  /// The row of the same unit `periods` before row `i`.
  func row(_ i: Int, before periods: Int) -> Int? {
    guard let time = times[i] else { return nil }
    return rows[Key(unit: units[i], time: time - periods)]
  }
}

extension Table {
  /// Months written 201903, as their ordinals; `nil` where a number is no such month.
  private static func compactMonths(_ numbers: [Double]) -> [Int?]? {
    guard numbers.contains(where: { !$0.isNaN }) else { return nil }
    var result: [Int?] = []
    for number in numbers {
      if number.isNaN {
        result.append(nil)
        continue
      }
      guard number == number.rounded(), (190_001...210_012).contains(number) else { return nil }
      let (year, month) = Int(number).quotientAndRemainder(dividingBy: 100)
      guard (1...12).contains(month) else { return nil }
      result.append(12 * year + month - 1)
    }
    return result
  }

  /// The periods of a column as whole numbers in their own steps; `nil` where missing.
  ///
  /// - Throws: ``DiagnosticCode/notAPeriod``, ``DiagnosticCode/mixedFrequencies``.
  public func ordinals(_ name: String) throws(Diagnostic) -> [Int?] {
    if isNumeric(try column(name)) {
      let numbers = try numbers(name)
      if let months = Self.compactMonths(numbers) { return months }
      if numbers.allSatisfy({ $0.isNaN || ($0 == $0.rounded() && abs($0) < 0x1p53) }) {
        return numbers.map { $0.isNaN ? nil : Int($0) }
      }
    }
    var frequency: Frequency?
    var result: [Int?] = []
    for (i, cell) in try text(name).enumerated() {
      if Self.missingMarks.contains(cell) {
        result.append(nil)
        continue
      }
      let place = Diagnostic.Location(file: source, row: lines[i], column: name)
      guard let period = Period(cell) else {
        throw Diagnostic(
          .notAPeriod, .error,
          Text(en: "'\(cell)' is not a period.", zh: "'\(cell)' 不是时期。"), at: place,
          hint: Text(
            en: "Write 2019, 2019-Q1, 2019-03 or a whole number.",
            zh: "请写作 2019、2019-Q1、2019-03 或整数。"))
      }
      guard frequency == nil || frequency == period.frequency else {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "'\(cell)' is not of the same length as the periods before it.",
            zh: "'\(cell)' 与前面的时期长度不同。"), at: place,
          hint: Text(
            en: "Keep months, quarters and years in files of their own.",
            zh: "请将月、季、年分列在不同文件中。"))
      }
      frequency = period.frequency
      result.append(period.ordinal)
    }
    return result
  }
}

/// Evaluates the expressions of a formula over the columns of a table.
struct FormulaEvaluator {
  let table: Table
  private let unit: String?
  private let time: String?
  private var order: PanelOrder?
  private var numbers: [String: [Double]] = [:]
  private var words: Set<String> = []

  /// - Parameters:
  ///   - table: the rows.
  ///   - unit: the column of units, within which lags run.
  ///   - time: the column of periods, for lags.
  init(_ table: Table, unit: String? = nil, time: String? = nil) {
    self.table = table
    self.unit = unit
    self.time = time
  }

  /// The values of an expression: NaN where a variable is missing, infinite outside its domain.
  mutating func numeric(_ expression: Formula.Expression) throws(Diagnostic) -> [Double] {
    if case .variable(let name) = expression { return try column(name) }
    var (values, isMissing) = try evaluated(expression)
    for i in values.indices where values[i].isNaN || (isMissing?[i] ?? false) {
      values[i] = isMissing?[i] ?? false ? .nan : .infinity
    }
    return values
  }

  /// a·b, where something outside its domain stays so beside a zero.
  static func product(_ a: Double, _ b: Double) -> Double {
    let product = a * b
    return product.isNaN && !a.isNaN && !b.isNaN ? .infinity : product
  }

  private mutating func column(_ name: String) throws(Diagnostic) -> [Double] {
    if let known = numbers[name] { return known }
    let values = try table.numbers(name)
    numbers[name] = values
    return values
  }

  /// Values, NaN outside the domain of a function, and which of them are missing; `nil` for none.
  private typealias Evaluated = (values: [Double], isMissing: [Bool]?)

  private static func combined(
    _ a: Evaluated, _ b: Evaluated, _ operation: (Double, Double) -> Double
  ) -> Evaluated {
    var values = a.values
    for i in values.indices { values[i] = operation(a.values[i], b.values[i]) }
    guard let left = a.isMissing, let right = b.isMissing else {
      return (values, a.isMissing ?? b.isMissing)
    }
    return (values, zip(left, right).map { $0 || $1 })
  }

  private static func mapped(_ a: Evaluated, _ operation: (Double) -> Double) -> Evaluated {
    (a.values.map(operation), a.isMissing)
  }

  private static func marked(_ values: [Double]) -> Evaluated {
    (values, values.contains(where: \.isNaN) ? values.map(\.isNaN) : nil)
  }

  private mutating func evaluated(_ expression: Formula.Expression) throws(Diagnostic) -> Evaluated
  {
    switch expression {
    case .variable(let name), .category(let name, _), .indicators(let name, _, _):
      return Self.marked(try column(name))
    case .number(let value): return ([Double](repeating: value, count: table.rowCount), nil)
    case .text(let text):
      throw Diagnostic(
        .formulaSyntax, .error,
        Text(
          en: "The text \"\(text)\" can only be compared with a column.",
          zh: "文字 \"\(text)\" 只能与某一列比较。"),
        hint: Text(
          en: "Write I(court == \"East\").", zh: "请写作 I(court == \"East\")。"))
    case .negative(let inner): return Self.mapped(try evaluated(inner)) { -$0 }
    case .binary(let operation, let left, let right):
      let (a, b) = (try evaluated(left), try evaluated(right))
      switch operation {
      case "+": return Self.combined(a, b, +)
      case "-": return Self.combined(a, b, -)
      case "*": return Self.combined(a, b, *)
      case "/": return Self.combined(a, b, /)
      default: return Self.combined(a, b, Self.power)
      }
    case .comparison(let operation, let left, let right):
      return try compared(operation, left, right)
    case .lagged(let inner, let periods):
      let (values, isMissing) = try evaluated(inner)
      if order == nil { order = try PanelOrder(table, unit: unit, time: time) }
      let panel = order
      let sources = values.indices.map { panel?.row($0, before: periods) }
      return (
        sources.map { $0.map { values[$0] } ?? .nan },
        sources.map { $0.map { isMissing?[$0] ?? false } ?? true }
      )
    case .spline(let spline): return try evaluated(spline.argument.expression)
    case .call(let name, let argument):
      let values = try evaluated(argument)
      switch name {
      case "log": return Self.mapped(values) { log($0) }
      case "log10": return Self.mapped(values) { log10($0) }
      case "log1p": return Self.mapped(values) { log1p($0) }
      case "exp": return Self.mapped(values) { exp($0) }
      case "sqrt": return Self.mapped(values) { $0.squareRoot() }
      case "sin": return Self.mapped(values) { sin($0) }
      case "cos": return Self.mapped(values) { cos($0) }
      case "floor": return Self.mapped(values) { $0.rounded(.down) }
      case "round": return Self.mapped(values) { $0.rounded(.toNearestOrEven) }
      default: return Self.mapped(values) { abs($0) }
      }
    }
  }

  private mutating func compared(
    _ operation: String, _ left: Formula.Expression, _ right: Formula.Expression
  ) throws(Diagnostic) -> Evaluated {
    if let (name, text, isFlipped) = Self.textComparison(left, right) {
      return Self.marked(
        try table.text(name).map { cell in
          if Table.missingMarks.contains(cell) { return .nan }
          return isFlipped
            ? Self.holds(operation, text, cell) : Self.holds(operation, cell, text)
        })
    }
    return Self.combined(try evaluated(left), try evaluated(right)) { a, b in
      a.isNaN || b.isNaN ? .nan : Self.holds(operation, a, b)
    }
  }

  /// 1 where the comparison holds, 0 where it does not.
  private static func holds<T: Comparable>(_ operation: String, _ a: T, _ b: T) -> Double {
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
  }

  /// A column against a text.
  private static func textComparison(_ left: Formula.Expression, _ right: Formula.Expression) -> (
    name: String, text: String, isFlipped: Bool
  )? {
    switch (left, right) {
    case (.variable(let name), .text(let text)): (name, text, false)
    case (.text(let text), .variable(let name)): (name, text, true)
    default: nil
    }
  }

  /// A whole power by multiplication, which is exact where its result is a whole number.
  private static func power(_ x: Double, _ y: Double) -> Double {
    guard y == y.rounded(), y >= 0, y <= 64 else { return pow(x, y) }
    return (0..<Int(y)).reduce(1.0) { product, _ in product * x }
  }

  /// Whether a factor stands for categories.
  mutating func isCategory(_ factor: Formula.Factor) throws(Diagnostic) -> Bool {
    switch factor.expression {
    case .category: true
    case .variable(let column): try !isNumeric(column)
    default: false
    }
  }

  /// Whether a column holds numbers; they are kept, for reading them is what takes the time.
  mutating func isNumeric(_ name: String) throws(Diagnostic) -> Bool {
    if numbers[name] != nil { return true }
    if words.contains(name) { return false }
    _ = try table.column(name)
    if let values = try? table.numbers(name), values.contains(where: { !$0.isNaN }) {
      numbers[name] = values
      return true
    }
    try table.refuseNearlyNumeric(name)
    words.insert(name)
    return false
  }
}
