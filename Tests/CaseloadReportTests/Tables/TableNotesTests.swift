import CaseloadData
import CaseloadRegression
import Testing

@testable import CaseloadReport

@Suite struct TableNotesTests {
  typealias Samples = RegressionTableSamples

  private func notes(
    _ models: [ModelSummary], _ change: (inout RegressionTable.Options) -> Void = { _ in }
  ) throws -> [Text] {
    var options = RegressionTable.Options()
    change(&options)
    return try RegressionTable(models: models, options: options).layout.notes
  }

  @Test("different covariances are stated by column, a common one once")
  func covariances() throws {
    let all = try notes(Samples.four)
    #expect(all.map(\.en).contains("Column 1: heteroskedasticity-robust standard errors, HC3."))
    #expect(
      all.map(\.en).contains {
        $0.hasPrefix("Columns 2 and 3: standard errors clustered by court, CR1")
      })
    #expect(all.map(\.zh).contains("第 1 列：异方差稳健标准误（HC3）。"))
    let same = try notes([Samples.absorbed, Samples.poisson])
    #expect(same.map(\.en).contains { $0.hasPrefix("Standard errors clustered by court") })
  }

  @Test(
    "a model without coefficients has its figures and a note in every format",
    arguments: [Language.en, .zh])
  func empty(_ language: Language) throws {
    let model = ModelSummary(
      label: "filings", formula: "filings ~ 1 | court", family: "gaussian", response: "filings",
      covariance: "classical", covarianceNote: Text("none"), coefficients: [], observations: 1188,
      statistics: Samples.absorbed.statistics, fixedEffects: [.init(name: "court", count: 24)],
      level: 0.95)
    var options = RegressionTable.Options()
    options.language = language
    let note = language == .en ? "no coefficient to show" : "没有可显示的系数"
    for models in [[model], [model, model], [model, Samples.absorbed]] {
      let table = try RegressionTable(models: models, options: options)
      for format in [RegressionTable.Format.text, .markdown, .latex, .html, .page] {
        let text = table.rendered(format, width: 200).replacing("\n", with: " ")
        #expect(text.contains(".0432"), "\(format)")
        #expect(text.contains(note) == models.allSatisfy { $0.coefficients.isEmpty }, "\(format)")
      }
    }
    let alone = try RegressionTable(models: [model])
    #expect(alone.csv.split(separator: "\n").count == 1)
    // What options hide is still an error.
    options.drop = ["*"]
    #expect(throws: Diagnostic.self) {
      try RegressionTable(models: [Samples.absorbed], options: options)
    }
  }

  @Test("the reference distributions are stated, by column where they differ")
  func distributions() throws {
    #expect(
      try notes([Samples.poisson, Samples.median]).map(\.en)
        .contains("Tests and intervals refer to the normal distribution."))
    #expect(
      try notes([Samples.linear, Samples.absorbed]).map(\.en).contains(
        "Tests and intervals refer to t distributions with 1,196 and 23 degrees of freedom, "
          + "by column."))
    #expect(
      try notes([Samples.linear, Samples.poisson, Samples.linear]).map(\.en).contains(
        "Tests and intervals refer to the t distribution with 1,196 degrees of freedom "
          + "(columns 1 and 3); the normal distribution (column 2)."))
    #expect(
      try notes([Samples.linear, Samples.absorbed]).map(\.zh)
        .contains("检验与区间依据 t 分布，各列自由度依次为 1196、23。"))
  }

  @Test("degrees of freedom that differ by coefficient are stated as a range")
  func satterthwaite() throws {
    let coefficients = [("a", 4.26), ("b", 11.0)].map {
      Coefficient(
        term: $0.0, estimate: 1, standardError: 1, degreesOfFreedom: $0.1, level: 0.95)
    }
    let model = ModelSummary(
      label: "y", formula: "y ~ a + b", family: "gaussian", response: "y", covariance: "cr2",
      covarianceNote: Text("CR2"), coefficients: coefficients, observations: 60, statistics: [],
      level: 0.95)
    #expect(
      try notes([model]).map(\.en).contains(
        "Tests and intervals refer to t distributions with 4.3 to 11 degrees of freedom, by "
          + "coefficient."))
  }

  @Test("terms that were left out, terms not shown and unequal samples are stated")
  func whatIsMissing() throws {
    let all = try notes(Samples.four) { $0.keep = ["judges"] }.map(\.en)
    #expect(all.contains("Left out because other terms imply them: log(population) (column 2)."))
    #expect(
      all.contains(
        "In the models but not shown: (Intercept), log(population) and post_reform."))
    #expect(all.contains("The columns differ in sample: 1,188 to 1,200 observations."))
    #expect(try !notes([Samples.poisson, Samples.median]).contains { $0.en.contains("sample") })
  }

  @Test("what stands below the estimates is stated")
  func below() throws {
    func first(_ below: [RegressionTable.Below]) throws -> String {
      try notes(Samples.four) { $0.below = below }[0].en
    }
    #expect(try first([.standardError]) == "Standard errors in parentheses.")
    #expect(try first([.pValue]) == "p-values in parentheses.")
    #expect(
      try first([.standardError, .interval])
        == "Standard errors in parentheses, 95 % confidence intervals in brackets.")
    #expect(try first([]).hasPrefix("Column 1"))
    #expect(try first([.statistic]) == "t and z statistics in parentheses.")
  }

  @Test("Chinese notes have Chinese punctuation")
  func punctuation() throws {
    let all = try notes(Samples.four) {
      $0.language = .zh
      $0.below = [.standardError, .interval, .pValue]
      $0.isExponentiated = true
      $0.starThresholds = [0.05, 0.01]
      $0.keep = ["judges", "post_*"]
    }
    for note in all {
      #expect(!note.zh.contains(/[,;:.](?: |$)/), "\(note.zh)")
      #expect(note.zh.hasSuffix("。"))
      #expect(note.en.hasSuffix("."))
    }
  }
}
