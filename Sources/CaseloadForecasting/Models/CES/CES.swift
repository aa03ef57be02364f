import CaseloadData
import CaseloadMath

/// Complex exponential smoothing: a level and its unseen companion, smoothed as one complex number.
///
/// ```
/// ŷₜ = ℓₜ₋₁,   ℓₜ + i cₜ = (α₀ + iα₁)(yₜ + iεₜ) + (1 − α₀ + i − iα₁)(ℓₜ₋₁ + i cₜ₋₁)
///
/// yₜ = ℓₜ₋₁ + εₜ
/// ℓₜ = ℓₜ₋₁ − (1 − α₁) cₜ₋₁ + (α₀ − α₁) εₜ
/// cₜ = ℓₜ₋₁ + (1 − α₀) cₜ₋₁ + (α₀ + α₁) εₜ
/// v_h = σ² (1 + Σ_{j<h} ψⱼ²)
/// ```
///
/// There is no trend to add or to leave out: with α₁ near 1 the level carries on, above it grows, and
/// below it fades. The seasonal forms smooth the seasons too (see ``ComplexSmoothingForm``); of the
/// forms the one with the least AICc is taken, over the region of ``Region``.
///
/// The initial states are backcast: a pass forward, one back, and the pass that counts. They are not
/// counted among the parameters, as in other programs. ψⱼ is the response of yₜ₊ⱼ to εₜ. The
/// likelihood is Gaussian, with the constant −n/2 ln 2π; other programs leave out the constant
/// n/2 (1 + ln 2π/n). A missing value has no error.
///
/// - Sources: Svetunkov, Kourentzes & Ord (2022), *Naval Research Logistics* 69, 1108–1123; the
///   seasonal forms are those of R's `smooth` and of statsforecast.
public struct CES: ForecastModel {
  /// Where the smoothing parameters are looked for, and among which forms.
  public enum Region: String, Codable, Sendable, CaseIterable {
    /// Every pair forgets a wrong start (see ``ComplexStability``), α₁ ≤ 1 + 0.1/m and β₁ ≤ 1; the forms
    /// none, simple and full.
    ///
    /// This forecasts better than `wide`: by the overall weighted average 0.838 against 0.878 on the
    /// monthly, 0.909 against 0.936 on the quarterly and 0.894 against 1.008 on the yearly M3 series.
    case cautious
    /// The box and the four forms of statsforecast: α₀ ≤ 1.8, α₁ ≤ 1.9, β₀ and β₁ ≤ 1.5.
    case wide
  }

  /// `nil` takes the form of the least AICc.
  public var form: ComplexSmoothingForm?
  public var region = Region.cautious

  public init() {}

