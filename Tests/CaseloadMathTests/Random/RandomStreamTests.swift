import CaseloadTestSupport
import Testing

@testable import CaseloadMath

@Suite("RandomStream")
struct RandomStreamTests {
  @Test("Philox gives the first known answer of Random123")
  func philoxOfZeros() {
    let block = RandomStream.philox(counter: (0, 0, 0, 0), key: 0)
    #expect(block == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))  // kat_vectors
  }

  @Test("Philox gives the second known answer of Random123")
  func philoxOfOnes() {
    let block = RandomStream.philox(counter: (.max, .max, .max, .max), key: .max)
    #expect(block == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))  // kat_vectors
  }

  @Test("Philox gives the third known answer of Random123")
  func philoxOfPi() {
    let block = RandomStream.philox(
      counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: 0x299f_31d0_a409_3822)
    #expect(block == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))  // kat_vectors
  }

  @Test("the same seed gives the same draws")
  func sameSeedSameDraws() {
    #expect(Self.words(RandomStream(seed: 9), 20) == Self.words(RandomStream(seed: 9), 20))
  }

  @Test("different seeds give different draws")
  func differentSeedsDiffer() {
    #expect(Self.words(RandomStream(seed: 9), 4) != Self.words(RandomStream(seed: 10), 4))
  }

  @Test("a thousand substreams all differ, from each other and from their parent")
  func substreamsDiffer() {
    let parent = RandomStream(seed: 1)
    let firsts = (0..<1000).map { Self.words(parent.substream($0), 1) } + [Self.words(parent, 1)]
    #expect(Set(firsts).count == 1001)
  }

  @Test("a substream does not depend on how much its parent has drawn")
  func substreamIgnoresPosition() {
    var drawn = RandomStream(seed: 4)
    _ = drawn.normal()
    let fresh = RandomStream(seed: 4)
    #expect(Self.words(drawn.substream(17), 5) == Self.words(fresh.substream(17), 5))
  }

  @Test("named substreams differ by their names")
  func namedSubstreamsDiffer() {
    let stream = RandomStream(seed: 4)
    let (a, b) = (stream.substream(named: "placebo"), stream.substream(named: "bootstrap"))
    #expect(Self.words(a, 4) != Self.words(b, 4))
  }

  @Test("neighboring substreams are uncorrelated")
  func substreamsAreUncorrelated() throws {
    var (a, b) = (RandomStream(seed: 2).substream(0), RandomStream(seed: 2).substream(1))
    let pairs = (0..<20_000).map { _ in (a.normal(), b.normal()) }
    let r = try #require(Descriptive.correlation(pairs.map(\.0), pairs.map(\.1)))
    #expect(abs(r) < 4 / 20_000.0.squareRoot())  // 4 standard errors
  }

  @Test("the largest word makes a uniform draw below 1")
  func largestWordIsBelowOne() {
    var stream = RandomStream(seed: 0)
    stream.pending = .max
    #expect(stream.uniform() == 1 - 0x1p-53)
  }

  @Test("the smallest word makes a uniform draw above 0")
  func smallestWordIsAboveZero() {
    var stream = RandomStream(seed: 0)
    stream.pending = 0
    #expect(stream.uniform() == 0x1p-53)
  }

  @Test("the largest word makes a finite normal draw")
  func largestWordIsFinite() {
    var stream = RandomStream(seed: 0)
    stream.pending = .max
    #expect(stream.normal().isFinite)
  }

  @Test("a hundred thousand uniform draws are uniform")
  func uniformDrawsAreUniform() {
    var stream = RandomStream(seed: 3)
    let draws = (0..<100_000).map { _ in stream.uniform() }
    #expect(Self.kolmogorovSmirnov(draws) { $0 } < 1.95)  // 0.1 % point, Smirnov (1948)
  }

  @Test("a hundred thousand normal draws are normal")
  func normalDrawsAreNormal() {
    let statistic = Self.kolmogorovSmirnov(Self.normals) { Normal.standard.cumulative($0) }
    #expect(statistic < 1.95)  // 0.1 % point, Smirnov (1948)
  }

  @Test("normal draws have mean 0")
  func normalDrawsHaveMeanZero() throws {
    let mean = try #require(Descriptive.mean(Self.normals))
    #expect(abs(mean) < 4 / 100_000.0.squareRoot())  // 4 standard errors
  }

