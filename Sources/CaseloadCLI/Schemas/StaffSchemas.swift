import Caseload

/// Staffing.
extension PayloadSchemas {
  private static let judges = number("whole judges")

  static let staff = object([
    "target": object([
      "maximumDays": number("the disposition time that is promised"),
      "probability": number("that is asked for"), "periodDays": number("length of the period"),
      "minimumDays": number("that every case takes"),
    ]),
    "judges": number("the fewest; null where none will do"),
    "probability": number("with them, or with the most that are allowed"),
    "probabilityWithOneFewer": number("with one fewer"),
    "highestProbability": number("without limit of judges"),
    "curve": array(
      object(["judges": judges, "probability": number("that the promise is kept")]),
      "one a number of judges"),
    "interval": optional(range),
    "standardError": number("of the probability, from the number of scenarios"),
    "scenarios": number("equally likely"),
    "diagnostics": array(diagnostic, "why no number will do"),
  ])

  static let staffAllocate = object([
    "judges": judges,
    "allocations": array(
      object([
        "method": string("the rule"),
        "shares": array(
          object([
            "name": string("the unit"), "load": number("cases or minutes"), "judges": judges,
            "quota": number("before rounding"), "loadPerJudge": number("load over judges"),
          ]), "one a unit"),
        "maximumLoad": number("largest load a judge"),
        "fairness": optional(
          object([
            "mean": number("load a judge"), "minimum": number("smallest"),
            "maximum": number("largest"), "ratio": number("largest over smallest"),
            "gini": number("0 for equal loads"), "theil": number("Theil's T"),
            "coefficientOfVariation": number("standard deviation over mean"),
            "jain": number("1 for equal loads"),
            "lorenz": array(
              object(["people": number("share of judges"), "load": number("share of load")]),
              "lightest loads first"),
          ])),
        "quotaViolations": array(string("a unit"), "off the whole numbers around the quota"),
        "risk": optional(
          object([
            "maximumLoad": range,
            "heaviest": array(number("share of draws"), "how often each unit bears most"),
          ])),
      ]), "one a method"),
    "paradoxes": array(
      object([
        "unit": string("that loses a judge"), "judges": number("in all"),
        "before": number("with one judge fewer in all"), "after": number("now"),
      ]), "of the largest remainders"),
  ])

  static let staffPlan = object([
    "plan": object([
      "objective": number("cost of all years"),
      "judgeTypes": array(string("a kind of judge"), "in the order of daysByType"),
      "staff": array(
        object([
          "year": string("the year"), "judgeType": string("the kind"),
          "inPost": number("during the year"), "recruited": number("recruits"),
          "leaving": number("leavers"), "daysSat": number("in all jurisdictions"),
          "utilization": number("days sat over days possible"),
        ]), "one a year and kind"),
      "work": array(
        object([
          "year": string("the year"), "jurisdiction": string("the kind of work"),
          "demand": number("days"), "daysByType": array(number("days"), "one a kind of judge"),
          "unmet": number("days not sat"),
        ]), "one a year and jurisdiction"),
      "costs": array(
        object([
          "year": string("the year"), "salaries": number("money"),
          "recruitment": number("money"), "fees": number("money"),
          "unmet": number("penalty of days not sat"), "total": number("sum"),
        ]), "one a year"),
      "binding": array(
        object([
          "constraint": text, "price": number("change of cost a unit of its bound"),
          "changeWithOneMore": number("change of cost with one more"), "statement": text,
        ]), "the costliest first"),
    ]),
    "stochastic": optional(
      object([
        "draws": number("demands drawn"),
        "recruits": array(
          object([
            "year": string("the year"), "judgeType": string("the kind"),
            "recruited": number("best over all demands"),
            "recruitedForMean": number("best for the expected demand"),
          ]), "one a year and kind"),
        "expectedCost": number("mean over demands"), "cost": range, "unmetDays": range,
        "expectedCostOfMeanPlan": number("of the plan for the expected demand"),
        "valueOfStochasticSolution": number("what planning for all demands saves"),
        "expectedCostWithForesight": number("were each demand known beforehand"),
        "valueOfPerfectInformation": number("what knowing the demand would save"),
      ])),
  ])

  static let staffTrack = object([
    "fastTypes": array(string("a case type"), "of the fast track"),
    "fastJudges": judges, "ordinaryJudges": judges,
    "fastLoad": number("weighted cases a judge"), "ordinaryLoad": number("weighted cases a judge"),
    "ratio": number("fast over ordinary"), "pooledLoad": number("in one track"),
  ])

  static let staffPipeline = array(
    object([
      "year": number("1 for the first"), "judges": range, "assistants": range,
      "leavingJudges": range, "promotions": range,
      "shortageProbability": number("fewer judges than needed"),
    ]), "one a year")

  static let staffTeam = object([
    "roles": array(
      object([
        "name": string("the role"), "perTeam": number("people in a team"),
        "share": number("in the work of a team"), "cost": number("money a person and year"),
      ]), "kinds of staff"),
    "staff": array(number("people"), "one a role"), "capacity": teamCapacity,
    "best": optional(
      object([
        "staff": array(number("people"), "one a role"), "cost": number("money"),
        "capacity": teamCapacity, "casesPerMoney": number("cases a unit of money more"),
      ])),
  ])

  private static let teamCapacity = object([
    "cases": number("a year"), "teams": number("whole teams that do as much"),
    "bottleneck": string("the role of which one more would add most"),
    "oneMore": array(number("cases"), "with one person more of each role"),
  ])
}
