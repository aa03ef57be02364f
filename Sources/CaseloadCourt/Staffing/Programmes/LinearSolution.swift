import CaseloadData

extension LinearProgramme {
  /// The best values, and what the constraints are worth.
  public struct Solution: Codable, Sendable, Equatable {
    /// Σⱼ cⱼ xⱼ.
    public let objective: Double
    /// One a variable.
    public let values: [Double]
    /// One a constraint: by how much the objective would grow if its bound grew by one, as long as
    /// the same constraints bind. At a degenerate vertex this is one of several such prices.
    ///
    /// With whole variables they belong to the programme in which those are fixed at their values.
    public let duals: [Double]
    /// One a variable: by how much the objective would grow with one unit more of it; zero for a
    /// variable between its bounds.
    public let reducedCosts: [Double]
    /// One a constraint, never below zero by more than rounding: how far its left side is from the
    /// bound; zero where it binds.
    public let slacks: [Double]
    /// Simplex steps, of all programmes solved on the way.
    public let iterations: Int
    /// Programmes solved by branching on whole variables; 1 where there was no need.
    public let nodes: Int

    /// The value of the variable numbered `variable`.
    public subscript(_ variable: Int) -> Double { values[variable] }
  }

  /// Constraints and bounds that cannot hold together, while any one fewer of them can.
  public struct Conflict: Codable, Sendable, Equatable {
    /// A bound of a variable that takes part.
    public struct Bound: Codable, Sendable, Equatable {
      public let variable: Int
      public let isLower: Bool
    }

    /// Numbers of constraints.
    public let constraints: [Int]
    public let bounds: [Bound]
    /// Whether it is the demand for whole numbers that cannot be met.
    public let isOnlyOfWholeNumbers: Bool
  }

  /// How a programme ends.
  public enum Outcome: Sendable, Equatable {
    case optimal(Solution)
    case infeasible(Conflict)
    /// The objective can be bettered without limit by moving these variables together, the one
    /// that betters it most first.
    case unbounded(variables: [Int])
  }

  /// The best values.
  ///
  /// - Throws: ``DiagnosticCode/infeasiblePlan`` with the constraints that cannot hold together,
  ///   ``DiagnosticCode/notComputable`` with the variable that nothing limits, and what ``outcome()``
  ///   throws.
  public func solution() throws(Diagnostic) -> Solution {
    switch try outcome() {
    case .optimal(let solution): return solution
    case .infeasible(let conflict): throw diagnostic(conflict)
    case .unbounded(let variables):
      let name = variables.first.map { self.variables[$0].name } ?? Text("–")
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "There is no best plan: nothing limits '\(name.en)'.",
          zh: "没有最优方案：“\(name.zh)”不受任何限制。"),
        hint: Text(en: "Give it an upper bound or a cost.", zh: "请为其设定上限或成本。"))
    }
  }

  /// What takes part in `conflict`, by name.
  public func names(_ conflict: Conflict) -> [Text] {
    conflict.constraints.map { constraints[$0].name }
      + conflict.bounds.map { bound in
        let variable = variables[bound.variable]
        let value = NumberText.plain((bound.isLower ? variable.lower : variable.upper) ?? 0)
        return Text(
          en: "\(variable.name.en) \(bound.isLower ? "at least" : "at most") \(value)",
          zh: "\(variable.name.zh)\(bound.isLower ? "不小于" : "不大于") \(value)")
      }
  }

  /// `conflict` as an error.
  func diagnostic(_ conflict: Conflict) -> Diagnostic {
    let names = names(conflict)
    if conflict.isOnlyOfWholeNumbers {
      return Diagnostic(
        .infeasiblePlan, .error,
        Text(
          en: "The constraints can be met, but not with whole numbers.",
          zh: "约束可以满足，但无法以整数满足。"),
        hint: Text(
          en: "Allow fractions, or widen a bound that holds two numbers fast.",
          zh: "请允许小数，或放宽将变量固定住的界限。"))
    }
    return Diagnostic(
      .infeasiblePlan, .error,
      Text(
        en: "No plan meets all constraints. These cannot hold together: "
          + names.map(\.en).joined(separator: "; ") + ".",
        zh: "没有方案能满足全部约束。以下约束互相冲突：" + names.map(\.zh).joined(separator: "；") + "。"),
      hint: Text(
        en: "Relax any one of them; the others can then hold together.",
        zh: "放宽其中任意一项，其余即可同时满足。"))
  }
}
