import CaseloadData
import CaseloadTestSupport
import Testing

@Suite("SeriesSelection")
struct SeriesSelectionTests {
  /// A table with the columns period, value and whatever else is given.
  private static func table(
    _ periods: [String], _ values: [String], _ others: [(String, [String])] = []
  ) -> Table {
    let all = [("period", periods), ("value", values)] + others
    return Table(
      source: "cases.csv", columns: all.map { Table.Column(name: $0.0, cells: .text($0.1)) })
  }

  private static func refusal(
    _ table: Table, _ change: (inout SeriesSelection) -> Void = { _ in }
  ) throws -> Diagnostic {
    var selection = SeriesSelection()
    change(&selection)
    return try #require(throws: Diagnostic.self) { try table.panel(selection) }
  }

  private static func series(
    _ table: Table, _ change: (inout SeriesSelection) -> Void = { _ in }
  ) throws -> TimeSeries {
    var selection = SeriesSelection()
    change(&selection)
    return try #require(try table.panel(selection).panel.entries.first).series
  }

  static let months = ["2019-01", "2019-02", "2019-03"]

  @Test("rows become a series, in whatever order they stand")
  func rowsBecomeSeries() throws {
    let series = try Self.series(Self.table(["2019-03", "2019-01", "2019-02"], ["3", "1", "2"]))
    #expect(series.start == .month(2019, 1) && series.values == [1, 2, 3])
  }

  @Test("an unknown column suggests the nearest name")
  func unknownColumn() throws {
    let error = try Self.refusal(Self.table(Self.months, ["1", "2", "3"])) { $0.value = "values" }
    #expect(error.code == .unknownColumn && error.hint?.en.contains("'value'") == true)
  }

  @Test("an unknown key column suggests the nearest name")
  func unknownKey() throws {
    let table = Self.table(Self.months, ["1", "2", "3"], [("court", ["A", "A", "A"])])
    let error = try Self.refusal(table) { $0.keys = ["courts"] }
    #expect(error.code == .unknownColumn && error.hint?.en.contains("'court'") == true)
  }

  @Test("a cell that is no number is named with its row")
  func notANumber() throws {
    let error = try Self.refusal(Self.table(Self.months, ["1", "1,2O3", "3"]))
    #expect(error.code == .notANumber && error.location?.row == 3)
  }

  @Test("a cell that is no period is named with its row")
  func notAPeriod() throws {
    let error = try Self.refusal(Self.table(["2019-01", "2019-13", "2019-03"], ["1", "2", "3"]))
    #expect(error.code == .notAPeriod && error.location?.row == 3)
  }

  @Test("a count below zero is refused", arguments: [Measure.flow, .stock])
  func negativeCount(measure: Measure) throws {
    let error = try Self.refusal(Self.table(Self.months, ["1", "-2", "3"])) { $0.measure = measure }
    #expect(error.code == .negativeCount && error.location?.row == 3)
  }

  @Test("a ratio may be negative")
  func negativeRatio() throws {
    let series = try Self.series(Self.table(Self.months, ["1", "-2", "3"])) { $0.measure = .ratio }
    #expect(series.values == [1, -2, 3])
  }

