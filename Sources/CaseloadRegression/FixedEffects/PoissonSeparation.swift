import CaseloadData
import CaseloadMath

/// Observations that a Poisson likelihood drives to a mean of zero.
///
/// An observation with y = 0 is separated when a combination z of the regressors and effects is 0
/// wherever y > 0, nowhere negative, and positive there: along −z the likelihood rises without end.
enum PoissonSeparation {
  /// The separated observations, by the iterative rectifier.
  ///
  /// The target u, 1 where y = 0, is fitted by least squares with an all but infinite weight on
  /// y > 0; what the fit leaves negative is raised to 0 and fitted again, until the fit is its own
  /// target. Where it is positive then, an observation is separated.
  ///
  /// - Source: Correia, Guimarães & Zylkin (2021), "Verifying the existence of maximum likelihood
  ///   estimates for generalized linear models", arXiv:1903.01633, §3.2 and the appendix.
  static func rectified(_ x: Matrix, _ y: [Double], _ effects: [Grouping]) -> [Int] {
    let zeros = y.indices.filter { y[$0] == 0 }
    guard !zeros.isEmpty else { return [] }
    let n = y.count
    var weights = [Double](repeating: 1, count: n)
    for i in 0..<n where y[i] > 0 { weights[i] = Self.weight }
    let projector = EffectProjector(effects, weights: weights)
    var columns: [[Double]] = []
    for j in 0..<x.columnCount {
      let column = x.column(j)
      let before = FixedEffectsFit.centeredSquares(column, nil)
      let residual = projector.projection(of: column, tolerance: 1e-10).residual
      let after = FixedEffectsFit.squares(residual, nil)
      let whole = FixedEffectsFit.squares(column, nil)
      if FixedEffectsFit.isLeft(after, of: before, whole: whole) { columns.append(residual) }
    }
    let roots = weights.map { $0.squareRoot() }
    var matrix = Matrix(rowCount: n, columnCount: columns.count, storage: columns.flatMap { $0 })
      .scalingRows(roots)
    let dependent = DependentColumns.find(matrix)
    if !dependent.isEmpty {
      matrix = matrix.selectingColumns(
        (0..<matrix.columnCount).filter { !dependent.contains($0) })
    }
    var target = [Double](repeating: 0, count: n)
    for i in zeros { target[i] = 1 }
    var start: [Double]?
    for _ in 0..<iterationLimit {
      let projection = projector.projection(of: target, from: start, tolerance: 1e-10)
      start = projection.unknowns
      var residual = projection.residual
      if matrix.columnCount > 0 {
        let scaled = zip(residual, roots).map { $0 * $1 }
        guard let fit = try? LeastSquares(matrix, scaled) else { return [] }
        residual = zip(fit.residuals, roots).map { $0 / $1 }
      }
      var (lowest, highest, unsettled) = (0.0, 0.0, 0.0)
      for i in zeros {
        let fitted = target[i] - residual[i]
        lowest = min(lowest, fitted)
        highest = max(highest, fitted)
        unsettled = max(unsettled, abs(residual[i]))
        target[i] = max(0, fitted)
      }
      // Without separation the targets shrink for ever; with it they settle at a size of their own.
      if highest < tolerance { return [] }
      if unsettled < settledShare * highest {
        var elsewhere = 0.0
        for i in 0..<n where y[i] > 0 { elsewhere = max(elsewhere, abs(residual[i])) }
        // The certificate: nothing where y > 0, nothing negative, and something positive.
        guard elsewhere < certificateShare * highest, lowest > -certificateShare * highest else {
          return []
        }
        return zeros.filter { target[$0] > certificateShare * highest }
      }
    }
    return []
  }

  private static let weight = 1e8
  private static let tolerance = 1e-5
  /// How little a target may move, relative to the largest, to have settled.
  private static let settledShare = 1e-6
  private static let certificateShare = 1e-4
  private static let iterationLimit = 5000
}
