import CaseloadData
import CaseloadMath

/// How extreme an estimate is among those of all other assignments of the programme.
///
/// ```
/// p(τ₀) = #{π : |β_π(Y − τ₀D)| ≥ |β(Y − τ₀D)|} / N,   β_π(Y − τ₀D) = β_π(Y) − τ₀ β_π(D)
/// ```
///
/// Y is the outcome, D the treatment as it was, π an assignment of the cohorts to the clusters, the
/// observed one included. Exact where each assignment was equally likely, whatever the errors; where
/// units differ in size or noise the t statistic is the more robust one.
///
/// For an estimator that is linear in the outcome two numbers a draw give the whole interval: with
/// |β_π(D)| < |β(D)| an assignment is at least as extreme between τ = (β − β_π)/(β(D) − β_π(D)) and
/// (β + β_π)/(β(D) + β_π(D)), which lie on either side of the estimate, so that the ends of the
/// interval are order statistics of these roots. For other estimators the ends are found by bisection.
///
/// - Sources: Fisher (1935), *The Design of Experiments*, ch. 2; Rosenbaum (2002), *Observational
///   Studies*, 2nd ed., ch. 2 (inversion); MacKinnon & Webb (2020), *Journal of Econometrics* 218,
///   435–450 (few treated clusters; β and t); Besag & Clifford (1991), *Biometrika* 78, 301–304 (draws
///   that end early).
public struct RandomizationInference: Sendable {
  /// How many assignments are drawn where there are more; all of them where there are not. An
  /// estimator that is not linear takes 999 at most, as its interval needs further ones.
  public var draws = 4_999

  public init() {}

  /// Whether units of different strata may exchange their assignments.
  public var ignoresStrata = false

  /// A level at which only the verdict is wanted, such as 0.05: draws end as soon as p must exceed it,
  /// whatever the rest; the p-value is then a lower bound. The verdict is that of all draws, at a
  /// fraction of the cost where there is no effect. Without an interval; `nil` for all draws.
  public var verdictLevel: Double?

  /// 4,999 draws, and fewer, but 999 at least, for panels of more than 40,000 cells.
  public init(for grid: StudyGrid) {
    let cells = max(1, grid.outcome.count)
    draws = max(Self.fewestDraws, min(4_999, 200_000_000 / cells))
  }

  private static let fewestDraws = 999

  /// What the other assignments say of an estimate.
  public struct Result: Codable, Sendable {
    /// The share of assignments with an estimate as far from zero, the observed one included.
    public let pValue: Double
    /// The same by estimate / standard error; `nil` where the design has none.
    public let pValueOfT: Double?
    /// The constant effects that are not rejected; `nil` where none is, however far.
    public let lower: Double?
    /// The other end.
    public let upper: Double?
    public let level: Double
    /// Assignments compared, the observed one included.
    public let count: Int
    /// How many distinct assignments there are; infinite beyond the range of numbers.
    public let assignments: Double
    /// Whether they were all computed.
    public let isEnumerated: Bool
    /// Assignments under which the design has no estimate.
    public let failures: Int
    /// No p-value below this is possible.
    public let smallestPValue: Double
    /// Whether the estimator proved linear, so that the interval is exact.
    public let isLinear: Bool
    /// A constant effect that is found in four of five cases at the 5 % level; `nil` where no
    /// effect can be.
    public let minimumDetectableEffect: Double?
  }

  /// β_π(Y), β_π(D) and the t statistic of one assignment.
  struct Draw {
    let value: Double
    let slope: Double
    let t: Double?
  }

  /// Rounding differences of estimates that are equal in exact arithmetic.
  static let tie = 1e-9

