import CaseloadMath
import Testing

@testable import CaseloadRegression

@Suite("Independent rows") struct IndependentRowsTests {
  @Test("rows that depend on those gathered are passed over")
  func independentRows() {
    let z = OrthonormalRows(
      Matrix(columns: [[1, 1, 1, 1, 1.0], [0, 0, 0, 1, 1.0], [0, 0, 0, 0, 1.0]]))
    var rows = IndependentRows(of: z)
    for i in 0..<5 where !rows.isComplete { rows.add(i) }
    #expect(rows.indices == [0, 3, 4] && rows.isComplete)
    rows.removeAll()
    rows.add(2)
    rows.add(1)
    #expect(rows.indices == [2] && !rows.isComplete)
  }
}
