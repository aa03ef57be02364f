import CaseloadMath

/// The estimators of Sant'Anna and Zhao, as sums of weighted means with estimated nuisances.
///
/// ```
/// τ̂ = Σ_m s_m η_m,   η_m = Σ v z / Σ v
/// ψᵢ = Σ_m s_m v (z − η_m) / Σ v  +  Σ_r u_r e_r qᵢᵀA_r⁻¹M_r  +  w (D − p) qᵢᵀH⁻¹M_p
/// ```
///
/// For a panel z is the change of the outcome less its prediction for the comparison, with v = wD
/// (s = 1) and v = w(1 − D)o (s = −1), o the odds p/(1 − p). For cross-sections the same means are
/// taken in each period, and the locally efficient estimator adds the predictions for the treated.
/// M is the gradient of τ̂ in the coefficients of the regressions r and of the propensity score. With
/// calibrated odds and correspondingly weighted least squares the gradients vanish, and their terms
/// are left out, as in the paper.
///
/// - Sources: Sant'Anna & Zhao (2020), *Journal of Econometrics* 219, 101–122, eqs. 2.5, 3.1, 3.4 and
///   §3; Abadie (2005) (weighting); Heckman, Ichimura & Todd (1997) (regression).
struct TwoPeriodEstimation {
  private let sample: TwoPeriodSample
  private let method: TwoPeriodMethod
  private let q: CovariateBasis
  private let propensity: PropensityScore?
  /// Comparison rows with a larger propensity carry no weight.
  private static let trimming = 0.995

  // What is accumulated: τ̂, ψ, and the gradients by nuisance.
  private var value = 0.0
  private var influence: [Double]
  private var gradients: [[Double]] = []
  private var propensityGradient: [Double]
  private var regressions: [Regression] = []

  /// Least squares of the outcome on q over the rows with u > 0.
  private struct Regression {
    let weights: [Double]
    let fitted: [Double]
    let factor: Cholesky
  }

  /// The effect of `sample` by `method`.
  ///
  /// - Parameters:
  ///   - sample: both groups are present.
  ///   - method: without covariates they all agree.
  ///   - largestPropensity: treated rows beyond it count as having no counterpart.
  /// - Returns: the effect and its influences.
  /// - Throws: ``TwoPeriodFailure``.
  static func effect(
    _ sample: TwoPeriodSample, _ method: TwoPeriodMethod, largestPropensity: Double = 0.999
  ) throws(TwoPeriodFailure) -> TwoPeriodEffect {
    var estimation = try TwoPeriodEstimation(sample, method, largestPropensity)
    if sample.later.isEmpty {
      try estimation.addPanel()
    } else {
      try estimation.addCrossSections()
    }
    estimation.addNuisances()
    return TwoPeriodEffect(
      value: estimation.value, influence: estimation.influence,
      largestPropensity: estimation.propensity?.probability.max(),
      dependentCovariates: estimation.q.dependent)
  }

  private init(
    _ sample: TwoPeriodSample, _ method: TwoPeriodMethod, _ limit: Double
  ) throws(TwoPeriodFailure) {
    let n = sample.outcome.count
    guard n > 0 else { throw .emptyGroup }
    for group in [0.0, 1] {
      for period in sample.later.isEmpty ? [0.0] : [0, 1] {
        let isPresent = (0..<n).contains {
          sample.treated[$0] == group && (sample.later.isEmpty || sample.later[$0] == period)
        }
        guard isPresent else { throw .emptyGroup }
      }
    }
    self.sample = sample
    self.method = method
    q = CovariateBasis(rowCount: n, covariates: sample.covariates)
    if method.usesPropensity {
      let score = try PropensityScore(
        q, sample.treated, sample.weights, method == .improved ? .calibration : .likelihood)
      let largest = score.probability.max() ?? 0
      guard largest < limit else { throw .noOverlap(largest: largest) }
      propensity = score
    } else {
      propensity = nil
    }
    influence = [Double](repeating: 0, count: n)
    propensityGradient = [Double](repeating: 0, count: q.columnCount)
  }

  private mutating func addPanel() throws(TwoPeriodFailure) {
    let (d, w, change) = (sample.treated, sample.weights, sample.outcome)
    let onTreated = products(w, d)
    switch method {
    case .regression:
      let regression = try regress(zip(w, d).map { $0 * (1 - $1) })
      add(1, onTreated, change)
      add(-1, onTreated, regressions[regression].fitted, gradients: [(regression, 1)])
    case .weighting:
      add(1, onTreated, change)
      add(-1, comparisonWeights(), change, usesOdds: true)
    case .horvitzThompson:
      add(1, onTreated, change)
      add(-1, comparisonWeights(), change, over: onTreated, usesOdds: true)
    case .doublyRobust, .improved:
      let odds = comparisonWeights()
      let regression = try regress(
        method == .improved ? odds : zip(w, d).map { $0 * (1 - $1) })
      let rest = differences(change, regressions[regression].fitted)
      add(1, onTreated, rest, gradients: [(regression, -1)])
      add(-1, odds, rest, gradients: [(regression, -1)], usesOdds: true)
    }
  }

