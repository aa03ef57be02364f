import CaseloadData
import CaseloadMath

/// Linear regression with first-order autoregressive errors, by Prais and Winsten's transformation.
///
/// ```
/// yₜ = xₜᵀβ + eₜ,   eₜ = ρ eₜ₋₁ + uₜ
/// y*₁ = √(1 − ρ²) y₁,   y*ₜ = yₜ − ρ yₜ₋₁,   and likewise x;   β̂ by least squares of y* on x*
/// ```
///
/// ρ is estimated from e = y − Xβ̂ and the two steps alternate until ρ stands still. Cochrane and
/// Orcutt's estimate leaves the first observation out. After a gap in time the series starts anew.
/// The estimates are asymptotically those of maximum likelihood but maximize no likelihood, and
/// their standard errors take ρ as known: in short series ``AutoregressiveRegression`` is better.
///
/// - Sources: Prais & Winsten (1954), *Cowles Commission Discussion Paper* 383; Cochrane & Orcutt
///   (1949), *JASA* 44, 32–61; Wooldridge, *Introductory Econometrics*, 7th ed. (2020), §12-3.
public struct PraisWinsten: Method {
  /// How ρ is estimated from the residuals, in the words of Stata's `prais`.
  public enum Correlation: String, Codable, Sendable, CaseIterable {
    /// Σ eₜeₜ₋₁ / Σ eₜ₋₁²: the regression of e on its predecessor.
    case regress
    /// 1 − d/2 with Durbin and Watson's d.
    case durbinWatson = "dw"
    /// Σ eₜeₜ₋₁ / Σ eₜ², over all residuals below.
    case autocorrelation = "tscorr"
  }

  public var correlation: Correlation
  /// `false` for Cochrane and Orcutt's estimate, without the first observation.
  public var keepsFirst: Bool
  /// `false` stops after the first ρ: the two-step estimate.
  public var isIterated: Bool

  public init() { self.init(correlation: .regress) }

  public init(correlation: Correlation, keepsFirst: Bool = true, isIterated: Bool = true) {
    self.correlation = correlation
    self.keepsFirst = keepsFirst
    self.isIterated = isIterated
  }

  public static let card = MethodCard(
    id: "prais-winsten",
    name: Text(en: "Prais–Winsten regression", zh: "Prais–Winsten 回归"),
    summary: Text(
      en: "Least squares for one series after its first-order autocorrelation is taken out.",
      zh: "去除一阶自相关后对单一序列作最小二乘。"),
    equation: #"y_t - \rho y_{t-1} = (x_t - \rho x_{t-1})^\top\beta + u_t"#,
    options: [
      (
        "correlation",
        Text(
          en: "How the autocorrelation is estimated: regress, dw or tscorr.",
          zh: "自相关系数的估计方式：regress、dw 或 tscorr。")
      ),
      (
        "keepsFirst",
        Text(
          en: "false leaves the first observation out (Cochrane–Orcutt).",
          zh: "false 略去首个观测（Cochrane–Orcutt）。")
      ),
      (
        "isIterated",
        Text(en: "false stops after one step.", zh: "false 只作一步。")
      ),
    ],
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "The errors are a stationary first-order autoregression.", zh: "误差为平稳的一阶自回归。"),
      Text(
        en:
          "The regressors of every period are uncorrelated with the errors of that period and its "
          + "neighbors: no lagged response.",
        zh: "回归变量与当期及相邻各期误差不相关：不含滞后响应变量。"),
    ],
    sources: [
      Bibliography.praisWinstenTrend, Bibliography.cochraneOrcutt,
      Bibliography.wooldridgeIntroductory,
    ],
    minimumObservations: 4)

  /// ρ has settled when a step moves it by less.
  static let tolerance = 1e-13
  static let iterationLimit = 1000

  /// The model on a design of one series, in the order of its periods if it has them.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for several observations of a period, weights,
  ///   fixed effects or instruments, and what ``fitted(_:_:names:hasIntercept:times:)`` throws.
  public func fitted(_ design: DesignMatrix) throws(Diagnostic) -> PraisWinstenFit {
    let series = try SeriesDesign(design)
    return try PraisWinstenFit(
      series.x, series.y, names: design.names, hasIntercept: design.hasIntercept,
      times: series.times, rows: series.rows, notes: design.notes, self)
  }

  /// The model on the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank, in the order of time.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - hasIntercept: whether the first column of `x` is the intercept's.
  ///   - times: the whole-numbered time of each row, ascending; `nil` for consecutive rows.
  /// - Returns: the fit at the ρ that reproduces itself.
  /// - Throws: ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/rankDeficient`` naming columns,
  ///   ``DiagnosticCode/notIdentified`` for residuals of zero or an estimate of |ρ| ≥ 1.
  public func fitted(
    _ x: Matrix, _ y: [Double], names: [String], hasIntercept: Bool = true, times: [Int]? = nil
  ) throws(Diagnostic) -> PraisWinstenFit {
    precondition(times.map { zip($0, $0.dropFirst()).allSatisfy { $0 < $1 } } ?? true)
    return try PraisWinstenFit(
      x, y, names: names, hasIntercept: hasIntercept, times: times ?? Array(y.indices), rows: nil,
      notes: [], self)
  }

  /// ρ̂ of the residuals of a series that starts anew at each of `starts`.
  func estimate(_ e: [Double], isStart: [Bool]) -> Double {
    var (products, past, differences, squares) = (0.0, 0.0, 0.0, 0.0)
    for t in e.indices {
      squares += e[t] * e[t]
      guard !isStart[t] else { continue }
      products += e[t] * e[t - 1]
      past += e[t - 1] * e[t - 1]
      differences += (e[t] - e[t - 1]) * (e[t] - e[t - 1])
    }
    return switch correlation {
    case .regress: products / past
    case .durbinWatson: 1 - differences / squares / 2
    case .autocorrelation: products / squares
    }
  }
}

