import CNumberText

/// A column of cells that lie somewhere in one text, such as the column of a CSV file.
///
/// The text is shared by the columns and kept as it was read; a cell costs eight bytes beside it, so
/// that tables of many millions of rows fit, and numbers are read without making strings.
public struct CellText: Sendable {
  private let bytes: [UInt8]
  private let places: [Place]

  /// Where a cell lies: its start in the upper 40 bits, its length in the lower 24.
  package struct Place: Sendable {
    fileprivate let word: UInt64

    /// - Precondition: the cell is shorter than ``longest``.
    package init(_ range: Range<Int>) {
      precondition(range.count < CellText.longest, "a cell of \(range.count) bytes")
      word = UInt64(range.lowerBound) << 24 | UInt64(range.count)
    }

    fileprivate var range: Range<Int> {
      let start = Int(word >> 24)
      return start..<start + Int(word & 0xFF_FFFF)
    }
  }

  /// Every cell is shorter than this, 16 MiB.
  package static let longest = 1 << 24

  /// The cells at `places` of `bytes`, which are UTF-8.
  package init(_ bytes: [UInt8], _ places: [Place]) {
    self.bytes = bytes
    self.places = places
  }

  /// The number of cells.
  public var count: Int { places.count }

  /// Cell `i` as it was written.
  public subscript(_ i: Int) -> String { String(decoding: bytes[places[i].range], as: UTF8.self) }

  /// Cell `i` as a number: NaN where it is missing, `nil` where it is no number.
  func number(_ i: Int) -> Double? {
    let range = places[i].range
    guard let first = range.first else { return .nan }
    let lead = bytes[first]
    let isPlain =
      lead &- UInt8(ascii: "0") < 10 || lead == UInt8(ascii: "-") || lead == UInt8(ascii: ".")
    if isPlain {
      var value = 0.0
      let taken = bytes.withUnsafeBufferPointer { buffer in
        // The range lies in the text by construction.
        buffer.baseAddress.map { number_text_read($0 + range.lowerBound, range.count, &value) } ?? 0
      }
      if taken == range.count { return value }
    }
    return Table.number(self[i])
  }

  /// The cells as numbers, NaN where they are missing; or the first cell that is no number.
  func numbers() -> (values: [Double], refused: Int?) {
    var values = [Double](repeating: 0, count: count)
    var others: [Int] = []
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        others = Array(values.indices)
        return
      }
      for (i, place) in places.enumerated() {
        let range = place.range
        var value = 0.0
        // The range lies in the text by construction; what does not begin as a number is left.
        if number_text_read(base + range.lowerBound, range.count, &value) == range.count,
          !range.isEmpty, base[range.lowerBound] < UInt8(ascii: "A")
        {
          values[i] = value
        } else {
          others.append(i)
        }
      }
    }
    for i in others {
      guard let value = Table.number(self[i]) else { return (values, i) }
      values[i] = value
    }
    return (values, nil)
  }

  /// The cells as groups of equal text; a missing one has the code −1.
  func grouped() -> (codes: [Int32], labels: [String]) {
    var index: [UInt64: Int32] = [:]
    // Small whole numbers find their group by themselves.
    var direct: [Int32] = []
    let largest = max(1 << 16, 4 * count)
    var labels: [String] = []
    var representatives: [Range<Int>] = []
    var codes: [Int32] = []
    codes.reserveCapacity(count)
    var previous: (range: Range<Int>, code: Int32)?
    func newGroup(_ i: Int, _ range: Range<Int>) -> Int32 {
      labels.append(self[i])
      representatives.append(range)
      return Int32(labels.count - 1)
    }
    for (i, place) in places.enumerated() {
      let range = place.range
      if let number = wholeNumber(range), number < largest {
        if number >= direct.count {
          direct += [Int32](repeating: -1, count: max(number + 1, 2 * direct.count) - direct.count)
        }
        if direct[number] < 0 { direct[number] = newGroup(i, range) }
        codes.append(direct[number])
        continue
      }
      if let previous, isEqual(previous.range, range) {
        codes.append(previous.code)
        continue
      }
      var code = Int32(-1)
      if !isMissing(range) {
        // FNV-1a, 64 bits; texts of one hash take the next free keys.
        var key: UInt64 = 0xcbf2_9ce4_8422_2325
        for k in range { key = (key ^ UInt64(bytes[k])) &* 0x100_0000_01b3 }
        while let candidate = index[key], !isEqual(representatives[Int(candidate)], range) {
          key &+= 1
        }
        if let known = index[key] {
          code = known
        } else {
          code = newGroup(i, range)
          index[key] = code
        }
      }
      codes.append(code)
      previous = (range, code)
    }
    return (codes, labels)
  }

  /// The whole number below 10⁸ that a cell is, written without a sign or leading zeros: for such
  /// cells equal numbers are equal texts.
  private func wholeNumber(_ range: Range<Int>) -> Int? {
    guard range.count > 0, range.count <= 8 else { return nil }
    let first = bytes[range.lowerBound]
    guard first != UInt8(ascii: "0") || range.count == 1 else { return nil }
    var value = 0
    for k in range {
      let digit = bytes[k] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = 10 * value + Int(digit)
    }
    return value
  }

  private func isMissing(_ range: Range<Int>) -> Bool {
    guard let first = range.first else { return true }
    guard range.count <= 4, bytes[first] | 0x20 == UInt8(ascii: "n") else { return false }
    return Table.missingMarks.contains(String(decoding: bytes[range], as: UTF8.self))
  }

  private func isEqual(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    for k in 0..<a.count where bytes[a.lowerBound + k] != bytes[b.lowerBound + k] { return false }
    return true
  }
}
