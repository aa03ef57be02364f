import CaseloadData
import CaseloadMath

/// The approximate Hotelling T² test of joint restrictions by a CR2 or CR3 covariance: few clusters
/// make W/q of ``WaldTest`` reject far too often, and the more so the more restrictions there are.
///
/// ```
/// F = (η − q + 1)/(η q) · W  ~  F(q, η − q + 1),    η = q(q + 1) / Σₛₜ Var Dₛₜ
/// D = Ω^(−½) R V Rᵀ Ω^(−½),   Ω = E R V Rᵀ
/// ```
///
/// η is that of the Wishart distribution whose elements vary as much in all as those of D, under
/// independent errors of one variance; for one restriction it is Satterthwaite's.
///
/// - Source: Tipton & Pustejovsky (2015), *Journal of Educational and Behavioral Statistics* 40,
///   604–634, the test AHZ of §3. As `Wald_test(…, test = "HTZ")` of R's clubSandwich.
public enum HotellingTest {
  /// The test.
  ///
  /// - Parameters:
  ///   - restrictions: R, q × p with independent rows.
  ///   - values: r, q of them.
  ///   - coefficients: β̂, p of them.
  ///   - equations: of the fit.
  ///   - clusters: one way of grouping the observations of the fit.
  ///   - correction: cr2 or cr3.
  /// - Returns: F with q and η − q + 1 degrees of freedom.
  /// - Throws: as ``WaldTest`` does, and ``DiagnosticCode/notIdentified`` where η − q + 1 is not positive.
  public static func test(
    restrictions: Matrix, values: [Double], coefficients: [Double],
    equations: EstimatingEquations, clusters: Grouping, correction: CovarianceKind.CR
  ) throws(Diagnostic) -> HypothesisTest {
    let covariance = try equations.covariance(.clustered(by: [clusters], correction))
    let wald = try WaldTest.test(
      restrictions: restrictions, values: values, coefficients: coefficients,
      covariance: covariance)
    let q = Double(restrictions.rowCount)
    let basis = try ClusterBasis(equations, clusters)
    let eta = try basis.wishartDegreesOfFreedom(correction, restrictions: restrictions)
    let denominator = eta - q + 1
    guard denominator > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "\(clusters.count) clusters of \(clusters.name) are worth "
            + "\(NumberText.decimal(eta, 1).en) degrees of freedom, too few to test "
            + "\(restrictions.rowCount) restrictions together.",
          zh: "\(clusters.name) 的 \(clusters.count) 个聚类相当于 \(NumberText.decimal(eta, 1).zh) "
            + "个自由度，不足以联合检验 \(restrictions.rowCount) 个约束。"),
        hint: Text(
          en: "Test fewer restrictions together, or one at a time with --adjust holm.",
          zh: "请减少联合检验的约束，或逐个检验并使用 --adjust holm。"))
    }
    return HypothesisTest(
      id: "hotelling", name: Text(en: "Hotelling's T² test", zh: "Hotelling T² 检验"),
      hypothesis: wald.hypothesis, fisherF: denominator / (eta * q) * wald.statistic,
      numerator: q, denominator: denominator,
      detail: Text(
        en: "Approximate for few clusters (Tipton and Pustejovsky's AHZ): W = "
          + "\(NumberText.significant(wald.statistic, 4).en), η = \(NumberText.decimal(eta, 1).en).",
        zh: "聚类较少时的近似检验（Tipton–Pustejovsky AHZ）：W = "
          + "\(NumberText.significant(wald.statistic, 4).zh)，η = \(NumberText.decimal(eta, 1).zh)。")
    )
  }
}

