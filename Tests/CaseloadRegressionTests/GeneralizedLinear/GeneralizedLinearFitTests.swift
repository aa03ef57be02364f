import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Generalized linear model against R") struct GeneralizedLinearFitTests {
  /// Both iterate to rounding, κ·ε with κ about 100 here, with R's weights rounded in between.
  static let tolerance = 1e-11

  @Test("coefficients are those of R", arguments: GeneralizedLinearOracle.fits)
  func coefficients(name: String) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name).numbers("coefficients")
    #expect(fit.isConverged && fit.diagnostics.isEmpty)
    #expect(
      fit.coefficients.isClose(to: expected, relative: Self.tolerance),
      "\(fit.coefficients) \(expected)")
  }

  @Test("the model's covariance is that of R", arguments: GeneralizedLinearOracle.fits)
  func covariance(name: String) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name).matrix("covariance")
    // R's weights are those of the step before the last.
    #expect(
      try fit.covariance(.classical).largestDifference(from: expected)
        < 1e-10 * expected.diagonal.reduce(0, max))
  }

  @Test(
    "sandwiches are those of R", arguments: GeneralizedLinearOracle.fits,
    [CovarianceKind.HC.hc0, .hc1, .hc2, .hc3])
  func sandwiches(name: String, kind: CovarianceKind.HC) throws {
    let oracle = try GeneralizedLinearOracle()
    guard oracle.reference(name)[kind.rawValue.uppercased()] != nil else {
      #expect(name.hasPrefix("negative-binomial") && kind != .hc0)
      return
    }
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name).matrix(kind.rawValue.uppercased())
    #expect(
      try fit.covariance(.heteroskedastic(kind)).largestDifference(from: expected)
        < 1e-10 * expected.diagonal.reduce(0, max))
  }

  @Test(
    "deviances, Pearson's χ² and the dispersion are those of R",
    arguments: GeneralizedLinearOracle.fits)
  func deviances(name: String) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name)
    #expect(fit.deviance.isClose(to: expected.value("deviance"), relative: 1e-10))
    let null = try #require(fit.nullDeviance)
    #expect(null.isClose(to: expected.value("nullDeviance"), relative: 1e-10))
    guard let pearson = expected["pearson"]?.number else {
      #expect(name.hasPrefix("negative-binomial"))
      return
    }
    #expect(fit.pearsonChiSquared.isClose(to: pearson, relative: 1e-10))
    // MASS's fixed family has R estimate a dispersion; here it is known.
    guard name != "negative-binomial-log-fixed" else { return }
    let dispersion = try #require(fit.dispersion)
    #expect(dispersion.isClose(to: expected.value("dispersion"), relative: 1e-10))
  }

  @Test("likelihoods, AIC and BIC are those of R", arguments: GeneralizedLinearOracle.fits)
  func likelihoods(name: String) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name)
    guard let logLikelihood = expected["logLikelihood"]?.number else {
      #expect(fit.logLikelihood == nil && fit.aic == nil && fit.model.family.isQuasi)
      return
    }
    #expect(try #require(fit.logLikelihood).isClose(to: logLikelihood, relative: 1e-11))
    #expect(try #require(fit.aic).isClose(to: expected.value("aic"), relative: 1e-11))
    guard let bic = expected["bic"]?.number else { return }
    #expect(try #require(fit.bic).isClose(to: bic, relative: 1e-11))
  }

  @Test(
    "every kind of residual is R's",
    arguments: ["poisson-log-weighted", "binomial-logit-trials", "gamma-inverse"],
    ResidualKind.allCases)
  func residuals(name: String, kind: ResidualKind) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name)["residuals"]?.numbers(kind.rawValue) ?? []
    let actual = fit.residuals(kind)
    #expect(actual.isClose(to: expected, relative: 1e-10, absolute: 1e-9), "\(kind)")
  }

  @Test(
    "θ and its standard error are those of glm.nb",
    arguments: [
      "negative-binomial-log", "negative-binomial-sqrt", "negative-binomial-log-weighted",
    ])
  func theta(name: String) throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit(name)
    let expected = oracle.reference(name)
    #expect(try #require(fit.theta).isClose(to: expected.value("theta"), relative: 1e-11))
    #expect(
      try #require(fit.thetaStandardError).isClose(
        to: expected.value("thetaStandardError"), relative: 1e-10))
    let alpha = try #require(fit.alpha)
    #expect(
      alpha == 1 / expected.value("theta")
        || alpha.isClose(to: 1 / expected.value("theta"), relative: 1e-11))
  }
}
