import CaseloadData
import CaseloadMath

extension SegmentedData {
  /// The treated units' outcome in event time, against the untreated units if there are any.
  ///
  /// ```
  /// level:  mean of yᵤ − mean of the untreated
  /// log:    ln Σ yᵤ − ln Σ wᵤ C,   C the untreated units' total, wᵤ unit u's share of it before
  /// ```
  ///
  /// Sums go before logarithms, so that a month in which one small unit has no case loses nothing.
  struct Outcome {
    private let study: Study
    private let treated: [Int]
    private let scale: EffectEstimate.Scale
    private let reference: TimeSeries?
    private let referenceCount: Double
    private let shares: [Double]

    init(
      _ study: Study, _ treated: [Int], _ comparison: [Int], _ scale: EffectEstimate.Scale
    ) throws(Diagnostic) {
      self.study = study
      self.treated = treated
      self.scale = scale
      referenceCount = Double(comparison.count)
      guard !comparison.isEmpty else {
        reference = nil
        shares = treated.map { _ in 1 }
        return
      }
      let members = comparison.map { study.panel.entries[$0] }
      let total = try Panel(keyNames: study.panel.keyNames, entries: members).total()
      reference = total
      shares = treated.map { unit in
        let series = study.panel.entries[unit].series
        guard let start = study.treatmentStart[unit] else { return 1 }
        var (own, others) = (0.0, 0.0)
        for period in series.start..<min(start, series.periods.upperBound) {
          guard let value = series[period], let base = total[period] else { continue }
          own += value
          others += base
        }
        return others > 0 && own > 0 ? own / others : 1
      }
    }

    /// The outcome where unit u stands at `periods[u]`; NaN where a part is missing.
    func value(_ periods: [Period]) throws(Diagnostic) -> Double {
      var (sum, base) = (0.0, 0.0)
      for (index, unit) in treated.enumerated() {
        sum += study.panel.entries[unit].series[periods[index]] ?? .nan
        guard let reference else { continue }
        base += shares(index) * (reference[periods[index]] ?? .nan)
      }
      let count = Double(treated.count)
      guard scale == .log else { return reference == nil ? sum / count : (sum - base) / count }
      if sum <= 0 || (reference != nil && base <= 0) {
        let who =
          sum <= 0 ? treated.map { study.label($0) }.joined(separator: ", ") : "the untreated"
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "\(who) is zero in \(periods[0]), and zero has no logarithm.",
            zh: "\(who) 在 \(periods[0]) 为零，零没有对数。"),
          at: Diagnostic.Location(period: periods[0].description),
          hint: Text(
            en: "Use --set scale=level, or longer periods.",
            zh: "请用 --set scale=level，或改用更长的时期。"))
      }
      return reference == nil ? log(sum) - log(count) : log(sum) - log(base)
    }

    /// On the level scale each treated unit is set against the untreated units' mean.
    private func shares(_ index: Int) -> Double {
      scale == .log ? shares[index] : 1 / referenceCount
    }
  }
}
