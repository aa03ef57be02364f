import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// Time of each design on one simulated staggered panel.
struct EffectSpeedBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "effect-speed",
    abstract: "Time the designs of differences on a simulated staggered panel.")

  @Option(help: "Units.")
  var units = 3_500

  @Option(help: "Periods.")
  var periods = 24

  @Option(help: "Designs with their options: callaway-santanna:draws=0, …")
  var designs = "callaway-santanna,imputation,sun-abraham,twfe"

  @Option(help: "Where to write the panel as CSV, for other programs.")
  var write: String?

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "How often it is repeated; the fastest counts.")
  var repetitions = 5

  struct Row: Encodable {
    let design: String
    let average: Double
    let standardError: Double?
    let timing: Timing
  }

  func validate() throws {
    guard units >= 8, periods >= 8 else {
      throw ValidationError("At least eight units and eight periods.")
    }
  }

  func run() async throws {
    let study = try Self.study(units: units, periods: periods, seed: seed)
    if let write { try Self.csv(study).write(toFile: write, atomically: true, encoding: .utf8) }
    var rows: [Row] = []
    for text in designs.split(separator: ",") {
      let parts = text.split(separator: ":").map(String.init)
      var options: [String: String] = [:]
      for option in parts.dropFirst() {
        let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2 else { throw ValidationError("\(option) is not name=value.") }
        options[pair[0]] = pair[1]
      }
      let design = try EffectEstimators.estimator(parts[0], options: options)
      let (estimate, timing) = try await Timing.best(of: repetitions) {
        try design.estimate(study, level: 0.95, from: RandomStream(seed: seed))
      }
      rows.append(
        Row(
          design: String(text), average: estimate.average.value,
          standardError: estimate.average.standardError, timing: timing))
    }
    print(ResultEncoding.text(rows))
  }

  /// A quarter of the units each: never treated, and treated from a third, a half and two thirds of
  /// the time on, with effects that grow and differ by cohort.
  static func study(units: Int, periods: Int, seed: UInt64) throws -> Study {
    var stream = RandomStream(seed: seed)
    let start = Period(frequency: .index, ordinal: 1)
    let trend = (0..<periods).map { t in 0.05 * Double(t) + 0.3 * stream.normal() }
    var entries: [Panel.Entry] = []
    var starts: [String: Period] = [:]
    let cohorts = [nil, periods / 3, periods / 2, 2 * periods / 3]
    for unit in 0..<units {
      let level = stream.normal()
      let cohort = cohorts[unit % cohorts.count]
      let values = (0..<periods).map { t -> Double in
        let effect = cohort.map { t >= $0 ? 0.2 + 0.02 * Double(t - $0) : 0 } ?? 0
        return level + trend[t] + effect + stream.normal()
      }
      entries.append(
        Panel.Entry(
          key: [String(unit + 1)], series: TimeSeries(measure: .ratio, start: start, values: values)
        ))
      if let cohort { starts[String(unit + 1)] = start.advanced(by: cohort) }
    }
    return try Study(Panel(keyNames: ["unit"], entries: entries), treatmentStart: starts)
  }

  private static func csv(_ study: Study) -> String {
    var text = "unit,period,y,g\n"
    for (unit, entry) in study.panel.entries.enumerated() {
      let cohort = study.treatmentStart[unit]?.description ?? "0"
      for (period, value) in zip(entry.series.periods, entry.series.values) {
        text += "\(entry.key[0]),\(period),\(value),\(cohort)\n"
      }
    }
    return text
  }
}
