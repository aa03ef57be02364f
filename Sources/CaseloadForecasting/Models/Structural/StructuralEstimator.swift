import CaseloadMath

/// Maximum likelihood of a structural model: the exact diffuse likelihood with one scale concentrated
/// out, maximized over the shares of the variances by a quasi-Newton search.
///
/// The search runs over ψ with qᵢ = ψᵢ², so that a variance of zero is a point like any other; the
/// likelihood only sees the ratios of the q, and the direction along which all grow stays flat. The
/// derivatives in all ψ come from one backward pass (``LikelihoodScore``):
///
/// ```
/// ∂ln L/∂ψᵢ = 2 ψᵢ Σ_{j of source i} ∂ln L/∂Qⱼ
/// ```
///
/// φ, ρ and λ run over their boxes by logistic functions and are differenced.
struct StructuralEstimator {
  private var system: StructuralSystem
  private var filter: KalmanFilter
  private var score: LikelihoodScore
  private let form: StructuralForm
  private let bounds: Bounds
  /// A variance of the one-step errors below this, in units of the data's variance, is no variance:
  /// the model repeats the data up to rounding.
  static let exactFit = 1e-22

  /// The boxes of the parameters that are no variances.
  struct Bounds: Codable, Sendable, Equatable {
    /// The largest σ²ζ as a share of the other variances' sum; `nil` for any. For a local linear and
    /// for a damped trend, whose slope cannot wander off and may move more.
    var slopeShare: Double?
    var dampedSlopeShare: Double?
    var damping = 0.8...0.98
    var cycleDamping = 0.3...0.995
    /// In periods.
    var cycleLength = 3.0...12.0
  }

  struct Estimate {
    var parameters: StructuralParameters
    /// σ².
    var scale: Double
    /// Concentrated, of the values as given.
    var logLikelihood: Double
    var termination: Termination
  }

  /// - Parameters:
  ///   - values: of about unit variance; NaN where missing.
  ///   - form: with enough values for it.
  ///   - regressors: row by row.
  ///   - bounds: where to search.
  init(_ values: [Double], _ form: StructuralForm, regressors: [Double], bounds: Bounds) {
    self.form = form
    self.bounds = bounds
    system = StructuralSystem(form, regressors: regressors)
    filter = KalmanFilter(values, stateCount: form.stateCount)
    score = LikelihoodScore(system.model)
  }

  /// What the filter finds at `parameters`.
  mutating func summary(_ parameters: StructuralParameters) -> FilterSummary {
    system.apply(parameters)
    return filter.run(system.model)
  }

  /// ln L with the initial states as parameters at their best values, for the comparison of forms
  /// that start with different diffuse states.
  ///
  /// ```
  /// −n/2 (ln(2π Σv²/n) + 1) − ½ ln|Ω|
  /// ```
  ///
  /// where Ω is the covariance of the values given the state of the period before the first. The sum
  /// of squares is that of the diffuse filter, whose generalized least squares estimate the states.
  mutating func profileLogLikelihood(_ parameters: StructuralParameters) -> Double {
    let diffuse = summary(parameters)
    let m = form.stateCount
    var start = [Double](repeating: 0, count: m * m)
    let zeros = [Double](repeating: 0, count: m)
    // Where nothing disturbs the first value by then (a smooth trend without an irregular), the known
    // state lies a period earlier.
    for _ in 0..<3 {
      var model = system.model
      var variance = model.started(beforeFirst: zeros, variance: start).initialVariance
      for i in 0..<m where !model.isDiffuse[i] {
        for j in 0..<m { variance[i * m + j] = model.initialVariance[i * m + j] }
      }
      model.isDiffuse = [Bool](repeating: false, count: m)
      model.initialVariance = variance
      let known = filter.run(model)
      if !known.isDegenerate {
        let n = Double(diffuse.observationCount)
        let mean = max(diffuse.squares / n, Self.exactFit)
        return -0.5 * (n * (log(2 * .pi * mean) + 1) + known.logDeterminant)
      }
      start = variance
    }
    return -.infinity
  }

