import CaseloadData
import CaseloadMath

/// How evenly a load is spread.
public struct LoadFairness: Codable, Sendable, Equatable {
  /// A point of the Lorenz curve.
  public struct LorenzPoint: Codable, Sendable, Equatable {
    /// The share of those with the lightest loads.
    public let people: Double
    /// The share of all load that they bear.
    public let load: Double
  }

  public let mean: Double
  public let minimum: Double
  public let maximum: Double
  /// maximum / minimum; `nil` where one bears nothing.
  public let ratio: Double?
  /// Gini's index: 0 for equal loads.
  ///
  /// ```
  /// G = Σᵢ Σⱼ wᵢ wⱼ |xᵢ − xⱼ| / (2 W² x̄)
  /// ```
  public let gini: Double
  /// Theil's T.
  ///
  /// ```
  /// T = Σᵢ wᵢ (xᵢ/x̄) ln(xᵢ/x̄) / W
  /// ```
  public let theil: Double
  /// The standard deviation (divisor W) over the mean.
  public let coefficientOfVariation: Double
  /// Jain's index: 1 for equal loads, 1/n where one bears it all.
  ///
  /// ```
  /// J = (Σᵢ wᵢ xᵢ)² / (W Σᵢ wᵢ xᵢ²)
  /// ```
  public let jain: Double
  /// From (0, 0) to (1, 1), lightest first.
  public let lorenz: [LorenzPoint]

  /// The fairness of `loads`.
  ///
  /// `nil` where it is not defined: no people, or no load at all.
  ///
  /// - Parameters:
  ///   - loads: xᵢ, one a group, finite and not below zero.
  ///   - weights: wᵢ, the people in each group; `nil` for one each.
  public init?(_ loads: [Double], weights: [Double]? = nil) {
    let weights = weights ?? [Double](repeating: 1, count: loads.count)
    guard loads.count == weights.count, loads.allSatisfy({ $0 >= 0 && $0.isFinite }),
      weights.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return nil }
    let groups = zip(loads, weights).filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
    let people = groups.map(\.1).accurateSum
    let total = groups.map { $0.0 * $0.1 }.accurateSum
    guard let first = groups.first, let last = groups.last, total > 0 else { return nil }
    mean = total / people
    minimum = first.0
    maximum = last.0
    ratio = minimum > 0 ? maximum / minimum : nil
    var (differences, entropy, squares) = (Accumulator(), Accumulator(), Accumulator())
    var (before, borne) = (0.0, 0.0)
    var points = [LorenzPoint(people: 0, load: 0)]
    for (load, weight) in groups {
      differences.add(product: load * weight, before - (people - before - weight))
      let relative = load / mean
      if relative > 0 { entropy.add(product: weight * relative, log(relative)) }
      squares.add(product: weight * (relative - 1), relative - 1)
      before += weight
      borne += load * weight
      points.append(LorenzPoint(people: min(1, before / people), load: min(1, borne / total)))
    }
    gini = max(0, differences.value / (people * total))
    theil = max(0, entropy.value / people)
    let variance = squares.value / people
    coefficientOfVariation = variance.squareRoot()
    jain = 1 / (1 + variance)
    lorenz = points
  }
}
