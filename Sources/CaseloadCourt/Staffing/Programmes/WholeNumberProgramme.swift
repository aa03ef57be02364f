import CaseloadData

extension LinearProgramme {
  /// The outcome with whole numbers where they are asked for: branch and bound, best bound first.
  ///
  /// ```
  /// the relaxation of a node has xⱼ = f, not whole:   xⱼ ≤ ⌊f⌋  |  xⱼ ≥ ⌈f⌉
  /// ```
  ///
  /// A node whose relaxation is no better than the best whole solution is left. Exact for any
  /// programme; meant for up to some dozens of whole variables.
  ///
  /// - Sources: Land & Doig (1960), "An automatic method of solving discrete programming problems",
  ///   *Econometrica* 28(3), 497–520.
  func wholeOutcome() throws(Diagnostic) -> Outcome {
    let whole = variables.indices.filter { variables[$0].isWhole }
    var bounds = ownBounds
    for j in whole {
      bounds[j] = (
        bounds[j].lower.map { ($0 - 1e-9).rounded(.up) },
        bounds[j].upper.map { ($0 + 1e-9).rounded(.down) }
      )
    }
    let crossed = whole.contains { j in
      if let lower = bounds[j].lower, let upper = bounds[j].upper { return lower > upper }
      return false
    }
    if crossed { return .infeasible(Self.fractional) }
    let root: Solution
    switch try relaxedOutcome(bounds: bounds) {
    case .optimal(let solution): root = solution
    case let other: return other
    }

    let sign = direction == .minimize ? 1.0 : -1.0
    var open = [Node(bounds: bounds, solution: root, value: sign * root.objective)]
    var best: Solution?
    var (nodes, iterations) = (1, root.iterations)
    while let index = open.indices.min(by: { open[$0].value < open[$1].value }) {
      let node = open.remove(at: index)
      if let best, node.value >= sign * best.objective - Self.tolerance(best.objective) { break }
      guard let j = mostFractional(whole, node.solution.values) else {
        best = node.solution
        continue
      }
      let value = node.solution.values[j]
      for goesDown in [true, false] {
        var bounds = node.bounds
        bounds[j] =
          goesDown
          ? (bounds[j].lower, value.rounded(.down)) : (value.rounded(.up), bounds[j].upper)
        nodes += 1
        guard nodes <= Self.largestTree else { throw Self.tooLarge }
        guard case .optimal(let solution) = try boundedOutcome(bounds) else { continue }
        iterations += solution.iterations
        let bound = sign * solution.objective
        if let best, bound >= sign * best.objective - Self.tolerance(best.objective) { continue }
        if mostFractional(whole, solution.values) == nil {
          best = solution
        } else {
          open.append(Node(bounds: bounds, solution: solution, value: bound))
        }
      }
    }
    guard let best else { return .infeasible(Self.fractional) }
    return try fixed(best, whole, nodes, iterations)
  }

  /// A programme with tighter bounds, by its relaxation.
  private struct Node {
    let bounds: [(lower: Double?, upper: Double?)]
    let solution: Solution
    /// The objective to be minimized.
    let value: Double
  }

  /// The relaxation, without the search for a conflict where there is no solution.
  private func boundedOutcome(_ bounds: [(lower: Double?, upper: Double?)]) throws(Diagnostic)
    -> Outcome
  {
    isFeasible(bounds, Array(constraints.indices))
      ? try relaxedOutcome(bounds: bounds) : .infeasible(Self.fractional)
  }

  /// The solution with the whole variables held at exactly whole values.
  private func fixed(_ solution: Solution, _ whole: [Int], _ nodes: Int, _ iterations: Int)
    throws(Diagnostic) -> Outcome
  {
    var bounds = ownBounds
    for j in whole {
      let value = solution.values[j].rounded()
      bounds[j] = (value, value)
    }
    let settled: Solution
    if case .optimal(let exact) = try boundedOutcome(bounds) {
      settled = exact
    } else {
      settled = solution
    }
    return .optimal(
      Solution(
        objective: settled.objective, values: settled.values, duals: settled.duals,
        reducedCosts: settled.reducedCosts, slacks: settled.slacks,
        iterations: iterations + settled.iterations, nodes: nodes))
  }

  /// The whole variable whose value is farthest from a whole number; `nil` when all are whole.
  private func mostFractional(_ whole: [Int], _ values: [Double]) -> Int? {
    let distances = whole.map { (j: $0, distance: abs(values[$0] - values[$0].rounded())) }
    guard let most = distances.max(by: { $0.distance < $1.distance }), most.distance > 1e-6 else {
      return nil
    }
    return most.j
  }

  private static func tolerance(_ objective: Double) -> Double { 1e-9 * max(1, abs(objective)) }

  /// Programmes before the search gives up.
  private static let largestTree = 50_000

  private static let fractional = Conflict(
    constraints: [], bounds: [], isOnlyOfWholeNumbers: true)

  private static let tooLarge = Diagnostic(
    .notConverged, .error,
    Text(
      en: "The search for whole numbers did not end within \(largestTree) programmes.",
      zh: "整数搜索在 \(largestTree) 个规划内未结束。"),
    hint: Text(
      en: "Ask for fractions, or for whole numbers of fewer quantities.",
      zh: "请允许小数，或减少须取整的变量。"))
}
