import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Generalized linear model, bad input") struct GeneralizedLinearInputTests {
  static let x = Matrix(columns: [[1, 1, 1, 1, 1], [0.5, 1.5, 2.5, 2, 1]])
  static let names = ["(Intercept)", "a"]

  func failure(
    _ model: GeneralizedLinearModel, _ y: [Double], x: Matrix = Self.x, names: [String] = names,
    offset: [Double]? = nil, weights: [Double]? = nil
  ) -> Diagnostic? {
    do {
      _ = try model.fitted(x, y, names: names, offset: offset, weights: weights)
      return nil
    } catch { return error }
  }

  @Test(
    "a negative count names its observation",
    arguments: [
      Family.poisson, .quasiPoisson, .negativeBinomial,
    ])
  func negativeCount(family: Family) {
    let error = failure(GeneralizedLinearModel(family: family), [1, 2, -3, 4, 5])
    #expect(error?.code == .negativeCount)
    #expect(error?.message.en == "Observation 3: the count -3.0 is negative.")
    #expect(error?.message.zh == "第 3 个观测：计数 -3.0 为负。")
  }

  @Test("counts that are not whole are a warning, but for a quasi family")
  func fractions() throws {
    let y = [1.5, 2, 3, 4, 2.25]
    for family in [Family.poisson, .negativeBinomial] {
      let fit = try GeneralizedLinearModel(family: family).fitted(Self.x, y, names: Self.names)
      let warning = try #require(fit.diagnostics.first)
      #expect(warning.code == .nonIntegerCounts && warning.severity == .warning)
      #expect(warning.message.en.hasPrefix("2 of 5 counts are not whole numbers (first: obs"))
    }
    let quasi = try GeneralizedLinearModel(family: .quasiPoisson).fitted(
      Self.x, y, names: Self.names)
    #expect(quasi.diagnostics.isEmpty)
  }

  @Test("a proportion outside 0 to 1, and a gamma response of zero, name their observations")
  func range() {
    let binomial = failure(GeneralizedLinearModel(family: .binomial), [0, 1, 1, 2, 0])
    #expect(binomial?.code == .valueOutOfRange)
    #expect(binomial?.message.en == "Observation 4: 2.0 is no proportion from 0 to 1.")
    let gamma = failure(GeneralizedLinearModel(family: .gamma), [1, 0, 1, 2, 1])
    #expect(gamma?.code == .valueOutOfRange)
    #expect(gamma?.message.en == "Observation 2: 0.0 is not positive.")
  }

  @Test("a column that depends on others is named")
  func rank() {
    let x = Matrix(columns: [[1, 1, 1, 1, 1], [1, 2, 3, 4, 5], [3, 5, 7, 9, 11]])
    let error = failure(GeneralizedLinearModel(), [1, 2, 3, 4, 5], x: x, names: ["c", "a", "b"])
    #expect(error?.code == .rankDeficient)
  }

  @Test("values that are not finite are named", arguments: [Double.nan, .infinity])
  func notFinite(value: Double) {
    let model = GeneralizedLinearModel()
    #expect(failure(model, [1, value, 3, 4, 5])?.message.en == "y is not finite in observation 2.")
    var x = Self.x
    x[3, 1] = value
    #expect(
      failure(model, [1, 2, 3, 4, 5], x: x)?.message.en == "a is not finite in observation 4.")
    let offset = failure(model, [1, 2, 3, 4, 5], offset: [0, 0, 0, 0, -value])
    #expect(offset?.message.en == "Observation 5: the offset is not finite.")
  }

  @Test("a weight that is not positive names its observation", arguments: [0, -1, Double.nan])
  func weights(value: Double) {
    let error = failure(GeneralizedLinearModel(), [1, 2, 3, 4, 5], weights: [1, 1, value, 1, 1])
    #expect(error?.code == .valueOutOfRange)
    #expect(error?.message.en.hasPrefix("Observation 3: the weight") == true)
  }

  @Test("a link that the family does not have is refused with those that it has")
  func illegalLink() {
    let error = failure(GeneralizedLinearModel(family: .gamma, link: .logit), [1, 2, 3, 4, 5])
    #expect(error?.code == .illegalOption)
    #expect(error?.hint?.en == "Choose one of inverse, log, identity.")
  }

  @Test(
    "θ belongs to the negative binomial and is positive",
    arguments: [
      (Family.poisson, 2.0), (.negativeBinomial, 0), (.negativeBinomial, -1),
      (.negativeBinomial, .infinity), (.negativeBinomial, .nan),
    ])
  func illegalTheta(family: Family, theta: Double) {
    let error = failure(GeneralizedLinearModel(family: family, theta: theta), [1, 2, 3, 4, 5])
    #expect(error?.code == .illegalOption)
  }

  @Test("fewer observations than columns are an error")
  func tooFew() {
    let error = failure(
      GeneralizedLinearModel(), [1], x: Matrix(rows: [[1, 2]]), names: Self.names)
    #expect(error?.code == .seriesTooShort)
  }

  @Test("successes of trials need a binomial family and positive trials")
  func trials() {
    let poisson = #expect(throws: Diagnostic.self) {
      try GeneralizedLinearModel().fitted(
        Self.x, successes: [1, 1, 1, 1, 1], trials: [2, 2, 2, 2, 2], names: Self.names)
    }
    #expect(poisson?.code == .modelNotApplicable)
    let none = #expect(throws: Diagnostic.self) {
      try GeneralizedLinearModel(family: .binomial).fitted(
        Self.x, successes: [1, 1, 0, 1, 1], trials: [2, 2, 0, 2, 2], names: Self.names)
    }
    #expect(none?.message.en.hasPrefix("Observation 3: the weight, or number of trials") == true)
  }

  @Test("a mean at the edge of its range ends in a warning, not in silence")
  func edge() throws {
    // The line through these counts is negative at 1; the likelihood pushes its mean to 0.
    let x = Matrix(columns: [[1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6]])
    let fit = try GeneralizedLinearModel(family: .poisson, link: .identity).fitted(
      x, [0, 0, 0, 2, 9, 14], names: Self.names)
    #expect(!fit.isConverged && fit.diagnostics.map(\.code) == [.notConverged])
    #expect(fit.fittedMeans.allSatisfy { $0 > 0 })
  }

  @Test("a fit without degrees of freedom has no dispersion and no errors")
  func saturated() throws {
    let fit = try GeneralizedLinearModel(family: .quasiPoisson).fitted(
      Matrix(rows: [[1, 0], [1, 1]]), [3, 8], names: Self.names)
    #expect(fit.dispersion == nil)
    #expect(throws: Diagnostic.self) { try fit.covariance(.classical) }
  }

  @Test("the method survives a journey through JSON")
  func coding() throws {
    let model = GeneralizedLinearModel(family: .negativeBinomial, link: .squareRoot, theta: 2.5)
    #expect(try roundTrip(model) == model)
    #expect(try roundTrip(GeneralizedLinearModel()) == GeneralizedLinearModel())
  }
}
