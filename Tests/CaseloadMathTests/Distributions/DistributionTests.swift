import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

/// One line of Tests/Oracles/distributions/values.json.
struct DistributionCase: Decodable {
  let parameters: [String: Double]
  let x: Double
  let density: Double?
  let logDensity: Double?
  let cumulative: Double?
  let upper: Double?
  let p: Double?
  let upperP: Double?
}

/// The farthest that a quantity lies from its oracle, and where.
struct WorstError: CustomStringConvertible {
  var error = 0.0
  var place = ""

  var description: String { "\(error) at \(place)" }

  mutating func note(_ actual: Double, _ expected: Double, scale: Double, _ place: String) {
    let difference = actual == expected ? 0 : abs(actual - expected) / scale
    // NaN is the worst of all.
    if !(difference <= error) {
      error = difference.isNaN ? .infinity : difference
      self.place = "\(place): \(actual) instead of \(expected)"
    }
  }
}

/// What every distribution is held to, with its oracle's name and how to make it.
struct DistributionOracle: Sendable, CustomTestStringConvertible {
  let name: String
  /// The error of tails and densities whose parameters go up to 10⁶, where Boost in double
  /// precision loses as many digits as the parameter has; measured, then rounded up.
  let largeParameterError: Double
  let make: @Sendable ([String: Double]) -> any Distribution

  var testDescription: String { name }

  /// Below this a double has fewer than 53 bits, so that errors are measured against it.
  private static let smallest = 1e-290

  /// The cases under `key` whose parameters are all at most `limit`.
  private func cases(_ key: String, limit: Double) throws -> [DistributionCase] {
    let all = try Oracle.load("distributions", as: [String: DistributionOracleEntry].self)
    let cases = try #require(all[key]?.cases).filter {
      $0.parameters.values.allSatisfy { $0 <= limit }
    }
    try #require(!cases.isEmpty)
    return cases
  }

  /// The largest relative error of a probability or a density, over parameters up to `limit`.
  func worst(
    upTo limit: Double = .infinity, _ expected: (DistributionCase) -> Double?,
    _ actual: (any Distribution, Double) -> Double
  ) throws -> WorstError {
    var worst = WorstError()
    for entry in try cases(name, limit: limit) {
      guard let expected = expected(entry) else { continue }
      worst.note(
        actual(make(entry.parameters), entry.x), expected,
        scale: max(abs(expected), Self.smallest), "\(entry.parameters), x = \(entry.x)")
    }
    return worst
  }

  /// The largest error of ln f, relative where |ln f| > 1 and absolute below.
  func worstLogDensity(upTo limit: Double = .infinity) throws -> WorstError {
    var worst = WorstError()
    for entry in try cases(name, limit: limit) {
      guard let expected = entry.logDensity else { continue }
      worst.note(
        make(entry.parameters).logDensity(entry.x), expected, scale: max(1, abs(expected)),
        "\(entry.parameters), x = \(entry.x)")
    }
    return worst
  }

  /// The largest relative error of a quantile, from either tail.
  func worstQuantile() throws -> WorstError {
    var worst = WorstError()
    for entry in try cases(name + "Quantiles", limit: .infinity) {
      let distribution = make(entry.parameters)
      if let p = entry.p {
        worst.note(
          distribution.quantile(p), entry.x, scale: max(abs(entry.x), Self.smallest),
          "\(entry.parameters), p = \(p)")
      }
      if let q = entry.upperP {
        worst.note(
          distribution.upperQuantile(q), entry.x, scale: max(abs(entry.x), Self.smallest),
          "\(entry.parameters), upper p = \(q)")
      }
    }
    return worst
  }
}

/// The cases under one key of the oracle; other entries (the versions) have none.
private struct DistributionOracleEntry: Decodable {
  let cases: [DistributionCase]

  init(from decoder: any Decoder) throws {
    cases = (try? decoder.singleValueContainer().decode([DistributionCase].self)) ?? []
  }
}

