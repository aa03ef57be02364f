import CaseloadData
import CaseloadMath

/// Projects columns off fixed effects, in any number of ways of grouping.
///
/// ```
/// x̃ = x − Σ_k D_k α_k,   α = argmin Σᵢ wᵢ (xᵢ − Σ_k α_k[gᵢₖ])²
/// ```
///
/// The way with the most levels is eliminated exactly (its effects are group means given the
/// others). What is left, S·c = b with S = D₂ᵀ(I − P₁)D₂ on the levels of the other ways, is solved by
/// conjugate gradients, each product with S being one pass over the rows, that is one sweep of
/// alternating projections; conjugate directions are what accelerates it. With one way there is
/// nothing left to solve.
///
/// - Complexity: one pass over n rows an iteration and column; with two ways of a balanced panel a
///   handful of iterations.
/// - Sources: Guimarães & Portugal (2010), *Stata Journal* 10, 628–649; Hernández-Ramos, Escalante
///   & Raydan (2011), *Numerical Functional Analysis and Optimization* 32, 1045–1066 (acceleration by
///   conjugate gradients); Correia (2017), "Linear models with high-dimensional fixed effects".
struct EffectProjector {
  private let rowCount: Int
  private let way: [Int]  // the ways in the order used here: the eliminated one first
  private let levelCounts: [Int]
  private let permutation: [Int32]?  // row of the data for each sorted row; nil if sorted already
  private let starts: [Int32]  // of the groups of the eliminated way
  private let indices: [[Int32]]  // into c, one list a remaining way, in sorted order
  private let unknownCount: Int
  private var weights: [Double]?  // in sorted order
  private var groupWeights: [Double]  // 1 / Σ w of the groups of the eliminated way
  private var diagonal: [Double]  // Σ w of the remaining levels

  /// How far the residual of S·c = b has to fall, relative to b in the norm of the diagonal.
  static let tolerance = 1e-11
  static let iterationLimit = 20_000

  /// - Parameters:
  ///   - groupings: at least one, of n rows.
  ///   - weights: n positive values; `nil` for ones.
  init(_ groupings: [Grouping], weights: [Double]? = nil) {
    precondition(!groupings.isEmpty, "no fixed effects")
    let n = groupings[0].codes.count
    rowCount = n
    let order = groupings.indices.sorted {
      (groupings[$0].count, -$0) > (groupings[$1].count, -$1)
    }
    way = order
    levelCounts = order.map { groupings[$0].count }
    let first = groupings[order[0]]
    var starts = [Int32](repeating: 0, count: first.count + 1)
    for code in first.codes { starts[Int(code) + 1] += 1 }
    for g in 0..<first.count { starts[g + 1] += starts[g] }
    self.starts = starts
    var isSorted = true
    for i in 1..<max(1, n) where first.codes[i] < first.codes[i - 1] {
      isSorted = false
      break
    }
    var permutation: [Int32]?
    if !isSorted {
      var next = starts
      var rows = [Int32](repeating: 0, count: n)
      for i in 0..<n {
        let code = Int(first.codes[i])
        rows[Int(next[code])] = Int32(i)
        next[code] += 1
      }
      permutation = rows
    }
    self.permutation = permutation
    var offset = 0
    var indices: [[Int32]] = []
    for k in order.dropFirst() {
      let codes = groupings[k].codes
      let shift = Int32(offset)
      indices.append(
        permutation.map { rows in rows.map { codes[Int($0)] + shift } }
          ?? (shift == 0 ? codes : codes.map { $0 + shift }))
      offset += groupings[k].count
    }
    self.indices = indices
    unknownCount = offset
    groupWeights = []
    diagonal = []
    setWeights(weights)
  }

  /// Changes the weights.
  mutating func setWeights(_ weights: [Double]?) {
    let sorted = weights.map { sorting($0) }
    self.weights = sorted
    let groups = starts.count - 1
    var sums = [Double](repeating: 0, count: groups)
    var diagonal = [Double](repeating: 0, count: unknownCount)
    if let sorted {
      for g in 0..<groups {
        for r in Int(starts[g])..<Int(starts[g + 1]) { sums[g] += sorted[r] }
      }
      for list in indices { for r in 0..<rowCount { diagonal[Int(list[r])] += sorted[r] } }
    } else {
      for g in 0..<groups { sums[g] = Double(starts[g + 1] - starts[g]) }
      for list in indices { for r in 0..<rowCount { diagonal[Int(list[r])] += 1 } }
    }
    groupWeights = sums.map { $0 > 0 ? 1 / $0 : 0 }
    self.diagonal = diagonal
  }

  private func sorting(_ x: [Double]) -> [Double] {
    permutation.map { rows in rows.map { x[Int($0)] } } ?? x
  }

  /// What is left of a column, and the effects that were taken out.
  struct Projection {
    /// n values, in the order of the data.
    var residual: [Double]
    /// c, the effects of all ways but the eliminated one: a start for the next projection.
    var unknowns: [Double]
    var iterations: Int
    var isConverged: Bool
  }

  /// Projects `x` off the effects.
  ///
  /// - Parameters:
  ///   - x: n values.
  ///   - start: effects of an earlier projection of something near.
  ///   - tolerance: as ``tolerance``.
  /// - Returns: what is left, and how it was reached.
  func projection(of x: [Double], from start: [Double]? = nil, tolerance: Double = tolerance)
    -> Projection
  {
    precondition(x.count == rowCount)
    let sorted = sorting(x)
    var c = start ?? [Double](repeating: 0, count: unknownCount)
    var iterations = 0
    var isConverged = true
    if unknownCount > 0 {
      // b − S·c = D₂ᵀ W (I − P₁)(x − D₂c).
      let residual = withinGroups(sorted, minus: start == nil ? nil : c)
      var right = [Double](repeating: 0, count: unknownCount)
      scatter(residual, into: &right)
      let reference: Double
      if start == nil {
        reference = norm(right)
      } else {
        var whole = [Double](repeating: 0, count: unknownCount)
        scatter(withinGroups(sorted, minus: nil), into: &whole)
        reference = norm(whole)
      }
      (iterations, isConverged) = solve(right, adding: &c, limit: tolerance * reference)
    }
    let residual = withinGroups(sorted, minus: unknownCount > 0 ? c : nil)
    return Projection(
      residual: unsorting(residual), unknowns: c, iterations: iterations,
      isConverged: isConverged)
  }

