import Caseload

/// A projection after the event.
extension PayloadSchemas {
  private static let contribution = object([
    "component": [
      "enum": .array(ErrorComponent.allCases.map { .string($0.rawValue) })
    ],
    "value": number("cases or minutes; above zero where it left more pending"),
  ])

  private static let figures = object([
    "filings": number("in the period"), "resolved": number("in the period"),
    "pending": number("at its end"), "judges": number("where known"),
  ])

  private static let account = object([
    "key": array(string("a key value"), "names the court; empty for all together"),
    "components": array(string("a component"), "the parts that are told apart"),
    "steps": array(
      object([
        "period": period, "planned": figures, "actual": figures,
        "error": number("actual less planned"),
        "changes": array(contribution, "what the period added"),
        "contributions": array(contribution, "since the start; they add up to the error"),
        "range": optional(
          object([
            "probability": number("that the projection gave to outcomes up to this one"),
            "lower80": number("end"), "upper80": number("end"), "lower95": number("end"),
            "upper95": number("end"), "isInside80": typed("boolean", "outcome inside"),
            "isInside95": typed("boolean", "outcome inside"),
          ])),
      ]), "one a period"),
    "calibration": optional(
      object([
        "periods": number("with a range"), "coverage80": number("share inside"),
        "coverage95": number("share inside"), "meanProbability": number("0.5 without bias"),
      ])), "verdict": text,
  ])

  private static let errors = object([
    "horizons": array(
      object([
        "horizon": number("periods ahead"), "count": number("projections"),
        "meanError": number("actual less planned"), "meanAbsoluteError": number("mean size"),
        "rootMeanSquaredError": number("root of the mean square"),
        "meanPercentageError": number("percent of actual"),
        "meanAbsolutePercentageError": number("percent of actual"),
        "theilU": number("below 1 beats the last value"),
        "biasShare": number("of the mean square"), "spreadShare": number("of the mean square"),
        "timingShare": number("of the mean square"),
        "widths": array(
          object([
            "level": number("coverage"), "absolute": number("half width"),
            "relative": number("half width over plan"),
            "leastCount": number("errors that the level takes"),
          ]), "of the next interval"),
      ]), "by periods ahead")
  ])

  static let postmortem = object([
    "keyNames": array(string("a key column"), "what names a court"),
    "method": ["enum": .array(SplitMethod.allCases.map { .string($0.rawValue) })],
    "measure": ["enum": .array(PendingMeasure.allCases.map { .string($0.rawValue) })],
    "projections": array(
      object([
        "origin": optional(period), "courts": array(account, "one a court"), "total": account,
      ]), "by origin"),
    "history": optional(
      object([
        "pending": errors, "filings": errors, "resolved": errors,
        "parts": array(
          object([
            "horizon": number("periods ahead"), "count": number("projections"),
            "means": array(contribution, "mean contributions"),
            "sizes": array(contribution, "mean sizes"),
            "dominant": optional(string("the component of the largest mean size")),
          ]), "by periods ahead"), "reading": text,
      ])),
  ])
}
