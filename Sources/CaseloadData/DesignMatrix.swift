import CaseloadMath

/// What a design takes from a table beside the variables of its formula.
public struct DesignOptions: Sendable {
  /// The column of weights.
  public var weights: String?
  /// The ways of clustering; `court^year` clusters by pairs.
  public var clusters: [String] = []
  /// Fixed effects beside those of the formula; `court^year` for pairs.
  public var fixedEffects: [String] = []
  /// The column of periods, for lags and for errors that are correlated over time.
  public var time: String?
  /// The column of units, within which lags run.
  public var unit: String?

  public init() {}
}

/// The matrix that a formula makes of a table, and the response beside it.
///
/// Categories are coded as R codes them: by treatment contrasts against the first level in
/// alphabetical order where the term without that factor is in the model, by one indicator a level
/// where it is not.
public struct DesignMatrix: Sendable {
  /// One row a complete observation, one column a coefficient.
  public private(set) var matrix: Matrix
  public private(set) var names: [String]
  /// The term that each column belongs to, such as `C(court)`.
  public private(set) var terms: [String]
  public private(set) var response: [Double]
  public let responseName: String
  /// The rows of the table that are used, 0-based.
  public private(set) var rows: [Int]
  public private(set) var notes: [Diagnostic]
  /// Whether the first column is the intercept's.
  public let hasIntercept: Bool
  /// Added to the linear predictor; `nil` for none.
  public private(set) var offset: [Double]?
  /// Positive; `nil` for none.
  public private(set) var weights: [Double]?
  public private(set) var fixedEffects: [Grouping]
  /// Fixed effects that have columns of their own after all.
  public private(set) var expandedEffects: [Grouping] = []
  public private(set) var clusters: [Grouping]
  /// The periods in ascending order, if they were asked for.
  public private(set) var times: Grouping?
  /// Variables correlated with the error, one a column, with their names.
  public private(set) var endogenous: (matrix: Matrix, names: [String])?
  /// The instruments that are no regressors, one a column, with their names.
  public private(set) var instruments: (matrix: Matrix, names: [String])?
  private let blocks: [Block]
  /// The columns that were kept of those that the blocks make; `nil` for all.
  private var kept: [Int]?
  private let offsetFactors: [Formula.Factor]

  /// The settled coding of one term.
  private struct Block: Sendable {
    let label: String
    let codings: [FactorCoding]

    var names: [String] {
      codings.reduce([""]) { names, coding in
        coding.names.flatMap { name in names.map { $0.isEmpty ? name : $0 + ":" + name } }
      }
    }

    func columns(_ evaluator: inout FormulaEvaluator, isNew: Bool = false) throws(Diagnostic)
      -> [[Double]]
    {
      var result: [[Double]] = []
      for (k, coding) in codings.enumerated() {
        let columns = try coding.columns(&evaluator, isNew: isNew)
        guard k > 0 else {
          result = columns
          continue
        }
        result = columns.flatMap { column in
          result.map { base in zip(base, column).map(FormulaEvaluator.product) }
        }
      }
      return result
    }
  }

