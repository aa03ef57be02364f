import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite(
  "Two-period designs against published values",
  .enabled(if: SharedData.isPresent, "the shared data are not there"))
struct TwoPeriodReferenceTests {
  @Test(
    "job training: improved, traditional, regression and both weightings",
    arguments: [
      (DoublyRobustDifferences.Variant.improved, "drdid_imp"), (.traditional, "drdid_trad"),
      (.regression, "ordid"), (.weighting, "ipwdid_norm"), (.horvitzThompson, "ipwdid_ht"),
    ])
  func training(_ variant: DoublyRobustDifferences.Variant, _ key: String) throws {
    let table = try SharedData.columns("causal/nsw_cps.csv")
    func column(_ name: String) throws -> [Double] { try #require(table[name]) }
    let (id, year, experimental) = (
      try column("id"), try column("year"), try column("experimental")
    )
    let study = try DifferenceStudies.study(
      unit: id.map { "\(Int($0))" }, year: year, outcome: try column("re"),
      start: experimental.map { $0 == 1 ? 1978 : 0 },
      covariates: try ["age", "educ", "black", "married", "nodegree", "hisp", "re74"].map {
        ($0, try column($0))
      })
    var design = DoublyRobustDifferences()
    design.method = variant
    design.inference = .influence
    let grid = try PreparedStudy(study, scale: .level).grid
    let effect = try design.average(grid)
    let oracle = try SharedData.json("causal/nsw_cps.oracle.json", as: JSON.self)
    let reference = try #require(oracle["checks"]?["drdid"]?[key])
    let (value, error) = (
      try #require(reference["att"]?.number), try #require(reference["se"]?.number)
    )
    let own = try #require(effect.standardError)
    print(
      "nsw_cps \(key): \(effect.value) against \(value), distance \(abs(effect.value / value - 1)); "
        + "standard error \(own) against \(error), distance \(abs(own / error - 1))")
    #expect(effect.value.isClose(to: value, relative: 1e-6))  // R DRDID 1.2.3
    #expect(own.isClose(to: error, relative: 1e-6))
  }

  @Test("fast-food employment: all stores, and those observed twice")
  func fastFood() throws {
    let table = try SharedData.columns("causal/card_krueger.csv")
    let (id, state, later, employment) = (
      try #require(table["id"]), try #require(table["nj"]), try #require(table["d"]),
      try #require(table["fte"])
    )
    let study = try DifferenceStudies.study(
      unit: id.map { "\(Int($0))" }, year: later.map { 1992 + $0 }, outcome: employment,
      start: state.map { $0 == 1 ? 1993 : 0 })
    var design = DifferenceInDifferences()
    design.effects = .groups
    design.inference = .cr1
    let grid = try design.prepared(study).grid
    let all = try design.average(grid)
    #expect(all.value.isClose(to: 2.75360578298054, relative: 1e-10))  // R fixest 0.12.2
    let regression = try #require(try design.regression(grid))
    let value = zip(regression.contrast, regression.fit.coefficients)
      .reduce(0) { $0 + $1.0 * $1.1 }
    #expect(value.isClose(to: 2.75360578298054, relative: 1e-10))
    let index = try #require(regression.contrast.firstIndex(of: 1))
    func error(_ kind: CovarianceKind) throws -> Double {
      try regression.fit.covariance(kind)[index, index].squareRoot()
    }
    #expect(try error(.classical).isClose(to: 1.68840913090949, relative: 1e-10))
    #expect(try error(.heteroskedastic(.hc1)).isClose(to: 1.79545080960575, relative: 1e-10))
    // Stores as clusters, with G/(G − 1) · (n − 1)/(n − K).
    #expect(
      try error(.clustered(by: [regression.clusters], .cr1))
        .isClose(to: 1.30660701241912, relative: 1e-10))
    let uncorrected = try error(.clustered(by: [regression.clusters], .cr0))
    #expect(try #require(all.standardError).isClose(to: uncorrected, relative: 1e-10))

    let twice = id.indices.filter { row in
      id.indices.count { id[$0] == id[row] && !employment[$0].isNaN } == 2
    }
    let balanced = try DifferenceStudies.study(
      unit: twice.map { "\(Int(id[$0]))" }, year: twice.map { 1992 + later[$0] },
      outcome: twice.map { employment[$0] }, start: twice.map { state[$0] == 1 ? 1993 : 0 })
    var units = DifferenceInDifferences()
    units.inference = .cr1
    let changes = try units.average(try PreparedStudy(balanced, scale: .level).grid)
    #expect(changes.value.isClose(to: 2.75, relative: 1e-12))
    // The first difference's least squares: HC1-free, by its definition.
    #expect(try units.average(grid).value.isClose(to: 2.75, relative: 1e-9))
    let fitted = try #require(
      try units.regression(try PreparedStudy(balanced, scale: .level).grid))
    #expect(fitted.fit.coefficients[0].isClose(to: 2.75, relative: 1e-10))
  }

  @Test("house prices near an incinerator: cross-sections, with age, and in logarithms")
  func incinerator() throws {
    let table = try SharedData.columns("causal/kielmc.csv")
    func column(_ name: String) throws -> [Double] { try #require(table[name]) }
    let (year, near) = (try column("year"), try column("nearinc"))
    func study(_ outcome: String, _ covariates: [String]) throws -> Study {
      var result = try DifferenceStudies.study(
        unit: year.indices.map { "\($0)" }, year: year, outcome: try column(outcome),
        start: near.map { $0 == 1 ? 1981 : 0 },
        covariates: try covariates.map { ($0, try column($0)) })
      result.isRepeatedCrossSection = true
      return result
    }
    func check(
      _ outcome: String, _ covariates: [String], _ value: Double, _ error: Double,
      scale: EffectEstimate.Scale = .level
    ) throws {
      var design = DifferenceInDifferences()
      design.scale = scale
      design.inference = .cr1
      let grid = try PreparedStudy(try study(outcome, covariates), scale: scale).grid
      // The reference's logarithms are those of a column of seven digits.
      let relative = scale == .log ? 1e-6 : 1e-8
      #expect(try design.average(grid).value.isClose(to: value, relative: relative))
      let regression = try #require(try design.regression(grid))
      let index = try #require(regression.contrast.firstIndex(of: 1))
      #expect(regression.fit.coefficients[index].isClose(to: value, relative: relative))
      let classical = try regression.fit.covariance(.classical)[index, index].squareRoot()
      #expect(classical.isClose(to: error, relative: relative))
    }
    // Wooldridge, Table 13.2; R fixest 0.12.2.
    try check("rprice", [], -11863.9032521125, 7456.64617325886)
    try check("rprice", ["age", "agesq"], -21920.2699510367, 6359.74539051935)
    try check("rprice", [], -0.0626490254378305, 0.0834407814919454, scale: .log)
    var influence = DifferenceInDifferences()
    influence.inference = .influence
    let estimate = try influence.estimate(try study("rprice", []))
    #expect(estimate.average.value.isClose(to: -11863.9032521125, relative: 1e-10))
  }

  @Test("a simulated panel of ten periods with a covariate, against fixest")
  func baseDifferences() throws {
    let table = try SharedData.columns("causal/base_did.csv")
    func column(_ name: String) throws -> [Double] { try #require(table[name]) }
    let treat = try column("treat")
    let study = try DifferenceStudies.study(
      unit: try column("id").map { "\(Int($0))" }, year: try column("period"),
      outcome: try column("y"), start: treat.map { $0 == 1 ? 6 : 0 },
      covariates: [("x1", try column("x1"))])
    let design = DifferenceInDifferences()
    let grid = try PreparedStudy(study, scale: .level).grid
    let effect = try design.average(grid)
    #expect(effect.value.isClose(to: 4.85064514323404, relative: 1e-9))
    let regression = try #require(try design.regression(grid))
    let clustered = try regression.fit.covariance(.clustered(by: [regression.clusters], .cr1))
    #expect(clustered[0, 0].squareRoot().isClose(to: 0.455222045942341, relative: 1e-6))
  }

  @Test("several starts are refused by the one and answered by the other design")
  func laterStartsAreRefused() throws {
    let table = try DifferenceStudies.text("causal/castle.csv")
    func numbers(_ name: String) throws -> [Double] {
      try #require(table[name]).map { Double($0) ?? 0 }
    }
    let state = try #require(table["state"])
    let (year, post) = (try numbers("year"), try numbers("post"))
    var start: [String: Double] = [:]
    for row in state.indices where post[row] > 0 {
      start[state[row]] = min(start[state[row]] ?? .infinity, year[row])
    }
    let study = try DifferenceStudies.study(
      unit: state, year: year, outcome: try numbers("l_homicide"),
      start: state.map { start[$0] ?? 0 })
    let error = #expect(throws: Diagnostic.self) { try DifferenceInDifferences().estimate(study) }
    #expect(error?.code == .modelNotApplicable)
    #expect(error?.hint?.en.contains("callaway-santanna") == true)
    var design = CallawaySantAnna()
    design.inference = .influence
    let estimate = try design.estimate(study)
    #expect(estimate.average.standardError != nil)
    #expect(estimate.cells.contains { $0.standardError == nil })
    #expect(estimate.diagnostics.contains { $0.code == .notIdentified })
  }
}
