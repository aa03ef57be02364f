import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Descriptive")
struct DescriptiveTests {
  static let x = [2.0, 4, 4, 5, 7, 9, 1, 3.5]

  @Test(
    "quantiles are those of R's type 7",
    arguments: zip([0, 0.1, 0.25, 0.5, 0.9, 1], [1, 1.7, 3.125, 4, 7.6, 9]))
  func quantilesAreThoseOfR(p: Double, expected: Double) throws {
    let quantile = try #require(Descriptive.quantile(Self.x, p))
    #expect(quantile.isClose(to: expected, relative: 1e-15))  // R 4.2.2, quantile(x, p)
  }

  @Test("the median of an even number of values is halfway between the middle two")
  func medianOfEvenCount() {
    #expect(Descriptive.median([1, 10, 2, 4]) == 3)
  }

  @Test("the quantile of one value is that value", arguments: [0, 0.3, 1])
  func quantileOfOneValue(p: Double) {
    #expect(Descriptive.quantile([7], p) == 7)
  }

  @Test("the variance has the divisor n − 1")
  func varianceHasDivisorNMinusOne() throws {
    let variance = try #require(Descriptive.variance(Self.x))
    #expect(variance.isClose(to: 6.6741071428571432, relative: 1e-15))  // R 4.2.2, var(x)
  }

  @Test("a shift by a billion leaves the variance as it is")
  func shiftLeavesVariance() throws {
    let variance = try #require(Descriptive.variance([4, 7, 13, 16].map { $0 + 1e9 }))
    #expect(variance == 30)  // exact; NIST's NumAcc sets fail the textbook formula
  }

  @Test("the standard deviation is the root of the variance")
  func standardDeviationIsTheRoot() {
    #expect(Descriptive.standardDeviation([4, 7, 13, 16]) == 30.0.squareRoot())
  }

  @Test("the median absolute deviation is scaled for a normal sample")
  func medianAbsoluteDeviationIsScaled() throws {
    let mad = try #require(Descriptive.medianAbsoluteDeviation(Self.x))
    #expect(mad.isClose(to: 2.2239, relative: 1e-15))  // R 4.2.2, mad(x)
  }

  @Test("the correlation is Pearson's")
  func correlationIsPearsons() throws {
    let r = try #require(Descriptive.correlation(Self.x, [1, 2, 2, 4, 3, 8, 0, 1]))
    #expect(r.isClose(to: 0.91248830066781383, relative: 1e-15))  // R 4.2.2, cor(x, y)
  }

  @Test("a sample correlates with its negative by exactly −1")
  func correlationWithNegative() {
    #expect(Descriptive.correlation([1, 2, 4], [-1, -2, -4]) == -1)
  }

  @Test("the correlation with a constant is undefined")
  func correlationWithConstantIsUndefined() {
    #expect(Descriptive.correlation([1, 2, 3], [5, 5, 5]) == nil)
  }

  @Test("autocorrelations have the divisor n at every lag")
  func autocorrelationsAreThoseOfR() {
    let r = Descriptive.autocorrelations(Self.x, maxLag: 3)
    let expected = [0.036036789297658862, -0.231605351170568574, -0.188879598662207354]
    #expect(r.isClose(to: expected, relative: 1e-13))  // R 4.2.2, acf(x); cancelling sums
  }

  @Test("autocorrelations stop at the last lag that the sample has")
  func autocorrelationsStopAtTheLastLag() {
    #expect(Descriptive.autocorrelations([1, 2, 4], maxLag: 10).count == 2)
  }

  @Test("a constant series has no autocorrelations")
  func constantSeriesHasNoAutocorrelations() {
    #expect(Descriptive.autocorrelations([3, 3, 3], maxLag: 2).isEmpty)
  }

  @Test("a statistic of nothing is undefined")
  func statisticsOfNothingAreUndefined() {
    let statistics = [
      Descriptive.mean([]), Descriptive.variance([]), Descriptive.median([]),
      Descriptive.medianAbsoluteDeviation([]), Descriptive.correlation([], []),
    ]
    #expect(statistics.allSatisfy { $0 == nil })
  }

  @Test("the spread of one value is undefined")
  func spreadOfOneValueIsUndefined() {
    #expect(Descriptive.standardDeviation([4]) == nil)
  }
}
