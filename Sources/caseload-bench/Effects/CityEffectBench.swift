import ArgumentParser
import Caseload
import CaseloadIO

/// How every design, and the comparison of two years, finds the effect of a simulated programme.
struct CityEffectBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "city-effects",
    abstract: "Bias and coverage of each design on simulated cities with a known effect.")

  @Option(help: "Simulated cities.")
  var replications = 100

  @Option(help: "The designs; all registered ones when left out.")
  var designs: String?

  struct Outcome: Sendable {
    let estimate: Double?
    let isCovered: Bool?
  }

  func run() async throws {
    let ids =
      designs?.split(separator: ",").map(String.init) ?? EffectEstimators.all.map { $0.card.id }
    let truth = expm1(CitySimulation(seed: 1000).model.mediationEffect)
    let all = try await concurrentMap(replications) { replicate in
      try Self.outcomes(ids, seed: UInt64(1000 + replicate), truth: truth)
    }
    print("design\tcities\ttruth\tmean\troot mean squared error\tcoverage of 95 %")
    for (index, id) in (ids + ["year on year"]).enumerated() {
      let found = all.map { $0[index] }
      let estimates = found.compactMap(\.estimate)
      guard !estimates.isEmpty else {
        print("\(id)\t0\t\t\t\t")
        continue
      }
      let count = Double(estimates.count)
      let mean = estimates.reduce(0, +) / count
      let squares = estimates.reduce(0) { $0 + ($1 - truth) * ($1 - truth) } / count
      let covered = found.compactMap(\.isCovered)
      let coverage =
        covered.isEmpty
        ? "–" : NumberText.percent(Double(covered.count { $0 }) / Double(covered.count)).en
      print(
        "\(id)\t\(estimates.count)\t\(NumberText.percent(truth, 2).en)\t"
          + "\(NumberText.percent(mean, 2).en)\t"
          + "\(NumberText.percent(squares.squareRoot(), 2).en)\t\(coverage)")
    }
  }

  /// One outcome a design, and that of the comparison of years.
  private static func outcomes(_ ids: [String], seed: UInt64, truth: Double) throws -> [Outcome] {
    let city = CitySimulation(seed: seed)
    let model = city.model
    let events = [
      KnownEvent(
        id: "registration", kind: .level, from: model.registrationReform, name: Text("reform")),
      KnownEvent(
        id: "pandemic", kind: .pulse, from: model.pandemicStart, to: model.pandemicEnd,
        name: Text("pandemic")),
    ]
    let entries = city.communities.map {
      Panel.Entry(
        key: [$0.id], series: TimeSeries(start: model.start, values: $0.filings.map(Double.init)))
    }
    var starts: [String: Period] = [:]
    for community in city.communities { starts[community.id] = community.mediationFrom }
    let study = try Study(
      Panel(keyNames: ["community"], entries: entries), treatmentStart: starts, events: events,
      calendar: .china)
    var outcomes = ids.map { id -> Outcome in
      guard
        let design = try? EffectEstimators.estimator(id, options: ["scale": "log"]),
        let answer = try? design.estimate(
          study, level: 0.95, from: RandomStream(seed: seed)
        ).average
      else { return Outcome(estimate: nil, isCovered: nil) }
      var isCovered: Bool?
      if let lower = answer.lower, let upper = answer.upper {
        isCovered = lower <= truth && truth <= upper
      }
      return Outcome(estimate: answer.value, isCovered: isCovered)
    }
    outcomes.append(Outcome(estimate: yearOnYear(study), isCovered: nil))
    return outcomes
  }

  /// What a work report prints: the treated units' first treated year against the year before.
  private static func yearOnYear(_ study: Study) -> Double? {
    var (after, before) = (0.0, 0.0)
    for (unit, start) in study.treatmentStart {
      let series = study.panel.entries[unit].series
      for month in 0..<12 {
        guard let later = series[start.advanced(by: month)],
          let earlier = series[start.advanced(by: month - 12)]
        else { return nil }
        after += later
        before += earlier
      }
    }
    return before > 0 ? after / before - 1 : nil
  }
}
