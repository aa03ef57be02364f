import CaseloadTestSupport
import Testing

@testable import CaseloadData

@Suite("Splines in formulas") struct SplineBasisTests {
  static let x: [Double] = [1, 2, 4, 5.5, 7, 8, 11, 12, 14, 15]
  static let table = Table(
    source: "memory",
    columns: [
      .init(name: "x", cells: .number(x)), .init(name: "y", cells: .number(x.map { $0 * $0 })),
    ])

  private static func columns(_ term: String) throws -> [[Double]] {
    let design = try DesignMatrix(Formula("y ~ \(term)"), table)
    return (1..<design.matrix.columnCount).map { design.matrix.column($0) }
  }

  @Test("B-splines are those of R's splines package")
  func basis() throws {
    // R 4.2: splines::bs(x, df = 5)[c(3, 7), ] and bs(x, knots = c(4, 9), degree = 2)[c(3, 8), ].
    let cubic = try Self.columns("bs(x, df = 5)")
    #expect(cubic.count == 5)
    for (row, expected) in [(2, SplineReference.cubic3), (6, SplineReference.cubic7)] {
      #expect(cubic.map { $0[row] }.isClose(to: expected, absolute: 1e-14))
    }
    let quadratic = try Self.columns("bs(x, knots = c(4, 9), degree = 2)")
    for (row, expected) in [(2, SplineReference.quadratic3), (7, SplineReference.quadratic8)] {
      #expect(quadratic.map { $0[row] }.isClose(to: expected, absolute: 1e-14))
    }
  }

  @Test("natural splines are those of R, inside and beyond the data")
  func natural() throws {
    let design = try DesignMatrix(Formula("y ~ ns(x, df = 4)"), Self.table)
    for (row, expected) in [(2, SplineReference.natural3), (6, SplineReference.natural7)] {
      let values = (1...4).map { design.matrix[row, $0] }
      #expect(values.isClose(to: expected, absolute: 1e-13))
    }
    let beyond = Table(source: "new", columns: [.init(name: "x", cells: .number([-2, 20]))])
    let new = try design.applied(to: beyond).matrix
    #expect((1...4).map { new[0, $0] }.isClose(to: SplineReference.naturalMinus2, absolute: 1e-12))
    #expect((1...4).map { new[1, $0] }.isClose(to: SplineReference.natural20, absolute: 1e-12))
  }

  @Test("B-splines and the one left out sum to one")
  func partition() throws {
    let columns = try Self.columns("bs(x, df = 6)")
    let first = Self.x.indices.map { i in 1 - columns.reduce(0) { $0 + $1[i] } }
    // What is left is the first function, which is 1 at the lower end and 0 from the first knot.
    #expect(first[0].isClose(to: 1, absolute: 1e-15))
    #expect(first.last?.isClose(to: 0, absolute: 1e-14) == true)
    #expect(first.allSatisfy { $0 > -1e-14 })
  }

  @Test(
    "a spline that cannot be made is refused",
    arguments: [
      "bs(x, df = 2)", "ns(x, knots = c(0, 5))", "ns(z, df = 3)",
    ])
  func refused(_ term: String) {
    let table = Table(
      source: "memory",
      columns: Self.table.columns + [
        .init(name: "z", cells: .number(Self.x.map { _ in 3 }))
      ])
    #expect(throws: Diagnostic.self) { try DesignMatrix(Formula("y ~ \(term)"), table) }
  }
}
