import Caseload

/// Growth, and claims about it.
extension PayloadSchemas {
  static let finding = object([
    "check": ["enum": ["growth", "yearOnYear", "load"]],
    "figures": array(string("an id of the register"), "what the check rests on"),
    "verdict": [
      "enum": [
        "confirmed", "consistent", "notChecked", "scopeQuestion", "inconsistent", "impossible",
      ]
    ], "statement": text,
    "convention": optional(
      object(
        ["en": string("English"), "zh": string("Chinese")],
        "under which a growth claim agrees; null for the usual one")),
    "repairsLeftOut": number("two-digit repairs too many to mean anything"),
    "evidence": array(
      object([
        "id": string("what it is"), "label": text, "value": number("the number"), "unit": text,
        "decimals": number("how it is shown"),
      ]), "computed quantities"),
    "repairs": array(
      object([
        "term": [
          "enum": [
            "rate", "startYear", "endYear", "start", "end", "change", "base", "current",
          ]
        ],
        "from": string("as printed"), "to": string("as repaired"),
        "edits": number("digits changed"), "rate": number("the growth then, as a fraction"),
      ]), "slips of the pen that would make the claim true"),
  ])

  static let trend = array(
    object([
      "key": key,
      "growth": object([
        "isYearly": typed("boolean", "whether rates are a year, or a period of an index"),
        "compound": optional(
          object([
            "from": period, "to": period, "first": number("first value"),
            "last": number("last value"), "years": number("between them"),
            "rate": number("(last/first)^(1/years) − 1, as a fraction"),
            "total": number("last/first − 1"), "lower": number("with the endpoints' rounding"),
            "upper": number("with the endpoints' rounding"),
          ])), "logLinear": optional(estimate),
        "covariance": optional(string("ar1, hc3 or newey-west:LAGS")),
        "eventEffects": array(
          object(["id": string("the event"), "name": text, "from": period, "effect": estimate]),
          "known events"),
        "levelShift": optional(
          object([
            "at": period, "step": estimate,
            "searched": typed("boolean", "whether it was searched for"),
            "pValue": number("that there is no step"),
            "statistic": number("F, or t for a given date"),
          ])), "diagnostics": array(diagnostic, "why a part is missing"),
      ]), "claims": array(finding, "claims about this growth"),
      "claimTest": optional(
        object([
          "claim": object([
            "value": number("the claimed yearly rate"), "precision": number("half its last digit"),
          ]), "years": number("between first and last"),
          "comparisons": array(
            object([
              "reading": string("compound, average or total"), "rate": number("by that reading"),
              "lower": number("with rounding"), "upper": number("with rounding"),
              "isConsistent": typed("boolean", "whether the claim's rounding meets it"),
              "nearestClaim": number("the nearest claim that would"),
            ]), "by arithmetic"),
          "trendTests": array(
            object([
              "covariance": string("of the trend"), "growth": estimate, "statistic": number("t"),
              "degreesOfFreedom": number("of t"), "pValue": number("that the rate is the claim"),
              "pValueWithRounding": number("the largest over the claim's rounding"),
              "sentence": text,
            ]), "of the log-linear trend"), "sentence": text,
          "diagnostics": array(diagnostic, "why a part is missing"),
        ])),
      "segments": optional(
        object([
          "isContinuous": typed("boolean", "kinks in place of jumps"),
          "breaks": array(
            object([
              "at": period, "lower": optional(period), "upper": optional(period),
            ]), "in order"),
          "segments": array(
            object(["from": period, "to": period, "growth": estimate]), "in order"),
          "bic": array(number("of 0, 1, … breaks"), "criterion"),
          "tests": array(hypothesisTest, "of the number of breaks"),
          "covariance": string("of the rates"),
          "diagnostics": array(diagnostic, "why a part is missing"),
        ])),
    ]), "one a series")

  static let audit = object([
    "figures": number("figures in the register"), "findings": array(finding, "one a claim"),
  ])
}