  /// The maximum of the likelihood.
  mutating func estimate() -> Estimate {
    let starts = self.starts
    var ranked: [(loss: Double, point: [Double])] = []
    for point in starts { ranked.append((loss(at: point), point)) }
    ranked.sort { $0.loss < $1.loss }
    var options = QuasiNewton.Options()
    options.firstStep = 0.5
    options.iterationLimit = 100
    var optimizer = QuasiNewton(dimension: form.searchedCount)
    // With variances alone the second start only has to show that it leads elsewhere.
    var glance = options
    if form.searchedCount == form.sources.count {
      glance.gradientTolerance = 1e-5
      glance.functionTolerance = 1e-7
      glance.iterationLimit = 12
    }
    func search(_ point: [Double], _ options: QuasiNewton.Options) -> Minimum {
      optimizer.minimum(from: point, options) { x, g in
        loss(at: Array(x), gradient: g)
      }
    }
    var answer = search(ranked[0].point, options)
    let second = search(ranked[1].point, glance)
    if second.value < answer.value - 1e-6 {
      let polished = search(second.point, options)
      if polished.value < answer.value { answer = polished }
    }
    // A variance that ended at zero where a larger one would be likelier: a saddle of the squares.
    for _ in 0..<2 {
      guard let lifted = liftedFromSaddle(answer.point) else { break }
      let minimum = search(lifted, options)
      guard minimum.value < answer.value - 1e-9 else { break }
      answer = minimum
    }
    var parameters = parameters(answer.point)
    var summary = summary(parameters)
    settleZeros(&parameters, &summary)
    return Estimate(
      parameters: parameters, scale: summary.scale,
      logLikelihood: summary.concentratedLogLikelihood, termination: answer.termination)
  }

  /// Sets a variance to zero where that costs no likelihood, and the largest to 1.
  private mutating func settleZeros(
    _ parameters: inout StructuralParameters, _ summary: inout FilterSummary
  ) {
    let largest = parameters.variances.max() ?? 1
    guard largest > 0 else { return }
    for i in parameters.variances.indices { parameters.variances[i] /= largest }
    summary = self.summary(parameters)
    for i in parameters.variances.indices where parameters.variances[i] < 1e-5 {
      guard parameters.variances[i] > 0 else { continue }
      var trial = parameters
      trial.variances[i] = 0
      let found = self.summary(trial)
      if found.concentratedLogLikelihood >= summary.concentratedLogLikelihood - 1e-7 {
        parameters = trial
        summary = found
      }
    }
    summary = self.summary(parameters)
  }

  private mutating func liftedFromSaddle(_ point: [Double]) -> [Double]? {
    var parameters = parameters(point)
    let largest = parameters.variances.max() ?? 1
    let found = summary(parameters)
    guard largest > 0, !found.isDegenerate, found.scale > Self.exactFit else { return nil }
    score.run(&filter, system.model, scale: found.scale)
    let slopes = varianceScores(parameters, scale: found.scale)
    var lifted = false
    for i in slopes.indices where parameters.variances[i] < 1e-6 * largest {
      // A gain of more than a hundredth at a share of a hundredth.
      guard slopes[i] * 0.01 * largest > 0.01 else { continue }
      parameters.variances[i] = 0.01 * largest
      lifted = true
    }
    guard lifted else { return nil }
    var next = point
    next.replaceSubrange(0..<slopes.count, with: coordinates(parameters.variances))
    return next
  }

  // MARK: The objective

  private mutating func loss(at x: [Double]) -> Double {
    let found = summary(parameters(x))
    return found.isDegenerate ? .infinity : Self.loss(found)
  }

  private static func loss(_ found: FilterSummary) -> Double {
    let free = Double(max(1, found.observationCount - found.diffuseCount))
    return 0.5 * (free * log(max(found.squares / free, exactFit)) + found.logDeterminant)
  }

  private mutating func loss(at x: [Double], gradient: UnsafeMutableBufferPointer<Double>) -> Double
  {
    let parameters = parameters(x)
    let found = summary(parameters)
    guard !found.isDegenerate else { return .infinity }
    let scale = max(found.scale, Self.exactFit)
    score.run(&filter, system.model, scale: scale)
    let slopes = varianceScores(parameters, scale: scale)
    var pulls = slopes
    if let (slope, share) = boundedSlope {
      // q_ζ = c S x²/(1 + x²), with S the sum of the other variances.
      let square = x[slope] * x[slope]
      let pull = slopes[slope] * share
      let others = (0..<slopes.count).reduce(0) { $0 + ($1 == slope ? 0 : x[$1] * x[$1]) }
      for i in slopes.indices where i != slope { pulls[i] += pull * square / (1 + square) }
      pulls[slope] = pull * others / ((1 + square) * (1 + square))
    }
    for i in slopes.indices { gradient[i] = -2 * x[i] * pulls[i] }
    for i in slopes.count..<x.count {
      // Central differences: an error of about h² and of 1e-13/h.
      let step = 1e-5
      var moved = x
      moved[i] = x[i] + step
      let up = loss(at: moved)
      moved[i] = x[i] - step
      gradient[i] = (up - loss(at: moved)) / (2 * step)
    }
    return Self.loss(found)
  }

