import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadRegression

/// A shared CSV file as a table of text, for designs from formulas.
func sharedTable(_ path: String) throws -> Table {
  let text = try String(contentsOf: SharedData.file(path), encoding: .utf8)
  let lines = text.split(whereSeparator: \.isNewline).map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  let names = lines.first ?? []
  return Table(
    source: path,
    columns: names.enumerated().map { j, name in
      Table.Column(name: name, cells: .text(lines.dropFirst().map { $0[j] }))
    })
}

@Suite(
  "Fixed effects against R's fixest", .enabled(if: SharedData.isPresent))
struct FixedEffectsReferenceTests {
  private static func check(_ path: String, _ name: String) throws -> JSON {
    try SharedData.json("causal/\(path).oracle.json", as: JSON.self)["checks"]?[name] ?? .null
  }

  private func compare(
    _ fit: some RegressionFit, _ kind: CovarianceKind, _ expected: JSON?, _ what: String
  ) throws {
    for row in try fit.coefficientTable(kind) {
      let se = expected?.value(row.term) ?? .nan
      // fixest 0.12.2, which stops its projections at 1e-6.
      #expect(row.standardError.isClose(to: se, relative: 1e-6), "\(what) \(row.term)")
    }
  }

  @Test("the event study of base_did")
  func eventStudy() throws {
    let check = try Self.check("base_did", "event_study")
    let table = try sharedTable("causal/base_did.csv")
    let design = try DesignMatrix(
      Formula("y ~ x1 + i(period, treat, ref = 5) | id + period"), table)
    let fit = try FixedEffectsModel().fitted(design)
    for (name, value) in zip(fit.coefficientNames, fit.coefficients) {
      let expected = check["coef"]?.value(name) ?? .nan
      #expect(value.isClose(to: expected, relative: 1e-8), "\(name)")
    }
    #expect(fit.coefficients.count == 10)
    let id = fit.effects[0]
    let period = fit.effects[1]
    try compare(fit, .classical, check["se_iid"], "iid")
    try compare(fit, .heteroskedastic(.hc1), check["se_hetero"], "hetero")
    try compare(fit, .clustered(by: [id], .cr1), check["se_cluster_id"], "cluster")
    try compare(fit, .clustered(by: [id, period], .cr1, .smallest), check["se_twoway"], "two-way")
  }

  @Test("the castle laws weighted by population")
  func weighted() throws {
    let check = try Self.check("castle", "twfe_popwt")
    let table = try sharedTable("causal/castle.csv")
    var options = DesignOptions()
    options.weights = "popwt"
    let design = try DesignMatrix(Formula("l_homicide ~ post | sid + year"), table, options)
    let fit = try FixedEffectsModel().fitted(design)
    #expect(fit.coefficients[0].isClose(to: check.value("coef"), relative: 1e-8))
    let row = try fit.coefficientTable(.clustered(by: [fit.effects[0]], .cr1))[0]
    #expect(row.standardError.isClose(to: check.value("se"), relative: 1e-6))
  }

  @Test("the European trade of four fixed effects, linear")
  func tradeLinear() throws {
    let check = try Self.check("trade", "ppml")["feols_log_fe4"] ?? .null
    let table = try sharedTable("causal/trade.csv")
    let design = try DesignMatrix(
      Formula("log(Euros) ~ log(dist_km) | Origin + Destination + Product + Year"), table)
    let fit = try FixedEffectsModel().fitted(design)
    #expect(fit.coefficients[0].isClose(to: check.value("coef"), relative: 1e-8))
    let (origin, destination) = (fit.effects[0], fit.effects[1])
    for (name, kind) in [
      ("se_iid", CovarianceKind.classical), ("se_hetero", .heteroskedastic(.hc1)),
      ("se_cluster_Origin", .clustered(by: [origin], .cr1)),
      ("se_twoway", .clustered(by: [origin, destination], .cr1, .smallest)),
    ] {
      let row = try fit.coefficientTable(kind)[0]
      #expect(row.standardError.isClose(to: check.value(name), relative: 1e-6), "\(name)")
    }
  }

