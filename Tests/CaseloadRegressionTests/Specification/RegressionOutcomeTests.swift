import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Regressions as they are specified") struct RegressionOutcomeTests {
  static let table: Table = {
    var draws = RandomStream(seed: 21)
    var (unit, time) = ([String](), [Double]())
    var (x, z, y, count) = ([Double](), [Double](), [Double](), [Double]())
    for u in 0..<10 {
      let effect = draws.normal()
      for t in 0..<12 {
        unit.append("u\(u)")
        time.append(Double(t))
        x.append(draws.normal() + effect)
        z.append(draws.normal())
        y.append(1 + x[x.count - 1] - z[z.count - 1] + effect + draws.normal())
        count.append((exp(1 + 0.3 * z[z.count - 1]) * (0.5 + draws.uniform())).rounded())
      }
    }
    return Table(
      source: "simulated",
      columns: [
        .init(name: "unit", cells: .text(unit)), .init(name: "time", cells: .number(time)),
        .init(name: "x", cells: .number(x)), .init(name: "z", cells: .number(z)),
        .init(name: "y", cells: .number(y)), .init(name: "count", cells: .number(count)),
      ])
  }()

  static func outcome(
    _ formula: String, _ change: (inout RegressionSpecification) -> Void = { _ in }
  ) async throws -> RegressionOutcome {
    var specification = try RegressionSpecification(formula)
    change(&specification)
    return try await specification.fitted(to: table)
  }

  @Test("the joint F of a clustered table is Wald's by the clustered covariance")
  func jointTest() async throws {
    let outcome = try await Self.outcome("y ~ x + z") { $0.design.clusters = ["unit"] }
    let statistics = outcome.summary.statistics
    let f = try #require(statistics.first { $0.id == "fStatistic" }?.value)
    let test = try outcome.test(LinearHypothesis("x; z", names: outcome.fit.coefficientNames))
    #expect(f.isClose(to: test.statistic, relative: 1e-12))
    #expect(test.degreesOfFreedom?.denominator == 9)
    let classical = try await Self.outcome("y ~ x + z")
    let own = try #require((classical.fit as? LinearFit)?.fTest)
    let wald = try classical.test(
      LinearHypothesis("x; z", names: classical.fit.coefficientNames))
    #expect(wald.statistic.isClose(to: own.statistic, relative: 1e-10))
  }

  @Test("CR3 of effects that cross the clusters is that of their dummies, which stay out of sight")
  func crossingEffects() async throws {
    let absorbed = try await Self.outcome("y ~ x + z | unit + time") {
      $0.design.clusters = ["unit"]
      $0.covariance = "cr3"
    }
    let dummies = try await Self.outcome("y ~ x + z + C(time) | unit") {
      $0.design.clusters = ["unit"]
      $0.covariance = "cr3"
    }
    #expect(absorbed.summary.coefficients.map(\.term) == ["x", "z"])
    #expect(absorbed.summary.fixedEffects.map(\.name) == ["unit", "time"])
    for (a, b) in zip(absorbed.summary.coefficients, dummies.summary.coefficients) {
      #expect(a.standardError.isClose(to: b.standardError, relative: 1e-10))
      #expect(a.degreesOfFreedom.isClose(to: b.degreesOfFreedom, relative: 1e-8))
    }
  }

  @Test("kernel errors of one series do not depend on the order of the rows when periods are named")
  func timeOrder() async throws {
    let rows = (0..<12).map { 5 * $0 % 12 }
    func table(_ rows: [Int]) throws -> Table {
      Table(
        source: "one unit",
        columns: try ["time", "x", "y"].map { name in
          let values = try Self.table.numbers(name)
          return .init(name: name, cells: .number(rows.map { values[$0] }))
        })
    }
    var specification = try RegressionSpecification("y ~ x")
    specification.covariance = "newey-west:2"
    specification.design.time = "time"
    let shuffled = try await specification.fitted(to: table(rows)).summary
    let ordered = try await specification.fitted(to: table(Array(0..<12))).summary
    for (a, b) in zip(shuffled.coefficients, ordered.coefficients) {
      #expect(a.standardError.isClose(to: b.standardError, relative: 1e-12))
    }
  }

  @Test("collinear terms are dropped in the order in which they are written, and named")
  func dropped() async throws {
    let outcome = try await Self.outcome("y ~ x + I(2 * x) + z")
    #expect(outcome.summary.droppedTerms == ["I(2 * x)"])
    #expect(outcome.diagnostics.contains { $0.code == .rankDeficient && $0.severity == .warning })
  }

  @Test(
    "what does not go together is refused",
    arguments: [
      ("y ~ x | unit", "quantile", "gaussian"), ("y ~ x", "mm", "poisson"),
      ("y ~ x | unit", "ols", "binomial"), ("y ~ 1 | x ~ z", "ridge", "gaussian"),
      ("y ~ x", "liml", "gaussian"), ("y ~ 0", "ols", "gaussian"),
      ("y ~ x", "random-effects", "gaussian"),
    ])
  func refused(_ formula: String, _ estimator: String, _ family: String) async throws {
    let error = await #expect(throws: Diagnostic.self) {
      try await Self.outcome(formula) {
        $0.estimator = RegressionEstimator(rawValue: estimator) ?? .standard
        $0.family = Family(rawValue: family) ?? .gaussian
      }
    }
    #expect(error?.code == .modelNotApplicable)
    #expect(error?.hint != nil)
  }

  @Test("all usual tests run on every kind of fit that has some")
  func tests() async throws {
    let linear = try await Self.outcome("y ~ x + z")
    let usual = try SpecificationTests(["all"], of: linear)
    #expect(usual.tests.map(\.id) == ["breusch-pagan", "white", "reset", "jarque-bera"])
    #expect(usual.inflationFactors.map(\.term) == ["x", "z"])
    let counts = try await Self.outcome("count ~ z") { $0.family = .poisson }
    #expect(try SpecificationTests(["all"], of: counts).tests.map(\.id) == ["dispersion"])
    let instruments = try await Self.outcome("y ~ 1 | x ~ z")
    let strength = try SpecificationTests(["all"], of: instruments)
    #expect(strength.tests.contains { $0.id == "kleibergen-paap" })
    #expect(strength.confidenceSet != nil)
    let random = try await Self.outcome("y ~ x + z | unit") { $0.estimator = .randomEffects }
    #expect(try SpecificationTests(["hausman", "mundlak"], of: random).tests.count == 2)
    #expect(throws: Diagnostic.self) { try SpecificationTests(["durbin"], of: linear) }
    #expect(throws: Diagnostic.self) { try SpecificationTests(["chow"], of: linear) }
  }

  @Test("predictions are those of the formulas, with the interval of the mean inside the other")
  func predictions() async throws {
    let outcome = try await Self.outcome("y ~ x + z")
    let new = Table(
      source: "new",
      columns: [
        .init(name: "x", cells: .number([0.5, .nan, -1])),
        .init(name: "z", cells: .number([1, 2, 0])),
      ])
    let (rows, notes) = try outcome.predictions(for: new)
    #expect(notes.map(\.code) == [.rowsLeftOut])
    #expect(rows.map(\.row) == [1, 3])
    let b = outcome.fit.coefficients
    #expect(rows[0].mean.isClose(to: b[0] + 0.5 * b[1] + b[2], relative: 1e-12))
    let v = try outcome.fit.covariance(outcome.kind)
    let direction = [1, 0.5, 1]
    let variance = zip(direction, v * direction).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(rows[0].standardError.isClose(to: variance.squareRoot(), relative: 1e-12))
    #expect((rows[0].observationLower ?? .infinity) < rows[0].lower)
  }
}
