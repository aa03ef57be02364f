import CaseloadData
import CaseloadMath

/// The counterfactual of every treated cell, and what averages of their effects are made of.
///
/// ```
/// level:    τ_it = y_it − ŷ_it,          average = Σ p_it τ_it,           p = w / Σ w
/// Poisson:  average = log(Σ w y / Σ w μ̂)  over the treated cells of the average
/// ψ_c = Σ_{untreated in c} v_it ε_it + Σ_g (B_cg − A_cg τ̄_g),   v = −ω z*ᵀ(Z*ᵀΩZ*)⁻¹ Σ p z*
/// τ̄_g = Σ_c A_cg B_cg / Σ_c A_cg²
/// ```
///
/// z* holds a unit's own columns too. A and B are Σ p and Σ p τ over the cells of cluster c in group
/// g (for Poisson Σ w μ̂ and Σ w y, over Σ w y of the average). As ε is orthogonal to the units' own
/// columns, the first sum needs only Σ ω z ε and one solution of the small system.
///
/// - Source: Borusyak, Jaravel & Spiess (2024), theorem 3 and equation (8).
struct ImputationFit {
  let grid: StudyGrid
  let system: ImputationSystem
  let isPoisson: Bool
  let leavesOut: Bool
  /// ε in untreated cells, τ (or, for Poisson, nothing of use) in treated ones.
  let residuals: [Double]
  /// μ̂ in treated cells; Poisson only.
  let means: [Double]
  /// The treated cells whose counterfactual is determined, by rising cell number.
  let treated: [Int]
  /// Treated cells that are observed and whose counterfactual is not determined.
  let undetermined: [Int]
  let groups: ImputationGroups
  /// Σ ω z ε: clusters × parameters.
  let scores: Matrix

  /// The average effect over some treated cells.
  struct Average {
    let value: Double
    let influence: [Double]
  }

  /// - Parameters:
  ///   - grid: with missing covariates' cells taken out.
  ///   - options: of the design.
  /// - Throws: where no treated cell's counterfactual is determined.
  init(_ grid: StudyGrid, _ options: Imputation) throws(Diagnostic) {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    let cells = n * periods
    var isTreated = [Bool](repeating: false, count: cells)
    var weights = [Double](repeating: 0, count: cells)
    for i in 0..<n {
      let start = min(max(grid.cohort[i], 0), periods)
      for t in 0..<periods where !grid.outcome[i * periods + t].isNaN {
        if t >= start {
          isTreated[i * periods + t] = true
        } else {
          weights[i * periods + t] = grid.weights[i]
        }
      }
    }
    isPoisson = options.family == .poisson
    leavesOut = options.leaveOneOut
    if isPoisson {
      let poisson = try ImputationPoisson(
        grid, weights: weights, isTreated: isTreated, regressors: grid.covariates)
      system = poisson.system
      residuals = poisson.residuals
      means = poisson.means
      isTreated = poisson.isTreated
    } else {
      system = ImputationSystem(
        unitCount: n, periodCount: periods, weights: weights, regressors: grid.covariates,
        hasSlopes: options.unitTrends)
      var e = Self.centered(grid, weights)
      _ = system.project(&e)
      _ = system.project(&e)
      residuals = e
      means = []
    }
    let isDetermined = system.isDetermined(isTreated)
    treated = (0..<cells).filter { isDetermined[$0] }
    undetermined = (0..<cells).filter { cell in
      let (i, t) = (cell / periods, cell % periods)
      return t >= grid.cohort[i] && !grid.outcome[cell].isNaN && !isDetermined[cell]
    }
    self.grid = grid
    guard !treated.isEmpty else { throw Self.nothingDetermined(grid, undetermined) }
    groups = ImputationGroups(
      cohort: treated.map { grid.cohort[$0 / periods] }, period: treated.map { $0 % periods },
      cluster: treated.map { grid.cluster[$0 / periods] }, averaging: options.averaging)
    let count = system.parameterCount
    var scores = Matrix(rowCount: grid.clusterCount, columnCount: count)
    let (system, residuals) = (system, residuals)
    scores.withUnsafeMutableStorage { s in
      for i in 0..<n {
        let c = grid.cluster[i]
        for t in 0..<periods {
          let cell = i * periods + t
          let value = system.weights[cell] * residuals[cell]
          guard value != 0 else { continue }
          s[c + t * grid.clusterCount] += value
          for j in system.regressors.indices {
            s[c + (periods + j) * grid.clusterCount] += value * system.regressors[j][cell]
          }
        }
      }
    }
    self.scores = scores
  }

  /// The outcome less the unit's mean over its untreated cells; 0 where missing.
  static func centered(_ grid: StudyGrid, _ weights: [Double]) -> [Double] {
    let periods = grid.periodCount
    var e = grid.outcome
    for i in 0..<grid.unitCount {
      let row = i * periods..<(i + 1) * periods
      var (sum, weight) = (0.0, 0.0)
      for cell in row where weights[cell] > 0 {
        sum += weights[cell] * e[cell]
        weight += weights[cell]
      }
      let mean = weight > 0 ? sum / weight : 0
      for cell in row { e[cell] = e[cell].isNaN ? 0 : e[cell] - mean }
    }
    return e
  }

  /// The effect in one treated cell: a difference or, for Poisson, observed over expected.
  func effect(_ cell: Int) -> Double {
    isPoisson ? grid.outcome[cell] / means[cell] : residuals[cell]
  }

