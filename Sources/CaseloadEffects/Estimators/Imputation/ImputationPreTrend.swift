import CaseloadData
import CaseloadMath

/// The regression that tests for effects before the start, on untreated observations alone.
///
/// ```
/// y_it = α_i + β_t + x_itᵀδ + Σ_{h=1..H} γ_h 1[t = start_i − h] + ε_it,   γ = 0 under the null
/// V = a Σ_c ψ_c ψ_cᵀ,   ψ_c = M⁺ Σ_{it in c} ω z ε,   a = (N − 1)/(N − K) · C/(C − 1)
/// F = γᵀV⁻¹γ / H  ~  F(H, C − 1)
/// ```
///
/// Earlier periods and units that are never treated are the reference. As treated observations take
/// no part, the test says nothing of the effects, and passing it does not distort their intervals.
/// K counts the parameters other than the units' own, and one for their common level, as `fixest` and
/// `reghdfe` do.
///
/// - Source: Borusyak, Jaravel & Spiess (2024), §4.4, equation (9).
struct ImputationPreTrend {
  struct Lead {
    /// Periods before the start, from 1.
    let lead: Int
    let value: Double
    let standardError: Double?
  }

  let leads: [Lead]
  let statistic: Double?
  let denominator: Int
  let pValue: Double?

  /// The most leads that are tested unless more are asked for.
  static let automaticLimit = 6

  /// The regression on `grid`; `nil` where no lead can be told from a reference period.
  init?(_ grid: StudyGrid, _ options: Imputation) {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    var longest = 0
    var weights = [Double](repeating: 0, count: n * periods)
    for i in 0..<n {
      let start = min(max(grid.cohort[i], 0), periods)
      for t in 0..<start where !grid.outcome[i * periods + t].isNaN {
        weights[i * periods + t] = grid.weights[i]
        if grid.cohort[i] < periods { longest = max(longest, grid.cohort[i] - t) }
      }
    }
    let asked = options.preTrendPeriods > 0 ? options.preTrendPeriods : Self.automaticLimit
    let count = min(asked, longest - 1)
    guard count > 0 else { return nil }
    var regressors = grid.covariates
    for h in 1...count {
      var column = [Double](repeating: 0, count: n * periods)
      for i in 0..<n where grid.cohort[i] < periods && grid.cohort[i] >= h {
        column[i * periods + grid.cohort[i] - h] = 1
      }
      regressors.append(column)
    }
    let system: ImputationSystem
    var residuals: [Double]
    var gamma: [Double]
    if options.family == .poisson {
      guard
        let poisson = try? ImputationPoisson(
          grid, weights: weights, isTreated: [Bool](repeating: false, count: n * periods),
          regressors: regressors)
      else { return nil }
      system = poisson.system
      residuals = poisson.residuals
      var eta = poisson.logarithms
      gamma = system.project(&eta)
    } else {
      system = ImputationSystem(
        unitCount: n, periodCount: periods, weights: weights, regressors: regressors,
        hasSlopes: options.unitTrends)
      residuals = ImputationFit.centered(grid, weights)
      gamma = system.project(&residuals)
      let more = system.project(&residuals)
      for j in gamma.indices { gamma[j] += more[j] }
    }
    let first = periods + grid.covariates.count
    let parameters = system.parameterCount
    let determined = (0..<count).filter { h in
      system.nullSpace.allSatisfy { abs($0[first + h]) < 1e-6 }
        && system.regressors[first - periods + h].contains { $0 != 0 }
    }
    guard !determined.isEmpty else { return nil }
    let clusters = grid.clusterCount
    var influence = Matrix(rowCount: clusters, columnCount: determined.count)
    var observations = 0
    var score = [Double](repeating: 0, count: clusters * parameters)
    for i in 0..<n {
      let base = grid.cluster[i] * parameters
      for t in 0..<periods {
        let cell = i * periods + t
        guard system.weights[cell] > 0 else { continue }
        observations += 1
        let value = system.weights[cell] * residuals[cell]
        score[base + t] += value
        for j in system.regressors.indices {
          score[base + periods + j] += value * system.regressors[j][cell]
        }
      }
    }
    var selected = Matrix(rowCount: parameters, columnCount: determined.count)
    for (k, h) in determined.enumerated() { selected[first + h, k] = 1 }
    let rows = system.solver.solve(selected)
    for c in 0..<clusters {
      for k in determined.indices {
        var sum = 0.0
        for j in 0..<parameters { sum += rows[j, k] * score[c * parameters + j] }
        influence[c, k] = sum
      }
    }
    let used = Set(
      grid.cluster.indices.filter { system.levelScale[$0] > 0 }.map { grid.cluster[$0] })
    let rank = parameters - system.nullSpace.count + 1
    denominator = used.count - 1
    guard denominator > 0, observations > rank else { return nil }
    let adjustment =
      Double(observations - 1) / Double(observations - rank)
      * Double(used.count) / Double(used.count - 1)
    var covariance = BLAS.crossProduct(influence)
    for j in determined.indices { for i in determined.indices { covariance[i, j] *= adjustment } }
    let values = determined.map { gamma[first + $0] }
    leads = determined.indices.map { k in
      let variance = covariance[k, k]
      return Lead(
        lead: determined[k] + 1, value: values[k],
        standardError: variance > 0 ? variance.squareRoot() : nil)
    }
    if denominator >= determined.count, let factor = try? Cholesky(covariance) {
      let solution = factor.solve(values)
      let wald = zip(values, solution).reduce(0) { $0 + $1.0 * $1.1 }
      let f = wald / Double(determined.count)
      statistic = f.isFinite ? f : nil
      pValue =
        f.isFinite
        ? FisherF(
          numeratorDegreesOfFreedom: Double(determined.count),
          denominatorDegreesOfFreedom: Double(denominator)
        ).upper(f) : nil
    } else {
      statistic = nil
      pValue = nil
    }
  }
}
