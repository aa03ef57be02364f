import CaseloadData
import Testing

@testable import CaseloadCourt
@testable import CaseloadReport

@Suite("Reports follow the verdicts of the audit")
struct VerdictTests {
  /// The sample register, with the verdict of one check replaced and the others confirmed.
  private func report(
    _ check: String, _ verdict: AuditFinding.Verdict, repairsLeftOut: Int = 0
  ) throws -> Report {
    var inputs = try SampleReports.figureInputs()
    inputs.findings = inputs.findings.map { finding in
      AuditFinding(
        check: finding.check, figures: finding.figures,
        verdict: finding.check == check ? verdict : .confirmed, statement: finding.statement,
        evidence: finding.evidence, repairs: verdict.isFinding ? finding.repairs : [],
        repairsLeftOut: finding.check == check ? repairsLeftOut : 0)
    }
    return Report(inputs)
  }

  private func text(_ report: Report, _ language: Language) -> String {
    var renderer = MarkdownRenderer(report, language: language, target: .plain)
    return renderer.render()
  }

  private func chart(_ report: Report, _ id: String) throws -> Chart {
    try #require(MarkdownRenderer.charts(report).first { $0.id == id })
  }

  /// What only the verdict's own sentence says, by language.
  private static let growthWords: [AuditFinding.Verdict: (en: String, zh: String)] = [
    .confirmed: ("agrees with its endpoints, which give", "与其首末值相符，按首末值为"),
    .consistent: ("agrees with its endpoints only as", "计算时与其首末值相符"),
    .notChecked: ("could not be checked; its endpoints give", "无可核对，按首末值为"),
    .scopeQuestion: ("only if they counted different things", "首末值口径不同时才可能成立"),
    .inconsistent: ("does not follow from its own endpoints", "不能由其首末值得出"),
    .impossible: ("cannot follow from its own endpoints", "不可能由其首末值得出"),
  ]

  private static let titleWords: [AuditFinding.Verdict: (en: String, zh: String)] = [
    .confirmed: ("as the printed 18 % says", "与所载 18% 相符"),
    .consistent: ("; the printed 18 % is", "；所载 18% 是"),
    .notChecked: ("could not be checked", "无可核对"),
    .scopeQuestion: ("counts of different things", "仅在口径不同时"),
    .inconsistent: (", not the printed 18 %", "，而不是所载的 18%"),
    .impossible: ("cannot be the printed 18 %", "不可能是所载的 18%"),
  ]

  private static let baseWords: [AuditFinding.Verdict: (en: String, zh: String)] = [
    .confirmed: (", which is possible.", "，可以成立。"),
    .consistent: ("possible under another reading", "换一种口径可以成立"),
    .notChecked: ("nothing here confirms or contradicts", "现有数字无从核对"),
    .scopeQuestion: ("fits only if the two count different things", "仅在二者口径不同时成立"),
    .inconsistent: (", which is implausible.", "，难以成立。"),
    .impossible: (", which cannot be.", "，不可能成立。"),
  ]

  private static let loadWords: [AuditFinding.Verdict: (en: String, zh: String)] = [
    .confirmed: ("That is close to the printed caseload.", "件。与所载案件数相近。"),
    .consistent: ("under another convention.", "换一种口径与所载案件数相近"),
    .notChecked: ("No caseload is printed to hold it against", "未载可供核对的案件数"),
    .scopeQuestion: ("far from the printed caseload", "与所载案件数相差较大"),
    .inconsistent: ("does not agree with the printed caseload", "与所载案件数不符"),
    .impossible: ("That cannot be, with the printed caseload", "按所载案件数不可能成立"),
  ]

  private func expectOnly(
    _ verdict: AuditFinding.Verdict, _ words: [AuditFinding.Verdict: (en: String, zh: String)],
    in text: Text
  ) throws {
    for (other, word) in words {
      #expect(text.en.contains(word.en) == (other == verdict), "\(verdict): \(word.en)")
      #expect(text.zh.contains(word.zh) == (other == verdict), "\(verdict): \(word.zh)")
    }
  }

  @Test(
    "the growth sentence and the chart's title say the verdict",
    arguments: AuditFinding.Verdict.allCases)
  func growth(_ verdict: AuditFinding.Verdict) throws {
    let report = try report("growth", verdict)
    try expectOnly(
      verdict, Self.growthWords, in: Text(en: text(report, .en), zh: text(report, .zh)))
    try expectOnly(verdict, Self.titleWords, in: try chart(report, "claim").title)
  }

  @Test("the base of the year before says the verdict", arguments: AuditFinding.Verdict.allCases)
  func base(_ verdict: AuditFinding.Verdict) throws {
    let report = try report("yearOnYear", verdict)
    try expectOnly(
      verdict, Self.baseWords, in: Text(en: text(report, .en), zh: text(report, .zh)))
  }

  @Test("the load sentence says the verdict", arguments: AuditFinding.Verdict.allCases)
  func load(_ verdict: AuditFinding.Verdict) throws {
    let report = try report("load", verdict)
    try expectOnly(
      verdict, Self.loadWords, in: Text(en: text(report, .en), zh: text(report, .zh)))
  }

  @Test(
    "only a finding advises against use", arguments: ["growth", "yearOnYear", "load"],
    AuditFinding.Verdict.allCases)
  func advice(_ check: String, _ verdict: AuditFinding.Verdict) throws {
    let report = try report(check, verdict)
    #expect(text(report, .en).contains("should not be used") == verdict.isFinding)
    #expect(text(report, .zh).contains("不宜用于规划") == verdict.isFinding)
  }

  @Test("repairs that are left out are counted, and completeness is not claimed")
  func repairsLeftOut() throws {
    let report = try report("growth", .inconsistent, repairsLeftOut: 9)
    #expect(text(report, .en).contains("9 two-digit changes of an endpoint, too many to mean"))
    #expect(text(report, .zh).contains("另有 9 种首末值两处改动"))
    #expect(!text(report, .en).contains("all the changes"))
  }

  @Test("a claim that holds has no repairs")
  func noRepairs() throws {
    #expect(!text(try report("growth", .confirmed), .en).contains("slip of the pen"))
  }

  @Test("a repaired rate leaves the contradiction with the base standing")
  func standingContradiction() throws {
    let report = Report(try SampleReports.figureInputs())
    #expect(text(report, .en).contains("leaves the contradiction with the figures for January"))
    #expect(text(report, .zh).contains("矛盾依然存在"))
  }

  @Test("an unknown scope is written in the words of its identifier, a known one by its name")
  func scopes() throws {
    var inputs = try SampleReports.figureInputs()
    #expect(inputs.scope("cityCourts").en == "city courts")
    inputs.names["cityCourts"] = Text(en: "courts of Linshui", zh: "临水市法院")
    #expect(inputs.scope("cityCourts").zh == "临水市法院")
  }
}
