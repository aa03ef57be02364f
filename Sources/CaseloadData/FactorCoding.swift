import CaseloadMath

/// How one factor of a term becomes columns, settled on the rows that are used and then the same for
/// every table: the levels of a category, the knots of a spline.
enum FactorCoding: Sendable {
  case numeric(Formula.Expression, label: String)
  /// One indicator a level of `levels`; other values are unknown, `omitted` ones are the reference.
  case levels(column: String, levels: [String], omitted: [String])
  /// One column a level, times another column if there is one.
  case indicators(column: String, times: String?, levels: [String], omitted: [String])
  case spline(SplineBasis, Formula.Expression, label: String)

  /// Whether a contrast leaves one of its levels out.
  var isCategory: Bool {
    if case .levels = self { return true }
    return false
  }

  var names: [String] {
    switch self {
    case .numeric(_, let label): [label]
    case .levels(let column, let levels, _): levels.map { column + $0 }
    case .indicators(let column, let times, let levels, _):
      levels.map { "\(column)::\($0)" + (times.map { ":" + $0 } ?? "") }
    case .spline(let basis, _, let label): (1...basis.columnCount).map { "\(label)\($0)" }
    }
  }

  /// One column of values a name, over the rows of the evaluator's table.
  ///
  /// - Parameters:
  ///   - evaluator: of the table.
  ///   - isNew: whether it is another table than the one that settled the coding, whose unused rows
  ///     may hold levels that nobody knows.
  /// - Returns: columns as long as the table; NaN where a value is missing.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for a level that was not there when the coding was
  ///   settled.
  func columns(_ evaluator: inout FormulaEvaluator, isNew: Bool) throws(Diagnostic)
    -> [[Double]]
  {
    switch self {
    case .numeric(let expression, _): return [try evaluator.numeric(expression)]
    case .spline(let basis, let expression, _):
      return basis.columns(try evaluator.numeric(expression))
    case .levels(let column, let levels, let omitted):
      return try Self.indicators(column, levels, omitted, evaluator.table, isNew: isNew)
    case .indicators(let column, let times, let levels, let omitted):
      let columns = try Self.indicators(column, levels, omitted, evaluator.table, isNew: isNew)
      guard let times else { return columns }
      let slope = try evaluator.numeric(.variable(times))
      return columns.map { zip($0, slope).map(FormulaEvaluator.product) }
    }
  }

