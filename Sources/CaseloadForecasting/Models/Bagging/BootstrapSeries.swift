import CaseloadMath

/// Series like one that was seen: its remainder shuffled in blocks.
///
/// ```
/// f(yₜ) = Tₜ + Sₜ + Rₜ,   y*ₜ = f⁻¹(Tₜ + Sₜ + R*ₜ)
/// ```
///
/// f is Box–Cox with Guerrero's λ within 0…1 for positive data, the identity for others. With a season
/// the parts are those of periodic STL; without one T is a local line over 7 points and S = 0. R* is
/// made of blocks of R of length 2m (without a season 8, at most half the series), joined until they
/// exceed the series by two blocks and cut at a random place.
///
/// - Sources: Bergmeir, Hyndman & Benítez (2016), *International Journal of Forecasting* 32, 303–312,
///   §2; Künsch (1989), *Annals of Statistics* 17, 1217–1241, for the moving blocks.
struct BootstrapSeries: Sendable {
  let blockLength: Int
  let boxCox: BoxCox?
  private let fit: [Double]
  private let remainder: [Double]

  /// - Precondition: at least two values, none missing.
  init(_ y: [Double], period: Int) {
    let isSeasonal = period > 1 && y.count > 2 * period
    let isPositive = (y.min() ?? 0) > 0
    let transform = isPositive ? BoxCox.guerrero(y, period: isSeasonal ? period : 1) : nil
    boxCox = transform.flatMap { $0.lambda < 1 ? $0 : nil }
    let boxCox = boxCox
    let z = boxCox.map { boxCox in y.map { boxCox($0) } } ?? y
    if isSeasonal {
      let stl = STL(decomposing: z, period: period, STL.Settings())
      fit = zip(stl.trend, stl.seasonal).map { $0 + $1 }
      remainder = stl.remainder
    } else {
      var loess = Loess(longest: z.count)
      var smooth = z
      z.withUnsafeBufferPointer { z in
        smooth.withUnsafeMutableBufferPointer {
          loess.smooth(z, window: 7, degree: 1, jump: 1, robustness: nil, into: $0)
        }
      }
      fit = smooth
      let trend = smooth
      remainder = z.indices.map { z[$0] - trend[$0] }
    }
    blockLength = max(1, isSeasonal ? 2 * period : min(8, y.count / 2))
  }

  /// Another series of the same length.
  func replicate(_ stream: inout RandomStream) -> [Double] {
    let n = remainder.count
    let count = n / blockLength + 2
    var shuffled: [Double] = []
    shuffled.reserveCapacity(count * blockLength)
    for _ in 0..<count {
      let start = stream.integer(below: n - blockLength + 1)
      shuffled += remainder[start..<(start + blockLength)]
    }
    let first = stream.integer(below: blockLength)
    return (0..<n).map { t in
      let z = fit[t] + shuffled[first + t]
      return boxCox?.positiveInverse(z) ?? z
    }
  }
}
