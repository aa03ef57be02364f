import CaseloadMath

/// β_π(D), what assignment π makes of the treatment as it was, computed once for all assignments that
/// share it.
///
/// ```
/// β_π(D) depends on π only through n_gh = #{i: cohort i was g, π makes it h}
/// ```
///
/// where units differ in nothing but the values of their outcomes: equal weights, the same periods
/// observed, no covariates. Two treated units of forty then have three values of β_π(D), not 780.
struct AssignmentSlopes<Estimator: DifferenceEstimator> {
  private let estimator: Estimator
  /// Its outcome is D.
  private let treated: StudyGrid
  private let isShared: Bool
  private let codes: [Int: Int]
  private let observed: [Int]
  private var known: [[Int]: Double?] = [:]

  /// - Parameters:
  ///   - estimator: linear in the outcome.
  ///   - treated: the study with the treatment as outcome.
  init(_ estimator: Estimator, _ treated: StudyGrid) {
    self.estimator = estimator
    self.treated = treated
    isShared = treated.hasLikeUnits
    let cohorts = Set(treated.cohort).sorted()
    let codes = Dictionary(uniqueKeysWithValues: cohorts.enumerated().map { ($1, $0) })
    self.codes = codes
    observed = treated.cohort.map { codes[$0] ?? 0 }
  }

  /// `nil` where the design has no estimate.
  mutating func slope(_ cohort: [Int]) -> Double? {
    guard isShared else { return computed(cohort) }
    var key = [Int](repeating: 0, count: codes.count * codes.count)
    for (row, start) in cohort.enumerated() {
      guard let code = codes[start] else { return computed(cohort) }
      key[observed[row] * codes.count + code] += 1
    }
    if let value = known[key] { return value }
    let value = computed(cohort)
    known.updateValue(value, forKey: key)
    return value
  }

  private func computed(_ cohort: [Int]) -> Double? {
    guard let value = try? estimator.average(treated.with(cohort: cohort)).value, value.isFinite
    else { return nil }
    return value
  }
}

extension StudyGrid {
  /// Whether units differ in nothing that a design could see but the values of their outcomes.
  fileprivate var hasLikeUnits: Bool {
    guard covariates.isEmpty, exposure.isEmpty, dose.isEmpty, eligible.isEmpty, stratum.isEmpty,
      treatment.isEmpty, weights.allSatisfy({ $0 == weights[0] })
    else { return false }
    for i in 1..<max(1, unitCount) {
      for t in 0..<periodCount where self[i, t].isNaN != self[0, t].isNaN { return false }
    }
    return true
  }
}
