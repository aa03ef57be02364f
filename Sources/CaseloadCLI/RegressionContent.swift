import Caseload

/// The results of a command's regressions in every format.
struct RegressionContent {
  let models: [RegressionResult]
  let view: RegressView
  let language: Language
  private let table: RegressionTable
  /// The table with what was tested underneath, which the text says after it.
  private let document: RegressionTable
  private let details: [RegressionDetails]

  init(
    _ models: [RegressionResult], view: RegressView, options: RegressionTable.Options,
    language: Language
  ) throws(Diagnostic) {
    self.models = models
    self.view = view
    self.language = language
    table = try RegressionTable(models: models.map(\.summary), options: options)
    details = models.map { RegressionDetails($0, language) }
    var options = options
    for (index, detail) in details.enumerated() {
      let head = language == .zh ? "模型 \(index + 1)：" : "Model \(index + 1): "
      options.notes += detail.notes.map { Text(models.count > 1 ? head + $0 : $0) }
    }
    options.notes += Self.conventions(details).map { Text($0) }
    document = try RegressionTable(models: models.map(\.summary), options: options)
  }

  struct Payload: Encodable, Sendable {
    let models: [RegressionResult]

    private enum Key: String, CodingKey { case models }

    /// The first model's members stand at the top; several models have a list beside them.
    func encode(to encoder: any Encoder) throws {
      try models.first?.encode(to: encoder)
      if models.count > 1 {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(models, forKey: .models)
      }
    }
  }

  var payload: Payload { Payload(models: models) }

  /// Renderings that are no rows.
  var documents: [OutputFormat: String] {
    guard view == .coefficients else { return [:] }
    return [
      .html: document.page, .latex: document.latex, .md: document.markdown,
    ]
  }

  /// The rows of csv and jsonl.
  var rows: ResultTable {
    switch view {
    case .coefficients: coefficients
    case .fit:
      rows(["statistic", "value"]) { model in
        model.summary.statistics.map { [.text($0.id), .number($0.value)] }
      }
    case .tests:
      rows(
        [
          "test", "statistic", "numeratorDegreesOfFreedom", "denominatorDegreesOfFreedom", "pValue",
        ], tests)
    case .covariance:
      rows(["term", "other", "covariance"]) { model in
        model.matrix.terms.indices.flatMap { i in
          model.matrix.terms.indices.map { j in
            [
              .text(model.matrix.terms[i]), .text(model.matrix.terms[j]),
              .number(model.matrix.values[i][j]),
            ]
          }
        }
      }
    case .predictions:
      rows([
        "row", "mean", "standardError", "lower", "upper", "observationLower", "observationUpper",
      ]) { model in
        model.predictions.map { row in
          [.number(Double(row.row), decimals: 0)]
            + [
              row.mean, row.standardError, row.lower, row.upper, row.observationLower,
              row.observationUpper,
            ].map { Cell.number($0) }
        }
      }
    }
  }

  private var coefficients: ResultTable {
    let isAdjusted = models.contains { $0.adjustment != nil }
    return rows(
      ["term", "estimate", "standardError", "statistic", "pValue", "lower", "upper"]
        + (isAdjusted ? ["adjustedPValue"] : [])
    ) { model in
      model.summary.coefficients.enumerated().map { j, row in
        [.text(row.term)]
          + [row.estimate, row.standardError, row.statistic, row.pValue, row.lower, row.upper].map {
            Cell.number($0)
          }
          + (isAdjusted ? [.number(model.adjustment == nil ? nil : model.adjustedPValues[j])] : [])
      }
    }
  }

  private func tests(_ model: RegressionResult) -> [[Cell]] {
    func row(_ name: String, _ test: HypothesisTest) -> [Cell] {
      [
        .text(name), .number(test.statistic), .number(test.degreesOfFreedom?.numerator),
        .number(test.degreesOfFreedom?.denominator), .number(test.pValue),
      ]
    }
    var rows = (model.tests?.tests ?? []).map { row($0.id, $0) }
    rows += model.hypotheses.map { row($0.hypothesis, $0.test) }
    for factor in model.tests?.inflationFactors ?? [] {
      rows.append([
        .text("vif:" + factor.term), .number(factor.value), .number(Double(factor.columnCount)),
        .number(nil), .number(nil),
      ])
    }
    if let condition = model.tests?.conditionNumber {
      rows.append([
        .text("condition"), .number(condition), .number(nil), .number(nil), .number(nil),
      ])
    }
    return rows
  }

  /// The rows of all models, told apart by a first column where there are several.
  private func rows(_ columns: [String], _ body: (RegressionResult) -> [[Cell]]) -> ResultTable {
    guard models.count > 1 else { return ResultTable(columns, models.first.map(body) ?? []) }
    return ResultTable(
      ["model"] + columns,
      models.enumerated().flatMap { index, model in
        body(model).map { [.text("\(index + 1)")] + $0 }
      })
  }

  /// For people: the table, then what else was asked for.
  var text: String {
    (view == .coefficients ? table.text(width: Terminal.width) : rows.text(language)) + detailText
  }

  /// Each once.
  private static func conventions(_ details: [RegressionDetails]) -> [String] {
    details.flatMap(\.conventions).reduce(into: []) { list, words in
      if !list.contains(words) { list.append(words) }
    }
  }

  private var detailText: String {
    var text = ""
    let zh = language == .zh
    for (index, detail) in details.enumerated() {
      let lines = detail.lines
      guard !lines.isEmpty else { continue }
      text += "\n"
      if models.count > 1 { text += zh ? "模型 \(index + 1)\n" : "Model \(index + 1)\n" }
      text += lines.map { $0 + "\n" }.joined()
    }
    let conventions = Self.conventions(details)
    if models.count > 1, !conventions.isEmpty { text += "\n" }
    return text
      + conventions.flatMap { $0.wrapped(Terminal.width) }.map { $0 + "\n" }.joined()
  }
}