  public static let card = MethodCard(
    id: "ces", name: Text(en: "Complex exponential smoothing", zh: "复数指数平滑"),
    summary: Text(
      en: "A level and an unseen companion that bends it, smoothed together.",
      zh: "水平与隐含的信息势一同平滑。"),
    equation:
      #"\ell_t + i c_t = (\alpha_0 + i\alpha_1)(y_t + i\varepsilon_t) + (1 - \alpha_0 + i - i\alpha_1)(\ell_{t-1} + i c_{t-1})"#,
    options: [
      (
        "form",
        Text(
          en: "none, simple, partial or full seasons; chosen by AICc when left out",
          zh: "季节形式：none、simple、partial 或 full；省略则按 AICc 选择")
      ),
      (
        "region",
        Text(
          en: "cautious (stable, and hardly growing) or wide (as statsforecast)",
          zh: "cautious（稳定且几乎不增长）或 wide（同 statsforecast）")
      ),
    ],
    assumptions: [
      Text(en: "Independent normal errors of one variance.", zh: "误差独立、正态、方差不变。"),
      Text(en: "No shift of level in the forecast period.", zh: "预测期内没有水平移位。"),
    ],
    sources: [Bibliography.svetunkovKourentzesOrd], minimumObservations: 6)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    let m = series.seasonLength
    let hasSeasons = m > 1 && series.count >= 2 * m
    if let form, form.hasSeason, !hasSeasons {
      throw Diagnostic(
        m > 1 ? .seriesTooShort : .modelNotApplicable, .error,
        Text(
          en: "ces with \(form.rawValue) seasons needs a series of two seasons.",
          zh: "季节形式为 \(form.rawValue) 的 ces 要求序列至少包含两个完整季节。"),
        hint: Text(en: "Use --set form=none.", zh: "请用 --set form=none。"))
    }
    let largest = series.values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    let unit = largest > 0 ? largest : 1
    let y = series.values.map { $0 / unit }
    let filled = ClassicalSeason.interpolated(y)
    func fit(_ candidate: ComplexSmoothingForm) -> Fitted {
      let search = CESSearch(
        candidate, y, filled: filled, length: candidate.hasSeason ? m : 1, box: box(seasonLength: m)
      )
      return Fitted(search.best(), series: series, unit: unit)
    }
    if let form { return fit(form) }
    var best = fit(.none)
    for candidate in ComplexSmoothingForm.allCases
    where candidate.hasSeason && hasSeasons
      && (region == .wide || candidate != .partial)
    {
      let other = fit(candidate)
      if other.selection < best.selection { best = other }
    }
    return best
  }

  private func box(seasonLength m: Int) -> CESSearch.Box {
    let low = SIMD4(repeating: 0.01)
    switch region {
    case .cautious:
      return CESSearch.Box(
        low: low, high: SIMD4(1.8, 1 + 0.1 / Double(m), 1.5, 1), isStable: true)
    case .wide: return CESSearch.Box(low: low, high: SIMD4(1.8, 1.9, 1.5, 1.5), isStable: false)
    }
  }

  public struct Fitted: FittedForecastModel {
    let season: ComplexSmoothingForm
    let smoothing: ComplexParameters<Double>
    /// Before the first period, and after the last observed value.
    private let initial: States
    var initialStates: States { initial }
    private var end: States
    /// How many periods lie up to the last observed value, and how many after it.
    private var count: Int
    private var gap: Int
    /// σ² = Σε²/(n − k), k being the number of smoothing parameters.
    let variance: Double
    public let logLikelihood: Double?
    public let observationCount: Int
    public let diagnostics: [Diagnostic]
    @NullForNaN public private(set) var residuals: [Double]

    struct States: Codable, Sendable {
      let level: Double
      let shadow: Double
      let season: [Double]
      let seasonShadow: [Double]
    }

    init(_ answer: CESSearch.Answer, series: TimeSeries, unit: Double) {
      season = answer.initial.form
      smoothing = answer.parameters
      let n = Double(series.count - series.missingCount)
      let freedom = max(1, n - Double(answer.initial.form.parameterCount))
      let squares = max(0, answer.squares)
      variance = squares / freedom * unit * unit
      // A perfect fit has no likelihood, and rounding leaves a little of it.
      let isExact = squares <= 1e-28 * n
      logLikelihood =
        isExact ? nil : -0.5 * n * (log(2 * .pi * squares / n) + 1) - n * log(unit)
      observationCount = Int(n)
      let isDone = answer.termination == .converged || answer.termination == .stalled || isExact
      diagnostics =
        isDone
        ? []
        : [
          Diagnostic(
            .notConverged, .warning,
            Text(
              en: "The search for the smoothing parameters stopped early.",
              zh: "平滑参数的搜索提前停止。"))
        ]
      initial = Self.kept(answer.initial, unit: unit)
      end = initial
      (count, gap) = (0, 0)
      residuals = []
      run(over: series.values)
    }

    private static func kept(_ states: ComplexStates<Double>, unit: Double) -> States {
      States(
        level: states.level * unit, shadow: states.shadow * unit,
        season: states.season.map { $0 * unit },
        seasonShadow: states.seasonShadow.map { $0 * unit })
    }

    private func states(_ kept: States) -> ComplexStates<Double> {
      ComplexStates(
        form: season, level: kept.level, shadow: kept.shadow, season: kept.season,
        seasonShadow: kept.seasonShadow)
    }

    private var period: Int { max(1, initial.season.count) }

    private mutating func run(over y: [Double]) {
      var states = states(initial)
      var residuals = y
      end = initial
      (count, gap) = (0, y.count)
      for t in y.indices {
        let slot = t % period
        guard !y[t].isNaN else {
          states.step(slot, smoothing, error: 0)
          continue
        }
        residuals[t] = y[t] - states.mean(slot)
        states.step(slot, smoothing, error: residuals[t])
        if t + 1 == y.count || y[(t + 1)...].allSatisfy(\.isNaN) {
          end = Self.kept(states, unit: 1)
          (count, gap) = (t + 1, y.count - t - 1)
          break
        }
      }
      for t in count..<max(count, y.count) { residuals[t] = .nan }
      self.residuals = residuals
    }

    public var form: String { "CES(\(season.letter))" }
    /// The smoothing parameters and σ²; the initial states are backcast.
    public var parameterCount: Int { season.parameterCount + 1 }
    public var innovationVariance: Double? { variance }
    /// What the forms are compared by: a perfect fit is the best.
    var selection: Double { aicc ?? -.infinity }

    public var parameters: [Parameter] {
      var list = [
        Parameter(
          name: Text(en: "level smoothing", zh: "水平平滑系数"), symbol: "α₀",
          estimate: smoothing.alpha0),
        Parameter(
          name: Text(en: "level smoothing, imaginary part", zh: "水平平滑系数虚部"), symbol: "α₁",
          estimate: smoothing.alpha1),
      ]
      if season == .partial || season == .full {
        list.append(
          Parameter(
            name: Text(en: "seasonal smoothing", zh: "季节平滑系数"), symbol: "β₀",
            estimate: smoothing.beta0))
      }
      if season == .full {
        list.append(
          Parameter(
            name: Text(en: "seasonal smoothing, imaginary part", zh: "季节平滑系数虚部"), symbol: "β₁",
            estimate: smoothing.beta1))
      }
      list.append(
        Parameter(name: Text(en: "error variance", zh: "误差方差"), symbol: "σ²", estimate: variance))
      return list
    }

    public var states: [Parameter] {
      var list: [Parameter] = []
      if season.hasLevel {
        list += [
          Parameter(name: Text(en: "level", zh: "水平"), symbol: "ℓ", estimate: end.level),
          Parameter(
            name: Text(en: "information potential", zh: "信息势"), symbol: "c", estimate: end.shadow),
        ]
      }
      for (i, value) in end.season.enumerated() {
        list.append(
          Parameter(
            name: Text(en: "season \(i + 1)", zh: "第 \(i + 1) 季"), symbol: "s\(i + 1)",
            estimate: value))
      }
      return list
    }

    /// The same smoothing parameters and initial states, run over `series`.
    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Self
    {
      var copy = self
      copy.run(over: series.values)
      return copy
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      var states = states(end)
      // ψ: what an error of 1 does to the values after it.
      let zeros = [Double](repeating: 0, count: initial.season.count)
      var response = ComplexStates<Double>(
        form: season, level: 0, shadow: 0, season: zeros, seasonShadow: zeros)
      response.step(0, smoothing, error: 1)
      var sum = 1.0
      var result: [PredictiveDistribution] = []
      result.reserveCapacity(horizon)
      for step in 0..<(gap + horizon) {
        let slot = (count + step) % period
        if step >= gap {
          result.append(
            .normal(
              mean: Self.finite(states.mean(slot)),
              standardDeviation: Self.finite((variance * sum).squareRoot())))
        }
        states.step(slot, smoothing, error: 0)
        let psi = response.mean((step + 1) % period)
        sum += psi * psi
        response.step((step + 1) % period, smoothing, error: 0)
      }
      return result
    }

    /// A forecast that grows without end, far out, stays a number.
    private static func finite(_ x: Double) -> Double {
      x.isNaN
        ? .greatestFiniteMagnitude
        : min(max(x, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }

    public func paths(
      _ horizon: Int, count paths: Int, regressors: Regressors, from stream: RandomStream
    )
      -> Matrix
    {
      let deviation = variance.squareRoot()
      var result = Matrix(rowCount: horizon, columnCount: paths)
      for path in 0..<paths {
        var draws = stream.substream(UInt64(path))
        var states = states(end)
        for step in 0..<(gap + horizon) {
          let slot = (count + step) % period
          let error = deviation * draws.normal()
          if step >= gap { result[step - gap, path] = Self.finite(states.mean(slot) + error) }
          states.step(slot, smoothing, error: error)
        }
      }
      return result
    }
  }
}
