import CaseloadCourt
import CaseloadData
import Testing

@Suite("Case register") struct CaseRegisterTests {
  private func table(_ rows: [(String, String, String, String)]) -> Table {
    Table(
      source: "register.csv",
      columns: [
        Table.Column(name: "id", cells: .text(rows.map(\.0))),
        Table.Column(name: "filed", cells: .text(rows.map(\.1))),
        Table.Column(name: "closed", cells: .text(rows.map(\.2))),
        Table.Column(name: "outcome", cells: .text(rows.map(\.3))),
      ])
  }
  private let columns = CaseRegisterColumns(
    filed: "filed", closed: "closed", outcome: "outcome", id: "id")
  private let asOf = Period.day(2025, 12, 31)

  @Test("each defect is an error with its line, or a counted note")
  func defects() throws {
    let bad: [((String, String, String, String), CaseDefect, DiagnosticCode)] = [
      (("2", "", "2025-02-01", "judgment"), .missingFiled, .missingValues),
      (("2", "2025-02", "", ""), .notADate, .notAPeriod),
      (("2", "2025-02-30", "", ""), .notADate, .notAPeriod),
      (("2", "2025-02-02", "2025-02-01", "judgment"), .closedBeforeFiled, .valueOutOfRange),
      (("2", "2026-02-02", "", ""), .filedAfterExtraction, .valueOutOfRange),
      (("2", "2025-02-02", "2026-02-01", "judgment"), .closedAfterExtraction, .valueOutOfRange),
      (("1", "2025-02-02", "", ""), .duplicate, .malformedTable),
      (("2", "2025-02-02", "2025-03-01", ""), .missingOutcome, .missingValues),
    ]
    let good = ("1", "2025-01-01", "2025-03-01", "judgment")
    for (row, defect, code) in bad {
      let table = table([good, row])
      let error = #expect(throws: Diagnostic.self) {
        try CaseRegister(table, columns, asOf: asOf)
      }
      #expect(error?.code == code && error?.location?.row == 3)
      #expect(error?.location?.file == "register.csv")
      let register = try CaseRegister(table, columns, asOf: asOf, invalidRows: .drop)
      #expect(register.cases.count == 1)
      #expect(register.dropped.map(\.reason) == [defect] && register.dropped[0].count == 1)
      #expect(register.notes.map(\.code) == [.rowsLeftOut])
    }
  }

  @Test("late entries, suspended days and ages")
  func ages() throws {
    let filed = Period.day(2025, 1, 1)
    let late = CaseRecord(filed: filed, entry: .day(2025, 6, 1), suspendedDays: 100)
    let register = try CaseRegister([late], asOf: asOf)
    #expect(register.days(late) == 264)
    for (record, code) in [
      (CaseRecord(filed: filed, suspendedDays: 400), DiagnosticCode.valueOutOfRange),
      (
        CaseRecord(filed: filed, closed: .day(2025, 5, 1), entry: .day(2025, 6, 1)),
        .valueOutOfRange
      ),
      (CaseRecord(filed: filed, suspendedDays: -1), .notANumber),
      (CaseRecord(filed: .month(2025, 1)), .notAPeriod),
    ] {
      let error = #expect(throws: Diagnostic.self) { try CaseRegister([record], asOf: asOf) }
      #expect(error?.code == code)
    }
  }

  @Test("without a day of extraction the last date is taken, and said")
  func assumption() throws {
    let register = try CaseRegister(
      table([("1", "2025-01-01", "2025-03-01", "judgment"), ("2", "2025-02-01", "", "")]), columns)
    #expect(register.asOf == .day(2025, 3, 1) && register.notes.map(\.code) == [.assumption])
  }

  @Test("a register without a usable case is refused")
  func empty() {
    #expect(throws: Diagnostic.self) { try CaseRegister([], asOf: asOf) }
    #expect(throws: Diagnostic.self) { try CaseRegister(table([]), columns) }
    #expect(throws: Diagnostic.self) { try CaseRegister(table([("1", "", "", "")]), columns) }
    #expect(throws: Diagnostic.self) {
      try CaseRegister([CaseRecord(filed: .day(2025, 1, 1))], asOf: .year(2025))
    }
  }

  @Test("the pyramid counts every open case once, standing ones apart")
  func pyramid() throws {
    let cases = [10, 100, 400, 420, 1200].map {
      CaseRecord(filed: asOf.advanced(by: -$0), isSuspended: $0 == 420, labels: ["a"])
    }
    let closed = CaseRecord(filed: asOf.advanced(by: -50), closed: asOf, labels: ["b"])
    let register = try CaseRegister(cases + [closed], asOf: asOf, labelNames: ["type"])
    let pyramid = try AgePyramid(register, by: "type")
    #expect(pyramid.rows.map(\.active) == [1, 1, 0, 1, 0, 0, 1])
    #expect(pyramid.rows.map(\.inactive) == [0, 0, 0, 1, 0, 0, 0])
    #expect(pyramid.overThreshold == 2 && pyramid.overThresholdShare == 0.5)
    #expect(throws: Diagnostic.self) { try AgePyramid(register, edges: [3, 6]) }
  }

  @Test("closed cases alone look quicker than the curve")
  func closingTimes() throws {
    let cases = (0..<100).map { k -> CaseRecord in
      let filed = asOf.advanced(by: -300 + 2 * k)
      let closed = filed.advanced(by: 20 + (k * 37) % 200)
      return CaseRecord(filed: filed, closed: closed <= asOf ? closed : nil)
    }
    let times = try ClosingTimes(CaseRegister(cases, asOf: asOf), limit: 200)
    let mean = try #require(times.closedMean)
    let area = try #require(times.restrictedMean?.value)
    #expect(times.open > 0 && mean < area)
  }
}
