import CClp
import CaseloadData
import CaseloadMath

// COIN-OR Clp's C interface. Every call makes a model of its own and shares nothing with others, so
// that programmes may be solved on any number of threads. Rows are the constraints, columns the
// variables; infinity is the largest double. Programmes are always minimized: a maximum is the
// minimum of the negative objective, with the signs of prices turned back.

/// One Clp model, freed with the value.
struct ClpModel: ~Copyable {
  /// What Clp found, in its numbering.
  enum Status { case optimal, infeasible, unbounded, stopped }

  private let model: UnsafeMutableRawPointer
  private let rowCount: Int
  private let columnCount: Int

  /// The model of a minimum.
  ///
  /// - Precondition: all numbers are finite, terms name columns, `cost` has one entry a variable.
  init(
    cost: [Double], bounds: [(lower: Double?, upper: Double?)],
    rows: [LinearProgramme.Constraint]
  ) {
    guard let model = Clp_newModel() else { fatalError("no memory for a linear programme") }
    self.model = model
    rowCount = rows.count
    columnCount = cost.count
    Clp_setLogLevel(model, 0)

    // Column-major, with the terms of one variable in one row added up.
    var columns = [[(row: Int32, value: Double)]](repeating: [], count: cost.count)
    for (i, row) in rows.enumerated() {
      for term in row.terms {
        if let last = columns[term.variable].last, last.row == Int32(i) {
          columns[term.variable][columns[term.variable].count - 1].value += term.coefficient
        } else {
          columns[term.variable].append((Int32(i), term.coefficient))
        }
      }
    }
    var starts: [Int32] = [0]
    var indices: [Int32] = []
    var values: [Double] = []
    for column in columns {
      for entry in column where entry.value != 0 {
        indices.append(entry.row)
        values.append(entry.value)
      }
      starts.append(Int32(indices.count))
    }
    let infinity = Double.greatestFiniteMagnitude
    let rowLower = rows.map { $0.relation == .atMost ? -infinity : $0.bound }
    let rowUpper = rows.map { $0.relation == .atLeast ? infinity : $0.bound }
    let columnLower = bounds.map { $0.lower ?? -infinity }
    let columnUpper = bounds.map { $0.upper ?? infinity }
    Clp_loadProblem(
      model, Int32(cost.count), Int32(rows.count), starts, indices, values, columnLower,
      columnUpper, cost, rowLower, rowUpper)
  }

  deinit { Clp_deleteModel(model) }

  /// Solves with presolve.
  func solve() -> Status {
    guard let options = ClpSolve_new() else { fatalError("no memory for a linear programme") }
    defer { ClpSolve_delete(options) }
    ClpSolve_setSolveType(options, 0, -1)
    ClpSolve_setPresolveType(options, 0, -1)
    Clp_initialSolveWithOptions(model, options)
    return status
  }

  /// Solves the programme as it stands, so that a ray can be asked for.
  func solveWithoutPresolve(primal: Bool) -> Status {
    _ = primal ? Clp_primal(model, 0) : Clp_dual(model, 0)
    return status
  }

  private var status: Status {
    switch Clp_status(model) {
    case 0: .optimal
    case 1: .infeasible
    case 2: .unbounded
    default: .stopped
    }
  }

  var iterations: Int { Int(Clp_numberIterations(model)) }
  var values: [Double] { copied(Clp_primalColumnSolution(model), columnCount) }
  var duals: [Double] { copied(Clp_dualRowSolution(model), rowCount) }
  var reducedCosts: [Double] { copied(Clp_dualColumnSolution(model), columnCount) }

  /// Multipliers of the rows that prove that they cannot hold together; empty where Clp has none.
  var infeasibilityRay: [Double] { ray(Clp_infeasibilityRay(model), rowCount) }

  /// A direction in which the objective falls for ever; empty where Clp has none.
  var unboundedRay: [Double] { ray(Clp_unboundedRay(model), columnCount) }

