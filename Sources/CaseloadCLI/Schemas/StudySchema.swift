import Caseload

extension PayloadSchemas {
  static let study = object([
    "outcome": text,
    "measure": ["enum": .array(Measure.allCases.map { .string($0.rawValue) })],
    "frequency": ["enum": .array(Frequency.allCases.map { .string($0.rawValue) })],
    "start": period, "end": period, "periodCount": number("periods of the data"),
    "unitCount": number("units"), "observationCount": number("values that are not missing"),
    "isBalanced": ["type": "boolean"],
    "cohorts": array(
      object([
        "start": period, "units": array(string("a unit"), "treated from then on"),
        "periodsBefore": number("of the data before the start"),
        "periodsAfter": number("from the start on"),
      ]), "the units that start together"),
    "neverTreated": array(string("a unit"), "never treated"),
    "notYetTreated": array(string("a unit"), "treated after the data end"),
    "alwaysTreated": array(string("a unit"), "treated in every period"),
    "treatedClusters": number("clusters with a treated unit"),
    "comparisonClusters": number("clusters without one"),
    "isAbsorbing": ["type": "boolean"],
    "gaps": array(span, "stretches without values"),
    "partial": array(span, "units observed in a part of the time"),
    "support": array(
      object([
        "eventTime": number("periods since the start"),
        "treatedUnits": number("observed then"), "cohorts": number("that they belong to"),
        "comparisonUnits": number("not treated then"),
      ]), "how many units an effect rests on"),
    "smallestPValue": number("of a randomization among the clusters"),
    "variables": array(string("such as diverted"), "what the study brings"),
    "designs": array(
      object([
        "design": string("the design"), "name": text, "isFeasible": ["type": "boolean"],
        "reason": optional(diagnostic),
      ]), "which designs the data allow"),
    "minimumDetectableEffect": number("as a rate, 80 % power at the 5 % level"),
    "notes": array(text, "what to bear in mind, most important first"),
  ])

  private static let span = object([
    "unit": string("the unit"), "from": period, "to": period,
  ])
}
