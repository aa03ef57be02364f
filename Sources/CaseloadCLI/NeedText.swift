import Caseload

/// A weighted need in words and rows.
enum NeedText {
  static func report(_ answer: NeedInputs.Answer, _ language: Language) -> String {
    let zh = language == .zh
    var text = ""
    let cases =
      switch answer.cases {
      case "latest": zh ? "最近一年的案件数" : "cases of the last year"
      case "forecast": zh ? "预测的案件数" : "forecast cases"
      default:
        zh
          ? "近 \(answer.cases.dropFirst(5)) 年平均案件数"
          : "mean cases of \(answer.cases.dropFirst(5)) years"
      }
    let year = NumberText.decimal(answer.total.judgeYearMinutes)[language]
    text +=
      zh
      ? "加权所需法官：\(cases)\(answer.period.map { "（\($0)）" } ?? "")，法官年工作 \(year) 分钟，"
        + "\(answer.total.rounding.text.zh)\n\n"
      : "weighted need: \(cases)\(answer.period.map { " (\($0))" } ?? ""), a judge year of \(year) "
        + "minutes, \(answer.total.rounding.text.en)\n\n"
    for court in answer.courts {
      text += section(
        court.label.isEmpty ? (zh ? "全部" : "all") : court.label, court.need, language)
    }
    if answer.courts.count > 1 { text += section(zh ? "合计" : "total", answer.total, language) }
    return text
  }

  private static func section(_ title: String, _ need: JudgeNeed, _ language: Language) -> String {
    let zh = language == .zh
    func number(_ x: Double, _ decimals: Int) -> String {
      NumberText.decimal(x, decimals)[language]
    }
    let decimals = need.judges.value < 10 ? 2 : 1
    var text = title + "\n"
    let table = ResultTable(
      zh
        ? ["  案件类型", "案件数", "标准差", "分钟/件", "标准误", "法官", "件/法官年"]
        : [
          "  case type", "cases", "deviation", "minutes", "std. error", "judges", "cases a judge",
        ],
      need.parts.map { part in
        [
          .text("  " + part.caseType + (part.basis == .filings ? "" : " (\(part.basis.rawValue))")),
          .number(part.cases, decimals: 0), .number(part.casesStandardError, decimals: 0),
          .number(part.minutes, decimals: 1), .number(part.minutesStandardError, decimals: 1),
          .number(part.judges, decimals: 2), .number(part.casesPerJudge, decimals: 0),
        ]
      })
    text += table.text(language)
    text +=
      (zh ? "  所需法官 " : "  judges needed ") + number(need.judges.value, decimals)
    if let low = need.judges.lower, let high = need.judges.upper {
      let level = NumberText.percent(need.judges.level, 0)[language]
      text +=
        zh
        ? "（\(level) 区间 \(number(low, decimals))–\(number(high, decimals))"
        : " (\(level) interval \(number(low, decimals)) to \(number(high, decimals))"
      if let drawn = need.simulated {
        text +=
          zh
          ? "；模拟中位数 \(number(drawn.median, decimals))，95% 区间 \(number(drawn.lower95, decimals))–"
            + "\(number(drawn.upper95, decimals))"
          : "; simulated median \(number(drawn.median, decimals)), 95 % interval "
            + "\(number(drawn.lower95, decimals)) to \(number(drawn.upper95, decimals))"
      }
      text += zh ? "）" : ")"
    }
    if need.rounding != .none {
      text += zh ? "，即 \(number(need.posts, 0)) 个职位" : ", that is \(number(need.posts, 0)) posts"
    }
    text += "\n"
    if let inPost = need.judgesInPost {
      text +=
        (zh ? "  在岗 " : "  in post ") + NumberText.significant(inPost, 2)[language]
      if let load = need.utilization {
        text += zh ? "，负荷 " : ", loaded to "
        text += NumberText.percent(load, 0)[language]
      }
      if let missing = need.missingPosts {
        text +=
          missing >= 0
          ? (zh ? "，缺 " : ", short of ") + NumberText.significant(missing, 1)[language]
          : (zh ? "，富余 " : ", in excess by ") + NumberText.significant(-missing, 1)[language]
      }
      if let shortage = need.shortageProbability {
        text += zh ? "；不足的概率 " : "; too few with probability "
        text += NumberText.percent(shortage, 0)[language]
      }
      text += "\n"
    }
    if let shares = need.varianceShares {
      func percent(_ x: Double) -> String { NumberText.percent(x, 0)[language] }
      text +=
        zh
        ? "  不确定性来源：权重 \(percent(shares.weights))，法官年 \(percent(shares.judgeYear))，"
          + "案件数 \(percent(shares.filings))\n"
        : "  uncertain through weights \(percent(shares.weights)), judge year "
          + "\(percent(shares.judgeYear)), cases \(percent(shares.filings))\n"
    }
    return text + "\n"
  }

  /// One row a court, and the total.
  static func table(_ answer: NeedInputs.Answer) -> ResultTable {
    func row(_ key: [String], _ need: JudgeNeed) -> [Cell] {
      key.map { .text($0) } + [
        .number(need.parts.map(\.cases).accurateSum, decimals: 0),
        .number(need.workloadMinutes, decimals: 0), .number(need.judgeYearMinutes, decimals: 0),
        .number(need.judges.value, decimals: 2), .number(need.judges.standardError, decimals: 2),
        .number(need.judges.lower, decimals: 2), .number(need.judges.upper, decimals: 2),
        .number(need.simulated?.median, decimals: 2),
        .number(need.simulated?.lower95, decimals: 2),
        .number(need.simulated?.upper95, decimals: 2), .number(need.posts, decimals: 2),
        .number(need.judgesInPost, decimals: 2), .number(need.utilization, decimals: 3),
        .number(need.resourced, decimals: 3), .number(need.missingPosts, decimals: 2),
        .number(need.shortageProbability, decimals: 3),
        .number(need.varianceShares?.weights, decimals: 3),
        .number(need.varianceShares?.judgeYear, decimals: 3),
        .number(need.varianceShares?.filings, decimals: 3),
      ]
    }
    let keys = answer.keyNames.isEmpty ? ["court"] : answer.keyNames
    var rows = answer.courts.map { row($0.key.isEmpty ? ["all"] : $0.key, $0.need) }
    if answer.courts.count > 1 {
      rows.append(
        row(["total"] + [String](repeating: "", count: keys.count - 1), answer.total))
    }
    return ResultTable(
      keys + [
        "cases", "workloadMinutes", "judgeYearMinutes", "judgesNeeded", "standardError", "lower",
        "upper", "median", "lower95", "upper95", "posts", "judgesInPost", "utilization",
        "resourced", "missingPosts", "shortageProbability", "weightsShare", "judgeYearShare",
        "filingsShare",
      ], rows)
  }
}
