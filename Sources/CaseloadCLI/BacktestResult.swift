import Caseload
import CaseloadIO

/// What `caseload backtest` found, in every format.
struct BacktestResult {
  private let backtest: Backtest
  private let panel: Panel
  private let metrics: [ForecastScores.Metric]
  private let summary: [Backtest.Summary]
  private let comparison: BacktestComparison?

  init(_ backtest: Backtest, panel: Panel, metrics: [ForecastScores.Metric], seed: UInt64) {
    self.backtest = backtest
    self.panel = panel
    self.metrics = metrics
    summary = backtest.summary
    // Series of different size are compared by a score without a unit.
    let losses = metrics.filter { $0.isLoss && ($0.isRelative || panel.entries.count == 1) }
    comparison = losses.lazy.compactMap { backtest.comparison(by: $0, seed: seed) }.first
  }

  // The payload.

  struct Payload: Encodable, Sendable {
    let horizon: Int
    let windows: Int
    let step: Int
    let trainingLength: Int?
    let isRefitted: Bool
    let metrics: [ForecastScores.Metric]
    let summary: [ModelScores]
    let comparison: BacktestComparison?
    let series: [SeriesWindows]
  }

  struct ModelScores: Encodable, Sendable {
    let model: String
    let answered: Int
    let failed: Int
    let compared: Int
    let scores: [String: Double?]
  }

  struct SeriesWindows: Encodable, Sendable {
    let key: [String: String]
    let windows: [Window]
  }

  struct Window: Encodable, Sendable {
    let model: String
    let origin: Period
    let trainingCount: Int
    let scores: [String: Double?]?
    let errors: [Double?]
    let failure: Diagnostic?
  }

  var payload: Payload {
    let scheme = backtest.scheme
    let perSeries = scheme.windows * backtest.models.count
    let series = panel.entries.enumerated().map { index, entry in
      SeriesWindows(
        key: Dictionary(zip(panel.keyNames, entry.key)) { $1 },
        windows: backtest.windows[(index * perSeries)..<((index + 1) * perSeries)].map { window in
          Window(
            model: window.model, origin: window.origin, trainingCount: window.trainingCount,
            scores: window.scores.map { scores in named { scores[$0] } },
            errors: window.errors.map { $0.isFinite ? $0 : nil }, failure: window.failure)
        })
    }
    return Payload(
      horizon: scheme.horizon, windows: scheme.windows, step: scheme.step,
      trainingLength: scheme.trainingLength, isRefitted: scheme.isRefitted, metrics: metrics,
      summary: summary.map { entry in
        ModelScores(
          model: entry.model, answered: entry.answered, failed: entry.failed,
          compared: entry.compared, scores: named { entry[$0] })
      },
      comparison: comparison, series: series)
  }

  private func named(_ score: (ForecastScores.Metric) -> Double?) -> [String: Double?] {
    Dictionary(metrics.map { ($0.rawValue, score($0)) }) { $1 }
  }

  // Tables.

  /// One row a window.
  var table: ResultTable {
    let own = ["model", "origin"] + metrics.map(\.rawValue)
    // A key column may bear the name of a column of the answer.
    let keys = panel.keyNames.map { own.contains($0) ? "key.\($0)" : $0 }
    let rows = backtest.windows.map { window -> [Cell] in
      let key = panel.entries[window.series].key.map { Cell.text($0) }
      return key + [.text(window.model), .text(window.origin.description)]
        + metrics.map { .number(window.scores?[$0], decimals: 4) }
    }
    return ResultTable(keys + own, rows)
  }

  /// One row a model.
  private func summaryTable(_ language: Language) -> ResultTable {
    let ranks = comparison?.ranks?.meanRanks
    let heads =
      [
        Text(en: "model", zh: "模型"), Text(en: "windows", zh: "窗口"),
        Text(en: "failed", zh: "失败"),
      ].map { $0[language] } + metrics.map(\.rawValue)
      + (ranks == nil ? [] : [Text(en: "rank", zh: "平均秩")[language]])
    let rows = summary.map { entry -> [Cell] in
      let position = comparison?.models.firstIndex(of: entry.model)
      return [
        .text(entry.model), .text("\(entry.answered)"), .text("\(entry.failed)"),
      ] + metrics.map { .number(entry[$0], decimals: 4) }
        + (ranks.map { ranks in [.number(position.map { ranks[$0] }, decimals: 3)] } ?? [])
    }
    return ResultTable(heads, rows)
  }

  // Words.

  private static let mostRows = 40

