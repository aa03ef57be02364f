import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Quantile covariance") struct QuantileCovarianceTests {
  @Test("Hall and Sheather's bandwidth agrees with its formula")
  func bandwidth() {
    // τ = ½: x = 0, φ = 1/√(2π), so h = (z² · 1.5/(2π) / n)^(1/3).
    let z = 1.959963984540054
    let expected = pow(z * z * 1.5 / (2 * Double.pi) / 50, 1.0 / 3)
    #expect(QuantileFit.bandwidth(0.5, observations: 50).isClose(to: expected, relative: 1e-14))
  }

  @Test(
    "R's quantreg agrees with all three covariances", arguments: ["durations", "weighted"])
  func oracle(_ name: String) throws {
    let reference = try QuantileRegressionTests.Reference(name)
    #expect(!reference.fits.isEmpty)
    for expected in reference.fits {
      let fit = try reference.fit(expected.value("tau"))
      for method in QuantileStandardError.allCases {
        let covariance = try fit.covariance(using: method)
        // quantreg subtracts √ε from every difference of quantiles; we do not.
        #expect(
          covariance.storage.isClose(
            to: expected.matrix(method.rawValue).storage, relative: 1e-6),
          "\(method), τ = \(fit.quantile)")
      }
    }
  }

  @Test("kinds of covariance stand for iid and nid, and correlated errors are refused")
  func kinds() throws {
    let (x, y) = QuantileRegressionTests.simulated(60, seed: 4)
    let fit = try QuantileRegression(quantile: 0.4).fitted(
      x, y, names: QuantileRegressionTests.names)
    #expect(try fit.covariance(.classical) == fit.covariance(using: .iid))
    #expect(try fit.covariance(.heteroskedastic(.hc3)) == fit.covariance(using: .nid))
    let error = #expect(throws: Diagnostic.self) { try fit.covariance(.neweyWest(lags: nil)) }
    #expect(error?.code == .modelNotApplicable)
    let table = try fit.coefficientTable(.heteroskedastic(.hc0))
    #expect(table.allSatisfy { $0.standardError > 0 && $0.degreesOfFreedom == 57 })
  }

  @Test("covariances go with the square of the units of the response", arguments: [1e-4, 1e5])
  func units(_ scale: Double) throws {
    let (x, y) = QuantileRegressionTests.simulated(70, seed: 6)
    let names = QuantileRegressionTests.names
    let model = QuantileRegression(quantile: 0.6)
    let fit = try model.fitted(x, y, names: names)
    let scaled = try model.fitted(x, y.map { scale * $0 }, names: names)
    for method in QuantileStandardError.allCases {
      let expected = (scale * scale * (try fit.covariance(using: method))).storage
      // Rounding only: no absolute tolerance enters.
      #expect(try scaled.covariance(using: method).storage.isClose(to: expected, relative: 1e-9))
    }
  }

  @Test("too few observations for a density, and a saturated fit, have no standard errors")
  func notIdentified() throws {
    let (x, y) = QuantileRegressionTests.simulated(3, seed: 7)
    let names = QuantileRegressionTests.names
    let saturated = try QuantileRegression().fitted(x, y, names: names)
    let error = #expect(throws: Diagnostic.self) { try saturated.covariance(.classical) }
    #expect(error?.code == .notIdentified)
    let constant = try QuantileRegression().fitted(
      QuantileRegressionTests.simulated(20, seed: 7).x, [Double](repeating: 2, count: 20),
      names: names)
    for method in QuantileStandardError.allCases {
      let none = #expect(throws: Diagnostic.self) { try constant.covariance(using: method) }
      #expect(none?.code == .notIdentified)
    }
  }
}
