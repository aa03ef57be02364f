import CaseloadData
import CaseloadMath

/// How fast a series grew: the figures behind "an average of 18 % a year".
public struct Growth: Codable, Sendable {
  /// The compound rate between the first and the last value.
  public struct Compound: Codable, Sendable {
    public let from: Period
    public let to: Period
    public let first: Double
    public let last: Double
    /// (last / first)^(1/n) − 1, n in years.
    public let rate: Double
    /// n, in years.
    public let years: Double
    /// last / first − 1.
    public let total: Double
    /// What each endpoint's rounding (to `precision`) leaves open.
    public let lower: Double
    /// The other end.
    public let upper: Double
  }

  /// A known event and its estimated effect.
  public struct EventEffect: Codable, Sendable {
    public let id: String
    public let name: Text
    /// When it began.
    public let from: Period
    /// As a rate: −0.3 for 30 % less while it acts.
    public let effect: Estimate
  }

  /// Whether rates are a year; an index without a season has rates a period.
  public let isYearly: Bool
  /// `nil` where an endpoint is missing or not positive.
  public let compound: Compound?
  /// exp(12·slope) − 1 and the like: the yearly rate of a straight line through the logarithms.
  public let logLinear: Estimate?
  /// What each known event did to the level while it acted, as a rate.
  public let eventEffects: [EventEffect]
  /// The covariance that the intervals of the line use.
  public let covariance: String?
  /// A step in the level, at a given or a searched date; `nil` where the series is too short.
  public let levelShift: LevelShift?
  /// What could not be estimated, and why.
  public let diagnostics: [Diagnostic]

  /// (last / first)^(1/years) − 1.
  ///
  /// - Source: the Supreme People's Court's own usage: 778.2 → 1385.2 over 2013–2019 is "10.1 %".
  public static func compoundRate(first: Double, last: Double, years: Double) -> Double {
    expm1(log(last / first) / years)
  }
}

/// What the interval of a growth rate allows for.
public enum GrowthCovariance: String, Codable, Sendable, CaseIterable {
  /// `ar1` for 24 values and more, `hc3` for fewer.
  case automatic = "auto"
  /// Errors of first-order autoregression, by REML with Kenward and Roger's intervals. In series of
  /// a few dozen values it holds its level where Newey and West's estimator does not.
  case autoregressive = "ar1"
  /// Independent errors of any variances.
  case hc3
  /// Newey and West's, with automatic lags.
  case neweyWest = "newey-west"
}

extension Growth {
  /// Growth of `series` with season, known events and a level shift allowed for.
  ///
  /// - Parameters:
  ///   - series: the values, of any frequency.
  ///   - events: dated changes that are not growth.
  ///   - calendar: China's adds the moving Spring Festival.
  ///   - precision: half the unit to which the endpoints are rounded; ½ for counts.
  ///   - shift: the first period after a suspected level shift; `nil` searches for one.
  ///   - level: coverage of the intervals.
  ///   - covariance: what the intervals of the line allow for.
  ///   - stream: draws the null distribution of the search.
  /// - Throws: ``DiagnosticCode/interventionOutsideData`` for a shift without data on both sides.
  public init(
    of series: TimeSeries, events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays, precision: Double = 0.5,
    shift: Period? = nil, level: Double = 0.95, covariance: GrowthCovariance = .automatic,
    from stream: RandomStream
  ) throws(Diagnostic) {
    var diagnostics: [Diagnostic] = []
    let yearly =
      series.frequency != .yearly && series.measure != .ratio
      ? try? series.aggregated(to: .yearly) : nil
    compound = Self.compound(yearly ?? series, precision: precision, &diagnostics)

    let design = GrowthDesign(series, events: events, calendar: calendar)
    isYearly = series.frequency != .index || series.seasonLength > 1
    var line: GrowthDesign.Line?
    let spansAYear = Double(series.count - 1) >= series.periodsPerYear
    do {
      if spansAYear { line = try design.logLinear(level: level, covariance) }
    } catch {
      diagnostics.append(error.asNote)
    }
    logLinear = line?.growth
    eventEffects = line?.events ?? []
    self.covariance = line?.covariance
    do {
      // An event at the date of the shift in question is that shift.
      let others = events.filter { $0.kind != .level || $0.from != shift }
      levelShift = try LevelShift(
        GrowthDesign(series, events: others, calendar: calendar), at: shift, level: level,
        from: stream)
    } catch {
      // A date that the user named must not fail in silence.
      if shift != nil { throw error }
      diagnostics.append(error.asNote)
      levelShift = nil
    }
    self.diagnostics = diagnostics
  }

  private static var shorterThanAYear: Diagnostic {
    Diagnostic(
      .notIdentified, .note,
      Text(
        en: "The series is shorter than a year: a yearly rate would be an extrapolation.",
        zh: "序列不足一年，推算年增长率属于外推，故不报告。"))
  }

