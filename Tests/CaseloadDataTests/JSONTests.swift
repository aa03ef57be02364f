import CaseloadData
import Foundation
import Testing

@Suite("JSON")
struct JSONTests {
  @Test(
    "text on a command line has its type",
    arguments: [
      ("true", JSON.bool(true)), ("false", false), ("null", .null), ("12", 12), ("-1.5e3", -1500),
      ("inf", "inf"), ("nan", "nan"), ("damped", "damped"), ("", ""),
    ])
  func typedText(text: String, expected: JSON) {
    #expect(JSON(typed: text) == expected)
  }

  @Test("a value reads back from its own text")
  func roundTrips() throws {
    let value: JSON = ["a": [1, 2.5, true, false, .null], "b": ["c": "x"], "d": [], "e": "1"]
    let data = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(JSON.self, from: data) == value)
  }

  @Test("zero and one stay numbers")
  func zeroAndOneStayNumbers() throws {
    let value = try JSONDecoder().decode(JSON.self, from: Data("[0, 1]".utf8))
    #expect(value == [0, 1])
  }

  @Test("a member is found by its name")
  func memberByName() {
    let value: JSON = ["n": 3, "s": "x", "a": [1]]
    #expect(value["n"]?.number == 3 && value["s"]?.string == "x" && value["a"]?.array == [1])
  }

  @Test("what is of another type is nil")
  func otherTypesAreNil() {
    let value: JSON = "x"
    #expect(value["n"] == nil && value.number == nil && value.array == nil)
  }

  @Test("a number that JSON cannot write is an error")
  func nanIsAnError() {
    #expect(throws: EncodingError.self) { try JSONEncoder().encode(JSON.array([.number(.nan)])) }
  }
}
