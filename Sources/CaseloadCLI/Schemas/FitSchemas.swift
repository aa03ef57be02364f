import Caseload

/// Fits and decompositions.
extension PayloadSchemas {
  static let fit = object([
    "series": array(
      object([
        "key": key,
        "model": string("the model; another than asked for where that could not be fitted"),
        "form": string("what was fitted, such as ETS(M,Ad,M)"),
        "logLikelihood": number("with the constant that the model states"),
        "aic": number("−2 ln L + 2k"), "aicc": number("for small samples"),
        "bic": number("−2 ln L + k ln n"),
        "sigma2": number("variance of one-step errors; of relative ones where errors multiply"),
        "observations": number("n of the criteria"), "estimated": number("k of the criteria"),
        "parameters": map(number("an estimate"), "by name"),
        "states": map(number("a state"), "after the last period, by name"),
        "estimates": array(object([:]), "name, symbol and estimate of parameters and states"),
        "residuals": array(number("one-step error"), "one a period; null where there is none"),
        "residualDiagnostics": optional(
          object([
            "count": number("residuals that are known"), "mean": number("their mean"),
            "standardDeviation": number("their standard deviation"),
            "correlogram": optional(
              object([
                "observationCount": number("values"),
                "autocorrelations": array(number("from lag 1 on"), "one a lag"),
                "partialAutocorrelations": array(number("from lag 1 on"), "one a lag"),
                "level": number("coverage of the bands"),
                "band": number("half the width for white noise"),
                "movingAverageBands": array(number("half the width"), "Bartlett's, one a lag"),
              ])),
            "autocorrelation": optional(hypothesisTest), "bias": optional(hypothesisTest),
            "normality": optional(hypothesisTest),
          ])),
        "diagnostics": array(diagnostic, "what fitting noticed"),
      ]), "one a series")
  ])

  static let decompose = object([
    "series": array(
      object([
        "key": key, "values": array(number("the series"), "one a period"),
        "decomposition": object([
          "method": string("such as STL"),
          "isMultiplicative": typed("boolean", "whether the parts multiply"), "start": period,
          "components": array(
            object([
              "kind": [
                "enum": ["trend", "slope", "season", "cycle", "regression", "irregular"]
              ],
              "name": text, "isPart": typed("boolean", "whether it enters the sum"),
              "values": array(number("one a period"), "null where not known"),
              "standardErrors": array(number("one a period"), "empty for a method without"),
            ]), "the parts"),
        ]),
      ]), "one a series")
  ])
}
