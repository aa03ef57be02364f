import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Marginal effects") struct MarginalEffectsTests {
  @Test(
    "effects and errors agree with the delta method by numerical gradients",
    arguments: ["logit", "probit", "cloglog", "poisson", "sqrt", "gamma"],
    MarginalEffects.Point.allCases)
  func numericalGradients(name: String, point: MarginalEffects.Point) throws {
    let oracle = try GeneralizedLinearOracle()
    let (model, y): (GeneralizedLinearModel, String) =
      switch name {
      case "logit": (.init(family: .binomial), "binary")
      case "probit": (.init(family: .binomial, link: .probit), "binary")
      case "cloglog": (.init(family: .binomial, link: .complementaryLogLog), "binary")
      case "poisson": (.init(family: .poisson), "count")
      case "sqrt": (.init(family: .poisson, link: .squareRoot), "count")
      default: (.init(family: .gamma), "duration")
      }
    let fit = try model.fitted(oracle.x, oracle.column(y), names: oracle.names)
    for (kind, label) in [
      (CovarianceKind.classical, "classical"), (.heteroskedastic(.hc1), "HC1"),
    ] {
      let effects = try fit.marginalEffects(kind, at: point)
      #expect(effects.discreteTerms == ["x2"] && effects.effects.map(\.term) == ["x1", "x2"])
      let prefix = point == .average ? "average" : "means"
      for (row, column) in zip(effects.effects, ["X1", "X2"]) {
        let expected = oracle.values["effects"]?[name]?[label]?.numbers(prefix + column) ?? []
        #expect(row.estimate.isClose(to: expected[0], relative: 1e-11), "\(name) \(row.term)")
        // Differences of the fourth order with a step of 1e−4.
        #expect(row.standardError.isClose(to: expected[1], relative: 1e-8), "\(name) \(row.term)")
      }
    }
  }

  @Test("the average effect of a canonical log link is the coefficient times the mean")
  func poissonIdentity() throws {
    let oracle = try GeneralizedLinearOracle()
    let fit = try oracle.fit("poisson-log")
    let effect = try fit.marginalEffects(.classical).effects[0]
    // Σ μ̂ = Σ y with an intercept.
    let mean = oracle.column("poissonCount").accurateSum / 60
    #expect(effect.estimate.isClose(to: fit.coefficients[1] * mean, relative: 1e-12))
  }

  @Test("the effects of a linear model are its coefficients")
  func linear() throws {
    let oracle = try GeneralizedLinearOracle()
    let linear = try LinearModel().fitted(oracle.x, oracle.column("amount"), names: oracle.names)
    let gaussian = try oracle.fit("gaussian-identity")
    for point in MarginalEffects.Point.allCases {
      let own = try linear.marginalEffects(.heteroskedastic(.hc3), at: point).effects
      let other = try gaussian.marginalEffects(.heteroskedastic(.hc3), at: point).effects
      let table = try linear.coefficientTable(.heteroskedastic(.hc3))
      for (k, row) in own.enumerated() {
        #expect(row.estimate == table[k + 1].estimate)
        #expect(row.standardError == table[k + 1].standardError)
        #expect(other[k].estimate.isClose(to: row.estimate, relative: 1e-12))
        #expect(other[k].standardError.isClose(to: row.standardError, relative: 1e-12))
        #expect(other[k].pValue.isClose(to: row.pValue, relative: 1e-10))
      }
    }
  }

  @Test("a discrete change that leaves the domain of the link is an error")
  func outsideDomain() throws {
    // μ = 1/(0.1 + 0.2 d) for d = 0, 1 and a column on which the inverse mean falls steeply.
    let x = Matrix(columns: [
      [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1], [0, 1, 2, 3, 9, 10],
    ])
    let eta = (0..<6).map { 1 - 0.3 * x[$0, 2] + 3 * x[$0, 1] }
    let y = eta.enumerated().map { (1 + 0.01 * Double($0.offset % 2)) / $0.element }
    let fit = try GeneralizedLinearModel(family: .gamma).fitted(x, y, names: ["c", "d", "t"])
    let error = #expect(throws: Diagnostic.self) { try fit.marginalEffects(.classical) }
    #expect(error?.code == .valueOutOfRange)
    #expect(error?.message.en.contains("the effect of d") == true)
  }
}
