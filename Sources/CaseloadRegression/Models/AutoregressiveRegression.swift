import CaseloadData
import CaseloadMath

/// Linear regression with first-order autoregressive errors, by restricted maximum likelihood.
///
/// ```
/// yₜ = xₜᵀβ + eₜ,   eₜ = ρ eₜ₋₁ + uₜ,   u ~ N(0, σ²(1 − ρ²)),   Var eₜ = σ²
/// ℓ_R(ρ) = −½ [ (n − p) ln RSS*(ρ) + ln|R(ρ)| + ln|X*ᵀX*| ]
/// ```
///
/// R is the correlation matrix of e and * marks what R^(−½) has whitened. Missing observations are
/// exact: two observations d steps apart have correlation ρᵈ. Standard errors and degrees of
/// freedom are Kenward and Roger's, with the expected information of (σ², ρ), so that intervals
/// allow for ρ being estimated; plain plug-in intervals are far too narrow in short series. The
/// correction, with its term in the second derivatives, may lower a standard error; the degrees of
/// freedom then widen the interval. What both together cover is measured by `caseload-bench coverage`.
///
/// - Sources: Patterson & Thompson (1971), *Biometrika* 58, 545–554 (REML); Kenward & Roger (1997),
///   *Biometrics* 53, 983–997, eqs. 3–8; Turner et al. (2021), *BMC Medical Research Methodology*
///   21, 181 (why, in interrupted series).
public struct AutoregressiveRegression: Method {
  public init() {}

  public static let card = MethodCard(
    id: "gls-ar1",
    name: Text(en: "Regression with AR(1) errors (REML)", zh: "AR(1) 误差回归（REML）"),
    summary: Text(
      en: "Generalized least squares for one series whose errors carry over from period to period.",
      zh: "误差逐期相关的单一序列的广义最小二乘法。"),
    equation: #"y_t = x_t^\top\beta + e_t,\quad e_t = \rho e_{t-1} + u_t"#,
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "The errors are normal, of one variance, and correlated as a first-order "
          + "autoregression.", zh: "误差服从正态分布、方差不变、按一阶自回归相关。"),
    ],
    sources: [
      Bibliography.pattersonThompson, Bibliography.kenwardRoger, Bibliography.turner,
    ],
    minimumObservations: 5)

  /// The model on the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - times: the whole-numbered time of each row, ascending; `nil` for consecutive rows.
  /// - Returns: the fit at the ρ with the largest restricted likelihood in (−1, 1).
  /// - Throws: ``DiagnosticCode/seriesTooShort`` below p + 2 rows, ``DiagnosticCode/rankDeficient``
  ///   naming the columns.
  public func fitted(_ x: Matrix, _ y: [Double], names: [String], times: [Int]? = nil)
    throws(Diagnostic) -> AutoregressiveFit
  {
    let (n, p) = (x.rowCount, x.columnCount)
    guard n > p + 1 else {
      throw Diagnostic(QR.Failure.tooFewRows(rows: n, columns: p + 2), names: names)
    }
    let times = times ?? Array(0..<n)
    precondition(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "times must ascend")
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    // A rank failure shows at ρ = 0 with the columns' own names.
    _ = try LinearModel().fitted(x, y, names: names)

    var best = (rho: 0.0, value: -Double.infinity)
    for step in -19...19 {
      let rho = 0.05 * Double(step)
      let value = Whitened(x, y, gaps: gaps, rho: rho).restrictedLogLikelihood
      if value > best.value { best = (rho, value) }
    }
    let optimum = Brent.minimum(
      in: max(-Self.limit, best.rho - 0.05)...min(Self.limit, best.rho + 0.05), tolerance: 1e-10
    ) { -Whitened(x, y, gaps: gaps, rho: $0).restrictedLogLikelihood }
    let rho = -optimum.value >= best.value ? optimum.point[0] : best.rho
    return try AutoregressiveFit(x: x, y: y, names: names, gaps: gaps, rho: rho)
  }

  /// |ρ| stays below this; at 1 the level of the series is not identified.
  static let limit = 0.9995

  /// The data after R^(−½), for one ρ.
  struct Whitened {
    let x: Matrix
    let y: [Double]
    let logDeterminant: Double  // ln |R|

    init(_ x: Matrix, _ y: [Double], gaps: [Int], rho: Double) {
      var (wx, wy) = (x, y)
      var logDeterminant = 0.0
      for i in 1..<y.count {
        let a = power(rho, gaps[i - 1])
        let scale = (1 - a * a).squareRoot()
        wy[i] = (y[i] - a * y[i - 1]) / scale
        for j in 0..<x.columnCount { wx[i, j] = (x[i, j] - a * x[i - 1, j]) / scale }
        logDeterminant += log1p(-a * a)
      }
      self.x = wx
      self.y = wy
      self.logDeterminant = logDeterminant
    }

    /// With the constant −(n − p)/2 · (ln 2π + 1 − ln(n − p)), as R's nlme reports it.
    var restrictedLogLikelihood: Double {
      let (n, p) = (x.rowCount, x.columnCount)
      guard let qr = try? QR(x), qr.rank == p, let beta = try? qr.leastSquares(y),
        let inverse = try? qr.crossProductInverse(), let cholesky = try? Cholesky(inverse)
      else { return -.infinity }
      var squares = 0.0
      let fitted = x * beta
      for i in 0..<n { squares += (y[i] - fitted[i]) * (y[i] - fitted[i]) }
      let m = Double(n - p)
      return -0.5
        * (m * (log(2 * .pi) + 1 + log(squares / m)) + logDeterminant - cholesky.logDeterminant)
    }
  }
}