  @Test("a period that occurs twice is refused with its row and label")
  func duplicatePeriod() throws {
    let error = try Self.refusal(Self.table(["2019-01", "2019-02", "2019-01"], ["1", "2", "3"]))
    #expect(
      error.code == .duplicatePeriod && error.location?.row == 4
        && error.location?.period == "2019-01")
  }

  @Test("a gap is an error that names the first missing period")
  func gapIsError() throws {
    let error = try Self.refusal(Self.table(["2019-01", "2019-04"], ["1", "4"]))
    #expect(error.code == .gap && error.location?.period == "2019-02")
  }

  @Test("a gap may be taken as missing, with a note")
  func gapAsMissing() throws {
    var selection = SeriesSelection()
    selection.gaps = .missing
    let (panel, notes) = try Self.table(["2019-01", "2019-03"], ["1", "3"]).panel(selection)
    #expect(notes.map(\.code) == [.gap])
    #expect(panel.entries[0].series.values.map(\.isNaN) == [false, true, false])
  }

  @Test("missing values are noted")
  func missingValuesAreNoted() throws {
    let notes = try Self.table(Self.months, ["1", "", "3"]).panel(SeriesSelection()).notes
    #expect(notes.map(\.code) == [.missingValues])
  }

  @Test("mixed frequencies are refused at the first that differs")
  func mixedFrequencies() throws {
    let error = try Self.refusal(Self.table(["2019-01", "2019-Q1"], ["1", "2"]))
    #expect(error.code == .mixedFrequencies && error.location?.row == 3)
  }

  @Test("a frequency other than that of the periods is refused")
  func wrongFrequency() throws {
    let error = try Self.refusal(Self.table(Self.months, ["1", "2", "3"])) {
      $0.frequency = .quarterly
    }
    #expect(error.code == .mixedFrequencies)
  }

  @Test("a table without rows is refused")
  func emptyTable() throws {
    #expect(try Self.refusal(Self.table([], [])).code == .emptyInput)
  }

  @Test("every text column is a key when nothing is said, numbers and empty columns are not")
  func defaultKeys() throws {
    let table = Self.table(
      ["2019", "2019"], ["1", "2"],
      [("court", ["East", "West"]), ("judges", ["3", "4"]), ("remark", ["", ""])])
    #expect(try table.panel(SeriesSelection()).panel.keyNames == ["court"])
  }

  @Test("each key makes a series, in order of first appearance")
  func keysMakeSeries() throws {
    let table = Self.table(
      ["2019", "2019", "2020", "2020"], ["1", "10", "2", "20"],
      [("court", ["West", "East", "West", "East"])])
    let panel = try table.panel(SeriesSelection()).panel
    #expect(panel.entries.map(\.key) == [["West"], ["East"]])
    #expect(panel.entries.map(\.series.values) == [[1, 2], [10, 20]])
  }

  @Test("an error in one of several series names the series")
  func errorNamesSeries() throws {
    let table = Self.table(
      ["2019", "2019", "2021"], ["1", "2", "3"], [("court", ["West", "East", "East"])])
    #expect(try Self.refusal(table).location?.series == "court=East")
  }

  @Test(
    "dates that begin longer periods stand for them",
    arguments: [
      (["2019-01-01", "2019-02-01", "2019-03-01"], "2019-01"),
      (["2019-01-31", "2019-02-28", "2019-03-31"], "2019-01"),
      (["2019-01-01", "2019-04-01", "2019-07-01"], "2019-Q1"),
      (["2019-03-31", "2019-06-30", "2019-09-30"], "2019-Q1"),
      (["2019-01-01", "2019-07-01", "2020-01-01"], "2019-H1"),
      (["2018-12-31", "2019-12-31", "2020-12-31"], "2018"),
      (["2019-01-07", "2019-01-14", "2019-01-21"], "2019-W02"),
      (["2019-01-01", "2019-01-02", "2019-01-03"], "2019-01-01"),
    ])
  func datesAreCoarsened(labels: [String], start: String) throws {
    let series = try Self.series(Self.table(labels, ["1", "2", "3"]))
    #expect(series.start.description == start && series.values == [1, 2, 3])
  }

  @Test("dates are read as the frequency asked for")
  func datesAsAskedFor() throws {
    let series = try Self.series(Self.table(["2019-01-15", "2019-02-10"], ["1", "2"])) {
      $0.frequency = .monthly
    }
    #expect(series.start == .month(2019, 1))
  }

  @Test("years may be taken as numbers that only count")
  func yearsAsIndex() throws {
    let series = try Self.series(Self.table(["2019", "2020"], ["1", "2"])) { $0.frequency = .index }
    #expect(series.start == Period(frequency: .index, ordinal: 2019))
  }

  @Test("a mistyped year that makes the series endless is refused")
  func endlessSeries() throws {
    let error = try Self.refusal(Self.table(["1", "99999999"], ["1", "2"]))
    #expect(error.code == .notAPeriod && error.location?.row == 3)
  }

  @Test("name, unit and season are taken over")
  func namesAreTakenOver() throws {
    let series = try Self.series(Self.table(Self.months, ["1", "2", "3"])) {
      $0.name = Text("filings")
      $0.unit = Text("cases")
      $0.seasonLength = 6
    }
    #expect(series.name.en == "filings" && series.unit.en == "cases" && series.seasonLength == 6)
  }
}
