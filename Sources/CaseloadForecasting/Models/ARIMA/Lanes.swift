import CaseloadMath

/// A number, or several that go through the same operations at once.
///
/// What is written once for all takes one parameter vector a pass with `Double`, two in about the
/// same time with `SIMD2<Double>`, and four in less than twice that time with `SIMD4<Double>`. Every lane has the bits that it would have alone.
///
/// Methods, not operators: more overloads of + would slow the type checker down everywhere.
protocol Lanes: Sendable {
  static var zero: Self { get }
  init(repeating value: Double)
  /// The first lanes of four, and the lanes followed by zeros.
  init(four: SIMD4<Double>)
  var four: SIMD4<Double> { get }
  func minus(_ other: Self) -> Self
  func times(_ other: Self) -> Self
  func over(_ other: Self) -> Self
  /// self + a b.
  func plus(_ a: Self, times b: Self) -> Self
  /// self − a b.
  func minus(_ a: Self, times b: Self) -> Self
  func plus(_ other: Self) -> Self
  /// Whether all lanes are 0.
  var isZero: Bool { get }
  var squareRoots: Self { get }
  /// ln of each lane.
  var logarithms: Self { get }
  /// The least and the greatest lane.
  var least: Double { get }
  var greatest: Double { get }
}

extension Lanes {
  /// (1 − z)(1 + z).
  @inline(__always)
  static func remaining(_ z: Self) -> Self {
    let one = Self(repeating: 1)
    return one.minus(z).times(one.plus(z))
  }
}

extension Double: Lanes {
  init(repeating value: Double) { self = value }
  init(four: SIMD4<Double>) { self = four.x }
  var four: SIMD4<Double> { SIMD4(self, 0, 0, 0) }
  @inline(__always) func plus(_ other: Double) -> Double { self + other }
  @inline(__always) func minus(_ other: Double) -> Double { self - other }
  @inline(__always) func times(_ other: Double) -> Double { self * other }
  @inline(__always) func over(_ other: Double) -> Double { self / other }
  @inline(__always) func plus(_ a: Double, times b: Double) -> Double { self + a * b }
  @inline(__always) func minus(_ a: Double, times b: Double) -> Double { self - a * b }
  @inline(__always) var squareRoots: Double { squareRoot() }
  var logarithms: Double { log(self) }
  var least: Double { self }
  var greatest: Double { self }
}

extension SIMD2<Double>: Lanes {
  @inline(__always) init(four: SIMD4<Double>) { self = four.lowHalf }
  @inline(__always) var four: SIMD4<Double> { SIMD4(lowHalf: self, highHalf: .zero) }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func minus(_ other: Self) -> Self { self - other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func over(_ other: Self) -> Self { self / other }
  @inline(__always) func plus(_ a: Self, times b: Self) -> Self { self + a * b }
  @inline(__always) func minus(_ a: Self, times b: Self) -> Self { self - a * b }
  @inline(__always) var isZero: Bool { self == .zero }
  @inline(__always) var squareRoots: Self { squareRoot() }
  var logarithms: Self { Self(log(x), log(y)) }
  var least: Double { self.min() }
  var greatest: Double { self.max() }
}

extension SIMD4<Double>: Lanes {
  @inline(__always) init(four: SIMD4<Double>) { self = four }
  @inline(__always) var four: SIMD4<Double> { self }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func minus(_ other: Self) -> Self { self - other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func over(_ other: Self) -> Self { self / other }
  @inline(__always) func plus(_ a: Self, times b: Self) -> Self { self + a * b }
  @inline(__always) func minus(_ a: Self, times b: Self) -> Self { self - a * b }
  @inline(__always) var isZero: Bool { self == .zero }
  @inline(__always) var squareRoots: Self { squareRoot() }
  var logarithms: Self { Self(log(x), log(y), log(z), log(w)) }
  var least: Double { self.min() }
  var greatest: Double { self.max() }
}
