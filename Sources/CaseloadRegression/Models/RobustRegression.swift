import CaseloadData
import CaseloadMath

/// Linear regression that outlying observations do not carry away.
///
/// ```
/// Σ ψ(rᵢ/s) xᵢ = 0,   rᵢ = yᵢ − xᵢᵀβ̂
/// ```
///
/// M estimates (`huber`, `bisquare`, `hampel`) start from least squares and re-estimate the scale as
/// median|r|/0.6745 at each step, as R's MASS does; they resist outliers in the response only. The
/// MM estimate starts from the S-estimate, which half of the data may contradict, keeps its scale,
/// and has 95 % of the efficiency of least squares at normal errors; it is the one to use unless
/// there is a reason.
///
/// - Sources: Huber (1981), *Robust Statistics*, ch. 7; Yohai (1987), *Annals of Statistics* 15,
///   642–656; Salibian-Barrera & Yohai (2006), *JCGS* 15, 414–427.
public struct RobustRegression: Method {
  /// Which loss, and from where the search starts.
  public enum Estimator: String, Codable, Sendable, CaseIterable {
    /// S-estimate, then the bisquare with c = 4.685061 at its scale.
    case mm
    /// Huber's ψ with k = 1.345.
    case huber
    /// Tukey's bisquare with c = 4.685.
    case bisquare
    /// Hampel's three parts with corners at 2, 4 and 8.
    case hampel

    var loss: RobustLoss {
      switch self {
      case .mm: .bisquare(c: 4.685061)
      case .huber: .huber(k: 1.345)
      case .bisquare: .bisquare(c: 4.685)
      case .hampel: .hampel(a: 2, b: 4, c: 8)
      }
    }
  }

  public let estimator: Estimator
  /// How many elemental fits the S-estimate tries.
  public let subsamples: Int
  /// Where the elemental fits are drawn from; equal seeds give equal estimates.
  public let seed: UInt64

  public init() { self.init(estimator: .mm) }

  public init(estimator: Estimator, subsamples: Int = 500, seed: UInt64 = 1) {
    self.estimator = estimator
    self.subsamples = subsamples
    self.seed = seed
  }

  public static let card = MethodCard(
    id: "robust", name: Text(en: "Robust regression", zh: "稳健回归"),
    summary: Text(
      en: "A regression that gives outlying observations little or no weight, and lists them.",
      zh: "对离群观测给予很小或零权重并列出它们的回归。"),
    equation: #"\sum_i \psi\!\left(\frac{y_i - x_i^\top\beta}{s}\right) x_i = 0"#,
    options: [
      (
        "estimator",
        Text(
          en: "mm (outliers anywhere), or huber, bisquare, hampel (in the response only).",
          zh: "mm（离群可在任何处），或 huber、bisquare、hampel（仅限响应变量）。")
      ),
      (
        "subsamples",
        Text(en: "How many starting fits mm tries.", zh: "mm 所尝试的初始拟合个数。")
      ),
      ("seed", Text(en: "The seed of the starting fits.", zh: "初始拟合的随机种子。")),
    ],
    assumptions: [
      Text(
        en: "The mean of the greater part of the data is linear in the coefficients.",
        zh: "大部分数据的均值对系数是线性的。"),
      Text(
        en: "The observations are independent; for huber, bisquare and hampel the errors have one "
          + "distribution.",
        zh: "观测相互独立；huber、bisquare 与 hampel 还要求误差同分布。"),
    ],
    sources: [
      Bibliography.huber, Bibliography.yohai, Bibliography.salibianYohai, Bibliography.croux,
    ],
    minimumObservations: 4)

