import CaseloadData
import Foundation

/// The series of a large CSV file, a block of whole series at a time.
public struct SeriesStream: Sendable {
  private let index: SeriesIndex
  /// How rows become series: keys and frequency are those of the first rows.
  public let selection: SeriesSelection
  public let keyNames: [String]

  public var seriesCount: Int { index.seriesCount }

  /// Opens the file at `path`; `nil` where it has to be read as a whole: it is small, it is not UTF-8,
  /// its first rows make no series by themselves, or the rows of a series do not stand together.
  ///
  /// - Parameters:
  ///   - path: a CSV or TSV file in UTF-8.
  ///   - selection: how rows become series.
  ///   - least: files of fewer bytes are not worth it.
  public init?(_ path: String, _ selection: SeriesSelection, least: Int = 4 << 20) {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    guard let size = try? file.seekToEnd(), size >= UInt64(least),
      (try? file.seek(toOffset: 0)) != nil,
      let data = try? file.read(upToCount: Self.sample)
    else { return nil }
    var head = [UInt8](data)
    // The last row of the sample may be cut.
    if UInt64(head.count) < size, let end = head.lastIndex(of: UInt8(ascii: "\n")) {
      head.removeLast(head.count - 1 - end)
    }
    guard
      let (text, _) = try? TextDecoding.text(head, encoding: "utf-8", source: path),
      let table = try? CSVReader.table(text, source: path),
      let panel = try? table.panel(selection).panel,
      let first = panel.entries.first?.series,
      let index = SeriesIndex(path: path, keys: panel.keyNames)
    else { return nil }
    self.index = index
    keyNames = panel.keyNames
    var selection = selection
    selection.keys = panel.keyNames
    selection.frequency = first.frequency
    self.selection = selection
  }

  /// The rows of the series in `range`.
  ///
  /// - Throws: what reading a table throws, with the row's place in the file.
  public func table(_ range: Range<Int>) throws(Diagnostic) -> Table {
    let bytes = try index.bytes(range)
    let (text, _) = try TextDecoding.text(bytes, encoding: "utf-8", source: index.path)
    return try CSVReader.table(
      text, delimiter: Character(UnicodeScalar(index.delimiter)), source: index.path,
      firstRow: index.lines[range.lowerBound])
  }

  /// What of the file is looked at to learn its keys and periods.
  private static let sample = 1 << 18
}
