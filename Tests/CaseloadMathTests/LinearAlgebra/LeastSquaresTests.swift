import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadMath

/// A linear data set of NIST's Statistical Reference Datasets, with how many digits we get right.
struct ReferenceDataset: Sendable, CustomTestStringConvertible {
  let name: String
  /// The powers of `x` in the design; `nil` for the columns x1 … x6 beside an intercept.
  let powers: ClosedRange<Int>?
  /// The least log relative errors of the coefficients, their standard errors and the residual sum
  /// of squares: measured, then rounded down. The powers of Filip's x are rounded before anything
  /// is solved, which costs its other digits.
  let digits: (coefficients: Double, standardErrors: Double, residuals: Double)

  var testDescription: String { name }

  static let all = [
    ReferenceDataset(name: "Norris", powers: 0...1, digits: (13.7, 13.5, 13.4)),
    ReferenceDataset(name: "Pontius", powers: 0...2, digits: (13.2, 13.4, 13.2)),
    ReferenceDataset(name: "NoInt1", powers: 1...1, digits: (14.5, 14.5, 14.3)),
    ReferenceDataset(name: "NoInt2", powers: 1...1, digits: (14.5, 14.5, 14.5)),
    ReferenceDataset(name: "Filip", powers: 0...10, digits: (7.5, 8, 7.8)),
    ReferenceDataset(name: "Longley", powers: nil, digits: (14.2, 12.2, 14.5)),
    ReferenceDataset(name: "Wampler1", powers: 0...5, digits: (14.5, 14.5, 14.5)),
    ReferenceDataset(name: "Wampler2", powers: 0...5, digits: (13, 14.5, 14.5)),
    ReferenceDataset(name: "Wampler3", powers: 0...5, digits: (14.5, 13, 14.5)),
    ReferenceDataset(name: "Wampler4", powers: 0...5, digits: (14.5, 13, 14.5)),
    ReferenceDataset(name: "Wampler5", powers: 0...5, digits: (14.5, 13, 14.5)),
  ]

  func design() throws -> (a: Matrix, b: [Double]) {
    let columns = try SharedData.columns("nist/\(name).csv")
    let y = try #require(columns["y"])
    guard let powers else {
      let x = try (1...6).map { try #require(columns["x\($0)"]) }
      return (Matrix(columns: [y.map { _ in 1 }] + x), y)
    }
    let x = try #require(columns["x"])
    return (Matrix(columns: powers.map { power in x.map { raised($0, power) } }), y)
  }

  func certified(_ key: String) throws -> [Double] {
    let values = try #require(
      try SharedData.json("nist/certified.json")["data"]?[name]?[key]?.array)
    return try values.map { try #require($0.string.flatMap(Double.init)) }
  }

  func certifiedResidualSumOfSquares() throws -> Double {
    let certified = try SharedData.json("nist/certified.json")["data"]?[name]
    return try #require(certified?["anova"]?["residual_ss"]?.string.flatMap(Double.init))
  }
}

/// xᵏ by multiplication.
private func raised(_ x: Double, _ power: Int) -> Double {
  (0..<power).reduce(1.0) { product, _ in product * x }
}

@Suite("LeastSquares")
struct LeastSquaresTests {
  @Test(
    "the coefficients are NIST's certified ones",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"),
    arguments: ReferenceDataset.all)
  func coefficientsAreCertified(set: ReferenceDataset) throws {
    let (a, b) = try set.design()
    let digits = logRelativeError(try LeastSquares(a, b).coefficients, try set.certified("beta"))
    print("NIST \(set.name): \(digits) digits of the coefficients")
    #expect(digits >= set.digits.coefficients)  // NIST StRD, 15 certified digits
  }

  @Test(
    "the standard errors are NIST's certified ones",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"),
    arguments: ReferenceDataset.all)
  func standardErrorsAreCertified(set: ReferenceDataset) throws {
    let (a, b) = try set.design()
    let fit = try LeastSquares(a, b)
    let variance = fit.residualSumOfSquares / Double(a.rowCount - a.columnCount)
    let inverse = fit.crossProductInverse
    let errors = inverse.diagonal.map { ($0 * variance).squareRoot() }
    let digits = logRelativeError(errors, try set.certified("se"))
    #expect(digits >= set.digits.standardErrors)  // NIST StRD, 15 certified digits
  }

