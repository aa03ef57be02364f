import CaseloadData

extension LinearProgramme {
  /// A smallest set of constraints and bounds that cannot hold together: an irreducible
  /// infeasible subset, not necessarily the one with the fewest members.
  ///
  /// Farkas' multipliers, where the simplex method gives them, name an infeasible subset to start
  /// from. The deletion filter then takes each member away in turn and leaves it out for good when
  /// the rest still cannot hold together; last the bounds of the variables are filtered likewise.
  ///
  /// - Parameter bounds: of the variables.
  /// - Returns: constraints and bounds; the empty conflict when all can hold together after all.
  /// - Complexity: one programme a constraint with a multiplier, and one a bound of their variables.
  /// - Sources: Chinneck, J. W. (2008), *Feasibility and Infeasibility in Optimization*, §6.1
  ///   (deletion filter).
  func conflict(_ bounds: [(lower: Double?, upper: Double?)]) -> Conflict {
    var kept = suspects(bounds)
    for candidate in kept {
      let rest = kept.filter { $0 != candidate }
      if !isFeasible(bounds, rest) { kept = rest }
    }
    // Bounds of variables that no member holds have no part in it.
    let touched = Set(kept.flatMap { constraints[$0].terms.map(\.variable) }).sorted()
    var open = bounds
    for j in bounds.indices where !touched.contains(j) { open[j] = (nil, nil) }
    var members: [Conflict.Bound] = []
    for j in touched {
      for isLower in [true, false] where (isLower ? open[j].lower : open[j].upper) != nil {
        let saved = open[j]
        open[j] = isLower ? (nil, saved.upper) : (saved.lower, nil)
        if isFeasible(open, kept) {
          open[j] = saved
          members.append(Conflict.Bound(variable: j, isLower: isLower))
        }
      }
    }
    return Conflict(constraints: kept, bounds: members, isOnlyOfWholeNumbers: false)
  }

  /// Constraints among which a conflict is sure to be found.
  private func suspects(_ bounds: [(lower: Double?, upper: Double?)]) -> [Int] {
    let all = Array(constraints.indices)
    let model = ClpModel(
      cost: [Double](repeating: 0, count: variables.count), bounds: bounds, rows: constraints)
    guard model.solveWithoutPresolve(primal: false) == .infeasible else { return all }
    let ray = model.infeasibilityRay
    let scale = ray.reduce(0) { max($0, abs($1)) }
    guard ray.count == all.count, scale > 0 else { return all }
    let support = all.filter { abs(ray[$0]) > 1e-9 * scale }
    return isFeasible(bounds, support) ? all : support
  }
}
