import CaseloadData
import CaseloadMath

/// What the checks of one estimate share: the study, the design, and the design run anew.
public struct CheckContext: Sendable {
  public let study: Study
  public let estimator: any EffectEstimator
  public let estimate: EffectEstimate
  public let stream: RandomStream
  /// The prepared study on the scale of the estimate; `nil` for a study of one series.
  ///
  /// For a rate of an outcome that has zeros, and so no logarithms, each unit is divided by its mean
  /// while it is untreated.
  let grid: StudyGrid?
  /// Whether ``grid`` holds logarithms.
  let isGridLogarithmic: Bool
  /// The design, where its average alone can be had, which is faster than the whole answer.
  private let difference: (any DifferenceEstimator)?
  /// Whether ``difference`` wants units that are treated in all periods.
  private let keepsAlwaysTreated: Bool
  /// What ``difference`` was computed on.
  private let whole: PreparedStudy?

  /// 5 %, which the least p-value of twenty assignments just reaches.
  static let significance = 0.05 + 1e-12

  /// Assignments drawn for the p-value of a check.
  static let draws = 199

  /// - Parameters:
  ///   - study: as it was asked.
  ///   - estimator: the design.
  ///   - estimate: its answer.
  ///   - stream: of what is drawn.
  public init(
    _ study: Study, _ estimator: any EffectEstimator, _ estimate: EffectEstimate,
    from stream: RandomStream
  ) {
    self.study = study
    self.estimator = estimator
    self.estimate = estimate
    self.stream = stream
    let onScale = try? PreparedStudy(study, scale: estimate.scale).grid
    let grid =
      onScale ?? (try? PreparedStudy(study, scale: .level).grid).map { Self.proportional($0) }
    self.grid = study.panel.entries.count > 1 ? grid : nil
    isGridLogarithmic = onScale != nil && estimate.scale == .log
    // Only where the average of the prepared grid is the estimate itself is it a way to redo it.
    var difference: (any DifferenceEstimator)?
    var keepsAlwaysTreated = false
    var whole: PreparedStudy?
    if let design = estimator as? any DifferenceEstimator {
      for keeps in [false, true] where difference == nil {
        guard
          let prepared = try? PreparedStudy(
            study, scale: design.outcomeScale, keepsAlwaysTreated: keeps),
          let average = try? design.average(prepared.grid)
        else { continue }
        let value = estimate.scale == .log ? expm1(average.value) : average.value
        let size = max(abs(value), abs(estimate.average.value), 1e-6)
        if abs(value - estimate.average.value) <= 1e-6 * size {
          difference = design
          keepsAlwaysTreated = keeps
          whole = prepared
        }
      }
    }
    self.difference = difference
    self.keepsAlwaysTreated = keepsAlwaysTreated
    self.whole = whole
  }

  private static func proportional(_ grid: StudyGrid) -> StudyGrid {
    var outcome = grid.outcome
    for unit in 0..<grid.unitCount {
      let row = unit * grid.periodCount..<(unit + 1) * grid.periodCount
      let untreated = row.prefix(min(grid.periodCount, max(0, grid.cohort[unit])))
        .map { outcome[$0] }.filter { !$0.isNaN }
      let mean = Descriptive.mean(untreated) ?? 0
      for i in row { outcome[i] = mean > 0 ? outcome[i] / mean : .nan }
    }
    return grid.with(outcome: outcome)
  }

  /// Whether the design compares units with others.
  var hasComparison: Bool { grid != nil && study.panel.entries.count > study.treatmentStart.count }

  /// The first treated period of all.
  var firstStart: Period? { study.treatmentStart.values.min() }

  /// Whether the design's average alone can be had.
  var isFast: Bool { difference != nil }

  private func prepared(_ study: Study, _ scale: EffectEstimate.Scale) -> StudyGrid? {
    try? PreparedStudy(study, scale: scale, keepsAlwaysTreated: keepsAlwaysTreated).grid
  }

  /// The design's average on another study, in the estimate's units; `nil` where it has none.
  func value(_ study: Study) -> Double? {
    if let difference {
      guard let grid = prepared(study, difference.outcomeScale),
        let average = try? difference.average(grid), average.value.isFinite
      else { return nil }
      return estimate.scale == .log ? expm1(average.value) : average.value
    }
    guard let other = try? estimator.forChecks.estimate(study, level: 0.95, from: stream) else {
      return nil
    }
    return other.average.value.isFinite ? other.average.value : nil
  }

  /// The design's average without a unit, in the estimate's units; `nil` where it has none.
  func value(without unit: Int) -> Double? {
    guard let difference, let whole else {
      let kept = study.panel.entries.indices.filter { $0 != unit }
      return value(study.selecting(Array(kept)))
    }
    let rows = whole.units.indices.filter { whole.units[$0] != unit }
    guard rows.count < whole.units.count else { return estimate.average.value }
    let grid = whole.grid.selecting(Array(rows))
    guard !grid.cohorts.isEmpty, Set(grid.cohort).count > 1,
      let average = try? difference.average(grid), average.value.isFinite
    else { return nil }
    return estimate.scale == .log ? expm1(average.value) : average.value
  }

  /// The design's answer on another study with an interval and a p-value, in the estimate's units;
  /// `nil` where it has none. Draws are few.
  func answer(_ study: Study) -> Estimate? {
    // A triple difference assigns whole strata, which its own estimate knows how to do.
    guard let difference, study.eligible.isEmpty else {
      return try? estimator.forChecks.estimate(study, level: 0.95, from: stream).average
    }
    return answer(study, difference)
  }

  private func answer(_ study: Study, _ difference: some DifferenceEstimator) -> Estimate? {
    var randomization = RandomizationInference()
    randomization.draws = Self.draws
    guard let grid = prepared(study, difference.outcomeScale),
      let average = try? difference.average(grid),
      let answer = try? DifferenceInference.answer(
        difference, grid, effect: average, level: 0.95, randomization: randomization,
        comparing: false, from: stream)
    else { return nil }
    return estimate.scale == .log
      ? answer.average.transformed(derivative: exp(average.value), expm1) : answer.average
  }

  /// A value on the scale of ``grid`` in the estimate's units.
  func onReport(_ x: Double) -> Double { isGridLogarithmic ? expm1(x) : x }

  /// An effect as a person reads it.
  func shown(_ x: Double?) -> Text {
    guard let x, x.isFinite else { return Text("–") }
    return estimate.scale == .log ? NumberText.percent(x) : NumberText.significant(x, 2)
  }

  /// A value in the grid's units as a person reads it.
  func shownOnGrid(_ x: Double?) -> Text {
    guard let x, x.isFinite else { return Text("–") }
    return shown(onReport(x))
  }
}
