import CaseloadMath

/// A test for a unit root, or for stationarity, with the critical values that were tabulated for it.
public struct UnitRootTest: Sendable, Equatable {
  /// What the test supposes beside the random part.
  public enum Trend: String, Sendable, Codable, CaseIterable {
    /// A constant level.
    case level
    /// A straight line.
    case trend
  }

  public let statistic: Double
  /// How many lags the test took in.
  public let lags: Int
  /// By rising p-value.
  public let criticalValues: [(probability: Double, value: Double)]

  /// Between the tabulated probabilities by straight lines; never outside them.
  public var pValue: Double {
    let table = criticalValues.sorted { $0.value < $1.value }
    guard let first = table.first, let last = table.last else { return .nan }
    if statistic <= first.value { return first.probability }
    if statistic >= last.value { return last.probability }
    for (a, b) in zip(table, table.dropFirst()) where statistic <= b.value {
      let share = (statistic - a.value) / (b.value - a.value)
      return a.probability + share * (b.probability - a.probability)
    }
    return last.probability
  }

  /// The tabulated critical value of a probability; `nil` for one that is not tabulated.
  func criticalValue(_ probability: Double) -> Double? {
    criticalValues.first { $0.probability == probability }?.value
  }

  public static func == (a: UnitRootTest, b: UnitRootTest) -> Bool {
    a.statistic == b.statistic && a.lags == b.lags
  }
}

extension UnitRootTest {
  /// The test of Kwiatkowski, Phillips, Schmidt and Shin, whose null hypothesis is stationarity.
  ///
  /// ```
  /// η = Σ Sₜ²/(n² s²),   Sₜ = Σ_{i≤t} eᵢ
  /// s² = [Σ eₜ² + 2 Σₖ (1 − k/(l + 1)) Σ eₜ eₜ₋ₖ]/n
  /// ```
  ///
  /// e are the residuals from the mean or the line. Numbers agree with `urca::ur.kpss`.
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - trend: what is taken out first.
  ///   - lags: l; `nil` for ⌊4 (n/100)^¼⌋.
  /// - Returns: `nil` where the values do not vary about the level or line.
  /// - Source: Kwiatkowski et al. (1992), *Journal of Econometrics* 54, 159–178, eqs. 10–13, table 1.
  public static func kpss(_ values: [Double], trend: Trend = .level, lags: Int? = nil)
    -> UnitRootTest?
  {
    let n = values.count
    guard n > 2 else { return nil }
    let l = lags ?? Int(4 * pow(Double(n) / 100, 0.25))
    let e = residuals(values, trend)
    var (sum, squares) = (0.0, 0.0)
    for value in e {
      sum += value
      squares += sum * sum
    }
    let variance = longRunVariance(e, lags: l)
    guard variance > 0 else { return nil }
    let critical: [Double] =
      trend == .level ? [0.739, 0.574, 0.463, 0.347] : [0.216, 0.176, 0.146, 0.119]
    return UnitRootTest(
      statistic: squares / (Double(n) * Double(n)) / variance, lags: l,
      criticalValues: zip([0.01, 0.025, 0.05, 0.1], critical).map { ($0, $1) })
  }

  /// The lags of a long-run variance that suit the autocorrelation of the values.
  ///
  /// ```
  /// l = ⌊1.1447 (α n)^⅓⌋,   α = 4ρ²/(1 − ρ²)²,   at most ⌊12 (n/100)^¼⌋
  /// ```
  ///
  /// ρ is the first autocorrelation about the level or line: what is best for Bartlett's weights
  /// where the values follow an autoregression of order 1. The limit keeps the test from losing its
  /// power where they have a unit root.
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - trend: what is taken out first.
  /// - Returns: l; 0 for values that do not vary.
  /// - Source: Andrews (1991), *Econometrica* 59, 817–858, eqs. 6.2 and 6.4.
  public static func automaticLags(_ values: [Double], trend: Trend = .level) -> Int {
    let n = values.count
    guard n > 2 else { return 0 }
    let e = residuals(values, trend)
    var (product, squares) = (0.0, 0.0)
    for t in 1..<n {
      product += e[t] * e[t - 1]
      squares += e[t - 1] * e[t - 1]
    }
    guard squares > 0 else { return 0 }
    let rho = min(0.97, max(-0.97, product / squares))
    let root = 2 * rho / (1 - rho * rho)
    let lags = 1.1447 * pow(root * root * Double(n), 1.0 / 3)
    return Int(min(lags, 12 * pow(Double(n) / 100, 0.25), Double(n - 1)))
  }

