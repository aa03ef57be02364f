import ArgumentParser
import Caseload
import CaseloadIO

/// Simulated queues beside their closed forms, and how fast queues and a court are simulated.
struct SimulatorBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulator",
    abstract: "Simulated queues beside closed forms, with standard errors; cases a second.")

  @Option(help: "Cases of each queue.")
  var cases = 4_000_000

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "A court in YAML, to be timed.")
  var court: String?

  @Option(help: "Replications of the court.")
  var replications = 20

  /// The queues of the comparison.
  static func queues() throws -> [(name: String, queue: SimulatedQueue)] {
    func one(_ rate: Double, _ law: ServiceLaw, patience: Double = 0) -> SimulatedQueue.CaseClass {
      SimulatedQueue.CaseClass(arrivalRate: rate, service: law, abandonmentRate: patience)
    }
    let unit = try ServiceLaw(.exponential, mean: 1)
    let mixture = try ServiceLaw(branches: [
      .init(probability: 0.8, mean: 0.25), .init(probability: 0.2, mean: 4),
    ])
    return [
      ("M/M/1, ρ = 0.8", try SimulatedQueue(classes: [one(0.8, unit)], servers: 1)),
      ("M/M/20, ρ = 0.95", try SimulatedQueue(classes: [one(19, unit)], servers: 20)),
      (
        "M/M/34, 6,834 cases at 220 a judge",
        try SimulatedQueue(
          classes: [one(6834, try ServiceLaw(.exponential, mean: 1.0 / 220))], servers: 34)
      ),
      (
        "M/D/1, ρ = 0.8",
        try SimulatedQueue(
          classes: [one(0.8, try ServiceLaw(.deterministic, mean: 1))], servers: 1)
      ),
      ("M/H₂/1, ρ = 0.8", try SimulatedQueue(classes: [one(0.8, mixture)], servers: 1)),
      (
        "M/M/18+M, patience ½",
        try SimulatedQueue(classes: [one(20, unit, patience: 2)], servers: 18)
      ),
      (
        "two classes, priority",
        try SimulatedQueue(
          classes: [
            one(1.6, try ServiceLaw(.exponential, mean: 0.25)),
            one(0.2, try ServiceLaw(.exponential, mean: 2)),
          ], servers: 1)
      ),
      (
        "M/H₂/1-PS, ρ = 0.8",
        try SimulatedQueue(
          classes: [one(0.8, mixture)], servers: 1, discipline: .processorSharing)
      ),
      (
        "M/M/3-PS, at most 10 at once",
        try SimulatedQueue(
          classes: [one(2.4, unit)], servers: 3, discipline: .processorSharing, limit: 10)
      ),
    ]
  }

  func run() async throws {
    print("queue\tquantity\tclosed form\tsimulated\tstandard error\tz")
    var speeds: [String] = []
    for (name, queue) in try Self.queues() {
      let (result, time) = try await Timing.of {
        try await QueueSimulation(
          queue, cases: cases, stream: RandomStream(seed: seed), threads: 1)
      }
      for row in QueueComparison(result).rows {
        guard let truth = row.closedForm, let error = row.simulated.standardError, error > 0,
          ["wait", "sojourn", "abandonment", "present", "littleGap"].contains(row.quantity)
        else { continue }
        func number(_ x: Double) -> String { NumberText.significant(x, 5).en }
        let quantity = row.quantity + (row.caseClass.map { ", class \($0)" } ?? "")
        print(
          "\(name)\t\(quantity)\t\(number(truth))\t\(number(row.simulated.value))\t"
            + "\(number(error))\t\(row.zScore.map { NumberText.decimal($0, 2).en } ?? "–")")
      }
      let left = Double(result.events)
      speeds.append(
        "\(name)\t\(NumberText.decimal(left / time.processor / 1e6, 1).en)\t"
          + NumberText.decimal(time.processor / Double(cases) * 1e9, 0).en)
    }
    print("\nqueue\tmillion events a second\tns CPU a case")
    for line in speeds { print(line) }
    guard let court else { return }
    let described = try YAMLFile.decode(SimulatedCourt.self, at: court)
    let (result, time) = try await Timing.of {
      try await CourtSimulationResult(
        described, scenarios: [], replications: replications, stream: RandomStream(seed: seed),
        threads: 1)
    }
    print("\ncourt\tcases\tevents\tseconds CPU\tcases a second")
    print(
      "\(court)\t\(result.cases)\t\(result.events)\t\(NumberText.decimal(time.processor, 2).en)\t"
        + NumberText.decimal(Double(result.cases) / time.processor).en)
  }
}
