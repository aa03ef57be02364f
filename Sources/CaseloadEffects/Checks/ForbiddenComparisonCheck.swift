import CaseloadData
import CaseloadMath

/// How much of a two-way regression compares newly treated units with ones treated long before?
///
/// - Sources: Goodman-Bacon (2021), *Journal of Econometrics* 225, 254–277.
enum ForbiddenComparisonCheck: AutomaticCheck {
  static let id = "forbidden-comparisons"
  static let name = Text(en: "Comparisons with treated units", zh: "以已受干预单位为对照的比较")
  static let condition = Text(
    en: "A two-way regression with its comparisons.", zh: "给出分解的双向固定效应回归。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let comparisons = context.estimate.comparisons
    guard !comparisons.isEmpty else { return nil }
    let isForbidden = { (comparison: EffectEstimate.Comparison) in
      comparison.kind == .laterAgainstEarlier || comparison.kind == .treatedAgainstAlways
    }
    let forbidden = comparisons.filter(isForbidden)
    let clean = comparisons.filter { !isForbidden($0) }
    let share = forbidden.reduce(0) { $0 + $1.weight }
    let cleanShare = clean.reduce(0) { $0 + $1.weight }
    // On a rate's scale the comparisons may be logarithms; their average tells.
    let total = comparisons.reduce(0) { $0 + $1.weight * $1.value }
    let average = context.estimate.average.value
    let isLog =
      context.estimate.scale == .log && abs(expm1(total) - average) < abs(total - average)
    let mean = clean.reduce(0) { $0 + $1.weight * $1.value } / cleanShare
    let value = cleanShare > 0 ? (isLog ? expm1(mean) : mean) : nil
    let figures = [
      EffectCheck.Figure("share", share), EffectCheck.Figure("withoutThem", value),
      EffectCheck.Figure("comparisons", Double(comparisons.count)),
    ]
    let finding =
      Text(
        en: "\(NumberText.percent(share).en) of the weight lies on comparisons with units that are "
          + "treated already, whose own effect enters with a minus.",
        zh: "\(NumberText.percent(share).zh) 的权重来自以已受干预单位为对照的比较，其自身效应以负号计入。")
      + (value.map {
        Text(
          en: " The others average to \(context.shown($0).en).",
          zh: "其余比较的平均为 \(context.shown($0).zh)。")
      } ?? Text(""))
    if share < 1e-9 { return check(.supported, finding, figures) }
    return check(share > 0.25 ? .violated : .doubtful, finding, figures)
  }
}
