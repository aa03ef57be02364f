import CaseloadMath

/// The derivatives of the residuals at a point, and Gauss and Newton's equations for the next step.
///
/// ```
/// r = u e^{L/2ν},   L = Σ ln F,   J = e^{−L/2ν} ∂r/∂x = ∂u/∂x + u (∂L/∂x)/2ν
/// ∂(−ln L)/∂x = (ν/S) Jᵀu,   ∂²(−ln L)/∂x² ≈ (ν/S) JᵀJ
/// ```
///
/// ∂/∂x are forward differences, four parameters in one pass over the data (``ARIMALanes``); where
/// values are missing, one after the other.
struct ARIMALinearization {
  typealias Four = SIMD4<Double>

  private let order: ARIMAOrder
  private let dimension: Int
  private let count: Int
  private let blockCount: Int
  /// ∂/∂x of the residuals: four parameters a block, each block a row a value.
  private var jacobian: [Four]
  /// u.
  private var base: [Double]
  private var coefficients: [Double]
  private var moved: [Four]
  private let isWhole: Bool
  private var two: ARIMALanes<SIMD2<Double>>?
  private var four: ARIMALanes<Four>?
  private(set) var gradient: [Double]
  /// JᵀJ ν/S, symmetric.
  private(set) var matrix: [Double]

  private static let difference = 1e-7

  init(_ likelihood: ARIMALikelihood) {
    order = likelihood.order
    dimension = order.coefficientCount
    count = likelihood.data.count
    blockCount = (dimension + 3) / 4
    jacobian = [Four](repeating: .zero, count: max(1, blockCount * count))
    base = [Double](repeating: 0, count: max(1, count))
    coefficients = [Double](repeating: 0, count: max(1, dimension))
    moved = [Four](repeating: .zero, count: max(1, dimension))
    isWhole = likelihood.data.gaps.isEmpty
    if isWhole {
      let rest = dimension - 4 * (blockCount - 1)
      if rest <= 2 { two = ARIMALanes(likelihood.data, likelihood.filter) }
      if rest > 2 || blockCount > 1 { four = ARIMALanes(likelihood.data, likelihood.filter) }
    }
    gradient = [Double](repeating: 0, count: dimension)
    matrix = [Double](repeating: 0, count: dimension * dimension)
  }

  /// Whether ``take(at:_:)`` leaves the likelihood where it stands.
  var leavesLikelihood: Bool { isWhole }

  /// Takes the derivatives.
  ///
  /// - Parameters:
  ///   - x: the point.
  ///   - likelihood: it has been evaluated there.
  /// - Returns: whether the likelihood is finite around the point.
  mutating func take(at x: [Double], _ likelihood: inout ARIMALikelihood) -> Bool {
    let counted = Double(likelihood.data.observationCount)
    let (scale, logarithm) = (counted / likelihood.squares, likelihood.logDeterminant)
    likelihood.residuals.withUnsafeBufferPointer { u in
      base.withUnsafeMutableBufferPointer { base in for t in 0..<count { base[t] = u[t] } }
    }
    for block in 0..<blockCount {
      let inverse = move(x, block)
      let isTaken =
        isWhole
        ? differentiate(block, inverse, likelihood.data, from: logarithm)
        : differentiateSingly(block, inverse, &likelihood, from: logarithm)
      guard isTaken else { return false }
    }
    multiply(scale)
    return true
  }

  /// Writes the coefficients at the points a small step from `x` to ``moved``.
  ///
  /// - Returns: 1/step; 0 for a lane without a parameter.
  private mutating func move(_ x: [Double], _ block: Int) -> Four {
    var inverse = Four.zero
    var point = x
    for lane in 0..<4 {
      // Lanes without a parameter repeat the last one.
      let i = min(4 * block + lane, dimension - 1)
      // Toward zero: never beyond the edge.
      let step = x[i] > 0 ? -Self.difference : Self.difference
      if 4 * block + lane < dimension { inverse[lane] = 1 / step }
      point[i] = x[i] + step
      ARIMAEstimator.write(point, order, &coefficients)
      point[i] = x[i]
      for j in 0..<dimension { moved[j][lane] = coefficients[j] }
    }
    return inverse
  }

  private mutating func differentiate(
    _ block: Int, _ inverse: Four, _ data: ARIMAData, from logarithm: Double
  ) -> Bool {
    // The last block may have one or two parameters.
    if dimension - 4 * block <= 2 {
      guard two?.evaluate(moved, data) == true, let two else { return false }
      write(two, block, inverse, data, from: logarithm)
    } else {
      guard four?.evaluate(moved, data) == true, let four else { return false }
      write(four, block, inverse, data, from: logarithm)
    }
    return true
  }

  /// The differences of the residuals, as a block of ``jacobian``.
  private mutating func write<L: Lanes>(
    _ lanes: ARIMALanes<L>, _ block: Int, _ inverse: Four, _ data: ARIMAData,
    from logarithm: Double
  ) {
    let n = count
    let half = 0.5 / Double(data.observationCount)
    let drift = half * (lanes.logDeterminants.four - logarithm) * inverse
    lanes.residuals.withUnsafeBufferPointer { u in
      base.withUnsafeBufferPointer { base in
        jacobian.withUnsafeMutableBufferPointer { jacobian in
          for t in 0..<n {
            jacobian[block * n + t] = (u[t].four - base[t]) * inverse + drift * base[t]
          }
        }
      }
    }
  }

  private mutating func differentiateSingly(
    _ block: Int, _ inverse: Four, _ likelihood: inout ARIMALikelihood, from logarithm: Double
  ) -> Bool {
    let half = 0.5 / Double(likelihood.data.observationCount)
    for lane in 0..<min(4, dimension - 4 * block) {
      for j in 0..<dimension { coefficients[j] = moved[j][lane] }
      guard likelihood.evaluate(coefficients) else { return false }
      let drift = half * (likelihood.logDeterminant - logarithm) * inverse[lane]
      likelihood.residuals.withUnsafeBufferPointer { u in
        jacobian.withUnsafeMutableBufferPointer { jacobian in
          for t in 0..<count {
            jacobian[block * count + t][lane] =
              (u[t] - base[t]) * inverse[lane] + drift * base[t]
          }
        }
      }
    }
    return true
  }

  /// ``gradient`` and ``matrix`` from J.
  private mutating func multiply(_ scale: Double) {
    let (k, n) = (dimension, count)
    jacobian.withUnsafeBufferPointer { jacobian in
      base.withUnsafeBufferPointer { base in
        for a in 0..<blockCount {
          var sum = Four.zero
          for t in 0..<n { sum += jacobian[a * n + t] * base[t] }
          let rows = 4 * a..<min(4 * a + 4, k)
          for i in rows { gradient[i] = scale * sum[i - 4 * a] }
          for b in 0...a {
            var (c0, c1, c2, c3) = (Four.zero, Four.zero, Four.zero, Four.zero)
            for t in 0..<n {
              let (left, right) = (jacobian[a * n + t], jacobian[b * n + t])
              c0 += left * right.x
              c1 += left * right.y
              c2 += left * right.z
              c3 += left * right.w
            }
            for (offset, column) in [c0, c1, c2, c3].enumerated() where 4 * b + offset < k {
              let j = 4 * b + offset
              for i in rows {
                matrix[i * k + j] = scale * column[i - 4 * a]
                matrix[j * k + i] = scale * column[i - 4 * a]
              }
            }
          }
        }
      }
    }
  }
}
