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
  /// As `outcome`, one array a covariate.
  public let covariates: [[Double]]
  public let covariateNames: [String]
  /// As `outcome`, what it is counted over; empty for none.
  public let exposure: [Double]
  /// How strongly each unit is treated once it is; empty for all alike.
  public let dose: [Double]
  /// Whether the programme could act on each unit; empty for a study without a third difference.
  public let eligible: [Bool]
  /// The stratum of each unit, from 0; empty for a study without.
  public let stratum: [Int]
  /// The treatment's intensity, as `outcome`; empty where it stays from its start on.
  public private(set) var treatment: [Double]

  public var unitCount: Int { labels.count }

  /// The stratum of each row within which assignments are redrawn; empty for a study without, and
  /// for a triple difference, whose strata are compared inside themselves.
  var assignmentStratum: [Int] { eligible.isEmpty ? stratum : [] }

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
    exposure = study.exposure.map { filled($0.series) } ?? []
    dose = study.dose.isEmpty ? [] : entries.indices.map { study.dose[$0] ?? .nan }
    eligible = study.eligible
    treatment = study.treatment.map { filled($0.series) } ?? []
    var strata: [String: Int] = [:]
    stratum = study.strata.map { name in
      let code = strata[name] ?? strata.count
      strata[name] = code
      return code
    }
  }

  /// A rectangle from its parts, as the properties describe them; clusters are numbered anew.
  init(
    labels: [String], start: Period, periodCount: Int, outcome: [Double], cohort: [Int],
    weights: [Double], cluster: [Int], covariates: [[Double]] = [], covariateNames: [String] = [],
    exposure: [Double] = [], dose: [Double] = [], eligible: [Bool] = [], stratum: [Int] = [],
    treatment: [Double] = []
  ) {
    precondition(outcome.count == labels.count * periodCount)
    self.labels = labels
    self.start = start
    self.periodCount = periodCount
    self.outcome = outcome
    self.cohort = cohort
    self.weights = weights
    self.cluster = Self.renumbered(cluster)
    clusterCount = (self.cluster.max() ?? -1) + 1
    self.covariates = covariates
    self.covariateNames = covariateNames
    self.exposure = exposure
    self.dose = dose
    self.eligible = eligible
    self.stratum = Self.renumbered(stratum)
    self.treatment = treatment
  }

  /// The same classes numbered from 0 in the order in which they occur.
  static func renumbered(_ codes: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return codes.map { code in
      let number = numbers[code] ?? numbers.count
      numbers[code] = number
      return number
    }
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
  public func selecting(_ rows: [Int]) -> StudyGrid { part(rows, 0..<periodCount) }

  /// The grid of some columns: all units, and cohorts counted from the first column that is kept.
  public func selecting(columns: Range<Int>) -> StudyGrid {
    columns == 0..<periodCount ? self : part(Array(0..<unitCount), columns)
  }

  private func part(_ rows: [Int], _ columns: Range<Int>) -> StudyGrid {
    func kept(_ values: [Double]) -> [Double] {
      values.isEmpty
        ? []
        : rows.flatMap {
          values[$0 * periodCount + columns.lowerBound..<$0 * periodCount + columns.upperBound]
        }
    }
    return StudyGrid(
      labels: rows.map { labels[$0] }, start: period(columns.lowerBound),
      periodCount: columns.count, outcome: kept(outcome),
      cohort: rows.map { cohort[$0] == Self.never ? Self.never : cohort[$0] - columns.lowerBound },
      weights: rows.map { weights[$0] }, cluster: rows.map { cluster[$0] },
      covariates: covariates.map(kept), covariateNames: covariateNames, exposure: kept(exposure),
      dose: dose.isEmpty ? [] : rows.map { dose[$0] },
      eligible: eligible.isEmpty ? [] : rows.map { eligible[$0] },
      stratum: stratum.isEmpty ? [] : rows.map { stratum[$0] }, treatment: kept(treatment))
  }

  /// The grid up to the last period in which some unit is untreated: afterwards nothing tells an
  /// effect from what moves all units.
  var beforeAllAreTreated: StudyGrid {
    var last = -1
    for t in 0..<periodCount {
      let hasUntreated = (0..<unitCount).contains {
        !isTreated($0, t) && !outcome[$0 * periodCount + t].isNaN
      }
      if hasUntreated { last = t }
    }
    return last < 0 ? self : selecting(columns: 0..<last + 1)
  }

  /// The columns in which some unit is observed.
  var observedColumns: [Int] {
    (0..<periodCount).filter { t in (0..<unitCount).contains { !self[$0, t].isNaN } }
  }

  /// The same data under another assignment of the programme.
  ///
  /// A treatment that goes up and down is dealt out anew with the starts: the k-th unit of a cohort
  /// takes the path of the k-th unit that had its start; where the numbers differ, treatment stays
  /// from its start on.
  public func with(cohort: [Int]) -> StudyGrid {
    precondition(cohort.count == unitCount)
    var copy = self
    copy.cohort = cohort
    copy.treatment = treatment.isEmpty ? [] : paths(of: cohort)
    return copy
  }

  /// The same study with another outcome.
  public func with(outcome: [Double]) -> StudyGrid {
    precondition(outcome.count == self.outcome.count)
    var copy = self
    copy.outcome = outcome
    return copy
  }

  /// The paths of the treatment under other starts; empty where these are no reordering.
  private func paths(of starts: [Int]) -> [Double] {
    var units: [Int: [Int]] = [:]
    for unit in (0..<unitCount).reversed() { units[cohort[unit], default: []].append(unit) }
    var result: [Double] = []
    result.reserveCapacity(treatment.count)
    for start in starts {
      guard let unit = units[start]?.popLast() else { return [] }
      result += treatment[unit * periodCount..<(unit + 1) * periodCount]
    }
    return result
  }
}
