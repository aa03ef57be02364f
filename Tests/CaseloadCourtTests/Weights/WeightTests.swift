import CaseloadCourt
import CaseloadData
import Testing

@Suite("Weights: judge year, events, panels, rounding") struct WeightTests {
  private func code<T>(_ body: () throws -> T) -> DiagnosticCode? {
    do {
      _ = try body()
      return nil
    } catch { return (error as? Diagnostic)?.code }
  }

  @Test("a judge year is days times minutes after what is taken off")
  func judgeYear() throws {
    let parts = try JudgeYearParts(
      days: 250, minutesPerDay: 480,
      parts: [
        .init(name: "leave", days: 20, standardError: 2), .init(name: "training", days: 5),
        .init(name: "administration", minutesPerDay: 60, standardError: 5),
      ])
    #expect(parts.judgeYear.minutes == 225 * 420)
    let expected = (840.0 * 840 + 1125 * 1125).squareRoot()
    #expect(abs(try #require(parts.judgeYear.standardError) - expected) < 1e-9)
    #expect(
      code {
        try JudgeYearParts(days: 20, minutesPerDay: 400, parts: [.init(name: "leave", days: 20)])
      } == .illegalRate)
    #expect(code { try JudgeYearParts(days: 400, minutesPerDay: 400) } == .illegalRate)
    #expect(code { try JudgeYearParts(days: .nan, minutesPerDay: 400) } == .illegalRate)
  }

  @Test("the standard error of a composed weight is the delta method's")
  func events() throws {
    let composition = try EventComposition([
      CaseEvent(
        name: "hearing", minutes: 30, minutesStandardError: 2, occurrences: 1.5,
        occurrencesStandardError: 0.1),
      CaseEvent(name: "judgment", minutes: 100, occurrences: 0.4, occurrencesStandardError: 0.05),
    ])
    #expect(composition.minutes == 85)
    // (1.5·2)² + (30·0.1)² + (100·0.05)² = 9 + 9 + 25.
    #expect(abs(try #require(composition.standardError) - 43.0.squareRoot()) < 1e-12)
    #expect(code { try EventComposition([]) } == .missingWeight)
    let negative = CaseEvent(name: "x", minutes: -1, occurrences: 1)
    #expect(code { try EventComposition([negative]) } == .illegalRate)
  }

  @Test("a panel's median adjusts the weight and adds to its uncertainty")
  func panel() throws {
    let panel = try DelphiPanel(rounds: [[1, 1.5, 1.2, 0.9, 1.6], [1.1, 1.3, 1.2, 1.1, 1.3]])
    let rounds = panel.summaries
    #expect(
      rounds[0].median == 1.2 && rounds[0].lowerQuartile == 1 && rounds[0].upperQuartile == 1.5)
    #expect(rounds[0].change == nil && rounds[1].change == 0)
    #expect(panel.factor == 1.2 && panel.hasConverged)
    let adjusted = panel.adjusted(CaseWeight(caseType: "a", minutes: 100, standardError: 5))
    let added = 100 * (Double.pi / 2).squareRoot() * 0.2 / 1.348979500392164 / 5.0.squareRoot()
    #expect(abs(adjusted.minutes - 120) < 1e-12)
    #expect(abs(try #require(adjusted.standardError) - (36 + added * added).squareRoot()) < 1e-9)
    let share = try #require(
      panel.shareOfVariance(CaseWeight(caseType: "a", minutes: 100, standardError: 5)))
    #expect(abs(share - added * added / (36 + added * added)) < 1e-9)
    #expect(try !DelphiPanel(rounds: [[1, 2, 0.5, 1.4]]).hasConverged)
    #expect(code { try DelphiPanel(rounds: []) } == .malformedDefinition)
    #expect(code { try DelphiPanel(rounds: [[1, 0]]) } == .illegalRate)
  }

  @Test(
    "needs become posts by the rule",
    arguments: [
      (JudgeRounding.none, 2.3, 2.3), (.up, 2.01, 3), (.up, 2, 2), (.up, 2.0000000000001, 2),
      (.up, 2.9999999999999, 3), (.threshold(0.5), 2.5, 3), (.threshold(0.5), 2.49, 2),
      (.threshold(0.2), 2.2, 3), (.threshold(0.2), 2.19, 2), (.threshold(0.2), 2.9, 3),
      (.up, 0, 0),
    ])
  func rounding(rule: JudgeRounding, need: Double, posts: Double) {
    #expect(rule.posts(for: need) == posts)
  }

  @Test("rules of rounding are read by name and by share")
  func rules() throws {
    #expect(try JudgeRounding("up") == .up && JudgeRounding("nearest") == .threshold(0.5))
    #expect(try JudgeRounding("0.2") == .threshold(0.2) && JudgeRounding("none") == .none)
    #expect(code { try JudgeRounding("1.2") } == .malformedDefinition)
    #expect(code { try JudgeRounding("sideways") } == .malformedDefinition)
  }

  @Test("federal filings: weights per judgeship, exclusions and thirds")
  func federal() throws {
    // Weights of the years before 2004 (uscourts.gov): student loan 0.031, patent 1.9.
    let filings = try FederalCaseload.weightedFilings(
      [
        .init(category: "student loan", filings: 1000, weight: 0.031),
        .init(category: "patent", filings: 120, excluded: 20, weight: 1.9),
      ], judgeships: 2)
    #expect(abs(filings - (31 + 190) / 2) < 1e-12)
    // 900 filings, 300 of them pro se: 600 + 100 = 700 over 4 panels.
    let adjusted = try FederalCaseload.adjustedFilings(
      filings: 950, reinstated: 50, proSe: 300, judgeships: 12)
    #expect(abs(adjusted - 175) < 1e-12)
    #expect(
      code { try FederalCaseload.adjustedFilings(filings: 10, proSe: 11, judgeships: 3) }
        == .negativeCount)
    #expect(code { try FederalCaseload.weightedFilings([], judgeships: 0) } == .illegalStaff)
  }

  @Test("an emergency needs its clause: thresholds are strict, and 18 months are passed")
  func emergencyBounds() throws {
    let rule = JudicialEmergencyRule()
    #expect(try rule.reasons(.init(.district, filings: 600)).isEmpty)
    #expect(try rule.reasons(.init(.district, filings: 600, daysVacant: 549)) == [.longVacancy])
    #expect(try rule.reasons(.init(.district, filings: 600, daysVacant: 547)).isEmpty)
    #expect(try rule.reasons(.init(.district, filings: 429, daysVacant: 900)).isEmpty)
    #expect(try rule.reasons(.init(.circuit, filings: 700, daysVacant: 10)).isEmpty)
    #expect(
      try rule.reasons(
        .init(.district, filings: 100, authorizedJudgeships: 1, activeJudges: 1)
      ).isEmpty)
    #expect(code { try rule.reasons(.init(.district, filings: -1)) } == .negativeCount)
  }
}
