import CaseloadMath

/// How many standard errors a band has to reach to hold in all periods at once.
///
/// ```
/// c = the level-quantile of max_k |Z_k|,   Z ~ N(0, R),
/// ```
///
/// R being the correlation of the estimates.
///
/// - Source: Montiel Olea & Plagborg-Møller (2019), *Journal of Applied Econometrics* 34, 1–17
///   (plug-in sup-t band).
enum SupremumBand {
  static let draws = 5_000

  /// c.
  ///
  /// - Parameters:
  ///   - covariance: of the estimates; those without a variance are passed over.
  ///   - level: of the band.
  ///   - stream: of the draws.
  /// - Returns: `nil` for fewer than two estimates with a variance.
  static func criticalValue(_ covariance: Matrix, level: Double, from stream: RandomStream)
    -> Double?
  {
    let variances = covariance.diagonal
    let kept = variances.indices.filter { variances[$0] > 0 }
    guard kept.count > 1 else { return nil }
    var correlation = Matrix(rowCount: kept.count, columnCount: kept.count)
    for (a, i) in kept.enumerated() {
      for (b, j) in kept.enumerated() {
        correlation[a, b] = covariance[i, j] / (variances[i] * variances[j]).squareRoot()
      }
    }
    guard let eigen = try? SymmetricEigen(correlation) else { return nil }
    let used = eigen.values.indices.filter { eigen.values[$0] > 1e-12 * Double(kept.count) }
    let size = used.count
    var root = Matrix(rowCount: kept.count, columnCount: size)
    for (column, j) in used.enumerated() {
      let scale = eigen.values[j].squareRoot()
      for i in kept.indices { root[i, column] = scale * eigen.vectors[i, j] }
    }
    var normals = Matrix(rowCount: size, columnCount: draws)
    var stream = stream
    normals.withUnsafeMutableStorage { z in
      for i in 0..<z.count { z[i] = stream.normal() }
    }
    let product = BLAS.gemm(root, normals)
    var maxima = [Double](repeating: 0, count: draws)
    let rows = kept.count
    product.storage.withUnsafeBufferPointer { z in
      for d in 0..<draws {
        var most = 0.0
        for i in d * rows..<(d + 1) * rows { most = max(most, abs(z[i])) }
        maxima[d] = most
      }
    }
    maxima.sort()
    let rank = Int((level * Double(draws)).rounded(.up))
    // A band that holds everywhere is never narrower than one that holds in one period.
    return max(
      Normal.standard.upperQuantile((1 - level) / 2), maxima[min(draws, max(1, rank)) - 1])
  }
}
