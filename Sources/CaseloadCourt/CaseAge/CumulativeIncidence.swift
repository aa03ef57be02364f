import CaseloadData
import CaseloadMath

/// The share of cases that has closed by an age in each way: judgment, mediation, withdrawal.
///
/// Outcomes compete: a case that was mediated can no longer be judged, and is not censored. With dₖⱼ
/// closings of kind k among nⱼ cases at risk at tⱼ, and S the Kaplan–Meier curve of all of them:
///
/// ```
/// Fₖ(t) = Σ_{tⱼ ≤ t} S(tⱼ₋₁) dₖⱼ/nⱼ,       S(t) + Σₖ Fₖ(t) = 1
/// ```
///
/// One minus the Kaplan–Meier curve of one outcome with the others censored is not this share; it is
/// larger.
///
/// Variances, by choice:
///
/// ```
/// greenwood   cov p(t) = (I + ΔA)ᵀ cov p(t−) (I + ΔA) + S(t−)² cov ΔA,
///             cov ΔAₖₗ = (δₖₗ n dₖ − dₖ dₗ)/n³
/// jackknife   Σᵢ Uᵢ Uᵢᵀ, the influence of each case on p(t) = (S, F₁, …):
///             Uᵢ(t) = Uᵢ(t−)(I + ΔA) + S(t−) 1[i at risk] (dNᵢ − d/n)/n
/// ```
///
/// - Sources: Aalen & Johansen (1978), *Scandinavian Journal of Statistics* 5, 141–150; Andersen,
///   Borgan, Gill & Keiding, *Statistical Models Based on Counting Processes* (1993), §IV.4; the
///   jackknife as `survfit` of R's survival has it.
public struct CumulativeIncidence: Codable, Sendable {
  /// How the variance is estimated.
  public enum Variance: String, Codable, Sendable, CaseIterable { case greenwood, jackknife }

  /// One distinct time.
  public struct Row: Codable, Sendable, Equatable {
    public let time: Double
    public let atRisk: Int
    /// Closings by outcome.
    public let events: [Int]
    public let censored: Int
    /// S, with its standard error.
    public let open: Double
    public let openStandardError: Double
    /// Fₖ by outcome.
    public let incidence: [Double]
    public let standardErrors: [Double]
  }

  public let outcomes: [String]
  public let variance: Variance
  public let rows: [Row]

  /// The shares of a sample.
  ///
  /// - Parameters:
  ///   - sample: with its outcomes.
  ///   - variance: how it is estimated.
  /// - Complexity: n log n; with the jackknife n × distinct times.
  public init(_ sample: SurvivalSample, variance: Variance = .greenwood) {
    outcomes = sample.outcomes
    self.variance = variance
    let sets = sample.riskSets
    var errors: [[Double]]
    switch variance {
    case .greenwood: errors = Self.greenwood(sets, sample.outcomes.count)
    case .jackknife: errors = Self.jackknife(sample, sets)
    }
    var open = 1.0
    var incidence = [Double](repeating: 0, count: sample.outcomes.count)
    var rows: [Row] = []
    for (index, set) in sets.enumerated() {
      let n = Double(set.atRisk)
      for k in incidence.indices where set.events[k] > 0 {
        incidence[k] += open * Double(set.events[k]) / n
      }
      if set.total > 0 { open = set.total == set.atRisk ? 0 : open * ((n - Double(set.total)) / n) }
      rows.append(
        Row(
          time: set.time, atRisk: set.atRisk, events: set.events, censored: set.censored,
          open: open, openStandardError: errors[index][0], incidence: incidence,
          standardErrors: Array(errors[index].dropFirst())))
    }
    self.rows = rows
  }

  /// F by outcome at `time`.
  public func incidence(at time: Double) -> [Double] {
    rows.last { $0.time <= time }?.incidence ?? outcomes.map { _ in 0 }
  }

  /// The standard errors of S and of every F, one list a risk set.
  private static func greenwood(_ sets: [SurvivalSample.RiskSet], _ causes: Int) -> [[Double]] {
    let m = causes + 1
    var c = [Double](repeating: 0, count: m * m)
    var open = 1.0
    var result: [[Double]] = []
    for set in sets {
      if set.total > 0 {
        let n = Double(set.atRisk)
        let d = set.events.map(Double.init)
        let all = Double(set.total)
        // ΔA has one row that is not zero: state 0 goes to k with d_k/n and loses d/n.
        let step = [-all / n] + d.map { $0 / n }
        // (I + ΔA)ᵀ C (I + ΔA): row 0 of C mixes into the others.
        var left = c
        for i in 0..<m { for j in 0..<m { left[i * m + j] += step[i] * c[j] } }
        var both = left
        for i in 0..<m { for j in 0..<m { both[i * m + j] += left[i * m] * step[j] } }
        func covariance(_ i: Int, _ j: Int) -> Double {
          let (a, b) = (i == 0 ? -all : d[i - 1], j == 0 ? -all : d[j - 1])
          let same = i == j ? abs(a) : (i == 0 ? -d[j - 1] : (j == 0 ? -d[i - 1] : 0))
          return (n * same - a * b) / (n * n * n)
        }
        for i in 0..<m {
          for j in 0..<m { both[i * m + j] += open * open * covariance(i, j) }
        }
        c = both
        open = set.total == set.atRisk ? 0 : open * ((n - all) / n)
      }
      result.append((0..<m).map { max(0, c[$0 * m + $0]).squareRoot() })
    }
    return result
  }

  private static func jackknife(_ sample: SurvivalSample, _ sets: [SurvivalSample.RiskSet])
    -> [[Double]]
  {
    let causes = sample.outcomes.count
    let m = causes + 1
    let n = sample.count
    var influence = [Double](repeating: 0, count: n * m)
    var open = 1.0
    var result: [[Double]] = []
    for set in sets {
      if set.total > 0 {
        let risk = Double(set.atRisk)
        let rates = set.events.map { Double($0) / risk }
        let all = Double(set.total) / risk
        let weight = open / risk
        for i in 0..<n {
          let base = i * m
          let first = influence[base]
          for k in 0..<causes { influence[base + 1 + k] += first * rates[k] }
          influence[base] = first * (1 - all)
          guard sample.entries[i] < set.time, sample.times[i] >= set.time else { continue }
          influence[base] += weight * all
          for k in 0..<causes { influence[base + 1 + k] -= weight * rates[k] }
          if sample.times[i] == set.time, sample.causes[i] > 0 {
            influence[base] -= weight
            influence[base + sample.causes[i]] += weight
          }
        }
        open = set.total == set.atRisk ? 0 : open * (1 - all)
      }
      var sums = [Double](repeating: 0, count: m)
      for i in 0..<n {
        for k in 0..<m { sums[k] += influence[i * m + k] * influence[i * m + k] }
      }
      result.append(sums.map { $0.squareRoot() })
    }
    return result
  }
}
