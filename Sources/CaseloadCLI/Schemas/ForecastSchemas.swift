import Caseload

/// Forecasts and effects.
extension PayloadSchemas {
  static let forecast = object([
    "horizon": number("periods ahead"),
    "series": array(
      object([
        "key": key,
        "quantiles": array(
          object([
            "period": period, "mean": number("the mean"),
            "intervals": array(
              object([
                "level": number("coverage in percent"), "lower": number("lower end"),
                "upper": number("upper end"),
              ]), "one a level"),
          ]), "one a period ahead"),
        "forecast": object([
          "model": string("the model that was used"),
          "form": string("what was fitted, such as ETS(M,Ad,M)"),
          "history": object([:], "the series"),
          "start": period, "marginals": array(object([:]), "one distribution a period ahead"),
          "parameters": array(object([:]), "name, symbol and estimate of each parameter"),
          "logLikelihood": number("with the constant that the model states"),
          "diagnostics": array(diagnostic, "what fitting noticed"),
        ]),
      ]), "one a series"),
  ])

  static let effect = object([
    "design": string("the design, such as its"), "estimand": text,
    "scale": [
      "enum": ["level", "log"], "description": "log effects are rates: −0.1 is 10 % less",
    ],
    "average": estimate, "cumulative": optional(estimate), "levelChange": estimate,
    "slopeChange": optional(estimate),
    "path": array(
      object([
        "period": optional(period), "eventTime": number("periods since the start"),
        "observed": number("as observed; with untreated units, against them"),
        "counterfactual": number("the trend carried on"),
        "effect": number("null before the start"), "standardError": number("of the effect"),
        "lower": number("lower end"), "upper": number("upper end"),
      ]), "one a period"),
    "cells": array(
      object([
        "cohort": period, "period": period, "value": number("effect"),
        "standardError": number("of the effect"),
      ]), "effects by cohort and period; empty for its"),
    "weights": array(
      object(["unit": string("a unit"), "weight": number("its weight")]),
      "weights of comparison units; empty for its"),
    "autocorrelation": number("ρ of the errors"),
    "degreesOfFreedom": number("of the average effect"),
    "minimumDetectableEffect": number("80 % power at the 5 % level"),
    "assumptions": array(
      object([
        "assumption": text,
        "verdict": ["enum": ["supported", "doubtful", "violated", "untestable"]],
        "evidence": text, "summary": text, "pValue": number("of the test behind the verdict"),
      ]), "what the estimate rests on"),
    "diagnostics": array(diagnostic, "what the design noticed"),
  ])
}