  /// Tests the average effect against none.
  ///
  /// - Parameters:
  ///   - estimator: called once or twice an assignment.
  ///   - grid: on the estimator's scale.
  ///   - effect: the average on this grid.
  ///   - level: of the interval.
  ///   - stream: of assignments that are drawn; draw k comes from substream k.
  /// - Returns: p-values and the interval.
  /// - Throws: ``DiagnosticCode/notIdentified`` where the programme could have been assigned in one
  ///   way only.
  /// - Complexity: 2 · ``draws`` estimates; half as many, and some 5,000 for the interval, for an
  ///   estimator that is not linear.
  public func test(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, effect: AverageEffect,
    level: Double = 0.95, from stream: RandomStream
  ) throws(Diagnostic) -> Result {
    let assignments = ClusterAssignments(grid, ignoringStrata: ignoresStrata)
    guard assignments.count > 1 else { throw Self.oneAssignment(grid) }
    let treatment = Self.treatment(of: grid)
    let treated = grid.with(outcome: treatment)
    // For a verdict linearity matters only to how many assignments are drawn.
    let isLinear =
      verdictLevel != nil && assignments.count <= Double(min(draws, Self.fewestDraws)) + 1
      || Self.isLinear(estimator, grid, treated, effect, assignments, stream)
    let draws = isLinear ? draws : min(draws, Self.fewestDraws)
    let isEnumerated = assignments.count <= Double(max(draws, 1)) + 1
    /// The assignments to compare, until `body` returns false.
    func forEachOther(_ body: ([Int]) -> Bool) {
      if isEnumerated {
        assignments.forEachOther(body)
      } else {
        for k in 0..<draws where !body(assignments.drawn(from: stream.substream(UInt64(k)))) {
          return
        }
      }
    }
    if let verdictLevel {
      let total = isEnumerated ? Int(assignments.count) : draws + 1
      let found = Self.verdict(
        estimator, grid, effect.value, at: verdictLevel, of: total, forEachOther)
      guard found.compared > 1 else { throw Self.oneAssignment(grid) }
      return Result(
        pValue: found.pValue, pValueOfT: nil, lower: nil, upper: nil, level: level,
        count: found.compared, assignments: assignments.count, isEnumerated: isEnumerated,
        failures: found.failures, smallestPValue: 1 / Double(total), isLinear: isLinear,
        minimumDetectableEffect: nil)
    }
    let slope = isLinear ? (try? estimator.average(treated).value) ?? 1 : 1
    var slopes = AssignmentSlopes(estimator, treated)
    var others: [Draw] = []
    var kept: [[Int]] = []
    var failures = 0
    func add(_ cohort: [Int]) {
      guard let average = try? estimator.average(grid.with(cohort: cohort)),
        average.value.isFinite
      else {
        failures += 1
        return
      }
      var own = 0.0
      if isLinear {
        guard let value = slopes.slope(cohort) else {
          failures += 1
          return
        }
        own = value
      } else {
        kept.append(cohort)
      }
      others.append(Draw(value: average.value, slope: own, t: Self.statistic(average)))
    }
    forEachOther {
      add($0)
      return true
    }
    guard !others.isEmpty else { throw Self.oneAssignment(grid) }

    let count = Double(others.count + 1)
    let ties = others.count { abs($0.slope) >= abs(slope) * (1 - Self.tie) }
    let ends =
      isLinear
      ? Self.ends(effect.value, slope, others, level: level)
      : bisected(estimator, grid, treatment, effect.value, others, kept, level: level)
    let detectable =
      isLinear && slope != 0
      ? Self.detectable(effect.value, slope, others, ties: ties) : nil
    return Result(
      pValue: Double(1 + others.count { Self.reaches($0.value, effect.value) }) / count,
      pValueOfT: Self.pValueOfT(Self.statistic(effect), others), lower: ends.lower,
      upper: ends.upper, level: level, count: others.count + 1, assignments: assignments.count,
      isEnumerated: isEnumerated, failures: failures, smallestPValue: Double(1 + ties) / count,
      isLinear: isLinear, minimumDetectableEffect: detectable)
  }

  /// 1 where a unit is treated, missing where its outcome is.
  static func treatment(of grid: StudyGrid) -> [Double] {
    var treatment = grid.outcome
    for i in treatment.indices where !treatment[i].isNaN {
      treatment[i] = grid.isTreated(i / grid.periodCount, i % grid.periodCount) ? 1 : 0
    }
    return treatment
  }

  static func reaches(_ x: Double, _ bound: Double) -> Bool {
    abs(x) >= abs(bound) * (1 - tie)
  }

  private static func statistic(_ effect: AverageEffect) -> Double? {
    guard let error = effect.standardError, error > 0 else { return nil }
    let t = effect.value / error
    return t.isFinite ? t : nil
  }

  private static func pValueOfT(_ observed: Double?, _ others: [Draw]) -> Double? {
    guard let observed else { return nil }
    var reached = 1
    for draw in others {
      guard let t = draw.t else { return nil }
      if reaches(t, observed) { reached += 1 }
    }
    return Double(reached) / Double(others.count + 1)
  }

  /// Whether β_π(Y − τD) = β_π(Y) − τ β_π(D) for the observed and some drawn assignments.
  private static func isLinear(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, _ treated: StudyGrid,
    _ effect: AverageEffect, _ assignments: ClusterAssignments, _ stream: RandomStream
  ) -> Bool {
    let spread = grid.outcome.lazy.filter { !$0.isNaN }.map(abs).max() ?? 0
    let shift = effect.value != 0 ? effect.value : max(spread, 1)
    var moved = grid.outcome
    for i in moved.indices { moved[i] -= shift * treated.outcome[i] }
    let named = stream.substream(named: "linearity")
    var tested = 0
    for k in 0..<4 {
      let cohort = k == 0 ? grid.cohort : assignments.drawn(from: named.substream(UInt64(k)))
      guard let a = try? estimator.average(grid.with(cohort: cohort)).value,
        let b = try? estimator.average(treated.with(cohort: cohort)).value,
        let c = try? estimator.average(grid.with(outcome: moved).with(cohort: cohort)).value
      else { continue }
      tested += 1
      let size = abs(a) + abs(shift * b) + abs(shift)
      if !(abs(a - shift * b - c) <= 1e-7 * size) { return false }
    }
    return tested > 0
  }

  private static func oneAssignment(_ grid: StudyGrid) -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en:
          "The programme could have been assigned to the \(grid.clusterCount) clusters in one way "
          + "only, so no other assignment can be compared with it.",
        zh: "项目在 \(grid.clusterCount) 个群组中只有一种分配方式，没有其他分配可供比较。"),
      hint: Text(
        en: "Leave the strata out, or add comparison units to them.",
        zh: "请去掉分层，或在层内增加对照单位。"))
  }
}
