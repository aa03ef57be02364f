import CaseloadData
import CaseloadMath
import CaseloadRegression

/// A curve through the changes of treated units by their dose.
///
/// ```
/// ATT(d|d) = b(d)ᵀβ,   ACR = Σᵢ ωᵢ b′(dᵢ)ᵀβ / Σᵢ ωᵢ
/// ```
///
/// b is a constant and the dose (`linear`), the dose in pieces that bend at quantiles (`spline`), or one
/// indicator a group of doses (`bins`).
struct DoseCurve {
  /// One row a treated unit.
  private let basis: Matrix
  private let doses: [Double]
  private let knots: [Double]
  private let shape: ContinuousDose.Curve
  private let inverse: Matrix
  private let fitted: [Double]
  private let changes: DoseChanges

  /// `nil` where the doses do not differ enough for the curve.
  init?(_ changes: DoseChanges, _ doses: [Double], _ shape: ContinuousDose.Curve, pieces: Int) {
    self.changes = changes
    self.doses = doses
    self.shape = shape
    let sorted = doses.sorted()
    guard let least = sorted.first, let most = sorted.last, most > least else { return nil }
    var knots: [Double] = []
    if shape != .linear, pieces > 1 {
      for piece in 1..<pieces {
        let knot = Descriptive.sortedQuantile(sorted, Double(piece) / Double(pieces)) ?? least
        if knot > least, knot < most, knots.last.map({ knot > $0 }) ?? true { knots.append(knot) }
      }
    }
    self.knots = knots
    let rows = doses.map { Self.row($0, shape, knots) }
    basis = Matrix(rows: rows)
    let weights = changes.weights
    let roots = weights.map { $0.squareRoot() }
    guard
      let fit = try? LeastSquares(
        basis.scalingRows(roots), zip(changes.treated, roots).map { $0.delta * $1 })
    else { return nil }
    inverse = fit.crossProductInverse
    fitted = BLAS.gemv(basis, fit.coefficients)
  }

  private static func row(_ d: Double, _ shape: ContinuousDose.Curve, _ knots: [Double]) -> [Double]
  {
    switch shape {
    case .linear: return [1, d]
    case .spline: return [1, d] + knots.map { max(0, d - $0) }
    case .bins:
      let bin = knots.count { d > $0 }
      return (0...knots.count).map { $0 == bin ? 1 : 0 }
    }
  }

  private func effect(_ l: [Double]) -> AverageEffect {
    let a = BLAS.gemv(basis, BLAS.gemv(inverse, l))
    let v = zip(a, changes.weights).map { $0 * $1 }
    return changes.effect(v, fitted: fitted, parameters: basis.columnCount)
  }

  /// ATT(d|d).
  func level(_ d: Double) -> AverageEffect { effect(Self.row(d, shape, knots)) }

  /// The average of the curve's slope over the doses of the treated units; for groups of doses the
  /// slope from the lowest to the highest group's mean dose.
  var response: AverageEffect? {
    let weights = changes.weights
    let total = weights.reduce(0, +)
    var l = [Double](repeating: 0, count: basis.columnCount)
    switch shape {
    case .linear: l[1] = 1
    case .spline:
      l[1] = 1
      for (k, knot) in knots.enumerated() {
        l[k + 2] = zip(doses, weights).reduce(0) { $1.0 > knot ? $0 + $1.1 : $0 } / total
      }
    case .bins:
      let bins = bins
      guard let low = bins.first, let high = bins.last, bins.count > 1 else { return nil }
      l[0] = -1 / (high.mean - low.mean)
      l[bins.count - 1] = 1 / (high.mean - low.mean)
    }
    return effect(l)
  }

  /// The groups of doses: their ends, mean dose and number of units.
  var bins: [(least: Double, most: Double, mean: Double, count: Int)] {
    var groups = [[Double]](repeating: [], count: knots.count + 1)
    for d in doses { groups[knots.count { d > $0 }].append(d) }
    return groups.compactMap { group in
      guard let least = group.min(), let most = group.max() else { return nil }
      return (least, most, group.reduce(0, +) / Double(group.count), group.count)
    }
  }

  /// The doses at which the curve is reported.
  var shown: [(dose: Double, percent: Int)] {
    let sorted = doses.sorted()
    return [10, 25, 50, 75, 90].compactMap { percent in
      Descriptive.sortedQuantile(sorted, Double(percent) / 100).map { ($0, percent) }
    }
  }
}
