import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Check of judges' load") struct LoadCheckTests {
  @Test("34 judges at 201 cases are 6834, half of the 12789 that are printed: a question of scope")
  func jiayuguan() throws {
    let findings = try FigureAudit.findings(Jiayuguan.register).findings
    let finding = try #require(findings.first { $0.check == "load" })
    #expect(finding.verdict == .scopeQuestion)
    #expect(!finding.verdict.isFinding)
    #expect(finding.figures == ["J005", "J004", "J002"])
    #expect(finding.value("product") == 6834)  // 34x201 of figure_audit_expected.json
    #expect(finding.value("impliedJudges").isClose(to: 63.62686567164179, relative: 1e-14))
    #expect(finding.value("impliedLoad").isClose(to: 376.1470588235294, relative: 1e-14))
    #expect(finding.statement.en.contains("53 %"))
  }

  private func register(_ cases: String) -> FigureRegister {
    FigureRegister([
      PublishedFigure("c", "casesAccepted", cases, "2019", "court"),
      PublishedFigure("l", "casesPerJudge", "200", "2019", "court"),
      PublishedFigure("j", "quotaJudges", "30", "2019", "court"),
    ])
  }

  @Test(
    "a product within 15 % of the caseload is confirmed",
    arguments: [("6000", true), ("6500", true), ("7500", false), ("5000", false)])
  func tolerance(_ cases: String, _ agrees: Bool) throws {
    let finding = try #require(FigureAudit.findings(register(cases)).findings.first)
    #expect(finding.verdict == (agrees ? .confirmed : .scopeQuestion))
  }

  @Test("the latest caseload up to the load's last year is used")
  func latestYear() throws {
    let register = FigureRegister(
      register("6000").figures + [
        PublishedFigure("early", "casesAccepted", "100", "2013", "court"),
        PublishedFigure("late", "casesAccepted", "9000", "2020", "court"),
        PublishedFigure("other", "casesAccepted", "9000", "2019", "elsewhere"),
      ])
    let finding = try #require(FigureAudit.findings(register).findings.first)
    #expect(finding.figures == ["j", "l", "c"])
  }

  @Test("without judges there is nothing to check")
  func incomplete() {
    let register = FigureRegister(register("6000").figures.filter { $0.id != "j" })
    let error = #expect(throws: Diagnostic.self) { try FigureAudit.findings(register) }
    #expect(error?.code == .noFigures)
  }
}