  private static func compound(
    _ series: TimeSeries, precision: Double, _ diagnostics: inout [Diagnostic]
  ) -> Compound? {
    let observed = series.observed
    guard let first = observed.first, let last = observed.last, last.index > first.index else {
      diagnostics.append(
        Diagnostic(
          .notIdentified, .note,
          Text(en: "Growth needs two values.", zh: "计算增长至少需要两个数值。")))
      return nil
    }
    guard first.value > 0, last.value > 0 else {
      diagnostics.append(
        Diagnostic(
          .notIdentified, .note,
          Text(
            en: "A compound growth rate needs a first and a last value above zero.",
            zh: "复合增长率要求首末值均大于零。")))
      return nil
    }
    let years = Double(last.index - first.index) / series.periodsPerYear
    guard years >= 1 else {
      diagnostics.append(shorterThanAYear)
      return nil
    }
    func rate(_ a: Double, _ b: Double) -> Double {
      compoundRate(first: a, last: b, years: years)
    }
    let lowestFirst = max(first.value - precision, first.value / 2)
    return Compound(
      from: series.start.advanced(by: first.index), to: series.start.advanced(by: last.index),
      first: first.value, last: last.value, rate: rate(first.value, last.value), years: years,
      total: last.value / first.value - 1,
      lower: rate(first.value + precision, max(last.value - precision, last.value / 2)),
      upper: rate(lowestFirst, last.value + precision))
  }
}

/// ln yₜ on time, season and known events.
struct GrowthDesign {
  let series: TimeSeries
  let events: [KnownEvent]
  let periodsPerYear: Double
  private let columns: [[Double]]
  private let names: [String]
  private let rows: [Int]
  private let response: [Double]

  var slopeIndex: Int { 1 }
  var observationCount: Int { rows.count }
  /// The periods of the observations used.
  var periods: [Period] { rows.map { series.start.advanced(by: $0) } }

  init(_ series: TimeSeries, events: [KnownEvent], calendar: WorkCalendar.Kind) {
    self.series = series
    self.events = events
    periodsPerYear = series.periodsPerYear
    let rows = series.observed.filter { $0.value > 0 }.map(\.index)
    self.rows = rows
    response = rows.map { log(series.values[$0]) }
    let periods = rows.map { series.start.advanced(by: $0) }
    let center = Double(series.count - 1) / 2
    let nuisance = CalendarRegressors(
      periods, seasonLength: series.seasonLength, events: events, calendar: calendar)
    let columns =
      [[Double](repeating: 1, count: rows.count), rows.map { Double($0) - center }]
      + nuisance.columns
    let names = ["(Intercept)", "time"] + nuisance.names
    self.columns = columns
    self.names = names
  }

  var matrix: Matrix { Matrix(columns: columns) }
  var columnNames: [String] { names }

  /// Whether a logarithm had to be left out.
  var hasZeros: Bool { rows.count < series.observed.count }

  func fitted(shift: Period?) throws(Diagnostic) -> LinearFit {
    guard !hasZeros else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The series has values of zero, which have no logarithm: no log-linear growth.",
          zh: "序列含零值，零没有对数，故不作对数线性增长估计。"))
    }
    guard rows.count > names.count + (shift == nil ? 0 : 1) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "\(rows.count) values leave nothing to estimate an error from: a log-linear growth "
            + "rate has no interval here.",
          zh: "仅有 \(rows.count) 个数值，没有剩余自由度估计误差，对数线性增长率没有区间。"))
    }
    var (columns, names) = (columns, names)
    if let shift {
      columns.append(periods.map { $0 >= shift ? 1 : 0 })
      names.append("shift")
    }
    return try LinearModel().fitted(Matrix(columns: columns), response, names: names)
  }

  /// What a straight line through the logarithms says.
  struct Line {
    let growth: Estimate
    let events: [Growth.EventEffect]
    let covariance: String
  }

  /// The yearly rate of the straight line and the events' effects.
  func logLinear(level: Double, _ covariance: GrowthCovariance) throws(Diagnostic) -> Line {
    let fit = try fitted(shift: nil)
    let isShort = fit.observationCount < Self.shortestAutoregression
    let chosen = covariance == .automatic ? (isShort ? .hc3 : .autoregressive) : covariance
    let table: [Coefficient]
    let label: String
    switch chosen {
    case .hc3, .automatic:
      (table, label) = (try fit.coefficientTable(.heteroskedastic(.hc3), level: level), "hc3")
    case .neweyWest:
      table = try fit.coefficientTable(.neweyWest(lags: nil), level: level)
      label = "newey-west:\(fit.automaticLags)"
    case .autoregressive:
      let model = try AutoregressiveRegression().fitted(
        matrix, response, names: names, times: rows)
      (table, label) = (try model.coefficientTable(.classical, level: level), "ar1")
    }
    func rate(_ row: Coefficient, scale: Double) -> Estimate {
      let estimate = Estimate(
        value: row.estimate * scale, standardError: row.standardError * scale,
        lower: row.lower * scale, upper: row.upper * scale, level: level, pValue: row.pValue)
      return estimate.transformed(derivative: exp(estimate.value), expm1)
    }
    let effects = events.compactMap { event -> Growth.EventEffect? in
      guard let index = names.firstIndex(of: event.id) else { return nil }
      return Growth.EventEffect(
        id: event.id, name: event.name, from: event.from, effect: rate(table[index], scale: 1))
    }
    return Line(
      growth: rate(table[slopeIndex], scale: periodsPerYear), events: effects,
      covariance: label)
  }

  /// Below this many values an autocorrelation cannot be told from a trend.
  private static let shortestAutoregression = 24

  /// Columns and response for a model with autocorrelated errors.
  func autoregressive(shift: Period) throws(Diagnostic) -> AutoregressiveFit {
    let columns = columns + [periods.map { $0 >= shift ? 1 : 0 }]
    return try AutoregressiveRegression().fitted(
      Matrix(columns: columns), response, names: names + ["shift"], times: rows)
  }
}
