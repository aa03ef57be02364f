import Caseload

/// Checks that the staffing commands share.
enum StaffOptions {
  /// The value of an option that this way of asking needs.
  static func required<Value>(_ value: Value?, _ option: String, _ example: String)
    throws(Diagnostic) -> Value
  {
    guard let value else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "\(option) is missing.", zh: "缺少 \(option)。"),
        hint: Text(en: "Add \(option) \(example).", zh: "请加上 \(option) \(example)。"))
    }
    return value
  }

  /// Throws unless there is at least one draw and not too many.
  static func check(draws: Int, atMost most: Int = 1_000_000) throws(Diagnostic) {
    guard (1...most).contains(draws) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "\(draws) draws are not possible.", zh: "抽样次数不能为 \(draws)。"),
        hint: Text(en: "Write --draws with 1 to \(most).", zh: "--draws 应为 1 至 \(most)。"))
    }
  }

  /// A column of numbers, none missing and none below zero.
  static func amounts(_ column: String, of table: Table) throws(Diagnostic) -> [Double] {
    let numbers = try table.numbers(column)
    for (i, number) in numbers.enumerated() {
      let place = Diagnostic.Location(file: table.source, row: table.lines[i], column: column)
      guard !number.isNaN else {
        throw Diagnostic(
          .missingValues, .error,
          Text(en: "'\(column)' has an empty cell.", zh: "“\(column)”列有空单元格。"), at: place,
          hint: Text(en: "Fill it in, or remove the row.", zh: "请补全，或删去该行。"))
      }
      guard number >= 0 else {
        throw Diagnostic(
          .negativeCount, .error,
          Text(
            en: "\(NumberText.plain(number)) is below zero.", zh: "\(NumberText.plain(number)) 小于零。"
          ),
          at: place, hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
      }
    }
    return numbers
  }

  /// A column of whole numbers, none below zero; `nil` where a cell is empty.
  static func counts(_ column: String, of table: Table) throws(Diagnostic) -> [Int?] {
    let numbers = try table.numbers(column)
    var counts: [Int?] = []
    for (i, number) in numbers.enumerated() {
      if number.isNaN {
        counts.append(nil)
        continue
      }
      guard number >= 0, number <= 1e9, number == number.rounded() else {
        throw Diagnostic(
          .illegalStaff, .error,
          Text(
            en: "'\(column)' must be a whole number of judges, not \(NumberText.plain(number)).",
            zh: "“\(column)”应为整数人数，不能为 \(NumberText.plain(number))。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: column),
          hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
      }
      counts.append(Int(number))
    }
    return counts
  }
}
