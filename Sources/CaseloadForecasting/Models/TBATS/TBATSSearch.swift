import CaseloadMath

/// Maximum likelihood for one shape of a TBATS model.
///
/// ```
/// −2 ln L = n ln Σ ε² − 2 (λ − 1) Σ ln y  + a constant
/// AIC = −2 ln L + 2 (parameters + initial states)
/// ```
///
/// Quasi-Newton over α, β, φ, λ, γ and the errors' coefficients, the initial states solved for. α lies
/// in (0, 1), β in (0, α) or below a limit, φ in (0.8, 1), λ in (0, 1), the roots of D = F − g w′ within the unit circle and those of the errors'
/// polynomials outside 1.01. The best γ often lies on the circle, where a search gets stuck; so
/// another holds γ at 0, where seasons do not change, and the better of the two counts.
struct TBATSSearch {
  /// The data, divided by a number near their size: their geometric mean with a transformation.
  let data: [Double]
  let unit: Double
  private let logs: [Double]
  private let observed: Int
  private let sumOfLogs: Double
  /// Guerrero's λ.
  private let startingLambda: Double
  /// What β may be at most; `nil` for α.
  private let betaLimit: Double?

  init(
    _ values: [Double], seasonLength: Int, allowsBoxCox: Bool,
    trendBound: DampedHolt.TrendBound = .wide
  ) {
    betaLimit = trendBound == .cautious ? 0.2 / Double(seasonLength) : nil
    let known = values.filter { !$0.isNaN }
    observed = known.count
    if allowsBoxCox {
      let logs = known.map { log($0) }
      unit = exp(logs.accurateSum / Double(max(1, logs.count)))
      startingLambda = min(
        0.95, max(0.05, BoxCox.guerrero(values, period: seasonLength).lambda))
    } else {
      let largest = known.reduce(0) { max($0, abs($1)) }
      unit = largest > 0 ? largest : 1
      startingLambda = 1
    }
    let unit = unit
    data = values.map { $0 / unit }
    logs = allowsBoxCox ? data.map { $0.isNaN ? 0 : log($0) } : []
    sumOfLogs = logs.accurateSum
  }

  /// A shape with its estimates.
  struct Result: Sendable {
    var shape: TBATSShape
    var parameters: TBATSParameters
    var seeds: [Double]
    /// Σ ε².
    var squares: Double
    /// −2 ln L without a constant, on the scale of the divided data.
    var criterion: Double
    var termination: Termination

    var estimateCount: Int { shape.parameterCount + shape.seedCount }
    /// How many values were observed.
    var observed: Int

    /// Errors' orders count twice, with their starting values, as in R.
    private var aicCount: Double {
      Double(estimateCount + shape.autoregressive + shape.movingAverage)
    }

    func value(of rule: TBATS.Criterion) -> Double {
      switch rule {
      case .aic: return criterion + 2 * aicCount
      case .aicc:
        let (n, k) = (Double(observed), aicCount + 1)
        return n > k + 1 ? criterion + 2 * k * n / (n - k - 1) : .infinity
      }
    }
  }

  /// Whether the data can tell the parameters of `shape`.
  func admits(_ shape: TBATSShape) -> Bool {
    observed > shape.parameterCount + shape.seedCount + 2
  }

  /// The best fit of `shape`, started from the fit of a similar one where there is one.
  func fit(_ shape: TBATSShape, near: Result? = nil) -> Result? {
    guard admits(shape) else { return nil }
    var kernel = TBATSKernel(shape, transformed(shape.hasBoxCox ? startingLambda : nil))
    var best: Result?
    func keep(_ result: Result?) {
      if let result, result.criterion < best?.criterion ?? .infinity { best = result }
    }
    let first = near.map { adapted($0.parameters, to: shape) } ?? bestStart(shape, &kernel)
    keep(search(first, shape, freezesSeasons: !shape.periods.isEmpty, &kernel))
    guard !shape.periods.isEmpty else { return best }
    // With γ₁ and γ₂ below 0 all roots lie inside the circle, the wave of period 2 among them.
    let fixed = best?.parameters ?? first
    var candidates = [0.0005, 0.004, 0.03].map { size in
      var parameters = fixed
      parameters.gamma1 = parameters.gamma1.map { _ in -0.3 * size }
      parameters.gamma2 = parameters.gamma2.map { _ in -size }
      return parameters
    }
    if near != nil { candidates.append(first) }
    let values = candidates.map { criterion($0, &kernel) }
    let least = values.indices.min { values[$0] < values[$1] } ?? 0
    keep(search(candidates[least], shape, freezesSeasons: false, &kernel))
    return best
  }

  /// The best of a few smoothing parameters with seasons that do not change.
  private func bestStart(_ shape: TBATSShape, _ kernel: inout TBATSKernel) -> TBATSParameters {
    var best = start(shape, alpha: 0.1)
    var least = Double.infinity
    for alpha in [0.05, 0.3, 0.7] {
      for share in shape.hasTrend ? [0.02, 0.2] : [0] {
        var parameters = start(shape, alpha: alpha)
        parameters.beta = startingBeta(share * alpha)
        let value = criterion(parameters, &kernel)
        if value < least { (best, least) = (parameters, value) }
      }
    }
    return best
  }

