import CaseloadData
import CaseloadEffects
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadReport

@Suite("Charts of effects")
struct EffectChartTests {
  private func text(_ json: JSON) throws -> String {
    String(decoding: try JSONEncoder().encode(json), as: UTF8.self)
  }

  @Test("a design of differences is drawn by event time, with its band and reference period")
  func eventStudy() throws {
    for scale in EffectEstimate.Scale.allCases {
      let chart = try #require(
        Chart.effect(SampleEffects.eventStudy(scale: scale), try SampleEffects.study()))
      guard case .eventStudy = chart else {
        Issue.record("\(chart)")
        return
      }
      for language in Language.allCases {
        let drawn = try text(chart.vegaLite(language))
        #expect(drawn.contains(language == .zh ? "基准期" : "reference"))
        #expect(drawn.contains("\"diamond\""))
        #expect(drawn.contains("+.0%") == (scale == .log))
      }
      // 24 periods, the reference among them without an interval.
      #expect(chart.data.rows.count == 24)
      #expect(chart.data.header.count == 6)
      #expect(chart.data.rows.filter { $0[2].en == "–" }.count == 1)
      #expect(chart.title.en.contains("lower than without"))
    }
  }

  @Test("one very wide interval is cut at the edge, and does not flatten the others")
  func wideInterval() throws {
    let points = (-5...5).map { time in
      let margin = time == -5 ? 50.0 : 0.1
      let effect = time < 0 ? 0.02 : -0.2
      return EffectEstimate.Point(
        eventTime: time, effect: effect, standardError: margin / 2, lower: effect - margin,
        upper: effect + margin)
    }
    let sample = SampleEffects.eventStudy(scale: .log)
    let estimate = EffectEstimate(
      design: sample.design, estimand: sample.estimand, scale: .log, average: sample.average,
      path: points)
    let chart = try #require(Chart.effect(estimate, try SampleEffects.study()))
    let drawn = try text(chart.vegaLite(.en))
    // Three times 0.1 beyond the effects −0.2 and 0.02, and a note that something is cut.
    let domains = drawn.matches(of: /"domain":\[(-?[0-9.]+),(-?[0-9.]+)\]/).map { match in
      (Double(match.1) ?? .nan, Double(match.2) ?? .nan)
    }
    #expect(
      domains.contains {
        $0.0.isClose(to: -0.5, absolute: 1e-12) && $0.1.isClose(to: 0.32, absolute: 1e-12)
      })
    #expect(drawn.contains("wide intervals are cut at the edge"))
    // The table holds the whole interval.
    #expect(chart.data.rows[0][3].en.contains("5,002"))
    let even = EffectEstimate(
      design: sample.design, estimand: sample.estimand, scale: .log, average: sample.average,
      path: Array(points.dropFirst()))
    let plain = try #require(Chart.effect(even, try SampleEffects.study()))
    #expect(!(try text(plain.vegaLite(.en))).contains("are cut"))
  }

  @Test("a design with a counterfactual shows both paths, and the band of what was expected")
  func counterfactual() throws {
    let chart = try #require(
      Chart.effect(SampleEffects.counterfactual(), try SampleEffects.study()))
    guard case .counterfactual = chart else {
      Issue.record("\(chart)")
      return
    }
    let drawn = try text(chart.vegaLite(.en))
    #expect(drawn.contains("expected without") && drawn.contains("\"area\""))
    #expect(!drawn.contains("as fitted"))
  }

  @Test("a headline that is withheld is none in a chart either")
  func withheld() throws {
    let sample = SampleEffects.eventStudy()
    let chart = Chart.effect(
      sample.with(checks: [SampleEffects.check("prior-sweep", .violated)]),
      try SampleEffects.study())
    #expect(chart?.title.en == "No effect is stated")
  }

  @Test("without a path there is no chart")
  func nothing() throws {
    let bare = SampleEffects.answer(SampleEffects.estimate(-0.1, -0.2, 0))
    #expect(Chart.effect(bare, try SampleEffects.study()) == nil)
  }

  @Test("a page on an effect has the answer, the chart and the verdicts")
  func page() throws {
    let estimate = SampleEffects.eventStudy().with(
      checks: [SampleEffects.check("pre-trend", .supported, "No {odd} trend.")])
    let report = Report(
      effect: estimate, study: try SampleEffects.study(), card: InterruptedTimeSeries.card,
      version: "0")
    for language in Language.allCases {
      var renderer = MarkdownRenderer(report, language: language, target: .plain)
      let text = renderer.render()
      #expect(text.contains("12.0"))
      #expect(MarkdownRenderer.charts(report).count == 1)
    }
  }
}
