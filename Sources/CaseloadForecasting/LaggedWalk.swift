import CaseloadData
import CaseloadMath

/// A fitted walk yₜ = yₜ₋ₘ + b + εₜ: what naive, seasonal naive and drift have in common.
///
/// With missing values the changes that are observed are used, and a season whose last value is
/// older starts its walk there.
public struct LaggedWalk: FittedForecastModel {
  public let form: String
  @NullForNaN public private(set) var residuals: [Double]
  public let diagnostics: [Diagnostic]
  /// m.
  let lag: Int
  /// b and its standard error; both 0 without drift.
  let drift: Double
  let driftError: Double
  /// σ²: the residuals' squares over their number, less one where a drift was estimated.
  let variance: Double
  private let meanSquare: Double
  /// The last observed value of each of the next m seasons, and how many steps back it lies.
  private let last: [Place]
  let changeCount: Int

  /// A last observed value, and how many seasons back it lies.
  private struct Place: Codable {
    let value: Double
    let age: Int
  }

  /// - Precondition: the series holds at least one observed value, one of each of the m seasons
  ///   being at hand or taken from the latest value.
  init(_ series: TimeSeries, form: String, lag: Int, hasDrift: Bool) {
    self.form = form
    let y = series.values
    var residuals = [Double](repeating: .nan, count: y.count)
    for t in y.indices.dropFirst(lag) { residuals[t] = y[t] - y[t - lag] }
    let changes = residuals.filter { !$0.isNaN }
    changeCount = changes.count
    let n = Double(changes.count)
    var (drift, driftError) = (0.0, 0.0)
    if hasDrift, changes.count > 1 {
      drift = changes.accurateSum / n
      driftError = (Descriptive.standardDeviation(changes) ?? 0) / n.squareRoot()
      for t in residuals.indices { residuals[t] -= drift }
    }
    self.drift = drift
    self.driftError = driftError
    var squares = Accumulator()
    for e in residuals where !e.isNaN { squares.add(product: e, e) }
    let meanSquare = n > 0 ? squares.value / n : Self.meanSquareOverGaps(series, lag: lag)
    self.meanSquare = meanSquare
    variance = hasDrift && changes.count > 1 ? squares.value / (n - 1) : meanSquare
    self.residuals = residuals
    self.lag = lag
    let latest = y.last { !$0.isNaN } ?? .nan
    var unseen = 0
    var last: [Place] = []
    for season in 0..<lag {
      var index = y.count - lag + season
      var age = 0
      while index >= 0, y[index].isNaN {
        index -= lag
        age += 1
      }
      if index < 0 { unseen += 1 }
      last.append(
        index >= 0 ? Place(value: y[index], age: age) : Place(value: latest, age: 1))
    }
    self.last = last
    var diagnostics: [Diagnostic] = []
    if unseen > 0 {
      diagnostics.append(
        Diagnostic(
          .missingValues, .warning,
          Text(
            en: "\(unseen) seasons have no value at all; the latest value stands in for them.",
            zh: "有 \(unseen) 个季节没有任何数值，以最新数值代替。")))
    }
    if variance <= 0 {
      diagnostics.append(
        Diagnostic(
          .notIdentified, .warning,
          changes.isEmpty
            ? Text(
              en:
                "No two values lie one step apart, so the interval has no width: it is not known.",
              zh: "没有相隔一步的两个数值，区间宽度为零，表示未知。")
            : Text(
              en: "All past changes are equal, so the interval has no width.",
              zh: "历史变动全部相同，区间宽度为零。")))
    }
    self.diagnostics = diagnostics
  }

  /// Gaussian, with the constant −n/2 ln 2π.
  public var logLikelihood: Double? {
    let n = Double(changeCount)
    return meanSquare > 0 ? -0.5 * n * (log(2 * .pi * meanSquare) + 1) : nil
  }

  public var parameterCount: Int { driftError > 0 || drift != 0 ? 2 : 1 }
  public var observationCount: Int { changeCount }
  public var innovationVariance: Double? { variance }

  /// The same σ² and drift from the last values of `series`.
  public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self {
    LaggedWalk(self, on: series)
  }

  private init(_ walk: LaggedWalk, on series: TimeSeries) {
    let fresh = LaggedWalk(series, form: walk.form, lag: walk.lag, hasDrift: false)
    form = walk.form
    residuals = fresh.residuals.map { $0 - walk.drift }
    diagnostics = fresh.diagnostics
    lag = walk.lag
    (drift, driftError, variance) = (walk.drift, walk.driftError, walk.variance)
    meanSquare = walk.meanSquare
    last = fresh.last
    changeCount = walk.changeCount
  }

  public var parameters: [Parameter] {
    var list = [
      Parameter(
        name: Text(en: "innovation variance", zh: "新息方差"), symbol: "σ²", estimate: variance)
    ]
    if driftError > 0 || drift != 0 {
      list.insert(
        Parameter(name: Text(en: "drift", zh: "漂移"), symbol: "b", estimate: drift), at: 0)
    }
    return list
  }

  /// σ² where no two neighbors are observed: d steps apart a change has the variance d σ².
  private static func meanSquareOverGaps(_ series: TimeSeries, lag: Int) -> Double {
    guard lag == 1 else { return 0 }
    let observed = series.observed
    let terms = zip(observed, observed.dropFirst()).map { a, b in
      (b.value - a.value) * (b.value - a.value) / Double(b.index - a.index)
    }
    return terms.isEmpty ? 0 : terms.accurateSum / Double(terms.count)
  }

  private func place(_ h: Int) -> (value: Double, steps: Double) {
    let place = last[h % lag]
    return (place.value, Double(h / lag + 1 + place.age))
  }

  public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
    (0..<horizon).map { h in
      let (value, steps) = place(h)
      let spread = variance * steps + (steps * driftError) * (steps * driftError)
      return .normal(mean: value + steps * drift, standardDeviation: spread.squareRoot())
    }
  }

  public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
    -> Matrix
  {
    let deviation = variance.squareRoot()
    var result = Matrix(rowCount: horizon, columnCount: count)
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      let slope = drift + (driftError > 0 ? driftError * draws.normal() : 0)
      for h in 0..<horizon {
        let steps = place(h).steps
        let previous = h >= lag ? result[h - lag, path] : last[h].value
        let taken = h >= lag ? 1 : steps
        result[h, path] =
          previous + taken * slope + taken.squareRoot() * deviation * draws.normal()
      }
    }
    return result
  }
}