  /// The augmented test of Dickey and Fuller, whose null hypothesis is a unit root.
  ///
  /// ```
  /// Δyₜ = α [+ β t] + ρ yₜ₋₁ + Σ_{i≤k} δᵢ Δyₜ₋ᵢ + eₜ,   τ = ρ̂/(standard error of ρ̂)
  /// ```
  ///
  /// Numbers agree with `urca::ur.df`.
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - trend: a constant, or a constant and a line.
  ///   - lags: k.
  /// - Returns: `nil` for too few values, and where they do not determine the regression.
  /// - Source: Dickey & Fuller (1979), *JASA* 74, 427–431; critical values: Fuller (1976).
  public static func augmentedDickeyFuller(
    _ values: [Double], trend: Trend = .level, lags: Int = 1
  ) -> UnitRootTest? {
    let changes = zip(values.dropFirst(), values).map { $0 - $1 }
    let n = changes.count
    let rows = lags..<max(lags, n)
    var columns = [rows.map { _ in 1.0 }]
    columns.append(rows.map { values[$0] })
    if trend == .trend { columns.append(rows.map { Double($0 + 1) }) }
    for k in 0..<lags { columns.append(rows.map { changes[$0 - 1 - k] }) }
    guard rows.count > columns.count,
      let t = tStatistics(columns, rows.map { changes[$0] })
    else { return nil }
    let row = [25, 50, 100, 250, 500].firstIndex { n < $0 } ?? 5
    let level: [[Double]] = [
      [-3.75, -3, -2.63], [-3.58, -2.93, -2.6], [-3.51, -2.89, -2.58], [-3.46, -2.88, -2.57],
      [-3.44, -2.87, -2.57], [-3.43, -2.86, -2.57],
    ]
    let line: [[Double]] = [
      [-4.38, -3.6, -3.24], [-4.15, -3.5, -3.18], [-4.04, -3.45, -3.15], [-3.99, -3.43, -3.13],
      [-3.98, -3.42, -3.13], [-3.96, -3.41, -3.12],
    ]
    let critical = (trend == .level ? level : line)[row]
    return UnitRootTest(
      statistic: t[1], lags: lags,
      criticalValues: zip([0.01, 0.05, 0.1], critical).map { ($0, $1) })
  }

