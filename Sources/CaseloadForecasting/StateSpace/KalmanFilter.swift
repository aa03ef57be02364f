import CaseloadMath

/// The exact diffuse Kalman filter of one series, and the memory that its passes use.
///
/// ```
/// vₜ = yₜ − Zₜ aₜ       M = P Zₜᵀ,  Fₜ = Zₜ M + H,  k = M/F
/// aₜ₊₁ = T(aₜ + k v)    Pₜ₊₁ = T(P − k Mᵀ)Tᵀ + R Q Rᵀ
/// ```
///
/// and while P∞ is not yet zero, with M∞ = P∞ Zᵀ, F∞ = Z M∞ > 0, k = M∞/F∞, k* = (M − k F)/F∞,
///
/// ```
/// aₜ₊₁ = T(aₜ + k v)    P∞ ← T(P∞ − k M∞ᵀ)Tᵀ
/// Pₜ₊₁ = T(P − k Mᵀ − M kᵀ + k kᵀ F)Tᵀ + R Q Rᵀ
/// ```
///
/// where F∞ = 0 the first line's update of a and P is made and P∞ only propagated. A missing value
/// updates nothing. Here k is the gain of the filtered state: the book's K is T k, its K⁽¹⁾ is T k*.
///
/// **Likelihood.** The exact diffuse one, with the constant −n/2 ln 2π over all n observed values,
/// the diffuse ones with it:
///
/// ```
/// ln L = −n/2 ln 2π − ½ Σ_{diffuse} ln F∞ − ½ Σ_{others} (ln F + v²/F)
/// ```
///
/// Each F∞ > 0 lowers the rank of P∞ by one; at rank 0, P∞ is set to zero, so that no rounding error
/// is taken for a diffuse state. Once P repeats itself and nothing is missing, gain and F are reused.
///
/// - Source: Durbin & Koopman (2012), §4.3, §5.2 (eqs. 5.9–5.15), §7.2.2 (eq. 7.4).
public struct KalmanFilter: Sendable {
  public let stateCount: Int
  public let length: Int
  /// What the last pass found.
  public internal(set) var summary = FilterSummary()
  let layout: FilterLayout
  var arena: [Double]
  /// P∞ before each period of the diffuse phase, kept with the states.
  var diffuseVariances: [Double] = []

  /// Memory for models of `stateCount` states over `length` periods; with `keepsStates` the states
  /// and their variances of all periods are kept, which the smoother needs and a likelihood does not.
  public init(stateCount: Int, length: Int, keepsStates: Bool = false) {
    self.stateCount = stateCount
    self.length = length
    layout = FilterLayout(m: stateCount, n: length, keepsStates: keepsStates)
    arena = [Double](repeating: 0, count: layout.size)
  }

  /// A filter over `values` that is ready to run; NaN where missing.
  public init(_ values: [Double], stateCount: Int, keepsStates: Bool = false) {
    self.init(stateCount: stateCount, length: values.count, keepsStates: keepsStates)
    load(values)
  }

  /// Takes other values; NaN where missing.
  public mutating func load(_ values: [Double]) {
    precondition(values.count == length, "\(length) values")
    for t in values.indices { arena[layout.y + t] = values[t] }
  }

  /// Filters the loaded values.
  ///
  /// - Precondition: a model of this many states, with regressors for all periods.
  @discardableResult
  public mutating func run(_ model: StateSpaceModel) -> FilterSummary {
    precondition(model.stateCount == stateCount, "\(stateCount) states")
    precondition(
      model.regressors.count >= length * model.regressorStates.count, "regressors for all periods")
    let layout = layout
    var history: [Double] = []
    let summary = arena.withUnsafeMutableBufferPointer { arena -> FilterSummary in
      guard let base = arena.baseAddress else { return FilterSummary() }
      return model.withSystem { system in
        FilterPass(system: system, layout: layout, base: base).forward(&history)
      }
    }
    diffuseVariances = history
    self.summary = summary
    return summary
  }

