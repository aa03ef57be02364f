import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadRegression

@Suite("Generalized linear models on published data", .enabled(if: SharedData.isPresent))
struct GeneralizedLinearReferenceTests {
  /// Columns by the names that R gives them, from a CSV file with words in it.
  struct Frame {
    let cells: [String: [String]]

    init(_ path: String) throws {
      let text = try String(contentsOf: SharedData.file(path), encoding: .utf8)
      let lines = text.split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      var cells: [String: [String]] = [:]
      for (j, name) in (lines.first ?? []).enumerated() {
        cells[name] = lines.dropFirst().map { $0[j] }
      }
      self.cells = cells
    }

    func numbers(_ name: String) -> [Double] {
      cells[name, default: []].map { Double($0) ?? .nan }
    }

    /// An R term: a product of columns and of columns with a level, such as `SexF:AgeF1`.
    func term(_ name: String) -> [Double] {
      if name == "(Intercept)" || name == "const" {
        return [Double](repeating: 1, count: cells.values.first?.count ?? 0)
      }
      var result: [Double] = []
      for factor in name.split(separator: ":").map(String.init) {
        let values: [Double]
        if let column = cells[factor], Double(column[0]) != nil {
          values = numbers(factor)
        } else {
          let column = cells.keys.first { factor.hasPrefix($0) } ?? ""
          let level = factor.dropFirst(column.count)
          values = cells[column, default: []].map { $0 == level ? 1 : 0 }
        }
        result = result.isEmpty ? values : zip(result, values).map(*)
      }
      return result
    }

    func fit(
      _ model: GeneralizedLinearModel, _ response: String, terms: [String],
      offset: [Double]? = nil
    ) throws -> GeneralizedLinearFit {
      let names = terms.sorted { ($0 == "(Intercept)" ? 0 : 1) < ($1 == "(Intercept)" ? 0 : 1) }
      return try model.fitted(
        Matrix(columns: names.map(term)), numbers(response), names: names, offset: offset)
    }
  }

  /// Against R's glm, glm.nb and statsmodels, all run to small tolerances.
  func compare(_ fit: GeneralizedLinearFit, _ expected: JSON?) throws {
    #expect(fit.isConverged && fit.diagnostics.isEmpty)
    for row in try fit.coefficientTable(.classical) {
      let estimate = expected?["coef"]?.value(row.term) ?? .nan
      let error = expected?["se"]?.value(row.term) ?? .nan
      #expect(row.estimate.isClose(to: estimate, relative: 1e-9), "\(row.term)")
      // R's weights are those of the step before the last.
      #expect(row.standardError.isClose(to: error, relative: 1e-7), "\(row.term)")
    }
  }

  func terms(_ expected: JSON?) -> [String] {
    guard case .object(let members) = expected?["coef"] ?? .null else { return [] }
    return members.keys.sorted()
  }

