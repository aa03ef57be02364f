import CaseloadData
import CaseloadMath

/// Covariances for errors that are correlated within clusters.
extension EstimatingEquations {
  /// The rows of `scores` summed within each group, one row a group.
  func clusterSums(_ scores: Matrix, _ grouping: Grouping) -> Matrix {
    precondition(grouping.codes.count == scores.rowCount)
    let (g, n) = (grouping.count, scores.rowCount)
    var sums = Matrix(rowCount: g, columnCount: scores.columnCount)
    let codes = grouping.codes
    sums.withUnsafeMutableStorage { elements in
      for j in 0..<scores.columnCount {
        scores.withColumn(j) { column in
          for i in 0..<n { elements[j * g + Int(codes[i])] += column[i] }
        }
      }
    }
    return sums
  }

  /// V = Σ over the non-empty sets of ways of (−1)^(size + 1) V of their intersection.
  ///
  /// - Source: Cameron, Gelbach & Miller (2011), *JBES* 29, 238–249, eqs. 2.10–2.13.
  func clusteredCovariance(
    _ ways: [Grouping], _ correction: CovarianceKind.CR, _ combination: CovarianceKind.Combination
  ) throws(Diagnostic) -> Matrix {
    precondition(!ways.isEmpty, "no clusters")
    if let few = ways.first(where: { $0.count < 2 }) { throw Self.oneCluster(few) }
    let smallest = ways.map(\.count).min() ?? 2
    let n = Double(observationCount)
    let parameters = absorbed?.parameterCount(clusteredBy: ways) ?? 0
    let k = Double(x.columnCount + parameters)
    var sum = Matrix(rowCount: x.columnCount, columnCount: x.columnCount)
    for subset in 1..<(1 << ways.count) {
      let members = ways.indices.filter { subset >> $0 & 1 == 1 }
      var grouping = ways[members[0]]
      for member in members.dropFirst() { grouping = grouping.crossed(with: ways[member]) }
      var part: Matrix
      switch correction {
      case .cr0, .cr1:
        let sums = clusterSums(scores, grouping)
        part = BLAS.crossProduct(sums)
        if correction == .cr1 {
          let g = Double(combination == .each ? grouping.count : smallest)
          part = g / (g - 1) * (n - 1) / (n - k) * part
        }
        part = sandwich(part)
      case .cr2, .cr3:
        let basis = try ClusterBasis(self, grouping)
        part = basis.covariance(correction)
      }
      sum = members.count % 2 == 1 ? sum + part : sum - part
    }
    return sum
  }

  /// The same without the negative eigenvalues that subtraction can leave, which are set to zero where
  /// a variance is not positive; `nil` where all are, as in fixest.
  ///
  /// - Source: Cameron, Gelbach & Miller (2011), *JBES* 29, 238–249, §2.3.
  func positiveCovariance(_ v: Matrix) -> Matrix? {
    guard v.diagonal.contains(where: { $0 <= 0 }) else { return nil }
    // On the scale of correlations, so that units do not matter.
    let scales = bread.diagonal.map { $0.squareRoot() }
    var scaled = v
    for j in scales.indices { for i in scales.indices { scaled[i, j] /= scales[i] * scales[j] } }
    guard let eigen = try? SymmetricEigen(scaled) else { return nil }
    let raised = eigen.vectors.transposed().scalingRows(eigen.values.map { max(0, $0) })
    var result = eigen.vectors * raised
    for j in scales.indices { for i in scales.indices { result[i, j] *= scales[i] * scales[j] } }
    return result
  }

  /// The delete-one-cluster jackknife around the mean of its replicates, or the delete-one
  /// jackknife of observations.
  ///
  /// For models other than linear ones each replicate is one step from the estimate.
  ///
  /// - Source: MacKinnon, Nielsen & Webb (2023), *Journal of Applied Econometrics* 38, 671–694 (CV3J).
  func jackknifeCovariance(_ grouping: Grouping?) throws(Diagnostic) -> Matrix {
    var steps: Matrix  // G × p: β̂ − β̂ without the group
    if let grouping {
      guard grouping.count > 1 else { throw Self.oneCluster(grouping) }
      steps = try ClusterBasis(self, grouping).deletionSteps()
    } else {
      let h = try leverages()
      if let row = h.firstIndex(where: { 1 - $0 < 1e-10 }) {
        throw Diagnostic(
          .notIdentified, .error,
          Text(
            en: "Without observation \(row + 1) a coefficient is not identified.",
            zh: "去掉第 \(row + 1) 个观测后，某个系数无法识别。"),
          hint: Text(en: "Use hc1.", zh: "请用 hc1。"))
      }
      let factors = zip(residuals, h).map { $0 / (1 - $1) }
      steps = x.scalingRows(factors) * bread
    }
    let g = steps.rowCount
    for j in 0..<steps.columnCount {
      let mean = steps.column(j).accurateSum / Double(g)
      for i in 0..<g { steps[i, j] -= mean }
    }
    return Double(g - 1) / Double(g) * BLAS.crossProduct(steps)
  }

  /// Satterthwaite's degrees of freedom of lᵀβ̂ when the errors are independent.
  ///
  /// - Source: Pustejovsky & Tipton (2018), *JBES* 36, 672–683, eqs. 9–11.
  func satterthwaite(
    _ grouping: Grouping, _ correction: CovarianceKind.CR, contrast: [Double]
  ) throws(Diagnostic) -> Double {
    try ClusterBasis(self, grouping).degreesOfFreedom(correction, contrast: contrast)
  }

  static func oneCluster(_ grouping: Grouping) -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "There is only one cluster of \(grouping.name), so nothing varies between clusters.",
        zh: "\(grouping.name) 只有一个聚类，无法估计聚类间的变异。"),
      hint: Text(en: "Use hc3 or newey-west.", zh: "请改用 hc3 或 newey-west。"))
  }
}
