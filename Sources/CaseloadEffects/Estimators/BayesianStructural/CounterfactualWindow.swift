import CaseloadMath

/// A stretch of a series that ends with the time that is to be forecast, standardized.
///
/// ```
/// z = (y − ȳ)/s_y,   x̃ = (x − x̄)/s_x       means and deviations (divisor n − 1) of the time before
/// ```
///
/// Where events are always in the model, s_y is the deviation of what their least squares leave: a closed
/// court would otherwise loosen every prior that is measured in it.
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
    let spread = Self.spread(
      rows.map { data.response[$0] - own.center },
      without: data.regressors.filter { $0.kind == .calendar }.map { regressor in
        let mean = moments(regressor.values).center
        return rows.map { regressor.values[$0] - mean }
      }, own.unit)
    let scale = spread > 0 ? spread : 1
    center = own.center
    unit = scale
    var columns = [data.response[..<split].map { ($0 - own.center) / scale }]
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

  /// The deviation of `values` without what their least squares on `columns` explain, all centered;
  /// `whole` where nothing would be left to measure.
  private static func spread(_ values: [Double], without columns: [[Double]], _ whole: Double)
    -> Double
  {
    guard !columns.isEmpty else { return whole }
    var (rest, basis) = (values, [[Double]]())
    for column in columns {
      var v = column
      let size = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for q in basis {
        let product = zip(q, v).reduce(0) { $0 + $1.0 * $1.1 }
        for i in v.indices { v[i] -= product * q[i] }
      }
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-9 * size else { continue }
      basis.append(v.map { $0 / length })
    }
    for q in basis {
      let product = zip(q, rest).reduce(0) { $0 + $1.0 * $1.1 }
      for i in rest.indices { rest[i] -= product * q[i] }
    }
    let free = Double(values.count - 1 - basis.count)
    guard free >= 2 else { return whole }
    let left = (rest.reduce(0) { $0 + $1 * $1 } / free).squareRoot()
    return left > 1e-9 * whole ? left : whole
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
