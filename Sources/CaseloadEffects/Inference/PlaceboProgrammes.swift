import CaseloadData
import CaseloadMath

/// Programmes that never were, drawn at random among units that no programme touched: how often a
/// design finds an effect that is not there.
///
/// ```
/// rate = #{p ≤ 1 − level} / programmes answered,   error = √(rate (1 − rate) / answered)
/// ```
///
/// Real outcomes bring what simulations lack: trends of their own, jumps, common shocks, units of very
/// different size. A design whose interval is honest rejects at its nominal rate. With ``effect`` the
/// same machine measures power.
///
/// - Source: Bertrand, Duflo & Mullainathan (2004), *Quarterly Journal of Economics* 119, 249–275.
public struct PlaceboProgrammes: Codable, Sendable, Equatable {
  /// Programmes that are drawn.
  public var count = 1000
  /// Units that each programme treats.
  public var treated = 2
  /// Dates at which they start, dealt out in turn.
  public var waves = 1
  /// Periods that are kept before the first start and from the last one on.
  public var before = 4
  public var after = 2
  /// Units as comparison, drawn with the treated ones; 0 for all that there are.
  public var comparison = 0
  /// What is added to treated cells, on the grid's scale.
  public var effect = 0.0
  /// Of the tests' intervals.
  public var level = 0.95

  public init() {}

  /// What came of all programmes.
  public struct Outcome: Codable, Sendable, Equatable {
    /// Programmes drawn, and those that had an answer with a p-value.
    public let programmes: Int
    public let answered: Int
    public let rejections: Int
    /// Programmes that the design refused, by the code of its diagnostic.
    public let refusals: [String: Int]
    /// `nil` without an answer.
    public let rate: Double?
    /// The standard error of `rate` by the number of programmes.
    public let monteCarloError: Double?
    /// Of the estimates: mean, standard deviation, and the mean standard error given with them.
    public let meanEffect: Double?
    public let standardDeviation: Double?
    public let meanStandardError: Double?

    /// The outcome as a sentence.
    public var text: Text {
      guard let rate, let monteCarloError else {
        return Text(
          en: "None of \(programmes) placebo programmes had an answer.",
          zh: "\(programmes) 个安慰剂项目均无答案。")
      }
      return Text(
        en: "\(NumberText.percent(rate).en) of \(answered) placebo programmes had an effect (Monte "
          + "Carlo error \(NumberText.percent(monteCarloError).en)).",
        zh: "\(answered) 个安慰剂项目中有 \(NumberText.percent(rate).zh) 显示效应（蒙特卡罗误差 "
          + "\(NumberText.percent(monteCarloError).zh)）。")
    }
  }

