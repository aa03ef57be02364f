import CaseloadMath

/// The residuals of ``ARIMALikelihood`` for several parameter vectors in one pass over the data, as
/// derivatives by differences want them.
///
/// Only for data without missing values. The regression is taken out by modified Gram–Schmidt, which
/// leaves no coefficients.
struct ARIMALanes<L: Lanes>: Sendable {
  private let filter: InnovationsFilter
  private var coefficients: [L]
  private var work: [L]
  private var innovations: [L]
  private var precisions: [L]
  /// u, and Σ ln F, of each vector; after ``evaluate(_:_:)``.
  private(set) var residuals: [L]
  private(set) var logDeterminants = L.zero

  init(_ data: ARIMAData, _ filter: InnovationsFilter) {
    self.filter = filter
    coefficients = [L](repeating: .zero, count: max(1, filter.order.coefficientCount))
    work = filter.workspace(of: L.self)
    innovations = [L](repeating: .zero, count: max(1, data.columnCount * data.count))
    precisions = [L](repeating: .zero, count: max(1, data.count))
    residuals = [L](repeating: .zero, count: max(1, data.count))
  }

  /// Evaluates at several parameter vectors.
  ///
  /// - Parameters:
  ///   - moved: φ, θ, Φ, Θ of each.
  ///   - data: the differenced series, without missing values.
  /// - Returns: whether all processes are stationary.
  mutating func evaluate(_ moved: [SIMD4<Double>], _ data: ARIMAData) -> Bool {
    let (n, k) = (data.count, data.regressorCount)
    let filter = filter
    for i in moved.indices { coefficients[i] = L(four: moved[i]) }
    return coefficients.withUnsafeBufferPointer { coefficients in
      data.columns.withUnsafeBufferPointer { columns in
        innovations.withUnsafeMutableBufferPointer { v in
          precisions.withUnsafeMutableBufferPointer { precisions in
            residuals.withUnsafeMutableBufferPointer { u in
              work.withUnsafeMutableBufferPointer { work -> Bool in
                guard let coefficients = coefficients.baseAddress,
                  let columns = columns.baseAddress,
                  let v = v.baseAddress, let precision = precisions.baseAddress,
                  let u = u.baseAddress, let work = work.baseAddress,
                  let determinants = filter.run(
                    coefficients, columns: columns, innovations: v, precisions: precision, in: work)
                else { return false }
                logDeterminants = determinants
                for t in 0..<n {
                  let root = precision[t].squareRoots
                  u[t] = v[t].times(root)
                  for c in 1..<(k + 1) { v[c * n + t] = v[c * n + t].times(root) }
                }
                return Self.project(u, off: v + n, n, k)
              }
            }
          }
        }
      }
    }
  }

  /// Takes the columns of `x` out of `u`; false where they are dependent.
  private static func project(
    _ u: UnsafeMutablePointer<L>, off x: UnsafeMutablePointer<L>, _ n: Int, _ k: Int
  ) -> Bool {
    for i in 0..<k {
      let a = x + i * n
      var norm = L.zero
      for t in 0..<n { norm = norm.plus(a[t], times: a[t]) }
      guard norm.least > 0 else { return false }
      for j in (i + 1)..<(k + 1) {
        let b = j < k ? x + j * n : u
        var dot = L.zero
        for t in 0..<n { dot = dot.plus(a[t], times: b[t]) }
        let share = dot.over(norm)
        for t in 0..<n { b[t] = b[t].minus(share, times: a[t]) }
      }
    }
    return true
  }
}
