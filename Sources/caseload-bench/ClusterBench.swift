import ArgumentParser
import Caseload

/// How often clustered tests of a true hypothesis reject at 5 %, which is one less the coverage of
/// their intervals, with few clusters.
struct ClusterBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clusters",
    abstract: "Size of clustered tests and bootstraps with few clusters.",
    discussion: """
      DESIGNS
        cgm    y = x + u, 30 observations a cluster, x and u each the sum of a cluster's and an own
               normal part (Cameron, Gelbach & Miller 2008, table 2)
        cgm-h  the same with own errors of variance 9 (z_g + z_ig)²
        did    two-way effects, 10 periods, AR(1) 0.5 errors, some clusters treated from a random
               period (the placebo laws of Cameron & Miller 2015)
      """)

  @Option(help: "Simulated data sets a row.")
  var replications = 2_000

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "Bootstrap samples.")
  var draws = 999

  private enum Design: String {
    case homoskedastic = "cgm", heteroskedastic = "cgm-h", placebo = "did"
  }

  private static let methods = [
    "classical", "CR1 normal", "CR1 t", "CR2", "CR3", "jackknife", "WCR", "WCR Webb", "WCU",
  ]

  func run() async throws {
    print(
      "| design | clusters | " + Self.methods.joined(separator: " | ")
        + " | width CR2 | width WCR |")
    print("|---|---:|" + String(repeating: "---:|", count: Self.methods.count + 2))
    let rows: [(Design, Int, Int)] =
      [6, 10, 20, 50].flatMap { [(.homoskedastic, $0, 0), (.heteroskedastic, $0, 0)] }
      + [6, 10, 20, 50].map { (.placebo, $0, $0 / 2) } + [(.placebo, 12, 3), (.placebo, 40, 4)]
      + [(.placebo, 20, 2)]
    for (design, clusters, treated) in rows {
      let stream = RandomStream(seed: seed).substream(
        named: "\(design.rawValue) \(clusters) \(treated)")
      let draws = draws
      let results = try await concurrentMap(replications) { replicate in
        try Self.replicate(
          design, clusters: clusters, treated: treated, draws: draws,
          from: stream.substream(UInt64(replicate)))
      }
      func share(_ k: Int) -> String {
        let known = results.compactMap { $0.rejections[k] }
        guard !known.isEmpty else { return "–" }
        return NumberText.decimal(Double(known.count { $0 }) / Double(known.count), 3).en
      }
      func width(_ k: Int) -> String {
        let widths = results.map { $0.widths[k] }.sorted()
        let median = widths[widths.count / 2]
        return median.isFinite ? NumberText.decimal(median, 2).en : "∞"
      }
      let name = design.rawValue + (treated > 0 ? ", \(treated) treated" : "")
      print(
        "| \(name) | \(clusters) | "
          + Self.methods.indices.map(share).joined(separator: " | ")
          + " | \(width(0)) | \(width(1)) |")
    }
  }

  private struct Replicate: Sendable {
    var rejections: [Bool?] = []
    /// Of the intervals of CR2 and of the restricted bootstrap.
    var widths: [Double] = []
  }

  private static func replicate(
    _ design: Design, clusters g: Int, treated: Int, draws: Int, from stream: RandomStream
  ) throws -> Replicate {
    var random = stream
    let (x, y, grouping, truth) =
      design == .placebo
      ? placebo(g, treated, &random) : regression(g, design == .heteroskedastic, &random)
    let names = (0..<x.columnCount).map { "b\($0)" }
    let fit = try LinearModel().fitted(x, y, names: names, hasIntercept: design != .placebo)
    let j = x.columnCount - 1
    var contrast = [Double](repeating: 0, count: x.columnCount)
    contrast[j] = 1
    var result = Replicate()
    func interval(_ kind: CovarianceKind) -> Coefficient? {
      (try? fit.coefficientTable(kind))?[j]
    }
    func rejects(_ row: Coefficient?) -> Bool? {
      guard let row, row.standardError > 0 else { return nil }
      return truth < row.lower || truth > row.upper
    }
    let cr1 = interval(.clustered(by: [grouping], .cr1))
    result.rejections.append(rejects(interval(.classical)))
    result.rejections.append(
      cr1.map { abs($0.estimate - truth) / $0.standardError > 1.959963984540054 })
    result.rejections.append(rejects(cr1))
    let cr2 = interval(.clustered(by: [grouping], .cr2))
    result.rejections.append(rejects(cr2))
    result.rejections.append(rejects(interval(.clustered(by: [grouping], .cr3))))
    result.rejections.append(rejects(interval(.jackknife(by: grouping))))
    var bootstrap = WildClusterBootstrap()
    bootstrap.draws = draws
    func tested(_ name: String) throws -> WildClusterBootstrap.Result {
      try bootstrap.test(
        contrast, equals: truth, in: fit, clusters: grouping,
        from: stream.substream(named: name))
    }
    let restricted = try tested("restricted")
    result.rejections.append(restricted.pValue < 0.05)
    bootstrap.weights = .webb
    result.rejections.append(try tested("webb").pValue < 0.05)
    bootstrap.weights = .rademacher
    bootstrap.isRestricted = false
    result.rejections.append(try tested("unrestricted").pValue < 0.05)
    result.widths = [
      cr2.map { $0.upper - $0.lower } ?? .infinity,
      (restricted.upper ?? .infinity) - (restricted.lower ?? -.infinity),
    ]
    return result
  }

  private static func regression(
    _ g: Int, _ isHeteroskedastic: Bool, _ random: inout RandomStream
  ) -> (Matrix, [Double], Grouping, Double) {
    var (x, y, labels) = ([Double](), [Double](), [String]())
    for cluster in 0..<g {
      let (z, e) = (random.normal(), random.normal())
      for _ in 0..<30 {
        let regressor = z + random.normal()
        let scale = isHeteroskedastic ? 3 * abs(regressor) : 1
        x.append(regressor)
        y.append(regressor + e + scale * random.normal())
        labels.append("\(cluster)")
      }
    }
    return (
      Matrix(columns: [x.map { _ in 1 }, x]), y, Grouping(name: "cluster", labels: labels), 1
    )
  }

  /// Within clusters, with the periods as columns.
  private static func placebo(_ g: Int, _ treated: Int, _ random: inout RandomStream) -> (
    Matrix, [Double], Grouping, Double
  ) {
    let periods = 10
    var (law, y, labels) = ([Double](), [Double](), [String]())
    let order = random.permutation(g)
    let start = 1 + random.integer(below: periods - 1)
    for cluster in 0..<g {
      let isTreated = order[cluster] < treated
      var error = random.normal()
      for t in 0..<periods {
        law.append(isTreated && t >= start ? 1 : 0)
        y.append(error)
        labels.append("\(cluster)")
        error = 0.5 * error + 0.75.squareRoot() * random.normal()
      }
    }
    var columns: [[Double]] = (1..<periods).map { period in
      law.indices.map { $0 % periods == period ? 1 : 0 }
    }
    columns.append(law)
    func within(_ values: [Double]) -> [Double] {
      values.indices.map { i in
        let begin = i / periods * periods
        return values[i] - values[begin..<begin + periods].reduce(0, +) / Double(periods)
      }
    }
    return (
      Matrix(columns: columns.map(within)), within(y), Grouping(name: "cluster", labels: labels), 0
    )
  }
}