  private func search(
    _ first: TBATSParameters, _ shape: TBATSShape, freezesSeasons: Bool,
    _ kernel: inout TBATSKernel
  ) -> Result? {
    let free = coordinates(first, shape, freezesSeasons)
    var search = QuasiNewton(dimension: free.count)
    var options = QuasiNewton.Options()
    options.functionTolerance = 1e-8
    options.gradientTolerance = 1e-5
    options.firstStep = 0.2
    options.iterationLimit = 100
    var gradient = start(shape, alpha: 0)
    let minimum = search.minimum(from: free, options) { x, slope in
      let parameters = self.parameters(x, shape, freezesSeasons)
      guard Self.isStable(parameters) else { return .infinity }
      let value = self.criterion(parameters, &kernel)
      guard value.isFinite else { return .infinity }
      kernel.gradient(into: &gradient)
      self.write(gradient, kernel, parameters, shape, freezesSeasons, into: slope)
      return value
    }
    guard minimum.termination != .failed else { return nil }
    let parameters = minimum.point.withUnsafeBufferPointer {
      self.parameters($0, shape, freezesSeasons)
    }
    let value = criterion(parameters, &kernel)
    return Result(
      shape: shape, parameters: parameters, seeds: kernel.seeds, squares: kernel.lastSquares,
      criterion: value, termination: minimum.termination, observed: observed)
  }

  /// The data on the scale of λ.
  func transformed(_ lambda: Double?) -> [Double] {
    guard let lambda else { return data }
    let transform = BoxCox(lambda: lambda)
    return data.map { $0.isNaN ? .nan : transform($0) }
  }

  /// The squares that count as none: rounding errors of data near 1.
  private var leastSquares: Double { Double(observed) * 1e-26 }

  private func criterion(_ parameters: TBATSParameters, _ kernel: inout TBATSKernel) -> Double {
    var jacobian = 0.0
    if let lambda = parameters.lambda {
      kernel.setData { t in
        data[t].isNaN ? .nan : (lambda == 0 ? logs[t] : expm1(lambda * logs[t]) / lambda)
      }
      jacobian = (lambda - 1) * sumOfLogs
    }
    let squares = kernel.squares(parameters)
    guard squares.isFinite else { return .infinity }
    return Double(observed) * log(max(squares, leastSquares)) - 2 * jacobian
  }

  /// How far from 0 the roots of the errors' polynomials lie at least, as in R's `tbats`.
  private static let leastRoot = 1.01
  private static let alphas = (low: 1e-4, high: 0.9999)
  private static let gammaUnit = 0.02
  private static let phis = (low: 0.8, high: 1.0)

  private func largestBeta(_ alpha: Double) -> Double { betaLimit ?? alpha }

  private func startingBeta(_ beta: Double) -> Double {
    betaLimit.map { min(beta, 0.8 * $0) } ?? beta
  }

  private func start(_ shape: TBATSShape, alpha: Double) -> TBATSParameters {
    let zeros = [Double](repeating: 0, count: shape.periods.count)
    return TBATSParameters(
      lambda: shape.hasBoxCox ? startingLambda : nil, alpha: alpha,
      beta: shape.hasTrend ? startingBeta(0.1 * alpha) : 0, phi: shape.isDamped ? 0.98 : 1,
      gamma1: zeros, gamma2: zeros,
      autoregressive: [Double](repeating: 0, count: shape.autoregressive),
      movingAverage: [Double](repeating: 0, count: shape.movingAverage))
  }

  /// The parameters of another shape, as far as `shape` has them.
  private func adapted(_ parameters: TBATSParameters, to shape: TBATSShape) -> TBATSParameters {
    var result = start(shape, alpha: parameters.alpha)
    if shape.hasBoxCox, let lambda = parameters.lambda { result.lambda = lambda }
    if shape.hasTrend, parameters.beta != 0 { result.beta = parameters.beta }
    if shape.isDamped, parameters.phi < 1 { result.phi = parameters.phi }
    if parameters.gamma1.count == result.gamma1.count {
      (result.gamma1, result.gamma2) = (parameters.gamma1, parameters.gamma2)
    }
    for i in result.autoregressive.indices where i < parameters.autoregressive.count {
      result.autoregressive[i] = parameters.autoregressive[i]
    }
    for i in result.movingAverage.indices where i < parameters.movingAverage.count {
      result.movingAverage[i] = parameters.movingAverage[i]
    }
    return result
  }

