import CaseloadTestSupport
import Foundation
import Testing

@Suite("The report command")
struct ReportCommandTests {
  private static var hasTools: Bool {
    FileManager.default.fileExists(
      atPath: Project.root.appendingPathComponent(".venv/bin/pandoc").path)
  }

  @Test(
    "a page asks the network for nothing and runs no script",
    .enabled(if: hasTools, "needs the report tools of `make setup`"),
    arguments: ["jiayuguan", "riverside"], ["en", "zh"])
  func pageIsSelfContained(dataset: String, language: String) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).html")
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try CommandRunner.run([
      "report", "Datasets/\(dataset)", "--lang", language, "-o", file.path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try String(contentsOf: file, encoding: .utf8)
    for request in ["<script", "<link", "src=\"http", "url(http", "@import", "<iframe"] {
      #expect(!page.contains(request), "\(request)")
    }
    #expect(page.components(separatedBy: "<svg").count - 1 >= 3)
    #expect(page.contains("Content-Security-Policy"))
    // Every link to a figure has its row in the register.
    let links = Set(
      page.components(separatedBy: "href=\"#figure-").dropFirst().compactMap {
        $0.components(separatedBy: "\"").first
      })
    #expect(links.count > 10)
    for link in links { #expect(page.contains("id=\"figure-\(link)\""), "\(link)") }
  }

  @Test(
    "the Markdown report says what the article's figures are worth",
    arguments: [
      ("en", ["28.23", "not identified", "2013 → 2010", "12789 → 7789", "clearance rate: needs"]),
      ("zh", ["28.23%", "不能确定变化是否由诉前调解引起", "2013 → 2010", "12789 → 7789", "结案率"]),
    ])
  func jiayuguanMarkdown(language: String, expected: [String]) throws {
    let outcome = try CommandRunner.run(["report", "Datasets/jiayuguan", "--lang", language])
    #expect(outcome.status == 0)
    for text in expected { #expect(outcome.output.contains(text), "\(text)") }
  }

  @Test("an ending that is no report is refused")
  func wrongEnding() throws {
    let outcome = try CommandRunner.run(["report", "Datasets/jiayuguan", "-o", "report.pptx"])
    #expect(outcome.status == 64)
  }
}