  func text(_ language: Language) -> String {
    var parts = [
      heading[language] + "\n", summaryTable(language).text(language),
      sentences(language).map { $0 + "\n" }.joined(),
    ]
    let rows = table
    let shown = ResultTable(rows.columns, Array(rows.rows.prefix(Self.mostRows)))
    parts.append(shown.text(language) + more(rows.rows.count)[language])
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  func markdown(_ language: Language) -> String {
    ([heading[language] + "\n", summaryTable(language).markdown(language)]
      + sentences(language).map { $0 + "\n" } + [table.markdown(language)])
      .joined(separator: "\n")
  }

  private func more(_ count: Int) -> Text {
    let rest = count - Self.mostRows
    return rest > 0
      ? Text(
        en: "… and \(rest) more windows; --format csv has all of them.\n",
        zh: "……另有 \(rest) 个窗口；--format csv 给出全部。\n") : Text("")
  }

  private var heading: Text {
    let scheme = backtest.scheme
    let (models, series) = (backtest.models.count, panel.entries.count)
    let training =
      scheme.trainingLength.map {
        Text(en: "the last \($0) values", zh: "最近 \($0) 个数值")
      } ?? Text(en: "all earlier values", zh: "此前全部数值")
    let estimated =
      scheme.isRefitted
      ? Text(en: "estimated at each origin", zh: "每个起点重新估计")
      : Text(en: "estimated at the first origin", zh: "仅在首个起点估计")
    return Text(
      en: "Backtest of \(models) \(models == 1 ? "model" : "models") on \(series) series: "
        + "\(scheme.windows) \(scheme.windows == 1 ? "window" : "windows") of \(scheme.horizon) "
        + "\(scheme.horizon == 1 ? "period" : "periods"), step \(scheme.step), from "
        + "\(training.en), \(estimated.en).",
      zh: "在 \(series) 个序列上回测 \(models) 个模型：\(scheme.windows) 个窗口，每个 \(scheme.horizon) 期，"
        + "步长 \(scheme.step)，使用\(training.zh)，\(estimated.zh)。")
  }

  private func sentences(_ language: Language) -> [String] {
    var lines: [Text] = []
    let compared = summary.map(\.compared).max() ?? 0
    if summary.contains(where: { $0.answered > compared }) {
      lines.append(
        Text(
          en: "The averages are over the \(compared) windows that all of these models answered.",
          zh: "平均值取自各模型均给出预测的 \(compared) 个窗口。"))
    }
    if panel.entries.count > 1,
      let first = metrics.first(where: { !$0.isRelative })
    {
      lines.append(
        Text(
          en: "\(first.rawValue) is in the unit of the data, so large series weigh most in its "
            + "average.",
          zh: "\(first.rawValue) 以数据单位计，大序列在其平均中权重最大。"))
    }
    guard let comparison else { return lines.map { $0[language] } }
    if let ranks = comparison.ranks { lines.append(rankSentence(comparison, ranks)) }
    for pair in comparison.pairs where comparison.models.count <= 5 {
      if let p = pair.adjustedPValue { lines.append(pairSentence(pair, p)) }
    }
    return lines.map { $0[language] }
  }

  private func pairSentence(_ pair: BacktestComparison.Pair, _ p: Double) -> Text {
    let shown = Self.pValue(p)
    guard p < 0.05 else {
      return Text(
        en: "\(pair.first) and \(pair.second) cannot be told apart (Diebold–Mariano, adjusted "
          + "\(shown.en)).",
        zh: "\(pair.first) 与 \(pair.second) 无显著差异（Diebold–Mariano 检验，校正后 \(shown.zh)）。")
    }
    let (better, worse) =
      pair.difference <= 0 ? (pair.first, pair.second) : (pair.second, pair.first)
    return Text(
      en: "\(better) loses less than \(worse) (Diebold–Mariano, adjusted \(shown.en)).",
      zh: "\(better) 的损失小于 \(worse)（Diebold–Mariano 检验，校正后 \(shown.zh)）。")
  }

  /// `p = 0.031`, or `p < 0.001`.
  private static func pValue(_ p: Double) -> Text {
    let shown = NumberText.pValue(p)
    return p < 0.001 ? Text("p ") + shown : Text("p = ") + shown
  }

  private func rankSentence(_ comparison: BacktestComparison, _ ranks: RankComparison) -> Text {
    let shown = ranks.friedman.pValue.map(Self.pValue) ?? Text("p –")
    let metric = comparison.metric
    let names = comparison.best.joined(separator: ", ")
    let blocks =
      comparison.blocks == .series
      ? Text(en: "\(ranks.blockCount) series", zh: "\(ranks.blockCount) 个序列")
      : Text(en: "\(ranks.blockCount) windows", zh: "\(ranks.blockCount) 个窗口")
    let distance = NumberText.decimal(ranks.criticalDistance, 2)
    return Text(
      en: "Ranks by \(metric.rawValue) over \(blocks.en): Friedman \(shown.en); not told from the "
        + "best (critical distance \(distance.en)): \(names).",
      zh: "按 \(metric.rawValue) 在 \(blocks.zh)上的秩：Friedman 检验 \(shown.zh)；"
        + "与最优者无显著差异（临界差 \(distance.zh)）：\(names)。")
  }

  /// Why windows have no forecast.
  var notes: [Diagnostic] {
    backtest.windows.compactMap { window in
      window.failure.map { failure in
        let place = Diagnostic.Location(series: panel.label(panel.entries[window.series].key))
        let located = failure.located(place)
        return Diagnostic(
          located.code, .warning, located.message, at: located.location, hint: located.hint)
      }
    }
  }
}
