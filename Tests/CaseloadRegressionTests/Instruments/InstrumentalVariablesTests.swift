import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

/// One data set of Tests/Oracles/instrumental-variables.
struct InstrumentOracle {
  let values: JSON
  let definitions: JSON
  let design: DesignMatrix
  let clusters: Grouping
  /// Coefficients of `definitions` come as endogenous, intercept, exogenous; this is where ours lie.
  let order: [Int]

  static let names = ["over", "weighted", "two", "twoWeighted", "weak"]

  init(_ name: String) throws {
    let values = try Oracle.load("instrumental-variables", as: JSON.self)[name] ?? .null
    self.values = values
    definitions = values["definitions"] ?? .null
    func list(_ key: String) -> [String] {
      values[key]?.array?.compactMap(\.string) ?? values[key]?.string.map { [$0] } ?? []
    }
    let data = values["data"] ?? .null
    let columns =
      ["y", "court", "k"] + list("endogenous") + list("exogenous") + list("instruments")
    let table = Table(
      source: name, columns: columns.map { .init(name: $0, cells: .number(data.numbers($0))) })
    let exogenous = list("exogenous").isEmpty ? ["1"] : list("exogenous")
    var options = DesignOptions()
    if values["isWeighted"] == .bool(true) { options.weights = "k" }
    options.clusters = ["court"]
    design = try DesignMatrix(
      Formula(
        "y ~ \(exogenous.joined(separator: " + ")) | "
          + list("endogenous").joined(separator: " + ") + " ~ "
          + list("instruments").joined(separator: " + ")), table, options)
    clusters = design.clusters[0]
    let m = list("endogenous").count
    order = [m] + Array(0..<m) + Array((m + 1)..<(m + 1 + list("exogenous").count))
  }

  func matrix(_ json: JSON?, _ key: String) -> Matrix {
    let m = json?.matrix(key) ?? Matrix(rowCount: 0, columnCount: 0)
    return m.selectingRows(order).selectingColumns(order)
  }
}

@Suite("Instrumental variables") struct InstrumentalVariablesTests {
  /// Scaled by the standard errors, so that covariances near zero are judged by what matters.
  private func compare(_ own: Matrix, _ other: Matrix, _ tolerance: Double, _ what: String) {
    let scales = other.diagonal.map { 1 / $0.squareRoot() }
    for i in 0..<other.rowCount {
      for j in 0..<other.rowCount {
        let difference = abs(own[i, j] - other[i, j]) * scales[i] * scales[j]
        #expect(difference <= tolerance, "\(what) [\(i), \(j)]")
      }
    }
  }

  @Test("two-stage least squares is that of AER", arguments: InstrumentOracle.names)
  func twoStage(_ name: String) throws {
    let oracle = try InstrumentOracle(name)
    let (values, fit) = (oracle.values, try InstrumentalVariables().fitted(oracle.design))
    #expect(fit.coefficientNames == values["terms"]?.array?.compactMap(\.string))
    // R solves by QR without refinement; conditions below 1e3.
    #expect(fit.coefficients.isClose(to: values.numbers("coefficients"), relative: 1e-11))
    #expect(fit.residualStandardError.isClose(to: values.value("sigma"), relative: 1e-12))
    #expect(fit.rSquared.isClose(to: values.value("rSquared"), relative: 1e-11))
    compare(try fit.covariance(.classical), values.matrix("covariance"), 1e-11, "classical")
    compare(try fit.covariance(.heteroskedastic(.hc0)), values.matrix("hc0"), 1e-11, "hc0")
    compare(try fit.covariance(.heteroskedastic(.hc1)), values.matrix("hc1"), 1e-11, "hc1")
    let clustered = try fit.covariance(.clustered(by: [oracle.clusters], .cr1))
    compare(clustered, values.matrix("cr1"), 1e-11, "cr1")
    #expect(fit.kappa == 1 && fit.logLikelihood == nil)
  }

  @Test("LIML and Fuller's estimate agree with their definition", arguments: InstrumentOracle.names)
  func liml(_ name: String) throws {
    let oracle = try InstrumentOracle(name)
    for (key, fuller) in [("liml", 0.0), ("fuller", 1)] {
      let expected = oracle.definitions[key] ?? .null
      let fit = try InstrumentalVariables(estimator: .liml, fuller: fuller).fitted(oracle.design)
      // The definition inverts the normal equations: the square of the condition is lost.
      #expect(fit.kappa?.isClose(to: expected.value("kappa"), relative: 1e-12) == true)
      let coefficients = expected.numbers("coefficients")
      #expect(fit.coefficients.isClose(to: oracle.order.map { coefficients[$0] }, relative: 1e-9))
      compare(
        try fit.covariance(.classical), oracle.matrix(expected, "classical"), 1e-9, "classical")
      compare(
        try fit.covariance(.heteroskedastic(.hc0)), oracle.matrix(expected, "hc0"), 1e-9, "hc0")
    }
  }

