import CaseloadData
import CaseloadMath

/// What the data say about the assumptions of a design by cohort and period.
enum GroupTimeAssumptions {
  static func all(_ effects: GroupTimeEffects, _ options: CallawaySantAnna) -> [AssumptionStatus] {
    [trends(effects, options), anticipation(options), overlap(effects, options), spillover]
  }

  /// A test that placebo effects are all 0.
  struct PreTrendTest: Equatable {
    let test: InfluenceWaldTest
    /// Whether the placebo effects were averaged by event time, because there are too many cells.
    let isByEventTime: Bool
  }

  /// The test on all cells before the start, or on their averages by event time.
  ///
  /// - Parameters:
  ///   - effects: with cells before the start.
  ///   - anticipation: periods before the start that are no placebo.
  /// - Returns: `nil` where there is none, or more of them than clusters can judge.
  static func preTrend(_ effects: GroupTimeEffects, anticipation: Int) -> PreTrendTest? {
    let cells = effects.cells.indices.filter {
      let cell = effects.cells[$0]
      return cell.column + anticipation < cell.cohort && effects.standardError($0) != nil
    }
    guard !cells.isEmpty else { return nil }
    let groups = effects.clusterGroups
    if cells.count < effects.influence.rowCount,
      let test = InfluenceWaldTest(
        cells.map { effects.values[$0] }, effects.influence.selectingColumns(cells),
        groups: groups)
    {
      return PreTrendTest(test: test, isByEventTime: false)
    }
    let averages = Dictionary(grouping: cells) { effects.cells[$0].eventTime }.sorted {
      $0.key < $1.key
    }.map {
      GroupTimeAverage(bySize: $0.value, effects.cells, effects.values, sizes: effects.sizes)
    }
    return InfluenceWaldTest(
      averages.map(\.value), Matrix(columns: averages.map { effects.influence(of: $0) }),
      groups: groups
    ).map { PreTrendTest(test: $0, isByEventTime: true) }
  }

  private static func trends(
    _ effects: GroupTimeEffects, _ options: CallawaySantAnna
  ) -> AssumptionStatus {
    let assumption = CallawaySantAnna.card.assumptions[0]
    guard let preTrend = preTrend(effects, anticipation: options.anticipation) else {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(
          en:
            "There are no placebo effects before the start that the clusters could judge jointly.",
          zh: "起点前没有可由群组联合检验的安慰剂效应。"))
    }
    let test = preTrend.test
    let p = test.pValue
    let what =
      preTrend.isByEventTime
      ? Text(en: "averaged by event time", zh: "按事件时间平均")
      : Text(en: "by cohort and period", zh: "按批次与时期")
    let isDoubtful = p < 0.05
    return AssumptionStatus(
      assumption, isDoubtful ? .doubtful : .supported,
      evidence: Text(
        en: "The Wald test of \(test.count) placebo effects before the start, "
          + "\(what.en), has W = \(rounded(test.statistic)), p = \(rounded(p))."
          + (isDoubtful
            ? " The groups moved apart before the programme."
            : " That none is found does not rule out a trend that the test is too weak to see."),
        zh: "起点前 \(test.count) 个安慰剂效应（\(what.zh)）的 Wald 检验 W = "
          + "\(rounded(test.statistic))，p = \(rounded(p))。"
          + (isDoubtful ? "干预前两组已有分化。" : "未发现并不排除检验力不足以识别的趋势。")),
      summary: isDoubtful
        ? Text(
          en: "The Wald test of the placebo effects finds that the groups moved apart before.",
          zh: "安慰剂效应的 Wald 检验显示干预前两组已有分化。")
        : Text(
          en: "The Wald test of the placebo effects finds nothing; a weak trend may remain unseen.",
          zh: "安慰剂效应的 Wald 检验未发现异常；微弱趋势可能未被识别。"), pValue: p)
  }

  private static func anticipation(_ options: CallawaySantAnna) -> AssumptionStatus {
    AssumptionStatus(
      CallawaySantAnna.card.assumptions[1], .untestable,
      evidence: options.anticipation > 0
        ? Text(
          en: "\(options.anticipation) periods of anticipation are allowed for.",
          zh: "允许 \(options.anticipation) 期预期效应。")
        : Text(
          en: "The effect at event time −1 under basePeriod=varying would show it; "
            + "anticipation=1 allows for it.",
          zh: "basePeriod=varying 下事件时间 −1 的效应可显示；anticipation=1 可允许其存在。"))
  }

  private static func overlap(
    _ effects: GroupTimeEffects, _ options: CallawaySantAnna
  ) -> AssumptionStatus {
    let assumption = CallawaySantAnna.card.assumptions[2]
    if effects.sample.grid.covariates.isEmpty {
      return AssumptionStatus(
        assumption, .supported,
        evidence: Text(
          en: "Nothing is conditioned on, so that all comparison units count alike.",
          zh: "未使用协变量，所有对照单位同等对待。"))
    }
    guard let largest = effects.largestPropensity else {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(
          en: "The regression extrapolates; no propensity score is fitted.",
          zh: "回归为外推，未估计倾向得分。"))
    }
    let failed = effects.failures.count { if case .noOverlap = $0.reason { true } else { false } }
    return AssumptionStatus(
      assumption, failed > 0 ? .violated : largest > 0.9 ? .doubtful : .supported,
      evidence: Text(
        en: "The largest propensity score is \(rounded(largest))"
          + (failed > 0 ? "; \(failed) effects are left out for want of overlap." : "."),
        zh: "最大倾向得分为 \(rounded(largest))" + (failed > 0 ? "；\(failed) 个效应因缺乏重叠而略去。" : "。")))
  }

  private static var spillover: AssumptionStatus {
    AssumptionStatus(
      CallawaySantAnna.card.assumptions[3], .untestable,
      evidence: Text(
        en: "Cases that move to courts without the programme would count twice.",
        zh: "若案件流向未实施措施的法院，效应会被重复计算。"))
  }

  /// Three decimals, for evidence in words.
  static func rounded(_ x: Double) -> String {
    guard abs(x) < 1e9 else { return "–" }
    let thousandths = Int((abs(x) * 1000).rounded())
    let digits = String(thousandths % 1000 + 1000).dropFirst()
    return (x < 0 && thousandths > 0 ? "−" : "") + "\(thousandths / 1000).\(digits)"
  }
}
