import CaseloadTestSupport
import Testing

@Suite("Rules for the sources")
struct SourceRuleTests {
  @Test(
    "no file draws random numbers from the standard library, whose algorithms may change",
    arguments: [
      "Double.random", "Int.random", "Bool.random", ".shuffled(", ".shuffle(", ".randomElement(",
    ])
  func noUnseededRandomness(call: String) throws {
    let offenders = try Project.sources().filter { $0.text.contains(call) }.map(
      \.file.lastPathComponent)
    #expect(offenders.isEmpty)
  }

  @Test("the sources are found")
  func sourcesAreFound() throws {
    #expect(try Project.sources().contains { $0.file.lastPathComponent == "RandomStream.swift" })
  }
}
