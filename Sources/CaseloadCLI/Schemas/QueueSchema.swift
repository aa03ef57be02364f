import Caseload

/// Queues.
extension PayloadSchemas {
  private static let measureProperties: [String: JSON] = [
    "model": string("the model's id"), "name": text,
    "servers": number("judges; null where there is no number of them"),
    "arrivalRate": number("cases a unit of time"),
    "offeredLoad": number("judges that would be busy if nobody waited"),
    "utilization": number("share of a judge's time"),
    "waitProbability": number("share of cases that find all judges busy"),
    "meanWait": number("in the unit of the rates; under sharing, beyond the case's own work"),
    "meanWaitIfWaiting": number("of cases that wait"),
    "meanWaitOfServed": number("of cases that are served"),
    "meanSojourn": number("from arrival to departure"),
    "meanQueueLength": number("cases waiting"), "meanInSystem": number("cases pending"),
    "abandonmentProbability": number("share that leaves unserved"),
    "blockingProbability": number("share that is turned away"),
    "throughput": number("cases served a unit of time"),
    "isExact": typed(["boolean", "null"], "whether the numbers are exact for the model"),
    "undefined": [
      "type": ["array", "null"], "description": "measures that are null, and why",
      "items": object(["measure": string("the field"), "reason": text]),
    ],
    "meanWaitDays": number("days"), "meanSojournDays": number("days"),
    "reason": optional(
      object(
        ["en": string("English"), "zh": string("Chinese")], "why the model has no measures")),
  ]

  private static let classMeasures = array(
    object([
      "name": string("the class"), "arrivalRate": number("cases a unit of time"),
      "load": number("judges"), "meanWait": number("to its start"),
      "meanSojourn": number("to its end"), "meanQueueLength": number("waiting"),
      "meanInSystem": number("pending"),
    ]), "one a class")

  private static let plan = object([
    "kind": ["enum": ["pooled", "priority", "split"]], "fastJudges": number("of a split"),
    "fastCasesPerJudge": number("cases a unit of time"),
    "ordinaryCasesPerJudge": number("cases a unit of time"),
    "fastUtilization": number("share of time"), "ordinaryUtilization": number("share of time"),
    "classes": classMeasures, "meanWait": number("over all cases"),
    "objective": number("what was minimized"),
    "keepsTargets": typed("boolean", "whether every class keeps its longest mean wait"),
    "isExact": typed("boolean", "or an approximation for several judges"),
  ])

  private static let step = object([
    "fastTypes": array(string("a case type"), "ascending by work"),
    "longestFastService": number("the largest mean among them"),
    "shareOfCases": number("fast"), "shareOfWork": number("fast"), "plan": optional(plan),
    "priority": optional(plan),
  ])

  static let queue = object(
    measureProperties.merging([
      "timeUnit": ["enum": ["year", "month", "week", "day"]],
      "serviceRate": number("cases a busy judge completes in a unit of time"),
      "abandonmentRate": number("of each waiting case"),
      "serviceVariation": number("squared coefficient of variation"),
      "waitTail": array(
        object(["time": number("t"), "probability": number("P(wait > t)")]), "as asked"),
      "waitQuantiles": array(
        object([
          "probability": number("share of cases"), "time": number("they wait no longer than"),
          "days": number("the same in days"),
        ]), "where the law of the wait is known"),
      "meanWaitBound": number("Kingman's bound of the mean wait"),
      "slowdown": number("a case's stay over its own work, under sharing"),
      "classes": classMeasures,
      "requirements": array(
        object([
          "target": string("such as waitProbability"), "limit": number("its highest value"),
          "time": number("of a target on the tail of the wait"), "servers": number("fewest judges"),
          "achieved": number("with them"), "withOneFewer": number("the same with one fewer"),
          "squareRoot": optional(
            object([
              "beta": number("of c = R + β√R"), "servers": number("by that formula"),
              "waitProbability": number("exact, with that many"),
              "correction": number("exact answer less formula"),
            ])),
        ]), "one a target"),
      "comparison": array(object(measureProperties), "models side by side"),
      "path": optional(
        object([
          "steadyState": number("pending in the long run"),
          "growth": number("cases a unit of time"),
          "timeToClear": number("until one case a judge is pending"),
          "points": array(
            object(["time": number("t"), "pending": number("cases")]), "without chance"),
        ])),
      "months": array(
        object([
          "month": number("from 1 on"), "arrivals": number("cases"),
          "stationaryLoad": number("judges, if the month never ended"),
          "meanLoad": number("judges, with what earlier months leave"),
          "peakLoad": number("the highest of the month"), "servers": number("for the peak load"),
          "stationaryServers": number("for the stationary load"),
        ]), "of arrivals that change by month"),
      "split": optional(
        object([
          "judges": number("in all"), "discipline": ["enum": ["in-order", "sharing"]],
          "objective": ["enum": ["mean", "minimax"]], "pooled": plan, "priority": optional(plan),
          "splits": array(plan, "one a number of fast judges"), "bestSplit": optional(plan),
          "best": plan,
          "sensitivity": array(
            object([
              "parameter": string("what changed"), "factor": number("by how much"),
              "fastJudges": number("best then"), "objective": number("of the best then"),
              "objectiveUnchanged": number("of the split of before"),
            ]), "one number changed at a time"),
          "diagnostics": array(diagnostic, "what cannot be kept"),
        ])),
      "threshold": optional(
        object([
          "steps": array(step, "one a threshold"), "best": optional(step), "pooled": plan,
        ])),
    ]) { $1 })
}
