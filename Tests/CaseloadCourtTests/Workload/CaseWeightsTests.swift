import CaseloadCourt
import CaseloadData
import Testing

@Suite struct CaseWeightsTests {
  private let year = JudgeYear(minutes: 99_900)

  private func code(_ weights: [CaseWeight], _ year: JudgeYear) -> DiagnosticCode? {
    do throws(Diagnostic) {
      _ = try CaseWeights(weights, judgeYear: year)
      return nil
    } catch { return error.code }
  }

  @Test func aTypeWithoutWeightIsNamed() throws {
    let weights = try CaseWeights(
      [CaseWeight(caseType: "traffic", minutes: 239)], judgeYear: year)
    #expect(try weights.weight(of: "traffic").minutes == 239)
    let error = #expect(throws: Diagnostic.self) { try weights.weight(of: "family") }
    #expect(error?.code == .missingWeight && error?.hint?.en.contains("traffic") == true)
  }

  @Test func wrongTablesAreRefused() {
    #expect(code([], year) == .missingWeight)
    #expect(code([CaseWeight(caseType: "", minutes: 1)], year) == .missingWeight)
    let twice = [CaseWeight(caseType: "a", minutes: 1), CaseWeight(caseType: "a", minutes: 2)]
    #expect(code(twice, year) == .missingWeight)
    #expect(code([CaseWeight(caseType: "a", minutes: 0)], year) == .illegalRate)
    #expect(code([CaseWeight(caseType: "a", minutes: 1)], JudgeYear(minutes: .nan)) == .illegalRate)
    let negative = [CaseWeight(caseType: "a", minutes: 1, standardError: -1)]
    #expect(code(negative, year) == .illegalRate)
  }

  @Test func summariesOfDrawsAreQuantiles() {
    let summary = DrawSummary((0...100).map(Double.init).reversed())
    #expect(summary.mean == 50 && summary.median == 50)
    #expect(abs(summary.lower90 - 5) < 1e-12 && abs(summary.upper95 - 97.5) < 1e-12)
    #expect(abs(summary.scaled(by: 2).upper80 - 180) < 1e-12)
  }
}
