import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Square system") struct SquareSystemTests {
  @Test("a square system of rows is solved both ways")
  func squareSystem() {
    let z = OrthonormalRows(OrthonormalRowsTests.x)
    var system = SquareSystem(order: 3)
    let rows = [39, 3, 20]
    let isRegular = system.factor(z, rows: rows)
    #expect(isRegular)
    let truth = [1.5, -2, 3]
    var solution = [0.0, 0, 0]
    let values = rows.map { i in (0..<3).reduce(0) { $0 + z.storage[i * 3 + $1] * truth[$1] } }
    system.solve(values, into: &solution)
    #expect(solution.isClose(to: truth, relative: 1e-13))  // κ of the rows ≈ 10
    let transposed = (0..<3).map { j in
      rows.enumerated().reduce(0) { $0 + z.storage[$1.element * 3 + j] * truth[$1.offset] }
    }
    system.solveTransposed(transposed, into: &solution)
    #expect(solution.isClose(to: truth, relative: 1e-13))
    let repeats = system.factor(OrthonormalRows(z, rows: [4, 4, 4]), rows: [0, 1, 2])
    #expect(!repeats)
  }
}
