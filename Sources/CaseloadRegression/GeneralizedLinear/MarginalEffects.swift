import CaseloadData
import CaseloadMath

/// What a unit of each column does to the mean of the response.
///
/// ```
/// continuous   Σ wᵢ m′(ηᵢ) βⱼ / Σ wᵢ
/// 0/1          Σ wᵢ (m(ηᵢ | xⱼ = 1) − m(ηᵢ | xⱼ = 0)) / Σ wᵢ
/// ```
///
/// Standard errors are those of the delta method, √(gᵀVg) with g the gradient in β. Each column is
/// taken as a variable of its own: the parts of a polynomial or an interaction do not move together.
///
/// - Source: Cameron & Trivedi, *Regression Analysis of Count Data*, 2nd ed. (2013), §3.5; Greene,
///   *Econometric Analysis*, 7th ed. (2012), §17.3.2.
public struct MarginalEffects: Sendable {
  /// Whose effect it is.
  public enum Point: String, Codable, Sendable, CaseIterable {
    /// The mean of the effects on the observations.
    case average
    /// The effect on an observation with the mean of every column, and of the offset.
    case atMeans
  }

  public let point: Point
  /// One row a column but the intercept, in units of the response.
  public let effects: [Coefficient]
  /// The columns with values 0 and 1 only, whose effect is a difference and not a slope.
  public let discreteTerms: [String]
}

extension GeneralizedLinearFit {
  /// The marginal effects with standard errors from any covariance of the coefficients.
  ///
  /// - Parameters:
  ///   - kind: the covariance.
  ///   - point: whose effect.
  ///   - level: the coverage of the intervals.
  /// - Returns: one effect a column but the intercept.
  /// - Throws: as ``covariance(_:)`` does; ``DiagnosticCode/valueOutOfRange`` where a switch of a 0/1
  ///   column leaves the domain of the link.
  public func marginalEffects(
    _ kind: CovarianceKind, at point: MarginalEffects.Point = .average, level: Double = 0.95
  ) throws(Diagnostic) -> MarginalEffects {
    let covariance = try covariance(kind)
    let (rows, offsets, shares) = points(point)
    var discrete: [String] = []
    var effects: [Coefficient] = []
    for j in coefficients.indices where !(hasIntercept && j == 0) {
      let isDiscrete = isZeroOne(j)
      if isDiscrete { discrete.append(coefficientNames[j]) }
      let (effect, gradient) =
        isDiscrete
        ? try difference(j, rows, offsets, shares) : slope(j, rows, offsets, shares)
      let variance = zip(gradient, covariance * gradient).reduce(0) { $0 + $1.0 * $1.1 }
      effects.append(
        Coefficient(
          term: coefficientNames[j], estimate: effect,
          standardError: max(0, variance).squareRoot(),
          degreesOfFreedom: try degreesOfFreedom(kind, coefficient: j), level: level))
    }
    return MarginalEffects(point: point, effects: effects, discreteTerms: discrete)
  }

  /// Where effects are evaluated: rows, offsets and shares that sum to 1.
  private func points(_ point: MarginalEffects.Point) -> (Matrix, [Double], [Double]) {
    let n = observationCount
    let total = weights.map(\.accurateSum) ?? Double(n)
    let shares = (0..<n).map { (weights?[$0] ?? 1) / total }
    let offsets = offset ?? [Double](repeating: 0, count: n)
    guard point == .atMeans else { return (x, offsets, shares) }
    let means = (0..<x.columnCount).map { j in
      zip(x.column(j), shares).map { $0 * $1 }.accurateSum
    }
    return (Matrix(rows: [means]), [zip(offsets, shares).map { $0 * $1 }.accurateSum], [1])
  }

  private func isZeroOne(_ j: Int) -> Bool {
    let column = x.column(j)
    return column.contains(0) && column.contains(1) && column.allSatisfy { $0 == 0 || $0 == 1 }
  }

  private func slope(_ j: Int, _ rows: Matrix, _ offsets: [Double], _ shares: [Double])
    -> (Double, [Double])
  {
    let predictors = rows * coefficients
    var factor = 0.0
    var gradient = [Double](repeating: 0, count: coefficients.count)
    for i in shares.indices {
      let eta = predictors[i] + offsets[i]
      factor += shares[i] * link.mean(eta).derivative
      let curvature = shares[i] * link.secondDerivative(eta) * coefficients[j]
      for k in gradient.indices { gradient[k] += curvature * rows[i, k] }
    }
    gradient[j] += factor
    return (factor * coefficients[j], gradient)
  }

  private func difference(_ j: Int, _ rows: Matrix, _ offsets: [Double], _ shares: [Double])
    throws(Diagnostic) -> (Double, [Double])
  {
    let predictors = rows * coefficients
    var effect = 0.0
    var gradient = [Double](repeating: 0, count: coefficients.count)
    for i in shares.indices {
      let without = predictors[i] + offsets[i] - coefficients[j] * rows[i, j]
      let (low, high) = (link.mean(without), link.mean(without + coefficients[j]))
      guard isInDomain(without), isInDomain(without + coefficients[j]) else {
        throw Self.outsideDomain(
          Text(
            en: "the effect of \(coefficientNames[j])", zh: "\(coefficientNames[j]) 的效应"))
      }
      effect += shares[i] * (high.value - low.value)
      for k in gradient.indices where k != j {
        gradient[k] += shares[i] * (high.derivative - low.derivative) * rows[i, k]
      }
      gradient[j] += shares[i] * high.derivative
    }
    return (effect, gradient)
  }

  /// Whether the link maps `eta` to a mean at all.
  func isInDomain(_ eta: Double) -> Bool {
    eta.isFinite
      && (eta > 0 || !(link == .inverse && model.family == .gamma || link == .squareRoot))
  }

  static func outsideDomain(_ what: Text) -> Diagnostic {
    Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "A linear predictor of \(what.en) has no mean by this link.",
        zh: "\(what.zh)涉及的线性预测值在该联系函数下没有对应的均值。"),
      hint: Text(
        en: "Stay nearer to the data, or use the link log.", zh: "请靠近数据范围，或改用 log 联系函数。"))
  }
}

extension LinearFit {
  /// The effects on the mean, which are the coefficients themselves wherever they are evaluated.
  ///
  /// - Parameters:
  ///   - kind: the covariance.
  ///   - point: whose effect; it makes no difference here.
  ///   - level: the coverage of the intervals.
  /// - Returns: one effect a column but the intercept; a 0/1 column needs no difference.
  /// - Throws: as ``covariance(_:)`` does.
  public func marginalEffects(
    _ kind: CovarianceKind, at point: MarginalEffects.Point = .average, level: Double = 0.95
  ) throws(Diagnostic) -> MarginalEffects {
    let table = try coefficientTable(kind, level: level)
    return MarginalEffects(
      point: point, effects: hasIntercept ? Array(table.dropFirst()) : table, discreteTerms: [])
  }
}
