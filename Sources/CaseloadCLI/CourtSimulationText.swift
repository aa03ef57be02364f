import Caseload

/// A simulated court, or queue, as tables and in words.
enum CourtSimulationText {
  /// Every measure of every scenario, group and month: one a row.
  static func table(_ result: CourtSimulationResult) -> ResultTable {
    let columns = [
      "scenario", "group", "period", "measure", "mean", "median", "lower80", "upper80", "lower90",
      "upper90", "lower95", "upper95",
    ]
    var rows: [[Cell]] = []
    for outcome in result.outcomes {
      for group in [outcome.court] + outcome.caseTypes + outcome.tracks {
        func add(_ period: String, _ measures: CourtMeasures<DrawSummary>) {
          for (name, summary) in measures.named {
            guard let summary else { continue }
            rows.append(
              [.text(outcome.id), .text(group.id), .text(period), .text(name)]
                + [
                  summary.mean, summary.median, summary.lower80, summary.upper80, summary.lower90,
                  summary.upper90, summary.lower95, summary.upper95,
                ].map { Cell.number($0) })
          }
        }
        add("all", group.overall)
        for month in group.months { add(month.period.description, month.measures) }
      }
    }
    return ResultTable(columns, rows)
  }

  /// The scenarios side by side, what they change, and the months of the base.
  static func report(_ result: CourtSimulationResult, _ language: Language) -> String {
    let zh = language == .zh
    guard let base = result.outcomes.first, let first = base.court.months.first?.period,
      let last = base.court.months.last?.period
    else { return "" }
    var text =
      zh
      ? "法院模拟，\(first.text.zh)至\(last.text.zh)，重复 \(result.replications) 次；均值，括号内为 80% 区间\n\n"
      : "Simulated court, \(first.text.en) to \(last.text.en), \(result.replications) replications; "
        + "means, with 80 % intervals\n\n"
    let rows = CourtMeasures<DrawSummary>.names.indices.compactMap { k -> [Cell]? in
      let values = result.outcomes.map { $0.court.overall.named[k].value }
      guard values.contains(where: { $0 != nil }) else { return nil }
      let name = CourtMeasures<DrawSummary>.names[k]
      return [.text(label(name)[language])]
        + values.map { .text($0.map { shown(name, $0, language) } ?? "–") }
    }
    text += ResultTable([zh ? "全部月份" : "all months"] + result.outcomes.map(\.id), rows)
      .text(language)
    text += tracks(base, language)
    text += ages(result, language)
    text += differences(result, language)
    text += zh ? "\n基准，逐月\n" : "\nbase, month by month\n"
    let months = base.court.months.map { row -> [Cell] in
      [.text(row.period.description)]
        + ["filed", "resolved", "pending", "medianDays", "utilization"].map { name in
          let value = row.measures.named.first { $0.name == name }?.value
          return .text(value.map { shown(name, $0, language) } ?? "–")
        }
    }
    text += ResultTable(
      [zh ? "月份" : "month"]
        + ["filed", "resolved", "pending", "medianDays", "utilization"].map { label($0)[language] },
      months
    ).text(language)
    return text
  }

  private static func tracks(_ base: CourtSimulationResult.Outcome, _ language: Language) -> String
  {
    let zh = language == .zh
    let rows = zip(base.tracks, base.offeredLoad).map { track, load -> [Cell] in
      let overall = track.overall
      return [
        .text(track.id), .text(NumberText.percent(load.load, 0)[language]),
        .text(overall.utilization.map { shown("utilization", $0, language) } ?? "–"),
        .text(overall.pendingPerJudge.map { shown("pendingPerJudge", $0, language) } ?? "–"),
        .text(overall.medianDays.map { shown("medianDays", $0, language) } ?? "–"),
      ]
    }
    return "\n"
      + ResultTable(
        zh
          ? ["基准，办案轨道", "所需时间占比", "利用率", "人均未结", "审理天数中位数"]
          : ["base, by track", "time needed", "utilization", "pending a judge", "median days"],
        rows
      ).text(language)
  }

  private static func ages(_ result: CourtSimulationResult, _ language: Language) -> String {
    let zh = language == .zh
    guard let base = result.outcomes.first else { return "" }
    let rows = base.ages.indices.map { b -> [Cell] in
      let band = base.ages[b]
      let from = NumberText.decimal(band.fromMonths)[language]
      let name =
        band.toMonths.map { from + "–" + NumberText.decimal($0)[language] } ?? "> \(from)"
      return [.text(name)]
        + result.outcomes.map { .text(NumberText.percent($0.ages[b].share.mean)[language]) }
    }
    return "\n"
      + ResultTable(
        [zh ? "期末未结案龄（月）" : "age at the end, months"] + result.outcomes.map(\.id), rows
      ).text(language)
  }

