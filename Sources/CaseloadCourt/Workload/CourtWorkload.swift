import CaseloadData
import CaseloadMath

/// What one court took in, closed and left open, year by year.
public struct CourtWorkload: Codable, Sendable {
  /// One complete year.
  public struct Year: Codable, Sendable {
    public let period: Period
    /// Cases filed in the year.
    public let incoming: Double
    /// Cases resolved in the year.
    public let resolved: Double?
    /// Pending at the end of the year.
    public let pending: Double?
    /// Judges in post, averaged over the year.
    public let judges: Double?
    /// 100 · resolved / incoming, in percent.
    public let clearanceRate: Double?
    /// 365 · pending / resolved, in days.
    public let dispositionTime: Double?
    /// Resolved cases a judge, or incoming ones where none are known.
    public let casesPerJudge: Double?
    /// opening + incoming − resolved − closing; 0 where the stock and the flows agree.
    public let rollForwardGap: Double?
  }

  /// The values of the keys that name the court.
  public let key: [String]
  /// The complete years, in order.
  public let years: [Year]
  /// Years whose flows and stocks disagree.
  public let diagnostics: [Diagnostic]

  /// The columns of one court, of one frequency.
  public struct Series: Sendable {
    /// Cases filed: a flow.
    public var incoming: TimeSeries
    /// Cases resolved: a flow.
    public var resolved: TimeSeries?
    /// Cases pending at the end of each period: a stock.
    public var pending: TimeSeries?
    /// Judges in post: a stock.
    public var judges: TimeSeries?

    /// Columns of one frequency; whatever is unknown is `nil`.
    public init(
      incoming: TimeSeries, resolved: TimeSeries? = nil, pending: TimeSeries? = nil,
      judges: TimeSeries? = nil
    ) {
      self.incoming = incoming
      self.resolved = resolved
      self.pending = pending
      self.judges = judges
    }
  }

  /// The yearly account of `series`.
  public init(key: [String], _ series: Series) throws(Diagnostic) {
    self.key = key
    let incoming = try series.incoming.aggregated(to: .yearly)
    var resolved: TimeSeries?
    if let flow = series.resolved { resolved = try flow.aggregated(to: .yearly) }
    var pending: TimeSeries?
    if let stock = series.pending { pending = try stock.aggregated(to: .yearly) }
    var diagnostics: [Diagnostic] = []
    var years: [Year] = []
    for period in incoming.periods {
      guard let filed = incoming[period] else { continue }
      let closed = resolved?[period]
      let open = pending?[period]
      let judges = series.judges.flatMap { Self.average($0, in: period) }
      let opening = pending?[period.advanced(by: -1)]
      var gap: Double?
      if let opening, let closed, let open {
        let difference = opening + filed - closed - open
        gap = difference
        if abs(difference) > 0.5 {
          diagnostics.append(
            Diagnostic(
              .stockFlowMismatch, .warning,
              Text(
                en: "\(NumberText.decimal(opening).en) pending + \(NumberText.decimal(filed).en) "
                  + "filed − \(NumberText.decimal(closed).en) resolved is "
                  + "\(NumberText.decimal(opening + filed - closed).en), not "
                  + "\(NumberText.decimal(open).en).",
                zh: "期初 \(NumberText.decimal(opening).zh) + 新收 \(NumberText.decimal(filed).zh) − "
                  + "结案 \(NumberText.decimal(closed).zh) = "
                  + "\(NumberText.decimal(opening + filed - closed).zh)，与期末 "
                  + "\(NumberText.decimal(open).zh) 不符。"),
              at: Diagnostic.Location(
                series: key.joined(separator: ", "), period: period.description)))
        }
      }
      years.append(
        Year(
          period: period, incoming: filed, resolved: closed, pending: open, judges: judges,
          clearanceRate: closed.flatMap {
            CourtIndicators.clearanceRate(incoming: filed, resolved: $0)
          },
          dispositionTime: closed.flatMap { closed in
            open.flatMap { CourtIndicators.dispositionTime(resolved: closed, pending: $0) }
          },
          casesPerJudge: judges.flatMap {
            CourtIndicators.casesPerJudge(cases: closed ?? filed, judges: $0)
          }, rollForwardGap: gap))
    }
    self.years = years
    self.diagnostics = diagnostics
  }

  /// The mean of a stock over the periods of a year.
  private static func average(_ series: TimeSeries, in year: Period) -> Double? {
    let values = series.observed.filter {
      series.start.advanced(by: $0.index).containing(.yearly) == year
    }.map(\.value)
    return Descriptive.mean(values)
  }
}