  @Test("normal draws have variance 1")
  func normalDrawsHaveVarianceOne() throws {
    let variance = try #require(Descriptive.variance(Self.normals))
    #expect(variance.isClose(to: 1, absolute: 4 * (2 / 100_000.0).squareRoot()))  // 4 errors
  }

  @Test("whole numbers are equally likely", arguments: [2, 7, 10, 1000])
  func integersAreEquallyLikely(bound: Int) {
    var stream = RandomStream(seed: 6)
    var counts = [Double](repeating: 0, count: bound)
    for _ in 0..<100_000 { counts[stream.integer(below: bound)] += 1 }
    let expected = 100_000 / Double(bound)
    let statistic = counts.map { ($0 - expected) * ($0 - expected) / expected }.accurateSum
    let p = ChiSquared(degreesOfFreedom: Double(bound - 1)).upper(statistic)
    #expect(p > 0.001)  // 0.1 % point of Pearson's chi-squared
  }

  @Test("the only whole number below 1 is 0")
  func integerBelowOne() {
    var stream = RandomStream(seed: 6)
    #expect(stream.integer(below: 1) == 0)
  }

  @Test("a bound that divides no power of two is not biased towards small numbers")
  func largeBoundIsUnbiased() {
    // With a plain remainder the lower half would come up twice in three.
    var stream = RandomStream(seed: 8)
    let bound = 3 << 61
    let low = (0..<10_000).count { _ in stream.integer(below: bound) < bound / 2 }
    #expect(abs(Double(low) - 5000) < 4 * 2500.0.squareRoot())  // 4 standard errors
  }

  @Test("a permutation holds every number once", arguments: [0, 1, 2, 52])
  func permutationHoldsEveryNumber(count: Int) {
    var stream = RandomStream(seed: 7)
    #expect(stream.permutation(count).sorted() == Array(0..<count))
  }

  @Test("the six permutations of three are equally likely")
  func permutationsAreEquallyLikely() {
    var stream = RandomStream(seed: 7)
    var counts: [[Int]: Double] = [:]
    for _ in 0..<60_000 { counts[stream.permutation(3), default: 0] += 1 }
    let statistic = counts.values.map { ($0 - 10_000) * ($0 - 10_000) / 10_000 }.accurateSum
    #expect(counts.count == 6 && ChiSquared(degreesOfFreedom: 5).upper(statistic) > 0.001)  // 0.1 %
  }

  @Test(
    "samples have the moments of their distribution",
    arguments: [
      DistributionExample(Poisson(mean: 7.3), .positive),
      DistributionExample(NegativeBinomial(mean: 12, size: 2.5), .positive),
      DistributionExample(Gamma(shape: 2.25, scale: 0.4), .positive),
    ])
  func samplesHaveTheirMoments(example: DistributionExample) throws {
    let d = example.distribution
    var stream = RandomStream(seed: 21)
    let draws = (0..<40_000).map { _ in d.sample(&stream) }
    let mean = try #require(Descriptive.mean(draws))
    let variance = try #require(Descriptive.variance(draws))
    #expect(
      mean.isClose(to: d.mean, absolute: 4 * (d.variance / 40_000).squareRoot())  // 4 errors
        && variance.isClose(to: d.variance, relative: 0.06))  // 4 errors; kurtosis below 9
  }

  @Test("draws by inversion rise with their uniforms")
  func drawsShareTheirRandomNumbers() {
    var (a, b) = (RandomStream(seed: 5), RandomStream(seed: 5))
    let low = (0..<200).map { _ in Poisson(mean: 4).sample(&a) }
    let high = (0..<200).map { _ in Poisson(mean: 6).sample(&b) }
    #expect(zip(low, high).allSatisfy { $0 <= $1 })
  }

  private static let normals: [Double] = {
    var stream = RandomStream(seed: 3)
    return (0..<100_000).map { _ in stream.normal() }
  }()

  private static func words(_ stream: RandomStream, _ count: Int) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  /// √n · sup |Fₙ − F|.
  private static func kolmogorovSmirnov(_ draws: [Double], _ cumulative: (Double) -> Double)
    -> Double
  {
    let n = Double(draws.count)
    let distances = draws.sorted().enumerated().map { i, x in
      let p = cumulative(x)
      return max(p - Double(i) / n, Double(i + 1) / n - p)
    }
    return n.squareRoot() * (distances.max() ?? 0)
  }
}
