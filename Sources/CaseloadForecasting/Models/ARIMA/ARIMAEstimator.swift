import CaseloadMath

/// A fitted ARIMA model, as the search compares it.
struct ARIMAEstimate: Sendable {
  let order: ARIMAOrder
  /// The partial autocorrelations behind the coefficients, as hyperbolic arctangents; neighbors in
  /// a search start from them.
  let point: [Double]
  let coefficients: ARIMACoefficients
  /// Of the constant and the regressors.
  let regression: [Double]
  /// Of all coefficients, these last; empty until ``ARIMAEstimator/standardErrors(_:)`` is asked.
  var standardErrors: [Double?] = []
  let logLikelihood: Double
  /// k, with σ², and n.
  let parameterCount: Int
  let observationCount: Int
  let termination: Termination
  let evaluations: Int
}

/// The maximum of the likelihood for given orders.
///
/// The criterion is a sum of squares (``ARIMALikelihood/inflation``), so Gauss and Newton's matrix is at
/// hand from the derivatives of the residuals, which forward differences give; Levenberg and
/// Marquardt's damping makes it safe. The coefficients are those of partial autocorrelations
/// tanh x: every point is stationary and invertible, and a model nested in another one is the same
/// point with zeros.
///
/// - Source: Marquardt (1963), *Journal of SIAM* 11, 431–441; Nocedal & Wright, *Numerical
///   Optimization*, 2nd ed. (2006), §10.3.
struct ARIMAEstimator {
  var likelihood: ARIMALikelihood
  private let order: ARIMAOrder
  let dimension: Int
  private let count: Int
  private var coefficients: [Double]
  private var jacobian: [Double]
  private var base: [Double]
  private var hessian: [Double]
  private var damped: [Double]
  /// Where the likelihood stands.
  private var evaluated: [Double] = []
  private(set) var evaluations = 0

  /// The largest |x|: a root at 1.000012 of the unit circle is on it for any series at hand.
  static let bound = 6.0
  private static let difference = 1e-7
  private static let largestStep = 1.5

  init(_ data: ARIMAData, _ order: ARIMAOrder) {
    likelihood = ARIMALikelihood(data, order)
    self.order = order
    dimension = order.coefficientCount
    count = data.count
    coefficients = [Double](repeating: 0, count: max(1, dimension))
    jacobian = [Double](repeating: 0, count: dimension * count)
    base = [Double](repeating: 0, count: max(1, count))
    hessian = [Double](repeating: 0, count: dimension * dimension)
    damped = hessian
  }

  /// φ, θ, Φ, Θ at `x`.
  static func coefficients(_ x: [Double], _ order: ARIMAOrder) -> [Double] {
    var result = [Double](repeating: 0, count: max(1, x.count))
    write(x, order, &result)
    return Array(result.prefix(x.count))
  }

  private static func write(_ x: [Double], _ order: ARIMAOrder, _ result: inout [Double]) {
    for i in x.indices { result[i] = 1 - 2 / (exp(2 * x[i]) + 1) }
    result.withUnsafeMutableBufferPointer { buffer in
      guard var block = buffer.baseAddress else { return }
      for (count, isMovingAverage) in [
        (order.autoregressive, false), (order.movingAverage, true),
        (order.seasonalAutoregressive, false), (order.seasonalMovingAverage, true),
      ] {
        PartialAutocorrelations.expand(block, count)
        if isMovingAverage { for i in 0..<count { block[i] = -block[i] } }
        block += count
      }
    }
  }

  /// The point of given coefficients; `nil` where they are not stationary or not invertible.
  static func point(_ coefficients: ARIMACoefficients) -> [Double]? {
    var result: [Double] = []
    for (block, sign) in [
      (coefficients.autoregressive, 1.0), (coefficients.movingAverage, -1),
      (coefficients.seasonalAutoregressive, 1), (coefficients.seasonalMovingAverage, -1),
    ] {
      guard let partial = PartialAutocorrelations.of(block.map { sign * $0 }) else { return nil }
      result += partial.map { 0.5 * log((1 + $0) / (1 - $0)) }
    }
    return result
  }

  /// The likelihood at `x`; −2 ln L less its constant, or infinity.
  mutating func criterion(_ x: [Double]) -> Double {
    evaluations += 1
    evaluated = x
    Self.write(x, order, &coefficients)
    return coefficients.withUnsafeBufferPointer { buffer in
      guard let address = buffer.baseAddress, likelihood.evaluate(address) else { return .infinity }
      return likelihood.criterion
    }
  }

  /// A search from one point.
  struct Descent {
    var point: [Double]
    var value: Double
    var damping = 1e-3
    var termination = Termination.iterationLimit
    var isDone: Bool { termination != .iterationLimit }
  }

