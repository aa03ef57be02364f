import CaseloadMath

extension ARIMAEstimator {
  /// The standard errors of an estimate, from the second derivatives of the likelihood: of φ, θ, Φ, Θ,
  /// the variance and the regression concentrated out, by central differences; of the regression,
  /// given these.
  ///
  /// - Parameter estimate: of this order and these data.
  /// - Returns: one a coefficient; `nil` at the edge of the stationary or invertible region.
  mutating func standardErrors(_ estimate: ARIMAEstimate) -> [Double?] {
    let values = estimate.coefficients.values
    let (k, step) = (dimension, 5e-4)
    func value(_ moves: [(Int, Double)]) -> Double {
      var point = values
      for (i, move) in moves { point[i] += move }
      guard likelihood.evaluate(point.isEmpty ? [0] : point) else { return .nan }
      return 0.5 * likelihood.criterion
    }
    var errors = [Double?](repeating: nil, count: k)
    if k > 0, estimate.coefficients.hasRootsOutside(1.002, season: 1) {
      let center = value([])
      var information = [Double](repeating: 0, count: k * k)
      for i in 0..<k {
        for j in 0...i {
          let second =
            i == j
            ? value([(i, step)]) - 2 * center + value([(i, -step)])
            : 0.25
              * (value([(i, step), (j, step)]) - value([(i, step), (j, -step)])
                - value([(i, -step), (j, step)]) + value([(i, -step), (j, -step)]))
          information[i * k + j] = second / (step * step)
          information[j * k + i] = second / (step * step)
        }
      }
      if information.allSatisfy(\.isFinite), SmallCholesky.factor(&information, k) {
        for i in 0..<k {
          var unit = [Double](repeating: 0, count: k)
          unit[i] = 1
          SmallCholesky.solve(information, k, &unit)
          errors[i] = unit[i] > 0 ? unit[i].squareRoot() : nil
        }
      }
    }
    guard likelihood.data.regressorCount > 0 else { return errors }
    _ = value([])
    let variance = likelihood.squares / Double(likelihood.data.observationCount)
    let covariance = likelihood.regressionCovariance()
    return errors
      + covariance.map { ($0 * variance).squareRoot() * likelihood.data.unit }
  }
}
