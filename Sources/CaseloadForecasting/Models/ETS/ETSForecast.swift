import CaseloadData
import CaseloadMath

extension ETS.Fitted {
  /// How many paths stand for a distribution without a closed form.
  static let simulatedPaths = 2000

  /// Normal with the exact mean and variance where the form has them (classes 1 to 3 of Hyndman et
  /// al.), as R's `forecast` has it; a mixture of such normals for an average. Forms without a closed
  /// form (multiplicative trends, and multiplicative seasons with additive errors or regressors) are
  /// simulated from a fixed stream.
  public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
    guard members.allSatisfy(\.hasMoments) else {
      let draws = paths(
        horizon, count: Self.simulatedPaths, regressors: regressors,
        from: RandomStream(seed: Self.simulationSeed))
      return (0..<horizon).map { .empirical(sorted: draws.row($0).sorted()) }
    }
    let moments = members.map { $0.moments(horizon, regressors: regressors.columns) }
    return (0..<horizon).map { h in
      let components = zip(members, moments).map { member, moments in
        PredictiveDistribution.NormalComponent(
          weight: member.weight, mean: moments[h].mean * member.unit,
          standardDeviation: max(0, moments[h].variance).squareRoot() * member.unit)
      }
      guard components.count > 1 else {
        return .normal(
          mean: components[0].mean, standardDeviation: components[0].standardDeviation)
      }
      return .mixture(components)
    }
  }

  /// Of an average, each path first draws its member by weight.
  public func paths(
    _ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream
  ) -> Matrix {
    var result = Matrix(rowCount: horizon, columnCount: count)
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      let member = members.count > 1 ? drawn(draws.uniform()) : members[0]
      member.simulate(horizon, regressors.columns, &draws) { h, value in
        result[h, path] = value
      }
    }
    return result
  }

  private func drawn(_ uniform: Double) -> ETSMember {
    var left = uniform
    for member in members {
      left -= member.weight
      if left < 0 { return member }
    }
    return members[members.count - 1]
  }
}

extension ETSMember {
  /// Draws one path, in the series' own units.
  ///
  /// What a multiplicative part divides by or raises to a power is kept above 10⁻⁶ of its unit, and
  /// values below 10¹² units: a path that would leave the domain of the form stays at its edge.
  func simulate(
    _ horizon: Int, _ regressors: [[Double]], _ draws: inout RandomStream,
    _ body: (Int, Double) -> Void
  ) {
    var state = final
    let deviation = max(0, variance).squareRoot()
    for h in 0..<horizon {
      let mean = state.mean(form, smoothing) + effect(regressors, h)
      let draw = deviation * draws.normal()
      let error = form.error == .multiplicative ? mean * draw : draw
      body(h, min(max(mean + error, -Self.farthest), Self.farthest) * unit)
      state.step(form, smoothing, error: error)
      state.keepInside(form)
    }
  }

  private static let farthest = 1e12
}

extension ETSState {
  mutating func keepInside(_ form: ETSForm) {
    let (least, largest) = (1e-6, 1e12)
    // NaN compares false: it becomes the edge as well.
    level = level > -largest ? min(level, largest) : -largest
    if form.trend == .multiplicative {
      level = max(level, least)
      slope = slope > least ? min(slope, 1 / least) : least
    }
    if form.season == .multiplicative {
      for j in seasons.indices {
        seasons[j] = seasons[j] > least ? min(seasons[j], largest) : least
      }
    }
  }
}
