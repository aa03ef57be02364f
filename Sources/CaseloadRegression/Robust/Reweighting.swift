import CaseloadMath

/// Iteratively reweighted least squares in orthogonal coordinates, in storage of its own.
struct Reweighting {
  private let z: OrthonormalRows
  private let y: [Double]
  private let chi = BisquareScale()
  private var residuals: [Double]
  private var weights: [Double]
  private var sizes: [Double]
  private var cross: Matrix
  private var right: [Double]
  /// What counts as zero for a residual.
  private let zero: Double
  /// The change of γ, relative to γ and the scale, that rounding leaves in sums over n rows.
  private let tolerance: Double

  /// - Parameters:
  ///   - z: n × p.
  ///   - y: n values.
  ///   - zero: the size below which a residual counts as zero.
  init(_ z: OrthonormalRows, _ y: [Double], zero: Double) {
    self.z = z
    self.y = y
    self.zero = zero
    tolerance = 1e-14 + 2 * Double.ulpOfOne * Double(z.rowCount).squareRoot()
    residuals = y
    weights = y
    sizes = y
    cross = Matrix(rowCount: z.columnCount, columnCount: z.columnCount)
    right = [Double](repeating: 0, count: z.columnCount)
  }

  private var degreesOfFreedom: Double { Double(z.rowCount - z.columnCount) }

  /// The residuals at `gamma`; a residual within rounding of zero is zero.
  private mutating func update(_ gamma: [Double]) {
    z.multiply(gamma, into: &residuals)
    for i in y.indices {
      let r = y[i] - residuals[i]
      residuals[i] = abs(r) <= zero ? 0 : r
    }
  }

  /// One weighted least-squares step at scale `scale`.
  private mutating func step(_ gamma: inout [Double], scale: Double, loss: RobustLoss) -> Bool {
    for i in y.indices { weights[i] = loss.weight(residuals[i] / scale) }
    z.normalEquations(weights: weights, y, into: &cross, &right)
    guard let system = try? Cholesky(cross) else { return false }
    gamma = system.solve(right)
    update(gamma)
    return true
  }

  /// Improves `gamma` and gives its scale if that is below `threshold`.
  mutating func improve(_ gamma: inout [Double], steps: Int, below threshold: Double) -> Double? {
    update(gamma)
    var scale = medianSize()
    for _ in 0..<steps where scale > 0 {
      // One step of the fixed-point iteration for the scale goes with each step for γ.
      let ratio = chi.total(residuals, scale: scale) / (BisquareScale.target * degreesOfFreedom)
      scale *= ratio.squareRoot()
      guard step(&gamma, scale: scale, loss: .bisquare(c: chi.c)) else { return nil }
    }
    guard scale > 0 else { return 0 }
    if threshold < .infinity {
      let goal = BisquareScale.target * degreesOfFreedom
      guard chi.total(residuals, scale: threshold) < goal else { return nil }
    }
    return chi.scale(residuals, degreesOfFreedom: degreesOfFreedom, from: scale)
  }

  /// Steps for γ and the scale until neither moves.
  mutating func converged(from start: [Double]) -> (
    (coefficients: [Double], scale: Double), Termination
  ) {
    var gamma = start
    update(gamma)
    var scale = chi.scale(
      residuals, degreesOfFreedom: degreesOfFreedom, from: max(medianSize(), 1e-300))
    var best = (coefficients: gamma, scale: scale)
    for _ in 0..<2000 where scale > 0 {
      let previous = gamma
      guard step(&gamma, scale: scale, loss: .bisquare(c: chi.c)) else {
        return (best, .stalled)
      }
      scale = chi.scale(residuals, degreesOfFreedom: degreesOfFreedom, from: scale)
      if scale <= best.scale { best = (gamma, scale) }
      if isSettled(gamma, previous, scale) { return (best, .converged) }
    }
    return (best, scale > 0 ? .iterationLimit : .converged)
  }

  /// Steps for γ at a fixed scale until it no longer moves.
  mutating func converged(from start: [Double], scale: Double, loss: RobustLoss) -> (
    coefficients: [Double], termination: Termination
  ) {
    var gamma = start
    update(gamma)
    for _ in 0..<5000 {
      let previous = gamma
      guard step(&gamma, scale: scale, loss: loss) else { return (previous, .stalled) }
      if isSettled(gamma, previous, scale) { return (gamma, .converged) }
    }
    return (gamma, .iterationLimit)
  }

  /// Steps for γ, each at the scale that the residuals have, until neither moves.
  mutating func convergedWithScale(loss: RobustLoss) -> (
    coefficients: [Double], scale: Double, termination: Termination
  ) {
    var gamma = right
    z.multiplyTransposed(y, into: &gamma)
    for j in gamma.indices { gamma[j] /= Double(z.rowCount) }
    update(gamma)
    var scale = medianSize()
    for _ in 0..<2000 where scale > 0 {
      let (previous, previousScale) = (gamma, scale)
      guard step(&gamma, scale: scale, loss: loss) else { return (previous, scale, .stalled) }
      scale = medianSize()
      let moved = distance(gamma, previous) + abs(scale - previousScale)
      if moved <= tolerance * (norm(gamma) + scale) { return (gamma, scale, .converged) }
    }
    return (gamma, scale, scale > 0 ? .iterationLimit : .converged)
  }

  /// median |rᵢ| / 0.6745, which estimates the standard deviation of normal errors around zero.
  private mutating func medianSize() -> Double {
    for i in y.indices { sizes[i] = abs(residuals[i]) }
    sizes.sort()
    let n = sizes.count
    let middle = n % 2 == 1 ? sizes[n / 2] : 0.5 * (sizes[n / 2 - 1] + sizes[n / 2])
    return middle / Self.normalQuartile
  }

  /// The upper quartile of the normal distribution, to the four digits by custom.
  static let normalQuartile = 0.6745

  private func isSettled(_ gamma: [Double], _ previous: [Double], _ scale: Double) -> Bool {
    distance(gamma, previous) <= tolerance * (norm(gamma) + scale)
  }
  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
  private func norm(_ a: [Double]) -> Double { a.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
