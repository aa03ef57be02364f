import CaseloadData
import CaseloadForecasting
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadCourt

@Suite("Workload account") struct WorkloadAccountTests {
  @Test("an account survives JSON with its projections")
  func codable() throws {
    func series(_ measure: Measure, _ values: [Double]) -> TimeSeries {
      TimeSeries(measure: measure, start: .year(2018), values: values)
    }
    let columns = CourtWorkload.Series(
      incoming: series(.flow, [1000, 1040, 1010, 1100]),
      resolved: series(.flow, [980, 1020, 1030, 1050]),
      pending: series(.stock, [200, 220, 200, 250]), judges: series(.stock, [5, 5, 5, 5]))
    let workload = try CourtWorkload(key: ["East"], columns)
    let projection = try WorkloadProjection(
      workload, columns, model: Drift(), draws: 200, from: RandomStream(seed: 1))
    let account = WorkloadAccount(
      keyNames: ["court"],
      courts: [WorkloadAccount.Court(label: "East", workload: workload, projection: projection)],
      statedCasesPerJudge: 201, statedJudges: 34, capacity: 6834,
      needs: [WorkloadAccount.Need(caseload: 12789, casesPerJudge: 201, judges: 12789 / 201)],
      notComputable: WorkloadAccount.notPublished)
    let copy = try JSONDecoder().decode(WorkloadAccount.self, from: JSONEncoder().encode(account))
    #expect(copy.courts.first?.workload.years.map(\.incoming) == [1000, 1040, 1010, 1100])
    #expect(copy.courts.first?.projection?.pending?.mean == projection.pending?.mean)
    #expect(copy.needs.first?.judges.isClose(to: 63.62686567164179, relative: 1e-14) == true)
    #expect(copy.notComputable == account.notComputable)
  }

  @Test("what cannot be computed is said in both languages")
  func notPublished() {
    #expect(WorkloadAccount.notPublished.count == 4)
    for text in WorkloadAccount.notPublished {
      #expect(!text.en.isEmpty && !text.zh.isEmpty && text.en != text.zh)
    }
  }
}
