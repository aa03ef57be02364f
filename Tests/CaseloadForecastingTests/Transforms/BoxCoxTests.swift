import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Box–Cox") struct BoxCoxTests {
  @Test("values are those of the definition, and the inverse undoes them")
  func agreesWithItsDefinition() {
    for y in [0.2, 1, 7, 350.0] {
      #expect(BoxCox(lambda: 0)(y).isClose(to: log(y), relative: 1e-14))
      for lambda in [0.0, 0.3, 0.5, 1] {
        let transform = BoxCox(lambda: lambda)
        if lambda > 0 {
          let expected = (pow(y, lambda) - 1) / lambda
          #expect(transform(y).isClose(to: expected, relative: 1e-14))
          let below = (-pow(y, lambda) - 1) / lambda
          #expect(transform(-y).isClose(to: below, relative: 1e-14))
          #expect(transform.inverse(transform(-y)).isClose(to: -y, relative: 1e-12))
        }
        #expect(transform.inverse(transform(y)).isClose(to: y, relative: 1e-12))
      }
    }
    #expect(BoxCox(lambda: 0.5)(0) == -2)
    // Next to 0 the power keeps its digits.
    let nearLog = BoxCox(lambda: 1e-13)
    #expect(nearLog(350).isClose(to: log(350), relative: 1e-12))
    #expect(nearLog.inverse(nearLog(350)).isClose(to: 350, relative: 1e-12))
  }

  @Test("the Jacobian is the sum of the logarithms of the slopes")
  func jacobian() {
    let transform = BoxCox(lambda: 0.4)
    let values = [3.0, 8, .nan, 20]
    let slopes = values.filter { !$0.isNaN }.reduce(0) { sum, y in
      let step = 1e-5
      return sum + log((transform(y + step) - transform(y - step)) / (2 * step))
    }
    #expect(transform.logJacobian(values).isClose(to: slopes, absolute: 1e-8))
  }

  @Test("transforms, inverses and bias adjustment are R's", .enabled(if: SharedData.isPresent))
  func oracle() throws {
    let misc = try SharedData.json("forecast/oracles/r_misc.json", as: [String: JSON].self)
    func numbers(_ name: String) -> [Double] {
      (misc["BoxCox"]?[name]?.array ?? []).map { $0.number ?? .nan }
    }
    let x = numbers("x")
    #expect(x.map { BoxCox(lambda: 0.3)($0) }.isClose(to: numbers("l03"), relative: 1e-12))
    #expect(x.map { BoxCox(lambda: 0)($0) }.isClose(to: numbers("l0"), relative: 1e-12))
    #expect(
      [5, 10, 15].map { BoxCox(lambda: 0.3).inverse($0) }.isClose(
        to: numbers("inv03"), relative: 1e-12))
    let biased = [5, 10, 15].map { BoxCox(lambda: 0.3).inverseMean($0, variance: 1) }
    #expect(biased.isClose(to: numbers("inv03_bias"), relative: 1e-12))
  }

  @Test("Guerrero's lambda is R's", .enabled(if: SharedData.isPresent))
  func guerrero() throws {
    let tests = try SharedData.json("forecast/oracles/r_tests.json", as: [String: JSON].self)
    var count = 0
    for baseline in RBaseline.all {
      guard let theirs = tests[baseline.name]?["lambda_guerrero"]?.number,
        baseline.series.values.allSatisfy({ $0.isNaN || $0 > 0 }), baseline.name != "uspop"
      else { continue }
      let ours = BoxCox.guerrero(
        baseline.series.values, period: baseline.series.seasonLength, in: -1...2)
      count += 1
      // R's optimize stops within 1.2e-4 of a minimum of its own.
      #expect(ours.lambda.isClose(to: theirs, absolute: 1e-3), "\(baseline.name)")
    }
    #expect(count >= 30)
  }

  @Test("the image of a normal has exact quantiles and the mean of the image")
  func image() {
    let normal = PredictiveDistribution.normal(mean: 2, standardDeviation: 0.5)
    let identity = normal.image { $0 }
    #expect(identity.mean.isClose(to: 2, relative: 1e-13))
    #expect(identity.standardDeviation.isClose(to: 0.5, relative: 1e-12))
    let image = normal.image { exp($0) }
    for p in [0.025, 0.1, 0.5, 0.9, 0.975] {
      #expect(image.quantile(p).isClose(to: exp(normal.quantile(p)), relative: 1e-12))
    }
    // The mean of a lognormal; 201 values integrate its tail to 0.13 %.
    #expect(image.mean.isClose(to: exp(2 + 0.125), relative: 2e-3))
    let mixture = PredictiveDistribution.mixture([
      .init(weight: 0.4, mean: 0, standardDeviation: 1),
      .init(weight: 0.6, mean: 3, standardDeviation: 2),
    ])
    let copy = mixture.image { $0 }
    // 201 values stand for it: a hundredth of a standard deviation.
    for p in [0.1, 0.5, 0.9] {
      #expect(copy.quantile(p).isClose(to: mixture.quantile(p), absolute: 0.03))
    }
    #expect(copy.mean.isClose(to: mixture.mean, relative: 1e-9))
    #expect(copy.standardDeviation.isClose(to: mixture.standardDeviation, relative: 0.01))
  }
}
