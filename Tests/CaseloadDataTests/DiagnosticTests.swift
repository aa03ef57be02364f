import CaseloadData
import Foundation
import Testing

@Suite("Diagnostic")
struct DiagnosticTests {
  static let note = Diagnostic(
    .gap, .note, Text(en: "A gap.", zh: "缺口。"), at: Diagnostic.Location(row: 3))

  @Test("a place is filled in where it said nothing")
  func placeIsFilledIn() {
    let located = Self.note.located(Diagnostic.Location(file: "a.csv", row: 9))
    #expect(located.location == Diagnostic.Location(file: "a.csv", row: 3))
  }

  @Test("as an error only the severity changes")
  func asError() {
    let error = Self.note.asError
    #expect(
      error.severity == .error && error.code == .gap && error.message == Self.note.message
        && error.location == Self.note.location)
  }

  @Test("JSON reads back what was written")
  func jsonRoundTrips() throws {
    let data = try JSONEncoder().encode(Self.note)
    #expect(try JSONDecoder().decode(Diagnostic.self, from: data) == Self.note)
  }
}
