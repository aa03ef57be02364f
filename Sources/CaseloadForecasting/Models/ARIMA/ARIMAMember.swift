import CaseloadData
import CaseloadMath

extension ARIMA.Fitted {
  /// One model of the forecast.
  struct Member: Codable, Sendable {
    let order: ARIMAOrder
    let values: ARIMACoefficients
    /// The constant, then the regressors.
    let regression: [Double]
    let standardErrors: [Double?]
    let weight: Double
    /// σ².
    let variance: Double
    let logLikelihood: Double?
    let parameterCount: Int
    let observationCount: Int
    let terminal: ARIMATerminal

    var deviation: Double { variance.squareRoot() }

    private init(
      order: ARIMAOrder, values: ARIMACoefficients, regression: [Double],
      standardErrors: [Double?], weight: Double, variance: Double, logLikelihood: Double?,
      parameterCount: Int, observationCount: Int, terminal: ARIMATerminal
    ) {
      self.order = order
      self.values = values
      self.regression = regression
      self.standardErrors = standardErrors
      self.weight = weight
      self.variance = variance
      self.logLikelihood = logLikelihood
      self.parameterCount = parameterCount
      self.observationCount = observationCount
      self.terminal = terminal
    }

    init(
      _ estimate: ARIMAEstimate, weight: Double, variance: Double, terminal: ARIMATerminal
    ) {
      self.init(
        order: estimate.order, values: estimate.coefficients, regression: estimate.regression,
        standardErrors: estimate.standardErrors, weight: weight, variance: variance,
        logLikelihood: estimate.logLikelihood, parameterCount: estimate.parameterCount,
        observationCount: estimate.observationCount, terminal: terminal)
    }

    /// A series without noise.
    init(_ degenerate: ARIMASelection.Degenerate, terminal: ARIMATerminal, count: Int) {
      let beta = Self.constant(degenerate)
      self.init(
        order: degenerate.order, values: ARIMACoefficients(), regression: beta,
        standardErrors: beta.map { _ in nil }, weight: 1, variance: 0, logLikelihood: nil,
        parameterCount: 1 + beta.count, observationCount: count, terminal: terminal)
    }

    /// The mean, or the drift a period, of a series without noise.
    static func constant(_ degenerate: ARIMASelection.Degenerate) -> [Double] {
      let order = degenerate.order
      guard order.hasConstant else { return [] }
      return [degenerate.mean / (order.seasonalDifferences > 0 ? Double(order.season) : 1)]
    }

    func updated(_ standing: ARIMAStanding) -> Member {
      Member(
        order: order, values: values, regression: regression, standardErrors: standardErrors,
        weight: weight, variance: variance,
        logLikelihood: logLikelihood == nil ? nil : standing.logLikelihood,
        parameterCount: parameterCount, observationCount: standing.observationCount,
        terminal: standing.terminal)
    }

    /// The regression's part in the next `horizon` values.
    func regression(_ horizon: Int, from start: Int, _ regressors: Regressors) -> [Double] {
      var result = [Double](repeating: 0, count: horizon)
      let constant =
        order.hasConstant ? [ARIMAData.constant(order, start..<(start + horizon))] : []
      for (beta, column) in zip(regression, constant + regressors.columns) {
        for h in 0..<horizon { result[h] += beta * column[h] }
      }
      return result
    }

    func coefficients(_ names: [String]) -> [ARIMA.Coefficient] {
      var labels: [(Text, String)] = []
      func add(_ count: Int, _ name: Text, _ symbol: String) {
        for i in 1..<max(1, count + 1) where i <= count {
          labels.append(
            (Text(en: "\(name.en) \(i)", zh: "\(name.zh) \(i)"), symbol + Self.subscripted(i)))
        }
      }
      add(order.autoregressive, Text(en: "autoregressive", zh: "自回归"), "φ")
      add(order.movingAverage, Text(en: "moving average", zh: "移动平均"), "θ")
      add(
        order.seasonalAutoregressive, Text(en: "seasonal autoregressive", zh: "季节自回归"), "Φ")
      add(
        order.seasonalMovingAverage, Text(en: "seasonal moving average", zh: "季节移动平均"), "Θ")
      if order.hasConstant {
        labels.append(
          order.lost == 0
            ? (Text(en: "mean", zh: "均值"), "μ")
            : (Text(en: "drift a period", zh: "每期漂移"), "c"))
      }
      for name in names { labels.append((Text(name), name)) }
      return zip(zip(labels, values.values + regression), standardErrors).map { pair, error in
        ARIMA.Coefficient(
          name: pair.0.0, symbol: pair.0.1, estimate: pair.1, standardError: error)
      }
    }

    private static func subscripted(_ number: Int) -> String {
      let digits: [Character] = ["₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"]
      return String(String(number).compactMap { $0.wholeNumberValue.map { digits[$0] } })
    }
  }
}
