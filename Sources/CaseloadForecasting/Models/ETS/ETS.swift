import CaseloadData
import CaseloadMath

/// Exponential smoothing in state space form: level, trend and season, each absent, added or
/// multiplied, with additive or multiplicative errors.
///
/// ```
/// yₜ = μₜ + εₜ,  εₜ ~ N(0, σ²)            error A
/// yₜ = μₜ (1 + eₜ),  eₜ ~ N(0, σ²)         error M
/// ln L = −½ n ln Σ εₜ²,   −½ n ln Σ eₜ² − Σ ln |μₜ|
/// ```
///
/// The recursions of μₜ are those of ``ETSTape``'s kernel. The likelihood is R's and statsforecast's:
/// without the constant, so that information criteria agree with theirs; the full Gaussian
/// log-likelihood is ½ n (ln n − ln 2π − 1) more. The number of parameters k counts smoothing parameters,
/// initial states (the seasonal ones less one), coefficients and σ², as R does.
///
/// Smoothing parameters and initial states are estimated together by maximum likelihood. A missing
/// value leaves the states to themselves, and n counts what is observed.
///
/// Regressors add to the mean: μₜ = (the value of the recursion) + β′xₜ, whatever the components, and
/// a multiplicative error is relative to that whole mean; the states follow εₜ (pₜ = εₜ/sₜ₋ₘ under a
/// multiplicative season). β is estimated in the same likelihood.
///
/// - Sources: Hyndman, Koehler, Ord & Snyder (2008), ch. 2 and 5; Kolassa (2011), *International
///   Journal of Forecasting* 27, 238–251, for averaging by Akaike weights; Svetunkov, *Forecasting and
///   Analytics with the Augmented Dynamic Adaptive Model* (2023), ch. 10, for regressors.
public struct ETS: ForecastModel {
  /// By what the forms are compared.
  public enum Criterion: String, Codable, Sendable, CaseIterable { case aicc, aic, bic }

  /// What becomes of the forms that were fitted.
  public enum Weights: String, Codable, Sendable, CaseIterable {
    /// The best alone.
    case best
    /// All, by exp(−Δ/4), Δ the distance of the criterion from the best.
    case tempered
    /// All, by exp(−Δ/2).
    case akaike
  }

  /// `automatic`, a form such as `MAdM` or `ANN`, or a pattern with Z for letters left open: `ZNZ`.
  public var form = "automatic"
  public var parameterBox = ETSParameterBox.cautious
  public var criterion = Criterion.aicc
  public var weights = Weights.best
  /// Whether an open trend may be multiplicative.
  public var multiplicativeTrends = false

  public init() {}

  public static let acceptsRegressors = true

  public static let card = MethodCard(
    id: "ets", name: Text(en: "ETS", zh: "指数平滑状态空间模型"),
    summary: Text(
      en: "Level, trend and season that follow the data smoothly; the form is chosen by AICc.",
      zh: "水平、趋势与季节随数据平滑更新，形式按 AICc 选取。"),
    equation: #"y_t = (\ell_{t-1} + \phi b_{t-1})\, s_{t-m}\, (1 + \varepsilon_t)"#,
    options: [
      (
        "form",
        Text(
          en: "automatic, a form such as MAdM or AAN, or a pattern with Z for letters left open",
          zh: "automatic、具体形式（如 MAdM、AAN），或用 Z 表示待选字母的模式")
      ),
      (
        "parameterBox",
        Text(
          en: "cautious (β ≤ 0.2/m, no form with twice the least error variance) or r-compatible "
            + "(β ≤ α, any form, as R)",
          zh: "cautious（β ≤ 0.2/m，不选误差方差超过最小值两倍的形式）或 "
            + "r-compatible（β ≤ α，任何形式，同 R）")
      ),
      (
        "criterion",
        Text(
          en: "by what forms are compared: aicc, aic or bic", zh: "比较各形式的准则：aicc、aic 或 bic")
      ),
      (
        "weights",
        Text(
          en: "best (one form), or an average of all: tempered (exp(−Δ/4)) or akaike (exp(−Δ/2))",
          zh: "best（单一形式），或对全部形式加权：tempered（exp(−Δ/4)）或 akaike（exp(−Δ/2)）")
      ),
      (
        "multiplicativeTrends",
        Text(
          en: "whether an open trend may be multiplicative: true or false",
          zh: "待选趋势是否可为乘法：true 或 false")
      ),
    ],
    assumptions: [
      Text(
        en: "Independent normal errors, of one variance or of one relative variance.",
        zh: "误差独立、服从正态分布，其方差或相对方差不变。"),
      Text(
        en: "The season keeps its length, and changes slowly.", zh: "季节周期长度不变，形态缓慢变化。"),
      Text(en: "No shift of level in the forecast period.", zh: "预测期内没有水平移位。"),
    ],
    sources: [
      Bibliography.hyndmanKoehler, Bibliography.gardnerMcKenzie, Bibliography.kolassa,
      Bibliography.svetunkov,
    ],
    minimumObservations: 4)