  @Test("the European trade of four fixed effects, Poisson")
  func tradePoisson() throws {
    let check = try Self.check("trade", "ppml")["fe4"] ?? .null
    let table = try sharedTable("causal/trade.csv")
    let design = try DesignMatrix(
      Formula("Euros ~ log(dist_km) | Origin + Destination + Product + Year"), table)
    let fit = try PoissonFixedEffects().fitted(design)
    #expect(fit.coefficients[0].isClose(to: check.value("coef"), relative: 1e-8))
    #expect(fit.deviance.isClose(to: check.value("deviance"), relative: 1e-9))
    #expect(fit.logLikelihood?.isClose(to: check.value("loglik"), relative: 1e-9) == true)
    #expect(fit.pseudoRSquared.isClose(to: check.value("pseudo_r2"), relative: 1e-9))
    let (origin, destination) = (fit.effects[0], fit.effects[1])
    // The second value is from numpy, by QR with all 57 dummies; fixest stops its projections at
    // 1e-6, which leaves its standard errors right to five digits.
    for (name, kind, exact) in [
      ("se_iid", CovarianceKind.classical, 1.926424191969225e-06),
      ("se_hetero", .heteroskedastic(.hc1), 0.021847325118169423),
      ("se_cluster_Origin", .clustered(by: [origin], .cr1), 0.11567816500444965),
      ("se_twoway", .clustered(by: [origin, destination], .cr1, .smallest), nil),
    ] {
      let row = try fit.coefficientTable(kind)[0]
      #expect(row.standardError.isClose(to: check.value(name), relative: 1e-5), "\(name)")
      if let exact { #expect(row.standardError.isClose(to: exact, relative: 1e-7), "\(name)") }
    }
  }

  @Test(
    "separated observations are those of ppmlhdfe",
    arguments: ["01", "03", "05", "09", "11", "13", "15", "17"])
  func separation(_ name: String) throws {
    let table = try sharedTable("causal/ppml_separation/\(name).csv")
    let regressors = table.columnNames.filter { $0.hasPrefix("x") }
    let effects = table.columnNames.filter { $0.hasPrefix("id") }
    let formula =
      "y ~ " + (regressors.isEmpty ? "1" : regressors.joined(separator: " + "))
      + (effects.isEmpty ? "" : " | " + effects.joined(separator: " + "))
    let expected = try table.numbers("separated")
    let design = try DesignMatrix(Formula(formula), table)
    let y = design.response
    let separated: Set<Int>
    if effects.isEmpty {
      let constant = Grouping(name: "constant", labels: y.map { _ in "1" })
      separated = Set(
        PoissonSeparation.rectified(
          design.matrix.selectingColumns(Array(1..<design.matrix.columnCount)), y, [constant]))
    } else {
      var data = try CountData(design, keepsSingletons: true)
      _ = try data.prepare()
      separated = Set(y.indices).subtracting(data.rows)
    }
    #expect(separated == Set(expected.indices.filter { expected[$0] == 1 }), "\(formula)")
  }
}

@Suite("Fixed effects by themselves") struct FixedEffectsTests {
  /// A panel of 12 units over 8 periods with gaps, and a constant column.
  static let table: Table = {
    var draws = RandomStream(seed: 4)
    var (u, t) = ([String](), [String]())
    var (x, y, constant, count) = ([Double](), [Double](), [Double](), [Double]())
    for unit in 0..<12 {
      for period in 0..<8 where (unit * 3 + period) % 7 != 0 {
        u.append("u\(unit)")
        t.append("t\(period)")
        x.append(draws.normal())
        y.append(x[x.count - 1] + Double(unit) + draws.normal())
        constant.append(0.1)
        count.append(Double(draws.integer(below: 3)) * (draws.uniform() < 0.5 ? 0 : 1))
      }
    }
    return Table(
      source: "simulated",
      columns: [
        .init(name: "u", cells: .text(u)), .init(name: "t", cells: .text(t)),
        .init(name: "x", cells: .number(x)), .init(name: "y", cells: .number(y)),
        .init(name: "one", cells: .number(constant)), .init(name: "count", cells: .number(count)),
      ])
  }()

