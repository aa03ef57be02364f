import CaseloadData
import CaseloadEffects
import Testing

@testable import CaseloadReport

@Suite("Tables of several designs")
struct EffectTableTests {
  private func table(_ language: Language) -> EffectTable {
    EffectTable(
      [
        EffectTable.Row(
          design: "did", name: Text(en: "Differences", zh: "双重差分"),
          estimate: SampleEffects.answer(
            SampleEffects.estimate(-0.12, -0.18, -0.06, p: 0.002),
            inference: Inference(
              kind: .cr2, reason: Text(""), treatedClusters: 6, comparisonClusters: 9))),
        EffectTable.Row(
          design: "bsts", name: Text(en: "Structural", zh: "结构模型"),
          estimate: SampleEffects.answer(
            SampleEffects.estimate(0.02, -0.1, 0.15, p: 0.8),
            checks: [SampleEffects.check("prior-sweep", .violated)])),
        EffectTable.Row(
          design: "triple_difference", name: Text(en: "Third", zh: "三重差分"),
          reason: Diagnostic(
            .missingOption, .error,
            Text(en: "Needs strata & eligible units.", zh: "需要分层和可受干预单位。"))),
      ], title: Text(en: "Effects on civil filings", zh: "对民事收案的效应"), language: language)
  }

  @Test("the same numbers stand in every form", arguments: Language.allCases)
  func numbers(language: Language) {
    let table = table(language)
    let numbers = ["12.0", "18.0", "6.0", "0.002", "2.0", "6/9"]
    for form in [table.text(), table.markdown, table.latex] {
      for number in numbers { #expect(form.contains(number), "\(number) in\n\(form)") }
      #expect(form.contains(language == .zh ? "对受干预法院的平均效应" : "Average effect on the treated"))
    }
  }

  @Test("a design that does not apply says why, and one that fails a check is marked")
  func reasons() {
    let text = table(.en).text()
    #expect(text.contains("triple_difference: Needs strata & eligible units."))
    #expect(text.contains("bsts †"))
    #expect(!text.contains("did †"))
    // A number that is no answer has no p-value.
    let row = text.split(separator: "\n").first { $0.contains("bsts †") }
    #expect(row?.contains("0.8") == false && row?.contains("–") == true)
  }

  @Test("LaTeX escapes what it would read as commands")
  func escapes() {
    let latex = table(.en).latex
    #expect(latex.contains("triple\\_difference: Needs strata \\& eligible units."))
    #expect(latex.contains("$-$12.0 \\%"))
    #expect(latex.contains("\\textdagger"))
    #expect(latex.contains("\\toprule") && latex.contains("\\bottomrule"))
  }
}
