import ArgumentParser
import Caseload

/// Size of tests of an effect with few courts: how often a programme that does nothing is found to work.
///
/// ```
/// yᵢₜ = αᵢ + λₜ + eᵢₜ,   eᵢₜ = ρ eᵢₜ₋₁ + uᵢₜ,   treated from the middle on
/// ```
///
/// - Sources: Bertrand, Duflo & Mullainathan (2004), *Quarterly Journal of Economics* 119, 249–275
///   (autocorrelated panels); MacKinnon & Webb (2020), *Journal of Econometrics* 218, 435–450 (few
///   treated clusters).
struct EffectSizeBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "effect-size",
    abstract: "Size of tests of an effect with few treated courts.",
    discussion: """
      Every cell is the share of simulated panels without any effect in which the difference in \
      differences is called one at 5 %; a dash where the inference is not defined.
      """)

  @Option(help: "Simulated panels a row.")
  var replications = 1_000

  @Option(help: "Periods of a panel.")
  var periods = 10

  @Option(help: "Autocorrelation of a court's errors.")
  var autocorrelation = 0.5

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the result does not depend on them.")
  var threads: Int?

  private static let designs = [(6, 3), (10, 5), (20, 10), (12, 3), (40, 4), (20, 2), (20, 1)]
  private static let choices: [InferenceChoice] = [
    .auto, .randomization, .cr1, .cr2, .cr3, .wildBootstrap, .influence, .jackknife,
  ]

  func validate() throws {
    guard replications > 0, periods > 1, abs(autocorrelation) < 1 else {
      throw ValidationError("Replications, two periods, and an autocorrelation below 1.")
    }
  }

  func run() async throws {
    print("Rejections at 5 % of no effect, \(replications) panels of \(periods) periods.\n")
    print(row(["courts", "treated"] + Self.choices.map(\.rawValue)))
    print(row([String](repeating: "---", count: Self.choices.count + 2)))
    let root = RandomStream(seed: seed)
    for (units, treated) in Self.designs {
      let stream = root.substream(named: "\(units)/\(treated)")
      let (periods, rho) = (periods, autocorrelation)
      let outcomes = try await concurrentMap(replications, threads: threads) { index in
        let own = stream.substream(UInt64(index))
        let grid = try Self.panel(units, treated, periods, rho, from: own)
        return try Self.choices.map { choice -> Bool? in
          let design = GroupMeanDifference(inference: choice)
          let effect = try design.average(grid)
          let answer = try? DifferenceInference.answer(
            design, grid, effect: effect, level: 0.95, from: own.substream(named: "inference"))
          return answer?.average.pValue.map { $0 <= 0.05 + 1e-12 }
        }
      }
      let cells = Self.choices.indices.map { k -> String in
        let defined = outcomes.compactMap { $0[k] }
        guard !defined.isEmpty else { return "–" }
        return NumberText.decimal(Double(defined.count { $0 }) / Double(defined.count), 3).en
      }
      print(row(["\(units)", "\(treated)"] + cells))
    }
    let error = (0.05 * 0.95 / Double(replications)).squareRoot()
    print("\nMonte-Carlo standard error of a rate of 0.05: \(NumberText.decimal(error, 4).en).")
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private static func panel(
    _ units: Int, _ treated: Int, _ periods: Int, _ rho: Double, from stream: RandomStream
  ) throws -> StudyGrid {
    var draw = stream
    let start = Period.year(2001)
    let common = (0..<periods).map { _ in draw.normal() }
    var entries: [Panel.Entry] = []
    var starts: [String: Period] = [:]
    for unit in 0..<units {
      let own = draw.normal()
      var error = draw.normal() / (1 - rho * rho).squareRoot()
      var values: [Double] = []
      for t in 0..<periods {
        values.append(own + common[t] + error)
        error = rho * error + draw.normal()
      }
      entries.append(
        Panel.Entry(key: ["\(unit)"], series: TimeSeries(start: start, values: values)))
      if unit < treated { starts["\(unit)"] = start.advanced(by: periods / 2) }
    }
    return try StudyGrid(
      Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: starts))
  }
}
