import CaseloadData
import CaseloadMath

/// Which components a structural model has, once every automatic choice is made.
struct StructuralForm: Codable, Sendable, Equatable {
  enum Trend: String, Codable, Sendable { case level, localLinear, smooth, damped }
  enum Season: String, Codable, Sendable { case none, dummy, trigonometric }
  /// What a variance belongs to.
  enum Source: String, Codable, Sendable { case irregular, level, slope, season, cycle }

  var trend: Trend
  var season: Season
  var hasCycle = false
  /// s.
  var seasonLength: Int
  var regressorCount = 0

  /// The variances of the model, in the order in which parameters are kept.
  var sources: [Source] {
    var list: [Source] = [.irregular]
    if trend != .smooth { list.append(.level) }
    if trend != .level { list.append(.slope) }
    if season != .none { list.append(.season) }
    if hasCycle { list.append(.cycle) }
    return list
  }

  var hasSlope: Bool { trend != .level }
  var isDamped: Bool { trend == .damped }
  /// Where the states of each component begin: level, slope, season, cycle, regressors.
  var seasonStart: Int { hasSlope ? 2 : 1 }
  var seasonStates: Int { season == .none ? 0 : seasonLength - 1 }
  var cycleStart: Int { seasonStart + seasonStates }
  var regressorStart: Int { cycleStart + (hasCycle ? 2 : 0) }
  var stateCount: Int { regressorStart + regressorCount }
  /// d: the states that start without any knowledge; all but the cycle.
  var diffuseCount: Int { stateCount - (hasCycle ? 2 : 0) }
  /// How many numbers are searched for: variances, damping, and the cycle's damping and period.
  var searchedCount: Int { sources.count + (isDamped ? 1 : 0) + (hasCycle ? 2 : 0) }
  /// The fewest observed values that leave one degree of freedom.
  var minimumObservations: Int { diffuseCount + searchedCount + 1 }

  /// λⱼ = 2πj/s of the trigonometric season.
  var harmonics: [Double] {
    (1...max(1, seasonLength / 2)).map { 2 * .pi * Double($0) / Double(seasonLength) }
  }

  /// `local linear trend + dummy season + cycle + 2 regressors`.
  var description: String {
    var parts: [String] = []
    switch trend {
    case .level: parts.append("local level")
    case .localLinear: parts.append("local linear trend")
    case .smooth: parts.append("smooth trend")
    case .damped: parts.append("damped trend")
    }
    switch season {
    case .none: break
    case .dummy: parts.append("dummy season[\(seasonLength)]")
    case .trigonometric: parts.append("trigonometric season[\(seasonLength)]")
    }
    if hasCycle { parts.append("cycle") }
    if regressorCount > 0 {
      parts.append("\(regressorCount) regressor" + (regressorCount > 1 ? "s" : ""))
    }
    return parts.joined(separator: " + ")
  }
}

/// The numbers of a structural model; variances in units of a common σ².
struct StructuralParameters: Codable, Sendable, Equatable {
  /// One a source of the form, in its order.
  var variances: [Double]
  /// φ.
  var damping = 1.0
  /// ρ and λ.
  var cycleDamping = 0.0
  var cycleFrequency = 0.0
}

/// A structural model as matrices, and where its parameters stand in them.
///
/// ```
/// yₜ = μₜ + γₜ + ψₜ + xₜᵀ β + εₜ
/// μₜ₊₁ = μₜ + νₜ + ξₜ,  νₜ₊₁ = φ νₜ + ζₜ
/// dummy:          γₜ₊₁ = −γₜ − … − γₜ₋ₛ₊₂ + ωₜ
/// trigonometric:  γₜ = Σⱼ γⱼₜ,  [γⱼ, γⱼ*]ₜ₊₁ = C(λⱼ) [γⱼ, γⱼ*]ₜ + [ωⱼ, ωⱼ*]ₜ
/// cycle:          [ψ, ψ*]ₜ₊₁ = ρ C(λ) [ψ, ψ*]ₜ + [κ, κ*]ₜ,   C(λ) = (cos λ, sin λ; −sin λ, cos λ)
/// ```
///
/// The cycle starts from its stationary distribution, with the variance σ²κ/(1 − ρ²); all else is
/// diffuse. The harmonics share one variance.
///
/// - Source: Durbin & Koopman (2012), eqs. 3.2–3.8, 3.13; Harvey (1989), §2.3.
struct StructuralSystem: Sendable {
  let form: StructuralForm
  private(set) var model: StateSpaceModel
  /// The disturbances of each source but the irregular, which has H.
  let disturbances: [[Int]]

