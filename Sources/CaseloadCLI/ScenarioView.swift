import Caseload

/// Scenarios in tables and words.
struct ScenarioView {
  let run: ScenarioRun
  let title: Text
  /// What the dataset calls its courts and case types.
  let names: [String: Text]

  /// Every scenario, court, case type, period and measure.
  var table: ResultTable {
    let columns = [
      "scenario", "court", "caseType", "period", "measure", "mean", "median", "lower80", "upper80",
      "lower90", "upper90", "lower95", "upper95",
    ]
    var rows: [[Cell]] = []
    for result in run.results {
      for path in result.paths {
        for (period, value) in zip(run.periods, path.values) {
          rows.append(
            [
              .text(result.id), .text(path.court ?? ""), .text(path.caseType ?? ""),
              .text(period.description), .text(path.measure.rawValue),
            ] + Self.cells(value))
        }
      }
      for staff in result.staff {
        for (t, period) in run.periods.enumerated() {
          for (measure, value) in [
            ("judgesInPost", staff.judges[t]),
            ("shortageProbability", staff.shortageProbability[t]),
            ("targetShortageProbability", staff.targetShortageProbability[t]),
          ] {
            rows.append(
              [
                .text(result.id), .text(staff.court ?? ""), .text(""),
                .text(period.description), .text(measure), .number(value),
              ] + [Cell](repeating: .number(nil), count: 7))
          }
        }
      }
    }
    return ResultTable(columns, rows)
  }

  private static func cells(_ value: DrawSummary?) -> [Cell] {
    [
      value?.mean, value?.median, value?.lower80, value?.upper80, value?.lower90, value?.upper90,
      value?.lower95, value?.upper95,
    ].map { .number($0, decimals: 1) }
  }

  private func name(_ id: String?, _ language: Language) -> String {
    guard let id else { return language == .zh ? "合计" : "all courts" }
    return names[id]?[language] ?? id
  }

  private static func range(_ value: DrawSummary?, _ decimals: Int, _ language: Language)
    -> String
  {
    guard let value else { return "–" }
    func number(_ x: Double) -> String { NumberText.decimal(x, decimals)[language] }
    return language == .zh
      ? "\(number(value.median))（\(number(value.lower80))–\(number(value.upper80))）"
      : "\(number(value.median)) (\(number(value.lower80)) to \(number(value.upper80)))"
  }

  private static func decimals(_ measure: ScenarioMeasure) -> Int {
    measure == .judgesToKeepPace || measure == .judgesToReachTarget ? 1 : 0
  }

  /// Rows of measures by court, one column a scenario: medians and 80 % intervals at the end, and the
  /// difference from the base below.
  func sideBySide(_ language: Language) -> ResultTable {
    let zh = language == .zh
    var rows: [[Cell]] = []
    let courts: [String?] = run.courts.count > 1 ? [nil] + run.courts : [nil]
    for court in courts {
      let place = name(court, language)
      for measure in ScenarioMeasure.allCases {
        guard run.results.contains(where: { $0.path(measure, court: court) != nil }) else {
          continue
        }
        let decimals = Self.decimals(measure)
        rows.append(
          [.text(place), .text(measure.name[language])]
            + run.results.map { result in
              let isFlow =
                measure == .filed || measure == .resolved || measure == .diverted
                || measure == .mediationMinutes
              let year = result.years.last {
                $0.measure == measure && $0.court == court && $0.caseType == nil
              }
              return .text(
                Self.range(
                  isFlow ? year?.value : result.atEnd(measure, court: court), decimals, language))
            })
        guard run.results.count > 1, measure == .pending || measure == .dispositionTime else {
          continue
        }
        rows.append(
          [.text(""), .text(zh ? "  与现状之差" : "  change from base")]
            + run.results.map { result in
              .text(
                run.comparison(result.id, measure, court: court).map {
                  Self.range($0.difference, decimals, language)
                } ?? "")
            })
      }
      rows.append(
        [.text(place), .text(zh ? "在岗法官" : "judges in post")]
          + run.results.map { result in
            .text(
              result.staff(of: court)?.judges.last.map {
                NumberText.significant($0, 1)[language]
              } ?? "–")
          })
      rows.append(
        [.text(place), .text(zh ? "法官不足的概率" : "probability of a shortage")]
          + run.results.map { result in
            .text(
              result.staff(of: court)?.shortageProbability.last.map {
                NumberText.percent($0, 0)[language]
              } ?? "–")
          })
    }
    return ResultTable(
      [zh ? "法院" : "court", zh ? "指标" : "measure"] + run.results.map { $0.title[language] }, rows)
  }