  private func coordinates(
    _ parameters: TBATSParameters, _ shape: TBATSShape, _ freezesSeasons: Bool
  ) -> [Double] {
    var x = [Self.outside(parameters.alpha, Self.alphas.low, Self.alphas.high)]
    if shape.hasBoxCox { x.append(Self.outside(parameters.lambda ?? 1, 0, 1)) }
    if shape.hasTrend {
      x.append(Self.outside(parameters.beta / largestBeta(parameters.alpha), 0, 1))
    }
    if shape.isDamped { x.append(Self.outside(parameters.phi, Self.phis.low, Self.phis.high)) }
    if !freezesSeasons {
      x += parameters.gamma1.map { $0 / Self.gammaUnit }
      x += parameters.gamma2.map { $0 / Self.gammaUnit }
    }
    return x + parameters.autoregressive + parameters.movingAverage
  }

  private func parameters(
    _ x: UnsafeBufferPointer<Double>, _ shape: TBATSShape, _ freezesSeasons: Bool
  ) -> TBATSParameters {
    var next = 1
    func take() -> Double {
      defer { next += 1 }
      return x[next]
    }
    let alpha = Self.inside(x[0], Self.alphas.low, Self.alphas.high)
    var result = start(shape, alpha: alpha)
    if shape.hasBoxCox { result.lambda = Self.inside(take(), 0, 1) }
    if shape.hasTrend { result.beta = largestBeta(alpha) * Self.inside(take(), 0, 1) }
    if shape.isDamped { result.phi = Self.inside(take(), Self.phis.low, Self.phis.high) }
    if !freezesSeasons {
      for i in result.gamma1.indices { result.gamma1[i] = take() * Self.gammaUnit }
      for i in result.gamma2.indices { result.gamma2[i] = take() * Self.gammaUnit }
    }
    for i in result.autoregressive.indices { result.autoregressive[i] = take() }
    for i in result.movingAverage.indices { result.movingAverage[i] = take() }
    return result
  }

  /// The gradient of the criterion by the coordinates.
  private func write(
    _ gradient: TBATSParameters, _ kernel: TBATSKernel, _ parameters: TBATSParameters,
    _ shape: TBATSShape, _ freezesSeasons: Bool,
    into slope: UnsafeMutableBufferPointer<Double>
  ) {
    let squares = kernel.lastSquares
    // Below the least squares the criterion is flat.
    let factor = squares > leastSquares ? Double(observed) / squares : 0
    var next = 0
    func put(_ value: Double) {
      slope[next] = value
      next += 1
    }
    let largest = largestBeta(parameters.alpha)
    let share = shape.hasTrend ? parameters.beta / largest : 0
    // The largest β moves with α, unless it has a limit of its own.
    let ride = betaLimit == nil ? share * gradient.beta : 0
    put(
      factor * (gradient.alpha + ride)
        * Self.rate(parameters.alpha, Self.alphas.low, Self.alphas.high))
    if let lambda = parameters.lambda {
      var sum = 0.0
      for t in data.indices where !data[t].isNaN {
        let l = logs[t]
        let a = lambda * l
        // d/dλ of (y^λ − 1)/λ, by its series where λ ln y is small.
        let rate =
          abs(a) < 1e-4
          ? l * l * (0.5 + a / 3) : (exp(a) * (a - 1) + 1) / (lambda * lambda)
        sum += kernel.dataAdjoint(t) * rate
      }
      put((factor * sum - 2 * sumOfLogs) * Self.rate(lambda, 0, 1))
    }
    if shape.hasTrend {
      put(factor * gradient.beta * largest * Self.rate(share, 0, 1))
    }
    if shape.isDamped {
      put(factor * gradient.phi * Self.rate(parameters.phi, Self.phis.low, Self.phis.high))
    }
    if !freezesSeasons {
      for g in gradient.gamma1 { put(factor * g * Self.gammaUnit) }
      for g in gradient.gamma2 { put(factor * g * Self.gammaUnit) }
    }
    for g in gradient.autoregressive { put(factor * g) }
    for g in gradient.movingAverage { put(factor * g) }
  }

  private static func inside(_ x: Double, _ low: Double, _ high: Double) -> Double {
    low + (high - low) / (1 + exp(-x))
  }

  private static func outside(_ value: Double, _ low: Double, _ high: Double) -> Double {
    let share = min(0.995, max(0.005, (value - low) / (high - low)))
    return log(share / (1 - share))
  }

  /// The derivative of ``inside(_:_:_:)`` where it is `value`.
  private static func rate(_ value: Double, _ low: Double, _ high: Double) -> Double {
    (value - low) * (high - value) / (high - low)
  }

  /// Whether the errors' ARMA has its roots outside the circle of 1.01, by the step-down recursion.
  static func isStable(_ parameters: TBATSParameters) -> Bool {
    isStable(parameters.autoregressive) && isStable(parameters.movingAverage.map { -$0 })
  }

  private static func isStable(_ coefficients: [Double]) -> Bool {
    guard !coefficients.isEmpty else { return true }
    var power = 1.0
    var a = coefficients.map { value -> Double in
      power *= Self.leastRoot
      return value * power
    }
    for length in (1...a.count).reversed() {
      let last = a[length - 1]
      guard abs(last) < 1 else { return false }
      let scale = 1 - last * last
      let copy = a
      for i in 0..<(length - 1) { a[i] = (copy[i] + last * copy[length - 2 - i]) / scale }
    }
    return true
  }
}
