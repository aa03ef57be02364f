import CaseloadMath

/// What the likelihood's maximum and its surroundings say of the time after.
extension StructuralLikelihood {
  /// Moments of all functionals.
  ///
  /// - Parameters:
  ///   - horizon: with the regressors of the time after.
  ///   - withCoefficients: whether the uncertainty of β counts.
  /// - Returns: means and variances, one a functional.
  func moments(_ horizon: CounterfactualHorizon, withCoefficients: Bool) -> (
    means: [Double], variances: [Double]
  ) {
    withKernel { kernel in
      moments(
        kernel, pass(kernel, ratios), ratios, scale: scale, horizon,
        withCoefficients: withCoefficients)
    }
  }

  private func moments(
    _ kernel: StateKernel, _ pass: Pass, _ ratios: [Double], scale: Double,
    _ horizon: CounterfactualHorizon, withCoefficients: Bool
  ) -> (means: [Double], variances: [Double]) {
    let (p, w) = (regressorCount, kernel.w)
    var (means, variances): ([Double], [Double]) = ([], [])
    for f in 0..<horizon.count {
      var mean = horizon.mean(f, kernel.finals, column: 0, width: w)
      var variance = horizon.variance(f, self.variances(ratios), kernel.finalVariance)
      var d = (0..<(p + m)).map { j in
        (j < p ? horizon.regressors[f * p + j] : 0)
          - horizon.mean(f, kernel.finals, column: j + 1, width: w)
      }
      for (a, b) in zip(d, pass.coefficients) { mean += a * b }
      if withCoefficients {
        LowerFactor.solve(pass.factor, p + m, &d)
      } else {
        d.removeFirst(p)
        LowerFactor.solve(pass.startFactor, m, &d)
      }
      for x in d { variance += x * x }
      means.append(mean)
      variances.append(scale * variance)
    }
    return (means, variances)
  }

  /// Mixtures over draws of the parameters from their asymptotic law.
  ///
  /// ```
  /// ψ ~ N(ψ̂, H⁻¹),   σ² = S(ψ)/χ²(n − m − p),   β, δ | ψ, σ² normal
  /// ```
  ///
  /// with H the Hessian of −ln L in ψ, in which the likelihood is even, so that a variance of zero has
  /// its curvature, too. Draw k is from substream k.
  ///
  /// - Parameters:
  ///   - horizon: with the regressors of the time after.
  ///   - count: how many draws.
  ///   - stream: of the draws.
  /// - Returns: one component a draw.
  func mixture(_ horizon: CounterfactualHorizon, draws count: Int, from stream: RandomStream)
    -> PredictiveMixture
  {
    var means = [[Double]](repeating: [], count: horizon.count)
    var deviations = means
    drawParameters(count, from: stream) { kernel, found, point, scale, _ in
      let (mean, variance) = moments(
        kernel, found, point, scale: scale, horizon, withCoefficients: true)
      for f in 0..<horizon.count {
        means[f].append(mean[f])
        deviations[f].append(variance[f].squareRoot())
      }
    }
    return PredictiveMixture(
      weights: [Double](repeating: 1, count: means.first?.count ?? 0), means: means,
      deviations: deviations)
  }

  /// Calls `body` with the kernel whitened at each draw of ψ, what the pass found, ψ and σ².
  private func drawParameters(
    _ count: Int, from stream: RandomStream,
    _ body: (StateKernel, Pass, [Double], Double, inout RandomStream) -> Void
  ) {
    let d = ratios.count
    withKernel { kernel in
      var factor = hessian(kernel)
      let isDefinite = LowerFactor.factor(&factor, d)
      let free = Double(max(1, self.count - m - regressorCount))
      let chiSquared = ChiSquared(degreesOfFreedom: free)
      for k in 0..<count {
        var draws = stream.substream(UInt64(k))
        var step = ratios.map { _ in draws.normal() }
        let uniform = draws.uniform()
        if isDefinite {
          LowerFactor.solveTransposed(factor, d, &step)
        } else {
          step = step.map { _ in 0 }
        }
        let point = zip(ratios, step).map { min(Self.ratioLimit, abs($0 + $1)) }
        let found = pass(kernel, point)
        guard found.logLikelihood.isFinite else { continue }
        body(kernel, found, point, found.squares / chiSquared.quantile(uniform), &draws)
      }
    }
  }

