/// Shares of the players in what they change together, exact over all orders.
public enum ShapleyShares {
  /// The most players for which all sets are listed.
  public static let largestCount = 16

  /// The Shapley value of each player.
  ///
  /// ```
  /// φᵢ = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n!  (v(S ∪ i) − v(S)),   Σᵢ φᵢ = v(all) − v(none)
  /// ```
  ///
  /// - Parameters:
  ///   - count: n, from 1 to ``largestCount``.
  ///   - value: v of a set, bit i standing for player i; called once a set.
  /// - Returns: φ₀ … φₙ₋₁.
  /// - Precondition: `count` lies in its range.
  /// - Complexity: 2ⁿ calls and n 2ⁿ additions.
  /// - Source: Shapley (1953), *Contributions to the Theory of Games* II, 307–317; for decompositions
  ///   Shorrocks (2013), *Journal of Economic Inequality* 11, 99–126.
  public static func shares(_ count: Int, _ value: (Int) -> Double) -> [Double] {
    precondition((1...largestCount).contains(count), "\(count) players")
    let sets = 1 << count
    let values = (0..<sets).map(value)
    // |S|! (n − |S| − 1)! / n! = 1 / (n C(n − 1, |S|)).
    var weights = [1 / Double(count)]
    for size in 1..<max(1, count) {
      weights.append(weights[size - 1] * Double(size) / Double(count - size))
    }
    var shares = [Double](repeating: 0, count: count)
    for set in 0..<sets {
      for player in 0..<count where set & (1 << player) == 0 {
        shares[player] +=
          weights[set.nonzeroBitCount] * (values[set | (1 << player)] - values[set])
      }
    }
    return shares
  }
}
