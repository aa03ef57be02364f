import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("A treated and a comparison series in one model") struct ControlledSeriesTests {
  private let event = 30

  /// Two treated courts and three others under one line, common shocks and a common step of 6.
  private func study(
    noise: Double, scale: EffectEstimate.Scale = .level, shock: Double = 0
  ) throws -> Study {
    let entries = ["a", "b", "u", "v", "w"].enumerated().map { i, label -> Panel.Entry in
      var draws = RandomStream(seed: 91).substream(UInt64(i))
      var common = RandomStream(seed: 92)
      let values = (0..<60).map { t -> Double in
        let k = t - event
        let bump = shock * common.normal()
        let own = i < 2 && k >= 0 ? -12 - 0.4 * Double(k) : 0
        let all = 200 + 0.5 * Double(t) + (k >= 0 ? 6 + 0.1 * Double(k) : 0) + bump
        return all + own + (i < 2 ? 0.2 * Double(t) : 0) + noise * draws.normal()
      }
      return Panel.Entry(
        key: [label],
        series: TimeSeries(
          start: .month(2013, 1), values: scale == .log ? values.map { exp($0 / 100) } : values))
    }
    let start = Period.month(2013, 1 + event)
    return try Study(
      Panel(keyNames: ["court"], entries: entries), treatmentStart: ["a": start, "b": start])
  }

  private func joint(_ scale: EffectEstimate.Scale = .level) -> InterruptedTimeSeries {
    var its = InterruptedTimeSeries(scale: scale, season: false)
    its.control = .joint
    return its
  }

  @Test("without noise the differences and each series' own changes are exact")
  func exact() throws {
    let result = try joint().estimate(study(noise: 0), level: 0.95)
    func value(_ id: String) throws -> Double {
      try #require(result.quantities.first { $0.id == id }).estimate.value
    }
    #expect(try #require(result.levelChange).value.isClose(to: -12, relative: 1e-9))
    #expect(try #require(result.slopeChange).value.isClose(to: -0.4, relative: 1e-9))
    #expect(try value("comparison-level-change").isClose(to: 6, relative: 1e-9))
    #expect(try value("comparison-slope-change").isClose(to: 0.1, relative: 1e-8))
    #expect(try value("treated-level-change").isClose(to: -6, relative: 1e-9))
    #expect(try value("treated-slope-change").isClose(to: -0.3, relative: 1e-8))
    #expect(try value("slope-difference-before").isClose(to: 0.2, relative: 1e-8))
    #expect(result.average.value.isClose(to: -12 - 0.4 * 14.5, relative: 1e-9))
    #expect(result.path.count == 60)
    // Had the treated moved as the comparison did: the line, the common step and bend.
    let without = try #require(result.path[45].counterfactual)
    #expect(without.isClose(to: 200 + 0.7 * 45 + 6 + 1.5, relative: 1e-10))
  }

  @Test("with independent errors joint and difference agree in least squares")
  func agreesWithTheDifference() throws {
    let study = try study(noise: 3, shock: 20)
    var its = joint()
    its.errors = .ols
    let both = try its.estimate(study, level: 0.95)
    its.control = .difference
    let one = try its.estimate(study, level: 0.95)
    // Fully interacted, the difference of two regressions is the regression of the difference, up
    // to the weights of the two series, which do not matter without a season in common.
    #expect(both.average.value.isClose(to: one.average.value, relative: 1e-9))
    // Common shocks drop out of the difference and stay in two series taken for independent.
    #expect(try #require(one.average.standardError) < 0.5 * #require(both.average.standardError))
    its.control = .joint
    its.errors = .neweyWest
    let sandwich = try its.estimate(study, level: 0.95)
    #expect(
      try #require(sandwich.average.standardError) < 0.6 * #require(both.average.standardError))
  }

  @Test("units of different starts have no joint model")
  func differentStarts() throws {
    let panel = try study(noise: 1).panel
    let staggered = try Study(
      panel, treatmentStart: ["a": .month(2015, 7), "b": .month(2016, 1)])
    let error = #expect(throws: Diagnostic.self) { try joint().estimate(staggered, level: 0.95) }
    #expect(error?.code == .modelNotApplicable)
    #expect(error?.hint?.en.contains("control=difference") == true)
  }

  @Test("the order of the units does not matter")
  func relabelled() throws {
    let study = try study(noise: 2)
    let base = try joint().estimate(study, level: 0.95)
    let turned = try Study(
      Panel(keyNames: ["court"], entries: study.panel.entries.reversed()),
      treatmentStart: ["a": .month(2015, 7), "b": .month(2015, 7)])
    let other = try joint().estimate(turned, level: 0.95)
    #expect(other.average.value.isClose(to: base.average.value, relative: 1e-9))
    #expect(
      try #require(other.average.standardError).isClose(
        to: #require(base.average.standardError), relative: 1e-7))
  }

  @Test("ratios of two series on the log scale are rates")
  func logs() throws {
    let result = try joint(.log).estimate(study(noise: 0, scale: .log), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: expm1(-0.12), relative: 1e-9))
  }
}
