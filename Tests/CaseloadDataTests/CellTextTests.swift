import Testing

@testable import CaseloadData

@Suite("Cells that lie in a text") struct CellTextTests {
  /// The cells of a text, separated by bars.
  private static func cells(_ text: String) -> CellText {
    let bytes = Array(text.utf8)
    var places: [CellText.Place] = []
    var start = 0
    for (i, byte) in bytes.enumerated() where byte == UInt8(ascii: "|") {
      places.append(CellText.Place(start..<i))
      start = i + 1
    }
    places.append(CellText.Place(start..<bytes.count))
    return CellText(bytes, places)
  }

  @Test("groups are of equal text, whether the text is a small number, a large one or a word")
  func groups() {
    let cells = Self.cells("7|07|7|7.0|123456789|0|00|7|123456789|East|0||NA|N|East|99999999|-7")
    let (codes, labels) = cells.grouped()
    #expect(
      labels == ["7", "07", "7.0", "123456789", "0", "00", "East", "N", "99999999", "-7"])
    #expect(codes == [0, 1, 0, 2, 3, 4, 5, 0, 3, 6, 4, -1, -1, 7, 6, 8, 9])
  }

  @Test("many whole numbers in any order are as many groups")
  func manyNumbers() {
    let numbers = (0..<5000).map { ($0 * 7919) % 5000 }
    let (codes, labels) = Self.cells(numbers.map { "\($0)" }.joined(separator: "|")).grouped()
    #expect(codes == (0..<5000).map(Int32.init))
    #expect(labels == numbers.map { "\($0)" })
  }

  @Test("numbers are read, missing cells are not, and the first that is none is named")
  func numbers() {
    let (values, refused) = Self.cells("1|-2.5e3|.5||NA| 4 |+6").numbers()
    #expect(refused == nil)
    #expect(values[0] == 1 && values[1] == -2500 && values[2] == 0.5)
    #expect(values[3].isNaN && values[4].isNaN && values[5] == 4 && values[6] == 6)
    #expect(Self.cells("1|2|3 judges|x").numbers().refused == 2)
    #expect(Self.cells("1|inf").numbers().refused == 1)
    #expect(Self.cells("1|0x10").numbers().refused == 1)
  }
}
