import CaseloadData
import CaseloadMath

/// The clusters of a fit in an orthonormal basis Q of its columns, where every adjustment for
/// leverage is a p × p function of S_g = Q_gᵀQ_g, however many observations a cluster has.
struct ClusterBasis {
  /// T with X = Q·T, so that β̂'s error is T⁻¹Qᵀε.
  let inverse: Matrix  // T⁻¹
  let clusters: [(vectors: Matrix, values: [Double], score: [Double])]

  /// - Throws: ``DiagnosticCode/notIdentified`` where absorbed effects cross the clusters, whose
  ///   leverage within a cluster is then not that of the columns alone.
  init(_ equations: EstimatingEquations, _ grouping: Grouping) throws(Diagnostic) {
    if let absorbed = equations.absorbed,
      let crossing = absorbed.groupings.first(where: { !$0.isNested(in: grouping) })
    {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The fixed effect \(crossing.name) crosses the clusters of \(grouping.name), so its "
            + "part in their leverage is not known.",
          zh: "固定效应 \(crossing.name) 跨越聚类 \(grouping.name)，其对聚类杠杆的影响未知。"),
        hint: Text(
          en: "Write it as C(\(crossing.name)) before the bar, or use cr1.",
          zh: "请在竖线前写作 C(\(crossing.name))，或改用 cr1。"))
    }
    let x = equations.x
    let q = equations.basis()
    let (n, p) = (x.rowCount, x.columnCount)
    // T⁻¹ = (XᵀX)⁻¹XᵀQ.
    inverse = equations.bread * BLAS.gemm(x, q, transposingA: true)
    var rows = [[Int]](repeating: [], count: grouping.count)
    for i in 0..<n { rows[Int(grouping.codes[i])].append(i) }
    let scores = q.scalingRows(equations.residuals)
    let sums = equations.clusterSums(scores, grouping)
    var clusters: [(vectors: Matrix, values: [Double], score: [Double])] = []
    clusters.reserveCapacity(grouping.count)
    for (g, members) in rows.enumerated() {
      let part = q.selectingRows(members)
      guard let eigen = try? SymmetricEigen(BLAS.crossProduct(part)) else {
        throw Diagnostic(
          .notIdentified, .error,
          Text(
            en: "The leverage of cluster \(grouping.labels[g]) cannot be computed.",
            zh: "无法计算聚类 \(grouping.labels[g]) 的杠杆值。"))
      }
      clusters.append((eigen.vectors, eigen.values, sums.row(g)))
    }
    self.clusters = clusters
    precondition(inverse.rowCount == p)
  }

  /// (1 − λ)^(−power), and 0 where a direction lives in this cluster alone: the Moore–Penrose
  /// inverse, by which an effect that only one cluster identifies drops out.
  private static func factor(_ value: Double, _ power: Double) -> Double {
    let rest = 1 - value
    return rest > 1e-10 ? pow(rest, -power) : 0
  }

  static func power(_ correction: CovarianceKind.CR) -> Double {
    switch correction {
    case .cr0, .cr1: 0
    case .cr2: 0.5
    case .cr3: 1
    }
  }

  /// (I − S_g)^(−power)·v.
  func adjusted(_ g: Int, _ power: Double, _ v: [Double]) -> [Double] {
    guard power > 0 else { return v }
    let (vectors, values, _) = clusters[g]
    var rotated = BLAS.gemv(vectors, v, transposingA: true)
    for j in rotated.indices { rotated[j] *= Self.factor(values[j], power) }
    return BLAS.gemv(vectors, rotated)
  }

  /// The influence of each cluster on β̂ after the adjustment, G × p.
  private func influences(power: Double) -> Matrix {
    let rows = clusters.indices.map { g in
      BLAS.gemv(inverse, adjusted(g, power, clusters[g].score))
    }
    return Matrix(rows: rows)
  }

  func covariance(_ correction: CovarianceKind.CR) -> Matrix {
    BLAS.crossProduct(influences(power: Self.power(correction)))
  }

  /// The cluster without which coefficient `j` is not identified; `nil` for none.
  func soleCluster(of j: Int) -> Int? {
    var contrast = [Double](repeating: 0, count: inverse.rowCount)
    contrast[j] = 1
    let direction = BLAS.gemv(inverse, contrast, transposingA: true)
    let size = direction.reduce(0) { $0 + $1 * $1 }
    return clusters.indices.first { g in
      let (vectors, values, _) = clusters[g]
      return values.indices.contains { k in
        guard 1 - values[k] <= 1e-10 else { return false }
        var share = 0.0
        for i in direction.indices { share += vectors[i, k] * direction[i] }
        return share * share > 1e-8 * size
      }
    }
  }

  /// β̂ less the estimate without each cluster: T⁻¹(I − S_g)⁻¹Q_gᵀe_g.
  func deletionSteps() -> Matrix { influences(power: 1) }

  /// (XᵀX)⁻¹l with the adjustment of each cluster, on the columns of X: d_g with
  /// X_g·d_g = Q_g(I − S_g)^(−power)T⁻ᵀl.
  func directions(_ correction: CovarianceKind.CR, contrast: [Double]) -> [[Double]] {
    let direction = BLAS.gemv(inverse, contrast, transposingA: true)
    let power = Self.power(correction)
    return clusters.indices.map { g in BLAS.gemv(inverse, adjusted(g, power, direction)) }
  }

  /// (Σ p_gg)² / Σ Σ p_gh², with p_gh = δ_gh a_gᵀz_g − z_gᵀz_h, z_g = S_g a_g and
  /// a_g = (I − S_g)^(−power) T⁻ᵀl.
  func degreesOfFreedom(_ correction: CovarianceKind.CR, contrast: [Double]) -> Double {
    let direction = BLAS.gemv(inverse, contrast, transposingA: true)
    let power = Self.power(correction)
    var rows: [[Double]] = []
    var own: [Double] = []
    for g in clusters.indices {
      let a = adjusted(g, power, direction)
      let (vectors, values, _) = clusters[g]
      var rotated = BLAS.gemv(vectors, a, transposingA: true)
      for j in rotated.indices { rotated[j] *= max(0, values[j]) }
      let z = BLAS.gemv(vectors, rotated)
      own.append(zip(a, z).reduce(0) { $0 + $1.0 * $1.1 })
      rows.append(z)
    }
    let z = Matrix(rows: rows)
    let squares = BLAS.crossProduct(z).storage.reduce(0) { $0 + $1 * $1 }
    var (trace, sum) = (0.0, squares)
    for g in rows.indices {
      let norm = rows[g].reduce(0) { $0 + $1 * $1 }
      let diagonal = own[g] - norm
      trace += diagonal
      sum += diagonal * diagonal - norm * norm
    }
    return sum > 0 ? trace * trace / sum : .nan
  }
}
