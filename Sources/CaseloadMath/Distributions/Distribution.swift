/// A distribution on the real line: its density, both tails and both quantiles.
///
/// Upper tails are computed as such, never as one minus the lower tail, so P(X > x) keeps its
/// relative accuracy down to the smallest double.
public protocol Distribution: Sendable, Equatable {
  var mean: Double { get }
  var variance: Double { get }
  /// The density f(x), or the probability of the integer `x` for a discrete distribution.
  func density(_ x: Double) -> Double
  /// ln f(x).
  func logDensity(_ x: Double) -> Double
  /// P(X ≤ x).
  func cumulative(_ x: Double) -> Double
  /// P(X > x).
  func upper(_ x: Double) -> Double
  /// The smallest x with P(X ≤ x) ≥ `p`.
  func quantile(_ p: Double) -> Double
  /// The smallest x with P(X > x) ≤ `q`.
  func upperQuantile(_ q: Double) -> Double
}

extension Distribution {
  public var standardDeviation: Double { variance.squareRoot() }

  /// A draw by inversion: one uniform a draw, so that scenarios share their random numbers.
  public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.uniform()) }
}

/// A function of a distribution on [0, ∞), continued to the rest of the line, where Boost has NaN.
func onPositives(_ x: Double, below: Double, beyond: Double, _ inside: @autoclosure () -> Double)
  -> Double
{
  if x < 0 { return below }
  return x == .infinity ? beyond : inside()
}

func isCount(_ x: Double) -> Bool { x >= 0 && x == x.rounded(.down) && x < .infinity }

/// The smallest whole x ≥ 0 for which `isReached` holds, searched upwards or downwards from a
/// first guess, which rounding may have put one off.
func settledCount(near guess: Double, _ isReached: (Double) -> Bool) -> Double {
  // Beyond 2⁵³ the next whole number is no double, and the guess is as near as can be.
  guard guess.isFinite, guess < 0x1p53 else { return guess }
  var x = max(0, guess.rounded(.up))
  while x > 0, isReached(x - 1) { x -= 1 }
  while !isReached(x) { x += 1 }
  return x
}
