import CaseloadData
import CaseloadMath

/// The estimating equations Σ xᵢeᵢ = 0 of a fit, in the form in which every sandwich uses them.
///
/// For weighted least squares x and e are scaled by √w; for a generalized linear model by the square
/// root of the working weights, e being the working residual; for instruments x is projected on
/// them; with fixed effects both are within the effects. In each case score i is xᵢeᵢ and the bread
/// is (XᵀX)⁻¹.
public struct EstimatingEquations: Sendable {
  /// n × p.
  public let x: Matrix
  /// n values.
  public let residuals: [Double]
  /// (XᵀX)⁻¹, p × p.
  public let bread: Matrix
  /// The factor of the bread under the model's own assumptions: σ̂², or the dispersion.
  public let dispersion: Double
  public let hasIntercept: Bool
  /// Fixed effects that are not among the columns.
  public let absorbed: AbsorbedEffects?
  /// For a known dispersion tests refer to the normal distribution; otherwise to Student's t.
  public let isDispersionKnown: Bool
  /// Whether the residuals are linear in the response, given the columns.
  public let isLinear: Bool
  let basis: @Sendable () -> Matrix

  /// - Parameters:
  ///   - x: n × p, scaled so that score i is xᵢeᵢ.
  ///   - residuals: n values, scaled likewise.
  ///   - bread: (XᵀX)⁻¹.
  ///   - dispersion: the factor of the classical covariance.
  ///   - hasIntercept: whether the first column is the intercept's.
  ///   - absorbed: fixed effects outside the columns.
  ///   - isDispersionKnown: whether the dispersion is no estimate.
  ///   - isLinear: whether this is least squares of a response on the columns.
  ///   - basis: an orthonormal basis of the columns, n × p; by default X·U⁻¹ from a QR of x.
  public init(
    x: Matrix, residuals: [Double], bread: Matrix, dispersion: Double, hasIntercept: Bool,
    absorbed: AbsorbedEffects? = nil, isDispersionKnown: Bool = false, isLinear: Bool = false,
    basis: (@Sendable () -> Matrix)? = nil
  ) {
    precondition(x.rowCount == residuals.count && bread.rowCount == x.columnCount)
    self.x = x
    self.residuals = residuals
    self.bread = bread
    self.dispersion = dispersion
    self.hasIntercept = hasIntercept
    self.absorbed = absorbed
    self.isDispersionKnown = isDispersionKnown
    self.isLinear = isLinear
    self.basis =
      basis ?? {
        let zeros = [Double](repeating: 0, count: x.rowCount)
        return (try? LeastSquares(x, zeros))?.basis(of: x) ?? x
      }
  }

  public var observationCount: Int { x.rowCount }
  /// p plus the fixed effects that are estimated.
  public var parameterCount: Int { x.columnCount + (absorbed?.parameterCount ?? 0) }
  /// n − K.
  public var residualDegreesOfFreedom: Double { Double(x.rowCount - parameterCount) }

  /// xᵢeᵢ, n × p.
  var scores: Matrix { x.scalingRows(residuals) }
}

/// Fixed effects that were taken out of a regression without columns of their own.
public struct AbsorbedEffects: Sendable {
  /// One a way of grouping.
  public let groupings: [Grouping]
  /// How many of the levels of each way are redundant given the ways before it.
  public let redundant: [Int]
  /// Σ √w-scaled leverages of one way; `nil` for several, whose leverages are not in closed form.
  public let leverages: [Double]?
  /// The weights of the projection off the effects; `nil` for ones.
  let weights: [Double]?

  /// - Parameters:
  ///   - groupings: one a way of grouping.
  ///   - redundant: how many levels of each way the ways before it imply.
  ///   - leverages: of one way.
  ///   - weights: of the projection off the effects.
  init(
    groupings: [Grouping], redundant: [Int], leverages: [Double]?, weights: [Double]? = nil
  ) {
    self.groupings = groupings
    self.redundant = redundant
    self.leverages = leverages
    self.weights = weights
  }

  /// The effects that are estimated: all levels less the redundant ones.
  public var parameterCount: Int {
    zip(groupings, redundant).reduce(0) { $0 + $1.0.count - $1.1 }
  }

  /// The effects that count against the degrees of freedom of clustered errors: those nested in
  /// clusters do not, but for the constant.
  ///
  /// - Source: Cameron & Miller (2015), *Journal of Human Resources* 50, 317–372, §III.B; the
  ///   convention of reghdfe and fixest.
  package func parameterCount(clusteredBy clusters: [Grouping]) -> Int {
    let isNested = groupings.map { effect in
      clusters.contains { effect.isNested(in: $0) }
    }
    guard isNested.contains(true) else { return parameterCount }
    var count = 1
    for (k, effect) in groupings.enumerated() where !isNested[k] {
      count += effect.count - max(1, redundant[k])
    }
    return count
  }
}
