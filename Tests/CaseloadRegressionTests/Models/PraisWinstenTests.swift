import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

/// One series of Tests/Oracles/autoregressive-errors.
struct AutoregressiveErrorsOracle {
  static let names = ["one", "two", "three", "four", "negative"]
  static let terms = ["(Intercept)", "time", "step", "wave"]
  let values: JSON
  let x: Matrix
  let y: [Double]

  init(_ name: String) throws {
    values = try Oracle.load("autoregressive-errors", as: JSON.self)[name] ?? .null
    let data = values["data"] ?? .null
    y = data.numbers("y")
    x = Matrix(
      columns: [
        [Double](repeating: 1, count: y.count), data.numbers("time"), data.numbers("step"),
        data.numbers("wave"),
      ])
  }
}

@Suite("Prais–Winsten regression") struct PraisWinstenTests {
  @Test(
    "every definition of ρ, with and without the first observation and iteration",
    arguments: AutoregressiveErrorsOracle.names)
  func oracle(_ name: String) throws {
    let oracle = try AutoregressiveErrorsOracle(name)
    let runs = oracle.values["praisWinsten"]?.array ?? []
    #expect(runs.count == 12)
    for run in runs {
      let rule = try #require(
        run["rule"]?.string.flatMap(PraisWinsten.Correlation.init(rawValue:)))
      let method = PraisWinsten(
        correlation: rule, keepsFirst: run["keepsFirst"] == .bool(true),
        isIterated: run["isIterated"] == .bool(true))
      let fit = try method.fitted(oracle.x, oracle.y, names: AutoregressiveErrorsOracle.terms)
      // R stops at a step of 1e-15 and solves by QR without refinement, at a condition of 1e2.
      #expect(fit.autocorrelation.isClose(to: run.value("rho"), absolute: 1e-11), "\(method)")
      #expect(
        fit.coefficients.isClose(to: run.numbers("coefficients"), relative: 1e-9), "\(method)")
      let errors = try fit.covariance(.classical).diagonal.map { $0.squareRoot() }
      #expect(errors.isClose(to: run.numbers("standardErrors"), relative: 1e-10), "\(method)")
      #expect(fit.observations?.first == (method.keepsFirst ? nil : 1))
      #expect(method.isIterated || fit.iterations == 1)
    }
  }

  @Test("the estimate is generalized least squares at its own ρ, which its residuals reproduce")
  func agreesWithItsDefinition() throws {
    let oracle = try AutoregressiveErrorsOracle("one")
    let (x, y) = (oracle.x, oracle.y)
    let fit = try PraisWinsten().fitted(x, y, names: AutoregressiveErrorsOracle.terms)
    let e = fit.residuals
    var (products, squares) = (0.0, 0.0)
    for t in 1..<e.count {
      products += e[t] * e[t - 1]
      squares += e[t - 1] * e[t - 1]
    }
    #expect(fit.autocorrelation.isClose(to: products / squares, absolute: 1e-12))
    var r = Matrix.identity(y.count)
    for i in y.indices {
      for j in y.indices { r[i, j] = pow(fit.autocorrelation, Double(abs(i - j))) }
    }
    let whole = try Cholesky(r)
    let solved = whole.solve(x)
    let beta = try Cholesky(BLAS.gemm(x, solved, transposingA: true)).solve(
      BLAS.gemv(solved, y, transposingA: true))
    #expect(fit.coefficients.isClose(to: beta, relative: 1e-9))  // κ of XᵀX ≈ 1e4
    #expect(fit.innovations.count == y.count && fit.observations == nil)
    #expect(fit.durbinWatsonAfter.statistic > fit.durbinWatsonBefore.statistic)
  }

  @Test(
    "barium imports and Puerto Rican wages as Wooldridge has them",
    .enabled(if: SharedData.isPresent),
    arguments: [
      (
        "barium", "ols_and_prais_winsten",
        "lchnimp ~ lchempi + lgas + lrtwex + befile6 + affile6 + afdec6"
      ),
      ("prminwge", "ols_hac_pw", "lprepop ~ lmincov + lusgnp + lprgnp + t"),
    ])
  func wooldridge(_ file: String, _ key: String, _ formula: String) throws {
    let check = try SharedData.json("causal/\(file).oracle.json", as: JSON.self)["checks"]?[key]
    let design = try DesignMatrix(Formula(formula), sharedTable("causal/\(file).csv"))
    let fit = try PraisWinsten().fitted(design)
    #expect(fit.autocorrelation.isClose(to: check?.value("rho") ?? .nan, relative: 1e-8))
    for row in try fit.coefficientTable(.classical) {
      let term = row.term == "(Intercept)" ? "const" : row.term
      #expect(row.estimate.isClose(to: check?["pw_coef"]?.value(term) ?? .nan, relative: 1e-8))
      #expect(row.standardError.isClose(to: check?["pw_se"]?.value(term) ?? .nan, relative: 1e-6))
    }
    #expect(fit.diagnostics.isEmpty)
  }

  /// A series in which periods 8 and 9 are missing.
  private func gapped() -> (x: Matrix, y: [Double], times: [Int]) {
    var stream = RandomStream(seed: 5)
    var e = 0.0
    var (times, y) = ([Int](), [Double]())
    for t in 1...30 {
      e = 0.6 * e + stream.normal()
      guard t != 8, t != 9 else { continue }
      times.append(t)
      y.append(3 + 0.2 * Double(t) + e)
    }
    return (
      Matrix(columns: [[Double](repeating: 1, count: times.count), times.map(Double.init)]), y,
      times
    )
  }

  @Test("after a gap the series starts anew")
  func gaps() throws {
    let (x, y, times) = gapped()
    let fit = try PraisWinsten().fitted(x, y, names: ["a", "t"], times: times)
    let rho = fit.autocorrelation
    var (products, past) = (0.0, 0.0)
    for t in 1..<y.count where times[t] == times[t - 1] + 1 {
      products += fit.residuals[t] * fit.residuals[t - 1]
      past += fit.residuals[t - 1] * fit.residuals[t - 1]
    }
    #expect(rho.isClose(to: products / past, absolute: 1e-12))
    let root = (1 - rho * rho).squareRoot()
    #expect(fit.innovations[7].isClose(to: root * fit.residuals[7], absolute: 1e-12))
    let shorter = try PraisWinsten(correlation: .regress, keepsFirst: false)
      .fitted(x, y, names: ["a", "t"], times: times)
    #expect(shorter.observations == Array(1..<7) + Array(8..<28))
  }

  @Test("a design is taken in the order of its periods")
  func orderOfPeriods() throws {
    let (x, y, times) = gapped()
    let expected = try PraisWinsten().fitted(x, y, names: ["a", "t"], times: times)
    let shuffled = times.indices.sorted { ($0 * 11) % 28 < ($1 * 11) % 28 }
    let table = Table(
      source: "t",
      columns: [
        .init(name: "y", cells: .number(shuffled.map { y[$0] })),
        .init(name: "t", cells: .number(shuffled.map { Double(times[$0]) })),
      ])
    var options = DesignOptions()
    options.time = "t"
    let fit = try PraisWinsten().fitted(DesignMatrix(Formula("y ~ t"), table, options))
    #expect(fit.coefficients.isClose(to: expected.coefficients, relative: 1e-12))
    #expect(fit.observations?.map { shuffled[$0] } == Array(times.indices))
  }

  @Test("what is no stationary series is refused")
  func refusals() throws {
    let time = (0..<30).map(Double.init)
    let ones = [Double](repeating: 1, count: 30)
    let x = Matrix(columns: [ones])
    // Residuals of a quadratic: each exceeds its predecessor in modulus at the far end.
    #expect(throws: Diagnostic.self) {
      try PraisWinsten().fitted(x, time.map { exp(0.4 * $0) }, names: ["a"])
    }
    #expect(throws: Diagnostic.self) { try PraisWinsten().fitted(x, ones, names: ["a"]) }
    #expect(throws: Diagnostic.self) {
      try PraisWinsten().fitted(Matrix(columns: [[1, 1]]), [1, 2], names: ["a"])
    }
    #expect(throws: Diagnostic.self) {
      try PraisWinsten().fitted(Matrix(columns: [ones, ones]), time, names: ["a", "b"])
    }
    let table = Table(
      source: "t",
      columns: [
        .init(name: "y", cells: .number(time)),
        .init(name: "t", cells: .number(time.map { $0 / 2 })),
        .init(name: "p", cells: .number(time.map { ($0 / 2).rounded(.down) + 1 })),
        .init(name: "unit", cells: .number(time.map { $0.truncatingRemainder(dividingBy: 2) })),
      ])
    var options = DesignOptions()
    options.time = "p"
    options.unit = "unit"
    let panel = try DesignMatrix(Formula("y ~ 1"), table, options)
    #expect(throws: Diagnostic.self) { try PraisWinsten().fitted(panel) }
    options = DesignOptions()
    options.weights = "p"
    let weighted = try DesignMatrix(Formula("y ~ 1"), table, options)
    #expect(throws: Diagnostic.self) { try PraisWinsten().fitted(weighted) }
  }
}