  /// - Throws: a diagnostic for an unknown variable, text where a number is needed, a category with
  ///   one level or too many, or no complete row.
  public init(_ formula: Formula, _ table: Table, _ options: DesignOptions = DesignOptions())
    throws(Diagnostic)
  {
    var evaluator = FormulaEvaluator(table, unit: options.unit, time: options.time)
    var complete = CompleteRows(table)

    let response = try evaluator.numeric(formula.response.expression)
    complete.require(response, formula.response.label)
    var effects: [Grouping?] = []
    let effectColumns =
      formula.fixedEffects + options.fixedEffects.map { $0.split(separator: "^").map(String.init) }
    var effectCodes: [[(codes: [Int32], labels: [String])]] = []
    for columns in effectColumns {
      var parts: [(codes: [Int32], labels: [String])] = []
      for column in columns {
        let part = try table.grouped(column)
        complete.require(part.codes, column)
        parts.append(part)
      }
      effectCodes.append(parts)
      effects.append(nil)
    }
    let clusterNames =
      formula.clusters + options.clusters.filter { !formula.clusters.contains($0) }
    var clusterCodes: [[(codes: [Int32], labels: [String])]] = []
    for name in clusterNames {
      var parts: [(codes: [Int32], labels: [String])] = []
      for column in name.split(separator: "^").map(String.init) {
        let part = try table.grouped(column)
        complete.require(part.codes, column)
        parts.append(part)
      }
      clusterCodes.append(parts)
    }
    var ordinals: [Int?]?
    if let time = options.time {
      ordinals = try table.ordinals(time)
      complete.require(ordinals?.map { $0 == nil ? Int32(-1) : 0 } ?? [], time)
    }
    var offsets: [Double]?
    for factor in formula.offsets {
      let values = try evaluator.numeric(factor.expression)
      complete.require(values, factor.label)
      offsets = offsets.map { zip($0, values).map { $0 + $1 } } ?? values
    }
    var weights: [Double]?
    let weightLabel = formula.weights?.label ?? options.weights ?? "weights"
    if let factor = formula.weights {
      weights = try evaluator.numeric(factor.expression)
    } else if let name = options.weights {
      weights = try table.numbers(name)
    }
    if let weights { complete.require(weights, weightLabel) }
    if let weights {
      if let row = weights.firstIndex(where: { $0 < 0 }) {
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "The weight \(numberText(weights[row])) is negative.",
            zh: "权重 \(numberText(weights[row])) 为负。"),
          at: Diagnostic.Location(
            file: table.source, row: table.lines[row], column: weightLabel),
          hint: Text(
            en: "Weights are positive; a row with weight 0 is left out.",
            zh: "权重应为正数；权重为 0 的行不参与计算。"))
      }
      complete.leaveOutZeros(weights, weightLabel)
    }

    // Numbers come first: which rows are complete decides which levels there are.
    let all = formula.terms + formula.endogenous + formula.instruments
    for term in all {
      for factor in term.factors {
        for name in factor.expression.variables {
          _ = try table.column(name)
          if case .category = factor.expression {
            try complete.requireText(name)
          } else if case .indicators(let category, _, _) = factor.expression, category == name {
            try complete.requireText(name)
          } else if try evaluator.isCategory(factor) {
            try complete.requireText(name)
          } else if case .comparison = factor.expression, try !evaluator.isNumeric(name) {
            try complete.requireText(name)
          }
        }
        if case .category = factor.expression { continue }
        if case .indicators(_, let times, _) = factor.expression {
          if let times { complete.require(try evaluator.numeric(.variable(times)), times) }
          continue
        }
        if try evaluator.isCategory(factor) { continue }
        complete.require(try evaluator.numeric(factor.expression), factor.label)
      }
    }
    let rows = complete.rows
    guard !rows.isEmpty else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(
          en: "No row has a value for every variable of the formula.",
          zh: "没有一行在公式的全部变量上都有值。"),
        at: Diagnostic.Location(file: table.source), hint: complete.reasons)
    }

    let isAbsorbing = !effectColumns.isEmpty
    let hasIntercept = formula.hasIntercept && !isAbsorbing
    let blocks = try Self.blocks(
      formula.terms, spansIntercept: formula.hasIntercept || isAbsorbing, &evaluator, rows)
    let width = blocks.reduce(hasIntercept ? 1 : 0) { $0 + $1.names.count }
    try Self.requireSpace(rows: rows.count, columns: width, table)
    var builder = ColumnBuilder(rows: rows, of: table)
    var names: [String] = []
    var terms: [String] = []
    if hasIntercept {
      names.append("(Intercept)")
      terms.append("(Intercept)")
      builder.appendConstant()
    }
    for block in blocks {
      let own = block.names
      for (name, column) in zip(own, try block.columns(&evaluator)) {
        try builder.append(column, name)
      }
      names += own
      terms += own.map { _ in block.label }
    }
    func side(_ list: [Formula.Term]) throws(Diagnostic) -> (matrix: Matrix, names: [String])? {
      guard !list.isEmpty else { return nil }
      let blocks = try Self.blocks(list, spansIntercept: true, &evaluator, rows)
      var builder = ColumnBuilder(rows: rows, of: table)
      for block in blocks {
        for (name, column) in zip(block.names, try block.columns(&evaluator)) {
          try builder.append(column, name)
        }
      }
      return (builder.matrix, blocks.flatMap(\.names))
    }
    endogenous = try side(formula.endogenous)
    instruments = try side(formula.instruments)
    self.blocks = blocks
    offsetFactors = formula.offsets
    matrix = builder.matrix
    self.names = names
    self.terms = terms
    self.rows = rows
    self.hasIntercept = hasIntercept
    responseName = formula.response.label
    var single = ColumnBuilder(rows: rows, of: table)
    try single.append(response, formula.response.label)
    self.response = single.matrix.storage
    if let offsets {
      var single = ColumnBuilder(rows: rows, of: table)
      try single.append(offsets, "offset")
      offset = single.matrix.storage
    } else {
      offset = nil
    }
    if let weights {
      var single = ColumnBuilder(rows: rows, of: table)
      try single.append(weights, weightLabel)
      self.weights = single.matrix.storage
    } else {
      self.weights = nil
    }
    fixedEffects = zip(effectColumns, effectCodes).map { Self.grouping($0, $1, rows) }
    clusters = zip(clusterNames, clusterCodes).map {
      Self.grouping($0.split(separator: "^").map(String.init), $1, rows)
    }
    times = ordinals.map { Self.periods($0, options.time ?? "", rows, table) }
    notes = complete.notes
  }

  private static func blocks(
    _ terms: [Formula.Term], spansIntercept: Bool, _ evaluator: inout FormulaEvaluator,
    _ rows: [Int]
  ) throws(Diagnostic) -> [Block] {
    let present = Set(terms.map { Set($0.factors.map(\.label)) })
    // Without an intercept the first category stands for it, with all its levels.
    var spansIntercept = spansIntercept
    var blocks: [Block] = []
    for term in terms {
      let labels = Set(term.factors.map(\.label))
      var codings: [FactorCoding] = []
      for factor in term.factors {
        let margin = labels.subtracting([factor.label])
        let isContrast = margin.isEmpty ? spansIntercept : present.contains(margin)
        let coding = try FactorCoding(factor, asContrast: isContrast, &evaluator, rows: rows)
        if margin.isEmpty, coding.isCategory { spansIntercept = true }
        codings.append(coding)
      }
      blocks.append(
        Block(label: term.factors.map(\.label).joined(separator: ":"), codings: codings))
    }
    return blocks
  }

  private static func requireSpace(rows: Int, columns: Int, _ table: Table) throws(Diagnostic) {
    guard Double(rows) * Double(columns) > largestElementCount else { return }
    throw Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "The design would have \(rows) rows and \(columns) columns, more than can be held.",
        zh: "设计矩阵将有 \(rows) 行 \(columns) 列，超出可处理的规模。"),
      at: Diagnostic.Location(file: table.source),
      hint: Text(
        en: "Absorb the largest category: write it after a bar, y ~ x | court.",
        zh: "请吸收最大的类别变量：写在竖线之后，如 y ~ x | court。"))
  }

  /// Four gigabytes.
  private static let largestElementCount = 0x1p29

  private static func grouping(
    _ columns: [String], _ parts: [(codes: [Int32], labels: [String])], _ rows: [Int]
  ) -> Grouping {
    var result: Grouping?
    for (column, part) in zip(columns, parts) {
      let own = Grouping(name: column, codes: part.codes, labels: part.labels).selecting(rows)
      result = result?.crossed(with: own) ?? own
    }
    return result ?? Grouping(name: "", codes: [], labels: [])
  }

  private static func periods(_ ordinals: [Int?], _ name: String, _ rows: [Int], _ table: Table)
    -> Grouping
  {
    let used = rows.map { ordinals[$0] ?? 0 }
    let ascending = Set(used).sorted()
    var position: [Int: Int32] = [:]
    for (k, ordinal) in ascending.enumerated() { position[ordinal] = Int32(k) }
    return Grouping(
      name: name, codes: used.map { position[$0] ?? 0 }, labels: ascending.map { "\($0)" })
  }

  /// The names of all columns that the terms make, also of those left out.
  public var allNames: [String] {
    (hasIntercept ? ["(Intercept)"] : []) + blocks.flatMap(\.names)
  }

  /// The same design with some of its columns, and a note that says why.
  public func selectingColumns(_ columns: [Int], note: Diagnostic) -> DesignMatrix {
    var result = self
    result.matrix = matrix.selectingColumns(columns)
    result.names = columns.map { names[$0] }
    result.terms = columns.map { terms[$0] }
    result.kept = columns.map { kept?[$0] ?? $0 }
    result.notes.append(note)
    return result
  }

  /// The same design with its rows in another order.
  package func reordered(_ order: [Int]) -> DesignMatrix {
    precondition(order.count == response.count)
    var result = self
    result.matrix = matrix.selectingRows(order)
    result.response = order.map { response[$0] }
    result.rows = order.map { rows[$0] }
    result.offset = offset.map { values in order.map { values[$0] } }
    result.weights = weights.map { values in order.map { values[$0] } }
    func moved(_ grouping: Grouping) -> Grouping {
      Grouping(
        name: grouping.name, codes: order.map { grouping.codes[$0] }, labels: grouping.labels)
    }
    result.fixedEffects = fixedEffects.map(moved)
    result.expandedEffects = expandedEffects.map(moved)
    result.clusters = clusters.map(moved)
    result.times = times.map(moved)
    result.endogenous = endogenous.map { ($0.matrix.selectingRows(order), $0.names) }
    result.instruments = instruments.map { ($0.matrix.selectingRows(order), $0.names) }
    return result
  }

  /// The same design with an absorbed effect as columns, one a level but the first unless nothing else
  /// stands for the intercept.
  package func expandingFixedEffect(_ k: Int) -> DesignMatrix {
    let effect = fixedEffects[k]
    var result = self
    result.fixedEffects.remove(at: k)
    let isFirst = result.fixedEffects.isEmpty && expandedEffects.isEmpty && !hasIntercept
    let levels = isFirst ? 0..<effect.count : 1..<effect.count
    var storage = matrix.storage
    for level in levels { storage += effect.codes.map { Int($0) == level ? 1 : 0 } }
    result.matrix = Matrix(
      rowCount: matrix.rowCount, columnCount: matrix.columnCount + levels.count, storage: storage)
    result.names += levels.map { effect.name + effect.labels[$0] }
    result.terms += levels.map { _ in effect.name }
    result.expandedEffects.append(effect)
    return result
  }

  /// The columns of the same design for other rows: for predictions.
  ///
  /// - Parameters:
  ///   - table: with the variables of the terms; the response is not needed.
  ///   - options: the columns of units and periods, for lags.
  /// - Returns: the rows that are complete, their columns and their offsets.
  /// - Throws: what the first table would throw, and ``DiagnosticCode/valueOutOfRange`` for a level
  ///   that it did not have.
  public func applied(to table: Table, _ options: DesignOptions = DesignOptions())
    throws(Diagnostic) -> (rows: [Int], matrix: Matrix, offset: [Double]?)
  {
    var evaluator = FormulaEvaluator(table, unit: options.unit, time: options.time)
    var columns: [(values: [Double], name: String)] = []
    for block in blocks {
      for (name, values) in zip(block.names, try block.columns(&evaluator, isNew: true)) {
        columns.append((values, name))
      }
    }
    var offsets: [Double]?
    for factor in offsetFactors {
      let values = try evaluator.numeric(factor.expression)
      offsets = offsets.map { zip($0, values).map { $0 + $1 } } ?? values
    }
    let rows = (0..<table.rowCount).filter { i in
      columns.allSatisfy { !$0.values[i].isNaN } && !(offsets?[i].isNaN ?? false)
    }
    var builder = ColumnBuilder(rows: rows, of: table)
    if hasIntercept { builder.appendConstant() }
    for column in columns { try builder.append(column.values, column.name) }
    let matrix = kept.map { builder.matrix.selectingColumns($0) } ?? builder.matrix
    return (rows, matrix, offsets.map { values in rows.map { values[$0] } })
  }
}

