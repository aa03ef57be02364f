import CaseloadCourt
import CaseloadData
import Testing

@testable import CaseloadReport

@Suite("The fast track in a report")
struct FastTrackTests {
  private func register(without id: String? = nil) throws -> FigureRegister {
    let all = try #require(try SampleReports.figureInputs().register)
    return FigureRegister(all.figures.filter { $0.id != id }, scopes: all.scopes)
  }

  @Test("three judges take 1,220 of 6,542 cases, and 31 the rest")
  func split() throws {
    let reading = try #require(FastTrackReading(try register()))
    #expect(reading.fastJudges == 3 && reading.otherJudges == 31)
    #expect(reading.all == 6542 && reading.rest == 5322)
    #expect(abs(reading.fastLoad - 406.6667) < 1e-4 && abs(reading.otherLoad - 171.6774) < 1e-4)
    let report = try SampleReports.figures()
    let shown = Dictionary(uniqueKeysWithValues: report.figures.map { ($0.id, $0.shown.en) })
    #expect(shown["fastTrack.breakEven"] == "42 %" && shown["fastTrack.evenAt.6"] == "93 %")
  }

  @Test(
    "without one of its figures there is no split", arguments: ["J005", "J022", "J023", "J043"])
  func missing(id: String) throws {
    #expect(FastTrackReading(try register(without: id)) == nil)
  }
}
