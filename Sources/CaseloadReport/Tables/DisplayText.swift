/// Text on lines of a terminal, where a wide character takes two columns.
extension String {
  /// Terminal columns: two for a CJK character or full-width form, none for a combining mark.
  package var displayWidth: Int {
    unicodeScalars.reduce(0) { width, scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        width + 2
      case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: width
      default: width + 1
      }
    }
  }

  /// This, with spaces after it up to `width` columns.
  func leading(_ width: Int) -> String { self + Self.spaces(width - displayWidth) }

  /// This in the middle of `width` columns.
  func centered(_ width: Int) -> String {
    let room = Swift.max(0, width - displayWidth)
    return Self.spaces(room / 2) + self + Self.spaces(room - room / 2)
  }

  static func spaces(_ count: Int) -> String { String(repeating: " ", count: Swift.max(0, count)) }

  /// Lines of at most `width` columns, broken at spaces and between wide characters; a word that is
  /// longer than a line is broken where the line ends.
  ///
  /// No line begins with a closing mark of Chinese punctuation, nor ends with an opening one.
  package func wrapped(_ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for piece in unbreakablePieces {
      if line.displayWidth + piece.trimmingSpaceAtEnd.displayWidth <= width {
        line += piece
        continue
      }
      if !line.isEmpty { lines.append(line.trimmingSpaceAtEnd) }
      line = ""
      for character in piece {
        if !line.isEmpty, (line + String(character)).trimmingSpaceAtEnd.displayWidth > width {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    let last = line.trimmingSpaceAtEnd
    return last.isEmpty && !lines.isEmpty ? lines : lines + [last]
  }

  /// Pieces between which a line may end, each with the spaces after it.
  private var unbreakablePieces: [String] {
    let closing: Set<Character> = ["，", "。", "、", "；", "：", "！", "？", "）", "”", "》", "】"]
    let opening: Set<Character> = ["（", "“", "《", "【"]
    // "p < 0.1" and "n − 1" stay on one line.
    let signs: Set<Character> = ["−", "<", "="]
    var pieces: [String] = []
    var previous: Character?
    var sign: Character?
    for character in self {
      let isWide = String(character).displayWidth > 1
      let breaks =
        previous.map { previous in
          if character == " " || closing.contains(character) || opening.contains(previous) {
            return false
          }
          if previous == " ", signs.contains(character) || sign.map(signs.contains) ?? false {
            return false
          }
          return previous == " " || isWide || String(previous).displayWidth > 1
        } ?? true
      if breaks {
        pieces.append(String(character))
      } else {
        pieces[pieces.count - 1].append(character)
      }
      if character != " " { sign = character }
      previous = character
    }
    return pieces
  }

  var trimmingSpaceAtEnd: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
