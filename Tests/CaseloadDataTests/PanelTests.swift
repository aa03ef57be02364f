import CaseloadData
import Testing

@Suite("Panel")
struct PanelTests {
  static let panel = Panel(
    keyNames: ["court", "caseType"],
    entries: [
      entry(["East", "family"], [1, 2]), entry(["East", "civil"], [10, 20]),
      entry(["West", "family"], [100, 200]),
    ])

  private static func entry(
    _ key: [String], _ values: [Double], from year: Int = 2019, measure: Measure = .flow
  ) -> Panel.Entry {
    Panel.Entry(key: key, series: TimeSeries(measure: measure, start: .year(year), values: values))
  }

  @Test("a series is found by its key")
  func seriesByKey() {
    #expect(Self.panel[["East", "civil"]]?.values == [10, 20])
  }

  @Test("a key that is not there has no series")
  func unknownKey() {
    #expect(Self.panel[["North", "civil"]] == nil)
  }

  @Test("a label names every key")
  func labelNamesKeys() {
    #expect(Self.panel.label(["East", "civil"]) == "court=East, caseType=civil")
  }

  @Test("a single series has no label")
  func singleSeriesHasNoLabel() {
    #expect(Panel(TimeSeries(start: .year(2019), values: [1])).label([]) == nil)
  }

  @Test("series are summed over the other keys, in order of first appearance")
  func aggregatedByOneKey() throws {
    let courts = try Self.panel.aggregated(by: ["court"])
    #expect(courts.entries.map(\.key) == [["East"], ["West"]])
    #expect(courts.entries.map(\.series.values) == [[11, 22], [100, 200]])
  }

  @Test("the total is the sum of all series")
  func total() throws {
    #expect(try Self.panel.total().values == [111, 222])
  }

  @Test("summing over everything is the total")
  func aggregatedByNothing() throws {
    #expect(try Self.panel.aggregated(by: [])[[]] == Self.panel.total())
  }

  @Test("a period that one member does not cover is missing")
  func uncoveredPeriodIsMissing() throws {
    let panel = Panel(
      keyNames: ["court"],
      entries: [Self.entry(["A"], [1, 2]), Self.entry(["B"], [3, 4], from: 2020)])
    let total = try panel.total()
    #expect(total.start == .year(2019) && total.values.map(\.isNaN) == [true, false, true])
  }

  @Test("ratios are not summed")
  func ratiosAreRefused() throws {
    let panel = Panel(
      keyNames: ["court"],
      entries: [Self.entry(["A"], [1], measure: .ratio), Self.entry(["B"], [1], measure: .ratio)])
    let error = try #require(throws: Diagnostic.self) { try panel.total() }
    #expect(error.code == .modelNotApplicable)
  }

  @Test("series of different frequencies are not summed")
  func frequenciesAreRefused() throws {
    let months = TimeSeries(start: .month(2019, 1), values: [1])
    let panel = Panel(
      keyNames: ["court"],
      entries: [Self.entry(["A"], [1]), Panel.Entry(key: ["B"], series: months)])
    let error = try #require(throws: Diagnostic.self) { try panel.total() }
    #expect(error.code == .modelNotApplicable)
  }

  @Test("an unknown key suggests the nearest")
  func unknownKeyColumn() throws {
    let error = try #require(throws: Diagnostic.self) {
      try Self.panel.aggregated(by: ["casetype"])
    }
    #expect(error.code == .unknownColumn && error.hint?.en.contains("'caseType'") == true)
  }
}
