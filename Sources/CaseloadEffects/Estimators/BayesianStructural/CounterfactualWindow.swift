import CaseloadMath

/// A stretch of a series that ends with the time that is to be forecast, standardized.
///
/// ```
/// z = (y − ȳ)/s_y,   x̃ = (x − x̄)/s_x       means and deviations (divisor n − 1) of the time before
/// ```
struct CounterfactualWindow: Sendable {
  /// The outcome before, standardized, then the regressors before.
  let columns: [[Double]]
  /// The regressors after.
  let ahead: [[Double]]
  /// The outcome after, as given; NaN where missing.
  let outcome: [Double]
  let center: Double
  let unit: Double
  /// s_x.
  let regressorUnits: [Double]
  /// How many of the regressors are always in the model.
  let forcedCount: Int
  /// The regressors' places in the data.
  let places: [Int]

  /// The rows before `split` of the data, and those from it up to `end`.
  init(_ data: CounterfactualData, split: Int? = nil, end: Int? = nil) {
    let split = split ?? data.before
    let end = end ?? data.response.count
    let rows = (0..<split).filter { !data.response[$0].isNaN }
    func moments(_ values: [Double]) -> (center: Double, unit: Double) {
      let known = rows.map { values[$0] }
      return (Descriptive.mean(known) ?? 0, Descriptive.standardDeviation(known) ?? 0)
    }
    let own = moments(data.response)
    center = own.center
    unit = own.unit > 0 ? own.unit : 1
    var columns = [
      data.response[..<split].map { ($0 - own.center) / (own.unit > 0 ? own.unit : 1) }
    ]
    var (ahead, units, places): ([[Double]], [Double], [Int]) = ([], [], [])
    var forced = 0
    // Those that are always in the model come first.
    let isForced = data.regressors.map { $0.kind == .calendar }
    let order = data.regressors.indices.sorted {
      (isForced[$0] ? 0 : 1, $0) < (isForced[$1] ? 0 : 1, $1)
    }
    for place in order {
      let values = data.regressors[place].values
      let (mean, deviation) = moments(values)
      // A part of the time before may hold no variation of it.
      guard deviation > 1e-12 * (values.map { abs($0) }.max() ?? 0) else { continue }
      columns.append(values[..<split].map { $0.isNaN ? 0 : ($0 - mean) / deviation })
      ahead.append(values[split..<end].map { $0.isNaN ? 0 : ($0 - mean) / deviation })
      units.append(deviation)
      places.append(place)
      if isForced[place] { forced += 1 }
    }
    self.columns = columns
    self.ahead = ahead
    outcome = Array(data.response[split..<end])
    regressorUnits = units
    forcedCount = forced
    self.places = places
  }

  /// Weights of the average over the observed periods.
  var averageWeights: [Double] {
    let observed = outcome.count { !$0.isNaN }
    return outcome.map { $0.isNaN ? 0 : 1 / Double(observed) }
  }

  /// Weights of each period, and of the average last.
  var allWeights: [[Double]] {
    outcome.indices.map { h in outcome.indices.map { $0 == h ? 1 : 0 } } + [averageWeights]
  }

  /// The mean of the observed outcomes.
  var averageOutcome: Double {
    zip(outcome, averageWeights).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.1 : $0 }
  }
}
