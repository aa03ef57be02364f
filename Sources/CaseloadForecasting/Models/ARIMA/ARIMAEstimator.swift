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
/// hand from the derivatives of the residuals (``ARIMALinearization``); Levenberg and Marquardt's
/// damping makes it safe. The coefficients are those of partial autocorrelations
/// tanh x: every point is stationary and invertible, and a model nested in another one is the same
/// point with zeros.
///
/// - Source: Marquardt (1963), *Journal of SIAM* 11, 431–441; Nocedal & Wright, *Numerical
///   Optimization*, 2nd ed. (2006), §10.3.
struct ARIMAEstimator {
  var likelihood: ARIMALikelihood
  private let order: ARIMAOrder
  let dimension: Int
  private var coefficients: [Double]
  private var linearization: ARIMALinearization
  private var damped: [Double]
  /// How far from zero the roots have to lie for a maximum to be of use.
  private var rootLimit: Double?
  /// Where the likelihood stands.
  private var evaluated: [Double] = []
  private(set) var evaluations = 0

  /// The largest |x|: a root at 1.000012 of the unit circle is on it for any series at hand.
  static let bound = 6.0
  private static let largestStep = 1.5

  init(_ data: ARIMAData, _ order: ARIMAOrder) {
    likelihood = ARIMALikelihood(data, order)
    self.order = order
    dimension = order.coefficientCount
    coefficients = [Double](repeating: 0, count: max(1, dimension))
    linearization = ARIMALinearization(likelihood)
    damped = [Double](repeating: 0, count: dimension * dimension)
  }

  /// φ, θ, Φ, Θ at `x`.
  static func coefficients(_ x: [Double], _ order: ARIMAOrder) -> [Double] {
    var result = [Double](repeating: 0, count: max(1, x.count))
    write(x, order, &result)
    return Array(result.prefix(x.count))
  }

