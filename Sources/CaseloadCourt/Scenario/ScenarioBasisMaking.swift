import CaseloadData
import CaseloadForecasting
import CaseloadMath

extension ScenarioBasis {
  /// Estimates what no scenario changes: filings, pace, how fast each docket is worked on.
  ///
  /// - Parameters:
  ///   - state: the history.
  ///   - plan: horizon, model, weights.
  ///   - draws: what the scenarios assume and has to be drawn.
  ///   - periods: those ahead.
  ///   - threads: at most this many fits at once.
  ///   - stream: the source of the draws.
  /// - Returns: the basis, and what was noticed.
  /// - Throws: ``DiagnosticCode/missingWeight``, ``DiagnosticCode/notComputable`` for a court of which
  ///   nothing tells the pace, and what fitting throws.
  static func made(
    _ state: CourtState, _ plan: ScenarioPlan, _ draws: AssumptionDraws, _ periods: [Period],
    threads: Int?, from stream: RandomStream
  ) async throws -> (ScenarioBasis, [Diagnostic]) {
    let (mean, errors) = try weights(state, plan)
    var notes = state.diagnostics
    let members = state.courts.indices.map { court in
      state.dockets.indices.filter { state.dockets[$0].court == court }
    }
    let year = max(1, Int(state.periodsPerYear.rounded()))
    var models: [PaceModel?] = []
    var paceBefore: [[Double]] = []
    for court in state.courts.indices {
      let (logs, first) = logPace(state, court, members[court], mean)
      if plan.pace == .judgeYear {
        models.append(nil)
        let minutes = (plan.weights?.judgeYear.minutes ?? 0) / Double(year)
        paceBefore.append([Double](repeating: minutes, count: year - 1))
        continue
      }
      guard
        let model = PaceModel(logs, phase: first.season(length: max(1, year)), seasonLength: year)
      else { throw unknownPace(state.courts[court]) }
      notes += paceNotes(model, state, court, first)
      models.append(model)
      paceBefore.append(Self.before(logs.map { exp($0) }, year - 1))
    }
    if plan.sharing == .observed, let note = emptied(state, members) { notes.append(note) }
    let filings = try await FilingsModel(
      state, model: ForecastModels.model(plan.model), horizon: periods.count, threads: threads,
      from: stream.substream(named: "fit"))
    notes += filings.diagnostics
    let basis = ScenarioBasis(
      state: state, plan: plan, periods: periods, filings: filings, pace: models,
      meanWeights: mean, weightErrors: errors,
      speed: speed(state, members, mean, plan.sharing), members: members,
      posts: state.courts.indices.map { state.judgesInPost($0) }, year: year,
      filedBefore: state.dockets.map { Self.before($0.filed.values, year - 1) },
      resolvedBefore: state.dockets.map { Self.before($0.resolved.values, year - 1) },
      paceBefore: paceBefore,
      resolvedMix: state.dockets.map { recent($0.resolved, 3 * year).reduce(0, +) },
      draws: draws, stream: stream)
    return (basis, notes)
  }

  /// The last values, oldest first; what is missing or lies before the history is their mean.
  private static func before(_ values: [Double], _ count: Int) -> [Double] {
    let last = Array(values.suffix(count))
    let mean = Descriptive.mean(last.filter { !$0.isNaN }) ?? 0
    return [Double](repeating: mean, count: count - last.count)
      + last.map { $0.isNaN ? mean : $0 }
  }

  private static func recent(_ series: TimeSeries, _ count: Int) -> [Double] {
    series.values.suffix(count).filter { !$0.isNaN }
  }

  private static func weights(_ state: CourtState, _ plan: ScenarioPlan) throws(Diagnostic) -> (
    [Double], [Double]
  ) {
    guard let table = plan.weights else {
      guard plan.pace == .observed else {
        throw Diagnostic(
          .missingWeight, .error,
          Text(
            en: "The pace of the judge year needs weights.", zh: "以法官工作年为准需要案件权重。"),
          at: Diagnostic.Location(column: "pace"),
          hint: Text(
            en: "Give weights, or pace: observed.", zh: "请给出 weights，或改为 pace: observed。"))
      }
      let count = state.caseTypes.count
      return ([Double](repeating: 1, count: count), [Double](repeating: 0, count: count))
    }
    var (mean, errors): ([Double], [Double]) = ([], [])
    for type in state.caseTypes {
      let weight = try table.weight(of: type)
      mean.append(weight.minutes)
      errors.append(weight.standardError ?? 0)
    }
    return (mean, errors)
  }