  private func copied(_ pointer: UnsafeMutablePointer<Double>?, _ count: Int) -> [Double] {
    guard let pointer else { return [Double](repeating: 0, count: count) }
    return Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  private func ray(_ pointer: UnsafeMutablePointer<Double>?, _ count: Int) -> [Double] {
    guard let pointer else { return [] }
    defer { Clp_freeRay(model, pointer) }
    return Array(UnsafeBufferPointer(start: pointer, count: count))
  }
}

extension LinearProgramme {
  /// Solves the programme.
  ///
  /// - Returns: the best values, or why there are none.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for a number that is none,
  ///   ``DiagnosticCode/infeasiblePlan`` for a variable whose bounds cross,
  ///   ``DiagnosticCode/notConverged`` where the solver stops without an answer.
  /// - Sources: Forrest, J. & Lougee-Heimer, R. (2005), "CBC user guide", *INFORMS TutORials*: Clp's
  ///   dual simplex method after presolve.
  public func outcome() throws(Diagnostic) -> Outcome {
    try checkNumbers()
    return variables.contains(where: \.isWhole)
      ? try wholeOutcome() : try relaxedOutcome(bounds: ownBounds)
  }

  var ownBounds: [(lower: Double?, upper: Double?)] { variables.map { ($0.lower, $0.upper) } }

  private var cost: [Double] {
    direction == .minimize ? variables.map(\.objective) : variables.map { -$0.objective }
  }

  /// The outcome without regard to whole numbers, within other bounds than its own.
  func relaxedOutcome(bounds: [(lower: Double?, upper: Double?)]) throws(Diagnostic) -> Outcome {
    let model = ClpModel(cost: cost, bounds: bounds, rows: constraints)
    if model.solve() == .optimal { return .optimal(solution(model, bounds)) }
    // Presolve leaves no ray behind, and does not always tell the two failures apart.
    let plain = ClpModel(cost: cost, bounds: bounds, rows: constraints)
    switch plain.solveWithoutPresolve(primal: true) {
    case .optimal: return .optimal(solution(plain, bounds))
    case .infeasible: return .infeasible(conflict(bounds))
    case .unbounded:
      // A ray is no use where nothing is feasible to start from.
      if !isFeasible(bounds, Array(constraints.indices)) { return .infeasible(conflict(bounds)) }
      return .unbounded(variables: freeVariables(plain.unboundedRay))
    case .stopped:
      throw Diagnostic(
        .notConverged, .error,
        Text(
          en: "The linear programme could not be solved: the solver stopped without an answer.",
          zh: "线性规划未能求解：求解器在得出结果前停止。"),
        hint: Text(
          en: "Bring the numbers to like sizes, for example days instead of minutes.",
          zh: "请使各数值量级相近，例如以天代替分钟。"))
    }
  }

  private func solution(_ model: borrowing ClpModel, _ bounds: [(lower: Double?, upper: Double?)])
    -> Solution
  {
    // A value that rounding has put outside its bounds is put back onto them.
    let values = zip(model.values, bounds).map { value, bound in
      max(bound.lower ?? value, min(bound.upper ?? value, value)) + 0
    }
    let sign = direction == .minimize ? 1.0 : -1.0
    let slacks = constraints.indices.map { i in
      let left = leftSide(of: i, at: values)
      switch constraints[i].relation {
      case .atMost: return constraints[i].bound - left
      case .atLeast: return left - constraints[i].bound
      case .equal: return abs(left - constraints[i].bound)
      }
    }
    return Solution(
      objective: objective(at: values), values: values, duals: model.duals.map { sign * $0 + 0 },
      reducedCosts: model.reducedCosts.map { sign * $0 + 0 }, slacks: slacks,
      iterations: model.iterations, nodes: 1)
  }

  private func freeVariables(_ ray: [Double]) -> [Int] {
    let scale = ray.reduce(0) { max($0, abs($1)) }
    let moving = ray.indices.filter { abs(ray[$0]) > 1e-9 * scale }
    let gains = cost
    return moving.sorted { gains[$0] * ray[$0] < gains[$1] * ray[$1] }
  }

  /// Whether the constraints `kept` can hold together within `bounds`.
  ///
  /// The dual method gives up on some feasible programmes with free variables, so that its refusal
  /// is not believed before the primal method agrees.
  func isFeasible(_ bounds: [(lower: Double?, upper: Double?)], _ kept: [Int]) -> Bool {
    let cost = [Double](repeating: 0, count: variables.count)
    let rows = kept.map { constraints[$0] }
    let model = ClpModel(cost: cost, bounds: bounds, rows: rows)
    if model.solve() == .optimal { return true }
    let plain = ClpModel(cost: cost, bounds: bounds, rows: rows)
    return plain.solveWithoutPresolve(primal: true) == .optimal
  }
}
