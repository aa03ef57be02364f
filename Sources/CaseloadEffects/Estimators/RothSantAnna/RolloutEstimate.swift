import CaseloadMath

/// θ̂_β of a contrast, with its variances.
///
/// ```
/// θ̂_β = θ̂₀ − β X̂,    β* = Σ Cov_g(x, a)/N_g ÷ Σ Var_g(x)/N_g,    a_i = A_g·Y_i,  x_i = A⁰_g·Y_i
/// Neyman:   V = Σ_g Var_g(a − β x)/N_g
/// refined:  V − (1/N) bᵀ S̄ b,   b = Σ_g S_g⁻¹ Cov_g(Y_pre, a),   S̄ the mean of S_g = Var_g(Y_pre)
/// ```
///
/// Y_pre are the periods before the first cohort with an effect; sums run over that cohort and the
/// later ones. The refinement takes away the part of the effects' own variation that outcomes before
/// any treatment predict, which Neyman's variance counts as noise.
///
/// - Source: Roth & Sant'Anna (2023), equations (7)–(10) and §2.5.
struct RolloutEstimate {
  let value: Double
  let beta: Double
  /// X̂ and its variance.
  let priorDifference: Double
  let priorVariance: Double
  /// a_i − β x_i less its cohort's mean, over N_g, times √(N_g/(N_g − 1)).
  let influence: [Double]
  let neymanVariance: Double

  /// - Parameters:
  ///   - rollout: units in cohorts of two or more.
  ///   - contrast: what is averaged.
  ///   - beta: `nil` for β*.
  init(_ rollout: Rollout, _ contrast: RolloutContrast, beta: Double?) {
    let fixed = beta
    let count = rollout.starts.count
    let periods = rollout.periodCount
    let n = rollout.unitCount
    let columns = (0..<periods).filter { t in contrast.theta.contains { $0[t] != 0 } }
    let priorColumns = (0..<periods).filter { t in contrast.prior.contains { $0[t] != 0 } }
    var a = [Double](repeating: 0, count: n)
    var x = a
    var meanA = [Double](repeating: 0, count: count)
    var meanX = meanA
    for i in 0..<n {
      let g = rollout.cohort[i]
      let row = i * periods
      var sum = 0.0
      for t in columns { sum += contrast.theta[g][t] * rollout.outcome[row + t] }
      a[i] = sum
      meanA[g] += sum
      sum = 0
      for t in priorColumns { sum += contrast.prior[g][t] * rollout.outcome[row + t] }
      x[i] = sum
      meanX[g] += sum
    }
    for g in 0..<count {
      meanA[g] /= Double(rollout.sizes[g])
      meanX[g] /= Double(rollout.sizes[g])
    }
    var products = meanA.map { _ in 0.0 }
    var squares = products
    for i in 0..<n {
      let g = rollout.cohort[i]
      let d = x[i] - meanX[g]
      products[g] += d * (a[i] - meanA[g])
      squares[g] += d * d
    }
    var (covariance, variance) = (0.0, 0.0)
    for g in 0..<count {
      let divisor = Double(rollout.sizes[g] * (rollout.sizes[g] - 1))
      covariance += products[g] / divisor
      variance += squares[g] / divisor
    }
    let beta = fixed ?? (variance > 0 ? covariance / variance : 0)
    self.beta = beta
    priorDifference = meanX.reduce(0, +)
    priorVariance = variance
    value = meanA.reduce(0, +) - beta * priorDifference
    var influence = [Double](repeating: 0, count: n)
    var total = 0.0
    let scales = rollout.sizes.map { 1 / (Double($0) * Double($0 - 1)).squareRoot() }
    for i in 0..<n {
      let g = rollout.cohort[i]
      influence[i] = (a[i] - meanA[g] - beta * (x[i] - meanX[g])) * scales[g]
      total += influence[i] * influence[i]
    }
    self.influence = influence
    neymanVariance = total
  }

  /// The refined variance; `nil` where cohorts are too small for their outcomes before treatment, or
  /// nothing would be left.
  ///
  /// - Parameters:
  ///   - rollout: as in the estimate.
  ///   - contrast: as in the estimate.
  /// - Returns: at most Neyman's.
  func refinedVariance(_ rollout: Rollout, _ contrast: RolloutContrast) -> Double? {
    let count = rollout.starts.count
    guard let first = contrast.theta.firstIndex(where: { $0.contains { $0 != 0 } }) else {
      return nil
    }
    let pre = min(rollout.starts[first], rollout.periodCount)
    let small = (first..<count).filter { rollout.sizes[$0] <= pre + 1 }
    let treated = (first..<count - 1).reduce(0) { $0 + rollout.sizes[$1] }
    let units = small.filter { $0 < count - 1 }.reduce(0) { $0 + rollout.sizes[$1] }
    guard pre > 0, 2 * rollout.sizes[count - 1] > pre,
      Double(units) <= Self.smallShare * Double(treated)
    else { return nil }
    var members = [[Int]](repeating: [], count: count)
    for i in 0..<rollout.unitCount { members[rollout.cohort[i]].append(i) }
    var b = [Double](repeating: 0, count: pre)
    var mean = Matrix(rowCount: pre, columnCount: pre)
    let periods = rollout.periodCount
    for g in first..<count {
      let units = members[g]
      var y = Matrix(rowCount: units.count, columnCount: pre)
      var a = [Double](repeating: 0, count: units.count)
      for (r, i) in units.enumerated() {
        for t in 0..<pre { y[r, t] = rollout.outcome[i * periods + t] }
        for t in 0..<periods { a[r] += contrast.theta[g][t] * rollout.outcome[i * periods + t] }
      }
      let meanA = a.reduce(0, +) / Double(units.count)
      for t in 0..<pre {
        let center = y.column(t).reduce(0, +) / Double(units.count)
        for r in units.indices { y[r, t] -= center }
      }
      for r in a.indices { a[r] -= meanA }
      let divisor = Double(units.count - 1)
      let s = (1 / divisor) * BLAS.crossProduct(y)
      let c = BLAS.gemv(y, a, transposingA: true).map { $0 / divisor }
      guard let solution = Self.solution(s, c) else { return nil }
      for t in 0..<pre { b[t] += solution[t] }
      mean = mean + s
    }
    mean = (1 / Double(count - first)) * mean
    let product = BLAS.gemv(mean, b)
    let part = zip(b, product).reduce(0) { $0 + $1.0 * $1.1 } / Double(rollout.unitCount)
    let variance = neymanVariance - part
    return variance > 0 ? variance : nil
  }

  /// The share of treated units in cohorts that have no more units than periods before treatment,
  /// and so fit their effects by chance, up to which the refinement is used.
  private static let smallShare = 0.1

  /// S⁺c, as `MASS::ginv`: singular values below 1.5e-8 of the largest count as none.
  private static func solution(_ s: Matrix, _ c: [Double]) -> [Double]? {
    guard let eigen = try? SymmetricEigen(s) else { return nil }
    let limit = 0x1p-26 * (eigen.values.last ?? 0)
    var result = [Double](repeating: 0, count: c.count)
    for k in eigen.values.indices where eigen.values[k] > limit {
      var product = 0.0
      for t in c.indices { product += eigen.vectors[t, k] * c[t] }
      for t in c.indices { result[t] += eigen.vectors[t, k] * product / eigen.values[k] }
    }
    return result
  }
}
