import CaseloadData
import CaseloadMath

/// What one judge of a court resolves in a period: its season, its level, and how both are known.
///
/// ```
/// ln(resolvedₜ / judgesₜ) = β_season(t) + aₜ + εₜ,   aₜ = φ aₜ₋₁ + ηₜ,
/// εₜ ~ N(0, σ²),  ηₜ ~ N(0, q σ²)
/// ```
///
/// a is the slow part of the level: a random walk (φ = 1), an autoregression, or nothing (q = 0). Its
/// law is not chosen but weighed: every (φ, q) of a grid counts by its restricted likelihood and a
/// prior that gives a third each to q = 0, φ = 1 and 0 < φ < 1. A draw takes one point of the grid, then
/// σ² from its scaled inverse χ², then (β, a) from their normal law, then future η and ε: estimation
/// error, process noise and the noise of single periods are all in it.
///
/// Periods that stray by more than four robust deviations (a lockdown) are left out, unless they go
/// on for more than half a year or to the end: then the level has moved.
///
/// - Sources: de Jong (1991), "The diffuse Kalman filter", *Annals of Statistics* 19, 1073–1083;
///   Harville (1977), *JASA* 72, 320–338 (restricted likelihood).
struct PaceModel: Sendable {
  /// One (φ, q) with what the data say under it.
  struct Point: Sendable {
    let persistence: Double
    let ratio: Double
    /// Posterior probability.
    var weight: Double
    /// RSS / (n − k).
    let variance: Double
    /// β̂ and (XᵀV⁻¹X)⁻¹ = C Cᵀ, C row by row.
    let coefficients: [Double]
    let factor: [Double]
    /// a at the end: level − slopeᵀ β, with the variance `levelVariance` · σ².
    let level: Double
    let slope: [Double]
    let levelVariance: Double
  }

  let seasonLength: Int
  let degreesOfFreedom: Double
  let points: [Point]
  /// Periods that were left out as unusual.
  let unusual: [Int]
  /// The standard deviation that the median point gives one period, for people.
  let noise: Double

  /// Persistences and roots of ratios of the grid.
  private static let persistences = [1.0, 0.97, 0.9, 0.7]
  private static let ratios = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6]

  /// The model of logarithms `y`, of which NaN are missing; `nil` with fewer than three values.
  ///
  /// - Parameters:
  ///   - y: ln(resolved / judges), one a period.
  ///   - phase: the season of the first, from 0.
  ///   - seasonLength: periods a season; 1 for none.
  init?(_ y: [Double], phase: Int, seasonLength: Int) {
    let known = y.count { !$0.isNaN }
    guard known >= 3 else { return nil }
    let counts = (0..<seasonLength).map { season in
      y.indices.count { !y[$0].isNaN && (phase + $0) % seasonLength == season }
    }
    let season =
      seasonLength > 1 && known >= seasonLength + 4 && counts.allSatisfy { $0 > 0 }
      ? seasonLength : 1
    var kept = y
    var unusual: [Int] = []
    for _ in 0..<4 {
      let errors = Self.filter(kept, phase, season, 1, 0.04)?.errors(y) ?? []
      let found = Self.unusual(errors, limit: max(1, seasonLength / 2))
      if found == unusual || known - found.count < season + 3 { break }
      unusual = found
      kept = y
      for index in found { kept[index] = .nan }
    }
    self.unusual = unusual
    self.seasonLength = season
    degreesOfFreedom = Double(max(1, kept.count { !$0.isNaN } - season))
    var points: [(point: Point, score: Double)] = []
    func add(_ persistence: Double, _ ratio: Double, _ prior: Double) {
      guard let pass = Self.filter(kept, phase, season, persistence, ratio * ratio),
        let (point, score) = pass.point(persistence, ratio * ratio)
      else { return }
      points.append((point, score + log(prior)))
    }
    add(0, 0, 1.0 / 3)
    // With fewer than two years there is nothing to tell a slow part by.
    if known >= 8 {
      for persistence in Self.persistences {
        let share = persistence == 1 ? 1.0 / 3 : 1.0 / 3 / Double(Self.persistences.count - 1)
        for ratio in Self.ratios { add(persistence, ratio, share / Double(Self.ratios.count)) }
      }
    }
    guard let best = points.map(\.score).max(), best.isFinite else { return nil }
    let weights = points.map { exp($0.score - best) }
    let total = weights.reduce(0, +)
    self.points = zip(points, weights).map { entry, weight in
      var point = entry.point
      point.weight = weight / total
      return point
    }
    noise = self.points.reduce(0) { $0 + $1.weight * $1.variance }.squareRoot()
  }

  /// Beyond four robust deviations, in runs that neither last nor reach the end.
  private static func unusual(_ errors: [Double], limit: Int) -> [Int] {
    let known = errors.filter { !$0.isNaN }
    guard let scale = Descriptive.medianAbsoluteDeviation(known), scale > 1e-9 else { return [] }
    let flagged = errors.map { abs($0) > 4 * scale }
    var found: [Int] = []
    var index = 0
    while index < flagged.count {
      guard flagged[index] else {
        index += 1
        continue
      }
      var end = index
      while end < flagged.count, flagged[end] { end += 1 }
      if end - index <= limit, end < flagged.count { found += Array(index..<end) }
      index = end
    }
    return found
  }

  /// Draws ln pace of the `horizon` periods after the history into `target`, `stride` apart.
  func draw(
    _ horizon: Int, phase: Int, from stream: inout RandomStream, into target: inout [Double],
    at offset: Int, stride: Int
  ) {
    var u = stream.uniform()
    var chosen = points.count - 1
    for (index, point) in points.enumerated() {
      u -= point.weight
      if u <= 0 {
        chosen = index
        break
      }
    }
    let point = points[chosen]
    let k = seasonLength
    let chi = ChiSquared(degreesOfFreedom: degreesOfFreedom).quantile(stream.uniform())
    let sigma = (point.variance * degreesOfFreedom / chi).squareRoot()
    var a = point.level
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * k) { work in
      for i in 0..<k { work[i] = stream.normal() }
      for i in 0..<k {
        var sum = 0.0
        for j in 0...i { sum += point.factor[i * k + j] * work[j] }
        work[k + i] = point.coefficients[i] + sigma * sum
        a -= point.slope[i] * work[k + i]
      }
      a += sigma * point.levelVariance.squareRoot() * stream.normal()
      let step = sigma * point.ratio.squareRoot()
      for h in 0..<horizon {
        a *= point.persistence
        if step > 0 { a += step * stream.normal() }
        let season = (phase + h) % k
        target[offset + h * stride] = work[k + season] + a + sigma * stream.normal()
      }
    }
  }
}

