import CaseloadData
import CaseloadMath

/// What a rollout is reported as: by time since the start, cohort and cell, and in words.
struct RolloutReport {
  let data: RolloutData
  let options: RothSantAnna
  let path: [EffectEstimate.Point]
  let cells: [EffectEstimate.Cell]
  let quantities: [EffectEstimate.Quantity]

  init(_ data: RolloutData, _ options: RothSantAnna, level: Double) throws(Diagnostic) {
    self.data = data
    self.options = options
    let (rollout, scale) = (data.rollout, options.scale)
    let lastOnly = options.adjustment == .sunAbraham
    func estimate(_ cells: [RolloutContrast.Cell], isRefined: Bool) -> Estimate {
      let contrast = RolloutContrast(cells, rollout, lastOnly: lastOnly)
      let own = RolloutEstimate(rollout, contrast, beta: options.beta)
      return InfluenceEstimate.estimate(
        data.effect(own, contrast, isRefined: isRefined), level: level, scale: scale)
    }
    var path: [EffectEstimate.Point] = []
    let earliest = -min(rollout.periodCount, Self.leads + 1)
    for k in earliest..<rollout.periodCount {
      let set = RolloutContrast.cells(.event(k), rollout)
      guard !set.isEmpty else { continue }
      // Subtracting the whole difference of the period before leaves 0 there by construction.
      let isReference = k == -1 && options.adjustment != .none
      path.append(
        InfluenceEstimate.point(k, isReference ? nil : estimate(set, isRefined: k >= 0)))
    }
    self.path = path
    var quantities: [EffectEstimate.Quantity] = []
    for aggregation in RothSantAnna.Aggregation.allCases where aggregation != options.aggregation {
      let contrast = try options.contrast(aggregation, data)
      let own = RolloutEstimate(rollout, contrast, beta: options.beta)
      quantities.append(
        EffectEstimate.Quantity(
          id: "aggregation-\(aggregation.rawValue)", name: aggregation.words,
          estimate: InfluenceEstimate.estimate(
            data.effect(own, contrast), level: level, scale: scale)))
    }
    let end = min(rollout.periodCount, rollout.starts.last ?? 0)
    var cells: [EffectEstimate.Cell] = []
    for g in rollout.starts.indices where rollout.starts[g] < end {
      let start = rollout.starts[g]
      var own: [RolloutContrast.Cell] = []
      for t in start..<end {
        let cell = RolloutContrast.Cell(cohort: g, period: t, weight: 1)
        let value = estimate([cell], isRefined: false)
        cells.append(
          EffectEstimate.Cell(
            cohort: data.period(start), period: data.period(t), value: value.value,
            standardError: value.standardError))
        own.append(
          RolloutContrast.Cell(cohort: g, period: t, weight: 1 / Double(end - start)))
      }
      let period = data.period(start)
      quantities.append(
        EffectEstimate.Quantity(
          id: "cohort-\(period)",
          name: Text(en: "Units treated from \(period) on", zh: "自 \(period) 起受干预的单位"),
          estimate: estimate(own, isRefined: false)))
    }
    self.cells = cells
    self.quantities = quantities
  }

  /// Periods before the start that the path shows, next to the reference.
  static let leads = 6

  /// In words, whose effect on what, when.
  func estimand(_ study: Study) -> Text {
    let outcome = study.panel.entries[0].series.name
    let rollout = data.rollout
    let end = min(rollout.periodCount, rollout.starts.last ?? 0)
    let cohorts = rollout.starts.indices.filter { rollout.starts[$0] < end }
    let units = cohorts.reduce(0) { $0 + rollout.sizes[$1] }
    let last = data.period(end - 1)
    let against =
      options.adjustment == .sunAbraham
      ? Text(en: "the cohort treated last or never", zh: "最后或从未受干预的一批")
      : Text(en: "units not yet treated", zh: "尚未受干预的单位")
    let what =
      options.scale == .log
      ? Text(en: "Average relative effect", zh: "平均相对效应") : Text(en: "Average effect", zh: "平均效应")
    return Text(
      en: "\(what.en) of the programme on \(outcome.en) of the \(units) units of \(cohorts.count) "
        + "cohorts up to \(last) (\(options.aggregation.words.en)), against \(against.en)"
        + ", with \(options.adjustment.words.en) of their difference in the period before the start "
        + "taken out.",
      zh: "\(cohorts.count) 批共 \(units) 个单位截至 \(last)，干预对\(outcome.zh)的\(what.zh)"
        + "（\(options.aggregation.words.zh)），与\(against.zh)比较，扣除开始前一期差异的\(options.adjustment.words.zh)。"
    )
  }

  /// The design's assumptions and what the data say.
  ///
  /// - Parameters:
  ///   - headline: the estimate.
  ///   - needsChance: whether it is unbiased under random timing only; with all of the difference before
  ///     the start taken out parallel trends suffice, and a difference is a doubt.
  /// - Returns: one status an assumption.
  static func assumptions(_ headline: RolloutEstimate, needsChance: Bool) -> [AssumptionStatus] {
    let random = RothSantAnna.card.assumptions[0]
    guard headline.priorVariance > 0 else {
      return [
        AssumptionStatus(
          random, .untestable,
          evidence: Text(
            en: "Outcomes in the period before the starts do not vary.", zh: "开始前一期的结果没有变异。"))
      ]
    }
    let z = headline.priorDifference / headline.priorVariance.squareRoot()
    let p = min(1, 2 * Normal.standard.upper(abs(z)))
    return [
      AssumptionStatus(
        random, p < 0.05 && needsChance ? .violated : p < 0.2 ? .doubtful : .supported,
        evidence: Text(
          en: "In the period before their starts, cohorts differ from those treated later by "
            + "\(NumberText.plain(headline.priorDifference)) (z = \(NumberText.decimal(z, 2).en), "
            + "p = \(NumberText.decimal(p, 3).en)).",
          zh: "在开始前一期，各批与更晚受干预者相差 \(NumberText.plain(headline.priorDifference))（z = "
            + "\(NumberText.decimal(z, 2).zh)，p = \(NumberText.decimal(p, 3).zh)）。"),
        summary: p < 0.05
          ? Text(
            en: "Cohorts differed before their starts, which chance alone hardly explains.",
            zh: "各批在开始前已有差异，难以仅由偶然解释。")
          : Text(
            en: "Before their starts cohorts differed no more than chance allows.",
            zh: "各批在开始前的差异未超出偶然范围。"),
        pValue: p)
    ]
  }
}

extension RothSantAnna.Aggregation {
  /// What a report calls it.
  var words: Text {
    switch self {
    case .simple:
      Text(en: "all treated unit-periods alike", zh: "各受干预单位时期等权")
    case .cohort:
      Text(en: "all treated units alike, each over its periods", zh: "各受干预单位等权，先对其时期平均")
    case .calendar:
      Text(en: "all periods alike, each over its treated units", zh: "各时期等权，先对当期受干预单位平均")
    case .event:
      Text(en: "all times since the start alike", zh: "开始后各期等权")
    }
  }
}

extension RothSantAnna.Adjustment {
  /// How much of the difference before the start is taken out.
  fileprivate var words: Text {
    switch self {
    case .efficient: Text(en: "the predictive part", zh: "可预测部分")
    case .callawaySantAnna, .sunAbraham: Text(en: "all", zh: "全部")
    case .none: Text(en: "none", zh: "零")
    }
  }
}
