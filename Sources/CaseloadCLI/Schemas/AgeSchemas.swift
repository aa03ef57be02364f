import Caseload

/// The ages of cases.
extension PayloadSchemas {
  private static let quantile = object([
    "probability": number("the share closed"), "value": number("days"),
    "lower": number("lower end"), "upper": number("upper end"),
  ])

  private static let restrictedMean = object([
    "limit": number("days"), "value": number("days"), "standardError": number("its error"),
    "lower": number("lower end"), "upper": number("upper end"),
  ])

  private static let comparison = object([
    "rho": number("0 for the log-rank test"), "outcome": optional(string("the outcome compared")),
    "groups": array(
      object([
        "name": string("the group"), "cases": number("cases"), "observed": number("closings"),
        "expected": number("at the common pace"),
      ]), "one a group"), "statistic": number("χ²"), "degreesOfFreedom": number("of it"),
    "pValue": number("of equal paces"),
  ])

  static let age = object([
    "view": string("survival, incidence, hazard, pyramid or projection"), "asOf": period,
    "cases": number("in the register"),
    "dropped": array(
      object([
        "reason": string("such as closed-before-filed"), "count": number("rows"),
        "rows": array(number("a line of the file"), "the first few"),
      ]), "rows left out"),
    "closingTimes": object([
      "closed": number("cases"), "open": number("cases"),
      "closedMean": number("days, closed cases only"), "closedMedian": number("the same"),
      "restrictedMean": optional(restrictedMean), "median": quantile,
    ]),
    "survival": optional(
      array(
        object([
          "group": string("the group"), "cases": number("cases"), "events": number("closings"),
          "quartiles": array(quantile, "25, 50 and 75 %"),
          "restrictedMean": optional(restrictedMean),
          "rows": array(
            object([
              "time": number("days"), "atRisk": number("cases"), "events": number("closings"),
              "censored": number("cases"), "survival": number("share open"),
              "standardError": number("of it"), "lower": number("lower end"),
              "upper": number("upper end"), "cumulativeHazard": number("Nelson–Aalen"),
              "cumulativeHazardStandardError": number("of it"),
            ]), "one a time"),
        ]), "one a group")), "comparison": optional(comparison),
    "incidence": optional(
      array(
        object([
          "group": string("the group"), "outcomes": array(string("an outcome"), "in order"),
          "rows": array(
            object([
              "time": number("days"), "atRisk": number("cases"),
              "events": array(number("closings"), "by outcome"), "censored": number("cases"),
              "open": number("share open"), "openStandardError": number("of it"),
              "incidence": array(number("share closed"), "by outcome"),
              "standardErrors": array(number("of the share"), "by outcome"),
            ]), "one a time"),
        ]), "one a group")),
    "hazard": optional(
      object([
        "link": string("logit or cloglog"), "personPeriods": number("cases times months"),
        "events": number("closings used"), "eventsOutside": number("closings not used"),
        "logLikelihood": number("maximum"),
        "coefficients": array(
          object([
            "name": string("the term"), "estimate": number("coefficient"),
            "standardError": number("of it"), "lower": number("lower end"),
            "upper": number("upper end"), "pValue": number("of zero"),
            "ratio": number("exp of the coefficient"),
          ]), "one a term"),
        "curves": array(
          object([
            "group": string("the group"),
            "points": array(
              object([
                "month": number("of age, from 0"), "hazard": number("chance of closing"),
                "lower": number("lower end"), "upper": number("upper end"),
                "open": number("share open at its end"),
              ]), "one a month"),
          ]), "one a group"),
      ])),
    "pyramid": optional(
      object([
        "asOf": period,
        "rows": array(
          object([
            "group": string("the group"), "from": number("months"), "to": number("months"),
            "active": number("running cases"), "inactive": number("cases that stand still"),
          ]), "one a band and group"), "overThreshold": number("running cases"),
        "overThresholdShare": number("of running cases"), "threshold": number("months"),
      ])),
    "projection": optional(
      object([
        "threshold": number("months"), "open": number("running cases"),
        "overNow": number("over the threshold"),
        "steps": array(
          object([
            "ahead": number("months"), "expected": number("over the threshold"),
            "exactLower": number("2.5 % quantile at the estimated hazards"),
            "exactUpper": number("97.5 % quantile"), "simulated": optional(range),
            "expectedClosings": number("of cases open now, in the month"),
            "expectedOpen": number("of cases open now, still"),
          ]), "one a month"),
      ])),
  ])
}
