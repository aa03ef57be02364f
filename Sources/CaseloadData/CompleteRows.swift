/// Which rows have a value for everything, and why the others have not.
struct CompleteRows {
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

  private mutating func requireText(_ name: String) throws(Diagnostic) {
    let codes = try table.grouped(name).codes
    require(codes, name)
  }

  /// Requires every variable of a factor; those of categories as text.
  mutating func require(_ factor: Formula.Factor, _ evaluator: inout FormulaEvaluator)
    throws(Diagnostic)
  {
    switch factor.expression {
    case .category(let name, _): try requireText(name)
    case .indicators(let name, let times, _):
      try requireText(name)
      if let times { require(try evaluator.numeric(.variable(times)), times) }
    case .variable(let name) where try evaluator.isCategory(factor): try requireText(name)
    default: require(try evaluator.numeric(factor.expression), factor.label)
    }
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
