import CaseloadData
import CaseloadMath
import CaseloadTestSupport

@testable import CaseloadRegression

/// The data and reference values of Tests/Oracles/generalized-linear.
struct GeneralizedLinearOracle {
  let values: JSON
  let names = ["(Intercept)", "x1", "x2"]

  init() throws { values = try Self.file.get() }

  private static let file = Result { try Oracle.load("generalized-linear", as: JSON.self) }

  func column(_ name: String) -> [Double] { values["data"]?.numbers(name) ?? [] }
  var ones: [Double] { column("x1").map { _ in 1 } }
  var x: Matrix { Matrix(columns: [ones, column("x1"), column("x2")]) }
  var logExposure: [Double] { column("exposure").map { log($0) } }
  func reference(_ name: String) -> JSON { values["fits"]?[name] ?? .null }

  /// The fits of the oracle that have a reference, by the name of the reference.
  static let fits = [
    "gaussian-identity", "gaussian-identity-weighted", "gaussian-log", "gaussian-inverse",
    "poisson-log", "poisson-log-weighted", "poisson-identity", "poisson-sqrt", "quasi-poisson-log",
    "binomial-logit", "binomial-probit", "binomial-cloglog", "binomial-logit-trials",
    "binomial-probit-trials", "binomial-cloglog-trials", "binomial-log-trials",
    "quasi-binomial-logit-trials", "gamma-inverse", "gamma-log", "gamma-identity",
    "gamma-log-weighted", "negative-binomial-log-fixed", "negative-binomial-log",
    "negative-binomial-sqrt", "negative-binomial-log-weighted",
  ]

  /// The fit that a name such as `gamma-log-weighted` stands for.
  func fit(_ name: String) throws -> GeneralizedLinearFit {
    var rest = name
    func cut(_ suffix: String) -> Bool {
      guard rest.hasSuffix(suffix) else { return false }
      rest.removeLast(suffix.count)
      return true
    }
    let isFixed = cut("-fixed")
    let isWeighted = cut("-weighted")
    let hasTrials = cut("-trials")
    let link = Link.allCases.first { cut("-" + $0.rawValue) }
    let family = try requireValue(Family(rawValue: rest))
    let model = GeneralizedLinearModel(family: family, link: link, theta: isFixed ? 2 : nil)
    // As in make.R, where the sum of both columns has no maximum inside the range of the mean.
    let isShort = ["binomial-log-trials", "gamma-identity"].contains(name)
    let design = isShort ? Matrix(columns: [ones, column("x2")]) : x
    let names = isShort ? ["(Intercept)", "x2"] : names
    if hasTrials {
      return try model.fitted(
        design, successes: column("success"), trials: column("trials"), names: names)
    }
    let isRate = family == .quasiPoisson || family == .poisson && link == .log
    let response =
      switch family {
      case .gaussian: link == .identity ? "amount" : "level"
      case .poisson where !isRate: "count"
      case .poisson, .quasiPoisson: "poissonCount"
      case .negativeBinomial: "count"
      case .binomial, .quasiBinomial: "binary"
      case .gamma: "duration"
      }
    return try model.fitted(
      design, column(response), names: names, offset: isRate ? logExposure : nil,
      weights: isWeighted ? column("w") : nil)
  }
}

/// Thrown where a test finds nothing to test.
struct MissingValue: Error {}

func requireValue<T>(_ value: T?) throws -> T {
  guard let value else { throw MissingValue() }
  return value
}
