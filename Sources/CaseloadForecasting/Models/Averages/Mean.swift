import CaseloadData
import CaseloadMath

/// The average of all values.
///
/// ```
/// yₜ = μ + εₜ,   ŷₙ₊ₕ = ȳ,   v_h = s² (1 + 1/n),   s² = Σ (yₜ − ȳ)²/(n − 1)
/// ```
///
/// Paths share one draw of the average's own error, whose variance is s²/n. R's `meanf` has the same
/// mean and standard deviation, and takes Student's quantile for the normal one here. The likelihood
/// is Gaussian, with the constant −n/2 ln 2π and the variance (n − 1) s²/n. Missing values are passed
/// over. With new values the average is that of all of them; s stays.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §5.2, §5.5.
public struct Mean: ForecastModel {
  public init() {}

  public static let card = MethodCard(
    id: "mean", name: Text(en: "Mean", zh: "均值法"),
    summary: Text(en: "The average of all values.", zh: "全部历史数值的平均。"),
    equation: #"\hat y_{n+h} = \bar y"#,
    assumptions: [
      Text(
        en: "Values are independent, about one mean that does not change.",
        zh: "各期数值独立，围绕不变的均值。"),
      Text(en: "Normal values.", zh: "数值服从正态分布。"),
    ],
    sources: [Bibliography.hyndmanAthanasopoulos], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    return Fitted(series)
  }

  public struct Fitted: FittedForecastModel {
    private let mean: Double
    /// s.
    private let deviation: Double
    private let count: Int
    public let logLikelihood: Double?
    public let observationCount: Int
    public let diagnostics: [Diagnostic]
    @NullForNaN public private(set) var residuals: [Double]

    init(_ series: TimeSeries) {
      let observed = series.observed.map(\.value)
      let n = Double(observed.count)
      mean = observed.accurateSum / n
      deviation = Descriptive.standardDeviation(observed) ?? 0
      count = observed.count
      observationCount = observed.count
      let meanSquare = deviation * deviation * (n - 1) / n
      logLikelihood = meanSquare > 0 ? -0.5 * n * (log(2 * .pi * meanSquare) + 1) : nil
      let mean = mean
      residuals = series.values.map { $0 - mean }
      diagnostics =
        deviation > 0
        ? []
        : [
          Diagnostic(
            .notIdentified, .warning,
            Text(
              en: "All values are equal, so the interval has no width.",
              zh: "历史数值全部相同，区间宽度为零。"))
        ]
    }

    private init(_ fit: Fitted, on series: TimeSeries) {
      let observed = series.observed.map(\.value)
      let mean =
        observed.isEmpty ? fit.mean : observed.accurateSum / Double(observed.count)
      self.mean = mean
      deviation = fit.deviation
      count = max(1, observed.count)
      logLikelihood = fit.logLikelihood
      observationCount = fit.observationCount
      diagnostics = fit.diagnostics
      residuals = series.values.map { $0 - mean }
    }

    public var form: String { Mean.card.id }
    public var parameterCount: Int { 2 }
    public var innovationVariance: Double? { deviation * deviation }

    public var parameters: [Parameter] {
      [
        Parameter(name: Text(en: "mean", zh: "均值"), symbol: "ȳ", estimate: mean),
        Parameter(
          name: Text(en: "error variance", zh: "误差方差"), symbol: "s²",
          estimate: deviation * deviation),
      ]
    }

    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Self
    {
      Fitted(self, on: series)
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      let spread = deviation * (1 + 1 / Double(count)).squareRoot()
      return [PredictiveDistribution](
        repeating: .normal(mean: mean, standardDeviation: spread), count: horizon)
    }

    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      let error = deviation / Double(self.count).squareRoot()
      var result = Matrix(rowCount: horizon, columnCount: count)
      for path in 0..<count {
        var draws = stream.substream(UInt64(path))
        let center = mean + error * draws.normal()
        for h in 0..<horizon { result[h, path] = center + deviation * draws.normal() }
      }
      return result
    }
  }
}
