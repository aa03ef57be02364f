import Caseload
import CaseloadIO
import Foundation

/// A file of a forecasting competition: CSV of unique_id, split (train or test), t and value,
/// compressed by gzip or not.
struct CompetitionFile: Sendable {
  struct Series: Sendable {
    let id: String
    let train: TimeSeries
    let test: [Double]
  }

  let name: String
  let seasonLength: Int
  /// In the file's order.
  let series: [Series]

  init(_ path: String, seasonLength: Int?) throws {
    name =
      URL(fileURLWithPath: path).lastPathComponent
      .components(separatedBy: ".").first ?? path
    let season = try seasonLength ?? Self.seasonLength(named: name)
    self.seasonLength = season
    var order: [Substring] = []
    var parts: [Substring: (train: [(Int, Double)], test: [(Int, Double)])] = [:]
    let text = try Self.text(path)
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.first == "unique_id,split,t,value" else {
      throw ValidationFailure("\(path) does not hold unique_id,split,t,value.")
    }
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == 4, let t = Int(cells[2]), let value = Double(cells[3]) else {
        throw ValidationFailure("\(path): \(line) is not a row of the file.")
      }
      if parts[cells[0]] == nil {
        order.append(cells[0])
        parts[cells[0]] = ([], [])
      }
      if cells[1] == "test" {
        parts[cells[0]]?.test.append((t, value))
      } else {
        parts[cells[0]]?.train.append((t, value))
      }
    }
    series = order.compactMap { id in
      guard let part = parts[id] else { return nil }
      let train = part.train.sorted { $0.0 < $1.0 }
      return Series(
        id: String(id),
        train: TimeSeries(
          start: Period(frequency: .index, ordinal: train.first?.0 ?? 1),
          values: train.map(\.1), seasonLength: season),
        test: part.test.sorted { $0.0 < $1.0 }.map(\.1))
    }
  }

  /// `count` series, the same that Tools/peers/competition.py draws.
  func sampled(_ count: Int?, seed: UInt64) -> [Series] {
    guard let count else { return series }
    var sample = NumPySample(seed: seed)
    return sample.indices(count, of: series.count).map { series[$0] }
  }

  private static func seasonLength(named name: String) throws -> Int {
    let lengths = [
      ("monthly", 12), ("quarterly", 4), ("yearly", 1), ("other", 1), ("weekly", 52),
      ("hourly", 24),
    ]
    guard let length = lengths.first(where: { name.contains($0.0) }) else {
      throw ValidationFailure("\(name): the name says no frequency; give --season-length.")
    }
    return length.1
  }

  private static func text(_ path: String) throws -> String {
    guard path.hasSuffix(".gz") else { return try String(contentsOfFile: path, encoding: .utf8) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationFailure("gzip could not read \(path).")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

/// What is wrong with what was asked for.
struct ValidationFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
