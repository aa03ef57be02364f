import Caseload
import CaseloadIO

/// Indicators of a dataset by their definitions.
struct IndicatorInputs {
  let dataset: Dataset
  let catalogue: IndicatorCatalogue
  let resource: String?
  var map: [String: String]
  let period: String?
  let by: [String]?
  let code: String?
  /// `nil` for every definition in force that can be computed.
  let indicators: [String]?
  let rule: IndicatorDefinition.PeriodRule?
  let days: Double?
  let level: Double

  /// What the command answers.
  struct Payload: Encodable, Sendable {
    struct Missing: Encodable, Sendable {
      let indicator: String
      let name: Text
      let reason: Text
    }

    let keyNames: [String]
    let level: Double
    let definitions: [IndicatorDefinition]
    let values: [IndicatorValue]
    let notComputable: [Missing]
  }

  func emit(_ global: GlobalOptions, notes: [Diagnostic]) throws {
    let frame = try frame()
    var definitions = catalogue.indicators
    var diagnostics = dataset.notes + notes
    if let indicators {
      definitions = []
      for name in indicators where !name.isEmpty {
        let definition = try catalogue.indicator(name)
        if !definitions.contains(where: { $0.id == definition.id }) {
          definitions.append(definition)
        }
        if let note = Self.caution(definition) { diagnostics.append(note) }
      }
    } else {
      definitions.removeAll { $0.status == .cancelled }
    }
    var report = try IndicatorReport(
      definitions, frame, catalogue: catalogue, period: rule, days: days, level: level)
    let computed = Set(report.values.filter { $0.value != nil }.map(\.indicator))
    let missing = definitions.filter { !computed.contains($0.id) }.map { definition in
      Payload.Missing(
        indicator: definition.id, name: definition.name,
        reason: report.values.first { $0.indicator == definition.id }?.reason
          ?? Text(en: "no complete period of its rule", zh: "没有符合其时期规则的完整时期"))
    }
    if indicators == nil {
      report = try IndicatorReport(
        definitions.filter { computed.contains($0.id) }, frame, catalogue: catalogue, period: rule,
        days: days, level: level)
    }
    guard !computed.isEmpty else {
      throw nothing(indicators == nil ? nearest(frame) : missing, frame)
    }
    diagnostics += report.diagnostics + StockFlowIdentities.mismatches(frame)
    let payload = Payload(
      keyNames: report.keyNames, level: level, definitions: report.definitions,
      values: report.values, notComputable: missing)
    try CommandResult(
      schema: "caseload.indicator-values/1", payload: payload, table: table(report),
      text: IndicatorText.report(
        report, missing: missing, isComplete: indicators != nil, global.language),
      diagnostics: diagnostics
    ).emit(global, dataset)
  }

  /// The rows, with judges of another resource beside them where the descriptor says so.
  private func frame() throws(Diagnostic) -> IndicatorFrame {
    let profile = dataset.profile.workload
    let name = resource ?? profile?.resource ?? dataset.profile.series?.resource
    let table = try dataset.table(name)
    var selection = IndicatorFrame.Selection()
    selection.period = period
    selection.code = code
    let isDefault = resource == nil || resource == profile?.resource
    if isDefault, let profile {
      for (id, column) in [
        ("filings", profile.incoming), ("resolved", profile.resolved), ("pending", profile.pending),
      ] {
        if let column { selection.map[id] = column }
      }
      if profile.judgesResource == nil, let column = profile.judgesColumn {
        selection.map["judges"] = column
      }
      if !profile.by.isEmpty { selection.keys = profile.by }
    }
    if let by { selection.keys = by }
    selection.map.merge(map) { $1 }
    let frame = try IndicatorFrame(table, catalogue, selection)
    guard isDefault, frame.mapping["judges"] == nil, let profile,
      let judges = profile.judgesResource, let column = profile.judgesColumn
    else { return frame }
    var other = IndicatorFrame.Selection()
    other.map = ["judges": column]
    let source = try dataset.table(judges)
    other.keys = frame.keyNames.filter { source.columnNames.contains($0) }
    let posts = try IndicatorFrame(source, catalogue, other)
    return frame.joined(
      with: IndicatorFrame(
        keyNames: posts.keyNames,
        rows: posts.rows.map { row in
          var row = row
          row.values = row.values.filter { $0.key == "judges" }
          return row
        }, source: posts.source, mapping: ["judges": column]))
  }

