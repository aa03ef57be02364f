import ArgumentParser
import Caseload
import CaseloadIO
import CaseloadMath

/// Time of a least-squares fit against that of the matrix product XᵀX, on one thread.
struct LeastSquaresBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ols", abstract: "Time least squares against a matrix product of its size.",
    discussion: """
      The bound is the time of a general product XᵀX by the BLAS, 2np² operations; the ratio is the \
      bound over the time of the fit, so one is as fast as the product. "symmetric" is the product \
      that computes one triangle only.
      """)

  @Option(help: "Observations.")
  var rows = 200_000

  @Option(help: "Columns of the design, the intercept among them.")
  var columns = 100

  @Option(help: "The seed of the data.")
  var seed: UInt64 = 1

  @Option(help: "How often each is repeated; the fastest counts.")
  var repetitions = 3

  struct Result: Encodable {
    let rows: Int
    let columns: Int
    let fit: Timing
    let classical: Timing
    let robust: Timing
    let product: Timing
    let symmetric: Timing
    /// 10⁹ operations a second.
    let productRate: Double
    /// Seconds of the product over seconds of the fit.
    let ratio: Double
  }

  func validate() throws {
    guard columns > 0, rows > columns else {
      throw ValidationError("More rows than columns are needed, and at least one column.")
    }
  }

  func run() async throws {
    var stream = RandomStream(seed: seed)
    var x = [Double](repeating: 1, count: rows)
    x.reserveCapacity(rows * columns)
    var y = [Double](repeating: 0, count: rows)
    for _ in 1..<columns {
      for i in 0..<rows {
        let value = stream.normal()
        x.append(value)
        y[i] += value
      }
    }
    for i in 0..<rows { y[i] += stream.normal() }
    let matrix = Matrix(rowCount: rows, columnCount: columns, storage: x)
    let names = (0..<columns).map { "x\($0)" }
    let (_, product) = await Timing.best(of: repetitions) {
      BLAS.gemm(matrix, matrix, transposingA: true)
    }
    let (_, symmetric) = await Timing.best(of: repetitions) { BLAS.crossProduct(matrix) }
    let (fit, fitTiming) = try await Timing.best(of: repetitions) {
      try LinearModel().fitted(matrix, y, names: names)
    }
    let (_, classical) = try await Timing.best(of: repetitions) {
      try fit.coefficientTable(.classical)
    }
    let (_, robust) = try await Timing.best(of: repetitions) {
      try fit.coefficientTable(.heteroskedastic(.hc1))
    }
    let operations = 2 * Double(rows) * Double(columns) * Double(columns)
    print(
      ResultEncoding.text(
        Result(
          rows: rows, columns: columns, fit: fitTiming, classical: classical, robust: robust,
          product: product, symmetric: symmetric, productRate: operations / product.wall * 1e-9,
          ratio: product.wall / fitTiming.wall)))
  }
}
