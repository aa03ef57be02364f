import CaseloadMath
import CaseloadTestSupport
import Testing

/// A distribution with how to integrate over its support.
struct DistributionExample: Sendable, CustomTestStringConvertible {
  /// The support, made the real line: x = sinh u, eᵘ or 1 / (1 + e⁻ᵘ).
  enum Support { case line, positive, unit }

  let testDescription: String
  let distribution: any Distribution
  let support: Support

  init(_ distribution: any Distribution, _ support: Support) {
    testDescription = "\(distribution)"
    self.distribution = distribution
    self.support = support
  }

  static let continuous = [
    DistributionExample(Normal(), .line),
    DistributionExample(Normal(mean: 3, standardDeviation: 2.5), .line),
    DistributionExample(StudentT(degreesOfFreedom: 9.5), .line),
    DistributionExample(ChiSquared(degreesOfFreedom: 3.7), .positive),
    DistributionExample(
      FisherF(numeratorDegreesOfFreedom: 3.5, denominatorDegreesOfFreedom: 22.25), .positive),
    DistributionExample(Gamma(shape: 0.4, scale: 3), .positive),
    DistributionExample(Gamma(shape: 30, scale: 12.5), .positive),
    DistributionExample(Beta(alpha: 0.5, beta: 2.5), .unit),
    DistributionExample(Beta(alpha: 4, beta: 7.25), .unit),
  ]

  /// ∫ g(x) f(x) dx by the trapezoidal rule, which converges exponentially on the whole line.
  func expectation(_ g: (Double) -> Double) -> Double {
    var sum = Accumulator()
    let step = 1.0 / 128
    for k in -12_800...12_800 {
      let u = Double(k) * step
      let (x, slope) =
        switch support {
        case .line: (0.5 * (exp(u) - exp(-u)), 0.5 * (exp(u) + exp(-u)))
        case .positive: (exp(u), exp(u))
        case .unit: (1 / (1 + exp(-u)), 1 / (1 + exp(-u)) / (1 + exp(u)))
        }
      let term = g(x) * distribution.density(x) * slope
      if term.isFinite { sum.add(term) }
    }
    return step * sum.value
  }
}

@Suite("Laws of continuous distributions")
struct ContinuousDistributionLaws {
  static let probabilities = [1e-12, 1e-5, 0.01, 0.3, 0.5, 0.77, 0.99]

  @Test("the density integrates to 1", arguments: DistributionExample.continuous)
  func densityIntegratesToOne(example: DistributionExample) {
    let integral = example.expectation { _ in 1 }
    #expect(integral.isClose(to: 1, relative: 1e-13))  // trapezoidal rule, error below rounding
  }

  @Test("the mean is the integral of x", arguments: DistributionExample.continuous)
  func meanAgreesWithItsDefinition(example: DistributionExample) {
    let mean = example.distribution.mean
    let integral = example.expectation { $0 }
    #expect(mean.isClose(to: integral, relative: 1e-12, absolute: 1e-12))  // trapezoidal rule
  }

  @Test(
    "the variance is the integral of the squared deviation",
    arguments: DistributionExample.continuous)
  func varianceAgreesWithItsDefinition(example: DistributionExample) {
    let mean = example.distribution.mean
    let integral = example.expectation { ($0 - mean) * ($0 - mean) }
    #expect(example.distribution.variance.isClose(to: integral, relative: 1e-12))  // trapezoidal
  }

  @Test(
    "the lower tail at a quantile is its probability", arguments: DistributionExample.continuous)
  func cumulativeUndoesQuantile(example: DistributionExample) {
    let d = example.distribution
    let back = Self.probabilities.map { d.cumulative(d.quantile($0)) }
    #expect(back.isClose(to: Self.probabilities, relative: 1e-12))  // ε · x f(x) / p
  }

  @Test(
    "the upper tail at an upper quantile is its probability",
    arguments: DistributionExample.continuous)
  func upperUndoesUpperQuantile(example: DistributionExample) {
    let d = example.distribution
    let back = Self.probabilities.map { d.upper(d.upperQuantile($0)) }
    #expect(back.isClose(to: Self.probabilities, relative: 1e-10))  // ε · x f(x) / p; Beta at 1 − x
  }

