import CaseloadMath

/// The matrix that a formula makes of a table, and the response beside it.
///
/// Categories are coded as R codes them: by treatment contrasts against the first level in
/// alphabetical order where the term without that factor is in the model, by one indicator a level
/// where it is not.
public struct DesignMatrix: Sendable {
  /// One row a complete observation, one column a coefficient.
  public let matrix: Matrix
  public let names: [String]
  public let response: [Double]
  public let responseName: String
  /// The rows of the table that are used, 0-based.
  public let rows: [Int]
  public let notes: [Diagnostic]
  public let hasIntercept: Bool

  /// - Throws: a diagnostic for an unknown variable, text where a number is needed, a category with
  ///   one level, or no complete row.
  public init(_ formula: Formula, _ table: Table) throws(Diagnostic) {
    var evaluator = FormulaEvaluator(table)
    let response = try evaluator.numeric(formula.response.expression)
    func coded() throws(Diagnostic) -> (names: [String], columns: [[Double]]) {
      var names: [String] = []
      var columns: [[Double]] = []
      if formula.hasIntercept {
        names.append("(Intercept)")
        columns.append([Double](repeating: 1, count: table.rowCount))
      }
      let present = Set(formula.terms.map { Set($0.factors.map(\.label)) })
      // Without an intercept the first category stands for it, with all its levels.
      var spansIntercept = formula.hasIntercept
      for term in formula.terms {
        let labels = Set(term.factors.map(\.label))
        var part: (names: [String], columns: [[Double]]) = (
          [""], [[Double](repeating: 1, count: table.rowCount)]
        )
        for factor in term.factors {
          let margin = labels.subtracting([factor.label])
          let isContrast = margin.isEmpty ? spansIntercept : present.contains(margin)
          if margin.isEmpty, try evaluator.isCategory(factor) { spansIntercept = true }
          let coded = try evaluator.coded(factor, asContrast: isContrast)
          var crossed: (names: [String], columns: [[Double]]) = ([], [])
          for (name, column) in zip(coded.names, coded.columns) {
            for (left, base) in zip(part.names, part.columns) {
              crossed.names.append(left.isEmpty ? name : left + ":" + name)
              crossed.columns.append(zip(base, column).map(FormulaEvaluator.product))
            }
          }
          part = crossed
        }
        names += part.names
        columns += part.columns
      }
      return (names, columns)
    }

    var (names, columns) = try coded()
    let rows = (0..<table.rowCount).filter { i in
      !response[i].isNaN && columns.allSatisfy { !$0[i].isNaN }
    }
    guard !rows.isEmpty else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(
          en: "No row has a value for every variable of the formula.",
          zh: "没有一行在公式的全部变量上都有值。"),
        at: Diagnostic.Location(file: table.source))
    }
    var notes: [Diagnostic] = []
    let omitted = table.rowCount - rows.count
    if omitted > 0 {
      // A level that only the rows left out have is no level.
      evaluator.levelRows = rows
      (names, columns) = try coded()
      let kept = Set(rows)
      let first = (0..<table.rowCount).first { !kept.contains($0) }
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(omitted) of \(table.rowCount) rows were left out: a variable is missing.",
            zh: "\(table.rowCount) 行中有 \(omitted) 行因变量缺失被略去。"),
          at: Diagnostic.Location(file: table.source, row: first.map { table.lines[$0] })))
    }
    for (name, column) in zip(names, columns) {
      if let row = rows.first(where: { !column[$0].isFinite }) {
        throw Self.notFinite(name, row, table)
      }
    }
    if let row = rows.first(where: { !response[$0].isFinite }) {
      throw Self.notFinite(formula.response.label, row, table)
    }
    self.names = names
    self.rows = rows
    self.notes = notes
    hasIntercept = formula.hasIntercept
    responseName = formula.response.label
    self.response = rows.map { response[$0] }
    matrix = Matrix(
      rowCount: rows.count, columnCount: columns.count,
      storage: columns.flatMap { column in rows.map { column[$0] } })
  }

  private static func notFinite(_ name: String, _ row: Int, _ table: Table) -> Diagnostic {
    Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "\(name) is not finite: the logarithm of zero, a root of a negative number or a "
          + "division by zero.",
        zh: "\(name) 不是有限数：对零取对数、负数开方或除以零。"),
      at: Diagnostic.Location(file: table.source, row: table.lines[row], column: name),
      hint: Text(
        en: "Use log1p(x), or leave those rows out.", zh: "可用 log1p(x)，或去掉这些行。"))
  }
}

