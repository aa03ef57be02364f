import CaseloadMath

/// Draws from the posterior of a structural counterfactual.
///
/// One step, given the variances: the inclusion indicators and the coefficients with the states
/// integrated out (``SpikeAndSlab``), then all disturbances by the simulation smoother
/// (``StateKernel/drawDisturbances(_:_:_:_:_:)``), then the variances from truncated inverse gammas:
///
/// ```
/// 1/σ² ~ Gamma((ν + n + k)/2, (ν s² + Σ ε̃² + βᵀΩ⁻¹β)/2),   σ ≤ U        k members
/// 1/σ_k² ~ Gamma((ν_k + n_k)/2, (ν_k s_k² + Σ η̃²)/2),       σ_k ≤ U_k
/// ```
///
/// and then each σ_k once more by a Metropolis step on ln σ_k with the states integrated out: given the
/// states a small σ_k would move by small steps only.
///
/// Indicators, coefficients and states are one block, so that a level and a regressor that move alike do
/// not slow the chain. Chain c draws from substream c.
///
/// - Sources: Scott & Varian (2014), §3; Durbin & Koopman (2002).
struct GibbsSampler: Sendable {
  static let chainCount = 4

  let mixture: PredictiveMixture
  /// P(γⱼ = 1 | y), and mean and standard deviation of βⱼ, zeros included.
  let inclusion: [Double]
  let coefficientMeans: [Double]
  let coefficientDeviations: [Double]
  /// E σ of the observation and of each source, and E ln σ.
  let deviations: [Double]
  let meanLogs: [Double]
  /// Of the mean of the last functional.
  let convergence: ChainConvergence
  /// At most ``keptLimit`` draws of variances and coefficients, evenly spaced.
  let kept: [(variances: StateVariances, coefficients: [Double])]

  static let keptLimit = 4000

  /// The standard deviation of a proposed step of ln σ_k: the prior's weight of 32 leaves about 0.13, the
  /// data may leave more.
  private static let proposal = 0.35

  /// - Parameters:
  ///   - task: what is drawn.
  ///   - total: draws after the warm-up, of all chains together.
  ///   - stream: of the draws.
  init(_ task: StructuralTask, draws total: Int, from stream: RandomStream) {
    let chains = Self.chainCount
    let length = max(10, (total + chains - 1) / chains)
    let warmUp = max(100, length / 5)
    let (p, functionals) = (task.regressorCount, task.horizon.count)
    let sources = task.form.sources
    let members = sources.map { Double(task.form.disturbed(by: $0).count) }
    var means = [[Double]](repeating: [], count: functionals)
    var deviations = means
    for f in 0..<functionals {
      means[f].reserveCapacity(length * chains)
      deviations[f].reserveCapacity(length * chains)
    }
    var counts = [Double](repeating: 0, count: p)
    var sums = [Double](repeating: 0, count: p)
    var squaredSums = [Double](repeating: 0, count: p)
    var meanDeviations = [Double](repeating: 0, count: 1 + sources.count)
    var logSums = meanDeviations
    var kept: [(variances: StateVariances, coefficients: [Double])] = []
    let spacing = max(1, length * chains / Self.keptLimit)

    task.withKernel { kernel in
      let (n, m) = (kernel.n, kernel.m)
      let scratchSize = n * (m + 3) + 3 * m
      let memory = UnsafeMutablePointer<Double>.allocate(
        capacity: SpikeAndSlab.size(task) + scratchSize + m)
      let order = UnsafeMutablePointer<Int>.allocate(capacity: max(1, p))
      defer {
        memory.deallocate()
        order.deallocate()
      }
      let scratch = memory + SpikeAndSlab.size(task)
      let state = scratch + scratchSize
      let observed = Double(kernel.observedCount)
      for chain in 0..<chains {
        memory.initialize(
          repeating: 0, count: SpikeAndSlab.size(task) + scratchSize + m)
        var draws = stream.substream(UInt64(chain))
        var selection = SpikeAndSlab(task, memory, order: order)
        // Chains begin apart: empty and full models, small and large variances.
        selection.start { $0 % chains == chain }
        let spread = [0.5, 1, 2, 4][chain]
        var variances = StateVariances(
          observation: [0.1, 0.4, 0.7, 1.0][chain],
          states: task.prior.states.map {
            min(0.9, $0.guess * spread) * min(0.9, $0.guess * spread)
          }
        )
        var squares = StateKernel.Squares(states: sources.map { _ in 0 })
        for step in 0..<(warmUp + length) {
          _ = kernel.filter(variances)
          kernel.whiten()
          var quadratic = 0.0
          if p > 0 {
            quadratic = selection.pass(kernel, observation: variances.observation, &draws)
          }
          if step >= warmUp {
            for i in 0..<m {
              var a = kernel.finals[i * kernel.w]
              for j in 0..<p {
                a -= selection.coefficients[j] * kernel.finals[i * kernel.w + j + 1]
              }
              state[i] = a
            }
            for f in 0..<functionals {
              var mean = task.horizon.mean(f, state, column: 0, width: 1)
              for j in 0..<p {
                mean += task.horizon.regressors[f * p + j] * selection.coefficients[j]
              }
              means[f].append(mean)
              deviations[f].append(
                task.horizon.variance(f, variances, kernel.finalVariance).squareRoot())
            }
            selection.count(into: &counts)
            for j in 0..<p {
              sums[j] += selection.coefficients[j]
              squaredSums[j] += selection.coefficients[j] * selection.coefficients[j]
            }
            let logs = [log(variances.observation)] + variances.states.map { log($0) }
            for (i, x) in logs.enumerated() {
              meanDeviations[i] += exp(0.5 * x)
              logSums[i] += 0.5 * x
            }
            if (chain * length + step - warmUp) % spacing == 0 {
              kept.append((variances, (0..<p).map { selection.coefficients[$0] }))
            }
          }
          kernel.drawDisturbances(variances, selection.coefficients, scratch, &draws, &squares)
          variances.observation = task.prior.observation.drawVariance(
            count: observed + Double(selection.memberCount),
            squares: squares.observation + quadratic, &draws)
          for s in sources.indices {
            variances.states[s] = task.prior.states[s].drawVariance(
              count: Double(n - 1) * members[s], squares: squares.states[s], &draws)
          }
          // One proposal a state variance where the filter is cheap, else one in every second step.
          guard m <= 2 || step % 2 == 0 else { continue }
          func target() -> Double {
            -0.5
              * (kernel.filter(variances) + kernel.squares(selection.coefficients, scratch))
          }
          var current = target()
          for s in sources.indices where m <= 2 || step / 2 % sources.count == s {
            let kept = variances.states[s]
            let old = 0.5 * log(kept)
            let new = old + Self.proposal * draws.normal()
            let prior = task.prior.states[s]
            let threshold = log(draws.uniform())
            guard new < log(prior.limit) else { continue }
            variances.states[s] = exp(2 * new)
            let value = target()
            let ratio = value - current + prior.kernel(atLog: new) - prior.kernel(atLog: old)
            if threshold < ratio { current = value } else { variances.states[s] = kept }
          }
        }
      }
    }
    let count = Double(length * chains)
    convergence = ChainConvergence(means.last ?? [], chains: chains)
    mixture = PredictiveMixture(
      weights: [Double](repeating: 1, count: length * chains), means: means,
      deviations: deviations)
    inclusion = counts.map { $0 / count }
    coefficientMeans = sums.map { $0 / count }
    coefficientDeviations = zip(sums, squaredSums).map { sum, square in
      max(0, square / count - (sum / count) * (sum / count)).squareRoot()
    }
    self.deviations = meanDeviations.map { $0 / count }
    meanLogs = logSums.map { $0 / count }
    self.kept = kept
  }
}

