import CaseloadData
import CaseloadMath

/// The split of one court's error, period by period.
struct ErrorSplit {
  let account: ErrorAccount
  private(set) var diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - court: its plan and what happened.
  ///   - weights: minutes by case type; `nil` counts cases alike.
  ///   - measure: of the error.
  ///   - method: how joint changes are shared.
  /// - Throws: ``DiagnosticCode/notAPeriod``, ``DiagnosticCode/mixedFrequencies``.
  init(
    _ court: PostMortem.Court, weights: [Double]?, measure: PendingMeasure, method: SplitMethod
  ) throws(Diagnostic) {
    let (planned, actual) = (court.planned, court.actual)
    diagnostics = planned.diagnostics + actual.diagnostics
    let periods = try Self.commonPeriods(planned, actual, &diagnostics)
    let types = planned.caseTypes.count
    let value = measure == .minutes ? weights ?? [] : [Double](repeating: 1, count: types)
    func row(_ path: PendingPath, _ period: Period) -> (index: Int, row: PendingPath.Row) {
      let index = path.start.distance(to: period)
      return (index, path.rows[index])
    }
    let rows = periods.map { (row(planned, $0), row(actual, $0)) }
    let hasJudges = rows.allSatisfy { $0.0.row.judges != nil && $0.1.row.judges != nil }
    // Minutes of one side alone have nothing to be compared with.
    let hasLength = rows.contains {
      $0.1.row.minutes != nil && ($0.0.row.minutes != nil || weights != nil)
    }
    if !hasJudges { diagnostics.append(Self.joined(hasLength)) }
    var factors: [ErrorComponent] = hasJudges ? [.staffing, .productivity] : [.capacity]
    if hasLength { factors.append(.caseLength) }
    if types > 1, weights != nil || hasLength { factors.append(.mix) }
    if types > 1, weights == nil, !hasLength { diagnostics.append(Self.noMix) }
    let hasIntakeMix = measure == .minutes && types > 1
    let components: [ErrorComponent] =
      [.opening, .intake] + (hasIntakeMix ? [.intakeMix] : []) + factors
      + [.restatement, .unexplained]

    let opening =
      dot(row(actual, periods.lowerBound).row.opening ?? [], value)
      - dot(row(planned, periods.lowerBound).row.opening ?? [], value)
    var sums = [Accumulator](repeating: Accumulator(), count: components.count)
    var steps: [ErrorAccount.Step] = []
    for (offset, period) in periods.enumerated() {
      let ((i, plan), (j, fact)) = rows[offset]
      var changes: [ErrorComponent: Double] = [:]
      if offset == 0 { changes[.opening] = opening }
      let intake = Self.intake(plan.filings, fact.filings, value, method)
      changes[.intake] = hasIntakeMix ? intake.count : intake.count + intake.mix
      if hasIntakeMix { changes[.intakeMix] = intake.mix }
      let unit = [Double](repeating: 1, count: types)
      let expected = plan.minutes ?? weights ?? fact.minutes ?? unit
      let pair = ResolvedFactors.pair(
        resolved: (plan.resolved, fact.resolved),
        judges: hasJudges ? plan.judges.flatMap { a in fact.judges.map { (a, $0) } } : nil,
        minutes: (expected, fact.minutes ?? expected))
      let split = ResolvedSplit(
        planned: pair.planned, actual: pair.actual, measure: measure, weights: value,
        components: factors)
      for (component, share) in zip(factors, split.shares(method)) { changes[component] = -share }
      let restated =
        offset == 0
        ? 0 : dot(actual.restatement(j), value) - dot(planned.restatement(i), value)
      changes[.restatement] = restated
      changes[.unexplained] = dot(actual.gap(j), value) - dot(planned.gap(i), value)
      for (k, component) in components.enumerated() { sums[k].add(changes[component] ?? 0) }
      steps.append(
        ErrorAccount.Step(
          period: period, planned: Self.figures(plan), actual: Self.figures(fact),
          error: dot(fact.pending ?? [], value) - dot(plan.pending ?? [], value),
          changes: components.map { ErrorContribution($0, changes[$0] ?? 0) },
          contributions: components.indices.map {
            ErrorContribution(components[$0], sums[$0].value)
          },
          range: measure == .cases
            ? court.ranges[period].map { $0.check((fact.pending ?? []).accurateSum) } : nil))
    }
    account = ErrorAccount(
      key: court.key, components: components, steps: steps, measure: measure)
  }

