import Caseload
import CaseloadIO
import Foundation
import Testing

@Suite("Files of definitions and weights") struct IndicatorDefinitionsTests {
  @Test("the built-in definitions are whole: known columns, both languages, a source")
  func builtIn() throws {
    let catalogue = try IndicatorDefinitions.builtIn()
    let columns = Set(catalogue.columns.map(\.id))
    for definition in catalogue.indicators {
      #expect(columns.isSuperset(of: definition.columns), "\(definition.id)")
      #expect(definition.name.en != definition.name.zh && !definition.source.isEmpty)
    }
    // One alias names one column.
    let aliases = catalogue.columns.flatMap { column in
      Set(([column.id, column.name.en, column.name.zh] + column.aliases).map { $0.lowercased() })
    }
    #expect(Set(aliases).count == aliases.count)
    let cancelled = catalogue.indicators.filter { $0.status == .cancelled }.map(\.name.zh)
    #expect(Set(cancelled) == ["法官人均结案数", "延长审限率", "裁定再审率", "司法建议反馈率"])
    #expect(try !catalogue.indicator("closing-rate").mayBeTarget)
    #expect(
      try catalogue.indicator("closed-per-judge").scope.exclude == ["诉前调确", "诉前调书", "执保", "执恢"])
    #expect(try catalogue.indicator("clearance-rate").formula == "100 × resolved / filings")
    // A comma inside a flow mapping ends an entry unless it is quoted.
    #expect(try catalogue.indicator("litigation-rate").unit.en == "per 10,000")
  }

  @Test(
    "an error in a definition has its line",
    arguments: [
      ("indicators:\n  - id: a\n    numerator: resolved +\n", 3),
      ("indicators:\n  - id: a\n    name: b\n", 2),
      ("indicators:\n  - id: a b\n    numerator: x\n", 2),
      ("indicators:\n  - id: a\n    numerator: x\n    rounding: {decimals: 99}\n", 4),
      ("indicators:\n  - id: a\n    numerator: x\n    reading: good\n", 4),
    ])
  func lines(text: String, line: Int) throws {
    let error = #expect(throws: Diagnostic.self) {
      try YAMLFile.decode(IndicatorCatalogue.self, text: text, file: "own.yaml")
    }
    #expect(
      error?.location?.file == "own.yaml" && error?.location?.row == line,
      "\(String(describing: error))")
  }

  @Test("a table of weights is read in all its forms")
  func weights() throws {
    let study = try YAMLFile.decode(
      WeightStudy.self,
      text: """
        source: Study
        judgeYear: {days: 250, minutesPerDay: 480, leaveDays: 25, administrationMinutesPerDay: 60}
        rounding: 0.2
        weights:
          - {caseType: civil, minutes: 160, standardError: 6}
          - caseType: criminal
            events: [{name: hearing, minutes: 8.77, occurrences: 5.82}]
            panel: {rounds: [[1.0, 1.2], [1.1, 1.1]]}
          - {caseType: guardianship, minutes: 90, basis: pending}
        """, file: "w.yaml")
    #expect(study.weights.judgeYear.minutes == 225 * 420 && study.rounding == .threshold(0.2))
    #expect(study.judgeYearParts?.parts.map(\.name) == ["administration", "leave"])
    #expect(abs(try study.weights.weight(of: "criminal").minutes - 8.77 * 5.82 * 1.1) < 1e-9)
    #expect(study.entries[2].basis == .pending)
    let again = try JSONDecoder().decode(WeightStudy.self, from: JSONEncoder().encode(study))
    #expect(again == study)
  }

  @Test(
    "an error in a table of weights has its line",
    arguments: [
      ("judgeYear: 100\nweights:\n  - {caseType: a, minutes: 0}\n", 3, DiagnosticCode.illegalRate),
      ("judgeYear: -1\nweights:\n  - {caseType: a, minutes: 1}\n", 1, .illegalRate),
      ("judgeYear: 100\nweights:\n  - {caseType: a, minutes: x}\n", 3, .malformedDefinition),
      (
        "judgeYear: 9\nrounding: 7\nweights:\n  - {caseType: a, minutes: 1}\n", 2,
        .malformedDefinition
      ),
      ("judgeYear: {days: 9, sickness: 3}\nweights: []\n", 1, .malformedDefinition),
      (
        "judgeYear: 9\nweights:\n  - {caseType: a, minutes: 1}\n  - {caseType: a, minutes: 1}\n", 1,
        .missingWeight
      ),
      (
        "judgeYear: 9\nweights:\n  - caseType: a\n    panel: {rounds: [[1]]}\n    minutes: 3\n", 4,
        .malformedDefinition
      ),
    ])
  func weightLines(text: String, line: Int, code: DiagnosticCode) throws {
    let error = #expect(throws: Diagnostic.self) {
      try YAMLFile.decode(WeightStudy.self, text: text, file: "w.yaml")
    }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.location?.row == line, "\(String(describing: error))")
  }
}
