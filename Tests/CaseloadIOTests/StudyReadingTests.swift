import CaseloadData
import CaseloadEffects
import Testing

@testable import CaseloadIO

@Suite("Reading a study")
struct StudyReadingTests {
  private func columns(_ change: (inout StudyColumns) -> Void = { _ in }) -> StudyColumns {
    var columns = StudyColumns()
    columns.series.value = "filings"
    columns.series.keys = ["court"]
    columns.series.gaps = .missing
    columns.treatedFrom = "from"
    change(&columns)
    return columns
  }

  private func table(_ text: String) throws -> Table {
    try CSVReader.table(text, delimiter: nil, source: "panel.csv")
  }

  private func failure(
    _ text: String, _ change: (inout StudyColumns) -> Void = { _ in }
  ) throws -> Diagnostic {
    let table = try table(text)
    let error = #expect(throws: Diagnostic.self) {
      try StudyReading(table, columns(change))
    }
    return try #require(error)
  }

  private static let panel = """
    court,period,filings,from,population,gdp,weight,circuit,control
    A,2015,5,2017,100,1.5,2,north,7
    A,2016,6,2017,101,1.6,2,north,8
    A,2017,4,2017,102,1.7,2,north,7
    B,2015,8,,200,2.5,3,south,9
    B,2016,9,,201,,3,south,8
    B,2017,9,,202,2.7,3,south,9
    C,2015,3,0,50,0.5,1,south,4
    C,2016,4,0,51,0.6,1,south,5
    C,2017,3,0,52,0.7,1,south,4

    """

  @Test("every column finds its place, in the panel's order")
  func allColumns() throws {
    let reading = try StudyReading(
      try table(Self.panel),
      columns {
        $0.exposure = "population"
        $0.covariates = ["gdp"]
        $0.weights = "weight"
        $0.cluster = "circuit"
        $0.region = "circuit"
        $0.strata = "circuit"
        $0.negativeControls = ["control"]
        $0.dose = "weight"
      })
    let study = reading.study
    #expect(study.panel.entries.map(\.key) == [["A"], ["B"], ["C"]])
    #expect(study.treatmentStart == [0: .year(2017)])
    #expect(
      study.exposure?.series.map(\.values) == [[100, 101, 102], [200, 201, 202], [50, 51, 52]])
    #expect(study.covariates[0].series[1].values[1].isNaN)
    #expect(study.unitWeights == [2, 3, 1])
    #expect(study.clusters == ["north", "south", "south"])
    #expect(study.regions == study.clusters && study.strata == study.clusters)
    #expect(study.negativeControls[0].series[2].values == [4, 5, 4])
    #expect(study.dose == [0: 2, 1: 3, 2: 1])
    #expect(reading.notes.contains { $0.code == .missingValues && $0.location?.column == "gdp" })
  }

  @Test("a unit with two values of a period is refused with its row, unit and period")
  func duplicate() throws {
    let error = try failure(
      "court,period,filings,from\nA,2015,5,2016\nA,2016,6,2016\nA,2016,7,2016\n")
    #expect(error.code == .duplicatePeriod)
    #expect(error.location?.file == "panel.csv" && error.location?.row == 4)
    #expect(error.location?.period == "2016" && error.location?.series?.contains("A") == true)
    #expect(error.hint?.en.contains("--unit") == true)
  }

  @Test("a unit that is treated twice is refused with both rows")
  func treatedTwice() throws {
    let error = try failure(
      "court,period,filings,from\nA,2015,5,2016\nA,2016,6,2017\nA,2017,7,2016\n")
    #expect(error.code == .duplicatePeriod && error.location?.row == 3)
    #expect(error.location?.column == "from" && error.location?.series == "A")
    #expect(error.message.en.contains("'2016' in row 2") && error.message.en.contains("'2017'"))
  }

  @Test("a start that comes and goes within a unit is refused")
  func halfEmpty() throws {
    let error = try failure("court,period,filings,from\nA,2015,5,\nA,2016,6,2016\n")
    #expect(error.code == .duplicatePeriod && error.location?.row == 3)
  }

  @Test("a start that is no period, or of another frequency, is refused with its cell")
  func badStart() throws {
    let words = try failure("court,period,filings,from\nA,2015,5,soon\nA,2016,6,soon\n")
    #expect(words.code == .notAPeriod && words.location?.row == 2)
    let months = try failure("court,period,filings,from\nA,2015,5,2016-03\nA,2016,6,2016-03\n")
    #expect(months.code == .mixedFrequencies && months.location?.column == "from")
  }

  @Test("starts outside the data are refused with what the data cover")
  func outside() throws {
    for start in ["2031", "2015", "1990"] {
      let error = try failure(
        "court,period,filings,from\nA,2015,5,\(start)\nA,2016,6,\(start)\nB,2015,5,\nB,2016,6,\n")
      #expect(error.code == .interventionOutsideData)
      #expect(error.message.en.contains("2015 to 2016"))
      #expect(error.location?.series == "A" && error.location?.period == start)
    }
  }

  @Test("a cell that is no number is refused in the outcome and in every other column")
  func notANumber() throws {
    for (column, change) in [
      ("filings", { _ in }), ("population", { $0.exposure = "population" }),
      ("weight", { $0.weights = "weight" }), ("gdp", { $0.covariates = ["gdp"] }),
    ] as [(String, (inout StudyColumns) -> Void)] {
      var lines = Self.panel.split(separator: "\n").map(String.init)
      let index = try #require(
        lines[0].split(separator: ",").map(String.init).firstIndex(of: column))
      var cells = lines[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      cells[index] = "1O"
      lines[2] = cells.joined(separator: ",")
      let error = try failure(lines.joined(separator: "\n") + "\n", change)
      #expect(error.code == .notANumber && error.location?.row == 3)
      #expect(error.location?.column == column)
    }
  }

  @Test("what is one a unit may not change, and may not be missing where it is needed")
  func constants() throws {
    let changing = try failure(
      Self.panel.replacing("A,2016,6,2017,101,1.6,2,north", with: "A,2016,6,2017,101,1.6,2,east")
    ) { $0.cluster = "circuit" }
    #expect(changing.location?.row == 3 && changing.location?.column == "circuit")
    let empty = try failure(Self.panel.replacing(",1,south,", with: ",1,,")) {
      $0.cluster = "circuit"
    }
    #expect(empty.code == .valueOutOfRange && empty.location?.series == "C")
    let negative = try failure(Self.panel.replacing(",1,south,", with: ",-1,south,")) {
      $0.weights = "weight"
    }
    #expect(negative.code == .valueOutOfRange && negative.location?.column == "weight")
    let flags = try failure(Self.panel) { $0.eligible = "circuit" }
    #expect(flags.code == .valueOutOfRange && flags.hint?.en.contains("1 or 0") == true)
  }

  @Test("a unit may be named by several columns, with strata and eligibility")
  func severalColumns() throws {
    let text = """
      court,type,period,filings,from,isCivil
      A,civil,2015,5,2016,yes
      A,civil,2016,4,2016,yes
      A,criminal,2015,5,,no
      A,criminal,2016,5,,no

      """
    let study = try StudyReading(
      try table(text),
      columns {
        $0.series.keys = ["court", "type"]
        $0.strata = "court"
        $0.eligible = "isCivil"
      }
    ).study
    #expect(study.treatmentStart == [0: .year(2016)])
    #expect(study.eligible == [true, false] && study.strata == ["A", "A"])
  }

  @Test("a column of intensities says itself when each unit begins")
  func treatment() throws {
    let text =
      "court,period,filings,on\nA,2015,5,0\nA,2016,4,1\nA,2017,4,0\nB,2015,5,0\nB,2016,5,0\nB,2017,5,0\n"
    let study = try StudyReading(
      try table(text),
      columns {
        $0.treatedFrom = nil
        $0.treatment = "on"
      }
    ).study
    #expect(study.treatmentStart == [0: .year(2016)])
    #expect(study.treatment?.series[0].values == [0, 1, 0])
  }

  @Test("a programme that ended acts from its start to its last period")
  func until() throws {
    let columns = columns {
      $0.treatedFrom = nil
      $0.treated = ["A"]
      $0.from = "2016"
      $0.until = "2016"
    }
    let study = try StudyReading(try table(Self.panel), columns).study
    #expect(study.treatment?.series.map(\.values) == [[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    let error = try failure(Self.panel) {
      $0.treatedFrom = nil
      $0.treated = ["A"]
      $0.from = "2017"
      $0.until = "2016"
    }
    #expect(error.code == .illegalOption)
  }

  @Test("units named twice, unknown or not at all are refused")
  func treatedUnits() throws {
    func named(_ treated: [String], from: String?) throws -> Diagnostic {
      try failure(Self.panel) {
        $0.treatedFrom = nil
        $0.treated = treated
        $0.from = from
      }
    }
    #expect(try named(["A", "A"], from: "2016").code == .illegalOption)
    #expect(try named(["Aa"], from: "2016").hint?.en.contains("'A'") == true)
    #expect(try named([], from: "2016").hint?.en.contains("--treated") == true)
    #expect(try named(["A"], from: nil).hint?.en.contains("--from") == true)
    #expect(try named(["A"], from: "soon").code == .illegalOption)
    let both = try failure(Self.panel) { $0.from = "2016" }
    #expect(both.code == .illegalOption)
  }

  @Test("a repeated cross-section has one unit a row, in clusters of the named unit")
  func crossSection() throws {
    let text =
      "court,period,filings,from\nA,2015,5,2016\nA,2015,6,2016\nA,2016,4,2016\nB,2015,5,\nB,2016,7,\n"
    let reading = try StudyReading(
      try table(text), columns { $0.isRepeatedCrossSection = true })
    let study = reading.study
    #expect(study.panel.entries.count == 5 && study.isRepeatedCrossSection)
    #expect(study.clusters == ["A", "A", "A", "B", "B"])
    #expect(study.treatmentStart.count == 3)
    #expect(reading.notes.first?.code == .assumption)
  }

  @Test("values below zero make a ratio of what nothing was said about")
  func negative() throws {
    let text = Self.panel.replacing("A,2015,5,", with: "A,2015,-5,")
    let reading = try StudyReading(try table(text), columns())
    #expect(reading.study.panel.entries[0].series.measure == .ratio)
    #expect(reading.notes.contains { $0.hint?.en.contains("--measure ratio") == true })
    let error = try failure(text) { $0.hasMeasure = true }
    #expect(error.code == .negativeCount)
  }

  @Test("gaps become missing values, with a note")
  func gaps() throws {
    let text =
      "court,period,filings,from\nA,2015,5,2016\nA,2016,6,2016\nA,2018,7,2016\nB,2015,5,\nB,2016,5,\n"
    let reading = try StudyReading(try table(text), columns())
    #expect(reading.study.panel.entries[0].series.values[2].isNaN)
    #expect(reading.notes.contains { $0.code == .gap && $0.location?.period == "2017" })
  }

  @Test("a descriptor declares every column that the command line can")
  func descriptor() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("panel.csv", Self.panel)
    _ = try folder.write(
      "datapackage.json",
      """
      {"name": "panel", "resources": [{"name": "panel", "path": "panel.csv"}],
       "caseload": {"intervention": {"resource": "panel", "outcome": "filings", "unit": "court",
        "treatedFrom": "from", "exposure": "population", "weights": "weight", "cluster": "circuit",
        "covariates": ["gdp"], "negativeControls": "control", "measure": "stock"}}}
      """)
    let dataset = try Dataset(folder.url.path)
    let intervention = try #require(dataset.profile.intervention)
    let study = try StudyReading(dataset, intervention).study
    #expect(study.exposure != nil && study.covariates.count == 1)
    #expect(study.negativeControls.count == 1 && study.unitWeights == [2, 3, 1])
    #expect(study.panel.entries[0].series.measure == .stock)
  }
}
