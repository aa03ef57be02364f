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
    private let series: [TimeSeries]
    private let treated: [Int]
    private let comparison: [Int]
    private let scale: EffectEstimate.Scale
    private let shares: [Double]

    init(
      _ study: Study, _ series: [TimeSeries], _ treated: [Int], _ comparison: [Int],
      _ scale: EffectEstimate.Scale
    ) {
      self.study = study
      self.series = series
      self.treated = treated
      self.comparison = comparison
      self.scale = scale
      shares = treated.map { unit in
        guard !comparison.isEmpty, let start = study.treatmentStart[unit] else { return 1 }
        let own = series[unit]
        var (sum, others) = (0.0, 0.0)
        for period in own.start..<max(own.start, min(start, own.periods.upperBound)) {
          let base = Self.total(series, comparison, period)
          guard let value = own[period], !base.isNaN else { continue }
          sum += value
          others += base
        }
        return others > 0 && sum > 0 ? sum / others : 1
      }
    }

    /// The sum of units in a period; NaN where one is missing.
    static func total(_ series: [TimeSeries], _ units: [Int], _ period: Period) -> Double {
      units.reduce(0) { $0 + (series[$1][period] ?? .nan) }
    }

    /// The outcome where unit u stands at `periods[u]`; NaN where a part is missing.
    func value(_ periods: [Period]) throws(Diagnostic) -> Double {
      var (sum, base) = (0.0, 0.0)
      for (index, unit) in treated.enumerated() {
        sum += series[unit][periods[index]] ?? .nan
        guard !comparison.isEmpty else { continue }
        let weight = scale == .log ? shares[index] : 1 / Double(comparison.count)
        base += weight * Self.total(series, comparison, periods[index])
      }
      let count = Double(treated.count)
      guard scale == .log else { return comparison.isEmpty ? sum / count : (sum - base) / count }
      if sum <= 0 || (!comparison.isEmpty && base <= 0) {
        let who =
          sum <= 0 ? treated.map { study.label($0) }.joined(separator: ", ") : "the untreated"
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "\(who) is zero in \(periods[0]), and zero has no logarithm.",
            zh: "\(who) 在 \(periods[0]) 为零，零没有对数。"),
          at: Diagnostic.Location(period: periods[0].description),
          hint: Text(
            en: "Use --set scale=level, a count family such as family=quasi-poisson, or longer "
              + "periods.",
            zh: "请用 --set scale=level、计数分布族（如 family=quasi-poisson），或改用更长的时期。"))
      }
      return comparison.isEmpty ? log(sum) - log(count) : log(sum) - log(base)
    }
  }

  /// Each unit's series over its exposure; NaN where the exposure is missing.
  ///
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for an exposure that is not positive.
  static func checkedExposure(_ study: Study) throws(Diagnostic) -> [TimeSeries]? {
    guard let exposure = study.exposure else { return nil }
    try checkVariable(exposure, study)
    for (unit, series) in exposure.series.enumerated() {
      guard let index = series.values.firstIndex(where: { $0 <= 0 || $0.isInfinite }) else {
        continue
      }
      let period = series.start.advanced(by: index)
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en:
            "The exposure of \(study.label(unit)) is \(NumberText.plain(series.values[index])) in "
            + "\(period): rates need a positive one.",
          zh: "\(study.label(unit)) 在 \(period) 的暴露量为 "
            + "\(NumberText.plain(series.values[index]))：比率要求其为正。"),
        at: Diagnostic.Location(series: study.label(unit), period: period.description),
        hint: Text(
          en: "Correct it, or leave it empty: the period is then left out.",
          zh: "请更正；若留空，则略去该时期。"))
    }
    return exposure.series
  }
}
