import CaseloadMath

/// A linear Gaussian state space model of one series.
///
/// ```
/// yₜ   = Zₜ αₜ + εₜ        εₜ ~ N(0, H)             observation
/// αₜ₊₁ = T αₜ + R ηₜ       ηₜ ~ N(0, Q), Q diagonal  state
/// α₁   ~ N(a₁, P₁ + κ P∞),   κ → ∞                   start
/// ```
///
/// Zₜ is a constant row plus, for the last states, a row that changes with t: regressors, whose
/// coefficients are states that stay as they are. P∞ is diagonal with ones for the diffuse states.
///
/// - Source: Durbin & Koopman (2012), eqs. 3.1, 5.1, 5.2, 6.2.
public struct StateSpaceModel: Sendable, Equatable {
  /// T.
  public internal(set) var transition: SparseTransition
  /// The states that the constant part of Z reads, with their weights.
  let observedStates: [Int]
  let observedWeights: [Double]
  /// The states that the changing part of Z reads: the last ones.
  public let regressorStates: Range<Int>
  /// That part of Z, row by row: one row a period.
  public private(set) var regressors: [Double]
  /// H.
  public var observationVariance: Double
  /// The columns of R as (state, coefficient), one column a disturbance.
  let loadings: [[(state: Int, coefficient: Double)]]
  /// The diagonal of Q.
  public var disturbanceVariances: [Double]
  /// a₁.
  public var initialMean: [Double]
  /// P₁, row by row.
  public var initialVariance: [Double]
  /// The diagonal of P∞.
  public var isDiffuse: [Bool]

  public var stateCount: Int { transition.order }

  /// - Parameters:
  ///   - transition: T.
  ///   - observation: the constant part of Z, one weight a state.
  ///   - loadings: the columns of R as (state, coefficient).
  ///   - isDiffuse: which states start without any knowledge; the others start at 0.
  ///   - regressorCount: how many of the last states are coefficients of regressors.
  ///   - regressors: their values, row by row, one row a period.
  init(
    transition: SparseTransition, observation: [Double],
    loadings: [[(state: Int, coefficient: Double)]], isDiffuse: [Bool], regressorCount: Int = 0,
    regressors: [Double] = []
  ) {
    let m = transition.order
    precondition(observation.count == m && isDiffuse.count == m, "one of each a state")
    self.transition = transition
    observedStates = observation.indices.filter { observation[$0] != 0 }
    observedWeights = observation.filter { $0 != 0 }
    regressorStates = (m - regressorCount)..<m
    self.regressors = regressors
    observationVariance = 1
    self.loadings = loadings
    disturbanceVariances = [Double](repeating: 1, count: loadings.count)
    initialMean = [Double](repeating: 0, count: m)
    initialVariance = [Double](repeating: 0, count: m * m)
    self.isDiffuse = isDiffuse
  }

  /// A model from dense matrices, as a text writes them.
  ///
  /// - Parameters:
  ///   - Z: the constant part of the observation row.
  ///   - H: the observation variance.
  ///   - T: the transition, row by row.
  ///   - R: the disturbances' loadings, row by row.
  ///   - Q: the disturbances' variances.
  ///   - isDiffuse: which states start without any knowledge; the others start at 0.
  ///   - regressors: the changing part of the observation row, one array a period; its coefficients
  ///     are the last states.
  public init(
    Z: [Double], H: Double, T: [[Double]], R: [[Double]], Q: [Double], isDiffuse: [Bool],
    regressors: [[Double]] = []
  ) {
    self.init(
      transition: SparseTransition(T), observation: Z,
      loadings: Q.indices.map { j in
        R.indices.filter { R[$0][j] != 0 }.map { ($0, R[$0][j]) }
      }, isDiffuse: isDiffuse, regressorCount: regressors.first?.count ?? 0,
      regressors: regressors.flatMap { $0 })
    observationVariance = H
    disturbanceVariances = Q
  }

  /// The same model with other regressors, row by row.
  func replacing(regressors: [Double]) -> StateSpaceModel {
    var copy = self
    copy.regressors = regressors
    return copy
  }

  /// The same model started by a known state *before* the first period: α₀ ~ N(a₀, P₀), as R's
  /// `KalmanLike` and `StructTS` start it; `mean` is a₀, and `variance` P₀, row by row.
  public func started(beforeFirst mean: [Double], variance: [Double]) -> StateSpaceModel {
    var copy = self
    let m = stateCount
    copy.isDiffuse = [Bool](repeating: false, count: m)
    var next = [Double](repeating: 0, count: m * m)
    var state = [Double](repeating: 0, count: m)
    var scratch = [Double](repeating: 0, count: m * m)
    transition.withKernel { kernel in
      mean.withUnsafeBufferPointer { from in
        state.withUnsafeMutableBufferPointer { to in
          // The buffers are not empty: a model has states.
          guard let from = from.baseAddress, let to = to.baseAddress else { return }
          kernel.multiply(from, into: to)
        }
      }
      variance.withUnsafeBufferPointer { from in
        next.withUnsafeMutableBufferPointer { to in
          scratch.withUnsafeMutableBufferPointer { w in
            guard let from = from.baseAddress, let to = to.baseAddress, let w = w.baseAddress
            else { return }
            kernel.congruence(from, into: to, scratch: w)
          }
        }
      }
    }
    addDisturbances(to: &next)
    copy.initialMean = state
    copy.initialVariance = next
    return copy
  }

  /// R Q Rᵀ, added to `p`.
  func addDisturbances(to p: inout [Double]) {
    let m = stateCount
    for (column, variance) in zip(loadings, disturbanceVariances) where variance != 0 {
      for (i, a) in column {
        for (j, b) in column { p[i * m + j] += variance * a * b }
      }
    }
  }

  /// Zₜ as a full row; t counts from 0.
  func observationRow(_ t: Int) -> [Double] {
    var row = [Double](repeating: 0, count: stateCount)
    for (state, weight) in zip(observedStates, observedWeights) { row[state] = weight }
    let count = regressorStates.count
    for k in 0..<count { row[regressorStates.lowerBound + k] += regressors[t * count + k] }
    return row
  }

  public static func == (a: StateSpaceModel, b: StateSpaceModel) -> Bool {
    a.transition == b.transition && a.observedStates == b.observedStates
      && a.observedWeights == b.observedWeights && a.regressorStates == b.regressorStates
      && a.regressors == b.regressors && a.observationVariance == b.observationVariance
      && a.disturbanceVariances == b.disturbanceVariances && a.initialMean == b.initialMean
      && a.initialVariance == b.initialVariance && a.isDiffuse == b.isDiffuse
      && a.loadings.elementsEqual(b.loadings) { $0.elementsEqual($1) { $0 == $1 } }
  }
}
