import CaseloadData
import CaseloadMath

/// A fitted mean at given columns, with its uncertainty.
///
/// ```
/// η = xᵀβ̂ + o,   se(η) = √(xᵀVx),   μ = m(η),   se(μ) = |m′(η)| se(η)
/// ```
///
/// The interval of the mean is that of η transformed, which keeps it inside the range of the family.
public struct MeanPrediction: Codable, Sendable, Equatable {
  /// η.
  public let linearPredictor: Double
  public let linearPredictorStandardError: Double
  public let linearPredictorLower: Double
  public let linearPredictorUpper: Double
  /// μ, in units of the response.
  public let mean: Double
  /// By the delta method.
  public let meanStandardError: Double
  /// The lower end of the interval of η, transformed; `nil` where there is no bound.
  public let lower: Double?
  /// The other end.
  public let upper: Double?
}

/// An interval for a new observation of a gaussian response.
public struct PredictionInterval: Codable, Sendable, Equatable {
  public let mean: Double
  /// √(σ² + xᵀVx).
  public let standardError: Double
  public let lower: Double
  public let upper: Double
}

extension GeneralizedLinearFit {
  /// The means at the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: m × p, the columns of the fit, or all that were given to it.
  ///   - offset: m values; `nil` for zeros.
  ///   - kind: the covariance of the coefficients.
  ///   - level: the coverage of the intervals.
  /// - Returns: one a row.
  /// - Throws: as ``covariance(_:)`` does; ``DiagnosticCode/valueOutOfRange`` for a row outside the
  ///   domain of the link, or one that is not finite; ``DiagnosticCode/notIdentified`` for a row with
  ///   a value in a column that has no finite coefficient.
  public func predictions(
    _ x: Matrix, offset: [Double]? = nil, covariance kind: CovarianceKind, level: Double = 0.95
  ) throws(Diagnostic) -> [MeanPrediction] {
    precondition((offset?.count ?? x.rowCount) == x.rowCount, "offsets of another number of rows")
    let x = try selected(x)
    let covariance = try covariance(kind)
    let etas = x * coefficients
    var result: [MeanPrediction] = []
    for i in 0..<x.rowCount {
      let row = x.row(i)
      let eta = etas[i] + (offset?[i] ?? 0)
      let mean = link.mean(eta)
      guard isInDomain(eta), family.contains(mean) else {
        throw Self.outsideDomain(Text(en: "row \(i + 1)", zh: "第 \(i + 1) 行"))
      }
      let variance = zip(row, covariance * row).reduce(0) { $0 + $1.0 * $1.1 }
      let error = max(0, variance).squareRoot()
      let margin = try quantile(kind, of: row, level: level) * error
      let (lower, upper) = link.means(from: eta - margin, to: eta + margin, family: model.family)
      result.append(
        MeanPrediction(
          linearPredictor: eta, linearPredictorStandardError: error,
          linearPredictorLower: eta - margin, linearPredictorUpper: eta + margin,
          mean: mean.value, meanStandardError: abs(mean.derivative) * error, lower: lower,
          upper: upper))
    }
    return result
  }

