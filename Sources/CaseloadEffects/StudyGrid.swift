import CaseloadData
import CaseloadMath

/// A study as a rectangle of numbers: one row a unit, one column a period.
///
/// What designs of many units compute with. A cell that is not observed is NaN; a study of repeated
/// cross-sections has one observed cell a row.
public struct StudyGrid: Sendable {
  /// The cohort of a unit that is never treated.
  public static let never = Int.max

  /// The rows' names.
  public let labels: [String]
  /// The first column's period.
  public let start: Period
  public let periodCount: Int
  /// Unit i in period t at i · periodCount + t.
  public var outcome: [Double]
  /// The column of the first treated period, one a unit: ``never``, or 0 and below for a unit that
  /// is treated in all periods.
  public var cohort: [Int]
  /// One a unit; all 1 for equal weights.
  public let weights: [Double]
  /// One a unit, from 0: the independent pieces of the data.
  public let cluster: [Int]
  public let clusterCount: Int
  /// The stratum of each row, within which assignments are redrawn; empty for a study without, and
  /// for a triple difference, whose strata are compared inside themselves.
  public let strata: [String]
  /// As `outcome`, one array a covariate.
  public let covariates: [[Double]]
  public let covariateNames: [String]

  public var unitCount: Int { labels.count }

  /// The rectangle of a study.
  ///
  /// - Parameters:
  ///   - study: its panel's series may begin and end at different periods.
  ///   - scale: `log` takes the logarithms of the outcome.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a logarithm of zero,
  ///   ``DiagnosticCode/mixedFrequencies``.
  public init(_ study: Study, scale: EffectEstimate.Scale = .level) throws(Diagnostic) {
    let entries = study.panel.entries
    guard let first = entries.first?.series else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "The study has no units.", zh: "研究中没有任何单位。"))
    }
    for (unit, entry) in entries.enumerated() where entry.series.frequency != first.frequency {
      throw Diagnostic(
        .mixedFrequencies, .error,
        Text(
          en: "\(study.label(unit)) is \(entry.series.frequency.rawValue), \(study.label(0)) "
            + "\(first.frequency.rawValue).",
          zh: "\(study.label(unit)) 的频率为 \(entry.series.frequency.rawValue)，而 "
            + "\(study.label(0)) 为 \(first.frequency.rawValue)。"),
        at: Diagnostic.Location(series: study.label(unit)))
    }
    let start = entries.map(\.series.start).min() ?? first.start
    let end = entries.map(\.series.periods.upperBound).max() ?? first.periods.upperBound
    let count = start.distance(to: end)
    func filled(_ series: [TimeSeries]) -> [Double] {
      var values = [Double](repeating: .nan, count: series.count * count)
      for (unit, series) in series.enumerated() {
        let offset = start.distance(to: series.start)
        for (t, value) in series.values.enumerated() where (0..<count).contains(offset + t) {
          values[unit * count + offset + t] = value
        }
      }
      return values
    }
    var outcome = filled(entries.map(\.series))
    if scale == .log {
      for i in outcome.indices where !outcome[i].isNaN {
        guard outcome[i] > 0 else {
          let (unit, period) = (i / count, start.advanced(by: i % count))
          throw Diagnostic(
            .modelNotApplicable, .error,
            Text(
              en: "\(study.label(unit)) is \(NumberText.plain(outcome[i])) in \(period), which has "
                + "no logarithm.",
              zh: "\(study.label(unit)) 在 \(period) 为 \(NumberText.plain(outcome[i]))，没有对数。"),
            at: Diagnostic.Location(series: study.label(unit), period: period.description),
            hint: Text(
              en: "Use --set scale=level, longer periods, or the counts' own design etwfe.",
              zh: "请用 --set scale=level、更长的时期，或用计数设计 etwfe。"))
        }
        outcome[i] = log(outcome[i])
      }
    }
    var cohort = [Int](repeating: Self.never, count: entries.count)
    for (unit, from) in study.treatmentStart { cohort[unit] = start.distance(to: from) }
    let clusters =
      study.clusters.isEmpty ? entries.indices.map { String($0) } : study.clusters
    var codes: [String: Int] = [:]
    cluster = clusters.map { name in
      let code = codes[name] ?? codes.count
      codes[name] = code
      return code
    }
    clusterCount = codes.count
    strata = study.eligible.isEmpty ? study.strata : []
    labels = entries.indices.map { study.label($0) }
    self.start = start
    periodCount = count
    self.outcome = outcome
    self.cohort = cohort
    weights =
      study.unitWeights.isEmpty
      ? [Double](repeating: 1, count: entries.count) : study.unitWeights
    covariates = study.covariates.map { filled($0.series) }
    covariateNames = study.covariates.map(\.name.en)
  }

  public subscript(unit: Int, period: Int) -> Double { outcome[unit * periodCount + period] }

  /// The period of a column.
  public func period(_ column: Int) -> Period { start.advanced(by: column) }

  /// Whether the unit is treated in the period of the column.
  public func isTreated(_ unit: Int, _ column: Int) -> Bool { column >= cohort[unit] }

  /// The cohorts that are treated after the first period and before the end, in time.
  public var cohorts: [Int] {
    Set(cohort.filter { $0 > 0 && $0 < periodCount }).sorted()
  }

  /// The grid of some rows, in the order given; clusters are numbered anew.
  public func selecting(_ rows: [Int]) -> StudyGrid { StudyGrid(self, rows: rows) }

  private init(_ grid: StudyGrid, rows: [Int]) {
    func kept(_ values: [Double]) -> [Double] {
      rows.flatMap { values[$0 * grid.periodCount..<($0 + 1) * grid.periodCount] }
    }
    var codes: [Int: Int] = [:]
    cluster = rows.map { row in
      let code = codes[grid.cluster[row]] ?? codes.count
      codes[grid.cluster[row]] = code
      return code
    }
    clusterCount = codes.count
    strata = grid.strata.isEmpty ? [] : rows.map { grid.strata[$0] }
    labels = rows.map { grid.labels[$0] }
    start = grid.start
    periodCount = grid.periodCount
    outcome = kept(grid.outcome)
    cohort = rows.map { grid.cohort[$0] }
    weights = rows.map { grid.weights[$0] }
    covariates = grid.covariates.map(kept)
    covariateNames = grid.covariateNames
  }

  /// The same data under another assignment of the programme.
  public func with(cohort: [Int]) -> StudyGrid {
    precondition(cohort.count == unitCount)
    var copy = self
    copy.cohort = cohort
    return copy
  }

  /// The same study with another outcome.
  public func with(outcome: [Double]) -> StudyGrid {
    precondition(outcome.count == self.outcome.count)
    var copy = self
    copy.outcome = outcome
    return copy
  }
}
