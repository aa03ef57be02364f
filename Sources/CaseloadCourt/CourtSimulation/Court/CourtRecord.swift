import CaseloadMath

/// What one replication of a court leaves behind.
///
/// Groups are the whole court, then the case types, then the tracks; rows are the reported months,
/// then all of them together. NaN marks what is not defined, such as the median of no case.
struct CourtRecord: Sendable {
  /// How a case ends.
  enum Outcome: Int, Sendable { case judgment, mediation, withdrawal }

  /// Upper ends of the age bands in months; the last band is open.
  static let bands: [Double] = [3, 6, 12, 24]

  let groups: Int
  let rows: Int
  private let types: Int
  private(set) var values: [Double]
  /// Shares of the cases pending at the end, by age.
  private(set) var ages = [Double](repeating: 0, count: Self.bands.count + 1)
  /// The largest difference between counted and rolled-forward pending cases: 0.
  private(set) var conservationGap = 0
  var events = 0
  private(set) var filedTotal = 0

  /// Counts by group: of the month, and of all reported months.
  private var monthly: [Tally]
  private var overall: [Tally]
  private var pending: [Int]

  private struct Tally {
    var filed = 0
    var diverted = 0
    var outcomes = (judgment: 0, mediation: 0, withdrawal: 0)
    var days: [Double] = []
    var busy = 0.0
    var available = 0.0
    var posts = 0.0
    var length = 0

    var resolved: Int { outcomes.judgment + outcomes.mediation + outcomes.withdrawal }

    mutating func reset() {
      (filed, diverted, outcomes, busy, available, posts, length) = (0, 0, (0, 0, 0), 0, 0, 0, 0)
      days.removeAll(keepingCapacity: true)
    }

    mutating func add(_ other: Tally) {
      filed += other.filed
      diverted += other.diverted
      outcomes.judgment += other.outcomes.judgment
      outcomes.mediation += other.outcomes.mediation
      outcomes.withdrawal += other.outcomes.withdrawal
      days += other.days
      busy += other.busy
      available += other.available
      posts += other.posts * Double(other.length)
      length += other.length
    }
  }

  /// Of the cases pending in a group, at the end of a month.
  struct Stock {
    var count = 0
    var age = 0.0
    var overSix = 0
    var overTwelve = 0
    var largest = 0
  }

  init(_ plan: CourtPlan) {
    types = plan.types.count
    groups = 1 + types + plan.tracks.count
    rows = plan.court.months + 1
    values = Array(repeating: .nan, count: groups * rows * CourtMeasureNames.all.count)
    monthly = Array(repeating: Tally(), count: groups)
    overall = monthly
    pending = Array(repeating: 0, count: groups)
  }

  /// The value of `measure` of `group` in `row`; `nil` where it is not defined.
  func value(row: Int, group: Int, measure: Int) -> Double? {
    let value = values[(row * groups + group) * CourtMeasureNames.all.count + measure]
    return value.isNaN ? nil : value
  }

  mutating func opened(type: Int, track: Int) {
    pending[0] += 1
    pending[1 + type] += 1
    pending[1 + types + track] += 1
  }

  mutating func filed(type: Int, track: Int) {
    opened(type: type, track: track)
    filedTotal += 1
    monthly[0].filed += 1
    monthly[1 + type].filed += 1
    monthly[1 + types + track].filed += 1
  }

  mutating func diverted(type: Int) {
    monthly[0].diverted += 1
    monthly[1 + type].diverted += 1
  }

  mutating func closed(type: Int, track: Int, _ outcome: Outcome, days: Double) {
    count(0, outcome, days)
    count(1 + type, outcome, days)
    count(1 + types + track, outcome, days)
  }

  private mutating func count(_ group: Int, _ outcome: Outcome, _ days: Double) {
    pending[group] -= 1
    switch outcome {
    case .judgment: monthly[group].outcomes.judgment += 1
    case .mediation: monthly[group].outcomes.mediation += 1
    case .withdrawal: monthly[group].outcomes.withdrawal += 1
    }
    monthly[group].days.append(days)
  }

  mutating func busy(_ track: Int, _ minutes: Double) {
    monthly[0].busy += minutes
    monthly[1 + types + track].busy += minutes
  }

