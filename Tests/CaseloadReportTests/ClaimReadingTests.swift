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
}
