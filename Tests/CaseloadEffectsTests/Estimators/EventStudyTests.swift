import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Event study") struct EventStudyTests {
  @Test(
    "base_did with a covariate, as R's fixest: effects, four errors, the joint test",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func baseDid() throws {
    let oracle: JSON = try SharedData.json("causal/base_did.oracle.json")
    let expected = try #require(oracle["checks"]?["event_study"])
    let study = try TestPanels.baseDid()
    let estimate = try EventStudy().estimate(study)
    for period in 1...10 where period != 5 {
      let key = "period::\(period):treat"
      let point = try #require(estimate.path.first { $0.eventTime == period - 6 })
      #expect((point.effect ?? 0).isClose(to: expected["coef"]?[key]?.number ?? 0, relative: 1e-8))
      #expect(
        (point.standardError ?? 0).isClose(
          to: expected["se_cluster_id"]?[key]?.number ?? 0, relative: 1e-8))
      #expect((point.simultaneousUpper ?? 0) > (point.upper ?? 0))
    }
    #expect(estimate.path.first { $0.eventTime == -1 }?.standardError == nil)
    let setup = try EventStudy().setup(PreparedStudy(study, scale: .level).grid)
    let rows = try PanelRows(setup.grid, setup.terms)
    let fit = try FixedEffectsModel().fitted(rows.absorbing)
    let x1 = try #require(fit.coefficientNames.firstIndex(of: "x1"))
    #expect(fit.coefficients[x1].isClose(to: expected["coef"]?["x1"]?.number ?? 0, relative: 1e-9))
    for (kind, key) in [
      (CovarianceKind.classical, "se_iid"), (.heteroskedastic(.hc1), "se_hetero"),
    ] {
      let errors = try fit.covariance(kind).diagonal.map { $0.squareRoot() }
      for (k, term) in setup.terms.keys.enumerated() {
        let j = try #require(fit.coefficientNames.firstIndex(of: PanelRows.name(k)))
        let name = "period::\(term.time + 6):treat"
        #expect(errors[j].isClose(to: expected[key]?[name]?.number ?? 0, relative: 1e-8))
      }
    }
    // R's joint test divides by the residual degrees of freedom, ours by the clusters less one.
    let leads = setup.terms.keys.indices.filter { setup.terms.keys[$0].time < -1 }
    let indices = leads.compactMap { fit.coefficientNames.firstIndex(of: PanelRows.name($0)) }
    let covariance = try fit.covariance(.clustered(by: [rows.clusters], .cr1))
    let test = try WaldTest.test(
      restrictions: .identity(4), coefficients: indices.map { fit.coefficients[$0] },
      covariance: covariance.selectingRows(indices).selectingColumns(indices),
      denominatorDegreesOfFreedom: 953)
    let wald = expected["wald_pre"]
    #expect(test.statistic.isClose(to: wald?["stat"]?.number ?? 0, relative: 1e-8))
    #expect((test.pValue ?? 0).isClose(to: wald?["p"]?.number ?? 0, relative: 1e-6))
    let own = try #require(estimate.checks.first { $0.id == "pre-trend" })
    #expect((own["statistic"] ?? 0).isClose(to: test.statistic, relative: 1e-8))
    #expect(own["denominatorDegreesOfFreedom"] == 107)
  }

  @Test(
    "base_did without the covariate: cells and rows agree",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func cellsAgreeWithRows() throws {
    let grid = try PreparedStudy(TestPanels.baseDid(covariate: false), scale: .level).grid
    let setup = try EventStudy().setup(grid)
    let cells = try TwoWayFit(grid, setup.terms)
    let rows = try PanelRows(grid, setup.terms)
    let other = TwoWayFit(
      grid, setup.terms, rows, try FixedEffectsModel().fitted(rows.absorbing))
    #expect(cells.coefficients.isClose(to: other.coefficients, relative: 1e-9, absolute: 1e-10))
    let units = setup.terms.keys.indices.map { setup.terms.unit($0) }
    let a = try #require(cells.covariance(units))
    let b = try #require(other.covariance(units))
    #expect(a.largestDifference(from: b) < 1e-9)
  }

  @Test("bins share an effect, and dropped ends leave rows out")
  func ends() throws {
    let study = try TestPanels.simulated(
      starts: [nil, nil, nil, 3, 4, 5, 5], periods: 10, noise: 0.1
    ) { _, _ in 2 }
    var design = EventStudy()
    design.leads = 2
    design.lags = 2
    let binned = try design.estimate(study)
    #expect(binned.path.map(\.eventTime) == [-2, -1, 0, 1, 2])
    design.ends = .drop
    let dropped = try design.estimate(study)
    #expect(dropped.path.map(\.eventTime) == [-2, -1, 0, 1, 2])
    #expect(dropped.diagnostics.contains { $0.code == .rowsLeftOut })
    for estimate in [binned, dropped] {
      #expect(estimate.average.value.isClose(to: 2, absolute: 0.3))
    }
  }

  @Test(
    "without never treated units further references are taken, and said",
    arguments: [[2, 2, 3, 3, 6, 6], [2, 2, 4, 4, 6, 6]])
  func noNever(starts: [Int]) throws {
    let study = try TestPanels.simulated(
      starts: starts, periods: 8, noise: 0
    ) { start, t in Double(t - start + 1) }
    let estimate = try EventStudy().estimate(study)
    #expect(estimate.diagnostics.contains { $0.code == .notIdentified && $0.severity == .warning })
    let zeros = estimate.path.filter { $0.eventTime < 0 }
    #expect(zeros.allSatisfy { abs($0.effect ?? 1) < 1e-9 })
    #expect(
      estimate.path.filter { $0.eventTime >= 0 }.allSatisfy {
        ($0.effect ?? 0).isClose(to: Double($0.eventTime + 1), absolute: 1e-8)
      })
  }

  @Test("a reference after the start is refused")
  func reference() throws {
    let study = try TestPanels.simulated(starts: [nil, nil, 3, 3], periods: 6) { _, _ in 1 }
    var design = EventStudy()
    design.reference = 1
    let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
    #expect(error?.code == .illegalOption)
  }
}
