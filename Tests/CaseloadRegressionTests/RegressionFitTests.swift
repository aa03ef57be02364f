import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Coefficient table") struct RegressionFitTests {
  private func fit() throws -> LinearFit {
    try LinearModel().fitted(
      LinearModelTests.x, LinearModelTests.y, names: LinearModelTests.names)
  }

  @Test("statistic, p-value and interval follow from estimate, error and degrees of freedom")
  func table() throws {
    let fit = try fit()
    let variances = try fit.covariance(.heteroskedastic(.hc3)).diagonal
    for (j, row) in try fit.coefficientTable(.heteroskedastic(.hc3), level: 0.9).enumerated() {
      let distribution = StudentT(degreesOfFreedom: 4)
      let t = distribution.quantile(0.95)
      #expect(row.term == LinearModelTests.names[j])
      #expect(row.estimate == fit.coefficients[j])
      #expect(row.standardError.isClose(to: variances[j].squareRoot(), relative: 1e-15))
      #expect(row.statistic.isClose(to: row.estimate / row.standardError, relative: 1e-15))
      #expect(row.lower.isClose(to: row.estimate - t * row.standardError, relative: 1e-12))
      #expect(row.upper.isClose(to: row.estimate + t * row.standardError, relative: 1e-12))
      let p = 2 * distribution.upper(abs(row.statistic))
      #expect(row.pValue.isClose(to: p, relative: 1e-13))
      #expect(row.degreesOfFreedom == 4)
    }
  }

  @Test("an interval holds zero exactly when its p-value exceeds the level")
  func intervalsAgreeWithPValues() throws {
    for row in try fit().coefficientTable(.classical) {
      let level = 1 - row.pValue
      for (shift, contains) in [(-1e-6, false), (1e-6, true)] {
        let table = try fit().coefficientTable(.classical, level: level + shift)
        let same = try #require(table.first { $0.term == row.term })
        #expect((same.lower <= 0 && same.upper >= 0) == contains)
      }
    }
  }
}