  /// Intervals for new observations of weight 1 at the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: m × p, as for the means.
  ///   - offset: m values; `nil` for zeros.
  ///   - level: the coverage of the intervals.
  /// - Returns: one a row.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a family or link that is not gaussian with
  ///   the identity, and as the means do.
  public func predictionIntervals(_ x: Matrix, offset: [Double]? = nil, level: Double = 0.95)
    throws(Diagnostic) -> [PredictionInterval]
  {
    guard model.family == .gaussian, link == .identity, let dispersion else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Intervals for new observations are those of a gaussian response with the identity "
            + "link and degrees of freedom left.",
          zh: "新观测的预测区间仅适用于恒等联系函数、且有剩余自由度的高斯响应。"),
        hint: Text(
          en: "Intervals for the mean hold for every family.", zh: "均值的区间适用于所有分布族。"))
    }
    let quantile = StudentT(degreesOfFreedom: residualDegreesOfFreedom)
      .upperQuantile((1 - level) / 2)
    return try predictions(x, offset: offset, covariance: .classical, level: level).map {
      PredictionInterval($0.mean, error: $0.meanStandardError, dispersion, quantile)
    }
  }

  /// The columns of the fit among those given.
  private func selected(_ x: Matrix) throws(Diagnostic) -> Matrix {
    precondition(
      x.columnCount == coefficients.count || x.columnCount == givenColumnCount,
      "\(x.columnCount) columns for \(coefficients.count) coefficients")
    if let (row, column) = x.firstNonFinite {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "Row \(row + 1) has no finite value in column \(column + 1).",
          zh: "第 \(row + 1) 行第 \(column + 1) 列不是有限数。"))
    }
    guard x.columnCount != coefficients.count else { return x }
    let omitted = Set(0..<givenColumnCount).subtracting(usedColumns).sorted()
    for (column, name) in zip(omitted, omittedNames) {
      guard let row = (0..<x.rowCount).first(where: { x[$0, column] != 0 }) else { continue }
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "Row \(row + 1) has \(name), whose coefficient is not finite: its mean is at the end "
            + "of the range.",
          zh: "第 \(row + 1) 行含 \(name)，其系数不是有限值，均值位于取值范围的端点。"),
        hint: Text(en: "Leave those rows out.", zh: "请去掉这些行。"))
    }
    return x.selectingColumns(usedColumns)
  }

  private func quantile(_ kind: CovarianceKind, of contrast: [Double], level: Double)
    throws(Diagnostic) -> Double
  {
    let degreesOfFreedom = try degreesOfFreedom(kind, of: contrast)
    return degreesOfFreedom.isInfinite
      ? Normal.standard.upperQuantile((1 - level) / 2)
      : StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile((1 - level) / 2)
  }
}

extension PredictionInterval {
  /// The interval of a mean with a standard error and errors of variance `dispersion`.
  init(_ mean: Double, error: Double, _ dispersion: Double, _ quantile: Double) {
    self.mean = mean
    standardError = (dispersion + error * error).squareRoot()
    lower = mean - quantile * standardError
    upper = mean + quantile * standardError
  }
}

extension LinearFit {
  /// The means at the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: m × p, the columns of the fit.
  ///   - kind: the covariance of the coefficients.
  ///   - level: the coverage of the intervals.
  /// - Returns: one a row.
  /// - Throws: as ``covariance(_:)`` does.
  public func predictions(_ x: Matrix, covariance kind: CovarianceKind, level: Double = 0.95)
    throws(Diagnostic) -> [MeanPrediction]
  {
    precondition(x.columnCount == coefficients.count, "\(x.columnCount) columns")
    let covariance = try covariance(kind)
    let means = x * coefficients
    var result: [MeanPrediction] = []
    for i in 0..<x.rowCount {
      let row = x.row(i)
      let variance = zip(row, covariance * row).reduce(0) { $0 + $1.0 * $1.1 }
      let error = max(0, variance).squareRoot()
      let degreesOfFreedom = try degreesOfFreedom(kind, of: row)
      let margin =
        StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile((1 - level) / 2) * error
      let (lower, upper) = (means[i] - margin, means[i] + margin)
      result.append(
        MeanPrediction(
          linearPredictor: means[i], linearPredictorStandardError: error,
          linearPredictorLower: lower, linearPredictorUpper: upper, mean: means[i],
          meanStandardError: error, lower: lower, upper: upper))
    }
    return result
  }

  /// Intervals for new observations of weight 1 at the rows of `x`, for normal errors of one
  /// variance.
  ///
  /// - Parameters:
  ///   - x: m × p, the columns of the fit.
  ///   - level: the coverage of the intervals.
  /// - Returns: one a row.
  /// - Throws: as ``covariance(_:)`` does.
  public func predictionIntervals(_ x: Matrix, level: Double = 0.95) throws(Diagnostic)
    -> [PredictionInterval]
  {
    let means = try predictions(x, covariance: .classical, level: level)
    let dispersion = residualSumOfSquares / residualDegreesOfFreedom
    let quantile = StudentT(degreesOfFreedom: residualDegreesOfFreedom)
      .upperQuantile((1 - level) / 2)
    return means.map {
      PredictionInterval($0.mean, error: $0.meanStandardError, dispersion, quantile)
    }
  }
}