  /// ∂ln L/∂qᵢ of each source.
  private func varianceScores(_ parameters: StructuralParameters, scale: Double) -> [Double] {
    var slopes = [score.observation]
    for group in system.disturbances {
      slopes.append(group.reduce(0) { $0 + score.disturbances[$1] })
    }
    if form.hasCycle {
      let factor = 0.5 / (1 - parameters.cycleDamping * parameters.cycleDamping)
      for i in form.cycleStart..<form.cycleStart + 2 {
        slopes[slopes.count - 1] +=
          factor * (score.initial[i] * score.initial[i] / scale - score.initialInformation[i])
      }
    }
    return slopes
  }

  // MARK: Coordinates

  /// Where σ²ζ stands, and its largest share; `nil` where it is free. A smooth trend has no other
  /// disturbance than this one, and keeps it free.
  private var boundedSlope: (index: Int, share: Double)? {
    guard let share = form.isDamped ? bounds.dampedSlopeShare : bounds.slopeShare,
      form.trend != .smooth, let index = form.sources.firstIndex(of: .slope)
    else { return nil }
    return (index, share)
  }

  /// The coordinates ψ of variances.
  private func coordinates(_ variances: [Double]) -> [Double] {
    var point = variances.map { $0.squareRoot() }
    if let (slope, share) = boundedSlope {
      let others = variances.reduce(0, +) - variances[slope]
      let used = min(0.8, variances[slope] / (share * others))
      point[slope] = (used / (1 - used)).squareRoot()
    }
    return point
  }

  private func parameters(_ x: [Double]) -> StructuralParameters {
    let count = form.sources.count
    var result = StructuralParameters(variances: x[..<count].map { $0 * $0 })
    if let (slope, share) = boundedSlope {
      let square = result.variances[slope]
      result.variances[slope] = 0
      result.variances[slope] = share * result.variances.reduce(0, +) * square / (1 + square)
    }
    var next = count
    func take(_ range: ClosedRange<Double>) -> Double {
      defer { next += 1 }
      let share = 1 / (1 + exp(-x[next]))
      return range.lowerBound + (range.upperBound - range.lowerBound) * share
    }
    if form.isDamped { result.damping = take(bounds.damping) }
    if form.hasCycle {
      result.cycleDamping = take(bounds.cycleDamping)
      let logLength = take(
        log(bounds.cycleLength.lowerBound)...log(bounds.cycleLength.upperBound))
      result.cycleFrequency = 2 * .pi / exp(logLength)
    }
    return result
  }

  /// Where searches may begin: shares of the variances as they are found in practice.
  private var starts: [[Double]] {
    let shares: [[StructuralForm.Source: Double]] = [
      [.irregular: 1, .level: 0.1, .slope: 0.001, .season: 0.01, .cycle: 0.3],
      [.irregular: 0.1, .level: 1, .slope: 0.001, .season: 0.03, .cycle: 0.3],
      [.irregular: 1, .level: 0.01, .slope: 0.0001, .season: 0.001, .cycle: 0.3],
      [.irregular: 0.3, .level: 0.3, .slope: 0.1, .season: 0.1, .cycle: 1],
      [.irregular: 0.03, .level: 0.3, .slope: 0.01, .season: 1, .cycle: 1],
      [.irregular: 0.001, .level: 0.01, .slope: 1, .season: 0.01, .cycle: 1],
    ]
    let positions = form.hasCycle ? [-1.0, 1.0] : [0.0]
    return shares.flatMap { share in
      positions.map { position in
        var point = coordinates(form.sources.map { share[$0] ?? 1 })
        if form.isDamped { point.append(1) }
        if form.hasCycle { point += [1, position] }
        return point
      }
    }
  }
}
