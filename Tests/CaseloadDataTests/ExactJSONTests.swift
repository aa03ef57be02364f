import Foundation
import Testing

@testable import CaseloadData

@Suite("JSON that reads back exactly") struct ExactJSONTests {
  private struct Numbers: Codable, Equatable {
    var values: [Double]
    var optional: Double?
    @NullForNaN var gaps: [Double]
  }

  private func roundTrip(_ numbers: Numbers) throws -> Numbers {
    try ExactJSON.value(Numbers.self, from: Data(ExactJSON.text(numbers).utf8))
  }

  @Test("numbers come back bit for bit, the infinite ones and the least among them")
  func bits() throws {
    let values = [
      .infinity, -.infinity, 0, -0.0, 0.1, 1 / 3, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.pi, 1e22, 123_456_789_012_345_680,
    ]
    let numbers = Numbers(values: values, optional: -.infinity, gaps: values)
    let copy = try roundTrip(numbers)
    #expect(copy.values.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(copy.gaps.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(copy.optional == -.infinity)
  }

  @Test("NaN comes back as NaN, and none as none")
  func notANumber() throws {
    let copy = try roundTrip(Numbers(values: [.nan, 1], optional: .nan, gaps: [.nan, .infinity]))
    #expect(copy.values[0].isNaN && copy.values[1] == 1)
    #expect(copy.optional?.isNaN == true)
    #expect(copy.gaps[0].isNaN && copy.gaps[1] == .infinity)
    #expect(try roundTrip(Numbers(values: [], optional: nil, gaps: [])).optional == nil)
  }

  @Test("a reader that does not know the words refuses them")
  func strangers() throws {
    let text = try ExactJSON.text([Double.infinity])
    #expect(text == #"["Infinity"]"#)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    }
  }
}
