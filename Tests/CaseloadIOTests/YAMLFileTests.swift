import Caseload
import CaseloadIO
import Testing

@Suite struct YAMLFileTests {
  private struct Entry: Decodable, Equatable {
    let name: String
    let minutes: Double
  }

  private struct File: Decodable, Equatable { let entries: [Entry] }

  private func failure(_ text: String) -> Diagnostic? {
    do throws(Diagnostic) {
      _ = try YAMLFile.decode(File.self, text: text, file: "f.yaml")
      return nil
    } catch { return error }
  }

  @Test func readsEntries() throws {
    let text = "entries:\n  - name: 民事\n    minutes: 120  # a comment\n"
    let file = try YAMLFile.decode(File.self, text: text, file: "f.yaml")
    #expect(file == File(entries: [Entry(name: "民事", minutes: 120)]))
  }

  @Test func aWrongTypeIsPlaced() throws {
    let error = try #require(failure("entries:\n  - name: a\n    minutes: many\n"))
    #expect(error.code == .malformedDefinition)
    #expect(error.location?.file == "f.yaml" && error.location?.row == 3)
    #expect(error.message.en.contains("entries.1.minutes") && error.message.en.contains("number"))
  }

  @Test func aMissingKeyIsNamed() throws {
    let error = try #require(failure("entries:\n  - name: a\n"))
    #expect(error.message.en.contains("'minutes' is missing") && error.location?.row == 2)
  }

  @Test func brokenSyntaxAndNothingAreRefused() throws {
    #expect(failure("entries: [1, 2\nx: }\n")?.code == .malformedDefinition)
    #expect(failure("")?.message.en == "it is empty.")
    #expect(throws: Diagnostic.self) { try YAMLFile.decode(File.self, at: "/no/such.yaml") }
  }
}
