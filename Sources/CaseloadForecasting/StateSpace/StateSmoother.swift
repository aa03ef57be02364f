import CaseloadMath

/// States, disturbances and their variances given the whole series.
///
/// ```
/// α̂ₜ = aₜ + Pₜ r⁰ₜ₋₁ + P∞ₜ r¹ₜ₋₁
/// Vₜ = Pₜ − Pₜ N⁰ Pₜ − Pₜ N¹ P∞ₜ − (Pₜ N¹ P∞ₜ)ᵀ − P∞ₜ N² P∞ₜ
/// ε̂ₜ = H uₜ,  Var(ε̂ₜ) = H² Dₜ;     η̂ₜ = Q Rᵀ rₜ,  Var(η̂ₜ) = Q Rᵀ Nₜ R Q
/// ```
///
/// with N¹ the upper right block of the augmented N†, which makes V symmetric without more ado.
///
/// - Source: Durbin & Koopman (2012), §4.4, §4.5, §5.3 and §5.4.
public struct StateSmoother: Sendable {
  public let stateCount: Int
  /// α̂, row by row: one row a period.
  public private(set) var states: [Double]
  /// V, one matrix a period.
  public private(set) var variances: [Double]
  /// u and D: ε̂/H, and the variance of u over repeated samples; NaN where a value is missing.
  public private(set) var errors: [Double]
  public private(set) var errorVariances: [Double]
  /// r and the diagonal of N after each period, row by row; the last row is zero.
  public private(set) var r: [Double]
  public private(set) var information: [Double]
  private let layout: FilterLayout

  /// Smooths what `filter` found for `model`.
  ///
  /// - Precondition: the filter keeps its states, and has just run `model`.
  public init(_ filter: KalmanFilter, _ model: StateSpaceModel) {
    precondition(filter.layout.keepsStates, "a filter that keeps its states")
    let (m, n) = (filter.stateCount, filter.length)
    stateCount = m
    layout = filter.layout
    states = [Double](repeating: 0, count: n * m)
    variances = [Double](repeating: 0, count: n * m * m)
    errors = [Double](repeating: .nan, count: n)
    errorVariances = errors
    r = [Double](repeating: 0, count: n * m)
    information = r
    run(filter, model)
  }

  /// s' α̂ₜ and its variance for one combination s of states a period: `weights` of period t.
  public func combination(_ weights: (Int) -> [(state: Int, weight: Double)]) -> (
    values: [Double], variances: [Double]
  ) {
    let m = stateCount
    var (values, spreads): ([Double], [Double]) = ([], [])
    for t in 0..<layout.n {
      let terms = weights(t)
      var (value, spread) = (0.0, 0.0)
      for (i, a) in terms {
        value += a * states[t * m + i]
        for (j, b) in terms { spread += a * b * variances[(t * m + i) * m + j] }
      }
      values.append(value)
      spreads.append(max(0, spread))
    }
    return (values, spreads)
  }

