import ArgumentParser
import Caseload

/// Coverage of the interrupted time series' intervals, as CSV: the design of Turner et al. (2021),
/// level and slope change in an autoregression of order one, equal phases, error variance 1; and
/// counts about an autocorrelated rate.
struct CoverageBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Coverage of 95 % intervals of the interrupted time series, as CSV.",
    discussion: """
      One row a cell: the shares of series whose intervals of the level change, the slope change and \
      the average effect hold the truth, the median width of that of the level change in deviations \
      of the errors, the mean autocorrelation, and how many series had no interval.
      """)

  @Option(help: "Simulated series a cell.")
  var replications = 500

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "Lengths of the series, with commas.")
  var lengths = "12,24,48,100"

  @Option(help: "Autocorrelations, with commas.")
  var autocorrelations = "0,0.2,0.4,0.6,0.8"

  @Option(
    help: "Models of the errors, with commas; reml has three, such as reml:kenward-roger.")
  var errors = "ols,newey-west,prais-winsten,reml:satterthwaite,reml:kenward-roger,reml:integrated"

  @Option(help: "gaussian, poisson, quasi-poisson or negative-binomial: counts for the last three.")
  var family = "gaussian"

  @Option(help: "The mean of counts at the beginning.")
  var mean = 100.0

  @Option(help: "The deviation of the logarithm of the rate of counts.")
  var deviation = 0.15

  func run() async throws {
    print("family,errors,n,rho,level,slope,average,width,meanRho,failed")
    let lengths = try self.lengths.split(separator: ",").map { try Self.number(Int($0), $0) }
    let correlations = try autocorrelations.split(separator: ",").map {
      try Self.number(Double($0), $0)
    }
    for n in lengths {
      for rho in correlations {
        let stream = RandomStream(seed: seed).substream(named: "\(n) \(rho)")
        for name in errors.split(separator: ",") {
          let design = try design(String(name))
          let (mean, deviation) = (mean, deviation)
          let results = try await concurrentMap(replications) { replicate in
            Self.result(
              design, n: n, rho: rho, mean: mean, deviation: deviation,
              from: stream.substream(UInt64(replicate)))
          }
          print(Self.row([family, String(name), "\(n)", "\(rho)"], results))
        }
      }
    }
  }

  private static func number<T>(_ value: T?, _ text: Substring) throws -> T {
    guard let value else { throw ValidationError("'\(text)' is not a number.") }
    return value
  }

  private func design(_ name: String) throws -> InterruptedTimeSeries {
    let parts = name.split(separator: ":").map(String.init)
    var design = InterruptedTimeSeries()
    guard let errors = InterruptedTimeSeries.Errors(rawValue: parts.first ?? ""),
      let family = InterruptedTimeSeries.Family(rawValue: family)
    else { throw ValidationError("'\(name)' or '\(family)' is not known.") }
    design.errors = errors
    design.family = family
    design.season = false
    if parts.count > 1 {
      guard let degrees = InterruptedTimeSeries.Degrees(rawValue: parts[1]) else {
        throw ValidationError("'\(parts[1])' is not known.")
      }
      design.degrees = degrees
    }
    return design
  }

  /// What one series says of the truth.
  private struct Result: Sendable {
    var covered = [false, false, false]
    var width = Double.nan
    var rho = Double.nan
    var hasFailed = true
  }

  private static func row(_ cells: [String], _ results: [Result]) -> String {
    let count = Double(results.count)
    let shares = (0..<3).map { i in Double(results.count { $0.covered[i] }) / count }
    let widths = results.map(\.width).filter { !$0.isNaN }.sorted()
    let rhos = results.map(\.rho).filter { !$0.isNaN }
    let width = widths.isEmpty ? Double.nan : widths[widths.count / 2]
    let rho = rhos.isEmpty ? Double.nan : rhos.reduce(0, +) / Double(rhos.count)
    let numbers = shares + [width, rho]
    return
      (cells + numbers.map { $0.isNaN ? "" : NumberText.decimal($0, 3).en }
      + ["\(results.count { $0.hasFailed })"]).joined(separator: ",")
  }

  private static func result(
    _ design: InterruptedTimeSeries, n: Int, rho: Double, mean: Double, deviation: Double,
    from stream: RandomStream
  ) -> Result {
    let half = n / 2
    let isCount = design.family != .gaussian
    let (level, slope) = isCount ? (-0.3, 0.2 / Double(n)) : (1.0, 0.1)
    let before = isCount ? 0.3 / Double(n) : 0.1
    var draws = stream
    var error = draws.normal()
    let innovation = (1 - rho * rho).squareRoot()
    var values: [Double] = []
    for t in 0..<n {
      let line =
        before * Double(t) + (t >= half ? level + slope * Double(t - half) : 0)
      if isCount {
        let rate = mean * exp(line + deviation * error - 0.5 * deviation * deviation)
        values.append(Poisson(mean: rate).quantile(draws.uniform()))
      } else {
        values.append(line + error)
      }
      error = rho * error + innovation * draws.normal()
    }
    let start = Period(frequency: .index, ordinal: 1)
    let series = TimeSeries(measure: isCount ? .flow : .ratio, start: start, values: values)
    var result = Result()
    guard let study = try? Study(series, from: start.advanced(by: half)),
      let estimate = try? design.estimate(study, level: 0.95)
    else { return result }
    func truth(_ x: Double) -> Double { isCount ? expm1(x) : x }
    func holds(_ e: Estimate?, _ truth: Double) -> Bool {
      guard let lower = e?.lower, let upper = e?.upper else { return false }
      return lower <= truth && truth <= upper
    }
    result.covered = [
      holds(estimate.levelChange, truth(level)), holds(estimate.slopeChange, truth(slope)),
      holds(estimate.average, truth(level + slope * Double(n - half - 1) / 2)),
    ]
    if let lower = estimate.levelChange?.lower, let upper = estimate.levelChange?.upper {
      result.width = upper - lower
    }
    result.rho = estimate.autocorrelation ?? .nan
    result.hasFailed = estimate.average.lower == nil
    return result
  }
}
