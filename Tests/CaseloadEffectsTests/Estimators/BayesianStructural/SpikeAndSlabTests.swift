import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Gibbs sampler of the structural counterfactual") struct SpikeAndSlabTests {
  private func task(regressors: Int, count: Int = 30, seed: UInt64) throws -> StructuralTask {
    let coefficients = [0.5, 0.3, 0, 0.2]
    let study = try CounterfactualStudies.simulated(
      count + 10, before: count, level: 0.2, regressors: regressors,
      coefficients: Array(coefficients.prefix(regressors)), from: RandomStream(seed: seed))
    let data = try CounterfactualData(study, scale: .level, usesComparison: true)
    let window = CounterfactualWindow(data)
    let form = StateForm()
    return StructuralTask(
      form: form,
      prior: StructuralPrior(
        form, level: 0.1, slope: 0.01, season: 0.01, hasCandidates: true, expectedR2: 0.8),
      columns: window.columns, forcedCount: 0, inclusion: 0.4,
      horizon: CounterfactualHorizon(form, weights: window.allWeights, columns: window.ahead))
  }

  @Test("at given variances indicators and coefficients have the distribution of all 2^p models")
  func agreesWithItsDefinition() throws {
    let task = try task(regressors: 4, seed: 111)
    let variances = StateVariances(observation: 0.6, states: [0.02])
    var (weights, means): ([Double], [[Double]]) = ([], [])
    task.withKernel { kernel in
      for model in 0..<16 {
        let members = (0..<4).filter { model >> $0 & 1 == 1 }
        var regression = IntegratedRegression(task, members: members)
        let odds = Double(members.count) * log(0.4) + Double(4 - members.count) * log(0.6)
        weights.append(regression.logDensity(kernel, variances) + odds)
        var full = [Double](repeating: 0, count: 4)
        for (a, j) in members.enumerated() { full[j] = regression.coefficients[a] }
        means.append(full)
      }
    }
    let largest = weights.max() ?? 0
    let total = weights.reduce(0) { $0 + exp($1 - largest) }
    let probabilities = weights.map { exp($0 - largest) / total }
    let draws = 20_000
    var counts = [Double](repeating: 0, count: 4)
    var sums = counts
    task.withKernel { kernel in
      let size = SpikeAndSlab.size(task)
      let memory = UnsafeMutablePointer<Double>.allocate(capacity: size)
      memory.initialize(repeating: 0, count: size)
      let order = UnsafeMutablePointer<Int>.allocate(capacity: 4)
      defer {
        memory.deallocate()
        order.deallocate()
      }
      var selection = SpikeAndSlab(task, memory, order: order)
      var stream = RandomStream(seed: 5)
      _ = kernel.filter(variances)
      kernel.whiten()
      for _ in 0..<draws {
        _ = selection.pass(kernel, observation: variances.observation, &stream)
        selection.count(into: &counts)
        for j in 0..<4 { sums[j] += selection.coefficients[j] }
      }
    }
    for j in 0..<4 {
      let inclusion = (0..<16).reduce(0) { $0 + ($1 >> j & 1 == 1 ? probabilities[$1] : 0) }
      let mean = (0..<16).reduce(0) { $0 + probabilities[$1] * means[$1][j] }
      // Four standard errors of draws that are worth a third of their number.
      #expect(
        (counts[j] / Double(draws)).isClose(to: inclusion, absolute: 4 * 0.5 / 6666.0.squareRoot()))
      #expect((sums[j] / Double(draws)).isClose(to: mean, absolute: 4 * 0.3 / 6666.0.squareRoot()))
    }
  }

  @Test("whitened cross products are those of the inverse covariance")
  func whitening() throws {
    for form in [
      StateForm(), StateForm(hasSlope: true), StateForm(hasSlope: true, season: .dummy(length: 4)),
      StateForm(season: .trigonometric(length: 4, harmonics: 2)),
      StateForm(season: .trigonometric(length: 12, harmonics: 3)),
    ] {
      var draws = RandomStream(seed: 112)
      let n = 14
      var y = (0..<n).map { _ in draws.normal() }
      y[5] = .nan
      let x = (0..<n).map { _ in draws.normal() }
      let variances = StateVariances(
        observation: 0.7, states: form.sources.indices.map { [0.3, 0.05, 0.1][$0] })
      let m = form.stateCount
      let z = form.observation
      // Cov(Z αₛ, Z αₜ) by the transition of unit vectors: T^k column by column.
      func power(_ state: Int, _ steps: Int) -> [Double] {
        var v = [Double](repeating: 0, count: m)
        v[state] = 1
        for _ in 0..<steps {
          v.withUnsafeMutableBufferPointer { v in
            var scratch = 0.0
            if let base = v.baseAddress { form.advance(base, width: 1, scratch: &scratch) }
          }
        }
        return v
      }
      func read(_ state: Int, _ steps: Int) -> Double {
        zip(z, power(state, steps)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let observed = (0..<n).filter { !y[$0].isNaN }
      var sigma = Matrix(rowCount: observed.count, columnCount: observed.count)
      for (a, s) in observed.enumerated() {
        for (b, t) in observed.enumerated() {
          var sum = s == t ? variances.observation : 0
          for i in 0..<m { sum += read(i, s) * read(i, t) }
          for (source, q) in zip(form.sources, variances.states) {
            for i in form.disturbed(by: source) {
              for u in 0..<min(s, t) { sum += q * read(i, s - 1 - u) * read(i, t - 1 - u) }
            }
          }
          sigma[a, b] = sum
        }
      }
      let factor = try Cholesky(sigma)
      StateKernel.lend(form, [y, x]) { kernel in
        for i in 0..<m { kernel.firstVariance[i * m + i] = 1 }
        let logs = kernel.filter(variances)
        kernel.whiten()
        #expect(logs.isClose(to: factor.logDeterminant, relative: 1e-10, absolute: 1e-10))
        let columns = [observed.map { y[$0] }, observed.map { x[$0] }]
        for a in 0..<2 {
          for b in 0..<2 {
            let direct = zip(columns[a], factor.solve(columns[b])).reduce(0) { $0 + $1.0 * $1.1 }
            let sum = (0..<n).reduce(0.0) {
              $0 + kernel.white[$1 * 2 + a] * kernel.white[$1 * 2 + b]
            }
            #expect(sum.isClose(to: direct, relative: 1e-9, absolute: 1e-11), "\(form.text.en)")
          }
        }
      }
    }
  }

  @Test("drawn disturbances have the smoothed mean of squares of a long direct computation")
  func disturbances() throws {
    // E(Σ η²) and E(Σ ε²) given y of a level of n = 6, from the joint normal of disturbances and y.
    var stream = RandomStream(seed: 113)
    let n = 6
    let y = (0..<n).map { _ in 2 * stream.normal() }
    let (h, q) = (0.5, 0.3)
    var sigma = Matrix(rowCount: n, columnCount: n)
    for i in 0..<n {
      for j in 0..<n { sigma[i, j] = 1 + q * Double(min(i, j)) + (i == j ? h : 0) }
    }
    let factor = try Cholesky(sigma)
    let solved = factor.solve(y)
    var (level, noise) = (0.0, 0.0)
    for t in 0..<n - 1 {
      // Cov(ηₜ, yⱼ) = q for j > t.
      let c = (0..<n).map { $0 > t ? q : 0 }
      let mean = zip(c, solved).reduce(0) { $0 + $1.0 * $1.1 }
      level += mean * mean + q - zip(c, factor.solve(c)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for t in 0..<n {
      let c = (0..<n).map { $0 == t ? h : 0 }
      let mean = zip(c, solved).reduce(0) { $0 + $1.0 * $1.1 }
      noise += mean * mean + h - zip(c, factor.solve(c)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let draws = 20_000
    var (levels, noises) = (0.0, 0.0)
    StateKernel.lend(StateForm(), [y]) { kernel in
      kernel.firstVariance[0] = 1
      let variances = StateVariances(observation: h, states: [q])
      _ = kernel.filter(variances)
      let memory = UnsafeMutablePointer<Double>.allocate(capacity: n * 4 + 3)
      memory.initialize(repeating: 0, count: n * 4 + 3)
      defer { memory.deallocate() }
      var squares = StateKernel.Squares(states: [0])
      for _ in 0..<draws {
        kernel.drawDisturbances(variances, memory, memory, &stream, &squares)
        levels += squares.states[0] / Double(draws)
        noises += squares.observation / Double(draws)
      }
    }
    // Four standard errors of sums of about five squares.
    #expect(levels.isClose(to: level, absolute: 4 * 1.2 / Double(draws).squareRoot()))
    #expect(noises.isClose(to: noise, absolute: 4 * 1.5 / Double(draws).squareRoot()))
  }

  @Test("truncated variances have the moments of their distribution")
  func variances() {
    var stream = RandomStream(seed: 114)
    let prior = DeviationPrior(guess: 0.5, weight: 10, limit: 0.6)
    // E σ² by a sum over λ = 1/σ² ~ Gamma(10, rate 2.25), λ ≥ 1/0.36.
    let distribution = Gamma(shape: 10, scale: 1 / 2.25)
    var (total, sum) = (0.0, 0.0)
    for k in 0..<200_000 {
      let x = 1 / 0.36 + (Double(k) + 0.5) * 1e-4
      total += distribution.density(x)
      sum += distribution.density(x) / x
    }
    var mean = 0.0
    for _ in 0..<20_000 {
      let v = prior.drawVariance(count: 10, squares: 2, &stream)
      #expect(v <= 0.36)
      mean += v / 20_000
    }
    #expect(mean.isClose(to: sum / total, relative: 0.01))
    // A tail that rejection does not reach.
    let far = DeviationPrior(guess: 0.01, weight: 32, limit: 0.05)
    let drawn = far.drawVariance(count: 200, squares: 400, &stream)
    #expect(drawn <= far.limit * far.limit * (1 + 1e-12) && drawn > 0.002)
    // The density of ln σ integrates to one.
    let integral = (0..<40_000).reduce(0.0) {
      $0 + 1e-4 * exp(prior.logDensity(atLog: log(0.6) - (Double($1) + 0.5) * 1e-4))
    }
    #expect(integral.isClose(to: 1, relative: 1e-6))
  }

  @Test("independent draws are worth their number, repeated ones less")
  func convergence() {
    var stream = RandomStream(seed: 115)
    let independent = (0..<8000).map { _ in stream.normal() }
    let a = ChainConvergence(independent, chains: 4)
    #expect(a.effectiveSampleSize.isClose(to: 8000, relative: 0.15))
    #expect(a.standardError.isClose(to: 1 / 8000.0.squareRoot(), relative: 0.1))
    #expect((a.scaleReduction ?? 2) < 1.01)
    // An AR(1) of 0.8 is worth (1 − 0.8)/(1 + 0.8) of its draws.
    var x = 0.0
    let persistent = (0..<40_000).map { _ -> Double in
      x = 0.8 * x + stream.normal()
      return x
    }
    let b = ChainConvergence(persistent, chains: 4)
    #expect(b.effectiveSampleSize.isClose(to: 40_000 / 9.0, relative: 0.15))
    let apart = independent.enumerated().map { $1 + ($0 < 4000 ? 0 : 3) }
    #expect((ChainConvergence(apart, chains: 4).scaleReduction ?? 0) > 1.5)
  }
}
