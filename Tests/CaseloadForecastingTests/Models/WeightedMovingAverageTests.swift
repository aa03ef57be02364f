import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Recursive weighted moving average") struct WeightedMovingAverageTests {
  @Test("forecasts and variances agree with their definition")
  func definition() throws {
    for series in [TestSeries.monthly, TestSeries.gappy] {
      let fit = try WeightedMovingAverage().fitted(to: series)
      let seen = series.values.filter { !$0.isNaN }
      let gap = series.count - 1 - (series.values.lastIndex { !$0.isNaN } ?? 0)
      var squares = 0.0
      for t in 3..<seen.count {
        let error = seen[t] - Self.next(seen, at: t)
        squares += error * error
      }
      let variance = squares / Double(seen.count - 3)
      var path = seen
      // ψⱼ is what an error of one becomes j periods later.
      var response: [Double] = [0, 0, 1]
      var sum = 0.0
      for h in 0..<(gap + 12) {
        let value = Self.next(path, at: path.count)
        path.append(value)
        let latest = response[response.count - 1]
        sum += latest * latest
        response.append(Self.next(response, at: response.count))
        guard h >= gap else { continue }
        let marginal = fit.marginals(12)[h - gap]
        #expect(marginal.mean.isClose(to: value, relative: 1e-13))
        let deviation = (variance * sum).squareRoot()
        #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-12))
      }
    }
  }

  /// 0.5 xₜ₋₁ + 0.3 xₜ₋₂ + 0.2 xₜ₋₃.
  private static func next(_ x: [Double], at t: Int) -> Double {
    let (one, two, three): (Double, Double, Double) = (
      0.5 * x[t - 1], 0.3 * x[t - 2], 0.2 * x[t - 3]
    )
    return one + two + three
  }

  @Test("far ahead the forecast is the constant that the header gives, and the variance a line")
  func limit() throws {
    let recursion = AverageRecursion(weights: [0.5, 0.3, 0.2], latest: [7, 4, 9])
    // V = 1, 0.5, 0.2 over their sum 1.7, which is Σ i wᵢ.
    let limit: Double = (7.0 + 2.0 + 1.8) / 1.7
    #expect(recursion.means(200)[199].isClose(to: limit, relative: 1e-13))
    let response: Double = 1.0 / 1.7
    #expect(recursion.responses(200)[199].isClose(to: response, relative: 1e-13))
  }

  /// Rows of the judiciary's own workbook. The year 2024 of Maui's civil actions is left out of its
  /// average where the settlement of the mass filings is assumed, and only the first year uses it
  /// where it is not: a decision of a person, which no rule of the workbook gives. The totals over
  /// circuits are sums of such rows, and those of traffic and marital actions in 2025–2027 are
  /// regressions that were rounded to whole cases and split down, so they are not the sums of their
  /// parts. The other rows that are not reproduced for all six years are regressions on the year in
  /// 2025–2027 (R² 0.60 to 0.87 in the note).
  @Test(
    "the judiciary's official projection is reproduced where it is a moving average",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func official() throws {
    let file = try SharedData.file("court/oracles/hawaii_official_projection_2025_2030.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst()
    var (late, all, marked) = (0, 0, 0)
    for line in lines {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let known = cells[3...6].compactMap { Double($0) }
      let printed = cells[7...12].compactMap { Double($0) }
      try #require(known.count == 4 && printed.count == 6)
      let early = try WeightedMovingAverage().fitted(
        to: TimeSeries(start: .year(2021), values: known))
      // Known values and the printed 2025–2027 give 2028–2030.
      let later = try WeightedMovingAverage().fitted(
        to: TimeSeries(start: .year(2021), values: known + printed.prefix(3)))
      func isPrinted(_ fit: MovingAverage, _ values: ArraySlice<Double>) -> Bool {
        zip(fit.marginals(values.count), values).allSatisfy { marginal, value in
          // Four decimals of what is averaged, and four of the average.
          abs(marginal.mean - value) <= 1e-4
        }
      }
      let isLate = isPrinted(later, printed[3...])
      let isAll = isPrinted(early, printed[...])
      #expect(isAll == (cells[cells.count - 2] == "True"), "\(line)")
      #expect(isLate == (cells[cells.count - 1] == "True"), "\(line)")
      late += isLate ? 1 : 0
      all += isAll ? 1 : 0
      marked += cells[cells.count - 1] == "True" ? 1 : 0
    }
    #expect(lines.count == 48 && late == 42 && all == 10 && marked == 42)
  }
}
