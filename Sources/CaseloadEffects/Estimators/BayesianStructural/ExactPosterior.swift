import CaseloadMath

/// The posterior of a structural counterfactual of two or three variances by deterministic quadrature.
///
/// ```
/// p(θ | y) ∝ p(y | θ) p(θ),   θ = (ln σ, ln σ_level[, ln σ_slope])
/// P(Y_f ≤ y | data) = ∫ Φ((y − m_f(θ))/s_f(θ)) p(θ | y) dθ
/// ```
///
/// p(y | θ) is the exact likelihood by the Kalman filter, states and coefficients integrated out. A grid
/// of Gauss and Legendre's nodes covers where the density exceeds e⁻⁴⁰ of its largest value, bounded by
/// the priors' limits, and grows until mean and deviation of the last functional settle.
struct ExactPosterior: Sendable {
  let mixture: PredictiveMixture
  /// ln p(y), with all constants: comparable between priors and forms for the same outcome.
  let logEvidence: Double
  /// E σ of the observation and of each source.
  let deviations: [Double]
  /// E θ.
  let meanLogs: [Double]
  let nodeCount: Int
  /// Nodes drawn in proportion to their weight (systematically), with E(β | θ).
  let points: [(variances: StateVariances, coefficients: [Double])]

  /// How many ``points`` there are.
  private static let pointCount = 2000
  /// Change of mean and deviation, in units of the deviation, at which a grid of two or three variances
  /// suffices.
  private static let tolerance = (two: 1e-10, three: 1e-7)
  /// Densities below e to minus this, relative to the largest, carry nothing.
  private static let reach = 40.0

  /// - Parameters:
  ///   - task: without regressors to choose from, of at most three variances.
  ///   - isGlance: leaves it at a grid that is good to about 1e-5 of the deviation.
  init(_ task: StructuralTask, isGlance: Bool = false) {
    let dimension = 1 + task.form.sources.count
    let sizes =
      isGlance
      ? [dimension == 2 ? 40 : 14] : dimension == 2 ? [40, 60, 90, 135, 200] : [16, 24, 36]
    let tolerance = dimension == 2 ? Self.tolerance.two : Self.tolerance.three
    let members = Array(0..<task.forcedCount)
    var regression = IntegratedRegression(task, members: members)
    let functionals = task.horizon.count
    var result: Grid?
    var (settledMean, settledDeviation) = (Double.nan, Double.nan)
    task.withKernel { kernel in
      func target(_ x: [Double]) -> Double {
        let prior = task.prior.logDensity(x)
        guard prior.isFinite else { return -.infinity }
        let value = regression.logDensity(kernel, StructuralTask.variances(x)) + prior
        return value.isNaN ? -.infinity : value
      }
      let box = Self.box(task, dimension, target)
      for size in sizes {
        let grid = Grid(box, size: size, dimension, functionals, target) { x, means, deviations in
          let variances = StructuralTask.variances(x)
          for f in 0..<functionals {
            let (mean, variance) = regression.moments(kernel, task.horizon, f, variances)
            means[f].append(mean)
            deviations[f].append(variance.squareRoot())
          }
        }
        let last = functionals - 1
        let mean = grid.mixture.mean(last)
        let deviation = grid.mixture.standardDeviation(last)
        result = grid
        let unit = max(deviation, 1e-300)
        if abs(mean - settledMean) <= tolerance * unit,
          abs(deviation - settledDeviation) <= tolerance * unit
        {
          break
        }
        (settledMean, settledDeviation) = (mean, deviation)
      }
    }
    let empty = PredictiveMixture(weights: [], means: [], deviations: [])
    mixture = result?.mixture ?? empty
    logEvidence = result?.logEvidence ?? -.infinity
    deviations = result?.deviations ?? []
    meanLogs = result?.meanLogs ?? []
    nodeCount = result?.nodeCount ?? 0
    points = (result?.systematicPoints(Self.pointCount) ?? []).map { x in
      let variances = StructuralTask.variances(x)
      if !members.isEmpty {
        task.withKernel { kernel in _ = regression.logDensity(kernel, variances) }
      }
      return (variances, regression.coefficients)
    }
  }

