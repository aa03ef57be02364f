import CaseloadMath
import Testing

@testable import CaseloadForecasting

@Suite("Derivatives of ARIMA residuals")
struct ARIMALinearizationTests {
  private static let order: ARIMAOrder = {
    var order = ARIMAOrder()
    (order.autoregressive, order.movingAverage) = (2, 1)
    (order.seasonalAutoregressive, order.seasonalMovingAverage) = (1, 1)
    (order.season, order.hasConstant) = (4, true)
    return order
  }()

  private static func data(missing: [Int]) throws -> ARIMAData {
    var stream = RandomStream(seed: 8)
    var values = (0..<60).map { 5 + 0.1 * Double($0 % 4) + stream.normal() }
    for t in missing { values[t] = .nan }
    return try #require(ARIMAData(values, regressors: [], order: order))
  }

  private static let point = [0.5, -0.3, 0.4, 0.2, 0.6]

  @Test("every lane has the residuals that it has alone")
  func lanes() throws {
    let data = try Self.data(missing: [])
    var likelihood = ARIMALikelihood(data, Self.order)
    var four = ARIMALanes<SIMD4<Double>>(data, likelihood.filter)
    var two = ARIMALanes<SIMD2<Double>>(data, likelihood.filter)
    let points = (0..<4).map { lane in
      ARIMAEstimator.coefficients(Self.point.map { $0 + 0.1 * Double(lane) }, Self.order)
    }
    let together = Self.point.indices.map { i in
      SIMD4(points[0][i], points[1][i], points[2][i], points[3][i])
    }
    let areStationary = four.evaluate(together, data) && two.evaluate(together, data)
    #expect(areStationary)
    for lane in 0..<4 {
      let isStationary = likelihood.evaluate(points[lane])
      #expect(isStationary)
      #expect(four.logDeterminants[lane] == likelihood.logDeterminant)
      if lane < 2 { #expect(two.logDeterminants[lane] == likelihood.logDeterminant) }
      for t in 0..<data.count {
        let alone = likelihood.residuals[t]
        #expect(abs(four.residuals[t][lane] - alone) < 1e-12)
        if lane < 2 { #expect(abs(two.residuals[t][lane] - alone) < 1e-12) }
      }
    }
  }

  @Test("the gradient is that of −ln L", arguments: [[], [7, 30, 31]])
  func gradient(_ missing: [Int]) throws {
    var likelihood = ARIMALikelihood(try Self.data(missing: missing), Self.order)
    func value(_ x: [Double]) -> Double {
      let coefficients = ARIMAEstimator.coefficients(x, Self.order)
      return likelihood.evaluate(coefficients) ? 0.5 * likelihood.criterion : .nan
    }
    let step = 1e-5
    let slopes = Self.point.indices.map { i -> Double in
      var (up, down) = (Self.point, Self.point)
      up[i] += step
      down[i] -= step
      return (value(up) - value(down)) / (2 * step)
    }
    _ = value(Self.point)
    var linearization = ARIMALinearization(likelihood)
    let isTaken = linearization.take(at: Self.point, &likelihood)
    #expect(isTaken)
    // Forward differences by 1e-7 of numbers near 1.
    for (a, b) in zip(linearization.gradient, slopes) { #expect(abs(a - b) < 1e-4) }
    let k = Self.point.count
    for i in 0..<k {
      #expect(linearization.matrix[i * k + i] > 0)
      for j in 0..<i {
        #expect(linearization.matrix[i * k + j] == linearization.matrix[j * k + i])
      }
    }
  }
}
