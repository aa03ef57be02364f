import CaseloadMath

/// The number of successes in independent trials, each with a chance of its own.
///
/// The law is exact: the trials are added one by one,
///
/// ```
/// P(N + X = k) = (1 − p) P(N = k) + p P(N = k − 1)
/// ```
///
/// and only tails below 10⁻¹⁸ are cut, so that n trials cost n times the width of the law.
///
/// - Source: Wang (1993), *Statistica Sinica* 3, 295–312.
public struct PoissonBinomial: Sendable {
  /// The least number with a probability that was kept.
  public let offset: Int
  /// P(N = offset + i).
  public let probabilities: [Double]
  public let mean: Double
  public let variance: Double

  /// - Precondition: every chance lies in 0 … 1.
  public init(_ chances: [Double]) {
    precondition(chances.allSatisfy { (0...1).contains($0) }, "chances lie from 0 to 1")
    var law = [1.0]
    law.reserveCapacity(chances.count + 1)
    var (offset, low) = (0, 0)
    for p in chances {
      law.append(0)
      var k = law.count - 1
      while k > low {
        law[k] = (1 - p) * law[k] + p * law[k - 1]
        k -= 1
      }
      law[low] *= 1 - p
      while low < law.count - 1, law[low] < Self.negligible { low += 1 }
      while law.count - 1 > low, let last = law.last, last < Self.negligible { law.removeLast() }
    }
    offset = low
    self.offset = offset
    probabilities = Array(law[low...])
    mean = chances.accurateSum
    variance = chances.map { $0 * (1 - $0) }.accurateSum
  }

  private static let negligible = 1e-18

  /// The least k with P(N ≤ k) ≥ p.
  public func quantile(_ p: Double) -> Int {
    var sum = 0.0
    for (index, mass) in probabilities.enumerated() {
      sum += mass
      if sum >= p - 1e-12 { return offset + index }
    }
    return offset + probabilities.count - 1
  }
}
