import CaseloadData
import CaseloadRegression
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadReport

@Suite struct RegressionTableTests {
  typealias Samples = RegressionTableSamples

  static func comparison(_ language: Language) throws -> RegressionTable {
    var options = RegressionTable.Options()
    options.language = language
    options.below = [.standardError, .interval]
    options.starThresholds = [0.1, 0.05, 0.01]
    return try RegressionTable(models: Samples.four, options: options)
  }

  static func single(_ language: Language) throws -> RegressionTable {
    var options = RegressionTable.Options()
    options.language = language
    return try RegressionTable(models: [Samples.linear], options: options)
  }

  /// Cells without numbers take no part: text leaves blank ones out.
  private func shown(_ table: RenderedTable) -> [[Double]] {
    table.numeric.map { $0.cells.flatMap(RenderedTable.numbers) }
  }

  @Test("all formats of a comparison show the same numbers", arguments: Language.allCases)
  func comparisonsAgree(language: Language) throws {
    let table = try Self.comparison(language)
    let markdown = RenderedTable(markdown: table.markdown)
    let html = try RenderedTable(html: table.html)
    let latex = RenderedTable(latex: table.latex)
    let text = RenderedTable(text: table.text(width: 400))
    // Four terms of three lines, two fixed effects, and the figures of the fits.
    let body = shown(markdown).suffix(12 + 2 + 12)
    #expect(body.count == 26)
    #expect(shown(latex).suffix(26) == body)
    #expect(shown(text).suffix(26) == body)
    #expect(shown(html).filter { !$0.isEmpty }.suffix(26 + 1).prefix(26) == body)
    #expect(markdown.numeric.suffix(26).map(\.label) == latex.numeric.suffix(26).map(\.label))
  }

  @Test("all formats of one model show the same numbers", arguments: Language.allCases)
  func singlesAgree(language: Language) throws {
    let table = try Self.single(language)
    let markdown = shown(RenderedTable(markdown: table.markdown))
    #expect(markdown.count == 4 + 1)  // the heading says 95 %
    #expect(shown(RenderedTable(latex: table.latex)).suffix(4) == markdown.suffix(4))
    #expect(shown(RenderedTable(text: table.text(width: 400))).suffix(4) == markdown.suffix(4))
    #expect(shown(RenderedTable(text: table.text(width: 80))).suffix(4) == markdown.suffix(4))
    let html = shown(try RenderedTable(html: table.html))
    #expect(html.prefix(4) == markdown.suffix(4))
  }

  @Test("what a table shows is what the models hold, to half of the last digit")
  func shownNumbersAreRounded() throws {
    let table = try Self.comparison(.en)
    let rows = RenderedTable(markdown: table.markdown).rows
    for (column, model) in Samples.four.enumerated() {
      for coefficient in model.coefficients {
        let label = coefficient.term == "(Intercept)" ? "Constant" : coefficient.term
        let row = try #require(rows.firstIndex { $0.label == label })
        let cells = rows[row...row + 2].map { $0.cells[column] }
        let values = cells.flatMap(RenderedTable.numbers)
        let held = [
          coefficient.estimate, coefficient.standardError, coefficient.lower, coefficient.upper,
        ]
        try #require(values.count == 4)
        for (value, exact) in zip(values, held) {
          // Three digits of the standard error: half of the last is at most 0.5 % of it.
          #expect(value.isClose(to: exact, absolute: 0.00501 * coefficient.standardError))
        }
      }
    }
  }

