import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

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

  struct Timing: Encodable {
    let wall: Double
    let processor: Double
  }

  struct Result: Encodable {
    let observations: Int
    let coefficients: [String: Double]
    let standardErrors: [String: Double]
    let read: Timing
    let design: Timing
    let fit: Timing
    let covariance: Timing
  }

  private static func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func timed<R>(_ body: () async throws -> R) async rethrows -> (R, Timing) {
    let (start, processor) = (ContinuousClock.now, processorSeconds())
    let result = try await body()
    let elapsed = ContinuousClock.now - start
    return (
      result,
      Timing(
        wall: elapsed / .seconds(1), processor: processorSeconds() - processor)
    )
  }

  func run() async throws {
    let (table, read) = try await Self.timed { try Dataset(data, encoding: "utf-8").table(nil) }
    var options = DesignOptions()
    if let cluster { options.clusters = [cluster] }
    let parsed = try Formula(formula)
    let (design, designTiming) = try await Self.timed {
      try DesignMatrix(parsed, table, options)
    }
    var best: (fit: any RegressionFit, timing: Timing)?
    for _ in 0..<repetitions {
      let (fit, timing) = try await Self.timed { () async throws -> any RegressionFit in
        if design.fixedEffects.isEmpty { return try LinearModel().fitted(design) }
        return family == "poisson"
          ? try PoissonFixedEffects().fitted(design)
          : try await FixedEffectsModel().fitted(design, threads: threads)
      }
      if best.map({ timing.wall < $0.timing.wall }) ?? true { best = (fit, timing) }
    }
    guard let (fit, timing) = best else { return }
    let clusters = design.clusters.map { grouping in
      fit.observations.map { grouping.selecting($0) } ?? grouping
    }
    let kind: CovarianceKind =
      clusters.isEmpty ? .heteroskedastic(.hc1) : .clustered(by: clusters, .cr1)
    let (rows, covariance) = try await Self.timed { try fit.coefficientTable(kind) }
    print(
      ResultEncoding.text(
        Result(
          observations: fit.observationCount,
          coefficients: Dictionary(rows.map { ($0.term, $0.estimate) }) { $1 },
          standardErrors: Dictionary(rows.map { ($0.term, $0.standardError) }) { $1 },
          read: read, design: designTiming, fit: timing, covariance: covariance)))
  }
}
