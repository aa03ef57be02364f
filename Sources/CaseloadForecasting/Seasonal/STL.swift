import CaseloadData
import CaseloadMath

/// A series as trend + season + remainder, by local regression.
///
/// ```
/// yₜ = Tₜ + Sₜ + Rₜ
/// inner loop:  C = loess of every cycle-subseries of y − T, one point beyond each end
///              L = loess of the moving average (m, m, 3) of C
///              S = C − L,   T = loess of y − S
/// outer loop:  ρₜ = (1 − (|Rₜ|/6 median |R|)²)²₊
/// ```
///
/// A periodic season is the mean of S over the years, and the same in every one of them. The median
/// is the program's, see ``MiddleValues``. Numbers agree with R's `stl` to rounding.
///
/// - Source: Cleveland, Cleveland, McRae & Terpenning (1990), *Journal of Official Statistics* 6,
///   3–73.
public struct STL: Sendable, Equatable, Codable {
  /// How fast the season may change.
  public enum SeasonWindow: Sendable, Equatable, Codable {
    /// Not at all.
    case periodic
    /// The local regression of a season spans this many years; at least 3, and odd.
    case years(Int)
  }

  /// What to choose; the automatic choices are R's.
  public struct Settings: Sendable, Equatable, Codable {
    public var season: SeasonWindow
    public var seasonDegree = 0
    /// `nil` for the least odd number ≥ 1.5 m/(1 − 1.5/season window).
    public var trendWindow: Int?
    public var trendDegree = 1
    /// `nil` for the least odd number ≥ m.
    public var lowPassWindow: Int?
    /// `nil` for the trend's.
    public var lowPassDegree: Int?
    /// Fits are made at every jump-th point; `nil` for a tenth of the window, rounded up.
    public var seasonJump: Int?
    public var trendJump: Int?
    public var lowPassJump: Int?
    /// Whether large remainders lose weight.
    public var isRobust: Bool
    /// `nil` for 2, or 1 with robustness.
    public var innerLoops: Int?
    /// `nil` for 0, or 15 with robustness.
    public var outerLoops: Int?

    public init(season: SeasonWindow = .periodic, isRobust: Bool = false) {
      self.season = season
      self.isRobust = isRobust
    }
  }

  /// m.
  public let period: Int
  public let seasonal: [Double]
  public let trend: [Double]
  public let remainder: [Double]
  /// ρ; all 1 without outer loops.
  public let robustnessWeights: [Double]

  /// Decomposes `values`.
  ///
  /// - Parameters:
  ///   - values: none missing; see ``SeriesInterpolation`` for those that are.
  ///   - period: m, how many values make a season.
  ///   - settings: the windows and loops.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` unless there are more than two seasons,
  ///   ``DiagnosticCode/modelNotApplicable`` for a period below 2,
  ///   ``DiagnosticCode/missingValues`` for missing values, ``DiagnosticCode/illegalOption`` for
  ///   windows and jumps below 1 and degrees other than 0 and 1.
  public init(_ values: [Double], period: Int, _ settings: Settings = Settings())
    throws(Diagnostic)
  {
    try Self.check(values, period)
    try Self.check(settings)
    self.init(decomposing: values, period: period, settings)
  }

  /// - Precondition: more than two seasons of a period of at least 2, none missing.
  init(decomposing y: [Double], period: Int, _ settings: Settings) {
    let n = y.count
    let plan = Plan(settings, period: period, count: n)
    var work = Work(count: n, period: period)
    let outer = settings.outerLoops ?? (settings.isRobust ? 15 : 0)
    let inner = settings.innerLoops ?? (settings.isRobust ? 1 : 2)
    work.run(y, plan, inner: inner, outer: outer)
    var seasonal = work.seasonal
    if settings.season == .periodic {
      for phase in 0..<period {
        let places = stride(from: phase, to: n, by: period)
        var sum = 0.0
        var count = 0.0
        for t in places {
          sum += seasonal[t]
          count += 1
        }
        for t in places { seasonal[t] = sum / count }
      }
    }
    self.period = period
    self.seasonal = seasonal
    trend = work.trend
    let trend = trend
    remainder = y.indices.map { y[$0] - seasonal[$0] - trend[$0] }
    robustnessWeights = work.robustness
  }

  /// The series without its season.
  public var adjusted: [Double] { zip(trend, remainder).map { $0 + $1 } }

  /// How much of the detrended series is season: 1 − Var R / Var (S + R), in [0, 1].
  ///
  /// - Source: Wang, Smith & Hyndman (2006), *Data Mining and Knowledge Discovery* 13, 335–364.
  public var seasonalStrength: Double { Self.strength(remainder, beside: seasonal) }

  /// How much of the adjusted series is trend: 1 − Var R / Var (T + R), in [0, 1].
  public var trendStrength: Double { Self.strength(remainder, beside: trend) }

