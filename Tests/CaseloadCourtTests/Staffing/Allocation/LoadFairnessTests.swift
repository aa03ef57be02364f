import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Fairness of loads") struct LoadFairnessTests {
  @Test(
    "Gini's index is the reference's",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func oracle() throws {
    let all: JSON = try SharedData.json("court/oracles/staffing_optimisation_oracles.json")
    let reference = try #require(all["allocation"]?["gini_reference"])
    let loads = try #require(reference["x"]?.array).compactMap(\.number)
    let fairness = try #require(LoadFairness(loads))
    #expect(fairness.gini.isClose(to: reference["gini"]?.number ?? .nan, relative: 1e-14))
  }

  @Test("every measure agrees with its definition, weighted and not", arguments: 0..<10)
  func definitions(seed: Int) throws {
    var stream = RandomStream(seed: 6).substream(UInt64(seed))
    let loads = (0..<7).map { _ in 400 * stream.uniform() }
    let weights = (0..<7).map { _ in
      seed < 5 ? 1 : Double(1 + stream.integer(below: 9))
    }
    let fairness = try #require(LoadFairness(loads, weights: weights))
    // One person at a time.
    let x = zip(loads, weights).flatMap { [Double](repeating: $0, count: Int($1)) }
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    var differences = 0.0
    for a in x { for b in x { differences += abs(a - b) } }
    #expect(fairness.mean.isClose(to: mean, relative: 1e-12))
    #expect(fairness.gini.isClose(to: differences / (2 * n * n * mean), relative: 1e-12))
    let theil = x.map { $0 / mean * log($0 / mean) }.reduce(0, +) / n
    #expect(fairness.theil.isClose(to: theil, relative: 1e-12))
    let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / n
    let variation = variance.squareRoot() / mean
    #expect(fairness.coefficientOfVariation.isClose(to: variation, relative: 1e-12))
    let sum = x.reduce(0, +)
    let jain = sum * sum / (n * x.map { $0 * $0 }.reduce(0, +))
    #expect(fairness.jain.isClose(to: jain, relative: 1e-12))
    #expect(fairness.ratio == (x.max() ?? 0) / (x.min() ?? 1))
    // Gini is twice the area between the Lorenz curve and the diagonal.
    var area = 0.0
    for (a, b) in zip(fairness.lorenz, fairness.lorenz.dropFirst()) {
      area += (b.people - a.people) * (a.load + b.load) / 2
    }
    #expect((1 - 2 * area).isClose(to: fairness.gini, absolute: 1e-12))
    #expect(fairness.lorenz.first?.load == 0 && fairness.lorenz.last?.load == 1)
  }

  @Test("equal loads and one who bears it all")
  func extremes() throws {
    let equal = try #require(LoadFairness([5, 5, 5]))
    #expect(equal.gini == 0 && equal.theil == 0 && equal.jain == 1 && equal.ratio == 1)
    let single = try #require(LoadFairness([0, 0, 0, 8]))
    #expect(single.jain == 0.25 && single.gini == 0.75 && single.ratio == nil)
    #expect(single.theil.isClose(to: log(4), relative: 1e-14))
  }

  @Test("what is not defined is nil")
  func undefined() {
    #expect(LoadFairness([]) == nil)
    #expect(LoadFairness([0, 0]) == nil)
    #expect(LoadFairness([1, -1]) == nil)
    #expect(LoadFairness([1, .nan]) == nil)
    #expect(LoadFairness([1, 2], weights: [1]) == nil)
    #expect(LoadFairness([1, 2], weights: [0, 0]) == nil)
  }
}
