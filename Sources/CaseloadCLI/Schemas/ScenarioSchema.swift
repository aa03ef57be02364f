import Caseload

/// Scenarios side by side.
extension PayloadSchemas {
  private static let place = optional(string("a court; null for all"))
  private static let caseType = optional(string("a case type; null for all"))
  private static let measure = string(
    "filed, resolved, pending, dispositionTime, judgesToKeepPace, judgesToReachTarget, diverted or "
      + "mediationMinutes")

  static let scenario = object([
    "periods": array(period, "the periods ahead"),
    "courts": array(string("a court"), "all courts"),
    "caseTypes": array(string("a case type"), "all case types"),
    "draws": number("joint sample paths"), "targetDays": number("the disposition time to reach"),
    "judgeCost": number("of a judge and year, where it was given"),
    "models": array(
      object([
        "court": string("the court"), "caseType": string("the case type"),
        "model": string("the identifier of the model"), "form": string("what was fitted"),
      ]), "the models of filings"),
    "meanCorrelation": number("of the dockets' innovations"),
    "shrinkage": number("of the correlations toward none, 0 to 1"),
    "results": array(result, "the base, then one a scenario"),
    "comparisons": array(
      object([
        "scenario": string("its id"), "court": place, "measure": measure, "base": range,
        "value": range, "difference": range,
        "probabilityBetter": number("that it is lower; null for filed and resolved"),
      ]), "at the end, against the base draw by draw; flows over the whole horizon"),
    "judgeValues": array(
      object([
        "court": string("the court"), "added": number("judges more than planned"),
        "pending": range, "dispositionTime": optional(range),
        "marginalPending": number("of the last of them"),
        "marginalDispositionTime": number("of the last of them, days"),
        "shortageProbability": number("with them"),
        "costPerCase": number("of all added judges, a case resolved more"),
      ]), "of more judges from the first period on, under the base"),
    "diagnostics": array(diagnostic, "what was assumed and noticed"),
  ])

  private static let result = object([
    "id": string("the scenario; base for none"), "title": text,
    "paths": array(
      object([
        "court": place, "caseType": caseType, "measure": measure,
        "values": array(optional(range), "one a period ahead"),
      ]), "by court, case type and both"),
    "years": array(
      object([
        "year": number("ahead, from 1"), "period": string("such as 2026-01/2026-12"),
        "court": place, "caseType": caseType, "measure": measure, "value": optional(range),
      ]), "flows added up over years, others at their ends"),
    "staff": array(
      object([
        "court": place, "judges": array(number("judges"), "as planned, one a period"),
        "shortageProbability": array(
          number("0 to 1"), "that fewer are at work than keep pace, one a period"),
        "targetShortageProbability": array(
          number("0 to 1"), "that fewer are at work than reach the target, one a period"),
      ]), "judges of each court and of all"),
    "sensitivity": array(
      object([
        "measure": measure, "court": place,
        "driver": string("filings, productivity, weights, diversion or staffing"),
        "median": number("all drivers at their medians"),
        "atLower": number("this driver at its 10 % quantile"),
        "atUpper": number("at its 90 % quantile"),
        "firstOrder": number("share of the variance that it explains alone"),
        "total": number("alone and with others"),
      ]), "what drives the answer, by measure and court, the longest bar first"),
  ])
}
