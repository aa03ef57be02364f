import CaseloadMath

/// The posterior of a structural counterfactual, by quadrature where that is exact and by draws elsewhere.
struct StructuralPosterior: Sendable {
  let mixture: PredictiveMixture
  /// E σ of the observation and of each source, and E ln σ.
  let deviations: [Double]
  let meanLogs: [Double]
  /// Of a sampler; `nil` for a quadrature.
  let convergence: ChainConvergence?
  /// Nodes of the quadrature, or draws.
  let componentCount: Int
  /// ln p(y) by quadrature.
  let logEvidence: Double?
  /// P(γⱼ = 1 | y), mean and standard deviation of βⱼ; empty for a quadrature.
  let inclusion: [Double]
  let coefficientMeans: [Double]
  let coefficientDeviations: [Double]
  /// Points of the posterior, evenly spread by its weight, with the coefficients of the regressors; for a
  /// quadrature without regressors.
  let points: [(variances: StateVariances, coefficients: [Double])]

  var isExact: Bool { convergence == nil }

  /// Whether a quadrature answers: two or three variances, one or two states, nothing to choose.
  static func isExact(_ task: StructuralTask) -> Bool {
    task.candidateCount == 0 && task.form.stateCount <= 2
  }

  init(
    _ task: StructuralTask, method: BayesianStructural.Computation, draws: Int,
    from stream: RandomStream
  ) {
    if method != .sampler, Self.isExact(task) {
      let exact = ExactPosterior(task)
      mixture = exact.mixture
      (deviations, meanLogs) = (exact.deviations, exact.meanLogs)
      convergence = nil
      componentCount = exact.nodeCount
      logEvidence = exact.logEvidence
      (inclusion, coefficientMeans, coefficientDeviations) = ([], [], [])
      points = exact.points
    } else {
      let sampled = GibbsSampler(task, draws: draws, from: stream)
      mixture = sampled.mixture
      (deviations, meanLogs) = (sampled.deviations, sampled.meanLogs)
      convergence = sampled.convergence
      componentCount = sampled.mixture.weights.count
      logEvidence = nil
      inclusion = sampled.inclusion
      coefficientMeans = sampled.coefficientMeans
      coefficientDeviations = sampled.coefficientDeviations
      points = sampled.kept
    }
  }
}

/// Whole paths of the counterfactual, for what is not linear in them.
enum CounterfactualPaths {
  /// One path a point of the posterior, on the standardized scale.
  ///
  /// - Parameters:
  ///   - task: the model.
  ///   - points: variances and coefficients; path k draws from substream k.
  ///   - ahead: the regressors after the start.
  ///   - horizon: how many periods.
  ///   - stream: of the draws.
  ///   - body: is called with each path.
  static func simulate(
    _ task: StructuralTask, _ points: [(variances: StateVariances, coefficients: [Double])],
    ahead: [[Double]], horizon: Int, from stream: RandomStream, _ body: ([Double]) -> Void
  ) {
    let form = task.form
    let read = form.observation.indices.filter { form.observation[$0] != 0 }
    task.withKernel { kernel in
      let m = kernel.m
      for (k, point) in points.enumerated() {
        var draws = stream.substream(UInt64(k))
        _ = kernel.filter(point.variances)
        kernel.whiten()
        var variance = (0..<m * m).map { kernel.finalVariance[$0] }
        var state = (0..<m).map { i in
          var a = kernel.finals[i * kernel.w]
          for (j, beta) in point.coefficients.enumerated() {
            a -= beta * kernel.finals[i * kernel.w + j + 1]
          }
          return a
        }
        // A state without uncertainty has no row in the factor.
        for i in 0..<m { variance[i * m + i] *= 1 + 1e-12 }
        if LowerFactor.factor(&variance, m) {
          let z = (0..<m).map { _ in draws.normal() }
          for i in 0..<m { for j in 0...i { state[i] += variance[i * m + j] * z[j] } }
        }
        let noise = point.variances.observation.squareRoot()
        var path = [Double](repeating: 0, count: horizon)
        for h in 0..<horizon {
          var value = noise * draws.normal()
          for i in read { value += state[i] }
          for (j, beta) in point.coefficients.enumerated() { value += beta * ahead[j][h] }
          path[h] = value
          state.withUnsafeMutableBufferPointer { state in
            if let base = state.baseAddress { form.advance(base, width: 1) }
          }
          for (source, q) in zip(form.sources, point.variances.states) {
            for i in form.disturbed(by: source) { state[i] += q.squareRoot() * draws.normal() }
          }
        }
        body(path)
      }
    }
  }
}
