import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Quasi-Newton") struct QuasiNewtonTests {
  @Test("Rosenbrock's valley ends at (1, 1)")
  func rosenbrock() {
    var search = QuasiNewton(dimension: 2)
    let minimum = search.minimum(from: [-1.2, 1]) { x, g in
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      g[0] = -2 * a - 400 * x[0] * b
      g[1] = 200 * b
      return a * a + 100 * b * b
    }
    #expect(minimum.termination == .converged)
    #expect(minimum.point[0].isClose(to: 1, absolute: 1e-6))
    #expect(minimum.point[1].isClose(to: 1, absolute: 1e-6))
    #expect(minimum.iterations < 60)
  }

  @Test("an ill-conditioned quadratic in ten dimensions is solved to its minimum")
  func quadratic() {
    var search = QuasiNewton(dimension: 10)
    for _ in 0..<2 {
      let minimum = search.minimum(from: [Double](repeating: 1, count: 10)) { x, g in
        var value = 0.0
        for i in 0..<10 {
          let curvature = Double(1 << i)
          let deviation = x[i] - Double(i)
          g[i] = curvature * deviation
          value += 0.5 * curvature * deviation * deviation
        }
        return value
      }
      for i in 0..<10 { #expect(minimum.point[i].isClose(to: Double(i), absolute: 1e-6)) }
    }
  }

  @Test("with the inverse Hessian given, a quadratic takes one step")
  func inverseHessian() {
    var search = QuasiNewton(dimension: 2)
    let minimum = search.minimum(
      from: [100, -50], inverseHessian: [0.01, 0, 0, 4]
    ) { x, g in
      (g[0], g[1]) = (100 * (x[0] - 1), 0.25 * (x[1] - 2))
      return 50 * (x[0] - 1) * (x[0] - 1) + 0.125 * (x[1] - 2) * (x[1] - 2)
    }
    #expect(minimum.iterations == 1)
    #expect(minimum.point.isClose(to: [1, 2], absolute: 1e-12))
  }

  @Test("a step outside the domain is shortened, a start outside it is reported")
  func domain() {
    var search = QuasiNewton(dimension: 1)
    // x − ln x, for x > 0 only; the first step from 0.01 leads far below zero or above.
    let f: QuasiNewton.Objective = { x, g in
      guard x[0] > 0 else { return .infinity }
      g[0] = 1 - 1 / x[0]
      return x[0] - log(x[0])
    }
    for start in [0.01, 0.5, 30] {
      #expect(search.minimum(from: [start], of: f).point[0].isClose(to: 1, absolute: 1e-6))
    }
    #expect(search.minimum(from: [-1], of: f).termination == .failed)
  }
}