  private func table(_ report: IndicatorReport) -> ResultTable {
    let units = Dictionary(report.definitions.map { ($0.id, $0) }) { $1 }
    return ResultTable(
      report.keyNames + [
        "period", "indicator", "value", "rounded", "lower", "upper", "numerator", "denominator",
        "unit", "reason",
      ],
      report.values.map { value in
        let definition = units[value.indicator]
        let decimals = max(0, definition?.rounding.decimals ?? 2)
        return value.key.map { .text($0) } + [
          .text(value.period ?? ""), .text(value.indicator), .number(value.value),
          .number(value.rounded, decimals: decimals), .number(value.lower, decimals: decimals),
          .number(value.upper, decimals: decimals), .number(value.numerator, decimals: 0),
          .number(value.denominator, decimals: 0), .text(definition?.unit.en ?? ""),
          .text(value.reason?.en ?? ""),
        ]
      })
  }

  /// What a reader must know before using an indicator as a target.
  private static func caution(_ definition: IndicatorDefinition) -> Diagnostic? {
    let isCancelled = definition.status == .cancelled
    guard isCancelled || !definition.mayBeTarget else { return nil }
    let since = definition.validTo.map { " (\($0))" } ?? ""
    return Diagnostic(
      .assumption, .note,
      Text(
        en: "'\(definition.id)' "
          + (isCancelled
            ? "is cancelled as an official indicator\(since)" : "may not be set as a target")
          + ": \(definition.source).",
        zh: "“\(definition.name.zh)”"
          + (isCancelled ? "已不再是官方指标\(since)" : "不得设为考核目标") + "：\(definition.source)。"))
  }

  /// The definitions that lack one column only.
  private func nearest(_ frame: IndicatorFrame) -> [Payload.Missing] {
    catalogue.indicators.compactMap { definition in
      let lacking = definition.columns.filter { frame.mapping[$0] == nil }
      guard lacking.count == 1, definition.columns.count > 1, definition.status == .inForce else {
        return nil
      }
      let name = catalogue.column(lacking[0])?.name ?? Text(lacking[0])
      return Payload.Missing(
        indicator: definition.id, name: definition.name,
        reason: Text(en: "needs \(name.en) (\(lacking[0]))", zh: "需要\(name.zh)（\(lacking[0])）"))
    }
  }

  private func nothing(_ missing: [Payload.Missing], _ frame: IndicatorFrame) -> Diagnostic {
    let found = frame.mapping.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ", ")
    let list = missing.map { "\($0.indicator): \($0.reason.en)" }.joined(separator: "; ")
    let chinese = missing.map { "\($0.name.zh)：\($0.reason.zh)" }.joined(separator: "；")
    return Diagnostic(
      .notComputable, .error,
      Text(
        en: "No indicator can be computed from these columns"
          + (missing.isEmpty ? "" : " (\(list))") + ".",
        zh: "由这些列无法计算任何指标" + (missing.isEmpty ? "" : "（\(chinese)）") + "。"),
      at: Diagnostic.Location(file: frame.source),
      hint: Text(
        en: "Recognized: \(found.isEmpty ? "nothing" : found). Name columns with --map "
          + "filings=COLUMN; `caseload indicators --list` shows what each indicator takes.",
        zh: "已识别：\(found.isEmpty ? "无" : found)。请用 --map filings=列名 指明各列；"
          + "`caseload indicators --list` 列出各指标所需的列。"))
  }
}
