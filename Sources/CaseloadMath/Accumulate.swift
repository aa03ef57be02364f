/// A sum carried in twice the working precision.
///
/// ```
/// (s, e) = TwoSum(high, x),  low += e;   a·b = p + fma(a, b, −p)
/// ```
///
/// - Source: Ogita, Rump & Oishi (2005), "Accurate sum and dot product", *SIAM J. Sci. Comput.*
///   26(6), 1955–1988, algorithms 4.4 (Sum2) and 5.3 (Dot2).
public struct Accumulator: Sendable {
  private var high: Double
  private var low = 0.0

  /// A sum that starts at `value`.
  public init(_ value: Double = 0) { high = value }

  /// Adds `x`.
  public mutating func add(_ x: Double) { addExactly(x, 0) }

  /// Adds `a`·`b`, with the rounding error of the product.
  public mutating func add(product a: Double, _ b: Double) {
    let p = a * b
    addExactly(p, (-p).addingProduct(a, b))
  }

  private mutating func addExactly(_ x: Double, _ error: Double) {
    let sum = high + x
    let part = sum - high
    low += ((high - (sum - part)) + (x - part)) + error
    high = sum
  }

  public var value: Double { high + low }
}

extension Sequence where Element == Double {
  /// The sum, accumulated in twice the working precision.
  public var accurateSum: Double {
    var sum = Accumulator()
    for x in self { sum.add(x) }
    return sum.value
  }
}
