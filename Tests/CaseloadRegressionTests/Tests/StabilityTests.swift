import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Tests of stability") struct StabilityTests {
  @Test("Chow as R's Fstats at one date", arguments: SpecificationOracle.names)
  func chow(_ name: String) throws {
    let data = try SpecificationOracle(name)
    let row = Int(data["chow"].value("row"))
    try expect(
      ChowTest.test(design: data.design, response: data.response, row: row),
      matches: data["chow"])
  }

  @Test(
    "recursive residuals, CUSUM and OLS-CUSUM as strucchange", arguments: SpecificationOracle.names)
  func cumulativeSums(_ name: String) throws {
    let data = try SpecificationOracle(name)
    let recursive = try RecursiveResiduals.values(design: data.design, response: data.response)
    // The first fits, on p rows, have condition numbers of about 1e3.
    #expect(recursive.isClose(to: data["recursiveResiduals"].numbersOrEmpty, absolute: 1e-8))
    for (residuals, key) in [
      (CumulativeSumTest.Residuals.recursive, "cusum"), (.ordinary, "cusumOrdinary"),
    ] {
      let own = try CumulativeSumTest(residuals, design: data.design, response: data.response)
      let reference = data[key]
      #expect(own.process.isClose(to: reference.numbers("process"), absolute: 1e-9))
      // strucchange finds its critical value to the 1e-4 of R's uniroot.
      #expect(own.boundary.isClose(to: reference.numbers("boundary"), absolute: 5e-4))
      try expect(own.test, matches: reference, relative: 1e-8)
    }
  }

  @Test("squared recursive residuals add up to the residual sum of squares")
  func decomposition() throws {
    let data = try SpecificationOracle("monthly")
    let recursive = try RecursiveResiduals.values(design: data.design, response: data.response)
    let rss = try AuxiliaryRegression(data.design, data.response).residualSumOfSquares
    #expect(recursive.count == 56)
    #expect(recursive.reduce(0) { $0 + $1 * $1 }.isClose(to: rss, relative: 1e-12))
  }

  @Test("a column that is zero at first takes its own row out of the recursive residuals")
  func lateColumn() throws {
    let design = Matrix(columns: [
      [1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 0, 1, 0],
    ])
    let y = [2.0, 3, 1, 4, 9, 2, 8, 3]
    let recursive = try RecursiveResiduals.values(design: design, response: y)
    let rss = try AuxiliaryRegression(design, y).residualSumOfSquares
    #expect(recursive.count == 6)
    #expect(recursive.reduce(0) { $0 + $1 * $1 }.isClose(to: rss, relative: 1e-14))
    #expect(recursive[0].isClose(to: 1 / 2.0.squareRoot(), relative: 1e-15))  // (3 − 2)/√2
  }

  @Test("published critical values of both boundaries")
  func criticalValues() {
    // Brown, Durbin & Evans (1975): 0.948 and 1.143 at 5 % and 1 %, to three decimals.
    #expect(CumulativeSumTest.pValue(0.948, .recursive).isClose(to: 0.05, absolute: 2e-4))
    #expect(CumulativeSumTest.pValue(1.143, .recursive).isClose(to: 0.01, absolute: 1e-4))
    // Kolmogorov: 1.358 and 1.628.
    #expect(CumulativeSumTest.pValue(1.358, .ordinary).isClose(to: 0.05, absolute: 1e-4))
    #expect(CumulativeSumTest.pValue(1.628, .ordinary).isClose(to: 0.01, absolute: 1e-4))
    // The two series of Kolmogorov's distribution meet at 1.
    let (below, above) = (
      CumulativeSumTest.pValue(1 - 1e-15, .ordinary), CumulativeSumTest.pValue(1, .ordinary)
    )
    #expect(below.isClose(to: above, absolute: 1e-13))
  }

  @Test("a break outside the data, or too near its ends, is refused")
  func refusals() throws {
    let design = Matrix(columns: [[1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6]])
    let y = [1.0, 3, 2, 5, 4, 6]
    let outside = #expect(throws: Diagnostic.self) {
      try ChowTest.test(design: design, response: y, row: 6)
    }
    #expect(outside?.code == .interventionOutsideData)
    let near = #expect(throws: Diagnostic.self) {
      try ChowTest.test(design: design, response: y, row: 2)
    }
    #expect(near?.code == .tooFewPeriods)
    let short = #expect(throws: Diagnostic.self) {
      try CumulativeSumTest(
        .recursive, design: design.selectingRows(0..<4), response: [1, 3, 2, 5])
    }
    #expect(short?.code == .seriesTooShort)
  }
}

extension JSON {
  /// The numbers of an array; empty for anything else.
  var numbersOrEmpty: [Double] { array?.compactMap(\.number) ?? [] }
}