  @Test("both tails sum to 1", arguments: DistributionExample.continuous)
  func tailsSumToOne(example: DistributionExample) {
    let d = example.distribution
    let sums = Self.probabilities.map { d.quantile($0) }.map { d.cumulative($0) + d.upper($0) }
    #expect(sums.allSatisfy { $0.isClose(to: 1, relative: 1e-14) })  // rounding of two tails
  }

  @Test(
    "the logarithm of the density is the density's logarithm",
    arguments: DistributionExample.continuous)
  func logDensityAgreesWithDensity(example: DistributionExample) {
    let d = example.distribution
    let points = Self.probabilities.map { d.quantile($0) }
    let direct = points.map { d.logDensity($0) }
    let logarithms = points.map { log(d.density($0)) }
    #expect(direct.isClose(to: logarithms, relative: 1e-12, absolute: 1e-13))  // a few roundings
  }

  @Test("left of the support there is nothing", arguments: [-Double.infinity, -1e250])
  func leftOfTheSupportIsNothing(x: Double) {
    let wrong = DistributionExample.continuous.map(\.distribution).filter {
      $0.density(x) > 1e-300 || !($0.cumulative(x) < 1e-300) || $0.upper(x) != 1
    }
    #expect(wrong.isEmpty)  // 10⁻³⁰⁰: Student's t has a tail there
  }

  @Test("right of the support there is nothing", arguments: [1e250, .infinity])
  func rightOfTheSupportIsNothing(x: Double) {
    let wrong = DistributionExample.continuous.map(\.distribution).filter {
      $0.density(x) > 1e-300 || $0.cumulative(x) != 1 || !($0.upper(x) < 1e-300)
    }
    #expect(wrong.isEmpty)  // 10⁻³⁰⁰: Student's t has a tail there
  }

  @Test("left of 0 the logarithm of the density is minus infinity")
  func logDensityLeftOfZero() {
    let positive = DistributionExample.continuous.filter { $0.support != .line }
    #expect(positive.allSatisfy { $0.distribution.logDensity(-1) == -.infinity })
  }

  @Test("NaN stays NaN", arguments: DistributionExample.continuous)
  func nanStaysNaN(example: DistributionExample) {
    let d = example.distribution
    #expect(d.density(.nan).isNaN && d.cumulative(.nan).isNaN && d.upper(.nan).isNaN)
  }

  @Test(
    "the standard deviation is the root of the variance", arguments: DistributionExample.continuous)
  func standardDeviationIsTheRoot(example: DistributionExample) {
    let d = example.distribution
    #expect(d.standardDeviation.isClose(to: d.variance.squareRoot(), relative: 1e-15))  // one ulp
  }
}

@Suite("Laws of discrete distributions")
struct DiscreteDistributionLaws {
  static let examples = [
    DistributionExample(Poisson(mean: 0.3), .positive),
    DistributionExample(Poisson(mean: 7.3), .positive),
    DistributionExample(Poisson(mean: 400), .positive),
    DistributionExample(NegativeBinomial(mean: 4.5, size: 0.5), .positive),
    DistributionExample(NegativeBinomial(mean: 120, size: 15), .positive),
    DistributionExample(NegativeBinomial(mean: 3, size: 1e6), .positive),
  ]

  /// 0, 1, … as far as the mass above 10⁻¹⁸.
  private static func support(_ d: any Distribution) -> [Double] {
    (0...Int(d.upperQuantile(1e-18))).map(Double.init)
  }

  /// The whole numbers of which the mass is large enough that every step of P(X ≤ x) is seen.
  private static func steps(_ d: any Distribution) -> [Double] {
    support(d).filter { d.density($0) > 1e-9 }
  }

  @Test("the masses sum to 1", arguments: examples)
  func massesSumToOne(example: DistributionExample) {
    let d = example.distribution
    let sum = Self.support(d).map { d.density($0) }.accurateSum
    #expect(sum.isClose(to: 1, relative: 1e-10))  // ε·size: 1 − p of NegativeBinomial rounds
  }

  @Test("the mean is the sum of x", arguments: examples)
  func meanAgreesWithItsDefinition(example: DistributionExample) {
    let d = example.distribution
    let sum = Self.support(d).map { $0 * d.density($0) }.accurateSum
    #expect(d.mean.isClose(to: sum, relative: 1e-10))  // ε·size
  }

