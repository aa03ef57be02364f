import CaseloadMath

/// Which regressors are in the model, and their coefficients: one pass of a Gibbs sampler over the
/// inclusion indicators, the states integrated out.
///
/// With A = X̃ᵀX̃ + Ω⁻¹/σ² and r = X̃ᵀỹ over the members γ, and for a candidate j the Schur complements
/// s = Aⱼⱼ − Aⱼγ A⁻¹ Aγⱼ, s₀ = that of Ω⁻¹/σ², and δ = rⱼ − Aⱼγ A⁻¹ r:
///
/// ```
/// P(γⱼ = 1 | rest) / P(γⱼ = 0 | rest) = π/(1 − π) · (s₀/s)^½ · exp(δ²/2s)
/// β | γ ~ N(A⁻¹r, A⁻¹)
/// ```
///
/// Both Cholesky factors are updated by a row when a regressor enters, and from its row on when one
/// leaves. Rows of X̃ᵀX̃ are computed for members only.
///
/// Letters: p regressors, A, r, s, δ as above, L of A and G of Ω⁻¹, z = L⁻¹r.
///
/// - Source: George & McCulloch (1997), *Statistica Sinica* 7, 339–373, §4; Scott & Varian (2014), §3.2.
struct SpikeAndSlab {
  private let p: Int
  private let forcedCount: Int
  private let logOdds: Double
  private let memory: UnsafeMutablePointer<Double>
  private let slab: UnsafeMutablePointer<Double>
  private let cross: UnsafeMutablePointer<Double>
  private let factor: UnsafeMutablePointer<Double>
  private let slabFactor: UnsafeMutablePointer<Double>
  private let diagonal: UnsafeMutablePointer<Double>
  private let r: UnsafeMutablePointer<Double>
  private let z: UnsafeMutablePointer<Double>
  private let u: UnsafeMutablePointer<Double>
  private let v: UnsafeMutablePointer<Double>
  private let hasRow: UnsafeMutablePointer<Double>
  /// All coefficients, 0 for those that are not in the model.
  let coefficients: UnsafeMutablePointer<Double>
  /// The members in the order of the factors' rows.
  private let order: UnsafeMutablePointer<Int>
  private(set) var memberCount: Int

  /// - Parameters:
  ///   - task: its slab and the probability of inclusion.
  ///   - lent: of ``size(_:)`` numbers, zero.
  ///   - order: of as many whole numbers as there are regressors.
  init(
    _ task: StructuralTask, _ lent: UnsafeMutablePointer<Double>,
    order: UnsafeMutablePointer<Int>
  ) {
    p = task.regressorCount
    forcedCount = task.forcedCount
    logOdds = log(task.inclusion / (1 - task.inclusion))
    memory = lent
    self.order = order
    var next = lent
    func take(_ count: Int) -> UnsafeMutablePointer<Double> {
      defer { next += count }
      return next
    }
    slab = take(p * p)
    cross = take(p * p)
    factor = take(p * p)
    slabFactor = take(p * p)
    diagonal = take(p)
    r = take(p)
    z = take(p)
    u = take(p)
    v = take(p)
    hasRow = take(p)
    coefficients = take(p)
    for (i, value) in task.slab().enumerated() { slab[i] = value }
    for j in 0..<forcedCount { order[j] = j }
    memberCount = forcedCount
  }

  static func size(_ task: StructuralTask) -> Int {
    let p = task.regressorCount
    return 4 * p * p + 7 * p
  }

  /// Puts the regressors for which `isMember` holds into the model, before the first pass.
  mutating func start(with isMember: (Int) -> Bool) {
    memberCount = forcedCount
    for j in forcedCount..<p where isMember(j) {
      order[memberCount] = j
      memberCount += 1
    }
  }

  /// Whether regressor `j` is in the model, as 1 or 0, added to `counts`.
  func count(into counts: inout [Double]) {
    for a in 0..<memberCount { counts[order[a]] += 1 }
  }

