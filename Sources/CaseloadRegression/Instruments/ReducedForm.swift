import CaseloadData
import CaseloadMath

/// The regression of any response on the instruments and the exogenous regressors, in the
/// orthonormal coordinates of the instruments.
struct ReducedForm {
  /// Q_Zᵀr, L of them.
  let coefficients: [Double]
  /// Of all columns of Q.
  private let equations: EstimatingEquations
  /// The same with the columns as they are written, from which lags are chosen.
  private let written: EstimatingEquations
  private let exogenousCount: Int

  /// - Parameters:
  ///   - response: n values, scaled and within the effects as the data are.
  ///   - data: of the fit.
  ///   - basis: of the same data.
  init(of response: [Double], _ data: InstrumentData, _ basis: InstrumentBasis) {
    let n = response.count
    let r = Matrix(rowCount: n, columnCount: 1, storage: response)
    let residuals = OrthonormalBasis.residuals(r, off: basis.q).storage
    let all = BLAS.gemv(basis.q, response, transposingA: true)
    coefficients = Array(all[basis.exogenousCount...])
    exogenousCount = basis.exogenousCount
    let k = basis.q.columnCount
    let effects = data.absorbed?.parameterCount ?? 0
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    let q = basis.q
    equations = EstimatingEquations(
      x: q, residuals: residuals, bread: Matrix.identity(k),
      dispersion: squares / Double(n - k - effects), hasIntercept: data.hasIntercept,
      absorbed: data.absorbed, basis: { q })
    written = EstimatingEquations(
      x: data.exogenous.beside(data.instruments), residuals: residuals, bread: Matrix.identity(k),
      dispersion: 1, hasIntercept: data.hasIntercept, absorbed: data.absorbed)
  }

  /// The covariance of ``coefficients``, L × L.
  func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    let whole: Matrix
    switch kind {
    case .neweyWest(nil, let prewhitened, let adjusted):
      let lags = written.automaticLags(prewhitened: prewhitened)
      whole = try equations.covariance(
        .neweyWest(lags: lags, prewhitened: prewhitened, adjusted: adjusted))
    case .andrews(let prewhitened, let adjusted):
      let bandwidth = written.andrewsBandwidth(prewhitened: prewhitened)
      whole = equations.kernelMeat(
        .quadraticSpectral(bandwidth: bandwidth), prewhitened: prewhitened, adjusted: adjusted)
    default: whole = try equations.covariance(kind)
    }
    let own = Array(exogenousCount..<whole.columnCount)
    return whole.selectingRows(own).selectingColumns(own)
  }

  /// ν of joint F tests.
  func denominator(_ kind: CovarianceKind) -> Double { equations.jointDegreesOfFreedom(kind) }
}

extension EstimatingEquations {
  /// The denominator's degrees of freedom of a joint F test: clusters or periods less one, n − K
  /// otherwise. For cr2 and cr3, whose degrees of freedom differ by contrast, clusters less one.
  func jointDegreesOfFreedom(_ kind: CovarianceKind) -> Double {
    switch kind {
    case .clustered(let ways, _, _): Double((ways.map(\.count).min() ?? 2) - 1)
    case .jackknife(let grouping?): Double(grouping.count - 1)
    case .driscollKraay(let times, _): Double(max(1, times.count - 1))
    default: residualDegreesOfFreedom
    }
  }
}
