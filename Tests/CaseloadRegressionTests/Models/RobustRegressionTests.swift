import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Robust regression") struct RobustRegressionTests {
  static let names = ["(Intercept)", "a", "b"]

  /// n rows about y = 2 + 3a − b with normal errors of standard deviation ½.
  static func simulated(_ n: Int, seed: UInt64) -> (x: Matrix, y: [Double]) {
    var stream = RandomStream(seed: seed)
    let a = (0..<n).map { _ in stream.normal() }
    let b = (0..<n).map { _ in stream.normal() }
    let y = (0..<n).map { 2 + 3 * a[$0] - b[$0] + 0.5 * stream.normal() }
    return (Matrix(columns: [[Double](repeating: 1, count: n), a, b]), y)
  }

  /// One data set of Tests/Oracles/robust-regression.
  struct Reference {
    let values: JSON
    let x: Matrix
    let y: [Double]
    let names: [String]
    let weights: [Double]?

    init(_ name: String) throws {
      values = try Oracle.load("robust-regression", as: JSON.self)[name] ?? .null
      x = values.matrix("design")
      y = values.numbers("response")
      names = values["terms"]?.array?.compactMap(\.string) ?? []
      weights = values.numbers("weights").isEmpty ? nil : values.numbers("weights")
    }

    func fit(_ estimator: RobustRegression.Estimator) throws -> RobustFit {
      try RobustRegression(estimator: estimator).fitted(x, y, names: names, weights: weights)
    }
  }

  @Test(
    "the estimating equations hold at the estimate", arguments: RobustRegression.Estimator.allCases)
  func agreesWithItsDefinition(_ estimator: RobustRegression.Estimator) throws {
    var (x, y) = Self.simulated(50, seed: 1)
    y[7] = 60
    y[20] = -45
    let fit = try RobustRegression(estimator: estimator).fitted(x, y, names: Self.names)
    for j in 0..<3 {
      var sum = 0.0
      for i in 0..<50 { sum += estimator.loss.psi(fit.residuals[i] / fit.scale) * x[i, j] }
      #expect(abs(sum) < 1e-10)  // Σ ψ(rᵢ/s)xᵢ = 0: 50 terms, iterated to 1e-14
    }
    if estimator == .mm {
      let initial = try #require(fit.initialCoefficients)
      let residuals = (0..<50).map { i in
        y[i] - (0..<3).reduce(0) { $0 + x[i, $1] * initial[$1] }
      }
      // Σ χ(rᵢ/s) = (n − p)/2 at the S-estimate.
      let sum = residuals.reduce(0) { total, r in
        let u = r / fit.scale / 1.54764
        return total + (abs(u) >= 1 ? 1 : 1 - pow(1 - u * u, 3))
      }
      #expect(sum.isClose(to: 23.5, relative: 1e-11))
    } else {
      let median = try #require(Descriptive.median(fit.residuals.map { abs($0) }))
      #expect(fit.scale.isClose(to: median / 0.6745, relative: 1e-11))
    }
  }

  @Test(
    "R's MASS agrees with the M estimates",
    arguments: ["mild", "leverage", "weighted"],
    [RobustRegression.Estimator.huber, .bisquare, .hampel])
  func rlm(_ name: String, _ estimator: RobustRegression.Estimator) throws {
    let reference = try Reference(name)
    let expected = reference.values[estimator.rawValue] ?? .null
    let fit = try reference.fit(estimator)
    // MASS 7.3-58.2 rlm stops at a change of 2e-13 of the residuals, on a level of 5000.
    #expect(fit.coefficients.isClose(to: expected.numbers("coefficients"), relative: 1e-9))
    #expect(fit.scale.isClose(to: expected.value("scale"), relative: 1e-9))
    #expect(fit.robustnessWeights.isClose(to: expected.numbers("weights"), absolute: 1e-8))
    let covariance = try fit.covariance(.classical)
    #expect(
      covariance.storage.isClose(to: expected.matrix("covariance").storage, relative: 1e-8))
    #expect(fit.rSquared == nil && fit.diagnostics.isEmpty)
  }

  @Test(
    "R's robustbase agrees with the MM estimate, its S-estimate, covariance and R²",
    arguments: ["mild", "leverage", "weighted"])
  func lmrob(_ name: String) throws {
    let reference = try Reference(name)
    let expected = reference.values["mm"] ?? .null
    let fit = try reference.fit(.mm)
    // robustbase 0.95-0 lmrob converged to 1e-13; the S-estimate is found from other subsamples.
    #expect(fit.scale.isClose(to: expected.value("scale"), relative: 1e-9))
    let initial = try #require(fit.initialCoefficients)
    #expect(initial.isClose(to: expected.numbers("initial"), relative: 1e-6))
    #expect(fit.coefficients.isClose(to: expected.numbers("coefficients"), relative: 1e-8))
    #expect(fit.robustnessWeights.isClose(to: expected.numbers("weights"), absolute: 1e-7))
    let covariance = try fit.covariance(.classical)
    #expect(
      covariance.storage.isClose(to: expected.matrix("covariance").storage, relative: 1e-6))
    if name != "weighted" {  // lmrob leaves the weights of the rows out of its R²
      let rSquared = try #require(fit.rSquared)
      #expect(rSquared.isClose(to: expected.value("rSquared"), relative: 1e-8))
    }
    #expect(fit.diagnostics.isEmpty)
  }

  @Test("forty per cent bad leverage points are all found by MM and carry the M estimates away")
  func leverage() throws {
    let reference = try Reference("leverage")
    let fit = try reference.fit(.mm)
    #expect(fit.outliers() == Array(0..<32))
    #expect(fit.coefficients[1].isClose(to: 2, absolute: 0.2))
    #expect(try reference.fit(.huber).coefficients[1] < 0)
  }

  @Test("the S-estimate is the same from any seed", arguments: [2, 3, 4, 5, 99])
  func seeds(_ seed: UInt64) throws {
    let reference = try Reference("leverage")
    let scale = reference.values["mm"]?.value("scale") ?? .nan
    let fit = try RobustRegression(estimator: .mm, seed: seed).fitted(
      reference.x, reference.y, names: reference.names)
    #expect(fit.scale.isClose(to: scale, relative: 1e-9))  // the global optimum, by lmrob
  }

  @Test("more rows than the subset size end at the estimate too")
  func largeSample() throws {
    var (x, y) = Self.simulated(3000, seed: 9)
    for i in 0..<1000 {
      x[i, 1] += 10
      y[i] = -20
    }
    let fit = try RobustRegression().fitted(x, y, names: Self.names)
    // Standard errors are about 0.5/√2000 = 0.011.
    #expect(fit.coefficients.isClose(to: [2, 3, -1], absolute: 0.06))
    #expect(fit.outliers(below: 0.01).count >= 1000)
    #expect(fit.diagnostics.isEmpty)
  }

  @Test(
    "change of units, shift and regression act on the estimates as they must",
    arguments: RobustRegression.Estimator.allCases)
  func equivariance(_ estimator: RobustRegression.Estimator) throws {
    var (x, y) = Self.simulated(40, seed: 5)
    y[3] = 30
    let model = RobustRegression(estimator: estimator)
    let fit = try model.fitted(x, y, names: Self.names)
    // Iterated to 1e-14, at a rate that loses up to four digits.
    let scaled = try model.fitted(x, y.map { -1e4 * $0 }, names: Self.names)
    #expect(scaled.coefficients.isClose(to: fit.coefficients.map { -1e4 * $0 }, relative: 1e-9))
    #expect(scaled.scale.isClose(to: 1e4 * fit.scale, relative: 1e-9))
    let shifted = try model.fitted(x, (0..<40).map { y[$0] + 7 * x[$0, 1] }, names: Self.names)
    #expect(shifted.coefficients[1].isClose(to: fit.coefficients[1] + 7, relative: 1e-9))
    let units = Matrix(columns: [x.column(0), x.column(1).map { 1e6 * $0 }, x.column(2)])
    let other = try model.fitted(units, y, names: Self.names)
    #expect(other.coefficients[1].isClose(to: 1e-6 * fit.coefficients[1], relative: 1e-9))
    let covariance = try fit.covariance(.classical)
    let expected = 1e-6 * 1e-6 * covariance[1, 1]
    #expect(try other.covariance(.classical)[1, 1].isClose(to: expected, relative: 1e-8))
  }

  @Test("symmetric data have their center as the estimate")
  func symmetry() throws {
    let y = [-9, -2, -1, -0.5, 0.0, 0.5, 1, 2, 9].map { 5 + $0 }
    let x = Matrix(columns: [y.map { _ in 1 }])
    for estimator in RobustRegression.Estimator.allCases {
      let fit = try RobustRegression(estimator: estimator).fitted(x, y, names: ["(Intercept)"])
      #expect(fit.coefficients[0].isClose(to: 5, relative: 1e-12))
    }
  }

  @Test("whole weights of a Huber fit act through the variance, not as repetitions")
  func weights() throws {
    let (x, y) = Self.simulated(30, seed: 6)
    let weights = (0..<30).map { Double(1 + $0 % 3) }
    let fit = try RobustRegression(estimator: .huber).fitted(
      x, y, names: Self.names, weights: weights)
    let roots = weights.map { $0.squareRoot() }
    let scaled = Matrix(columns: (0..<3).map { j in (0..<30).map { x[$0, j] * roots[$0] } })
    let other = try RobustRegression(estimator: .huber).fitted(
      scaled, zip(y, roots).map { $0 * $1 }, names: Self.names)
    #expect(fit.coefficients.isClose(to: other.coefficients, relative: 1e-12))
    #expect(fit.scale.isClose(to: other.scale, relative: 1e-12))
  }

  @Test("data of which more than half lie on a plane have no scale, and say so")
  func exactFit() throws {
    var (x, _) = Self.simulated(40, seed: 7)
    var y = (0..<40).map { 1 + x[$0, 1] - 2 * x[$0, 2] }
    for estimator in RobustRegression.Estimator.allCases {
      let error = #expect(throws: Diagnostic.self) {
        try RobustRegression(estimator: estimator).fitted(x, y, names: Self.names)
      }
      #expect(error?.code == .notIdentified)
    }
    for i in 0..<15 { y[i] += Double(10 + i * i) }
    let error = #expect(throws: Diagnostic.self) {
      try RobustRegression().fitted(x, y, names: Self.names)
    }
    #expect(error?.code == .notIdentified)
    #expect(error?.hint?.en.contains("Median regression") == true)
    x[0, 1] = .infinity
    let infinite = #expect(throws: Diagnostic.self) {
      try RobustRegression().fitted(x, y, names: Self.names)
    }
    #expect(infinite?.message.en == "a is not finite in observation 1.")
  }

  @Test("a term that only outliers determine is named")
  func setAside() throws {
    let (x, base) = Self.simulated(60, seed: 8)
    var y = base
    var columns = (0..<3).map { x.column($0) }
    columns.append((0..<60).map { $0 < 2 ? 1 : 0 })
    (y[0], y[1]) = (1000, -1000)
    let error = #expect(throws: Diagnostic.self) {
      try RobustRegression(estimator: .bisquare).fitted(
        Matrix(columns: columns), y, names: Self.names + ["rare"])
    }
    #expect(error?.code == .notIdentified)
    #expect(error?.message.en.contains("determine rare are set aside") == true)
  }

  @Test("dependent columns, too few rows, a bad weight and no subsamples are refused")
  func badInput() {
    let (x, y) = Self.simulated(20, seed: 1)
    let model = RobustRegression()
    let twice = Matrix(columns: [x.column(0), x.column(1), x.column(1).map { 2 * $0 + 1 }])
    let rank = #expect(throws: Diagnostic.self) { try model.fitted(twice, y, names: Self.names) }
    #expect(rank?.code == .rankDeficient)
    let six = Matrix(rows: (0..<6).map { x.row($0) })
    let few = #expect(throws: Diagnostic.self) {
      try model.fitted(six, Array(y[..<6]), names: Self.names)
    }
    #expect(few?.code == .seriesTooShort)
    let weight = #expect(throws: Diagnostic.self) {
      try model.fitted(x, y, names: Self.names, weights: [-1] + [Double](repeating: 1, count: 19))
    }
    #expect(weight?.code == .valueOutOfRange)
    let none = #expect(throws: Diagnostic.self) {
      try RobustRegression(estimator: .mm, subsamples: 0).fitted(x, y, names: Self.names)
    }
    #expect(none?.code == .illegalOption)
  }

  @Test("the card names the stored options, and they survive JSON")
  func card() throws {
    let model = RobustRegression(estimator: .hampel, subsamples: 7, seed: 3)
    #expect(try roundTrip(model) == model)
    let stored = Mirror(reflecting: model).children.compactMap(\.label)
    #expect(RobustRegression.card.options.map(\.name) == stored)
  }
}
