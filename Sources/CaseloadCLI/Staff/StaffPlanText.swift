import Caseload

/// A workforce plan in words.
enum StaffPlanText {
  static func report(
    _ plan: WorkforcePlan, _ stochastic: StochasticWorkforcePlan?, _ language: Language
  ) -> String {
    let zh = language == .zh
    func number(_ x: Double, _ decimals: Int = 1) -> String {
      NumberText.decimal(x, decimals)[language]
    }
    let staff = ResultTable(
      zh
        ? ["年份", "类别", "在岗", "招录", "离任", "开庭日", "利用率"]
        : ["year", "kind", "in post", "recruited", "leaving", "days sat", "utilization"],
      plan.staff.map {
        [
          .text($0.year), .text($0.judgeType), .number($0.inPost, decimals: 2),
          .number($0.recruited, decimals: 2), .number($0.leaving, decimals: 2),
          .number($0.daysSat, decimals: 0), .number($0.utilization, decimals: 2),
        ]
      })
    let work = ResultTable(
      (zh ? ["年份", "领域", "需求"] : ["year", "jurisdiction", "demand"]) + plan.judgeTypes
        + [zh ? "未开庭" : "not sat"],
      plan.work.map { row in
        [.text(row.year), .text(row.jurisdiction), .number(row.demand, decimals: 0)]
          + row.daysByType.map { .number($0, decimals: 0) } + [.number(row.unmet, decimals: 0)]
      })
    var text =
      zh
      ? "总成本 \(number(plan.objective))，未开庭 \(number(plan.unmetDays, 0)) 日。\n\n"
      : "Cost \(number(plan.objective)), \(number(plan.unmetDays, 0)) days not sat.\n\n"
    text += staff.text(language) + "\n" + work.text(language)
    if !plan.binding.isEmpty {
      text += zh ? "\n起约束作用的限制\n" : "\nwhat binds\n"
      for binding in plan.binding.prefix(8) { text += "  \(binding.statement[language])\n" }
      if plan.binding.count > 8 {
        let more = plan.binding.count - 8
        text += zh ? "  另有 \(more) 条。\n" : "  \(more) more.\n"
      }
    }
    guard let stochastic else { return text }
    text +=
      zh ? "\n需求不确定（\(stochastic.draws) 次抽样）\n" : "\nuncertain demand (\(stochastic.draws) draws)\n"
    for row in stochastic.recruits {
      text +=
        zh
        ? "  \(row.year) \(row.judgeType)：招录 \(number(row.recruited, 2))"
          + "（按预期需求为 \(number(row.recruitedForMean, 2))）\n"
        : "  \(row.year) \(row.judgeType): recruit \(number(row.recruited, 2)) "
          + "(\(number(row.recruitedForMean, 2)) for the expected demand)\n"
    }
    let cost = StaffText.range(stochastic.cost, 0, language)
    let unmet = StaffText.range(stochastic.unmetDays, 0, language)
    let perfect = number(stochastic.valueOfPerfectInformation)
    text +=
      zh
      ? "  成本 \(cost)，平均 \(number(stochastic.expectedCost))\n  未开庭日 \(unmet)\n"
      : "  cost \(cost), mean \(number(stochastic.expectedCost))\n  days not sat \(unmet)\n"
    if let value = stochastic.valueOfStochasticSolution {
      text +=
        zh
        ? "  与按预期需求制定的方案相比平均节省 \(number(value))"
        : "  it saves \(number(value)) on average against the plan for the expected demand"
    } else {
      text +=
        zh ? "  按预期需求制定的方案在部分抽样下不可行" : "  the plan for the expected demand fails some draws"
    }
    text += zh ? "；若能预知需求，可再节省 \(perfect)。\n" : "; knowing the demand would save \(perfect) more.\n"
    return text
  }
}
