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
}
