import CaseloadData
import CaseloadMath

/// The wild cluster bootstrap of a t test in a linear model, for few clusters.
///
/// ```
/// y*ᵢ = x̃ᵢᵀβ̃ + v_g ũᵢ,   t* = (lᵀβ̂* − lᵀβ̃) / (lᵀV*l)^½
/// ```
///
/// β̃ and ũ are restricted to the hypothesis lᵀβ = r, or not; v has one value a cluster. As ũ is
/// linear in r, so are the numerators of t* and, squared, quadratic its denominators: three numbers a
/// draw answer every r, and a confidence interval by inverting the test costs no more than a p-value.
/// Where all 2^G signs are no more than the draws asked for, they are enumerated and the p-value has
/// no Monte-Carlo error.
///
/// - Complexity: G · min(G, 2p) a draw, by matrix products, and G² where absorbed effects cross the
///   clusters; n once.
/// - Sources: Cameron, Gelbach & Miller (2008), *Review of Economics and Statistics* 90, 414–427;
///   Webb (2023), *Canadian Journal of Economics* 56, 839–858 (six-point weights); Roodman, Nielsen,
///   MacKinnon & Webb (2019), *Stata Journal* 19, 4–60 (the algorithm, inversion); MacKinnon,
///   Nielsen & Webb (2023), *Journal of Applied Econometrics* 38, 671–694 (jackknife variances).
public struct WildClusterBootstrap: Sendable {
  /// The distribution of v, with mean 0 and variance 1.
  public enum Weights: String, Codable, Sendable, CaseIterable {
    /// −1 or 1.
    case rademacher
    /// ±√½, ±1, ±√(3/2): for fewer than a dozen clusters, where signs alone repeat themselves.
    case webb
  }

  /// The variance in the denominators of t and t*.
  public enum Variance: String, Codable, Sendable, CaseIterable { case cr1, cr3 }

  public var draws = 9_999
  public var weights = Weights.rademacher
  /// Whether the hypothesis holds in the bootstrap samples: better with few clusters.
  public var isRestricted = true
  public var variance = Variance.cr1

  public init() {}

  /// What the bootstrap says of one hypothesis lᵀβ = r.
  public struct Result: Codable, Sendable {
    /// lᵀβ̂.
    public let estimate: Double
    /// r.
    public let hypothesis: Double
    /// (lᵀβ̂ − r) / standard error.
    public let statistic: Double
    public let standardError: Double
    /// The share of draws with |t*| > |t|.
    public let pValue: Double
    /// Twice the smaller share of draws beyond t on either side.
    public let equalTailedPValue: Double
    /// The hypotheses that the symmetric test does not reject; `nil` where it rejects none that far.
    public let lower: Double?
    /// The other end.
    public let upper: Double?
    public let level: Double
    public let clusters: Int
    /// How many draws there were.
    public let draws: Int
    /// Whether they are all the signs there are.
    public let isEnumerated: Bool
    /// √(p(1 − p)/draws); 0 when enumerated.
    public let monteCarloError: Double
  }

  /// Tests lᵀβ = `hypothesis`.
  ///
  /// - Parameters:
  ///   - contrast: l, one value a coefficient.
  ///   - hypothesis: r.
  ///   - fit: a linear model, with or without absorbed effects.
  ///   - clusters: of the observations of the fit.
  ///   - level: of the interval.
  ///   - stream: of the draws.
  /// - Returns: the p-values and the interval.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a model that is not linear,
  ///   ``DiagnosticCode/notIdentified`` for one cluster or an effect without a standard error.
  public func test(
    _ contrast: [Double], equals hypothesis: Double = 0, in fit: some RegressionFit,
    clusters: Grouping, level: Double = 0.95, from stream: RandomStream
  ) throws(Diagnostic) -> Result {
    guard let equations = fit.equations, equations.isLinear else {
      throw Self.notLinear(Text(en: "Use cr2 or cr3 instead.", zh: "请改用 cr2 或 cr3。"))
    }
    guard clusters.count > 1 else { throw EstimatingEquations.oneCluster(clusters) }
    precondition(contrast.count == fit.coefficients.count)
    let estimate = zip(contrast, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    let pieces = try Pieces(
      equations, clusters, contrast: contrast, variance: variance)
    let multipliers = Multipliers(
      clusters: clusters.count, draws: draws, weights: weights, from: stream)
    let statistics = Statistics(pieces, multipliers, isRestricted: isRestricted)
    let standardError = try pieces.checkedStandardError()
    func share(_ r: Double) -> (symmetric: Double, tails: Double) {
      statistics.pValues(
        t: (estimate - r) / standardError, shift: (estimate - r) / pieces.squares)
    }
    let (symmetric, tails) = share(hypothesis)
    let count = Double(statistics.count)
    let alpha = 1 - level
    func end(_ direction: Double) -> Double? {
      Self.end(from: estimate, step: direction * standardError) { share($0).symmetric > alpha }
    }
    return Result(
      estimate: estimate, hypothesis: hypothesis,
      statistic: (estimate - hypothesis) / standardError, standardError: standardError,
      pValue: symmetric, equalTailedPValue: tails, lower: end(-1), upper: end(1), level: level,
      clusters: clusters.count, draws: statistics.count, isEnumerated: statistics.isEnumerated,
      monteCarloError: statistics.isEnumerated
        ? 0 : (symmetric * (1 - symmetric) / count).squareRoot())
  }

  /// The last hypothesis on one side of the estimate that is not rejected, to a millionth of a
  /// standard error; `nil` where none within ten thousand standard errors is rejected.
  private static func end(from estimate: Double, step: Double, _ isKept: (Double) -> Bool)
    -> Double?
  {
    var inside = 0.0
    var outside = 2.0
    while isKept(estimate + outside * step) {
      inside = outside
      outside *= 1.6
      if outside > 1e4 { return nil }
    }
    while outside - inside > 1e-7 {
      let middle = 0.5 * (inside + outside)
      if isKept(estimate + middle * step) { inside = middle } else { outside = middle }
    }
    return estimate + inside * step
  }

  static func notLinear(_ hint: Text) -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "The wild bootstrap is for linear models: it has no residuals to draw elsewhere.",
        zh: "野生自助法只适用于线性模型。"),
      hint: hint)
  }
}
