import CaseloadData
import CaseloadMath

/// A centered and scaled design by its singular values: every ridge estimate is a few sums away.
///
/// ```
/// x̃ = (x − x̄)/σ,   σ² = Σ w(x − x̄)²/Σ w,   √w·X̃ = U·diag(d)·Vᵀ,   α = Uᵀ√w(y − ȳ)
/// b̃(λ) = V·diag(d/(d² + λ))·α,   H(λ) = √w√wᵀ/Σw + U·diag(d²/(d² + λ))·Uᵀ
/// ```
///
/// Without an intercept x̄ = ȳ = 0 and the first term of H goes.
///
/// - Sources: Hoerl & Kennard (1970), *Technometrics* 12, 55–67; Golub, Heath & Wahba (1979),
///   *Technometrics* 21, 215–223.
struct RidgeDecomposition: Sendable {
  /// The columns that are penalized, as indices into the design, ascending.
  let penalized: [Int]
  /// The column of the intercept and its value; `nil` without one.
  let intercept: (column: Int, value: Double)?
  let columnCount: Int
  /// x̄ and σ of the penalized columns.
  let means: [Double]
  let scales: [Double]
  let responseMean: Double
  /// d, descending, those that are not zero to rounding.
  let singularValues: [Double]
  /// α, one a singular value.
  let scores: [Double]
  /// n, the number of rows.
  let rowCount: Int
  let totalWeight: Double
  private let u: Matrix
  private let vTransposed: Matrix
  private let centered: [Double]  // √w(y − ȳ)
  private let roots: [Double]  // √w
  /// Σ w(y − ȳ)² beyond the reach of any λ.
  private let unexplained: Double

  /// - Throws: ``DiagnosticCode/modelNotApplicable`` where an intercept is said to be among the
  ///   columns and none is constant, ``DiagnosticCode/rankDeficient`` for a constant column besides
  ///   it, or a column of zeros.
  init(_ input: RegressionInput, hasIntercept: Bool) throws(Diagnostic) {
    let (n, p) = (input.x.rowCount, input.x.columnCount)
    let weights = input.weights ?? [Double](repeating: 1, count: n)
    let total = weights.accurateSum
    let roots = weights.map { $0.squareRoot() }
    let constants = (0..<p).filter { j in
      input.x[0, j] != 0 && (0..<n).allSatisfy { input.x[$0, j] == input.x[0, j] }
    }
    if hasIntercept {
      guard let column = constants.first else { throw Self.noIntercept() }
      intercept = (column, input.x[0, column])
    } else {
      intercept = nil
    }
    let own = intercept?.column
    let penalized = (0..<p).filter { $0 != own }
    var scaled = Matrix(rowCount: n, columnCount: penalized.count)
    var (means, scales) = ([Double](), [Double]())
    for (k, j) in penalized.enumerated() {
      let column = input.x.column(j)
      let mean =
        hasIntercept ? zip(weights, column).map { $0 * $1 }.accurateSum / total : 0
      let squares = zip(weights, column).map { $0 * ($1 - mean) * ($1 - mean) }
      let scale = (squares.accurateSum / total).squareRoot()
      // A column whose spread is the rounding of its mean is constant.
      guard scale > 1e-14 * abs(mean), scale > 0 else {
        throw Diagnostic(
          QR.Failure.rankDeficient(rank: p - 1, dependentColumns: [j]), names: input.names)
      }
      means.append(mean)
      scales.append(scale)
      for i in 0..<n { scaled[i, k] = roots[i] * ((column[i] - mean) / scale) }
    }
    let responseMean =
      hasIntercept ? zip(weights, input.y).map { $0 * $1 }.accurateSum / total : 0
    let centered = zip(roots, input.y).map { $0 * ($1 - responseMean) }
    let svd: SVD
    do { svd = try SVD(scaled) } catch {
      throw Diagnostic(
        .notConverged, .error,
        Text(en: "The singular values of the design were not found.", zh: "未能求得设计矩阵的奇异值。"),
        hint: Text(en: "Look for values of extreme size.", zh: "请检查是否有极端大小的数值。"))
    }
    let rank = penalized.isEmpty ? 0 : svd.rank
    singularValues = Array(svd.singularValues.prefix(rank))
    let scores = Array(BLAS.gemv(svd.u, centered, transposingA: true).prefix(rank))
    self.scores = scores
    // Not ‖y‖² − ‖α‖², which cancels: the projection is taken out first.
    var rest = centered
    for k in 0..<rank { for i in 0..<n { rest[i] -= scores[k] * svd.u[i, k] } }
    // With as many directions as there are to fit, what is left is rounding.
    let saturated = rank >= n - (hasIntercept ? 1 : 0)
    unexplained = saturated ? 0 : rest.map { $0 * $0 }.accurateSum
    u = svd.u
    vTransposed = svd.vTransposed
    self.penalized = penalized
    self.means = means
    self.scales = scales
    self.responseMean = responseMean
    self.centered = centered
    self.roots = roots
    rowCount = n
    columnCount = p
    totalWeight = total
  }