  static func write(_ x: [Double], _ order: ARIMAOrder, _ result: inout [Double]) {
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
    var step = [Double](repeating: 0, count: k)
    var trial = descent.point
    for _ in 0..<iterations {
      guard linearize(descent.point) else {
        descent.termination = .failed
        return
      }
      var isAccepted = false
      for _ in 0..<8 {
        guard solve(damping: descent.damping, &step) else {
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
          var sum = linearization.gradient[i]
          for j in 0..<k { sum += 0.5 * linearization.matrix[i * k + j] * step[j] }
          predicted -= sum * step[i]
        }
        if predicted < tolerance
          || predicted < Self.refusedTolerance && !keeps(descent, to: rootLimit)
        {
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

  private mutating func linearize(_ x: [Double]) -> Bool {
    // Mostly the trial that was accepted.
    if evaluated != x { guard criterion(x).isFinite else { return false } }
    if !linearization.leavesLikelihood { evaluated = [] }
    evaluations += dimension
    return linearization.take(at: x, &likelihood)
  }

  private mutating func solve(damping: Double, _ step: inout [Double]) -> Bool {
    let (k, hessian) = (dimension, linearization.matrix)
    var largest = 0.0
    for i in 0..<k { largest = max(largest, hessian[i * k + i]) }
    guard largest > 0 else { return false }
    for i in 0..<k * k { damped[i] = hessian[i] }
    for i in 0..<k {
      damped[i * k + i] += damping * (hessian[i * k + i] + 1e-3 * largest) + 1e-12 * largest
    }
    guard SmallCholesky.factor(&damped, k) else { return false }
    for i in 0..<k { step[i] = -linearization.gradient[i] }
    SmallCholesky.solve(damped, k, &step)
    return true
  }

  /// The best of searches from several points.
  ///
  /// The first search goes to its end; the others as long as they may catch up with the best, and
  /// have not met it.
  ///
  /// - Parameters:
  ///   - starts: where to begin, the most promising first.
  ///   - tolerance: the gain in ln L below which a search ends.
  ///   - pursuit: how long all but the best are followed.
  ///   - rootLimit: how far from zero all roots have to lie. Where the highest maximum does not keep to
  ///     it, a lower one that does is taken.
  ///   - isWorthwhile: whether a model of this ln L is of use at all; where the highest maximum is not,
  ///     no lower one is looked for.
  /// - Returns: `nil` where the likelihood is nowhere finite, or no maximum keeps to the limit.
  mutating func maximum(
    from starts: [[Double]], tolerance: Double, pursuit: Pursuit = .thorough,
    rootLimit: Double? = nil, isWorthwhile: (Double) -> Bool = { _ in true }
  ) -> ARIMAEstimate? {
    guard let first = starts.first else { return nil }
    self.rootLimit = rootLimit
    var best = Descent(point: first, value: criterion(first))
    advance(&best, iterations: Self.iterationLimit, tolerance: tolerance)
    var pending: [Descent] = []
    for start in starts.dropFirst() {
      var descent = Descent(point: start, value: criterion(start))
      guard follow(&descent, beside: best, pursuit, tolerance) else { continue }
      if descent.value < best.value {
        swap(&descent, &best)
        best.termination = .iterationLimit
        advance(&best, iterations: Self.iterationLimit, tolerance: tolerance)
      }
      pending.append(descent)
    }
    guard let rootLimit, !keeps(best, to: rootLimit) else { return estimate(best) }
    guard isWorthwhile(-0.5 * best.value) else { return nil }
    var admissible: Descent?
    for var descent in pending {
      descent.termination = .iterationLimit
      advance(&descent, iterations: Self.secondIterationLimit, tolerance: tolerance)
      if descent.value < admissible?.value ?? .infinity, keeps(descent, to: rootLimit) {
        admissible = descent
      }
    }
    return admissible.flatMap { estimate($0) }
  }

  /// Goes on with a search until its end, or until it is too far behind; false where it meets the
  /// other one.
  private mutating func follow(
    _ descent: inout Descent, beside other: Descent, _ pursuit: Pursuit, _ tolerance: Double
  ) -> Bool {
    for iteration in 0..<Self.iterationLimit {
      let allowed = pursuit.lag[min(iteration, pursuit.lag.count - 1)]
      guard !descent.isDone, descent.value <= other.value + allowed else { return true }
      advance(&descent, iterations: 1, tolerance: max(tolerance, pursuit.tolerance))
      let apart = zip(descent.point, other.point).reduce(0) { max($0, abs($1.0 - $1.1)) }
      if apart < 0.1, abs(descent.value - other.value) < 0.1 { return false }
    }
    return true
  }

  private func keeps(_ descent: Descent, to rootLimit: Double?) -> Bool {
    guard let rootLimit else { return true }
    return ARIMACoefficients(Self.coefficients(descent.point, order), order)
      .hasRootsOutside(rootLimit, season: order.season)
  }

  private static let iterationLimit = 60
  private static let secondIterationLimit = 20

  /// How long searches that are not the best are followed.
  struct Pursuit: Sendable {
    /// How far in −2 ln L one may be behind the best before its first iteration, the second … and
    /// from the fifth on.
    let lag: [Double]
    /// The gain in ln L below which one ends.
    let tolerance: Double

    /// For one model among many, and for the only one.
    static let brisk = Pursuit(lag: [100, 60, 30, 16, 8], tolerance: 2e-3)
    static let thorough = Pursuit(
      lag: [.infinity, .infinity, .infinity, .infinity, 8], tolerance: 0)
  }

  /// The gain in ln L below which a search ends where the roots are too near to the unit circle: such
  /// a model is refused, and the way to the edge, where −ln L is flat, is long.
  private static let refusedTolerance = 3e-3

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

  /// Points that searches begin from when no neighbor is at hand: next to nothing, persistence that
  /// the moving average takes back, and mild swings.
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
      point((0.1, 0.05), (-0.05, -0.05), (0.1, 0.05), (-0.05, -0.05)),
      point((0.7, 0.1), (0.6, 0.05), (0.3, 0.05), (0.5, 0.05)),
      point((-0.3, -0.1), (-0.3, 0.1), (-0.2, -0.1), (0.1, 0.1)),
    ]
  }
}
