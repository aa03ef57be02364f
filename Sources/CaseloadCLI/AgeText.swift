import Caseload

/// The ages of cases in words.
enum AgeText {
  static func report(_ report: AgeReport, _ table: ResultTable, _ language: Language) -> String {
    let zh = language == .zh
    func n(_ x: Double?, _ decimals: Int = 0) -> String {
      x.map { NumberText.significant($0, decimals)[language] } ?? "–"
    }
    let times = report.closingTimes
    var text =
      zh
      ? "截至 \(report.asOf)：案件 \(report.cases) 件，已结 \(times.closed) 件，未结 \(times.open) 件\n"
        + "已结案件平均用时 \(n(times.closedMean, 1)) 天，中位 \(n(times.closedMedian)) 天"
        + "（未计未结案件，偏短）\n"
        + "按生存曲线：中位 \(n(times.median.value)) 天（\(n(times.median.lower))–\(n(times.median.upper))）"
      : "\(report.cases) cases as of \(report.asOf): \(times.closed) closed, \(times.open) open\n"
        + "closed cases took \(n(times.closedMean, 1)) days on average, \(n(times.closedMedian)) in the "
        + "middle: too short, because the open ones are left out\n"
        + "by the survival curve: median \(n(times.median.value)) days "
        + "(\(n(times.median.lower)) to \(n(times.median.upper)))"
    if let mean = times.restrictedMean {
      text +=
        zh
        ? "，\(n(mean.limit)) 天内平均 \(n(mean.value, 1)) 天（标准误 \(n(mean.standardError, 1))）"
        : ", mean to \(n(mean.limit)) days \(n(mean.value, 1)) (standard error "
          + "\(n(mean.standardError, 1)))"
    }
    text += "\n\n"
    if let survival = report.survival {
      for curve in survival where survival.count > 1 {
        let median = curve.quartiles[1]
        text +=
          zh
          ? "  \(curve.group)：\(curve.cases) 件，中位 \(n(median.value)) 天（\(n(median.lower))–\(n(median.upper))）\n"
          : "  \(curve.group): \(curve.cases) cases, median \(n(median.value)) days "
            + "(\(n(median.lower)) to \(n(median.upper)))\n"
      }
      if let test = report.comparison {
        let p = NumberText.pStatement(test.pValue)[language]
        text +=
          zh
          ? "  对数秩检验 χ² = \(n(test.statistic, 2))，自由度 \(test.degreesOfFreedom)，\(p)\n"
          : "  log-rank χ² = \(n(test.statistic, 2)) on \(test.degreesOfFreedom), \(p)\n"
      }
      return text + (survival.count > 1 ? "" : table.text(language))
    }
    if let pyramid = report.pyramid {
      text +=
        zh
        ? "超过 \(n(pyramid.threshold, 1)) 个月的未结案件 \(pyramid.overThreshold) 件，占 "
          + (pyramid.overThresholdShare.map { NumberText.percent($0)[language] } ?? "–") + "\n"
        : "\(pyramid.overThreshold) open cases are over \(n(pyramid.threshold, 1)) months, "
          + (pyramid.overThresholdShare.map { NumberText.percent($0)[language] } ?? "–")
          + " of those that run\n"
    }
    if let projection = report.projection {
      text +=
        zh
        ? "目前超过 \(n(projection.threshold, 1)) 个月：\(projection.overNow) 件（运行中未结 \(projection.open) 件）\n"
        : "over \(n(projection.threshold, 1)) months now: \(projection.overNow) of the "
          + "\(projection.open) that run\n"
    }
    if let hazard = report.hazard {
      text +=
        zh
        ? "人月 \(hazard.personPeriods)，结案 \(hazard.events)，不完整月份中的结案 \(hazard.eventsOutside)（未用）\n"
        : "\(hazard.personPeriods) case-months, \(hazard.events) closings; "
          + "\(hazard.eventsOutside) in months that were cut short are not used\n"
    }
    return text + table.text(language)
  }
}
