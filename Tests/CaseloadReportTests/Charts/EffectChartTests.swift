import CaseloadData
import CaseloadEffects
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
