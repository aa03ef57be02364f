import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Analysis of deviance, pseudo R² and overdispersion") struct AnalysisOfDevianceTests {
  /// The model of the oracle with the first `columns` columns.
  func fit(_ family: Family, _ response: String, _ columns: Int, link: Link? = nil) throws
    -> GeneralizedLinearFit
  {
    let oracle = try GeneralizedLinearOracle()
    return try GeneralizedLinearModel(family: family, link: link).fitted(
      oracle.x.selectingColumns(Array(0..<columns)), oracle.column(response),
      names: Array(oracle.names.prefix(columns)),
      offset: response == "poissonCount" ? oracle.logExposure : nil)
  }

  @Test("χ² and F tests are those of R's anova")
  func tests() throws {
    let tests = try GeneralizedLinearOracle().values["tests"] ?? .null
    let poisson = try fit(.poisson, "poissonCount", 3).devianceTest(
      against: fit(.poisson, "poissonCount", 2))
    let expected = tests["poissonChiSquared"] ?? .null
    #expect(poisson.reference == .chiSquared && poisson.numeratorDegreesOfFreedom == 1)
    #expect(poisson.difference.isClose(to: expected.value("deviance"), relative: 1e-11))
    #expect(poisson.pValue.isClose(to: expected.value("pValue"), relative: 1e-10))

    let (small, large) = try (
      fit(.gamma, "duration", 2, link: .log), fit(.gamma, "duration", 3, link: .log)
    )
    let f = try large.devianceTest(against: small)
    #expect(f.reference == .fisher && f.denominatorDegreesOfFreedom == 57)
    #expect(f.statistic.isClose(to: tests["gammaF"]?.value("statistic") ?? .nan, relative: 1e-10))
    #expect(f.pValue.isClose(to: tests["gammaF"]?.value("pValue") ?? .nan, relative: 1e-10))
    let chiSquared = try large.devianceTest(against: small, reference: .chiSquared)
    let pValue = tests["gammaChiSquared"]?.value("pValue") ?? .nan
    #expect(chiSquared.pValue.isClose(to: pValue, relative: 1e-10))
  }

  @Test("negative binomials with θ estimated are compared by their likelihoods")
  func likelihoodRatio() throws {
    let test = try fit(.negativeBinomial, "count", 3).devianceTest(
      against: fit(.negativeBinomial, "count", 2))
    let expected =
      try GeneralizedLinearOracle().values["tests"]?["negativeBinomialLikelihoodRatio"] ?? .null
    // R's glm.nb stops at 1e−8 of the likelihood, which a difference of 1.4 in 150 shows.
    #expect(test.statistic.isClose(to: expected.value("statistic"), relative: 1e-7))
    #expect(test.pValue.isClose(to: expected.value("pValue"), relative: 1e-7))
  }

  @Test("an F test of a known dispersion is the χ² test")
  func knownDispersion() throws {
    let (small, large) = try (fit(.poisson, "count", 1), fit(.poisson, "count", 3))
    let f = try large.devianceTest(against: small, reference: .fisher)
    let chiSquared = try large.devianceTest(against: small)
    #expect(f.pValue == chiSquared.pValue && f.denominatorDegreesOfFreedom == nil)
    #expect((2 * f.statistic).isClose(to: chiSquared.statistic, relative: 1e-15))
  }

  @Test("models that are not nested are not compared")
  func notNested() throws {
    let oracle = try GeneralizedLinearOracle()
    let large = try fit(.poisson, "count", 2)
    let other = try GeneralizedLinearModel().fitted(
      Matrix(columns: [oracle.column("w")]), oracle.column("count"), names: ["w"],
      hasIntercept: false)
    let attempts = [
      other, try fit(.quasiPoisson, "count", 1), try fit(.poisson, "poissonCount", 1),
    ]
    for smaller in attempts + [large] {
      let error = #expect(throws: Diagnostic.self) { try large.devianceTest(against: smaller) }
      #expect(error?.code == .modelNotApplicable)
    }
  }

  @Test("pseudo R² agree with their definitions on R's likelihoods")
  func pseudoRSquared() throws {
    let tests = try GeneralizedLinearOracle().values["tests"] ?? .null
    for (name, fit) in [
      ("pseudoPoisson", try fit(.poisson, "poissonCount", 3)),
      ("pseudoBinomial", try fit(.binomial, "binary", 3)),
    ] {
      let own = try fit.pseudoRSquared()
      let expected = tests[name] ?? .null
      // 1 − ℓ/ℓ₀ loses two digits of likelihoods good to 1e−12.
      #expect(try #require(own.mcFadden).isClose(to: expected.value("mcFadden"), relative: 1e-9))
      #expect(try #require(own.coxSnell).isClose(to: expected.value("coxSnell"), relative: 1e-9))
      #expect(
        try #require(own.craggUhler).isClose(to: expected.value("craggUhler"), relative: 1e-9))
      #expect(try #require(own.deviance).isClose(to: expected.value("deviance"), relative: 1e-9))
    }
  }

  @Test("the deviance R² of a gaussian is R²; no other pseudo R² but Cox and Snell's exists")
  func gaussian() throws {
    let oracle = try GeneralizedLinearOracle()
    let own = try fit(.gaussian, "amount", 3).pseudoRSquared()
    let linear = try LinearModel().fitted(oracle.x, oracle.column("amount"), names: oracle.names)
    #expect(try #require(own.deviance).isClose(to: linear.rSquared, relative: 1e-12))
    // 1 − (RSS/TSS) again, by way of likelihoods.
    #expect(try #require(own.coxSnell).isClose(to: linear.rSquared, relative: 1e-11))
    #expect(own.mcFadden == nil && own.craggUhler == nil)
    #expect(try fit(.quasiPoisson, "count", 3).pseudoRSquared().coxSnell == nil)
  }

  @Test("a model without an intercept has no pseudo R²")
  func noIntercept() throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try GeneralizedLinearModel().fitted(
      Matrix(columns: [oracle.column("x2")]), oracle.column("count"), names: ["x2"],
      hasIntercept: false)
    let error = #expect(throws: Diagnostic.self) { try fit.pseudoRSquared() }
    #expect(error?.code == .modelNotApplicable)
  }

  @Test(
    "tests for overdispersion are those of AER",
    arguments: [
      ("overdispersionLinear", DispersionTest.Form.proportional, Alternative.greater),
      ("overdispersionQuadratic", .quadratic, .greater),
      ("overdispersionTwoSided", .quadratic, .twoSided),
    ])
  func overdispersion(name: String, form: DispersionTest.Form, alternative: Alternative) throws {
    let fit = try fit(.poisson, "count", 3)
    let test = try fit.dispersionTest(form, alternative: alternative)
    let expected = try GeneralizedLinearOracle().values["tests"]?[name] ?? .null
    #expect(test.test.statistic.isClose(to: expected.value("statistic"), relative: 1e-10))
    #expect(
      test.test.pValue?.isClose(to: expected.value("pValue"), relative: 1e-9) == true)
    let estimate = form == .proportional ? 1 + test.alpha : test.alpha
    #expect(estimate.isClose(to: expected.value("estimate"), relative: 1e-10))
  }

  @Test("overdispersion is a question to a Poisson model")
  func notPoisson() throws {
    let fit = try fit(.gamma, "duration", 3)
    let error = #expect(throws: Diagnostic.self) { try fit.dispersionTest() }
    #expect(error?.code == .modelNotApplicable)
  }
}
