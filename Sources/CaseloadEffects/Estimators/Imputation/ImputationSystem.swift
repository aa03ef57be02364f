import CaseloadMath

/// Weighted least squares on untreated cells with one level a unit (and a slope, if asked), one
/// effect a period, and further regressors; the units' own parameters are eliminated.
///
/// ```
/// y_it = Σ_k q_ik(t) b_ik + z_itᵀγ + ε_it,   z_it = (1[period 1], …, 1[period T], x_it)
/// q_i0 = 1/√Ω_i,   q_i1(t) = (t − t̄_i)/√(Σ_t ω_it (t − t̄_i)²),   Ω_i = Σ_t ω_it
/// M γ = r,   M = Σ ω z zᵀ − Σ_k B_kᵀB_k,   (B_k)_i = Σ_t ω_it q_ik(t) z_it
/// ```
///
/// ω is 0 in treated and missing cells. M is as small as the number of periods and regressors, and
/// singular: only differences of period effects are determined, and no effect of a period in which
/// nobody is untreated. Its null space says which contrasts, and so which treated cells, the
/// untreated ones determine.
///
/// - Source: Borusyak, Jaravel & Spiess (2024), §4.1–4.2 and appendix A.
struct ImputationSystem {
  let unitCount: Int
  let periodCount: Int
  /// ω, unit i in period t at i · periodCount + t.
  let weights: [Double]
  /// x less its weighted mean over the unit's untreated cells; one array a regressor.
  let regressors: [[Double]]
  /// 1/√Ω_i; 0 for a unit without untreated cells.
  let levelScale: [Double]
  /// t̄_i, and 1/√(Σ ω (t − t̄)²), 0 where there is no slope.
  let center: [Double]
  let slopeScale: [Double]
  let hasSlopes: Bool
  /// B_0 and, with slopes, B_1: units × parameters.
  let bases: [Matrix]
  /// M⁺, applied.
  let solver: ImputationSolver
  /// Vectors of the null space of M, of largest element 1.
  let nullSpace: [[Double]]

  var parameterCount: Int { periodCount + regressors.count }

  /// Share of its squares that a regressor must keep within units to be one.
  private static let constancy = 1e-18

  /// The system of some weights.
  ///
  /// - Parameters:
  ///   - unitCount: rows.
  ///   - periodCount: columns.
  ///   - weights: ω, 0 or more.
  ///   - regressors: x in all cells that are used, treated ones included.
  ///   - hasSlopes: whether each unit has a slope of its own.
  init(
    unitCount: Int, periodCount: Int, weights: [Double], regressors: [[Double]], hasSlopes: Bool
  ) {
    let (n, periods) = (unitCount, periodCount)
    let count = periods + regressors.count
    var levelScale = [Double](repeating: 0, count: n)
    var center = levelScale
    var slopeScale = levelScale
    var diagonal = [Double](repeating: 0, count: count)
    for i in 0..<n {
      var (sum, moment) = (0.0, 0.0)
      for t in 0..<periods {
        let w = weights[i * periods + t]
        sum += w
        moment += w * Double(t)
        diagonal[t] += w
      }
      guard sum > 0 else { continue }
      levelScale[i] = 1 / sum.squareRoot()
      let mean = moment / sum
      center[i] = mean
      guard hasSlopes else { continue }
      var squares = 0.0
      for t in 0..<periods {
        let distance = Double(t) - mean
        squares += weights[i * periods + t] * distance * distance
      }
      if squares > 1e-12 * sum { slopeScale[i] = 1 / squares.squareRoot() }
    }
    var centered = regressors
    for j in regressors.indices {
      // Cells without a value have no weight.
      for cell in centered[j].indices where centered[j][cell].isNaN { centered[j][cell] = 0 }
      var whole = 0.0
      for i in 0..<n where levelScale[i] > 0 {
        var sum = 0.0
        for t in 0..<periods {
          let cell = i * periods + t
          sum += weights[cell] * centered[j][cell]
          whole += weights[cell] * centered[j][cell] * centered[j][cell]
        }
        let mean = sum * levelScale[i] * levelScale[i]
        for t in 0..<periods {
          let cell = i * periods + t
          centered[j][cell] -= mean
          diagonal[periods + j] += weights[cell] * centered[j][cell] * centered[j][cell]
        }
      }
      if diagonal[periods + j] <= Self.constancy * whole {
        diagonal[periods + j] = 0
        centered[j] = [Double](repeating: 0, count: n * periods)
      }
    }
    var bases = [Matrix(rowCount: n, columnCount: count)]
    if hasSlopes { bases.append(Matrix(rowCount: n, columnCount: count)) }
    for k in bases.indices {
      bases[k].withUnsafeMutableStorage { b in
        for i in 0..<n {
          for t in 0..<periods {
            let cell = i * periods + t
            let w = weights[cell]
            guard w > 0 else { continue }
            let value =
              k == 0 ? w * levelScale[i] : w * (Double(t) - center[i]) * slopeScale[i]
            b[i + t * n] = value
            for j in regressors.indices { b[i + (periods + j) * n] += value * centered[j][cell] }
          }
        }
      }
    }
    var normal = Matrix(rowCount: count, columnCount: count)
    for j in 0..<count { normal[j, j] = diagonal[j] }
    var weighted = [Double](repeating: 0, count: regressors.isEmpty ? 0 : n * periods)
    var cross = [Double](repeating: 0, count: periods)
    for j in regressors.indices {
      for t in 0..<periods { cross[t] = 0 }
      for i in 0..<n {
        for t in 0..<periods {
          let cell = i * periods + t
          weighted[cell] = weights[cell] * centered[j][cell]
          cross[t] += weighted[cell]
        }
      }
      for t in 0..<periods { normal[t, periods + j] = cross[t] }
      for k in 0..<j {
        let other = centered[k]
        var sum = 0.0
        for cell in weighted.indices { sum += weighted[cell] * other[cell] }
        normal[periods + k, periods + j] = sum
      }
    }
    for b in bases {
      let product = BLAS.crossProduct(b)
      for j in 0..<count { for i in 0...j { normal[i, j] -= product[i, j] } }
    }
    let scale = diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    for j in 0..<count {
      for i in 0...j {
        normal[i, j] *= scale[i] * scale[j]
        normal[j, i] = normal[i, j]
      }
    }
    let solver = ImputationSolver(normal, scale, periodCount: periods, hasSlopes: hasSlopes)
    self.solver = solver
    nullSpace = solver.nullSpace
    self.unitCount = n
    self.periodCount = periods
    self.weights = weights
    self.regressors = centered
    self.levelScale = levelScale
    self.center = center
    self.slopeScale = slopeScale
    self.hasSlopes = hasSlopes
    self.bases = bases
  }

