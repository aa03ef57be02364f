import CaseloadData
import CaseloadMath

/// Fisher scoring for a generalized linear model: least squares on columns that are scaled by the
/// square root of the working weights, with steps that never raise the deviance.
///
/// ```
/// W = w (dμ/dη)²/V(μ),   ρ = sign(dμ/dη) (y − μ) √(w/V(μ))
/// δ = argmin ‖ρ − W^½ X δ‖,   β ← β + δ/2ʰ
/// ```
///
/// ρ is W^½ times the working residual without a division by dμ/dη. The iteration ends when the
/// predicted fall of the deviance, ‖W^½ X δ‖², is rounding error. It moves in an orthonormal basis of
/// the columns, in which nothing cancels in the linear predictor, be the columns years and their
/// squares; the last regression, of W^½(η − o) + ρ, is on the columns themselves.
///
/// - Sources: McCullagh & Nelder, *Generalized Linear Models*, 2nd ed. (1989), §2.5; Marschner
///   (2011), *R Journal* 3(2), 12–15 (halving).
struct ReweightedLeastSquares {
  let x: Matrix
  let y: [Double]
  let weights: [Double]?
  let offset: [Double]?
  var family: ExponentialFamily
  let link: Link
  /// n × p with orthonormal columns.
  private let basis: Matrix

  init(
    x: Matrix, y: [Double], weights: [Double]?, offset: [Double]?, family: ExponentialFamily,
    link: Link
  ) {
    self.x = x
    self.y = y
    self.weights = weights
    self.offset = offset
    self.family = family
    self.link = link
    let zeros = [Double](repeating: 0, count: x.rowCount)
    basis = (try? LeastSquares(x, zeros))?.basis(of: x) ?? x
  }

  static let iterationLimit = 200
  static let halvingLimit = 40
  /// ‖W^½ X δ‖ relative to ‖W^½ η‖; about 500 units in the last place.
  static let relativeTolerance = 1e-13
  /// ‖W^½ X δ‖ in standard errors of the response.
  static let absoluteTolerance = 1e-12
  /// Relative to both: what cancellation between columns leaves of a step at the solution.
  static let roundingTolerance = 1e-10
  /// The fall of the deviance by a step of this many standard errors, 1e-14, is below rounding.
  static let roundingStep = 1e-7

  /// A point of the iteration: everything at one β.
  struct State {
    /// Of the orthonormal basis.
    var basisCoefficients: [Double]
    var linearPredictors: [Double]
    var means: [Link.Mean]
    var deviance: Double
  }

  /// Where the iteration ended.
  struct Solution {
    var state: State
    /// β.
    var coefficients: [Double]
    /// W^½ X at the end.
    var columns: Matrix
    /// The last least squares, on `columns`.
    var leastSquares: LeastSquares
    /// ρ at the end.
    var residuals: [Double]
    var iterations: Int
    var termination: Termination
  }

  /// The iteration from a start to its end.
  ///
  /// - Parameter start: coefficients of the basis to begin at; `nil` begins at means near the data.
  /// - Returns: the last point, converged or not.
  /// - Throws: ``DiagnosticCode/notConverged`` where no coefficients with means inside the family were
  ///   found, or the weighted design lost its rank.
  func solved(from start: [Double]? = nil) throws(Diagnostic) -> Solution {
    let warm = start.flatMap { self.state($0) }
    var state: State
    if let warm { state = warm } else { state = try startingState() }
    var working = Working(self, state)
    var solution = try leastSquares(working)
    var previous = Double.infinity
    for iteration in 0...Self.iterationLimit {
      let size = norm(BLAS.gemv(working.columns, solution.coefficients))
      let noise = scale(working.residuals)
      var termination: Termination?
      if size <= Self.relativeTolerance * working.predictorNorm
        || size <= Self.absoluteTolerance * noise
        || size <= Self.roundingTolerance * (working.predictorNorm + noise)
          && size > 0.9 * previous
      {
        termination = .converged
      } else if iteration == Self.iterationLimit {
        termination = .iterationLimit
      } else if let next = improved(state, by: solution.coefficients) {
        state = next
        previous = size
      } else {
        termination = size <= Self.roundingStep * noise ? .converged : .stalled
      }
      if let termination {
        return try ended(state, working, iterations: iteration, termination)
      }
      working = Working(self, state)
      solution = try leastSquares(working)
    }
    preconditionFailure("the loop returns at its limit")
  }

  /// The last regression, on the columns themselves.
  private func ended(
    _ state: State, _ working: Working, iterations: Int, _ termination: Termination
  ) throws(Diagnostic) -> Solution {
    let columns = x.scalingRows(working.roots)
    let target = y.indices.map { i in
      working.roots[i] * (state.linearPredictors[i] - (offset?[i] ?? 0)) + working.residuals[i]
    }
    let solution = try regression(columns, target)
    return Solution(
      state: state, coefficients: solution.coefficients, columns: columns, leastSquares: solution,
      residuals: working.residuals, iterations: iterations, termination: termination)
  }

  /// The typical size of an element of ρ: 1 for a known dispersion, its root where it is estimated.
  private func scale(_ residuals: [Double]) -> Double {
    family.family.isDispersionKnown
      ? 1 : norm(residuals) / Double(max(1, residuals.count)).squareRoot()
  }

