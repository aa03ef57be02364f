import CaseloadData

/// What the models of the theta family say alike.
enum ThetaOptions {
  static let help = [
    (
      "seasonal",
      Text(
        en: "the season to take out first: none, additive, multiplicative or automatic",
        zh: "先剔除的季节性：none、additive、multiplicative 或 automatic")
    ),
    (
      "smoothing",
      Text(
        en: "α, between 0 and 1; estimated when left out", zh: "α，介于 0 与 1 之间；省略则由数据估计")
    ),
  ]

  static let estimationHelp = [
    (
      "estimation",
      Text(
        en: "cautious (θ drawn to 2) or least-squares (as other programs)",
        zh: "cautious（θ 向 2 收缩）或 least-squares（同其他程序）")
    )
  ]

  static let assumptions = [
    Text(en: "Independent normal errors of one variance.", zh: "误差独立、正态、方差不变。"),
    Text(
      en: "A season, if there is one, that does not change.", zh: "若有季节性，其形态保持不变。"),
  ]

  static func check(_ smoothing: Double?, of id: String) throws(Diagnostic) {
    guard let smoothing, !(smoothing > 0 && smoothing < 1) else { return }
    throw Diagnostic(
      .illegalOption, .error,
      Text(
        en: "The option smoothing of \(id) cannot be \(smoothing).",
        zh: "\(id) 的选项 smoothing 不能取 \(smoothing)。"),
      hint: Text(
        en: "Give a number between 0 and 1, or leave it out.", zh: "请给出 0 与 1 之间的数，或省略该选项。"))
  }
}
