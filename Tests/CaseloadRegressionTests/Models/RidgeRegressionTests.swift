import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Ridge regression") struct RidgeRegressionTests {
  static let names = ["(Intercept)", "a", "b", "c"]

  /// n rows with three columns, two of them nearly the same.
  static func simulated(_ n: Int, seed: UInt64) -> (x: Matrix, y: [Double]) {
    var stream = RandomStream(seed: seed)
    let a = (0..<n).map { _ in 20 + 3 * stream.normal() }
    let b = a.map { $0 + 0.3 * stream.normal() }
    let c = (0..<n).map { _ in 100 * stream.uniform() }
    let y = (0..<n).map { 4 + a[$0] + 0.5 * b[$0] - 0.1 * c[$0] + 2 * stream.normal() }
    return (Matrix(columns: [[Double](repeating: 1, count: n), a, b, c]), y)
  }

  /// One data set of Tests/Oracles/ridge-regression.
  struct Reference {
    let values: JSON
    let x: Matrix
    let y: [Double]
    let names: [String]

    init(_ name: String) throws {
      values = try Oracle.load("ridge-regression", as: JSON.self)[name] ?? .null
      x = values.matrix("design")
      y = values.numbers("response")
      names = values["terms"]?.array?.compactMap(\.string) ?? []
    }
  }

  /// β of the rows `rows`, from the normal equations with the penalty λ·diag(σ²) of all rows.
  private func literal(
    _ x: Matrix, _ y: [Double], rows: [Int], penalty: Double
  ) throws -> [Double] {
    let p = x.columnCount
    let n = Double(x.rowCount)
    var cross = Matrix(rowCount: p, columnCount: p)
    var right = [Double](repeating: 0, count: p)
    for j in 0..<p {
      for k in 0..<p { for i in rows { cross[j, k] += x[i, j] * x[i, k] } }
      for i in rows { right[j] += x[i, j] * y[i] }
      let mean = x.column(j).reduce(0, +) / n
      let variance = x.column(j).reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      if j > 0 { cross[j, j] += penalty * variance }
    }
    return try Cholesky(cross).solve(right)
  }

  @Test("the estimate solves the penalized normal equations", arguments: [0.1, 2, 50])
  func agreesWithItsDefinition(_ penalty: Double) throws {
    let (x, y) = Self.simulated(25, seed: 1)
    let fit = try RidgeRegression(penalty: penalty).fitted(x, y, names: Self.names)
    let expected = try literal(x, y, rows: Array(0..<25), penalty: penalty)
    #expect(fit.coefficients.isClose(to: expected, relative: 1e-9))  // κ of XᵀX ≈ 1e6
    #expect(fit.residuals.accurateSum.isClose(to: 0, absolute: 1e-11))
  }

  @Test("the leave-one-out error is that of fits without each row", arguments: [0.2, 5])
  func leaveOneOut(_ penalty: Double) throws {
    let (x, y) = Self.simulated(18, seed: 2)
    var sum = 0.0
    for i in 0..<18 {
      let beta = try literal(x, y, rows: (0..<18).filter { $0 != i }, penalty: penalty)
      let error = y[i] - (0..<4).reduce(0) { $0 + x[i, $1] * beta[$1] }
      sum += error * error
    }
    let fit = try RidgeRegression(penalty: penalty).fitted(x, y, names: Self.names)
    let error = try #require(fit.leaveOneOutError)
    #expect(error.isClose(to: sum / 18, relative: 1e-9))  // κ of XᵀX ≈ 1e6
  }

  @Test("R's lm.ridge agrees, and so does the hat matrix", arguments: ["collinear", "wide"])
  func oracle(_ name: String) throws {
    let reference = try Reference(name)
    let fits = reference.values["fits"]?.array ?? []
    #expect(fits.count >= 3)
    let n = Double(reference.y.count)
    for expected in fits {
      let fit = try RidgeRegression(penalty: expected.value("penalty")).fitted(
        reference.x, reference.y, names: reference.names)
      // MASS 7.3-58.2; both by singular values. The intercept sums terms a hundred times its size.
      #expect(fit.coefficients.isClose(to: expected.numbers("coefficients"), relative: 1e-10))
      #expect(fit.effectiveDegreesOfFreedom.isClose(to: expected.value("df"), relative: 1e-10))
      let criterion = try #require(fit.generalizedCrossValidation)
      #expect(criterion.isClose(to: expected.value("gcv"), relative: 1e-9))
      // lm.ridge divides by n − tr H without the intercept, squared.
      let free = n - (fit.effectiveDegreesOfFreedom - 1)
      let mass = fit.residualSumOfSquares / (free * free)
      #expect(mass.isClose(to: expected.value("massGCV"), relative: 1e-9))
      let error = try #require(fit.leaveOneOutError)
      #expect(error.isClose(to: expected.value("loo"), relative: 1e-9))
      guard name == "collinear" else { continue }
      let covariance = try fit.covariance(.classical)
      let reference = expected.matrix("covariance")
      #expect(covariance.storage.isClose(to: reference.storage, relative: 1e-8))  // by `solve`
    }
  }

  @Test(
    "generalized cross-validation chooses what a direct search chooses",
    arguments: ["collinear", "wide"])
  func selection(_ name: String) throws {
    let reference = try Reference(name)
    let fit = try RidgeRegression().fitted(reference.x, reference.y, names: reference.names)
    let least = try #require(fit.generalizedCrossValidation)
    #expect(least.isClose(to: reference.values.value("least"), relative: 1e-10))
    // A minimum is flat: half of the digits of the criterion.
    #expect(fit.penalty.isClose(to: reference.values.value("chosen"), relative: 1e-5))
    for point in fit.path([0.1, 0.5, 0.9, 1.1, 2, 10].map { $0 * fit.penalty }) {
      #expect(try #require(point.generalizedCrossValidation) > least)
    }
  }

  @Test("no penalty is least squares, with its covariance")
  func leastSquares() throws {
    let (x, y) = Self.simulated(30, seed: 3)
    let fit = try RidgeRegression(penalty: 0).fitted(x, y, names: Self.names)
    let ols = try LinearModel().fitted(x, y, names: Self.names)
    #expect(fit.coefficients.isClose(to: ols.coefficients, relative: 1e-10))  // κ ≈ 1e3
    #expect(fit.effectiveDegreesOfFreedom.isClose(to: 4, relative: 1e-14))
    let (own, expected) = (try fit.covariance(.classical), try ols.covariance(.classical))
    #expect(own.storage.isClose(to: expected.storage, relative: 1e-9))
    #expect(fit.diagnostics.isEmpty)
  }

  @Test("an endless penalty leaves the mean")
  func largePenalty() throws {
    let (x, y) = Self.simulated(30, seed: 3)
    let fit = try RidgeRegression(penalty: 1e14).fitted(x, y, names: Self.names)
    let mean = try #require(Descriptive.mean(y))
    #expect(fit.coefficients[0].isClose(to: mean, relative: 1e-10))
    #expect(fit.coefficients[1...].allSatisfy { abs($0) < 1e-10 })
    #expect(fit.effectiveDegreesOfFreedom.isClose(to: 1, relative: 1e-10))
  }

  @Test("coefficients shrink and the trace falls as the penalty grows")
  func path() throws {
    let (x, y) = Self.simulated(30, seed: 4)
    let fit = try RidgeRegression(penalty: 1).fitted(x, y, names: Self.names)
    let path = fit.path([0, 0.1, 1, 10, 100, 1000])
    for (a, b) in zip(path, path.dropFirst()) {
      #expect(a.effectiveDegreesOfFreedom > b.effectiveDegreesOfFreedom)
    }
    #expect(path[2].coefficients == fit.coefficients)
    #expect(path[2].leaveOneOutError == fit.leaveOneOutError)
    #expect(try roundTrip(path[3]) == path[3])
  }

  @Test("units of columns and response, and a shift, act on the fit as they must")
  func equivariance() throws {
    let (x, y) = Self.simulated(30, seed: 5)
    let fit = try RidgeRegression().fitted(x, y, names: Self.names)
    let columns = [x.column(0), x.column(1).map { 1e5 * $0 }, x.column(2), x.column(3)]
    let units = Matrix(columns: columns)
    let other = try RidgeRegression().fitted(
      units, y.map { 100 * ($0 + 7) }, names: Self.names)
    // The chosen penalty is as exact as a flat minimum lets it be.
    #expect(other.penalty.isClose(to: fit.penalty, relative: 1e-5))
    #expect(other.coefficients[1].isClose(to: 1e-3 * fit.coefficients[1], relative: 1e-5))
    #expect(other.coefficients[3].isClose(to: 100 * fit.coefficients[3], relative: 1e-5))
    let level = 100 * (fit.coefficients[0] + 7)
    #expect(other.coefficients[0].isClose(to: level, relative: 1e-5))
  }

  @Test("an intercept column of twos has half the coefficient and a quarter of the variance")
  func scaledIntercept() throws {
    let (x, y) = Self.simulated(30, seed: 9)
    let twos = Matrix(columns: [x.column(0).map { 2 * $0 }] + (1..<4).map { x.column($0) })
    let model = RidgeRegression(penalty: 2)
    let fit = try model.fitted(x, y, names: Self.names)
    let other = try model.fitted(twos, y, names: Self.names)
    #expect(other.coefficients[0] == fit.coefficients[0] / 2)
    #expect(other.coefficients[1...] == fit.coefficients[1...])
    let (own, expected) = (try other.covariance(.classical), try fit.covariance(.classical))
    #expect(own[0, 0].isClose(to: expected[0, 0] / 4, relative: 1e-14))
    #expect(own[0, 1].isClose(to: expected[0, 1] / 2, relative: 1e-13))
  }

  @Test("a response on a plane needs no penalty, and one unrelated to the columns all of it")
  func ends() throws {
    let (x, _) = Self.simulated(30, seed: 10)
    let plane = (0..<30).map { 1 + x[$0, 1] - 2 * x[$0, 2] + 0.5 * x[$0, 3] }
    let exact = try RidgeRegression().fitted(x, plane, names: Self.names)
    #expect(exact.coefficients.isClose(to: [1, 1, -2, 0.5], absolute: 1e-9))  // κ ≈ 1e3
    // Columns and response orthogonal but for a trace: cross-validation keeps the mean.
    func bit(_ i: Int, _ k: Int) -> Int { i >> k & 1 }
    let a = (0..<16).map { Double(bit($0, 0)) }
    let b = (0..<16).map { Double(bit($0, 1)) }
    let parity = (0..<16).map { i in Double((bit(i, 0) + bit(i, 1) + bit(i, 2)) % 2) }
    let y = zip(parity, a).map { $0 + 1e-3 * $1 }
    let flat = try RidgeRegression().fitted(
      Matrix(columns: [a.map { _ in 1 }, a, b]), y, names: ["1", "a", "b"])
    #expect(flat.coefficients[1...].allSatisfy { abs($0) < 1e-6 })
    #expect(flat.diagnostics.contains { $0.code == .notIdentified && $0.severity == .warning })
  }

  @Test("whole weights estimate what repeated rows estimate")
  func weightsAreReplications() throws {
    let (x, y) = Self.simulated(21, seed: 6)
    let weights = (0..<21).map { Double(1 + $0 % 3) }
    let rows = weights.enumerated().flatMap { Array(repeating: $0.offset, count: Int($0.element)) }
    let model = RidgeRegression(penalty: 3)
    let fit = try model.fitted(x, y, names: Self.names, weights: weights)
    let repeated = try model.fitted(
      Matrix(rows: rows.map { x.row($0) }), rows.map { y[$0] }, names: Self.names)
    #expect(fit.coefficients.isClose(to: repeated.coefficients, relative: 1e-11))
    #expect(fit.residualSumOfSquares.isClose(to: repeated.residualSumOfSquares, relative: 1e-12))
    let trace = repeated.effectiveDegreesOfFreedom
    #expect(fit.effectiveDegreesOfFreedom.isClose(to: trace, relative: 1e-12))
  }

  @Test("a design without an intercept is scaled by root mean squares and not centered")
  func noIntercept() throws {
    let x = Matrix(columns: [[1, 2, 3, 4.0], [2, -1, 0, 1.0]])
    let y = [1.0, 2, 2, 5]
    let penalty = 0.7
    let fit = try RidgeRegression(penalty: penalty).fitted(
      x, y, names: ["a", "b"], hasIntercept: false)
    // Σa² = 30, Σb² = 6, Σab = 4, Σay = 31, Σby = 5; the penalty is λ·Σx²/4.
    let (aa, bb) = (30 * (1 + penalty / 4), 6 * (1 + penalty / 4))
    let determinant = aa * bb - 16
    let expected = [(bb * 31 - 4 * 5) / determinant, (aa * 5 - 4 * 31) / determinant]
    #expect(fit.coefficients.isClose(to: expected, relative: 1e-13))
    let trace = (30 * bb + 6 * aa - 2 * 16) / determinant
    #expect(fit.effectiveDegreesOfFreedom.isClose(to: trace, relative: 1e-13))
  }

  @Test("intervals come with a note that they leave out the bias")
  func note() throws {
    let (x, y) = Self.simulated(30, seed: 7)
    let fit = try RidgeRegression(penalty: 2).fitted(x, y, names: Self.names)
    #expect(fit.diagnostics.map(\.code) == [.assumption])
    #expect(fit.diagnostics.first?.message.en.contains("bias") == true)
    let table = try fit.coefficientTable(.classical)
    #expect(table.allSatisfy { $0.standardError > 0 })
    #expect(table[0].degreesOfFreedom == fit.residualDegreesOfFreedom)
    let error = #expect(throws: Diagnostic.self) { try fit.covariance(.heteroskedastic(.hc3)) }
    #expect(error?.code == .modelNotApplicable)
  }

  @Test("a negative penalty, dependent columns without one, and no constant column are refused")
  func badInput() throws {
    let (x, y) = Self.simulated(20, seed: 8)
    for penalty in [-1, Double.nan, .infinity] {
      let error = #expect(throws: Diagnostic.self) {
        try RidgeRegression(penalty: penalty).fitted(x, y, names: Self.names)
      }
      #expect(error?.code == .illegalOption)
    }
    let twice = Matrix(columns: [x.column(0), x.column(1), x.column(1), x.column(3)])
    let rank = #expect(throws: Diagnostic.self) {
      try RidgeRegression(penalty: 0).fitted(twice, y, names: Self.names)
    }
    #expect(rank?.code == .rankDeficient)
    let shared = try RidgeRegression(penalty: 1).fitted(twice, y, names: Self.names)
    #expect(shared.coefficients[1].isClose(to: shared.coefficients[2], relative: 1e-10))
    let constant = Matrix(columns: [
      x.column(0), x.column(1), [Double](repeating: 0.1, count: 20), x.column(3),
    ])
    let second = #expect(throws: Diagnostic.self) {
      try RidgeRegression(penalty: 1).fitted(constant, y, names: Self.names)
    }
    #expect(second?.code == .rankDeficient)
    #expect(second?.hint?.en == "Leave out: b.")
    let none = #expect(throws: Diagnostic.self) {
      try RidgeRegression(penalty: 1).fitted(
        x.selectingColumns([1, 2, 3]), y, names: ["a", "b", "c"])
    }
    #expect(none?.code == .modelNotApplicable)
    let alone = #expect(throws: Diagnostic.self) {
      try RidgeRegression().fitted(x.selectingColumns([0]), y, names: ["(Intercept)"])
    }
    #expect(alone?.code == .notIdentified)
    let flat = #expect(throws: Diagnostic.self) {
      try RidgeRegression().fitted(x, [Double](repeating: 3, count: 20), names: Self.names)
    }
    #expect(flat?.code == .notIdentified)
  }

  @Test("a value that is not finite is named with its observation")
  func nonFinite() {
    var (x, y) = Self.simulated(20, seed: 8)
    x[2, 3] = .nan
    let error = #expect(throws: Diagnostic.self) {
      try RidgeRegression().fitted(x, y, names: Self.names)
    }
    #expect(error?.message.en == "c is not finite in observation 3.")
    x[2, 3] = 0
    y[0] = .nan
    let response = #expect(throws: Diagnostic.self) {
      try RidgeRegression().fitted(x, y, names: Self.names)
    }
    #expect(response?.message.en == "y is not finite in observation 1.")
  }

  @Test("the card names the stored options, and they survive JSON")
  func card() throws {
    let model = RidgeRegression(penalty: 0.25)
    #expect(try roundTrip(model) == model)
    let stored = Mirror(reflecting: model).children.compactMap(\.label)
    #expect(RidgeRegression.card.options.map(\.name) == stored)
  }
}
