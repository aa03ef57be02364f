/// The characters of a formula, and a place among them.
struct FormulaScanner {
  private let characters: [Character]
  var position = 0

  init(_ text: String) { characters = Array(text) }

  /// The character at the place, blanks included.
  var current: Character { position < characters.count ? characters[position] : " " }

  mutating func advance() { position += 1 }

  mutating func skipBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  /// The next character that is not blank.
  mutating func peek() -> Character? {
    skipBlanks()
    return position < characters.count ? characters[position] : nil
  }

  mutating func take() -> Character? {
    guard let character = peek() else { return nil }
    position += 1
    return character
  }

  /// Whether `text` comes next; takes it then.
  mutating func takes(_ text: String) -> Bool {
    skipBlanks()
    let wanted = Array(text)
    guard position + wanted.count <= characters.count,
      Array(characters[position..<position + wanted.count]) == wanted
    else { return false }
    position += wanted.count
    return true
  }

  /// Whether the character at the place is a number by itself.
  func isLoneDigit() -> Bool {
    guard position + 1 < characters.count else { return true }
    let next = characters[position + 1]
    return !(next.isNumber || next == "." || next.isLetter || next == "_")
  }

  /// Whether a tilde follows before the next bar outside parentheses.
  func hasTilde() -> Bool {
    var depth = 0
    for character in characters[position...] {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0, character == "|" { return false }
      if depth == 0, character == "~" { return true }
    }
    return false
  }

  /// A letter or underscore, then letters, digits, underscores and dots; or anything in backticks.
  mutating func name() -> String? {
    guard let first = peek() else { return nil }
    if first == "`" {
      guard let end = characters[(position + 1)...].firstIndex(of: "`") else { return nil }
      defer { position = end + 1 }
      return String(characters[(position + 1)..<end])
    }
    guard first.isLetter || first == "_" else { return nil }
    let start = position
    while position < characters.count,
      characters[position].isLetter || characters[position].isNumber || characters[position] == "_"
        || characters[position] == "."
    {
      position += 1
    }
    return String(characters[start..<position])
  }

  /// A number without a sign.
  mutating func number() -> Double? {
    guard let first = peek(), first.isNumber || first == "." else { return nil }
    let start = position
    while position < characters.count {
      let c = characters[position]
      let isExponentSign =
        (c == "+" || c == "-") && position > start
        && (characters[position - 1] == "e" || characters[position - 1] == "E")
      guard c.isNumber || c == "." || c == "e" || c == "E" || isExponentSign else { break }
      position += 1
    }
    guard let value = Double(String(characters[start..<position])) else {
      position = start
      return nil
    }
    return value
  }

  /// A number with a sign, or `nil` with the place unchanged.
  mutating func signedNumber() -> Double? {
    let start = position
    let isNegative = peek() == "-"
    if isNegative { advance() }
    guard let value = number() else {
      position = start
      return nil
    }
    return isNegative ? -value : value
  }

  /// Text in quotation marks, or `nil` with the place unchanged.
  mutating func quotedText() -> String? {
    guard let mark = peek(), mark == "\"" || mark == "'" else { return nil }
    guard let end = characters[(position + 1)...].firstIndex(of: mark) else { return nil }
    defer { position = end + 1 }
    return String(characters[(position + 1)..<end])
  }

  /// What was written from `begin` to the place.
  func source(from begin: Int) -> String {
    var text = String(characters[begin..<position])
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  mutating func expect(_ character: Character, _ message: Text) throws(Diagnostic) {
    guard peek() == character else { throw failure(message) }
    position += 1
  }

  /// An error with a caret at the place.
  func failure(_ message: Text) -> Diagnostic {
    // A wide character takes two columns of a terminal, so the caret moves over by one more.
    let before = characters[..<min(position, characters.count)]
    let blanks = before.reduce(0) { $0 + ($1.isWide ? 2 : 1) } + max(0, position - characters.count)
    let caret = "\n    \(String(characters))\n    \(String(repeating: " ", count: blanks))^"
    return Diagnostic(
      .formulaSyntax, .error,
      Text(
        en: message.en + " at character \(position + 1) of the formula." + caret,
        zh: message.zh + "（公式第 \(position + 1) 个字符）。" + caret),
      hint: Text(
        en: "A formula reads: filings ~ judges + C(court) + I(year^2) | month.",
        zh: "公式示例：filings ~ judges + C(court) + I(year^2) | month。"))
  }
}

extension Character {
  /// Whether a terminal gives it two columns.
  fileprivate var isWide: Bool {
    unicodeScalars.contains {
      (0x1100...0x115F).contains($0.value) || (0x2E80...0xA4CF).contains($0.value)
        || (0xAC00...0xD7A3).contains($0.value) || (0xF900...0xFAFF).contains($0.value)
        || (0xFE30...0xFE6F).contains($0.value) || (0xFF00...0xFF60).contains($0.value)
        || (0x20000...0x3FFFD).contains($0.value)
    }
  }
}
