import CaseloadData
import CaseloadRegression
import Foundation
import Testing

@testable import CaseloadReport

/// Names that each format could take for its own marks.
@Suite struct RegressionTableEscapingTests {
  private static let names = [
    "a & b", "<script>alert(1)</script>", "50%_share", "x|y", "$\\alpha$", "{brace", "[0,1)",
    "C(court)#2", "a^b~c", "\"quoted\"", "--flag", "*star*", "`code`", "法院 & 收案",
  ]

  private static func table(_ language: Language, single: Bool) throws -> RegressionTable {
    let coefficients = names.enumerated().map { index, name in
      Coefficient(
        term: name, estimate: Double(index) - 3, standardError: 1.5, degreesOfFreedom: 40,
        level: 0.95)
    }
    let model = ModelSummary(
      label: "<y> & 100% [of] $x_1$", formula: "y ~ `a & b` + {z}", family: "a<b",
      response: "y", covariance: "hc1", covarianceNote: Text("[sic] <b>50%</b> & {more} \\ #1"),
      coefficients: coefficients, droppedTerms: ["a<b"], observations: 55,
      statistics: [.init("rSquared", Text("R² <&>"), 0.5)],
      fixedEffects: [.init(name: "court_id & <x>", count: 3)], level: 0.95)
    var options = RegressionTable.Options()
    options.language = language
    options.title = Text("Title & <b>50%</b> of #1 {x}")
    options.below = [.standardError, .interval]
    options.starThresholds = [0.1, 0.05]
    return try RegressionTable(models: single ? [model] : [model, model], options: options)
  }

  @Test("HTML is well formed and says the names as they are", arguments: Language.allCases)
  func html(language: Language) throws {
    for single in [true, false] {
      let table = try Self.table(language, single: single)
      let labels = try RenderedTable(html: table.html).rows.map(\.label)
      for name in Self.names { #expect(labels.contains(name)) }
      #expect(!table.html.contains("<script"))
      // The page is well formed as a whole, and asks for nothing.
      _ = try RenderedTable(html: table.page)
      for reference in ["src=", "href=", "url(", "@import", "http"] {
        #expect(!table.page.contains(reference))
      }
      #expect(table.page.contains("lang=\"\(language == .zh ? "zh-CN" : "en")\""))
    }
  }

  @Test("HTML says what is a heading of what")
  func semantics() throws {
    let html = try RegressionTable(models: RegressionTableSamples.four).html
    for part in [
      "<thead>", "<tfoot>", "scope=\"col\"", "scope=\"row\" rowspan=\"2\"", "scope=\"rowgroup\"",
      "scope=\"colgroup\" colspan=\"2\"",
    ] {
      #expect(html.contains(part))
    }
    var options = RegressionTable.Options()
    options.title = Text("T")
    #expect(
      try RegressionTable(models: [RegressionTableSamples.linear], options: options).html
        .contains("<caption>T\n<dl>"))
  }

  @Test("Markdown rows all have as many cells, and names read back")
  func markdown() throws {
    let table = RenderedTable(markdown: try Self.table(.en, single: false).markdown)
    #expect(Set(table.rows.map(\.cells.count)) == [2])
    for name in Self.names { #expect(table.rows.map(\.label).contains(name)) }
  }

  @Test("LaTeX closes what it opens, and every row fills the table", arguments: Language.allCases)
  func latex(language: Language) throws {
    let tables = [
      try Self.table(language, single: true), try Self.table(language, single: false),
      try RegressionTableTests.comparison(language), try RegressionTableTests.single(language),
    ]
    for table in tables {
      let latex = table.latex
      try checkStructure(latex)
      for row in rows(of: latex) {
        #expect(width(of: row) == table.layout.columnCount + 1, "\(row)")
      }
    }
  }

  @Test("no row of LaTeX begins with what the end of the row above would take as its own")
  func latexRowStarts() throws {
    for row in rows(of: try Self.table(.en, single: false).latex) {
      #expect(!row.hasPrefix("[") && !row.hasPrefix("*"))
    }
  }

  @Test(
    "LaTeX compiles without an overfull box",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/pdflatex")))
  func compiles() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "regression-table-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The Chinese name needs another engine and its fonts.
    let hostile = try Self.table(.en, single: false).latex.replacing("法院 \\& 收案", with: "court")
    let tables = [
      hostile, try RegressionTableTests.comparison(.en).latex,
      try RegressionTableTests.single(.en).latex,
    ]
    let document =
      "\\documentclass{article}\\usepackage[margin=1cm]{geometry}\n"
      + "\\usepackage{booktabs,dcolumn,threeparttable}\n\\begin{document}\n"
      + tables.joined(separator: "\n\n") + "\\end{document}\n"
    try document.write(to: folder.appending(path: "t.tex"), atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/pdflatex")
    process.arguments = ["-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let log = try String(contentsOf: folder.appending(path: "t.log"), encoding: .isoLatin1)
    #expect(!log.contains("Overfull"))
  }

  // A reader of LaTeX's structure.

  private func rows(of latex: String) -> [String] {
    let body =
      latex.components(separatedBy: "\\toprule\n").last?
      .components(separatedBy: "\\bottomrule").first ?? ""
    return body.components(separatedBy: "\n").filter { $0.hasSuffix("\\\\") }
  }

  /// The number of columns that a row fills.
  private func width(of row: String) -> Int {
    let cells = row.dropLast(2).replacing("\\&", with: "").split(
      separator: "&", omittingEmptySubsequences: false)
    return cells.reduce(0) { sum, cell in
      let span = cell.firstMatch(of: /\\multicolumn\{(\d+)\}/).flatMap { Int($0.output.1) }
      return sum + (span ?? 1)
    }
  }

  /// Braces, dollars and environments are balanced, and no bare special character is left.
  private func checkStructure(_ latex: String) throws {
    var depth = 0
    var dollars = 0
    var isEscaped = false
    for line in latex.split(separator: "\n") where !line.hasPrefix("%") {
      for character in line {
        if isEscaped {
          isEscaped = false
          continue
        }
        switch character {
        case "\\": isEscaped = true
        case "{": depth += 1
        case "}": depth -= 1
        case "$": dollars += 1
        case "#", "%", "~": Issue.record("a bare \(character) in \(line)")
        case "_", "^":
          let isMath = dollars % 2 == 1 || line.contains("^{*")
          #expect(isMath, "a bare \(character) in \(line)")
        default: break
        }
        #expect(depth >= 0)
      }
      #expect(depth == 0, "braces are open at the end of \(line)")
      #expect(dollars % 2 == 0, "mathematics is open at the end of \(line)")
      isEscaped = false
    }
    var open: [Substring] = []
    for match in latex.matches(of: /\\(begin|end)\{([a-z]+)\}/) {
      if match.output.1 == "begin" {
        open.append(match.output.2)
      } else {
        #expect(open.popLast() == match.output.2)
      }
    }
    #expect(open.isEmpty)
  }
}
