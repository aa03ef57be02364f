import CaseloadData
import CaseloadMath

/// What each observation does to a least-squares fit.
///
/// ```
/// s₍ᵢ₎² = (RSS − eᵢ²/(1 − hᵢ))/(n − p − 1),   tᵢ = eᵢ/(s₍ᵢ₎ √(1 − hᵢ))
/// Dᵢ = eᵢ² hᵢ/(p s² (1 − hᵢ)²),   DFFITSᵢ = tᵢ √(hᵢ/(1 − hᵢ))
/// DFBETASᵢⱼ = (β̂ⱼ − β̂ⱼ₍ᵢ₎)/(s₍ᵢ₎ √(XᵀX)⁻¹ⱼⱼ),   COVRATIOᵢ = (s₍ᵢ₎/s)^2p/(1 − hᵢ)
/// ```
///
/// - Sources: Belsley, Kuh & Welsch (1980), *Regression Diagnostics*, ch. 2; Cook (1977),
///   *Technometrics* 19, 15–18. As R's `influence.measures`.
public struct InfluenceMeasures: Codable, Sendable {
  /// One observation; measures are `nil` where the observation is fitted exactly whatever its value.
  public struct Observation: Codable, Sendable, Equatable {
    /// hᵢ, from 1/n (with an intercept) to 1.
    public let leverage: Double
    /// eᵢ/(s √(1 − hᵢ)).
    public let standardizedResidual: Double?
    /// tᵢ, from the fit without the observation.
    public let studentizedResidual: Double?
    public let cooksDistance: Double?
    public let dffits: Double?
    /// One a coefficient.
    public let dfbetas: [Double]?
    public let covarianceRatio: Double?
  }

  public let observations: [Observation]
  /// Rows (0-based) that a usual limit flags: |DFFITS| > 3√(p/(n − p)), Cook's D beyond the median of
  /// F(p, n − p), leverage > 3p/n, or a |DFBETAS| > 1.
  public let influential: [Int]

  /// The measures of the regression of `response` on `design`.
  ///
  /// - Parameters:
  ///   - design: n × p of full column rank, n ≥ p + 2.
  ///   - response: n values.
  /// - Throws: ``DiagnosticCode/rankDeficient``, ``DiagnosticCode/seriesTooShort``,
  ///   ``DiagnosticCode/notIdentified`` for an exact fit, ``DiagnosticCode/valueOutOfRange``.
  public init(design: Matrix, response: [Double]) throws(Diagnostic) {
    let (n, p) = (response.count, design.columnCount)
    guard n > p + 1 else { throw Diagnostic.testNeeds(p + 2, have: n) }
    let fit: LeastSquares
    do {
      fit = try LeastSquares(design, response)
    } catch {
      throw Diagnostic(error, names: (0..<p).map { "x\($0 + 1)" })
    }
    _ = try checkedSumOfSquares(fit.residuals, of: response)
    let leverages = fit.leverages(of: design)
    let inverse = fit.crossProductInverse
    // Row i: (XᵀX)⁻¹xᵢ.
    let directions = design * inverse
    let roots = inverse.diagonal.map { $0.squareRoot() }
    let rss = fit.residualSumOfSquares
    let s = (rss / Double(n - p)).squareRoot()
    let median = FisherF(
      numeratorDegreesOfFreedom: Double(p), denominatorDegreesOfFreedom: Double(n - p)
    ).quantile(0.5)
    var observations: [Observation] = []
    var influential: [Int] = []
    for i in 0..<n {
      let (e, h) = (fit.residuals[i], leverages[i])
      let rest = 1 - h
      let deleted = (rss - e * e / rest) / Double(n - p - 1)
      guard rest > 1e-10, deleted > 1e-14 * rss / Double(n) else {
        observations.append(
          Observation(
            leverage: h, standardizedResidual: rest > 1e-10 ? e / (s * rest.squareRoot()) : nil,
            studentizedResidual: nil, cooksDistance: nil, dffits: nil, dfbetas: nil,
            covarianceRatio: nil))
        influential.append(i)
        continue
      }
      let own = deleted.squareRoot()
      let student = e / (own * rest.squareRoot())
      let cook = e * e * h / (Double(p) * s * s * rest * rest)
      let dffits = student * (h / rest).squareRoot()
      let dfbetas = (0..<p).map { directions[i, $0] * e / (rest * own * roots[$0]) }
      observations.append(
        Observation(
          leverage: h, standardizedResidual: e / (s * rest.squareRoot()),
          studentizedResidual: student, cooksDistance: cook, dffits: dffits, dfbetas: dfbetas,
          covarianceRatio: pow(own / s, 2 * Double(p)) / rest))
      let ratio = Double(p) / Double(n - p)
      if abs(dffits) > 3 * ratio.squareRoot() || cook > median || h > 3 * Double(p) / Double(n)
        || dfbetas.contains(where: { abs($0) > 1 })
      {
        influential.append(i)
      }
    }
    self.observations = observations
    self.influential = influential
  }
}
