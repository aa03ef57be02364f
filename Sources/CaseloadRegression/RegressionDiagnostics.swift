import CaseloadData
import CaseloadMath

extension Diagnostic {
  /// Throws for a weight that is not positive.
  static func requirePositive(_ weights: [Double]) throws(Diagnostic) {
    guard !weights.allSatisfy({ $0 > 0 && $0.isFinite }) else { return }
    throw Diagnostic(
      .valueOutOfRange, .error,
      Text(en: "A weight is zero, negative or missing.", zh: "存在为零、为负或缺失的权重。"),
      hint: Text(
        en: "Leave those rows out, or give them positive weights.",
        zh: "请去掉这些行或给出正的权重。"))
  }

  /// There is nothing left to estimate the errors from.
  static func saturated(observations: Int) -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "There are as many coefficients as observations (\(observations)): the errors "
          + "cannot be estimated.",
        zh: "系数个数与观测数相同（\(observations)），误差无法估计。"),
      hint: Text(en: "Use fewer terms or more data.", zh: "请减少项数或增加数据。"))
  }

  /// A failure of the factorization in words, with the names of the columns.
  init(_ failure: QR.Failure, names: [String]) {
    switch failure {
    case .rankDeficient(let rank, let columns):
      let list = columns.map { names[$0] }.joined(separator: ", ")
      self.init(
        .rankDeficient, .error,
        Text(
          en: "The design has \(names.count) columns but rank \(rank): \(list) "
            + (columns.count == 1 ? "is a combination" : "are combinations") + " of the others.",
          zh: "设计矩阵有 \(names.count) 列而秩为 \(rank)：\(list) 是其他列的线性组合。"),
        hint: Text(en: "Leave out: \(list).", zh: "请去掉：\(list)。"))
    case .nonFinite(let element):
      let name = element.column < names.count ? names[element.column] : "y"
      self.init(
        .valueOutOfRange, .error,
        Text(
          en: "\(name) is not finite in observation \(element.row + 1).",
          zh: "第 \(element.row + 1) 个观测的 \(name) 不是有限数。"))
    case .tooFewRows(let rows, let columns):
      self.init(
        .seriesTooShort, .error,
        Text(
          en: "\(rows) observations cannot determine \(columns) coefficients.",
          zh: "\(rows) 个观测不足以确定 \(columns) 个系数。"),
        hint: Text(en: "Use fewer terms or more data.", zh: "请减少项数或增加数据。"))
    }
  }
}
