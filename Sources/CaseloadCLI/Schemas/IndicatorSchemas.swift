import Caseload

/// Indicators by their definitions.
extension PayloadSchemas {
  static let indicatorDefinition = object([
    "id": string("the indicator"), "name": text, "numerator": string("arithmetic over columns"),
    "denominator": string("arithmetic over columns"),
    "factor": string("100, days, 10000 or other arithmetic"), "unit": text,
    "scope": object([
      "include": optional(array(string("a case code"), "only these count")),
      "exclude": optional(array(string("a case code"), "these never count")),
    ]),
    "period": [
      "enum": .array(IndicatorDefinition.PeriodRule.allCases.map { .string($0.rawValue) })
    ],
    "interval": [
      "enum": .array(IndicatorDefinition.IntervalKind.allCases.map { .string($0.rawValue) })
    ],
    "rounding": object([
      "mode": ["enum": .array(IndicatorRounding.Mode.allCases.map { .string($0.rawValue) })],
      "decimals": number("digits after the point"),
    ]),
    "reading": ["enum": .array(IndicatorDefinition.Reading.allCases.map { .string($0.rawValue) })],
    "reference": optional(
      object(["lower": number("open where null"), "upper": number("open where null")])),
    "source": string("where the definition comes from"),
    "status": ["enum": .array(IndicatorDefinition.Status.allCases.map { .string($0.rawValue) })],
    "validFrom": optional(string("since when")), "validTo": optional(string("until when")),
    "mayBeTarget": typed("boolean", "whether it may be set as a target"), "note": optional(text),
  ])

  static let indicatorDefinitions = array(indicatorDefinition, "one an indicator")

  static let indicatorValues = object([
    "keyNames": array(string("a key column"), "what names a court"),
    "level": number("coverage of the intervals, as a fraction"),
    "definitions": array(indicatorDefinition, "those that were computed"),
    "values": array(
      object([
        "indicator": string("the definition"),
        "key": array(string("a key value"), "names the court"),
        "period": optional(string("such as 2019, or 2019-01/2019-03")),
        "numerator": number("by the definition"), "denominator": number("by the definition"),
        "value": number("factor × numerator / denominator, not rounded"),
        "rounded": number("by the definition's rule"), "lower": number("lower end"),
        "upper": number("upper end"),
        "verdict": optional(["type": "string", "enum": ["below", "inside", "above"]]),
        "derived": array(string("a column"), "that an identity supplied"),
        "reason": optional(text),
        "lines": array(number("a line of the file"), "the rows that it was computed from"),
      ]), "by definition, court and period"),
    "notComputable": array(
      object(["indicator": string("the definition"), "name": text, "reason": text]),
      "definitions without any value, and what each takes"),
  ])
}