  /// Seasons longer than this are left out of an open choice: one state a week of the year is about
  /// as many as data can tell.
  static let longestOpenSeason = 60

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    let pattern = try checkedPattern()
    let forms = try applicable(pattern, to: series, regressorCount: regressors.count)
    let scale = ETSScale(series, regressors)
    if regressors.isEmpty, form == "automatic", let constant = scale.constant {
      return Fitted(constant: constant, series: series)
    }
    let coefficients = try scale.startingCoefficients(regressors, series)
    let m = forms.contains { $0.season != .none } ? series.seasonLength : 1
    let isPositive = series.values.allSatisfy { $0.isNaN || $0 > 0 }
    let remainder = scale.remainder(coefficients)
    let start = ETSStart(
      remainder, seasonLength: m, isSeasonal: m > 1,
      isPositive: isPositive && remainder.allSatisfy { $0.isNaN || $0 > 0 })
    let (members, termination) = try ETSTape.with(
      scale.y, regressors: scale.columns, seasonLength: m
    ) {
      tape throws(Diagnostic) in
      let search = ETSSearch(
        tape, box: parameterBox, boxSeason: series.seasonLength, start: start,
        coefficients: coefficients)
      return try self.members(search, forms, scale)
    }
    return Fitted(
      members: members, series: series, regressors: regressors,
      diagnostics: Self.warnings(termination))
  }

  /// What an optimizer's end is worth saying.
  static func warnings(_ termination: Termination) -> [Diagnostic] {
    guard termination == .iterationLimit || termination == .failed else { return [] }
    return [
      Diagnostic(
        .notConverged, .warning,
        Text(
          en: "The search for the smoothing parameters stopped early (\(termination.rawValue)).",
          zh: "平滑参数的搜索提前停止（\(termination.rawValue)）。"))
    ]
  }

  private func checkedPattern() throws(Diagnostic) -> ETSFormPattern {
    if let pattern = ETSFormPattern(form), !pattern.forms.isEmpty { return pattern }
    throw Diagnostic(
      .illegalOption, .error,
      Text(
        en: "'\(form)' is not a form of ets.", zh: "“\(form)”不是 ets 的形式。"),
      hint: Text(
        en:
          "Give error (A, M), trend (N, A, Ad, M, Md) and season (N, A, M), or Z for a letter left "
          + "open, such as --set form=MAdM or form=ZZZ.",
        zh: "请依次给出误差（A、M）、趋势（N、A、Ad、M、Md）与季节（N、A、M），待选字母用 Z，"
          + "如 --set form=MAdM 或 form=ZZZ。"))
  }

  /// The forms of `pattern` that the data can bear.
  private func applicable(
    _ pattern: ETSFormPattern, to series: TimeSeries, regressorCount: Int
  ) throws(Diagnostic) -> [ETSForm] {
    let m = series.seasonLength
    let isPositive = series.values.allSatisfy { $0.isNaN || $0 > 0 }
    let n = series.count - series.missingCount
    var forms = pattern.forms
    if pattern.hasOpenTrend, !multiplicativeTrends {
      forms.removeAll { $0.trend == .multiplicative }
    }
    if !isPositive {
      forms.removeAll(where: \.hasMultiplicativePart)
      guard !forms.isEmpty else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "Multiplicative components (\(form)) need values above zero.",
            zh: "乘法成分（\(form)）要求数值大于零。"),
          hint: Text(
            en: "Use an additive form, such as --set form=ZZZ or form=AAdA.",
            zh: "请改用加法形式，如 --set form=ZZZ 或 form=AAdA。"))
      }
    }
    var seasonsSeen = Set<Int>()
    for (t, _) in series.observed { seasonsSeen.insert(t % m) }
    if m == 1 || (pattern.hasOpenSeason && m > Self.longestOpenSeason) || seasonsSeen.count < m {
      forms.removeAll { $0.season != .none }
      guard !forms.isEmpty else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          m == 1
            ? Text(
              en: "A seasonal form (\(form)) needs a season, and the series has none.",
              zh: "季节形式（\(form)）要求序列有季节性，而该序列没有。")
            : Text(
              en: "A seasonal form (\(form)) needs a value in each of the \(m) seasons.",
              zh: "季节形式（\(form)）要求 \(m) 个季节各有数值。"),
          hint: Text(
            en: "Use a form without season, such as --set form=ZZN.",
            zh: "请改用无季节的形式，如 --set form=ZZN。"))
      }
    }
    func count(_ form: ETSForm) -> Int {
      form.coordinateCount(seasonLength: m, regressorCount: regressorCount) + 1
    }
    // AICc needs n > k + 1; where no form has that, the smallest that leaves σ² a degree of freedom.
    let comfortable = forms.filter { n > count($0) + 1 }
    if !comfortable.isEmpty { return comfortable }
    if let smallest = forms.min(by: { count($0) < count($1) }), n >= count(smallest) {
      return [smallest]
    }
    let needed = forms.map(count).min() ?? 0
    throw Diagnostic(
      .seriesTooShort, .error,
      Text(
        en: "ets (\(form)) needs \(needed) values here, and the series has \(n).",
        zh: "ets（\(form)）此处至少需要 \(needed) 个数值，而序列只有 \(n) 个。"),
      at: Diagnostic.Location(period: series.lastPeriod.description),
      hint: Text(
        en: "Use a smaller form (--set form=ANN), fewer regressors, or more data.",
        zh: "请改用更小的形式（--set form=ANN）、减少回归变量，或补充数据。"))
  }

  /// Fits the forms, and keeps the best or weighs them; tells how the search of the best ended.
  private func members(_ start: ETSSearch, _ forms: [ETSForm], _ scale: ETSScale)
    throws(Diagnostic) -> (members: [ETSMember], termination: Termination)
  {
    var search = start
    for form in forms { search.fitLoosely(form) }
    func value(_ form: ETSForm) -> Double {
      search.candidates[form].map { criterionValue($0, search.tape) } ?? .infinity
    }
    var ranked = search.eligible(forms)
    guard !ranked.isEmpty else {
      throw Diagnostic(
        .notConverged, .error,
        Text(
          en: "No form of ets has a likelihood on this series.",
          zh: "ets 的任何形式在该序列上都没有似然值。"),
        hint: Text(en: "Use --set form=ZZN, or naive.", zh: "请用 --set form=ZZN，或改用 naive。"))
    }
    let loosest = ranked.map(value).min() ?? .infinity
    for form in ranked where value(form) <= loosest + ETSSearch.polishedRange || ranked.count == 1 {
      search.polish(form)
      search.makeAdmissible(form)
    }
    let values = ranked.map { (form: $0, value: value($0)) }
      .sorted { $0.value < $1.value }
    ranked = values.map(\.form)
    let best = values[0].value
    let termination = search.candidates[ranked[0]]?.termination ?? .failed
    guard weights != .best, best.isFinite else {
      return ([search.member(ranked[0], weight: 1, scale)], termination)
    }
    let divisor = weights == .tempered ? 4.0 : 2.0
    var shares = values.map { exp(-($0.value - best) / divisor) }
    let sum = shares.reduce(0, +)
    shares = shares.map { $0 / sum >= Self.leastWeight ? $0 : 0 }
    let kept = shares.reduce(0, +)
    let members = zip(ranked, shares).filter { $0.1 > 0 }.map { form, share in
      search.makeAdmissible(form)
      return search.member(form, weight: share / kept, scale)
    }
    return (members, termination)
  }

  /// Members of an average below this weight are dropped.
  static let leastWeight = 0.01

  private func criterionValue(_ candidate: ETSSearch.Candidate, _ tape: ETSTape) -> Double {
    let k = Double(candidate.problem.dimension + 1)
    let n = Double(tape.observedCount)
    return switch criterion {
    case .aic: candidate.value + 2 * k
    case .bic: candidate.value + k * log(n)
    case .aicc: n > k + 1 ? candidate.value + 2 * k + 2 * k * (k + 1) / (n - k - 1) : .infinity
    }
  }
}