  /// Averages over sets of treated cells.
  ///
  /// - Parameter sets: indices into ``treated``.
  /// - Returns: one a set; `nil` for a set without a weight or, for Poisson, without a case.
  func averages(_ sets: [[Int]]) -> [Average?] {
    let (periods, count) = (grid.periodCount, system.parameterCount)
    var right = Matrix(rowCount: count, columnCount: sets.count)
    var loads = system.bases.map { _ in
      Matrix(rowCount: grid.unitCount, columnCount: sets.count)
    }
    var totals: [(weight: Double, outcome: Double)] = []
    for (s, set) in sets.enumerated() {
      var (weight, outcome) = (0.0, 0.0)
      for k in set {
        let cell = treated[k]
        let w = grid.weights[cell / periods]
        weight += isPoisson ? w * means[cell] : w
        outcome += isPoisson ? w * grid.outcome[cell] : w * residuals[cell]
      }
      totals.append((weight, outcome))
      guard weight > 0 else { continue }
      for k in set {
        let cell = treated[k]
        let (i, t) = (cell / periods, cell % periods)
        let p = grid.weights[i] * (isPoisson ? means[cell] : 1) / weight
        right[t, s] += p
        for j in system.regressors.indices {
          right[periods + j, s] += p * system.regressors[j][cell]
        }
        for b in loads.indices { loads[b][i, s] += p * system.basis(b, i, t) }
      }
    }
    // Σ p (z − Σ_k q_k B_k): what the sets ask of γ once the units' parameters are eliminated.
    for (b, basis) in system.bases.enumerated() {
      right = right - BLAS.gemm(basis, loads[b], transposingA: true)
    }
    let untreated = BLAS.gemm(scores, system.solver.solve(right))
    var work = Workspace(slots: groups.slotCount, groups: groups.groupCount)
    return sets.indices.map { s in
      let (weight, outcome) = totals[s]
      guard weight > 0, !isPoisson || outcome > 0 else { return nil }
      var influence = untreated.column(s)
      for c in influence.indices { influence[c] = -influence[c] }
      let scale = isPoisson ? 1 / outcome : 1 / weight
      let isDefined = addTreated(sets[s], scale: scale, to: &influence, &work)
      return Average(
        value: isPoisson ? log(outcome / weight) : outcome / weight,
        influence: isDefined ? influence : [])
    }
  }

  /// What a set needs while its treated cells are summed.
  private struct Workspace {
    var a: [Double]
    var b: [Double]
    var isDone: [Bool]
    var numerator: [Double]
    var denominator: [Double]
    var members: [Int]

    init(slots: Int, groups: Int) {
      a = [Double](repeating: 0, count: slots)
      b = a
      isDone = [Bool](repeating: false, count: slots)
      numerator = [Double](repeating: 0, count: groups)
      denominator = numerator
      members = [Int](repeating: 0, count: groups)
    }
  }

  /// Adds Σ_g (B_cg − A_cg τ̄_g).
  ///
  /// - Returns: whether some group has two clusters, so that there is something to measure.
  private func addTreated(
    _ set: [Int], scale: Double, to influence: inout [Double], _ work: inout Workspace
  ) -> Bool {
    let periods = grid.periodCount
    for k in set {
      let (cell, slot) = (treated[k], groups.slot[k])
      let w = grid.weights[cell / periods] * scale
      work.a[slot] += isPoisson ? w * means[cell] : w
      work.b[slot] += isPoisson ? w * grid.outcome[cell] : w * residuals[cell]
    }
    for k in set where !work.isDone[groups.slot[k]] {
      let (slot, group) = (groups.slot[k], groups.group[k])
      work.isDone[slot] = true
      work.numerator[group] += work.a[slot] * work.b[slot]
      work.denominator[group] += work.a[slot] * work.a[slot]
      work.members[group] += 1
    }
    var isDefined = false
    for k in set where work.isDone[groups.slot[k]] {
      let (slot, group) = (groups.slot[k], groups.group[k])
      work.isDone[slot] = false
      let cluster = grid.cluster[treated[k] / periods]
      var (numerator, denominator) = (work.numerator[group], work.denominator[group])
      if work.members[group] > 1 {
        isDefined = true
        if leavesOut || groups.leavesOut[group] {
          numerator -= work.a[slot] * work.b[slot]
          denominator -= work.a[slot] * work.a[slot]
        }
      }
      if denominator > 0 {
        influence[cluster] += work.b[slot] - work.a[slot] * numerator / denominator
      }
    }
    for k in set {
      let (slot, group) = (groups.slot[k], groups.group[k])
      work.a[slot] = 0
      work.b[slot] = 0
      work.numerator[group] = 0
      work.denominator[group] = 0
      work.members[group] = 0
    }
    return isDefined
  }

  private static func nothingDetermined(_ grid: StudyGrid, _ cells: [Int]) -> Diagnostic {
    let first = cells.first.map { ($0 / grid.periodCount, $0 % grid.periodCount) }
    let place = first.map { "\(grid.labels[$0.0]), \(grid.period($0.1))" } ?? ""
    return Diagnostic(
      .notIdentified, .error,
      Text(
        en: "No treated cell has a counterfactual that untreated observations determine"
          + (place.isEmpty ? "." : " (the first: \(place))."),
        zh: "没有任何受干预单元的反事实可由未受干预的观测确定" + (place.isEmpty ? "。" : "（首个：\(place)）。")),
      at: first.map {
        Diagnostic.Location(
          series: grid.labels[$0.0], period: grid.period($0.1).description)
      },
      hint: Text(
        en: "A treated unit needs a period before its start, and the period of its effect needs a "
          + "unit that is not yet treated.",
        zh: "受干预单位需有干预前时期，其效应所在时期需有尚未受干预的单位。"))
  }
}
