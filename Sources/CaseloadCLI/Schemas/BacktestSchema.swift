import Caseload

extension PayloadSchemas {
  private static let scores = object(
    [
      "mase": number("mean absolute error over that of the seasonal naive forecast in the history"),
      "smape": number("symmetric mean absolute percentage error, 0 to 200"),
      "rmsse": number("root mean squared error over that of the seasonal naive forecast"),
      "crps": number("continuous ranked probability score, in the unit of the data"),
      "msis": number("mean scaled interval score of 95 % intervals"),
      "coverage80": number("share of outcomes in 80 % intervals"),
      "coverage95": number("share of outcomes in 95 % intervals"),
      "mae": number("mean absolute error"), "rmse": number("root mean squared error"),
      "mape": number("mean absolute percentage error"),
      "bias": number("mean of outcome less forecast"),
      "wis": number("weighted interval score of the median and 50, 80 and 95 % intervals"),
    ], "null for what was not asked for or is not defined, such as mase after a constant history")

  /// The payload of `caseload backtest`.
  static let backtest = object([
    "horizon": number("periods ahead"), "windows": number("origins of each series and model"),
    "step": number("periods from one origin to the next"),
    "trainingLength": number("values that a model sees; null for all"),
    "isRefitted": typed("boolean", "whether models are estimated at each origin"),
    "metrics": array(string("a score"), "what was asked for"),
    "summary": array(
      object([
        "model": string("the model"), "answered": number("windows with a forecast"),
        "failed": number("windows without one"),
        "compared": number("windows that the averages are over: those that all models answered"),
        "scores": scores,
      ]), "one a model"),
    "comparison": optional(
      object([
        "metric": string("the loss"), "models": array(string("a model"), "those compared"),
        "blocks": ["enum": ["series", "windows"], "description": "what the ranks are over"],
        "ranks": optional(
          object([
            "meanRanks": array(number("1 is the least loss"), "in the order of the models"),
            "blockCount": number("series or windows"), "friedman": hypothesisTest,
            "criticalDistance": number("of mean ranks that differ"),
            "significance": number("of all comparisons together"),
          ])),
        "best": array(string("a model"), "those whose ranks do not differ from the best"),
        "pairs": array(
          object([
            "first": string("a model"), "second": string("another"),
            "difference": number("mean loss of the first less that of the second"),
            "test": optional(hypothesisTest),
            "adjustedPValue": number("by Holm's method over all pairs"),
          ]), "Diebold–Mariano tests over origins"),
        "confidence": optional(
          map(number("p-value"), "of the model confidence set, by model; from 10 origins on")),
      ])),
    "series": array(
      object([
        "key": key,
        "windows": array(
          object([
            "model": string("the model"), "origin": period,
            "trainingCount": number("values that the model saw"),
            "scores": optional(scores),
            "errors": array(number("outcome less forecast"), "one a period ahead"),
            "failure": optional(diagnostic),
          ]), "by model, then by origin, the last period that the model saw"),
      ]), "one a series"),
  ])
}
