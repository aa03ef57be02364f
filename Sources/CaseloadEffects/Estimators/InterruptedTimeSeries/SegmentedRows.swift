import CaseloadData
import CaseloadMath

/// The observed periods of a segmented regression as they are collected.
struct SegmentedRows {
  private(set) var times: [Int] = []
  private(set) var periods: [[Period]] = []
  private(set) var covariates: [[Double]] = []
  private(set) var dose: [Double] = []
  /// The treated series, then the comparison's if both are modelled.
  private(set) var values: [[Double]] = []
  private(set) var exposures: [[Double]] = []

  mutating func append(
    _ k: Int, _ periods: [Period], values: [Double], exposures: [Double], covariates: [Double],
    dose: Double
  ) {
    times.append(k)
    self.periods.append(periods)
    self.values.append(values)
    self.exposures.append(exposures)
    self.covariates.append(covariates)
    self.dose.append(dose)
  }

  /// Columns: intercept, time, what the intervention changes, the rest.
  ///
  /// With a comparison series the changes common to both come before those of the treated series
  /// alone, which keep the plain names.
  func design(
    terms: SegmentedTerms, nuisance: SegmentedNuisance, hasTrend: Bool, hasIntensity: Bool
  ) -> SegmentedDesign {
    let count = times.count
    let isStacked = (values.first?.count ?? 1) > 1
    let (changes, changeNames) = hasIntensity ? ([dose], ["level"]) : terms.columns(times)
    let line = times.map(Double.init)
    let ones = [Double](repeating: 1, count: count)
    let zeros = [Double](repeating: 0, count: count)
    var (columns, names) = ([[Double]](), [String]())
    func add(_ name: String, _ column: [Double], _ below: [Double]) {
      names.append(name)
      columns.append(isStacked ? column + below : column)
    }
    add("(Intercept)", ones, ones)
    if hasTrend { add("time", line, line) }
    if isStacked {
      for (name, column) in zip(changeNames, changes) { add("comparison-" + name, column, column) }
      add("treated", ones, zeros)
      if hasTrend { add("treated-time", line, zeros) }
    }
    for (name, column) in zip(changeNames, changes) { add(name, column, zeros) }
    for (name, column) in zip(nuisance.names, nuisance.columns) { add(name, column, column) }
    func stacked(_ rows: [[Double]]) -> [Double] {
      (0..<(isStacked ? 2 : 1)).flatMap { s in rows.map { $0[s] } }
    }
    let hasExposure = !(exposures.first?.isEmpty ?? true)
    return SegmentedDesign(
      columns: columns, names: names, response: stacked(values),
      offset: hasExposure ? stacked(exposures).map { log($0) } : nil,
      eventTimes: isStacked ? times + times : times, treatedCount: count,
      effectNames: changeNames)
  }
}