  private static func indicators(
    _ column: String, _ levels: [String], _ omitted: [String], _ table: Table, isNew: Bool
  ) throws(Diagnostic) -> [[Double]] {
    let (codes, labels) = try table.grouped(column)
    var position: [String: Int] = [:]
    for (k, level) in levels.enumerated() { position[level] = k }
    for level in omitted { position[level] = -1 }
    let place = labels.map { position[$0] }
    if isNew, let unknown = place.firstIndex(of: nil),
      let row = codes.firstIndex(of: Int32(unknown))
    {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "The level '\(labels[unknown])' was not in the data of the fit.",
          zh: "拟合数据中没有水平 '\(labels[unknown])'。"),
        at: Diagnostic.Location(file: table.source, row: table.lines[row], column: column),
        hint: Text(
          en: "Leave the row out; nothing is known of its level.",
          zh: "请去掉该行；对其水平一无所知。"))
    }
    var columns = levels.map { _ in [Double](repeating: 0, count: codes.count) }
    for (i, code) in codes.enumerated() {
      if code < 0 || place[Int(code)] == nil {
        for k in columns.indices { columns[k][i] = .nan }
      } else if let k = place[Int(code)], k >= 0 {
        columns[k][i] = 1
      }
    }
    return columns
  }

  /// Settles the coding of a factor.
  ///
  /// - Parameters:
  ///   - factor: of a term.
  ///   - asContrast: whether a category leaves out its reference level.
  ///   - evaluator: of the table.
  ///   - rows: the rows that are used.
  /// - Throws: ``DiagnosticCode/rankDeficient`` for a category with one level,
  ///   ``DiagnosticCode/unknownName`` for a reference that is no level,
  ///   ``DiagnosticCode/modelNotApplicable`` for more levels than a matrix can have.
  init(
    _ factor: Formula.Factor, asContrast: Bool, _ evaluator: inout FormulaEvaluator, rows: [Int]
  ) throws(Diagnostic) {
    let table = evaluator.table
    switch factor.expression {
    case .spline(let spline):
      let values = try evaluator.numeric(spline.argument.expression)
      let used = rows.map { values[$0] }.filter(\.isFinite)
      self = .spline(
        try SplineBasis(spline, used, label: factor.label), spline.argument.expression,
        label: factor.label)
    case .indicators(let column, let times, let references):
      let levels = try Self.levels(column, table, rows)
      for reference in references { try Self.require(reference, among: levels, column, table) }
      self = .indicators(
        column: column, times: times, levels: levels.filter { !references.contains($0) },
        omitted: references)
    case .category(let column, let reference):
      self = try Self.category(column, reference, asContrast, table, rows)
    case .variable(let column) where try evaluator.isCategory(factor):
      self = try Self.category(column, nil, asContrast, table, rows)
    default:
      self = .numeric(factor.expression, label: factor.label)
    }
  }

  private static func category(
    _ column: String, _ reference: String?, _ asContrast: Bool, _ table: Table, _ rows: [Int]
  ) throws(Diagnostic) -> FactorCoding {
    var levels = try levels(column, table, rows)
    if let reference {
      try require(reference, among: levels, column, table)
      levels = [reference] + levels.filter { $0 != reference }
    }
    guard levels.count > 1 else {
      throw Diagnostic(
        .rankDeficient, .error,
        Text(
          en: "The category \(column) has \(levels.count) level, so it has no effect to estimate.",
          zh: "类别变量 \(column) 只有 \(levels.count) 个水平，没有可估计的效应。"),
        at: Diagnostic.Location(file: table.source, column: column),
        hint: Text(en: "Leave it out of the formula.", zh: "请从公式中去掉它。"))
    }
    return asContrast
      ? .levels(column: column, levels: Array(levels.dropFirst()), omitted: [levels[0]])
      : .levels(column: column, levels: levels, omitted: [])
  }

  /// More than this and a category belongs behind the bar.
  static let mostLevels = 20_000

  private static func levels(_ column: String, _ table: Table, _ rows: [Int]) throws(Diagnostic)
    -> [String]
  {
    let (codes, labels) = try table.grouped(column)
    var isUsed = [Bool](repeating: false, count: labels.count)
    for row in rows where codes[row] >= 0 { isUsed[Int(codes[row])] = true }
    let used = labels.indices.filter { isUsed[$0] }.map { labels[$0] }
    guard used.count <= mostLevels else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The category \(column) has \(used.count) levels, too many for a column each.",
          zh: "类别变量 \(column) 有 \(used.count) 个水平，无法各占一列。"),
        at: Diagnostic.Location(file: table.source, column: column),
        hint: Text(
          en: "Absorb it: write it after a bar, y ~ x | \(column).",
          zh: "请将其吸收：写在竖线之后，如 y ~ x | \(column)。"))
    }
    return used.sorted(by: levelOrder)
  }

  private static func require(
    _ reference: String, among levels: [String], _ column: String, _ table: Table
  ) throws(Diagnostic) {
    guard !levels.contains(reference) else { return }
    throw Diagnostic.unknownName(
      reference, among: levels,
      kind: Text(en: "level of \(column)", zh: " \(column) 的水平"),
      at: Diagnostic.Location(file: table.source, column: column))
  }

  /// Numbers by size, then words by alphabet.
  static func levelOrder(_ a: String, _ b: String) -> Bool {
    switch (Table.number(a), Table.number(b)) {
    case (let x?, let y?) where x != y: x < y
    case (_?, nil): true
    case (nil, _?): false
    default: a < b
    }
  }
}
