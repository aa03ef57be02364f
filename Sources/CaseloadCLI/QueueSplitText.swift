import Caseload

/// A choice of a fast track in words.
enum QueueSplitText {
  private static func name(_ plan: TrackPlan, _ judges: Int?) -> Text {
    switch plan.kind {
    case .pooled: Text(en: "one queue", zh: "统一排队")
    case .priority: Text(en: "priority", zh: "简案优先")
    case .split:
      Text(
        en: "\(plan.fastJudges ?? 0) fast"
          + (judges.map { " + \($0 - (plan.fastJudges ?? 0))" } ?? ""),
        zh: "速裁 \(plan.fastJudges ?? 0) 名"
          + (judges.map { "＋其他 \($0 - (plan.fastJudges ?? 0)) 名" } ?? ""))
    }
  }

  static func report(_ split: FastTrackSplit, _ unit: QueueTimeUnit, _ language: Language) -> String
  {
    let zh = language == .zh
    let names = split.pooled.classes.map(\.name)
    let columns =
      (zh ? ["方案", "平均等待（天）"] : ["plan", "mean wait (days)"])
      + names.map { zh ? "\($0)（天）" : "\($0) (days)" }
      + (zh
        ? ["速裁人均", "其他人均", "速裁利用率", "其他利用率"]
        : ["fast load", "other load", "fast busy", "other busy"])
    var plans = [split.pooled] + (split.priority.map { [$0] } ?? [])
    // A long curve is shown around its best split; the files hold all of it.
    let best = split.bestSplit?.fastJudges ?? 0
    plans += split.splits.filter { abs(($0.fastJudges ?? 0) - best) <= 3 }
    var text = ResultTable(
      columns,
      plans.map { plan in
        [
          .text(name(plan, split.judges)[language]),
          .number(plan.meanWait * unit.days, decimals: 2),
        ] + plan.classes.map { .number($0.meanWait * unit.days, decimals: 2) } + [
          .number(plan.fastCasesPerJudge, decimals: 1),
          .number(plan.ordinaryCasesPerJudge, decimals: 1),
          .number(plan.fastUtilization, decimals: 3),
          .number(plan.ordinaryUtilization, decimals: 3),
        ]
      }
    ).text(language)
    let winner = name(split.best, split.judges)
    text +=
      zh
      ? "最优：\(winner.zh)" : "best: \(winner.en)"
    if let one = split.bestSplit, split.best.kind != .split {
      let shown = name(one, split.judges)
      text += zh ? "；分流方案中最优：\(shown.zh)" : "; of the splits: \(shown.en)"
    }
    text += "\n"
    let changes = split.sensitivity.filter { $0.fastJudges != split.bestSplit?.fastJudges }
    guard split.bestSplit != nil else { return text }
    if changes.isEmpty {
      text +=
        zh
        ? "各项假设变动 10% 时，最优分法不变\n" : "the best split stays when any assumption changes by 10 %\n"
    }
    for change in changes {
      let sign = change.factor > 1 ? "+10" : "−10"
      let parameter = parameters[change.parameter] ?? Text(change.parameter)
      let judges = change.fastJudges.map(String.init)
      text +=
        zh
        ? "\(parameter.zh) \(sign)%：" + (judges.map { "速裁 \($0) 名" } ?? "没有可行分法") + "\n"
        : "\(parameter.en) \(sign) %: " + (judges.map { "\($0) fast" } ?? "no split keeps up")
          + "\n"
    }
    return text
  }

  private static let parameters: [String: Text] = [
    "fastArrivals": Text(en: "fast-track arrivals", zh: "速裁收案"),
    "ordinaryArrivals": Text(en: "other arrivals", zh: "其他收案"),
    "fastService": Text(en: "time of a fast case", zh: "速裁案件用时"),
    "ordinaryService": Text(en: "time of another case", zh: "其他案件用时"),
    "fastVariation": Text(en: "spread of fast cases", zh: "速裁案件用时的离散程度"),
    "ordinaryVariation": Text(en: "spread of other cases", zh: "其他案件用时的离散程度"),
  ]

  static func report(_ search: FastTrackThreshold, _ unit: QueueTimeUnit, _ language: Language)
    -> String
  {
    let zh = language == .zh
    var text = ResultTable(
      zh
        ? ["速裁案件类型", "案件占比", "工作量占比", "速裁法官", "平均等待（天）"]
        : ["fast case types", "of cases", "of work", "fast judges", "mean wait (days)"],
      search.steps.map { step in
        [
          .text(step.fastTypes.joined(separator: zh ? "、" : ", ")),
          .number(step.shareOfCases, decimals: 3), .number(step.shareOfWork, decimals: 3),
          .number((step.plan?.fastJudges).map(Double.init), decimals: 0),
          .number(step.plan.map { $0.meanWait * unit.days }, decimals: 2),
        ]
      }
    ).text(language)
    if let best = search.best {
      let types = best.fastTypes.joined(separator: zh ? "、" : ", ")
      text += zh ? "最优门槛：\(types) 进入速裁\n" : "best threshold: \(types) go to the fast track\n"
    }
    let pooled = NumberText.significant(search.pooled.meanWait * unit.days, 2)[language]
    text += zh ? "统一排队的平均等待：\(pooled) 天\n" : "one queue for all: a mean wait of \(pooled) days\n"
    return text
  }
}
