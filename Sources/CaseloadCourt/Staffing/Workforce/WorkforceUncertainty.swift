import CaseloadData
import CaseloadMath

/// A recruitment plan made for many possible demands at once, and what that is worth.
///
/// Recruits are decided before the demand is known; who sits where, and what is not sat, after.
///
/// ```
/// stochastic = min over H of  Σ_s cost(H, demand s) / S          (sample-average approximation)
/// mean plan  = Σ_s cost(H*, demand s) / S,   H* best for the expected demand
/// value of the stochastic solution  = mean plan − stochastic  ≥ 0
/// value of perfect information      = stochastic − Σ_s min over H of cost(H, demand s) / S  ≥ 0
/// ```
///
/// - Sources: Birge, J. R. & Louveaux, F. (2011), *Introduction to Stochastic Programming*, 2nd ed.,
///   §4.1–4.2.
public struct StochasticWorkforcePlan: Codable, Sendable, Equatable {
  /// Recruits of one kind in one year.
  public struct Recruits: Codable, Sendable, Equatable {
    public let year: String
    public let judgeType: String
    /// Best over all demands.
    public let recruited: Double
    /// Best for the expected demand.
    public let recruitedForMean: Double
  }

  /// Demands that were drawn.
  public let draws: Int
  public let recruits: [Recruits]
  /// Over demands, with the best recruits.
  public let expectedCost: Double
  public let cost: DrawSummary
  /// Days not sat, over demands and in all years.
  public let unmetDays: DrawSummary
  /// Over demands, with the recruits that are best for the expected demand; `nil` where those leave
  /// a demand without a plan.
  public let expectedCostOfMeanPlan: Double?
  public let valueOfStochasticSolution: Double?
  /// Over demands, were each known beforehand.
  public let expectedCostWithForesight: Double
  public let valueOfPerfectInformation: Double
}

extension WorkforceProblem {
  /// The cost of given recruits for each of many demands.
  public struct FixedPlanCost: Codable, Sendable, Equatable {
    /// One a demand.
    public let costs: [Double]
    /// Days not sat, one a demand.
    public let unmetDays: [Double]
  }

  /// Draws of the demand, log-normal with the errors given.
  ///
  /// One draw moves all years of a jurisdiction by the same number of standard errors: a forecast
  /// that is too low for one year is too low for the next.
  ///
  /// - Parameters:
  ///   - count: of draws, at least 1.
  ///   - stream: the source; draw s comes from its s-th substream.
  /// - Returns: days by draw, year and jurisdiction.
  public func demandDraws(_ count: Int, from stream: RandomStream) -> [[[Double]]] {
    (0..<max(1, count)).map { s in
      var source = stream.substream(UInt64(s))
      let z = jurisdictions.map { _ in source.normal() }
      return years.indices.map { y in
        jurisdictions.indices.map { j in
          let (mean, error) = (jurisdictions[j].demand[y], jurisdictions[j].demandError[y])
          guard mean > 0, error > 0 else { return mean }
          let variance = log1p(error * error / (mean * mean))
          return mean * exp(variance.squareRoot() * z[j] - variance / 2)
        }
      }
    }
  }

  /// What `recruits` cost under each demand, with the best use of the judges there are.
  ///
  /// - Parameters:
  ///   - recruits: by year and kind of judge.
  ///   - demands: by draw, year and jurisdiction.
  /// - Returns: costs and days not sat, one a demand.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for tables of another shape or numbers below
  ///   zero, ``DiagnosticCode/infeasiblePlan`` where a demand cannot be met in any way.
  public func cost(ofRecruits recruits: [[Double]], under demands: [[[Double]]])
    throws(Diagnostic) -> FixedPlanCost
  {
    try check()
    try checkShape(demands)
    guard recruits.count == years.count,
      recruits.allSatisfy({ $0.count == judgeTypes.count && $0.allSatisfy { $0 >= 0 } })
    else { throw Self.wrongShape }
    var (costs, unmet): ([Double], [Double]) = ([], [])
    for demand in demands {
      let model = WorkforceModel(self, demands: [demand], recruits: recruits)
      let plan = WorkforcePlan(model, try model.programme.solution(), demand: 0, binding: [])
      costs.append(plan.objective)
      unmet.append(plan.unmetDays)
    }
    return FixedPlanCost(costs: costs, unmetDays: unmet)
  }

  /// The recruits that are best on average over `demands`.
  ///
  /// - Parameter demands: by draw, year and jurisdiction, each as likely as the others; at most 200.
  /// - Returns: the plan, and its value over that for the mean of the demands.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for tables of another shape or too many,
  ///   ``DiagnosticCode/infeasiblePlan`` where no recruits suit all demands.
  public func stochasticPlan(under demands: [[[Double]]]) throws(Diagnostic)
    -> StochasticWorkforcePlan
  {
    try check()
    try checkShape(demands)
    let model = WorkforceModel(self, demands: demands)
    let solution = try model.programme.solution()
    let recruits = model.recruited.map { $0.map { max(0, solution[$0]) } }
    let best = try cost(ofRecruits: recruits, under: demands)

    let mean = years.indices.map { y in
      jurisdictions.indices.map { j in
        demands.map { $0[y][j] }.accurateSum / Double(demands.count)
      }
    }
    let meanModel = WorkforceModel(self, demands: [mean])
    let meanSolution = try meanModel.programme.solution()
    let meanRecruits = meanModel.recruited.map { $0.map { max(0, meanSolution[$0]) } }
    let ofMean: FixedPlanCost?
    do {
      ofMean = try cost(ofRecruits: meanRecruits, under: demands)
    } catch  where error.code == .infeasiblePlan { ofMean = nil }

    var foresight = Accumulator()
    for demand in demands {
      foresight.add(try WorkforceModel(self, demands: [demand]).programme.solution().objective)
    }
    let count = Double(demands.count)
    let expected = best.costs.accurateSum / count
    let expectedOfMean = ofMean.map { $0.costs.accurateSum / count }
    return StochasticWorkforcePlan(
      draws: demands.count,
      recruits: years.indices.flatMap { y in
        judgeTypes.indices.map { k in
          StochasticWorkforcePlan.Recruits(
            year: years[y], judgeType: judgeTypes[k].name, recruited: recruits[y][k],
            recruitedForMean: meanRecruits[y][k])
        }
      }, expectedCost: expected, cost: DrawSummary(best.costs),
      unmetDays: DrawSummary(best.unmetDays), expectedCostOfMeanPlan: expectedOfMean,
      valueOfStochasticSolution: expectedOfMean.map { $0 - expected },
      expectedCostWithForesight: foresight.value / count,
      valueOfPerfectInformation: expected - foresight.value / count)
  }

  private func checkShape(_ demands: [[[Double]]]) throws(Diagnostic) {
    let isTable = demands.allSatisfy { demand in
      demand.count == years.count
        && demand.allSatisfy {
          $0.count == jurisdictions.count && $0.allSatisfy { $0 >= 0 && $0.isFinite }
        }
    }
    guard isTable, !demands.isEmpty, demands.count <= 200 else { throw Self.wrongShape }
  }

  private static let wrongShape = Diagnostic(
    .malformedDefinition, .error,
    Text(
      en:
        "A table of demands or recruits does not fit the plan, or there are more than 200 of them.",
      zh: "需求或招录表与方案不符，或多于 200 份。"),
    hint: Text(
      en: "Give 1 to 200 tables with one number a year and jurisdiction (or kind of judge), none "
        + "below zero.",
      zh: "请给出 1 至 200 份表，每年每个领域（或类别）一个不小于零的数。"))
}