  /// v of each period; NaN where a value is missing, and in the diffuse phase, where it has no
  /// variance.
  public var innovations: [Double] {
    (0..<length).map { t in
      arena[layout.finf + t] > 0 || arena[layout.f + t].isNaN ? .nan : arena[layout.v + t]
    }
  }

  /// F of each period, in the same way.
  public var innovationVariances: [Double] {
    (0..<length).map { arena[layout.finf + $0] > 0 ? .nan : arena[layout.f + $0] }
  }

  /// aₙ|ₙ, the state in the last period given all values.
  public var lastMean: [Double] { Array(arena[layout.gain..<layout.gain + stateCount]) }
  /// aₙ₊₁, the state after the last period as predicted for the next.
  public var nextMean: [Double] { Array(arena[layout.a..<layout.a + stateCount]) }
  /// Pₙ₊₁, row by row.
  public var nextVariance: [Double] {
    Array(arena[layout.p..<layout.p + stateCount * stateCount])
  }
}

/// What a pass of the filter found.
public struct FilterSummary: Sendable, Equatable {
  /// Σ ln F, with F∞ in place of F where that is positive.
  public internal(set) var logDeterminant = 0.0
  /// Σ v²/F outside the diffuse phase.
  public internal(set) var squares = 0.0
  /// n: how many values were observed.
  public internal(set) var observationCount = 0
  /// d: how many of them only served to find diffuse states.
  public internal(set) var diffuseCount = 0
  /// How many diffuse states the data left undetermined.
  public internal(set) var undeterminedCount = 0
  /// Some F was not positive: the model gives these data no density.
  public internal(set) var isDegenerate = false

  /// The exact diffuse log-likelihood of the model as it stands.
  public var logLikelihood: Double {
    guard !isDegenerate else { return -.infinity }
    return -0.5 * (Double(observationCount) * log(2 * .pi) + logDeterminant + squares)
  }

  /// σ̂² = Σ v²/F / (n − d), where all variances of the model are in units of σ².
  public var scale: Double { squares / Double(max(1, observationCount - diffuseCount)) }

  /// The log-likelihood at σ² = ``scale``.
  ///
  /// - Source: Durbin & Koopman (2012), eq. 2.63 in general.
  public var concentratedLogLikelihood: Double {
    guard !isDegenerate, squares > 0 else { return isDegenerate ? -.infinity : .infinity }
    let free = Double(observationCount - diffuseCount)
    let constant = Double(observationCount) * log(2 * .pi)
    return -0.5 * (constant + free * (1 + log(squares / free)) + logDeterminant)
  }
}

/// Where each part of a filter's memory begins.
struct FilterLayout: Sendable {
  let m: Int
  let n: Int
  let keepsStates: Bool
  /// Over time: the values, v, F, F∞, and the gains k and k*.
  let y: Int
  let v: Int
  let f: Int
  let finf: Int
  let k: Int
  let kStar: Int
  /// Vectors and matrices of one period.
  let a: Int
  let aNext: Int
  let gain: Int
  let gainInf: Int
  let p: Int
  let pNext: Int
  let pInf: Int
  let pInfNext: Int
  let w: Int
  /// Kept over time: a and P.
  let states: Int
  let variances: Int
  let size: Int

  init(m: Int, n: Int, keepsStates: Bool) {
    self.m = m
    self.n = n
    self.keepsStates = keepsStates
    var next = 0
    func take(_ count: Int) -> Int {
      defer { next += count }
      return next
    }
    y = take(n)
    v = take(n)
    f = take(n)
    finf = take(n)
    k = take(n * m)
    kStar = take(n * m)
    a = take(m)
    aNext = take(m)
    gain = take(m)
    gainInf = take(m)
    p = take(m * m)
    pNext = take(m * m)
    pInf = take(m * m)
    pInfNext = take(m * m)
    w = take(m * m)
    states = take(keepsStates ? n * m : 0)
    variances = take(keepsStates ? n * m * m : 0)
    size = next + 1
  }
}
