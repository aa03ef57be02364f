import CaseloadData
import CaseloadMath

/// Log-linear growth whose rate changes at unknown dates.
///
/// ```
/// ln yₜ = aₛ + bₛ t + zₜᵀγ + εₜ in segment s   (free);    ln yₜ = a + bt + Σ dₖ (t − τₖ)₊ + …   (kinked)
/// ```
///
/// z holds seasons and known events, which all segments share. Free segments may jump: their dates
/// are Bai and Perron's, with z taken out anew until the dates no longer change. A kinked line is
/// continuous; its dates are found one by one and then improved in turn, which finds a local
/// optimum only, and their intervals are those of the profile likelihood.
///
/// - Sources: ``BaiPerron``; Bai & Perron (2003), *Journal of Applied Econometrics* 18, 1–22,
///   §3.3 (columns that do not change); Feder (1975), *Annals of Statistics* 3, 49–83 (kinks).
public struct PiecewiseGrowth: Codable, Sendable {
  /// How the number of breaks is chosen.
  public enum Selection: String, Codable, Sendable, CaseIterable {
    case bic, lwz
    /// One more break until a test at 5 % no longer rejects; free segments only.
    case sequential
  }

  /// What to fit.
  public struct Options: Codable, Sendable, Equatable {
    /// The least share of the values in a segment.
    public var trimming = 0.15
    /// The largest number of breaks.
    public var maximumBreaks = 3
    public var selection = Selection.bic
    /// Whether the line is kinked rather than broken.
    public var isContinuous = false
    /// Coverage of the intervals.
    public var level = 0.95
    /// What the intervals of the rates allow for.
    public var covariance = GrowthCovariance.automatic
    /// Draws of the null distribution of each test, which is simulated on the trend.
    public var replicates = 499
    public init() {}
  }

  /// A change of the rate.
  public struct Break: Codable, Sendable {
    /// The first period of the new segment, or the period of the kink.
    public let at: Period
    /// The interval; `nil` where it has no such end, and at the ends of the data where it leaves them.
    public let lower: Period?
    public let upper: Period?
  }

  /// Growth between two breaks.
  public struct Segment: Codable, Sendable {
    public let from: Period
    public let to: Period
    /// The yearly rate; of a period for an index without a season.
    public let growth: Estimate
  }

  public let isContinuous: Bool
  public let breaks: [Break]
  /// One more than breaks.
  public let segments: [Segment]
  /// BIC for 0, 1, … breaks.
  public let bic: [Double]
  /// The tests of one more break, in order; empty unless they chose the number.
  public let tests: [HypothesisTest]
  /// `hc3`, `ar1` or `newey-west:LAGS`.
  public let covariance: String
  public let diagnostics: [Diagnostic]

  /// Growth of `series` in segments.
  ///
  /// - Parameters:
  ///   - series: values above zero, of any frequency; missing ones are left out.
  ///   - events: dated changes that are not growth.
  ///   - calendar: China's adds the moving Spring Festival.
  ///   - options: what to fit.
  ///   - stream: draws the null distributions of the tests.
  /// - Throws: ``DiagnosticCode/notIdentified`` for values of zero,
  ///   ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/illegalOption``.
  public init(
    of series: TimeSeries, events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays, options: Options = Options(),
    from stream: RandomStream
  ) throws(Diagnostic) {
    guard options.maximumBreaks > 0, options.level > 0, options.level < 1,
      !(options.isContinuous && options.selection == .sequential)
    else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The number of breaks is 1 or more, the coverage lies between 0 and 1, and a kinked "
            + "line chooses by BIC or LWZ.",
          zh: "断点个数应不小于 1，置信水平应在 0 与 1 之间，连续折线只能按 BIC 或 LWZ 选择。"),
        hint: Text(en: "Use bic.", zh: "请用 bic。"))
    }
    let design = GrowthDesign(series, events: events, calendar: calendar)
    let data = try SegmentedLine(design)
    let chosen =
      options.isContinuous ? try data.kinked(options) : try data.broken(options, stream)
    let fit = try data.fitted(chosen.breaks, isContinuous: options.isContinuous, options)
    isContinuous = options.isContinuous
    bic = chosen.bic
    tests = chosen.tests
    covariance = fit.label
    diagnostics = chosen.diagnostics
    let periods = data.periods
    func period(_ row: Int?) -> Period? { row.map { periods[min(max($0, 0), periods.count - 1)] } }
    breaks = chosen.breaks.indices.map { k in
      Break(
        at: periods[chosen.breaks[k]], lower: period(chosen.intervals[k].lower),
        upper: period(chosen.intervals[k].upper))
    }
    let starts = [0] + chosen.breaks
    segments = fit.slopes.indices.map { s in
      let isLast = s + 1 == starts.count
      let end =
        isLast ? periods.count - 1 : starts[s + 1] - (options.isContinuous ? 0 : 1)
      return Segment(from: periods[starts[s]], to: periods[end], growth: fit.slopes[s])
    }
  }
}
