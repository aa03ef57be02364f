import CaseloadData

extension RegressionTable {
  /// A table before it is written in any format.
  struct Layout: Sendable {
    var title: Text?
    /// Figures of the whole fit that stand above the coefficients.
    var facts: [Fact] = []
    /// From the top; each row covers all columns.
    var header: [[HeaderCell]]
    var blocks: [Block]
    var notes: [Text] = []

    var columnCount: Int { header.last?.reduce(0) { $0 + $1.columnCount } ?? 0 }
    var rows: [Row] { blocks.flatMap(\.rows) }
  }

  /// A figure or a word about a whole fit.
  struct Fact: Sendable, Equatable {
    let label: Text
    let value: Cell
  }

  struct HeaderCell: Sendable, Equatable {
    /// Empty for none.
    let text: Text
    var columnCount = 1
  }

  /// Rows between two rules.
  struct Block: Sendable, Equatable {
    enum Kind: Sendable { case coefficients, fixedEffects, statistics }
    let kind: Kind
    /// Over the rows, which are then set in.
    var heading: Text?
    var rows: [Row]
  }

  /// A label, and under one another what belongs to it.
  struct Row: Sendable, Equatable {
    let label: Text
    /// As many cells a line as the table has columns.
    let lines: [[Cell]]

    func isBlank(over columns: Range<Int>) -> Bool {
      lines.allSatisfy { line in columns.allSatisfy { line[$0] == .blank } }
    }
  }

  enum Cell: Sendable, Equatable {
    case blank
    case number(Numeral)
    case interval(lower: Text, upper: Text)
    /// `p < 0.001`, `t = 2.34`.
    case relation(String, String, Text)
    case words(Text)

    func text(_ language: Language) -> String {
      switch self {
      case .blank: ""
      case .number(let numeral): numeral.whole(language) + numeral.rest(language)
      case .interval(let lower, let upper): "[\(lower[language]), \(upper[language])]"
      case .relation(let name, let sign, let digits): "\(name) \(sign) \(digits[language])"
      case .words(let words): words[language]
      }
    }
  }

  /// A number as it is shown, with what stands around it.
  struct Numeral: Sendable, Equatable {
    var opening = ""
    let digits: Text
    var closing = ""
    var stars = 0

    /// What stands before the decimal point, or all but what follows the digits.
    func whole(_ language: Language) -> String {
      opening + digits[language].prefix { $0 != "." }
    }

    /// The decimal point and what follows it; numbers align where it begins.
    func rest(_ language: Language) -> String {
      digits[language].drop { $0 != "." } + closing + String(repeating: "*", count: stars)
    }
  }
}

extension [RegressionTable.HeaderCell] {
  /// Whether a text stands over several columns; then a rule below each tells which.
  var hasSpans: Bool { contains { $0.columnCount > 1 && !$0.text.en.isEmpty } }

  /// Whether one cell stands over both `column` and the one before.
  func divides(at column: Int) -> Bool {
    var start = 0
    for cell in self {
      if start >= column { return false }
      start += cell.columnCount
      if start > column { return true }
    }
    return false
  }

  /// The part of a row of the header over `columns`.
  func cells(over columns: Range<Int>) -> Self {
    var start = 0
    var part: Self = []
    for cell in self {
      let common = columns.clamped(to: start..<start + cell.columnCount)
      if !common.isEmpty { part.append(.init(text: cell.text, columnCount: common.count)) }
      start += cell.columnCount
    }
    return part
  }
}
