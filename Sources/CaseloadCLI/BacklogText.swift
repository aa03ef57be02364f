import Caseload

/// A backlog in words.
enum BacklogText {
  static func report(_ report: BacklogReport, _ table: ResultTable, _ language: Language) -> String
  {
    let zh = language == .zh
    var text = report.elimination.map { elimination($0, language) } ?? table.text(language)
    for court in report.courts {
      text += "\n\(court.label)\n"
      if court.rollForward.compared > 0 {
        let gap = number(court.rollForward.mean, 1, language)
        text +=
          zh
          ? "  滚动核对：\(court.rollForward.compared) 期中 \(court.rollForward.mismatched) 期不符，平均差 \(gap)\n"
          : "  roll-forward: \(court.rollForward.mismatched) of \(court.rollForward.compared) periods "
            + "do not add up; mean gap \(gap)\n"
      }
      if let rate = court.clearanceRate {
        text +=
          zh
          ? "  清结速率 k = \(number(rate.value, 4, language))（标准误 \(number(rate.standardError, 4, language))）\n"
          : "  clearance rate k = \(number(rate.value, 4, language)) a period (standard error "
            + "\(number(rate.standardError, 4, language)))\n"
      }
      if let pace = court.casesPerJudge {
        text +=
          zh
          ? "  人均每期结案 \(number(pace.value, 2, language))（标准误 \(number(pace.standardError, 2, language))）\n"
          : "  cases a judge and period \(number(pace.value, 2, language)) (standard error "
            + "\(number(pace.standardError, 2, language)))\n"
      }
      if let schedule = court.schedules.first {
        text +=
          zh
          ? "  目标未结 \(number(schedule.target, 0, language))：需额外结案 \(number(schedule.totalExtra, 0, language))\n"
          : "  target of \(number(schedule.target, 0, language)) pending: "
            + "\(number(schedule.totalExtra, 0, language)) extra resolutions\n"
      }
      if let need = court.elimination { text += "  " + elimination(need, language) }
      if let progress = court.progress { text += Self.progress(progress, language) }
    }
    return text
  }

  private static func number(_ x: Double?, _ decimals: Int, _ language: Language) -> String {
    x.map { NumberText.significant($0, decimals)[language] } ?? "–"
  }

  private static func elimination(_ need: BacklogReport.Elimination, _ language: Language)
    -> String
  {
    func n(_ x: Double?, _ decimals: Int = 0) -> String { number(x, decimals, language) }
    let zh = language == .zh
    var text =
      zh
      ? "积案 \(n(need.backlog)) 件、年收案 \(n(need.filingsPerYear)) 件、人均年结案 "
        + "\(n(need.casesPerJudgeAndYear, 1)) 件：\(n(need.years, 2)) 年内清理需法官 "
        + "\(n(need.judges, 2)) 人，取整 \(n(need.judgesRoundedUp)) 人\n"
      : "\(n(need.backlog)) cases of backlog, \(n(need.filingsPerYear)) filings a year, "
        + "\(n(need.casesPerJudgeAndYear, 1)) resolved a judge and year: clearing it in "
        + "\(n(need.years, 2)) years takes \(n(need.judges, 2)) judges, that is "
        + "\(n(need.judgesRoundedUp))\n"
    guard let inPost = need.judgesInPost, let growth = need.yearlyGrowth else { return text }
    if let years = need.yearsInPost {
      text +=
        zh
        ? "  在岗 \(n(inPost, 1)) 人：需 \(n(years, 2)) 年\n"
        : "  the \(n(inPost, 1)) in post take \(n(years, 2)) years\n"
    } else if growth <= 0 {
      text +=
        zh
        ? "  在岗 \(n(inPost, 1)) 人：收案与结案相等，积案不会减少\n"
        : "  the \(n(inPost, 1)) in post resolve as many cases as come in: the backlog never falls\n"
    } else {
      text +=
        zh
        ? "  在岗 \(n(inPost, 1)) 人：积案每年增加 \(n(growth)) 件，没有止境\n"
        : "  with the \(n(inPost, 1)) in post the backlog grows by \(n(growth)) cases a year, "
          + "without end\n"
    }
    return text
  }

  private static func progress(_ progress: ClosingProgress, _ language: Language) -> String {
    let zh = language == .zh
    func n(_ x: Double?, _ decimals: Int = 0) -> String { number(x, decimals, language) }
    var text = zh ? "  统计年度 \(progress.year.year)\n" : "  statistical year \(progress.year.year)\n"
    if let last = progress.months.last {
      text +=
        zh
        ? "    截至 \(last.period)：进度 \(n(last.progress, 1))%，底线 \(n(last.floor, 1))%，"
          + "距底线还差 \(n(last.missing)) 件\n"
        : "    to \(last.period): progress \(n(last.progress, 1)) %, floor \(n(last.floor, 1)) %, "
          + "\(n(last.missing)) resolutions missing\n"
    }
    for need in progress.needs {
      text +=
        zh
        ? "    \(need.period)：按底线需结 \(n(need.toFloor))，均衡安排 \(n(need.even))\n"
        : "    \(need.period): \(n(need.toFloor)) to keep to the floor, \(n(need.even)) if even\n"
    }
    if let evenness = progress.evenness {
      text +=
        zh
        ? "    均衡度：基尼系数 \(n(evenness.gini, 3))，末月为均值的 \(n(evenness.rush, 2)) 倍\n"
        : "    evenness: Gini \(n(evenness.gini, 3)), last month \(n(evenness.rush, 2)) times the mean\n"
    }
    return text
  }
}