  /// Goes on with a search.
  ///
  /// - Parameters:
  ///   - descent: where it stands.
  ///   - iterations: how many more.
  ///   - tolerance: the gain in ln L below which it ends.
  mutating func advance(_ descent: inout Descent, iterations: Int, tolerance: Double) {
    let k = dimension
    guard !descent.isDone else { return }
    guard k > 0 else {
      descent.termination = descent.value.isFinite ? .converged : .failed
      return
    }
    guard descent.value.isFinite else {
      descent.termination = .failed
      return
    }
    var gradient = [Double](repeating: 0, count: k)
    var step = gradient
    var trial = descent.point
    for _ in 0..<iterations {
      guard linearize(descent.point, &gradient) else {
        descent.termination = .failed
        return
      }
      var isAccepted = false
      for _ in 0..<8 {
        guard solve(gradient, damping: descent.damping, &step) else {
          descent.damping = max(10 * descent.damping, 1e-6)
          continue
        }
        let longest = step.reduce(0) { max($0, abs($1)) }
        let shrink = min(1, Self.largestStep / longest)
        var predicted = 0.0
        for i in 0..<k {
          let moved = descent.point[i] + shrink * step[i]
          trial[i] = min(Self.bound, max(-Self.bound, moved))
          step[i] = trial[i] - descent.point[i]
        }
        for i in 0..<k {
          var sum = gradient[i]
          for j in 0..<k { sum += 0.5 * hessian[i * k + j] * step[j] }
          predicted -= sum * step[i]
        }
        if predicted < tolerance {
          descent.termination = .converged
          return
        }
        let value = criterion(trial)
        let gain = 0.5 * (descent.value - value)
        if gain > 0 {
          let ratio = gain / predicted
          if ratio > 0.7 {
            descent.damping *= 0.1
          } else if ratio < 0.25 {
            descent.damping *= 4
          }
          swap(&descent.point, &trial)
          descent.value = value
          isAccepted = true
          if gain < tolerance, ratio < 4 {
            descent.termination = .converged
            return
          }
          break
        }
        descent.damping = max(8 * descent.damping, 1e-4)
      }
      if !isAccepted {
        descent.termination = .stalled
        return
      }
    }
  }

  /// The gradient of −ln L, and Gauss and Newton's matrix for its second derivatives, at `x`.
  private mutating func linearize(_ x: [Double], _ gradient: inout [Double]) -> Bool {
    let (k, n) = (dimension, count)
    // Mostly the trial that was accepted.
    if evaluated != x { guard criterion(x).isFinite else { return false } }
    let scale = Double(likelihood.data.observationCount) / likelihood.squares
    let logarithm = likelihood.logDeterminant
    likelihood.residuals.withUnsafeBufferPointer { u in
      base.withUnsafeMutableBufferPointer { base in for t in 0..<n { base[t] = u[t] } }
    }
    var moved = x
    for i in 0..<k {
      let step = x[i] > 0 ? -Self.difference : Self.difference
      moved[i] = x[i] + step
      guard criterion(moved).isFinite else { return false }
      moved[i] = x[i]
      let change =
        (likelihood.logDeterminant - logarithm)
        / Double(likelihood.data.observationCount)
      // d(u e^{L/2ν}) / e^{L/2ν}.
      let (inverse, drift) = (1 / step, 0.5 * change / step)
      likelihood.residuals.withUnsafeBufferPointer { u in
        base.withUnsafeBufferPointer { base in
          jacobian.withUnsafeMutableBufferPointer { jacobian in
            for t in 0..<n {
              jacobian[i * n + t] = (u[t] - base[t]) * inverse + drift * base[t]
            }
          }
        }
      }
    }
    jacobian.withUnsafeBufferPointer { jacobian in
      base.withUnsafeBufferPointer { base in
        for i in 0..<k {
          var sum = 0.0
          for t in 0..<n { sum += jacobian[i * n + t] * base[t] }
          gradient[i] = scale * sum
          for j in 0...i {
            var sum = 0.0
            for t in 0..<n { sum += jacobian[i * n + t] * jacobian[j * n + t] }
            hessian[i * k + j] = scale * sum
            hessian[j * k + i] = scale * sum
          }
        }
      }
    }
    return true
  }

  private mutating func solve(_ gradient: [Double], damping: Double, _ step: inout [Double]) -> Bool
  {
    let k = dimension
    var largest = 0.0
    for i in 0..<k { largest = max(largest, hessian[i * k + i]) }
    guard largest > 0 else { return false }
    for i in 0..<k * k { damped[i] = hessian[i] }
    for i in 0..<k {
      damped[i * k + i] += damping * (hessian[i * k + i] + 1e-3 * largest) + 1e-12 * largest
    }
    guard SmallCholesky.factor(&damped, k) else { return false }
    for i in 0..<k { step[i] = -gradient[i] }
    SmallCholesky.solve(damped, k, &step)
    return true
  }

