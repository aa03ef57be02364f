import ArgumentParser
import Caseload
import CaseloadMath
import Foundation

/// Least squares against the matrix product that bounds it, and the wild bootstrap.
struct SpeedBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speed",
    abstract: "Least squares against a matrix product; the wild cluster bootstrap.")

  @Option(help: "Rows of the design.")
  var rows = 200_000

  @Option(help: "Columns of the design.")
  var columns = 100

  @Option(help: "Clusters of the bootstrap.")
  var clusters = 20

  @Option(help: "Bootstrap samples.")
  var draws = 99_999

  private static func fastest(_ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<5 {
      let start = ContinuousClock.now
      try body()
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return best
  }

  func run() throws {
    var random = RandomStream(seed: 1)
    var storage = [Double](repeating: 1, count: rows * columns)
    for i in rows..<storage.count { storage[i] = random.uniform() - 0.5 }
    let x = Matrix(rowCount: rows, columnCount: columns, storage: storage)
    let y = (0..<rows).map { x[$0, columns - 1] + random.normal() }
    let names = (0..<columns).map { "x\($0)" }
    let product = Self.fastest { _ = x.transposed(times: x) }
    let fit = try Self.fastest { _ = try LinearModel().fitted(x, y, names: names) }
    let operations = 2 * Double(rows) * Double(columns) * Double(columns)
    func number(_ value: Double, _ decimals: Int) -> String {
      NumberText.decimal(value, decimals).en
    }
    print("least squares, \(rows) × \(columns), one thread")
    print(
      "  XᵀX by dgemm       \(number(product, 3)) s, \(number(operations / product / 1e9, 1)) Gflop/s"
    )
    print("  fit                \(number(fit, 3)) s")
    print(
      "  2np² operations of a QR at the rate of dgemm, over the time of the fit: \(number(100 * product / fit, 0)) %"
    )

    for size in [1_000, 100_000] {
      var (z, response, labels) = ([Double](), [Double](), [String]())
      for i in 0..<size {
        z.append(random.normal())
        response.append(z[i] + random.normal())
        labels.append("\(i % clusters)")
      }
      let design = Matrix(columns: [z.map { _ in 1 }, z])
      let fit = try LinearModel().fitted(design, response, names: ["(Intercept)", "z"])
      let grouping = Grouping(name: "cluster", labels: labels)
      var bootstrap = WildClusterBootstrap()
      bootstrap.draws = draws
      for weights in WildClusterBootstrap.Weights.allCases {
        bootstrap.weights = weights
        let time = try Self.fastest {
          _ = try bootstrap.test(
            [0, 1], equals: 1, in: fit, clusters: grouping, from: RandomStream(seed: 1))
        }
        print(
          "wild bootstrap, \(size) observations, \(clusters) clusters, \(draws) draws, "
            + "\(weights.rawValue), p-value and interval: \(number(1000 * time, 0)) ms")
      }
    }
  }
}
