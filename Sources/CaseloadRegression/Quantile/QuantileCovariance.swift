import CaseloadData
import CaseloadMath

/// How the standard errors of a regression quantile estimate the density of the errors.
///
/// All take the observations as independent and use Hall and Sheather's bandwidth.
///
/// - Sources: Koenker (2005), *Quantile Regression*, ch. 3; Hall & Sheather (1988), *JRSS B* 50,
///   381–391.
public enum QuantileStandardError: String, Codable, Sendable, CaseIterable {
  /// Errors of one distribution: τ(1−τ)·s²·(XᵀX)⁻¹, with the sparsity s from a median regression of
  /// the residuals around zero on their ranks.
  case iid
  /// Any distributions, linear quantiles: Hendricks & Koenker's sandwich, with densities from the
  /// fits at τ ± h. Where those cross, the density counts as zero.
  case nid
  /// Any distributions: Powell's sandwich, with densities from a normal kernel over the residuals.
  case ker
}

extension QuantileFit {
  /// The p × p covariance of the coefficients.
  ///
  /// - Throws: ``DiagnosticCode/notIdentified`` with too few observations for the density at the
  ///   quantile to be estimated.
  /// - Sources: Koenker & Bassett (1978), theorem 4.1 (`iid`); Hendricks & Koenker (1992), *JASA* 87,
  ///   58–68 (`nid`); Powell (1991), in *Nonparametric and Semiparametric Methods in Econometrics*,
  ///   357–384 (`ker`).
  public func covariance(using method: QuantileStandardError) throws(Diagnostic) -> Matrix {
    guard residualDegreesOfFreedom > 0 else {
      throw Diagnostic.saturated(observations: observationCount)
    }
    let factor = quantile * (1 - quantile)
    let densities: [Double]
    switch method {
    case .iid:
      let s = try sparsity()
      do {
        return factor * s * s * (try QR(scaledDesign).crossProductInverse())
      } catch {
        throw Diagnostic(error, names: coefficientNames)
      }
    case .nid: densities = try differenceDensities()
    case .ker: densities = try kernelDensities()
    }
    var root = scaledDesign
    for j in 0..<root.columnCount {
      for i in 0..<root.rowCount { root[i, j] *= densities[i].squareRoot() }
    }
    guard let bread = try? QR(root).crossProductInverse() else { throw Self.noDensity() }
    let meat = BLAS.gemm(scaledDesign, scaledDesign, transposingA: true)
    let product = bread * meat * bread
    return 0.5 * factor * (product + product.transposed())
  }

  /// Hall and Sheather's bandwidth for intervals of 95 %, halved until τ ± h lies inside (0, 1):
  ///
  /// ```
  /// h = n^(−1/3) z^(2/3) (1.5 φ(x)² / (2x² + 1))^(1/3),   x = Φ⁻¹(τ)
  /// ```
  static func bandwidth(_ tau: Double, observations n: Int) -> Double {
    let x = Normal.standard.quantile(tau)
    let density = Normal.standard.density(x)
    let z = Normal.standard.upperQuantile(0.025)
    let ratio = 1.5 * density * density / (2 * x * x + 1)
    return pow(z * z * ratio / Double(n), 1.0 / 3)
  }

  private var insideBandwidth: Double {
    var h = Self.bandwidth(quantile, observations: observationCount)
    while quantile - h <= 0 || quantile + h >= 1 { h /= 2 }
    return h
  }

  /// s = 1/f(F⁻¹(τ)): the slope, by median regression, of the residuals nearest to zero on their
  /// ranks over n − p.
  private func sparsity() throws(Diagnostic) -> Double {
    let (n, p) = (observationCount, coefficients.count)
    let scale = scaledResponse.reduce(0) { max($0, abs($1)) }
    let zeros = scaledResiduals.count { abs($0) <= 1e-11 * scale }
    let width = (Double(n) * Self.bandwidth(quantile, observations: n)).rounded(.up)
    let h = max(p + 1, Int(width))
    guard zeros + h + 1 <= n else { throw Self.noDensity() }
    let nearest = scaledResiduals.sorted { abs($0) < abs($1) }[zeros...(zeros + h)].sorted()
    let ranks = (zeros...(zeros + h)).map { Double($0 + 1) / Double(n - p) }
    let x = Matrix(columns: [ranks.map { _ in 1 }, ranks])
    let line = try QuantileRegression(quantile: 0.5).fitted(x, nearest, names: ["1", "rank"])
    guard line.coefficients[1] > 0 else { throw Self.noDensity() }
    return line.coefficients[1]
  }

  /// fᵢ = 2h / xᵢᵀ(β̂(τ+h) − β̂(τ−h)), zero where that is negative.
  private func differenceDensities() throws(Diagnostic) -> [Double] {
    let h = insideBandwidth
    let z = OrthonormalRows(scaledDesign)
    func quantiles(_ tau: Double) throws(Diagnostic) -> [Double] {
      let basis = QuantileRegression.vertex(z, scaledResponse, quantile: tau).basis
      do {
        let rows = Matrix(rows: basis.map { scaledDesign.row($0) })
        return try LeastSquares(rows, basis.map { scaledResponse[$0] }).coefficients
      } catch {
        throw Diagnostic(error, names: coefficientNames)
      }
    }
    let (upper, lower) = (try quantiles(quantile + h), try quantiles(quantile - h))
    let scale = scaledResponse.reduce(0) { max($0, abs($1)) }
    let width = scaledDesign * zip(upper, lower).map { $0 - $1 }
    // Differences within rounding of zero are none.
    return width.map { $0 > 1e-12 * scale ? 2 * h / $0 : 0 }
  }

  /// fᵢ = φ(rᵢ/b)/b, with b the bandwidth on the scale of the residuals.
  private func kernelDensities() throws(Diagnostic) -> [Double] {
    let h = insideBandwidth
    let sorted = scaledResiduals.sorted()
    guard let deviation = Descriptive.standardDeviation(sorted),
      let upper = Descriptive.sortedQuantile(sorted, 0.75),
      let lower = Descriptive.sortedQuantile(sorted, 0.25)
    else { throw Self.noDensity() }
    let normal = Normal.standard
    let spread = min(deviation, (upper - lower) / 1.34)
    let b = (normal.quantile(quantile + h) - normal.quantile(quantile - h)) * spread
    guard b > 0 else { throw Self.noDensity() }
    return scaledResiduals.map { normal.density($0 / b) / b }
  }

  private static func noDensity() -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "The density of the errors at the quantile cannot be estimated, so there are no "
          + "standard errors.",
        zh: "无法估计误差在该分位点的密度，故没有标准误。"),
      hint: Text(
        en: "Use more data, fewer terms, or a quantile nearer to the middle.",
        zh: "请增加数据、减少项数，或选用更靠近中间的分位点。"))
  }
}
