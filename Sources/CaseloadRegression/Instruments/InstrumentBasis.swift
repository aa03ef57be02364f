import CaseloadData
import CaseloadMath

/// The columns of the first stage in orthonormal coordinates, in which every projection on the
/// instruments is a product.
///
/// ```
/// Q = [Q_W Q_Z],   Q_W spans W,   Q_Z spans Z less its projection on W
/// ```
struct InstrumentBasis: Sendable {
  /// n × (p + L) with orthonormal columns.
  let q: Matrix
  /// p, the number of columns that span W.
  let exogenousCount: Int
  /// L.
  let instrumentCount: Int
  /// V = X − QQᵀX, n × m: what the first stage leaves of the endogenous regressors.
  let endogenousResiduals: Matrix
  /// X − Q_W Q_WᵀX, n × m.
  let partialled: Matrix

  init(_ data: InstrumentData) throws(Diagnostic) {
    let w = data.exogenous
    do {
      let own = try OrthonormalBasis.of(w)
      let excluded = try OrthonormalBasis.of(OrthonormalBasis.residuals(data.instruments, off: own))
      q = own.beside(excluded)
      partialled = OrthonormalBasis.residuals(data.endogenous, off: own)
    } catch {
      throw Diagnostic(error, names: data.exogenousNames + data.instrumentNames)
    }
    exogenousCount = w.columnCount
    instrumentCount = data.instruments.columnCount
    endogenousResiduals = OrthonormalBasis.residuals(data.endogenous, off: q)
  }

  /// Q_Z, n × L.
  var instruments: Matrix {
    q.selectingColumns(Array(exogenousCount..<exogenousCount + instrumentCount))
  }

  /// The endogenous regressors that the first stage fits exactly, but for rounding.
  var exactlyFitted: [Int] {
    (0..<partialled.columnCount).filter { j in
      let rest = OrthonormalBasis.squares(endogenousResiduals, j)
      let fitted = partialled.column(j).reduce(0) { $0 + $1 * $1 }
      return rest <= 1e-20 * fitted
    }
  }
}
