import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// How often each design finds an effect of a programme that never was, on outcomes of real courts.
struct PlaceboBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "placebo",
    abstract: "Rejections of true nulls at 5 % on real court panels.",
    discussion: """
      FOLDER holds florida_county_case_type_annual_1986_2013.csv.gz, \
      nj_municipal_courts_2005_2025.csv.gz and hawaii_monthly_filings_1998_2024.csv; absent ones are \
      passed over. Programmes start at random dates in randomly drawn courts, a quarter of all at most, \
      six or more in two waves where the design allows; the inference is the one that each design \
      chooses itself, unless one is named. Rows appear as they are done. A randomization test ends as \
      soon as its verdict at 5 % is certain.
      """)

  @Argument(help: "The folder of the court panels.")
  var folder: String

  @Option(help: "Placebo programmes a design, panel and number of treated courts.")
  var programmes = 1_000

  @Option(parsing: .upToNextOption, help: "Treated courts of a programme.")
  var treated = [1, 2, 10]

  @Option(help: "Comparison courts of a programme; 0 for all.")
  var comparison = 40

  @Option(parsing: .upToNextOption, help: "Only these designs.")
  var designs: [String] = []

  @Option(help: "The inference; each design's own choice when left out.")
  var inference: String?

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the result does not depend on them.")
  var threads: Int?

  func run() async throws {
    let panels = try CourtPanel.all(in: folder)
    for court in panels {
      let rates = try BaseRates(court.panel, fall: 0.046, largeFall: 0.115)
      print(
        "\(court.name): \(rates.units) courts, \(rates.periods) periods; pairs of which both fell by "
          + "4.6 % and one by 11.5 %: \(NumberText.percent(rates.pairRate ?? .nan).en); after growth in "
          + "the highest tenth, relative to the others: "
          + "\(NumberText.percent(rates.changeAfterGrowth ?? .nan).en)")
    }
    try Self.row(
      [
        "\npanel", "design", "treated", "inference", "rejections", "Monte Carlo error", "answered",
        "refusals", "SD", "mean SE", "seconds",
      ])
    for court in panels {
      let grid = try PlaceboProgrammes.grid(court.panel, scale: .log)
      for type in EffectEstimators.all {
        let id = type.card.id
        guard designs.isEmpty ? !Self.wantsMore.contains(id) : designs.contains(id),
          let design = try? EffectEstimators.estimator(
            id, options: ["scale": "log", "inference": inference ?? "auto"]),
          let estimator = design as? any DifferenceEstimator
        else { continue }
        for count in treated where count * 4 <= grid.unitCount {
          var placebo = PlaceboProgrammes()
          placebo.count = programmes
          placebo.treated = count
          placebo.waves = count >= 6 && !Self.oneStart.contains(id) ? 2 : 1
          placebo.comparison = comparison
          (placebo.before, placebo.after) = (court.before, court.after)
          let stream = RandomStream(seed: seed).substream(named: court.name)
          let kind = Self.kind(placebo, estimator, grid, stream)
          let (outcome, time) = try await Timing.of {
            try await self.outcome(placebo, estimator, grid, stream)
          }
          func shown(_ value: Double?) -> String {
            value.map { NumberText.decimal($0, 4).en } ?? "–"
          }
          try Self.row(
            [
              court.name, id, "\(count)", kind?.rawValue ?? "–", shown(outcome.rate),
              shown(outcome.monteCarloError), "\(outcome.answered)",
              outcome.refusals.isEmpty
                ? "–"
                : outcome.refusals.sorted { $0.key < $1.key }.map { "\($0.key) × \($0.value)" }
                  .joined(separator: ", "), shown(outcome.standardDeviation),
              shown(outcome.meanStandardError), NumberText.decimal(time.processor, 1).en,
            ])
        }
      }
    }
  }

  /// Designs that want what a placebo programme does not have: units that it could not act on, doses.
  private static let wantsMore: Set<String> = ["triple-difference", "continuous-dose"]
  /// Designs of programmes with one start.
  private static let oneStart: Set<String> = ["did", "doubly-robust"]

  /// A row, shown at once.
  private static func row(_ cells: [String]) throws {
    try FileHandle.standardOutput.write(
      contentsOf: Data((cells.joined(separator: "\t") + "\n").utf8))
  }

  /// The inference that a design chooses for the first programme that it answers.
  private static func kind(
    _ placebo: PlaceboProgrammes, _ estimator: some DifferenceEstimator, _ grid: StudyGrid,
    _ stream: RandomStream
  ) -> Inference.Kind? {
    for draw in 0..<min(10, placebo.count) {
      let own = stream.substream(UInt64(draw))
      guard let grid = placebo.programme(grid, from: own.substream(named: "programme")),
        let effect = try? estimator.average(grid),
        let answer = try? DifferenceInference.answer(
          estimator, grid, effect: effect, level: placebo.level, from: own)
      else { continue }
      return answer.inference.kind
    }
    return nil
  }

  private func outcome(
    _ placebo: PlaceboProgrammes, _ estimator: some DifferenceEstimator, _ grid: StudyGrid,
    _ stream: RandomStream
  ) async throws -> PlaceboProgrammes.Outcome {
    try await placebo.outcome(of: estimator, on: grid, from: stream, threads: threads)
  }
}
