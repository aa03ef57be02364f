import CaseloadData
import CaseloadMath

extension TeamCapacity {
  /// The staff that a budget buys at best.
  public struct Mix: Codable, Sendable, Equatable {
    /// People by role, in the order of the roles.
    public let staff: [Double]
    public let cost: Double
    public let capacity: Capacity
    /// Cases that one unit of money more would add.
    public let casesPerMoney: Double
  }

  /// The staff that can do most for `budget`, nobody being dismissed.
  ///
  /// Fixed proportions are a linear programme. With substitution the best mix has equal cases for
  /// the last unit of money spent on every role that is above its least number:
  ///
  /// ```
  /// xᵢ = max(leastᵢ, nᵢ (αᵢ μ / (pᵢ nᵢ))^σ),   μ such that Σᵢ pᵢ xᵢ = budget
  /// ```
  ///
  /// - Parameters:
  ///   - budget: money a year for all staff.
  ///   - present: the least number of people by role; `nil` for none.
  /// - Returns: people, what they cost and what they can do.
  /// - Throws: ``DiagnosticCode/infeasiblePlan`` where those present cost more,
  ///   ``DiagnosticCode/illegalRate`` for a role without cost, ``DiagnosticCode/illegalStaff``.
  public func bestMix(budget: Double, present: [Double]? = nil) throws(Diagnostic) -> Mix {
    let least = present ?? [Double](repeating: 0, count: roles.count)
    guard least.count == roles.count, least.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw illegalStaff
    }
    guard budget >= 0, budget.isFinite, roles.allSatisfy({ $0.cost > 0 }) else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "A budget is at least zero, and every role has a cost above zero.",
          zh: "预算不得小于零，且每个角色的成本须大于零。"),
        hint: Text(en: "Give the cost of a person and year.", zh: "请给出每人每年的成本。"))
    }
    let spent = zip(roles, least).map { $0.cost * $1 }.accurateSum
    guard spent <= budget * (1 + 1e-12) else {
      throw Diagnostic(
        .infeasiblePlan, .error,
        Text(
          en: "Those present cost \(NumberText.decimal(spent).en), more than the budget of "
            + "\(NumberText.decimal(budget).en).",
          zh: "现有人员成本 \(NumberText.decimal(spent).zh)，超过预算 \(NumberText.decimal(budget).zh)。"),
        hint: Text(en: "Raise the budget or let fewer stay.", zh: "请提高预算或减少留任人数。"))
    }
    let (staff, price) =
      elasticity == 0 ? try fixedMix(budget, least) : substitutedMix(budget, least)
    return Mix(
      staff: staff, cost: zip(roles, staff).map { $0.cost * $1 }.accurateSum,
      capacity: try capacity(staff), casesPerMoney: price)
  }

  private func fixedMix(_ budget: Double, _ least: [Double]) throws(Diagnostic)
    -> ([Double], Double)
  {
    var programme = LinearProgramme(.maximize)
    let teams = programme.addVariable(Text(en: "teams", zh: "团队"), objective: casesPerTeam)
    var bill: [LinearProgramme.Term] = []
    for (role, number) in zip(roles, least) {
      let people = programme.addVariable(Text(role.name), from: number)
      bill.append(LinearProgramme.Term(people, role.cost))
      programme.addConstraint(
        Text(role.name),
        [LinearProgramme.Term(teams, role.perTeam), LinearProgramme.Term(people, -1)], .atMost, 0)
    }
    let limit = programme.addConstraint(Text(en: "budget", zh: "预算"), bill, .atMost, budget)
    let solution = try programme.solution()
    return (Array(solution.values.dropFirst()), solution.duals[limit])
  }

  private func substitutedMix(_ budget: Double, _ least: [Double]) -> ([Double], Double) {
    // On the logarithm of μ: the bill grows with it without limit, from that of those present.
    func staff(_ logMultiplier: Double) -> [Double] {
      roles.indices.map { i in
        let role = roles[i]
        let gain = log(role.share / (role.cost * role.perTeam)) + logMultiplier
        return max(least[i], role.perTeam * exp(min(690, elasticity * gain)))
      }
    }
    func bill(_ staff: [Double]) -> Double { zip(roles, staff).map { $0.cost * $1 }.accurateSum }
    var (low, high) = (-700.0, 700.0)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if bill(staff(middle)) < budget { low = middle } else { high = middle }
    }
    let best = staff(low)
    // ∂cases/∂xᵢ / pᵢ, the largest of all roles: where the next unit of money goes.
    let now = cases(best)
    let gains = roles.indices.map { i -> Double in
      let step = max(1e-6, 1e-6 * best[i])
      var more = best
      more[i] += step
      return (cases(more) - now) / (step * roles[i].cost)
    }
    return (best, gains.max() ?? 0)
  }
}
