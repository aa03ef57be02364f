import Caseload
import CaseloadIO

/// One regression in a result file.
struct RegressionResult: Encodable, Sendable {
  struct Hypothesis: Encodable, Sendable {
    let hypothesis: String
    let test: HypothesisTest
  }

  struct Matrix: Encodable, Sendable {
    let terms: [String]
    /// Row by row.
    let values: [[Double]]
  }

  let summary: ModelSummary
  let estimator: String
  let matrix: Matrix
  let bootstrap: [WildClusterBootstrap.Result]
  let drawsSeed: UInt64?
  private let outcomeNotes: [Diagnostic]
  var tests: SpecificationTests?
  var hypotheses: [Hypothesis] = []
  var adjustment: String?
  /// One a term; `nil` for the intercept, which is no hypothesis.
  var adjustedPValues: [Double?] = []
  var marginalEffects: [Coefficient] = []
  var predictions: [RowPrediction] = []
  var predictionNotes: [Diagnostic] = []

  var diagnostics: [Diagnostic] {
    outcomeNotes + (tests?.diagnostics ?? []) + predictionNotes
  }

  init(_ outcome: RegressionOutcome) throws(Diagnostic) {
    summary = outcome.summary
    estimator = outcome.specification.estimator.rawValue
    let covariance = try outcome.fit.covariance(outcome.kind)
    matrix = Matrix(
      terms: outcome.fit.coefficientNames,
      values: (0..<covariance.rowCount).map { covariance.row($0) })
    bootstrap = outcome.bootstrap
    let isDrawn =
      bootstrap.contains { !$0.isEnumerated }
      || [.mm, .bisquare, .hampel, .huber].contains(outcome.specification.estimator)
    drawsSeed = isDrawn ? outcome.specification.seed : nil
    outcomeNotes = outcome.diagnostics
  }

  mutating func adjust(_ method: MultipleTesting.Adjustment) throws(Diagnostic) {
    adjustment = method.rawValue
    let rows = summary.coefficients
    let tested = rows.indices.filter { rows[$0].term != "(Intercept)" }
    let adjusted = try MultipleTesting.adjusted(tested.map { rows[$0].pValue }, method)
    adjustedPValues = rows.map { _ in nil }
    for (k, j) in tested.enumerated() { adjustedPValues[j] = adjusted[k] }
  }

  private enum Key: String, CodingKey {
    case formula, estimator, family, response, covariance, covarianceNote, coefficients, level
    case droppedTerms, fixedEffects, clusters, covarianceMatrix, bootstrap, tests
    case inflationFactors, conditionNumber, breaks, confidenceSet, influential, hypotheses,
      adjustment
    case adjustedPValues, marginalEffects, predictions, statistics
  }

  /// The figures of the fit, which have keys of their own.
  private struct StatisticKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(summary.formula, forKey: .formula)
    try values.encode(estimator, forKey: .estimator)
    try values.encode(summary.family, forKey: .family)
    try values.encode(summary.response, forKey: .response)
    try values.encode(summary.covariance, forKey: .covariance)
    try values.encode(summary.covarianceNote, forKey: .covarianceNote)
    try values.encode(summary.coefficients, forKey: .coefficients)
    try values.encode(summary.level, forKey: .level)
    try values.encode(summary.droppedTerms, forKey: .droppedTerms)
    try values.encode(summary.fixedEffects, forKey: .fixedEffects)
    try values.encode(summary.clusters, forKey: .clusters)
    try values.encode(matrix, forKey: .covarianceMatrix)
    try values.encode(bootstrap, forKey: .bootstrap)
    try values.encode(tests?.tests ?? [], forKey: .tests)
    try values.encode(tests?.inflationFactors ?? [], forKey: .inflationFactors)
    try values.encode(tests?.conditionNumber, forKey: .conditionNumber)
    try values.encode(tests?.breaks ?? [], forKey: .breaks)
    try values.encode(tests?.confidenceSet, forKey: .confidenceSet)
    try values.encode(tests?.influential ?? [], forKey: .influential)
    try values.encode(hypotheses, forKey: .hypotheses)
    try values.encode(adjustment, forKey: .adjustment)
    try values.encode(adjustedPValues, forKey: .adjustedPValues)
    try values.encode(marginalEffects, forKey: .marginalEffects)
    try values.encode(predictions, forKey: .predictions)
    var statistics = encoder.container(keyedBy: StatisticKey.self)
    for statistic in summary.statistics {
      try statistics.encode(statistic.value, forKey: StatisticKey(stringValue: statistic.id))
    }
  }
}

/// The results of a command's regressions in every format.
struct RegressionContent {
  let models: [RegressionResult]
  let view: RegressView
  let table: RegressionTable
  let language: Language

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
      .html: table.page, .latex: table.latex, .md: table.markdown,
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
          } + (isAdjusted ? [.number(model.adjustedPValues[j])] : [])
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
    guard view == .coefficients else { return rows.text(language) + details }
    return table.text(width: Terminal.width) + details
  }

  private var details: String {
    var text = ""
    let zh = language == .zh
    for (index, model) in models.enumerated() {
      let lines = RegressionDetails(model, language).lines
      guard !lines.isEmpty else { continue }
      text += "\n"
      if models.count > 1 { text += zh ? "模型 \(index + 1)\n" : "Model \(index + 1)\n" }
      text += lines.map { $0 + "\n" }.joined()
    }
    return text
  }
}