extension ClusterBasis {
  /// η of ``HotellingTest``.
  ///
  /// The influence u_g = Ω^(−½)R·(influence of cluster g) has, under independence, the covariances
  /// P_gh = δ_gh A_gᵀZ_g − Z_gᵀZ_h with A_g = (I − S_g)^(−power) T⁻ᵀRᵀΩ^(−½) and Z_g = S_g A_g; D is
  /// Σ u_g u_gᵀ and, of normal errors,
  ///
  /// ```
  /// Σₛₜ Var Dₛₜ = Σ_gh (tr P_gh)² + tr P_gh²
  /// ```
  ///
  /// - Complexity: q² min(G p², G² p).
  func wishartDegreesOfFreedom(
    _ correction: CovarianceKind.CR, restrictions: Matrix
  ) throws(Diagnostic) -> Double {
    let (p, q, g) = (inverse.rowCount, restrictions.rowCount, clusters.count)
    let power = Self.power(correction)
    func blocks(_ rows: Matrix) -> (own: [Matrix], z: [Matrix]) {
      // T⁻ᵀRᵀ, p × q.
      let directions = BLAS.gemm(inverse, rows.transposed(), transposingA: true)
      // z[s] is G × p, its row g the column s of Z_g.
      var z = [Matrix](repeating: Matrix(rowCount: g, columnCount: p), count: q)
      var own: [Matrix] = []
      own.reserveCapacity(g)
      for k in 0..<g {
        let (vectors, values, _) = clusters[k]
        var a: [[Double]] = []
        var columns: [[Double]] = []
        for s in 0..<q {
          let adjusted = adjusted(k, power, directions.column(s))
          var rotated = BLAS.gemv(vectors, adjusted, transposingA: true)
          for j in rotated.indices { rotated[j] *= max(0, values[j]) }
          let column = BLAS.gemv(vectors, rotated)
          for j in 0..<p { z[s][k, j] = column[j] }
          a.append(adjusted)
          columns.append(column)
        }
        own.append(BLAS.gemm(Matrix(columns: a), Matrix(columns: columns), transposingA: true))
      }
      return (own, z)
    }
    /// Z_gᵀZ_g.
    func square(_ z: [Matrix], _ k: Int) -> Matrix {
      let columns = Matrix(columns: z.map { $0.row(k) })
      return BLAS.crossProduct(columns)
    }
    // Ω = Σ P_gg of the restrictions as they are.
    let raw = blocks(restrictions)
    var omega = Matrix(rowCount: q, columnCount: q)
    for k in 0..<g { omega = omega + raw.own[k] - square(raw.z, k) }
    guard let eigen = try? SymmetricEigen(0.5 * (omega + omega.transposed())),
      let least = eigen.values.first, let most = eigen.values.last, least > 1e-13 * most
    else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The clusters hold no information on a combination of the restrictions.",
          zh: "聚类不含约束某一组合的信息。"),
        hint: Text(en: "Test fewer restrictions together.", zh: "请减少联合检验的约束。"))
    }
    // Ω^(−½) up to a rotation, which changes no trace.
    let root = eigen.vectors.transposed().scalingRows(eigen.values.map { 1 / $0.squareRoot() })
    let (own, z) = blocks(root * restrictions)
    var sum = 0.0
    for s in 0..<q {
      for t in 0...s {
        // Σ_gh (z_gs·z_hs)(z_gt·z_ht) + (z_gs·z_ht)(z_gt·z_hs), by the smaller Gram matrices.
        var part = 0.0
        if p <= g {
          let k = BLAS.gemm(z[s], z[t], transposingA: true)
          for i in 0..<p { for j in 0..<p { part += k[i, j] * (k[i, j] + k[j, i]) } }
        } else {
          let (zs, zt) = (z[s].transposed(), z[t].transposed())
          let (ss, tt) = (BLAS.crossProduct(zs), BLAS.crossProduct(zt))
          let st = BLAS.gemm(zs, zt, transposingA: true)
          for i in 0..<g {
            for j in 0..<g { part += ss[i, j] * tt[i, j] + st[i, j] * st[j, i] }
          }
        }
        sum += s == t ? part : 2 * part
      }
    }
    // On the diagonal P_gg in place of −Z_gᵀZ_g.
    func traces(_ m: Matrix) -> Double {
      var (trace, squares) = (0.0, 0.0)
      for i in 0..<q {
        trace += m[i, i]
        for j in 0..<q { squares += m[i, j] * m[j, i] }
      }
      return trace * trace + squares
    }
    for k in 0..<g {
      let s = square(z, k)
      sum += traces(own[k] - s) - traces(s)
    }
    guard sum > 0 else { return .nan }
    return Double(q * (q + 1)) / sum
  }
}
