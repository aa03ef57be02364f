import ArgumentParser
import Caseload
import CaseloadIO

/// Size and width of 95 % intervals with few clusters, on published designs.
///
/// - Sources: Cameron, Gelbach & Miller (2008), *Review of Economics and Statistics* 90, 414–427
///   (the designs with a random effect); Bertrand, Duflo & Mullainathan (2004), *Quarterly Journal
///   of Economics* 119, 249–275, and Cameron & Miller (2015), *Journal of Human Resources* 50,
///   317–372 (placebo laws).
struct ClusterBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clusters",
    abstract: "Size of tests and width of 95 % intervals with few clusters.",
    discussion: """
      Every cell is the share of simulated data sets whose true null is rejected at 5 %, which is \
      one less the coverage of the interval. "split" is the share where p-value and interval \
      disagree, "open" the share of intervals without an end; widths are of the others, relative \
      to that of CR1.
      """)

  @Option(help: "Simulated data sets a row.")
  var replications = 2_000

  @Option(help: "Draws of a bootstrap; signs are enumerated where they are no more.")
  var draws = 1_999

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the result does not depend on them.")
  var threads: Int?

  @Option(help: "Data sets a row for which absorbed effects are compared with columns.")
  var checks = 20

  func run() async throws {
    let root = RandomStream(seed: seed)
    let designs = ClusterDesign.published
    print("Rejections at 5 % of a true null, \(replications) data sets, \(draws) draws.\n")
    print(row(["design", "clusters"] + ClusterMethod.allCases.map(\.label)))
    print(row([String](repeating: "---", count: ClusterMethod.allCases.count + 2)))
    var widths: [String] = []
    var differences: [(relative: Double, pValue: Double)] = []
    for design in designs {
      let stream = root.substream(named: design.label)
      let draws = self.draws
      let outcomes = try await concurrentMap(replications, threads: threads) { index in
        let own = stream.substream(UInt64(index))
        return try ClusterMethod.outcomes(
          of: design.sample(own), draws: draws, from: own.substream(named: "bootstrap"))
      }
      let rates = ClusterMethod.allCases.indices.map { k in
        Double(outcomes.count { $0[k].isRejected }) / Double(replications)
      }
      print(row([design.name, design.size] + rates.map { NumberText.decimal($0, 3).en }))
      widths.append(widthRow(design, outcomes))
      guard design.isPanel else { continue }
      differences += try await concurrentMap(min(checks, replications), threads: threads) { index in
        try design.differences(stream.substream(UInt64(index)), draws: 199)
      }
    }
    let error = (0.05 * 0.95 / Double(replications)).squareRoot()
    print("\nMonte-Carlo standard error of a rate of 0.05: \(NumberText.decimal(error, 4).en).\n")
    print("Mean widths of the intervals, as a multiple of those of CR1 with t(G − 1).\n")
    print(row(["design", "clusters"] + ClusterMethod.allCases.map(\.label) + ["open", "split"]))
    print(row([String](repeating: "---", count: ClusterMethod.allCases.count + 4)))
    widths.forEach { print($0) }
    print(
      "\nAbsorbed effects against columns, \(differences.count) data sets: estimates and standard "
        + "errors within \(differences.map(\.relative).max() ?? 0) of each other, wild p-values "
        + "different in \(differences.count { $0.pValue > 0 }), by at most "
        + "\(differences.map(\.pValue).max() ?? 0).")
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private func widthRow(_ design: ClusterDesign, _ outcomes: [[ClusterMethod.Outcome]]) -> String {
    func mean(_ k: Int) -> Double {
      let widths = outcomes.compactMap { $0[k].width }
      return widths.reduce(0, +) / Double(max(1, widths.count))
    }
    let reference = mean(ClusterMethod.cr1.rawValue)
    let cells = ClusterMethod.allCases.indices.map {
      NumberText.decimal(mean($0) / reference, 2).en
    }
    let all = Double(outcomes.count * ClusterMethod.bootstraps.count)
    func share(_ holds: (ClusterMethod.Outcome) -> Bool) -> String {
      let count = outcomes.reduce(0) { sum, outcome in
        sum + ClusterMethod.bootstraps.count { holds(outcome[$0.rawValue]) }
      }
      return NumberText.decimal(Double(count) / all, 4).en
    }
    return row(
      [design.name, design.size] + cells
        + [share { $0.width == nil }, share { $0.isRejected == $0.covers }])
  }
}

/// A way to test one coefficient with clustered data.
enum ClusterMethod: Int, CaseIterable {
  case classical, cr1Normal, cr1, cr2, cr3, jackknife, restricted, webb, unrestricted

  static let bootstraps: [ClusterMethod] = [.restricted, .webb, .unrestricted]

  var label: String {
    switch self {
    case .classical: "classical"
    case .cr1Normal: "CR1 normal"
    case .cr1: "CR1 t(G−1)"
    case .cr2: "CR2 Satt."
    case .cr3: "CR3 Satt."
    case .jackknife: "jackknife"
    case .restricted: "wild"
    case .webb: "wild Webb"
    case .unrestricted: "wild unrestr."
    }
  }

  struct Outcome: Sendable {
    let isRejected: Bool
    let covers: Bool
    /// `nil` for an interval without an end.
    let width: Double?
  }

  /// One outcome a method, in the order of `allCases`.
  static func outcomes(of sample: ClusterSample, draws: Int, from stream: RandomStream) throws
    -> [Outcome]
  {
    let fit = try sample.fit()
    return try allCases.map { method in
      if bootstraps.contains(method) {
        let result = try bootstrap(method, draws).test(
          sample.contrast, equals: sample.truth, in: fit, clusters: sample.clusters, from: stream)
        let width = result.lower.flatMap { lower in result.upper.map { $0 - lower } }
        let covers =
          (result.lower ?? -.infinity) <= sample.truth
          && sample.truth <= (result.upper ?? .infinity)
        return Outcome(isRejected: result.pValue <= 0.05, covers: covers, width: width)
      }
      let rows = try fit.coefficientTable(method.covariance(sample.clusters))
      var row = rows[sample.coefficient]
      if method == .cr1Normal {
        row = Coefficient(
          term: row.term, estimate: row.estimate, standardError: row.standardError,
          degreesOfFreedom: .infinity, level: 0.95)
      }
      let covers = row.lower <= sample.truth && sample.truth <= row.upper
      return Outcome(isRejected: !covers, covers: covers, width: row.upper - row.lower)
    }
  }

  private func covariance(_ clusters: Grouping) -> CovarianceKind {
    switch self {
    case .classical: .classical
    case .cr2: .clustered(by: [clusters], .cr2)
    case .cr3: .clustered(by: [clusters], .cr3)
    case .jackknife: .jackknife(by: clusters)
    default: .clustered(by: [clusters], .cr1)
    }
  }

  private static func bootstrap(_ method: ClusterMethod, _ draws: Int) -> WildClusterBootstrap {
    var bootstrap = WildClusterBootstrap()
    bootstrap.draws = draws
    bootstrap.weights = method == .webb ? .webb : .rademacher
    bootstrap.isRestricted = method != .unrestricted
    return bootstrap
  }
}
