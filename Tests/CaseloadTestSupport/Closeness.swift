import CaseloadMath

extension Double {
  /// Whether this lies within `relative` · |`expected`| or within `absolute` of `expected`,
  /// whichever is wider. Equal infinities are close; NaN is close to nothing.
  public func isClose(to expected: Double, relative: Double = 0, absolute: Double = 0) -> Bool {
    if self == expected { return true }
    guard isFinite, expected.isFinite else { return false }
    return abs(self - expected) <= max(absolute, relative * abs(expected))
  }
}

extension Sequence where Element == Double {
  /// Whether both have one length and every value is close to its counterpart.
  public func isClose(
    to expected: some Sequence<Double>, relative: Double = 0, absolute: Double = 0
  ) -> Bool {
    let (own, other) = (Array(self), Array(expected))
    return own.count == other.count
      && zip(own, other).allSatisfy { $0.isClose(to: $1, relative: relative, absolute: absolute) }
  }
}

extension Matrix {
  /// The largest |element| of the difference from `other`, which has the same shape.
  public func largestDifference(from other: Matrix) -> Double {
    (self - other).storage.reduce(0) { Swift.max($0, abs($1)) }
  }
}

/// The number of correct significant digits, −log₁₀ |(actual − certified) / certified|, from 0 to
/// 15, which is as many as NIST certifies; the absolute error where the certified value is 0.
///
/// - Source: McCullough (1998), *The American Statistician* 52(4), 358–366.
public func logRelativeError(_ actual: Double, _ certified: Double) -> Double {
  if actual == certified { return 15 }
  guard actual.isFinite, certified.isFinite else { return 0 }
  let error = certified == 0 ? abs(actual) : abs((actual - certified) / certified)
  return min(15, max(0, -log(error) / log(10)))
}

/// The least ``logRelativeError(_:_:)`` of any pair.
public func logRelativeError(_ actual: [Double], _ certified: [Double]) -> Double {
  precondition(actual.count == certified.count, "\(actual.count) against \(certified.count)")
  return zip(actual, certified).map { logRelativeError($0, $1) }.min() ?? 15
}
