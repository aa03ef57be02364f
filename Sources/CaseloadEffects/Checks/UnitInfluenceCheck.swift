import CaseloadData
import CaseloadMath

/// Does the estimate hang on one unit?
///
/// The design is run without each unit in turn. In Italy in 2014 one provider in Siena held 115,423
/// of about 295,000 mediations.
enum UnitInfluenceCheck: AutomaticCheck {
  static let id = "unit-influence"
  static let name = Text(en: "Influence of single units", zh: "单个单位的影响")
  static let condition = Text(en: "Three units or more.", zh: "至少三个单位。")

  /// With more units, the largest are left out in turn; of a design that has to be run in full, ten
  /// treated and ten others.
  private static let mostUnits = 150
  private static let mostOfSlow = 10

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let study = context.study
    let count = study.panel.entries.count
    guard count > 1, !study.isRepeatedCrossSection else { return nil }
    guard count > 2 else {
      return untestable(
        Text(
          en: "With \(count) units none can be left out.", zh: "仅 \(count) 个单位，无法逐一剔除。"))
    }
    let sizes = study.panel.entries.map { entry in
      abs(Descriptive.mean(entry.series.observed.map(\.value)) ?? 0)
    }
    func largest(_ units: [Int], _ most: Int) -> [Int] {
      units.count <= most
        ? units : Array(units.sorted { (sizes[$0], $1) > (sizes[$1], $0) }.prefix(most))
    }
    let tried =
      context.isFast
      ? largest(Array(0..<count), mostUnits)
      : largest(study.treatmentStart.keys.sorted(), mostOfSlow)
        + largest(study.comparison, mostOfSlow)
    let base = context.estimate.average.value
    var results: [(unit: Int, value: Double)] = []
    var without: Set<Int> = []
    for unit in tried {
      if let value = context.value(without: unit) {
        results.append((unit, value))
      } else {
        without.insert(unit)
      }
    }
    guard let low = results.min(by: { $0.value < $1.value }),
      let high = results.max(by: { $0.value < $1.value }),
      let most = results.max(by: { abs($0.value - base) < abs($1.value - base) })
    else {
      return untestable(
        Text(
          en: "Without any one unit the design has no estimate.", zh: "剔除任一单位后该设计均无法估计。"))
    }
    let treated = study.treatmentStart.keys.map { sizes[$0] }
    let sum = treated.reduce(0, +)
    let share = sum > 0 ? (treated.max() ?? 0) / sum : nil
    let figures = [
      EffectCheck.Figure("lowest", low.value), EffectCheck.Figure("highest", high.value),
      EffectCheck.Figure("mostInfluential", most.value),
      EffectCheck.Figure("largestShare", share),
      EffectCheck.Figure("units", Double(results.count)),
      EffectCheck.Figure("indispensable", Double(without.count)),
    ]
    var finding = Text(
      en: "Leaving out one unit at a time, the effect lies between \(context.shown(low.value).en) "
        + "(without \(study.label(low.unit))) and \(context.shown(high.value).en) (without "
        + "\(study.label(high.unit))).",
      zh: "逐一剔除单位后，效应介于 \(context.shown(low.value).zh)（剔除 \(study.label(low.unit))）与 "
        + "\(context.shown(high.value).zh)（剔除 \(study.label(high.unit))）之间。")
    if !without.isEmpty {
      let names = without.sorted().prefix(3).map { study.label($0) }.joined(separator: ", ")
      finding =
        finding
        + Text(
          en: " Without \(names) nothing can be estimated.", zh: "剔除 \(names) 则无法估计。")
    }
    let flips = results.contains { $0.value * base < 0 }
    if !flips, abs(most.value - base) <= 0.5 * abs(base) {
      return check(.supported, finding, figures)
    }
    return check(
      .doubtful,
      finding
        + Text(
          en: " The estimate hangs on \(study.label(most.unit)).",
          zh: "估计值取决于 \(study.label(most.unit))。"), figures)
  }
}