/// Which rows have a value for everything, and why the others have not.
private struct CompleteRows {
  private let table: Table
  private var isComplete: [Bool]
  private var missing: [(name: String, count: Int, first: Int)] = []
  private var zeros: (name: String, count: Int, first: Int)?

  init(_ table: Table) {
    self.table = table
    isComplete = [Bool](repeating: true, count: table.rowCount)
  }

  mutating func require(_ values: [Double], _ name: String) {
    record(name) { values[$0].isNaN }
  }

  mutating func require(_ codes: [Int32], _ name: String) {
    record(name) { codes[$0] < 0 }
  }

  mutating func requireText(_ name: String) throws(Diagnostic) {
    let codes = try table.grouped(name).codes
    require(codes, name)
  }

  mutating func leaveOutZeros(_ weights: [Double], _ name: String) {
    var (count, first) = (0, 0)
    for i in weights.indices where weights[i] == 0 {
      if count == 0 { first = i }
      count += 1
      isComplete[i] = false
    }
    if count > 0 { zeros = (name, count, first) }
  }

  private mutating func record(_ name: String, _ isMissing: (Int) -> Bool) {
    guard !missing.contains(where: { $0.name == name }) else { return }
    var (count, first) = (0, 0)
    for i in isComplete.indices where isMissing(i) {
      if count == 0 { first = i }
      count += 1
      isComplete[i] = false
    }
    if count > 0 { missing.append((name, count, first)) }
  }

