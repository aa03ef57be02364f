import CaseloadData
import CaseloadMath

/// One pass of given coefficients over a series: residuals, likelihood, and where it ends.
struct ARIMAStanding {
  let terminal: ARIMATerminal
  /// On the scale of the data, one a period of the series; NaN where there is none.
  let residuals: [Double]
  let logLikelihood: Double
  let observationCount: Int
  private let unit: Double
  private let squares: Double

  /// - Parameters:
  ///   - order: of the model.
  ///   - coefficients: φ, θ, Φ, Θ.
  ///   - beta: of the constant, if there is one, and of the regressors.
  ///   - series: the history.
  ///   - regressors: one row a period of it.
  ///   - range: from the first observed value to the last.
  init(
    _ order: ARIMAOrder, _ coefficients: [Double], beta: [Double], _ series: TimeSeries,
    _ regressors: Regressors, _ range: Range<Int>
  ) {
    var values = Array(series.values[range])
    let constant = order.hasConstant ? [ARIMAData.constant(order, range)] : []
    for (b, column) in zip(beta, constant + regressors.columns.map { Array($0[range]) }) {
      for t in values.indices { values[t] -= b * column[t] }
    }
    var plain = order
    plain.hasConstant = false
    guard let data = ARIMAData(values, regressors: [], order: plain) else {
      preconditionFailure("no regressors, none dependent")
    }
    var likelihood = ARIMALikelihood(data, plain, isLast: true)
    // A series without noise has no likelihood, and still a state.
    let isValid = likelihood.evaluate(coefficients.isEmpty ? [0] : coefficients)
    unit = data.unit
    squares = likelihood.squares
    observationCount = data.observationCount
    logLikelihood = isValid ? likelihood.logLikelihood : .nan
    terminal = likelihood.terminal()
    var residuals = [Double](repeating: .nan, count: series.count)
    let start = range.lowerBound + order.lost
    for t in 0..<data.count where likelihood.counts(t) {
      residuals[start + t] = likelihood.residuals[t] * data.unit
    }
    self.residuals = residuals
  }

  /// σ² for k parameters, σ² among them.
  func variance(_ parameterCount: Int) -> Double {
    squares / Double(max(1, observationCount - parameterCount + 1)) * unit * unit
  }
}
