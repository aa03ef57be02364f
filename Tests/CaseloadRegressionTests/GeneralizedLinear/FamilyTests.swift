import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Family and link") struct FamilyTests {
  /// Predictors inside the domain of every link.
  static let predictors = [0.02, 0.3, 0.7, 0.99]

  @Test("a link undoes its inverse", arguments: Link.allCases)
  func roundTripOfLinks(link: Link) {
    for eta in Self.predictors {
      // The complementary log-log of a mean near 1 loses digits of 1 − μ: 2 ulp over 0.07.
      #expect(link.linearPredictor(link.mean(eta).value).isClose(to: eta, absolute: 1e-14))
    }
  }

  @Test("derivatives agree with differences of means", arguments: Link.allCases)
  func derivatives(link: Link) {
    let h = 1e-4
    for eta in Self.predictors.dropFirst() {
      func slope(_ f: (Double) -> Double) -> Double {
        (8 * (f(eta + h) - f(eta - h)) - (f(eta + 2 * h) - f(eta - 2 * h))) / (12 * h)
      }
      // Fourth order: h⁴ times the fifth derivative, 1e4 at most for 1/η, and ε/h.
      #expect(slope { link.mean($0).value }.isClose(to: link.mean(eta).derivative, relative: 1e-10))
      let second = slope { link.mean($0).derivative }
      #expect(second.isClose(to: link.secondDerivative(eta), relative: 1e-9, absolute: 1e-10))
    }
  }

  @Test("the complement keeps its digits where the mean is 1")
  func complements() {
    // 1 − μ = 1/(1 + e⁴⁰), Φ(−9), exp(−e³): closed forms.
    #expect(Link.logit.mean(40).complement.isClose(to: 1 / (1 + exp(40)), relative: 1e-15))
    let tail = 0.5 * SpecialFunctions.erfc(9 / 2.0.squareRoot())
    #expect(Link.probit.mean(9).complement.isClose(to: tail, relative: 1e-14))
    let hazard = Link.complementaryLogLog.mean(3).complement
    #expect(hazard.isClose(to: exp(-exp(3)), relative: 1e-15))
    #expect(Link.log.mean(-1e-12).complement.isClose(to: 1e-12, relative: 1e-11))
    // And a mean that underflows is positive all the same.
    for link in [Link.log, .logit, .probit, .complementaryLogLog] {
      #expect(link.mean(-1000).value > 0)
    }
  }

  /// The unit deviance as McCullagh & Nelder's table 2.1 prints it.
  func printedDeviance(_ family: Family, _ y: Double, _ mu: Double, theta: Double) -> Double {
    func xlogx(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * log(a / b) }
    return switch family {
    case .gaussian: (y - mu) * (y - mu)
    case .poisson, .quasiPoisson: 2 * (xlogx(y, mu) - (y - mu))
    case .negativeBinomial: 2 * (xlogx(y, mu) - xlogx(y + theta, mu + theta))
    case .binomial, .quasiBinomial: 2 * (xlogx(y, mu) + xlogx(1 - y, 1 - mu))
    case .gamma: 2 * ((y - mu) / mu - log(y / mu))
    }
  }

  @Test("deviances agree with their definitions", arguments: Family.allCases)
  func deviances(family: Family) {
    let law = ExponentialFamily(family, alpha: 1 / 1.7)
    let responses: [Double] =
      family.isBinomial ? [0, 0.2, 0.5, 0.8, 1] : family == .gamma ? [0.3, 2, 9] : [0, 1, 4, 30]
    for y in responses {
      for mu in family.isBinomial ? [0.1, 0.5, 0.93] : [0.2, 1, 6.5] {
        let mean = Link.Mean(value: mu, derivative: 1, complement: 1 - mu)
        let expected = printedDeviance(family, y, mu, theta: 1.7)
        #expect(law.unitDeviance(y, mean).isClose(to: expected, relative: 1e-13, absolute: 1e-14))
      }
    }
  }

  @Test("a deviance near zero keeps its digits", arguments: Family.allCases)
  func smallDeviances(family: Family) {
    // d(y, μ) → (y − μ)²/V(μ) · (1 + O(s)) with s = (y − μ)/μ = 1e−6.
    let law = ExponentialFamily(family, alpha: 0.4)
    let mu = 0.5
    let y = mu + 0x1p-21
    let mean = Link.Mean(value: mu, derivative: 1, complement: 1 - mu)
    let expected = (y - mu) * (y - mu) / law.variance(mean)
    #expect(law.unitDeviance(y, mean).isClose(to: expected, relative: 2e-6))
    #expect(law.unitDeviance(mu, mean) == 0)
  }

  @Test("the relative entropy agrees with its Taylor series")
  func relativeEntropySeries() {
    for s in [1e-9, -1e-5, 1e-3, -0.01] {
      // s²/2 − s³/6 + s⁴/12 − s⁵/20 + …
      var (sum, power) = (0.0, s * s)
      for k in 2...12 {
        sum += power / Double(k * (k - 1))
        power *= -s
      }
      #expect(relativeEntropy(s).isClose(to: sum, relative: 1e-15))
    }
    #expect(relativeEntropy(-1) == 1)
    // The two branches meet.
    let edge = relativeEntropy(0.2.nextDown)
    #expect(edge.isClose(to: 1.2 * log1p(0.2) - 0.2, relative: 1e-14))
  }

  @Test("Stirling's error is that of ln Γ on both branches")
  func stirling() {
    for x in [0.5, 1, 3.7, 14.9, 15.1, 40] {
      let direct = (x - 0.5) * log(x) - x + 0.5 * log(2 * .pi) + stirlingError(x)
      #expect(direct.isClose(to: SpecialFunctions.logGamma(x), relative: 1e-14, absolute: 1e-14))
    }
    // s(1) = 1 − ½ ln 2π.
    #expect(stirlingError(1).isClose(to: 1 - 0.5 * log(2 * .pi), relative: 1e-14))
  }

  @Test("log-likelihoods agree with sums of log densities")
  func likelihoods() throws {
    let y = [0.0, 1, 4, 12, 250]
    let mu = [0.3, 2, 3.5, 9, 260]
    let means = mu.map { Link.Mean(value: $0, derivative: 1, complement: 1 - $0) }
    func sum(_ f: (Double, Double) -> Double) -> Double {
      zip(y, mu).map { f($0, $1) }.accurateSum
    }
    let poisson = try #require(
      ExponentialFamily(.poisson).logLikelihood(y, means, weights: nil))
    #expect(poisson.isClose(to: sum { Poisson(mean: $1).logDensity($0) }, relative: 1e-13))
    let negative = try #require(
      ExponentialFamily(.negativeBinomial, alpha: 0.25).logLikelihood(y, means, weights: nil))
    #expect(
      negative.isClose(
        to: sum { NegativeBinomial(mean: $1, size: 4).logDensity($0) }, relative: 1e-13))
    // At θ = 1e12 it is Poisson's but for Σ ((y − μ)² − y)/2θ.
    let nearly = try #require(
      ExponentialFamily(.negativeBinomial, alpha: 1e-12).logLikelihood(y, means, weights: nil))
    #expect(nearly.isClose(to: poisson, relative: 1e-11))
    let positive = y.map { $0 + 0.5 }
    let gamma = try #require(ExponentialFamily(.gamma).logLikelihood(positive, means, weights: nil))
    let law = ExponentialFamily(.gamma)
    let dispersion = zip(positive, means).map { law.unitDeviance($0, $1) }.accurateSum / 5
    let expected = zip(positive, mu).map {
      Gamma(shape: 1 / dispersion, scale: $1 * dispersion).logDensity($0)
    }.accurateSum
    #expect(gamma.isClose(to: expected, relative: 1e-13))
  }

  @Test("the binomial likelihood has the binomial coefficient")
  func binomialLikelihood() throws {
    // 7 of 10 at ½: 120/1024; 0 of 3 at ¼: 27/64; 2 of 2 at 0.9: 0.81.
    let means = [0.5, 0.25, 0.9].map { Link.Mean(value: $0, derivative: 1, complement: 1 - $0) }
    let value = try #require(
      ExponentialFamily(.binomial).logLikelihood([0.7, 0, 1], means, weights: [10, 3, 2]))
    #expect(value.isClose(to: log(120.0 / 1024 * 27 / 64 * 0.81), relative: 1e-14))
  }

  @Test("the score of α agrees with differences of the likelihood, also at the Poisson")
  func scoreOfAlpha() throws {
    let y = [0.0, 1, 4, 12, 3]
    let weights = [1.0, 2, 1, 3, 1]
    let means = [0.3, 2, 3.5, 9, 4].map { Link.Mean(value: $0, derivative: 1, complement: 1 - $0) }
    let dispersion = NegativeBinomialDispersion(y, weights: weights)
    func likelihood(_ alpha: Double) throws -> Double {
      try #require(
        ExponentialFamily(.negativeBinomial, alpha: alpha).logLikelihood(y, means, weights: weights)
      )
    }
    let h = 1e-3
    for alpha in [0.004, 0.05, 0.7, 3] {
      let (first, second) = dispersion.derivatives(alpha, means)
      let numeric =
        (8 * (try likelihood(alpha + h) - likelihood(alpha - h))
          - (try likelihood(alpha + 2 * h) - likelihood(alpha - 2 * h))) / (12 * h)
      #expect(first.isClose(to: numeric, relative: 1e-5))  // h⁴ against derivatives of order (kα)⁵
      let g = 1e-6
      let slope =
        (dispersion.derivatives(alpha + g, means).first
          - dispersion.derivatives(alpha - g, means).first) / (2 * g)
      #expect(second.isClose(to: slope, relative: 1e-7))
    }
    // ½ Σ w ((y − μ)² − y).
    let atPoisson = y.indices.map { i in
      0.5 * weights[i] * ((y[i] - means[i].value) * (y[i] - means[i].value) - y[i])
    }.accurateSum
    #expect(dispersion.derivatives(0, means).first.isClose(to: atPoisson, relative: 1e-13))
  }

  @Test("the score of α of counts that are not whole goes over into that of whole ones")
  func fractionalScore() {
    let means = [2.0, 3, 4].map { Link.Mean(value: $0, derivative: 1, complement: 1 - $0) }
    let whole = NegativeBinomialDispersion([1, 6, 4], weights: nil).derivatives(0.3, means)
    let nearly = NegativeBinomialDispersion([1, 6, 4 + 1e-9], weights: nil).derivatives(0.3, means)
    #expect(nearly.first.isClose(to: whole.first, relative: 1e-7))
    #expect(nearly.second.isClose(to: whole.second, relative: 1e-7))
  }
}