  var rows: [Int] { isComplete.indices.filter { isComplete[$0] } }

  /// What is missing, by variable.
  var reasons: Text? {
    guard !missing.isEmpty else { return nil }
    let largest = missing.sorted { $0.count > $1.count }.prefix(5)
    return Text(
      en: "Missing: " + largest.map { "\($0.name) in \($0.count)" }.joined(separator: ", ") + ".",
      zh: "缺失：" + largest.map { "\($0.name) \($0.count) 行" }.joined(separator: "、") + "。")
  }

  var notes: [Diagnostic] {
    var notes: [Diagnostic] = []
    if let zeros {
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "\(zeros.count) of \(table.rowCount) rows have the weight 0 and were left out.",
            zh: "\(table.rowCount) 行中有 \(zeros.count) 行权重为 0，已略去。"),
          at: Diagnostic.Location(
            file: table.source, row: table.lines[zeros.first], column: zeros.name)))
    }
    if let first = missing.map(\.first).min() {
      let omitted = isComplete.count { !$0 } - (zeros?.count ?? 0)
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en:
              "\(max(1, omitted)) of \(table.rowCount) rows were left out: a variable is missing.",
            zh: "\(table.rowCount) 行中有 \(max(1, omitted)) 行因变量缺失被略去。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[first]), hint: reasons))
    }
    return notes
  }
}

