import CaseloadData
import CaseloadMath

/// The answer of a design by cohort and period.
struct GroupTimeReport {
  let study: Study
  let options: CallawaySantAnna
  let sample: GroupTimeSample
  let effects: GroupTimeEffects
  let averages: GroupTimeAverages
  let level: Double
  let notes: [Diagnostic]
  let clusterGroups: [Int]

  private var grid: StudyGrid { sample.grid }
  private var isLog: Bool { options.scale == .log }
  private var z: Double { Normal.standard.upperQuantile((1 - level) / 2) }

  func estimate(from stream: RandomStream) throws(Diagnostic) -> EffectEstimate {
    let headline = averages.average(options.aggregation)
    let influence = effects.influence(of: headline)
    var diagnostics =
      notes + sample.notes + GroupTimeSample.missing(effects.failures, grid) + covariateNotes
    diagnostics += singleClusterNotes

    let parts = averages.byEventTime
    let influences = Matrix(columns: parts.map { effects.influence(of: $0.average) })
    let own = parts.indices.map { j in
      interval(parts[j].average, influences.column(j))
    }
    let errors = own.map(\.standardError)
    var criticalValue: Double?
    if options.draws > 0 {
      criticalValue = MultiplierBootstrap(
        influences, draws: options.draws, options.multipliers,
        from: stream.substream(named: "bands")
      ).criticalValue(level: level, errors)
    }

    let answer: DifferenceInference.Answer
    // Nothing to judge it by; other ways of inference may still do.
    let isJudged = options.inference != .influence || effects.hasStandardError(headline)
    let effect = AverageEffect(value: headline.value, influence: isJudged ? influence : [])
    if options.inference == .multiplierBootstrap {
      answer = CommonTimingReport.multiplierBootstrap(
        effect, clusters(headline), draws: options.draws > 0 ? options.draws : 999,
        options.multipliers, level: level, from: stream.substream(named: "average"))
    } else {
      answer = try DifferenceInference.answer(
        options, grid, effect: effect, level: level, from: stream)
    }

    return EffectEstimate(
      design: CallawaySantAnna.card.id, estimand: estimand, scale: options.scale,
      average: rate(answer.average), cumulative: cumulative, quantities: quantities,
      path: path(own, criticalValue), cells: cells,
      inference: answer.inference.with(criticalValue: criticalValue),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect.map { isLog ? -expm1(-$0) : $0 },
      assumptions: GroupTimeAssumptions.all(effects, options), diagnostics: diagnostics)
  }

  // The parts of the answer.

  /// Treated clusters, and the most that one of their effects is compared with.
  private func clusters(_ average: GroupTimeAverage) -> (treated: Int, comparison: Int) {
    let used = average.cells.indices.filter { average.cells[$0] != 0 }
    let groups = Set(used.map { effects.cells[$0].group })
    return (
      groups.reduce(0) { $0 + effects.treatedClusters[$1] },
      used.map { effects.comparisonClusters[$0] }.max() ?? 0
    )
  }

  /// The interval of an average; none where a side is a single cluster.
  private func interval(_ average: GroupTimeAverage, _ psi: [Double]) -> Estimate {
    let welch =
      effects.hasStandardError(average) ? WelchInterval(psi, groups: clusterGroups) : nil
    let reach = welch?.reach(level)
    return Estimate(
      value: average.value,
      standardError: welch.map { _ in psi.reduce(0) { $0 + $1 * $1 }.squareRoot() },
      lower: reach.map { average.value - $0 }, upper: reach.map { average.value + $0 },
      level: level, pValue: welch?.pValue(average.value))
  }

  private func estimate(_ average: GroupTimeAverage) -> Estimate {
    interval(average, effects.influence(of: average))
  }

  private func rate(_ estimate: Estimate) -> Estimate {
    isLog ? estimate.transformed(derivative: exp(estimate.value), expm1) : estimate
  }

  private func rate(_ x: Double) -> Double { isLog ? expm1(x) : x }

