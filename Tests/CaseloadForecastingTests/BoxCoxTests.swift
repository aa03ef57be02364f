import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Box–Cox transformation") struct BoxCoxTests {
  @Test("the inverse undoes it", arguments: [-1, -0.3, 0, 0.5, 1, 2])
  func inverse(_ lambda: Double) {
    let power = BoxCox(lambda: lambda)
    for y in [0.01, 1, 37, 1e6] {
      #expect(power.inverted(power.transformed(y)).isClose(to: y, relative: 1e-9))
    }
  }

  @Test("the equation")
  func equation() {
    #expect(BoxCox(lambda: 0.5).transformed(9) == (3 - 1) / 0.5)
    #expect(BoxCox(lambda: 0.5).transformed(-9) == (-3 - 1) / 0.5)
    #expect(BoxCox(lambda: 0).transformed(1) == 0)
    #expect(BoxCox(lambda: 0).transformed(0).isNaN && BoxCox(lambda: -1).transformed(-2).isNaN)
  }
}

/// R's `BoxCox.lambda`; `r_tests.json`.
@Suite(
  "Box–Cox exponents, as R's forecast",
  .enabled(if: SharedData.isPresent, "needs the shared reference data"))
struct BoxCoxOracleTests {
  @Test("Guerrero's exponent and the likeliest", arguments: RBaseline.all)
  func exponents(_ entry: RBaseline) throws {
    let json = try #require(try SharedData.json("forecast/oracles/r_tests.json")[entry.name])
    let values = entry.series.values
    let m = entry.series.seasonLength
    if let expected = json["lambda_guerrero"]?.number {
      // R's one-dimensional search has a tolerance of 1.2e-4, most of which it needs at an end.
      #expect(BoxCox.guerrero(values, season: m).isClose(to: expected, absolute: 2e-4))
    }
    if let expected = json["lambda_loglik"]?.number {
      let lambda = try #require(BoxCox.likeliest(values, season: m))
      #expect(lambda.isClose(to: expected, absolute: 1e-9))
    }
  }
}
