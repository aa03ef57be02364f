import Caseload

extension PayloadSchemas {
  static let effect = object(effectProperties)

  /// One design after another, each with its estimate or the reason why it has none.
  static let effects = array(
    object(
      effectProperties.mapValues(optional).merging(
        [
          "design": string("the design"), "name": text,
          "reason": optional(diagnostic),
        ]) { $1 },
      "an estimate as of caseload.effect, whose fields are null where there is a reason"),
    "one a design")

  private static let effectProperties: [String: JSON] = [
    "design": string("the design, such as its"), "estimand": text,
    "scale": [
      "enum": ["level", "log"], "description": "log effects are rates: −0.1 is 10 % less",
    ],
    "average": estimate, "cumulative": optional(estimate), "levelChange": optional(estimate),
    "slopeChange": optional(estimate),
    "quantities": array(
      object(["id": string("of the quantity"), "name": text, "estimate": estimate]),
      "what else the design estimates"),
    "path": array(
      object([
        "period": optional(period), "eventTime": number("periods since the start"),
        "observed": number("as observed; with untreated units, against them"),
        "counterfactual": number("what the design expects without the intervention"),
        "effect": number("null before the start, or an event study's placebo effect"),
        "standardError": number("of the effect"),
        "lower": number("lower end"), "upper": number("upper end"),
        "simultaneousLower": number("of the band that holds in all periods at once"),
        "simultaneousUpper": number("the other end"),
      ]), "one a period"),
    "cells": array(
      object([
        "cohort": period, "period": period, "value": number("effect"),
        "standardError": number("of the effect"),
      ]), "effects by cohort and period; empty for its"),
    "weights": array(
      object(["unit": string("a unit"), "weight": number("its weight")]),
      "weights of comparison units; empty for its"),
    "comparisons": array(
      object([
        "kind": [
          "enum": .array(
            EffectEstimate.Comparison.Kind.allCases.map { .string($0.rawValue) })
        ],
        "treated": period, "comparison": optional(period),
        "value": number("difference of differences"), "weight": number("its share"),
      ]), "the two-group comparisons behind a two-way regression"),
    "inference": optional(inference),
    "autocorrelation": number("ρ of the errors of one series"),
    "degreesOfFreedom": number("of the average effect"),
    "minimumDetectableEffect": number("80 % power at the 5 % level"),
    "assumptions": array(
      object([
        "assumption": text, "verdict": verdict,
        "evidence": text, "summary": text, "pValue": number("of the test behind the verdict"),
      ]), "what the estimate rests on"),
    "checks": array(
      object([
        "id": string("of the check"), "name": text, "verdict": verdict, "finding": text,
        "figures": array(
          object(["name": string("of the number"), "value": number("the number")]),
          "the numbers of the finding"),
      ]), "what was checked without being asked"),
    "diagnostics": array(diagnostic, "what the design noticed"),
  ]

  private static let verdict: JSON = [
    "enum": .array(AssumptionStatus.Verdict.allCases.map { .string($0.rawValue) })
  ]

  private static let inferenceKind: JSON = [
    "enum": .array(Inference.Kind.allCases.map { .string($0.rawValue) })
  ]

  private static let inference = object([
    "kind": inferenceKind, "reason": text,
    "treatedClusters": number("how many are treated"),
    "comparisonClusters": number("how many never are"),
    "draws": number("of a bootstrap or a randomization"),
    "isEnumerated": optional(["type": "boolean"]),
    "smallestPValue": number("no p-value below this is possible"),
    "criticalValue": number("of the simultaneous band, in standard errors"),
    "alternatives": array(
      object([
        "kind": inferenceKind, "variant": optional(string("of the statistic")),
        "estimate": estimate, "degreesOfFreedom": number("of the interval"),
      ]), "the same average by other ways"),
  ])
}