  @Test("crime1: Poisson, its sandwich, quasi-Poisson and negative binomial")
  func crime() throws {
    let file = try SharedData.json("causal/crime1.oracle.json", as: JSON.self)
    let check = file["checks"]?["poisson_nb_ols"] ?? .null
    let frame = try Frame("causal/crime1.csv")
    let names = terms(check["poisson"])
    let poisson = try frame.fit(GeneralizedLinearModel(), "narr86", terms: names)
    try compare(poisson, check["poisson"])
    let expected = check["poisson"] ?? .null
    #expect(
      try #require(poisson.logLikelihood).isClose(to: expected.value("loglik"), relative: 1e-13))
    #expect(poisson.deviance.isClose(to: expected.value("deviance"), relative: 1e-12))
    #expect(poisson.pearsonChiSquared.isClose(to: expected.value("pearson"), relative: 1e-9))
    #expect(try #require(poisson.aic).isClose(to: expected.value("aic"), relative: 1e-13))
    for row in try poisson.coefficientTable(.heteroskedastic(.hc0)) {
      let error = check["poisson_se_HC0"]?.value(row.term) ?? .nan
      #expect(row.standardError.isClose(to: error, relative: 1e-7))  // R sandwich 3.0.2
    }
    let quasi = try frame.fit(
      GeneralizedLinearModel(family: .quasiPoisson), "narr86", terms: names)
    let sigma = try #require(quasi.dispersion).squareRoot()
    #expect(sigma.isClose(to: check.value("quasi_sigma"), relative: 1e-9))
    let negative = try frame.fit(
      GeneralizedLinearModel(family: .negativeBinomial), "narr86", terms: names)
    // The error of θ is that of glm.nb's Newton iteration, which ends at 1e−4.
    try compare(negative, check["nb2"])
    #expect(
      try #require(negative.logLikelihood).isClose(
        to: check["nb2"]?.value("loglik") ?? .nan, relative: 1e-11))
    #expect(
      try #require(negative.theta).isClose(to: check["nb2"]?.value("theta") ?? .nan, relative: 1e-9)
    )
    #expect(
      try #require(negative.thetaStandardError).isClose(
        to: check["nb2"]?.value("se_theta") ?? .nan, relative: 1e-4))
    #expect(
      try #require(negative.alpha).isClose(to: check["nb2"]?.value("alpha") ?? .nan, relative: 1e-9)
    )
    let linear = try GeneralizedLinearModel(family: .gaussian).fitted(
      Matrix(columns: poisson.coefficientNames.map(frame.term)), frame.numbers("narr86"),
      names: poisson.coefficientNames)
    try compare(linear, check["ols"])
    for kind in [CovarianceKind.HC.hc0, .hc1, .hc2, .hc3] {
      for row in try linear.coefficientTable(.heteroskedastic(kind)) {
        let error = check["ols"]?[kind.rawValue.uppercased()]?.value(row.term) ?? .nan
        #expect(row.standardError.isClose(to: error, relative: 1e-10), "\(kind)")
      }
    }
  }

  @Test("quine: negative binomials of Venables and Ripley")
  func quine() throws {
    let file = try SharedData.json("causal/quine.oracle.json", as: JSON.self)
    let check = file["checks"]?["nb2"] ?? .null
    let frame = try Frame("causal/quine.csv")
    let model = GeneralizedLinearModel(family: .negativeBinomial)
    for name in ["main", "nested"] {
      let expected = check[name] ?? .null
      let fit = try frame.fit(model, "Days", terms: terms(expected))
      try compare(fit, expected)
      let logLikelihood = expected["loglik"]?.number ?? 0.5 * expected.value("twologlik")
      #expect(try #require(fit.logLikelihood).isClose(to: logLikelihood, relative: 1e-10))
      #expect(try #require(fit.theta).isClose(to: expected.value("theta"), relative: 1e-9))
      #expect(
        try #require(fit.thetaStandardError).isClose(
          to: expected.value("se_theta"), relative: 1e-4))
    }
    let expected = check["poisson_main"] ?? .null
    let poisson = try frame.fit(GeneralizedLinearModel(), "Days", terms: terms(expected))
    try compare(poisson, expected)
    #expect(
      try #require(poisson.logLikelihood).isClose(to: expected.value("loglik"), relative: 1e-13))
  }

  @Test("recreation: Cameron and Trivedi's Poisson, negative binomial and overdispersion")
  func recreation() throws {
    let file = try SharedData.json("causal/recreation.oracle.json", as: JSON.self)
    let check = file["checks"]?["poisson_nb2"] ?? .null
    let frame = try Frame("causal/recreation.csv")
    let names = terms(check["poisson"])
    let poisson = try frame.fit(GeneralizedLinearModel(), "trips", terms: names)
    try compare(poisson, check["poisson"])
    #expect(
      try #require(poisson.logLikelihood).isClose(
        to: check["poisson"]?.value("loglik") ?? .nan, relative: 1e-13))
    let test = try poisson.dispersionTest()
    let expected = check["overdispersion_test"] ?? .null
    #expect(test.test.statistic.isClose(to: expected.value("z"), relative: 1e-8))
    #expect(test.test.pValue?.isClose(to: expected.value("p"), relative: 1e-7) == true)
    #expect((1 + test.alpha).isClose(to: expected.value("alpha"), relative: 1e-8))
    let quadratic = try poisson.dispersionTest(.quadratic)
    #expect(quadratic.test.statistic.isClose(to: expected.value("nb2_z"), relative: 1e-8))
    let negative = try frame.fit(
      GeneralizedLinearModel(family: .negativeBinomial), "trips", terms: names)
    try compare(negative, check["nb2"])
    #expect(
      try #require(negative.logLikelihood).isClose(
        to: check["nb2"]?.value("loglik") ?? .nan, relative: 1e-10))
    #expect(
      try #require(negative.theta).isClose(to: check["nb2"]?.value("theta") ?? .nan, relative: 1e-9)
    )
  }

  @Test("sicily: an interrupted series of counts with an offset")
  func sicily() throws {
    let file = try SharedData.json("causal/sicily.oracle.json", as: JSON.self)
    let checks = file["checks"] ?? .null
    let frame = try Frame("causal/sicily.csv")
    let offset = frame.numbers("stdpop").map { log($0) }
    let time = frame.numbers("time")
    func angle(_ k: Double) -> [Double] { time.map { 2 * .pi * k * $0 / 12 } }
    let columns: [(String, [Double])] = [
      ("const", time.map { _ in 1 }), ("smokban", frame.numbers("smokban")), ("time", time),
      ("h1", angle(1).map { sin($0) }), ("h2", angle(1).map { cos($0) }),
      ("h3", angle(2).map { sin($0) }), ("h4", angle(2).map { cos($0) }),
      ("slope", zip(frame.numbers("smokban"), time).map { $0 * ($1 - 36) }),
    ]
    func fit(_ family: Family, _ count: Int) throws -> GeneralizedLinearFit {
      try GeneralizedLinearModel(family: family).fitted(
        Matrix(columns: columns.prefix(count).map(\.1)), frame.numbers("aces"),
        names: columns.prefix(count).map(\.0), offset: offset)
    }
    for (name, count) in [
      ("quasipoisson_level", 3), ("quasipoisson_level_harmonic2", 7),
      ("quasipoisson_level_slope_harmonic2", 8),
    ] {
      let quasi = try fit(.quasiPoisson, count)
      try compare(quasi, checks[name])
      let dispersion = try #require(quasi.dispersion)
      #expect(dispersion.isClose(to: checks[name]?.value("dispersion") ?? .nan, relative: 1e-10))
    }
    let expected = checks["poisson_level"] ?? .null
    let poisson = try fit(.poisson, 3)
    try compare(poisson, expected)
    #expect(
      try #require(poisson.logLikelihood).isClose(to: expected.value("loglik"), relative: 1e-12))
    #expect(poisson.deviance.isClose(to: expected.value("deviance"), relative: 1e-11))
    #expect(poisson.pearsonChiSquared.isClose(to: expected.value("pearson_chi2"), relative: 1e-10))
  }
}
