import CaseloadData
import CaseloadMath

/// Whether groups close at the same pace: observed closings against those that the common pace of
/// all would give.
///
/// At each time of each stratum, with d closings among n cases, nᵍ of them of group g:
///
/// ```
/// Uᵍ  = Σ w (dᵍ − d nᵍ/n),   w = S(t−)^ρ
/// Vᵍʰ = Σ w² d (n − d)/(n − 1) · (nᵍ/n)(δᵍʰ − nʰ/n)
/// χ²  = Uᵀ V⁻ U   on one degree of freedom fewer than there are groups
/// ```
///
/// ρ = 0 is the log-rank test, ρ = 1 Peto and Peto's form of Wilcoxon's. For one of several competing
/// outcomes it compares the pace of that outcome among cases still open, the others being censored:
/// cause-specific hazards, not cumulative shares.
///
/// - Sources: Mantel (1966), *Cancer Chemotherapy Reports* 50, 163–170; Harrington & Fleming (1982),
///   *Biometrika* 69, 553–566; conventions as `survdiff` of R's survival.
public struct LogRankTest: Codable, Sendable, Equatable {
  /// One group.
  public struct Group: Codable, Sendable, Equatable {
    public let name: String
    public let cases: Int
    /// Σ w dᵍ.
    public let observed: Double
    /// Σ w d nᵍ/n.
    public let expected: Double
  }

  public let rho: Double
  /// The outcome that was compared; `nil` for closing in any way.
  public let outcome: String?
  public let groups: [Group]
  public let statistic: Double
  public let degreesOfFreedom: Int
  public let pValue: Double

  /// Compares groups.
  ///
  /// - Parameters:
  ///   - sample: all cases.
  ///   - groups: the group of each case.
  ///   - strata: the stratum of each case; `nil` for one stratum.
  ///   - outcome: compare this one only.
  ///   - rho: ρ ≥ 0.
  /// - Throws: ``DiagnosticCode/notIdentified`` for fewer than two groups or no variation,
  ///   ``DiagnosticCode/unknownName`` for an outcome that is not there,
  ///   ``DiagnosticCode/malformedDefinition``.
  public init(
    _ sample: SurvivalSample, groups: [String], strata: [String]? = nil, outcome: String? = nil,
    rho: Double = 0
  ) throws(Diagnostic) {
    try StockFlowChecks.sameLength(groups.count, sample.count, Text(en: "groups", zh: "分组"))
    if let strata {
      try StockFlowChecks.sameLength(strata.count, sample.count, Text(en: "strata", zh: "分层"))
    }
    try StockFlowChecks.cases(rho, Text(en: "ρ", zh: "ρ"))
    var cause: Int?
    if let outcome {
      guard let index = sample.outcomes.firstIndex(of: outcome) else {
        throw Diagnostic.unknownName(
          outcome, among: sample.outcomes, kind: Text(en: "outcome", zh: "结案方式"))
      }
      cause = index + 1
    }
    let names = Set(groups).sorted()
    guard names.count > 1 else { throw Self.one }
    let codes = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var tally = Tally(count: names.count)
    var members: [String: [Int]] = [:]
    for i in 0..<sample.count { members[strata?[i] ?? "", default: []].append(i) }
    for stratum in members.keys.sorted() {
      tally.add(
        sample, members[stratum] ?? [], groups.map { codes[$0] ?? 0 }, cause: cause, rho: rho)
    }
    let used = names.indices.filter { tally.variance[$0 * names.count + $0] > 1e-12 }
    guard used.count > 1, let (statistic, rank) = tally.statistic(used) else { throw Self.one }
    self.rho = rho
    self.outcome = outcome
    self.groups = names.enumerated().map { g, name in
      Group(
        name: name, cases: groups.count { $0 == name }, observed: tally.observed[g],
        expected: tally.expected[g])
    }
    self.statistic = statistic
    degreesOfFreedom = rank
    pValue = ChiSquared(degreesOfFreedom: Double(rank)).upper(statistic)
  }

  private static let one = Diagnostic(
    .notIdentified, .error,
    Text(en: "There are not two groups to compare.", zh: "没有两个可比较的组。"),
    hint: Text(en: "Group by a column with two or more values.", zh: "请按至少有两个取值的列分组。"))

  /// Sums over the times of all strata.
  private struct Tally {
    var observed: [Double]
    var expected: [Double]
    var variance: [Double]

    init(count: Int) {
      observed = [Double](repeating: 0, count: count)
      expected = observed
      variance = [Double](repeating: 0, count: count * count)
    }

    mutating func add(
      _ sample: SurvivalSample, _ members: [Int], _ codes: [Int], cause: Int?, rho: Double
    ) {
      let m = observed.count
      let order = members.sorted { sample.times[$0] < sample.times[$1] }
      let starts = members.sorted { sample.entries[$0] < sample.entries[$1] }
      var atRisk = [Double](repeating: 0, count: m)
      var (position, entered) = (0, 0)
      var survival = 1.0
      while position < order.count {
        let time = sample.times[order[position]]
        while entered < starts.count, sample.entries[starts[entered]] < time {
          atRisk[codes[starts[entered]]] += 1
          entered += 1
        }
        var events = [Double](repeating: 0, count: m)
        var leaving = events
        while position < order.count, sample.times[order[position]] == time {
          let i = order[position]
          leaving[codes[i]] += 1
          if cause.map({ $0 == sample.causes[i] }) ?? (sample.causes[i] > 0) {
            events[codes[i]] += 1
          }
          position += 1
        }
        let (n, d) = (atRisk.reduce(0, +), events.reduce(0, +))
        if d > 0 {
          let w = rho == 0 ? 1 : pow(survival, rho)
          let spread = n > 1 ? w * w * d * (n - d) / (n - 1) : 0
          for g in 0..<m {
            observed[g] += w * events[g]
            expected[g] += w * d * atRisk[g] / n
            for h in 0..<m {
              variance[g * m + h] += spread * atRisk[g] / n * ((g == h ? 1 : 0) - atRisk[h] / n)
            }
          }
          survival *= (n - d) / n
        }
        for g in 0..<m { atRisk[g] -= leaving[g] }
      }
    }

    /// χ² over the groups in `used`, the last of which follows from the others.
    func statistic(_ used: [Int]) -> (Double, Int)? {
      let m = observed.count
      let free = Array(used.dropLast())
      let v = Matrix(
        rows: free.map { g in free.map { h in variance[g * m + h] } })
      let u = free.map { observed[$0] - expected[$0] }
      guard let factor = try? Cholesky(v) else { return nil }
      return (zip(u, factor.solve(u)).reduce(0) { $0 + $1.0 * $1.1 }, free.count)
    }
  }
}