  @Test("two-step GMM agrees with its definition", arguments: InstrumentOracle.names)
  func gmm(_ name: String) throws {
    let oracle = try InstrumentOracle(name)
    for (key, weighting) in [
      ("gmm", InstrumentalVariables.Weighting.heteroskedastic), ("gmmClustered", .clustered),
    ] {
      let expected = oracle.definitions[key] ?? .null
      let fit = try InstrumentalVariables(estimator: .gmm, weighting: weighting)
        .fitted(oracle.design)
      let coefficients = expected.numbers("coefficients")
      #expect(fit.coefficients.isClose(to: oracle.order.map { coefficients[$0] }, relative: 1e-9))
      compare(
        try fit.covariance(.classical), oracle.matrix(expected, "classical"), 1e-9, "classical")
      compare(
        try fit.covariance(.heteroskedastic(.hc0)), oracle.matrix(expected, "hc0"), 1e-9, "hc0")
      let j = try fit.hansenTest()
      #expect(j.statistic.isClose(to: expected.value("j"), relative: 1e-9), "\(key)")
      #expect(fit.kappa == nil)
      #expect(try fit.degreesOfFreedom(.classical, coefficient: 0) == .infinity)
    }
  }

  /// y on x with one instrument z, and columns that are functions of the row.
  static func table(_ n: Int, seed: UInt64) -> Table {
    var stream = RandomStream(seed: seed)
    let z = (0..<n).map { _ in stream.normal() }
    let u = (0..<n).map { _ in stream.normal() }
    let w = (0..<n).map { _ in 10 + stream.normal() }
    let x = (0..<n).map { 3 + z[$0] + u[$0] + 0.2 * w[$0] }
    let y = (0..<n).map { 1 + 2 * x[$0] - u[$0] + 0.5 * w[$0] + stream.normal() }
    let columns: [(String, [Double])] = [
      ("y", y), ("x", x), ("z", z), ("w", w), ("group", (0..<n).map { Double($0 % 7) }),
      ("half", z.map { $0 > 0 ? 1 : 0 }), ("twice", z.map { 2 * $0 + 1 }),
      ("q", z.map { $0 * $0 }), ("k", (0..<n).map { 0.5 + Double($0 % 5) }),
      ("mean", (0..<n).map { Double($0 % 7) * 2 }),
    ]
    return Table(source: "t", columns: columns.map { .init(name: $0.0, cells: .number($0.1)) })
  }

  static func design(
    _ formula: String, _ table: Table, _ options: DesignOptions = DesignOptions()
  ) throws -> DesignMatrix {
    try DesignMatrix(Formula(formula), table, options)
  }

  @Test("with one binary instrument the estimate is Wald's ratio of differences of means")
  func waldRatio() throws {
    let table = Self.table(40, seed: 1)
    let design = try Self.design("y ~ 1 | x ~ half", table)
    let (y, x) = (design.response, design.endogenous?.matrix.column(0) ?? [])
    let half = design.instruments?.matrix.column(0) ?? []
    func difference(_ v: [Double]) -> Double {
      let (on, off) = (v.indices.filter { half[$0] == 1 }, v.indices.filter { half[$0] == 0 })
      return on.reduce(0) { $0 + v[$1] } / Double(on.count)
        - off.reduce(0) { $0 + v[$1] } / Double(off.count)
    }
    let fit = try InstrumentalVariables().fitted(design)
    #expect(fit.coefficients[1].isClose(to: difference(y) / difference(x), relative: 1e-13))
  }

  @Test(
    "just identified, every estimator is two-stage least squares",
    arguments: [
      InstrumentalVariables.Estimator.liml, .gmm,
    ])
  func justIdentified(_ estimator: InstrumentalVariables.Estimator) throws {
    let design = try Self.design("y ~ w | x ~ z", Self.table(50, seed: 2))
    let expected = try InstrumentalVariables().fitted(design)
    let fit = try InstrumentalVariables(estimator: estimator).fitted(design)
    #expect(fit.coefficients.isClose(to: expected.coefficients, relative: 1e-12))
    let (own, other) = (
      try fit.covariance(.heteroskedastic(.hc0)), try expected.covariance(.heteroskedastic(.hc0))
    )
    #expect(own.storage.isClose(to: other.storage, relative: 1e-9))  // entries cancel to 1e-3
  }

