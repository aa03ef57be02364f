import Caseload

/// Indicators in words.
enum IndicatorText {
  static func report(
    _ report: IndicatorReport, missing: [IndicatorInputs.Payload.Missing], isComplete: Bool,
    _ language: Language
  ) -> String {
    let zh = language == .zh
    var text = ""
    for definition in report.definitions {
      let values = report.values.filter { $0.indicator == definition.id }
      guard values.contains(where: { $0.value != nil }) else { continue }
      let unit = definition.unit[language]
      text +=
        "\(definition.name[language])"
        + (zh || definition.name.zh == definition.name.en ? "" : " · \(definition.name.zh)")
        + (zh ? "（\(definition.id)）" : " (\(definition.id))") + (unit.isEmpty ? "" : ", \(unit)")
        + "\n  = \(definition.formula)\n"
      text += table(report, definition, values, language).text(language)
        .split(separator: "\n").map { "  \($0)\n" }.joined()
      if let note = definition.note { text += "  \(note[language])\n" }
      text += "\n"
    }
    let derived = Set(report.values.flatMap(\.derived)).sorted()
    if !derived.isEmpty {
      text +=
        zh
        ? "由恒等式推得：\(derived.joined(separator: "、"))（受理 = 旧存 + 新收；未结 = 受理 − 结案）。\n"
        : "by identity: \(derived.joined(separator: ", ")) (accepted = carried in + filed; "
          + "pending = accepted − resolved).\n"
    }
    if isComplete {
      if !missing.isEmpty {
        text += zh ? "不能由所给资料计算\n" : "not computable from what was supplied\n"
        for item in missing {
          text += "  \(item.name[language]): \(item.reason[language])\n"
        }
      }
    } else if !missing.isEmpty {
      text +=
        zh
        ? "另有 \(missing.count) 项指标缺少所需的列；--indicator 标识 可查看所需内容。\n"
        : "\(missing.count) more indicators lack columns; --indicator ID says what each takes.\n"
    }
    return text
  }

  private static func table(
    _ report: IndicatorReport, _ definition: IndicatorDefinition, _ values: [IndicatorValue],
    _ language: Language
  ) -> ResultTable {
    let zh = language == .zh
    let hasPeriod = values.contains { $0.period != nil }
    let hasInterval = values.contains { $0.lower != nil }
    let hasVerdict = values.contains { $0.verdict != nil }
    let decimals = max(0, definition.rounding.decimals)
    var columns = report.keyNames + (hasPeriod ? [zh ? "时期" : "period"] : [])
    columns.append(zh ? "值" : "value")
    let level = NumberText.percent(report.level, 0)[language]
    if hasInterval { columns.append(zh ? "\(level) 区间" : "\(level) interval") }
    columns += zh ? ["分子", "分母"] : ["numerator", "denominator"]
    if hasVerdict { columns.append(zh ? "参考区间" : "reference") }
    let rows = values.map { value -> [Cell] in
      var row: [Cell] = value.key.map { .text($0) }
      if hasPeriod { row.append(.text(value.period ?? "–")) }
      row.append(
        value.rounded.map { .text(NumberText.decimal($0, decimals)[language]) }
          ?? .number(nil, decimals: 0))
      if hasInterval {
        let ends = value.lower.flatMap { low in value.upper.map { (low, $0) } }
        row.append(
          .text(
            ends.map {
              NumberText.decimal($0.0, decimals)[language] + (zh ? "–" : " to ")
                + NumberText.decimal($0.1, decimals)[language]
            } ?? "–"))
      }
      row += [.number(value.numerator, decimals: 0), .number(value.denominator, decimals: 0)]
      if hasVerdict {
        let word: String? =
          switch value.verdict {
          case .below: zh ? "低于" : "below"
          case .inside: zh ? "之内" : "inside"
          case .above: zh ? "高于" : "above"
          case nil: nil
          }
        row.append(.text(word ?? "–"))
      }
      return row
    }
    return ResultTable(columns, rows)
  }
}

/// The catalogue of definitions: all of them, or one in full.
struct IndicatorListing {
  let catalogue: IndicatorCatalogue
  let show: String?
  let notes: [Diagnostic]

  func emit(_ global: GlobalOptions) throws {
    let definitions = try show.map { [try catalogue.indicator($0)] } ?? catalogue.indicators
    let language = global.language
    let rows = definitions.map { definition -> [Cell] in
      [
        .text(definition.id), .text(definition.name.en), .text(definition.name.zh),
        .text(definition.formula), .text(definition.unit.en), .text(definition.status.rawValue),
        .text(definition.source),
      ]
    }
    let table = ResultTable(
      ["id", "name", "nameZh", "formula", "unit", "status", "source"], rows)
    let short = ResultTable(
      language == .zh ? ["标识", "名称", "公式", "状态"] : ["id", "name", "formula", "status"],
      definitions.map {
        [
          .text($0.id), .text($0.name[language]), .text($0.formula),
          .text(Self.word($0.status)[language]),
        ]
      })
    try CommandResult(
      schema: "caseload.indicator-definitions/1", payload: definitions, table: table,
      text: show == nil ? short.text(language) : definitions.map { card($0, language) }.joined(),
      isTabular: false, diagnostics: notes
    ).emit(global, nil)
  }

  private static func word(_ status: IndicatorDefinition.Status) -> Text {
    switch status {
    case .inForce: Text(en: "in force", zh: "现行")
    case .cancelled: Text(en: "cancelled", zh: "已取消")
    case .unofficial: Text(en: "unofficial", zh: "非官方")
    }
  }

  private func card(_ definition: IndicatorDefinition, _ language: Language) -> String {
    let zh = language == .zh
    var lines = ["\(definition.name.en) · \(definition.name.zh)", "  \(definition.formula)"]
    func add(_ en: String, _ zhName: String, _ value: String?) {
      if let value, !value.isEmpty {
        lines.append("  \(zh ? zhName : en)\(zh ? "：" : ": ")\(value)")
      }
    }
    add("id", "标识", definition.id)
    add("unit", "单位", definition.unit[language])
    add(
      "columns", "所需列",
      definition.columns.map { id in
        (catalogue.column(id)?.name[language] ?? id) + " [\(id)]"
      }.joined(separator: zh ? "、" : ", "))
    add("only codes", "仅含代字", definition.scope.include?.joined(separator: ", "))
    add("without codes", "不含代字", definition.scope.exclude?.joined(separator: ", "))
    add("period", "时期", definition.period.rawValue)
    add("interval", "区间", definition.interval == .none ? nil : definition.interval.rawValue)
    add(
      "rounding", "取整",
      "\(definition.rounding.mode.rawValue), \(definition.rounding.decimals)")
    add("reading", "解读", definition.reading.rawValue)
    if let reference = definition.reference {
      let ends = [reference.lower, reference.upper].map { $0.map(NumberText.plain) ?? "…" }
      add("reference", "参考区间", ends.joined(separator: " – "))
    }
    add("status", "状态", Self.word(definition.status)[language])
    add("valid from", "自", definition.validFrom)
    add("valid to", "至", definition.validTo)
    if !definition.mayBeTarget { add("as a target", "可否设为目标", zh ? "不可" : "no") }
    add("source", "来源", definition.source)
    add("note", "说明", definition.note?[language])
    return lines.joined(separator: "\n") + "\n"
  }
}
