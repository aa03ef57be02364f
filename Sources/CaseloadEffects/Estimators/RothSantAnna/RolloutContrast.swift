import CaseloadMath

/// What a rollout design averages: effects of cohorts g in periods t, each set against the cohorts not
/// yet treated, and the same differences in the period before each cohort's start.
///
/// ```
/// θ̂₀ = Σ_g A_g·Ȳ_g,    X̂ = Σ_g A⁰_g·Ȳ_g
/// effect of g in t:  Ȳ_gt − Σ_{g' > t} N_g' Ȳ_g't / Σ N_g',   X̂ the same in period g − 1
/// ```
///
/// Cohorts are numbered by their start; the last is the one treated last, or never. Effects from the
/// start of the last cohort on have no comparison.
///
/// - Source: Roth & Sant'Anna (2023), §2.2–2.3.
struct RolloutContrast: Sendable {
  /// A and A⁰, one row of periods a cohort.
  private(set) var theta: [[Double]]
  private(set) var prior: [[Double]]

  /// A cohort's effect in a period, or before its start.
  struct Cell: Sendable {
    let cohort: Int
    let period: Int
    let weight: Double
  }

  /// Which effects an average is of, and how they are weighed.
  enum Kind {
    /// All effects, by the size of cohorts.
    case simple
    /// The mean of each cohort's effects, by the size of cohorts.
    case cohort
    /// The mean over periods of the effects in a period, by the size of cohorts.
    case calendar
    /// Effects after so many periods (before the start where negative), by the size of cohorts.
    case event(Int)
  }

  /// The contrast of some weighted effects.
  ///
  /// - Parameters:
  ///   - cells: weights that add up to 1.
  ///   - rollout: the cohorts.
  ///   - lastOnly: whether the last cohort alone is the comparison.
  init(_ cells: [Cell], _ rollout: Rollout, lastOnly: Bool) {
    let (count, periods) = (rollout.starts.count, rollout.periodCount)
    theta = [[Double]](repeating: [Double](repeating: 0, count: periods), count: count)
    prior = theta
    for cell in cells {
      let start = rollout.starts[cell.cohort]
      let from = max(cell.period, start)
      let comparison =
        lastOnly ? [count - 1] : (0..<count).filter { rollout.starts[$0] > from }
      let total = comparison.reduce(0) { $0 + rollout.sizes[$1] }
      for g in comparison {
        let share = cell.weight * Double(rollout.sizes[g]) / Double(total)
        theta[g][cell.period] -= share
        prior[g][start - 1] -= share
      }
      theta[cell.cohort][cell.period] += cell.weight
      prior[cell.cohort][start - 1] += cell.weight
    }
  }

  /// The cells of an average; empty where no effect is identified.
  ///
  /// - Parameters:
  ///   - kind: which effects.
  ///   - rollout: the cohorts.
  /// - Returns: weights that add up to 1.
  static func cells(_ kind: Kind, _ rollout: Rollout) -> [Cell] {
    let (starts, sizes) = (rollout.starts, rollout.sizes)
    // Effects are identified before the last cohort's start.
    let end = min(rollout.periodCount, starts.last ?? 0)
    let treated = starts.indices.filter { starts[$0] < end }
    func size(_ cohorts: [Int]) -> Double { cohorts.reduce(0) { $0 + Double(sizes[$1]) } }
    switch kind {
    case .simple:
      let total = treated.reduce(0) { $0 + Double(sizes[$1] * (end - starts[$1])) }
      return treated.flatMap { g in
        (starts[g]..<end).map {
          Cell(cohort: g, period: $0, weight: Double(sizes[g]) / total)
        }
      }
    case .cohort:
      let total = size(treated)
      return treated.flatMap { g in
        (starts[g]..<end).map {
          Cell(
            cohort: g, period: $0,
            weight: Double(sizes[g]) / total / Double(end - starts[g]))
        }
      }
    case .calendar:
      guard let first = treated.first else { return [] }
      let periods = Double(end - starts[first])
      return (starts[first]..<end).flatMap { t in
        let cohorts = treated.filter { starts[$0] <= t }
        let total = size(cohorts)
        return cohorts.map {
          Cell(cohort: $0, period: t, weight: Double(sizes[$0]) / total / periods)
        }
      }
    case .event(let k):
      let cohorts = treated.filter { max(starts[$0] + k, starts[$0]) < end && starts[$0] + k >= 0 }
      let total = size(cohorts)
      return cohorts.map {
        Cell(cohort: $0, period: starts[$0] + k, weight: Double(sizes[$0]) / total)
      }
    }
  }
}

/// Units in cohorts by the period of their start.
struct Rollout: Sendable {
  /// The first treated column of each cohort, ascending; beyond the data for never.
  let starts: [Int]
  /// Units in each.
  let sizes: [Int]
  let periodCount: Int
  /// The cohort of each unit.
  let cohort: [Int]
  /// Outcomes, unit by unit.
  let outcome: [Double]

  var unitCount: Int { cohort.count }

  /// Outcomes less their period's mean, so that large levels cost no digits: every contrast adds up to
  /// zero over cohorts in each period.
  static func centered(_ outcome: [Double], _ periods: Int) -> [Double] {
    let n = outcome.count / max(1, periods)
    var result = outcome
    for t in 0..<periods {
      var sum = 0.0
      for i in 0..<n { sum += outcome[i * periods + t] }
      for i in 0..<n { result[i * periods + t] -= sum / Double(n) }
    }
    return result
  }

  /// The same outcomes with units dealt to cohorts anew.
  func with(cohort: [Int]) -> Rollout {
    Rollout(
      starts: starts, sizes: sizes, periodCount: periodCount, cohort: cohort, outcome: outcome)
  }
}