  private var cells: [EffectEstimate.Cell] {
    effects.cells.indices.map { k in
      let (cell, value) = (effects.cells[k], effects.values[k])
      return EffectEstimate.Cell(
        cohort: grid.period(cell.cohort), period: grid.period(cell.column), value: rate(value),
        standardError: effects.standardError(k).map { isLog ? $0 * exp(value) : $0 })
    }
  }

  /// Bands reach as many times as far as in a normal sample as each interval does.
  private func path(_ intervals: [Estimate], _ criticalValue: Double?) -> [EffectEstimate.Point] {
    let means = GroupTimeMeans(sample)
    return averages.byEventTime.enumerated().map { j, part in
      let own = rate(intervals[j])
      let value = part.average.value
      let reach = criticalValue.flatMap { critical in
        intervals[j].upper.map { ($0 - value) * critical / z }
      }
      let observed = isLog ? nil : means.observed(effects.cells, part.average)
      return EffectEstimate.Point(
        eventTime: part.eventTime, observed: observed, counterfactual: observed.map { $0 - value },
        effect: own.value, standardError: own.standardError, lower: own.lower, upper: own.upper,
        simultaneousLower: reach.map { rate(value - $0) },
        simultaneousUpper: reach.map { rate(value + $0) })
    }
  }

  private var quantities: [EffectEstimate.Quantity] {
    var result: [EffectEstimate.Quantity] = []
    func add(_ id: String, _ name: Text, _ average: GroupTimeAverage) {
      result.append(
        EffectEstimate.Quantity(id: id, name: name, estimate: rate(estimate(average))))
    }
    for aggregation in CallawaySantAnna.Aggregation.allCases {
      add(
        "average-\(aggregation.rawValue)", aggregation.name, averages.average(aggregation))
    }
    for (group, average) in averages.byGroup {
      let cohort = grid.period(sample.cohorts[group])
      add(
        "cohort-\(cohort)",
        Text(en: "Units treated from \(cohort) on", zh: "自 \(cohort) 起受干预的单位"), average)
    }
    for (column, average) in averages.byColumn {
      let period = grid.period(column)
      add(
        "period-\(period)",
        Text(en: "Units treated by \(period), in \(period)", zh: "\(period) 时已受干预的单位，当期"),
        average)
    }
    return result
  }

  /// Σ ATT(g,t) · units of g, over the treated cells.
  private var cumulative: Estimate? {
    let isWeighted = grid.weights.contains { $0 != 1 }
    guard !isLog, !isWeighted, !study.isRepeatedCrossSection,
      study.panel.entries.first?.series.measure == .flow
    else { return nil }
    let count = effects.cells.reduce(0.0) { $0 + ($1.isTreated ? effects.sizes[$1.group] : 0) }
    // The sizes are those of these units and not estimated.
    var fixed = averages.simple
    fixed.cohorts = fixed.cohorts.map { _ in 0 }
    return estimate(fixed).times(count)
  }

  private var estimand: Text {
    let flow = study.panel.entries.first?.series.name ?? Text(en: "the outcome", zh: "结果变量")
    let treated = effects.cells.filter(\.isTreated)
    let columns = treated.map(\.column)
    let groups = Set(treated.map(\.group)).sorted()
    let units = sample.classOf.count { groups.contains($0) }
    let (first, last) = (grid.period(columns.min() ?? 0), grid.period(columns.max() ?? 0))
    let starts = groups.map { grid.period(sample.cohorts[$0]).description }
    let shown =
      starts.count > 4
      ? "\(starts[0]) … \(starts[starts.count - 1])" : starts.joined(separator: ", ")
    let against =
      sample.control == .never
      ? Text(en: "units that are never treated", zh: "从未受干预的单位")
      : Text(en: "units that are not yet or never treated", zh: "尚未或从未受干预的单位")
    let given =
      grid.covariateNames.isEmpty
      ? Text(en: "", zh: "")
      : Text(
        en: ", given \(grid.covariateNames.joined(separator: ", "))",
        zh: "，给定 \(grid.covariateNames.joined(separator: "、"))")
    return Text(
      en: "Average effect on \(flow.en) in the \(units) treated "
        + (study.isRepeatedCrossSection ? "observations" : "units")
        + " (from \(shown) on) over \(first) to \(last), \(options.aggregation.averaging.en), "
        + "against \(against.en)\(given.en)" + (isLog ? ", as a rate" : ", a unit and period"),
      zh: "\(first) 至 \(last) 对 \(units) 个受干预"
        + (study.isRepeatedCrossSection ? "观测" : "单位")
        + "（起点 \(shown)）的\(flow.zh)的平均效应，\(options.aggregation.averaging.zh)，"
        + "以\(against.zh)为参照\(given.zh)" + (isLog ? "（比率）" : "（每单位每期）"))
  }

