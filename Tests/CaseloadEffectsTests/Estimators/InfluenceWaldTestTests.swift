import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Joint test of effects by influences") struct InfluenceWaldTestTests {
  /// n observations of q correlated normals.
  private static func sample(_ n: Int, _ q: Int, _ stream: inout RandomStream) -> Matrix {
    var result = Matrix(rowCount: n, columnCount: q)
    for i in 0..<n {
      let common = stream.normal()
      for j in 0..<q { result[i, j] = Double(j + 1) * (common + stream.normal()) }
    }
    return result
  }

  /// Means, and their influences (x − x̄)/n.
  private static func means(_ x: Matrix) -> (means: [Double], influence: Matrix) {
    let n = x.rowCount
    var influence = x
    let means = (0..<x.columnCount).map { j in x.column(j).reduce(0, +) / Double(n) }
    for j in means.indices {
      for i in 0..<n { influence[i, j] = (x[i, j] - means[j]) / Double(n) }
    }
    return (means, influence)
  }

  @Test("the means of one sample are tested by Hotelling's T²")
  func hotelling() throws {
    var stream = RandomStream(seed: 2)
    let x = Self.sample(12, 3, &stream)
    let (means, influence) = Self.means(x)
    let test = try #require(
      InfluenceWaldTest(means, influence, groups: [Int](repeating: 0, count: 12)))
    var covariance = Matrix(rowCount: 3, columnCount: 3)
    for j in 0..<3 {
      for k in 0..<3 {
        for i in 0..<12 { covariance[j, k] += (x[i, j] - means[j]) * (x[i, k] - means[k]) / 11 }
      }
    }
    let squared =
      12 * zip(means, try Cholesky(covariance).solve(means)).reduce(0) { $0 + $1.0 * $1.1 }
    let p = FisherF(numeratorDegreesOfFreedom: 3, denominatorDegreesOfFreedom: 9)
      .upper(9 / (3 * 11) * squared)
    #expect(test.statistic.isClose(to: squared * 12 / 11, relative: 1e-10))
    #expect(test.pValue.isClose(to: p, relative: 1e-8))
    #expect(test.asymptoticPValue < test.pValue)
  }

  @Test("two samples of different sizes and spreads: true size near the nominal, χ²'s is not")
  func size() throws {
    var (own, asymptotic) = (0, 0)
    let repetitions = 1_000
    for k in 0..<repetitions {
      var stream = RandomStream(seed: 5).substream(UInt64(k))
      let (a, psiA) = Self.means(Self.sample(14, 4, &stream))
      let (b, psiB) = Self.means(3 * Self.sample(20, 4, &stream))
      let influence = Matrix(
        rows: (0..<14).map { psiA.row($0) } + (0..<20).map { psiB.row($0).map { -$0 } })
      let test = try #require(
        InfluenceWaldTest(
          zip(a, b).map { $0 - $1 }, influence, groups: (0..<34).map { $0 < 14 ? 0 : 1 }))
      if test.pValue < 0.05 { own += 1 }
      if test.asymptoticPValue < 0.05 { asymptotic += 1 }
    }
    // Three standard errors of a share of 0.05 in 1,000 are 0.021.
    #expect(abs(Double(own) / 1000 - 0.05) < 0.021)
    #expect(Double(asymptotic) / 1000 > 0.1)
  }

  @Test("more effects than clusters can judge, and dependent ones, have no test")
  func undefined() {
    var stream = RandomStream(seed: 3)
    let few = Self.means(Self.sample(4, 4, &stream))
    #expect(InfluenceWaldTest(few.means, few.influence, groups: [0, 0, 0, 0]) == nil)
    let twice = Matrix(columns: [few.influence.column(0), few.influence.column(0)])
    #expect(InfluenceWaldTest([1, 1], twice, groups: [0, 0, 0, 0]) == nil)
    #expect(
      InfluenceWaldTest([], Matrix(rowCount: 4, columnCount: 0), groups: [0, 0, 0, 0]) == nil)
  }
}