  /// The model on a matrix with one named column a coefficient.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - weights: n positive reciprocals of error variances, up to a factor, or `nil`.
  ///   - hasIntercept: whether a constant lies in the span of the columns.
  /// - Returns: the fit, converged to rounding unless its diagnostics say otherwise.
  /// - Throws: ``DiagnosticCode/notIdentified`` when so many observations are fitted exactly that
  ///   the scale is zero, or the observations that keep weight do not determine all coefficients;
  ///   ``DiagnosticCode/seriesTooShort`` unless n > p, n > 2p for `mm`;
  ///   ``DiagnosticCode/rankDeficient`` naming the columns; ``DiagnosticCode/valueOutOfRange`` for a
  ///   value that is not finite or a weight that is not positive; ``DiagnosticCode/illegalOption``
  ///   for fewer than one subsample.
  public func fitted(
    _ x: Matrix, _ y: [Double], names: [String], weights: [Double]? = nil,
    hasIntercept: Bool = true
  ) throws(Diagnostic) -> RobustFit {
    guard subsamples > 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The search needs at least one starting fit, not \(subsamples).",
          zh: "搜索至少需要一个初始拟合，而给出的是 \(subsamples)。"),
        hint: Text(en: "Leave subsamples at 500.", zh: "请让 subsamples 保持 500。"))
    }
    let input = try RegressionInput(x, y, names: names, weights: weights)
    try input.requireFullRank()
    let (n, p) = (x.rowCount, x.columnCount)
    let least = estimator == .mm ? 2 * p + 1 : p + 1
    guard n >= least else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "\(n) observations are too few to tell outliers from \(p) coefficients; at least "
            + "\(least) are needed.",
          zh: "\(n) 个观测不足以在 \(p) 个系数之外识别离群值，至少需要 \(least) 个。"),
        hint: Text(en: "Use fewer terms or more data.", zh: "请减少项数或增加数据。"))
    }
    return try RobustFit(input, method: self, hasIntercept: hasIntercept)
  }
}