  /// The model of `form` with `regressors`, row by row.
  init(_ form: StructuralForm, regressors: [Double] = []) {
    self.form = form
    let m = form.stateCount
    var entries: [(row: Int, column: Int, value: Double)] = [(0, 0, 1)]
    var observation = [Double](repeating: 0, count: m)
    observation[0] = 1
    var loadings: [[(state: Int, coefficient: Double)]] = []
    var groups: [[Int]] = []
    func disturb(_ states: [Int]) {
      groups.append(
        states.map { state in
          loadings.append([(state, 1)])
          return loadings.count - 1
        })
    }
    if form.trend != .smooth { disturb([0]) }
    if form.hasSlope {
      entries += [(0, 1, 1), (1, 1, 1)]
      disturb([1])
    }
    let start = form.seasonStart
    switch form.season {
    case .none: break
    case .dummy:
      observation[start] = 1
      for j in 0..<form.seasonStates { entries.append((start, start + j, -1)) }
      for j in 1..<max(1, form.seasonStates) { entries.append((start + j, start + j - 1, 1)) }
      disturb([start])
    case .trigonometric:
      for (j, frequency) in form.harmonics.enumerated() {
        let state = start + 2 * j
        observation[state] = 1
        let isLast = state + 1 == start + form.seasonStates
        let (c, s) = isLast ? (-1, 0) : (cos(frequency), sin(frequency))
        entries.append((state, state, c))
        guard !isLast else { continue }
        entries += [(state, state + 1, s), (state + 1, state, -s), (state + 1, state + 1, c)]
      }
      disturb(Array(start..<start + form.seasonStates))
    }
    var isDiffuse = [Bool](repeating: true, count: m)
    var changing: Set<Int> = form.isDamped ? [1] : []
    if form.hasCycle {
      let c = form.cycleStart
      observation[c] = 1
      entries += [(c, c, 0.5), (c, c + 1, 0.5), (c + 1, c, -0.5), (c + 1, c + 1, 0.5)]
      disturb([c, c + 1])
      isDiffuse[c] = false
      isDiffuse[c + 1] = false
      changing.formUnion([c, c + 1])
    }
    for r in form.regressorStart..<m { entries.append((r, r, 1)) }
    disturbances = groups
    model = StateSpaceModel(
      transition: SparseTransition(order: m, entries: entries, parameters: changing),
      observation: observation, loadings: loadings, isDiffuse: isDiffuse,
      regressorCount: form.regressorCount, regressors: regressors)
  }

  /// Writes `parameters` into the matrices.
  mutating func apply(_ parameters: StructuralParameters) {
    model.observationVariance = parameters.variances[0]
    for (group, variance) in zip(disturbances, parameters.variances.dropFirst()) {
      for j in group { model.disturbanceVariances[j] = variance }
    }
    if form.isDamped { model.transition[1, 1] = parameters.damping }
    if form.hasCycle {
      let (c, m) = (form.cycleStart, form.stateCount)
      let rho = parameters.cycleDamping
      let (real, imaginary) = (
        rho * cos(parameters.cycleFrequency), rho * sin(parameters.cycleFrequency)
      )
      model.transition[c, c] = real
      model.transition[c, c + 1] = imaginary
      model.transition[c + 1, c] = -imaginary
      model.transition[c + 1, c + 1] = real
      let variance = (parameters.variances.last ?? 0) / (1 - rho * rho)
      model.initialVariance[c * m + c] = variance
      model.initialVariance[(c + 1) * m + c + 1] = variance
    }
  }
}
