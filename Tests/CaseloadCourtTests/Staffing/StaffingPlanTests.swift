import CaseloadCourt
import CaseloadData
import Testing

@Suite struct StaffingPlanTests {
  private let months = (0..<6).map { Period.month(2026, 1).advanced(by: $0) }

  @Test func changesCountFromTheirPeriod() throws {
    let plan = StaffingPlan(
      judges: 34,
      changes: [
        StaffingPlan.Change(from: .month(2026, 3), judges: -2),
        StaffingPlan.Change(from: .month(2026, 4), judges: 3, trainingPeriods: 2),
      ])
    #expect(try plan.judges(over: months) == [34, 34, 32, 33, 34, 35])
  }

  @Test func aChangeBeforeTheFirstPeriodIsInForce() throws {
    let plan = StaffingPlan(
      judges: 10, changes: [StaffingPlan.Change(from: .month(2025, 1), judges: 1)])
    #expect(try plan.judges(over: months) == [Double](repeating: 11, count: 6))
  }

  @Test func fewerThanNoneAreRefused() throws {
    let plan = StaffingPlan(
      judges: 1, changes: [StaffingPlan.Change(from: .month(2026, 2), judges: -2)])
    let error = #expect(throws: Diagnostic.self) { try plan.judges(over: months) }
    #expect(error?.code == .illegalStaff && error?.location?.period == "2026-02")
    #expect(throws: Diagnostic.self) { try StaffingPlan(judges: -1).judges(over: months) }
    #expect(throws: Diagnostic.self) { try StaffingPlan(judges: .nan).judges(over: months) }
  }
}
