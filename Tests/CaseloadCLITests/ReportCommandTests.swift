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
    arguments: [
      // The charts, and the figures that sentences link to, of each.
      ("jiayuguan", charts: 3, links: 10), ("riverside", charts: 3, links: 10),
      ("china-courts", charts: 2, links: 8),
    ], ["en", "zh"])
  func pageIsSelfContained(
    dataset: (name: String, charts: Int, links: Int), language: String
  ) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).html")
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try CommandRunner.run([
      "report", "Datasets/\(dataset.name)", "--lang", language, "-o", file.path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try String(contentsOf: file, encoding: .utf8)
    for request in ["<script", "<link", "src=\"http", "url(http", "@import", "<iframe"] {
      #expect(!page.contains(request), "\(request)")
    }
    #expect(page.components(separatedBy: "<svg").count - 1 >= dataset.charts)
    #expect(page.contains("Content-Security-Policy"))
    // Every link to a figure has its row in the register.
    let links = Set(
      page.components(separatedBy: "href=\"#figure-").dropFirst().compactMap {
        $0.components(separatedBy: "\"").first
      })
    #expect(links.count > dataset.links)
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

  @Test(
    "the report on a table among several names it, and speaks of its own noun",
    arguments: [
      ("en", "Courts of Gansu, yearly totals: cases accepted came to 697,000 in 2025.", "filed"),
      ("zh", "甘肃全省法院年度总数：2025年受理案件数为 697000 件。", "新收"),
    ])
  func namesItsSeries(language: String, expected: String, wrong: String) throws {
    let outcome = try CommandRunner.run(["report", "Datasets/china-courts", "--lang", language])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(expected))
    #expect(!outcome.output.contains(wrong))
  }

  @Test("a table from standard input has a title without a name, and a forecast")
  func standardInput() throws {
    let table =
      "period,value\n"
      + [4210, 4380, 4655, 4102, 4290, 4502, 4611, 4656].enumerated().map {
        "\(2017 + $0.offset),\($0.element)"
      }.joined(separator: "\n")
    let outcome = try CommandRunner.run(["report", "-", "--lang", "en"], input: table)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("# Caseload report\n"))
    #expect(outcome.output.contains("For 2025 the values are expected to come to about"))
    #expect(!outcome.output.contains("  "))
  }

  @Test("the judges needed are whole, and their interval is said", arguments: ["en", "zh"])
  func wholeJudges(language: String) throws {
    let outcome = try CommandRunner.run(["report", "Datasets/riverside", "--lang", language])
    let expected =
      language == "en"
      ? "the courts need about 60 judges (80 % interval" : "约需法官 60 名（80% 区间"
    // A number and its sign stand together.
    #expect(outcome.output.replacing("\u{A0}", with: " ").contains(expected))
  }

  @Test("an ending that is no report is refused")
  func wrongEnding() throws {
    let outcome = try CommandRunner.run(["report", "Datasets/jiayuguan", "-o", "report.pptx"])
    #expect(outcome.status == 64)
  }
}
