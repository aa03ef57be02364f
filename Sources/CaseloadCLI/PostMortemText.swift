import Caseload

/// A post-mortem for people: verdicts, a table by period and a waterfall.
struct PostMortemText {
  private let payload: PostMortemPayload
  private let language: Language

  init(_ payload: PostMortemPayload, language: Language) {
    self.payload = payload
    self.language = language
  }

  private var components: [ErrorComponent] {
    ErrorComponent.allCases.filter { component in
      payload.projections.contains { $0.total.components.contains(component) }
    }
  }

  private var hasOrigins: Bool { payload.projections.contains { $0.origin != nil } }

  /// The parts since the start of each projection, one row a court and period.
  var table: ResultTable {
    let names =
      (hasOrigins ? ["origin"] : []) + payload.keyNames + [
        "period", "planned", "actual", "error",
      ] + components.map(\.rawValue) + ["probability", "lower95", "upper95"]
    let rows = payload.projections.flatMap { projection in
      projection.courts.flatMap { court in
        court.steps.map { step -> [Cell] in
          let parts = components.map { component in
            Cell.number(
              step.contributions.first { $0.component == component }?.value, decimals: 0)
          }
          let range = step.range
          return (hasOrigins ? [Cell.text(projection.origin?.description ?? "")] : [])
            + court.key.map { .text($0) }
            + [
              .text(step.period.description), .number(step.planned.pending, decimals: 0),
              .number(step.actual.pending, decimals: 0), .number(step.error, decimals: 0),
            ] + parts
            + [
              .number(range?.probability, decimals: 3), .number(range?.lower95, decimals: 0),
              .number(range?.upper95, decimals: 0),
            ]
        }
      }
    }
    return ResultTable(names, rows)
  }

  var text: String {
    var text = shown.text(language)
    for projection in payload.projections.suffix(hasOrigins ? 1 : payload.projections.count) {
      text += "\n"
      if let origin = projection.origin {
        text += language == .zh ? "预测起点 \(origin)\n" : "projection made at the end of \(origin)\n"
      }
      if projection.courts.count > 1 {
        for court in projection.courts { text += court.verdict[language] + "\n" }
        text += language == .zh ? "合计：" : "All together: "
      }
      text += projection.total.verdict[language] + "\n"
      text += calibration(projection.total)
      text += "\n" + waterfall(projection.total)
    }
    if let history = payload.history {
      text += "\n" + history.reading[language] + "\n\n" + table(history).text(language)
    }
    return text
  }

  var markdown: String {
    var text = ""
    for projection in payload.projections { text += projection.total.verdict[language] + "\n\n" }
    text += shown.markdown(language)
    if let history = payload.history {
      text += "\n" + history.reading[language] + "\n\n" + table(history).markdown(language)
    }
    return text
  }

  /// A whole number of cases. A half that sums reach by different ways goes up in all of them.
  private static func whole(_ x: Double) -> Double { ((x * 1e6).rounded() / 1e6).rounded() }

  /// The table without columns that hold nothing, its numbers without decimals.
  private var shown: ResultTable {
    let full = table
    let kept = full.columns.indices.filter { j in
      full.rows.contains { row in
        guard case .number(let x, _) = row[j] else { return true }
        return x.map { abs($0) >= 0.0005 } ?? false
      }
    }
    let names = kept.map { j -> String in
      let column = full.columns[j]
      if let component = ErrorComponent(rawValue: column) { return component.name[language] }
      return Self.headers[column]?[language] ?? column
    }
    return ResultTable(
      names,
      full.rows.map { row in
        kept.map { j in
          guard case .number(let x?, let decimals) = row[j], decimals == 0 else { return row[j] }
          return .number(Self.whole(x), decimals: 0)
        }
      })
  }

