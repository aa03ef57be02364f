import Caseload

/// Courts: their work, indicators and data.
extension PayloadSchemas {
  static let range = object([
    "mean": number("mean"), "median": number("median"), "lower80": number("10 % quantile"),
    "upper80": number("90 % quantile"), "lower90": number("5 % quantile"),
    "upper90": number("95 % quantile"), "lower95": number("2.5 % quantile"),
    "upper95": number("97.5 % quantile"),
  ])

  static let workload = object([
    "keyNames": array(string("a key column"), "what names a court"),
    "courts": array(
      object([
        "label": string("the court"),
        "workload": object([
          "key": array(string("a key value"), "names the court"),
          "years": array(
            object([
              "period": period, "incoming": number("cases filed"),
              "resolved": number("cases resolved"), "pending": number("at the end of the year"),
              "judges": number("in post, averaged"), "clearanceRate": number("percent"),
              "dispositionTime": number("days"), "casesPerJudge": number("resolved a judge"),
              "rollForwardGap": number("opening + incoming − resolved − pending"),
            ]), "one a complete year"), "diagnostics": array(diagnostic, "mismatches"),
        ]),
        "projection": optional(
          object([
            "period": string("the periods ahead"), "model": string("the forecast model"),
            "incoming": range, "productivity": optional(range), "resolved": optional(range),
            "pending": optional(range), "judgesNeeded": optional(range),
            "judgesInPost": number("now"),
            "shortageProbability": number("that they are too few"),
            "diagnostics": array(diagnostic, "what is not known"),
          ])),
      ]), "one a court"),
    "statedCasesPerJudge": number("published or given"),
    "statedJudges": number("published or given"),
    "capacity": number("their product"),
    "needs": array(
      object([
        "caseload": number("cases a year"), "casesPerJudge": number("pace"),
        "judges": number("needed, not rounded"),
      ]), "judges for given caseloads"),
    "notComputable": array(text, "what cannot be said, and what it would take"),
  ])

  static let inspect = object([
    "title": text, "isSimulated": typed("boolean", "whether the data are simulated"),
    "resources": array(
      object([
        "name": string("the resource"), "rows": number("rows"),
        "columns": array(string("a column"), "all columns"),
        "numericColumns": array(string("a column"), "those that hold numbers"),
      ]), "tables"),
    "series": array(
      object([
        "key": key, "frequency": string("of its periods"), "start": period, "end": period,
        "count": number("periods"), "missing": number("missing values"),
        "minimum": number("least value"), "median": number("median"),
        "maximum": number("largest value"), "total": number("sum of a flow"),
      ]), "one a series"),
    "events": array(object([:]), "known events"),
    "figures": optional(string("the register, if there is one")),
  ])

  static let indicators = array(
    map(
      ["type": ["number", "string", "null"]],
      "the row's cells, and clearanceRate (percent) and dispositionTime (days)"), "one a row")

  static let judgeNeed = object([
    "parts": array(
      object([
        "caseType": string("the type"),
        "basis": ["enum": .array(WeightStudy.Basis.allCases.map { .string($0.rawValue) })],
        "cases": number("expected a year"), "casesStandardError": number("null where known"),
        "minutes": number("a case"), "minutesStandardError": number("null where not given"),
        "workloadMinutes": number("cases × minutes"), "judges": number("for this type alone"),
        "casesPerJudge": number("of this type, a judge and year"),
      ]), "one a case type"),
    "workloadMinutes": number("of all types"), "judgeYearMinutes": number("of one judge"),
    "judges": estimate, "simulated": optional(range),
    "varianceShares": optional(
      object([
        "weights": number("share of the variance"), "judgeYear": number("share of the variance"),
        "filings": number("share of the variance"),
      ])),
    "rounding": typed(["string", "number"], "none, up, or a share of a judge"),
    "posts": number("judges by the rule of rounding"), "judgesInPost": number("full-time judges"),
    "utilization": number("need over judges in post"),
    "resourced": number("judges in post over need"),
    "missingPosts": number("posts less judges in post"),
    "shortageProbability": number("that the need is above the judges in post"),
  ])

  static let weightStudy = object([
    "judgeYear": object([
      "minutes": number("a year"), "standardError": number("of the minutes"),
      "days": number("before parts are taken off"), "minutesPerDay": number("before parts"),
      "parts": optional(
        array(
          object([
            "name": string("such as leave"), "days": number("a year"),
            "minutesPerDay": number("of a working day"), "standardError": number("of either"),
          ]), "taken off")),
    ]),
    "weights": array(
      object([
        "caseType": string("the type"), "basis": string("filings, pending or resolved"),
        "minutes": number("a case; null where events make it"),
        "standardError": number("of the minutes"),
        "events": optional(
          array(
            object([
              "name": string("the event"), "minutes": number("each time"),
              "minutesStandardError": number("of the minutes"),
              "occurrences": number("a case"), "occurrencesStandardError": number("of those"),
            ]), "that make the weight")),
        "panel": optional(
          object([
            "rounds": array(array(number("a factor"), "one a panellist"), "of a Delphi panel"),
            "agreement": number("relative interquartile range"),
            "stability": number("relative change of the median"),
          ])),
      ]), "one a case type"),
    "rounding": typed(["string", "number"], "none, up, or a share of a judge"),
    "source": optional(string("where the weights come from")),
  ])

  static let workloadNeed = object([
    "keyNames": array(string("a key column"), "what names a court"),
    "cases": string("latest, mean:K or forecast"),
    "period": optional(string("of the cases")), "weights": weightStudy,
    "courts": array(
      object([
        "key": array(string("a key value"), "names the court"), "label": string("the court"),
        "need": judgeNeed,
      ]), "one a court"),
    "total": judgeNeed,
  ])
}
