import CaseloadData
import CaseloadForecasting
import CaseloadMath

/// What the next year needs: intake, pending cases and judges, each as a distribution.
public struct WorkloadProjection: Codable, Sendable {
  /// A simulated quantity: its mean and its central 80 % and 95 % intervals.
  public struct Range: Codable, Sendable {
    public let mean: Double
    public let median: Double
    public let lower80: Double
    public let upper80: Double
    public let lower95: Double
    public let upper95: Double

    init(_ draws: [Double]) {
      let sorted = draws.sorted()
      func quantile(_ p: Double) -> Double { Descriptive.sortedQuantile(sorted, p) ?? .nan }
      mean = Descriptive.mean(sorted) ?? .nan
      median = quantile(0.5)
      (lower80, upper80) = (quantile(0.1), quantile(0.9))
      (lower95, upper95) = (quantile(0.025), quantile(0.975))
    }
  }

  /// The twelve months (or the year) after the last one observed.
  public let period: String
  public let model: String
  public let incoming: Range
  /// Cases that one judge resolves in a year.
  public let productivity: Range
  public let resolved: Range?
  public let pending: Range?
  /// Judges so that as many cases are resolved as come in.
  public let judgesNeeded: Range?
  public let judgesInPost: Double?
  /// P(judgesNeeded > judgesInPost).
  public let shortageProbability: Double?

  /// The projection of one court.
  ///
  /// ```
  /// resolved = min(pending + incoming, judges · productivity)
  /// pending′ = pending + incoming − resolved
  /// need     = incoming / productivity
  /// ```
  ///
  /// Intake is drawn from the joint paths of the forecast. Productivity is last year's resolved
  /// cases a judge, spread by the year-to-year changes of its logarithm.
  ///
  /// - Throws: ``DiagnosticCode/notComputable``, naming what is missing.
  public init(
    _ workload: CourtWorkload, _ series: CourtWorkload.Series, model: any ForecastModel,
    draws: Int = 4000, from stream: RandomStream
  ) throws(Diagnostic) {
    let incoming = series.incoming
    let horizon = max(1, Int((incoming.frequency.periodsPerYear ?? 1).rounded()))
    let fit: any FittedForecastModel = try model.fitted(to: incoming)
    let paths = fit.paths(horizon, count: draws, from: stream.substream(named: "incoming"))
    let totals = (0..<draws).map { max(0, paths.column($0).accurateSum) }

    let rates = workload.years.compactMap { year in
      year.resolved != nil ? year.casesPerJudge : nil
    }
    guard let latest = rates.last, latest > 0 else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "Pending cases and judges needed cannot be projected without resolved cases and "
            + "judges in post.",
          zh: "缺少结案数和在岗法官数，无法推算未结案件和所需法官。"),
        hint: Text(
          en: "Give the columns with --resolved, --pending and --judges.",
          zh: "请用 --resolved、--pending、--judges 指明相应的列。"))
    }
    let changes = zip(rates.dropFirst(), rates).compactMap { $0 > 0 && $1 > 0 ? log($0 / $1) : nil }
    let spread = Descriptive.standardDeviation(changes) ?? 0
    var source = stream.substream(named: "productivity")
    let productivity = (0..<draws).map { _ in latest * exp(spread * source.normal()) }

    let judges = series.judges?.observed.last?.value
    // A stock that is older than the last intake would leave out what happened in between.
    let opening = series.pending.flatMap { pending in
      incoming.periods.upperBound == pending.periods.upperBound ? pending[pending.lastPeriod] : nil
    }
    let next = incoming.periods.upperBound
    period =
      horizon == 1 ? next.description : "\(next)/\(next.advanced(by: horizon - 1))"
    self.model = type(of: model).card.id
    self.incoming = Range(totals)
    self.productivity = Range(productivity)
    judgesInPost = judges
    let need = zip(totals, productivity).map { $0 / $1 }
    judgesNeeded = Range(need)
    shortageProbability = judges.map { judges in
      Double(need.count { $0 > judges }) / Double(draws)
    }
    if let judges {
      let capacity = productivity.map { $0 * judges }
      let resolved = (0..<draws).map { min((opening ?? 0) + totals[$0], capacity[$0]) }
      self.resolved = Range(resolved)
      pending = opening.map { opening in
        Range((0..<draws).map { opening + totals[$0] - resolved[$0] })
      }
    } else {
      resolved = nil
      pending = nil
    }
  }
}
