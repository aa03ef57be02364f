import CaseloadData
import CaseloadMath

/// A test that counts vary as Poisson's, by the regression of their squared errors on their means.
///
/// ```
/// H₀ Var y = μ,   H₁ Var y = μ + c·f(μ),   zᵢ = ((yᵢ − μ̂ᵢ)² − yᵢ)/μ̂ᵢ
/// ```
///
/// - Source: Cameron & Trivedi (1990), *Journal of Econometrics* 46, 347–364, §3; with the
///   conventions of `dispersiontest` of the R package AER.
public struct OverdispersionTest: Codable, Sendable, Equatable {
  /// How the variance grows with the mean under the alternative.
  public enum Variance: String, Codable, Sendable, CaseIterable {
    /// f(μ) = μ: a dispersion 1 + c.
    case linear
    /// f(μ) = μ²: the negative binomial with α = c.
    case quadratic
  }

  /// Which departures count.
  public enum Alternative: String, Codable, Sendable, CaseIterable {
    case greater, less, twoSided = "two-sided"
  }

  public let variance: Variance
  public let alternative: Alternative
  /// Standard normal under the null hypothesis.
  public let statistic: Double
  public let pValue: Double
  /// The dispersion 1 + c of the linear, α = c of the quadratic variance.
  public let estimate: Double
}

extension GeneralizedLinearFit {
  /// The test of a Poisson fit for over- or underdispersion.
  ///
  /// - Parameters:
  ///   - variance: the variance under the alternative.
  ///   - alternative: which departures count.
  /// - Returns: the test.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a family other than Poisson's, or a fit with
  ///   weights; ``DiagnosticCode/notIdentified`` where the z do not vary.
  public func overdispersionTest(
    _ variance: OverdispersionTest.Variance = .linear,
    alternative: OverdispersionTest.Alternative = .greater
  ) throws(Diagnostic) -> OverdispersionTest {
    guard model.family == .poisson || model.family == .quasiPoisson, weights == nil else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Overdispersion is tested in a Poisson model without weights.",
          zh: "过度离散检验适用于不加权的泊松模型。"),
        hint: Text(en: "Fit the family poisson.", zh: "请用 poisson 分布族拟合。"))
    }
    let n = response.count
    let z = (0..<n).map { i in
      let e = response[i] - fittedMeans[i]
      return (e * e - response[i]) / fittedMeans[i]
    }
    let regressor = variance == .linear ? [Double](repeating: 1, count: n) : fittedMeans
    // The regression of z on f(μ)/μ through the origin and its t statistic.
    var (products, squares) = (Accumulator(), Accumulator())
    for i in 0..<n {
      products.add(product: regressor[i], z[i])
      squares.add(product: regressor[i], regressor[i])
    }
    let slope = products.value / squares.value
    var rest = Accumulator()
    for i in 0..<n {
      let e = z[i] - slope * regressor[i]
      rest.add(product: e, e)
    }
    let error = (rest.value / Double(n - 1) / squares.value).squareRoot()
    guard n > 1, error > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The squared errors do not vary, so their standard error is not known.",
          zh: "平方误差没有变化，无法得到其标准误。"),
        hint: Text(en: "Use more data.", zh: "请增加数据。"))
    }
    let statistic = slope / error
    let pValue =
      switch alternative {
      case .greater: Normal.standard.upper(statistic)
      case .less: Normal.standard.cumulative(statistic)
      case .twoSided: min(1, 2 * Normal.standard.upper(abs(statistic)))
      }
    return OverdispersionTest(
      variance: variance, alternative: alternative, statistic: statistic, pValue: pValue,
      estimate: variance == .linear ? 1 + slope : slope)
  }
}