  private static func differences(_ result: CourtSimulationResult, _ language: Language) -> String {
    let zh = language == .zh
    let names = ["filed", "resolved", "pending", "meanDays", "overTwelveMonths", "utilization"]
    let rows = result.differences.filter { names.contains($0.measure) }.map { row -> [Cell] in
      let decimals = scale(row.measure).decimals
      func number(_ x: Double?) -> String {
        x.map { NumberText.decimal($0 * scale(row.measure).factor, decimals + 1)[language] } ?? "–"
      }
      return [
        .text(row.scenario), .text(label(row.measure)[language]),
        .text(number(row.difference.value)),
        .text("\(number(row.difference.lower)) … \(number(row.difference.upper))"),
        .text(row.varianceReduction.map { NumberText.decimal($0, 1)[language] + "×" } ?? "–"),
      ]
    }
    guard !rows.isEmpty else { return "" }
    return "\n"
      + ResultTable(
        zh
          ? ["与基准之差", "指标", "差", "95% 区间", "方差缩减"]
          : ["scenario − base", "measure", "difference", "95 % interval", "variance reduced"],
        rows
      ).text(language)
  }

  private static func shown(_ name: String, _ summary: DrawSummary, _ language: Language) -> String
  {
    let (factor, decimals) = scale(name)
    func number(_ x: Double) -> String { NumberText.decimal(x * factor, decimals)[language] }
    let range = "\(number(summary.lower80))–\(number(summary.upper80))"
    return language == .zh
      ? "\(number(summary.mean))（\(range)）" : "\(number(summary.mean)) (\(range))"
  }

  /// Shares are shown in percent.
  private static func scale(_ name: String) -> (factor: Double, decimals: Int) {
    switch name {
    case "overSixMonths", "overTwelveMonths", "utilization": (100, 1)
    case "clearanceRate", "judges", "pendingPerJudge": (1, 1)
    default: (1, 0)
    }
  }

  /// What people call a measure.
  static func label(_ name: String) -> Text {
    switch name {
    case "filed": Text(en: "filed", zh: "收案")
    case "diverted": Text(en: "diverted to mediation", zh: "诉前分流")
    case "resolved": Text(en: "resolved", zh: "结案")
    case "judgments": Text(en: "  by judgment", zh: "  判决")
    case "mediations": Text(en: "  by mediation", zh: "  调解")
    case "withdrawals": Text(en: "  withdrawn", zh: "  撤诉")
    case "pending": Text(en: "pending at end", zh: "期末未结")
    case "clearanceRate": Text(en: "clearance rate, %", zh: "结案率，%")
    case "dispositionTime": Text(en: "disposition time, days", zh: "处置时间，天")
    case "meanDays": Text(en: "days to resolution, mean", zh: "审理天数，均值")
    case "medianDays": Text(en: "days to resolution, median", zh: "审理天数，中位数")
    case "ninetiethPercentileDays": Text(en: "days to resolution, 90 %", zh: "审理天数，90% 分位")
    case "meanAge": Text(en: "age of pending, days", zh: "未结案龄，天")
    case "overSixMonths": Text(en: "pending over 6 months, %", zh: "超 6 个月未结，%")
    case "overTwelveMonths": Text(en: "pending over 12 months, %", zh: "超 12 个月未结，%")
    case "judges": Text(en: "judges in post", zh: "在岗法官")
    case "pendingPerJudge": Text(en: "pending a judge", zh: "人均未结")
    case "largestDocket": Text(en: "largest docket", zh: "最多未结的法官")
    case "utilization": Text(en: "utilization, %", zh: "利用率，%")
    default: Text(name)
    }
  }

  /// A queue's quantities: one a row.
  static func table(_ comparison: QueueComparison) -> ResultTable {
    ResultTable(
      ["quantity", "class", "simulated", "standardError", "lower", "upper", "closedForm", "z"],
      comparison.rows.map { row in
        [
          .text(row.quantity), .text(row.caseClass.map { "\($0)" } ?? "all"),
          .number(row.simulated.value, decimals: 5),
          .number(row.simulated.standardError, decimals: 5),
          .number(row.simulated.lower, decimals: 5), .number(row.simulated.upper, decimals: 5),
          .number(row.closedForm, decimals: 5), .number(row.zScore, decimals: 2),
        ]
      })
  }

  /// A queue in words.
  static func report(_ comparison: QueueComparison, _ language: Language) -> String {
    let load = NumberText.percent(comparison.offeredLoad, 1)
    let cases = NumberText.decimal(Double(comparison.cases))
    let known = comparison.closedFormName
    let head = Text(
      en: (known ?? "No closed form") + ": \(cases.en) cases in \(comparison.parts) parts, load "
        + "\(load.en)\n\n",
      zh: (known ?? "无解析解") + "：\(cases.zh) 件，分 \(comparison.parts) 段，负荷 \(load.zh)\n\n")
    return head[language] + table(comparison).text(language)
  }
}