  /// q_ik(t).
  @inline(__always)
  func basis(_ k: Int, _ unit: Int, _ t: Int) -> Double {
    k == 0 ? levelScale[unit] : (Double(t) - center[unit]) * slopeScale[unit]
  }

  /// Σ_it p_it z_it over all cells.
  func gradient(_ p: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: parameterCount)
    for i in 0..<unitCount {
      for t in 0..<periodCount { result[t] += p[i * periodCount + t] }
    }
    for j in regressors.indices {
      var sum = 0.0
      for cell in p.indices { sum += p[cell] * regressors[j][cell] }
      result[periodCount + j] = sum
    }
    return result
  }

  /// Σ_t p_it q_ik(t), one a unit.
  func loads(_ p: [Double], _ k: Int) -> [Double] {
    (0..<unitCount).map { i in
      var sum = 0.0
      for t in 0..<periodCount { sum += p[i * periodCount + t] * basis(k, i, t) }
      return sum
    }
  }

  /// Takes the least-squares fit of its untreated cells out of `e`, in all cells; to be done twice,
  /// the second time for the rounding errors of the first.
  ///
  /// - Parameter e: what is left of the outcome; 0 in missing cells.
  /// - Returns: γ of this step.
  func project(_ e: inout [Double]) -> [Double] {
    var weighted = e
    for cell in weighted.indices { weighted[cell] *= weights[cell] }
    var right = gradient(weighted)
    var unitLoads: [[Double]] = []
    for k in bases.indices {
      let load = loads(weighted, k)
      let product = BLAS.gemv(bases[k], load, transposingA: true)
      for j in right.indices { right[j] -= product[j] }
      unitLoads.append(load)
    }
    let gamma = solver.solve(Matrix(rowCount: right.count, columnCount: 1, storage: right)).storage
    for k in bases.indices {
      let product = BLAS.gemv(bases[k], gamma)
      for i in 0..<unitCount { unitLoads[k][i] -= product[i] }
    }
    for i in 0..<unitCount {
      for t in 0..<periodCount {
        let cell = i * periodCount + t
        var fitted = gamma[t]
        for j in regressors.indices { fitted += gamma[periodCount + j] * regressors[j][cell] }
        for k in bases.indices { fitted += basis(k, i, t) * unitLoads[k][i] }
        e[cell] -= fitted
      }
    }
    return gamma
  }

  /// Whether the untreated cells determine the counterfactual of each cell that is asked for.
  func isDetermined(_ isAsked: [Bool]) -> [Bool] {
    let products = nullSpace.map { vector in bases.map { BLAS.gemv($0, vector) } }
    var result = isAsked
    for i in 0..<unitCount {
      let hasUnit = levelScale[i] > 0 && (!hasSlopes || slopeScale[i] > 0)
      for t in 0..<periodCount where isAsked[i * periodCount + t] {
        let cell = i * periodCount + t
        guard hasUnit else {
          result[cell] = false
          continue
        }
        for (v, vector) in nullSpace.enumerated() {
          var value = vector[t]
          var size = abs(value)
          for j in regressors.indices {
            let part = vector[periodCount + j] * regressors[j][cell]
            value += part
            size = max(size, abs(part))
          }
          for k in bases.indices {
            let part = basis(k, i, t) * products[v][k][i]
            value -= part
            size = max(size, abs(part))
          }
          if abs(value) > 1e-6 * max(size, 1e-3) {
            result[cell] = false
            break
          }
        }
      }
    }
    return result
  }
}