  /// The best of searches from several points.
  ///
  /// - Parameters:
  ///   - starts: where to begin; each is followed a little, and the promising ones to the end.
  ///   - tolerance: the gain in ln L below which a search ends.
  ///   - rootLimit: how far from zero all roots have to lie. Where the highest maximum does not keep to
  ///     it, a lower one that does is taken.
  ///   - isWorthwhile: whether a model of this ln L is of use at all; where the highest maximum is not,
  ///     no lower one is looked for.
  /// - Returns: `nil` where the likelihood is nowhere finite, or no maximum keeps to the limit.
  mutating func maximum(
    from starts: [[Double]], tolerance: Double, rootLimit: Double? = nil,
    isWorthwhile: (Double) -> Bool = { _ in true }
  ) -> ARIMAEstimate? {
    var descents: [Descent] = []
    for start in starts {
      var descent = Descent(point: start, value: criterion(start))
      let trial = starts.count > 1 ? Self.trialIterations : 0
      advance(&descent, iterations: trial, tolerance: tolerance)
      if descent.value.isFinite { descents.append(descent) }
    }
    descents.sort { $0.value < $1.value }
    guard var best = descents.first else { return nil }
    advance(&best, iterations: Self.iterationLimit, tolerance: tolerance)
    var pending: [Descent] = []
    for var descent in descents.dropFirst() {
      if descent.value <= best.value + Self.hopeless {
        guard follow(&descent, beside: best, Self.iterationLimit, tolerance) else { continue }
        if descent.value < best.value { swap(&descent, &best) }
      }
      pending.append(descent)
    }
    guard let rootLimit, !keeps(best, to: rootLimit) else { return estimate(best) }
    guard isWorthwhile(-0.5 * best.value) else { return nil }
    var admissible: Descent?
    for var descent in pending {
      guard follow(&descent, beside: best, Self.secondIterationLimit, tolerance) else { continue }
      if descent.value < admissible?.value ?? .infinity, keeps(descent, to: rootLimit) {
        admissible = descent
      }
    }
    return admissible.flatMap { estimate($0) }
  }

  /// Goes on with a search; false where it meets another one.
  private mutating func follow(
    _ descent: inout Descent, beside other: Descent, _ iterations: Int, _ tolerance: Double
  ) -> Bool {
    var remaining = iterations
    while true {
      let apart = zip(descent.point, other.point).reduce(0) { max($0, abs($1.0 - $1.1)) }
      if apart < 0.1, abs(descent.value - other.value) < 0.1 { return false }
      if descent.isDone || remaining <= 0 { return true }
      advance(&descent, iterations: 2, tolerance: tolerance)
      remaining -= 2
    }
  }

  private func keeps(_ descent: Descent, to rootLimit: Double) -> Bool {
    ARIMACoefficients(Self.coefficients(descent.point, order), order)
      .hasRootsOutside(rootLimit, season: order.season)
  }

  private static let trialIterations = 4
  private static let iterationLimit = 60
  private static let secondIterationLimit = 20
  /// A search behind by so much in −2 ln L after ``trialIterations`` is given up.
  private static let hopeless = 8.0

  mutating func estimate(_ descent: Descent) -> ARIMAEstimate? {
    guard criterion(descent.point).isFinite else { return nil }
    let values = Self.coefficients(descent.point, order)
    return ARIMAEstimate(
      order: order, point: descent.point, coefficients: ARIMACoefficients(values, order),
      regression: likelihood.data.regressionCoefficients(likelihood.beta)
        .map { $0 * likelihood.data.unit },
      logLikelihood: likelihood.logLikelihood,
      parameterCount: order.coefficientCount + likelihood.data.regressorCount + 1,
      observationCount: likelihood.data.observationCount, termination: descent.termination,
      evaluations: evaluations)
  }

  /// Points that searches begin from when no neighbor is at hand: persistence that the moving
  /// average takes back, mild swings, and next to nothing.
  static func coldStarts(_ order: ARIMAOrder) -> [[Double]] {
    func block(_ count: Int, _ first: Double, _ rest: Double) -> [Double] {
      (0..<count).map { $0 == 0 ? first : rest }
    }
    func point(
      _ ar: (Double, Double), _ ma: (Double, Double), _ sar: (Double, Double),
      _ sma: (Double, Double)
    ) -> [Double] {
      block(order.autoregressive, ar.0, ar.1) + block(order.movingAverage, ma.0, ma.1)
        + block(order.seasonalAutoregressive, sar.0, sar.1)
        + block(order.seasonalMovingAverage, sma.0, sma.1)
    }
    return [
      point((0.7, 0.1), (0.6, 0.05), (0.3, 0.05), (0.5, 0.05)),
      point((-0.3, -0.1), (-0.3, 0.1), (-0.2, -0.1), (0.1, 0.1)),
      point((0.1, 0.05), (-0.05, -0.05), (0.1, 0.05), (-0.05, -0.05)),
    ]
  }
}