  /// Where the density is not negligible: a lattice over all that the priors allow, drawn in on the
  /// points that count until it no longer shrinks.
  private static func box(
    _ task: StructuralTask, _ dimension: Int, _ target: ([Double]) -> Double
  ) -> [ClosedRange<Double>] {
    let priors = [task.prior.observation] + task.prior.states
    var box = priors.map { prior -> ClosedRange<Double> in
      // Below, ν s²/(2σ²) alone exceeds the reach many times over.
      let rate = prior.weight * prior.guess * prior.guess / 2
      let lower = 0.5 * log(rate / (10 * reach + 5 * prior.weight))
      return min(lower, log(prior.limit) - 1)...log(prior.limit)
    }
    let points = dimension == 2 ? 25 : 11
    for _ in 0..<8 {
      var values: [(point: [Int], value: Double)] = []
      var index = [Int](repeating: 0, count: dimension)
      func coordinate(_ axis: Int, _ i: Int) -> Double {
        let (a, b) = (box[axis].lowerBound, box[axis].upperBound)
        return a + (b - a) * Double(i) / Double(points - 1)
      }
      while true {
        values.append((index, target((0..<dimension).map { coordinate($0, index[$0]) })))
        var axis = 0
        while axis < dimension {
          index[axis] += 1
          if index[axis] < points { break }
          index[axis] = 0
          axis += 1
        }
        if axis == dimension { break }
      }
      let most = values.reduce(-Double.infinity) { max($0, $1.value) }
      let kept = values.filter { $0.value >= most - reach }
      let previous = box
      for axis in 0..<dimension {
        let least = max(0, (kept.map { $0.point[axis] }.min() ?? 0) - 1)
        let largest = min(points - 1, (kept.map { $0.point[axis] }.max() ?? points - 1) + 1)
        box[axis] =
          coordinate(axis, least)...max(coordinate(axis, largest), coordinate(axis, least))
      }
      let hasShrunk = (0..<dimension).contains {
        box[$0].upperBound - box[$0].lowerBound
          < 0.8 * (previous[$0].upperBound - previous[$0].lowerBound)
      }
      guard hasShrunk else { break }
    }
    return box
  }

  /// The density at the nodes of a product rule.
  private struct Grid {
    let mixture: PredictiveMixture
    let logEvidence: Double
    let deviations: [Double]
    let meanLogs: [Double]
    let nodeCount: Int
    private let points: [[Double]]
    /// Adding up to 1.
    private let weights: [Double]

    /// Points at equal steps of the cumulated weight.
    func systematicPoints(_ count: Int) -> [[Double]] {
      var result: [[Double]] = []
      var cumulated = 0.0
      for (w, x) in zip(weights, points) {
        cumulated += w
        while result.count < count, (Double(result.count) + 0.5) / Double(count) <= cumulated {
          result.append(x)
        }
      }
      return result
    }

    init(
      _ box: [ClosedRange<Double>], size: Int, _ dimension: Int, _ functionals: Int,
      _ target: ([Double]) -> Double,
      _ append: ([Double], inout [[Double]], inout [[Double]]) -> Void
    ) {
      let (nodes, nodeWeights) = GaussLegendre.rule(size)
      var logs: [Double] = []
      var (means, deviations) = (
        [[Double]](repeating: [], count: functionals), [[Double]](repeating: [], count: functionals)
      )
      var points: [[Double]] = []
      var index = [Int](repeating: 0, count: dimension)
      var largest = -Double.infinity
      while true {
        var x = [Double](repeating: 0, count: dimension)
        var weight = 1.0
        for axis in 0..<dimension {
          let half = 0.5 * (box[axis].upperBound - box[axis].lowerBound)
          x[axis] = box[axis].lowerBound + half * (1 + nodes[index[axis]])
          weight *= half * nodeWeights[index[axis]]
        }
        let value = target(x) + log(weight)
        largest = max(largest, value)
        // What lies so far below what was seen stays below the largest.
        if value > largest - ExactPosterior.reach {
          logs.append(value)
          points.append(x)
          append(x, &means, &deviations)
        }
        var axis = 0
        while axis < dimension {
          index[axis] += 1
          if index[axis] < size { break }
          index[axis] = 0
          axis += 1
        }
        if axis == dimension { break }
      }
      let weights = logs.map { exp($0 - largest) }
      let total = weights.accurateSum
      mixture = PredictiveMixture(weights: weights, means: means, deviations: deviations)
      logEvidence = largest + log(total)
      self.deviations = (0..<dimension).map { axis in
        var sum = Accumulator()
        for (w, x) in zip(weights, points) { sum.add(product: w, exp(x[axis])) }
        return sum.value / total
      }
      meanLogs = (0..<dimension).map { axis in
        var sum = Accumulator()
        for (w, x) in zip(weights, points) { sum.add(product: w, x[axis]) }
        return sum.value / total
      }
      nodeCount = logs.count
      self.points = points
      self.weights = weights.map { $0 / total }
    }
  }
}
