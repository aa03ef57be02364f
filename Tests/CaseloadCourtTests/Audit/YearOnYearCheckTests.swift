import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Check of changes on the year") struct YearOnYearCheckTests {
  private func jiayuguan() throws -> AuditFinding {
    let findings = try FigureAudit.findings(Jiayuguan.register).findings
    #expect(findings.count { $0.check == "yearOnYear" } == 1)
    return try #require(findings.first { $0.check == "yearOnYear" })
  }

  @Test("839 down 4.6 % and 5703 down 11.5 % had bases of 879 and 6441 to 6447")
  func bases() throws {
    let finding = try jiayuguan()
    // base_zhongyuan, base_chengqu and sum_2019_ytd_range of figure_audit_expected.json.
    #expect(finding.value("base.J044") == 879)
    #expect(finding.value("base.J046.low") == 6441)
    #expect(finding.value("base.J046.high") == 6447)
    #expect(finding.value("base.sum.low") == 7320)
    #expect(finding.value("base.sum.high") == 7326)
    // combined_yoy_range
    #expect(finding.value("change.low").isClose(to: -10.701610701610698, relative: 1e-12))
    #expect(finding.value("change.high").isClose(to: -10.628415300546445, relative: 1e-12))
  }

  @Test(
    "the bases cannot be part of a year of 12789: 20007 cases would have to be carried in below zero"
  )
  func impossible() throws {
    let finding = try jiayuguan()
    #expect(finding.verdict == .impossible)
    #expect(finding.value("carriedIn") == -20_007)  // stockflow_T12789
    #expect(finding.value("rest.low") == 5463 && finding.value("rest.high") == 5469)
    #expect(finding.value("rest.share").isClose(to: 42.73985456251466, relative: 1e-13))
    let shown = try #require(finding.evidence.first { $0.id == "rest.share" }).shown
    #expect(shown.en == "42.7 %" && shown.zh == "42.7%")
    #expect(finding.statement.en.contains("−20,007"))
    #expect(finding.statement.zh.contains("−20007"))
    // T_if_carry_share_0.05 and 0.15
    #expect(finding.value("total.carry5").isClose(to: 8700.594059405941, relative: 1e-13))
    #expect(finding.value("total.carry15").isClose(to: 8531.650485436892, relative: 1e-13))
    #expect(finding.figures == ["J043", "J044", "J045", "J046", "J002"])
  }

  @Test("the repaired total is put to the same test")
  func repairedTotal() throws {
    let finding = try jiayuguan()
    #expect(finding.value("repair.7789.carriedIn") == 4993)  // stockflow_T7789
    #expect(finding.value("repair.7789.share").isClose(to: 64.10322249325973, relative: 1e-13))
  }

  private func finding(_ current: String, _ change: String, total: String?) throws -> AuditFinding {
    var figures = [
      PublishedFigure("c", "cases", current, "2020-01/2020-10", "court"),
      PublishedFigure(
        "y", "cases", change, "2020-01/2020-10", "court", claim: .yearOnYearChange),
    ]
    if let total { figures.append(PublishedFigure("t", "cases", total, "2019", "court")) }
    return try #require(FigureAudit.findings(FigureRegister(figures)).findings.first)
  }

  @Test("a change that fits the year's total is confirmed")
  func positiveControl() throws {
    // 2019: 120 carried in and 100 a month make 1120 to October and 1320 in the year; 1008 is −10 %.
    let finding = try finding("1008", "-10.0", total: "1320")
    #expect(finding.verdict == .confirmed)
    #expect(finding.value("base.y") == 1120)  // 1119 gives −9.92 %, 1121 −10.08 %
    #expect(finding.value("carriedIn") == 120)
    #expect(finding.value("rest") == 200)
    #expect(finding.statement.en.contains("agrees"))
  }

  @Test("a total below the base of ten months is impossible")
  func smallerTotal() throws {
    #expect(try finding("1008", "-10.0", total: "1000").verdict == .impossible)
  }

  @Test("a total that needs more than half of it carried in is inconsistent")
  func mostlyCarriedIn() throws {
    // Base 1120: a year of 1140 leaves 10 a month, so 1020 carried in.
    #expect(try finding("1008", "-10.0", total: "1140").verdict == .inconsistent)
  }

  @Test("a change without a printed total only puts the base in words")
  func noTotal() throws {
    let finding = try finding("1008", "-10.0", total: nil)
    #expect(finding.verdict == .notChecked)
    #expect(finding.evidence.allSatisfy { !$0.id.hasPrefix("rest") })
    #expect(finding.statement.en.contains("2019-01 … 2019-10"))
  }

  @Test("every base rounds to the printed change, and its neighbors do not")
  func baseAgreesWithItsDefinition() throws {
    for (current, change) in [("839", "-4.6"), ("5703", "-11.5"), ("120", "20"), ("79", "3.95")] {
      let finding = try finding(current, change, total: nil)
      let value = try #require(Double(current))
      let printed = try #require(Double(change))
      let decimals = change.split(separator: ".").dropFirst().first?.count ?? 0
      let half = 0.5 * pow(10, -Double(decimals))
      func rounds(_ n: Double) -> Bool { abs(100 * (value / n - 1) - printed) <= half + 1e-9 }
      let single = finding.value("base.y")
      let low = single.isNaN ? finding.value("base.y.low") : single
      let high = single.isNaN ? finding.value("base.y.high") : single
      for n in stride(from: low, through: high, by: 1) { #expect(rounds(n), "\(current), \(n)") }
      #expect(!rounds(low - 1) && !rounds(high + 1), "\(current)")
    }
  }

  @Test("an amount in yuan, with a hundred million possible bases, is answered at once")
  func largeAmount() throws {
    let finding = try finding("12345678901", "5", total: nil)
    let (low, high) = (finding.value("base.y.low"), finding.value("base.y.high"))
    // 12345678901/1.055 and /1.045
    #expect(low == 11_702_065_309)
    #expect(high == 11_814_046_795)
  }

  @Test("a fall to below nothing, and a level below zero, are not linked")
  func impossibleInput() throws {
    var fall = PublishedFigure(
      "y", "cases", "-100", "2020-01/2020-10", "court", claim: .yearOnYearChange)
    #expect(YearOnYearCheck.base(fall, register(current: "10", fall)) == nil)
    fall = PublishedFigure(
      "y", "cases", "9.5", "2020-01/2020-10", "court", claim: .yearOnYearChange)
    #expect(YearOnYearCheck.base(fall, register(current: "-5000", fall)) == nil)
  }

  private func register(current: String, _ claim: PublishedFigure) -> FigureRegister {
    FigureRegister([PublishedFigure("c", "cases", current, "2020-01/2020-10", "court"), claim])
  }

  @Test("a change that no whole number gives is reported as not linked")
  func noBase() throws {
    // 3/n − 1 in percent is 200, 50, 0, −25, …: nothing rounds to 37.
    let register = FigureRegister(
      Jiayuguan.figures + [
        PublishedFigure("c", "petitions", "3", "2020-01/2020-10", "court"),
        PublishedFigure(
          "y", "petitions", "37", "2020-01/2020-10", "court", claim: .yearOnYearChange),
      ], scopes: Jiayuguan.register.scopes)
    let result = try FigureAudit.findings(register)
    #expect(result.diagnostics.count == 1)
    #expect(result.findings.allSatisfy { !$0.figures.contains("y") })
  }

  @Test("a part of a scope without its sibling is checked by itself")
  func partOfScope() throws {
    let figures = Jiayuguan.figures.filter { !["J045", "J046"].contains($0.id) }
    let register = FigureRegister(figures, scopes: Jiayuguan.register.scopes)
    let findings = try FigureAudit.findings(register).findings
    let finding = try #require(findings.first { $0.check == "yearOnYear" })
    #expect(finding.figures == ["J043", "J044"])
    #expect(finding.verdict == .notChecked)
    #expect(finding.value("base.sum.low").isNaN)
  }

  private func findings(_ base: String, _ current: String, _ change: String) throws -> AuditFinding
  {
    let figures = [
      PublishedFigure("b", "cases", base, "2019", "court"),
      PublishedFigure("c", "cases", current, "2020", "court"),
      PublishedFigure("y", "cases", change, "2020", "court", claim: .yearOnYearChange),
    ]
    return try #require(FigureAudit.findings(FigureRegister(figures)).findings.first)
  }

  @Test("a base that is printed confirms the change or contradicts it")
  func printedBase() throws {
    #expect(try findings("1000", "1100", "10").verdict == .confirmed)
    let wrong = try findings("1000", "1500", "10")
    #expect(wrong.verdict == .inconsistent)
    #expect(wrong.value("actual.y").isClose(to: 50, relative: 1e-12))
    #expect(wrong.statement.en.contains("50.00 %"))
  }

  @Test("a digit that would make change, base and current figure agree is offered")
  func printedBaseRepairs() throws {
    let finding = try findings("1000", "1100", "18")
    #expect(finding.repairs.contains { $0.term == "change" && $0.to == "10" })
    let slip = try findings("1000", "1500", "10")
    #expect(slip.repairs.contains { $0.term == "current" && $0.to == "1100" })
  }

  private func filings(_ total: String, _ current: String, _ change: String) throws -> AuditFinding
  {
    let figures = [
      PublishedFigure("t", "newFilings", total, "2019", "court"),
      PublishedFigure("c", "newFilings", current, "2020-01/2020-10", "court"),
      PublishedFigure(
        "y", "newFilings", change, "2020-01/2020-10", "court", claim: .yearOnYearChange),
    ]
    return try #require(FigureAudit.findings(FigureRegister(figures)).findings.first)
  }

  @Test("months that differ are no contradiction, and new filings carry nothing in")
  func ordinarySeason() throws {
    // Base 800: 200 of 1000 fall into November and December, a quarter above the pace before.
    let finding = try filings("1000", "880", "10.0")
    #expect(finding.verdict == .confirmed)
    #expect(finding.value("rest.pace").isClose(to: 1.25, relative: 1e-12))
    #expect(finding.value("carriedIn").isNaN)
  }

  @Test("new filings at four times the pace for the rest of a year cannot be")
  func impossiblePace() throws {
    #expect(try filings("1440", "880", "10.0").verdict == .impossible)
  }

  @Test("the same register gives the same findings, whatever scopes hold a part")
  func scopesAreOrdered() throws {
    let figures = Jiayuguan.figures
    let scopes = [
      "bothCourts": ["intermediateCourt", "districtCourt"],
      "all": ["intermediateCourt", "districtCourt"], "one": ["intermediateCourt"],
    ]
    let first = try FigureAudit.findings(FigureRegister(figures, scopes: scopes)).findings
    for _ in 0..<10 {
      let again = try FigureAudit.findings(FigureRegister(figures, scopes: scopes)).findings
      #expect(again.map(\.figures) == first.map(\.figures))
    }
  }

  @Test("a total beyond every count is left out, and nothing traps")
  func hugeTotal() throws {
    #expect(try finding("1008", "-10.0", total: "99999999999999999999").verdict == .notChecked)
  }
}
