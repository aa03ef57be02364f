import CaseloadData
import CaseloadEffects
import Testing

@testable import CaseloadReport

@Suite("An effect in words")
struct EffectTextTests {
  @Test("the first sentence is the answer, with time, units, interval and direction")
  func answer() throws {
    let study = try SampleEffects.study()
    let answer = EffectText.answer(SampleEffects.eventStudy(), study: study)
    #expect(
      answer.en == "Between January 2019 and December 2019, civil filings in East and West were on "
        + "average 12.0 % lower than without the intervention (95 % interval 6.0 % to 18.0 % lower)."
    )
    #expect(
      answer.zh == "2019年1月至2019年12月期间，East和West的民事收案比没有干预时平均低 12.0%"
        + "（95% 区间：低 6.0% 至 18.0%）。")
  }

  @Test("a level has its unit and its pace")
  func level() throws {
    let answer = EffectText.answer(SampleEffects.counterfactual(), study: try SampleEffects.study())
    #expect(answer.en.contains("25.5 cases a month lower"))
    #expect(answer.zh.contains("平均每月低 25.5 件"))
  }

  @Test("an interval that holds zero names both ends by their direction")
  func undecided() throws {
    let estimate = SampleEffects.answer(SampleEffects.estimate(-0.03, -0.09, 0.04, p: 0.4))
    let headline = EffectText.headline(estimate, study: try SampleEffects.study())
    #expect(headline.en.contains("from 9.0 % lower to 4.0 % higher"))
    #expect(headline.en.contains("cannot tell a fall of 9.0 % from a rise of 4.0 %"))
  }

  @Test("without an interval none is made up")
  func noInterval() throws {
    let headline = EffectText.headline(
      SampleEffects.answer(SampleEffects.estimate(-0.03, nil, nil)))
    #expect(headline.en.contains("no interval is defined"))
    #expect(!headline.en.contains("nan") && !headline.en.contains("–"))
  }

  @Test(
    "a decisive check that fails, or an assumption that does not hold, takes the headline's place")
  func withheld() {
    let average = SampleEffects.estimate(-0.12, -0.18, -0.06, p: 0.002)
    let swept = SampleEffects.answer(
      average, checks: [SampleEffects.check("prior-sweep", .violated, "The sign flips.")])
    let broken = SampleEffects.answer(
      average,
      assumptions: [
        AssumptionStatus(
          Text(en: "Nothing else changed.", zh: "没有其他变化。"), .violated,
          evidence: Text(en: "The pandemic began.", zh: "疫情开始。"))
      ])
    for estimate in [swept, broken] {
      let headline = EffectText.headline(estimate)
      #expect(headline.en.hasPrefix("No effect is stated."))
      #expect(headline.zh.hasPrefix("不给出效应结论。"))
      #expect(!headline.en.contains("12.0"))
    }
    #expect(EffectText.headline(swept).en.contains("The sign flips."))
    #expect(EffectText.headline(broken).en.contains("The pandemic began."))
    let marked = SampleEffects.answer(
      average,
      checks: [
        EffectCheck(
          id: "trend-sweep", name: Text(en: "Slope", zh: "斜率"), verdict: .doubtful,
          finding: Text(en: "The answer hangs on it.", zh: "结论取决于此。"),
          figures: [.init("headline", 0)])
      ])
    #expect(EffectText.headline(marked).en.hasPrefix("No effect is stated. The answer hangs"))
    let other = SampleEffects.answer(
      average, checks: [SampleEffects.check("pre-trend", .violated, "The courts drifted apart.")])
    #expect(EffectText.headline(other).en.contains("12.0 %"))
    #expect(EffectText.headline(other).en.contains("But: The courts drifted apart."))
  }

  @Test("what the study can find is said before what it found")
  func powerFirst() throws {
    let estimate = SampleEffects.answer(
      SampleEffects.estimate(-0.12, -0.18, -0.06), minimumDetectableEffect: 0.123)
    for (language, power, answer) in [
      (Language.en, "finds an effect of 12.3 %", "on average"), (.zh, "能检出 12.3%", "平均低"),
    ] {
      let text = EffectText.report(estimate, language)
      let first = try #require(text.firstRange(of: power))
      let second = try #require(text.firstRange(of: answer))
      #expect(first.lowerBound < second.lowerBound)
    }
  }

  @Test("inference, its reason, its alternatives, checks and weights are all shown")
  func lists() {
    let inference = Inference(
      kind: .randomization,
      reason: Text(en: "Two courts are treated.", zh: "仅两个法院受干预。"),
      treatedClusters: 2, comparisonClusters: 4, draws: 15, isEnumerated: true,
      smallestPValue: 1 / 15.0,
      alternatives: [
        Inference.Alternative(
          kind: .cr2, variant: "Satterthwaite",
          estimate: SampleEffects.estimate(-0.12, -0.3, 0.1, p: 0.2))
      ])
    let text = EffectText.report(
      SampleEffects.answer(
        SampleEffects.estimate(-0.12, -0.18, -0.06, p: 0.067),
        checks: [
          SampleEffects.check("a", .untestable), SampleEffects.check("b", .violated, "It broke."),
        ], inference: inference, cumulative: SampleEffects.estimate(-250, -400, -100)), .en)
    for part in [
      "randomization, 2 treated and 4 comparison clusters, all 15 assignments, no p-value below "
        + "0.067 possible", "Two courts are treated.", "clusters (CR2) (Satterthwaite)",
      "cumulative", "−250", "[violated] Check: It broke.", "what would change this",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    let broke = text.firstRange(of: "[violated]")
    let open = text.firstRange(of: "[untestable]")
    #expect((broke?.lowerBound ?? text.endIndex) < (open?.lowerBound ?? text.startIndex))
  }

  @Test("every kind of inference has words in both languages")
  func kinds() {
    for kind in Inference.Kind.allCases {
      #expect(!kind.text.en.isEmpty && !kind.text.zh.isEmpty)
    }
  }
}

