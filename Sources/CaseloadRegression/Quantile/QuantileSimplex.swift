import CaseloadMath

/// From one vertex of the quantile objective to the next until none is lower.
///
/// A vertex interpolates p rows. Row k of them leaves along the edge d = ±B⁻¹eₖ, on which
///
/// ```
/// f′ = Σ −ψᵢ zᵢᵀd,   ψᵢ = τ − 1(rᵢ < 0)
/// ```
///
/// falls; the edge is followed through every row that changes sign until f no longer falls, where a
/// weighted quantile of the crossings says which row enters. Rows that are interpolated by chance
/// keep the sign they are assigned, which makes a step of length zero an ordinary step; should a
/// run of those come about, the response is perturbed and the perturbation taken back after.
///
/// - Sources: Koenker & Bassett (1978), *Econometrica* 46, 33–50, theorem 3.3 (the optimal vertex);
///   Barrodale & Roberts (1973), *SIAM Journal on Numerical Analysis* 10, 839–848, and Koenker &
///   d'Orey (1987), *Applied Statistics* 36, 383–393 (passing rows).
struct QuantileSimplex {
  /// The rows that the vertex interpolates.
  private(set) var basis: [Int]
  private(set) var pivots = 0
  private(set) var termination = Termination.converged
  /// Whether another vertex is known to have the same objective, or may have.
  private(set) var uniqueness = Uniqueness.unique

  enum Uniqueness { case unique, uncertain, notUnique }

  private let z: OrthonormalRows
  private let tau: Double
  private var y: [Double]
  private var residuals: [Double]
  private var isNegative: [Bool]
  private var isBasic: [Bool]
  private var system: SquareSystem
  /// What counts as zero for a residual.
  private let zero: Double

  /// - Parameters:
  ///   - z: the design, of full column rank.
  ///   - y: one value a row.
  ///   - tau: the quantile, in (0, 1).
  ///   - start: where the interior point ended.
  init(
    _ z: OrthonormalRows, _ y: [Double], quantile tau: Double, from start: QuantileInteriorPoint
  ) {
    self.z = z
    self.y = y
    self.tau = tau
    system = SquareSystem(order: z.columnCount)
    residuals = start.residuals
    isNegative = start.residuals.map { $0 < 0 }
    isBasic = [Bool](repeating: false, count: y.count)
    zero = 1e-13 * y.reduce(0) { max($0, abs($1)) }
    var rows = IndependentRows(of: z)
    let order = start.weights.indices.sorted {
      (start.weights[$1], $0) < (start.weights[$0], $1)
    }
    for i in order where !rows.isComplete { rows.add(i) }
    basis = rows.indices
    guard rows.isComplete else {
      termination = .failed
      return
    }
    run()
  }

  private mutating func run() {
    settle()
    termination = descend()
    var stream = RandomStream(seed: 1978)
    let scale = residuals.reduce(0) { max($0, abs($1)) }
    let original = y
    for magnitude in [1e-8, 1e-10] where termination == .stalled {
      y = original.map { $0 + magnitude * scale * (2 * stream.uniform() - 1) }
      settle()
      _ = descend()
      // The signs of the perturbed solution stay with the rows that are zero without it.
      y = original
      settle()
      termination = descend()
    }
  }

  /// The residuals at the vertex; rows on it keep their sign.
  private mutating func settle() {
    for i in isBasic.indices { isBasic[i] = false }
    for i in basis { isBasic[i] = true }
    guard system.factor(z, rows: basis) else {
      termination = .failed
      return
    }
    var gamma = [Double](repeating: 0, count: z.columnCount)
    system.solve(basis.map { y[$0] }, into: &gamma)
    z.multiply(gamma, into: &residuals)
    for i in residuals.indices {
      residuals[i] = isBasic[i] ? 0 : y[i] - residuals[i]
      if abs(residuals[i]) > zero { isNegative[i] = residuals[i] < 0 }
    }
  }

