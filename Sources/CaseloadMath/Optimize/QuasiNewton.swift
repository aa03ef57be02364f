/// Minimization of a smooth function whose gradient is at hand: BFGS with a dense inverse Hessian.
///
/// Meant for up to a few dozen parameters, where the dense update costs less than one evaluation of
/// the objective. A search allocates nothing after `init`: make one for each thread and dimension,
/// and use it for many starts.
///
/// - Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed. (2006), algorithm 6.1, eqs. 6.17 and
///   6.20; the line search is that of Lewis & Overton (2013), *Mathematical Programming* 141,
///   135–163, §2.6 (weak Wolfe conditions by bracketing), with cubic steps inside the bracket.
public struct QuasiNewton {
  /// When to stop.
  public struct Options: Sendable {
    /// The largest component of the gradient, relative to 1 + |f|, that counts as flat.
    public var gradientTolerance = 1e-8
    /// A step that lowers f by less than this, relative to 1 + |f|, twice in a row ends the search.
    public var functionTolerance = 1e-12
    public var iterationLimit = 200
    /// The largest length of the first step.
    public var firstStep = 1.0

    public init() {}
  }

  /// An objective: reads the point, writes the gradient, returns the value; infinity or NaN outside
  /// the domain, where the gradient is not read.
  public typealias Objective = (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) ->
    Double

  private let dimension: Int
  private var point: [Double]
  private var gradient: [Double]
  private var trial: [Double]
  private var trialGradient: [Double]
  private var direction: [Double]
  private var change: [Double]
  private var product: [Double]
  /// The approximation to the inverse of the Hessian, row by row.
  private var inverse: [Double]

  /// - Precondition: `dimension > 0`.
  public init(dimension: Int) {
    precondition(dimension > 0)
    self.dimension = dimension
    let zeros = [Double](repeating: 0, count: dimension)
    (point, gradient, trial, trialGradient) = (zeros, zeros, zeros, zeros)
    (direction, change, product) = (zeros, zeros, zeros)
    inverse = [Double](repeating: 0, count: dimension * dimension)
  }

  /// The best point found from `start`, and why the search ended.
  ///
  /// - Parameters:
  ///   - start: one value a parameter; `f` must be finite there.
  ///   - options: when to stop.
  ///   - inverseHessian: a first approximation, row by row, symmetric and positive definite; `nil`
  ///     for the identity, scaled by the first step.
  ///   - f: the objective.
  /// - Returns: the best point and why the search stopped.
  public mutating func minimum(
    from start: [Double], _ options: Options = Options(), inverseHessian: [Double]? = nil,
    of f: Objective
  ) -> Minimum {
    precondition(start.count == dimension)
    point = start
    var value = evaluate(&point, &gradient, f)
    guard value.isFinite else {
      return Minimum(point: start, value: value, iterations: 0, termination: .failed)
    }
    resetInverse(scale: 1)
    var isFresh = true
    if let inverseHessian {
      precondition(inverseHessian.count == dimension * dimension)
      inverse = inverseHessian
      isFresh = false
    }
    var smallSteps = 0
    for iteration in 0..<options.iterationLimit {
      let largest = gradient.reduce(0) { max($0, abs($1)) }
      if largest <= options.gradientTolerance * (1 + abs(value)) {
        return Minimum(
          point: point, value: value, iterations: iteration, termination: .converged)
      }
      setDirection()
      var slope = dot(direction, gradient)
      if !(slope < 0) {
        resetInverse(scale: 1)
        isFresh = true
        setDirection()
        slope = dot(direction, gradient)
      }
      let length = dot(direction, direction).squareRoot()
      let first = isFresh ? min(1, options.firstStep / length) : 1
      guard let next = search(value: value, slope: slope, first: first, f) else {
        if isFresh {
          return Minimum(
            point: point, value: value, iterations: iteration, termination: .stalled)
        }
        resetInverse(scale: 1)
        isFresh = true
        continue
      }
      updateInverse(isFresh: isFresh)
      isFresh = false
      let decrease = value - next
      swap(&point, &trial)
      swap(&gradient, &trialGradient)
      value = next
      smallSteps = decrease <= options.functionTolerance * (1 + abs(value)) ? smallSteps + 1 : 0
      if smallSteps == 2 {
        return Minimum(
          point: point, value: value, iterations: iteration + 1, termination: .converged)
      }
    }
    return Minimum(
      point: point, value: value, iterations: options.iterationLimit,
      termination: .iterationLimit)
  }