  /// ln(weighted resolutions / judges) of a court, from the first period that all dockets have.
  private static func logPace(
    _ state: CourtState, _ court: Int, _ members: [Int], _ weights: [Double]
  ) -> ([Double], Period) {
    let dockets = members.map { state.dockets[$0] }
    let start = dockets.map(\.resolved.start).max() ?? state.start
    let judges = state.judges[court]
    let logs = (start..<state.start).map { period -> Double in
      var total = 0.0
      for docket in dockets {
        guard let closed = docket.resolved[period] else { return .nan }
        total += closed * weights[docket.caseType]
      }
      guard let posts = judges[period], posts > 0, total > 0 else { return .nan }
      return log(total / posts)
    }
    return (logs, start)
  }

  /// θ: what share of the open and newly filed cases was resolved, over that of the court.
  private static func speed(
    _ state: CourtState, _ members: [[Int]], _ weights: [Double], _ sharing: ScenarioPlan.Sharing
  ) -> [Double] {
    var result = [Double](repeating: 1, count: state.dockets.count)
    guard sharing == .observed else { return result }
    let window = 3 * max(1, Int(state.periodsPerYear.rounded()))
    for dockets in members {
      var (all, closedAll) = (0.0, 0.0)
      var rates: [Double] = []
      for s in dockets {
        let docket = state.dockets[s]
        var (open, closed) = (0.0, 0.0)
        for period in docket.filed.periods.suffix(window) {
          guard let before = docket.pending[period.advanced(by: -1)],
            let came = docket.filed[period], let went = docket.resolved[period]
          else { continue }
          open += before + came
          closed += went
        }
        rates.append(open > 0 && closed > 0 ? closed / open : .nan)
        all += open * weights[docket.caseType]
        closedAll += closed * weights[docket.caseType]
      }
      guard all > 0, closedAll > 0 else { continue }
      for (s, rate) in zip(dockets, rates) { result[s] = rate.isNaN ? 1 : rate * all / closedAll }
    }
    return result
  }

  private static func unknownPace(_ court: String) -> Diagnostic {
    Diagnostic(
      .notComputable, .error,
      Text(
        en:
          "Nothing tells how many cases a judge of this court resolves: it takes three periods with "
          + "cases resolved and judges in post.",
        zh: "无从得知该院法官的办案速度：至少需要三期同时有结案数和在岗法官数。"),
      at: Diagnostic.Location(series: "court=\(court)"),
      hint: Text(
        en: "Give --resolved and --judges over time, or weights with pace: judgeYear.",
        zh: "请给出历期 --resolved 与 --judges，或给出权重并设 pace: judgeYear。"))
  }

  private static func paceNotes(
    _ model: PaceModel, _ state: CourtState, _ court: Int, _ first: Period
  ) -> [Diagnostic] {
    guard !model.unusual.isEmpty else { return [] }
    let list = model.unusual.map { first.advanced(by: $0).description }.joined(separator: ", ")
    return [
      Diagnostic(
        .assumption, .note,
        Text(
          en: "Cases a judge resolved were unusual in \(list); these periods do not count for the "
            + "pace ahead.",
          zh: "\(list) 的人均结案异常，推算今后办案速度时不计入。"),
        at: Diagnostic.Location(series: "court=\(state.courts[court])"))
    ]
  }

  /// A court that resolved nearly all it had may have been able to resolve more.
  private static func emptied(_ state: CourtState, _ members: [[Int]]) -> Diagnostic? {
    let courts = members.enumerated().compactMap { index, dockets -> String? in
      var (open, closed) = (0.0, 0.0)
      for s in dockets {
        closed += state.dockets[s].resolved.values.last { !$0.isNaN } ?? 0
        open += state.dockets[s].opening
      }
      return open < 0.1 * closed ? state.courts[index] : nil
    }
    guard !courts.isEmpty else { return nil }
    return Diagnostic(
      .assumption, .note,
      Text(
        en:
          "Nearly everything was resolved, so what was resolved may tell the intake, not what the "
          + "judges could do: the pace ahead is at least that.",
        zh: "几乎全部案件均已审结，结案数反映的可能是收案量而非办案能力；今后速度至少如此。"),
      at: Diagnostic.Location(series: courts.map { "court=\($0)" }.joined(separator: "; ")))
  }
}