  private mutating func addCrossSections() throws(TwoPeriodFailure) {
    let (d, w, y) = (sample.treated, sample.weights, sample.outcome)
    let n = y.count
    let onTreated = products(w, d)
    let odds = method.usesPropensity ? comparisonWeights() : []
    for (sign, later) in [(1.0, 1.0), (-1.0, 0.0)] {
      let inPeriod = sample.later.map { $0 == later ? 1.0 : 0 }
      let treatedThen = products(onTreated, inPeriod)
      switch method {
      case .regression:
        let regression = try regress((0..<n).map { w[$0] * (1 - d[$0]) * inPeriod[$0] })
        add(sign, treatedThen, y)
        add(-sign, onTreated, regressions[regression].fitted, gradients: [(regression, 1)])
      case .weighting, .horvitzThompson:
        add(sign, treatedThen, y)
        add(-sign, products(odds, inPeriod), y, usesOdds: true)
      case .doublyRobust, .improved:
        let oddsThen = products(odds, inPeriod)
        let without = try regress(
          method == .improved
            ? oddsThen : (0..<n).map { w[$0] * (1 - d[$0]) * inPeriod[$0] })
        let with = try regress(treatedThen)
        let rest = differences(y, regressions[without].fitted)
        add(sign, treatedThen, rest, gradients: [(without, -1)])
        add(-sign, oddsThen, rest, gradients: [(without, -1)], usesOdds: true)
        let gap = differences(regressions[with].fitted, regressions[without].fitted)
        add(sign, onTreated, gap, gradients: [(with, 1), (without, -1)])
        add(-sign, treatedThen, gap, gradients: [(with, 1), (without, -1)])
      }
    }
  }

  /// w (1 − D) o, none beyond the trimming.
  private func comparisonWeights() -> [Double] {
    guard let propensity else { return [] }
    return sample.weights.indices.map { i in
      sample.treated[i] == 1 || propensity.probability[i] >= Self.trimming
        ? 0 : sample.weights[i] * propensity.odds[i]
    }
  }

  private mutating func regress(_ u: [Double]) throws(TwoPeriodFailure) -> Int {
    let factor = try PropensityScore.factored(q.crossProduct(u), q.columnCount) {
      .singularCovariates
    }
    var beta = factor.solve(q.sum(products(u, sample.outcome)))
    var fitted = q.product(beta)
    // Once more on the residuals: what the normal equations lose comes back.
    let correction = factor.solve(q.sum(products(u, differences(sample.outcome, fitted))))
    for j in beta.indices { beta[j] += correction[j] }
    fitted = q.product(beta)
    regressions.append(Regression(weights: u, fitted: fitted, factor: factor))
    gradients.append([Double](repeating: 0, count: q.columnCount))
    return regressions.count - 1
  }

  /// Adds s·Σvz/Σ`total`, with `total` = v where it is not given.
  private mutating func add(
    _ sign: Double, _ v: [Double], _ z: [Double], over total: [Double]? = nil,
    gradients terms: [(regression: Int, factor: Double)] = [], usesOdds: Bool = false
  ) {
    let sum = (total ?? v).reduce(0, +)
    var numerator = 0.0
    for i in v.indices { numerator += v[i] * z[i] }
    let mean = numerator / sum
    value += sign * mean
    for i in v.indices {
      influence[i] += sign * (v[i] * z[i] - (total ?? v)[i] * mean) / sum
    }
    guard method != .improved, !terms.isEmpty || usesOdds else { return }
    if !terms.isEmpty {
      let direction = q.sum(v)
      for (regression, factor) in terms {
        for j in direction.indices {
          gradients[regression][j] += sign * factor * direction[j] / sum
        }
      }
    }
    if usesOdds {
      // ∂o/∂γ = o·q; the mean is subtracted where v is the denominator too.
      let centre = total == nil ? mean : 0
      let direction = q.sum(v.indices.map { v[$0] * (z[$0] - centre) })
      for j in direction.indices { propensityGradient[j] += sign * direction[j] / sum }
    }
  }

  /// Adds what the estimation of the nuisances contributes to ψ.
  private mutating func addNuisances() {
    guard method != .improved else { return }
    for (regression, gradient) in zip(regressions, gradients) {
      let direction = q.product(regression.factor.solve(gradient))
      for i in influence.indices where regression.weights[i] != 0 {
        influence[i] +=
          regression.weights[i] * (sample.outcome[i] - regression.fitted[i]) * direction[i]
      }
    }
    if let propensity {
      let direction = q.product(propensity.information.solve(propensityGradient))
      for i in influence.indices {
        let score = sample.weights[i] * (sample.treated[i] - propensity.probability[i])
        influence[i] += score * direction[i]
      }
    }
  }

  private func products(_ a: [Double], _ b: [Double]) -> [Double] {
    a.indices.map { a[$0] * b[$0] }
  }

  private func differences(_ a: [Double], _ b: [Double]) -> [Double] {
    a.indices.map { a[$0] - b[$0] }
  }
}