  private mutating func run(_ filter: KalmanFilter, _ model: StateSpaceModel) {
    let m = stateCount
    let (a, transposed) = (filter.arena, model.transition.transposed)
    let dense = transposed.dense
    var (r0, r1) = ([Double](repeating: 0, count: m), [Double](repeating: 0, count: m))
    var n0 = SquareBlock(m)
    var (n1, n2) = (n0, n0)
    let diffuseEnd = filter.diffuseVariances.count / (m * m)
    for t in stride(from: layout.n - 1, through: 0, by: -1) {
      for i in 0..<m {
        r[t * m + i] = r0[i]
        information[t * m + i] = n0[i, i]
      }
      let z = model.observationRow(t)
      let isObserved = !a[layout.f + t].isNaN
      let (f, finf, v) = (a[layout.f + t], a[layout.finf + t], a[layout.v + t])
      let k = Array(a[(layout.k + t * m)..<(layout.k + (t + 1) * m)])
      r0 = dense.times(r0)
      n0 = n0.congruence(dense)
      if t < diffuseEnd {
        r1 = dense.times(r1)
        n1 = n1.congruence(dense)
        n2 = n2.congruence(dense)
      }
      if isObserved, finf > 0 {
        // L⁰ = T(I − k Z), L¹ = −T k* Z.
        let kStar = Array(a[(layout.kStar + t * m)..<(layout.kStar + (t + 1) * m)])
        let e0 = -dot(k, r0)
        let e1 = v / finf - dot(k, r1) - dot(kStar, r0)
        let (g0, gStar) = (n0.times(k), n0.times(kStar))
        let d = dot(k, g0)
        errors[t] = e0
        errorVariances[t] = d
        // N² before N¹ before N⁰: each needs the others' old values.
        let (n1Star, n1k) = (n1.transposedTimes(kStar), n1.times(k))
        let n1kT = n1.transposedTimes(k)
        var next2 = n2.projected(k, z)
        let starStar = dot(kStar, gStar)
        let u = (0..<m).map { n1Star[$0] - z[$0] * dot(kStar, n1k) }
        next2.add(-1, z, u)
        next2.add(-1, u, z)
        next2.add(starStar - f / (finf * finf), z, z)
        var next1 = n1
        next1.add(-1, n1k, z)
        next1.add(-1, z, n1kT)
        next1.add(dot(k, n1k), z, z)
        let cross = (0..<m).map { gStar[$0] - z[$0] * dot(k, gStar) }
        next1.add(-1, cross, z)
        next1.add(1 / finf, z, z)
        n0 = n0.projected(k, z)
        n1 = next1
        n2 = next2
        for i in 0..<m {
          r0[i] += z[i] * e0
          r1[i] += z[i] * e1
        }
      } else if isObserved {
        let e = v / f - dot(k, r0)
        let d = 1 / f + dot(k, n0.times(k))
        errors[t] = e
        errorVariances[t] = d
        n0 = n0.projected(k, z)
        n0.add(1 / f, z, z)
        // P∞ Zᵀ = 0 here: N¹ is projected on its left side only, N² not at all.
        if t < diffuseEnd {
          let n1kT = n1.transposedTimes(k)
          n1.add(-1, z, n1kT)
        }
        for i in 0..<m { r0[i] += z[i] * e }
      }
      let p = SquareBlock(
        m, a[(layout.variances + t * m * m)..<(layout.variances + (t + 1) * m * m)])
      var mean = p.times(r0)
      var variance = n0.congruence(p)
      if t < diffuseEnd {
        let pInf = SquareBlock(m, filter.diffuseVariances[(t * m * m)..<((t + 1) * m * m)])
        let shift = pInf.times(r1)
        for i in 0..<m { mean[i] += shift[i] }
        let cross = p.times(n1).times(pInf)
        let last = n2.congruence(pInf)
        for i in 0..<m {
          for j in 0..<m { variance[i, j] += cross[i, j] + cross[j, i] + last[i, j] }
        }
      }
      for i in 0..<m {
        states[t * m + i] = a[layout.states + t * m + i] + mean[i]
        for j in 0..<m { variances[(t * m + i) * m + j] = p[i, j] - variance[i, j] }
      }
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

extension SparseTransition {
  /// The matrix with its zeros.
  fileprivate var dense: SquareBlock {
    var block = SquareBlock(order)
    for i in 0..<order {
      for e in starts[i]..<starts[i + 1] { block[i, columns[e]] = values[e] }
    }
    return block
  }
}

/// A small square matrix, row by row, with the products of the smoother.
private struct SquareBlock {
  let order: Int
  private var elements: [Double]

  init(_ order: Int) {
    self.order = order
    elements = [Double](repeating: 0, count: order * order)
  }

  init(_ order: Int, _ elements: ArraySlice<Double>) {
    self.order = order
    self.elements = Array(elements)
  }

  subscript(i: Int, j: Int) -> Double {
    get { elements[i * order + j] }
    set { elements[i * order + j] = newValue }
  }

  func times(_ x: [Double]) -> [Double] {
    (0..<order).map { i in
      var sum = 0.0
      for j in 0..<order { sum += elements[i * order + j] * x[j] }
      return sum
    }
  }

  func transposedTimes(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: order)
    for i in 0..<order {
      for j in 0..<order { result[j] += elements[i * order + j] * x[i] }
    }
    return result
  }

  func times(_ other: SquareBlock) -> SquareBlock {
    var result = SquareBlock(order)
    for i in 0..<order {
      for k in 0..<order {
        let c = elements[i * order + k]
        guard c != 0 else { continue }
        for j in 0..<order { result.elements[i * order + j] += c * other.elements[k * order + j] }
      }
    }
    return result
  }

  /// B A Bᵀ, where A is this.
  func congruence(_ b: SquareBlock) -> SquareBlock {
    let left = b.times(self)
    var result = SquareBlock(order)
    for i in 0..<order {
      for j in 0..<order {
        var sum = 0.0
        for k in 0..<order { sum += left.elements[i * order + k] * b.elements[j * order + k] }
        result.elements[i * order + j] = sum
      }
    }
    return result
  }

  /// (I − Zᵀ kᵀ) A (I − k Z), for a symmetric A.
  func projected(_ k: [Double], _ z: [Double]) -> SquareBlock {
    let g = times(k)
    var result = self
    result.add(-1, g, z)
    result.add(-1, z, g)
    result.add(dot(k, g), z, z)
    return result
  }

  /// A ← A + c x yᵀ.
  mutating func add(_ c: Double, _ x: [Double], _ y: [Double]) {
    for i in 0..<order where x[i] != 0 {
      let scaled = c * x[i]
      for j in 0..<order { elements[i * order + j] += scaled * y[j] }
    }
  }
}
