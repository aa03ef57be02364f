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
  var drawsSeed: UInt64?
  private let outcomeNotes: [Diagnostic]
  var tests: SpecificationTests?
  var hypotheses: [Hypothesis] = []
  var adjustment: String?
  /// What the adjustment counts and how, in words.
  var adjustmentNote: Text?
  /// One a term; `nil` for the intercept, which is no hypothesis, and for terms left out of the family.
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

  private enum Key: String, CodingKey {
    case formula, estimator, family, response, covariance, covarianceNote, coefficients, level
    case droppedTerms, fixedEffects, clusters, covarianceMatrix, bootstrap, tests
    case inflationFactors, conditionNumber, breaks, confidenceSet, influential, hypotheses,
      adjustment
    case adjustmentNote, adjustedPValues, marginalEffects, predictions, statistics
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
    try values.encode(adjustmentNote, forKey: .adjustmentNote)
    try values.encode(adjustedPValues, forKey: .adjustedPValues)
    try values.encode(marginalEffects, forKey: .marginalEffects)
    try values.encode(predictions, forKey: .predictions)
    var statistics = encoder.container(keyedBy: StatisticKey.self)
    for statistic in summary.statistics {
      try statistics.encode(statistic.value, forKey: StatisticKey(stringValue: statistic.id))
    }
  }
}
