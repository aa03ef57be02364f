import CaseloadData
import CaseloadMath

/// Seasonal autoregressive integrated moving averages with regressors, the orders chosen by the data.
///
/// ```
/// φ(B) Φ(Bᵐ) (1 − B)ᵈ (1 − Bᵐ)ᴰ (yₜ − c(t) − xₜβ) = θ(B) Θ(Bᵐ) eₜ,   eₜ ~ N(0, σ²)
/// φ(B) = 1 − φ₁B − … − φₚBᵖ,   θ(B) = 1 + θ₁B + … + θ_qB^q
/// ```
///
/// c(t) is a mean without differences, and a drift times t with one. Coefficients maximize the exact
/// likelihood of the differenced series; missing values are skipped exactly. ``Criterion`` compares
/// models of the same differences; the differences come from tests (``Differencing/Caution``). σ² is the sum of the squared
/// standardized innovations over n − k + 1, k the number of parameters with σ², as in R's `Arima`.
/// With a transformation all this holds for the transformed values; the forecast is the image of the
/// normal distribution, whose mean is therefore that of the data's own scale.
///
/// - Sources: Box & Jenkins (1970); Harvey (1989), §3.4 (likelihood); Hyndman & Khandakar (2008), *Journal of
///   Statistical Software* 27(3) (choice of the orders).
public struct ARIMA: ForecastModel {
  /// Whether there is a mean or a drift.
  public enum Constant: String, Codable, Sendable, CaseIterable { case automatic, yes, no }

  /// How many models are compared.
  public enum Search: String, Codable, Sendable, CaseIterable {
    /// From neighbor to neighbor, as long as it gets better.
    case stepwise
    /// All within the limits.
    case full
  }

  public enum Criterion: String, Codable, Sendable, CaseIterable { case aicc, aic, bic }

  /// What the forecast is made of.
  public enum Weights: String, Codable, Sendable, CaseIterable {
    /// The model of the least criterion.
    case best
    /// All models visited, in proportion to exp(−ΔAICc/4).
    case tempered
  }

