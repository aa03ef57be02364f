import CaseloadData
import CaseloadMath

/// A cumulative sum of residuals and the boundary that it crosses with a given probability when the
/// regression is stable: a test, and a chart.
public struct CumulativeSumTest: Codable, Sendable, Equatable {
  /// Which residuals are summed.
  public enum Residuals: String, Codable, Sendable {
    /// Recursive ones; the sum drifts away after a break. Limit: a Brownian motion.
    case recursive
    /// Those of least squares; the sum peaks at a break. Limit: a Brownian bridge.
    case ordinary
  }

  public let residuals: Residuals
  /// From 0 to 1 in equal steps: the share of the residuals summed.
  public let times: [Double]
  /// The process, one a time; 0 at time 0.
  public let process: [Double]
  /// The upper boundary at `level`, one a time; the lower is its negative.
  public let boundary: [Double]
  /// The probability with which a stable regression crosses the boundary.
  public let level: Double
  public let test: HypothesisTest

  /// The process of a regression whose rows are in the order of time.
  ///
  /// ```
  /// recursive:  Wⱼ = Σₛ₌₁ʲ wₛ / (σ̂_w √(n − p)),   S = max |W(t)| / (1 + 2t)
  /// ordinary:   Wⱼ = Σₛ₌₁ʲ eₛ / (σ̂ √n),           S = max |W(t)|
  /// ```
  ///
  /// σ̂_w is the sample standard deviation of w, σ̂² = RSS/(n − p).
  ///
  /// - Parameters:
  ///   - residuals: which to sum.
  ///   - design: n × p of full column rank.
  ///   - response: n values.
  ///   - level: of the boundary, in (0, 1).
  /// - Throws: ``DiagnosticCode/seriesTooShort`` below p + 3 rows, ``DiagnosticCode/rankDeficient``,
  ///   ``DiagnosticCode/notIdentified``, ``DiagnosticCode/illegalOption``.
  /// - Sources: Brown, Durbin & Evans (1975), *Journal of the Royal Statistical Society B* 37,
  ///   149–192, §2.3; Ploberger & Krämer (1992), *Econometrica* 60, 271–285. As R's
  ///   `strucchange::efp` and `sctest`.
  public init(
    _ residuals: Residuals, design: Matrix, response: [Double], level: Double = 0.05
  ) throws(Diagnostic) {
    let (n, p) = (response.count, design.columnCount)
    guard level > 0, level < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A level lies between 0 and 1.", zh: "显著性水平应在 0 与 1 之间。"),
        hint: Text(en: "Use 0.05.", zh: "例如 0.05。"))
    }
    guard n > p + 2 else { throw Diagnostic.testNeeds(p + 3, have: n) }
    let values: [Double]
    let scale: Double
    switch residuals {
    case .recursive:
      values = try RecursiveResiduals.values(design: design, response: response)
      scale = Descriptive.standardDeviation(values) ?? 0
    case .ordinary:
      let fit = try AuxiliaryRegression(design, response)
      values = fit.residuals
      scale = (fit.residualSumOfSquares / Double(n - fit.rank)).squareRoot()
    }
    _ = try checkedSumOfSquares(values, of: response)
    guard scale > 0 else { throw Diagnostic.noResidualVariation }
    let count = Double(values.count)
    var process = [0.0]
    var sum = Accumulator()
    for value in values {
      sum.add(value)
      process.append(sum.value / (scale * count.squareRoot()))
    }
    let times = process.indices.map { Double($0) / count }
    let shape = times.map { residuals == .recursive ? 1 + 2 * $0 : 1 }
    let statistic = zip(process, shape).reduce(0) { max($0, abs($1.0) / $1.1) }
    self.residuals = residuals
    self.times = times
    self.process = process
    self.level = level
    let critical = Self.criticalValue(level, residuals)
    boundary = shape.map { critical * $0 }
    test = HypothesisTest(
      id: residuals == .recursive ? "cusum" : "ols-cusum",
      name: residuals == .recursive
        ? Text(en: "CUSUM test of recursive residuals", zh: "递归残差 CUSUM 检验")
        : Text(en: "CUSUM test of least-squares residuals", zh: "最小二乘残差 CUSUM 检验"),
      hypothesis: Text(
        en: "The coefficients are the same throughout.", zh: "系数自始至终不变。"),
      statistic: statistic,
      distribution: residuals == .recursive
        ? Text(en: "boundary crossing of a Brownian motion", zh: "布朗运动越界概率")
        : Text(en: "maximum of a Brownian bridge", zh: "布朗桥最大值"),
      pValue: Self.pValue(statistic, residuals))
  }

  static func pValue(_ x: Double, _ residuals: Residuals) -> Double {
    residuals == .recursive
      ? brownianMotionCrossing(x) : brownianBridgeMaximum(x)
  }

  /// P(|W(t)| > x(1 + 2t) for some t in [0, 1]) for a Brownian motion W.
  ///
  /// The probability of crossing one line, twice, less that of crossing both to second order; below
  /// x = 0.3, where the probability exceeds 0.95, a straight line to 1 as in `strucchange`.
  private static func brownianMotionCrossing(_ x: Double) -> Double {
    guard x >= 0.3 else { return 1 - 0.1465 * max(0, x) }
    let normal = Normal.standard
    let single = normal.upper(3 * x) + exp(-4 * x * x) * normal.cumulative(x)
    let both = exp(-4 * x * x) * normal.upper(5 * x) + exp(-16 * x * x) * normal.upper(x)
    return min(1, max(0, 2 * (single - both)))
  }

  /// P(max |B(t)| > x) for a Brownian bridge B: Kolmogorov's distribution.
  private static func brownianBridgeMaximum(_ x: Double) -> Double {
    guard x > 0.04 else { return 1 }
    if x < 1 {
      // The other theta series converges where the usual one does not.
      var sum = 0.0
      for k in 1...20 {
        let odd = Double(2 * k - 1)
        sum += exp(-odd * odd * Double.pi * Double.pi / (8 * x * x))
      }
      return min(1, max(0, 1 - (2 * Double.pi).squareRoot() / x * sum))
    }
    var sum = 0.0
    for k in 1...20 {
      let term = exp(-2 * Double(k * k) * x * x)
      sum += k % 2 == 1 ? term : -term
    }
    return min(1, max(0, 2 * sum))
  }

  /// The x whose probability is `level`, by bisection.
  private static func criticalValue(_ level: Double, _ residuals: Residuals) -> Double {
    var (low, high) = (0.0, 20.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if pValue(middle, residuals) > level { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
