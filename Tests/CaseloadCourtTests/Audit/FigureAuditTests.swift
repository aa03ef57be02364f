import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Figure audit") struct FigureAuditTests {
  @Test("the article's figures give three findings, two of them against it")
  func jiayuguan() throws {
    let result = try FigureAudit.findings(Jiayuguan.register)
    #expect(result.findings.map(\.check) == ["growth", "yearOnYear", "load"])
    #expect(result.findings.map(\.verdict) == [.inconsistent, .impossible, .scopeQuestion])
    #expect(result.findings.count { $0.verdict.isFinding } == 2)
    #expect(result.diagnostics.isEmpty)
  }

  @Test("every statement and every piece of evidence speaks both languages")
  func languages() throws {
    for finding in try FigureAudit.findings(Jiayuguan.register).findings {
      #expect(finding.statement.en != finding.statement.zh)
      for evidence in finding.evidence {
        #expect(!evidence.label.en.isEmpty && !evidence.label.zh.isEmpty)
        #expect(!evidence.shown.en.isEmpty && !evidence.shown.zh.isEmpty)
      }
    }
    for verdict in AuditFinding.Verdict.allCases {
      #expect(!verdict.text.en.isEmpty && !verdict.text.zh.isEmpty)
    }
  }

  @Test("a register without a claim is refused")
  func nothing() {
    let figures = Jiayuguan.figures.filter { $0.id == "J001" }
    for register in [FigureRegister([]), FigureRegister(figures)] {
      let error = #expect(throws: Diagnostic.self) { try FigureAudit.findings(register) }
      #expect(error?.code == .noFigures)
      #expect(error?.hint != nil)
    }
  }

  @Test("a claim whose span mixes periods of different lengths is not linked, and no trap")
  func mixedSpan() throws {
    for claim in PublishedFigure.Claim.allCases {
      let mixed = PublishedFigure("M", "casesAccepted", "5", "2013/2019-10", "x", claim: claim)
      let level = PublishedFigure("L", "casesAccepted", "50", "2013/2019-10", "x")
      let result = try FigureAudit.findings(
        FigureRegister(Jiayuguan.figures + [mixed, level], scopes: Jiayuguan.register.scopes))
      #expect(result.diagnostics.map(\.code) == [.claimNotLinked])
      #expect(result.findings.count == 3)
    }
  }

  @Test("evidence is shown with its unit, its decimals and a true minus sign")
  func shown() {
    let cases = AuditFinding.Evidence("x", Text("x"), -20_007, unit: Text(en: "cases", zh: "件"))
    #expect(cases.shown == Text(en: "−20,007 cases", zh: "−20007 件"))
    let rate = AuditFinding.Evidence("x", Text("x"), 28.227976, unit: Text("%"), decimals: 2)
    #expect(rate.shown == Text(en: "28.23 %", zh: "28.23%"))
    let plain = AuditFinding.Evidence("x", Text("x"), 3, unit: Text(""))
    #expect(plain.shown == Text(en: "3", zh: "3"))
  }
}
