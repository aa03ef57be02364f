import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Generalized linear model") struct GeneralizedLinearModelTests {
  static let ones = [Double](repeating: 1, count: 8)
  static let trend = [1.0, 2, 3, 4, 5, 6, 7, 8]
  static let counts = [3.0, 1, 4, 1, 5, 9, 2, 6]
  static let names = ["(Intercept)", "trend"]
  static let x = Matrix(columns: [ones, trend])

  @Test(
    "an intercept alone is the link of the mean",
    arguments: [
      (Family.gaussian, Link.log), (.poisson, .log), (.poisson, .identity), (.poisson, .squareRoot),
      (.negativeBinomial, .log), (.gamma, .inverse), (.gamma, .log), (.quasiPoisson, .log),
    ])
  func interceptOnly(family: Family, link: Link) throws {
    let fit = try GeneralizedLinearModel(family: family, link: link).fitted(
      Matrix(columns: [Self.ones]), Self.counts, names: ["(Intercept)"])
    let mean = Self.counts.reduce(0, +) / 8
    #expect(fit.coefficients[0].isClose(to: link.linearPredictor(mean), relative: 1e-13))
    let null = try #require(fit.nullDeviance)
    #expect(fit.deviance.isClose(to: null, relative: 1e-13))
  }

  @Test("a Poisson rate is events over exposure, with standard error 1/√events")
  func rate() throws {
    let exposure = [10.0, 5, 8, 3, 12, 20, 6, 9]
    let fit = try GeneralizedLinearModel().fitted(
      Matrix(columns: [Self.ones]), Self.counts, names: ["(Intercept)"],
      offset: exposure.map { log($0) })
    let (events, total) = (Self.counts.reduce(0, +), exposure.reduce(0, +))
    #expect(fit.coefficients[0].isClose(to: log(events / total), relative: 1e-13))
    let row = try fit.coefficientTable(.classical)[0]
    #expect(row.standardError.isClose(to: 1 / events.squareRoot(), relative: 1e-13))
    #expect(row.degreesOfFreedom == .infinity)
  }

  @Test("a two-by-two table has its log odds ratio and Woolf's standard error")
  func oddsRatio() throws {
    let model = GeneralizedLinearModel(family: .binomial)
    let fit = try model.fitted(
      Matrix(rows: [[1, 0], [1, 1]]), successes: [12, 25], trials: [40, 45], names: ["a", "b"])
    let ratio = log(25.0 / 20) - log(12.0 / 28)
    let variance = 1.0 / 12 + 1 / 28.0 + 1.0 / 25 + 1 / 20.0
    #expect(fit.coefficients[1].isClose(to: ratio, relative: 1e-12))
    // As many coefficients as observations: the family's own covariance is known all the same.
    let covariance = try fit.covariance(.classical)
    #expect(covariance[1, 1].isClose(to: variance, relative: 1e-12))
    #expect(fit.deviance < 1e-24)
    #expect(throws: Diagnostic.self) { try fit.covariance(.heteroskedastic(.hc0)) }
  }

  @Test("a gaussian with the identity is least squares")
  func leastSquares() throws {
    let weights = [1.0, 2, 1, 3, 1, 1, 2, 1]
    let fit = try GeneralizedLinearModel(family: .gaussian).fitted(
      Self.x, Self.counts, names: Self.names, weights: weights)
    let square = weights.map { $0.squareRoot() }
    let expected = try LeastSquares(Self.x.scalingRows(square), zip(square, Self.counts).map(*))
    #expect(fit.coefficients.isClose(to: expected.coefficients, relative: 1e-13))
    #expect(fit.deviance.isClose(to: expected.residualSumOfSquares, relative: 1e-13))
    #expect(fit.auxiliaryParameterCount == 1)
    let unweighted = try GeneralizedLinearModel(family: .gaussian).fitted(
      Self.x, Self.counts, names: Self.names)
    let linear = try LinearModel().fitted(Self.x, Self.counts, names: Self.names)
    for kind in [CovarianceKind.classical, .heteroskedastic(.hc3), .neweyWest(lags: 2)] {
      #expect(
        try unweighted.covariance(kind).largestDifference(from: linear.covariance(kind)) < 1e-13)
    }
    let (own, other) = try (#require(unweighted.aic), #require(linear.aic))
    #expect(own.isClose(to: other, relative: 1e-13))
  }

  @Test("the score vanishes at the estimate", arguments: GeneralizedLinearOracle.fits)
  func score(name: String) throws {
    let fit = try GeneralizedLinearOracle().fit(name)
    let equations = fit.estimatingEquations
    let norm = equations.residuals.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let score = BLAS.gemv(equations.x, equations.residuals, transposingA: true)
    for (value, diagonal) in zip(score, BLAS.crossProduct(equations.x).diagonal) {
      // Cosine with each column; the scoring of links that are not canonical ends at 1e−12.
      #expect(abs(value) <= 1e-11 * norm * diagonal.squareRoot())
    }
  }

  @Test("an offset of c·x lowers the coefficient of x by c")
  func offsetShift() throws {
    for family in [Family.poisson, .negativeBinomial, .quasiPoisson] {
      let model = GeneralizedLinearModel(family: family, link: .log)
      let plain = try model.fitted(Self.x, Self.counts, names: Self.names)
      let shifted = try model.fitted(
        Self.x, Self.counts, names: Self.names, offset: Self.trend.map { 0.3 * $0 - 2 })
      #expect(shifted.coefficients[0].isClose(to: plain.coefficients[0] + 2, relative: 1e-10))
      #expect(shifted.coefficients[1].isClose(to: plain.coefficients[1] - 0.3, absolute: 1e-11))
      #expect(shifted.deviance.isClose(to: plain.deviance, relative: 1e-12))
    }
  }

  @Test(
    "a weight is a number of equal observations",
    arguments: [Family.poisson, .negativeBinomial, .binomial, .quasiPoisson])
  func replication(family: Family) throws {
    let weights = [1.0, 2, 1, 3, 1, 2, 1, 1]
    let y = family.isBinomial ? [0.0, 1, 0, 1, 0, 1, 1, 0] : Self.counts
    let rows = weights.indices.flatMap { i in Array(repeating: i, count: Int(weights[i])) }
    let model = GeneralizedLinearModel(family: family)
    let weighted = try model.fitted(Self.x, y, names: Self.names, weights: weights)
    let repeated = try model.fitted(
      Self.x.selectingRows(rows), rows.map { y[$0] }, names: Self.names)
    #expect(weighted.coefficients.isClose(to: repeated.coefficients, relative: 1e-10))
    #expect(weighted.deviance.isClose(to: repeated.deviance, relative: 1e-12))
    if family.isDispersionKnown {
      let (a, b) = try (weighted.covariance(.classical), repeated.covariance(.classical))
      #expect(a.largestDifference(from: b) < 1e-10 * b.diagonal.reduce(0, max))
      let effects = try (
        weighted.marginalEffects(.classical).effects[0],
        repeated.marginalEffects(.classical).effects[0]
      )
      #expect(effects.0.estimate.isClose(to: effects.1.estimate, relative: 1e-10))
    }
    // All of the trials or none succeed here, and the binomial coefficient is 1.
    let likelihoods = (weighted.logLikelihood, repeated.logLikelihood)
    if family.isQuasi {
      #expect(likelihoods.0 == nil && likelihoods.1 == nil)
    } else {
      let (own, other) = try (#require(likelihoods.0), #require(likelihoods.1))
      #expect(own.isClose(to: other, relative: 1e-12))
    }
  }

  @Test("the order of observations does not matter")
  func permutation() throws {
    let order = [5, 2, 7, 0, 1, 6, 3, 4]
    let model = GeneralizedLinearModel(family: .negativeBinomial)
    let fit = try model.fitted(Self.x, Self.counts, names: Self.names)
    let other = try model.fitted(
      Self.x.selectingRows(order), order.map { Self.counts[$0] }, names: Self.names)
    #expect(other.coefficients.isClose(to: fit.coefficients, relative: 1e-11))
    #expect(other.alpha?.isClose(to: fit.alpha ?? .nan, relative: 1e-10, absolute: 1e-12) == true)
  }

  @Test("successes of trials are the single outcomes, but for the binomial coefficient")
  func grouping() throws {
    let (successes, trials) = ([2.0, 1, 3, 4], [5.0, 4, 4, 6])
    let covariate = [0.1, 0.9, 1.5, 2.2]
    let grouped = try GeneralizedLinearModel(family: .binomial).fitted(
      Matrix(columns: [[1, 1, 1, 1], covariate]), successes: successes, trials: trials,
      names: Self.names)
    var (rows, outcomes): ([[Double]], [Double]) = ([], [])
    for i in 0..<4 {
      for k in 0..<Int(trials[i]) {
        rows.append([1, covariate[i]])
        outcomes.append(Double(k) < successes[i] ? 1 : 0)
      }
    }
    let single = try GeneralizedLinearModel(family: .binomial).fitted(
      Matrix(rows: rows), outcomes, names: Self.names)
    #expect(grouped.coefficients.isClose(to: single.coefficients, relative: 1e-11))
    // ln C(5,2)·C(4,1)·C(4,3)·C(6,4).
    let constant = log(10.0 * 4 * 4 * 15)
    let (a, b) = try (#require(grouped.logLikelihood), #require(single.logLikelihood))
    #expect((a - b).isClose(to: constant, relative: 1e-12))
  }

  @Test("counts that are not overdispersed have the Poisson limit, and a note says so")
  func poissonLimit() throws {
    let counts = [3.0, 4, 4, 5, 5, 6, 6, 7]
    let fit = try GeneralizedLinearModel(family: .negativeBinomial).fitted(
      Self.x, counts, names: Self.names)
    let poisson = try GeneralizedLinearModel().fitted(Self.x, counts, names: Self.names)
    #expect(fit.theta == .infinity && fit.alpha == 0 && fit.thetaStandardError == nil)
    #expect(fit.isConverged)
    // Two iterations to rounding from different starts.
    #expect(fit.coefficients.isClose(to: poisson.coefficients, relative: 1e-13))
    let (own, limit) = try (#require(fit.logLikelihood), #require(poisson.logLikelihood))
    #expect(own.isClose(to: limit, relative: 1e-14))
    #expect(fit.diagnostics.map(\.severity) == [.note])
  }

  @Test("the likelihood is flat in α at the estimate and lower on both sides")
  func thetaIsAMaximum() throws {
    let counts = [0.0, 12, 3, 0, 25, 7, 1, 30]
    let fit = try GeneralizedLinearModel(family: .negativeBinomial).fitted(
      Self.x, counts, names: Self.names)
    let theta = try #require(fit.theta)
    let best = try #require(fit.logLikelihood)
    for factor in [0.9, 0.99, 1.01, 1.1] {
      let given = try GeneralizedLinearModel(family: .negativeBinomial, theta: factor * theta)
        .fitted(Self.x, counts, names: Self.names)
      #expect(try #require(given.logLikelihood) < best)
      #expect(given.auxiliaryParameterCount == 0 && fit.auxiliaryParameterCount == 1)
    }
    let alpha = try #require(fit.alpha)
    let (error, ofTheta) = try (
      #require(fit.alphaStandardError), #require(fit.thetaStandardError)
    )
    #expect((error / alpha).isClose(to: ofTheta / theta, relative: 1e-14))  // delta method
  }

  @Test(
    "a parabola in calendar years is the one in centered years",
    arguments: [
      (Family.poisson, Link.log), (.poisson, .identity), (.negativeBinomial, .log),
      (.negativeBinomial, .squareRoot), (.gamma, .log), (.gamma, .identity), (.gaussian, .log),
    ])
  func calendarYears(family: Family, link: Link) throws {
    let years = (2000...2023).map(Double.init)
    let filings = [
      1090.0, 1105, 985, 1050, 1001, 960, 1020, 1003, 940, 1010, 985, 1063, 1020, 1115, 1108, 1230,
      1190, 1370, 1322, 1505, 1480, 1640, 1735, 1700,
    ]
    func fit(_ t: [Double]) throws -> GeneralizedLinearFit {
      try GeneralizedLinearModel(family: family, link: link).fitted(
        Matrix(columns: [t.map { _ in 1 }, t, t.map { $0 * $0 }]), filings,
        names: ["(Intercept)", "t", "t²"])
    }
    let (raw, centered) = try (fit(years), fit(years.map { $0 - 2011 }))
    #expect(raw.isConverged && centered.isConverged)
    // The raw design has a condition of 4e11 in its own units, 1e5 after scaling: κ·ε = 2e−11.
    #expect(raw.coefficients[2].isClose(to: centered.coefficients[2], relative: 1e-9))
    #expect(raw.fittedMeans.isClose(to: centered.fittedMeans, relative: 1e-10))
    #expect(raw.deviance.isClose(to: centered.deviance, relative: 1e-9))
  }

  @Test("clusters of all observations serve a fit that leaves some out")
  func clustersAfterSeparation() throws {
    let y = [3.0, 1, 4, 0, 0, 0, 2, 6]
    let dummy = [0.0, 0, 0, 0, 1, 1, 0, 0]
    let clusters = Grouping(name: "g", labels: ["a", "a", "b", "b", "c", "c", "d", "d"])
    let fit = try GeneralizedLinearModel().fitted(
      Matrix(columns: [Self.ones, dummy]), y, names: ["(Intercept)", "closed"])
    let rest = [0, 1, 2, 3, 6, 7]
    let alone = try GeneralizedLinearModel().fitted(
      Matrix(columns: [rest.map { _ in 1 }]), rest.map { y[$0] }, names: ["(Intercept)"])
    let own = CovarianceKind.clustered(by: [clusters.selecting(rest)], .cr1)
    #expect(
      try fit.covariance(.clustered(by: [clusters], .cr1)) == alone.covariance(own))
    #expect(
      try fit.degreesOfFreedom(.clustered(by: [clusters], .cr1), coefficient: 0) == 2)
  }
}
