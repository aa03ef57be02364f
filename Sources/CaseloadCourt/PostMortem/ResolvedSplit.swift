import CaseloadMath

/// The difference of two periods' closings, actual less planned, shared among its factors.
struct ResolvedSplit {
  let planned: ResolvedFactors
  let actual: ResolvedFactors
  let measure: PendingMeasure
  /// wₖ.
  let weights: [Double]
  /// The factors that are told apart, in planned order.
  let components: [ErrorComponent]

  /// One number a component; together the whole difference.
  func shares(_ method: SplitMethod) -> [Double] {
    switch method {
    case .shapley: ShapleyShares.shares(components.count) { value($0) }
    case .sequential: sequential()
    case .divisia: divisia()
    }
  }

  /// The closings where the factors of `set` are the actual ones and the others those planned.
  private func value(_ set: Int) -> Double {
    var factors = planned
    for (i, component) in components.enumerated() where set & (1 << i) != 0 {
      switch component {
      case .staffing: factors.judges = actual.judges
      case .productivity: factors.output = actual.output
      case .capacity:
        factors.judges = actual.judges
        factors.output = actual.output
      case .caseLength: factors.minutes = actual.minutes
      case .mix: factors.shares = actual.shares
      default: break
      }
    }
    return factors.value(measure, weights: weights)
  }

  private func sequential() -> [Double] {
    var set = 0
    return components.indices.map { i in
      let before = value(set)
      set |= 1 << i
      return value(set) - before
    }
  }

  /// ```
  /// ΔR = L(R₁, R₀) (ln J₁/J₀ + ln H₁/H₀ − ln m̄₁/m̄₀),   m̄ = Σ sₖ mₖ
  /// ln m̄₁/m̄₀ = Σₖ L(c₁ₖ, c₀ₖ)/L(m̄₁, m̄₀) (ln s₁ₖ/s₀ₖ + ln m₁ₖ/m₀ₖ),   cₖ = sₖ mₖ
  /// ```
  ///
  /// A share that is zero on one side has the whole change of its term, the limit of the formula.
  private func divisia() -> [Double] {
    let (from, to) = (
      planned.value(measure, weights: weights), actual.value(measure, weights: weights)
    )
    guard from > 0, to > 0 else {
      // The factor that is zero has all of it: the others keep a logarithm times zero.
      let isJudges = planned.judges == 0 || actual.judges == 0
      let zero: ErrorComponent = isJudges ? .staffing : .productivity
      let position = components.firstIndex(of: zero) ?? 0
      return components.indices.map { $0 == position ? to - from : 0 }
    }
    let scale = logarithmicMean(to, from)
    let length = logChanges(planned.minutes, actual.minutes)
    // In minutes the numerator's composition counts too, at constant weights.
    let worth = measure == .minutes ? logChanges(weights, weights).shares : 0
    return components.map { component in
      switch component {
      case .staffing: scale * log(actual.judges / planned.judges)
      case .productivity: scale * log(actual.output / planned.output)
      case .capacity:
        scale * log(actual.judges * actual.output / (planned.judges * planned.output))
      case .caseLength: -scale * length.minutes
      case .mix: scale * (worth - length.shares)
      default: 0
      }
    }
  }

  /// The parts of ln Σ sₖ mₖ that come from the shares and from the minutes.
  private func logChanges(_ before: [Double], _ after: [Double]) -> (
    shares: Double, minutes: Double
  ) {
    let total = logarithmicMean(dot(actual.shares, after), dot(planned.shares, before))
    var (shares, minutes) = (0.0, 0.0)
    for k in before.indices {
      let (c0, c1) = (planned.shares[k] * before[k], actual.shares[k] * after[k])
      if c0 > 0, c1 > 0 {
        let weight = logarithmicMean(c1, c0) / total
        shares += weight * log(actual.shares[k] / planned.shares[k])
        minutes += weight * log(after[k] / before[k])
      } else {
        shares += (c1 - c0) / total
      }
    }
    return (shares, minutes)
  }
}
