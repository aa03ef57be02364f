import CaseloadData
import CaseloadMath

extension RobustFit {
  /// The p × p covariance of the coefficients.
  ///
  /// For MM estimates ``CovarianceKind/classical`` and ``CovarianceKind/heteroskedastic(_:)`` both
  /// are the estimator of Croux and others, which asks for independent errors only, whatever their
  /// variances, and allows for the scale being estimated. For M estimates there is
  /// ``CovarianceKind/classical``:
  ///
  /// ```
  /// K² Σ ψ²s²/(n−p) / m² · (XᵀX)⁻¹,   m = mean ψ′,  K = 1 + p·var ψ′/(n·m²)
  /// ```
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a kind that is not offered,
  ///   ``DiagnosticCode/notIdentified`` where mean ψ′ is not positive.
  /// - Sources: Huber (1981), *Robust Statistics*, §7.6 (M); Croux, Dhaene & Hoorelbeke (2003),
  ///   "Robust standard errors for robust estimators", for independent errors (MM).
  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    switch (estimator, kind) {
    case (.mm, .classical), (.mm, .heteroskedastic): return try sandwich()
    case (_, .classical): return try huber()
    default:
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Robust regression by \(estimator.rawValue) has no covariance of that kind.",
          zh: "\(estimator.rawValue) 稳健回归没有这种协方差。"),
        hint: estimator == .mm
          ? Text(
            en: "Use classical; it allows for errors of any variances.",
            zh: "请用 classical，它允许误差方差不同。")
          : Text(
            en: "Use classical, or the estimator mm, whose covariance allows for errors of any "
              + "variances.",
            zh: "请用 classical，或改用协方差允许误差方差不同的 mm。"))
    }
  }

  private func huber() throws(Diagnostic) -> Matrix {
    let (n, p) = (Double(observationCount), Double(coefficients.count))
    let loss = estimator.loss
    let u = scaledResiduals.map { $0 / scale }
    let slopes = u.map { loss.slope($0) }
    let mean = slopes.accurateSum / n
    guard mean > 0 else { throw Self.noSlope() }
    let spread = Descriptive.variance(slopes) ?? 0
    let squares = u.map { scale * scale * loss.psi($0) * loss.psi($0) }.accurateSum / (n - p)
    let correction = (1 + p * spread / (n * mean * mean)) / mean
    do {
      return correction * correction * squares * (try QR(scaledDesign).crossProductInverse())
    } catch {
      throw Diagnostic(error, names: coefficientNames)
    }
  }

  /// Croux, Dhaene & Hoorelbeke's covariance of (β̂, s) from the estimating equations of the MM and
  /// the S step, for β̂, computed in orthogonal coordinates.
  private func sandwich() throws(Diagnostic) -> Matrix {
    let z = OrthonormalRows(scaledDesign)
    let (n, p) = (observationCount, coefficients.count)
    let size = Double(n)
    let (loss, chi) = (estimator.loss, BisquareScale())
    let u = scaledResiduals.map { $0 / scale }
    let u0 = initialResiduals.map { $0 / scale }
    let slopes = u.map { loss.slope($0) }
    let psi = u.map { loss.psi($0) }
    let chi0 = u0.map { chi.chi($0) }

    let slopeMean = u0.map { chi.slope($0) * $0 }.accurateSum / size
    let hessian = Self.cross(z, weights: slopes)
    guard slopeMean > 0, let factor = try? Cholesky(hessian) else { throw Self.noSlope() }
    let a = scale * factor.inverse()
    var scores = [Double](repeating: 0, count: p)
    z.multiplyTransposed(zip(slopes, u).map { $0 * $1 }, into: &scores)
    let drift = (a * scores).map { $0 / slopeMean }  // how β̂ moves with the scale
    z.multiplyTransposed(zip(psi, chi0).map { $0 * $1 }, into: &scores)
    let mixed = a * scores
    let middle = size * (a * Self.cross(z, weights: psi.map { $0 * $0 }) * a)
    let target = BisquareScale.target
    let chiVariance = chi0.map { $0 * $0 - target * target }.accurateSum / size
    var covariance = Matrix(rowCount: p, columnCount: p)
    for i in 0..<p {
      for j in 0..<p {
        let scalePart = drift[i] * mixed[j] + mixed[i] * drift[j]
        let rest = middle[i, j] - scalePart + chiVariance * drift[i] * drift[j]
        covariance[i, j] = rest / size
      }
    }
    // R⁻¹·C·R⁻ᵀ.
    let half = Matrix(columns: (0..<p).map { z.coefficients(covariance.column($0)) }).transposed()
    let original = Matrix(columns: (0..<p).map { z.coefficients(half.column($0)) })
    return try Self.semidefinite(0.5 * (original + original.transposed()))
  }

  private static func cross(_ z: OrthonormalRows, weights: [Double]) -> Matrix {
    let p = z.columnCount
    var columns = Matrix(rowCount: z.rowCount, columnCount: p)
    var scaled = columns
    for i in 0..<z.rowCount {
      for j in 0..<p {
        let value = z.storage[i * p + j]
        columns[i, j] = value
        scaled[i, j] = weights[i] * value
      }
    }
    return BLAS.gemm(columns, scaled, transposingA: true)
  }

  /// `matrix` with negative eigenvalues set to zero and its diagonal restored.
  private static func semidefinite(_ matrix: Matrix) throws(Diagnostic) -> Matrix {
    let p = matrix.rowCount
    guard matrix.diagonal.allSatisfy({ $0 > 0 }), let eigen = try? SymmetricEigen(matrix) else {
      throw noSlope()
    }
    guard eigen.values.contains(where: { $0 < 0 }) else { return matrix }
    var scaled = eigen.vectors
    for j in 0..<p { for i in 0..<p { scaled[i, j] *= max(0, eigen.values[j]) } }
    var result = scaled * eigen.vectors.transposed()
    let factors = (0..<p).map { (matrix[$0, $0] / result[$0, $0]).squareRoot() }
    for i in 0..<p { for j in 0..<p { result[i, j] *= factors[i] * factors[j] } }
    return result
  }

  private static func noSlope() -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "So many observations are set aside that the covariance of the coefficients cannot be "
          + "estimated.",
        zh: "被剔除的观测过多，无法估计系数的协方差。"),
      hint: Text(
        en: "Use the estimator huber, fewer terms or more data.",
        zh: "请改用 huber、减少项数或增加数据。"))
  }
}
