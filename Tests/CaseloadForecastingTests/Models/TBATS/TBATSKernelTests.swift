import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("TBATS kernel") struct TBATSKernelTests {
  private static let shape: TBATSShape = {
    var shape = TBATSShape()
    (shape.periods, shape.harmonics) = ([4, 12.5], [1, 3])
    (shape.hasTrend, shape.isDamped) = (true, true)
    (shape.autoregressive, shape.movingAverage) = (2, 1)
    return shape
  }()

  private static let parameters = TBATSParameters(
    lambda: nil, alpha: 0.3, beta: 0.04, phi: 0.93, gamma1: [0.002, 0.004],
    gamma2: [-0.02, -0.015], autoregressive: [0.4, -0.2], movingAverage: [0.3])

  private static func data(gaps: Bool) -> [Double] {
    var draws = RandomStream(seed: 61)
    return (0..<70).map { t in
      if gaps, [5, 22, 23, 69].contains(t) { return .nan }
      return 3 + 0.02 * Double(t) + sin(0.7 * Double(t)) + 0.2 * draws.normal()
    }
  }

  /// The equations of the model's doc comment, one by one, with all states in dictionaries of lists.
  private func literal(_ z: [Double], _ seeds: [Double]) -> (
    squares: Double, innovations: [Double]
  ) {
    let (shape, theta) = (Self.shape, Self.parameters)
    var (level, slope) = (seeds[0], seeds[1])
    var waves: [(angle: Double, season: Int, s: Double, c: Double)] = []
    for (i, period) in shape.periods.enumerated() {
      for j in 1...shape.harmonics[i] {
        waves.append((2 * .pi * Double(j) / period, i, 0, 0))
      }
    }
    for h in waves.indices { (waves[h].s, waves[h].c) = (seeds[2 + h], seeds[6 + h]) }
    var (d, e): ([Double], [Double]) = ([], [])
    for (t, value) in z.enumerated() {
      func back(_ x: [Double], _ lag: Int) -> Double { t >= lag ? x[t - lag] : 0 }
      let arma =
        theta.autoregressive[0] * back(d, 1) + theta.autoregressive[1] * back(d, 2)
        + theta.movingAverage[0] * back(e, 1)
      let base = level + theta.phi * slope + waves.reduce(0) { $0 + $1.s }
      let error = value.isNaN ? arma : value - base
      d.append(error)
      e.append(value.isNaN ? 0 : error - arma)
      level += theta.phi * slope + theta.alpha * error
      slope = theta.phi * slope + theta.beta * error
      for h in waves.indices {
        let (s, c, w) = (waves[h].s, waves[h].c, waves[h].angle)
        waves[h].s = s * cos(w) + c * sin(w) + theta.gamma1[waves[h].season] * error
        waves[h].c = c * cos(w) - s * sin(w) + theta.gamma2[waves[h].season] * error
      }
    }
    return (e.reduce(0) { $0 + $1 * $1 }, e)
  }

  @Test("innovations agree with the equations", arguments: [false, true])
  func agreesWithItsDefinition(_ gaps: Bool) {
    let z = Self.data(gaps: gaps)
    var kernel = TBATSKernel(Self.shape, z)
    let seeds = (0..<10).map { 0.3 * Double($0 % 3) - 0.2 }
    let squares = kernel.squares(Self.parameters, seeds: seeds)
    let expected = literal(z, seeds)
    #expect(squares.isClose(to: expected.squares, relative: 1e-12))
    #expect(kernel.innovations.isClose(to: expected.innovations, absolute: 1e-12))
    // The stepwise system that fits and forecasts are made with.
    let system = TBATSSystem(Self.shape, Self.parameters)
    var state = TBATSState(Self.shape, seeds: seeds)
    for (t, value) in z.enumerated() {
      let (mean, arma) = system.mean(state)
      let innovation = value.isNaN ? 0 : value - mean
      #expect(innovation.isClose(to: expected.innovations[t], absolute: 1e-12))
      system.advance(&state, arma: arma, innovation: innovation)
    }
  }

  @Test("no other seeds have smaller squares", arguments: [false, true])
  func seeds(_ gaps: Bool) {
    let z = Self.data(gaps: gaps)
    var kernel = TBATSKernel(Self.shape, z)
    let best = kernel.squares(Self.parameters)
    let seeds = kernel.seeds
    #expect(best.isClose(to: literal(z, seeds).squares, relative: 1e-12))
    for i in seeds.indices {
      for step in [-1e-3, 1e-3] {
        var other = seeds
        other[i] += step
        #expect(literal(z, other).squares > best - 1e-12)
      }
    }
  }

  @Test("the gradient is that of central differences", arguments: [false, true])
  func gradient(_ gaps: Bool) {
    let z = Self.data(gaps: gaps)
    var kernel = TBATSKernel(Self.shape, z)
    var gradient = Self.parameters
    _ = kernel.squares(Self.parameters)
    kernel.gradient(into: &gradient)
    let dataGradient = z.indices.map { kernel.dataAdjoint($0) }
    func difference(_ path: WritableKeyPath<TBATSParameters, Double>) -> Double {
      let step = 1e-5
      var (up, down) = (Self.parameters, Self.parameters)
      up[keyPath: path] += step
      down[keyPath: path] -= step
      return (kernel.squares(up) - kernel.squares(down)) / (2 * step)
    }
    let paths: [WritableKeyPath<TBATSParameters, Double>] = [
      \.alpha, \.beta, \.phi, \.gamma1[0], \.gamma1[1], \.gamma2[0], \.gamma2[1],
      \.autoregressive[0], \.autoregressive[1], \.movingAverage[0],
    ]
    for path in paths {
      #expect(gradient[keyPath: path].isClose(to: difference(path), relative: 1e-5, absolute: 1e-6))
    }
    for t in [0, 7, 40] where !z[t].isNaN {
      func squares(_ step: Double) -> Double {
        var moved = z
        moved[t] += step
        var kernel = TBATSKernel(Self.shape, moved)
        return kernel.squares(Self.parameters)
      }
      let expected = (squares(1e-4) - squares(-1e-4)) / 2e-4
      #expect(dataGradient[t].isClose(to: expected, relative: 1e-5, absolute: 1e-7))
    }
  }

  @Test("the filter's largest root is that of D")
  func root() {
    // D of a level alone is 1 − α.
    var kernel = TBATSKernel(TBATSShape(), [1, 2, 3])
    for alpha in [0.1, 0.5, 1.5, 2.2] {
      var parameters = TBATSParameters()
      parameters.alpha = alpha
      #expect(kernel.largestRoot(parameters).isClose(to: abs(1 - alpha), relative: 1e-10))
    }
    var growing = TBATSParameters()
    growing.alpha = 2.5
    var long = TBATSKernel(TBATSShape(), [Double](repeating: 1, count: 60))
    #expect(long.squares(growing) == .infinity)
  }
}
