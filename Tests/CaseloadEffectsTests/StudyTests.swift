import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Study") struct StudyTests {
  private var panel: Panel {
    Panel(
      keyNames: ["court", "type"],
      entries: [
        Panel.Entry(
          key: ["East", "civil"], series: TimeSeries(start: .month(2020, 1), values: [1, 2, 3])),
        Panel.Entry(
          key: ["West", "civil"], series: TimeSeries(start: .month(2020, 1), values: [4, 5, 6])),
      ])
  }

  @Test("units are named by their keys, and the rest is the comparison")
  func units() throws {
    let study = try Study(panel, treatmentStart: ["West/civil": .month(2020, 2)])
    #expect(study.treatmentStart == [1: .month(2020, 2)])
    #expect(study.comparison == [0])
    #expect(study.label(1) == "West/civil")
  }

  @Test("a single series is its own unit")
  func single() throws {
    let series = TimeSeries(name: Text("filings"), start: .month(2020, 1), values: [1, 2, 3])
    let study = try Study(series, from: .month(2020, 2))
    #expect(study.treatmentStart == [0: .month(2020, 2)])
    #expect(study.comparison.isEmpty)
    #expect(study.label(0) == "filings")
  }

  @Test("a unit that the panel does not hold is answered with the nearest")
  func unknownUnit() {
    let error = #expect(throws: Diagnostic.self) {
      try Study(panel, treatmentStart: ["Wset/civil": .month(2020, 2)])
    }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.en.contains("'West/civil'") == true)
  }

  @Test("a start of another frequency than the series is refused")
  func frequency() {
    let error = #expect(throws: Diagnostic.self) {
      try Study(panel, treatmentStart: ["West/civil": .year(2020)])
    }
    #expect(error?.code == .mixedFrequencies)
  }

  @Test("a study without a treated unit is refused")
  func noTreatedUnit() {
    let error = #expect(throws: Diagnostic.self) { try Study(panel, treatmentStart: [:]) }
    #expect(error?.code == .noTreatedUnit)
    #expect(error?.hint != nil)
  }
}