  private func unsorting(_ x: [Double]) -> [Double] {
    guard let permutation else { return x }
    var result = x
    for (r, row) in permutation.enumerated() { result[Int(row)] = x[r] }
    return result
  }

  /// ‖v‖ in the norm of the inverse diagonal.
  private func norm(_ v: [Double]) -> Double {
    var sum = 0.0
    for j in v.indices where diagonal[j] > 0 { sum += v[j] * v[j] / diagonal[j] }
    return sum.squareRoot()
  }

  /// Conjugate gradients with the diagonal as preconditioner, for S·Δ = `right`.
  private func solve(_ right: [Double], adding c: inout [Double], limit: Double) -> (
    iterations: Int, isConverged: Bool
  ) {
    let m = unknownCount
    var r = right
    var rho = 0.0
    var p = [Double](repeating: 0, count: m)
    for j in 0..<m {
      let z = diagonal[j] > 0 ? r[j] / diagonal[j] : 0
      p[j] = z
      rho += r[j] * z
    }
    guard rho.squareRoot() > limit else { return (0, true) }
    var q = [Double](repeating: 0, count: m)
    for iteration in 1...Self.iterationLimit {
      apply(p, into: &q)
      var curvature = 0.0
      for j in 0..<m { curvature += p[j] * q[j] }
      guard curvature > 0 else { return (iteration, true) }
      let step = rho / curvature
      var next = 0.0
      for j in 0..<m {
        c[j] += step * p[j]
        r[j] -= step * q[j]
        if diagonal[j] > 0 { next += r[j] * r[j] / diagonal[j] }
      }
      if next.squareRoot() <= limit { return (iteration, true) }
      let ratio = next / rho
      rho = next
      for j in 0..<m { p[j] = (diagonal[j] > 0 ? r[j] / diagonal[j] : 0) + ratio * p[j] }
    }
    return (Self.iterationLimit, false)
  }

  /// q = S·p = D₂ᵀ W (I − P₁) D₂ p.
  private func apply(_ p: [Double], into q: inout [Double]) {
    if indices.count == 1 {
      // D₂ᵀ W D₂ is then diagonal.
      for j in q.indices { q[j] = diagonal[j] * p[j] }
    } else {
      for j in q.indices { q[j] = 0 }
    }
    let groups = EffectSweep.Groups(starts: starts, inverseWeights: groupWeights)
    switch indices.count {
    case 1: EffectSweep.one(groups, indices[0], weights, p, &q)
    case 2: EffectSweep.two(groups, indices[0], indices[1], weights, p, &q)
    default: EffectSweep.several(groups, indices, weights, p, &q)
    }
  }

  /// (I − P₁)(x − D₂c), in sorted order.
  private func withinGroups(_ x: [Double], minus c: [Double]?) -> [Double] {
    var result = x
    if let c {
      for list in indices {
        for r in 0..<rowCount { result[r] -= c[Int(list[r])] }
      }
    }
    let groups = starts.count - 1
    result.withUnsafeMutableBufferPointer { values in
      for g in 0..<groups {
        let (begin, end) = (Int(starts[g]), Int(starts[g + 1]))
        var sum = 0.0
        if let weights {
          for r in begin..<end { sum += weights[r] * values[r] }
        } else {
          for r in begin..<end { sum += values[r] }
        }
        let mean = sum * groupWeights[g]
        for r in begin..<end { values[r] -= mean }
      }
    }
    return result
  }

  /// v += D₂ᵀ W x.
  private func scatter(_ x: [Double], into v: inout [Double]) {
    for list in indices {
      if let weights {
        for r in 0..<rowCount { v[Int(list[r])] += weights[r] * x[r] }
      } else {
        for r in 0..<rowCount { v[Int(list[r])] += x[r] }
      }
    }
  }

  /// The effects of each way, in the order of the groupings, for the values D·α = `sum`.
  ///
  /// Effects are determined up to a constant between connected ways; each way but the first has a
  /// mean of zero over the rows.
  func effects(unknowns c: [Double], of x: [Double]) -> [[Double]] {
    let sorted = sorting(x)
    var remainder = sorted
    var result = [[Double]](repeating: [], count: way.count)
    var offset = 0
    var total = 0.0
    for (k, list) in indices.enumerated() {
      let count = levelCounts[k + 1]
      var own = Array(c[offset..<offset + count])
      var (sum, weight) = (0.0, 0.0)
      for r in 0..<rowCount {
        let w = weights?[r] ?? 1
        sum += w * own[Int(list[r]) - offset]
        weight += w
        remainder[r] -= c[Int(list[r])]
      }
      let mean = sum / weight
      total += mean
      for j in own.indices { own[j] -= mean }
      result[way[k + 1]] = own
      offset += count
    }
    var first = [Double](repeating: 0, count: levelCounts[0])
    for g in 0..<levelCounts[0] {
      var sum = 0.0
      for r in Int(starts[g])..<Int(starts[g + 1]) { sum += (weights?[r] ?? 1) * remainder[r] }
      first[g] = sum * groupWeights[g] + total
    }
    result[way[0]] = first
    return result
  }
}
