import CaseloadData
import CaseloadMath

/// D = [X W] in the order of the coefficients, and its projection on the instruments.
struct InstrumentalDesign {
  let names: [String]
  /// D, n × k.
  let columns: Matrix
  /// QQᵀD, n × k.
  let projected: Matrix
  /// D − QQᵀD: V in the columns of the endogenous regressors, zero in the others.
  let residualColumns: Matrix
  private let response: [Double]

  init(_ data: InstrumentData, _ basis: InstrumentBasis) {
    let first = data.hasIntercept ? 1 : 0
    let w = data.exogenous
    let rest = Array(first..<w.columnCount)
    let (before, after) = (w.selectingColumns(Array(0..<first)), w.selectingColumns(rest))
    let v = basis.endogenousResiduals
    names =
      data.exogenousNames[..<first] + data.endogenousNames + data.exogenousNames[first...]
    columns = before.beside(data.endogenous).beside(after)
    projected = before.beside(data.endogenous - v).beside(after)
    residualColumns =
      Matrix(rowCount: w.rowCount, columnCount: first).beside(v)
      .beside(Matrix(rowCount: w.rowCount, columnCount: rest.count))
    response = data.response
  }

  /// y − D·β, accumulated in twice the working precision.
  func residuals(_ beta: [Double]) -> [Double] {
    var sums = response.map { Accumulator($0) }
    for j in beta.indices {
      columns.withColumn(j) { column in
        for i in sums.indices { sums[i].add(product: column[i], -beta[j]) }
      }
    }
    return sums.map(\.value)
  }

  /// (I − κM)D and (Dᵀ(I − κM)D)⁻¹.
  ///
  /// With QQᵀD = E·T, E orthonormal, the latter is T⁻¹(I − (κ − 1)BᵀB)⁻¹T⁻ᵀ, B = V·T⁻¹.
  func equations(kappa: Double, _ twoStage: LeastSquares) throws(Diagnostic) -> (
    columns: Matrix, bread: Matrix
  ) {
    let shift = kappa - 1
    let columns = projected - shift * residualColumns
    guard shift != 0 else { return (columns, twoStage.crossProductInverse) }
    let e = twoStage.basis(of: projected)
    let inverse =
      twoStage.crossProductInverse * BLAS.gemm(projected, e, transposingA: true)  // T⁻¹
    let middle = Matrix.identity(names.count) - shift * BLAS.crossProduct(residualColumns * inverse)
    guard let factor = try? Cholesky(middle) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "At κ = \(NumberText.plain(kappa)) the equations have no unique solution: the "
            + "instruments are too weak.",
          zh: "κ = \(NumberText.plain(kappa)) 时方程没有唯一解：工具变量过弱。"),
        hint: Text(
          en: "Report the Anderson–Rubin confidence set.", zh: "请报告 Anderson–Rubin 置信集。"))
    }
    let bread = inverse * factor.solve(inverse.transposed())
    return (columns, 0.5 * (bread + bread.transposed()))
  }
}

/// The moments Qᵀe of the instruments and S, what they are weighed by.
struct InstrumentMoments {
  /// S^(−½)Qᵀ as a matrix on the coordinates of Q: whitens moments.
  private let whitening: Matrix
  private let q: Matrix

  /// - Throws: ``DiagnosticCode/notIdentified`` where S is singular, ``DiagnosticCode/illegalOption``
  ///   for clustered weights without one way of clustering.
  init(
    _ data: InstrumentData, _ basis: InstrumentBasis, residuals: [Double],
    _ weighting: InstrumentalVariables.Weighting
  ) throws(Diagnostic) {
    q = basis.q
    var scores = q.scalingRows(residuals)
    if weighting == .clustered {
      guard data.clusters.count == 1 else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "Clustered weights need one way of clustering; the design has "
              + "\(data.clusters.count).",
            zh: "聚类权重需要恰好一种聚类方式，现有 \(data.clusters.count) 种。"),
          hint: Text(
            en: "Name one cluster, or set weighting=heteroskedastic.",
            zh: "请指定一个聚类变量，或设 weighting=heteroskedastic。"))
      }
      let grouping = data.clusters[0]
      var sums = Matrix(rowCount: grouping.count, columnCount: scores.columnCount)
      for j in 0..<scores.columnCount {
        for i in residuals.indices { sums[Int(grouping.codes[i]), j] += scores[i, j] }
      }
      scores = sums
    }
    let eigen: SymmetricEigen
    do { eigen = try SymmetricEigen(BLAS.crossProduct(scores)) } catch {
      throw Diagnostic.noResidualVariation
    }
    let largest = eigen.values.last ?? 0
    guard let least = eigen.values.first, least > 1e-13 * largest else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The covariance of the moments is singular: there are more instruments and exogenous "
            + "regressors (\(q.columnCount)) than the errors can weigh.",
          zh: "矩条件的协方差奇异：工具变量与外生变量（\(q.columnCount) 个）多于误差所能加权的个数。"),
        hint: Text(
          en: "Use 2sls, fewer instruments, or more clusters.",
          zh: "请改用 2sls、减少工具变量或增加聚类。"))
    }
    let scales = eigen.values.map { 1 / $0.squareRoot() }
    whitening = eigen.vectors.transposed().scalingRows(scales)
  }

  /// QS⁻¹QᵀD, (DᵀQS⁻¹QᵀD)⁻¹ and β̂.
  func estimate(_ design: InstrumentalDesign) throws(Diagnostic) -> (
    columns: Matrix, bread: Matrix, coefficients: [Double]
  ) {
    let zeros = [Double](repeating: 0, count: design.names.count)
    let white = whitening * BLAS.gemm(q, design.columns, transposingA: true)
    let right = whitened(design.residuals(zeros))
    do {
      let solution = try LeastSquares(white, right)
      let columns = q * BLAS.gemm(whitening, white, transposingA: true)
      return (columns, solution.crossProductInverse, solution.coefficients)
    } catch {
      throw Diagnostic(error, names: design.names)
    }
  }

  /// eᵀQ S⁻¹ Qᵀe.
  func criterion(_ residuals: [Double]) -> Double {
    whitened(residuals).reduce(0) { $0 + $1 * $1 }
  }

  private func whitened(_ e: [Double]) -> [Double] {
    whitening * BLAS.gemv(q, e, transposingA: true)
  }
}
