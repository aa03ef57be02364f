import CaseloadMath

/// The choice of orders by an information criterion, each model by exact maximum likelihood.
///
/// The stepwise path is that of Hyndman and Khandakar as R's `auto.arima(approximation = FALSE)`
/// walks it: the same five models first, the same neighbors in the same order, the first that is
/// better taken at once. Models with a root within 1.01 of the unit circle are refused.
///
/// - Source: Hyndman & Khandakar (2008), *Journal of Statistical Software* 27(3), §3.2.
struct ARIMASearch {
  struct Limits: Sendable {
    var autoregressive = 5
    var movingAverage = 5
    var seasonalAutoregressive = 2
    var seasonalMovingAverage = 2
    /// p + q + P + Q in a full search.
    var total = 5
    /// How many models a stepwise search may visit.
    var models = 94
  }

  /// A model that was visited, or tried and refused (`estimate` is `nil`).
  struct Visit {
    let order: ARIMAOrder
    let estimate: ARIMAEstimate?
    let criterion: Double
  }

  private let criterion: ARIMA.Criterion
  private var limits: Limits
  private let base: ARIMAOrder
  private let valueCount: Int
  /// The data without and with the constant; the latter `nil` where there can be none.
  private let plain: ARIMAData?
  private let withConstant: ARIMAData?
  /// Whether p, q, P and Q are given, and what they are.
  private let fixed: (order: Bool, seasonal: Bool)
  private(set) var visits: [Visit] = []
  private var seen: Set<ARIMAOrder> = []
  private var refusesRoots = true

  static let rootLimit = 1.01
  /// What a gain in ln L has to be for a search to go on: enough to compare models.
  private static let tolerance = 1e-4
  /// The same for the best model, and for the others of an average.
  static let finalTolerance = 1e-11
  static let memberTolerance = 1e-6

  init(
    base: ARIMAOrder, plain: ARIMAData?, withConstant: ARIMAData?, limits: Limits,
    criterion: ARIMA.Criterion, valueCount: Int, fixed: (order: Bool, seasonal: Bool)
  ) {
    self.base = base
    self.plain = plain
    self.withConstant = withConstant
    self.criterion = criterion
    self.valueCount = valueCount
    self.fixed = fixed
    self.limits = limits
  }

  /// The best model visited; `nil` where none can be estimated.
  var best: Visit? {
    visits.filter { $0.estimate != nil }.min { $0.criterion < $1.criterion }
  }

  private func data(_ order: ARIMAOrder) -> ARIMAData? {
    order.hasConstant ? withConstant : plain
  }

  /// The criterion of an estimate; infinite where the model has too many parameters.
  func value(_ estimate: ARIMAEstimate) -> Double {
    value(estimate.logLikelihood, estimate.parameterCount, estimate.observationCount)
  }

  private func value(_ logLikelihood: Double, _ parameterCount: Int, _ observationCount: Int)
    -> Double
  {
    let (k, n) = (Double(parameterCount), Double(observationCount))
    let aic = -2 * logLikelihood + 2 * k
    switch criterion {
    case .aic: return aic
    case .bic: return aic + k * (log(n) - 2)
    case .aicc: return n > k + 1 ? aic + 2 * k * (k + 1) / (n - k - 1) : .infinity
    }
  }

  /// Fits the model of `order`, and keeps it.
  ///
  /// - Returns: its criterion; infinite where it is refused.
  @discardableResult
  mutating func visit(_ order: ARIMAOrder) -> Double {
    seen.insert(order)
    guard let data = data(order), data.observationCount > order.coefficientCount else {
      visits.append(Visit(order: order, estimate: nil, criterion: .infinity))
      return .infinity
    }
    var estimator = ARIMAEstimator(data, order)
    // ln L of a lower maximum would have to beat the best model, too.
    let (constant, bound) = (estimator.likelihood.constant, best?.criterion ?? .infinity)
    let count = order.coefficientCount + data.regressorCount + 1
    let estimate = estimator.maximum(
      from: starts(order), tolerance: refusesRoots ? Self.tolerance : Self.memberTolerance,
      pursuit: refusesRoots ? .brisk : .thorough,
      rootLimit: refusesRoots ? Self.rootLimit : nil,
      isWorthwhile: { value($0 + constant, count, data.observationCount) < bound })
    guard let estimate else {
      visits.append(Visit(order: order, estimate: nil, criterion: .infinity))
      return .infinity
    }
    let criterion = value(estimate)
    visits.append(Visit(order: order, estimate: estimate, criterion: criterion))
    return criterion
  }

