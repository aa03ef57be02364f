import CaseloadData
import CaseloadMath

/// The sandwich (XᵀX)⁻¹ · M · (XᵀX)⁻¹ of estimating equations, with the meats that differ by what
/// the errors may do.
extension EstimatingEquations {
  /// The p × p covariance of the coefficients.
  ///
  /// - Throws: ``DiagnosticCode/notIdentified`` where the data cannot tell, with the reason.
  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    try requireResiduals()
    switch kind {
    case .classical: return dispersion * bread
    case .heteroskedastic(let hc): return sandwich(try heteroskedasticMeat(hc))
    case .neweyWest(let lags, let prewhitened, let adjusted):
      let kernel = Kernel.bartlett(lags: lags ?? automaticLags(prewhitened: prewhitened))
      return sandwich(kernelMeat(kernel, prewhitened: prewhitened, adjusted: adjusted))
    case .andrews(let prewhitened, let adjusted):
      let kernel = Kernel.quadraticSpectral(bandwidth: andrewsBandwidth(prewhitened: prewhitened))
      return sandwich(kernelMeat(kernel, prewhitened: prewhitened, adjusted: adjusted))
    case .driscollKraay(let times, let lags):
      return sandwich(try driscollKraayMeat(times, lags: lags))
    case .clustered(let ways, let correction, let combination):
      let sum = try clusteredCovariance(ways, correction, combination)
      return ways.count > 1 ? positiveCovariance(sum) ?? sum : sum
    case .jackknife(let grouping): return try jackknifeCovariance(grouping)
    }
  }

  /// The degrees of freedom of the t distribution that tests of lᵀβ refer to.
  ///
  /// Clustered errors have the least number of clusters less one, or for CR2 and CR3 those of
  /// Satterthwaite; Driscoll and Kraay's the number of periods less one. Infinite for a model with
  /// a known dispersion.
  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    switch kind {
    case .clustered(let ways, .cr2, _), .clustered(let ways, .cr3, _):
      guard ways.count == 1 else { return Double(ways.map(\.count).min() ?? 2) - 1 }
      guard case .clustered(_, let correction, _) = kind else { return .nan }
      return try satterthwaite(ways[0], correction, contrast: contrast)
    case .clustered(let ways, _, _): return Double((ways.map(\.count).min() ?? 2) - 1)
    case .jackknife(let grouping?): return Double(grouping.count - 1)
    case .driscollKraay(let times, _): return Double(max(1, times.count - 1))
    default: return isDispersionKnown ? .infinity : residualDegreesOfFreedom
    }
  }

  /// A symmetric p × p matrix from a meat.
  func sandwich(_ meat: Matrix) -> Matrix {
    let product = bread * meat * bread
    // Symmetric by construction; make it so to the last bit.
    return 0.5 * (product + product.transposed())
  }

  private func requireResiduals() throws(Diagnostic) {
    guard residualDegreesOfFreedom > 0 else {
      throw Diagnostic.saturated(observations: observationCount)
    }
  }

  /// The leverages of the columns and of the absorbed effects.
  ///
  /// - Throws: ``DiagnosticCode/notIdentified`` for several absorbed effects, whose leverages have no
  ///   closed form.
  func leverages() throws(Diagnostic) -> [Double] {
    let q = basis()
    var h = [Double](repeating: 0, count: observationCount)
    if let absorbed {
      guard let own = absorbed.leverages else {
        throw Diagnostic(
          .notIdentified, .error,
          Text(
            en: "The leverages of several absorbed fixed effects are not known, and hc2 to hc5 "
              + "need them.",
            zh: "多个被吸收的固定效应的杠杆值未知，而 hc2 至 hc5 需要它们。"),
          hint: Text(
            en: "Use hc1 or clustered errors, or write the smaller effects as C(x).",
            zh: "请用 hc1 或聚类标准误，或把较小的固定效应写作 C(x)。"))
      }
      h = own
    }
    for j in 0..<q.columnCount {
      q.withColumn(j) { column in
        for i in h.indices { h[i] += column[i] * column[i] }
      }
    }
    return h
  }

  private func heteroskedasticMeat(_ hc: CovarianceKind.HC) throws(Diagnostic) -> Matrix {
    let n = Double(observationCount)
    let p = Double(parameterCount)
    let factors: [Double]
    switch hc {
    case .hc0: factors = residuals
    case .hc1: factors = residuals.map { $0 * (n / (n - p)).squareRoot() }
    default:
      let leverages = try leverages()
      if let row = leverages.firstIndex(where: { 1 - $0 < 1e-10 }) {
        throw Diagnostic(
          .notIdentified, .error,
          Text(
            en: "Observation \(row + 1) is fitted exactly (its leverage is 1), so "
              + "\(hc.rawValue.uppercased()) is not defined.",
            zh: "第 \(row + 1) 个观测被完全拟合（杠杆值为 1），\(hc.rawValue.uppercased()) 无定义。"),
          hint: Text(en: "Use hc1, or drop the term that fits it.", zh: "请用 hc1，或去掉相应的项。"))
      }
      let largest = leverages.max() ?? 0
      factors = zip(residuals, leverages).map { e, h in
        let relative = n * h / p
        let exponent =
          switch hc {
          case .hc2: 1.0
          case .hc3: 2.0
          case .hc4: min(4, relative)
          case .hc4m: min(1, relative) + min(1.5, relative)
          default: 0.5 * min(relative, max(4, n * 0.7 * largest / p))
          }
        return e * pow(1 - h, -0.5 * exponent)
      }
    }
    return BLAS.crossProduct(x.scalingRows(factors))
  }
}
