import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Continuous dose") struct ContinuousDoseTests {
  private func study(noise: Double, effect: @escaping (Double) -> Double, starts: [Int?]? = nil)
    throws -> (Study, [Double])
  {
    let starts = starts ?? (0..<40).map { $0 < 15 ? nil : 5 }
    let doses = starts.indices.map { 0.5 + Double(($0 * 7) % 20) / 5 }
    var entries: [Panel.Entry] = []
    var first: [String: Period] = [:]
    for (i, start) in starts.enumerated() {
      var stream = RandomStream(seed: 4).substream(UInt64(i))
      let level = 10 * stream.normal()
      let values = (0..<9).map { t in
        level + 0.5 * Double(t) + (start.map { t >= $0 } == true ? effect(doses[i]) : 0)
          + noise * stream.normal()
      }
      entries.append(
        Panel.Entry(
          key: ["u\(i)"], series: TimeSeries(measure: .ratio, start: .year(2001), values: values)))
      if let start { first["u\(i)"] = .year(2001 + start) }
    }
    var study = try Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: first)
    for i in starts.indices where starts[i] != nil { study.dose[i] = doses[i] }
    return (study, starts.indices.filter { starts[$0] != nil }.map { doses[$0] })
  }

  @Test("a straight dose response is found exactly, with several starts too")
  func exact() throws {
    for starts: [Int?]? in [nil, (0..<40).map { $0 < 15 ? nil : $0 < 30 ? 4 : 6 }] {
      let (study, doses) = try study(noise: 0, effect: { 2 - 3 * $0 }, starts: starts)
      for baseline in ContinuousDose.Baseline.allCases {
        var design = ContinuousDose()
        design.baseline = baseline
        let estimate = try design.estimate(study)
        let mean = doses.reduce(0) { $0 + 2 - 3 * $1 } / Double(doses.count)
        #expect(estimate.average.value.isClose(to: mean, absolute: 1e-9))
        let slope = try #require(estimate.quantities.first { $0.id == "causal-response" })
        #expect(slope.estimate.value.isClose(to: -3, absolute: 1e-9))
      }
    }
  }

  @Test("groups of doses and pieces follow a bent response; the words keep level and slope apart")
  func shapes() throws {
    let (study, _) = try study(noise: 0.05, effect: { $0 < 2 ? 0 : 2 * ($0 - 2) })
    var design = ContinuousDose()
    design.curve = .bins
    let bins = try design.estimate(study).quantities
    #expect(bins.filter { $0.id.hasPrefix("dose-") }.count == 3)
    #expect(abs(bins[0].estimate.value) < 0.2)
    #expect(bins[2].estimate.value > 2)
    design.curve = .spline
    let spline = try design.estimate(study)
    #expect(abs(spline.quantities[0].estimate.value) < 0.5)
    #expect(
      spline.quantities.last?.name.en.contains("only under the assumption on slopes") == true)
    #expect(spline.assumptions[1].verdict == .untestable)
  }

  @Test("the average's regression hook agrees with the closed form")
  func regression() throws {
    let (study, _) = try study(noise: 1, effect: { $0 })
    let grid = try PreparedStudy(study, scale: .level).grid
    let average = try ContinuousDose().average(grid)
    let hook = try #require(try ContinuousDose().regression(grid))
    #expect(average.value.isClose(to: hook.fit.coefficients[1], relative: 1e-10))
    let v = try hook.fit.covariance(.clustered(by: [hook.clusters], .cr1))
    #expect((average.standardError ?? 0).isClose(to: v[1, 1].squareRoot(), relative: 1e-8))
  }

  @Test("what is missing is said: doses, some doses, never treated units")
  func missing() throws {
    var (study, _) = try study(noise: 1, effect: { $0 })
    study.dose[20] = nil
    let estimate = try ContinuousDose().estimate(study)
    #expect(
      estimate.diagnostics.contains {
        $0.code == .unitLeftOut && $0.location?.series == "u20"
      })
    study.dose = [:]
    let error = #expect(throws: Diagnostic.self) { try ContinuousDose().estimate(study) }
    #expect(error?.code == .missingOption)
    let (other, _) = try self.study(
      noise: 1, effect: { $0 }, starts: (0..<10).map { $0 < 5 ? 3 : 5 })
    let none = #expect(throws: Diagnostic.self) { try ContinuousDose().estimate(other) }
    #expect(none?.code == .noComparison)
  }

  @Test("equal doses leave the average, with a warning")
  func equalDoses() throws {
    var (study, _) = try study(noise: 1, effect: { _ in 2 })
    for i in study.dose.keys { study.dose[i] = 1 }
    let estimate = try ContinuousDose().estimate(study)
    #expect(estimate.quantities.isEmpty)
    #expect(estimate.diagnostics.contains { $0.code == .notIdentified })
  }
}