  private var covariateNotes: [Diagnostic] {
    var result: [Diagnostic] = []
    if !effects.dependentCovariates.isEmpty {
      let names = effects.dependentCovariates.sorted().map { grid.covariateNames[$0] }
      result.append(
        Diagnostic(
          .rankDeficient, .note,
          Text(
            en:
              "\(names.joined(separator: ", ")): constant, or explained by the other covariates, in "
              + "at least one comparison, and left out there; no estimate changes.",
            zh: "\(names.joined(separator: "、"))：在至少一次比较中为常数或可由其他协变量解释，已在该处略去；不影响估计。")))
    }
    if !effects.withoutCovariate.isEmpty {
      let units = effects.withoutCovariate.sorted()
      let names = GroupTimeSample.names(units, grid)
      result.append(
        Diagnostic(
          .missingValues, .warning,
          Text(
            en:
              "\(units.count) units lack a covariate in the earlier period of a comparison and are "
              + "left out of it: \(names.en).",
            zh: "\(units.count) 个单位在某次比较的较早时期缺少协变量，未用于该次比较：\(names.zh)。"),
          at: Diagnostic.Location(series: grid.labels[units[0]])))
    }
    return result
  }

  private var singleClusterNotes: [Diagnostic] {
    let single = sample.cohorts.indices.filter { g in
      effects.treatedClusters[g] < 2 && effects.cells.contains { $0.group == g }
    }
    guard !single.isEmpty else { return [] }
    let periods = single.map { grid.period(sample.cohorts[$0]).description }
    return [
      Diagnostic(
        .notIdentified, .warning,
        Text(
          en:
            "A single cluster is treated from \(periods.joined(separator: ", ")) on: the effects of "
            + "such a cohort have no standard error, and averages leave its own error out.",
          zh: "自 \(periods.joined(separator: "、")) 起仅有一个群组受干预：该批次效应没有标准误，平均值的误差也不含其自身误差。"),
        at: Diagnostic.Location(period: periods[0]),
        hint: Text(
          en: "Judge it by --set inference=randomization.",
          zh: "请用 --set inference=randomization 判断。"))
    ]
  }
}

extension CallawaySantAnna.Aggregation {
  /// What a table calls the average.
  var name: Text {
    switch self {
    case .simple: Text(en: "Average over treated cells", zh: "全部受干预单元的平均")
    case .group: Text(en: "Average over cohorts", zh: "按批次平均")
    case .calendar: Text(en: "Average over periods", zh: "按时期平均")
    case .event: Text(en: "Average over event times", zh: "按事件时间平均")
    }
  }

  /// How the estimand says it.
  var averaging: Text {
    switch self {
    case .simple:
      Text(en: "each cohort and period by the cohort's size", zh: "各批次各时期按批次规模加权")
    case .group:
      Text(
        en: "each cohort over its treated periods, then cohorts by their sizes",
        zh: "先对各批次的干预后时期平均，再按批次规模加权")
    case .calendar:
      Text(
        en: "each period over the cohorts treated by then, then periods alike",
        zh: "先对各时期已受干预批次平均，再对时期等权平均")
    case .event:
      Text(
        en: "each event time over cohorts by their sizes, then event times alike",
        zh: "先对各事件时间按批次规模加权，再对事件时间等权平均")
    }
  }
}

extension Estimate {
  /// The same times a positive constant.
  func times(_ factor: Double) -> Estimate {
    Estimate(
      value: value * factor, standardError: standardError.map { $0 * factor },
      lower: lower.map { $0 * factor }, upper: upper.map { $0 * factor }, level: level,
      pValue: pValue)
  }
}