extension DistributionOracle {
  static let normal = DistributionOracle(name: "normal", largeParameterError: 2e-13) { p in
    Normal(mean: p["mean"] ?? .nan, standardDeviation: p["standardDeviation"] ?? .nan)
  }
  static let studentT = DistributionOracle(name: "studentT", largeParameterError: 1e-13) { p in
    StudentT(degreesOfFreedom: p["degreesOfFreedom"] ?? .nan)
  }
  static let fisherF = DistributionOracle(name: "fisherF", largeParameterError: 1e-11) { p in
    FisherF(
      numeratorDegreesOfFreedom: p["numeratorDegreesOfFreedom"] ?? .nan,
      denominatorDegreesOfFreedom: p["denominatorDegreesOfFreedom"] ?? .nan)
  }
  static let chiSquared = DistributionOracle(name: "chiSquared", largeParameterError: 1e-10) { p in
    ChiSquared(degreesOfFreedom: p["degreesOfFreedom"] ?? .nan)
  }
  static let gamma = DistributionOracle(name: "gamma", largeParameterError: 1e-11) { p in
    Gamma(shape: p["shape"] ?? .nan, scale: p["scale"] ?? .nan)
  }
  static let beta = DistributionOracle(name: "beta", largeParameterError: 2e-12) { p in
    Beta(alpha: p["alpha"] ?? .nan, beta: p["beta"] ?? .nan)
  }
  static let poisson = DistributionOracle(name: "poisson", largeParameterError: 2e-10) { p in
    Poisson(mean: p["mean"] ?? .nan)
  }
  static let negativeBinomial = DistributionOracle(
    name: "negativeBinomial", largeParameterError: 1e-11
  ) { p in
    NegativeBinomial(mean: p["mean"] ?? .nan, size: p["size"] ?? .nan)
  }
  static let all = [
    normal, studentT, fisherF, chiSquared, gamma, beta, poisson, negativeBinomial,
  ]
}

@Suite("Distributions")
struct DistributionOracleTests {
  /// For parameters up to a thousand.
  static let tolerance = 2e-13

  @Test("the density agrees with mpmath", arguments: DistributionOracle.all)
  func density(oracle: DistributionOracle) throws {
    let worst = try oracle.worst(upTo: 1000, \.density) { $0.density($1) }
    #expect(worst.error < Self.tolerance, "\(worst)")  // mpmath; measured ≤ 3.4e-14
  }

  @Test(
    "the density agrees with mpmath for parameters up to a million",
    arguments: DistributionOracle.all)
  func densityOfLargeParameters(oracle: DistributionOracle) throws {
    let worst = try oracle.worst(\.density) { $0.density($1) }
    #expect(worst.error < oracle.largeParameterError, "\(worst)")  // mpmath
  }

  @Test("the logarithm of the density agrees with mpmath", arguments: DistributionOracle.all)
  func logDensity(oracle: DistributionOracle) throws {
    let worst = try oracle.worstLogDensity(upTo: 1000)
    #expect(worst.error < Self.tolerance, "\(worst)")  // mpmath; measured ≤ 7.6e-14
  }

  @Test(
    "the logarithm of the density agrees with mpmath for parameters up to a million",
    arguments: DistributionOracle.all)
  func logDensityOfLargeParameters(oracle: DistributionOracle) throws {
    let worst = try oracle.worstLogDensity()
    #expect(worst.error < 1e-9, "\(worst)")  // mpmath; ln Γ(10⁶) ≈ 10⁷ cancels, ε·10⁷ remains
  }

  @Test("the lower tail agrees with mpmath", arguments: DistributionOracle.all)
  func cumulative(oracle: DistributionOracle) throws {
    let worst = try oracle.worst(upTo: 1000, \.cumulative) { $0.cumulative($1) }
    #expect(worst.error < Self.tolerance, "\(worst)")  // mpmath; measured ≤ 3.6e-14
  }

  @Test(
    "the lower tail agrees with mpmath for parameters up to a million",
    arguments: DistributionOracle.all)
  func cumulativeOfLargeParameters(oracle: DistributionOracle) throws {
    let worst = try oracle.worst(\.cumulative) { $0.cumulative($1) }
    #expect(worst.error < oracle.largeParameterError, "\(worst)")  // mpmath
  }

  @Test("the upper tail agrees with mpmath", arguments: DistributionOracle.all)
  func upper(oracle: DistributionOracle) throws {
    let worst = try oracle.worst(upTo: 1000, \.upper) { $0.upper($1) }
    #expect(worst.error < Self.tolerance, "\(worst)")  // mpmath; measured ≤ 1.2e-13, 30σ out
  }

  @Test(
    "the upper tail agrees with mpmath for parameters up to a million",
    arguments: DistributionOracle.all)
  func upperOfLargeParameters(oracle: DistributionOracle) throws {
    let worst = try oracle.worst(\.upper) { $0.upper($1) }
    #expect(worst.error < oracle.largeParameterError, "\(worst)")  // mpmath
  }

  @Test("the quantiles of both tails agree with mpmath", arguments: DistributionOracle.all)
  func quantiles(oracle: DistributionOracle) throws {
    let worst = try oracle.worstQuantile()
    #expect(worst.error < 2e-14, "\(worst)")  // mpmath; measured ≤ 1.1e-14
  }
}
