import Caseload

/// The scores of one series from one origin.
struct HawaiiWindow: Sendable {
  let origin: Period
  let mase: Double
  /// The continuous ranked probability score over the scale of the MASE.
  let crps: Double
  let msis: Double
  let coverage80: Double
  let coverage95: Double

  /// `nil` where nothing can be scored.
  init?(
    _ marginals: [PredictiveDistribution], actual: [Double], history: TimeSeries
  ) {
    let scores = ForecastScores(
      marginals, actual: actual, history: history.values, seasonLength: history.seasonLength)
    guard let mase = scores.mase, let mae = scores.mae, let crps = scores.crps,
      let msis = scores.msis, let coverage80 = scores.coverage80,
      let coverage95 = scores.coverage95, mase > 0, mae > 0
    else { return nil }
    origin = history.lastPeriod
    self.mase = mase
    self.crps = crps * mase / mae
    self.msis = msis
    (self.coverage80, self.coverage95) = (coverage80, coverage95)
  }
}

/// One entrant's scores over all series and origins; `nil` where it gave no forecast.
struct HawaiiScores: Sendable {
  let label: String
  /// Series by series, in each origin by origin.
  let windows: [HawaiiWindow?]
  let origins: Int

  func mean(_ score: (HawaiiWindow) -> Double, over common: [Bool]) -> Double {
    let values = zip(windows, common).compactMap { window, isCommon in
      isCommon ? window.map(score) : nil
    }
    return Descriptive.mean(values) ?? .nan
  }

  /// Mean losses by origin, the mean over series.
  func byOrigin(_ score: (HawaiiWindow) -> Double, over common: [Bool]) -> [Double] {
    (0..<origins).map { origin in
      let values = stride(from: origin, to: windows.count, by: origins).compactMap { i in
        common[i] ? windows[i].map(score) : nil
      }
      return Descriptive.mean(values) ?? .nan
    }
  }
}

/// The comparison of entrants at one frequency.
struct HawaiiTable {
  let title: String
  let entrants: [HawaiiScores]
  /// How many neighboring origins forecast a common period.
  let overlap: Int

  private var common: [Bool] {
    (entrants.first?.windows.indices ?? 0..<0).map { i in
      entrants.allSatisfy { $0.windows[i] != nil }
    }
  }

  /// The label of the least mean loss.
  func best(_ score: (HawaiiWindow) -> Double) -> String? {
    let common = common
    return entrants.min { $0.mean(score, over: common) < $1.mean(score, over: common) }?.label
  }

  func text(isMarkdown: Bool) -> String {
    let common = common
    func number(_ x: Double, _ decimals: Int = 3) -> String {
      NumberText.decimal(x, decimals).en
    }
    let header = [
      "model", "MASE", "CRPS", "MSIS", "80 %", "95 %", "DM MASE", "DM CRPS",
    ]
    let first = entrants.first
    let rows = entrants.map { entrant -> [String] in
      func test(_ score: (HawaiiWindow) -> Double) -> String {
        guard let first, first.label != entrant.label else { return "" }
        let differences = zip(
          first.byOrigin(score, over: common), entrant.byOrigin(score, over: common)
        ).map { $0 - $1 }
        guard
          let test = try? DieboldMariano.test(differences: differences, horizon: overlap)
        else { return "–" }
        return "\(number(test.statistic, 2)) (\(NumberText.pValue(test.pValue ?? .nan).en))"
      }
      return [
        entrant.label, number(entrant.mean(\.mase, over: common)),
        number(entrant.mean(\.crps, over: common)),
        number(entrant.mean(\.msis, over: common), 2),
        number(100 * entrant.mean(\.coverage80, over: common), 1),
        number(100 * entrant.mean(\.coverage95, over: common), 1), test(\.mase), test(\.crps),
      ]
    }
    let count = common.count { $0 }
    if isMarkdown {
      func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
      return "\(title): \(count) forecasts\n\n" + line(header)
        + line(["---"] + [String](repeating: "---:", count: header.count - 1))
        + rows.map(line).joined()
    }
    return "\(title): \(count) forecasts\n"
      + ([header] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }
}