  /// One pass over all candidates, and a draw of the coefficients.
  ///
  /// - Parameters:
  ///   - kernel: whitened.
  ///   - observation: σ².
  ///   - draws: one uniform a candidate and one normal a member.
  /// - Returns: βᵀΩ⁻¹β.
  mutating func pass(_ kernel: StateKernel, observation: Double, _ draws: inout RandomStream)
    -> Double
  {
    let (n, w) = (kernel.n, kernel.w)
    for j in 0..<p {
      (diagonal[j], r[j], hasRow[j]) = (0, 0, 0)
    }
    for t in 0..<n {
      let row = kernel.white + t * w
      let y = row[0]
      for j in 0..<p {
        let x = row[j + 1]
        diagonal[j] += x * x
        r[j] += x * y
      }
    }
    for a in 0..<memberCount { setRow(order[a], kernel) }
    rebuild(from: 0, observation)
    for j in forcedCount..<p {
      if let place = (0..<memberCount).first(where: { order[$0] == j }) {
        for a in place..<memberCount - 1 { order[a] = order[a + 1] }
        memberCount -= 1
        rebuild(from: place, observation)
      }
      let uniform = draws.uniform()
      let (s, s0) = complements(j, memberCount, observation)
      guard s > 0, s0 > 0 else { continue }
      var delta = r[j]
      for a in 0..<memberCount { delta -= u[a] * z[a] }
      let log0 = logOdds + 0.5 * (log(s0 / (observation * s)) + delta * delta / s)
      guard uniform < 1 / (1 + exp(-log0)) else { continue }
      setRow(j, kernel)
      order[memberCount] = j
      append(s, s0, delta)
    }
    for j in 0..<p { coefficients[j] = 0 }
    // β = L⁻ᵀ(z + e), e standard normal.
    for a in 0..<memberCount { u[a] = z[a] + draws.normal() }
    for a in stride(from: memberCount - 1, through: 0, by: -1) {
      var sum = u[a]
      for b in (a + 1)..<max(a + 1, memberCount) { sum -= factor[b * p + a] * u[b] }
      u[a] = sum / factor[a * p + a]
      coefficients[order[a]] = u[a]
    }
    var quadratic = 0.0
    for b in 0..<memberCount {
      var sum = 0.0
      for a in b..<memberCount { sum += slabFactor[a * p + b] * u[a] }
      quadratic += sum * sum
    }
    return quadratic
  }

  /// Row j of X̃ᵀX̃.
  private func setRow(_ j: Int, _ kernel: StateKernel) {
    guard hasRow[j] == 0 else { return }
    hasRow[j] = 1
    let (w, row) = (kernel.w, cross + j * p)
    for i in 0..<p { row[i] = 0 }
    for t in 0..<kernel.n {
      let x = kernel.white + t * w + 1
      let value = x[j]
      for i in 0..<p { row[i] += value * x[i] }
    }
  }

  /// Leaves L⁻¹Aγⱼ in `u` and that of Ω⁻¹ in `v`, for the first `count` members.
  private func complements(_ j: Int, _ count: Int, _ observation: Double) -> (
    s: Double, s0: Double
  ) {
    var s = diagonal[j] + slab[j * p + j] / observation
    var s0 = slab[j * p + j]
    let least = 1e-12 * s0
    for a in 0..<count {
      let i = order[a]
      let prior = slab[i * p + j]
      var (first, second) = (cross[i * p + j] + prior / observation, prior)
      for b in 0..<a {
        first -= factor[a * p + b] * u[b]
        second -= slabFactor[a * p + b] * v[b]
      }
      u[a] = first / factor[a * p + a]
      v[a] = second / slabFactor[a * p + a]
      s -= u[a] * u[a]
      s0 -= v[a] * v[a]
    }
    return (s, s0 > least ? s0 : 0)
  }

  /// Appends the row in `u` and `v` to both factors.
  private mutating func append(_ s: Double, _ s0: Double, _ delta: Double) {
    let k = memberCount
    for a in 0..<k {
      factor[k * p + a] = u[a]
      slabFactor[k * p + a] = v[a]
    }
    let root = s.squareRoot()
    factor[k * p + k] = root
    slabFactor[k * p + k] = s0.squareRoot()
    z[k] = delta / root
    memberCount += 1
  }

  /// Factors the members' rows from place `start` on.
  private mutating func rebuild(from start: Int, _ observation: Double) {
    let count = memberCount
    memberCount = start
    for place in start..<count {
      let j = order[place]
      let (s, s0) = complements(j, memberCount, observation)
      // Members that repeat others drop out.
      guard s > 0, s0 > 0 else { continue }
      var delta = r[j]
      for a in 0..<memberCount { delta -= u[a] * z[a] }
      order[memberCount] = j
      append(s, s0, delta)
    }
  }
}
