import CaseloadData
import CaseloadMath

/// Cameron and Trivedi's test of the variance of counts against that of the Poisson distribution.
///
/// ```
/// Var y = μ + α·g(μ):   zᵢ = ((yᵢ − μ̂ᵢ)² − yᵢ)/μ̂ᵢ  regressed on g(μ̂ᵢ)/μ̂ᵢ without a constant
/// ```
///
/// - Source: Cameron & Trivedi (1990), *Journal of Econometrics* 46, 347–364. As R's
///   `AER::dispersiontest`.
public struct DispersionTest: Codable, Sendable, Equatable {
  /// g(μ), how the variance may exceed the mean.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// g = μ, tested by the mean of z; the variance is `dispersion`·μ.
    case proportional
    /// g = μ: the variance is (1 + α)μ, as in the negative binomial distribution NB1.
    case linear
    /// g = μ²: the variance is μ + αμ², as in the negative binomial distribution NB2.
    case quadratic
  }

  public let form: Form
  /// α̂; for ``Form/proportional`` the dispersion less 1.
  public let alpha: Double
  /// Σ (y − μ̂)²/μ̂ over the residual degrees of freedom; 1 for Poisson counts.
  public let pearsonDispersion: Double
  public let test: HypothesisTest

  /// The test of a fitted Poisson regression.
  ///
  /// - Parameters:
  ///   - counts: y, n of them, none below zero.
  ///   - means: μ̂, above zero.
  ///   - parameterCount: the coefficients of the regression.
  ///   - form: g.
  ///   - alternative: `greater` for overdispersion.
  /// - Throws: ``DiagnosticCode/valueOutOfRange``, ``DiagnosticCode/seriesTooShort``,
  ///   ``DiagnosticCode/notIdentified`` where z does not vary.
  public init(
    counts: [Double], means: [Double], parameterCount: Int, form: Form = .proportional,
    alternative: Alternative = .greater
  ) throws(Diagnostic) {
    precondition(counts.count == means.count)
    let n = counts.count
    guard n > parameterCount, n > 1 else {
      throw Diagnostic.testNeeds(max(2, parameterCount + 1), have: n)
    }
    guard means.allSatisfy({ $0 > 0 && $0.isFinite }),
      counts.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "Counts are zero or more and their means above zero.", zh: "计数应不小于零，其均值应大于零。"),
        hint: Text(en: "Use a model with a log link.", zh: "请使用对数联结的模型。"))
    }
    let z = zip(counts, means).map { (($0 - $1) * ($0 - $1) - $0) / $1 }
    let w = form == .quadratic ? means : [Double](repeating: 1, count: n)
    let ww = w.reduce(0) { $0 + $1 * $1 }
    let alpha = zip(z, w).reduce(0) { $0 + $1.0 * $1.1 } / ww
    let rss = zip(z, w).reduce(0) {
      $0 + ($1.0 - alpha * $1.1) * ($1.0 - alpha * $1.1)
    }
    guard rss > 0 else { throw Diagnostic.noResidualVariation }
    // A mean over its standard error, and a regression through the origin, are the same t here.
    let statistic = alpha / (rss / Double(n - 1) / ww).squareRoot()
    self.form = form
    self.alpha = alpha
    pearsonDispersion =
      zip(counts, means).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
      / Double(n - parameterCount)
    test = HypothesisTest(
      id: "dispersion", name: Text(en: "Dispersion test", zh: "离散度检验"),
      hypothesis: Text(
        en: "The variance of the counts equals their mean.", zh: "计数的方差等于均值。"),
      normal: statistic, alternative: alternative)
  }
}

extension GeneralizedLinearFit {
  /// The test of a Poisson fit for over- or underdispersion.
  ///
  /// - Parameters:
  ///   - form: how the variance grows with the mean under the alternative.
  ///   - alternative: which departures count.
  /// - Returns: the test.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a family other than Poisson's, or a fit with
  ///   weights; and as ``DispersionTest`` does.
  public func dispersionTest(
    _ form: DispersionTest.Form = .proportional, alternative: Alternative = .greater
  ) throws(Diagnostic) -> DispersionTest {
    guard model.family == .poisson || model.family == .quasiPoisson, weights == nil else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Overdispersion is tested in a Poisson model without weights.",
          zh: "过度离散检验适用于不加权的泊松模型。"),
        hint: Text(en: "Fit the family poisson.", zh: "请用 poisson 分布族拟合。"))
    }
    return try DispersionTest(
      counts: response, means: fittedMeans, parameterCount: coefficients.count, form: form,
      alternative: alternative)
  }
}
