import ArgumentParser
import Caseload
import CaseloadIO

/// How often the intervals of a whole analysis hold the truth of a simulated city.
struct CityBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "city",
    abstract: "Coverage of growth, steps and the mediation effect on simulated cities.")

  @Option(help: "Simulated cities.")
  var replications = 500

  func run() async throws {
    let rows = try await concurrentMap(replications) { replicate in
      try Self.recovered(seed: UInt64(1000 + replicate))
    }
    print("quantity\tcoverage of 95 %\tmean estimate\ttruth")
    for index in rows.first?.indices ?? 0..<0 {
      let all = rows.map { $0[index] }
      let coverage = Double(all.count { $0.isCovered }) / Double(all.count)
      let mean = all.map(\.estimate).reduce(0, +) / Double(all.count)
      print(
        "\(all[0].name)\t\(NumberText.percent(coverage).en)\t\(NumberText.percent(mean, 2).en)\t"
          + NumberText.percent(all[0].truth, 2).en)
    }
  }

  struct Recovery: Sendable {
    let name: String
    let estimate: Double
    let truth: Double
    let isCovered: Bool

    init(_ name: String, _ estimate: Estimate, _ truth: Double) {
      self.name = name
      self.estimate = estimate.value
      self.truth = truth
      isCovered = (estimate.lower ?? .nan) <= truth && truth <= (estimate.upper ?? .nan)
    }
  }

  static func recovered(seed: UInt64) throws -> [Recovery] {
    let city = CitySimulation(seed: seed)
    let model = city.model
    let events = [
      KnownEvent(
        id: "registration", kind: .level, from: model.registrationReform, name: Text("reform")),
      KnownEvent(
        id: "pandemic", kind: .pulse, from: model.pandemicStart, to: model.pandemicEnd,
        name: Text("pandemic")),
    ]
    var rows: [Recovery] = []
    for (k, law) in model.caseTypes.enumerated() where !law.isCivil && law.id != "administrative" {
      let total = (0..<model.months).map { t in
        Double(city.dockets.filter { $0.caseType == k }.reduce(0) { $0 + $1.filings[t] })
      }
      let growth = try Growth(
        of: TimeSeries(start: model.start, values: total), events: events, calendar: .china,
        shift: model.registrationReform, from: RandomStream(seed: seed))
      if let line = growth.logLinear {
        rows.append(Recovery("growth \(law.id)", line, expm1(law.logGrowth)))
      }
      if let shift = growth.levelShift {
        rows.append(Recovery("step \(law.id)", shift.step, expm1(law.registrationStep)))
      }
      for event in growth.eventEffects where event.id == "pandemic" {
        rows.append(Recovery("pandemic \(law.id)", event.effect, expm1(model.pandemicEffect)))
      }
    }
    let panel = Panel(
      keyNames: ["community"],
      entries: city.communities.map {
        Panel.Entry(
          key: [$0.id],
          series: TimeSeries(start: model.start, values: $0.filings.map(Double.init)))
      })
    let starts = city.communities.compactMap { community in
      community.mediationFrom.map { (community.id, $0) }
    }
    var design = InterruptedTimeSeries()
    design.scale = .log
    let effect = try design.estimate(
      Study(
        panel, treatmentStart: Dictionary(uniqueKeysWithValues: starts), events: events,
        calendar: .china), level: 0.95)
    rows.append(Recovery("mediation, average", effect.average, expm1(model.mediationEffect)))
    if let step = effect.levelChange {
      rows.append(Recovery("mediation, level", step, expm1(model.mediationEffect)))
    }
    return rows
  }
}
