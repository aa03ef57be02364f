import CaseloadData
import CaseloadMath

/// What an imputation is reported as: averages by horizon, cohort and cell, and words.
struct ImputationReport {
  let fit: ImputationFit
  let preTrend: ImputationPreTrend?
  let options: Imputation
  let level: Double
  let path: [EffectEstimate.Point]
  let cells: [EffectEstimate.Cell]
  let quantities: [EffectEstimate.Quantity]

  private var grid: StudyGrid { fit.grid }
  private var scale: EffectEstimate.Scale {
    options.family == .poisson ? .log : options.scale
  }

  init(
    _ fit: ImputationFit, preTrend: ImputationPreTrend?, _ options: Imputation, level: Double
  ) {
    self.fit = fit
    self.preTrend = preTrend
    self.options = options
    self.level = level
    let scale: EffectEstimate.Scale = options.family == .poisson ? .log : options.scale
    let grid = fit.grid
    let periods = grid.periodCount
    let cohorts = fit.treated.map { grid.cohort[$0 / periods] }
    let times = fit.treated.map { $0 % periods }
    let allCohorts = Set(cohorts).sorted()
    var byHorizon = [[Int]](repeating: [], count: periods)
    var byCohort: [Int: [Int]] = [:]
    var byCell: [Int: [[Int]]] = [:]
    for c in allCohorts {
      byCohort[c] = []
      byCell[c] = [[Int]](repeating: [], count: periods)
    }
    for k in fit.treated.indices {
      byHorizon[times[k] - cohorts[k]].append(k)
      byCohort[cohorts[k], default: []].append(k)
      byCell[cohorts[k]]?[times[k]].append(k)
    }
    let horizons = (0..<periods).filter { !byHorizon[$0].isEmpty }
    let keys = allCohorts.flatMap { c in
      (0..<periods).filter { byCell[c]?[$0].isEmpty == false }.map { (c, $0) }
    }
    let sets =
      horizons.map { byHorizon[$0] } + allCohorts.map { byCohort[$0] ?? [] }
      + keys.map { byCell[$0.0]?[$0.1] ?? [] }
    let averages = fit.averages(sets)
    func estimate(_ average: ImputationFit.Average?) -> Estimate? {
      average.map {
        InfluenceEstimate.estimate(
          AverageEffect(value: $0.value, influence: $0.influence), level: level, scale: scale)
      }
    }
    // Means of the outcome over the treated cells of a horizon.
    func observed(_ set: [Int]) -> Double {
      var (sum, weight) = (0.0, 0.0)
      for k in set {
        let w = grid.weights[fit.treated[k] / periods]
        sum += w * grid.outcome[fit.treated[k]]
        weight += w
      }
      return sum / weight
    }
    var path: [EffectEstimate.Point] = []
    for lead in preTrend?.leads.reversed() ?? [] {
      path.append(
        InfluenceEstimate.point(
          -lead.lead,
          InfluenceEstimate.estimate(lead.value, lead.standardError, level: level, scale: scale)))
    }
    for (s, h) in horizons.enumerated() {
      let mean = observed(byHorizon[h])
      let shown = options.scale == .log ? exp(mean) : mean
      let without = averages[s].map { average in
        options.scale == .log
          ? exp(mean - average.value)
          : options.family == .poisson ? mean * exp(-average.value) : mean - average.value
      }
      path.append(
        InfluenceEstimate.point(
          h, estimate(averages[s]), observed: shown, counterfactual: without))
    }
    self.path = path
    quantities = allCohorts.enumerated().compactMap { index, c in
      guard let value = estimate(averages[horizons.count + index]) else { return nil }
      let period = grid.period(c)
      return EffectEstimate.Quantity(
        id: "cohort-\(period)",
        name: Text(en: "Units treated from \(period) on", zh: "自 \(period) 起受干预的单位"),
        estimate: value)
    }
    cells = keys.enumerated().compactMap { index, key in
      guard let value = estimate(averages[horizons.count + allCohorts.count + index]) else {
        return nil
      }
      return EffectEstimate.Cell(
        cohort: grid.period(key.0), period: grid.period(key.1), value: value.value,
        standardError: value.standardError)
    }
  }

