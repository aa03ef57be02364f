import CaseloadData
import CaseloadMath

/// Exponential smoothing from the first value on.
///
/// ```
/// ẑ₁ = x₁,   ẑᵢ = α xᵢ + (1 − α) ẑᵢ₋₁
/// ```
///
/// ẑₙ is an average of x with the weights α(1 − α)ⁿ⁻ⁱ, and (1 − α)ⁿ⁻¹ for the first.
enum DemandSmoothing {
  static func last(_ x: [Double], _ alpha: Double) -> Double {
    var level = x.first ?? 0
    for value in x.dropFirst() { level += alpha * (value - level) }
    return level
  }

  static func weights(_ count: Int, _ alpha: Double) -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    var power = 1.0
    for i in (1..<max(1, count)).reversed() {
      weights[i] = alpha * power
      power *= 1 - alpha
    }
    if count > 0 { weights[0] = power }
    return weights
  }

  /// Σ (xᵢ − ẑᵢ₋₁)², in units of the largest |x|.
  private static func squares(_ x: [Double], _ alpha: Double) -> Double {
    var (level, sum) = (x.first ?? 0, 0.0)
    for value in x.dropFirst() {
      let error = value - level
      sum += error * error
      level += alpha * error
    }
    return sum
  }

  /// The α of the least squares in [0.1, 0.3], the range that is usual for intermittent demand.
  static func best(_ x: [Double]) -> Double {
    let largest = x.reduce(0) { max($0, abs($1)) }
    guard x.count > 1, largest > 0 else { return 0.1 }
    let scaled = x.map { $0 / largest }
    let minimum = Brent.minimum(in: 0.1...0.3) { squares(scaled, $0) }
    // Brent's search approaches an end of its range and does not reach it.
    return [minimum.point[0], 0.1, 0.3].min { squares(scaled, $0) < squares(scaled, $1) } ?? 0.1
  }
}

/// How the mean of an intermittent series is found.
enum DemandMethod: String, Codable, Sendable {
  case croston, sba, tsb, adida, imapa
}

/// A fitted model of intermittent demand: many zeros, and now and then a number.
///
/// The method gives the mean of a period, f. The distribution is that of a demand which occurs, in
/// each period by itself, with probability p, and whose size is one of those that occurred so far,
/// drawn with the weights by which smoothing averages them, so that its mean is the smoothed size z:
///
/// ```
/// P(y = 0) = 1 − p,   P(y = zᵢ) = p wᵢ,   p = f/z,   E y = p Σ wᵢ zᵢ = f
/// ```
///
/// (Where f exceeds z, p is 1 and the sizes are scaled up to it.) Counts stay counts and nothing is
/// negative. Joint paths draw each period from this distribution. It takes f for known, and leaves
/// out how p and z may move in the periods ahead.
///
/// Periods without a value count neither as demand nor as time.
public struct DemandFit: FittedForecastModel {
  let method: DemandMethod
  /// α of the sizes, of the intervals or occurrences, or of each level of aggregation.
  let smoothing: [Double]
  /// f and z.
  let mean: Double
  let size: Double
  /// The values that may occur, ascending, and their probabilities.
  let values: [Double]
  let probabilities: [Double]
  public let observationCount: Int
  public let diagnostics: [Diagnostic]
  @NullForNaN public private(set) var residuals: [Double]

