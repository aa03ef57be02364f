import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Scores of point forecasts") struct PointScoresTests {
  private let actual = [3.0, -0.5, 2, 7, .nan, 11]
  private let forecast = [2.5, 0.0, 2, 8, 5, 9]
  private let history = [1.0, 4, 2, 8, .nan, 7, 1, 9, 3, 5]

  /// The periods with an outcome.
  private var pairs: [(y: Double, f: Double)] {
    zip(actual, forecast).filter { !$0.0.isNaN }.map { ($0, $1) }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test("each score agrees with its definition")
  func agreesWithItsDefinition() throws {
    func close(_ value: Double?, _ expected: Double) -> Bool {
      value?.isClose(to: expected, relative: 1e-14) ?? false
    }
    #expect(close(PointScores.meanError(actual, forecast), mean(pairs.map { $0.y - $0.f })))
    #expect(
      close(PointScores.meanAbsoluteError(actual, forecast), mean(pairs.map { abs($0.y - $0.f) })))
    #expect(
      close(
        PointScores.rootMeanSquaredError(actual, forecast),
        mean(pairs.map { ($0.y - $0.f) * ($0.y - $0.f) }).squareRoot()))
    #expect(
      close(
        PointScores.meanAbsolutePercentageError(actual, forecast),
        100 * mean(pairs.map { abs(($0.y - $0.f) / $0.y) })))
    #expect(
      close(
        PointScores.symmetricMeanAbsolutePercentageError(actual, forecast),
        200 * mean(pairs.map { abs($0.y - $0.f) / (abs($0.y) + abs($0.f)) })))
  }

  @Test("the scaled errors agree with their definitions, gaps left out", arguments: [1, 4])
  func scaledErrorsAgreeWithTheirDefinitions(m: Int) throws {
    var changes: [Double] = []
    for t in m..<history.count where !history[t].isNaN && !history[t - m].isNaN {
      changes.append(history[t] - history[t - m])
    }
    let absolute = mean(pairs.map { abs($0.y - $0.f) }) / mean(changes.map { abs($0) })
    let squared =
      (mean(pairs.map { ($0.y - $0.f) * ($0.y - $0.f) }) / mean(changes.map { $0 * $0 }))
      .squareRoot()
    let mase = PointScores.meanAbsoluteScaledError(
      actual, forecast, history: history, seasonLength: m)
    let rmsse = PointScores.rootMeanSquaredScaledError(
      actual, forecast, history: history, seasonLength: m)
    #expect(try #require(mase).isClose(to: absolute, relative: 1e-14))
    #expect(try #require(rmsse).isClose(to: squared, relative: 1e-14))
  }

  @Test("a constant history, or one shorter than a season, gives no scale")
  func noScale() {
    for history in [[5.0, 5, 5, 5], [1, 2], []] {
      #expect(PointScores.absoluteScale(history, seasonLength: 2) == nil)
      #expect(PointScores.squaredScale(history, seasonLength: 2) == nil)
      #expect(
        PointScores.meanAbsoluteScaledError([1], [2], history: history, seasonLength: 2) == nil)
    }
  }

  @Test("what is not defined is nil, and nothing is infinite")
  func undefined() {
    #expect(PointScores.meanAbsolutePercentageError([1, 0], [1, 1]) == nil)
    #expect(PointScores.symmetricMeanAbsolutePercentageError([0, 1], [0, 1]) == 0)
    #expect(PointScores.symmetricMeanAbsolutePercentageError([0], [1]) == 200)
    #expect(PointScores.meanAbsoluteError([.nan], [1]) == nil)
    #expect(PointScores.meanAbsoluteError([], []) == nil)
    #expect(PointScores.rootMeanSquaredError([2, 3], [2, 3]) == 0)
  }

  @Test("scores of relative size do not depend on the unit", arguments: [1e-150, 1e150])
  func scale(unit: Double) throws {
    func scores(_ unit: Double) throws -> [Double] {
      let (y, f, x) = (
        actual.map { unit * $0 }, forecast.map { unit * $0 }, history.map { unit * $0 }
      )
      return [
        try #require(PointScores.symmetricMeanAbsolutePercentageError(y, f)),
        try #require(
          PointScores.meanAbsoluteScaledError(y, f, history: x, seasonLength: 1)),
        try #require(
          PointScores.rootMeanSquaredScaledError(y, f, history: x, seasonLength: 1)),
      ]
    }
    #expect(try scores(unit).isClose(to: try scores(1), relative: 1e-13))
  }
}
