import Caseload

/// The JSON Schema of each command's result: what a program may rely on.
enum PayloadSchemas {
  static let names = schemas.map(\.name)

  /// The schema of the envelope with the payload of `command`.
  static func schema(_ command: String) -> JSON? {
    guard let payload = schemas.first(where: { $0.name == command })?.payload else { return nil }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": .string("caseload.\(command)/1"),
      "type": "object",
      "required": ["schema", "version", "command", "inputs", "payload", "diagnostics"],
      "properties": [
        "schema": ["const": .string("caseload.\(command)/1")],
        "version": string("the version of Caseload"),
        "command": array(string("an argument"), "a command line that makes this result again"),
        "seed": number("the seed of random draws, where there are any"),
        "inputs": map(string("64 hexadecimal digits"), "SHA-256 of each file that was read"),
        "payload": payload,
        "diagnostics": array(diagnostic, "what was assumed and noticed"),
      ],
    ]
  }

  /// `value` with a null for every property of the schema of `command` that it leaves out: what is
  /// missing is written, not dropped.
  static func completed(_ value: JSON, schema id: String) -> JSON {
    let command = id.split(separator: "/").first?.split(separator: ".").last.map(String.init)
    guard let payload = schemas.first(where: { $0.name == command })?.payload else { return value }
    return completed(value, payload)
  }

  private static func completed(_ value: JSON, _ schema: JSON) -> JSON {
    switch value {
    case .object(var members):
      if case .object(let properties)? = schema["properties"] {
        for (name, inner) in properties { members[name] = completed(members[name] ?? .null, inner) }
      }
      return .object(members)
    case .array(let items):
      guard let inner = schema["items"] else { return value }
      return .array(items.map { completed($0, inner) })
    default: return value
    }
  }

  private static let schemas: [(name: String, payload: JSON)] = [
    ("forecast", forecast), ("backtest", backtest), ("effect", effect), ("trend", trend),
    ("regress", regress),
    ("workload", workload), ("audit", audit), ("inspect", inspect), ("indicators", indicators),
  ]

  // Building blocks.

  static func typed(_ type: JSON, _ description: String) -> JSON {
    ["type": type, "description": .string(description)]
  }
  static func string(_ description: String) -> JSON { typed("string", description) }
  static func number(_ description: String) -> JSON {
    typed(["number", "null"], description)
  }
  static func array(_ items: JSON, _ description: String) -> JSON {
    ["type": "array", "items": items, "description": .string(description)]
  }
  static func map(_ values: JSON, _ description: String) -> JSON {
    [
      "type": "object", "additionalProperties": values, "description": .string(description),
    ]
  }
  static func object(_ properties: [String: JSON], _ description: String = "") -> JSON {
    [
      "type": "object", "properties": .object(properties), "description": .string(description),
    ]
  }

  /// `schema`, or null where the data do not give it.
  static func optional(_ schema: JSON) -> JSON {
    guard case .object(var members) = schema, let type = members["type"] else { return schema }
    members["type"] = .array((type.array ?? [type]) + ["null"])
    return .object(members)
  }

  static let text = object(
    ["en": string("English"), "zh": string("Chinese")], "the same words in both languages")
  static let period = typed(
    ["string", "integer"],
    "such as 2019, 2019-H1, 2019-Q1, 2019-03, 2019-W05, 2019-03-01; a number for an index")
  static let key = map(string("a value of a key column"), "the keys that name the series")

  private static let estimate = object(
    [
      "value": number("the estimate"), "standardError": number("its standard error"),
      "lower": number("lower end of the interval"), "upper": number("upper end"),
      "level": number("coverage of the interval, as a fraction"),
      "pValue": number("two-sided, of no effect"),
    ], "an estimate with its uncertainty")

  static let diagnostic = object(
    [
      "code": string("such as CL0204; see `caseload explain`"),
      "severity": ["enum": ["note", "warning", "error"]], "message": text,
      "location": optional(
        object([
          "file": optional(string("the file")), "row": number("the line, the header being 1"),
          "column": optional(string("the column or property")),
          "series": optional(string("the keys of the series")), "period": optional(period),
        ])), "hint": optional(text),
    ])

  // Payloads.

  private static let forecast = object([
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

  private static let effect = object([
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

  private static let finding = object([
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

  private static let trend = array(
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

  private static let coefficient = object([
    "term": string("the column"), "estimate": number("coefficient"),
    "standardError": number("by the covariance"), "statistic": number("estimate / standard error"),
    "pValue": number("two-sided"), "lower": number("lower end"), "upper": number("upper end"),
    "degreesOfFreedom": number("of the t distribution; null for the normal distribution"),
  ])

  private static let hypothesisTest = object([
    "id": string("the test"), "name": text, "hypothesis": text, "statistic": number("its value"),
    "distribution": text,
    "degreesOfFreedom": optional(
      object([
        "numerator": number("degrees of freedom"),
        "denominator": number("of an F distribution"),
      ])),
    "pValue": number("of the hypothesis"), "detail": optional(text),
  ])

  private static let groups = object([
    "name": string("the column"), "count": number("how many groups"),
  ])

  private static let regressionMembers: [String: JSON] = [
    "formula": string("as given"), "estimator": string("as chosen"),
    "family": string("distribution and link, or the estimator"), "response": string("the response"),
    "covariance": string("as chosen"), "covarianceNote": text,
    "coefficients": array(coefficient, "one a term"),
    "level": number("coverage, as a fraction"),
    "droppedTerms": array(string("a term"), "terms that other terms imply"),
    "fixedEffects": array(groups, "absorbed"), "clusters": array(groups, "of the errors"),
    "covarianceMatrix": object([
      "terms": array(string("a term"), "rows and columns"),
      "values": array(array(number("covariance"), "a row"), "of the coefficients"),
    ]),
    "bootstrap": array(
      object([
        "estimate": number("coefficient"), "hypothesis": number("its value under the hypothesis"),
        "statistic": number("t"), "standardError": number("clustered"),
        "pValue": number("symmetric"), "equalTailedPValue": number("equal-tailed"),
        "lower": number("lower end; null where unbounded"),
        "upper": number("upper end; null where unbounded"),
        "level": number("coverage, as a fraction"), "clusters": number("how many"),
        "draws": number("bootstrap samples"), "isEnumerated": typed("boolean", "all sign vectors"),
        "monteCarloError": number("of the p-value"),
      ]), "one a term, for the wild bootstrap"),
    "tests": array(hypothesisTest, "of the specification"),
    "inflationFactors": array(
      object([
        "term": string("the term"), "value": number("variance inflation factor"),
        "columnCount": number("columns of the term"),
      ]), "one a term"),
    "conditionNumber": number("the largest condition index"),
    "breaks": array(
      object([
        "row": number("the last row before it, in the order of time"),
        "lower": number("lower end"), "upper": number("upper end"),
      ]), "of the coefficients"),
    "confidenceSet": optional(
      object([
        "level": number("coverage, as a fraction"),
        "pieces": array(
          object([
            "lower": number("lower end; null where unbounded"),
            "upper": number("upper end; null where unbounded"),
          ]), "in ascending order"),
      ])),
    "influential": array(number("an observation"), "observations, counted from 1"),
    "hypotheses": array(
      object(["hypothesis": string("as given"), "test": hypothesisTest]), "tested"),
    "adjustment": optional(string("how p-values are adjusted")),
    "adjustedPValues": array(number("adjusted"), "one a term; null for the intercept"),
    "marginalEffects": array(coefficient, "average effects on the mean"),
    "predictions": array(
      object([
        "row": number("of the new data, from 1"), "mean": number("predicted"),
        "standardError": number("of the mean"), "lower": number("lower end, of the mean"),
        "upper": number("upper end, of the mean"),
        "observationLower": number("lower end, of a new observation"),
        "observationUpper": number("upper end, of a new observation"),
      ]), "one a row of new data"),
    "observations": number("rows used"), "residualDegreesOfFreedom": number("n − k"),
    "residualStandardError": number("of the errors"), "rSquared": number("R²"),
    "adjustedRSquared": number("adjusted R²"), "withinRSquared": number("R² within the effects"),
    "pseudoRSquared": number("1 − ln L / ln L₀, or of a quantile"),
    "fStatistic": number("of all terms"), "fPValue": number("of all terms"),
    "logLikelihood": number("with all constants"), "aic": number("AIC"), "bic": number("BIC"),
    "deviance": number("twice the distance from the best likelihood"),
    "nullDeviance": number("of a constant mean"), "pearson": number("χ²"),
    "dispersion": number("variance over that of the family"),
    "theta": number("of a negative binomial"), "thetaStandardError": number("of θ"),
    "alpha": number("1/θ"), "separated": number("observations left out"),
    "iterations": number("until convergence"), "quantile": number("τ"),
    "objective": number("Σ ρ(e)"), "scale": number("robust"), "outliers": number("how many"),
    "penalty": number("λ"), "effectiveDegreesOfFreedom": number("of a ridge"),
    "generalizedCrossValidation": number("of a ridge"),
    "leaveOneOutError": number("of a ridge"), "autocorrelation": number("ρ"),
    "restrictedLogLikelihood": number("of REML"),
    "maximizedLogLikelihood": number("of ML"), "durbinWatsonBefore": number("of least squares"),
    "durbinWatsonAfter": number("of the innovations"), "phi1": number("φ₁"), "phi2": number("φ₂"),
    "phi3": number("φ₃"), "phi4": number("φ₄"), "errorVariance": number("within units"),
    "effectVariance": number("between units"), "intraclassCorrelation": number("between / total"),
    "kappa": number("of LIML"),
  ]

  private static let regress = object(
    regressionMembers.merging(
      ["models": optional(array(object(regressionMembers), "where there are several"))]
    ) { $1 })

  private static let range = object([
    "mean": number("mean"), "median": number("median"), "lower80": number("10 % quantile"),
    "upper80": number("90 % quantile"), "lower95": number("2.5 % quantile"),
    "upper95": number("97.5 % quantile"),
  ])

  private static let workload = object([
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

  private static let audit = object([
    "figures": number("figures in the register"), "findings": array(finding, "one a claim"),
  ])

  private static let inspect = object([
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

  private static let indicators = array(
    map(
      ["type": ["number", "string", "null"]],
      "the row's cells, and clearanceRate (percent) and dispositionTime (days)"), "one a row")
}
