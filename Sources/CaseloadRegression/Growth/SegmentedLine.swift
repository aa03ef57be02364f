import CaseloadData
import CaseloadMath

/// The search for the dates of a ``PiecewiseGrowth``, on the rows of its design.
struct SegmentedLine {
  typealias Ends = (lower: Int?, upper: Int?)

  /// The breaks that were chosen, as rows at which a new segment begins.
  struct Choice {
    var breaks: [Int]
    var intervals: [Ends]
    var bic: [Double]
    var tests: [HypothesisTest] = []
    var diagnostics: [Diagnostic] = []
  }

  let periods: [Period]
  private let times: [Double]
  private let response: [Double]
  private let shared: Matrix
  private let sharedNames: [String]
  private let periodsPerYear: Double
  private let rows: [Int]

  init(_ design: GrowthDesign) throws(Diagnostic) {
    // Refuses zeros and short series in its own words.
    let fit = try design.fitted(shift: nil)
    response = fit.residuals.indices.map { fit.fittedValues[$0] + fit.residuals[$0] }
    let matrix = design.matrix
    times = matrix.column(design.slopeIndex)
    shared = matrix.selectingColumns(Array(2..<matrix.columnCount))
    sharedNames = Array(design.columnNames.dropFirst(2))
    periods = design.periods
    periodsPerYear = design.periodsPerYear
    let start = design.series.start
    rows = design.periods.map { start.distance(to: $0) }
  }

  private var count: Int { response.count }
  private var ones: [Double] { [Double](repeating: 1, count: count) }

  /// Bai and Perron's dates, with the shared columns taken out given the dates until both settle.
  func broken(_ options: PiecewiseGrowth.Options, _ stream: RandomStream) throws(Diagnostic)
    -> Choice
  {
    let line = Matrix(columns: [ones, times])
    let method = BaiPerron(trimming: options.trimming, maximumBreaks: options.maximumBreaks)
    var adjusted = response
    if shared.columnCount > 0 { adjusted = try withoutShared([]) }
    var previous: [Int]?
    for _ in 0..<Self.roundLimit {
      let partitions = try method.fitted(design: line, response: adjusted)
      var tests: [HypothesisTest] = []
      let m: Int
      switch options.selection {
      case .bic: m = partitions.selectedCount(by: .bic)
      case .lwz: m = partitions.selectedCount(by: .lwz)
      case .sequential:
        let null = BreakNull.simulated(stream, replicates: options.replicates)
        (m, tests) = try partitions.sequentialCount(level: 0.05, null)
      }
      let breaks = partitions.partitions[m].breaks
      if shared.columnCount == 0 || breaks == previous {
        let intervals =
          m == 0
          ? [] : try partitions.intervals(m, level: options.level).map { ($0.lower, $0.upper) }
        return Choice(
          breaks: breaks, intervals: intervals, bic: partitions.partitions.map(\.bic),
          tests: tests)
      }
      previous = breaks
      adjusted = try withoutShared(breaks)
    }
    throw Diagnostic(
      .notConverged, .error,
      Text(
        en: "The dates of the breaks and the seasons do not settle together.",
        zh: "断点日期与季节成分未能同时收敛。"),
      hint: Text(en: "Use yearly values, or fewer breaks.", zh: "请用年度数据或减少断点数。"))
  }

  private static let roundLimit = 25

  /// The response less what the shared columns explain beside the segments.
  private func withoutShared(_ breaks: [Int]) throws(Diagnostic) -> [Double] {
    let x = columns(breaks, isContinuous: false)
    let solution: LeastSquares
    do { solution = try LeastSquares(x.beside(shared), response) } catch {
      throw Diagnostic(error, names: names(breaks) + sharedNames)
    }
    let gamma = Array(solution.coefficients[x.columnCount...])
    let explained = shared * gamma
    return zip(response, explained).map { $0 - $1 }
  }

  /// Kinks added one by one, each round improved in turn.
  func kinked(_ options: PiecewiseGrowth.Options) throws(Diagnostic) -> Choice {
    let h = max(2, Int(Double(count) * options.trimming + 1e-9))
    let parameters = 2 + shared.columnCount
    guard count >= 2 * h, count > parameters + 3 else {
      throw Diagnostic.testNeeds(max(2 * h, parameters + 4), have: count)
    }
    var breaks: [Int] = []
    var fits: [(breaks: [Int], sum: Double)] = [([], try sum([]))]
    for _ in 0..<options.maximumBreaks {
      guard count > parameters + 2 * (breaks.count + 1) + 1,
        let added = try best(beside: breaks, h)
      else { break }
      breaks = (breaks + [added.row]).sorted()
      var least = added.sum
      for _ in 0..<Self.roundLimit where breaks.count > 1 {
        let before = breaks
        for k in breaks.indices {
          var others = breaks
          others.remove(at: k)
          if let moved = try best(beside: others, h), moved.sum < least {
            least = moved.sum
            breaks = (others + [moved.row]).sorted()
          }
        }
        if breaks == before { break }
      }
      fits.append((breaks, least))
    }
    guard fits.allSatisfy({ $0.sum > 0 }) else { throw Diagnostic.noResidualVariation }
    let n = Double(count)
    func freedom(_ m: Int) -> Double { Double(parameters + 2 * m) }
    let bic = fits.indices.map {
      n * (log(2 * .pi * fits[$0].sum / n) + 1) + log(n) * (freedom($0) + 1)
    }
    let lwz = fits.indices.map {
      log(fits[$0].sum / (n - freedom($0))) + 0.299 * pow(log(n), 2.1) * freedom($0) / n
    }
    let values = options.selection == .lwz ? lwz : bic
    let m = values.indices.min { values[$0] < values[$1] } ?? 0
    let chosen = fits[m]
    var intervals: [Ends] = []
    let rest = n - freedom(m)
    for k in chosen.breaks.indices where rest > 0 {
      let quantile = FisherF(numeratorDegreesOfFreedom: 1, denominatorDegreesOfFreedom: rest)
        .quantile(options.level)
      let limit = chosen.sum * (1 + quantile / rest)
      var others = chosen.breaks
      others.remove(at: k)
      var inside = [chosen.breaks[k]]
      for row in candidates(beside: others, h) where try sum((others + [row]).sorted()) <= limit {
        inside.append(row)
      }
      intervals.append((inside.min(), inside.max()))
    }
    return Choice(breaks: chosen.breaks, intervals: intervals, bic: bic)
  }