  /// The sum of the effects over the treated cells, in the outcome's units, for a flow.
  func cumulative(_ study: Study, _ average: Estimate) -> Estimate? {
    guard study.panel.entries.allSatisfy({ $0.series.measure == .flow }), options.scale == .level,
      Set(grid.weights).count == 1
    else { return nil }
    guard options.family == .poisson else {
      let count = Double(fit.treated.count)
      return average.transformed(derivative: count) { $0 * count }
    }
    let observed = fit.treated.reduce(0.0) { $0 + grid.outcome[$1] }
    return average.transformed(derivative: observed * exp(-average.value)) {
      -observed * expm1(-$0)
    }
  }

  /// In words, whose effect on what, when.
  func estimand(_ study: Study) -> Text {
    let outcome = study.panel.entries[0].series.name
    let periods = grid.periodCount
    let units = Set(fit.treated.map { $0 / periods }).count
    let cells = fit.treated.count
    let weighted = Set(grid.weights).count > 1
    let (what, how): (Text, Text) =
      options.family == .poisson
      ? (
        Text(en: "Relative effect", zh: "相对效应"),
        Text(
          en: "observed over expected cases, so that units count by their size",
          zh: "观测案件数与期望案件数之比，单位按其规模计入")
      )
      : (
        options.scale == .log
          ? Text(en: "Average relative effect", zh: "平均相对效应")
          : Text(en: "Average effect", zh: "平均效应"),
        weighted
          ? Text(en: "each weighted by its unit's weight", zh: "按单位权重加权")
          : Text(en: "each with the same weight", zh: "权重相等")
      )
    return Text(
      en: "\(what.en) of the programme on \(outcome.en) of the \(units) treated units over their "
        + "\(cells) treated unit-periods (\(how.en)), against what units not yet or never treated "
        + "imply for them" + (options.unitTrends ? ", with a trend of each unit." : "."),
      zh: "\(units) 个受干预单位在其 \(cells) 个受干预单位时期内，干预对\(outcome.zh)的\(what.zh)（\(how.zh)），"
        + "以尚未或从未受干预的单位推算其反事实" + (options.unitTrends ? "，含各单位趋势。" : "。"))
  }

  /// What the estimate rests on, each with a verdict.
  var assumptions: [AssumptionStatus] {
    let parallel = Imputation.card.assumptions[0]
    var result: [AssumptionStatus] = []
    if let test = preTrend, let p = test.pValue, let f = test.statistic {
      let verdict: AssumptionStatus.Verdict =
        p < 0.05 ? .violated : p < 0.2 ? .doubtful : .supported
      let count = test.leads.count
      result.append(
        AssumptionStatus(
          parallel, verdict,
          evidence: Text(
            en: "Effects in the \(count) periods before the start, on untreated observations: "
              + "F(\(count), \(test.denominator)) = \(NumberText.decimal(f, 2).en), p = "
              + "\(NumberText.decimal(p, 3).en). What holds before need not hold after.",
            zh: "以未受干预观测检验干预前 \(count) 期：F(\(count), \(test.denominator)) = "
              + "\(NumberText.decimal(f, 2).zh)，p = \(NumberText.decimal(p, 3).zh)。此前成立未必此后成立。"),
          summary: p < 0.05
            ? Text(
              en: "Treated units moved differently before the programme already.",
              zh: "受干预单位在干预之前就已有不同变动。")
            : Text(
              en: "No clear difference before the start; what holds before need not hold after.",
              zh: "干预前无明显差异；此前成立未必此后成立。"),
          pValue: p))
      if let lead = test.leads.first(where: { $0.lead == 1 }), let error = lead.standardError {
        let p = min(1, 2 * Normal.standard.upper(abs(lead.value / error)))
        result.append(
          AssumptionStatus(
            Imputation.card.assumptions[1], p < 0.05 ? .doubtful : .supported,
            evidence: Text(
              en: "The last period before the start differs by \(NumberText.plain(lead.value)) "
                + "(p = \(NumberText.decimal(p, 3).en)).",
              zh: "干预前最后一期相差 \(NumberText.plain(lead.value))（p = \(NumberText.decimal(p, 3).zh)）。"),
            summary: p < 0.05
              ? Text(
                en: "The last period before the start stands out.", zh: "干预前最后一期有异常。")
              : Text(
                en: "The last period before the start does not stand out.", zh: "干预前最后一期无异常。"),
            pValue: p))
      }
    } else {
      result.append(
        AssumptionStatus(
          parallel, .untestable,
          evidence: Text(
            en: "There are too few periods or clusters before the start to test it.",
            zh: "干预前时期或群组过少，无法检验。")))
    }
    return result
  }

