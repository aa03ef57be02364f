import Caseload
import CaseloadIO
import ArgumentParser
import Foundation

/// Filings of courts without a programme.
struct CourtPanel: Sendable {
  let name: String
  let panel: Panel
  /// Periods before and after a start.
  let before: Int
  let after: Int

  /// The panels whose files are there.
  static func all(in folder: String) throws -> [CourtPanel] {
    var panels: [CourtPanel] = []
    if let rows = try rows(folder, "florida_county_case_type_annual_1986_2013.csv.gz") {
      let cells = rows.compactMap { row -> Cell? in
        guard row[2].hasSuffix("Civil"), let year = Int(row[4]), let value = Double(row[5]) else {
          return nil
        }
        return Cell(court: row[1], period: .year(year), value: value)
      }
      panels.append(
        CourtPanel(name: "Florida civil", panel: panel(cells, least: 500), before: 5, after: 2))
    }
    if let rows = try rows(folder, "nj_municipal_courts_2005_2025.csv.gz") {
      let cells = rows.compactMap { row -> Cell? in
        guard row[3] == "filings", let year = Int(row[0]), let value = Double(row[7]) else {
          return nil
        }
        return Cell(court: row[1] + "/" + row[2], period: .year(year), value: value)
      }
      panels.append(
        CourtPanel(
          name: "New Jersey criminal", panel: panel(cells, least: 200), before: 5, after: 2))
    }
    if let rows = try rows(folder, "hawaii_monthly_filings_1998_2024.csv") {
      let cells = rows.compactMap { row -> Cell? in
        let date = row[0].split(separator: "-").compactMap { Int($0) }
        guard date.count == 2, let value = Double(row[5]) else { return nil }
        return Cell(
          court: row[1] + "/" + row[4], period: .month(date[0], date[1]), value: value)
      }
      panels.append(
        CourtPanel(name: "Hawaii monthly", panel: panel(cells, least: 5), before: 24, after: 12))
    }
    return panels
  }

  private struct Cell {
    let court: String
    let period: Period
    let value: Double
  }

  /// Sums by court and period, of courts that never report less than `least`.
  private static func panel(_ cells: [Cell], least: Double) -> Panel {
    var sums: [String: [Period: Double]] = [:]
    for cell in cells { sums[cell.court, default: [:]][cell.period, default: 0] += cell.value }
    let reported = Set(cells.map(\.period)).sorted()
    guard let first = reported.first, let last = reported.last else {
      return Panel(keyNames: ["court"], entries: [])
    }
    let count = first.distance(to: last) + 1
    var entries: [Panel.Entry] = []
    for court in sums.keys.sorted() {
      let own = sums[court] ?? [:]
      guard reported.allSatisfy({ (own[$0] ?? 0) >= least }) else { continue }
      let values = (0..<count).map { own[first.advanced(by: $0)] ?? .nan }
      entries.append(
        Panel.Entry(key: [court], series: TimeSeries(start: first, values: values)))
    }
    return Panel(keyNames: ["court"], entries: entries)
  }

  /// The cells of a table's rows without its header; `nil` for a file that is not there.
  private static func rows(_ folder: String, _ file: String) throws -> [[String]]? {
    let path = folder + "/" + file
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text: String
    if path.hasSuffix(".gz") {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-dc", path]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      text = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw ValidationFailure("gzip could not read \(path).")
      }
    } else {
      text = try String(contentsOfFile: path, encoding: .utf8)
    }
    return text.split(whereSeparator: \.isNewline).dropFirst().map { cells(of: $0) }
  }

  /// Commas inside quotation marks do not separate.
  private static func cells(of line: Substring) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    return cells
  }
}
