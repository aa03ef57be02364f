import CaseloadData
import CaseloadMath

/// Closing by age: each age has a chance of its own, and whoever is not closed grows older.
///
/// ```
/// n₀′   = λ (1 − f)
/// nₐ₊₁′ = (1 − hₐ) nₐ,          a < A
/// n_A′  = (1 − h_{A−1}) n_{A−1} + (1 − h_A) n_A
/// ```
///
/// nₐ counts cases that are a full periods old at the end of a period (age in (a, a + 1] where
/// filings are even), the last class is open-ended, hₐ is the share of class a that the next period
/// closes, and f the share of new cases that the period of filing closes (0 unless given). It is the
/// projection of a population by a Leslie matrix whose newborns come from outside.
///
/// With one hazard for all ages, cases last 1/h periods, the share of open cases older than m
/// periods is (1 − h)^m and the steady state holds λ/h cases.
///
/// - Source: Leslie (1945), *Biometrika* 33(3), 183–212.
public struct AgeCohortProjection: Codable, Sendable, Equatable {
  /// hₐ by age in periods, the last for all higher ages.
  public let hazards: [Double]
  /// f.
  public let filingHazard: Double

  /// One period of one case type, by age.
  public struct Step: Codable, Sendable, Equatable {
    public let period: Period
    /// nₐ before the period.
    public let opening: [Double]
    public let filed: Double
    /// Closed of each class; the last number is that of the new cases.
    public let resolved: [Double]
    /// nₐ′.
    public let closing: [Double]

    /// All ages together.
    public var total: StockFlowStep {
      StockFlowStep(
        period: period, opening: opening.accurateSum, filed: filed, resolved: resolved.accurateSum)
    }

    /// Cases that are `age` full periods old or older at the end of the period.
    public func older(than age: Int) -> Double { closing.dropFirst(max(0, age)).accurateSum }
  }

  /// A law of closing by age.
  ///
  /// - Parameters:
  ///   - hazards: by age, each in 0 … 1, at least one.
  ///   - filingHazard: f in 0 … 1.
  /// - Throws: ``DiagnosticCode/illegalProbability``, ``DiagnosticCode/malformedDefinition`` for
  ///   none.
  public init(hazards: [Double], filingHazard: Double = 0) throws(Diagnostic) {
    guard !hazards.isEmpty else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(en: "There is no hazard of closing.", zh: "没有结案概率。"),
        hint: Text(en: "Give one for each age, or one for all.", zh: "请按案龄给出，或给出一个共用值。"))
    }
    for (age, hazard) in hazards.enumerated() {
      try StockFlowChecks.probability(
        hazard, Text(en: "the hazard at age \(age)", zh: "案龄 \(age) 的结案概率"))
    }
    try StockFlowChecks.probability(
      filingHazard, Text(en: "the hazard of new cases", zh: "新收案件的结案概率"))
    self.hazards = hazards
    self.filingHazard = filingHazard
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      hazards: container.decode([Double].self, forKey: .hazards),
      filingHazard: container.decode(Double.self, forKey: .filingHazard))
  }

  /// Projects the pyramid `opening`.
  ///
  /// - Parameters:
  ///   - opening: nₐ, at most as many classes as there are hazards, the last open-ended where there
  ///     are as many.
  ///   - filings: one number a period.
  ///   - start: the first period.
  /// - Returns: one step a period.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/malformedDefinition`` for more
  ///   classes than hazards.
  public func projection(opening: [Double], filings: [Double], from start: Period)
    throws(Diagnostic) -> [Step]
  {
    for value in opening { try StockFlowChecks.cases(value, Text(en: "pending", zh: "未结")) }
    for value in filings { try StockFlowChecks.cases(value, Text(en: "filings", zh: "收案")) }
    let last = hazards.count - 1
    guard opening.count <= hazards.count else {
      try StockFlowChecks.sameLength(
        opening.count, hazards.count, Text(en: "age classes", zh: "案龄组"))
      return []
    }
    var n = opening + [Double](repeating: 0, count: hazards.count - opening.count)
    var steps: [Step] = []
    for (t, filed) in filings.enumerated() {
      var resolved = zip(n, hazards).map { $0 * $1 }
      var next = [Double](repeating: 0, count: n.count)
      for a in n.indices { next[min(a + 1, last)] += n[a] - resolved[a] }
      let fresh = filed * filingHazard
      resolved.append(fresh)
      if last == 0 { next[0] += filed - fresh } else { next[0] = filed - fresh }
      steps.append(
        Step(
          period: start.advanced(by: t), opening: n, filed: filed, resolved: resolved,
          closing: next))
      n = next
    }
    return steps
  }

  /// Pending cases by age once filings have been even for ever.
  ///
  /// - Parameter filings: λ a period, ≥ 0.
  /// - Returns: nₐ.
  /// - Throws: ``DiagnosticCode/unboundedBacklog`` where the last class never closes and cases
  ///   reach it, ``DiagnosticCode/negativeCount``.
  public func steadyState(filings: Double) throws(Diagnostic) -> [Double] {
    try StockFlowChecks.cases(filings, Text(en: "filings", zh: "收案"))
    var n: [Double] = []
    var alive = filings * (1 - filingHazard)
    let last = hazards.count - 1
    for (age, hazard) in hazards.enumerated() {
      if age == last {
        guard hazard > 0 || alive == 0 else {
          throw BacklogElimination.unbounded(
            growth: alive, unit: Text(en: "cases a period", zh: "件/期"))
        }
        n.append(alive == 0 ? 0 : alive / hazard)
      } else {
        n.append(alive)
        alive *= 1 - hazard
      }
    }
    return n
  }

  /// The share of open cases older than `age` periods in the steady state; `nil` for no cases.
  ///
  /// - Parameter age: in full periods, below the number of classes.
  /// - Returns: a share in 0 … 1.
  /// - Throws: as ``steadyState(filings:)`` does.
  public func steadyShare(olderThan age: Int) throws(Diagnostic) -> Double? {
    let n = try steadyState(filings: 1)
    guard age < n.count || age == 0 else {
      // Beyond the last class its one hazard holds.
      let beyond = pow(1 - hazards[hazards.count - 1], Double(age - (n.count - 1)))
      let total = n.accurateSum
      return total > 0 ? n[n.count - 1] * beyond / total : nil
    }
    let total = n.accurateSum
    return total > 0 ? n.dropFirst(age).accurateSum / total : nil
  }

  /// 1/h periods, with one hazard for all ages.
  public static func meanDuration(hazard: Double) -> Double? { hazard > 0 ? 1 / hazard : nil }

  /// ln ½ / ln(1 − h) periods, with one hazard for all ages: where the geometric law, continued
  /// between whole periods, has closed half.
  public static func medianDuration(hazard: Double) -> Double? {
    hazard > 0 && hazard < 1 ? log(0.5) / log1p(-hazard) : nil
  }
}
