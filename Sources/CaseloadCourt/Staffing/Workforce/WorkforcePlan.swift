import CaseloadData
import CaseloadMath

/// The cheapest recruitment over the years, who sits where, what is not sat, and what binds.
public struct WorkforcePlan: Codable, Sendable, Equatable {
  /// One kind of judge in one year.
  public struct Staff: Codable, Sendable, Equatable {
    public let year: String
    public let judgeType: String
    /// During the year.
    public let inPost: Double
    public let recruited: Double
    public let leaving: Double
    /// Days sat, in all jurisdictions.
    public let daysSat: Double
    /// Days sat over days that those in post could sit; `nil` for none in post.
    public let utilization: Double?
  }

  /// One kind of work in one year.
  public struct Work: Codable, Sendable, Equatable {
    public let year: String
    public let jurisdiction: String
    /// Days.
    public let demand: Double
    /// Days sat, one a kind of judge in the order of the problem.
    public let daysByType: [Double]
    /// Days not sat.
    public let unmet: Double
  }

  /// Money of one year.
  public struct Cost: Codable, Sendable, Equatable {
    public let year: String
    public let salaries: Double
    public let recruitment: Double
    public let fees: Double
    /// The penalty of the days not sat.
    public let unmet: Double
    public let total: Double
  }

  /// A constraint without which the plan would be better.
  public struct Binding: Codable, Sendable, Equatable {
    public let constraint: Text
    /// By how much the cost grows with its bound, as long as the same constraints bind.
    public let price: Double
    /// By how much the cost really changes when its bound grows by one; `nil` where there is then no
    /// plan.
    public let changeWithOneMore: Double?
    /// The change in words.
    public let statement: Text
  }

  /// Cost of all years.
  public let objective: Double
  /// The kinds of judge, in the order of `daysByType`.
  public let judgeTypes: [String]
  public let staff: [Staff]
  public let work: [Work]
  public let costs: [Cost]
  /// The costliest first.
  public let binding: [Binding]

  /// Recruits by year and kind of judge, in the order of the problem.
  public var recruits: [[Double]] {
    let kinds = max(1, judgeTypes.count)
    return stride(from: 0, to: staff.count, by: kinds).map { start in
      staff[start..<start + kinds].map(\.recruited)
    }
  }

  /// Days not sat in all years.
  public var unmetDays: Double { work.map(\.unmet).accurateSum }

  /// The plan that a solution of `model` describes, for its demand numbered `s`.
  init(
    _ model: WorkforceModel, _ solution: LinearProgramme.Solution, demand s: Int,
    binding: [Binding]
  ) {
    let problem = model.problem
    let (types, work) = (problem.judgeTypes, problem.jurisdictions)
    func days(_ y: Int, _ j: Int, _ k: Int) -> Double {
      solution[model.sitting[s][y][j][k]] * types[k].sittingDays[y]
    }
    var (staff, rows, costs): ([Staff], [Work], [Cost]) = ([], [], [])
    for (y, year) in problem.years.enumerated() {
      var (salaries, recruitment, fees, missed) = (0.0, 0.0, 0.0, 0.0)
      for (k, type) in types.enumerated() {
        let inPost = solution[model.inPost[y][k]]
        let recruited = solution[model.recruited[y][k]]
        let sat = work.indices.map { days(y, $0, k) }.accurateSum
        let possible = inPost * type.sittingDays[y]
        staff.append(
          Staff(
            year: year, judgeType: type.name, inPost: inPost, recruited: recruited,
            leaving: solution[model.leaving[y][k]], daysSat: sat,
            utilization: possible > 0 ? sat / possible : nil))
        salaries += type.salary[y] * inPost
        recruitment += type.recruitmentCost[y] * recruited
        fees += type.feePerDay[y] * sat
      }
      for (j, jurisdiction) in work.enumerated() {
        let unmet = solution[model.unmet[s][y][j]]
        rows.append(
          Work(
            year: year, jurisdiction: jurisdiction.name, demand: model.demands[s][y][j],
            daysByType: types.indices.map { days(y, j, $0) }, unmet: unmet))
        missed += jurisdiction.penalty[y] * unmet
      }
      costs.append(
        Cost(
          year: year, salaries: salaries, recruitment: recruitment, fees: fees, unmet: missed,
          total: salaries + recruitment + fees + missed))
    }
    objective = costs.map(\.total).accurateSum
    judgeTypes = types.map(\.name)
    self.staff = staff
    self.work = rows
    self.costs = costs
    self.binding = binding
  }
}

extension WorkforceProblem {
  /// The days demanded, by year and jurisdiction.
  var expectedDemand: [[Double]] {
    years.indices.map { y in jurisdictions.map { $0.demand[y] } }
  }

  /// The cheapest plan for the expected demand.
  ///
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for wrong numbers,
  ///   ``DiagnosticCode/infeasiblePlan`` with the constraints that cannot hold together.
  public func plan() throws(Diagnostic) -> WorkforcePlan {
    try check()
    let model = WorkforceModel(self, demands: [expectedDemand])
    let solution = try model.programme.solution()
    return WorkforcePlan(
      model, solution, demand: 0, binding: try model.binding(solution))
  }
}
