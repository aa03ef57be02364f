import CaseloadData
import CaseloadMath

/// A prediction at one row of new data.
public struct RowPrediction: Codable, Sendable {
  /// The row of the table, counted from 1 without the header.
  public let row: Int
  /// The mean, in units of the response.
  public let mean: Double
  public let standardError: Double
  /// The interval of the mean.
  public let lower: Double
  /// The other end.
  public let upper: Double
  /// The interval of a new observation; `nil` for a model that has none.
  public let observationLower: Double?
  /// The other end.
  public let observationUpper: Double?
}

extension RegressionFit {
  /// xᵀβ̂ + offset at the rows of `x`, with intervals of the mean and, where `errorVariance` is known,
  /// of a new observation.
  ///
  /// - Parameters:
  ///   - x: m × p, the columns of the fit.
  ///   - rows: the row of the table that each row of `x` is.
  ///   - offset: m values; `nil` for zeros.
  ///   - kind: the covariance of the coefficients.
  ///   - errorVariance: of a new observation around its mean; `nil` for none.
  ///   - level: the coverage.
  /// - Returns: one prediction a row.
  /// - Throws: as ``covariance(_:)`` does.
  func linearPredictions(
    _ x: Matrix, rows: [Int], offset: [Double]?, _ kind: CovarianceKind, errorVariance: Double?,
    level: Double
  ) throws(Diagnostic) -> [RowPrediction] {
    let covariance = try covariance(kind)
    var result: [RowPrediction] = []
    for i in 0..<x.rowCount {
      let row = x.row(i)
      let variance = zip(row, covariance * row).reduce(0) { $0 + $1.0 * $1.1 }
      let mean =
        zip(row, coefficients).reduce(offset?[i] ?? 0) { $0 + $1.0 * $1.1 }
      let degreesOfFreedom = try degreesOfFreedom(kind, of: row)
      let quantile =
        degreesOfFreedom.isFinite
        ? StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile((1 - level) / 2)
        : Normal.standard.upperQuantile((1 - level) / 2)
      let standardError = max(0, variance).squareRoot()
      let wide = errorVariance.map { quantile * ($0 + max(0, variance)).squareRoot() }
      result.append(
        RowPrediction(
          row: rows[i] + 1, mean: mean, standardError: standardError,
          lower: mean - quantile * standardError, upper: mean + quantile * standardError,
          observationLower: wide.map { mean - $0 }, observationUpper: wide.map { mean + $0 }))
    }
    return result
  }
}
