import CaseloadMath

/// The derivatives of the log-likelihood in all variances, from one backward pass.
///
/// ```
/// ∂ln L/∂H  = ½ Σₜ (uₜ²/σ² − Dₜ)                     u = v/F − Kᵀ r,  D = 1/F + Kᵀ N K
/// ∂ln L/∂Qⱼ = ½ Σₜ ((Rⱼᵀ rₜ)²/σ² − Rⱼᵀ Nₜ Rⱼ)
/// ∂ln L/∂P₁ = ½ (r₀ r₀ᵀ/σ² − N₀)
/// ```
///
/// r and N are the recursions of the disturbance smoother. In the diffuse phase v/F and 1/F drop out
/// of u and D where F∞ > 0. All variances are in units of σ²: with σ² the filter's scale these are
/// the derivatives of the concentrated likelihood, with σ² = 1 of the likelihood itself.
///
/// - Source: Koopman & Shephard (1992), *Biometrika* 79, 823–826; Durbin & Koopman (2012), §7.3.3,
///   §4.5, §5.4.
struct LikelihoodScore: Sendable {
  /// ∂ln L/∂H.
  private(set) var observation = 0.0
  /// ∂ln L/∂Qⱼ, one a disturbance.
  private(set) var disturbances: [Double]
  /// r₀, and the diagonal of N₀.
  private(set) var initial: [Double]
  private(set) var initialInformation: [Double]
  private var work: [Double]
  private let stateCount: Int
  /// Rⱼ, all columns one after the other.
  private let loadingStarts: [Int]
  private let loadingStates: [Int]
  private let loadingCoefficients: [Double]
  /// T as it was last, and its transpose where that is needed.
  private var transition: SparseTransition
  private var transposed: SparseTransition?

  init(_ model: StateSpaceModel) {
    stateCount = model.stateCount
    disturbances = [Double](repeating: 0, count: model.loadings.count)
    initial = [Double](repeating: 0, count: stateCount)
    initialInformation = initial
    work = [Double](repeating: 0, count: stateCount * (3 + 3 * stateCount))
    transition = model.transition
    transposed = transition.isMostlyCopies ? nil : transition.transposed
    var starts = [0]
    for column in model.loadings { starts.append(starts[starts.count - 1] + column.count) }
    loadingStarts = starts
    loadingStates = model.loadings.flatMap { $0.map(\.state) }
    loadingCoefficients = model.loadings.flatMap { $0.map(\.coefficient) }
  }

  /// Goes backward over what `filter` found for `model`.
  ///
  /// - Parameters:
  ///   - filter: has just run the model.
  ///   - model: of the structure that this was made for.
  ///   - scale: σ².
  mutating func run(_ filter: inout KalmanFilter, _ model: StateSpaceModel, scale: Double) {
    let m = stateCount
    if transposed != nil, model.transition != transition {
      transition = model.transition
      transposed = transition.transposed
    }
    let layout = filter.layout
    // Out of self while it is lent, so that the sums can be written.
    var memory: [Double] = []
    swap(&memory, &work)
    defer { swap(&memory, &work) }
    var totals = disturbances
    for j in totals.indices { totals[j] = 0 }
    let observation = model.withSystem(transposed: transposed) { system in
      filter.arena.withUnsafeMutableBufferPointer { arena in
        memory.withUnsafeMutableBufferPointer { memory in
          withLoadings { loadings in
            totals.withUnsafeMutableBufferPointer { totals -> Double in
              guard let base = arena.baseAddress, let r = memory.baseAddress else { return 0 }
              return Self.sweep(
                system, layout, base, work: r, loadings, totals, weight: 1 / scale)
            }
          }
        }
      }
    }
    for i in 0..<m {
      initial[i] = memory[i]
      initialInformation[i] = memory[3 * m + i * (m + 1)]
    }
    self.observation = 0.5 * observation
    for j in disturbances.indices { disturbances[j] = 0.5 * totals[j] }
  }

  /// The columns of R on borrowed memory.
  private struct Loadings {
    let starts: UnsafeBufferPointer<Int>
    let states: UnsafeBufferPointer<Int>
    let coefficients: UnsafeBufferPointer<Double>
  }

  private func withLoadings<R>(_ body: (Loadings) -> R) -> R {
    loadingStarts.withUnsafeBufferPointer { starts in
      loadingStates.withUnsafeBufferPointer { states in
        loadingCoefficients.withUnsafeBufferPointer { coefficients in
          body(Loadings(starts: starts, states: states, coefficients: coefficients))
        }
      }
    }
  }

  /// The backward pass: leaves r₀ and N₀ at the front of `work`, adds to `totals`, and returns
  /// Σ (u²/σ² − D).
  private static func sweep(
    _ system: SystemPointers, _ layout: FilterLayout, _ base: UnsafeMutablePointer<Double>,
    work r: UnsafeMutablePointer<Double>, _ loadings: Loadings,
    _ totals: UnsafeMutableBufferPointer<Double>, weight: Double
  ) -> Double {
    let m = layout.m
    let (b, g) = (r + m, r + 2 * m)
    var (information, next) = (r + 3 * m, r + 3 * m + m * m)
    let w = r + 3 * m + 2 * m * m
    var observation = 0.0
    for i in 0..<m { r[i] = 0 }
    for i in 0..<m * m { information[i] = 0 }
    for t in stride(from: layout.n - 1, through: 0, by: -1) {
      if t < layout.n - 1 { accumulate(totals, loadings, r, information, m, weight) }
      system.transition.multiplyTransposed(r, into: b)
      if let backward = system.transposed {
        backward.congruence(information, into: next, scratch: w)
      } else {
        system.transition.transposedCongruence(information, into: next, scratch: w)
      }
      let f = base[layout.f + t]
      if !f.isNaN {
        let isDiffuse = base[layout.finf + t] > 0
        let k = UnsafePointer(base + layout.k + t * m)
        var e = isDiffuse ? 0 : base[layout.v + t] / f
        var d = isDiffuse ? 0 : 1 / f
        // g = N k by columns, which vectorizes where a sum of products does not.
        for i in 0..<m { g[i] = 0 }
        for j in 0..<m {
          let (kj, row) = (k[j], next + j * m)
          for i in 0..<m { g[i] += kj * row[i] }
        }
        for i in 0..<m {
          e -= k[i] * b[i]
          d += k[i] * g[i]
        }
        observation += e * e * weight - d
        system.addRow(e, t, to: b)
        system.bordered(next, g, d, t)
      }
      for i in 0..<m { r[i] = b[i] }
      swap(&information, &next)
    }
    if information != r + 3 * m { for i in 0..<m * m { (r + 3 * m)[i] = information[i] } }
    return observation
  }

  /// (Rⱼᵀ r)²/σ² − Rⱼᵀ N Rⱼ of each disturbance, added to `totals`.
  @inline(__always)
  private static func accumulate(
    _ totals: UnsafeMutableBufferPointer<Double>, _ loadings: Loadings, _ r: UnsafePointer<Double>,
    _ information: UnsafePointer<Double>, _ m: Int, _ weight: Double
  ) {
    for j in 0..<totals.count {
      let (first, end) = (loadings.starts[j], loadings.starts[j + 1])
      var (score, variance) = (0.0, 0.0)
      for x in first..<end {
        let (state, coefficient) = (loadings.states[x], loadings.coefficients[x])
        score += coefficient * r[state]
        let row = information + state * m
        for y in first..<end {
          variance += coefficient * loadings.coefficients[y] * row[loadings.states[y]]
        }
      }
      totals[j] += score * score * weight - variance
    }
  }
}
