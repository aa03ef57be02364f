import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Check of average growth") struct GrowthCheckTests {
  private func finding(_ a: String, _ from: String, _ b: String, _ to: String, _ rate: String)
    throws
    -> AuditFinding
  {
    let register = FigureRegister([
      PublishedFigure("a", "cases", a, from, "court"),
      PublishedFigure("b", "cases", b, to, "court"),
      PublishedFigure("r", "cases", rate, "\(from)/\(to)", "court", claim: .averageAnnualGrowth),
    ])
    return try #require(FigureAudit.findings(register).findings.first)
  }

  @Test("2877 to 12789 over six years is not 18 % a year")
  func jiayuguan() throws {
    let findings = try FigureAudit.findings(Jiayuguan.register).findings
    let finding = try #require(findings.first { $0.check == "growth" })
    #expect(finding.verdict == .inconsistent)
    #expect(finding.verdict.isFinding)
    #expect(finding.figures == ["J001", "J002", "J003"])
    // figure_audit_expected.json, computed outside this code: cagr_6, total_growth, arith_mean_growth_6,
    // cagr_7, end_if_18_6, start_if_18_6, years_at_18.
    #expect(finding.value("compoundRate").isClose(to: 28.227976097428953, relative: 1e-13))
    #expect(finding.value("totalGrowth").isClose(to: 344.5255474452555, relative: 1e-13))
    #expect(finding.value("arithmeticMean").isClose(to: 57.42092457420925, relative: 1e-13))
    #expect(finding.value("longerSpan").isClose(to: 23.75326763814487, relative: 1e-13))
    #expect(finding.value("impliedEnd").isClose(to: 7766.617298250046, relative: 1e-13))
    #expect(finding.value("impliedStart").isClose(to: 4737.44895455198, relative: 1e-13))
    #expect(finding.value("yearsAtClaim").isClose(to: 9.013336574161844, relative: 1e-13))
  }

  @Test("the slips of the pen that would make it true are these three and no others")
  func repairs() throws {
    let findings = try FigureAudit.findings(Jiayuguan.register).findings
    let finding = try #require(findings.first { $0.check == "growth" })
    // one_edit_repairs_18pct and two_edit_end_sample of figure_audit_expected.json.
    #expect(finding.repairTexts == ["18→28", "2013→2010", "12789→7789"])
    #expect(finding.repairs.map(\.term) == ["rate", "startYear", "end"])
    #expect(finding.repairs.map(\.edits) == [1, 1, 2])
    #expect(finding.repairs[0].rate.isClose(to: 0.28227976097428953, relative: 1e-13))  // cagr_6
    #expect(finding.repairs[1].rate.isClose(to: 0.18028944958227422, relative: 1e-13))  // cagr_9
    #expect(finding.repairs[2].rate.isClose(to: 0.18056609649252353, relative: 1e-13))  // 7789
    #expect(finding.statement.en.contains("18→28, 2013→2010, 12789→7789"))
    #expect(finding.statement.zh.contains("28.23%"))
  }

  @Test("the Supreme People's Court's 778.2 to 1385.2 in six years is 10.1 %: confirmed")
  func positiveControl() throws {
    let finding = try finding("778.2", "2013", "1385.2", "2019", "10.1")
    #expect(finding.verdict == .confirmed)
    #expect(finding.repairs.isEmpty)
    #expect(!finding.verdict.isFinding)
    #expect(finding.statement.en.contains("agrees"))
  }

  @Test("a rate counts as agreed within its own rounding")
  func rounding() throws {
    // (146/100)^(1/2) − 1 = 20.83 %.
    #expect(try finding("100000", "2017", "146000", "2019", "21").verdict == .confirmed)
    #expect(try finding("100000", "2017", "146000", "2019", "20.8").verdict == .confirmed)
    #expect(try finding("100000", "2017", "146000", "2019", "20").verdict == .inconsistent)
    #expect(try finding("100000", "2017", "146000", "2019", "20.9").verdict == .inconsistent)
  }

  @Test("endpoints rounded to few digits leave room for the rate")
  func coarseEndpoints() throws {
    // 1 may be 0.5 to 1.5 and 2 may be 1.5 to 2.5: the yearly rate lies anywhere in 0 to 124 %.
    #expect(try finding("1", "2017", "2", "2019", "60").verdict == .confirmed)
    #expect(try finding("1000", "2017", "2000", "2019", "60").verdict != .confirmed)
  }

  @Test("another convention is told apart from a mistake")
  func conventions() throws {
    // 100 → 160 in four years: compound 12.5 %, total over years 15 %. Five years
    // in place of four give 9.9 %: a miscount, no convention.
    #expect(try finding("1000", "2015", "1600", "2019", "12.5").verdict == .confirmed)
    #expect(try finding("1000", "2015", "1600", "2019", "15").verdict == .consistent)
    #expect(try finding("1000", "2015", "1600", "2019", "9.9").verdict == .inconsistent)
    #expect(try finding("1000", "2015", "1600", "2019", "11.8").verdict == .consistent)  // ln 1.6/4
    #expect(try finding("1000", "2015", "1600", "2019", "31").verdict == .inconsistent)
  }

  @Test("a fall is checked like a rise")
  func fall() throws {
    #expect(try finding("1600", "2015", "1000", "2019", "-11.1").verdict == .confirmed)
    #expect(try finding("1600", "2015", "1000", "2019", "11.1").verdict == .inconsistent)
  }

  @Test("a claim without its endpoints is reported as not linked")
  func unlinked() throws {
    let register = FigureRegister(
      Jiayuguan.figures + [
        PublishedFigure(
          "X", "closed", "7", "2013/2019", "bothCourts", claim: .averageAnnualGrowth),
        PublishedFigure(
          "Y", "closed", "7", "2020-01/2020-10", "bothCourts", claim: .yearOnYearChange),
      ], scopes: Jiayuguan.register.scopes)
    let diagnostics = try FigureAudit.findings(register).diagnostics
    #expect(diagnostics.map(\.code) == [.claimNotLinked, .claimNotLinked])
    #expect(diagnostics[0].message.en.contains("X"))
    #expect(diagnostics[1].message.en.contains("Y"))
  }
}
