import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite(
  "Quadrature of the structural posterior",
  .enabled(if: SharedData.isPresent, "the shared data are absent"))
struct ExactPosteriorOracleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let check: String
    let outcome: String
    let before: Int
    var levelPrior = 0.01
    var testDescription: String { "\(name) \(check)" }
  }

  static let cases = [
    Case(name: "nile", check: "bsts_exact_quadrature", outcome: "flow", before: 28),
    Case(name: "ci_google", check: "bsts_exact_quadrature_nocov", outcome: "y", before: 61),
    Case(name: "sicily", check: "bsts_exact_quadrature", outcome: "aces", before: 36),
    Case(
      name: "sicily", check: "bsts_exact_quadrature_levelsd0.1", outcome: "aces", before: 36,
      levelPrior: 0.1),
  ]

  /// numpy, trapezoids of 241² up to σ = 1.2, where the density is not zero: their error of order h² is
  /// 1.3e-6 of the deviations and 1e-7 of the means, as ``ExactPosteriorTests`` shows by extrapolation.
  @Test("mean, interval and deviations are those of the trapezoidal reference", arguments: cases)
  func oracle(_ item: Case) throws {
    let study = try CounterfactualStudies.shared(
      item.name, outcome: item.outcome, before: item.before)
    let oracle = try CounterfactualOracle(item.name, item.check)
    let result = try BayesianStructural(levelPrior: item.levelPrior).estimate(study)
    let average = result.average
    let deviation = try oracle.number("abs_effect_avg_sd")
    let expected = try oracle.number("pred_avg")
    let actual = try oracle.number("actual_avg")
    #expect((actual - average.value).isClose(to: expected, relative: 1e-6))
    #expect(try #require(average.standardError).isClose(to: deviation, relative: 2e-6))
    let interval = try oracle.numbers("abs_effect_avg_ci")
    #expect(try #require(average.lower).isClose(to: interval[0], absolute: 5e-6 * deviation))
    #expect(try #require(average.upper).isClose(to: interval[1], absolute: 5e-6 * deviation))
    let cumulative = try #require(result.cumulative)
    let periods = try oracle.number("h")
    let total = try oracle.number("abs_effect_cum")
    #expect(cumulative.value.isClose(to: total, absolute: 1e-6 * periods * expected))
    #expect(
      try #require(cumulative.standardError).isClose(
        to: oracle.number("pred_cum_sd"), relative: 2e-6))
    let tail = try #require(result.quantities.first { $0.id == "posterior-tail-area" })
    // d ln p = z²·d ln s; one minus a sum has an error of 1e-15 of its own in the reference.
    #expect(
      tail.estimate.value.isClose(
        to: try oracle.number("tail_p"), relative: 2e-5, absolute: 1e-15))
    #expect(average.pValue == 2 * tail.estimate.value)
    let after = result.path.filter { $0.eventTime >= 0 }
    #expect(
      try after.compactMap(\.standardError).isClose(
        to: oracle.numbers("pointwise_pred_sd"), relative: 2e-6))
    #expect(
      after.compactMap(\.counterfactual).allSatisfy { $0.isClose(to: expected, relative: 1e-6) })
    for (id, key) in [("observation", "post_sigma_obs_mean"), ("level", "post_sigma_level_mean")] {
      let deviation = try #require(result.quantities.first { $0.id == "deviation-\(id)" })
      #expect(deviation.estimate.value.isClose(to: try oracle.number(key), relative: 2e-6))
    }
  }

  @Test("the sampler lies within four Monte-Carlo standard errors", arguments: cases)
  func sampler(_ item: Case) throws {
    let study = try CounterfactualStudies.shared(
      item.name, outcome: item.outcome, before: item.before)
    let oracle = try CounterfactualOracle(item.name, item.check)
    let result = try BayesianStructural(levelPrior: item.levelPrior, method: .sampler).estimate(
      study)
    let check = try #require(result.checks.first { $0.id == "sampler" })
    let error = try #require(check["monteCarloStandardError"])
    let reference = try oracle.number("abs_effect_avg")
    #expect(result.average.value.isClose(to: reference, absolute: 4 * error))
    // The deviation's own error is about half of the mean's here.
    let deviation = try oracle.number("abs_effect_avg_sd")
    #expect(try #require(result.average.standardError).isClose(to: deviation, relative: 0.02))
    let interval = try oracle.numbers("abs_effect_avg_ci")
    #expect(try #require(result.average.lower).isClose(to: interval[0], absolute: 0.04 * deviation))
    #expect(try #require(result.average.upper).isClose(to: interval[1], absolute: 0.04 * deviation))
  }
}