  @Test("CSV holds every coefficient at full precision")
  func csvIsExact() throws {
    let lines = try Self.comparison(.en).csv.split(separator: "\n").map(String.init)
    #expect(
      lines[0] == "model,label,term,estimate,standardError,statistic,pValue,lower,upper")
    let expected = Samples.four.enumerated().flatMap { index, model in
      model.coefficients.map { (index + 1, model.label, $0) }
    }
    #expect(lines.count == expected.count + 1)
    for (model, label, coefficient) in expected {
      let prefix = "\(model),\(label),\(coefficient.term),"
      let line = try #require(lines.first { $0.hasPrefix(prefix) })
      let numbers = line.dropFirst(prefix.count).split(separator: ",").compactMap {
        Double($0)
      }
      #expect(
        numbers == [
          coefficient.estimate, coefficient.standardError, coefficient.statistic,
          coefficient.pValue, coefficient.lower, coefficient.upper,
        ])
    }
  }

  @Test("JSON holds the summaries, and reads back as the same")
  func jsonRoundTrip() throws {
    struct Payload: Codable { let models: [ModelSummary] }
    // The t models; an infinite number of degrees of freedom is written as null.
    let table = try RegressionTable(models: [Samples.linear, Samples.absorbed])
    let payload = try JSONDecoder().decode(Payload.self, from: Data(table.json.utf8))
    let again = try RegressionTable(models: payload.models)
    #expect(again.csv == table.csv)
    #expect(again.text() == table.text())
    #expect(try RegressionTable(models: [Samples.poisson]).json.contains("null"))
  }

  @Test("a term that a model lacks is blank there, and the statistics are the union")
  func alignment() throws {
    let rows = RenderedTable(markdown: try RegressionTable(models: Samples.four).markdown).rows
    let population = try #require(rows.first { $0.label == "log(population)" })
    #expect(population.cells == ["345.7", "", "", ""])
    let names = rows.map(\.label)
    let statistics = [
      "Observations", "Clusters: court", "Degrees of freedom", "R²", "Adjusted R²", "Within R²",
      "Pseudo R²", "F", "p of F", "Log likelihood", "AIC", "R¹",
    ]
    #expect(names.suffix(statistics.count) == statistics)
    let squared = try #require(rows.first { $0.label == "R²" })
    #expect(squared.cells == ["0.812", "0.935", "", "–"])
  }

  @Test("columns of fixed effects say yes or no, with the number of levels")
  func fixedEffects() throws {
    let rows = RenderedTable(markdown: try RegressionTable(models: Samples.four).markdown).rows
    let court = try #require(rows.first { $0.label == "court" })
    #expect(court.cells == ["No", "Yes (24)", "Yes (24)", "No"])
    var options = RegressionTable.Options()
    options.language = .zh
    let chinese = try RegressionTable(models: Samples.four, options: options).markdown
    #expect(chinese.contains("是（1200）"))
  }

  @Test("a figure that is not identified is a dash with a note, in the header of one model too")
  func unidentified() throws {
    let table = try RegressionTable(models: [Samples.median])
    #expect(table.layout.notes.last?.en == "–: not identified.")
    #expect(table.markdown.contains("- R²: –\n"))
    #expect(table.latex.contains("R\\textsuperscript{2}: –"))
    #expect(try RegressionTable(models: [Samples.linear]).layout.notes.count == 3)
  }

  @Test("a label that is not the response stands in the header of one model beside it")
  func label() throws {
    var model = Samples.linear
    model.label = "Model A"
    let text = try RegressionTable(models: [model]).text()
    #expect(text.contains("Label") && text.contains("Model A"))
    #expect(text.contains("Response"))
    #expect(try !RegressionTable(models: [Samples.linear]).text().contains("Label"))
  }

  @Test("groups of columns must cover the models, and join no labels across their edge")
  func spanners() throws {
    var options = RegressionTable.Options()
    let models = [Samples.linear, Samples.absorbed, Samples.linear]
    options.spanners = [
      .init(Text("First"), columnCount: 1), .init(Text("Second"), columnCount: 2),
    ]
    let table = try RegressionTable(models: models, options: options)
    #expect(table.layout.header[0].map(\.columnCount) == [1, 2])
    #expect(table.layout.header[1].map(\.columnCount) == [1, 2])
    #expect(table.html.contains("<th scope=\"colgroup\" colspan=\"2\"><span>Second</span></th>"))
    #expect(table.latex.contains("\\cmidrule(lr){3-4}"))
    options.spanners.removeLast()
    #expect(throws: Diagnostic.self) { try RegressionTable(models: models, options: options) }
  }

  @Test("an exponentiated table shows e^β with the delta method's error and tests of β = 0")
  func exponentiated() throws {
    var options = RegressionTable.Options()
    options.isExponentiated = true
    options.below = [.standardError, .interval, .pValue]
    let table = try RegressionTable(models: [Samples.poisson, Samples.poisson], options: options)
    let line = try #require(table.csv.split(separator: "\n").first { $0.contains("post_reform") })
    let numbers = line.split(separator: ",").dropFirst(3).compactMap { Double($0) }
    let held = Samples.poisson.coefficients[1]
    #expect(
      numbers == [
        exp(held.estimate), exp(held.estimate) * held.standardError, held.statistic, held.pValue,
        exp(held.lower), exp(held.upper),
      ])
    #expect(table.layout.notes.contains { $0.en.contains("by the delta method") })
    // e^−0.123456 = 0.88386…, and that times 0.0654321 is 0.05783….
    #expect(table.markdown.contains("0.8839"))
    #expect(table.markdown.contains("(0.0578)"))
  }

  @Test("stars are off unless asked for, and their thresholds are stated")
  func stars() throws {
    let plain = try RegressionTable(models: Samples.four)
    #expect(!plain.text().contains("*"))
    var options = RegressionTable.Options()
    options.starThresholds = [0.01, 0.05]
    let table = try RegressionTable(models: Samples.four, options: options)
    #expect(table.text().contains("* p < 0.05, ** p < 0.01."))
    // p = 0.046 for the median's 0.5 (0.25).
    #expect(Samples.median.coefficients[1].pValue.isClose(to: 0.0455, absolute: 1e-4))
    #expect(table.markdown.contains("0.500\\*"))
    #expect(!table.markdown.contains("0.500\\*\\*"))
    for refused in [[5], [0], [.nan], [0.05, 0.05]] {
      options.starThresholds = refused
      #expect(throws: Diagnostic.self) {
        try RegressionTable(models: Samples.four, options: options)
      }
    }
  }

  @Test("no model, labels for other models, an unknown statistic are refused")
  func refusals() {
    #expect(throws: Diagnostic.self) { try RegressionTable(models: []) }
    var options = RegressionTable.Options()
    options.labels = [Text("a")]
    #expect(throws: Diagnostic.self) {
      try RegressionTable(models: Samples.four, options: options)
    }
    options.labels = []
    options.statistics = ["rSquare"]
    let error = #expect(throws: Diagnostic.self) {
      try RegressionTable(models: Samples.four, options: options)
    }
    #expect(error?.hint?.en.contains("rSquared") ?? false)
  }

  @Test("chosen statistics stand in the order in which they are named")
  func chosenStatistics() throws {
    var options = RegressionTable.Options()
    options.statistics = ["aic", "observations"]
    let table = try RegressionTable(models: [Samples.linear, Samples.poisson], options: options)
    #expect(
      table.layout.blocks.last?.rows.map(\.label.en) == ["AIC", "Observations", "Clusters: court"])
  }

  @Test("arguments are read as decimals, names and groups")
  func arguments() throws {
    #expect(try RegressionTable.Decimals(argument: "3") == .fixed(3))
    #expect(try RegressionTable.Decimals(argument: "significant:2") == .significant(2))
    #expect(throws: Diagnostic.self) { try RegressionTable.Decimals(argument: "-1") }
    #expect(throws: Diagnostic.self) { try RegressionTable.Decimals(argument: "significant:0") }
    #expect(
      try RegressionTable.Renaming(argument: "I(x == 1)=One") == .init("I(x == 1)", Text("One")))
    #expect(throws: Diagnostic.self) { try RegressionTable.Renaming(argument: "judges=") }
    #expect(
      try RegressionTable.Spanner(argument: "Civil=2") == .init(Text("Civil"), columnCount: 2))
    #expect(throws: Diagnostic.self) { try RegressionTable.Spanner(argument: "Civil=0") }
  }
}
