import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Series cleaning") struct SeriesCleaningTests {
  private func numbers(_ value: JSON?) -> [Double] {
    if let number = value?.number { return [number] }
    return (value?.array ?? []).map { $0.number ?? .nan }
  }

  @Test(
    "outliers and replacements are R's tsoutliers, the cleaned series tsclean",
    .enabled(if: SharedData.isPresent), arguments: RBaseline.all)
  func oracle(_ baseline: RBaseline) throws {
    let tests = try SharedData.json("forecast/oracles/r_tests.json", as: [String: JSON].self)
    guard let entry = tests[baseline.name], let theirs = entry["tsoutliers"] else { return }
    let series = baseline.series
    let ours = SeriesCleaning(series.values, period: series.seasonLength)
    let size = series.observed.reduce(0) { max($0, abs($1.value)) }
    let index = numbers(theirs["index"]).map { Int($0) - 1 }
    #expect(ours.outliers.map(\.index) == index)
    if ours.outliers.map(\.index) == index {
      #expect(
        largestDifference(ours.outliers.map(\.after), numbers(theirs["replacements"]))
          < 1e-9 * size)
      let clean = numbers(entry["tsclean"])
      if !clean.isEmpty { #expect(largestDifference(ours.values, clean) < 1e-9 * size) }
    }
  }

  @Test("gaps are filled as R's na.interp does", .enabled(if: SharedData.isPresent))
  func interpolation() throws {
    let misc = try SharedData.json("forecast/oracles/r_misc.json", as: [String: JSON].self)
    let gold = try #require(RBaseline.all.first { $0.name == "gold" }).series
    let ours = SeriesInterpolation(gold.values)
    #expect(ours.values.isClose(to: numbers(misc["na_interp_gold"]), relative: 1e-12))
    #expect(ours.filled.count == 34 && !ours.isSeasonal)
    // R's `presidents`: quarters with six gaps; the known values are those of the answer.
    let presidents = numbers(misc["na_interp_presidents"])
    let gaps = presidents.indices.filter { presidents[$0] != presidents[$0].rounded() }
    var holes = presidents
    for gap in gaps { holes[gap] = .nan }
    let filled = SeriesInterpolation(holes, periods: [4])
    #expect(gaps.count >= 5 && filled.isSeasonal)
    #expect(filled.values.isClose(to: presidents, relative: 1e-9))
  }

  @Test("an outlier and a gap are found, repaired and told")
  func steps() {
    var values = TestSeries.gappy.values
    values[30] += 400
    let ours = SeriesCleaning(values, period: 12)
    #expect(ours.outliers.map(\.index) == [30])
    #expect(ours.outliers[0].before == values[30])
    #expect(abs(ours.outliers[0].after - TestSeries.monthly.values[30]) < 40)
    #expect(ours.steps.map(\.index) == [4, 17, 18, 19, 30, 33, 58])
    #expect(!ours.values.contains { $0.isNaN })
    let notes = ours.notes(from: TestSeries.monthly.start)
    #expect(notes.count == 7 && notes.allSatisfy { $0.severity == .note })
    let kept = SeriesCleaning(values, period: 12, fillsGaps: false)
    #expect(kept.values[4].isNaN && !kept.values[30].isNaN)
  }

  @Test("a clean series and a constant one stay as they are")
  func clean() {
    for values in [TestSeries.monthly.values, [Double](repeating: 3, count: 40), [], [7]] {
      let ours = SeriesCleaning(values, period: 12)
      #expect(ours.values == values && ours.steps.isEmpty)
    }
  }

  @Test("the super smoother passes through a line, and smooths a constant to itself")
  func smoother() {
    for n in [1, 2, 3, 5, 40] {
      let line = (0..<n).map { 3 + 0.5 * Double($0) }
      #expect(SuperSmoother.smooth(line).isClose(to: line, absolute: 1e-12))
    }
    #expect(SuperSmoother.smooth([]).isEmpty)
  }

  @Test("straight lines between known values, the nearest beyond them")
  func linear() {
    let values = SeriesInterpolation.linear([.nan, 2, .nan, .nan, 8, .nan])
    #expect(values == [2, 2, 4, 6, 8, 8])
  }
}