/// A fitted Prais–Winsten or Cochrane–Orcutt regression.
///
/// `equations` is that of the transformed data, so that covariances are those of the innovations.
public struct PraisWinstenFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  /// y − X·β̂ of the observations used, autocorrelated as they are.
  public let residuals: [Double]
  public let estimatingEquations: EstimatingEquations
  public let observations: [Int]?
  public let diagnostics: [Diagnostic]
  /// ρ̂, from −1 to 1.
  public let autocorrelation: Double
  /// Steps until ρ stood still.
  public let iterations: Int
  /// Of the residuals of least squares.
  public let durbinWatsonBefore: HypothesisTest
  /// Of the transformed residuals; its p-value takes ρ as known.
  public let durbinWatsonAfter: HypothesisTest

  init(
    _ x: Matrix, _ y: [Double], names: [String], hasIntercept: Bool, times: [Int], rows: [Int]?,
    notes: [Diagnostic], _ method: PraisWinsten
  ) throws(Diagnostic) {
    let (n, p) = (y.count, x.columnCount)
    let isStart = times.indices.map { $0 == 0 || times[$0] != times[$0 - 1] + 1 }
    let starts = isStart.count { $0 }
    let used = method.keepsFirst ? n : n - starts
    guard used > p + 1, n - starts > 1 else {
      throw Diagnostic(
        QR.Failure.tooFewRows(rows: used, columns: p + 2), names: names)
    }
    let ordinary = try LinearModel().fitted(x, y, names: names, hasIntercept: hasIntercept)
    _ = try checkedSumOfSquares(ordinary.residuals, of: y)
    durbinWatsonBefore = try DurbinWatson.test(residuals: ordinary.residuals, design: x)
    var residuals = ordinary.residuals
    var rho = try Self.checked(method.estimate(residuals, isStart: isStart))
    var (iterations, isConverged) = (1, !method.isIterated)
    var data = Self.transformed(x, y, rho, isStart, method.keepsFirst)
    var fit = try LinearModel().fitted(data.x, data.y, names: names, hasIntercept: hasIntercept)
    let input = try RegressionInput(x, y, names: names, weights: nil)
    residuals = input.residuals(fit.coefficients)
    while !isConverged, iterations < PraisWinsten.iterationLimit {
      let next = try Self.checked(method.estimate(residuals, isStart: isStart))
      isConverged = abs(next - rho) <= PraisWinsten.tolerance
      rho = next
      iterations += 1
      data = Self.transformed(x, y, rho, isStart, method.keepsFirst)
      fit = try LinearModel().fitted(data.x, data.y, names: names, hasIntercept: hasIntercept)
      residuals = input.residuals(fit.coefficients)
    }
    var notes = notes
    if !isConverged {
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en:
              "The autocorrelation did not settle in \(iterations) steps; the estimates are those "
              + "of the last one.",
            zh: "自相关系数在 \(iterations) 步内未收敛，估计值为最后一步的结果。"),
          hint: Text(
            en: "Use ar1, or correlation=tscorr.", zh: "请改用 ar1，或设 correlation=tscorr。")))
    }
    durbinWatsonAfter = try DurbinWatson.test(residuals: fit.residuals, design: data.x)
    coefficientNames = names
    coefficients = fit.coefficients
    estimatingEquations = fit.estimatingEquations
    autocorrelation = rho
    self.iterations = iterations
    let kept = method.keepsFirst ? Array(0..<n) : (0..<n).filter { !isStart[$0] }
    self.residuals = kept.map { residuals[$0] }
    observations =
      rows.map { rows in kept.map { rows[$0] } } ?? (kept.count == n ? nil : kept)
    diagnostics = notes
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { estimatingEquations.residualDegreesOfFreedom }
  /// The iteration maximizes no likelihood.
  public var logLikelihood: Double? { nil }
  /// The residuals after the autocorrelation is taken out; white if the model holds.
  public var innovations: [Double] { estimatingEquations.residuals }
  /// √(Σ u² / (n − p)), of the innovations.
  public var residualStandardError: Double { estimatingEquations.dispersion.squareRoot() }

  private static func checked(_ rho: Double) throws(Diagnostic) -> Double {
    guard abs(rho) < 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The estimated autocorrelation is \(NumberText.plain(rho)): the errors are not "
            + "stationary.",
          zh: "自相关系数的估计值为 \(NumberText.plain(rho))：误差不平稳。"),
        hint: Text(
          en: "Take first differences, add a trend, or set correlation=tscorr.",
          zh: "请取一阶差分、加入趋势项，或设 correlation=tscorr。"))
    }
    return rho
  }

  /// x* and y*.
  private static func transformed(
    _ x: Matrix, _ y: [Double], _ rho: Double, _ isStart: [Bool], _ keepsFirst: Bool
  ) -> (x: Matrix, y: [Double]) {
    let first = ((1 - rho) * (1 + rho)).squareRoot()
    let kept = keepsFirst ? Array(y.indices) : y.indices.filter { !isStart[$0] }
    func column(_ v: [Double]) -> [Double] {
      kept.map { t in isStart[t] ? first * v[t] : v[t] - rho * v[t - 1] }
    }
    return (Matrix(columns: (0..<x.columnCount).map { column(x.column($0)) }), column(y))
  }
}