@Suite("A claim that the figures cannot carry")
struct YardstickTests {
  @Test("is held against figures from elsewhere, each in the register with its source")
  func yardsticks() throws {
    var inputs = try SampleReports.figureInputs()
    inputs.yardsticks = [
      Yardstick(
        id: "pairs", value: 0.1445, style: .percent(1),
        text: Text(en: "Of random pairs, {} fell as much.", zh: "随机两院中有 {} 同样下降。"),
        source: Text(en: "computed from counties", zh: "据各县计算"))
    ]
    let report = Report(inputs)
    let figure = try #require(report.figures.first { $0.id == "yardstick.pairs" })
    #expect(figure.shown.en == "14.5 %" && figure.source.en == "computed from counties")
    for (language, sentence) in [
      (Language.en, "Of random pairs, 14.5 % fell as much."), (.zh, "随机两院中有 14.5% 同样下降。"),
    ] {
      var renderer = MarkdownRenderer(report, language: language, target: .plain)
      #expect(renderer.render().replacing("\u{A0}", with: " ").contains(sentence))
    }
    #expect(
      !Report(try SampleReports.figureInputs()).figures.contains { $0.id.hasPrefix("yardstick") })
  }
}

@Suite("A report whose effect cannot be stated")
struct WithheldEffectTests {
  @Test("warns in place of the finding, and lists what was checked")
  func withheld() throws {
    let study = try SampleEffects.study()
    var inputs = ReportInputs(
      title: Text(en: "Test", zh: "测试"), sources: ["made up"], panel: study.panel, version: "0")
    inputs.study = study
    inputs.effect = SampleEffects.counterfactual().with(checks: [
      EffectCheck(
        id: "prior-sweep", name: Text(en: "Prior", zh: "先验"), verdict: .violated,
        finding: Text(en: "The sign flips.", zh: "符号改变。"), figures: [.init("pValue", 0.04)])
    ])
    let report = Report(inputs)
    var renderer = MarkdownRenderer(report, language: .en, target: .plain)
    let text = renderer.render()
    #expect(text.contains("No effect is stated"))
    #expect(!text.contains("were on average"))
    #expect(report.figures.contains { $0.id == "effect.automatic.prior-sweep" })
  }
}