/// Evaluates the expressions of a formula over the columns of a table.
struct FormulaEvaluator {
  private let table: Table
  /// The rows that say which levels a category has.
  var levelRows: [Int]

  init(_ table: Table) {
    self.table = table
    levelRows = Array(0..<table.rowCount)
  }

  /// The values of an expression: NaN where a variable is missing, infinite outside its domain.
  mutating func numeric(_ expression: Formula.Expression) throws(Diagnostic) -> [Double] {
    var values = try evaluated(expression)
    var isMissing = [Bool](repeating: false, count: values.count)
    for name in Self.variables(expression) {
      for (i, x) in try table.numbers(name).enumerated() where x.isNaN { isMissing[i] = true }
    }
    for i in values.indices where values[i].isNaN && !isMissing[i] { values[i] = .infinity }
    return values
  }

  /// a·b, where something outside its domain stays so beside a zero.
  static func product(_ a: Double, _ b: Double) -> Double {
    let product = a * b
    return product.isNaN && !a.isNaN && !b.isNaN ? .infinity : product
  }

  private static func variables(_ expression: Formula.Expression) -> Set<String> {
    switch expression {
    case .variable(let name), .category(let name): [name]
    case .number: []
    case .negative(let inner), .call(_, let inner): variables(inner)
    case .binary(_, let left, let right): variables(left).union(variables(right))
    }
  }

  private mutating func evaluated(_ expression: Formula.Expression) throws(Diagnostic) -> [Double] {
    switch expression {
    case .variable(let name), .category(let name): return try table.numbers(name)
    case .number(let value): return [Double](repeating: value, count: table.rowCount)
    case .negative(let inner): return try evaluated(inner).map { -$0 }
    case .binary(let operation, let left, let right):
      let (a, b) = (try evaluated(left), try evaluated(right))
      var result = a
      for i in result.indices {
        switch operation {
        case "+": result[i] = a[i] + b[i]
        case "-": result[i] = a[i] - b[i]
        case "*": result[i] = a[i] * b[i]
        case "/": result[i] = a[i] / b[i]
        default: result[i] = Self.power(a[i], b[i])
        }
      }
      return result
    case .call(let name, let argument):
      return try evaluated(argument).map { x in
        switch name {
        case "log": log(x)
        case "log10": log10(x)
        case "log1p": log1p(x)
        case "exp": exp(x)
        case "sqrt": x.squareRoot()
        default: abs(x)
        }
      }
    }
  }

  /// A whole power by multiplication, which is exact where its result is a whole number.
  private static func power(_ x: Double, _ y: Double) -> Double {
    guard y == y.rounded(), y >= 0, y <= 64 else { return pow(x, y) }
    return (0..<Int(y)).reduce(1.0) { product, _ in product * x }
  }

  /// Whether a factor stands for categories.
  func isCategory(_ factor: Formula.Factor) throws(Diagnostic) -> Bool {
    switch factor.expression {
    case .category: true
    case .variable(let column): !table.isNumeric(try table.column(column))
    default: false
    }
  }

  /// The columns of a factor of a term.
  mutating func coded(_ factor: Formula.Factor, asContrast: Bool) throws(Diagnostic) -> (
    names: [String], columns: [[Double]]
  ) {
    let name: String
    switch factor.expression {
    case .category(let column): name = column
    case .variable(let column) where try isCategory(factor): name = column
    default: return ([factor.label], [try numeric(factor.expression)])
    }
    let cells = try table.text(name)
    let found = Set(levelRows.map { cells[$0] }).subtracting(Table.missingMarks)
    let levels = found.sorted(by: Self.levelOrder)
    guard levels.count > 1 else {
      throw Diagnostic(
        .rankDeficient, .error,
        Text(
          en: "The category \(name) has \(levels.count) level, so it has no effect to estimate.",
          zh: "类别变量 \(name) 只有 \(levels.count) 个水平，没有可估计的效应。"),
        at: Diagnostic.Location(file: table.source, column: name),
        hint: Text(en: "Leave it out of the formula.", zh: "请从公式中去掉它。"))
    }
    let used = asContrast ? Array(levels.dropFirst()) : levels
    return (
      used.map { name + $0 },
      used.map { level in
        cells.map { Table.missingMarks.contains($0) ? .nan : ($0 == level ? 1 : 0) }
      }
    )
  }

  /// Numbers by size, then words by alphabet.
  private static func levelOrder(_ a: String, _ b: String) -> Bool {
    switch (Table.number(a), Table.number(b)) {
    case (let x?, let y?) where x != y: x < y
    case (_?, nil): true
    case (nil, _?): false
    default: a < b
    }
  }
}
