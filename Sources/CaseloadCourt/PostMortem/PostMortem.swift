import CaseloadData
import CaseloadMath

/// What became of a projection of pending cases, and why: the error split into its parts.
///
/// ```
/// B(t) = B(t−1) + F(t) − R(t) + g(t)
/// E(t) = Bᵃ(t) − Bᵖ(t) = E₀ + Σ_{u≤t} (ΔF(u) − ΔR(u) + Δg(u))
/// ```
///
/// Δ is actual less planned, F filings, R resolved, and g what a period does not account for. ΔF is
/// intake; ΔR is shared among judges, their output, the minutes a case takes and the mix of closings
/// (``ResolvedFactors``), by default over all orders in which they can change (``SplitMethod``); E₀ is
/// the error of the opening. The parts add up to the error in every period; a roll-forward gap is a
/// part of its own and never spread over the others.
///
/// What the plan does not say cannot be split: without judges on both sides staffing and productivity
/// are one part, without minutes a case on one of them its length is part of productivity, and without
/// weights the types of cases have no mix.
public struct PostMortem: Codable, Sendable {
  /// A court's plan and what happened.
  public struct Court: Sendable {
    /// The values that name it.
    public var key: [String]
    public var planned: PendingPath
    public var actual: PendingPath
    /// The plan's own uncertainty about pending cases, by period; `nil` where it had none.
    public var ranges: [Period: ProjectedRange]

    public init(
      key: [String] = [], planned: PendingPath, actual: PendingPath,
      ranges: [Period: ProjectedRange] = [:]
    ) {
      self.key = key
      self.planned = planned
      self.actual = actual
      self.ranges = ranges
    }
  }

  public let method: SplitMethod
  public let measure: PendingMeasure
  /// One a court.
  public let courts: [ErrorAccount]
  /// All courts together, over the periods that they share.
  public let total: ErrorAccount
  public let diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - courts: at least one; all of the same case types and frequency.
  ///   - weights: minutes a case by case type; `nil` counts cases alike.
  ///   - measure: what the error is counted in.
  ///   - method: how joint changes are shared.
  /// - Throws: ``DiagnosticCode/notAPeriod`` where plan and outcome share no period,
  ///   ``DiagnosticCode/mixedFrequencies``, ``DiagnosticCode/missingWeight`` for a type without one and
  ///   for minutes without weights.
  public init(
    of courts: [Court], weights: CaseWeights? = nil, measure: PendingMeasure = .cases,
    method: SplitMethod = .shapley
  ) throws(Diagnostic) {
    guard let first = courts.first else { throw PathCheck.empty }
    let minutes = try Self.minutes(weights, first.planned.caseTypes, measure)
    self.method = method
    self.measure = measure
    var notes: [Diagnostic] = []
    var accounts: [ErrorAccount] = []
    for court in courts {
      let place = Diagnostic.Location(
        series: court.key.isEmpty ? nil : court.key.joined(separator: ", "))
      do throws(Diagnostic) {
        let split = try ErrorSplit(court, weights: minutes, measure: measure, method: method)
        accounts.append(split.account)
        notes += split.diagnostics.map { $0.located(place) }
      } catch {
        throw error.located(place)
      }
    }
    self.courts = accounts
    total = accounts.count == 1 ? accounts[0] : try ErrorAccount(sumOf: accounts, measure: measure)
    diagnostics = notes
  }

  /// Minutes by case type; `nil` without weights.
  private static func minutes(
    _ weights: CaseWeights?, _ caseTypes: [String], _ measure: PendingMeasure
  ) throws(Diagnostic) -> [Double]? {
    guard let weights else {
      guard measure == .cases else {
        throw Diagnostic(
          .missingWeight, .error,
          Text(
            en: "Pending cases cannot be counted in minutes without weights.",
            zh: "没有权重就不能按分钟计算未结案件。"),
          hint: Text(en: "Give the weights.", zh: "请给出权重。"))
      }
      return nil
    }
    if caseTypes == [""], let only = weights.weights.first, weights.weights.count == 1 {
      return [only.minutes]
    }
    var minutes: [Double] = []
    for caseType in caseTypes { minutes.append(try weights.weight(of: caseType).minutes) }
    return minutes
  }
}