  /// - Precondition: at least one observed value, none negative.
  init(_ method: DemandMethod, _ series: TimeSeries, smoothing: [Double]) {
    let y = series.observed.map(\.value)
    let state = DemandState(y, method: method, smoothing: smoothing)
    self.method = method
    self.smoothing = smoothing
    mean = state.mean
    size = state.size
    (values, probabilities) = state.distribution
    observationCount = y.count
    diagnostics =
      state.sizes.isEmpty
      ? [
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en: "All values are zero, so that nothing but zero is forecast.",
            zh: "历史数值全部为零，预测也只能为零。"))
      ] : []
    var residuals = series.values
    let forecasts = DemandState.forecasts(y, method: method, smoothing: smoothing)
    for (entry, forecast) in zip(series.observed, forecasts) {
      residuals[entry.index] = entry.value - forecast
    }
    self.residuals = residuals
  }

  public var form: String { method.rawValue }
  public var logLikelihood: Double? { nil }
  public var parameterCount: Int { smoothing.count }
  public var innovationVariance: Double? {
    let deviation = distribution.standardDeviation
    return deviation * deviation
  }

  public var parameters: [Parameter] {
    let names: [(Text, String)] =
      switch method {
      case .croston, .sba:
        [
          (Text(en: "size smoothing", zh: "需求量平滑系数"), "α"),
          (Text(en: "interval smoothing", zh: "间隔平滑系数"), "β"),
        ]
      case .tsb:
        [
          (Text(en: "size smoothing", zh: "需求量平滑系数"), "α"),
          (Text(en: "occurrence smoothing", zh: "发生概率平滑系数"), "β"),
        ]
      case .adida: [(Text(en: "smoothing", zh: "平滑系数"), "α")]
      case .imapa:
        smoothing.indices.map {
          (Text(en: "smoothing of sums over \($0 + 1)", zh: "\($0 + 1) 期合计的平滑系数"), "α\($0 + 1)")
        }
      }
    return zip(names, smoothing).map { Parameter(name: $0.0, symbol: $0.1, estimate: $1) }
  }

  public var states: [Parameter] {
    [
      Parameter(name: Text(en: "mean of a period", zh: "每期均值"), symbol: "f", estimate: mean),
      Parameter(name: Text(en: "size of a demand", zh: "需求量"), symbol: "z", estimate: size),
      Parameter(
        name: Text(en: "probability of a demand", zh: "需求发生概率"), symbol: "p",
        estimate: size > 0 ? min(1, mean / size) : 0),
    ]
  }

  /// The same smoothing over the longer series.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a negative value,
  ///   ``DiagnosticCode/seriesTooShort`` without any.
  public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self {
    try DemandFit.check(series, for: method.rawValue)
    guard series.missingCount < series.count else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(en: "The series has no value.", zh: "序列没有任何数值。"),
        hint: Text(en: "Give it at least one.", zh: "请至少给出一个数值。"))
    }
    return DemandFit(method, series, smoothing: smoothing)
  }

  /// Refuses negative values.
  static func check(_ series: TimeSeries, for id: String) throws(Diagnostic) {
    guard let index = series.values.firstIndex(where: { $0 < 0 }) else { return }
    throw Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "\(id) forecasts demand, and the value \(series.values[index]) is negative.",
        zh: "\(id) 用于预测需求，而数值 \(series.values[index]) 为负。"),
      at: Diagnostic.Location(period: series.start.advanced(by: index).description),
      hint: Text(
        en: "Correct the value, or use a model for values of both signs (damped-holt).",
        zh: "请更正该数值，或改用可取负值的模型（damped-holt）。"))
  }

  private var distribution: PredictiveDistribution {
    .mixture(
      zip(values, probabilities).map {
        PredictiveDistribution.NormalComponent(weight: $1, mean: $0, standardDeviation: 0)
      })
  }

  public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
    [PredictiveDistribution](repeating: distribution, count: horizon)
  }

  public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
    -> Matrix
  {
    var cumulative: [Double] = []
    for probability in probabilities { cumulative.append((cumulative.last ?? 0) + probability) }
    var result = Matrix(rowCount: horizon, columnCount: count)
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      for h in 0..<horizon {
        let u = draws.uniform()
        var (low, high) = (0, values.count - 1)
        while low < high {
          let middle = (low + high) / 2
          if cumulative[middle] < u { low = middle + 1 } else { high = middle }
        }
        result[h, path] = values[low]
      }
    }
    return result
  }
}
