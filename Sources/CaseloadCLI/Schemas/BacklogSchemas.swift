import Caseload

/// Backlogs and the ages of cases.
extension PayloadSchemas {
  private static let gapSummary = object([
    "compared": number("periods with a gap that can be computed"),
    "mismatched": number("of them, larger than the tolerance"),
    "above": number("of those, more cases than explained"), "mean": number("mean gap"),
    "meanSize": number("mean size"), "largestSize": number("largest size"),
    "total": number("sum of all gaps"),
  ])

  private static let elimination = object([
    "backlog": number("cases to clear"), "filingsPerYear": number("cases a year"),
    "casesPerJudgeAndYear": number("resolved a judge and year"), "years": number("to clear it in"),
    "judges": number("(filings + backlog / years) / cases a judge"),
    "judgesRoundedUp": number("the same in whole judges"), "judgesInPost": number("now"),
    "yearsInPost": number("that they take; null for never"),
    "yearlyGrowth": number("of the backlog with them, below zero where it falls"),
  ])

  private static let progress = object([
    "year": object(["year": number("the calendar year of its November")]),
    "carriedIn": number("pending before December"),
    "months": array(
      object([
        "period": period, "filed": number("cases"), "resolved": number("cases"),
        "accepted": number("carried in and filed to date"),
        "resolvedToDate": number("cases"), "progress": number("percent"),
        "floor": number("percent"), "lead": number("percentage points"),
        "missing": number("resolutions missing at the floor"),
      ]), "months that have passed"),
    "needs": array(
      object([
        "period": period, "filed": number("assumed"), "floor": number("percent"),
        "toFloor": number("resolutions that keep to the floor"),
        "even": number("resolutions if spread evenly"),
      ]), "months to come"),
    "evenness": optional(
      object([
        "shares": array(number("of a month"), "by month"), "gini": number("0 for equal months"),
        "herfindahl": number("1/n for equal months"),
        "normalizedHerfindahl": number("0 to 1"), "rush": number("last month over the mean"),
        "lastQuarterRush": number("last three months over the mean"),
      ])),
  ])

  static let backlog = object([
    "rule": string("capacity, proportional or hazard"),
    "courts": array(
      object([
        "label": string("the court"), "carry": gapSummary, "rollForward": gapSummary,
        "gaps": array(
          object([
            "period": period, "carryGap": number("opening less the closing before"),
            "rollForwardGap": number("closing less what the flows explain"),
          ]), "periods that do not agree"),
        "clearanceRate": optional(estimate), "casesPerJudge": optional(estimate),
        "capacity": number("cases a period"),
        "filingsModel": optional(string("the forecast model")),
        "projection": array(
          object([
            "period": period, "opening": number("cases"), "filed": number("cases"),
            "resolved": number("cases"), "closing": number("opening + filed − resolved"),
          ]), "one a period ahead"),
        "schedules": array(
          object([
            "kind": string("even, front-loaded or proportional"), "target": number("cases"),
            "totalExtra": number("resolutions beyond the plan"),
            "steps": array(
              object([
                "period": period, "pendingWithout": number("cases"), "extra": number("cases"),
                "pending": number("cases"),
              ]), "one a period"),
          ]), "ways to the target"), "elimination": optional(elimination),
        "progress": optional(progress),
      ]), "one a court"), "elimination": optional(elimination),
  ])
}
