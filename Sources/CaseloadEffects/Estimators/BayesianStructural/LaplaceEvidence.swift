import CaseloadMath

/// ln p(y) by Laplace's approximation around the mode of the variances' posterior.
///
/// ```
/// ln p(y) ≈ ln p(y | θ̂) + ln p(θ̂) + d/2 ln 2π − ½ ln|H|,   H = −∂² ln p(y, θ)/∂θ∂θᵀ at θ̂
/// ```
///
/// Compares forms and priors where there are too many variances for ``ExactPosterior``, or regressors to
/// choose from; those in `members` are then in the model.
///
/// - Source: Kass & Raftery (1995), *JASA* 90, 773–795, §4.1.
enum LaplaceEvidence {
  static func logEvidence(_ task: StructuralTask, members: [Int]) -> Double {
    var regression = IntegratedRegression(task, members: members)
    let priors = [task.prior.observation] + task.prior.states
    let d = priors.count
    return task.withKernel { kernel in
      func loss(_ x: [Double]) -> Double {
        let prior = task.prior.logDensity(x)
        guard prior.isFinite else { return .infinity }
        let value = -regression.logDensity(kernel, StructuralTask.variances(x)) - prior
        return value.isNaN ? .infinity : value
      }
      let start = [log(0.5)] + task.prior.states.map { log(min($0.guess, 0.5 * $0.limit)) }
      let mode = NelderMead.minimum(
        from: start, steps: [Double](repeating: 0.3, count: d), tolerance: 1e-10,
        iterationLimit: 600, of: loss)
      guard mode.value.isFinite else { return -.infinity }
      let step = 1e-3
      var hessian = [Double](repeating: 0, count: d * d)
      func moved(_ moves: [(Int, Double)]) -> Double {
        var x = mode.point
        for (i, by) in moves { x[i] += by }
        return loss(x)
      }
      for i in 0..<d {
        for j in 0...i {
          let second: Double
          if i == j {
            second = (moved([(i, step)]) - 2 * mode.value + moved([(i, -step)])) / (step * step)
          } else {
            second =
              (moved([(i, step), (j, step)]) - moved([(i, step), (j, -step)])
                - moved([(i, -step), (j, step)]) + moved([(i, -step), (j, -step)]))
              / (4 * step * step)
          }
          // At a limit of a prior there is no curvature to take.
          hessian[i * d + j] = second.isFinite ? second : (i == j ? 1 : 0)
        }
      }
      var value = -mode.value + 0.5 * Double(d) * log(2 * .pi)
      if LowerFactor.factor(&hessian, d) { for i in 0..<d { value -= log(hessian[i * d + i]) } }
      return value
    }
  }
}
