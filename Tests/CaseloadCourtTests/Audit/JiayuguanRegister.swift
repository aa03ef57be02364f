import CaseloadData

@testable import CaseloadCourt

extension PublishedFigure {
  /// A figure of a test, printed as `text`.
  init(
    _ id: String, _ metric: String, _ text: String, _ period: String, _ scope: String,
    claim: Claim? = nil, unit: Text = Text(en: "cases", zh: "件")
  ) {
    let span = period.split(separator: "/").map(String.init)
    let from = span.first.flatMap { Period($0) }
    self.init(
      id: id, metric: metric, name: Text(metric), value: Double(text), text: text,
      unit: claim == nil ? unit : Text("%"), from: from,
      to: span.count > 1 ? Period(span[1]) : from, scope: scope, claim: claim, quote: "", note: "")
  }
}

/// The figures of the Jiayuguan article that bear on one another (Datasets/jiayuguan/figures.csv).
enum Jiayuguan {
  static let figures = [
    PublishedFigure("J001", "casesAccepted", "2877", "2013", "bothCourts"),
    PublishedFigure("J002", "casesAccepted", "12789", "2019", "bothCourts"),
    PublishedFigure(
      "J003", "casesAccepted", "18", "2013/2019", "bothCourts", claim: .averageAnnualGrowth),
    PublishedFigure("J004", "casesPerJudge", "201", "2017/2019", "bothCourts"),
    PublishedFigure(
      "J005", "quotaJudges", "34", "2020", "bothCourts", unit: Text(en: "persons", zh: "人")),
    PublishedFigure("J006", "contactPointDuties", "8", "2020", "bothCourts"),
    PublishedFigure("J034", "preSuitMediationSuccessRate", "100", "2020", "bothCourts"),
    PublishedFigure("J043", "casesAccepted", "839", "2020-01/2020-10", "intermediateCourt"),
    PublishedFigure(
      "J044", "casesAccepted", "-4.6", "2020-01/2020-10", "intermediateCourt",
      claim: .yearOnYearChange),
    PublishedFigure("J045", "casesAccepted", "5703", "2020-01/2020-10", "districtCourt"),
    PublishedFigure(
      "J046", "casesAccepted", "-11.5", "2020-01/2020-10", "districtCourt",
      claim: .yearOnYearChange),
  ]
  static let register = FigureRegister(
    figures, scopes: ["bothCourts": ["intermediateCourt", "districtCourt"]])
}

extension AuditFinding {
  /// The value of one piece of evidence; NaN where there is none.
  func value(_ id: String) -> Double { evidence.first { $0.id == id }?.value ?? .nan }
  /// `18→28` and the like.
  var repairTexts: [String] { repairs.map { "\($0.from)→\($0.to)" } }
}

extension JSON {
  /// A number member; NaN where there is none, which no comparison passes.
  func value(_ name: String) -> Double { self[name]?.number ?? .nan }
}
