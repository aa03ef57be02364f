import CaseloadTestSupport
import Foundation
import Testing

@Suite("Add a model") struct AddAModelPageTests {
  @Test("the page shows the model as it is")
  func mean() throws {
    let root = Project.root
    let page = try String(
      contentsOf: root.appending(path: "Sources/Caseload/Documentation.docc/AddAModel.md"),
      encoding: .utf8)
    let file = try String(
      contentsOf: root.appending(
        path: "Sources/CaseloadForecasting/Models/Averages/Mean.swift"), encoding: .utf8)
    #expect(page.contains(file))
  }
}
