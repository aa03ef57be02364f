import CaseloadData
import CaseloadMath

/// The models that an ``ARIMA`` makes its forecast of, with the differences and the data they share.
struct ARIMASelection: Sendable {
  /// The models with their weights; the first is the best.
  private(set) var members: [(estimate: ARIMAEstimate, weight: Double)] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Set where the series, or what is left of it after the differences, does not vary.
  private(set) var degenerate: Degenerate?
  /// From the first observed value to the last.
  let range: Range<Int>
  let modelCount: Int

  /// A series without noise: differences and a constant that make it up.
  struct Degenerate: Sendable {
    let order: ARIMAOrder
    /// The mean of the differenced series.
    let mean: Double
  }

  /// exp(−Δ/temperature) weighs a model; below the least share of all it is left out.
  private static let temperature = 4.0
  private static let leastShare = 0.01

  init(_ model: ARIMA, _ series: TimeSeries, _ regressors: Regressors) throws(Diagnostic) {
    guard let first = series.values.firstIndex(where: { !$0.isNaN }),
      let last = series.values.lastIndex(where: { !$0.isNaN })
    else { preconditionFailure("a series without values") }
    let range = first..<(last + 1)
    self.range = range
    let values = Array(series.values[range])
    let columns = regressors.columns.map { Array($0[range]) }
    let observed = values.count { !$0.isNaN }

    var order = ARIMAOrder()
    order.season = series.seasonLength
    try Self.setDifferences(model, values, columns, &order)
    let hasPossibleConstant = order.differences + order.seasonalDifferences <= 1

    if regressors.isEmpty, case .automatic = model.order, case .automatic = model.seasonalOrder,
      let mean = Self.constantDifference(values, order),
      hasPossibleConstant && model.constant != .no || mean == 0
    {
      order.hasConstant = hasPossibleConstant && model.constant != .no
      degenerate = Degenerate(order: order, mean: order.hasConstant ? mean : 0)
      modelCount = 0
      diagnostics.append(Self.withoutNoise)
      return
    }

    Self.setFixedTerms(model, &order)
    var withConstant = order
    withConstant.hasConstant = true
    let plain = ARIMAData(values, regressors: columns, order: order)
    guard let plain else { throw Self.dependent(regressors, order) }
    let constantData =
      hasPossibleConstant && model.constant != .no
      ? ARIMAData(
        values, regressors: columns, order: withConstant, start: range.lowerBound) : nil
    var limits = ARIMASearch.Limits()
    Self.setLimits(&limits, model, observed: observed, season: order.season)
    var isFixed = (order: false, seasonal: order.season == 1)
    if case .fixed = model.order { isFixed.order = true }
    if case .fixed = model.seasonalOrder { isFixed.seasonal = true }
    var search = ARIMASearch(
      base: order, plain: plain, withConstant: constantData, limits: limits,
      criterion: observed <= 3 ? .aic : model.criterion, valueCount: values.count, fixed: isFixed)
    let mayHaveConstant = constantData != nil
    let mayChange = mayHaveConstant && model.constant == .automatic
    if isFixed.order, isFixed.seasonal {
      let wantsConstant = mayHaveConstant && (model.constant == .yes || order.lost == 0)
      search = search.forFixedOrders()
      search.visit(wantsConstant ? withConstant : order)
    } else if model.search == .full {
      search.full(constants: mayChange ? [false, true] : [mayHaveConstant])
    } else {
      search.stepwise(startsWithConstant: mayHaveConstant, mayChange: mayChange)
    }
    modelCount = search.visits.count
    var best = search.best
    if best == nil {
      // Nothing could be estimated: the differences alone.
      search.visitAnyway(order)
      best = search.best
    }
    guard let best, let estimate = best.estimate else { throw Self.noModel(series) }
    choose(search, best: best, estimate, model.weights)
    polish(search)
    if let termination = members.first?.estimate.termination, termination == .iterationLimit {
      diagnostics.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The search for the coefficients of arima stopped early.",
            zh: "arima 系数的搜索提前停止。")))
    }
  }

  private mutating func choose(
    _ search: ARIMASearch, best: ARIMASearch.Visit, _ estimate: ARIMAEstimate,
    _ weights: ARIMA.Weights
  ) {
    guard weights == .tempered, best.criterion.isFinite else {
      members = [(estimate, 1)]
      return
    }
    var candidates: [(estimate: ARIMAEstimate, weight: Double)] = []
    for visit in search.visits {
      guard let estimate = visit.estimate, visit.criterion.isFinite,
        !candidates.contains(where: { $0.estimate.order == estimate.order })
      else { continue }
      let excess = visit.criterion - best.criterion
      candidates.append((estimate, exp(-excess / Self.temperature)))
    }
    let total = candidates.reduce(0) { $0 + $1.weight }
    let kept = candidates.filter { $0.weight >= Self.leastShare * total }
      .sorted { $0.weight > $1.weight }
    let share = kept.reduce(0) { $0 + $1.weight }
    members = kept.map { ($0.estimate, $0.weight / share) }
  }

  /// Takes the best member's estimate to the last digits, the others' to where their weights and
  /// forecasts no longer change visibly.
  private mutating func polish(_ search: ARIMASearch) {
    for i in members.indices {
      let tolerance = i == 0 ? ARIMASearch.finalTolerance : ARIMASearch.memberTolerance
      if let polished = search.polished(
        members[i].estimate, tolerance: tolerance, withErrors: i == 0)
      {
        members[i].estimate = polished
      }
    }
  }

  /// d and D, tested on what the regressors leave.
  private static func setDifferences(
    _ model: ARIMA, _ values: [Double], _ columns: [[Double]], _ order: inout ARIMAOrder
  ) throws(Diagnostic) {
    let m = order.season
    var tested = values
    let varying = columns.filter { !Differencing.isConstant($0) }
    if !varying.isEmpty { tested = residuals(values, varying) }
    if case .fixed(_, let differences, _) = model.seasonalOrder {
      order.seasonalDifferences = m > 1 ? differences : 0
    } else if m > 1, tested.count > 2 * m {
      order.seasonalDifferences = Differencing.seasonalCount(
        tested, season: m, test: model.seasonalTest, maximum: model.maximumSeasonalDifferences)
      if order.seasonalDifferences > 0,
        varying.contains(where: { Differencing.isConstant(order.differenced($0)) })
          || !isEnough(values, order)
      {
        order.seasonalDifferences -= 1
      }
    }
    if case .fixed(_, let differences, _) = model.order {
      order.differences = differences
    } else {
      order.differences = Differencing.count(
        order.differenced(tested), test: model.test, maximum: model.maximumDifferences,
        caution: model.differencing, seasonalDifferences: order.seasonalDifferences)
      while order.differences > 0,
        varying.contains(where: { Differencing.isConstant(order.differenced($0)) })
          || !isEnough(values, order)
      {
        order.differences -= 1
      }
    }
    guard isEnough(values, order) else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "The differences of arima leave too few values.", zh: "arima 差分后剩余数值太少。"),
        hint: Text(
          en: "Give smaller orders, or use a simpler model (naive needs 2 values).",
          zh: "请减小阶数，或改用更简单的模型（naive 只需 2 个数值）。"))
    }
  }

  /// Whether the differences leave at least two values whose missing neighbors can be told.
  private static func isEnough(_ values: [Double], _ order: ARIMAOrder) -> Bool {
    var plain = order
    plain.hasConstant = false
    (plain.autoregressive, plain.movingAverage) = (0, 0)
    (plain.seasonalAutoregressive, plain.seasonalMovingAverage) = (0, 0)
    guard values.count > order.lost + 1, let data = ARIMAData(values, regressors: [], order: plain),
      data.observationCount >= 2
    else { return false }
    guard !data.gaps.isEmpty else { return true }
    var likelihood = ARIMALikelihood(data, plain)
    _ = likelihood.evaluate([0])
    return likelihood.isIdentified
  }

  /// What a regression on the columns leaves of the values.
  private static func residuals(_ values: [Double], _ columns: [[Double]]) -> [Double] {
    let rows = values.indices.filter { !values[$0].isNaN }
    let design = Matrix(
      columns: [rows.map { _ in 1 }] + columns.map { column in rows.map { column[$0] } })
    guard rows.count > design.columnCount,
      let fit = try? LeastSquares(design, rows.map { values[$0] })
    else { return values }
    var result = values
    for (row, residual) in zip(rows, fit.residuals) { result[row] = residual }
    return result
  }

  /// The mean of the differenced series, where that does not vary and has no gaps.
  private static func constantDifference(_ values: [Double], _ order: ARIMAOrder) -> Double? {
    let observed = values.filter { !$0.isNaN }
    if order.lost == 0 {
      return Differencing.isConstant(observed) ? observed.accurateSum / Double(observed.count) : nil
    }
    let differences = order.differenced(values).filter { !$0.isNaN }
    guard !differences.isEmpty else { return nil }
    let largest = observed.reduce(0) { max($0, abs($1)) }
    // Rounding in the differences of a straight line is not variation.
    let isLine = differences.allSatisfy { abs($0 - differences[0]) <= 1e-13 * largest }
    guard isLine || Differencing.isConstant(differences) else { return nil }
    return differences.accurateSum / Double(differences.count)
  }

  private static func setFixedTerms(_ model: ARIMA, _ order: inout ARIMAOrder) {
    if case .fixed(let p, _, let q) = model.order {
      (order.autoregressive, order.movingAverage) = (p, q)
    }
    if order.season > 1, case .fixed(let p, _, let q) = model.seasonalOrder {
      (order.seasonalAutoregressive, order.seasonalMovingAverage) = (p, q)
    }
  }

  private static func setLimits(
    _ limits: inout ARIMASearch.Limits, _ model: ARIMA, observed: Int, season m: Int
  ) {
    let (third, seasons) = (observed / 3, observed / 3 / m)
    limits.autoregressive = min(model.maximumAutoregressive, third)
    limits.movingAverage = min(model.maximumMovingAverage, third)
    limits.seasonalAutoregressive = m > 1 ? min(model.maximumSeasonalAutoregressive, seasons) : 0
    limits.seasonalMovingAverage = m > 1 ? min(model.maximumSeasonalMovingAverage, seasons) : 0
    limits.total = model.maximumOrder
    if limits.seasonalAutoregressive > 0 {
      limits.autoregressive = min(limits.autoregressive, m - 1)
    }
    if limits.seasonalMovingAverage > 0 { limits.movingAverage = min(limits.movingAverage, m - 1) }
  }

  private static var withoutNoise: Diagnostic {
    Diagnostic(
      .notIdentified, .warning,
      Text(
        en: "The series, or its differences, do not vary, so the interval has no width.",
        zh: "序列或其差分没有变动，区间宽度为零。"))
  }

  private static func dependent(_ regressors: Regressors, _ order: ARIMAOrder) -> Diagnostic {
    Diagnostic(
      .rankDeficient, .error,
      Text(
        en: "After the differences a regressor is constant, or made up of the others.",
        zh: "差分后某个回归变量为常数，或可由其他变量线性表出。"),
      hint: Text(
        en: "Leave out one of: \(regressors.names.joined(separator: ", ")).",
        zh: "请去掉其中之一：\(regressors.names.joined(separator: "、"))。"))
  }

  private static func noModel(_ series: TimeSeries) -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      Text(en: "No ARIMA model can be estimated.", zh: "没有可估计的 ARIMA 模型。"),
      at: Diagnostic.Location(period: series.lastPeriod.description),
      hint: Text(
        en: "Use fewer regressors or smaller orders, or a simpler model such as drift.",
        zh: "请减少回归变量或阶数，或改用更简单的模型（如 drift）。"))
  }
}