  /// d²/(d² + λ).
  func shrinkage(_ penalty: Double) -> [Double] {
    singularValues.map { $0 * $0 / ($0 * $0 + penalty) }
  }

  /// tr H, the intercept counting one.
  func effectiveDegreesOfFreedom(_ penalty: Double) -> Double {
    shrinkage(penalty).reduce(intercept == nil ? 0 : 1, +)
  }

  /// Σ w r².
  func residualSumOfSquares(_ penalty: Double) -> Double {
    var sum = Accumulator(unexplained)
    for (d, a) in zip(singularValues, scores) {
      let rest = penalty / (d * d + penalty) * a
      sum.add(product: rest, rest)
    }
    return sum.value
  }

  /// (Σ w r²/n)/(1 − tr H/n)²; infinite where tr H = n.
  func generalizedCrossValidation(_ penalty: Double) -> Double {
    let n = Double(rowCount)
    // 1 − tr H/n as a sum of positive terms, which does not cancel as λ → 0.
    var free = n - (intercept == nil ? 0 : 1) - Double(singularValues.count)
    for d in singularValues { free += penalty / (d * d + penalty) }
    guard free > 0 else { return .infinity }
    return n * residualSumOfSquares(penalty) / (free * free)
  }

  /// Σ w (r/(1 − h))²/Σ w; `nil` where an observation is fitted exactly whatever its value.
  func leaveOneOutError(_ penalty: Double) -> Double? {
    let shrinkage = shrinkage(penalty)
    var sum = Accumulator()
    for i in 0..<rowCount {
      var fitted = 0.0
      var leverage = intercept == nil ? 0 : roots[i] * roots[i] / totalWeight
      for k in shrinkage.indices {
        fitted += u[i, k] * shrinkage[k] * scores[k]
        leverage += u[i, k] * u[i, k] * shrinkage[k]
      }
      guard 1 - leverage > 1e-12 else { return nil }
      let error = (centered[i] - fitted) / (1 - leverage)
      sum.add(product: error, error)
    }
    return sum.value / totalWeight
  }

  /// The coefficients in the units of the design.
  func coefficients(_ penalty: Double) -> [Double] {
    let factors = zip(singularValues, scores).map { $0 / ($0 * $0 + penalty) * $1 }
    var result = [Double](repeating: 0, count: columnCount)
    var level = Accumulator(responseMean)
    for (k, j) in penalized.enumerated() {
      var sum = 0.0
      for i in factors.indices { sum += vTransposed[i, k] * factors[i] }
      result[j] = sum / scales[k]
      level.add(product: -result[j], means[k])
    }
    if let intercept { result[intercept.column] = level.value / intercept.value }
    return result
  }

  /// (X̃ᵀX̃ + λ)⁻¹ X̃ᵀX̃ (X̃ᵀX̃ + λ)⁻¹ in the units of the design, with the intercept.
  func unscaledCovariance(_ penalty: Double) -> Matrix {
    let factors = singularValues.map { $0 / ($0 * $0 + penalty) }
    let p = columnCount
    var half = Matrix(rowCount: factors.count, columnCount: p)
    for (k, j) in penalized.enumerated() {
      for i in factors.indices { half[i, j] = factors[i] * vTransposed[i, k] / scales[k] }
      if let intercept {
        for i in factors.indices {
          half[i, intercept.column] -= half[i, j] * means[k] / intercept.value
        }
      }
    }
    var result = BLAS.gemm(half, half, transposingA: true)
    if let intercept {
      // ȳ is not correlated with the slopes.
      result[intercept.column, intercept.column] +=
        1 / (totalWeight * intercept.value * intercept.value)
    }
    return result
  }

  private static func noIntercept() -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "No column of the design is constant, so there is no intercept to leave unpenalized.",
        zh: "设计矩阵中没有常数列，无截距可免于惩罚。"),
      hint: Text(
        en: "Add a column of ones, or say that there is no intercept.",
        zh: "请加入一列 1，或声明没有截距。"))
  }
}
