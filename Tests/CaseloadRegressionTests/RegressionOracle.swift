import CaseloadData
import CaseloadMath
import CaseloadTestSupport

@testable import CaseloadRegression

extension JSON {
  /// The numbers of an array member; empty where there is none.
  func numbers(_ name: String) -> [Double] { self[name]?.array?.compactMap(\.number) ?? [] }
  /// A number member; NaN where there is none, which no comparison passes.
  func value(_ name: String) -> Double { self[name]?.number ?? .nan }
  /// A member that is an array of rows.
  func matrix(_ name: String) -> Matrix {
    Matrix(rows: self[name]?.array?.map { $0.array?.compactMap(\.number) ?? [] } ?? [])
  }
}

/// One data set of Tests/Oracles/regression-covariance, fitted.
struct RegressionOracle {
  let values: JSON
  let exact: JSON
  let fit: LinearFit
  /// What double precision leaves at the condition of the design: κ·ε.
  ///
  /// `cars` and `series` have κ below 2e3; `growth`, whose years are not centered, about 2e6.
  let tolerance: Double
  /// The product bread · meat · bread cancels: ‖|B|·|M|·|B|‖ / ‖V‖ · ε is 2e-9 on `growth`, and its
  /// rounding errors add up a few of those. R's sandwich is right to 4e-9 there.
  let sandwichTolerance: Double

  init(_ name: String) throws {
    let values = try Oracle.load("regression-covariance", as: JSON.self)[name] ?? .null
    self.values = values
    exact = values["exact"] ?? .null
    tolerance = name == "growth" ? 1e-9 : 1e-12
    sandwichTolerance = name == "growth" ? 1e-8 : 1e-12
    fit = try LinearModel().fitted(
      values.matrix("design"), values.numbers("response"),
      names: values["terms"]?.array?.compactMap(\.string) ?? [])
  }
}