  static func strength(_ remainder: [Double], beside part: [Double]) -> Double {
    let both = zip(remainder, part).map { $0 + $1 }
    guard let all = Descriptive.variance(both), all > 0,
      let rest = Descriptive.variance(remainder)
    else { return 0 }
    return max(0, min(1, 1 - rest / all))
  }

  /// The strength by which R's `nsdiffs` decides on a seasonal difference (it takes one above 0.64):
  /// that of a season of windows of 11 years, without robustness.
  ///
  /// - Parameters:
  ///   - values: the series; gaps are filled in first and do not count.
  ///   - period: m.
  /// - Returns: `nil` where there is no answer: up to two seasons, a period of 1, fewer than two
  ///   known values.
  public static func seasonalStrength(of values: [Double], period: Int) -> Double? {
    guard period > 1, values.count > 2 * period else { return nil }
    return (try? MSTL(values, periods: [period]))?.seasonalStrengths.first
  }

  private static func check(_ values: [Double], _ period: Int) throws(Diagnostic) {
    guard period > 1 else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(en: "The series has no season to take out.", zh: "序列没有可剔除的季节性。"),
        hint: Text(
          en: "Give the season's length with --frequency NUMBER, or use a model without a season.",
          zh: "请用 --frequency 数字 指明季节长度，或改用无季节性的模型。"))
    }
    guard values.count > 2 * period else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "A seasonal decomposition needs more than \(2 * period) values, two seasons.",
          zh: "季节分解需要多于 \(2 * period) 个数值（两个完整季节）。"),
        hint: Text(
          en: "Use a longer series, or a model without a season.",
          zh: "请使用更长的序列，或无季节性的模型。"))
    }
    if let gap = values.firstIndex(where: { !$0.isFinite }) {
      throw Diagnostic(
        .missingValues, .error,
        Text(
          en: "Value \(gap + 1) is missing, and STL needs all of them.",
          zh: "第 \(gap + 1) 个数值缺失，而 STL 要求没有缺失。"),
        hint: Text(
          en: "Fill the gaps in first; the models stl and mstl do so by themselves.",
          zh: "请先补齐缺失值；模型 stl 与 mstl 会自行补齐。"))
    }
  }

  private static func check(_ settings: Settings) throws(Diagnostic) {
    var windows = [
      settings.trendWindow, settings.lowPassWindow, settings.seasonJump, settings.trendJump,
      settings.lowPassJump, settings.innerLoops, settings.outerLoops.map { $0 + 1 },
    ]
    if case .years(let years) = settings.season { windows.append(years) }
    let degrees = [
      settings.seasonDegree, settings.trendDegree, settings.lowPassDegree ?? settings.trendDegree,
    ]
    let isPossible =
      windows.allSatisfy { $0 ?? 1 >= 1 } && degrees.allSatisfy { $0 == 0 || $0 == 1 }
    guard isPossible else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A window, jump or number of loops of STL is below 1, or a degree is not 0 or 1.",
          zh: "STL 的窗宽、步长或循环次数小于 1，或次数不是 0 或 1。"),
        hint: Text(
          en: "Leave the setting out for the automatic choice.", zh: "省略该设置即采用自动选择。"))
    }
  }
}

extension STL {
  /// A loess of the procedure: window, degree, jump.
  struct Smoother {
    let window: Int
    let degree: Int
    let jump: Int

    init(window: Int, degree: Int, jump: Int?) {
      let least = max(3, window)
      self.window = least % 2 == 0 ? least + 1 : least
      self.degree = degree
      self.jump = max(1, jump ?? (window + 9) / 10)
    }
  }

  /// The three smoothers that the settings ask for.
  struct Plan {
    let season: Smoother
    let trend: Smoother
    let lowPass: Smoother

    init(_ settings: Settings, period: Int, count: Int) {
      let isPeriodic = settings.season == .periodic
      var years = 10 * count + 1
      if case .years(let window) = settings.season { years = window }
      season = Smoother(
        window: years, degree: isPeriodic ? 0 : settings.seasonDegree, jump: settings.seasonJump)
      // A window of one year would leave the trend no room: the least window is that of 3.
      let share = 1 - 1.5 / Double(max(3, years))
      let width = Int((1.5 * Double(period) / share).rounded(.up))
      trend = Smoother(
        window: settings.trendWindow ?? Self.odd(width), degree: settings.trendDegree,
        jump: settings.trendJump)
      lowPass = Smoother(
        window: settings.lowPassWindow ?? Self.odd(period),
        degree: settings.lowPassDegree ?? settings.trendDegree, jump: settings.lowPassJump)
    }

    private static func odd(_ x: Int) -> Int { x % 2 == 0 ? x + 1 : x }
  }
}
