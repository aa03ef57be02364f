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

  @Test("figures of the fit do not depend on whether effects have columns of their own")
  func expandedFigures() async throws {
    for formula in ["y ~ x + z | time", "y ~ x + z | unit + time"] {
      let absorbed = try await Self.outcome(formula) { $0.design.clusters = ["unit"] }
      let expanded = try await Self.outcome(formula) {
        $0.design.clusters = ["unit"]
        $0.covariance = "cr2"
      }
      let figures = absorbed.summary.statistics
      #expect(expanded.summary.statistics.map(\.id) == figures.map(\.id))
      for (a, b) in zip(expanded.summary.statistics, figures) {
        let (own, other) = (try #require(a.value), try #require(b.value))
        #expect(own.isClose(to: other, relative: 1e-9), "\(a.id)")
      }
    }
  }

  @Test("columns of effects do not hide regressors that are called as they are")
  func namesOfEffects() async throws {
    // A dummy of the effect `time` for its second level would be called time1 by a formula.
    let named = Table(
      source: "named",
      columns: Self.table.columns + [.init(name: "time1", cells: try Self.table.column("x").cells)])
    var specification = try RegressionSpecification("y ~ time1 + z | time")
    specification.design.clusters = ["unit"]
    specification.covariance = "cr2"
    let outcome = try await specification.fitted(to: named)
    let reference = try await Self.outcome("y ~ x + z | time") {
      $0.design.clusters = ["unit"]
      $0.covariance = "cr2"
    }
    #expect(outcome.summary.coefficients.map(\.term) == ["time1", "z"])
    for (a, b) in zip(outcome.summary.coefficients, reference.summary.coefficients) {
      #expect(a.estimate == b.estimate && a.standardError == b.standardError)
    }
    // A regressor that repeats the effect goes, not the effect.
    let error = await #expect(throws: Diagnostic.self) {
      try await Self.outcome("y ~ time | time") {
        $0.design.clusters = ["unit"]
        $0.covariance = "cr2"
      }
    }
    #expect(error?.code == .notIdentified)
    let partly = try await Self.outcome("y ~ x + I(2 * time) | time") {
      $0.design.clusters = ["unit"]
      $0.covariance = "cr2"
    }
    #expect(partly.summary.coefficients.map(\.term) == ["x"])
    #expect(partly.summary.droppedTerms == ["I(2 * time)"])
  }

  @Test("more columns than rows: those that repeat others go first, then the rows decide")
  func fewRows() async throws {
    let table = Table(
      source: "few",
      columns: [
        .init(name: "y", cells: .number([1, 2, 4, 3])),
        .init(name: "a", cells: .number([1, 2, 3, 5])),
        .init(name: "b", cells: .number([2, 0, 1, 7])),
        .init(name: "c", cells: .number([3, 1, 1, 2])),
      ])
    func fitted(
      _ formula: String, _ estimator: RegressionEstimator = .standard
    ) async throws -> RegressionOutcome {
      var specification = try RegressionSpecification(formula)
      specification.estimator = estimator
      return try await specification.fitted(to: table)
    }
    let repeated = "y ~ a + I(2 * a) + I(a + 1) + I(3 - a)"
    let outcome = try await fitted(repeated)
    let plain = try await fitted("y ~ a")
    #expect(outcome.summary.droppedTerms == ["I(2 * a)", "I(a + 1)", "I(3 - a)"])
    #expect(outcome.fit.coefficients == plain.fit.coefficients)
    let error = await #expect(throws: Diagnostic.self) {
      try await fitted("y ~ a + I(2 * a) + b + c")
    }
    #expect(error?.code == .seriesTooShort)
    // A penalty needs no rank.
    #expect(try await fitted(repeated, .ridge).fit.coefficients.count == 5)
  }

  @Test("the one-variance form of Hausman's test can be asked for")
  func hausman() async throws {
    let random = try await Self.outcome("y ~ x + z | unit") { $0.estimator = .randomEffects }
    let fit = try #require(random.fit.unwrapped as? RandomEffectsFit)
    let tests = try SpecificationTests(["hausman", "hausman:one-variance"], of: random).tests
    #expect(tests[0] == (try fit.hausmanTest()))
    #expect(tests[1] == (try fit.hausmanTest(sharesVariance: true)))
    #expect(throws: Diagnostic.self) { try SpecificationTests(["hausman:two"], of: random) }
  }

  @Test("fixed effects alone are a model without coefficients")
  func effectsAlone() async throws {
    for family in [Family.gaussian, .poisson] {
      let outcome = try await Self.outcome("count ~ 1 | unit") { $0.family = family }
      #expect(outcome.summary.coefficients.isEmpty)
      #expect(outcome.fit.logLikelihood?.isFinite == true)
    }
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