/// ρᵈ for a whole d ≥ 1.
private func power(_ rho: Double, _ d: Int) -> Double { d == 1 ? rho : pow(rho, Double(d)) }

/// A fitted regression with AR(1) errors.
public struct AutoregressiveFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public let residuals: [Double]
  /// ρ̂ by restricted maximum likelihood.
  public let autocorrelation: Double
  /// σ̂², the marginal variance of the errors.
  public let variance: Double
  public let restrictedLogLikelihood: Double
  public let diagnostics: [Diagnostic]
  /// Φ = σ² (XᵀR⁻¹X)⁻¹, which takes ρ as known.
  public let plugInCovariance: Matrix
  /// Kenward and Roger's covariance, which allows for ρ being estimated.
  public let adjustedCovariance: Matrix
  /// W, the inverse of the expected information of (σ², ρ); `nil` where that is singular.
  private let parameterCovariance: Matrix?
  private let derivatives: [Matrix]  // P, for σ² and ρ
  private let whitenedResiduals: [Double]

  init(x: Matrix, y: [Double], names: [String], gaps: [Int], rho: Double) throws(Diagnostic) {
    let (n, p) = (x.rowCount, x.columnCount)
    let whitened = AutoregressiveRegression.Whitened(x, y, gaps: gaps, rho: rho)
    let fit = try LinearModel().fitted(whitened.x, whitened.y, names: names)
    coefficientNames = names
    coefficients = fit.coefficients
    whitenedResiduals = fit.residuals
    let beta = fit.coefficients
    residuals = (0..<n).map { i in
      y[i] - (0..<p).reduce(0) { $0 + x[i, $1] * beta[$1] }
    }
    autocorrelation = rho
    let variance = fit.residualSumOfSquares / Double(n - p)
    self.variance = variance
    restrictedLogLikelihood = whitened.restrictedLogLikelihood
    let phi = try fit.covariance(.classical)
    plugInCovariance = phi

    // Derivatives of G = Σ⁻¹ = K(ρ)/σ², K tridiagonal, in θ = (σ², ρ).
    let precision = Tridiagonal(gaps: gaps, rho: rho)
    let s = variance
    let (kx, dx, ddx) = (
      precision.product(precision.value, x), precision.product(precision.first, x),
      precision.product(precision.second, x)
    )
    let g = [-1 / (s * s) * kx, 1 / s * dx]  // ∂G·X
    let p0 = BLAS.gemm(x, g[0], transposingA: true)
    let p1 = BLAS.gemm(x, g[1], transposingA: true)
    derivatives = [p0, p1]
    let sigmaG = g.map { s * precision.solved($0) }  // Σ·∂G·X
    func q(_ i: Int, _ j: Int) -> Matrix { BLAS.gemm(g[i], sigmaG[j], transposingA: true) }
    // X'·∂²G·X for the three pairs.
    let second = [
      [
        2 / (s * s * s) * BLAS.gemm(x, kx, transposingA: true),
        -1 / (s * s) * BLAS.gemm(x, dx, transposingA: true),
      ],
      [
        -1 / (s * s) * BLAS.gemm(x, dx, transposingA: true),
        1 / s * BLAS.gemm(x, ddx, transposingA: true),
      ],
    ]
    func trace(_ a: Matrix) -> Double { a.diagonal.reduce(0, +) }
    // ½ tr(ΣᵢGΣⱼG) of the full likelihood, less what estimating β takes away.
    var information = Matrix(rowCount: 2, columnCount: 2)
    let full = [
      [0.5 * Double(n) / (s * s), 0.5 * precision.logDeterminantSlope / s],
      [0.5 * precision.logDeterminantSlope / s, precision.information],
    ]
    for i in 0..<2 {
      for j in 0..<2 {
        let correction =
          2 * trace(phi * q(i, j)) - trace(phi * derivatives[i] * phi * derivatives[j])
        information[i, j] = full[i][j] - 0.5 * correction
      }
    }
    guard let w = try? Cholesky(information).inverse() else {
      parameterCovariance = nil
      adjustedCovariance = phi
      diagnostics = [
        Diagnostic(
          .notConverged, .warning,
          Text(
            en:
              "The autocorrelation is at the edge of its range, so the intervals take it as known.",
            zh: "自相关系数位于取值边界，区间按其已知计算。"))
      ]
      return
    }
    parameterCovariance = w
    var sum = Matrix(rowCount: p, columnCount: p)
    for i in 0..<2 {
      for j in 0..<2 {
        let r = q(i, j) + q(j, i) - second[i][j]
        let inner = q(i, j) - derivatives[i] * phi * derivatives[j] - 0.25 * r
        sum = sum + w[i, j] * inner
      }
    }
    let adjusted = phi + 2 * (phi * sum * phi)
    let symmetric = 0.5 * (adjusted + adjusted.transposed())
    // A correction that leaves a negative variance is worse than none.
    adjustedCovariance = symmetric.diagonal.allSatisfy { $0 > 0 } ? symmetric : phi
    diagnostics = []
  }

  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { Double(residuals.count - coefficients.count) }
  /// A restricted likelihood does not compare designs; ``restrictedLogLikelihood`` has it.
  public var logLikelihood: Double? { nil }
  /// The residuals after the autocorrelation is taken out; white if the model holds.
  public var innovations: [Double] { whitenedResiduals }

  /// Kenward and Roger's covariance for ``CovarianceKind/classical``; no other is offered.
  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    guard kind == .classical else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A model with AR(1) errors has its own covariance.",
          zh: "AR(1) 误差模型自带协方差估计。"),
        hint: Text(en: "Leave --covariance out.", zh: "请去掉 --covariance。"))
    }
    return adjustedCovariance
  }

  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    degreesOfFreedom(of: contrast)
  }

  /// Kenward and Roger's degrees of freedom of lᵀβ, which for one contrast are Satterthwaite's:
  ///
  /// ```
  /// m = 2 (lᵀΦl)² / Σ Wᵢⱼ (lᵀΦPᵢΦl)(lᵀΦPⱼΦl)
  /// ```
  public func degreesOfFreedom(of contrast: [Double]) -> Double {
    guard let w = parameterCovariance else { return residualDegreesOfFreedom }
    let phiL = plugInCovariance * contrast
    let variance = dot(contrast, phiL)
    let slopes = derivatives.map { dot(phiL, $0 * phiL) }
    var spread = 0.0
    for i in 0..<2 { for j in 0..<2 { spread += w[i, j] * slopes[i] * slopes[j] } }
    guard spread > 0 else { return residualDegreesOfFreedom }
    return min(residualDegreesOfFreedom, max(1, 2 * variance * variance / spread))
  }

  /// The estimate of lᵀβ with its interval and two-sided p-value.
  public func estimate(of contrast: [Double], level: Double) -> Estimate {
    precondition(contrast.count == coefficients.count)
    let value = dot(contrast, coefficients)
    let standardError = dot(contrast, adjustedCovariance * contrast).squareRoot()
    let distribution = StudentT(degreesOfFreedom: degreesOfFreedom(of: contrast))
    let margin = distribution.upperQuantile((1 - level) / 2) * standardError
    return Estimate(
      value: value, standardError: standardError, lower: value - margin, upper: value + margin,
      level: level, pValue: distribution.twoSidedPValue(value / standardError))
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

/// K = R⁻¹ of an AR(1) correlation with gaps, and its derivatives in ρ: all tridiagonal.
///
/// Each pair of neighbors, a = ρᵈ apart, adds a²/(1 − a²) and 1/(1 − a²) to the diagonal and
/// −a/(1 − a²) beside it; the first diagonal element starts at 1.
private struct Tridiagonal {
  typealias Bands = (diagonal: [Double], beside: [Double])
  let value: Bands
  let first: Bands
  let second: Bands
  /// d ln|R| / dρ.
  let logDeterminantSlope: Double
  /// The Fisher information of ρ: Σ a′² (1 + a²) / (1 − a²)².
  let information: Double

  init(gaps: [Int], rho: Double) {
    let n = gaps.count + 1
    let zeros: Bands = (
      [Double](repeating: 0, count: n), [Double](repeating: 0, count: max(0, n - 1))
    )
    var (value, first, second) = (zeros, zeros, zeros)
    value.diagonal[0] = 1
    var (slope, information) = (0.0, 0.0)
    for (i, gap) in gaps.enumerated() {
      let d = Double(gap)
      let a = power(rho, gap)
      let a1 = gap == 1 ? 1 : d * pow(rho, d - 1)
      let a2 = gap == 1 ? 0 : (gap == 2 ? 2 : d * (d - 1) * pow(rho, d - 2))
      let c = 1 - a * a
      value.diagonal[i] += a * a / c
      value.diagonal[i + 1] += 1 / c
      value.beside[i] = -a / c
      let (f1, f2) = (2 * a / (c * c), (2 + 6 * a * a) / (c * c * c))
      let (h1, h2) = (-(1 + a * a) / (c * c), -(6 * a + 2 * a * a * a) / (c * c * c))
      for k in [i, i + 1] {
        first.diagonal[k] += f1 * a1
        second.diagonal[k] += f2 * a1 * a1 + f1 * a2
      }
      first.beside[i] = h1 * a1
      second.beside[i] = h2 * a1 * a1 + h1 * a2
      slope += -2 * a * a1 / c
      information += a1 * a1 * (1 + a * a) / (c * c)
    }
    self.value = value
    self.first = first
    self.second = second
    logDeterminantSlope = slope
    self.information = information
  }

  func product(_ bands: Bands, _ x: Matrix) -> Matrix {
    var result = x
    let n = x.rowCount
    for j in 0..<x.columnCount {
      for i in 0..<n {
        var sum = bands.diagonal[i] * x[i, j]
        if i > 0 { sum += bands.beside[i - 1] * x[i - 1, j] }
        if i + 1 < n { sum += bands.beside[i] * x[i + 1, j] }
        result[i, j] = sum
      }
    }
    return result
  }

  /// K⁻¹·B = R·B, by elimination without pivoting, which is stable for a positive definite K.
  func solved(_ b: Matrix) -> Matrix {
    let n = b.rowCount
    var pivot = value.diagonal
    for i in 1..<n { pivot[i] -= value.beside[i - 1] * value.beside[i - 1] / pivot[i - 1] }
    var x = b
    for j in 0..<b.columnCount {
      for i in 1..<n { x[i, j] -= value.beside[i - 1] / pivot[i - 1] * x[i - 1, j] }
      x[n - 1, j] /= pivot[n - 1]
      for i in stride(from: n - 2, through: 0, by: -1) {
        x[i, j] = (x[i, j] - value.beside[i] * x[i + 1, j]) / pivot[i]
      }
    }
    return x
  }
}
