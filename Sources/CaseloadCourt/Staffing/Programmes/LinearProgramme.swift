import CaseloadData
import CaseloadMath

/// A linear programme with named variables and constraints.
///
/// ```
/// minimize (or maximize)  Σⱼ cⱼ xⱼ
/// subject to              Σⱼ aᵢⱼ xⱼ  ≤ | = | ≥  bᵢ      for every constraint i
///                         lⱼ ≤ xⱼ ≤ uⱼ                   xⱼ whole where asked for
/// ```
///
/// Building one checks nothing; ``outcome()`` and ``solution()`` check every number first.
public struct LinearProgramme: Codable, Sendable, Equatable {
  /// What is sought of the objective.
  public enum Direction: String, Codable, Sendable { case minimize, maximize }

  /// How the left side of a constraint stands to its bound.
  public enum Relation: String, Codable, Sendable { case atMost, equal, atLeast }

  /// A quantity to be decided.
  public struct Variable: Codable, Sendable, Equatable {
    public var name: Text
    /// `nil` for none.
    public var lower: Double?
    /// `nil` for none.
    public var upper: Double?
    /// What one unit adds to the objective.
    public var objective: Double
    public var isWhole: Bool
  }

  /// A variable times a number.
  public struct Term: Codable, Sendable, Equatable {
    /// The variable's place in ``LinearProgramme/variables``.
    public var variable: Int
    public var coefficient: Double

    /// `coefficient` times the variable numbered `variable`.
    public init(_ variable: Int, _ coefficient: Double = 1) {
      self.variable = variable
      self.coefficient = coefficient
    }
  }

  /// A sum of terms held against a bound.
  public struct Constraint: Codable, Sendable, Equatable {
    public var name: Text
    /// Terms of one variable add up.
    public var terms: [Term]
    public var relation: Relation
    public var bound: Double
  }

  public var direction: Direction
  public var variables: [Variable] = []
  public var constraints: [Constraint] = []

  /// A programme without variables.
  public init(_ direction: Direction = .minimize) { self.direction = direction }

  /// Adds a variable.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - lower: its least value; `nil` for none.
  ///   - upper: its largest value; `nil` for none.
  ///   - objective: what one unit adds to the objective.
  ///   - isWhole: whether only whole numbers will do.
  /// - Returns: its number, for ``Term``.
  @discardableResult
  public mutating func addVariable(
    _ name: Text, from lower: Double? = 0, to upper: Double? = nil, objective: Double = 0,
    isWhole: Bool = false
  ) -> Int {
    variables.append(
      Variable(name: name, lower: lower, upper: upper, objective: objective, isWhole: isWhole))
    return variables.count - 1
  }

  /// Adds a constraint.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - terms: the left side.
  ///   - relation: how it stands to the bound.
  ///   - bound: the right side.
  /// - Returns: its number, for the duals and slacks of the solution.
  @discardableResult
  public mutating func addConstraint(
    _ name: Text, _ terms: [Term], _ relation: Relation, _ bound: Double
  ) -> Int {
    constraints.append(Constraint(name: name, terms: terms, relation: relation, bound: bound))
    return constraints.count - 1
  }

  /// The value of the objective at `values`.
  public func objective(at values: [Double]) -> Double {
    zip(variables, values).map { $0.objective * $1 }.accurateSum
  }

  /// The left side of the constraint numbered `index` at `values`.
  public func leftSide(of index: Int, at values: [Double]) -> Double {
    constraints[index].terms.map { $0.coefficient * values[$0.variable] }.accurateSum
  }

  /// The largest number that is taken for a number, and not for a stand-in for infinity.
  static let largest = 1e15

  /// Throws at the first number that is none, the first term without a variable, and the first
  /// variable whose bounds cross.
  func checkNumbers() throws(Diagnostic) {
    func isFine(_ x: Double) -> Bool { x.isFinite && abs(x) <= Self.largest }
    for variable in variables {
      guard isFine(variable.objective), variable.lower.map(isFine) ?? true,
        variable.upper.map(isFine) ?? true
      else { throw Self.notANumber(variable.name) }
      if let lower = variable.lower, let upper = variable.upper, lower > upper {
        throw Diagnostic(
          .infeasiblePlan, .error,
          Text(
            en: "'\(variable.name.en)' must be at least \(NumberText.plain(lower)) and at most "
              + "\(NumberText.plain(upper)).",
            zh: "“\(variable.name.zh)”须不小于 \(NumberText.plain(lower))，又不大于 "
              + "\(NumberText.plain(upper))。"),
          hint: Text(en: "Exchange or correct the two bounds.", zh: "请更正上下限。"))
      }
    }
    for constraint in constraints {
      guard isFine(constraint.bound),
        constraint.terms.allSatisfy({
          isFine($0.coefficient) && variables.indices.contains($0.variable)
        })
      else { throw Self.notANumber(constraint.name) }
    }
  }

  private static func notANumber(_ name: Text) -> Diagnostic {
    Diagnostic(
      .malformedDefinition, .error,
      Text(
        en: "'\(name.en)' has a coefficient or bound that is no number of ordinary size, or refers "
          + "to a variable that is not there.",
        zh: "“\(name.zh)”的系数或界限不是正常大小的数，或引用了不存在的变量。"),
      hint: Text(
        en: "Numbers are finite and at most 10¹⁵ in size; leave a bound out for none.",
        zh: "数值须有限且绝对值不超过 10¹⁵；无界限时请省略。"))
  }
}