  /// (p, d, q) or (P, D, Q): `automatic`, or three numbers such as `2,1,1`.
  public enum Orders: Equatable, Sendable, Codable {
    case automatic
    case fixed(Int, Int, Int)

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let text = try container.decode(String.self)
      if text == "automatic" {
        self = .automatic
        return
      }
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 3, let a = parts[0], let b = parts[1], let c = parts[2],
        [a, b, c].allSatisfy({ (0...12).contains($0) }), b <= 3
      else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "automatic, or three whole numbers: 2,1,1")
      }
      self = .fixed(a, b, c)
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .automatic: try container.encode("automatic")
      case .fixed(let a, let b, let c): try container.encode("\(a),\(b),\(c)")
      }
    }
  }

  public var order = Orders.automatic
  public var seasonalOrder = Orders.automatic
  public var constant = Constant.automatic
  public var search = Search.stepwise
  public var criterion = Criterion.aicc
  public var test = Differencing.Test.kpss
  public var differencing = Differencing.Caution.cautious
  public var seasonalTest = Differencing.SeasonalTest.strength
  public var transformation = Transformation.none
  /// λ of Box and Cox, from 0 (the logarithm) to 1 (none); `nil` for that of ``transformation``.
  public var lambda: Double?
  public var weights = Weights.best
  public var maximumAutoregressive = 5
  public var maximumMovingAverage = 5
  public var maximumSeasonalAutoregressive = 2
  public var maximumSeasonalMovingAverage = 2
  public var maximumOrder = 5
  public var maximumDifferences = 2
  public var maximumSeasonalDifferences = 1

  public init() {}

  public static var acceptsRegressors: Bool { true }

  public static let card = MethodCard(
    id: "arima", name: Text(en: "ARIMA", zh: "ARIMA（差分自回归移动平均）"),
    summary: Text(
      en: "Differences, past values and past errors, with seasons and regressors.",
      zh: "差分、历史数值与历史误差的组合，可含季节项与回归变量。"),
    equation:
      #"\phi(B)\Phi(B^m)(1-B)^d(1-B^m)^D y_t = c + \theta(B)\Theta(B^m)\varepsilon_t"#,
    options: options,
    assumptions: [
      Text(
        en: "Independent normal errors of one variance.", zh: "误差独立、正态、方差不变。"),
      Text(
        en: "The differenced series keeps its mean and its autocorrelations.",
        zh: "差分后序列的均值与自相关保持不变。"),
    ],
    sources: [
      Bibliography.hyndmanKhandakar, Bibliography.harvey, Bibliography.gomezMaravallPena,
      Bibliography.hyndmanAthanasopoulos,
    ], minimumObservations: 4)

  private static let options: [(name: String, help: Text)] = [
    (
      "order",
      Text(
        en: "p,d,q: automatic, or three numbers such as 2,1,1",
        zh: "p,d,q：automatic，或三个数字，如 2,1,1")
    ),
    (
      "seasonalOrder",
      Text(
        en: "P,D,Q over the season: automatic, or three numbers such as 0,1,1",
        zh: "季节阶数 P,D,Q：automatic，或三个数字，如 0,1,1")
    ),
    (
      "constant",
      Text(
        en: "a mean or drift: automatic, yes or no (yes has no effect from two differences on)",
        zh: "均值或漂移项：automatic、yes 或 no（差分两次以上时 yes 无效）")
    ),
    (
      "search",
      Text(
        en: "stepwise, or full: every model within the limits",
        zh: "stepwise（逐步搜索）或 full（搜索限度内全部模型）")
    ),
    (
      "criterion",
      Text(en: "what to compare by: aicc, aic or bic", zh: "比较准则：aicc、aic 或 bic")
    ),
    (
      "test",
      Text(en: "the test for differences: kpss, adf or pp", zh: "差分检验：kpss、adf 或 pp")
    ),
    (
      "differencing",
      Text(
        en: "cautious (one difference unless tests prove otherwise) or r-compatible (as tests say)",
        zh: "cautious（除非检验有充分证据，否则差分一次）或 r-compatible（按检验结果）")
    ),
    (
      "seasonalTest",
      Text(
        en: "the rule for a seasonal difference: strength, ocsb, canova-hansen or hegy",
        zh: "季节差分规则：strength（季节强度）、ocsb、canova-hansen 或 hegy")
    ),
    (
      "transformation",
      Text(
        en: "a power of the data first: none, log or automatic (Guerrero)",
        zh: "先做幂变换：none、log 或 automatic（Guerrero 法）")
    ),
    (
      "lambda",
      Text(
        en: "the power itself, from 0 (logarithm) to 1 (none), in place of transformation",
        zh: "直接给定幂次 λ（0 为对数，1 为不变换），代替 transformation")
    ),
    (
      "weights",
      Text(
        en: "best, or tempered: all models visited, by exp(−ΔAICc/4)",
        zh: "best（最优模型）或 tempered（按 exp(−ΔAICc/4) 加权全部模型）")
    ),
    ("maximumAutoregressive", Text(en: "the largest p", zh: "p 的上限")),
    ("maximumMovingAverage", Text(en: "the largest q", zh: "q 的上限")),
    ("maximumSeasonalAutoregressive", Text(en: "the largest P", zh: "P 的上限")),
    ("maximumSeasonalMovingAverage", Text(en: "the largest Q", zh: "Q 的上限")),
    (
      "maximumOrder",
      Text(en: "the largest p + q + P + Q of a full search", zh: "full 搜索中 p + q + P + Q 的上限")
    ),
    ("maximumDifferences", Text(en: "the largest d", zh: "d 的上限")),
    ("maximumSeasonalDifferences", Text(en: "the largest D", zh: "D 的上限")),
  ]

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try checkLimits()
    try requireObservations(series)
    let boxCox = try boxCox(for: series)
    let transformed = Fitted.transformed(series, boxCox)
    let selection = try ARIMASelection(self, transformed, regressors)
    return Fitted(selection, boxCox, series: transformed, regressors: regressors)
  }

  private func boxCox(for series: TimeSeries) throws(Diagnostic) -> BoxCox? {
    guard let lambda else { return try transformation.boxCox(for: series) }
    guard (0...1).contains(lambda) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The power of a transformation lies from 0 to 1.", zh: "变换的幂次 λ 应在 0 与 1 之间。"),
        hint: Text(
          en: "Use --set lambda=0.5, or --set transformation=automatic.",
          zh: "请用 --set lambda=0.5，或 --set transformation=automatic。"))
    }
    guard lambda < 1 else { return nil }
    guard series.values.allSatisfy({ $0.isNaN || $0 > 0 }) else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(en: "A transformation needs values above zero.", zh: "幂变换要求数值大于零。"),
        hint: Text(en: "Leave --set lambda out.", zh: "请去掉 --set lambda。"))
    }
    return BoxCox(lambda: lambda)
  }

  private func checkLimits() throws(Diagnostic) {
    let limits = [
      maximumAutoregressive, maximumMovingAverage, maximumSeasonalAutoregressive,
      maximumSeasonalMovingAverage, maximumOrder,
    ]
    guard limits.allSatisfy({ (0...12).contains($0) }), (0...2).contains(maximumDifferences),
      (0...1).contains(maximumSeasonalDifferences)
    else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A limit of the orders of arima is out of range.", zh: "arima 的某个阶数上限超出范围。"),
        hint: Text(
          en: "Terms go from 0 to 12, differences to 2, seasonal differences to 1.",
          zh: "项数为 0 至 12，差分至多 2 次，季节差分至多 1 次。"))
    }
  }
}