  /// A copy that refuses no roots: what is asked for is given.
  func forFixedOrders() -> ARIMASearch {
    var copy = self
    copy.refusesRoots = false
    return copy
  }

  /// Visits `order` whatever its roots and criterion are.
  mutating func visitAnyway(_ order: ARIMAOrder) {
    var order = order
    if !fixed.order { (order.autoregressive, order.movingAverage) = (0, 0) }
    if !fixed.seasonal { (order.seasonalAutoregressive, order.seasonalMovingAverage) = (0, 0) }
    refusesRoots = false
    visit(order)
  }

  /// The estimate taken to the last digits, and its standard errors if asked for.
  func polished(_ estimate: ARIMAEstimate, tolerance: Double, withErrors: Bool) -> ARIMAEstimate? {
    guard let data = data(estimate.order) else { return nil }
    var estimator = ARIMAEstimator(data, estimate.order)
    var result = estimator.maximum(from: [estimate.point], tolerance: tolerance)
    if let estimate = result {
      result?.standardErrors =
        withErrors
        ? estimator.standardErrors(estimate)
        : [Double?](repeating: nil, count: estimate.parameterCount - 1)
    }
    return result
  }

  /// The nearest fitted neighbor's coefficients, and two points from elsewhere.
  private func starts(_ order: ARIMAOrder) -> [[Double]] {
    guard order.coefficientCount > 0 else { return [[]] }
    var starts = ARIMAEstimator.coldStarts(order)
    var nearest: (distance: Int, criterion: Double, estimate: ARIMAEstimate)?
    for visit in visits {
      guard let estimate = visit.estimate else { continue }
      let (a, b) = (order, visit.order)
      let distance =
        abs(a.autoregressive - b.autoregressive) + abs(a.movingAverage - b.movingAverage)
        + abs(a.seasonalAutoregressive - b.seasonalAutoregressive)
        + abs(a.seasonalMovingAverage - b.seasonalMovingAverage)
      if let old = nearest, (old.distance, old.criterion) <= (distance, visit.criterion) {
        continue
      }
      nearest = (distance, visit.criterion, estimate)
    }
    if let nearest, nearest.estimate.order.coefficientCount > 0 {
      starts[0] = Self.moved(nearest.estimate, to: order)
    }
    return starts
  }

  /// The point of `estimate` in the coordinates of `order`, drawn in from the edges.
  private static func moved(_ estimate: ARIMAEstimate, to order: ARIMAOrder) -> [Double] {
    var rest = estimate.point[...]
    var result: [Double] = []
    let old = estimate.order
    for (have, want) in [
      (old.autoregressive, order.autoregressive), (old.movingAverage, order.movingAverage),
      (old.seasonalAutoregressive, order.seasonalAutoregressive),
      (old.seasonalMovingAverage, order.seasonalMovingAverage),
    ] {
      let block = rest.prefix(have)
      rest = rest.dropFirst(have)
      // A coefficient that is exactly 0 may sit on a ridge that 0.05 leaves.
      let new = block.prefix(want) + [Double](repeating: 0.05, count: max(0, want - have))
      result += new.map { min(2.5, max(-2.5, $0)) }
    }
    return result
  }
}

extension ARIMASearch {
  /// Every model within the limits.
  mutating func full(constants: [Bool]) {
    let ranges = ranges()
    for p in ranges.p {
      for q in ranges.q {
        for sp in ranges.sp {
          for sq in ranges.sq where p + q + sp + sq <= limits.total || fixed.order || fixed.seasonal
          {
            for constant in constants { visit(order(p, q, sp, sq, constant)) }
          }
        }
      }
    }
  }

  private func ranges() -> (
    p: ClosedRange<Int>, q: ClosedRange<Int>, sp: ClosedRange<Int>, sq: ClosedRange<Int>
  ) {
    let (o, s) = (fixed.order, fixed.seasonal)
    return (
      o ? base.autoregressive...base.autoregressive : 0...limits.autoregressive,
      o ? base.movingAverage...base.movingAverage : 0...limits.movingAverage,
      s
        ? base.seasonalAutoregressive...base.seasonalAutoregressive
        : 0...limits.seasonalAutoregressive,
      s
        ? base.seasonalMovingAverage...base.seasonalMovingAverage
        : 0...limits.seasonalMovingAverage
    )
  }

