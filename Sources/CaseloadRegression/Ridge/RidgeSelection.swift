import CaseloadData
import CaseloadMath

/// The penalty that generalized cross-validation chooses.
enum RidgeSelection {
  /// ln λ goes this far below the smallest and above the largest squared singular value.
  private static let below = log(1e-8)
  private static let above = log(1e6)
  /// The grid of ln λ that is searched before Brent's method.
  private static let step = 0.1

  /// The λ ≥ 0 with the least criterion, by a grid on ln λ and Brent's method beside its best point.
  ///
  /// - Throws: ``DiagnosticCode/notIdentified`` where the criterion is zero at every penalty that is
  ///   small enough: the response is fitted exactly.
  static func penalty(_ decomposition: RidgeDecomposition) throws(Diagnostic) -> (
    penalty: Double, notes: [Diagnostic]
  ) {
    guard let first = decomposition.singularValues.first,
      let last = decomposition.singularValues.last
    else { return (0, []) }
    guard decomposition.scores.contains(where: { $0 != 0 }) else { throw noVariation() }
    let low = 2 * log(last) + below
    let high = 2 * log(first) + above
    let count = Int(((high - low) / step).rounded(.up))
    func criterion(_ t: Double) -> Double {
      // The logarithm is smoother; 0 is fitted exactly.
      log(decomposition.generalizedCrossValidation(exp(t)))
    }
    var best = (index: 0, value: Double.infinity)
    for k in 0...count {
      let value = criterion(low + step * Double(k))
      if value < best.value { best = (k, value) }
    }
    if best.index == 0 {
      let columns = decomposition.singularValues.count == decomposition.penalized.count
      let free =
        Double(decomposition.rowCount) - decomposition.effectiveDegreesOfFreedom(0)
      if columns, free > 0.5 {
        let none = decomposition.generalizedCrossValidation(0)
        if log(none) <= best.value { return (0, [unpenalized()]) }
      }
      return (exp(low), [atEdge(high: false)])
    }
    if best.index == count { return (exp(high), [atEdge(high: true)]) }
    let center = low + step * Double(best.index)
    let optimum = Brent.minimum(
      in: center - step...center + step, tolerance: 1e-12, of: criterion)
    let t = optimum.value <= best.value ? optimum.point[0] : center
    return (exp(t), [])
  }

  private static func noVariation() -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "The response does not vary with any column, so cross-validation has nothing to "
          + "choose a penalty by.",
        zh: "响应变量不随任何一列变化，交叉验证无从选择惩罚。"),
      hint: Text(en: "Give a penalty, or check the response.", zh: "请给出惩罚，或检查响应变量。"))
  }

  private static func unpenalized() -> Diagnostic {
    Diagnostic(
      .assumption, .note,
      Text(
        en: "Cross-validation chooses no penalty: this is least squares.",
        zh: "交叉验证未选择惩罚，即为最小二乘。"))
  }

  private static func atEdge(high: Bool) -> Diagnostic {
    Diagnostic(
      .notIdentified, .warning,
      high
        ? Text(
          en: "Cross-validation shrinks all coefficients to nothing: the columns do not predict.",
          zh: "交叉验证将全部系数收缩为零，各列没有预测作用。")
        : Text(
          en: "Cross-validation finds no least penalty: the response is fitted almost exactly.",
          zh: "交叉验证找不到最小惩罚，响应变量几乎被完全拟合。"),
      hint: Text(en: "Give a penalty to decide yourself.", zh: "请自行给出惩罚。"))
  }
}