  func text(_ language: Language) -> String {
    let zh = language == .zh
    let end = run.periods.last?.description ?? ""
    var text = title[language] + "\n"
    text +=
      zh
      ? "至 \(end)，\(run.draws) 条联合样本路径；中位数与 80% 区间；新收、结案为最后一年之和\n\n"
      : "to \(end), \(run.draws) joint sample paths; medians and 80 % intervals; filed and resolved "
        + "are of the last whole year\n\n"
    text += sideBySide(language).text(language)
    if let base = run.results.first { text += "\n" + tornado(base, language) }
    return text + "\n" + judges(language)
  }

  /// What drives pending cases, as bars.
  private func tornado(_ result: ScenarioResult, _ language: Language) -> String {
    let zh = language == .zh
    let bars = result.sensitivity.filter { $0.court == nil && $0.measure == .pending }
    guard let widest = bars.first?.swing, widest > 0 else { return "" }
    var text =
      zh
      ? "影响期末未结的因素（\(result.title.zh)；各因素取 10% 与 90% 分位，其余取中位数）\n"
      : "what drives the cases pending at the end (\(result.title.en); each from its 10 % to its "
        + "90 % quantile, the others at their medians)\n"
    let rows = bars.map { bar -> [Cell] in
      let length = max(1, Int((24 * bar.swing / widest).rounded()))
      return [
        .text("  " + bar.driver.name[language]),
        .number(min(bar.atLower, bar.atUpper), decimals: 0),
        .text(String(repeating: "█", count: length)),
        .number(max(bar.atLower, bar.atUpper), decimals: 0),
        .text(
          bar.firstOrder.map {
            (zh ? "方差的 " : "") + NumberText.percent($0, 0)[language]
              + (zh ? "" : " of the variance")
          } ?? ""),
      ]
    }
    text += ResultTable(["", "", "", "", ""], rows).text(language).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropFirst().joined(separator: "\n")
    return text
  }

  /// What more judges are worth.
  private func judges(_ language: Language) -> String {
    let zh = language == .zh
    let hasCost = run.judgeValues.contains { $0.costPerCase != nil }
    var columns =
      zh
      ? ["法院", "增加法官", "未结变化", "其中最后一名", "处理时间变化（天）", "不足概率"]
      : [
        "court", "more judges", "change of pending", "of the last one", "days of disposition time",
        "shortage",
      ]
    if hasCost { columns.append(zh ? "每多结一案成本" : "cost of a case more") }
    let rows = run.judgeValues.map { value -> [Cell] in
      var row: [Cell] = [
        .text(name(value.court, language)), .number(Double(value.added), decimals: 0),
        .text(Self.range(value.pending, 0, language)), .number(value.marginalPending, decimals: 0),
        .number(value.dispositionTime?.median, decimals: 0),
        .text(NumberText.percent(value.shortageProbability, 0)[language]),
      ]
      if hasCost { row.append(.number(value.costPerCase, decimals: 0)) }
      return row
    }
    guard !rows.isEmpty else { return "" }
    return (zh ? "增加法官的作用（自首期起在岗）\n" : "what more judges are worth, from the first period on\n")
      + ResultTable(columns, rows).text(language)
  }
}