  /// What was left out or could not be said.
  ///
  /// - Parameters:
  ///   - complete: the grid without cells that lack a covariate.
  ///   - prepared: the grid with them.
  /// - Returns: one note or warning a matter.
  func notes(lacking complete: StudyGrid, of prepared: StudyGrid) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    let periods = grid.periodCount
    let missing = prepared.outcome.indices.filter {
      !prepared.outcome[$0].isNaN && complete.outcome[$0].isNaN
    }
    if let first = missing.first {
      let (label, period) = (grid.labels[first / periods], grid.period(first % periods).description)
      notes.append(
        Diagnostic(
          .missingValues, .warning,
          Text(
            en: "\(missing.count) observations without a covariate were left out (the first: "
              + "\(label), \(period)).",
            zh: "\(missing.count) 个缺少协变量的观测已略去（首个：\(label)，\(period)）。"),
          at: Diagnostic.Location(series: label, period: period)))
    }
    if let first = fit.undetermined.first {
      let (label, period) = (grid.labels[first / periods], grid.period(first % periods).description)
      let shown = fit.undetermined.prefix(5).map {
        "\(grid.labels[$0 / periods]) \(grid.period($0 % periods))"
      }.joined(separator: ", ")
      let more = fit.undetermined.count > 5 ? ", …" : ""
      notes.append(
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en:
              "\(fit.undetermined.count) treated observations have no counterfactual that untreated "
              + "ones determine, and take no part: \(shown)\(more).",
            zh: "\(fit.undetermined.count) 个受干预观测的反事实无法由未受干预观测确定，未计入：\(shown)\(more)。"),
          at: Diagnostic.Location(series: label, period: period),
          hint: Text(
            en: "Their periods have no unit that is not yet treated"
              + (options.family == .poisson ? " with a case" : "")
              + ", or their units are too short before the start. The average is of the others.",
            zh: "这些时期没有尚未受干预的单位" + (options.family == .poisson ? "（或其计数全为零）" : "")
              + "，或单位干预前过短。平均效应仅对其余观测计算。")))
    }
    for (j, name) in grid.covariateNames.enumerated()
    where fit.system.regressors[j].allSatisfy({ $0 == 0 }) {
      notes.append(
        Diagnostic(
          .rankDeficient, .warning,
          Text(
            en:
              "The covariate \(name) does not vary within units before treatment and is left out.",
            zh: "协变量 \(name) 在干预前单位内不变，已略去。"),
          at: Diagnostic.Location(column: name)))
    }
    if fit.groups.smallest < 2, options.averaging != .auto {
      notes.append(
        Diagnostic(
          .tooFewPeriods, .warning,
          Text(
            en:
              "Some groups of averaging=\(options.averaging.rawValue) hold a single cluster, whose "
              + "noise cannot be told from its effect: standard errors are too small.",
            zh: "averaging=\(options.averaging.rawValue) 的部分组只有一个群组，其噪声与效应无法区分：标准误偏小。"),
          hint: Text(en: "Use averaging=auto.", zh: "请用 averaging=auto。")))
    }
    return notes
  }
}
