import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Quantile regression") struct QuantileRegressionTests {
  /// n rows with an intercept, a trend and a column of no structure; heavy-tailed errors.
  static func simulated(_ n: Int, seed: UInt64) -> (x: Matrix, y: [Double]) {
    var stream = RandomStream(seed: seed)
    let time = (0..<n).map { Double($0) / 10 }
    let other = (0..<n).map { _ in stream.normal() }
    let y = (0..<n).map { i in
      let error = stream.normal() / abs(stream.normal()).squareRoot()
      return 3 + 0.5 * time[i] - 2 * other[i] + error
    }
    return (Matrix(columns: [[Double](repeating: 1, count: n), time, other]), y)
  }
  static let names = ["(Intercept)", "time", "other"]

  /// One data set of Tests/Oracles/quantile-regression.
  struct Reference {
    let x: Matrix
    let y: [Double]
    let names: [String]
    let weights: [Double]?
    let fits: [JSON]

    init(_ name: String) throws {
      let values = try Oracle.load("quantile-regression", as: JSON.self)[name] ?? .null
      x = values.matrix("design")
      y = values.numbers("response")
      names = values["terms"]?.array?.compactMap(\.string) ?? []
      weights = values.numbers("weights").isEmpty ? nil : values.numbers("weights")
      fits = values["fits"]?.array ?? []
    }

    func fit(_ tau: Double) throws -> QuantileFit {
      try QuantileRegression(quantile: tau).fitted(x, y, names: names, weights: weights)
    }
  }

  @Test("no vertex of a small sample has a lower objective", arguments: [0.15, 0.5, 0.8])
  func agreesWithItsDefinition(_ tau: Double) throws {
    let (x, y) = Self.simulated(14, seed: 3)
    let fit = try QuantileRegression(quantile: tau).fitted(x, y, names: Self.names)
    func objective(_ beta: [Double]) -> Double {
      y.indices.reduce(0) { sum, i in
        let r = y[i] - x[i, 0] * beta[0] - x[i, 1] * beta[1] - x[i, 2] * beta[2]
        return sum + r * (tau - (r < 0 ? 1 : 0))
      }
    }
    // Koenker & Bassett (1978), theorem 3.1: some solution interpolates p observations. Try all.
    var least = Double.infinity
    for i in 0..<14 {
      for j in i + 1..<14 {
        for k in j + 1..<14 {
          let rows = Matrix(rows: [i, j, k].map { x.row($0) })
          let beta = try QR(rows).leastSquares([i, j, k].map { y[$0] })
          least = min(least, objective(beta))
        }
      }
    }
    #expect(fit.objective.isClose(to: least, relative: 1e-12))  // rounding of 14 terms
    #expect(objective(fit.coefficients).isClose(to: least, relative: 1e-12))
    #expect(fit.basis.count == 3 && fit.basis.allSatisfy { fit.residuals[$0] == 0 })
  }

  @Test(
    "R's quantreg agrees with coefficients, objective and pseudo R²",
    arguments: ["durations", "weighted"])
  func oracle(_ name: String) throws {
    let reference = try Reference(name)
    #expect(!reference.fits.isEmpty)
    for expected in reference.fits {
      let fit = try reference.fit(expected.value("tau"))
      // quantreg 5.94, method "br": the same vertex, up to its rounding at 1e4.
      #expect(fit.coefficients.isClose(to: expected.numbers("coefficients"), relative: 1e-9))
      #expect(fit.objective.isClose(to: expected.value("objective"), relative: 1e-10))
      let pseudo = try #require(fit.pseudoRSquared)
      #expect(pseudo.isClose(to: expected.value("pseudoRSquared"), relative: 1e-8))
      #expect(fit.isUnique && fit.diagnostics.isEmpty)
    }
  }

  @Test("ties by the hundred end at R's objective")
  func ties() throws {
    let reference = try Reference("counts")
    #expect(!reference.fits.isEmpty)
    for expected in reference.fits {
      let fit = try reference.fit(expected.value("tau"))
      #expect(fit.objective.isClose(to: expected.value("objective"), relative: 1e-11))  // quantreg
      #expect(!fit.diagnostics.contains { $0.code == .notConverged })
      let interpolated = fit.residuals.count { abs($0) < 1e-10 }
      #expect(interpolated > 5)  // more than a vertex needs: the case is degenerate
      // Another vertex than R's is reported as one of several.
      let expectedCoefficients = expected.numbers("coefficients")
      let agrees = fit.coefficients.isClose(to: expectedCoefficients, absolute: 1e-9)
      #expect(agrees || !fit.isUnique)
      #expect(fit.isUnique == fit.diagnostics.isEmpty)
    }
  }

  @Test("calendar years and their squares fit as well as centered ones")
  func illConditioned() throws {
    var stream = RandomStream(seed: 12)
    let y = (0..<40).map { 100 + Double($0 * $0) / 10 + 3 * stream.normal() }
    let center = (0..<40).map { Double($0 - 20) }
    let centered = Matrix(columns: [center.map { _ in 1 }, center, center.map { $0 * $0 }])
    let model = QuantileRegression(quantile: 0.7)
    let fit = try model.fitted(OrthonormalRowsTests.x, y, names: Self.names)
    let reference = try model.fitted(centered, y, names: Self.names)
    #expect(fit.basis == reference.basis)
    // Year² is 4e6 and its coefficient refined: products keep their digits to about 1e-9.
    #expect(fit.objective.isClose(to: reference.objective, relative: 1e-8))
    #expect(fit.coefficients[2].isClose(to: reference.coefficients[2], relative: 1e-8))
  }

  @Test("an intercept alone is the sample quantile")
  func interceptOnly() throws {
    let y = [7.0, 1, 9, 3, 4, 12, 5]
    let x = Matrix(columns: [y.map { _ in 1 }])
    for (tau, expected) in [(0.1, 1.0), (0.5, 5), (0.6, 7), (0.99, 12)] {
      let fit = try QuantileRegression(quantile: tau).fitted(x, y, names: ["(Intercept)"])
      #expect(fit.coefficients == [expected])
      #expect(fit.isUnique)
      #expect(fit.pseudoRSquared == 0)
    }
  }

  @Test("the median of an even number of observations is noted as one of several")
  func notUnique() throws {
    let y = [1.0, 2, 4, 8]
    let x = Matrix(columns: [y.map { _ in 1 }])
    let fit = try QuantileRegression().fitted(x, y, names: ["(Intercept)"])
    #expect(fit.coefficients == [2] || fit.coefficients == [4])
    #expect(!fit.isUnique)
    #expect(fit.diagnostics.map(\.code) == [.notIdentified])
    #expect(fit.diagnostics.first?.severity == .note)
    #expect(fit.objective == 4.5)
  }

  @Test("a response that lies on a plane is interpolated throughout")
  func exactFit() throws {
    let x = Self.simulated(40, seed: 5).x
    let y = (0..<40).map { 2 - 3 * x[$0, 1] + 0.25 * x[$0, 2] }
    let fit = try QuantileRegression(quantile: 0.3).fitted(x, y, names: Self.names)
    #expect(fit.coefficients.isClose(to: [2, -3, 0.25], relative: 1e-13))  // κ of the basis · ε
    #expect(fit.residuals.allSatisfy { abs($0) < 1e-13 })
  }

  @Test("a constant response with groups of equal values is no obstacle")
  func degenerate() throws {
    let group = (0..<90).map { $0 % 3 }
    let x = Matrix(columns: [
      group.map { _ in 1 }, group.map { $0 == 1 ? 1 : 0 }, group.map { $0 == 2 ? 1 : 0 },
    ])
    let y = group.enumerated().map { Double($1 * 10 + ($0 % 2)) }
    let fit = try QuantileRegression(quantile: 0.8).fitted(x, y, names: ["1", "b", "c"])
    #expect(fit.coefficients.isClose(to: [1, 10, 20], absolute: 1e-12))
    let constant = try QuantileRegression(quantile: 0.8).fitted(
      x, [Double](repeating: 4, count: 90), names: ["1", "b", "c"])
    #expect(constant.coefficients.isClose(to: [4, 0, 0], absolute: 1e-12))
    #expect(constant.pseudoRSquared == nil)
  }

  @Test("change of units, shift, regression and reflection act on the estimates as they must")
  func equivariance() throws {
    let (x, y) = Self.simulated(80, seed: 11)
    let tau = 0.35
    let model = QuantileRegression(quantile: tau)
    let fit = try model.fitted(x, y, names: Self.names)
    // Koenker & Bassett (1978), theorem 3.2; rounding at condition numbers below 1e4.
    let scaled = try model.fitted(x, y.map { 1e6 * $0 }, names: Self.names)
    #expect(scaled.coefficients.isClose(to: fit.coefficients.map { 1e6 * $0 }, relative: 1e-11))
    let shifted = try model.fitted(
      x, y.indices.map { y[$0] + 5 - 7 * x[$0, 2] }, names: Self.names)
    let expected = zip(fit.coefficients, [5.0, 0, -7]).map { $0 + $1 }
    #expect(shifted.coefficients.isClose(to: expected, relative: 1e-11))
    let reflected = try QuantileRegression(quantile: 1 - tau).fitted(
      x, y.map { -$0 }, names: Self.names)
    #expect(reflected.coefficients.isClose(to: fit.coefficients.map { -$0 }, relative: 1e-11))
    let units = Matrix(columns: [x.column(0), x.column(1).map { 1e-5 * $0 }, x.column(2)])
    let other = try model.fitted(units, y, names: Self.names)
    #expect(other.coefficients[1].isClose(to: 1e5 * fit.coefficients[1], relative: 1e-11))
    #expect(other.coefficients[2].isClose(to: fit.coefficients[2], relative: 1e-11))
  }

  @Test("whole weights estimate what repeated rows estimate")
  func weightsAreReplications() throws {
    let (x, y) = Self.simulated(31, seed: 2)
    let weights = (0..<31).map { Double(1 + $0 % 3) }
    let rows = weights.enumerated().flatMap { Array(repeating: $0.offset, count: Int($0.element)) }
    let model = QuantileRegression(quantile: 0.43)
    let fit = try model.fitted(x, y, names: Self.names, weights: weights)
    let repeated = try model.fitted(
      Matrix(rows: rows.map { x.row($0) }), rows.map { y[$0] }, names: Self.names)
    #expect(fit.coefficients.isClose(to: repeated.coefficients, relative: 1e-11))
    #expect(fit.objective.isClose(to: repeated.objective, relative: 1e-12))
    let pseudo = try #require(fit.pseudoRSquared)
    #expect(pseudo.isClose(to: try #require(repeated.pseudoRSquared), relative: 1e-11))
  }

  @Test("the shares of negative residuals bracket the quantile")
  func shares() throws {
    let (x, y) = Self.simulated(2000, seed: 8)
    for tau in [0.05, 0.5, 0.95] {
      let fit = try QuantileRegression(quantile: tau).fitted(x, y, names: Self.names)
      let negative = Double(fit.residuals.count { $0 < 0 }) / 2000
      let positive = Double(fit.residuals.count { $0 > 0 }) / 2000
      // Koenker & Bassett (1978), theorem 3.4: N⁻ ≤ nτ ≤ N⁻ + N⁰.
      #expect(negative <= tau && positive <= 1 - tau)
      #expect(fit.residuals.count { $0 == 0 } == 3)
    }
  }

  @Test("a quantile outside (0, 1) is refused", arguments: [0, 1, -0.2, 1.5, .nan])
  func badQuantile(_ tau: Double) {
    let (x, y) = Self.simulated(10, seed: 1)
    let error = #expect(throws: Diagnostic.self) {
      try QuantileRegression(quantile: tau).fitted(x, y, names: Self.names)
    }
    #expect(error?.code == .illegalOption)
  }

  @Test("values that are not finite, dependent columns and too few rows are refused by name")
  func badInput() throws {
    var (x, y) = Self.simulated(10, seed: 1)
    let model = QuantileRegression()
    let twice = Matrix(columns: [x.column(0), x.column(1), x.column(1).map { 2 * $0 + 1 }])
    let rank = #expect(throws: Diagnostic.self) { try model.fitted(twice, y, names: Self.names) }
    #expect(rank?.code == .rankDeficient)
    let short = Matrix(rows: [x.row(0), x.row(1)])
    let few = #expect(throws: Diagnostic.self) {
      try model.fitted(short, [1, 2], names: Self.names)
    }
    #expect(few?.code == .seriesTooShort)
    let none = #expect(throws: Diagnostic.self) {
      try model.fitted(Matrix(rowCount: 0, columnCount: 3), [], names: Self.names)
    }
    #expect(none?.code == .seriesTooShort)
    x[4, 1] = .nan
    let design = #expect(throws: Diagnostic.self) { try model.fitted(x, y, names: Self.names) }
    #expect(design?.message.en == "time is not finite in observation 5.")
    x[4, 1] = 0.4
    let weights = [1.0, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    let weight = #expect(throws: Diagnostic.self) {
      try model.fitted(x, y, names: Self.names, weights: weights)
    }
    #expect(weight?.code == .valueOutOfRange)
    y[2] = .infinity
    let response = #expect(throws: Diagnostic.self) { try model.fitted(x, y, names: Self.names) }
    #expect(response?.message.en == "y is not finite in observation 3.")
  }

  @Test("the card names the stored options, and they survive JSON")
  func card() throws {
    let model = QuantileRegression(quantile: 0.9)
    #expect(try roundTrip(model) == model)
    let stored = Mirror(reflecting: model).children.compactMap(\.label)
    #expect(QuantileRegression.card.options.map(\.name) == stored)
  }
}
