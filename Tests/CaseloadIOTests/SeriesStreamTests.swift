import CaseloadData
import Foundation
import Testing

@testable import CaseloadIO

@Suite("Series streams") struct SeriesStreamTests {
  /// A file in a folder of its own, removed afterwards.
  private func withFile<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "series.csv")
    try Data(text.utf8).write(to: file)
    return try body(file.path)
  }

  private static func rows(_ order: [(key: String, month: Int)], end: String = "\n") -> String {
    "court,period,value" + end
      + order.map { "\($0.key),2020-\($0.month < 10 ? "0" : "")\($0.month),\($0.month * 3)\(end)" }
      .joined()
  }

  private static let sorted = ["a", "b b", "\"c, \"\"d\"\"\"", "e"].flatMap { key in
    (1...6).map { (key: key, month: $0) }
  }

  @Test("blocks hold what the whole file holds", arguments: ["\n", "\r\n"])
  func blocks(end: String) throws {
    try withFile(Self.rows(Self.sorted, end: end)) { path in
      let stream = try #require(SeriesStream(path, SeriesSelection(), least: 0))
      #expect(stream.seriesCount == 4)
      #expect(stream.keyNames == ["court"])
      let whole = try Dataset(path).table(nil).panel(SeriesSelection()).panel
      for (first, last) in [(0, 4), (0, 1), (1, 3), (3, 4)] {
        let part = try stream.table(first..<last).panel(stream.selection).panel
        #expect(part.entries.map(\.key) == whole.entries[first..<last].map(\.key))
        for (a, b) in zip(part.entries, whole.entries[first..<last]) {
          #expect(a.series == b.series)
        }
      }
      #expect(try stream.table(2..<3).lines == Array(14...19))
    }
  }

  @Test("rows of a series that do not stand together are not streamed")
  func interleaved() throws {
    let order = (1...6).flatMap { month in ["a", "b"].map { (key: $0, month: month) } }
    try withFile(Self.rows(order)) { #expect(SeriesStream($0, SeriesSelection(), least: 0) == nil) }
  }

  @Test("small files, other encodings and files without series are read as a whole")
  func others() throws {
    try withFile(Self.rows(Self.sorted)) { #expect(SeriesStream($0, SeriesSelection()) == nil) }
    try withFile("court,value\na,1\n") {
      #expect(SeriesStream($0, SeriesSelection(), least: 0) == nil)
    }
    try withFile(Self.rows(Self.sorted) + "\"open,2020-01,3\n") {
      #expect(SeriesStream($0, SeriesSelection(), least: 0) == nil)
    }
  }

  @Test("records longer than a chunk and files beyond one are found")
  func long() throws {
    let name = String(repeating: "x", count: 5 << 20)
    let order = [name, "b"].flatMap { key in (1...2).map { (key: key, month: $0) } }
    try withFile(Self.rows(order)) { path in
      let index = try #require(SeriesIndex(path: path, keys: ["court"]))
      #expect(index.seriesCount == 2)
      #expect(index.lines == [2, 4])
      #expect(try index.bytes(1..<2).count == "court,period,value\n".utf8.count + 2 * 12)
    }
  }
}
