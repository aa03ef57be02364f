import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Random effects") struct RandomEffectsTests {
  static let names = [
    "balanced", "correlated", "constant", "unbalanced", "unbalancedConstant", "none",
  ]

  /// One panel of Tests/Oracles/random-effects as a design.
  private struct Reference {
    let values: JSON
    let design: DesignMatrix

    init(_ name: String) throws {
      values = try Oracle.load("random-effects", as: JSON.self)[name] ?? .null
      let data = values["data"] ?? .null
      let table = Table(
        source: name,
        columns: ["unit", "a", "b", "fixed", "y"].map {
          .init(name: $0, cells: .number(data.numbers($0)))
        })
      let terms = values["terms"]?.array?.compactMap(\.string).dropFirst() ?? []
      design = try DesignMatrix(
        Formula("y ~ \(terms.joined(separator: " + ")) | unit"), table)
    }
  }

  @Test("plm's Swamy–Arora estimates, variance components and θ", arguments: names)
  func plm(_ name: String) throws {
    let reference = try Reference(name)
    let (values, fit) = (reference.values, try RandomEffectsModel().fitted(reference.design))
    #expect(fit.coefficientNames == values["terms"]?.array?.compactMap(\.string))
    #expect(fit.errorVariance.isClose(to: values.numbers("sigma2")[0], relative: 1e-11))
    #expect(fit.effectVariance.isClose(to: values.numbers("sigma2")[1], relative: 1e-10))
    #expect(fit.weightsOfMeans.isClose(to: values.numbers("theta"), relative: 1e-10))
    #expect(fit.coefficients.isClose(to: values.numbers("coefficients"), relative: 1e-10))
    for (kind, key) in [
      (CovarianceKind.classical, "covariance"), (.clustered(by: [fit.unit], .cr1), "clustered"),
    ] {
      let (own, other) = (try fit.covariance(kind), values.matrix(key))
      let scales = other.diagonal.map { 1 / $0.squareRoot() }
      for i in scales.indices {
        for j in scales.indices {
          let difference = abs(own[i, j] - other[i, j]) * scales[i] * scales[j]
          #expect(difference < 1e-10, "\(key) [\(i), \(j)]")
        }
      }
    }
  }

  @Test("Hausman's test is plm's, Mundlak's is the regression written out", arguments: names)
  func tests(_ name: String) throws {
    let reference = try Reference(name)
    let (values, fit) = (reference.values, try RandomEffectsModel().fitted(reference.design))
    let expected = values.numbers("hausman")
    // The difference of covariances cancels three digits.
    if name == "correlated" {
      // Random effects come out less precise there; R takes the modulus of a negative form.
      #expect(throws: Diagnostic.self) { try fit.hausmanTest() }
    } else {
      let hausman = try fit.hausmanTest()
      #expect(hausman.statistic.isClose(to: expected[0], relative: 1e-8))
      #expect(hausman.degreesOfFreedom?.numerator == expected[1])
      #expect(hausman.pValue?.isClose(to: expected[2], relative: 1e-7) == true)
    }
    let shared = try fit.hausmanTest(sharesVariance: true)
    #expect(shared.statistic.isClose(to: values.value("hausmanShared"), relative: 1e-8))
    #expect(shared.degreesOfFreedom?.numerator == expected[1])
    let classical = try fit.mundlakTest(.classical)
    #expect(classical.statistic.isClose(to: values.value("mundlakClassical"), relative: 1e-9))
    #expect(classical.degreesOfFreedom?.numerator == expected[1])
    let clustered = try fit.mundlakTest()
    #expect(clustered.statistic.isClose(to: values.value("mundlakClustered"), relative: 1e-9))
  }

  @Test("Mundlak's test is that the means of units add nothing")
  func means() throws {
    let fit = try RandomEffectsModel().fitted(try Reference("unbalanced").design)
    let panel = fit.panel
    let theta = panel.unit.codes.map { fit.weightsOfMeans[Int($0)] }
    let means = panel.means.selectingColumns([1, 2]).scalingRows(theta.map { 1 - $0 })
    let x = fit.estimatingEquations.x.beside(means)
    let y = panel.y.indices.map { panel.y[$0] - theta[$0] * panel.responseMeans[$0] }
    let wide = try LinearModel().fitted(x, y, names: ["1", "a", "b", "A", "B"])
    for kind in [
      CovarianceKind.classical, .clustered(by: [panel.unit], .cr1),
      .clustered(by: [panel.unit], .cr2),
    ] {
      let expected = try WaldTest.test(
        restrictions: Matrix(rows: [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]),
        coefficients: wide.coefficients, covariance: try wide.covariance(kind))
      #expect(try fit.mundlakTest(kind).statistic.isClose(to: expected.statistic, relative: 1e-9))
    }
  }

  @Test("the estimate is generalized least squares at its own variance components")
  func agreesWithItsDefinition() throws {
    let fit = try RandomEffectsModel().fitted(try Reference("unbalanced").design)
    let panel = fit.panel
    let n = panel.y.count
    var v = Matrix(rowCount: n, columnCount: n)
    for i in 0..<n {
      v[i, i] = fit.errorVariance
      for j in 0..<n where panel.unit.codes[i] == panel.unit.codes[j] {
        v[i, j] += fit.effectVariance
      }
    }
    let solved = try Cholesky(v).solve(panel.x)
    let beta = try Cholesky(BLAS.gemm(panel.x, solved, transposingA: true)).solve(
      BLAS.gemv(solved, panel.y, transposingA: true))
    #expect(fit.coefficients.isClose(to: beta, relative: 1e-11))
    #expect(fit.intraclassCorrelation > 0 && fit.intraclassCorrelation < 1)
    #expect(fit.logLikelihood == nil)
  }

  @Test("a balanced panel has σ²_μ = (RSS_B/(N − K) − σ²_ε)/T")
  func balanced() throws {
    let fit = try RandomEffectsModel().fitted(try Reference("balanced").design)
    let panel = fit.panel
    let first = panel.betweenSumOfSquares / Double(20 - 3)
    #expect(fit.effectVariance.isClose(to: (first - fit.errorVariance) / 6, relative: 1e-12))
  }

  @Test("without differences between units it is pooled least squares, and says so")
  func noEffects() throws {
    // Every unit has the same rows, so that means do not differ but for a slope in a.
    var (unit, a, y) = ([String](), [Double](), [Double]())
    for u in 0..<8 {
      for t in 0..<4 {
        unit.append("u\(u)")
        a.append(Double(u + t))
        y.append(2 + Double(u + t) + [0.5, -0.5, -0.5, 0.5][t])
      }
    }
    let ones = [Double](repeating: 1, count: y.count)
    let x = Matrix(columns: [ones, a])
    let fit = try RandomEffectsModel().fitted(
      x, y, names: ["(Intercept)", "a"], unit: Grouping(name: "u", labels: unit))
    #expect(fit.effectVariance == 0)
    #expect(fit.weightsOfMeans.allSatisfy { $0 == 0 })
    let pooled = try LinearModel().fitted(x, y, names: ["(Intercept)", "a"])
    #expect(fit.coefficients.isClose(to: pooled.coefficients, relative: 1e-12))
    #expect(fit.diagnostics.map(\.severity) == [.note])
  }

  @Test("panels that do not identify the variance components are refused in words")
  func refusals() throws {
    let x = Matrix(columns: [[1, 1, 1, 1, 1, 1], [1, 2, 4, 3, 5, 9]])
    let y = [1.0, 3, 2, 5, 4, 7]
    func fit(_ labels: [String], _ x: Matrix) throws -> RandomEffectsFit {
      try RandomEffectsModel().fitted(
        x, y, names: ["(Intercept)", "a"], unit: Grouping(name: "u", labels: labels))
    }
    #expect(throws: Diagnostic.self) { try fit(["p", "p", "p", "q", "q", "q"], x) }
    #expect(throws: Diagnostic.self) { try fit(["p", "q", "r", "s", "t", "v"], x) }
    let constant = Matrix(columns: [[1, 1, 1, 1, 1, 1], [1, 1, 2, 2, 4, 4]])
    #expect(throws: Diagnostic.self) { try fit(["p", "p", "q", "q", "r", "r"], constant) }
    let design = try DesignMatrix(
      Formula("y ~ a"),
      Table(
        source: "t",
        columns: [
          .init(name: "y", cells: .number(y)), .init(name: "a", cells: .number(x.column(1))),
        ]))
    #expect(throws: Diagnostic.self) { try RandomEffectsModel().fitted(design) }
  }
}
