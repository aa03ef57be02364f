import CaseloadData
import CaseloadMath

/// How outcomes move from one period to the next where no programme was: what a reported fall has to be
/// set against.
///
/// ```
/// g_it = y_it / y_i,t−1 − 1,    n_it = ln y_it − ln y_i,t−1 less its mean over units in t
/// pair rate = share of pairs of units and periods in which both fell by a or more, one by b or more
/// regression to the mean: mean n_i,t+1 where n_it is in its highest tenth
/// ```
///
/// The pair rate is enumerated, not sampled. Units that grew most tend to fall after, relative to the
/// others, without any programme; a programme given to them looks as if it worked.
///
/// - Source: regression to the mean in evaluations: Daw & Hatfield (2018), *Health Services Research*
///   53, 4138–4156.
public struct BaseRates: Codable, Sendable, Equatable {
  public let units: Int
  public let periods: Int
  /// The falls that were asked for, as positive shares: a, and the larger b.
  public let fall: Double
  public let largeFall: Double
  /// Shares of changes that are falls of a or more, and of b or more.
  public let shareOfFalls: Double
  public let shareOfLargeFalls: Double
  /// Of pairs of units in a period: both fell by a or more, and one by b or more; `nil` for one unit.
  public let pairRate: Double?
  /// Of changes of logarithms, and of those less their period's mean (divisor n).
  public let deviation: Double
  public let netDeviation: Double
  /// The slope of n_i,t+1 on n_it, and the mean of n_i,t+1 where n_it is in its highest tenth; `nil`
  /// with fewer than three periods.
  public let persistence: Double?
  public let changeAfterGrowth: Double?
  /// The share of those that then fell by a or more, relative to the others.
  public let fallAfterGrowth: Double?

  /// The base rates of a panel.
  ///
  /// - Parameters:
  ///   - panel: units with a value in every period that any of them has; others are not used.
  ///   - fall: a, such as 0.046.
  ///   - largeFall: b, such as 0.115.
  ///   - least: units that are ever below it are not used.
  /// - Throws: ``DiagnosticCode/tooFewPeriods`` where no change is left.
  public init(
    _ panel: Panel, fall: Double, largeFall: Double, least: Double = 0
  ) throws(Diagnostic) {
    let grid = try PlaceboProgrammes.grid(panel)
    // Periods that nobody reports, such as gaps of the register, are passed over.
    let columns = (0..<grid.periodCount).filter { t in
      (0..<grid.unitCount).contains { !grid[$0, t].isNaN }
    }
    let rows = (0..<grid.unitCount).filter { i in
      columns.allSatisfy { grid[i, $0] >= max(least, .leastNormalMagnitude) }
    }
    guard columns.count > 1, !rows.isEmpty else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "No unit has positive values of \(NumberText.plain(least)) or more in all of two or "
            + "more periods.",
          zh: "没有任何单位在至少两个时期内各期取值均为正且不低于 \(NumberText.plain(least))。"),
        hint: Text(
          en: "Lower the least value, or use longer periods.", zh: "请降低下限，或用更长的时期。"))
    }
    let count = columns.count - 1
    var (falls, largeFalls, pairs, allPairs) = (0, 0, 0, 0)
    var logs: [Double] = []
    var net = [[Double]](repeating: [], count: count)
    for t in 0..<count {
      var (a, b) = (0, 0)
      var changes: [Double] = []
      for i in rows {
        let (from, to) = (grid[i, columns[t]], grid[i, columns[t + 1]])
        let growth = to / from - 1
        if growth <= -fall { a += 1 }
        if growth <= -largeFall { b += 1 }
        changes.append(log(to) - log(from))
      }
      falls += a
      largeFalls += b
      pairs += a * (a - 1) / 2 - (a - b) * (a - b - 1) / 2
      allPairs += rows.count * (rows.count - 1) / 2
      let mean = changes.reduce(0, +) / Double(rows.count)
      logs += changes
      net[t] = changes.map { $0 - mean }
    }
    func deviation(_ x: [Double]) -> Double {
      let mean = x.reduce(0, +) / Double(x.count)
      return (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)).squareRoot()
    }
    let changes = Double(rows.count * count)
    units = rows.count
    periods = columns.count
    self.fall = fall
    self.largeFall = largeFall
    shareOfFalls = Double(falls) / changes
    shareOfLargeFalls = Double(largeFalls) / changes
    pairRate = allPairs > 0 ? Double(pairs) / Double(allPairs) : nil
    self.deviation = deviation(logs)
    netDeviation = deviation(net.flatMap { $0 })
    var now: [Double] = []
    var next: [Double] = []
    for t in 0..<max(0, count - 1) {
      now += net[t]
      next += net[t + 1]
    }
    guard let threshold = Descriptive.quantile(now, 0.9), deviation(now) > 0 else {
      persistence = nil
      changeAfterGrowth = nil
      fallAfterGrowth = nil
      return
    }
    let (meanNow, meanNext) = (
      now.reduce(0, +) / Double(now.count), next.reduce(0, +) / Double(next.count)
    )
    var (xy, xx) = (0.0, 0.0)
    for k in now.indices {
      xy += (now[k] - meanNow) * (next[k] - meanNext)
      xx += (now[k] - meanNow) * (now[k] - meanNow)
    }
    persistence = xy / xx
    let after = now.indices.filter { now[$0] >= threshold }.map { next[$0] }
    changeAfterGrowth = Descriptive.mean(after)
    fallAfterGrowth =
      after.isEmpty ? nil : Double(after.count { $0 <= log1p(-fall) }) / Double(after.count)
  }
}