  @Test("an instrument that is the regressor gives least squares, and a warning")
  func instrumentsThatAreRegressors() throws {
    let table = Self.table(30, seed: 3)
    let fit = try InstrumentalVariables().fitted(Self.design("y ~ w | x ~ x", table))
    let ols = try LinearModel().fitted(Self.design("y ~ x + w", table))
    #expect(fit.coefficients.isClose(to: ols.coefficients, relative: 1e-12))
    let (own, other) = (
      try fit.covariance(.heteroskedastic(.hc3)), try ols.covariance(.heteroskedastic(.hc3))
    )
    #expect(own.storage.isClose(to: other.storage, relative: 1e-10))
    #expect(fit.diagnostics.contains { $0.code == .notIdentified && $0.severity == .warning })
    #expect(throws: Diagnostic.self) { try fit.firstStageTest() }
    #expect(throws: Diagnostic.self) {
      try InstrumentalVariables(estimator: .liml).fitted(Self.design("y ~ w | x ~ x", table))
    }
  }

  @Test(
    "absorbed effects are indicator columns",
    arguments: InstrumentalVariables.Estimator.allCases, [false, true])
  func absorbed(_ estimator: InstrumentalVariables.Estimator, isWeighted: Bool) throws {
    let table = Self.table(60, seed: 4)
    var options = DesignOptions()
    if isWeighted { options.weights = "k" }
    let method = InstrumentalVariables(estimator: estimator)
    let absorbed = try method.fitted(Self.design("y ~ w | group | x ~ z + q", table, options))
    let written = try method.fitted(
      Self.design("y ~ w + C(group) | x ~ z + q", table, options))
    #expect(absorbed.coefficientNames == ["x", "w"])
    for (name, value) in zip(absorbed.coefficientNames, absorbed.coefficients) {
      let j = written.coefficientNames.firstIndex(of: name) ?? 0
      #expect(value.isClose(to: written.coefficients[j], relative: 1e-10), "\(name)")
    }
    var kinds = [CovarianceKind.classical]
    // GMM weighs the moments of indicators that are written out, and with them their coefficients.
    if estimator != .gmm {
      #expect(absorbed.residuals.isClose(to: written.residuals, absolute: 1e-9))
      #expect(absorbed.rSquared.isClose(to: written.rSquared, relative: 1e-10))
      kinds += [.heteroskedastic(.hc1), .neweyWest(lags: 2)]
    }
    for kind in kinds {
      let own = try absorbed.coefficientTable(kind)[0]
      let other = try written.coefficientTable(kind)[1]
      #expect(own.standardError.isClose(to: other.standardError, relative: 1e-9))
      #expect(own.degreesOfFreedom == other.degreesOfFreedom)
    }
    if let kappa = absorbed.kappa {
      #expect(kappa.isClose(to: written.kappa ?? .nan, relative: 1e-12))
    }
    for (own, other) in [
      (try absorbed.firstStageTest(), try written.firstStageTest()),
      (try absorbed.wuHausmanTest(), try written.wuHausmanTest()),
      (try absorbed.hansenTest(), try written.hansenTest()),
      (try absorbed.kleibergenPaap(), try written.kleibergenPaap()),
      (try absorbed.andersonRubinTest([1]), try written.andersonRubinTest([1])),
    ] {
      #expect(own.statistic.isClose(to: other.statistic, relative: 1e-8), "\(own.id)")
      #expect(own.degreesOfFreedom == other.degreesOfFreedom, "\(own.id)")
    }
  }

  @Test("rows alone in a level are left out, and told")
  func singletons() throws {
    let table = Self.table(29, seed: 5)
    // 29 rows in groups of 28 and one.
    let level = Table(
      source: "t",
      columns: table.columns + [
        .init(name: "g", cells: .number((0..<29).map { $0 < 28 ? Double($0 % 4) : 99 }))
      ])
    let fit = try InstrumentalVariables().fitted(Self.design("y ~ w | g | x ~ z", level))
    #expect(fit.observationCount == 28)
    #expect(fit.observations == Array(0..<28))
    #expect(fit.diagnostics.contains { $0.code == .rowsLeftOut })
    var method = InstrumentalVariables()
    method.keepsSingletons = true
    let all = try method.fitted(Self.design("y ~ w | g | x ~ z", level))
    #expect(all.observationCount == 29)
    #expect(all.coefficients.isClose(to: fit.coefficients, relative: 1e-10))
  }

  @Test("an offset is taken off the response")
  func offset() throws {
    let table = Self.table(30, seed: 6)
    let plain = try InstrumentalVariables().fitted(Self.design("y ~ w | x ~ z", table))
    let moved = try InstrumentalVariables().fitted(Self.design("y ~ w + offset(x) | x ~ z", table))
    #expect(moved.coefficients[1].isClose(to: plain.coefficients[1] - 1, relative: 1e-12))
  }

  @Test("without any exogenous column the estimate is zᵀy / zᵀx, within effects or not")
  func noExogenousColumns() throws {
    let table = Self.table(42, seed: 15)
    let design = try Self.design("y ~ 0 | x ~ z", table)
    let (y, x) = (design.response, design.endogenous?.matrix.column(0) ?? [])
    let z = design.instruments?.matrix.column(0) ?? []
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let fit = try InstrumentalVariables().fitted(design)
    #expect(fit.coefficientNames == ["x"])
    #expect(fit.coefficients[0].isClose(to: dot(z, y) / dot(z, x), relative: 1e-12))
    #expect(try fit.andersonRubinSet().contains(fit.coefficients[0]))
    let absorbed = try InstrumentalVariables().fitted(
      Self.design("y ~ 1 | group | x ~ z", table))
    let written = try InstrumentalVariables().fitted(
      Self.design("y ~ C(group) | x ~ z", table))
    #expect(absorbed.coefficients[0].isClose(to: written.coefficients[1], relative: 1e-11))
    let (own, other) = (try absorbed.firstStageTest(), try written.firstStageTest())
    #expect(own.statistic.isClose(to: other.statistic, relative: 1e-10))
  }

  @Test("units of the columns do not matter")
  func units() throws {
    let table = Self.table(40, seed: 7)
    let method = InstrumentalVariables(estimator: .liml)
    let plain = try method.fitted(Self.design("y ~ w | x ~ z + q", table))
    let scaled = try method.fitted(
      Self.design("y ~ I(w*1000000) | I(x*0.00001) ~ I(z*10000) + q", table))
    #expect(scaled.coefficients[1].isClose(to: plain.coefficients[1] * 1e5, relative: 1e-11))
    #expect(scaled.coefficients[2].isClose(to: plain.coefficients[2] * 1e-6, relative: 1e-11))
  }

  @Test("what cannot be estimated is refused in words")
  func refusals() throws {
    let table = Self.table(30, seed: 8)
    func code(
      _ formula: String, _ method: InstrumentalVariables = InstrumentalVariables()
    ) -> DiagnosticCode? {
      do {
        _ = try method.fitted(try Self.design(formula, table))
        return nil
      } catch { return (error as? Diagnostic)?.code }
    }
    #expect(code("y ~ w + x") == .modelNotApplicable)
    #expect(code("y ~ 1 | x + w ~ z") == .notIdentified)
    #expect(code("y ~ 1 | x + w ~ z + twice") == .notIdentified)
    #expect(code("y ~ w + twice | x ~ z") == .notIdentified)
    #expect(code("y ~ w + I(2*w) | x ~ z") == .rankDeficient)
    #expect(code("y ~ x | I(2*x) ~ z") == .rankDeficient)
    #expect(code("y ~ w | group | mean ~ z") == .notIdentified)
    #expect(
      code("y ~ w | x ~ z", InstrumentalVariables(estimator: .gmm, fuller: 1)) == .illegalOption)
    #expect(
      code("y ~ w | x ~ z", InstrumentalVariables(estimator: .gmm, weighting: .clustered))
        == .illegalOption)
    let few = Self.table(4, seed: 9)
    #expect(throws: Diagnostic.self) {
      try InstrumentalVariables().fitted(Self.design("y ~ w | x ~ z + q", few))
    }
  }

  @Test("an instrument that repeats another is left out by name")
  func collinearInstruments() throws {
    let table = Self.table(30, seed: 10)
    let fit = try InstrumentalVariables().fitted(Self.design("y ~ w | x ~ z + twice + w", table))
    #expect(fit.instrumentNames == ["z"])
    let note = fit.diagnostics.first { $0.code == .rankDeficient }
    #expect(note?.message.en.contains("twice, w") == true)
    let plain = try InstrumentalVariables().fitted(Self.design("y ~ w | x ~ z", table))
    #expect(fit.coefficients.isClose(to: plain.coefficients, relative: 1e-12))
  }

  @Test("regressors and instruments that the effects explain are left out by name")
  func explainedColumns() throws {
    let table = Self.table(42, seed: 11)
    let fit = try InstrumentalVariables().fitted(
      Self.design("y ~ w + mean | group | x ~ z + mean", table))
    #expect(fit.coefficientNames == ["x", "w"] && fit.instrumentNames == ["z"])
    #expect(fit.diagnostics.contains { $0.message.en.contains("mean") })
  }
}
