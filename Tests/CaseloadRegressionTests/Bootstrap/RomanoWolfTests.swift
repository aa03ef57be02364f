import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Romano and Wolf's step-down by shared draws") struct RomanoWolfTests {
  private func family(_ clusters: String?) async throws -> [RomanoWolf.Hypothesis] {
    let oracle = try JointTestsOracle()
    let reference = oracle.values["romanoWolf"] ?? .null
    var hypotheses: [RomanoWolf.Hypothesis] = []
    for formula in reference["formulas"]?.array?.compactMap(\.string) ?? [] {
      let outcome = try await oracle.outcome(formula) {
        $0.design.clusters = clusters.map { [$0] } ?? []
      }
      for term in ["judges", "load", "programme"] {
        hypotheses.append(try outcome.romanoWolfHypothesis(term))
      }
    }
    return hypotheses
  }

  @Test("of all sign vectors it is that of fits of every bootstrap sample in R")
  func reference() async throws {
    let oracle = try JointTestsOracle()
    let reference = oracle.values["romanoWolf"] ?? .null
    let result = try RomanoWolf().adjusted(
      try await family("court"), from: RandomStream(seed: 1))
    #expect(result.isEnumerated && result.draws == 256 && result.clusters == 8)
    #expect(result.statistics.isClose(to: reference.numbers("statistics"), relative: 1e-10))
    #expect(result.adjustedPValues == reference.numbers("adjusted"))
    #expect(result.pValues == reference.numbers("alone"))
  }

  @Test(
    "of one test it is the wild bootstrap's p-value with the sample counted",
    arguments: [true, false], [WildClusterBootstrap.Variance.cr1, .cr3])
  func single(_ isRestricted: Bool, _ variance: WildClusterBootstrap.Variance) throws {
    let (x, y, clusters, _) = WildClusterBootstrapTests.data
    let fit = try LinearModel().fitted(x, y, names: ["(Intercept)", "treated", "z"])
    var stepDown = RomanoWolf()
    stepDown.bootstrap.weights = .webb
    stepDown.bootstrap.draws = 999
    stepDown.bootstrap.isRestricted = isRestricted
    stepDown.bootstrap.variance = variance
    let own = try stepDown.adjusted(
      [RomanoWolf.Hypothesis(fit: fit, contrast: [0, 1, 0], clusters: clusters)],
      from: RandomStream(seed: 9))
    let wild = try stepDown.bootstrap.test(
      [0, 1, 0], in: fit, clusters: clusters, from: RandomStream(seed: 9))
    // No two draws of 999 tie with the sample.
    #expect(own.adjustedPValues[0].isClose(to: (wild.pValue * 999 + 1) / 1000, absolute: 1e-12))
    #expect(own.pValues == own.adjustedPValues)
    #expect(own.statistics[0].isClose(to: wild.statistic, relative: 1e-14))
  }

  @Test("models that differ in their rows share the draws of the clusters that they have")
  func differentRows() throws {
    let (x, y, clusters, _) = WildClusterBootstrapTests.data
    // Without the first cluster, and in another order.
    let rows = Array(y.indices.filter { clusters.codes[$0] != 0 }.reversed())
    let names = ["(Intercept)", "treated", "z"]
    let whole = try LinearModel().fitted(x, y, names: names)
    let part = try LinearModel().fitted(
      x.selectingRows(rows), rows.map { y[$0] }, names: names)
    func literal(_ fit: LinearFit, _ groups: Grouping, _ v: [String: Double]) throws -> Double {
      // y* with the hypothesis imposed, fitted.
      let x = fit.estimatingEquations.x
      let y = zip(fit.fittedValues, fit.residuals).map { $0 + $1 }
      let rest = try LinearModel().fitted(x.selectingColumns([0, 2]), y, names: ["a", "b"])
      let sample = y.indices.map { i in
        rest.fittedValues[i] + (v[groups.labels[Int(groups.codes[i])]] ?? 0) * rest.residuals[i]
      }
      let again = try LinearModel().fitted(x, sample, names: names)
      return again.coefficients[1]
        / (try again.covariance(.clustered(by: [groups], .cr1)))[1, 1].squareRoot()
    }
    let partial = Grouping(
      name: "cluster", labels: rows.map { clusters.labels[Int(clusters.codes[$0])] })
    let stepDown = RomanoWolf()
    let own = try stepDown.adjusted(
      [
        .init(fit: whole, contrast: [0, 1, 0], clusters: clusters),
        .init(fit: part, contrast: [0, 1, 0], clusters: partial),
      ], from: RandomStream(seed: 1))
    #expect(own.clusters == 8 && own.draws == 256)
    var draws = Matrix(rowCount: 256, columnCount: 2)
    for signs in 0..<256 {
      let v = Dictionary(
        uniqueKeysWithValues: clusters.labels.enumerated().map {
          ($0.element, signs >> $0.offset & 1 == 0 ? 1.0 : -1)
        })
      draws[signs, 0] = try literal(whole, clusters, v)
      draws[signs, 1] = try literal(part, partial, v)
    }
    let t = own.statistics.map(abs)
    let order = t[0] >= t[1] ? [0, 1] : [1, 0]
    var running = 0.0
    for (rank, index) in order.enumerated() {
      let count = (0..<256).count { b in
        order[rank...].contains { abs(draws[b, $0]) >= t[index] * (1 - 1e-9) }
      }
      running = max(running, Double(count) / 256)
      #expect(own.adjustedPValues[index] == running)
    }
  }

  @Test("without clusters each row is one, and t is that of HC1")
  func rows() async throws {
    let oracle = try JointTestsOracle()
    let outcome = try await oracle.outcome("filings ~ judges + load") { $0.covariance = "hc1" }
    var stepDown = RomanoWolf()
    stepDown.bootstrap.draws = 499
    let hypotheses = try ["judges", "load"].map { try outcome.romanoWolfHypothesis($0) }
    let own = try stepDown.adjusted(hypotheses, from: RandomStream(seed: 3))
    let expected = outcome.summary.coefficients.dropFirst().map(\.statistic)
    #expect(own.statistics.isClose(to: expected, relative: 1e-11))
    #expect(own.clusters == 54 && !own.isEnumerated)
    #expect(zip(own.pValues, own.adjustedPValues).allSatisfy { $0 <= $1 })
    #expect(
      try stepDown.adjusted(hypotheses, from: RandomStream(seed: 3)).adjustedPValues
        == own.adjustedPValues)
  }

  @Test("products by the parts of a kernel are those by the kernel")
  func kernel() {
    var stream = RandomStream(seed: 4)
    func matrix(_ n: Int, _ p: Int) -> Matrix {
      Matrix(rowCount: n, columnCount: p, storage: (0..<n * p).map { _ in stream.normal() })
    }
    let parts = WildClusterBootstrap.Kernel(
      diagonal: matrix(40, 1).storage, weighted: matrix(40, 2), steps: matrix(2, 40))
    let v = matrix(40, 5)
    #expect(parts.dense == nil)
    #expect(parts.product(v).largestDifference(from: parts.whole * v) < 1e-13)
  }

  @Test("what is not linear, has several ways of clustering or other clusters is refused")
  func refused() async throws {
    let oracle = try JointTestsOracle()
    let counts = try await oracle.outcome("count ~ judges") { $0.family = .poisson }
    let linear = try await oracle.outcome("filings ~ judges") { $0.design.clusters = ["court"] }
    let free = try await oracle.outcome("filings ~ judges")
    for family in [
      [try counts.romanoWolfHypothesis("judges")],
      [try linear.romanoWolfHypothesis("judges"), try free.romanoWolfHypothesis("judges")],
    ] {
      let error = #expect(throws: Diagnostic.self) {
        try RomanoWolf().adjusted(family, from: RandomStream(seed: 1))
      }
      #expect(error?.code == .modelNotApplicable)
      #expect(error?.hint != nil)
    }
    let two = try await oracle.outcome("filings ~ judges") {
      $0.design.clusters = ["court", "programme"]
    }
    #expect(throws: Diagnostic.self) { try two.romanoWolfHypothesis("judges") }
    #expect(throws: Diagnostic.self) { try free.romanoWolfHypothesis("jugdes") }
  }
}
