import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadIO

/// A folder that is there for one test.
struct TemporaryFolder: ~Copyable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ name: String, _ text: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}

@Suite("Datasets")
struct DatasetTests {
  private static let descriptor = """
    {"name": "small", "resources": [{"name": "cases", "path": "cases.csv", "schema": {"fields": [
      {"name": "period", "type": "yearmonth"},
      {"name": "filings", "type": "integer", "constraints": {"required": true, "minimum": 0}}],
      "primaryKey": ["period"]}}],
     "caseload": {"series": {"resource": "cases", "value": "filings"}}}
    """

  private func failure(_ descriptor: String, _ cases: String) throws -> Diagnostic? {
    let folder = try TemporaryFolder()
    _ = try folder.write("datapackage.json", descriptor)
    _ = try folder.write("cases.csv", cases)
    do {
      _ = try Dataset(folder.url.path)
      return nil
    } catch { return error }
  }

  @Test("a described folder is read, with a digest of every file")
  func readsFolder() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("datapackage.json", Self.descriptor)
    _ = try folder.write("cases.csv", "period,filings\n2020-01,5\n2020-02,7\n")
    let dataset = try Dataset(folder.url.path)
    #expect(try dataset.table(nil).numbers("filings") == [5, 7])
    #expect(Set(dataset.digests.keys) == ["datapackage.json", "cases.csv"])
  }

  @Test(
    "a wrong descriptor is refused with the property's name",
    arguments: [
      (#""name": "small""#, #""name": "Small Name""#, "name"),
      (#""type": "integer""#, #""type": "whole""#, "resources[0].schema.fields[1].type"),
      (#""path": "cases.csv""#, #""path": "../cases.csv""#, "resources[0].path"),
      (#""resource": "cases""#, #""resource": "case""#, "caseload.series.resource"),
      (#""name": "filings""#, #""name": "filing""#, "resources[0].schema.fields[1].name"),
    ])
  func wrongDescriptor(from: String, to: String, property: String) throws {
    let descriptor = Self.descriptor.replacing(from, with: to)
    let error = try failure(descriptor, "period,filings\n2020-01,5\n")
    #expect(error?.code == .malformedDescriptor)
    #expect(error?.location?.column == property)
  }

  @Test(
    "a cell against its constraint is refused at its row",
    arguments: [
      ("period,filings\n2020-01,5\n2020-02,-3\n", DiagnosticCode.negativeCount, 3),
      ("period,filings\n2020-01,5\n2020-02,1.5\n", .valueOutOfRange, 3),
      ("period,filings\n2020-01,\n", .valueOutOfRange, 2),
      ("period,filings\n2020-01,5\n2020-01,6\n", .duplicatePeriod, 3),
      ("period,filings\n2020-01,five\n", .notANumber, 2),
    ])
  func wrongCell(cases: String, code: DiagnosticCode, row: Int) throws {
    let error = try failure(Self.descriptor, cases)
    #expect(error?.code == code)
    #expect(error?.location?.row == row)
  }

  @Test("a path that is not there suggests the nearest name")
  func missingFile() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("filings.csv", "period,value\n2020,1\n")
    do {
      _ = try Dataset(folder.url.path + "/filing.csv")
      Issue.record("a missing file was read")
    } catch {
      #expect(error.code == .noSuchInput)
      #expect(error.hint?.en.contains("filings.csv") == true)
    }
  }

  @Test("a spreadsheet is refused with what to do")
  func spreadsheet() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.xlsx", "PK\u{3}\u{4}rest")
    do {
      _ = try Dataset(path)
      Issue.record("a spreadsheet was read as text")
    } catch { #expect(error.code == .unsupportedFormat) }
  }

  @Test("the shipped datasets are valid", arguments: ["jiayuguan", "china-courts", "riverside"])
  func shippedDatasets(name: String) throws {
    let dataset = try Dataset(Project.root.appendingPathComponent("Datasets/\(name)").path)
    #expect(dataset.package?.name == name)
    #expect(!(dataset.package?.sources.isEmpty ?? true))
  }

  @Test("the register of Jiayuguan holds all 64 figures, each with its quote")
  func jiayuguanFigures() throws {
    let dataset = try Dataset(Project.root.appendingPathComponent("Datasets/jiayuguan").path)
    let register = try FigureRegister(try dataset.table("figures"))
    #expect(register.figures.count == 64)
    #expect(register.figures.allSatisfy { !$0.quote.isEmpty })
  }

  @Test("the shipped simulated city is what its seed gives, to the last byte")
  func riversideIsReproduced() throws {
    for file in SimulatedDataset.files(CitySimulation(seed: 3)) {
      let url = Project.root.appendingPathComponent("Datasets/riverside/\(file.name)")
      #expect(try String(contentsOf: url, encoding: .utf8) == file.text, "\(file.name)")
    }
  }
}

@Suite("Writing files")
struct OutputFileTests {
  @Test("a write that cannot be made leaves what was there")
  func failedWrite() throws {
    let folder = try TemporaryFolder()
    let occupied = try folder.write("report.html", "old")
    #expect(throws: Diagnostic.self) {
      try OutputFile.write("new", to: occupied + "/report.html")
    }
    #expect(try String(contentsOfFile: occupied, encoding: .utf8) == "old")
  }

  @Test("a file is replaced whole, and no temporary file stays behind")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("report.html", "old")
    try OutputFile.write("new", to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }
}