  /// The test of Phillips and Perron, Zτ, whose null hypothesis is a unit root.
  ///
  /// ```
  /// yₜ = α [+ β (t − n/2)] + ρ yₜ₋₁ + eₜ
  /// Zτ = (s/σ) t(ρ̂ = 1) − (σ² − s²)/(2σ √M)
  /// ```
  ///
  /// s² is the residuals' variance, σ² their long-run variance, M what y varies about the level or
  /// line, over n². Numbers agree with `urca::ur.pp(type = "Z-tau")`.
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - trend: a constant, or a constant and a line.
  ///   - lags: of the long-run variance; `nil` for ⌊4 (n/100)^¼⌋.
  /// - Returns: `nil` for too few values, and where they do not determine the regression.
  /// - Source: Phillips & Perron (1988), *Biometrika* 75, 335–346; critical values: MacKinnon (1991).
  public static func phillipsPerron(
    _ values: [Double], trend: Trend = .level, lags: Int? = nil
  ) -> UnitRootTest? {
    let y = Array(values.dropFirst())
    let n = y.count
    guard n > 4 else { return nil }
    let l = lags ?? Int(4 * pow(Double(n) / 100, 0.25))
    let size = Double(n)
    var columns = [y.map { _ in 1.0 }, Array(values.dropLast())]
    if trend == .trend { columns.append((1...n).map { Double($0) - size / 2 }) }
    guard let fit = try? LeastSquares(Matrix(columns: columns), y) else { return nil }
    let short = fit.residualSumOfSquares / size
    let long = longRunVariance(fit.residuals, lags: l)
    let sigma2 = fit.residualSumOfSquares / Double(n - columns.count)
    let error = (sigma2 * fit.crossProductInverse[1, 1]).squareRoot()
    guard error > 0, long > 0, short > 0 else { return nil }
    let t = (fit.coefficients[1] - 1) / error
    let spread: Double
    if trend == .level {
      spread = residuals(y, .level).reduce(0) { $0 + $1 * $1 } / (size * size)
    } else {
      let squares = y.reduce(0) { $0 + $1 * $1 } / (size * size)
      let moment = zip(1...n, y).reduce(0) { $0 + Double($1.0) * $1.1 } / pow(size, 2.5)
      let mean = y.reduce(0, +) / pow(size, 1.5)
      spread =
        (1 - 1 / (size * size)) * squares - 12 * moment * moment
        + 12 * (1 + 1 / size) * moment * mean
        - (4 + 6 / size + 2 / (size * size)) * mean * mean
    }
    guard spread > 0 else { return nil }
    let lambda = 0.5 * (long - short) / long
    let statistic = (short / long).squareRoot() * t - lambda * (long / spread).squareRoot()
    let n2 = size * size
    let critical =
      trend == .level
      ? [
        -3.4335 - 5.999 / size - 29.25 / n2, -2.8621 - 2.738 / size - 8.36 / n2,
        -2.5671 - 1.438 / size - 4.48 / n2,
      ]
      : [
        -3.9638 - 8.353 / size - 47.44 / n2, -3.4126 - 4.039 / size - 17.83 / n2,
        -3.1279 - 2.418 / size - 7.58 / n2,
      ]
    return UnitRootTest(
      statistic: statistic, lags: l,
      criticalValues: zip([0.01, 0.05, 0.1], critical).map { ($0, $1) })
  }

  private static func residuals(_ values: [Double], _ trend: Trend) -> [Double] {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let centered = values.map { $0 - mean }
    guard trend == .trend else { return centered }
    let middle = 0.5 * (n - 1)
    var (xy, xx) = (0.0, 0.0)
    for (t, y) in centered.enumerated() {
      let x = Double(t) - middle
      xy += x * y
      xx += x * x
    }
    return centered.enumerated().map { $1 - xy / xx * (Double($0) - middle) }
  }

  /// Bartlett's weights.
  private static func longRunVariance(_ e: [Double], lags: Int) -> Double {
    var sum = e.reduce(0) { $0 + $1 * $1 }
    for k in 1..<max(1, min(lags, e.count - 1) + 1) {
      var product = 0.0
      for t in k..<e.count { product += e[t] * e[t - k] }
      sum += 2 * (1 - Double(k) / Double(lags + 1)) * product
    }
    return sum / Double(e.count)
  }

  /// The t statistics of a least-squares regression; `nil` where it is not determined.
  static func tStatistics(_ columns: [[Double]], _ y: [Double]) -> [Double]? {
    guard let fit = try? LeastSquares(Matrix(columns: columns), y) else { return nil }
    let freedom = y.count - columns.count
    guard freedom > 0, fit.residualSumOfSquares > 0 else { return nil }
    let variance = fit.residualSumOfSquares / Double(freedom)
    return fit.coefficients.indices.map {
      fit.coefficients[$0] / (variance * fit.crossProductInverse[$0, $0]).squareRoot()
    }
  }
}
