import CaseloadData
import CaseloadEffects

/// The lists under an effect's headline: estimates, inference, assumptions, checks, and what would
/// change the conclusion.
struct EffectLists {
  private let estimate: EffectEstimate
  private let language: Language

  init(_ estimate: EffectEstimate, _ language: Language) {
    self.estimate = estimate
    self.language = language
  }

  var text: String {
    [estimates, inference, assumptions, checks, change].filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private var zh: Bool { language == .zh }

  private func heading(_ en: String, _ zh: String) -> String { (self.zh ? zh : en) + "\n" }

  /// Labels in a column, numbers beside them.
  private func lines(_ rows: [(label: Text, cells: [String])]) -> String {
    let width = rows.map { $0.label[language].displayWidth }.max() ?? 0
    let columns = rows.map(\.cells.count).max() ?? 0
    let widths = (0..<columns).map { j in
      rows.compactMap { $0.cells.indices.contains(j) ? $0.cells[j].displayWidth : nil }.max() ?? 0
    }
    return rows.map { row in
      var line = "  " + row.label[language].leading(width)
      for (j, cell) in row.cells.enumerated() { line += "  " + cell.leading(widths[j]) }
      return line.trimmedEnd + "\n"
    }.joined()
  }

  private func p(_ value: Double?) -> String {
    guard let value else { return "" }
    let shown = NumberText.pValue(value)[language]
    return "p " + (shown.hasPrefix("<") ? shown : "= " + shown)
  }

  private func row(_ label: Text, _ value: Estimate) -> (Text, [String]) {
    (
      label,
      [
        EffectText.number(value.value, of: value, estimate.scale)[language],
        EffectText.interval(value, estimate.scale)[language], p(value.pValue),
      ]
    )
  }

  private static let quantityLimit = 12

  private var estimates: String {
    var rows = [row(Text(en: "average", zh: "平均效应"), estimate.average)]
    if let total = estimate.cumulative {
      let decimals = NumberText.decimals(forWidth: (total.upper ?? 0) - (total.lower ?? 0))
      let values = [total.value, total.lower ?? .nan, total.upper ?? .nan].map {
        NumberText.decimal($0, decimals)[language]
      }
      rows.append(
        (
          Text(en: "cumulative", zh: "累计效应"),
          [
            values[0], zh ? "\(values[1]) 至 \(values[2])" : "\(values[1]) to \(values[2])",
            p(total.pValue),
          ]
        ))
    }
    if let step = estimate.levelChange {
      rows.append(row(Text(en: "level change", zh: "水平变化"), step))
    }
    if let slope = estimate.slopeChange {
      rows.append(row(Text(en: "slope change", zh: "斜率变化"), slope))
    }
    let own: Set = ["level-change", "slope-change"]
    let quantities = estimate.quantities.filter {
      !own.contains($0.id) || estimate.levelChange == nil
    }
    rows += quantities.prefix(Self.quantityLimit).map { row($0.name, $0.estimate) }
    var text = heading("estimates", "估计") + lines(rows)
    let more = quantities.count - Self.quantityLimit
    if more > 0 {
      text += zh ? "  另有 \(more) 项，见 --view quantities\n" : "  \(more) more: --view quantities\n"
    }
    var details: [Text] = []
    if let rho = estimate.autocorrelation {
      let shown = NumberText.decimal(rho, 2)
      details.append(Text(en: "autocorrelation \(shown.en)", zh: "误差自相关 \(shown.zh)"))
    }
    if let freedom = estimate.degreesOfFreedom {
      let shown = NumberText.decimal(freedom, 1)
      details.append(Text(en: "degrees of freedom \(shown.en)", zh: "自由度 \(shown.zh)"))
    }
    if !details.isEmpty {
      text += "  " + details.map { $0[language] }.joined(separator: zh ? "；" : "; ") + "\n"
    }
    return text
  }

  private var inference: String {
    guard let inference = estimate.inference else { return "" }
    var text = heading("inference", "推断")
    text += "  \(inference.summary[language])\n  \(inference.reason[language])\n"
    let rows = inference.alternatives.map { other -> (Text, [String]) in
      let variant = other.variant.map { Text(en: " (\($0))", zh: "（\($0)）") } ?? Text("")
      return row(other.kind.text + variant, other.estimate)
    }
    return text + lines(rows)
  }

  private var assumptions: String {
    guard !estimate.assumptions.isEmpty else { return "" }
    return heading("assumptions", "假设")
      + estimate.assumptions.map { status in
        "  [\(status.verdict.text[language])] \(status.assumption[language])"
          + (zh ? "" : " ") + "\(status.evidence[language])\n"
      }.joined()
  }

  private var checks: String {
    guard !estimate.checks.isEmpty else { return "" }
    let order: [AssumptionStatus.Verdict] = [.violated, .doubtful, .supported, .untestable]
    let sorted = order.flatMap { verdict in estimate.checks.filter { $0.verdict == verdict } }
    return heading("checks", "检查")
      + sorted.map { check in
        "  [\(check.verdict.text[language])] \(check.name[language])"
          + (zh ? "：" : ": ") + "\(check.finding[language])\n"
      }.joined()
  }

  /// What would change the conclusion.
  private var change: String {
    var points: [Text] = []
    if let lower = estimate.average.lower, let upper = estimate.average.upper {
      switch EffectReading(estimate) {
      case .fall, .rise, .slightFall, .slightRise, .negligible:
        let nearest = EffectText.number(min(abs(lower), abs(upper)), estimate)
        let way =
          estimate.average.value < 0
          ? Text(en: "lowered", zh: "降低") : Text(en: "raised", zh: "提高")
        points.append(
          Text(
            en:
              "Something else that \(way.en) the treated units by \(nearest.en) at the start would "
              + "make the interval reach zero.",
            zh: "若有其他因素在起点使受干预单位\(way.zh) \(nearest.zh)，区间即会触及零。"))
      case .undecided:
        points.append(
          Text(
            en: "More units or more periods would narrow the interval; so far it holds zero.",
            zh: "更多单位或更多时期可使区间变窄；目前区间含零。"))
      case .unknown: break
      }
    }
    let kinds: Set<EffectEstimate.Comparison.Kind> = [.laterAgainstEarlier, .treatedAgainstAlways]
    let forbidden = estimate.comparisons.filter { kinds.contains($0.kind) }.reduce(0) {
      $0 + $1.weight
    }
    if forbidden > 0 {
      let share = NumberText.percent(forbidden)
      points.append(
        Text(
          en: "\(share.en) of the regression compares with units that are treated already.",
          zh: "该回归有 \(share.zh) 的权重以已受干预的单位为参照。"))
    }
    if let most = estimate.weights.max(by: { abs($0.weight) < abs($1.weight) }) {
      let share = NumberText.percent(most.weight)
      points.append(
        Text(
          en: "The comparison rests on \(most.unit) for \(share.en): a change there is read as an "
            + "effect.",
          zh: "参照中 \(most.unit) 占 \(share.zh)：该单位的变化会被当作效应。"))
    }
    guard !points.isEmpty else { return "" }
    return heading("what would change this", "什么会改变结论")
      + points.map { "  " + $0[language] + "\n" }.joined()
  }
}