  /// Follows edges until the vertex is optimal for the signs assigned.
  private mutating func descend() -> Termination {
    let (n, p) = (z.rowCount, z.columnCount)
    let limit = 1000 + 50 * p + n
    var degenerate = 0
    var slopes = [Double](repeating: 0, count: n)
    var crossings = slopes
    var psi = slopes
    var order: [Int] = []
    order.reserveCapacity(n)
    var gradient = [Double](repeating: 0, count: p)
    var multipliers = gradient
    var direction = gradient
    var edge = gradient
    var unit = gradient
    for _ in 0..<limit {
      guard system.factor(z, rows: basis) else { return .failed }
      for i in 0..<n { psi[i] = isBasic[i] ? 0 : (isNegative[i] ? tau - 1 : tau) }
      z.multiplyTransposed(psi, into: &gradient)
      system.solveTransposed(gradient, into: &multipliers)

      // The steepest edge: the largest fall of f for its length in Z.
      var best = (k: -1, slope: 0.0, steepness: 0.0, sign: 1.0, length: 0.0)
      var flat: [(k: Int, sign: Double)] = []
      for k in 0..<p {
        unit[k] = 1
        system.solve(unit, into: &direction)
        unit[k] = 0
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let tolerance = Self.rounding(rows: n, length: length)
        for (sign, slope) in [
          (1.0, 1 - tau - multipliers[k]), (-1.0, multipliers[k] + tau),
        ] {
          if abs(slope) <= max(tolerance, 1e-11) { flat.append((k, sign)) }
          guard slope < -tolerance, -slope / length > best.steepness else { continue }
          best = (k, slope, -slope / length, sign, length)
          edge = direction
        }
      }
      guard best.k >= 0 else {
        uniqueness = flat.isEmpty ? .unique : extent(of: flat)
        return .converged
      }
      for j in 0..<p { edge[j] *= best.sign }
      z.multiply(edge, into: &slopes)
      order.removeAll(keepingCapacity: true)
      let least = 1e-11 * best.length
      for i in 0..<n where !isBasic[i] && abs(slopes[i]) > least {
        guard (slopes[i] < 0) == isNegative[i] else { continue }
        // A sign that rounding has turned counts as being there already.
        crossings[i] = max(0, residuals[i] / slopes[i])
        slopes[i] = abs(slopes[i])
        order.append(i)
      }
      guard !order.isEmpty else { return .failed }
      let place = WeightedSelection.place(
        in: &order, by: crossings, weights: slopes, reaching: -best.slope)
      let entering = order[place]
      let step = crossings[entering]
      for i in order[..<place] { isNegative[i].toggle() }
      z.multiply(edge, into: &slopes)
      for i in 0..<n where !isBasic[i] { residuals[i] -= step * slopes[i] }
      let leaving = basis[best.k]
      isBasic[leaving] = false
      residuals[leaving] = -best.sign * step
      isNegative[leaving] = best.sign > 0
      basis[best.k] = entering
      isBasic[entering] = true
      residuals[entering] = 0
      pivots += 1
      degenerate = step * best.length <= zero ? degenerate + 1 : 0
      if degenerate > 2 * p + 20 { return .stalled }
    }
    return .iterationLimit
  }

  /// Rounding of a sum over n rows of products zᵢᵀd, whose squares sum to n‖d‖².
  private static func rounding(rows: Int, length: Double) -> Double {
    8 * Double.ulpOfOne * Double(rows).squareRoot() * Double(rows) * length
  }

  /// Whether an edge along which f is level has any length.
  private mutating func extent(of edges: [(k: Int, sign: Double)]) -> Uniqueness {
    let p = z.columnCount
    var result = Uniqueness.uncertain
    var unit = [Double](repeating: 0, count: p)
    var edge = unit
    var slopes = residuals
    for (k, sign) in edges {
      unit[k] = sign
      system.solve(unit, into: &edge)
      unit[k] = 0
      z.multiply(edge, into: &slopes)
      let length = edge.reduce(0) { $0 + $1 * $1 }.squareRoot()
      var first = Double.infinity
      for i in slopes.indices where !isBasic[i] && abs(slopes[i]) > 1e-11 * length {
        if (slopes[i] < 0) == isNegative[i] { first = min(first, residuals[i] / slopes[i]) }
      }
      if first * length > 1e3 * zero { result = .notUnique }
    }
    return result
  }
}
