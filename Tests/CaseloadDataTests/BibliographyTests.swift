import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("Bibliography")
struct BibliographyTests {
  @Test("no key stands for two sources")
  func keysAreUnique() throws {
    let file = Project.root.appending(path: "Sources/CaseloadData/Bibliography.swift")
    let keys = try String(contentsOf: file, encoding: .utf8)
      .matches(of: /key: "([^"]+)"/).map { String($0.output.1) }
    #expect(!keys.isEmpty && Set(keys).count == keys.count)
  }
}
