import Caseload

/// Forecasts.
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
}