  private func leastSquares(_ working: Working) throws(Diagnostic) -> LeastSquares {
    try regression(working.columns, working.residuals)
  }

  private func regression(_ columns: Matrix, _ target: [Double]) throws(Diagnostic)
    -> LeastSquares
  {
    do {
      return try LeastSquares(columns, target)
    } catch {
      throw Diagnostic(
        .notConverged, .error,
        Text(
          en: "The iteration ran to coefficients at which the data say nothing more of the model.",
          zh: "迭代走到了数据不再提供信息的系数处。"),
        hint: Text(
          en: "Use another link or fewer terms, or scale the columns to similar sizes.",
          zh: "请换用其他联系函数、减少项数，或把各列缩放到相近的量级。"))
    }
  }

  /// The state at `coefficients` of the basis; `nil` where a mean lies outside the family or the deviance has no
  /// value.
  private func state(_ coefficients: [Double]) -> State? {
    var predictors = BLAS.gemv(basis, coefficients)
    if let offset { for i in predictors.indices { predictors[i] += offset[i] } }
    var means: [Link.Mean] = []
    means.reserveCapacity(y.count)
    var deviance = Accumulator()
    for i in y.indices {
      let mean = link.mean(predictors[i])
      guard family.contains(mean) else { return nil }
      means.append(mean)
      deviance.add(product: weights?[i] ?? 1, family.unitDeviance(y[i], mean))
    }
    guard deviance.value.isFinite else { return nil }
    return State(
      basisCoefficients: coefficients, linearPredictors: predictors, means: means,
      deviance: max(0, deviance.value))
  }

  /// The longest of the steps δ, δ/2, δ/4 … that does not raise the deviance.
  private func improved(_ state: State, by step: [Double]) -> State? {
    let allowed = state.deviance + 1e-13 * abs(state.deviance)
    var fraction = 1.0
    for _ in 0...Self.halvingLimit {
      let trial = zip(state.basisCoefficients, step).map { $0 + fraction * $1 }
      if let next = self.state(trial), next.deviance <= allowed { return next }
      fraction *= 0.5
    }
    return nil
  }

  /// One weighted regression of g(μ₀), μ₀ near the data, with R's choice of μ₀.
  private func startingState() throws(Diagnostic) -> State {
    var predictors = [Double](repeating: 0, count: y.count)
    for i in y.indices {
      let w = weights?[i] ?? 1
      let mean =
        switch family.family {
        case .gaussian where link == .log: max(y[i], 0.1)
        case .gaussian where link == .inverse: y[i] == 0 ? 1 : y[i]
        case .gaussian, .gamma: y[i]
        case .poisson, .quasiPoisson: y[i] + 0.1
        case .negativeBinomial: y[i] == 0 ? 1.0 / 6 : y[i]
        case .binomial, .quasiBinomial: (w * y[i] + 0.5) / (w + 1)
        }
      predictors[i] = link.linearPredictor(mean)
    }
    let near = State(
      basisCoefficients: [], linearPredictors: predictors, means: predictors.map(link.mean),
      deviance: .infinity)
    var working = Working(self, near)
    for i in y.indices {
      working.residuals[i] += working.roots[i] * (predictors[i] - (offset?[i] ?? 0))
    }
    let first = try leastSquares(working).coefficients
    if let state = state(first) { return state }
    // Means all alike, or as alike as the columns make them; then towards the first regression.
    let mean = (y.accurateSum / Double(max(1, y.count)))
    let level = link.linearPredictor(mean)
    if level.isFinite,
      let flat = try? LeastSquares(basis, y.indices.map { level - (offset?[$0] ?? 0) })
        .coefficients,
      var base = state(flat)
    {
      if let nearer = improved(base, by: zip(first, flat).map { $0 - $1 }) { base = nearer }
      return base
    }
    throw Diagnostic(
      .notConverged, .error,
      Text(
        en: "No coefficients were found that give every observation a mean that the family "
          + "\(family.family.name.en) has.",
        zh: "没有找到能使每个观测的均值都在\(family.family.name.zh)分布族范围内的系数。"),
      hint: Text(
        en: "Use a link that maps every number to a mean, such as log or logit.",
        zh: "请换用能把任意数映为均值的联系函数，如 log 或 logit。"))
  }

  private func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// The weighted least squares of one iteration.
  private struct Working {
    /// W^½.
    let roots: [Double]
    /// W^½ times the basis.
    let columns: Matrix
    /// ρ.
    var residuals: [Double]
    /// ‖W^½ η‖.
    let predictorNorm: Double

    init(_ problem: ReweightedLeastSquares, _ state: State) {
      let count = problem.y.count
      var roots = [Double](repeating: 0, count: count)
      residuals = roots
      var squares = 0.0
      for i in 0..<count {
        let mean = state.means[i]
        let precision =
          ((problem.weights?[i] ?? 1) / problem.family.variance(mean)).squareRoot()
        roots[i] = precision * abs(mean.derivative)
        let residual = precision * problem.family.residual(problem.y[i], mean)
        residuals[i] = mean.derivative < 0 ? -residual : residual
        let scaled = roots[i] * state.linearPredictors[i]
        squares += scaled * scaled
      }
      columns = problem.basis.scalingRows(roots)
      self.roots = roots
      predictorNorm = squares.squareRoot()
    }
  }
}