  /// A grid of units that are never treated.
  ///
  /// - Parameters:
  ///   - panel: of one frequency.
  ///   - scale: `log` takes logarithms.
  /// - Returns: a grid to draw programmes on.
  /// - Throws: as ``StudyGrid``.
  public static func grid(_ panel: Panel, scale: EffectEstimate.Scale = .level) throws(Diagnostic)
    -> StudyGrid
  {
    guard let first = panel.entries.first else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "The panel has no units.", zh: "面板中没有任何单位。"))
    }
    let label = first.key.joined(separator: "/")
    let study = try Study(panel, treatmentStart: [label: first.series.start])
    let grid = try StudyGrid(study, scale: scale)
    return grid.with(cohort: [Int](repeating: StudyGrid.never, count: grid.unitCount))
  }

  /// One programme: a grid with its starts, and its effect where there is one.
  ///
  /// - Parameters:
  ///   - grid: of untreated units.
  ///   - stream: of this programme alone.
  /// - Returns: `nil` where the grid is too short or has too few units that are observed before and
  ///   after.
  public func programme(_ grid: StudyGrid, from stream: RandomStream) -> StudyGrid? {
    var stream = stream
    let periods = grid.periodCount
    let room = periods - before - after + 1
    guard waves > 0, treated >= waves, room >= waves else { return nil }
    // Distinct starts in time.
    let starts = stream.permutation(room).prefix(waves).map { $0 + before }.sorted()
    let order = stream.permutation(grid.unitCount)
    var units: [Int] = []
    var others: [Int] = []
    for i in order {
      let isNeeded = units.count < treated
      let start = starts[min(units.count, treated - 1) % waves]
      func isObserved(_ columns: Range<Int>) -> Bool {
        columns.contains { !grid[i, $0].isNaN }
      }
      if isNeeded, isObserved(0..<start), isObserved(start..<periods) {
        units.append(i)
      } else {
        others.append(i)
      }
    }
    guard units.count == treated, !others.isEmpty else { return nil }
    var kept = units + (comparison > 0 ? Array(others.prefix(comparison)) : others)
    kept.sort()
    var cohort = [Int](repeating: StudyGrid.never, count: grid.unitCount)
    for (k, i) in units.enumerated() { cohort[i] = starts[k % waves] }
    var result = grid.with(cohort: cohort)
    if effect != 0 {
      var outcome = grid.outcome
      for i in units {
        for t in cohort[i]..<periods { outcome[i * periods + t] += effect }
      }
      result = result.with(outcome: outcome)
    }
    return kept.count == grid.unitCount ? result : result.selecting(kept)
  }

  /// How often a design of differences rejects, by the inference that it chooses itself.
  ///
  /// - Parameters:
  ///   - estimator: any design of differences.
  ///   - grid: of untreated units, on the estimator's scale.
  ///   - stream: programme d draws from substream d alone.
  ///   - threads: the outcome does not depend on it.
  /// - Returns: the rate of rejections with its Monte Carlo error.
  /// - Throws: `CancellationError`.
  public func outcome(
    of estimator: some DifferenceEstimator, on grid: StudyGrid, from stream: RandomStream,
    threads: Int? = nil
  ) async throws -> Outcome {
    let level = level
    return try await outcome(on: grid, from: stream, threads: threads) {
      (grid, stream) throws(Diagnostic) in
      // Only the verdict counts.
      var randomization = RandomizationInference(for: grid)
      randomization.verdictLevel = 1 - level
      return try DifferenceInference.answer(
        estimator, grid, effect: estimator.average(grid), level: level,
        randomization: randomization, comparing: false, from: stream
      ).average
    }
  }

  /// How often any way of estimating rejects.
  ///
  /// - Parameters:
  ///   - grid: of untreated units.
  ///   - stream: programme d draws from substream d alone.
  ///   - threads: the outcome does not depend on it.
  ///   - body: the estimate of a programme.
  /// - Returns: the rate of rejections with its Monte Carlo error.
  /// - Throws: `CancellationError`.
  public func outcome(
    on grid: StudyGrid, from stream: RandomStream, threads: Int? = nil,
    _ body: @escaping @Sendable (StudyGrid, RandomStream) throws(Diagnostic) -> Estimate
  ) async throws -> Outcome {
    enum Answer: Sendable {
      case estimate(Estimate)
      case refusal(String)
    }
    let programmes = self
    let answers = try await concurrentMap(count, threads: threads) { draw -> Answer in
      let own = stream.substream(UInt64(draw))
      guard let grid = programmes.programme(grid, from: own.substream(named: "programme")) else {
        return .refusal(DiagnosticCode.tooFewPeriods.rawValue)
      }
      do throws(Diagnostic) {
        return .estimate(try body(grid, own.substream(named: "inference")))
      } catch {
        return .refusal(error.code.rawValue)
      }
    }
    var refusals: [String: Int] = [:]
    var (answered, rejections) = (0, 0)
    var effects: [Double] = []
    var errors: [Double] = []
    for answer in answers {
      switch answer {
      case .refusal(let code): refusals[code, default: 0] += 1
      case .estimate(let estimate):
        if estimate.value.isFinite { effects.append(estimate.value) }
        if let error = estimate.standardError { errors.append(error) }
        guard let p = estimate.pValue else {
          refusals["no-p-value", default: 0] += 1
          continue
        }
        answered += 1
        if p <= 1 - level + 1e-12 { rejections += 1 }
      }
    }
    let rate = answered > 0 ? Double(rejections) / Double(answered) : nil
    return Outcome(
      programmes: count, answered: answered, rejections: rejections, refusals: refusals, rate: rate,
      monteCarloError: rate.map { ($0 * (1 - $0) / Double(answered)).squareRoot() },
      meanEffect: Descriptive.mean(effects),
      standardDeviation: Descriptive.standardDeviation(effects),
      meanStandardError: Descriptive.mean(errors))
  }
}
