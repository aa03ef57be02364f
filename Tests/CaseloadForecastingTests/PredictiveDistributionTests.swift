import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Predictive distribution") struct PredictiveDistributionTests {
  @Test("a normal distribution has the normal's quantiles")
  func normal() {
    let distribution = PredictiveDistribution.normal(mean: 10, standardDeviation: 2)
    #expect(distribution.mean == 10 && distribution.standardDeviation == 2)
    #expect(distribution.quantile(0.975).isClose(to: 10 + 2 * 1.959963984540054, relative: 1e-14))
    let interval = distribution.interval(0.8)
    #expect(interval.upperBound.isClose(to: 10 + 2 * 1.2815515655446004, relative: 1e-14))
    #expect((interval.lowerBound + interval.upperBound).isClose(to: 20, relative: 1e-14))
  }

  @Test("without spread every quantile is the mean")
  func degenerate() {
    let distribution = PredictiveDistribution.normal(mean: 10, standardDeviation: 0)
    #expect(distribution.interval(0.95) == 10...10)
  }

  @Test("equally likely values have their sample's mean, deviation and type-7 quantiles")
  func empirical() {
    let distribution = PredictiveDistribution.empirical(sorted: [1, 2, 4, 9])
    #expect(distribution.mean == 4)
    #expect(distribution.standardDeviation.isClose(to: (38 / 3.0).squareRoot(), relative: 1e-15))
    #expect(distribution.quantile(0.5) == 3)
    #expect(distribution.quantile(0.25) == 1.75)  // 1 + ¾·(2 − 1)
    let interval = distribution.interval(0.5)
    #expect(interval == 1.75...5.25)
  }

  @Test("a linear change moves mean, deviation and quantiles, also with a negative scale")
  func transformed() {
    for distribution in [
      PredictiveDistribution.normal(mean: 3, standardDeviation: 1.5),
      .empirical(sorted: [1, 2, 4, 9]),
    ] {
      for (scale, shift) in [(2.0, 1.0), (-0.5, 4)] {
        let moved = distribution.transformed(scale: scale, shift: shift)
        #expect(moved.mean.isClose(to: scale * distribution.mean + shift, relative: 1e-14))
        let deviation = abs(scale) * distribution.standardDeviation
        #expect(moved.standardDeviation.isClose(to: deviation, relative: 1e-14))
        let mirrored = scale < 0 ? 0.7 : 0.3
        let quantile = scale * distribution.quantile(mirrored) + shift
        #expect(moved.quantile(0.3).isClose(to: quantile, relative: 1e-12))
      }
    }
  }

  @Test("a mixture's quantile is where its distribution function passes the probability")
  func mixtureQuantile() {
    typealias Component = PredictiveDistribution.NormalComponent
    let mixtures: [[Component]] = [
      [
        Component(weight: 0.7, mean: 10, standardDeviation: 2),
        Component(weight: 0.3, mean: 11, standardDeviation: 5),
      ],
      // Two modes far apart, with no density between them.
      [
        Component(weight: 0.5, mean: -1000, standardDeviation: 0.1),
        Component(weight: 0.5, mean: 1000, standardDeviation: 3),
      ],
      [
        Component(weight: 0.9, mean: 0, standardDeviation: 1e-6),
        Component(weight: 0.1, mean: 0, standardDeviation: 1e6),
      ],
    ]
    for components in mixtures {
      let mixture = PredictiveDistribution.mixture(components)
      var last = -Double.infinity
      for p in [1e-6, 0.001, 0.025, 0.1, 0.3, 0.499, 0.501, 0.7, 0.9, 0.975, 0.999, 1 - 1e-6] {
        let quantile = mixture.quantile(p)
        #expect(mixture.cumulative(quantile).isClose(to: p, absolute: 1e-13))
        #expect(quantile > last)
        last = quantile
      }
    }
  }

  @Test("distributions survive JSON")
  func codable() throws {
    for distribution in [
      PredictiveDistribution.normal(mean: 0.1, standardDeviation: 1e-7),
      .empirical(sorted: [-1.5, 0.1, 1e300]),
    ] {
      #expect(try roundTrip(distribution) == distribution)
    }
  }
}
