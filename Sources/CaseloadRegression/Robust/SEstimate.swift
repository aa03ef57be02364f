import CaseloadMath

/// The coefficients whose residuals have the least bisquare scale: half of the data may be anything.
///
/// ```
/// γ̂ = argmin s(y − Z·γ)
/// ```
///
/// Random elemental fits are improved by a few reweighted steps; those with the least scales are
/// iterated to convergence and the best of them is kept. Above ``subsetSize`` rows the elemental
/// fits are ranked on a random subset before all rows are used.
///
/// - Source: Salibian-Barrera & Yohai (2006), *JCGS* 15, 414–427.
struct SEstimate {
  /// In the coordinates of the design.
  let coefficients: [Double]
  let residuals: [Double]
  let scale: Double
  let termination: Termination

  /// The number of rows on which many candidates are compared.
  static let subsetSize = 2000
  private static let improvements = 2
  private static let kept = 12
  /// How many go on after all rows have ranked them.
  private static let finalists = 3

  private struct Candidate {
    var coefficients: [Double]
    var scale: Double
  }

  /// - Parameters:
  ///   - z: n × p, of full column rank, n > p.
  ///   - y: n values.
  ///   - subsamples: how many elemental fits to try.
  ///   - zero: the size below which a residual counts as zero.
  ///   - stream: where the elemental fits are drawn from.
  init(
    _ z: OrthonormalRows, _ y: [Double], subsamples: Int, zero: Double, from stream: RandomStream
  ) {
    let p = z.columnCount
    var candidates: [Candidate]
    if z.rowCount > Self.subsetSize {
      var subset = stream.substream(named: "subset")
      let rows = Array(subset.permutation(z.rowCount).prefix(Self.subsetSize)).sorted()
      candidates = Self.candidates(
        OrthonormalRows(z, rows: rows), rows.map { y[$0] }, subsamples: subsamples, zero: zero,
        from: stream)
    } else {
      candidates = Self.candidates(z, y, subsamples: subsamples, zero: zero, from: stream)
    }
    if candidates.isEmpty {
      // A subset that is all zero in some column: start from least squares.
      var gamma = [Double](repeating: 0, count: p)
      z.multiplyTransposed(y, into: &gamma)
      candidates = [
        Candidate(coefficients: gamma.map { $0 / Double(z.rowCount) }, scale: .infinity)
      ]
    }
    var work = Reweighting(z, y, zero: zero)
    if z.rowCount > Self.subsetSize {
      // All rows now rank what the subset has found.
      for k in candidates.indices {
        let scale = work.improve(
          &candidates[k].coefficients, steps: Self.improvements, below: .infinity)
        candidates[k].scale = scale ?? .infinity
      }
      candidates.sort { $0.scale < $1.scale }
      candidates = Array(candidates.prefix(Self.finalists))
    }
    var best = Candidate(coefficients: candidates[0].coefficients, scale: .infinity)
    var termination = Termination.iterationLimit
    for candidate in candidates {
      let (next, ended) = work.converged(from: candidate.coefficients)
      if next.scale < best.scale {
        best = Candidate(coefficients: next.coefficients, scale: next.scale)
        termination = ended
      }
      if best.scale == 0 { break }
    }
    coefficients = best.coefficients
    scale = best.scale
    self.termination = termination
    var fitted = y
    z.multiply(best.coefficients, into: &fitted)
    residuals = zip(y, fitted).map { $0 - $1 }
  }

  /// The best of many elemental fits after ``improvements`` steps each, best first.
  private static func candidates(
    _ z: OrthonormalRows, _ y: [Double], subsamples: Int, zero: Double, from root: RandomStream
  ) -> [Candidate] {
    let (n, p) = (z.rowCount, z.columnCount)
    var stream = root.substream(named: "subsamples")
    var rows = IndependentRows(of: z)
    var system = SquareSystem(order: p)
    var work = Reweighting(z, y, zero: zero)
    var order = Array(0..<n)
    var best: [Candidate] = []
    var gamma = [Double](repeating: 0, count: p)
    var response = gamma
    for _ in 0..<subsamples {
      rows.removeAll()
      var k = 0
      // Dependent rows are passed over, so that rare groups do not spoil most draws.
      while k < n, !rows.isComplete {
        order.swapAt(k, k + stream.integer(below: n - k))
        rows.add(order[k])
        k += 1
      }
      guard rows.isComplete, system.factor(z, rows: rows.indices) else { continue }
      for (k, i) in rows.indices.enumerated() { response[k] = y[i] }
      system.solve(response, into: &gamma)
      let threshold = best.count < kept ? Double.infinity : best[kept - 1].scale
      guard let scale = work.improve(&gamma, steps: improvements, below: threshold) else {
        continue
      }
      let place = best.firstIndex { scale < $0.scale } ?? best.count
      best.insert(Candidate(coefficients: gamma, scale: scale), at: place)
      if best.count > kept { best.removeLast() }
      if scale == 0 { break }
    }
    return best
  }
}
