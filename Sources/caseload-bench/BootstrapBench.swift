import ArgumentParser
import Caseload
import CaseloadIO

/// Time of a wild cluster bootstrap with its interval.
struct BootstrapBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bootstrap", abstract: "Time the wild cluster bootstrap of y ~ x by cluster g.")

  @Argument(help: "A CSV file with the columns y, x and g; simulated when left out.")
  var data: String?

  @Option(help: "Observations to simulate.")
  var observations = 1_000

  @Option(help: "Clusters to simulate.")
  var clusters = 20

  @Option(help: "Draws.")
  var draws = 99_999

  @Option(help: "rademacher or webb.")
  var weights = "rademacher"

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "How often it is repeated; the fastest counts.")
  var repetitions = 3

  struct Result: Encodable {
    let observations: Int
    let test: WildClusterBootstrap.Result
    let timing: Timing
  }

  func validate() throws {
    guard WildClusterBootstrap.Weights(rawValue: weights) != nil else {
      throw ValidationError("Weights are rademacher or webb.")
    }
    guard clusters > 1, observations >= clusters, draws > 0 else {
      throw ValidationError("At least two clusters, an observation in each, and a draw.")
    }
  }

  func run() async throws {
    var options = DesignOptions()
    options.clusters = ["g"]
    let table = try data.map { try Dataset($0, encoding: "utf-8").table(nil) } ?? simulated()
    let design = try DesignMatrix(Formula("y ~ x"), table, options)
    let fit = try LinearModel().fitted(design)
    var bootstrap = WildClusterBootstrap()
    bootstrap.draws = draws
    bootstrap.weights = WildClusterBootstrap.Weights(rawValue: weights) ?? .rademacher
    let (test, timing) = try await Timing.best(of: repetitions) {
      try bootstrap.test(
        [0, 1], in: fit, clusters: design.clusters[0], from: RandomStream(seed: seed))
    }
    print(
      ResultEncoding.text(
        Result(observations: fit.observationCount, test: test, timing: timing)))
  }

  private func simulated() -> Table {
    var stream = RandomStream(seed: seed)
    let effects = (0..<clusters).map { _ in (stream.normal(), stream.normal()) }
    var (y, x, g) = ([Double](), [Double](), [String]())
    for i in 0..<observations {
      let (z, e) = effects[i % clusters]
      x.append(z + stream.normal())
      y.append(0.1 * x[i] + e + stream.normal())
      g.append("g\(i % clusters)")
    }
    return Table(
      source: "simulated",
      columns: [
        .init(name: "y", cells: .number(y)), .init(name: "x", cells: .number(x)),
        .init(name: "g", cells: .text(g)),
      ])
  }
}
