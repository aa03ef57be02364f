import CaseloadData
import CaseloadMath

/// What the checks of one estimate share: the study, the design, and the design run anew.
public struct CheckContext: Sendable {
  public let study: Study
  public let estimator: any EffectEstimator
  public let estimate: EffectEstimate
  public let stream: RandomStream
  /// The prepared study on the scale of the estimate; on that of the outcome where it has zeros and
  /// the estimate is a rate; `nil` for a study of one series.
  let grid: StudyGrid?
  /// Whether ``grid`` is on the scale of the estimate.
  let isGridOnScale: Bool
  /// The design, where its average alone can be had, which is faster than the whole answer.
  private let difference: (any DifferenceEstimator)?
  /// Whether ``difference`` wants units that are treated in all periods.
  private let keepsAlwaysTreated: Bool

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
    let grid = onScale ?? (try? PreparedStudy(study, scale: .level).grid)
    self.grid = study.panel.entries.count > 1 ? grid : nil
    isGridOnScale = onScale != nil
    // Only where the average of the prepared grid is the estimate itself is it a way to redo it.
    var difference: (any DifferenceEstimator)?
    var keepsAlwaysTreated = false
    if let design = estimator as? any DifferenceEstimator {
      for keeps in [false, true] where difference == nil {
        guard
          let prepared = try? PreparedStudy(
            study, scale: design.scale, keepsAlwaysTreated: keeps
          ).grid,
          let average = try? design.average(prepared)
        else { continue }
        let value = estimate.scale == .log ? expm1(average.value) : average.value
        let size = max(abs(value), abs(estimate.average.value), 1e-6)
        if abs(value - estimate.average.value) <= 1e-6 * size {
          difference = design
          keepsAlwaysTreated = keeps
        }
      }
    }
    self.difference = difference
    self.keepsAlwaysTreated = keepsAlwaysTreated
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
      guard let grid = prepared(study, difference.scale),
        let average = try? difference.average(grid), average.value.isFinite
      else { return nil }
      return estimate.scale == .log ? expm1(average.value) : average.value
    }
    guard let other = try? estimator.estimate(study, level: 0.95, from: stream) else { return nil }
    return other.average.value.isFinite ? other.average.value : nil
  }

  /// The design's answer on another study with an interval and a p-value, in the estimate's units;
  /// `nil` where it has none. Draws are few.
  func answer(_ study: Study) -> Estimate? {
    guard let difference else {
      return try? estimator.estimate(study, level: 0.95, from: stream).average
    }
    return answer(study, difference)
  }

  private func answer(_ study: Study, _ difference: some DifferenceEstimator) -> Estimate? {
    var randomization = RandomizationInference()
    randomization.draws = Self.draws
    guard let grid = prepared(study, difference.scale),
      let average = try? difference.average(grid),
      let answer = try? DifferenceInference.answer(
        difference, grid, effect: average, level: 0.95, randomization: randomization,
        comparing: false, from: stream)
    else { return nil }
    return estimate.scale == .log
      ? answer.average.transformed(derivative: exp(average.value), expm1) : answer.average
  }

  /// A value on the scale of ``grid`` in the estimate's units.
  func onReport(_ x: Double) -> Double { estimate.scale == .log && isGridOnScale ? expm1(x) : x }

  /// An effect as a person reads it.
  func shown(_ x: Double?) -> Text {
    guard let x, x.isFinite else { return Text("–") }
    return estimate.scale == .log ? NumberText.percent(x) : NumberText.significant(x, 2)
  }

  /// A value in the grid's units as a person reads it.
  func shownOnGrid(_ x: Double?) -> Text {
    guard let x, x.isFinite else { return Text("–") }
    return estimate.scale == .log && isGridOnScale
      ? NumberText.percent(expm1(x)) : NumberText.significant(x, 2)
  }
}
