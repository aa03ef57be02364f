import CaseloadData
import Foundation

/// Where each series of a CSV file lies, found in one pass over the file.
///
/// A file of many series is usually written series by series. It can then be read, forecast and
/// written a block at a time, in memory that does not grow with the file.
struct SeriesIndex: Sendable {
  let path: String
  /// The header with its line end, without a byte order mark.
  let header: [UInt8]
  let delimiter: UInt8
  /// Where the first row of each series begins in the file, and where the last series ends.
  private(set) var starts: [Int] = []
  /// The line of each series' first row.
  private(set) var lines: [Int] = []

  var seriesCount: Int { lines.count }

  /// Indexes the file at `path` by the columns `keys`.
  ///
  /// - Returns: `nil` where the rows of a series do not stand together, or the file is no plain file
  ///   of rows: it has to be read as a whole.
  init?(path: String, keys: [String]) {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    var scanner = RecordScanner(file)
    guard let head = scanner.next(), let columns = scanner.names(head) else { return nil }
    self.path = path
    header = scanner.text(head)
    delimiter = scanner.delimiter
    var positions: [Int] = []
    for key in keys {
      guard let position = columns.firstIndex(of: key) else { return nil }
      positions.append(position)
    }
    scanner.keyColumns = positions
    var seen: Set<UInt64> = []
    var current: UInt64?
    while let record = scanner.next() {
      if record.key != current {
        guard seen.insert(record.key).inserted else { return nil }
        current = record.key
        starts.append(record.start)
        lines.append(record.line)
      }
    }
    guard !scanner.isMalformed, !starts.isEmpty else { return nil }
    starts.append(scanner.offset)
  }

  /// The rows of the series in `range`, under the file's header.
  func bytes(_ range: Range<Int>) throws(Diagnostic) -> [UInt8] {
    let span = starts[range.lowerBound]..<starts[range.upperBound]
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      try file.seek(toOffset: UInt64(span.lowerBound))
      guard let data = try file.read(upToCount: span.count), data.count == span.count else {
        throw Self.changed(path)
      }
      return header + data
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Self.changed(path)
    }
  }

  private static func changed(_ path: String) -> Diagnostic {
    Diagnostic(
      .noSuchInput, .error,
      Text(en: "'\(path)' changed while it was read.", zh: "'\(path)' 在读取过程中发生了变化。"),
      at: Diagnostic.Location(file: path),
      hint: Text(en: "Run the command again.", zh: "请重新运行命令。"))
  }
}

/// Splits a file into records without keeping it: RFC 4180 as ``CSVReader`` reads it.
private struct RecordScanner {
  struct Record {
    /// Where it begins, and where the next begins, in the file.
    let start: Int
    let end: Int
    let line: Int
    /// A hash of its key cells.
    let key: UInt64
  }

  private(set) var delimiter = UInt8(ascii: ",")
  var keyColumns: [Int] = []
  /// Where the next record begins.
  private(set) var offset = 0
  /// Whether a quotation mark was never closed.
  private(set) var isMalformed = false
  private let file: FileHandle
  private var buffer: [UInt8] = []
  /// The file's position of `buffer[0]`.
  private var base = 0
  private var isAtEnd = false
  private var line = 1

  private static let chunk = 1 << 22

  init(_ file: FileHandle) {
    self.file = file
    fill()
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    let head = buffer.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let candidates = [",", "\t", ";", "|"].compactMap { Character($0).asciiValue }
    let counts = candidates.map { candidate in head.count { $0 == candidate } }
    if let most = counts.max(), most > 0, let best = counts.firstIndex(of: most) {
      delimiter = candidates[best]
    }
  }

  /// The bytes of a record that was just read.
  func text(_ record: Record) -> [UInt8] {
    Array(buffer[(record.start - base)..<(record.end - base)])
  }

  /// The cells of a header; `nil` where it is not UTF-8.
  func names(_ record: Record) -> [String]? {
    guard let text = String(validating: text(record), as: UTF8.self) else { return nil }
    return (try? CSVReader.table(text, source: ""))?.columnNames
  }

  mutating func next() -> Record? {
    while true {
      if let found = scan() {
        switch found {
        case .record(let record): return record
        case .blank: continue
        case .end: return nil
        }
      }
      fill()
    }
  }

  private enum Found {
    case record(Record)
    case blank
    case end
  }

  /// The record at `offset`; `nil` where the buffer ends before it does.
  private mutating func scan() -> Found? {
    let quote = UInt8(ascii: "\"")
    let (newline, feed) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    let separator = delimiter
    let begin = offset - base
    let first = line
    var (position, lines) = (begin, line)
    var column = 0
    var key: UInt64 = 0xcbf2_9ce4_8422_2325
    let wanted = keyColumns
    let isLast = isAtEnd
    // The buffer is read where it lies: a bounds check a byte would double the time of the pass.
    let isComplete = buffer.withUnsafeBufferPointer { bytes -> Bool in
      let end = bytes.count
      while true {
        let cell = position
        if position < end, bytes[position] == quote {
          position += 1
          while position < end {
            if bytes[position] == quote {
              guard position + 1 < end, bytes[position + 1] == quote else { break }
              position += 1
            } else if bytes[position] == newline {
              lines += 1
            }
            position += 1
          }
          guard position < end else { return false }
        }
        while position < end, bytes[position] != separator, bytes[position] != newline,
          bytes[position] != feed
        { position += 1 }
        guard position < end || isLast else { return false }
        if wanted.contains(column) {
          for k in cell..<position { key = (key ^ UInt64(bytes[k])) &* 0x100_0000_01b3 }
          key = (key ^ 0xFF) &* 0x100_0000_01b3
        }
        guard position < end, bytes[position] == separator else { break }
        position += 1
        column += 1
      }
      return true
    }
    let end = buffer.count
    guard isComplete else {
      if isLast {
        isMalformed = begin < end
        return .end
      }
      return nil
    }
    let isBlank = position == begin
    if position < end {
      if buffer[position] == feed {
        guard position + 1 < end || isLast else { return nil }
        if position + 1 < end, buffer[position + 1] == newline { position += 1 }
      }
      position += 1
      lines += 1
    } else if isBlank {
      return .end
    }
    line = lines
    let start = offset
    offset = base + position
    return isBlank
      ? .blank : .record(Record(start: start, end: offset, line: first, key: key))
  }

  /// Drops what was read and appends the next chunk.
  private mutating func fill() {
    buffer.removeFirst(max(0, offset - base))
    base = max(base, offset)
    let data = (try? file.read(upToCount: Self.chunk)) ?? nil
    if let data, !data.isEmpty { buffer += data } else { isAtEnd = true }
  }
}
