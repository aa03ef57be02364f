import CaseloadData

/// The columns through which interruptions act, by event time.
///
/// ```
/// u = k − T_j − lag                            periods since interruption j takes hold
/// level:  min(1, (u + 1)/m)   for u ≥ 0        m the periods of the phase-in, 1 for a step
/// slope:  u                   for u ≥ 0
/// ```
///
/// A pulse of q periods has both columns for u < q only.
struct SegmentedTerms: Sendable {
  /// One interruption.
  struct Break: Sendable {
    /// In event time: 0 for the first.
    let time: Int
    /// `nil` in event time over several units.
    let period: Period?
    let isOn: Bool
  }

  let breaks: [Break]
  let hasLevel: Bool
  let hasSlope: Bool
  let lag: Int
  let phaseIn: Int
  let pulse: Int

  init(_ options: InterruptedTimeSeries, start: Period?, later: [Break]) {
    breaks = [Break(time: 0, period: start, isOn: true)] + later
    hasLevel = options.effect != .slope
    hasSlope = options.effect != .level && options.pulse != 1
    lag = options.lag
    phaseIn = max(1, options.phaseIn)
    pulse = options.pulse
  }

  /// One column a change: the first two are `level` and `slope`.
  func columns(_ times: [Int]) -> (columns: [[Double]], names: [String]) {
    var (columns, names) = ([[Double]](), [String]())
    for (index, interruption) in breaks.enumerated() {
      let suffix = index == 0 ? "" : "-\(interruption.period?.description ?? "\(index + 1)")"
      let since = times.map { $0 - interruption.time - lag }
      func acts(_ u: Int) -> Bool { u >= 0 && (pulse == 0 || u < pulse) }
      if hasLevel {
        columns.append(since.map { acts($0) ? min(1, Double($0 + 1) / Double(phaseIn)) : 0 })
        names.append("level" + suffix)
      }
      if hasSlope {
        columns.append(since.map { acts($0) ? Double($0) : 0 })
        names.append("slope" + suffix)
      }
    }
    return (columns, names)
  }

  /// Whether the intervention acts at event time `k`.
  func isTreated(_ k: Int) -> Bool {
    let u = k - lag
    guard u >= 0, pulse == 0 || u < pulse else { return false }
    return breaks.last { $0.time <= u }?.isOn ?? false
  }

  /// How many coefficients each side of a break has to determine.
  var parametersPerSegment: Int { (hasLevel ? 1 : 0) + (hasSlope ? 1 : 0) }
}
