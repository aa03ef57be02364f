/// A term's name, or a glob in which `*` stands for any characters and `?` for one.
///
/// There are no character classes, for names of terms hold brackets.
package struct TermPattern {
  package let text: String
  private let characters: [Character]

  package init(_ text: String) {
    self.text = text
    characters = Array(text)
  }

  package func matches(_ name: String) -> Bool { captures(in: name) != nil }

  /// What each `*` stands for, from the left, each as short as the rest allows; `nil` if `name`
  /// does not match. The name itself is always a match, with its own asterisks standing for
  /// themselves.
  func captures(in name: String) -> [String]? {
    if name == text { return characters.filter { $0 == "*" }.map(String.init) }
    let name = Array(name)
    // Where the last star stands and what it holds so far: it alone ever needs to hold more.
    var captured: [Range<Int>] = []
    var star: Int?
    var (i, j) = (0, 0)
    while j < name.count || i < characters.count {
      if i < characters.count, characters[i] == "*" {
        star = i
        captured.append(j..<j)
        i += 1
      } else if i < characters.count, j < name.count,
        characters[i] == "?" || characters[i] == name[j]
      {
        i += 1
        j += 1
      } else if let star, let last = captured.last, last.upperBound < name.count {
        captured[captured.count - 1] = last.lowerBound..<last.upperBound + 1
        i = star + 1
        j = last.upperBound + 1
      } else {
        return nil
      }
    }
    return captured.map { String(name[$0]) }
  }

  /// `label` with its k-th `*` replaced by the k-th capture; further ones stay.
  static func filled(_ label: String, with captures: [String]) -> String {
    var rest = captures[...]
    var result = ""
    for character in label {
      if character == "*", let capture = rest.popFirst() {
        result += capture
      } else {
        result.append(character)
      }
    }
    return result
  }
}
