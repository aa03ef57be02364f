import CaseloadData
import CaseloadForecasting
import CaseloadMath

/// What the next year needs: intake, pending cases and judges, each as a distribution.
public struct WorkloadProjection: Codable, Sendable {
  /// A simulated quantity.
  public typealias Range = DrawSummary

  /// The twelve months (or the year) after the last one observed.
  public let period: String
  /// The identifier of the forecasting model.
  public let model: String
  /// Cases filed in the period.
  public let incoming: Range
  /// Cases that one judge resolves in a year; `nil` where neither data nor a stated load tell it.
  public let productivity: Range?
  /// Cases resolved in the period; `nil` where pending cases, judges or their pace are unknown.
  public let resolved: Range?
  /// Cases pending at its end.
  public let pending: Range?
  /// Judges so that as many cases are resolved as come in.
  public let judgesNeeded: Range?
  /// The latest count, or a stated one.
  public let judgesInPost: Double?
  /// P(judgesNeeded > judgesInPost).
  public let shortageProbability: Double?
  /// What could not be computed, and what it would take.
  public let diagnostics: [Diagnostic]

  /// The projection of one court.
  ///
  /// ```
  /// resolved = min(pending + incoming, judges · productivity)
  /// pending′ = pending + incoming − resolved
  /// need     = incoming / productivity
  /// ```
  ///
  /// Intake is drawn from the joint paths of the forecast. Productivity is last year's resolved
  /// cases a judge, spread by the year-to-year changes of its logarithm, or a stated load without
  /// spread. What the data do not allow is `nil`, and a diagnostic says what it would take.
  ///
  /// - Parameters:
  ///   - workload: the yearly account of the court.
  ///   - series: its columns.
  ///   - model: forecasts the intake.
  ///   - statedProductivity: cases a judge and year, where no data tell them.
  ///   - statedJudges: judges in post, where no data tell them.
  ///   - draws: how many joint draws.
  ///   - stream: the source of the draws.
  /// - Throws: what fitting the model throws.
  public init(
    _ workload: CourtWorkload, _ series: CourtWorkload.Series, model: any ForecastModel,
    statedProductivity: Double? = nil, statedJudges: Double? = nil, draws: Int = 4000,
    from stream: RandomStream
  ) throws(Diagnostic) {
    let incoming = series.incoming
    let horizon = max(1, Int((incoming.frequency.periodsPerYear ?? 1).rounded()))
    let fit: any FittedForecastModel = try model.fitted(to: incoming)
    let paths = fit.paths(horizon, count: draws, from: stream.substream(named: "incoming"))
    let totals = (0..<draws).map { max(0, paths.column($0).accurateSum) }
    let next = incoming.periods.upperBound
    period = horizon == 1 ? next.description : "\(next)/\(next.advanced(by: horizon - 1))"
    self.model = type(of: model).card.id
    self.incoming = Range(totals)

    var diagnostics: [Diagnostic] = []
    let rates = workload.years.compactMap { $0.resolved != nil ? $0.casesPerJudge : nil }
      .filter { $0 > 0 }
    var productivity: [Double]?
    if let latest = rates.last {
      let changes = zip(rates.dropFirst(), rates).map { log($0 / $1) }
      let spread = Descriptive.standardDeviation(changes)
      if spread == nil { diagnostics.append(Self.unknownSpread) }
      var source = stream.substream(named: "productivity")
      productivity = (0..<draws).map { _ in latest * exp((spread ?? 0) * source.normal()) }
    } else if let statedProductivity, statedProductivity > 0 {
      productivity = [Double](repeating: statedProductivity, count: draws)
    } else {
      diagnostics.append(Self.unknownProductivity)
    }
    self.productivity = productivity.map { Range($0) }

    let judges = series.judges?.observed.last?.value ?? statedJudges
    judgesInPost = judges
    // A stock that is older than the last intake would leave out what happened in between.
    let opening = series.pending.flatMap { pending in
      incoming.periods.upperBound == pending.periods.upperBound ? pending[pending.lastPeriod] : nil
    }
    if opening == nil { diagnostics.append(Self.unknownOpening) }
    guard let productivity else {
      (resolved, pending, judgesNeeded, shortageProbability) = (nil, nil, nil, nil)
      self.diagnostics = diagnostics
      return
    }
    let need = zip(totals, productivity).map { $0 / $1 }
    judgesNeeded = Range(need)
    shortageProbability = judges.map { judges in
      Double(need.count { $0 > judges }) / Double(draws)
    }
    if let judges {
      let resolved = (0..<draws).map { min((opening ?? 0) + totals[$0], judges * productivity[$0]) }
      self.resolved = Range(resolved)
      pending = opening.map { opening in
        Range((0..<draws).map { opening + totals[$0] - resolved[$0] })
      }
    } else {
      (resolved, pending) = (nil, nil)
    }
    self.diagnostics = diagnostics
  }

  /// From what was simulated elsewhere.
  init(
    period: String, model: String, incoming: Range, resolved: Range?, pending: Range?,
    judgesNeeded: Range?, judgesInPost: Double?, shortageProbability: Double?
  ) {
    (self.period, self.model, self.incoming) = (period, model, incoming)
    productivity = nil
    (self.resolved, self.pending, self.judgesNeeded) = (resolved, pending, judgesNeeded)
    (self.judgesInPost, self.shortageProbability) = (judgesInPost, shortageProbability)
    diagnostics = []
  }

  private static let unknownSpread = Diagnostic(
    .notIdentified, .warning,
    Text(
      en:
        "Fewer than three years of cases a judge: their spread is not known, and the need's interval "
        + "holds only that of the intake.",
      zh: "人均结案不足三年，其波动未知，所需法官的区间仅反映收案的不确定性。"))

  private static let unknownProductivity = Diagnostic(
    .notComputable, .note,
    Text(
      en: "judges needed: needs cases resolved and judges in post by year, or a stated load",
      zh: "所需法官：需要历年结案数和在岗法官数，或给定人均办案数"),
    hint: Text(
      en: "Give --resolved and --judges, or --cases-per-judge.",
      zh: "请给出 --resolved 与 --judges，或 --cases-per-judge。"))

  private static let unknownOpening = Diagnostic(
    .notComputable, .note,
    Text(
      en: "pending cases next year: needs cases pending at the end of the last period",
      zh: "下一年未结案件：需要最近一期期末未结数"),
    hint: Text(en: "Give --pending.", zh: "请给出 --pending。"))
}
