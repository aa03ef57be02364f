import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

/// Statistics agree with R to 1e-10: the designs have condition numbers below 1e4, squared columns
/// below 1e6.
@Suite("Tests of heteroskedasticity") struct HeteroskedasticityTests {
  @Test("Breusch–Pagan, White and Goldfeld–Quandt as R", arguments: SpecificationOracle.names)
  func oracle(_ name: String) throws {
    let data = try SpecificationOracle(name)
    try expect(
      BreuschPagan.test(residuals: data.residuals, columns: data.design),
      matches: data["koenker"])
    try expect(
      BreuschPagan.test(residuals: data.residuals, columns: data.design, studentized: false),
      matches: data["breuschPagan"])
    try expect(
      WhiteTest.test(residuals: data.residuals, design: data.design), matches: data["white"])
    try expect(
      WhiteTest.test(residuals: data.residuals, design: data.design, crossProducts: false),
      matches: data["whitePure"])
    try expect(
      GoldfeldQuandt.test(design: data.design, response: data.response),
      matches: data["goldfeldQuandt"])
    try expect(
      GoldfeldQuandt.test(
        design: data.design, response: data.response, omitted: 0.2, alternative: .twoSided),
      matches: data["goldfeldQuandtOmitted"])
  }

  @Test("White's test is unmoved by a shift of the origin of a column")
  func shifted() throws {
    let data = try SpecificationOracle("monthly")
    var moved = data.design
    for i in 0..<moved.rowCount { moved[i, 1] += 2000 }
    let before = try WhiteTest.test(residuals: data.residuals, design: data.design)
    let after = try WhiteTest.test(residuals: data.residuals, design: moved)
    #expect(before.degreesOfFreedom == after.degreesOfFreedom)
    #expect(after.statistic.isClose(to: before.statistic, relative: 1e-10))  // κ of the shift, 60
  }

  @Test("an indicator's square adds no degree of freedom")
  func indicator() throws {
    let design = Matrix(columns: [[1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 0, 1]])
    let test = try WhiteTest.test(residuals: [1, -2, -1, 1, 0.5, 0.5], design: design)
    #expect(test.degreesOfFreedom?.numerator == 1)
  }

  @Test("two groups have a closed form: n times the squared correlation")
  func closedForm() throws {
    let residuals = [1, -1, 2, -2, 3.0, -3, 1, -1]
    let group = [0, 0, 0, 0, 1, 1, 1, 1.0]
    let test = try BreuschPagan.test(residuals: residuals, columns: Matrix(columns: [group]))
    let r = try #require(Descriptive.correlation(residuals.map { $0 * $0 }, group))
    #expect(test.statistic.isClose(to: 8 * r * r, relative: 1e-14))  // eight rounding errors
    #expect(test.degreesOfFreedom?.numerator == 1)
  }

  @Test("what cannot be tested is refused")
  func refusals() throws {
    let ones = Matrix(columns: [[1, 1, 1, 1]])
    let constant = #expect(throws: Diagnostic.self) {
      try BreuschPagan.test(residuals: [1, -1, 2, -2], columns: ones)
    }
    #expect(constant?.code == .notIdentified)
    let zero = #expect(throws: Diagnostic.self) {
      try WhiteTest.test(residuals: [0, 0, 0, 0], design: ones)
    }
    #expect(zero?.code == .notIdentified)
    let missing = #expect(throws: Diagnostic.self) {
      try BreuschPagan.test(residuals: [1, .nan, 2, -2], columns: ones)
    }
    #expect(missing?.code == .valueOutOfRange)
    let short = #expect(throws: Diagnostic.self) {
      try GoldfeldQuandt.test(
        design: Matrix(columns: [[1, 1, 1, 1], [1, 2, 3, 4]]), response: [1, 2, 3, 5])
    }
    #expect(short?.code == .seriesTooShort)
  }
}
