import CaseloadData
import CaseloadMath

extension WildClusterBootstrap {
  /// The sums over clusters that every draw is made of. Index 0 is what the residuals e give, index
  /// 1 what a unit of the shift λ = (lᵀβ̂ − r)/lᵀBl adds, ũ = e + λ·X·B·l.
  struct Pieces {
    /// Σ aᵢũᵢ of each cluster, a = X·B·l.
    let scores: [[Double]]
    /// K·v are the scores of l in the bootstrap sample.
    let kernels: [Kernel]
    /// lᵀBl = Σ a².
    let squares: Double
    let standardError: Double
    /// The small-sample factor of the variance.
    let factor: Double
    /// How far apart, relative to t, draws may be that only rounding tells apart: more where effects
    /// were projected off anew.
    let tieMargin: Double

    init(
      _ equations: EstimatingEquations, _ clusters: Grouping, contrast: [Double],
      variance: Variance
    ) throws(Diagnostic) {
      let x = equations.x
      let (n, g) = (x.rowCount, clusters.count)
      let direction = BLAS.gemv(equations.bread, contrast)
      let a = BLAS.gemv(x, direction)
      squares = a.reduce(0) { $0 + $1 * $1 }
      // Own directions of the clusters, where the variance corrects for their leverage.
      var own = a
      var factor = 1.0
      let parameters = Double(
        x.columnCount + (equations.absorbed?.parameterCount(clusteredBy: [clusters]) ?? 0))
      let sizes = Double(n - 1) / (Double(n) - parameters)
      switch variance {
      case .cr1: factor = Double(g) / Double(g - 1) * sizes
      case .cr3:
        let directions = try ClusterBasis(equations, clusters).directions(.cr3, contrast: contrast)
        for i in 0..<n {
          let d = directions[Int(clusters.codes[i])]
          var sum = 0.0
          for j in d.indices { sum += x[i, j] * d[j] }
          own[i] = sum
        }
        factor = sizes
      }
      self.factor = factor
      let isProjected =
        equations.absorbed?.groupings.contains { !$0.isNested(in: clusters) } ?? false
      tieMargin = isProjected ? 1e-7 : 1e-10
      let residuals = [equations.residuals, a]
      var scores: [[Double]] = []
      var kernels: [Kernel] = []
      // Σ over a cluster of aᵢxᵢ with the cluster's own direction, G × p.
      let weighted = equations.clusterSums(x.scalingRows(own), clusters)
      for u in residuals {
        var sums = [Double](repeating: 0, count: g)
        var diagonal = [Double](repeating: 0, count: g)
        for i in 0..<n {
          let code = Int(clusters.codes[i])
          sums[code] += a[i] * u[i]
          diagonal[code] += own[i] * u[i]
        }
        // b_h = B·X_hᵀu_h, one a column.
        let steps = equations.bread * equations.clusterSums(x.scalingRows(u), clusters).transposed()
        scores.append(sums)
        kernels.append(Kernel(diagonal: diagonal, weighted: weighted, steps: steps))
      }
      if let absorbed = equations.absorbed {
        try Self.subtractProjections(
          absorbed, clusters, own: own, residuals: residuals, from: &kernels)
      }
      self.scores = scores
      self.kernels = kernels
      // In the sample itself: the scores of the clusters are those of e.
      var sum = 0.0
      var own0 = [Double](repeating: 0, count: g)
      for i in 0..<n { own0[Int(clusters.codes[i])] += own[i] * equations.residuals[i] }
      for value in own0 { sum += value * value }
      standardError = (factor * sum).squareRoot()
    }

    /// Effects that cross the clusters are estimated anew in each bootstrap sample: what they take
    /// of the residuals of one cluster spreads over the others.
    private static func subtractProjections(
      _ absorbed: AbsorbedEffects, _ clusters: Grouping, own: [Double], residuals: [[Double]],
      from kernels: inout [Kernel]
    ) throws(Diagnostic) {
      guard absorbed.groupings.contains(where: { !$0.isNested(in: clusters) }) else { return }
      let projector = EffectProjector(absorbed.groupings, weights: absorbed.weights)
      let roots = absorbed.weights.map { $0.map { $0.squareRoot() } }
      let n = own.count
      for (k, u) in residuals.enumerated() {
        var kernel = kernels[k].whole
        for h in 0..<clusters.count {
          var part = [Double](repeating: 0, count: n)
          for i in 0..<n where Int(clusters.codes[i]) == h { part[i] = u[i] / (roots?[i] ?? 1) }
          let residual = projector.projection(of: part).residual
          for i in 0..<n {
            let projected = (part[i] - residual[i]) * (roots?[i] ?? 1)
            kernel[Int(clusters.codes[i]), h] -= own[i] * projected
          }
        }
        kernels[k].dense = kernel
      }
    }

    /// - Throws: ``DiagnosticCode/notIdentified`` for an error of zero.
    func checkedStandardError() throws(Diagnostic) -> Double {
      guard standardError > 0, standardError.isFinite else {
        throw Diagnostic(
          .notIdentified, .error,
          Text(
            en: "The clustered standard error is zero, so there is nothing to test with.",
            zh: "聚类标准误为零，无法检验。"),
          hint: Text(
            en: "Are there clusters on both sides of the contrast?", zh: "对比两侧是否都有聚类？"))
      }
      return standardError
    }
  }

  /// diag(d) − W·S, G × G, as what it is made of where that is less.
  struct Kernel {
    let diagonal: [Double]
    /// G × p.
    let weighted: Matrix
    /// p × G.
    let steps: Matrix
    /// The matrix itself; `nil` while products by its parts are cheaper.
    var dense: Matrix?

    init(diagonal: [Double], weighted: Matrix, steps: Matrix) {
      self.diagonal = diagonal
      self.weighted = weighted
      self.steps = steps
      dense = nil
      let g = diagonal.count
      if g <= Self.fewClusters || 2 * weighted.columnCount >= g { dense = whole }
    }

    /// Up to here one product is faster than two thin ones.
    private static let fewClusters = 32

    var whole: Matrix {
      if let dense { return dense }
      var kernel = -1 * (weighted * steps)
      for k in diagonal.indices { kernel[k, k] += diagonal[k] }
      return kernel
    }

    /// K·v, for a v a column.
    func product(_ v: Matrix) -> Matrix {
      if let dense { return BLAS.gemm(dense, v) }
      var product = BLAS.gemm(weighted, BLAS.gemm(steps, v))
      let g = diagonal.count
      product.withUnsafeMutableStorage { values in
        for c in 0..<v.columnCount {
          v.withColumn(c) { column in
            for k in 0..<g { values[c * g + k] = diagonal[k] * column[k] - values[c * g + k] }
          }
        }
      }
      return product
    }
  }
}
