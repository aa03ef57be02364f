/// Local regression on equally spaced points, weighted by the tricube of the distance.
///
/// ```
/// ŷ(x) = Σ wⱼ yⱼ (1 + (x − x̄)(j − x̄)/Σ wⱼ (j − x̄)²),   x̄ = Σ wⱼ j,   Σ wⱼ = 1
/// wⱼ ∝ ρⱼ (1 − (|j − x|/h)³)³
/// ```
///
/// for a local line; ŷ(x) = Σ wⱼ yⱼ for a local constant. h is the distance of the farthest point of
/// the window, larger by half of what the window exceeds the series by; ρ are robustness weights.
///
/// Distances are whole numbers, so the tricube is tabulated once for every reach h.
///
/// - Sources: Cleveland, Cleveland, McRae & Terpenning (1990), *Journal of Official Statistics* 6,
///   3–73, §2.2 and §3.4; the limits 0.001 h and 0.999 h, and that of a window too narrow for a
///   slope, are those of the authors' program.
struct Loess {
  typealias Input = UnsafeBufferPointer<Double>
  typealias Output = UnsafeMutableBufferPointer<Double>

  /// The tricube at the distances 0, 1, …, for the reach `tabulated`.
  private var tricube: [Double]
  private var tabulated = -1
  private var farthest = -1
  /// The sum of the tricube over a whole symmetric window of this reach.
  private var total = 0.0

  /// - Parameter longest: the most points that will be smoothed at a time.
  init(longest: Int) { tricube = [Double](repeating: 0, count: longest + 2) }

  /// The regression at every `jump`-th point, with straight lines between.
  ///
  /// - Parameters:
  ///   - y: the points.
  ///   - window: how many of them a local fit uses; may exceed their number.
  ///   - degree: 0 for local constants, 1 for local lines.
  ///   - jump: from one fit to the next.
  ///   - robustness: ρ, one a point; `nil` for 1.
  ///   - result: one value a point.
  mutating func smooth(
    _ y: Input, window: Int, degree: Int, jump: Int, robustness: Input?, into result: Output
  ) {
    let n = y.count
    guard n > 1 else {
      if n == 1 { result[0] = y[0] }
      return
    }
    let step = min(jump, n - 1)
    let half = (window + 1) / 2
    var last = 0
    var place = Self.window(around: 0, window, half, n)
    for x in stride(from: 0, to: n, by: step) {
      place = Self.window(around: x, window, half, n)
      result[x] =
        value(
          at: x, y, place, window: window, degree: degree, robustness: robustness) ?? y[x]
      if x > 0 { Self.join(result, last, x) }
      last = x
    }
    if last < n - 1 {
      // The window of the last regular fit serves the end, too.
      result[n - 1] =
        value(at: n - 1, y, place, window: window, degree: degree, robustness: robustness)
        ?? y[n - 1]
      Self.join(result, last, n - 1)
    }
  }

  /// The points that a fit at `x` uses.
  private static func window(around x: Int, _ window: Int, _ half: Int, _ n: Int) -> ClosedRange<
    Int
  > {
    if window >= n { return 0...(n - 1) }
    let left = min(max(0, x - half + 1), n - window)
    return left...(left + window - 1)
  }

  /// The line between `result[a]` and `result[b]`.
  private static func join(_ result: Output, _ a: Int, _ b: Int) {
    guard b - a > 1 else { return }
    let slope = (result[b] - result[a]) / Double(b - a)
    for x in (a + 1)..<b { result[x] = result[a] + slope * Double(x - a) }
  }

  /// The local fit at `x`, which may lie outside the points; `nil` where all weights vanish.
  mutating func value(
    at x: Int, _ y: Input, _ place: ClosedRange<Int>, window: Int, degree: Int, robustness: Input?
  ) -> Double? {
    let (left, right) = (place.lowerBound, place.upperBound)
    let inside = max(x - left, right - x)
    let reach = inside + max(0, (window - y.count) / 2)
    tabulate(reach, upTo: inside)
    return tricube.withUnsafeBufferPointer { tricube in
      if robustness == nil, x - left == right - x {
        var sum = tricube[0] * y[x]
        for r in 0..<inside { sum += tricube[r + 1] * (y[x - r - 1] + y[x + r + 1]) }
        return sum / total
      }
      // With d = j − x: s = Σ w, Σ w d, Σ w d²; t = Σ w y, Σ w d y.
      var (s0, s1, s2, t0, t1) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for j in left...right {
        let w = robustness.map { $0[j] * tricube[abs(j - x)] } ?? tricube[abs(j - x)]
        let d = Double(j - x)
        s0 += w
        t0 += w * y[j]
        s1 += w * d
        s2 += w * d * d
        t1 += w * d * y[j]
      }
      guard s0 > 0 else { return nil }
      let mean = t0 / s0
      guard degree > 0, reach > 0 else { return mean }
      let center = s1 / s0
      let spread = s2 / s0 - center * center
      let narrow = 0.001 * Double(y.count - 1)
      guard spread > narrow * narrow else { return mean }
      return mean - center / spread * (t1 / s0 - center * mean)
    }
  }

  private mutating func tabulate(_ reach: Int, upTo farthest: Int) {
    guard reach != tabulated || farthest != self.farthest else { return }
    tabulated = reach
    self.farthest = farthest
    let h = Double(reach)
    for r in 0...farthest {
      let distance = Double(r)
      let share = distance / h
      let rest = 1 - share * share * share
      tricube[r] = distance <= 0.001 * h ? 1 : (distance <= 0.999 * h ? rest * rest * rest : 0)
    }
    total = tricube[0]
    for r in 0..<farthest { total += 2 * tricube[r + 1] }
  }
}