  /// Ends a month.
  ///
  /// - Parameters:
  ///   - row: of the reported months; below zero while the court warms up.
  ///   - length: days of the month.
  ///   - stocks: the cases pending in each group, counted.
  ///   - posts: full-time judges of each group; 0 for case types.
  ///   - available: minutes for cases of each group.
  mutating func endMonth(
    row: Int, length: Int, stocks: [Stock], posts: [Double], available: [Double]
  ) {
    for g in 0..<groups {
      conservationGap = max(conservationGap, abs(pending[g] - stocks[g].count))
      monthly[g].posts = posts[g]
      monthly[g].available = available[g]
      monthly[g].length = length
      if row >= 0 {
        write(row, g, monthly[g], stocks[g], posts: posts[g])
        overall[g].add(monthly[g])
        if row == rows - 2 {
          write(
            rows - 1, g, overall[g], stocks[g],
            posts: overall[g].posts / Double(max(1, overall[g].length)))
        }
      }
      monthly[g].reset()
    }
  }

  mutating func setAges(_ counts: [Int]) {
    let total = counts.reduce(0, +)
    ages = counts.map { total == 0 ? 0 : Double($0) / Double(total) }
  }

  private mutating func write(
    _ row: Int, _ group: Int, _ tally: Tally, _ stock: Stock, posts: Double
  ) {
    let days = tally.days.sorted()
    let resolved = Double(tally.resolved)
    let count = Double(stock.count)
    func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : .nan }
    func quantile(_ p: Double) -> Double { Descriptive.sortedQuantile(days, p) ?? .nan }
    let hasJudges = posts > 0
    let isType = group >= 1 && group <= types
    let numbers = [
      Double(tally.filed), group > types ? .nan : Double(tally.diverted), resolved,
      Double(tally.outcomes.judgment), Double(tally.outcomes.mediation),
      Double(tally.outcomes.withdrawal), count, 100 * ratio(resolved, Double(tally.filed)),
      ratio(Double(tally.length) * count, resolved), Descriptive.mean(days) ?? .nan,
      quantile(0.5), quantile(0.9), ratio(stock.age, count), ratio(Double(stock.overSix), count),
      ratio(Double(stock.overTwelve), count), isType ? .nan : posts,
      hasJudges ? count / posts : .nan, isType ? .nan : Double(stock.largest),
      ratio(tally.busy, tally.available),
    ]
    let base = (row * groups + group) * numbers.count
    for (k, number) in numbers.enumerated() { values[base + k] = number }
  }
}

extension CourtRun {
  /// Counts what is pending, and writes the month down.
  mutating func endMonth(_ now: Double) {
    let types = plan.types.count
    var stocks = [CourtRecord.Stock](repeating: CourtRecord.Stock(), count: record.groups)
    var bands = [Int](repeating: 0, count: CourtRecord.bands.count + 1)
    for j in 0..<plan.judgeCount {
      advance(j, to: now)
      let track = 1 + types + plan.trackOfJudge[j]
      stocks[0].largest = max(stocks[0].largest, open[j])
      stocks[track].largest = max(stocks[track].largest, open[j])
    }
    for i in 0..<cases.count {
      guard cases.state[i] != .absent, cases.state[i] != .unfiled else { continue }
      let age = now - cases.filed[i]
      for g in [0, 1 + Int(cases.type[i]), 1 + types + Int(cases.track[i])] {
        stocks[g].count += 1
        stocks[g].age += age
        if age > 182.625 { stocks[g].overSix += 1 }
        if age > 365.25 { stocks[g].overTwelve += 1 }
      }
      let months = age / CourtPlan.daysPerMonth
      bands[CourtRecord.bands.firstIndex { months <= $0 } ?? CourtRecord.bands.count] += 1
    }
    var filled = [Double](repeating: 0, count: record.groups)
    var available = filled
    let days = plan.monthStarts[month]..<plan.monthStarts[month + 1]
    for j in 0..<plan.judgeCount {
      let share = posts.shares[j * posts.months + month]
      var minutes = 0.0
      for day in days { minutes += posts.minutes[j * posts.days + day] }
      for g in [0, 1 + types + plan.trackOfJudge[j]] {
        filled[g] += share
        available[g] += minutes
      }
    }
    record.endMonth(
      row: month - plan.warmUp, length: days.count, stocks: stocks, posts: filled,
      available: available)
    if month == plan.periods.count - 1 { record.setAges(bands) }
  }
}
