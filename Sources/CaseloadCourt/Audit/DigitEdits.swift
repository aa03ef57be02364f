import CaseloadData

/// The numbers that a slip of the pen makes of a number.
enum DigitEdits {
  /// Every string of digits one insertion, deletion, substitution or swap of neighbors away.
  ///
  /// - Source: Damerau (1964), *Communications of the ACM* 7(3), 171–176.
  static func variants(_ text: String) -> Set<String> {
    let digits = Array(text)
    var result: Set<String> = []
    func keep(_ characters: [Character]) {
      guard let first = characters.first, first != "0" || characters.count == 1,
        characters.filter({ $0 == "." }).count <= 1, first != ".", characters.last != "."
      else { return }
      result.insert(String(characters))
    }
    for i in digits.indices {
      var shorter = digits
      shorter.remove(at: i)
      keep(shorter)
      if i + 1 < digits.count {
        var swapped = digits
        swapped.swapAt(i, i + 1)
        keep(swapped)
      }
      guard digits[i] != "." else { continue }
      for digit in "0123456789" where digit != digits[i] {
        var replaced = digits
        replaced[i] = digit
        keep(replaced)
      }
    }
    for i in 0...digits.count {
      for digit in "0123456789" {
        var longer = digits
        longer.insert(digit, at: i)
        keep(longer)
      }
    }
    result.remove(text)
    return result
  }

  /// Every string two such steps away and no fewer.
  static func twoStepVariants(_ text: String) -> Set<String> {
    let near = variants(text)
    return near.reduce(into: Set<String>()) { $0.formUnion(variants($1)) }
      .subtracting(near).subtracting([text])
  }
}