@Suite("Quadrature of the structural posterior, by its definition") struct ExactPosteriorTests {
  /// Mean and deviation of the average by trapezoids over a lattice of the definition.
  private func trapezoid(
    _ z: [Double], horizon: Int, level: Double, size: Int
  ) -> (mean: Double, deviation: Double) {
    let (u0, u1) = (-2.2, log(1.2))
    let (v0, v1) = (log(level) - 1.2, log(level) + 1.6)
    var (total, first, second) = (0.0, 0.0, 0.0)
    for i in 0..<size {
      let u = u0 + (u1 - u0) * Double(i) / Double(size - 1)
      for j in 0..<size {
        let v = v0 + (v1 - v0) * Double(j) / Double(size - 1)
        let (h, q) = (exp(2 * u), exp(2 * v))
        var (a, p, value) = (z[0], 1.0, -0.01 * u - 0.005 / h - 32 * v - 16 * level * level / q)
        for x in z {
          let f = p + h
          let e = x - a
          value -= 0.5 * (log(f) + e * e / f)
          a += p / f * e
          p = p / f * h + q
        }
        // The average of h steps: P + q Σⱼ ((H − j)/H)² + σ²/H.
        let steps = (1..<horizon).reduce(0.0) { $0 + Double((horizon - $1) * (horizon - $1)) }
        let count = Double(horizon)
        let variance = p + q * steps / (count * count) + h / count
        let edge = (i == 0 || i == size - 1 ? 0.5 : 1) * (j == 0 || j == size - 1 ? 0.5 : 1)
        let w = edge * exp(value)
        total += w
        first += w * a
        second += w * (a * a + variance)
      }
    }
    let mean = first / total
    return (mean, (second / total - mean * mean).squareRoot())
  }

  @Test("the quadrature agrees with extrapolated trapezoids of the definition")
  func agreesWithItsDefinition() throws {
    let study = try CounterfactualStudies.simulated(
      40, before: 30, level: 0.2, from: RandomStream(seed: 71))
    let values = study.panel.entries[0].series.values
    let before = Array(values[..<30])
    let center = try #require(Descriptive.mean(before))
    let unit = try #require(Descriptive.standardDeviation(before))
    let z = before.map { ($0 - center) / unit }
    let coarse = trapezoid(z, horizon: 10, level: 0.05, size: 151)
    let fine = trapezoid(z, horizon: 10, level: 0.05, size: 301)
    // Errors of order h² cancel.
    let mean = fine.mean + (fine.mean - coarse.mean) / 3
    let deviation = fine.deviation + (fine.deviation - coarse.deviation) / 3
    let result = try BayesianStructural(levelPrior: 0.05).estimate(study)
    let observed = values[30...].reduce(0, +) / 10
    #expect((observed - result.average.value).isClose(to: center + unit * mean, relative: 1e-8))
    #expect(
      try #require(result.average.standardError).isClose(to: unit * deviation, relative: 1e-7))
  }

  /// Of 500 series 94.8 % by the whole design, and 94.0 % by likelihood with its parameters' uncertainty;
  /// three binomial standard deviations of 200 series are 9.
  @Test("intervals hold a known effect as often as measured")
  func coverage() throws {
    var (posterior, likelihood) = (0, 0)
    for replicate in 0..<200 {
      let study = try CounterfactualStudies.simulated(
        84, before: 60, level: 0.1, from: RandomStream(seed: 72).substream(UInt64(replicate)))
      let data = try CounterfactualData(study, scale: .level, usesComparison: true)
      let window = CounterfactualWindow(data)
      let form = StateForm()
      let horizon = CounterfactualHorizon(form, weights: [window.averageWeights], columns: [])
      let task = StructuralTask(
        form: form,
        prior: StructuralPrior(
          form, level: 0.1, slope: 0.01, season: 0.01, hasCandidates: false, expectedR2: 0.8),
        columns: window.columns, forcedCount: 0, inclusion: 1, horizon: horizon)
      let maximum = StructuralLikelihood(form, window.columns)
      for (k, mixture) in [
        ExactPosterior(task, isGlance: true).mixture,
        maximum.mixture(horizon, draws: 200, from: RandomStream(seed: UInt64(replicate))),
      ].enumerated() {
        let truth = (window.averageOutcome - window.center) / window.unit
        let (lower, upper, _) = mixture.tails(0, truth)
        guard min(lower, upper) > 0.025 else { continue }
        if k == 0 { posterior += 1 } else { likelihood += 1 }
      }
    }
    #expect((180...199).contains(posterior), "\(posterior) of 200")
    #expect((179...198).contains(likelihood), "\(likelihood) of 200")
  }

  @Test("Gauss and Legendre's rule integrates polynomials of degree 2n − 1 exactly")
  func rule() {
    for n in [1, 2, 5, 40] {
      let (nodes, weights) = GaussLegendre.rule(n)
      for degree in 0..<min(2 * n, 12) {
        let sum = zip(nodes, weights).reduce(0.0) { total, pair in
          total + pair.1 * (0..<degree).reduce(1.0) { power, _ in power * pair.0 }
        }
        let exact = degree % 2 == 0 ? 2 / Double(degree + 1) : 0
        #expect(sum.isClose(to: exact, absolute: 1e-13), "n = \(n), degree \(degree)")
      }
    }
  }
}
