import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Registry of designs") struct EffectEstimatorsTests {
  @Test("every file and folder of Estimators is a design of the registry")
  func files() throws {
    let folder = Project.root.appending(path: "Sources/CaseloadEffects/Estimators")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !$0.hasPrefix("Segmented") }
      .map { $0.hasSuffix(".swift") ? String($0.dropLast(6)) : $0 }
    #expect(Set(files) == Set(EffectEstimators.all.map { String(describing: $0) }))
  }

  @Test("a card lists the stored properties as its options, in both languages")
  func options() {
    for type in EffectEstimators.all {
      let stored = Mirror(reflecting: type.init()).children.compactMap(\.label)
      #expect(type.card.options.map(\.name) == stored)
      let texts = [type.card.name, type.card.summary] + type.card.options.map(\.help)
      #expect(texts.allSatisfy { !$0.en.isEmpty && !$0.zh.isEmpty })
      #expect(!type.card.sources.isEmpty && !type.card.assumptions.isEmpty)
    }
  }

  @Test("options are set by name, and mistakes are answered with the nearest")
  func make() throws {
    let design = try EffectEstimators.estimator(
      "its", options: ["scale": "log", "slope": "false"])
    let its = try #require(design as? InterruptedTimeSeries)
    #expect(its.scale == .log && !its.slope && its.season)
    let name = #expect(throws: Diagnostic.self) { try EffectEstimators.estimator("itts") }
    #expect(name?.hint?.en.contains("'its'") == true)
    let option = #expect(throws: Diagnostic.self) {
      try EffectEstimators.estimator("its", options: ["scal": "log"])
    }
    #expect(option?.hint?.en.contains("'scale'") == true)
    let value = #expect(throws: Diagnostic.self) {
      try EffectEstimators.estimator("its", options: ["scale": "logs"])
    }
    #expect(value?.code == .illegalOption)
  }

  @Test("every verdict has words in both languages")
  func verdicts() {
    for verdict in AssumptionStatus.Verdict.allCases {
      #expect(!verdict.text.en.isEmpty && !verdict.text.zh.isEmpty)
    }
  }
}