  private func evaluate(_ x: inout [Double], _ g: inout [Double], _ f: Objective) -> Double {
    x.withUnsafeBufferPointer { x in g.withUnsafeMutableBufferPointer { g in f(x, g) } }
  }

  /// A step along `direction` that satisfies the weak Wolfe conditions, left in `trial`; `nil` when
  /// no step lowers f.
  private mutating func search(value: Double, slope: Double, first: Double, _ f: Objective)
    -> Double?
  {
    let (sufficient, curvature) = (1e-4, 0.9)
    var (low, lowValue, lowSlope) = (0.0, value, slope)
    var high = Double.infinity
    var (highValue, highSlope) = (Double.infinity, Double.nan)
    var step = first
    // The best point with a sufficient decrease, should the conditions not be met in time.
    for _ in 0..<30 {
      for i in 0..<dimension { trial[i] = point[i] + step * direction[i] }
      let next = evaluate(&trial, &trialGradient, f)
      let nextSlope = next.isFinite ? dot(trialGradient, direction) : .nan
      if !next.isFinite || next > value + sufficient * step * slope || !nextSlope.isFinite {
        (high, highValue, highSlope) = (step, next, nextSlope)
      } else if nextSlope < curvature * slope {
        (low, lowValue, lowSlope) = (step, next, nextSlope)
      } else {
        return next
      }
      if high.isFinite {
        var inside = 0.5 * (low + high)
        if highValue.isFinite, highSlope.isFinite {
          inside = Self.cubicMinimum(
            low, lowValue, lowSlope, high, highValue, highSlope)
          let margin = 0.1 * (high - low)
          if !(inside > low + margin) { inside = low + margin }
          if !(inside < high - margin) { inside = high - margin }
        }
        if high - low <= 1e-14 * max(1, high) { break }
        step = inside
      } else {
        step *= 3
      }
    }
    guard low > 0 else { return nil }
    for i in 0..<dimension { trial[i] = point[i] + low * direction[i] }
    let next = evaluate(&trial, &trialGradient, f)
    return next < value ? next : nil
  }

  /// The minimizer of the cubic through two values and slopes; Nocedal & Wright, eq. 3.59.
  private static func cubicMinimum(
    _ a: Double, _ fa: Double, _ ga: Double, _ b: Double, _ fb: Double, _ gb: Double
  ) -> Double {
    let d1 = ga + gb - 3 * (fa - fb) / (a - b)
    let square = d1 * d1 - ga * gb
    guard square >= 0 else { return 0.5 * (a + b) }
    let d2 = b > a ? square.squareRoot() : -square.squareRoot()
    return b - (b - a) * (gb + d2 - d1) / (gb - ga + 2 * d2)
  }

  private mutating func resetInverse(scale: Double) {
    for i in inverse.indices { inverse[i] = 0 }
    for i in 0..<dimension { inverse[i * dimension + i] = scale }
  }

  private mutating func setDirection() {
    for i in 0..<dimension {
      var sum = 0.0
      for j in 0..<dimension { sum += inverse[i * dimension + j] * gradient[j] }
      direction[i] = -sum
    }
  }

  /// The BFGS update by the step from `point` to `trial`.
  private mutating func updateInverse(isFresh: Bool) {
    for i in 0..<dimension {
      direction[i] = trial[i] - point[i]
      change[i] = trialGradient[i] - gradient[i]
    }
    let curvature = dot(direction, change)
    let squares = dot(change, change)
    guard curvature > 1e-14 * squares.squareRoot() * dot(direction, direction).squareRoot() else {
      return
    }
    if isFresh { resetInverse(scale: curvature / squares) }
    for i in 0..<dimension {
      var sum = 0.0
      for j in 0..<dimension { sum += inverse[i * dimension + j] * change[j] }
      product[i] = sum
    }
    let factor = (1 + dot(change, product) / curvature) / curvature
    for i in 0..<dimension {
      for j in 0..<dimension {
        inverse[i * dimension + j] +=
          factor * direction[i] * direction[j]
          - (product[i] * direction[j] + direction[i] * product[j]) / curvature
      }
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<dimension { sum += a[i] * b[i] }
    return sum
  }
}
