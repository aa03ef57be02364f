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