  /// Rows at which one more kink leaves `h` rows on both sides.
  private func candidates(beside breaks: [Int], _ h: Int) -> [Int] {
    guard count > 2 * h else { return [] }
    return (h..<(count - h)).filter { row in breaks.allSatisfy { abs($0 - row) >= h } }
  }

  private func best(beside breaks: [Int], _ h: Int) throws(Diagnostic) -> (row: Int, sum: Double)? {
    var best: (row: Int, sum: Double)?
    for row in candidates(beside: breaks, h) {
      let value = try sum((breaks + [row]).sorted())
      if value < best?.sum ?? .infinity { best = (row, value) }
    }
    return best
  }

  private func sum(_ breaks: [Int]) throws(Diagnostic) -> Double {
    try AuxiliaryRegression(columns(breaks, isContinuous: true).beside(shared), response)
      .residualSumOfSquares
  }

  /// The columns of the line: an intercept and a slope a segment, or an intercept, a slope and a
  /// change of slope a kink.
  private func columns(_ breaks: [Int], isContinuous: Bool) -> Matrix {
    if isContinuous {
      return Matrix(
        columns: [ones, times] + breaks.map { row in times.map { max(0, $0 - times[row]) } })
    }
    let ends = [0] + breaks + [count]
    var columns: [[Double]] = []
    for (from, to) in zip(ends, ends.dropFirst()) {
      let center = times[(from + to) / 2]
      columns.append((0..<count).map { $0 >= from && $0 < to ? 1 : 0 })
      columns.append((0..<count).map { $0 >= from && $0 < to ? times[$0] - center : 0 })
    }
    return Matrix(columns: columns)
  }

  private func names(_ breaks: [Int]) -> [String] {
    (0...breaks.count).flatMap { ["level\($0 + 1)", "slope\($0 + 1)"] }
  }

  /// The yearly rate of each segment with its interval, all segments estimated together.
  func fitted(_ breaks: [Int], isContinuous: Bool, _ options: PiecewiseGrowth.Options)
    throws(Diagnostic) -> (slopes: [Estimate], label: String)
  {
    let line = columns(breaks, isContinuous: isContinuous)
    let x = line.beside(shared)
    let own =
      isContinuous
      ? ["level", "slope"] + breaks.indices.map { "kink\($0 + 1)" } : names(breaks)
    let fit = try LinearModel().fitted(x, response, names: own + sharedNames)
    let chosen =
      options.covariance == .automatic
      ? (count < Self.shortestAutoregression ? GrowthCovariance.hc3 : .autoregressive)
      : options.covariance
    let contrasts = (0...breaks.count).map { s in
      (0..<x.columnCount).map { j -> Double in
        isContinuous ? (j >= 1 && j <= 1 + s ? 1 : 0) : (j == 2 * s + 1 ? 1 : 0)
      }
    }
    switch chosen {
    case .autoregressive:
      let model = try AutoregressiveRegression().fitted(
        x, response, names: own + sharedNames, times: rows)
      return (contrasts.map { rate(model.estimate(of: $0, level: options.level)) }, "ar1")
    case .hc3, .automatic:
      let estimates = try estimates(fit, .heteroskedastic(.hc3), contrasts, options.level)
      return (estimates, "hc3")
    case .neweyWest:
      let estimates = try estimates(fit, .neweyWest(lags: nil), contrasts, options.level)
      return (estimates, "newey-west:\(fit.automaticLags)")
    }
  }

  /// As in ``Growth``: below this an autocorrelation cannot be told from a trend.
  private static let shortestAutoregression = 24

  private func estimates(
    _ fit: some RegressionFit, _ kind: CovarianceKind, _ contrasts: [[Double]], _ level: Double
  ) throws(Diagnostic) -> [Estimate] {
    let covariance = try fit.covariance(kind)
    let distribution = StudentT(degreesOfFreedom: fit.residualDegreesOfFreedom)
    return contrasts.map { contrast in
      let value = zip(contrast, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      let variance = zip(contrast, covariance * contrast).reduce(0) { $0 + $1.0 * $1.1 }
      let error = max(0, variance).squareRoot()
      let margin = distribution.upperQuantile((1 - level) / 2) * error
      return rate(
        Estimate(
          value: value, standardError: error, lower: value - margin, upper: value + margin,
          level: level, pValue: error > 0 ? distribution.twoSidedPValue(value / error) : nil))
    }
  }

  /// A slope of the logarithms by period as a yearly rate.
  private func rate(_ slope: Estimate) -> Estimate {
    let scaled = Estimate(
      value: slope.value * periodsPerYear,
      standardError: slope.standardError.map { $0 * periodsPerYear },
      lower: slope.lower.map { $0 * periodsPerYear },
      upper: slope.upper.map { $0 * periodsPerYear }, level: slope.level, pValue: slope.pValue)
    return scaled.transformed(derivative: exp(scaled.value), expm1)
  }
}
