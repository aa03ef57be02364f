import CaseloadData
import CaseloadMath

/// A hypothesis on coefficients as a person writes it: `post:treat = 0`, `x1 = x2`,
/// `2*x1 + x2 = 1`, `(Intercept)`.
///
/// A term is written as the coefficient table shows it; without an equals sign the expression is
/// 0 under the hypothesis. Several, separated by semicolons, are tested jointly.
public struct LinearHypothesis: Sendable, Equatable {
  public let text: String
  /// One row a restriction, one column a coefficient.
  public let restrictions: Matrix
  /// The value of each restriction.
  public let values: [Double]

  /// - Parameters:
  ///   - text: the hypothesis.
  ///   - names: of the coefficients.
  /// - Throws: ``DiagnosticCode/formulaSyntax`` with a caret, ``DiagnosticCode/unknownName`` for a
  ///   term that is no coefficient.
  public init(_ text: String, names: [String]) throws(Diagnostic) {
    var parser = Parser(text, names)
    var rows: [[Double]] = []
    var values: [Double] = []
    repeat {
      let left = try parser.expression()
      var row = left.coefficients
      var value = -left.constant
      if parser.take("=") {
        let right = try parser.expression()
        for j in row.indices { row[j] -= right.coefficients[j] }
        value += right.constant
      }
      guard row.contains(where: { $0 != 0 }) else {
        throw parser.failure(
          Text(en: "The hypothesis is about no coefficient", zh: "该假设不涉及任何系数"))
      }
      rows.append(row)
      values.append(value)
    } while parser.take(";")
    try parser.finish()
    self.text = text
    restrictions = Matrix(rows: rows)
    self.values = values
  }

  private struct Parser {
    private let characters: [Character]
    private let names: [(name: [Character], index: Int)]
    private let allNames: [String]
    private var position = 0

    init(_ text: String, _ names: [String]) {
      characters = Array(text)
      allNames = names
      // The longest first, since a name may begin another.
      self.names = names.enumerated().map { (Array($0.element), $0.offset) }
        .sorted { ($0.0.count, $1.1) > ($1.0.count, $0.1) }
    }

    typealias Linear = (coefficients: [Double], constant: Double)

    // expression := ['-'] product { ('+' | '-') product }
    mutating func expression() throws(Diagnostic) -> Linear {
      var result: Linear = ([Double](repeating: 0, count: allNames.count), 0)
      var sign = take("-") ? -1.0 : 1
      while true {
        let part = try product()
        for j in result.coefficients.indices {
          result.coefficients[j] += sign * part.coefficients[j]
        }
        result.constant += sign * part.constant
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return result }
      }
    }

    // product := number ['*' name] | name ['*' number | '/' number]
    private mutating func product() throws(Diagnostic) -> Linear {
      var zero: Linear = ([Double](repeating: 0, count: allNames.count), 0)
      if let index = name() {
        zero.coefficients[index] = 1
        if take("*") {
          guard let factor = number() else { throw failure(Self.expectedNumber) }
          zero.coefficients[index] = factor
        } else if take("/") {
          guard let factor = number(), factor != 0 else { throw failure(Self.expectedNumber) }
          zero.coefficients[index] = 1 / factor
        }
        return zero
      }
      guard let value = number() else { throw unknownTerm() }
      if take("*") {
        guard let index = name() else { throw unknownTerm() }
        zero.coefficients[index] = value
      } else {
        zero.constant = value
      }
      return zero
    }

    private static let expectedNumber = Text(en: "Expected a number", zh: "此处应为数字")

    private mutating func skipBlanks() {
      while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    mutating func take(_ character: Character) -> Bool {
      skipBlanks()
      guard position < characters.count, characters[position] == character else { return false }
      position += 1
      return true
    }

    private mutating func name() -> Int? {
      skipBlanks()
      for (name, index) in names where !name.isEmpty {
        let end = position + name.count
        guard end <= characters.count, Array(characters[position..<end]) == name else { continue }
        // Not the beginning of a longer word.
        if let last = name.last, end < characters.count, Self.isWord(last),
          Self.isWord(characters[end]) || characters[end] == ":" || characters[end] == "("
        {
          continue
        }
        position = end
        return index
      }
      return nil
    }

    private static func isWord(_ c: Character) -> Bool {
      c.isLetter || c.isNumber || c == "_" || c == "."
    }

    private mutating func number() -> Double? {
      skipBlanks()
      let start = position
      while position < characters.count {
        let c = characters[position]
        let isSign =
          (c == "-" || c == "+")
          && (position == start || characters[position - 1] == "e")
        guard c.isNumber || c == "." || c == "e" || isSign else { break }
        position += 1
      }
      guard let value = Double(String(characters[start..<position])) else {
        position = start
        return nil
      }
      return value
    }

    private mutating func unknownTerm() -> Diagnostic {
      skipBlanks()
      let rest = characters[position...].prefix {
        !$0.isWhitespace && !"=+*;".contains($0)
      }
      guard !rest.isEmpty else {
        return failure(Text(en: "Expected a term", zh: "此处应为系数名"))
      }
      return Diagnostic.unknownName(
        String(rest), among: allNames, kind: Text(en: "coefficient", zh: "系数"))
    }

    mutating func finish() throws(Diagnostic) {
      skipBlanks()
      guard position == characters.count else {
        throw failure(
          Text(
            en: "Unexpected '\(characters[position])'", zh: "意外的 '\(characters[position])'"))
      }
    }

    func failure(_ message: Text) -> Diagnostic {
      let caret =
        "\n    \(String(characters))\n    \(String(repeating: " ", count: position))^"
      return Diagnostic(
        .formulaSyntax, .error,
        Text(
          en: message.en + " at character \(position + 1) of the hypothesis." + caret,
          zh: message.zh + "（假设第 \(position + 1) 个字符）。" + caret),
        hint: Text(
          en: "Write x1 = x2, 2*x1 + x2 = 1, or x1; x2 for both at once.",
          zh: "可写作 x1 = x2、2*x1 + x2 = 1，或以 x1; x2 联合检验。"))
    }
  }
}