/// A fitted robust regression.
public struct RobustFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  /// y − X·β̂, unweighted.
  public let residuals: [Double]
  public let fittedValues: [Double]
  public let estimator: RobustRegression.Estimator
  /// s, in the units of the response (of √w times it with weights): consistent for the standard
  /// deviation of normal errors.
  public let scale: Double
  /// ψ(rᵢ/s)/(rᵢ/s), from 0 for an observation that is set aside to 1.
  public let robustnessWeights: [Double]
  /// The coefficients of the S-estimate that the MM estimate started from; `nil` for M estimates.
  public let initialCoefficients: [Double]?
  /// The share of the weighted variation that is explained, made consistent at normal errors;
  /// `nil` for M estimates and where nothing varies.
  ///
  /// ```
  /// R² = (A − B) / (A − B + 1.207617·B),   A = Σ w (y − ȳ_w)²,  B = Σ w r²
  /// ```
  ///
  /// - Source: Renaud & Victoria-Feser (2010), *JSPI* 140, 1852–1862.
  public let rSquared: Double?
  public let diagnostics: [Diagnostic]
  let scaledDesign: Matrix  // x·√w
  let scaledResiduals: [Double]
  let initialResiduals: [Double]  // of the S-estimate, scaled

  init(_ input: RegressionInput, method: RobustRegression, hasIntercept: Bool) throws(Diagnostic) {
    let (x, y) = input.scaled { $0.squareRoot() }
    let z = OrthonormalRows(x)
    let loss = method.estimator.loss
    // Working on the residuals of least squares keeps a large level out of the rounding.
    let (start, centered) = Self.leastSquares(z, y)
    let zero = Self.exactness * y.reduce(0) { max($0, abs($1)) }
    var work = Reweighting(z, centered, zero: zero)
    var terminations: [Termination] = []
    var gamma: [Double]
    var initial: SEstimate?
    if method.estimator == .mm {
      let s = SEstimate(
        z, centered, subsamples: method.subsamples, zero: zero,
        from: RandomStream(seed: method.seed))
      guard s.scale > zero else { throw Self.exactFit() }
      let step = work.converged(from: s.coefficients, scale: s.scale, loss: loss)
      gamma = step.coefficients
      scale = s.scale
      terminations = [s.termination, step.termination]
      initial = s
    } else {
      let step = work.convergedWithScale(loss: loss)
      guard step.scale > zero else { throw Self.exactFit() }
      gamma = step.coefficients
      scale = step.scale
      terminations = [step.termination]
    }
    var product = y
    z.multiply(gamma, into: &product)
    // The last step in the original units, refined.
    let roots = zip(centered, product).map { [scale] in
      loss.weight(($0 - $1) / scale).squareRoot()
    }
    var weighted = x
    for j in 0..<x.columnCount {
      for i in 0..<x.rowCount { weighted[i, j] *= roots[i] }
    }
    do {
      coefficients = try LeastSquares(weighted, zip(y, roots).map { $0 * $1 }).coefficients
    } catch {
      throw Self.setAside(error, names: input.names)
    }
    coefficientNames = input.names
    estimator = method.estimator
    scaledDesign = x
    residuals = input.residuals(coefficients)
    fittedValues = zip(input.y, residuals).map { $0 - $1 }
    let prior = input.weights ?? [Double](repeating: 1, count: y.count)
    scaledResiduals = zip(residuals, prior).map { $0 * $1.squareRoot() }
    robustnessWeights = scaledResiduals.map { [scale] in loss.weight($0 / scale) }
    initialCoefficients = initial.map { s in
      z.coefficients(zip(start, s.coefficients).map { $0 + $1 })
    }
    initialResiduals = initial?.residuals ?? []
    rSquared =
      initial == nil
      ? nil
      : Self.rSquared(
        input.y, residuals, weights: zip(prior, robustnessWeights).map { $0 * $1 },
        hasIntercept: hasIntercept)
    diagnostics =
      terminations.allSatisfy { $0 == .converged }
      ? []
      : [
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The reweighting did not settle; the estimates are those of the last step.",
            zh: "迭代加权未能稳定，估计值取自最后一步。"),
          hint: Text(
            en: "Use the estimator mm, or huber, whose solution is unique.",
            zh: "请改用 mm，或解唯一的 huber。"))
      ]
  }

  /// A scale below this share of the largest response is rounding.
  static let exactness = 1e-12

  private static func leastSquares(_ z: OrthonormalRows, _ y: [Double]) -> (
    coefficients: [Double], residuals: [Double]
  ) {
    var gamma = [Double](repeating: 0, count: z.columnCount)
    z.multiplyTransposed(y, into: &gamma)
    for j in gamma.indices { gamma[j] /= Double(z.rowCount) }
    var fitted = y
    z.multiply(gamma, into: &fitted)
    return (gamma, zip(y, fitted).map { $0 - $1 })
  }

  private static func rSquared(
    _ y: [Double], _ residuals: [Double], weights: [Double], hasIntercept: Bool
  ) -> Double? {
    let consistency = 1.207617  // E[w]/E[uψ] of the bisquare with c = 4.685061, u normal
    let mean =
      hasIntercept
      ? zip(weights, y).map { $0 * $1 }.accurateSum / weights.accurateSum : 0
    let total = zip(weights, y).map { $0 * ($1 - mean) * ($1 - mean) }.accurateSum
    let rest = zip(weights, residuals).map { $0 * $1 * $1 }.accurateSum
    let denominator = total + rest * (consistency - 1)
    return denominator > 0 ? (total - rest) / denominator : nil
  }

  private static func exactFit() -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "Half of the observations or more are fitted exactly, so the scale of the errors is "
          + "zero and no observation can be weighed against it.",
        zh: "半数或更多观测被完全拟合，误差尺度为零，无法据以衡量各观测。"),
      hint: Text(
        en: "Median regression (quantile 0.5) gives the exact part.",
        zh: "中位数回归（分位点 0.5）可给出被完全拟合的部分。"))
  }

  private static func setAside(_ failure: QR.Failure, names: [String]) -> Diagnostic {
    guard case .rankDeficient(_, let columns) = failure else {
      return Diagnostic(failure, names: names)
    }
    let list = columns.map { names[$0] }.joined(separator: ", ")
    return Diagnostic(
      .notIdentified, .error,
      Text(
        en: "All observations that determine \(list) are set aside as outliers.",
        zh: "决定 \(list) 的观测全部被视为离群而剔除。"),
      hint: Text(
        en: "Leave that term out, or use the estimator huber, which sets none aside.",
        zh: "请去掉该项，或改用不剔除观测的 huber。"))
  }

  /// The observations (0-based, ascending) with a robustness weight below `threshold`.
  ///
  /// - Parameter threshold: `nil` for 0.1/n, as R's robustbase calls an outlier.
  /// - Returns: none for Huber's ψ at the automatic threshold, in any but extreme data.
  public func outliers(below threshold: Double? = nil) -> [Int] {
    let limit = threshold ?? 0.1 / Double(observationCount)
    return robustnessWeights.indices.filter { robustnessWeights[$0] < limit }
  }

  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { Double(residuals.count - coefficients.count) }
  /// A bounded ψ has no likelihood.
  public var logLikelihood: Double? { nil }

  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    residualDegreesOfFreedom
  }
}
