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
  private var expandedNames: Set<String> = []
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
    let variables = try DesignVariables(formula, options, &evaluator, &complete)
    for term in formula.terms + formula.endogenous + formula.instruments {
      for factor in term.factors { try complete.require(factor, &evaluator) }
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

    let isAbsorbing = !variables.effects.isEmpty
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
    response = try ColumnBuilder.column(
      variables.response, responseName, rows: rows, of: table)
    offset = try variables.offset.map { values throws(Diagnostic) in
      try ColumnBuilder.column(values, "offset", rows: rows, of: table)
    }
    weights = try variables.weights.map { values throws(Diagnostic) in
      try ColumnBuilder.column(values, variables.weightLabel, rows: rows, of: table)
    }
    fixedEffects = variables.effects.map { $0.grouping(rows) }
    clusters = variables.clusters.map { $0.grouping(rows) }
    times = variables.times(rows)
    notes = complete.notes
  }

  /// A design from its parts, without a formula and a table: no row is left out and no column made.
  ///
  /// - Parameters:
  ///   - matrix: n × p.
  ///   - names: p of them.
  ///   - response: n values.
  ///   - responseName: for messages.
  ///   - hasIntercept: whether the first column is all 1.
  ///   - weights: n positive values; `nil` for equal ones.
  ///   - offset: n values; `nil` for none.
  ///   - fixedEffects: of n observations each.
  ///   - clusters: of n observations each.
  package init(
    matrix: Matrix, names: [String], response: [Double], responseName: String,
    hasIntercept: Bool = false, weights: [Double]? = nil, offset: [Double]? = nil,
    fixedEffects: [Grouping] = [], clusters: [Grouping] = []
  ) {
    precondition(matrix.rowCount == response.count && matrix.columnCount == names.count)
    self.matrix = matrix
    self.names = names
    terms = names
    self.response = response
    self.responseName = responseName
    rows = Array(response.indices)
    notes = []
    self.hasIntercept = hasIntercept
    self.offset = offset
    self.weights = weights
    self.fixedEffects = fixedEffects
    self.clusters = clusters
    blocks = []
    offsetFactors = []
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

  /// Whether the column of this name is of one of ``expandedEffects``.
  package func isExpandedEffect(_ name: String) -> Bool { expandedNames.contains(name) }

  /// The names of all columns that the terms make, also of those left out.
  public var allNames: [String] {
    (hasIntercept ? ["(Intercept)"] : []) + blocks.flatMap(\.names)
  }

  /// The same design with some of its columns, and a note that says why.
  public func selectingColumns(_ columns: [Int], note: Diagnostic) -> DesignMatrix {
    var result = selectingColumns(columns)
    result.notes.append(note)
    return result
  }

  /// The same design with some of its columns.
  package func selectingColumns(_ columns: [Int]) -> DesignMatrix {
    var result = self
    result.matrix = matrix.selectingColumns(columns)
    result.names = columns.map { names[$0] }
    result.terms = columns.map { terms[$0] }
    result.kept = columns.map { kept?[$0] ?? $0 }
    return result
  }

  /// The same design with some of its rows, in that order.
  package func selectingRows(_ order: [Int]) -> DesignMatrix {
    var result = self
    result.matrix = matrix.selectingRows(order)
    result.response = order.map { response[$0] }
    result.rows = order.map { rows[$0] }
    result.offset = offset.map { values in order.map { values[$0] } }
    result.weights = weights.map { values in order.map { values[$0] } }
    let isWhole = order.count == response.count
    // The numbers of groups stay as they are while every group does.
    func moved(_ grouping: Grouping) -> Grouping {
      isWhole
        ? Grouping(
          name: grouping.name, codes: order.map { grouping.codes[$0] }, labels: grouping.labels)
        : grouping.selecting(order)
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
    // What no formula calls a column.
    let own = levels.map { level in
      var name = "| \(effect.name) = \(effect.labels[level])"
      while result.names.contains(name) { name += "′" }
      return name
    }
    // First, so that of a regressor which repeats the effect it is the regressor that is left out.
    var storage: [Double] = []
    storage.reserveCapacity(matrix.rowCount * (levels.count + matrix.columnCount))
    for level in levels { storage += effect.codes.map { Int($0) == level ? 1 : 0 } }
    storage += matrix.storage
    result.matrix = Matrix(
      rowCount: matrix.rowCount, columnCount: matrix.columnCount + levels.count, storage: storage)
    result.names = own + names
    result.terms = own.map { _ in "| " + effect.name } + terms
    // No one predicts with them: where the columns come from is not kept.
    result.kept = nil
    result.expandedNames.formUnion(own)
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