  @Test(
    "the residual sum of squares is NIST's certified one",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"),
    arguments: ReferenceDataset.all)
  func residualSumOfSquaresIsCertified(set: ReferenceDataset) throws {
    let (a, b) = try set.design()
    let sum = try LeastSquares(a, b).residualSumOfSquares
    let digits = logRelativeError(sum, try set.certifiedResidualSumOfSquares())
    #expect(digits >= set.digits.residuals)  // NIST StRD, 15 certified digits
  }

  @Test("Norris has its certified coefficients")
  func norris() throws {
    let a = Matrix(columns: [Self.norrisX.map { _ in 1 }, Self.norrisX])
    let digits = logRelativeError(
      try LeastSquares(a, Self.norrisY).coefficients, [-0.262323073774029, 1.00211681802045])
    #expect(digits >= 13.7)  // NIST StRD, 15 certified digits
  }

  @Test("Longley has its certified coefficients")
  func longley() throws {
    let a = Matrix(rows: Self.longley.map { [1] + $0.dropFirst() })
    let digits = logRelativeError(
      try LeastSquares(a, Self.longley.map { $0[0] }).coefficients,
      [
        -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683,
        -1.03322686717359, -0.0511041056535807, 1829.15146461355,
      ])
    #expect(digits >= 14.2)  // NIST StRD, 15 certified digits
  }

  @Test("refinement gains three digits on Longley")
  func refinementGainsDigits() throws {
    let a = Matrix(rows: Self.longley.map { [1] + $0.dropFirst() })
    let b = Self.longley.map { $0[0] }
    let certified = 15.0618722713733
    let plain = logRelativeError(try QR(a).leastSquares(b)[1], certified)
    let refined = logRelativeError(try LeastSquares(a, b).coefficients[1], certified)
    #expect(refined > plain + 3)  // Björck (1967); measured 10.8 before and 14.6 after, the worst
  }

  @Test("the residuals are what the coefficients leave")
  func residualsAgreeWithTheirDefinition() throws {
    let a = randomMatrix(20, 3, seed: 31)
    let b = randomMatrix(20, 1, seed: 32).storage
    let fit = try LeastSquares(a, b)
    let left = zip(b, a * fit.coefficients).map { $0 - $1 }
    #expect(fit.residuals.isClose(to: left, absolute: 1e-14))  // terms of size 1
  }

  @Test("the residual sum of squares is the sum of the squared residuals")
  func residualSumOfSquaresAgreesWithItsDefinition() throws {
    let fit = try LeastSquares(
      randomMatrix(20, 3, seed: 31), randomMatrix(20, 1, seed: 32).storage)
    let sum = fit.residuals.map { $0 * $0 }.accurateSum
    #expect(fit.residualSumOfSquares.isClose(to: sum, relative: 1e-15))  // one rounding a square
  }

  @Test("as many rows as columns leave nothing")
  func squareSystemLeavesNothing() throws {
    let fit = try LeastSquares(Matrix(rows: [[2, 1], [1, 3]]), [5, 10])
    #expect(fit.coefficients.isClose(to: [1, 3], relative: 1e-15))  // 2 + 3 = 5, 1 + 9 = 10
  }

  @Test("a response that is not finite is refused beside the last column")
  func nonFiniteResponseIsRefused() {
    let a = Matrix(columns: [[1, 1, 1], [1, 2, 3]])
    #expect(throws: QR.Failure.nonFinite(NonFiniteElement(row: 1, column: 2))) {
      try LeastSquares(a, [1, .nan, 2])
    }
  }

  @Test("a dependent column is refused by number")
  func dependentColumnIsRefused() {
    let a = Matrix(columns: [[1, 1, 1, 1], [0, 0, 0, 0], [1, 2, 3, 5]])
    #expect(throws: QR.Failure.rankDeficient(rank: 2, dependentColumns: [1])) {
      try LeastSquares(a, [1, 2, 3, 4])
    }
  }
}

// The two sets that are always there; US Government work, in the public domain.
extension LeastSquaresTests {
  static let norrisY = [
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1,
    668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0,
    998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
  ]
  static let norrisX = [
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5,
    666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2,
    999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
  ]
  /// y, x1 … x6.
  static let longley: [[Double]] = [
    [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
    [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
    [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
    [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
    [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
    [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
    [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
    [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
    [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
    [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
    [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
    [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
    [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
    [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
    [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
    [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
  ]
}