  @Test("estimates, errors and effects are those of dummies")
  func dummies() throws {
    let absorbed = try FixedEffectsModel().fitted(
      DesignMatrix(Formula("y ~ x | u + t"), Self.table))
    let dummies = try LinearModel().fitted(DesignMatrix(Formula("y ~ x + u + t"), Self.table))
    #expect(absorbed.coefficients[0].isClose(to: dummies.coefficients[1], relative: 1e-9))
    #expect(
      absorbed.residualDegreesOfFreedom == dummies.residualDegreesOfFreedom)
    for kind in [CovarianceKind.classical, .heteroskedastic(.hc1)] {
      let (a, b) = (try absorbed.covariance(kind)[0, 0], try dummies.covariance(kind)[1, 1])
      #expect(a.isClose(to: b, relative: 1e-8))
    }
    let effects = absorbed.fixedEffects()
    let (u, t) = (absorbed.effects[0], absorbed.effects[1])
    let y = try Self.table.numbers("y")
    let x = try Self.table.numbers("x")
    for i in y.indices {
      let fitted =
        absorbed.coefficients[0] * x[i] + effects[0][Int(u.codes[i])]
        + effects[1][Int(t.codes[i])]
      #expect((fitted + absorbed.residuals[i]).isClose(to: y[i], absolute: 1e-9))
    }
  }

  @Test("one way has leverages in closed form, so that HC3 is that of dummies")
  func leverages() throws {
    let absorbed = try FixedEffectsModel().fitted(DesignMatrix(Formula("y ~ x | u"), Self.table))
    let dummies = try LinearModel().fitted(DesignMatrix(Formula("y ~ x + u"), Self.table))
    let (a, b) = (
      try absorbed.covariance(.heteroskedastic(.hc3))[0, 0],
      try dummies.covariance(.heteroskedastic(.hc3))[1, 1]
    )
    #expect(a.isClose(to: b, relative: 1e-9))
    let two = try FixedEffectsModel().fitted(
      DesignMatrix(Formula("y ~ x | u + t"), Self.table))
    #expect(throws: Diagnostic.self) { try two.covariance(.heteroskedastic(.hc3)) }
  }

  @Test("a constant is explained by the effects, whatever rounding leaves of it")
  func constant() throws {
    let fit = try FixedEffectsModel().fitted(
      DesignMatrix(Formula("y ~ x + one | u"), Self.table))
    #expect(fit.coefficientNames == ["x"])
    #expect(fit.diagnostics.contains { $0.code == .rankDeficient })
  }

  @Test("the threads do not change a bit")
  func threads() async throws {
    let design = try DesignMatrix(Formula("y ~ x | u + t"), Self.table)
    let one = try await FixedEffectsModel().fitted(design, threads: 1)
    let two = try await FixedEffectsModel().fitted(design, threads: 2)
    #expect(one.coefficients == two.coefficients && one.residuals == two.residuals)
  }

  @Test("zeros without a certificate of separation stay, and the fit is that of dummies")
  func noFalseSeparation() throws {
    for seed in 1...40 {
      var draws = RandomStream(seed: UInt64(seed))
      var (u, t, x, y) = ([String](), [String](), [Double](), [Double]())
      for unit in 0..<6 {
        for period in 0..<7 {
          u.append("u\(unit)")
          t.append("t\(period)")
          x.append(draws.normal())
          y.append(draws.uniform() < 0.25 ? 1 + Double(draws.integer(below: 3)) : 0)
        }
      }
      let table = Table(
        source: "zeros",
        columns: [
          .init(name: "u", cells: .text(u)), .init(name: "t", cells: .text(t)),
          .init(name: "x", cells: .number(x)), .init(name: "y", cells: .number(y)),
        ])
      let model = GeneralizedLinearModel(family: .poisson)
      guard let dummies = try? model.fitted(DesignMatrix(Formula("y ~ x + u + t"), table)),
        let absorbed = try? PoissonFixedEffects().fitted(
          DesignMatrix(Formula("y ~ x | u + t"), table)),
        let j = dummies.coefficientNames.firstIndex(of: "x"), !absorbed.coefficients.isEmpty
      else { continue }
      // Separation by dummies is decided by an exact algorithm of its own.
      let separated = 42 - dummies.observationCount
      #expect(absorbed.separatedCount >= separated, "seed \(seed)")
      #expect(
        absorbed.coefficients[0].isClose(to: dummies.coefficients[j], relative: 1e-6),
        "seed \(seed)")
    }
  }
}