  /// Filings' part of the change: their number, and their composition.
  private static func intake(
    _ planned: [Double], _ actual: [Double], _ value: [Double], _ method: SplitMethod
  ) -> (count: Double, mix: Double) {
    let unit = [Double](repeating: 1, count: value.count)
    let pair = ResolvedFactors.pair(
      resolved: (planned, actual), judges: nil, minutes: (unit, unit))
    // A number of cases times the worth of a case: the form of closings without judges.
    let split = ResolvedSplit(
      planned: pair.planned, actual: pair.actual, measure: .minutes, weights: value,
      components: [.capacity, .mix])
    let shares = split.shares(method)
    return (shares[0], shares[1])
  }

  private static func figures(_ row: PendingPath.Row) -> ErrorAccount.Figures {
    ErrorAccount.Figures(
      filings: row.filings.accurateSum, resolved: row.resolved.accurateSum,
      pending: (row.pending ?? []).accurateSum, judges: row.judges)
  }

  private static func commonPeriods(
    _ planned: PendingPath, _ actual: PendingPath, _ notes: inout [Diagnostic]
  ) throws(Diagnostic) -> Range<Period> {
    guard planned.caseTypes == actual.caseTypes else {
      throw Diagnostic(
        .unknownName, .error,
        Text(
          en: "The plan has the case types \(planned.caseTypes.joined(separator: ", ")), and what "
            + "happened \(actual.caseTypes.joined(separator: ", ")).",
          zh: "计划的案件类型为 \(planned.caseTypes.joined(separator: "、"))，实际为 "
            + "\(actual.caseTypes.joined(separator: "、"))。"),
        hint: Text(en: "Give the same types on both sides.", zh: "请使两侧类型一致。"))
    }
    guard planned.start.frequency == actual.start.frequency else {
      throw Diagnostic(
        .mixedFrequencies, .error,
        Text(
          en: "The plan is \(planned.start.frequency.rawValue), and what happened "
            + "\(actual.start.frequency.rawValue).",
          zh: "计划的频率为 \(planned.start.frequency.rawValue)，实际数据为 "
            + "\(actual.start.frequency.rawValue)。"),
        hint: Text(
          en: "Bring both to the longer periods.", zh: "请统一为较长的时期。"))
    }
    let start = max(planned.start, actual.start)
    let end = min(planned.periods.upperBound, actual.periods.upperBound)
    guard start < end else {
      throw Diagnostic(
        .notAPeriod, .error,
        Text(
          en:
            "The plan covers \(planned.start)–\(planned.periods.upperBound.advanced(by: -1)), what "
            + "happened \(actual.start)–\(actual.periods.upperBound.advanced(by: -1)): they share no "
            + "period.",
          zh: "计划覆盖 \(planned.start)–\(planned.periods.upperBound.advanced(by: -1))，实际覆盖 "
            + "\(actual.start)–\(actual.periods.upperBound.advanced(by: -1))，没有共同的时期。"),
        hint: Text(
          en: "Give what happened in the planned periods.", zh: "请给出计划时期内的实际数据。"))
    }
    let open = end.distance(to: planned.periods.upperBound)
    if open > 0 {
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "\(open) planned periods from \(end) on have not happened yet and are left out.",
            zh: "自 \(end) 起有 \(open) 个计划时期尚无实际数据，未纳入。")))
    }
    return start..<end
  }

  private static func joined(_ hasLength: Bool) -> Diagnostic {
    Diagnostic(
      .notComputable, .note,
      Text(
        en:
          "Judges are not known on both sides, so staffing and productivity cannot be told apart; "
          + "they are one part."
          + (hasLength ? " The length of cases is told apart from both." : ""),
        zh: "两侧的法官人数不全，无法区分人数与人均产出，合并为一项。"
          + (hasLength ? "案均耗时仍单独列出。" : "")),
      hint: Text(
        en: "Give planned and actual judges of every period.", zh: "请给出每期计划与实际的法官人数。"))
  }

  private static let noMix = Diagnostic(
    .notComputable, .note,
    Text(
      en: "Without weights a case of one type counts as one of another, so no mix is told apart.",
      zh: "没有权重时各类案件同等计算，无法区分结构变化。"),
    hint: Text(en: "Give minutes a case by type.", zh: "请给出各类案件的案均分钟数。"))
}
