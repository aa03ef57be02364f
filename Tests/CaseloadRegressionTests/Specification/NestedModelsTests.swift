import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Likelihood-ratio tests of specified models") struct NestedModelsTests {
  @Test("statistic, degrees of freedom and p as R's lrtest, in either order")
  func reference() async throws {
    let oracle = try JointTestsOracle()
    let cases = oracle.cases("likelihoodRatio")
    #expect(cases.count == 4)
    for expected in cases {
      let formulas = expected["formulas"]?.array?.compactMap(\.string) ?? []
      let family = try #require(Family(rawValue: expected["family"]?.string ?? ""))
      let small = try await oracle.outcome(formulas[0]) { $0.family = family }
      let large = try await oracle.outcome(formulas[1]) { $0.family = family }
      let test = try large.likelihoodRatioTest(against: small)
      let counts = expected.numbers("parameters")
      #expect(test.degreesOfFreedom?.numerator == counts[1] - counts[0])
      // What θ̂ of MASS leaves of the likelihood, which is flat there, is its square: 1e-16.
      #expect(test.statistic.isClose(to: expected.value("statistic"), relative: 1e-11))
      #expect(try #require(test.pValue).isClose(to: expected.value("pValue"), relative: 1e-10))
      #expect(try small.likelihoodRatioTest(against: large) == test)
      if formulas[0].hasSuffix("~ 1") {
        #expect(try large.likelihoodRatioTest().statistic == test.statistic)
      }
    }
  }

  @Test("for least squares it agrees with its definition, n ln(RSS₀/RSS₁)")
  func agreesWithItsDefinition() async throws {
    let oracle = try JointTestsOracle()
    let small = try await oracle.outcome("filings ~ judges")
    let large = try await oracle.outcome("filings ~ judges + load + court")
    let squares = try [small, large].map {
      try #require($0.fit.unwrapped as? LinearFit).residualSumOfSquares
    }
    let test = try large.likelihoodRatioTest(against: small)
    #expect(test.statistic.isClose(to: 54 * log(squares[0] / squares[1]), relative: 1e-12))
  }

  @Test("absorbed effects count and nest as their dummies do")
  func effects() async throws {
    let oracle = try JointTestsOracle()
    func test(_ small: String, _ large: String, _ family: Family = .gaussian) async throws
      -> HypothesisTest
    {
      let small = try await oracle.outcome(small) { $0.family = family }
      let large = try await oracle.outcome(large) { $0.family = family }
      return try large.likelihoodRatioTest(against: small)
    }
    let dummies = try await test("filings ~ judges", "filings ~ judges + load + court")
    let absorbed = try await test("filings ~ judges", "filings ~ judges + load | court")
    #expect(absorbed.statistic.isClose(to: dummies.statistic, relative: 1e-10))
    #expect(absorbed.degreesOfFreedom == dummies.degreesOfFreedom)
    let within = try await test("filings ~ judges | court", "filings ~ judges + load + court")
    let own = try await test("filings ~ judges | court", "filings ~ judges + load | court")
    #expect(within.statistic.isClose(to: own.statistic, relative: 1e-9))
    #expect(within.degreesOfFreedom?.numerator == 1)
    let counts = try await test("count ~ 1 | court", "count ~ judges + load | court", .poisson)
    let expanded = try await test("count ~ court", "count ~ court + judges + load", .poisson)
    #expect(counts.statistic.isClose(to: expanded.statistic, relative: 1e-9))
    #expect(counts.degreesOfFreedom?.numerator == 2)
    let alone = try await oracle.outcome("count ~ judges + load | court") { $0.family = .poisson }
    #expect(try alone.likelihoodRatioTest().statistic.isClose(to: counts.statistic, relative: 1e-9))
  }

  @Test("weights and clusters: the likelihood has the weights, and says that clusters do not enter")
  func otherCovariance() async throws {
    let oracle = try JointTestsOracle()
    let outcome = try await oracle.outcome("filings ~ judges + load") {
      $0.design.weights = "size"
      $0.design.clusters = ["court"]
    }
    let plain = try await oracle.outcome("filings ~ judges + load") { $0.design.weights = "size" }
    let null = try await oracle.outcome("filings ~ 1") { $0.design.weights = "size" }
    let test = try outcome.likelihoodRatioTest()
    #expect(test.statistic == (try plain.likelihoodRatioTest(against: null)).statistic)
    #expect(test.detail?.en.contains("--hypothesis") == true)
    #expect(try plain.likelihoodRatioTest().detail?.en.contains("--hypothesis") == false)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var formulas: [String]
    var families: [Family] = [.gaussian]
    var weights: [String?] = [nil]
    var estimator = RegressionEstimator.standard
    var mentions: String
    var testDescription: String { formulas.joined(separator: " / ") + " " + mentions }
  }

  @Test(
    "models that cannot be compared are refused with the reason",
    arguments: [
      Refusal(
        formulas: ["filings ~ judges + load", "filings ~ judges + size"], mentions: "not nested"),
      Refusal(
        formulas: ["filings ~ judges + load", "filings ~ judges + size + programme"],
        mentions: "not nested"),
      Refusal(formulas: ["filings ~ judges", "pending ~ judges + load"], mentions: "response"),
      Refusal(
        formulas: ["count ~ judges", "count ~ judges + load"],
        families: [.poisson, .negativeBinomial], mentions: "family"),
      Refusal(
        formulas: ["count ~ judges", "count ~ judges + load"], families: [.quasiPoisson],
        mentions: "quasi-likelihood"),
      Refusal(
        formulas: ["filings ~ judges", "filings ~ judges + load"], estimator: .mm,
        mentions: "maximum likelihood"),
      Refusal(
        formulas: ["filings ~ judges", "filings ~ judges + gaps"],
        mentions: "different observations"),
      Refusal(
        formulas: ["filings ~ judges", "filings ~ judges + load"], weights: [nil, "size"],
        mentions: "weights"),
      Refusal(formulas: ["filings ~ judges - 1"], mentions: "no intercept"),
      Refusal(formulas: ["filings ~ 1"], mentions: "no term"),
    ])
  func refused(_ example: Refusal) async throws {
    let oracle = try JointTestsOracle()
    let judges = oracle.values["data"]?.numbers("judges") ?? []
    let table = Table(
      source: "gaps",
      columns: ["filings", "pending", "judges", "load", "size", "programme", "count"].map {
        .init(name: $0, cells: .number(oracle.values["data"]?.numbers($0) ?? []))
      } + [
        .init(
          name: "gaps",
          cells: .number(judges.enumerated().map { $0.offset % 7 == 3 ? .nan : $0.element }))
      ])
    var outcomes: [RegressionOutcome] = []
    for (k, formula) in example.formulas.enumerated() {
      var specification = try RegressionSpecification(formula)
      specification.family = example.families[min(k, example.families.count - 1)]
      specification.design.weights = example.weights[min(k, example.weights.count - 1)]
      specification.estimator = example.estimator
      outcomes.append(try await specification.fitted(to: table))
    }
    let error = #expect(throws: Diagnostic.self) {
      if outcomes.count == 1 { return try outcomes[0].likelihoodRatioTest() }
      return try outcomes[1].likelihoodRatioTest(against: outcomes[0])
    }
    #expect(error?.code == .modelNotApplicable)
    #expect(error?.message.en.contains(example.mentions) == true, "\(error?.message.en ?? "")")
    #expect(error?.hint != nil)
  }
}
