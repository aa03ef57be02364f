/// What a design takes from a table beside the columns of its terms, over all rows.
struct DesignVariables {
  let response: [Double]
  let effects: [GroupedColumns]
  let clusters: [GroupedColumns]
  private(set) var offset: [Double]?
  private(set) var weights: [Double]?
  let weightLabel: String
  private let timeName: String?
  private let ordinals: [Int?]?

  /// Columns whose combinations are the levels of an effect or the clusters.
  struct GroupedColumns {
    let columns: [String]
    let parts: [(codes: [Int32], labels: [String])]

    /// - Parameters:
    ///   - columns: by name.
    ///   - table: that holds them.
    ///   - known: columns that were grouped before: an effect is often a cluster too.
    ///   - complete: takes note of the missing cells.
    /// - Throws: ``DiagnosticCode/unknownColumn``.
    init(
      _ columns: [String], _ table: Table,
      _ known: inout [String: (codes: [Int32], labels: [String])],
      _ complete: inout CompleteRows
    ) throws(Diagnostic) {
      var parts: [(codes: [Int32], labels: [String])] = []
      for column in columns {
        let part: (codes: [Int32], labels: [String])
        if let seen = known[column] { part = seen } else { part = try table.grouped(column) }
        known[column] = part
        complete.require(part.codes, column)
        parts.append(part)
      }
      self.columns = columns
      self.parts = parts
    }

    /// The groups of the rows that are used.
    func grouping(_ rows: [Int]) -> Grouping {
      var result: Grouping?
      for (column, part) in zip(columns, parts) {
        let own = Grouping(name: column, codes: part.codes, labels: part.labels).selecting(rows)
        result = result?.crossed(with: own) ?? own
      }
      return result ?? Grouping(name: "", codes: [], labels: [])
    }
  }

  /// - Throws: a diagnostic for an unknown column, text where a number is needed, or a negative weight.
  init(
    _ formula: Formula, _ options: DesignOptions, _ evaluator: inout FormulaEvaluator,
    _ complete: inout CompleteRows
  ) throws(Diagnostic) {
    let table = evaluator.table
    response = try evaluator.numeric(formula.response.expression)
    complete.require(response, formula.response.label)
    func columns(_ name: String) -> [String] { name.split(separator: "^").map(String.init) }
    var known: [String: (codes: [Int32], labels: [String])] = [:]
    var effects: [GroupedColumns] = []
    for names in formula.fixedEffects + options.fixedEffects.map(columns) {
      effects.append(try GroupedColumns(names, table, &known, &complete))
    }
    var clusters: [GroupedColumns] = []
    for name in formula.clusters + options.clusters.filter({ !formula.clusters.contains($0) }) {
      clusters.append(try GroupedColumns(columns(name), table, &known, &complete))
    }
    self.effects = effects
    self.clusters = clusters
    timeName = options.time
    if let time = options.time {
      let ordinals = try table.ordinals(time)
      complete.require(ordinals.map { $0 == nil ? Int32(-1) : 0 }, time)
      self.ordinals = ordinals
    } else {
      ordinals = nil
    }
    for factor in formula.offsets {
      let values = try evaluator.numeric(factor.expression)
      complete.require(values, factor.label)
      offset = offset.map { zip($0, values).map { $0 + $1 } } ?? values
    }
    weightLabel = formula.weights?.label ?? options.weights ?? "weights"
    if let factor = formula.weights {
      weights = try evaluator.numeric(factor.expression)
    } else if let name = options.weights {
      weights = try table.numbers(name)
    }
    guard let weights else { return }
    complete.require(weights, weightLabel)
    if let row = weights.firstIndex(where: { $0 < 0 }) {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "The weight \(numberText(weights[row])) is negative.",
          zh: "权重 \(numberText(weights[row])) 为负。"),
        at: Diagnostic.Location(file: table.source, row: table.lines[row], column: weightLabel),
        hint: Text(
          en: "Weights are positive; a row with weight 0 is left out.",
          zh: "权重应为正数；权重为 0 的行不参与计算。"))
    }
    complete.leaveOutZeros(weights, weightLabel)
  }

  /// The periods of the rows that are used, in ascending order.
  func times(_ rows: [Int]) -> Grouping? {
    guard let ordinals, let timeName else { return nil }
    let used = rows.map { ordinals[$0] ?? 0 }
    let ascending = Set(used).sorted()
    var position: [Int: Int32] = [:]
    for (k, ordinal) in ascending.enumerated() { position[ordinal] = Int32(k) }
    return Grouping(
      name: timeName, codes: used.map { position[$0] ?? 0 }, labels: ascending.map { "\($0)" })
  }
}