  @Test("the variance is the sum of the squared deviation", arguments: examples)
  func varianceAgreesWithItsDefinition(example: DistributionExample) {
    let d = example.distribution
    let sum = Self.support(d).map { ($0 - d.mean) * ($0 - d.mean) * d.density($0) }.accurateSum
    #expect(d.variance.isClose(to: sum, relative: 1e-10))  // ε·size
  }

  @Test("the lower tail is the sum of the masses", arguments: examples)
  func cumulativeAgreesWithItsDefinition(example: DistributionExample) {
    let d = example.distribution
    var sum = Accumulator()
    let sums = Self.support(d).map { x in
      sum.add(d.density(x))
      return sum.value
    }
    #expect(Self.support(d).map { d.cumulative($0) }.isClose(to: sums, relative: 1e-10))  // ε·size
  }

  @Test("between whole numbers the lower tail does not change", arguments: examples)
  func cumulativeIsConstantBetween(example: DistributionExample) {
    let d = example.distribution
    #expect(d.cumulative(2.999) == d.cumulative(2))
  }

  @Test("between whole numbers the mass is 0", arguments: examples)
  func massBetweenIsZero(example: DistributionExample) {
    #expect(example.distribution.density(2.5) == 0)
  }

  @Test("below 0 there is nothing", arguments: examples)
  func belowZeroIsNothing(example: DistributionExample) {
    let d = example.distribution
    #expect(d.cumulative(-0.5) == 0 && d.upper(-0.5) == 1 && d.density(-1) == 0)
  }

  @Test("at infinity everything lies below", arguments: examples)
  func atInfinityEverythingLiesBelow(example: DistributionExample) {
    let d = example.distribution
    #expect(d.cumulative(.infinity) == 1 && d.upper(.infinity) == 0 && d.density(.infinity) == 0)
  }

  @Test("the quantile at a jump is the jump", arguments: examples)
  func quantileAtJump(example: DistributionExample) {
    let d = example.distribution
    let wrong = Self.steps(d).filter { d.quantile(d.cumulative($0)) != $0 }
    #expect(wrong.isEmpty)  // the smallest x with P(X ≤ x) ≥ p
  }

  @Test("the quantile just above a jump is the next whole number", arguments: examples)
  func quantileAboveJump(example: DistributionExample) {
    let d = example.distribution
    let wrong = Self.steps(d).filter { x in
      let p = d.cumulative(x).nextUp
      return p < 1 && d.quantile(p) != x + 1
    }
    #expect(wrong.isEmpty)  // the smallest x with P(X ≤ x) ≥ p
  }

  @Test("the quantile just below a jump is the jump", arguments: examples)
  func quantileBelowJump(example: DistributionExample) {
    let d = example.distribution
    let wrong = Self.steps(d).filter { d.quantile(d.cumulative($0).nextDown) != $0 }
    #expect(wrong.isEmpty)  // the smallest x with P(X ≤ x) ≥ p
  }

  @Test("the upper quantile at a jump is the jump", arguments: examples)
  func upperQuantileAtJump(example: DistributionExample) {
    let d = example.distribution
    let wrong = Self.steps(d).filter { d.upperQuantile(d.upper($0)) != $0 }
    #expect(wrong.isEmpty)  // the smallest x with P(X > x) ≤ q
  }

  @Test("the upper quantile just below a jump is the next whole number", arguments: examples)
  func upperQuantileBelowJump(example: DistributionExample) {
    let d = example.distribution
    let wrong = Self.steps(d).filter { d.upperQuantile(d.upper($0).nextDown) != $0 + 1 }
    #expect(wrong.isEmpty)  // the smallest x with P(X > x) ≤ q
  }

  @Test(
    "the upper tail keeps its digits where one minus the lower tail has none", arguments: examples)
  func upperTailIsNotOneMinusLower(example: DistributionExample) {
    let d = example.distribution
    let x = d.upperQuantile(1e-40)
    let masses = (Int(x) + 1...Int(x) + 400).map { d.density(Double($0)) }.accurateSum
    #expect(d.upper(x).isClose(to: masses, relative: 1e-8))  // ε·size·x/μ; else 0
  }
}
