import ArgumentParser
import Caseload
import CaseloadIO

/// Times a regression on a file: reading, the design, the fit and the covariance.
struct RegressionBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regression", abstract: "Time a regression on a CSV file.")

  @Argument(help: "A CSV file.")
  var data: String

  @Option(help: "Such as \"y ~ x | id + period\".")
  var formula: String

  @Option(help: "gaussian or poisson.")
  var family = "gaussian"

  @Option(help: "The column of clusters.")
  var cluster: String?

  @Option(help: "Threads for the projections.")
  var threads: Int?

  @Option(help: "How often the fit is repeated; the fastest counts.")
  var repetitions = 3

  struct Result: Encodable {
    let observations: Int
    let coefficients: [String: Double]
    let standardErrors: [String: Double]
    let read: Timing
    let design: Timing
    let fit: Timing
    let covariance: Timing
  }

  func run() async throws {
    let (table, read) = try await Timing.of { try Dataset(data, encoding: "utf-8").table(nil) }
    var options = DesignOptions()
    if let cluster { options.clusters = [cluster] }
    let parsed = try Formula(formula)
    let (design, designTiming) = try await Timing.of {
      try DesignMatrix(parsed, table, options)
    }
    let (fit, timing) = try await Timing.best(of: repetitions) { () -> any RegressionFit in
      if design.fixedEffects.isEmpty { return try LinearModel().fitted(design) }
      return family == "poisson"
        ? try PoissonFixedEffects().fitted(design)
        : try await FixedEffectsModel().fitted(design, threads: threads)
    }
    let clusters = design.clusters.map { grouping in
      fit.observations.map { grouping.selecting($0) } ?? grouping
    }
    let kind: CovarianceKind =
      clusters.isEmpty ? .heteroskedastic(.hc1) : .clustered(by: clusters, .cr1)
    let (rows, covariance) = try await Timing.of { try fit.coefficientTable(kind) }
    print(
      ResultEncoding.text(
        Result(
          observations: fit.observationCount,
          coefficients: Dictionary(rows.map { ($0.term, $0.estimate) }) { $1 },
          standardErrors: Dictionary(rows.map { ($0.term, $0.standardError) }) { $1 },
          read: read, design: designTiming, fit: timing, covariance: covariance)))
  }
}
