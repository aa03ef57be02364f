@testable import CaseloadCourt
import CaseloadData
import Testing

@testable import CaseloadReport

@Suite("Reports on registers of figures")
struct ClaimReadingTests {
  /// A register with one growth claim, and nothing else.
  private func report(last: String, claim: String) throws -> String {
    func figure(_ id: String, _ text: String, _ from: Int, _ to: Int, isClaim: Bool)
      -> PublishedFigure
    {
      PublishedFigure(
        id: id, metric: "casesAccepted", name: Text("cases"), value: Double(text), text: text,
        unit: Text(isClaim ? "%" : "cases"), from: .year(from), to: .year(to), scope: "court",
        claim: isClaim ? .averageAnnualGrowth : nil, quote: "q")
    }
    let register = FigureRegister([
      figure("a", "100", 2013, 2013, isClaim: false),
      figure("b", last, 2019, 2019, isClaim: false),
      figure("c", claim, 2013, 2019, isClaim: true),
    ])
    var inputs = ReportInputs(
      title: Text("x"), sources: [],
      panel: Panel(TimeSeries(start: .year(2013), values: [100])), version: "0")
    inputs.register = register
    inputs.findings = try FigureAudit.findings(register).findings
    var renderer = MarkdownRenderer(Report(inputs), language: .en, target: .plain)
    return renderer.render()
  }

  @Test("a claim that holds is said to hold")
  func confirmed() throws {
    let text = try report(last: "200", claim: "12")  // 2^(1/6) − 1 = 12.2 %
    #expect(text.contains("agrees with its endpoints"))
    #expect(!text.contains("does not follow"))
    #expect(!text.contains("should not be used"))
  }

  @Test("a claim that does not hold is said not to")
  func inconsistent() throws {
    let text = try report(last: "200", claim: "21")
    #expect(text.contains("does not follow from its own endpoints"))
  }

  @Test("a report without changes on the year speaks of no months and no mediation")
  func noInvention() throws {
    let text = try report(last: "200", claim: "12")
    #expect(!text.contains("January"))
    #expect(!text.lowercased().contains("mediation"))
  }

  /// Half a year of new filings with its change on the year, and the total of the year before.
  private func filingsReport(total: String) throws -> (en: String, zh: String) {
    func figure(
      _ id: String, _ text: String, _ from: Period, _ to: Period,
      _ claim: PublishedFigure.Claim? = nil
    ) -> PublishedFigure {
      PublishedFigure(
        id: id, metric: "casesFiled", name: Text(en: "cases filed", zh: "新收案件数"),
        value: Double(text), text: text,
        unit: claim == nil ? Text(en: "cases", zh: "件") : Text("%"), from: from, to: to,
        scope: "court", claim: claim, quote: "q")
    }
    let first = try #require(Period("2024-Q1"))
    let last = try #require(Period("2024-Q2"))
    let register = FigureRegister([
      figure("a", total, .year(2023), .year(2023)), figure("b", "900", first, last),
      figure("c", "-10.0", first, last, .yearOnYearChange),
    ])
    var inputs = ReportInputs(
      title: Text("x"), sources: [],
      panel: Panel(TimeSeries(start: .year(2023), values: [Double(total) ?? .nan])), version: "0")
    inputs.register = register
    inputs.findings = try FigureAudit.findings(register).findings
    func text(_ language: Language) -> String {
      var renderer = MarkdownRenderer(Report(inputs), language: language, target: .plain)
      return renderer.render()
    }
    return (text(.en), text(.zh))
  }

  @Test("new filings are held against their year's total, without cases carried in")
  func newFilings() throws {
    let text = try filingsReport(total: "2100")  // 1,000 in the first half leaves 1,100
    #expect(text.en.contains("a total of 2,100 for 2023 would leave"))
    #expect(text.en.contains("which is possible"))
    #expect(!text.en.contains("no total of 2023 is printed"))
    #expect(!text.en.contains("cases would have been carried in"))
    #expect(!text.en.contains("were carried in"))
    #expect(!text.en.contains("credited"))
    #expect(text.en.contains("What caused the change is not identified"))
    #expect(!text.en.contains("same months"))
    #expect(text.zh.contains("可以成立"))
    #expect(try filingsReport(total: "700").en.contains("which cannot be"))
  }
}
