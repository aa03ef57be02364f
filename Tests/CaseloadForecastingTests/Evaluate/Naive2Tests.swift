import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Naive2 and the overall weighted average") struct Naive2Tests {
  @Test("a season that the data show is carried on, by the definition", arguments: [4, 5])
  func agreesWithItsDefinition(m: Int) throws {
    var draws = RandomStream(seed: 8)
    let season = (0..<m).map { 1 + 0.5 * Double($0 % 3) }
    let y = (0..<(5 * m + 2)).map { t in
      (50 + Double(t)) * season[t % m] * (1 + 0.02 * draws.normal())
    }
    // Literally: ratios to the centered moving average by season, divided by their mean.
    let weights =
      m % 2 == 0
      ? [0.5] + [Double](repeating: 1, count: m - 1) + [0.5] : [Double](repeating: 1, count: m)
    let half = m / 2
    var ratios = [[Double]](repeating: [], count: m)
    for t in half..<(y.count - half) {
      let trend =
        weights.indices.reduce(0) { $0 + weights[$1] * y[t - half + $1] } / Double(m)
      ratios[t % m].append(y[t] / trend)
    }
    let means = ratios.map { $0.reduce(0, +) / Double($0.count) }
    let factors = means.map { $0 / (means.reduce(0, +) / Double(m)) }
    let level = y[y.count - 1] / factors[(y.count - 1) % m]
    let expected = (0..<7).map { level * factors[(y.count + $0) % m] }
    #expect(
      Naive2.forecast(y, seasonLength: m, horizon: 7).isClose(to: expected, relative: 1e-13))
  }

  @Test("without a season that shows, the last value is the forecast")
  func noSeason() {
    var draws = RandomStream(seed: 9)
    let noise = (0..<40).map { _ in 100 + draws.normal() }
    #expect(Naive2.forecast(noise, seasonLength: 4, horizon: 2) == [noise[39], noise[39]])
    let short = [1.0, 5, 1, 5, 1, 5]
    #expect(Naive2.forecast(short, seasonLength: 4, horizon: 1) == [5])
    #expect(Naive2.forecast([3, .nan], seasonLength: 1, horizon: 1) == [3])
    #expect(Naive2.forecast([7, 7, 7, 7, 7, 7], seasonLength: 2, horizon: 1) == [7])
  }

  @Test("the weighted average is 1 for Naive2 itself and not defined where it has no error")
  func weighted() {
    #expect(
      Naive2.overallWeightedAverage(smape: 3, mase: 2, naiveSmape: 3, naiveMase: 2) == 1)
    #expect(
      Naive2.overallWeightedAverage(smape: 3, mase: 1, naiveSmape: 6, naiveMase: 2) == 0.5)
    #expect(
      Naive2.overallWeightedAverage(smape: 3, mase: 1, naiveSmape: 0, naiveMase: 2) == nil)
  }
}