/// Columns of the rows that are used, checked as they come.
private struct ColumnBuilder {
  private let rows: [Int]
  private let table: Table
  private let isWhole: Bool
  private var storage: [Double] = []
  private var count = 0

  init(rows: [Int], of table: Table) {
    self.rows = rows
    self.table = table
    isWhole = rows.count == table.rowCount
  }

  mutating func appendConstant() {
    storage += [Double](repeating: 1, count: rows.count)
    count += 1
  }

  /// - Throws: ``DiagnosticCode/valueOutOfRange`` at the first row without a finite value.
  mutating func append(_ column: [Double], _ name: String) throws(Diagnostic) {
    for row in rows where !column[row].isFinite {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "\(name) is not finite: the logarithm of zero, a root of a negative number or a "
            + "division by zero.",
          zh: "\(name) 不是有限数：对零取对数、负数开方或除以零。"),
        at: Diagnostic.Location(file: table.source, row: table.lines[row], column: name),
        hint: Text(
          en: "Use log1p(x), or leave those rows out.", zh: "可用 log1p(x)，或去掉这些行。"))
    }
    if isWhole { storage += column } else { for row in rows { storage.append(column[row]) } }
    count += 1
  }

  var matrix: Matrix { Matrix(rowCount: rows.count, columnCount: count, storage: storage) }
}