  /// Draws of Σ exp(y) over the observed periods of the time after, for an outcome in logarithms.
  ///
  /// - Parameters:
  ///   - window: the time after.
  ///   - count: how many draws.
  ///   - withParameters: whether variances and coefficients are drawn, too.
  ///   - stream: of the draws.
  /// - Returns: the sums.
  func totals(
    _ window: CounterfactualWindow, draws count: Int, withParameters: Bool,
    from stream: RandomStream
  ) -> [Double] {
    var totals: [Double] = []
    let (p, k) = (regressorCount, regressorCount + m)
    func add(
      _ kernel: StateKernel, _ found: Pass, _ point: [Double], _ scale: Double,
      _ draws: inout RandomStream
    ) {
      var coefficients = found.coefficients
      let deviation = scale.squareRoot()
      if withParameters {
        var step = coefficients.map { _ in deviation * draws.normal() }
        LowerFactor.solveTransposed(found.factor, k, &step)
        for j in 0..<k { coefficients[j] += step[j] }
      } else {
        var step = (0..<m).map { _ in deviation * draws.normal() }
        LowerFactor.solveTransposed(found.startFactor, m, &step)
        for j in 0..<m { coefficients[p + j] += step[j] }
      }
      let path = CounterfactualPaths.path(
        kernel,
        StateVariances(observation: scale, states: point.map { scale * $0 * $0 }), coefficients,
        ahead: window.ahead, horizon: window.outcome.count, scale: scale, &draws)
      var sum = 0.0
      for (h, z) in path.enumerated() where !window.outcome[h].isNaN {
        sum += exp(window.center + window.unit * z)
      }
      totals.append(sum)
    }
    if withParameters {
      drawParameters(count, from: stream) { add($0, $1, $2, $3, &$4) }
    } else {
      withKernel { kernel in
        let found = pass(kernel, ratios)
        for k in 0..<count {
          var draws = stream.substream(UInt64(k))
          add(kernel, found, ratios, scale, &draws)
        }
      }
    }
    return totals
  }

  /// β̂ and their standard errors given the variances.
  func coefficients() -> (values: [Double], standardErrors: [Double]) {
    withKernel { kernel in
      let found = pass(kernel, ratios)
      let k = regressorCount + m
      let errors = (0..<regressorCount).map { j -> Double in
        var unit = [Double](repeating: 0, count: k)
        unit[j] = 1
        LowerFactor.solve(found.factor, k, &unit)
        return (scale * unit.reduce(0) { $0 + $1 * $1 }).squareRoot()
      }
      return (Array(found.coefficients.prefix(regressorCount)), errors)
    }
  }

  /// −∂² ln L/∂ψ∂ψᵀ at ψ̂, row by row.
  private func hessian(_ kernel: StateKernel) -> [Double] {
    let d = ratios.count
    func loss(_ moves: [(Int, Double)]) -> Double {
      var x = ratios
      for (i, by) in moves { x[i] += by }
      return -pass(kernel, x).logLikelihood
    }
    let steps = ratios.map { max(1e-3, 1e-2 * abs($0)) }
    let center = loss([])
    var result = [Double](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0...i {
        let (a, b) = (steps[i], steps[j])
        result[i * d + j] =
          i == j
          ? (loss([(i, a)]) - 2 * center + loss([(i, -a)])) / (a * a)
          : (loss([(i, a), (j, b)]) - loss([(i, a), (j, -b)]) - loss([(i, -a), (j, b)])
            + loss([(i, -a), (j, -b)])) / (4 * a * b)
      }
      // A flat direction carries no information; the draws stay within the ratio itself.
      let floor = 1 / max(1e-2, ratios[i] * ratios[i])
      if !(result[i * d + i] > floor) { result[i * d + i] = floor }
    }
    return result
  }

  /// One-step predictions and standardized errors of the time before, at the maximum.
  func predictions() -> (expected: [Double], standardized: [Double]) {
    withKernel { kernel in
      let found = pass(kernel, ratios)
      var (expected, standardized): ([Double], [Double]) = ([], [])
      // The recursion of y − Xβ from a start that is not known: the diffuse filter's by an initial
      // variance that dwarfs the data's.
      let large = 1e7
      for i in 0..<m { kernel.firstVariance[i * m + i] = large }
      _ = kernel.filter(self.variances(ratios))
      for i in 0..<m * kernel.w { kernel.starts[i] = 0 }
      kernel.whiten()
      let deviation = scale.squareRoot()
      for t in 0..<kernel.n {
        guard kernel.isObserved[t] > 0 else {
          expected.append(.nan)
          standardized.append(.nan)
          continue
        }
        var e = kernel.white[t * kernel.w]
        for j in 0..<regressorCount {
          e -= found.coefficients[j] * kernel.white[t * kernel.w + j + 1]
        }
        // A first state that was not known before this value has no error.
        let isFirst = kernel.precisions[t] * kernel.precisions[t] * large < 1e3
        expected.append(isFirst ? .nan : kernel.columns[t * kernel.w] - e / kernel.precisions[t])
        standardized.append(isFirst ? .nan : e / deviation)
      }
      return (expected, standardized)
    }
  }
}