extension PaceModel {
  /// What one pass of the filter leaves.
  struct Pass {
    let count: Int
    let season: Int
    let phase: Int
    /// Σ ln F, yᵀV⁻¹y, XᵀV⁻¹y, XᵀV⁻¹X.
    var logF = 0.0
    var yy = 0.0
    var xy: [Double]
    var xx: Matrix
    var a = 0.0
    var slope: [Double]
    var p = 0.0
    /// The predictions of y before β, the innovations of X, and F, one a period.
    var predicted: [Double] = []
    var f: [Double] = []
    var xv: [[Double]] = []
  }

  /// The filter of y and of every column of X under (φ, q), σ² = 1.
  static func filter(
    _ y: [Double], _ phase: Int, _ season: Int, _ persistence: Double, _ ratio: Double
  ) -> Pass? {
    var pass = Pass(
      count: y.count { !$0.isNaN }, season: season, phase: phase,
      xy: [Double](repeating: 0, count: season), xx: Matrix(rowCount: season, columnCount: season),
      slope: [Double](repeating: 0, count: season))
    guard pass.count > season else { return nil }
    // aₜ given the past: mean `a` − slopeᵀβ, variance p. A random walk starts at 0; β holds its level.
    var p = persistence < 1 ? ratio / (1 - persistence * persistence) : 0
    for t in y.indices {
      if t > 0 {
        pass.a *= persistence
        for j in 0..<season { pass.slope[j] *= persistence }
        p = persistence * persistence * p + ratio
      }
      var x = pass.slope.map { -$0 }
      x[(phase + t) % season] += 1
      let f = p + 1
      pass.f.append(f)
      pass.xv.append(x)
      pass.predicted.append(pass.a)
      guard !y[t].isNaN else { continue }
      let v = y[t] - pass.a
      let gain = p / f
      pass.logF += log(f)
      pass.yy += v * v / f
      for i in 0..<season where x[i] != 0 {
        pass.xy[i] += x[i] * v / f
        for j in 0...i { pass.xx[i, j] += x[i] * x[j] / f }
      }
      pass.a += gain * v
      for j in 0..<season { pass.slope[j] += gain * x[j] }
      p *= 1 - gain
    }
    pass.p = p
    return pass
  }
}

extension PaceModel.Pass {
  private var solution: (beta: [Double], root: Cholesky)? {
    guard let root = try? Cholesky(xx) else { return nil }
    return (root.solve(xy), root)
  }

  /// The one-step errors of `y` in deviations, those of the values left out among them.
  func errors(_ y: [Double]) -> [Double] {
    guard let (beta, _) = solution else { return [] }
    return y.indices.map { t in
      let level = zip(xv[t], beta).reduce(0) { $0 + $1.0 * $1.1 }
      return (y[t] - predicted[t] - level) / f[t].squareRoot()
    }
  }

  /// The estimates, and the restricted log-likelihood up to a constant.
  func point(_ persistence: Double, _ ratio: Double) -> (PaceModel.Point, Double)? {
    guard let (beta, root) = solution else { return nil }
    let k = season
    let rss = max(1e-12, yy - zip(beta, xy).reduce(0) { $0 + $1.0 * $1.1 })
    let degrees = Double(count - k)
    // (XᵀV⁻¹X)⁻¹ = C Cᵀ by its own Cholesky factor.
    guard let covariance = try? Cholesky(root.inverse()) else { return nil }
    var factor = [Double](repeating: 0, count: k * k)
    for i in 0..<k { for j in 0...i { factor[i * k + j] = covariance.lower[i, j] } }
    let score = -0.5 * (degrees * log(rss) + logF + root.logDeterminant)
    return (
      PaceModel.Point(
        persistence: persistence, ratio: ratio, weight: 0, variance: rss / degrees,
        coefficients: beta, factor: factor, level: a, slope: slope, levelVariance: p), score
    )
  }
}
