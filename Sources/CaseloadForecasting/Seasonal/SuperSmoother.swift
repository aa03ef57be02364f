/// Friedman's super smoother on equally spaced points: running lines whose span is chosen, point by
/// point, by cross-validation.
///
/// ```
/// running lines with spans 0.05, 0.2 and 0.5 of the points;
/// rᵢ(t) = |yₜ − ŷᵢ(t)|/(1 − leverage), smoothed with the span 0.2;
/// the span with the least rᵢ(t), smoothed with 0.2, interpolates between the three fits;
/// the result is smoothed with 0.05
/// ```
///
/// Numbers agree with R's `supsmu` of x = 1 … n.
///
/// - Source: Friedman (1984), *A variable span smoother*, Technical Report 5, Laboratory for
///   Computational Statistics, Stanford University.
struct SuperSmoother {
  private static let spans = (tweeter: 0.05, midrange: 0.2, woofer: 0.5)

  /// The smooth of `y`, none of them missing.
  static func smooth(_ y: [Double]) -> [Double] {
    let n = y.count
    guard n > 1 else { return y }
    let smoother = SuperSmoother(count: n)
    let spans = [Self.spans.tweeter, Self.spans.midrange, Self.spans.woofer]
    var fits: [[Double]] = []
    var errors: [[Double]] = []
    for span in spans {
      let (fit, residual) = smoother.runningLines(y, span, validates: true)
      fits.append(fit)
      errors.append(smoother.runningLines(residual, Self.spans.midrange, validates: false).fit)
    }
    let chosen = (0..<n).map { t in
      var best = 0
      for i in 1..<3 where errors[i][t] < errors[best][t] { best = i }
      return spans[best]
    }
    let span = smoother.runningLines(chosen, Self.spans.midrange, validates: false).fit
    let mixed = (0..<n).map { t in
      let s = min(max(span[t], Self.spans.tweeter), Self.spans.woofer)
      let f = s - Self.spans.midrange
      if f >= 0 {
        let share = f / (Self.spans.woofer - Self.spans.midrange)
        return (1 - share) * fits[1][t] + share * fits[2][t]
      }
      let share = -f / (Self.spans.midrange - Self.spans.tweeter)
      return (1 - share) * fits[1][t] + share * fits[0][t]
    }
    return smoother.runningLines(mixed, Self.spans.tweeter, validates: false).fit
  }

  private let count: Int
  /// The variance of x below which a window has no slope.
  private let leastSpread: Double

  private init(count: Int) {
    self.count = count
    // A thousandth of the interquartile range of x, squared.
    let quarter = count / 4
    var (low, high) = (max(1, quarter), 3 * quarter)
    var scale = Double(high - low)
    while scale <= 0 {
      if high < count { high += 1 }
      if low > 1 { low -= 1 }
      scale = Double(high - low)
    }
    leastSpread = 1e-3 * scale * (1e-3 * scale)
  }

  /// The lines through every `span` of the points, and the absolute cross-validated residuals.
  private func runningLines(_ y: [Double], _ span: Double, validates: Bool) -> (
    fit: [Double], residuals: [Double]
  ) {
    let n = count
    let half = max(2, Int(0.5 * span * Double(n) + 0.5))
    let first = min(2 * half + 1, n)
    var window = Window()
    for i in 0..<first { window.add(x: Double(i + 1), y: y[i]) }
    var fit = [Double](repeating: 0, count: n)
    var residuals = [Double](repeating: 0, count: validates ? n : 0)
    for j in 0..<n {
      let (out, into) = (j - half - 1, j + half)
      if out >= 0, into < n {
        window.remove(x: Double(out + 1), y: y[out])
        window.add(x: Double(into + 1), y: y[into])
      }
      let distance = Double(j + 1) - window.meanX
      let hasSlope = window.spread > leastSpread
      fit[j] = (hasSlope ? window.product / window.spread * distance : 0) + window.meanY
      if validates {
        var leverage = 1 / window.count
        if hasSlope { leverage += distance * distance / window.spread }
        let rest = 1 - leverage
        residuals[j] = rest > 0 ? abs(y[j] - fit[j]) / rest : (j > 0 ? residuals[j - 1] : 0)
      }
    }
    return (fit, residuals)
  }

  /// The moments of the points of a window, updated one by one.
  private struct Window {
    var count = 0.0
    var meanX = 0.0
    var meanY = 0.0
    var spread = 0.0
    var product = 0.0

    mutating func add(x: Double, y: Double) {
      let before = count
      count += 1
      meanX = (before * meanX + x) / count
      meanY = (before * meanY + y) / count
      let weight = before > 0 ? count * (x - meanX) / before : 0
      spread += weight * (x - meanX)
      product += weight * (y - meanY)
    }

    mutating func remove(x: Double, y: Double) {
      let before = count
      count -= 1
      let weight = count > 0 ? before * (x - meanX) / count : 0
      spread -= weight * (x - meanX)
      product -= weight * (y - meanY)
      if count > 0 {
        meanX = (before * meanX - x) / count
        meanY = (before * meanY - y) / count
      }
    }
  }
}
