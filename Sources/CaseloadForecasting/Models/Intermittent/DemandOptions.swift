import CaseloadData

/// What the models of intermittent demand say alike.
enum DemandOptions {
  static let smoothing = [
    (
      "smoothing",
      Text(en: "α, above 0 and at most 1; 0.1 when left out", zh: "α，大于 0 且不超过 1；默认 0.1")
    )
  ]

  static let optimized = [
    (
      "optimized",
      Text(
        en: "true finds the smoothing by least squares, between 0.1 and 0.3",
        zh: "true 则在 0.1 与 0.3 之间按最小二乘确定平滑系数")
    )
  ]

  static let assumptions = [
    Text(
      en: "Demands occur independently, with one probability in every period ahead.",
      zh: "需求独立发生，预测期内各期概率相同。"),
    Text(
      en: "Sizes ahead are like those seen, the latest of which count most.",
      zh: "未来需求量与历史相似，越近权重越大。"),
  ]

  static func check(_ value: Double, _ name: String, of id: String) throws(Diagnostic) {
    guard !(value > 0 && value <= 1) else { return }
    throw Diagnostic(
      .illegalOption, .error,
      Text(
        en: "The option \(name) of \(id) cannot be \(value).", zh: "\(id) 的选项 \(name) 不能取 \(value)。"
      ),
      hint: Text(
        en: "Give a number above 0 and at most 1: --set \(name)=0.1.",
        zh: "请给出大于 0 且不超过 1 的数：--set \(name)=0.1。"))
  }
}
