import CaseloadData
import CaseloadMath

/// The rows of a design that is one series, in the order of time.
struct SeriesDesign {
  let x: Matrix
  let y: [Double]
  let times: [Int]
  /// The observation of each row; `nil` where the design is in order already.
  let rows: [Int]?

  init(_ design: DesignMatrix) throws(Diagnostic) {
    guard design.weights == nil, design.fixedEffects.isEmpty, design.endogenous == nil else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A regression with autoregressive errors takes no weights, fixed effects or "
            + "instruments.",
          zh: "自回归误差模型不支持权重、固定效应与工具变量。"),
        hint: Text(
          en: "Write effects as C(x), or use least squares with newey-west errors.",
          zh: "请把效应写作 C(x)，或用最小二乘配 newey-west 标准误。"))
    }
    let response = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
    guard let periods = design.times else {
      (x, y, times, rows) = (design.matrix, response, Array(response.indices), nil)
      return
    }
    if let shared = periods.sizes.firstIndex(where: { $0 > 1 }) {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "\(periods.sizes[shared]) observations share one \(periods.name): this model is for "
            + "one series.",
          zh: "有 \(periods.sizes[shared]) 个观测的 \(periods.name) 相同：该模型只用于单一序列。"),
        hint: Text(
          en: "Choose one unit, or cluster the errors by unit.", zh: "请只取一个单位，或按单位聚类。"))
    }
    let order = periods.codes.indices.sorted { periods.codes[$0] < periods.codes[$1] }
    let isSorted = zip(order, order.dropFirst()).allSatisfy { $0 < $1 }
    x = isSorted ? design.matrix : design.matrix.selectingRows(order)
    y = isSorted ? response : order.map { response[$0] }
    let ordinals = periods.labels.enumerated().map { Int($1) ?? $0 }
    times = order.map { ordinals[Int(periods.codes[$0])] }
    rows = isSorted ? nil : order
  }
}
