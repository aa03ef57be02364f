import CaseloadMath

/// The interval of a randomization test, and what it could find.
extension RandomizationInference {
  /// The ends of the interval as order statistics of the roots.
  static func ends(
    _ value: Double, _ slope: Double, _ others: [Draw], level: Double
  ) -> (lower: Double?, upper: Double?) {
    guard slope != 0 else { return (nil, nil) }
    // The observed assignment is as extreme as itself everywhere.
    var low = [-Double.infinity]
    var high = [Double.infinity]
    for draw in others {
      let scale = abs(slope) * tie
      let (minus, plus) = (slope - draw.slope, slope + draw.slope)
      guard abs(draw.slope) < abs(slope) - scale else {
        low.append(-.infinity)
        high.append(.infinity)
        continue
      }
      let (a, b) = ((value - draw.value) / minus, (value + draw.value) / plus)
      low.append(min(a, b))
      high.append(max(a, b))
    }
    low.sort()
    high.sort(by: >)
    let index = Int(((1 - level) * Double(high.count) + 1e-9).rounded(.down))
    guard index < high.count else { return (value / slope, value / slope) }
    return (
      low[index].isFinite ? low[index] : nil, high[index].isFinite ? high[index] : nil
    )
  }

  /// The ends of the interval where the estimator is not linear, by bisection over the first
  /// assignments.
  func bisected(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, _ treatment: [Double],
    _ value: Double, _ others: [Draw], _ kept: [[Int]], level: Double
  ) -> (lower: Double?, upper: Double?) {
    let used = kept.prefix(199)
    let needed = (1 - level) * Double(used.count + 1) + 1e-9
    guard needed >= 1 else { return (nil, nil) }
    func isKept(_ effect: Double) -> Bool {
      var moved = grid.outcome
      for i in moved.indices { moved[i] -= effect * treatment[i] }
      let base = grid.with(outcome: moved)
      guard let own = try? estimator.average(base).value else { return true }
      var reached = 1.0
      for cohort in used {
        guard let other = try? estimator.average(base.with(cohort: cohort)).value else { continue }
        if Self.reaches(other, own) { reached += 1 }
        if reached > needed { return true }
      }
      return false
    }
    let step = Descriptive.standardDeviation(others.map(\.value)) ?? abs(value)
    func end(_ direction: Double) -> Double? {
      guard step > 0 else { return nil }
      var (inside, outside) = (0.0, 2.0)
      while isKept(value + direction * outside * step) {
        (inside, outside) = (outside, outside * 2)
        if outside > 64 { return nil }
      }
      for _ in 0..<14 {
        let middle = 0.5 * (inside + outside)
        if isKept(value + direction * middle * step) { inside = middle } else { outside = middle }
      }
      return value + direction * inside * step
    }
    return (end(-1), end(1))
  }

  /// The critical value at 5 % plus what four of five estimates exceed.
  ///
  /// ```
  /// e_π = β_π(Y − τ̂D),   MDE = |e|_(m) + Q.8(±e)      m the last rank that is rejected
  /// ```
  static func detectable(
    _ value: Double, _ slope: Double, _ others: [Draw], ties: Int
  ) -> Double? {
    let effect = value / slope
    let free = others.filter { abs($0.slope) < abs(slope) * (1 - tie) }
      .map { $0.value - effect * $0.slope }
    // With the observed assignment and its mirror images, so many others may be as extreme.
    let allowed = Int((0.05 * Double(others.count + 1) + 1e-9).rounded(.down)) - 1 - ties
    guard allowed >= 0, allowed < free.count else { return nil }
    let critical = free.map(abs).sorted(by: >)[allowed]
    guard let reach = Descriptive.quantile(free + free.map { -$0 }, 0.8) else { return nil }
    return (critical + reach) / abs(slope)
  }
}