  private static let headers: [String: Text] = [
    "origin": Text(en: "origin", zh: "起点"), "period": Text(en: "period", zh: "时期"),
    "planned": Text(en: "planned", zh: "计划"), "actual": Text(en: "actual", zh: "实际"),
    "error": Text(en: "error", zh: "偏差"), "probability": Text(en: "probability", zh: "概率"),
    "lower95": Text(en: "lower 95 %", zh: "95% 下限"),
    "upper95": Text(en: "upper 95 %", zh: "95% 上限"),
  ]

  private func calibration(_ account: ErrorAccount) -> String {
    guard let calibration = account.calibration else { return "" }
    let (narrow, wide) = (
      NumberText.percent(calibration.coverage80, 0), NumberText.percent(calibration.coverage95, 0)
    )
    return language == .zh
      ? "\(calibration.periods) 期中，80% 区间覆盖 \(narrow.zh)，95% 区间覆盖 \(wide.zh)。\n"
      : "Of \(calibration.periods) period\(calibration.periods == 1 ? "" : "s") the 80 % range held \(narrow.en) and the 95 % range "
        + "\(wide.en).\n"
  }

  /// A bar from where a part begins to where it ends, one line a part.
  private func waterfall(_ account: ErrorAccount) -> String {
    guard let last = account.steps.last else { return "" }
    let zh = language == .zh
    // The ends in the measure of the account: the planned number of cases, or zero minutes.
    let start = payload.measure == .cases ? last.planned.pending : 0
    var rows: [(label: String, from: Double, to: Double, shown: String)] = []
    func number(_ x: Double) -> String { NumberText.decimal(Self.whole(x))[language] }
    rows.append((zh ? "计划" : "planned", start, start, number(start)))
    var level = start
    for part in last.contributions where abs(part.value) >= 0.5 {
      let shown = (part.value > 0 ? "+" : "−") + number(abs(part.value))
      rows.append((part.component.name[language], level, level + part.value, shown))
      level += part.value
    }
    rows.append((zh ? "实际" : "actual", level, level, number(level)))
    let low = rows.map { min($0.from, $0.to) }.min() ?? 0
    let high = rows.map { max($0.from, $0.to) }.max() ?? 0
    let width = 40
    func position(_ x: Double) -> Int {
      high > low ? Int(((x - low) / (high - low) * Double(width)).rounded()) : 0
    }
    let labels = rows.map(\.label.displayWidth).max() ?? 0
    let numbers = rows.map(\.shown.count).max() ?? 0
    return rows.map { row in
      let (a, b) = (
        position(min(row.from, row.to)), position(max(row.from, row.to))
      )
      let bar =
        row.from == row.to
        ? String(repeating: " ", count: a) + "│"
        : String(repeating: " ", count: a) + String(repeating: "█", count: max(1, b - a))
      return row.label + String(repeating: " ", count: labels - row.label.displayWidth) + "  "
        + String(repeating: " ", count: numbers - row.shown.count) + row.shown + "  " + bar + "\n"
    }.joined()
  }

  private func table(_ history: ProjectionHistory) -> ResultTable {
    let zh = language == .zh
    let names =
      zh
      ? ["提前期", "次数", "平均误差", "平均绝对误差", "MAPE", "Theil U", "主要部分", "±80%", "±95%"]
      : [
        "horizon", "count", "mean error", "mean size", "MAPE", "Theil U", "largest part", "± 80 %",
        "± 95 %",
      ]
    let rows = zip(history.pending.horizons, history.parts).map { errors, part -> [Cell] in
      [
        .text("\(errors.horizon)"), .text("\(errors.count)"),
        .number(errors.meanError, decimals: 0), .number(errors.meanAbsoluteError, decimals: 0),
        .number(errors.meanAbsolutePercentageError, decimals: 1),
        .number(errors.theilU, decimals: 2), .text(part.dominant?.name[language] ?? "–"),
        .number(errors.widths.first?.absolute, decimals: 0),
        .number(errors.widths.last?.absolute, decimals: 0),
      ]
    }
    return ResultTable(names, rows)
  }
}
