import CaseloadMath

/// Logistic probabilities of being treated given covariates, by likelihood or by calibration.
///
/// ```
/// pᵢ = 1 / (1 + exp(−qᵢᵀγ)),   odds oᵢ = pᵢ / (1 − pᵢ)
/// likelihood:   Σ wᵢ (Dᵢ − pᵢ) qᵢ = 0
/// calibration:  Σ wᵢ (Dᵢ − (1 − Dᵢ) oᵢ) qᵢ = 0
/// ```
///
/// Calibration makes the reweighted comparison units have the treated units' means exactly. Both are
/// concave in γ and are solved by Newton's method with step halving.
///
/// - Sources: Sant'Anna & Zhao (2020), §3.1; Graham, Pinto & Egel (2012), *Review of Economic
///   Studies* 79, 1053–1079.
struct PropensityScore: Sendable {
  let probability: [Double]
  let odds: [Double]
  /// H of the score equations, k × k.
  let information: Cholesky

  /// Which equations γ solves.
  enum Criterion: Sendable { case likelihood, calibration }

  /// - Parameters:
  ///   - q: n rows.
  ///   - d: 1 for treated rows, 0 otherwise.
  ///   - w: positive weights.
  ///   - criterion: of γ.
  /// - Throws: ``TwoPeriodFailure/noOverlap(largest:)`` where no finite γ solves the equations.
  init(_ q: CovariateBasis, _ d: [Double], _ w: [Double], _ criterion: Criterion)
    throws(TwoPeriodFailure)
  {
    let start: [Double]
    if criterion == .likelihood {
      start = [Double](repeating: 0, count: q.columnCount)
    } else {
      start = try Self.solved(q, d, w, .likelihood, from: nil).gamma
    }
    let (gamma, information) = try Self.solved(q, d, w, criterion, from: start)
    let eta = q.product(gamma)
    probability = eta.map { 1 / (1 + exp(-$0)) }
    odds = eta.map { exp($0) }
    self.information = information
  }

  private static let iterationLimit = 60
  /// Of the Newton decrement, relative to the sum of the weights; the step after it is taken too.
  private static let tolerance = 1e-14

  private static func solved(
    _ q: CovariateBasis, _ d: [Double], _ w: [Double], _ criterion: Criterion, from start: [Double]?
  ) throws(TwoPeriodFailure) -> (gamma: [Double], information: Cholesky) {
    let (n, k) = (q.rowCount, q.columnCount)
    let total = w.reduce(0, +)
    var gamma = start ?? [Double](repeating: 0, count: k)
    var eta = q.product(gamma)
    var score = [Double](repeating: 0, count: n)
    var curvature = [Double](repeating: 0, count: n)
    var isLast = false
    for _ in 0..<iterationLimit {
      for i in 0..<n {
        switch criterion {
        case .likelihood:
          let p = 1 / (1 + exp(-eta[i]))
          score[i] = w[i] * (d[i] - p)
          curvature[i] = w[i] * p * (1 - p)
        case .calibration:
          let o = (1 - d[i]) * exp(eta[i])
          score[i] = w[i] * (d[i] - o)
          curvature[i] = w[i] * o
        }
      }
      let gradient = q.sum(score)
      let information = try factored(q.crossProduct(curvature), k) {
        .noOverlap(largest: largest(eta))
      }
      if isLast { return (gamma, information) }
      let step = information.solve(gradient)
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      let before = objective(eta, d, w, criterion)
      let direction = q.product(step)
      var length = 1.0
      while length > 1e-8 {
        let trial = zip(eta, direction).map { $0 + length * $1 }
        if objective(trial, d, w, criterion) >= before - 1e-12 * abs(before) { break }
        length /= 2
      }
      for j in 0..<k { gamma[j] += length * step[j] }
      eta = q.product(gamma)
      isLast = decrement <= tolerance * total
    }
    throw .noOverlap(largest: largest(eta))
  }

  private static func objective(
    _ eta: [Double], _ d: [Double], _ w: [Double], _ criterion: Criterion
  ) -> Double {
    var sum = 0.0
    for i in eta.indices {
      switch criterion {
      case .likelihood:
        let signed = d[i] == 1 ? -eta[i] : eta[i]
        // ln(1 + eˣ) without overflow.
        sum -= w[i] * (max(signed, 0) + log1p(exp(-abs(signed))))
      case .calibration:
        sum += w[i] * (d[i] == 1 ? eta[i] : -exp(eta[i]))
      }
    }
    return sum
  }

  private static func largest(_ eta: [Double]) -> Double { 1 / (1 + exp(-(eta.max() ?? 0))) }

  /// The factor of a normal matrix on the orthonormal basis, unless it is singular.
  static func factored(
    _ a: [Double], _ k: Int, _ failure: () -> TwoPeriodFailure
  ) throws(TwoPeriodFailure) -> Cholesky {
    for j in 0..<k where !(a[j * k + j] > 0) { throw failure() }
    let factor: Cholesky
    do {
      factor = try Cholesky(Matrix(rowCount: k, columnCount: k, storage: a))
    } catch {
      throw failure()
    }
    // Aⱼⱼ (A⁻¹)ⱼⱼ is 1 over the share of column j that the others do not explain.
    let inverse = factor.inverse()
    for j in 0..<k where !(a[j * k + j] * inverse[j, j] < 1 / singularTolerance) { throw failure() }
    return factor
  }

  /// The share of a column that the others leave unexplained, squared, below which it is singular.
  private static let singularTolerance = 1e-11
}
