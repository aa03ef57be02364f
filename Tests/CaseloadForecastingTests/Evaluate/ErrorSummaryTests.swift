import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Accuracy in R's columns") struct ErrorSummaryTests {
  private func values(_ summary: ErrorSummary) -> [Double?] {
    [
      summary.meanError, summary.rootMeanSquaredError, summary.meanAbsoluteError,
      summary.meanPercentageError, summary.meanAbsolutePercentageError,
      summary.meanAbsoluteScaledError, summary.firstAutocorrelation, summary.theilU,
    ]
  }

  private func agree(_ summary: ErrorSummary, _ expected: [Double]) -> Bool {
    zip(values(summary), expected).allSatisfy { ours, theirs in
      theirs.isNaN ? ours == nil : ours?.isClose(to: theirs, relative: 1e-11) ?? false
    }
  }

  @Test("R's accuracy() of seasonal naive and ETS forecasts", arguments: ["snaive", "ets"])
  func accuracy(name: String) {
    let all = EvaluationOracle.numbers("values")
    let (history, test) = (Array(all[..<120]), Array(all[120...]))
    let fitted = EvaluationOracle.numbers(name + "Fitted")
    let training = ErrorSummary(
      residuals: zip(history, fitted).map { $0 - $1 }, history: history, seasonLength: 12)
    let outside = ErrorSummary(
      actual: test, forecast: EvaluationOracle.numbers(name + "Mean"), history: history,
      seasonLength: 12)
    #expect(agree(training, EvaluationOracle.numbers(name + "Training")))
    #expect(agree(outside, EvaluationOracle.numbers(name + "Test")))
  }

  @Test(
    "the shared table of accuracy() is the same",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func shared() throws {
    let misc = try SharedData.json("forecast/oracles/r_misc.json")
    let test = (misc["accuracy_AP"]?["test"]?.array ?? []).map { $0.number ?? .nan }
    let all = EvaluationOracle.numbers("values")
    let outside = ErrorSummary(
      actual: Array(all[120...]), forecast: EvaluationOracle.numbers("etsMean"),
      history: Array(all[..<120]), seasonLength: 12)
    #expect(agree(outside, test))
  }

  @Test(
    "Theil's U agrees with its definition, and a zero outcome leaves it and the percentages out")
  func theilUAgreesWithItsDefinition() throws {
    let (y, f) = ([2.0, 3, 5, 4], [2.5, 2.5, 4, 6])
    let numerator = (1..<4).reduce(0.0) {
      let e = (f[$1] - y[$1]) / y[$1 - 1]
      return $0 + e * e
    }
    let denominator = (1..<4).reduce(0.0) {
      let e = (y[$1] - y[$1 - 1]) / y[$1 - 1]
      return $0 + e * e
    }
    let summary = ErrorSummary(actual: y, forecast: f, history: [1, 2], seasonLength: 1)
    #expect(
      try #require(summary.theilU).isClose(
        to: (numerator / denominator).squareRoot(), relative: 1e-14))
    let zero = ErrorSummary(actual: [0, 1], forecast: [1, 1], history: [1, 2], seasonLength: 1)
    #expect(zero.theilU == nil && zero.meanPercentageError == nil)
    #expect(zero.meanAbsolutePercentageError == nil)
  }
}
