import CaseloadMath

/// The residuals of ``ARIMALikelihood`` for four parameter vectors in one pass over the data, as
/// derivatives by differences want them.
///
/// Only for data without missing values. The regression is taken out by modified Gram–Schmidt, which
/// leaves no coefficients.
struct ARIMALanes {
  typealias Four = SIMD4<Double>

  private let filter: InnovationsFilter
  private var work: [Four]
  private var innovations: [Four]
  private var precisions: [Four]
  /// u, and Σ ln F, of each vector; after ``evaluate(_:_:)``.
  private(set) var residuals: [Four]
  private(set) var logDeterminants = Four.zero

  init(_ data: ARIMAData, _ filter: InnovationsFilter) {
    self.filter = filter
    work = filter.workspace(of: Four.self)
    innovations = [Four](repeating: .zero, count: max(1, data.columnCount * data.count))
    precisions = [Four](repeating: .zero, count: max(1, data.count))
    residuals = [Four](repeating: .zero, count: max(1, data.count))
  }

  /// Evaluates at four parameter vectors.
  ///
  /// - Parameters:
  ///   - coefficients: φ, θ, Φ, Θ of each.
  ///   - data: the differenced series, without missing values.
  /// - Returns: whether all processes are stationary.
  mutating func evaluate(_ coefficients: [Four], _ data: ARIMAData) -> Bool {
    let (n, k) = (data.count, data.regressorCount)
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
                  let root = precision[t].squareRoot()
                  u[t] = v[t] * root
                  for c in 1..<(k + 1) { v[c * n + t] *= root }
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
    _ u: UnsafeMutablePointer<Four>, off x: UnsafeMutablePointer<Four>, _ n: Int, _ k: Int
  ) -> Bool {
    for i in 0..<k {
      let a = x + i * n
      var norm = Four.zero
      for t in 0..<n { norm += a[t] * a[t] }
      guard norm.min() > 0 else { return false }
      for j in (i + 1)..<(k + 1) {
        let b = j < k ? x + j * n : u
        var dot = Four.zero
        for t in 0..<n { dot += a[t] * b[t] }
        let share = dot / norm
        for t in 0..<n { b[t] -= share * a[t] }
      }
    }
    return true
  }
}
