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
    isGlance: Bool = false, from stream: RandomStream
  ) {
    if method != .sampler, Self.isExact(task) {
      let exact = ExactPosterior(task, isGlance: isGlance)
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
    task.withKernel { kernel in
      for (k, point) in points.enumerated() {
        var draws = stream.substream(UInt64(k))
        _ = kernel.filter(point.variances)
        kernel.whiten()
        body(
          path(
            kernel, point.variances, point.coefficients, ahead: ahead, horizon: horizon, &draws))
      }
    }
  }

  /// One path from a whitened kernel.
  ///
  /// - Parameters:
  ///   - kernel: whitened at `variances`.
  ///   - variances: in the units of the path.
  ///   - coefficients: of the kernel's columns after the first.
  ///   - ahead: the first regressors after the start; columns without any only drive the state.
  ///   - horizon: how many periods.
  ///   - scale: of the kernel's Pₙ₊₁, in units of it.
  ///   - draws: what is drawn from.
  /// - Returns: one value a period.
  static func path(
    _ kernel: StateKernel, _ variances: StateVariances, _ coefficients: [Double],
    ahead: [[Double]], horizon: Int, scale: Double = 1, _ draws: inout RandomStream
  ) -> [Double] {
    let (form, m) = (kernel.form, kernel.m)
    let read = form.observation.indices.filter { form.observation[$0] != 0 }
    var factor = (0..<m * m).map { scale * kernel.finalVariance[$0] }
    LowerFactor.factorSemidefinite(&factor, m)
    let z = (0..<m).map { _ in draws.normal() }
    var state = (0..<m).map { i in
      var a = kernel.finals[i * kernel.w]
      for (j, beta) in coefficients.enumerated() { a -= beta * kernel.finals[i * kernel.w + j + 1] }
      for j in 0...i { a += factor[i * m + j] * z[j] }
      return a
    }
    let noise = variances.observation.squareRoot()
    var path = [Double](repeating: 0, count: horizon)
    for h in 0..<horizon {
      var value = noise * draws.normal()
      for i in read { value += state[i] }
      for (column, beta) in zip(ahead, coefficients) { value += beta * column[h] }
      path[h] = value
      state.withUnsafeMutableBufferPointer { state in
        var scratch = 0.0
        if let base = state.baseAddress { form.advance(base, width: 1, scratch: &scratch) }
      }
      for (source, q) in zip(form.sources, variances.states) {
        for i in form.disturbed(by: source) { state[i] += q.squareRoot() * draws.normal() }
      }
    }
    return path
  }
}