  private func order(_ p: Int, _ q: Int, _ sp: Int, _ sq: Int, _ constant: Bool) -> ARIMAOrder {
    var order = base
    (order.autoregressive, order.movingAverage) = (p, q)
    (order.seasonalAutoregressive, order.seasonalMovingAverage) = (sp, sq)
    order.hasConstant = constant
    return order
  }

  /// The moves of the stepwise search, in order: changes of p, q, P and Q.
  private static let moves: [(p: Int, q: Int, sp: Int, sq: Int)] = [
    (0, 0, -1, 0), (0, 0, 0, -1), (0, 0, 1, 0), (0, 0, 0, 1),
    (0, 0, -1, -1), (0, 0, -1, 1), (0, 0, 1, -1), (0, 0, 1, 1),
    (-1, 0, 0, 0), (0, -1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0),
    (-1, -1, 0, 0), (-1, 1, 0, 0), (1, -1, 0, 0), (1, 1, 0, 0),
  ]

  /// The stepwise search.
  ///
  /// - Parameters:
  ///   - startsWithConstant: whether the first models have one.
  ///   - mayChange: whether models without and with a constant are compared.
  mutating func stepwise(startsWithConstant: Bool, mayChange: Bool) {
    let ranges = ranges()
    func inside(_ p: Int, _ q: Int, _ sp: Int, _ sq: Int) -> Bool {
      ranges.p.contains(p) && ranges.q.contains(q) && ranges.sp.contains(sp)
        && ranges.sq.contains(sq)
    }
    func clamped(_ p: Int, _ q: Int, _ sp: Int, _ sq: Int) -> (Int, Int, Int, Int) {
      (
        min(max(p, ranges.p.lowerBound), ranges.p.upperBound),
        min(max(q, ranges.q.lowerBound), ranges.q.upperBound),
        min(max(sp, ranges.sp.lowerBound), ranges.sp.upperBound),
        min(max(sq, ranges.sq.lowerBound), ranges.sq.upperBound)
      )
    }
    var constant = startsWithConstant
    // R starts from smaller models where there are fewer than ten values.
    let isShort = valueCount < 10
    var current = clamped(isShort ? 1 : 2, isShort ? 1 : 2, isShort ? 0 : 1, isShort ? 0 : 1)
    var bestCriterion = visit(order(current.0, current.1, current.2, current.3, constant))
    func consider(_ candidate: (Int, Int, Int, Int), _ withConstant: Bool) -> Bool {
      let next = order(candidate.0, candidate.1, candidate.2, candidate.3, withConstant)
      let value = visit(next)
      guard value < bestCriterion else { return false }
      bestCriterion = value
      current = candidate
      return true
    }
    _ = consider(clamped(0, 0, 0, 0), constant)
    let season = base.season > 1 ? 1 : 0
    if limits.autoregressive > 0 || limits.seasonalAutoregressive > 0 {
      _ = consider(clamped(1, 0, season, 0), constant)
    }
    if limits.movingAverage > 0 || limits.seasonalMovingAverage > 0 {
      _ = consider(clamped(0, 1, 0, season), constant)
    }
    if constant, mayChange { _ = consider(clamped(0, 0, 0, 0), false) }
    var isMoving = true
    while isMoving, visits.count < limits.models {
      isMoving = false
      var isBetter = false
      for move in Self.moves {
        let next = (
          current.0 + move.p, current.1 + move.q, current.2 + move.sp, current.3 + move.sq
        )
        guard inside(next.0, next.1, next.2, next.3),
          !seen.contains(order(next.0, next.1, next.2, next.3, constant))
        else { continue }
        guard visits.count < limits.models else { return }
        isMoving = true
        isBetter = consider(next, constant)
        if isBetter { break }
      }
      // The other choice of the constant is looked at only from the end of the list.
      let other = order(current.0, current.1, current.2, current.3, !constant)
      guard mayChange, !isBetter, !seen.contains(other), visits.count < limits.models else {
        continue
      }
      isMoving = true
      if consider(current, !constant) { constant.toggle() }
    }
  }
}
