import CaseloadMath

/// The waiting time of M/D/1, services of length 1, without the alternating series whose terms
/// cancel.
///
/// ```
/// P(W > t) = P(X ≥ k) + Σⱼ₌₀ᵏ⁻¹ P(X = j) · P(Nq > k − 1 − j),   X ~ Poisson(ρ(k − t)),  k − 1 ≤ t < k
/// ```
///
/// Nq, the number waiting, has P(Nq > m) = P(N > m + 1). The law of N comes from the recursions of
/// positive terms for the embedded chain, with aₖ = P(Poisson(ρ) = k), āₖ the tail beyond k and
/// Āₖ = Σ_{m ≥ k} āₘ:
///
/// ```
/// a₀ pₙ₊₁ = p₀ āₙ + Σᵢ₌₁ⁿ pᵢ āₙ₊₁₋ᵢ,         (1 − ρ) P(N > n) = p₀ Āₙ + Σᵢ₌₁ⁿ pᵢ Āₙ₊₁₋ᵢ
/// ```
///
/// Far out the tail is exponential: (1 − ρ)/(ρ e^η − 1) · e^{−ηt}, with ρ(e^η − 1) = η.
///
/// - Source: Franx (2001), "A simple solution for the M/D/c waiting time distribution",
///   *Operations Research Letters* 29, 221–229; Ramaswami (1988), "A stable recursion for the
///   steady state vector in Markov chains of M/G/1 type", *Stochastic Models* 4, 183–188.
struct ConstantServiceWait {
  let load: Double
  /// P(N > n).
  private let countTail: [Double]
  private let decay: Double

  /// Services after which the tail is exponential to the last digit at any load that still has one.
  private static let exactReach = 3000

  /// The law up to `reach` services.
  init(load: Double, reach: Double) {
    self.load = load
    let count = min(Self.exactReach, Int(min(1e6, reach)) + 2)
    decay = Self.decay(load)
    var exceeds = [Double](repeating: 0, count: count + 40)  // āₖ, to the end of its weight
    if load > 0 {
      let arrivals = Poisson(mean: load)
      for k in exceeds.indices { exceeds[k] = arrivals.upper(Double(k)) }
    }
    var excess = exceeds  // Āₖ
    for k in stride(from: excess.count - 2, through: 0, by: -1) { excess[k] += excess[k + 1] }
    let idle = 1 - load
    let none = exp(-load)
    var law = [idle]
    var tails = [1 - idle]
    for n in 0..<count {
      var next = idle * exceeds[n]
      var tail = idle * excess[n]
      if n > 0 {
        for i in 1...n {
          next += law[i] * exceeds[n + 1 - i]
          tail += law[i] * excess[n + 1 - i]
        }
      }
      law.append(next / none)
      if n > 0 { tails.append(tail / idle) }
    }
    countTail = tails
  }

  /// P(W > t).
  func tail(beyond t: Double) -> Double {
    guard t > 0 else { return load }
    let k = Int(min(1e9, t.rounded(.down))) + 1
    guard k < countTail.count, k < Self.exactReach else { return exponentialTail(t) }
    let mean = load * (Double(k) - t)
    guard mean > 0 else { return countTail[k] }
    let arrivals = Poisson(mean: mean)
    var sum = arrivals.upper(Double(k - 1))
    for j in 0..<k { sum += arrivals.density(Double(j)) * countTail[k - j] }
    return sum
  }

  private func exponentialTail(_ t: Double) -> Double {
    // (1 − ρ)/(ρ e^η − 1) with ρ e^η = η + ρ.
    (1 - load) / (decay + load - 1) * exp(-decay * t)
  }

  /// η > 0 with ρ(e^η − 1) = η, by Newton's method from above.
  private static func decay(_ load: Double) -> Double {
    // f(η) = ln(1 + η/ρ) − η is concave with roots 0 and η.
    var eta = 2 * (1 - load) + 2 * max(0, -log(load))
    for _ in 0..<200 {
      let value = log1p(eta / load) - eta
      let slope = 1 / (load + eta) - 1
      let next = eta - value / slope
      if abs(next - eta) <= 1e-16 * eta { break }
      eta = next
    }
    return eta
  }

  /// The shortest t with P(W ≤ t) ≥ p.
  static func quantile(_ p: Double, load: Double) -> Double {
    let share = 1 - p
    if load <= share { return 0 }
    let eta = decay(load)
    let guess = max(0, log((1 - load) / (eta + load - 1) / share) / eta)
    let law = ConstantServiceWait(load: load, reach: guess + 3)
    var (low, high) = (0.0, guess + 1)
    while law.tail(beyond: high) > share { high += 1 }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high, high - low > 1e-14 * high else { return high }
      if law.tail(beyond: middle) > share { low = middle } else { high = middle }
    }
  }
}
