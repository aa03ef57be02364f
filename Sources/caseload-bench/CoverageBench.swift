import ArgumentParser
import Caseload

/// Coverage of the interrupted time series' intervals on the design of Turner et al. (2021): level
/// and slope change in an autoregression of order one, equal phases, error variance 1.
struct CoverageBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Coverage of 95 % intervals of the interrupted time series.")

  @Option(help: "Simulated series a row.")
  var replications = 500

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  func run() async throws {
    print("n    rho   level  slope  average  mean rho  distance of average to 95 points")
    for n in [12, 24, 48, 100] {
      for rho in [0.0, 0.2, 0.4, 0.6, 0.8] {
        let stream = RandomStream(seed: seed).substream(named: "\(n) \(rho)")
        let hits = try await concurrentMap(replications) { replicate in
          try Self.covered(n: n, rho: rho, from: stream.substream(UInt64(replicate)))
        }
        func share(_ i: Int) -> Double {
          Double(hits.count { $0.covered[i] }) / Double(hits.count)
        }
        let meanRho = hits.map(\.rho).reduce(0, +) / Double(hits.count)
        let cells =
          [share(0), share(1), share(2)].map { NumberText.decimal($0, 3).en }
          + [NumberText.decimal(meanRho, 2).en, NumberText.decimal(100 * (share(2) - 0.95), 1).en]
        print("\(n)\t\(rho)\t" + cells.joined(separator: "\t"))
      }
    }
  }

  private static func covered(n: Int, rho: Double, from stream: RandomStream) throws -> (
    covered: [Bool], rho: Double
  ) {
    var draws = stream
    let half = n / 2
    let (level, slope) = (1.0, 0.1)
    var error = draws.normal()
    let innovation = (1 - rho * rho).squareRoot()
    var values: [Double] = []
    for t in 0..<n {
      let after = t >= half
      values.append(
        0.1 * Double(t) + (after ? level + slope * Double(t - half) : 0) + error)
      error = rho * error + innovation * draws.normal()
    }
    let start = Period(frequency: .index, ordinal: 1)
    let series = TimeSeries(measure: .ratio, start: start, values: values)
    let estimate = try InterruptedTimeSeries().estimate(
      Study(series, from: start.advanced(by: half)), level: 0.95)
    let average = level + slope * Double(n - half - 1) / 2
    func holds(_ e: Estimate?, _ truth: Double) -> Bool {
      guard let lower = e?.lower, let upper = e?.upper else { return false }
      return lower <= truth && truth <= upper
    }
    return (
      [
        holds(estimate.levelChange, level), holds(estimate.slopeChange, slope),
        holds(estimate.average, average),
      ], estimate.autocorrelation ?? .nan
    )
  }
}