/// How far chains of draws have settled.
///
/// ```
/// R̂ = √(((L−1)/L W + B/L) / W)         over half chains of length L
/// ρₜ = 1 − (W − mean of sⱼ² ρₜⱼ) / var⁺,   ESS = N / (1 + 2 Σ ρₜ),   MCSE = s/√ESS
/// ```
///
/// The sum runs over pairs of lags while their sum is positive, made monotone.
///
/// - Source: Vehtari et al. (2021), *Bayesian Analysis* 16, 667–718, eqs. 3–4, 10; Geyer (1992),
///   *Statistical Science* 7, 473–483.
struct ChainConvergence: Sendable {
  /// R̂; `nil` where the draws do not vary.
  let scaleReduction: Double?
  let effectiveSampleSize: Double
  /// Of the mean.
  let standardError: Double

  init(_ values: [Double], chains: Int) {
    let length = values.count / chains / 2
    let total = Double(values.count)
    guard length > 3 else {
      (scaleReduction, effectiveSampleSize, standardError) = (nil, total, .nan)
      return
    }
    let full = values.count / chains
    var halves: [[Double]] = []
    for c in 0..<chains {
      halves.append(Array(values[c * full..<c * full + length]))
      halves.append(Array(values[c * full + full - length..<(c + 1) * full]))
    }
    let l = Double(length)
    let means = halves.map { $0.accurateSum / l }
    let centered = zip(halves, means).map { half, mean in half.map { $0 - mean } }
    let variances = centered.map { $0.reduce(0) { $0 + $1 * $1 } / (l - 1) }
    let within = variances.reduce(0, +) / Double(halves.count)
    let grand = means.reduce(0, +) / Double(means.count)
    let between =
      l * means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / Double(means.count - 1)
    let pooled = (l - 1) / l * within + between / l
    guard within > 0 else {
      (scaleReduction, effectiveSampleSize, standardError) = (nil, total, 0)
      return
    }
    scaleReduction = (pooled / within).squareRoot()
    func correlation(_ lag: Int) -> Double {
      var sum = 0.0
      for half in centered {
        for t in lag..<length { sum += half[t] * half[t - lag] }
      }
      let covariance = sum / (l * Double(halves.count))
      return 1 - (within - covariance) / pooled
    }
    var (sum, previous) = (0.0, Double.infinity)
    var lag = 0
    while lag + 1 < length {
      let pair = min(previous, (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1))
      guard pair > 0 else { break }
      sum += pair
      previous = pair
      lag += 2
    }
    // Antithetic chains count for no more than log₁₀ N times their number.
    let inefficiency = max(2 * sum - 1, 1 / (log(total) / log(10)))
    effectiveSampleSize = total / inefficiency
    standardError = (pooled / effectiveSampleSize).squareRoot()
  }
}
