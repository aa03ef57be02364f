import Caseload

/// Simulated courts and queues.
extension PayloadSchemas {
  static let simulateCourt = object([
    "court": optional(courtSimulation), "queue": optional(queueComparison),
  ])

  private static let courtMeasures = object(
    Dictionary(
      CourtMeasures<DrawSummary>.names.map { ($0, optional(range)) },
      uniquingKeysWith: { a, _ in a }
    ), "what is measured; days from filing, shares as fractions, clearanceRate in percent")

  private static let courtGroup = object([
    "id": string("court, a case type or a track"),
    "months": array(object(["period": period, "measures": courtMeasures]), "one a month"),
    "overall": courtMeasures,
  ])

  private static let courtSimulation = object([
    "replications": number("independent runs"),
    "outcomes": array(
      object([
        "id": string("base, or a scenario"), "name": string("for people"), "court": courtGroup,
        "caseTypes": array(courtGroup, "one a case type"),
        "tracks": array(courtGroup, "one a track"),
        "ages": array(
          object([
            "fromMonths": number("lower end"), "toMonths": number("upper end; null for the oldest"),
            "share": range,
          ]), "of the cases pending at the end"),
        "offeredLoad": array(
          object([
            "track": string("the track"), "minutesNeeded": number("a month"),
            "minutesAvailable": number("a month"), "load": number("their ratio"),
            "growth": number("cases a month by which the backlog grows, above a load of 1"),
          ]), "one a track"),
      ]), "the base first"),
    "differences": array(
      object([
        "scenario": string("the scenario"), "measure": string("the measure, over all months"),
        "base": number("mean of the base"), "value": number("mean of the scenario"),
        "difference": estimate,
        "independentStandardError": number("without common random numbers"),
        "varianceReduction": number("variance of independent runs over that of pairs"),
      ]), "scenario less base"),
    "conservationGap": number("opening + filed − resolved − pending, at most: 0"),
    "cases": number("cases filed in all runs"), "events": number("events of all runs"),
    "diagnostics": array(diagnostic, "tracks that cannot keep up"),
  ])

  private static let queueComparison = object([
    "closedFormName": optional(string("such as M/M/3")),
    "offeredLoad": number("share of the servers' time that the cases need"),
    "parts": number("replications or batches"), "cases": number("counted"),
    "events": number("simulated"),
    "rows": array(
      object([
        "quantity": string("wait, sojourn, waitProbability, present, …"),
        "caseClass": number("from 1; null for all"), "simulated": estimate,
        "closedForm": number("null where none is known"),
        "zScore": number("distance in standard errors"),
      ]), "one a quantity"),
  ])
}
