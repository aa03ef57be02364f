import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Hotelling's T² of clustered covariances") struct HotellingTestTests {
  static let formula = "filings ~ judges + load + programme"

  @Test("F, degrees of freedom and p as clubSandwich's HTZ")
  func reference() async throws {
    let oracle = try JointTestsOracle()
    let cases = oracle.cases("hotelling")
    #expect(cases.count == 8)
    for expected in cases {
      let outcome = try await oracle.outcome(Self.formula) {
        $0.design.clusters = ["court"]
        $0.covariance = expected["correction"]?.string
      }
      let text = try #require(expected["hypothesis"]?.string)
      let test = try outcome.test(LinearHypothesis(text, names: outcome.fit.coefficientNames))
      // clubSandwich takes roots of n × n matrices, which costs it a few digits.
      #expect(test.statistic.isClose(to: expected.value("statistic"), relative: 1e-11))
      let degrees = expected.numbers("degreesOfFreedom")
      #expect(test.degreesOfFreedom?.numerator == degrees[0])
      #expect(
        try #require(test.degreesOfFreedom?.denominator).isClose(to: degrees[1], relative: 1e-11))
      #expect(try #require(test.pValue).isClose(to: expected.value("pValue"), relative: 1e-10))
      #expect(test.id == "hotelling")
    }
  }

  @Test("Petersen's panel as clubSandwich has it", .enabled(if: SharedData.isPresent, "no data"))
  func petersen() throws {
    let columns = try SharedData.columns("causal/petersen.csv")
    let (x, y) = (try #require(columns["x"]), try #require(columns["y"]))
    let (firm, year) = (try #require(columns["firm"]), try #require(columns["year"]))
    let z = zip(firm, year).map { sin($0 * $1) }
    let design = Matrix(columns: [x.map { _ in 1 }, x, z, x.map { $0 * $0 }])
    let fit = try LinearModel().fitted(design, y, names: ["(Intercept)", "x", "z", "x2"])
    func test(_ groups: [Double], _ name: String, _ correction: CovarianceKind.CR) throws
      -> HypothesisTest
    {
      try fit.jointTest(
        .clustered(
          by: [Grouping(name: name, labels: groups.map { NumberText.plain($0) })], correction),
        restrictions: Matrix.identity(4).selectingRows([1, 2, 3]), values: [0, 0, 0])
    }
    // clubSandwich 0.5.8, Wald_test(lm(y ~ x + z + x2), constrain_zero(2:4), test = "HTZ").
    for (groups, name, correction, f, degrees) in [
      (year, "year", CovarianceKind.CR.cr2, 367.721106396372, 6.93895084621935),
      (year, "year", .cr3, 329.793721862717, 6.92545240358954),
      (firm, "firm", .cr2, 140.024851915429, 222.05488965473),
      (firm, "firm", .cr3, 138.867487538036, 215.380445712799),
    ] {
      let own = try test(groups, name, correction)
      #expect(own.statistic.isClose(to: f, relative: 1e-11))
      #expect(
        try #require(own.degreesOfFreedom?.denominator).isClose(to: degrees, relative: 1e-11))
    }
  }

  /// A symmetric matrix to a power, by its eigenvalues.
  private func power(_ a: Matrix, _ exponent: Double) throws -> Matrix {
    let eigen = try SymmetricEigen(a)
    return eigen.vectors
      * eigen.vectors.transposed().scalingRows(eigen.values.map { pow($0, exponent) })
  }

  @Test("η agrees with its definition by n × n matrices", arguments: [CovarianceKind.CR.cr2, .cr3])
  func agreesWithItsDefinition(_ correction: CovarianceKind.CR) throws {
    let (x, y, clusters, _) = WildClusterBootstrapTests.data
    let fit = try LinearModel().fitted(x, y, names: ["(Intercept)", "treated", "z"])
    let restrictions = Matrix(rows: [[0, 1, 0], [1, 0, -2]])
    let n = y.count
    let inverse = fit.estimatingEquations.bread
    let maker = Matrix.identity(n) - x * inverse * x.transposed()
    // u_g = R (XᵀX)⁻¹ X_gᵀ (I − H_gg)^(−power) e_g.
    let groups = (0..<clusters.count).map { g in
      (0..<n).filter { Int(clusters.codes[$0]) == g }
    }
    let influences = try groups.map { rows in
      restrictions * inverse * x.selectingRows(rows).transposed()
        * (try power(
          maker.selectingRows(rows).selectingColumns(rows), correction == .cr2 ? -0.5 : -1))
    }
    func covariance(_ g: Int, _ h: Int) -> Matrix {
      influences[g] * maker.selectingRows(groups[g]).selectingColumns(groups[h])
        * influences[h].transposed()
    }
    var omega = Matrix(rowCount: 2, columnCount: 2)
    for g in groups.indices { omega = omega + covariance(g, g) }
    let root = try power(omega, -0.5)
    // Σₛₜ Var Dₛₜ, element by element.
    var variance = 0.0
    for g in groups.indices {
      for h in groups.indices {
        let p = root * covariance(g, h) * root
        for s in 0..<2 { for t in 0..<2 { variance += p[s, s] * p[t, t] + p[s, t] * p[t, s] } }
      }
    }
    let own = try ClusterBasis(fit.estimatingEquations, clusters).wishartDegreesOfFreedom(
      correction, restrictions: restrictions)
    #expect(own.isClose(to: 6 / variance, relative: 1e-11))
  }

  @Test("for one restriction η is Satterthwaite's, by either Gram matrix")
  func single() throws {
    let (x, y, clusters, periods) = WildClusterBootstrapTests.data
    let fit = try LinearModel().fitted(x, y, names: ["(Intercept)", "treated", "z"])
    // More clusters than columns, and fewer.
    for grouping in [
      clusters, periods, Grouping(name: "half", labels: y.map { $0 > 0 ? "a" : "b" }),
    ] {
      for contrast in [[0.0, 1, 0], [1, 0.5, -2]] {
        let basis = try ClusterBasis(fit.estimatingEquations, grouping)
        let own = try basis.wishartDegreesOfFreedom(.cr2, restrictions: Matrix(rows: [contrast]))
        #expect(
          own.isClose(to: basis.degreesOfFreedom(.cr2, contrast: contrast), relative: 1e-10))
      }
    }
  }

  @Test("more restrictions than the clusters are worth are refused")
  func tooFew() async throws {
    let oracle = try JointTestsOracle()
    let outcome = try await oracle.outcome("filings ~ judges + load + programme + size + count") {
      $0.design.clusters = ["court"]
      $0.covariance = "cr3"
    }
    let error = #expect(throws: Diagnostic.self) {
      try outcome.test(
        LinearHypothesis(
          "judges; load; programme; size; count; (Intercept)", names: outcome.fit.coefficientNames))
    }
    #expect(error?.code == .notIdentified)
    #expect(error?.hint?.en.contains("holm") == true)
    // The F of the table is left out rather than wrong.
    let f = outcome.summary.statistics.first { $0.id == "fPValue" }
    #expect(f != nil)
  }
}
