import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Automatic checks") struct EffectChecksTests {
  @Test("every check of the folder Checks is in the registry, each once")
  func registry() throws {
    let folder = Project.root.appending(path: "Sources/CaseloadEffects/Checks")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix("Check.swift") }.map { String($0.dropLast(6)) }
    let types = Set(files).subtracting(["AutomaticCheck", "EffectCheck"])
    #expect(types == Set(EffectChecks.all.map { String(describing: $0) }))
    #expect(Set(EffectChecks.all.map { $0.id }).count == EffectChecks.all.count)
    for check in EffectChecks.all {
      for text in [check.name, check.condition] {
        #expect(!text.en.isEmpty && !text.zh.isEmpty)
      }
    }
  }

  private func full() throws -> Study {
    var study = try CheckPanel.study(shape: { $0 < 2 && $1 >= 36 ? -20 : 0 })
    let stream = RandomStream(seed: 90)
    study.diverted = Study.Variable(
      name: Text(en: "diverted", zh: "分流"),
      series: CheckPanel.series(
        20, 60, level: 10, noise: 1, stream: stream, shape: { $0 < 2 && $1 >= 36 ? 10 : 0 }))
    study.negativeControls = [
      Study.Variable(
        name: Text(en: "criminal", zh: "刑事"),
        series: CheckPanel.series(20, 60, stream: stream.substream(1)))
    ]
    study.regions = (0..<20).map { "region \($0 / 4)" }
    return study
  }

  @Test("each outcome has words in both languages, finite figures and its own name")
  func complete() throws {
    let study = try full()
    let design = GroupMeanDifference()
    let estimate = try design.estimate(study)
    let checks = EffectChecks.run(study, design, estimate, from: RandomStream(seed: 1))
    // All but that of a two-way regression.
    #expect(checks.count == EffectChecks.all.count - 1)
    for check in checks {
      #expect(!check.finding.en.isEmpty && !check.finding.zh.isEmpty)
      #expect(!check.finding.en.contains("nan") && !check.finding.en.contains("Optional"))
      #expect(check.figures.allSatisfy { $0.value?.isFinite ?? true })
      #expect(check.verdict != .untestable, "\(check.id)")
    }
    let again = EffectChecks.run(study, design, estimate, from: RandomStream(seed: 1))
    #expect(checks.map(\.finding) == again.map(\.finding))
    let read = try roundTrip(checks)
    #expect(read.map(\.id) == checks.map(\.id))
  }

  @Test("a bare study says what is missing instead of failing")
  func bare() throws {
    let study = try CheckPanel.study(units: 3, treated: 1, periods: 4, at: 2)
    let design = GroupMeanDifference()
    let estimate = try design.estimate(study)
    let checks = EffectChecks.run(study, design, estimate, from: RandomStream(seed: 1))
    let untestable = Set(checks.filter { $0.verdict == .untestable }.map(\.id))
    #expect(
      untestable.isSuperset(of: [
        "placebo-date", "negative-control", "diversion", "first-stage", "spill-over",
        "definition-break", "regression-to-the-mean",
      ]))
  }

  @Test("a single series is checked by what one series can show")
  func oneSeries() throws {
    let series = TestStudies.series(60, at: 36, sigma: 2, stream: RandomStream(seed: 5))
    let study = try TestStudies.study(series, at: 36)
    let design = InterruptedTimeSeries(season: false)
    let estimate = try design.estimate(study)
    let checks = EffectChecks.run(study, design, estimate, from: RandomStream(seed: 1))
    #expect(checks.contains { $0.id == "placebo-date" && $0.verdict != .untestable })
    #expect(checks.contains { $0.id == "pre-trend" && $0.verdict == .untestable })
    #expect(checks.contains { $0.id == "known-events" && $0.verdict == .supported })
  }

  @Test("a rate of an outcome with zeros is checked in proportion to each unit's level")
  func zeros() throws {
    var study = try CheckPanel.study(shape: { $0 < 2 && $1 >= 36 ? -20 : 0 })
    var series = study.panel.entries.map(\.series)
    var values = series[4].values
    values[7] = 0
    series[4] = series[4].replacing(values)
    study = study.replacingOutcome(series)
    let average = Estimate(
      value: -0.2, standardError: nil, lower: nil, upper: nil, level: 0.95, pValue: nil)
    let estimate = EffectEstimate(
      design: "count", estimand: Text(""), scale: .log, average: average)
    let context = CheckContext(study, GroupMeanDifference(), estimate, from: RandomStream(seed: 1))
    #expect(!context.isGridLogarithmic)
    let trend = try #require(PreTrendCheck.outcome(context))
    // 2 of 100 noise: a drift of some tenths of a percent a period.
    #expect(try #require(trend["slope50"]) < 0.02)
    #expect(trend.finding.en.contains("%"))
    let power = try #require(PowerCheck.outcome(context))
    #expect(try #require(power["beforeTheEstimate"]) < 0.1)
  }

  @Test("the logarithmic scale gives rates")
  func rates() throws {
    let study = try CheckPanel.study(shape: { $0 < 2 && $1 >= 36 ? -20 : 0 })
    var design = GroupMeanDifference()
    design.scale = .log
    let estimate = try design.estimate(study)
    let checks = EffectChecks.run(study, design, estimate, from: RandomStream(seed: 1))
    let influence = try #require(checks.first { $0.id == "unit-influence" })
    #expect(influence.finding.en.contains("%"))
    #expect(try #require(influence["lowest"]) > -0.4)
    #expect(try #require(influence["highest"]) < -0.1)
  }
}
