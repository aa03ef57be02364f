import CaseloadData
import CaseloadMath

/// The wild cluster bootstrap of a t test in a linear model, for few clusters.
///
/// ```
/// y*ᵢ = x̃ᵢᵀβ̃ + v_g ũᵢ,   t* = (lᵀβ̂* − lᵀβ̃) / (lᵀV*l)^½
/// ```
///
/// β̃ and ũ are restricted to the hypothesis lᵀβ = r, or not; v has one value a cluster. As ũ is
/// linear in r, so are the numerators of t* and, squared, quadratic its denominators: three numbers a
/// draw answer every r, and a confidence interval by inverting the test costs no more than a p-value.
/// Where all 2^G signs are no more than the draws asked for, they are enumerated and the p-value has
/// no Monte-Carlo error.
///
/// - Complexity: G² a draw, by matrix products; n once.
/// - Sources: Cameron, Gelbach & Miller (2008), *Review of Economics and Statistics* 90, 414–427;
///   Webb (2023), *Canadian Journal of Economics* 56, 839–858 (six-point weights); Roodman, Nielsen,
///   MacKinnon & Webb (2019), *Stata Journal* 19, 4–60 (the algorithm, inversion); MacKinnon,
///   Nielsen & Webb (2023), *Journal of Applied Econometrics* 38, 671–694 (jackknife variances).
public struct WildClusterBootstrap: Sendable {
  /// The distribution of v, with mean 0 and variance 1.
  public enum Weights: String, Codable, Sendable, CaseIterable {
    /// −1 or 1.
    case rademacher
    /// ±√½, ±1, ±√(3/2): for fewer than a dozen clusters, where signs alone repeat themselves.
    case webb
  }

  /// The variance in the denominators of t and t*.
  public enum Variance: String, Codable, Sendable, CaseIterable { case cr1, cr3 }

  public var draws = 9_999
  public var weights = Weights.rademacher
  /// Whether the hypothesis holds in the bootstrap samples: better with few clusters.
  public var isRestricted = true
  public var variance = Variance.cr1

  public init() {}

  /// What the bootstrap says of one hypothesis lᵀβ = r.
  public struct Result: Codable, Sendable {
    /// lᵀβ̂.
    public let estimate: Double
    /// r.
    public let hypothesis: Double
    /// (lᵀβ̂ − r) / standard error.
    public let statistic: Double
    public let standardError: Double
    /// The share of draws with |t*| > |t|.
    public let pValue: Double
    /// Twice the smaller share of draws beyond t on either side.
    public let equalTailedPValue: Double
    /// The hypotheses that the symmetric test does not reject; `nil` where it rejects none that far.
    public let lower: Double?
    /// The other end.
    public let upper: Double?
    public let level: Double
    public let clusters: Int
    /// How many draws there were.
    public let draws: Int
    /// Whether they are all the signs there are.
    public let isEnumerated: Bool
    /// √(p(1 − p)/draws); 0 when enumerated.
    public let monteCarloError: Double
  }

  /// Tests lᵀβ = `hypothesis`.
  ///
  /// - Parameters:
  ///   - contrast: l, one value a coefficient.
  ///   - hypothesis: r.
  ///   - fit: a linear model, with or without absorbed effects.
  ///   - clusters: of the observations of the fit.
  ///   - level: of the interval.
  ///   - stream: of the draws.
  /// - Returns: the p-values and the interval.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a model that is not linear,
  ///   ``DiagnosticCode/notIdentified`` for one cluster or an effect without a standard error.
  public func test(
    _ contrast: [Double], equals hypothesis: Double = 0, in fit: some RegressionFit,
    clusters: Grouping, level: Double = 0.95, from stream: RandomStream
  ) throws(Diagnostic) -> Result {
    guard let equations = fit.equations, equations.isLinear else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The wild bootstrap is for linear models: it has no residuals to draw elsewhere.",
          zh: "野生自助法只适用于线性模型。"),
        hint: Text(en: "Use cr2 or cr3 instead.", zh: "请改用 cr2 或 cr3。"))
    }
    guard clusters.count > 1 else { throw EstimatingEquations.oneCluster(clusters) }
    precondition(contrast.count == fit.coefficients.count)
    let estimate = zip(contrast, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    let pieces = try Pieces(
      equations, clusters, contrast: contrast, variance: variance)
    let statistics = Statistics(
      pieces, draws: draws, weights: weights, isRestricted: isRestricted, from: stream)
    let standardError = pieces.standardError
    guard standardError > 0, standardError.isFinite else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The clustered standard error is zero, so there is nothing to test with.",
          zh: "聚类标准误为零，无法检验。"),
        hint: Text(
          en: "Are there clusters on both sides of the contrast?", zh: "对比两侧是否都有聚类？"))
    }
    func share(_ r: Double) -> (symmetric: Double, tails: Double) {
      statistics.pValues(
        t: (estimate - r) / standardError, shift: (estimate - r) / pieces.squares)
    }
    let (symmetric, tails) = share(hypothesis)
    let count = Double(statistics.count)
    let alpha = 1 - level
    func end(_ direction: Double) -> Double? {
      Self.end(from: estimate, step: direction * standardError) { share($0).symmetric > alpha }
    }
    return Result(
      estimate: estimate, hypothesis: hypothesis,
      statistic: (estimate - hypothesis) / standardError, standardError: standardError,
      pValue: symmetric, equalTailedPValue: tails, lower: end(-1), upper: end(1), level: level,
      clusters: clusters.count, draws: statistics.count, isEnumerated: statistics.isEnumerated,
      monteCarloError: statistics.isEnumerated
        ? 0 : (symmetric * (1 - symmetric) / count).squareRoot())
  }

  /// The last hypothesis on one side of the estimate that is not rejected, to a millionth of a
  /// standard error; `nil` where none within ten thousand standard errors is rejected.
  private static func end(from estimate: Double, step: Double, _ isKept: (Double) -> Bool)
    -> Double?
  {
    var inside = 0.0
    var outside = 2.0
    while isKept(estimate + outside * step) {
      inside = outside
      outside *= 1.6
      if outside > 1e4 { return nil }
    }
    while outside - inside > 1e-7 {
      let middle = 0.5 * (inside + outside)
      if isKept(estimate + middle * step) { inside = middle } else { outside = middle }
    }
    return estimate + inside * step
  }
}

extension WildClusterBootstrap {
  /// The sums over clusters that every draw is made of. Index 0 is what the residuals e give, index
  /// 1 what a unit of the shift λ = (lᵀβ̂ − r)/lᵀBl adds, ũ = e + λ·X·B·l.
  struct Pieces {
    /// Σ aᵢũᵢ of each cluster, a = X·B·l.
    let scores: [[Double]]
    /// K with K·v the scores of l in the bootstrap sample, G × G.
    let kernels: [Matrix]
    /// lᵀBl = Σ a².
    let squares: Double
    let standardError: Double
    /// The small-sample factor of the variance.
    let factor: Double
    /// How far apart, relative to t, draws may be that only rounding tells apart: more where effects
    /// were projected off anew.
    let tieMargin: Double

    init(
      _ equations: EstimatingEquations, _ clusters: Grouping, contrast: [Double],
      variance: Variance
    ) throws(Diagnostic) {
      let x = equations.x
      let (n, g) = (x.rowCount, clusters.count)
      let direction = BLAS.gemv(equations.bread, contrast)
      let a = BLAS.gemv(x, direction)
      squares = a.reduce(0) { $0 + $1 * $1 }
      // Own directions of the clusters, where the variance corrects for their leverage.
      var own = a
      var factor = 1.0
      let parameters = Double(
        x.columnCount + (equations.absorbed?.parameterCount(clusteredBy: [clusters]) ?? 0))
      let sizes = Double(n - 1) / (Double(n) - parameters)
      switch variance {
      case .cr1: factor = Double(g) / Double(g - 1) * sizes
      case .cr3:
        let directions = try ClusterBasis(equations, clusters).directions(.cr3, contrast: contrast)
        for i in 0..<n {
          let d = directions[Int(clusters.codes[i])]
          var sum = 0.0
          for j in d.indices { sum += x[i, j] * d[j] }
          own[i] = sum
        }
        factor = sizes
      }
      self.factor = factor
      let isProjected =
        equations.absorbed?.groupings.contains { !$0.isNested(in: clusters) } ?? false
      tieMargin = isProjected ? 1e-7 : 1e-10
      let residuals = [equations.residuals, a]
      var scores: [[Double]] = []
      var kernels: [Matrix] = []
      // Σ over a cluster of aᵢxᵢ with the cluster's own direction, G × p.
      let weighted = equations.clusterSums(x.scalingRows(own), clusters)
      for u in residuals {
        var sums = [Double](repeating: 0, count: g)
        var diagonal = [Double](repeating: 0, count: g)
        for i in 0..<n {
          let code = Int(clusters.codes[i])
          sums[code] += a[i] * u[i]
          diagonal[code] += own[i] * u[i]
        }
        // b_h = B·X_hᵀu_h, one a column.
        let steps = equations.bread * equations.clusterSums(x.scalingRows(u), clusters).transposed()
        var kernel = -1 * (weighted * steps)
        for k in 0..<g { kernel[k, k] += diagonal[k] }
        scores.append(sums)
        kernels.append(kernel)
      }
      if let absorbed = equations.absorbed {
        try Self.subtractProjections(
          absorbed, clusters, own: own, residuals: residuals, from: &kernels)
      }
      self.scores = scores
      self.kernels = kernels
      // In the sample itself: the scores of the clusters are those of e.
      var sum = 0.0
      var own0 = [Double](repeating: 0, count: g)
      for i in 0..<n { own0[Int(clusters.codes[i])] += own[i] * equations.residuals[i] }
      for value in own0 { sum += value * value }
      standardError = (factor * sum).squareRoot()
    }

    /// Effects that cross the clusters are estimated anew in each bootstrap sample: what they take
    /// of the residuals of one cluster spreads over the others.
    private static func subtractProjections(
      _ absorbed: AbsorbedEffects, _ clusters: Grouping, own: [Double], residuals: [[Double]],
      from kernels: inout [Matrix]
    ) throws(Diagnostic) {
      guard absorbed.groupings.contains(where: { !$0.isNested(in: clusters) }) else { return }
      let projector = EffectProjector(absorbed.groupings, weights: absorbed.weights)
      let roots = absorbed.weights.map { $0.map { $0.squareRoot() } }
      let n = own.count
      for (k, u) in residuals.enumerated() {
        for h in 0..<clusters.count {
          var part = [Double](repeating: 0, count: n)
          for i in 0..<n where Int(clusters.codes[i]) == h { part[i] = u[i] / (roots?[i] ?? 1) }
          let residual = projector.projection(of: part).residual
          for i in 0..<n {
            let projected = (part[i] - residual[i]) * (roots?[i] ?? 1)
            kernels[k][Int(clusters.codes[i]), h] -= own[i] * projected
          }
        }
      }
    }
  }

  /// The numerators and squared denominators of t*, as polynomials in λ, one a draw.
  struct Statistics {
    private let numerators: ([Double], [Double])
    private let denominators: ([Double], [Double], [Double])
    private let isRestricted: Bool
    private let tieMargin: Double
    let isEnumerated: Bool
    var count: Int { numerators.0.count }

    init(
      _ pieces: Pieces, draws: Int, weights: Weights, isRestricted: Bool, from stream: RandomStream
    ) {
      let g = pieces.scores[0].count
      let isEnumerated = weights == .rademacher && g < 31 && 1 << g <= max(draws, 1)
      self.isEnumerated = isEnumerated
      let total = isEnumerated ? 1 << g : max(draws, 1)
      self.isRestricted = isRestricted
      tieMargin = pieces.tieMargin
      var n0 = [Double](repeating: 0, count: total)
      var (n1, d0, d1, d2) = (n0, n0, n0, n0)
      let block = 1024
      var v = Matrix(rowCount: g, columnCount: min(block, total))
      for (index, start) in stride(from: 0, to: total, by: block).enumerated() {
        let width = min(block, total - start)
        if v.columnCount != width { v = Matrix(rowCount: g, columnCount: width) }
        var draw = stream.substream(UInt64(index))
        v.withUnsafeMutableStorage { values in
          for c in 0..<width {
            if isEnumerated {
              for k in 0..<g { values[c * g + k] = (start + c) >> k & 1 == 0 ? 1 : -1 }
            } else {
              Self.fill(values, at: c * g, count: g, weights, &draw)
            }
          }
        }
        let k0 = BLAS.gemm(pieces.kernels[0], v)
        let k1 = isRestricted ? BLAS.gemm(pieces.kernels[1], v) : k0
        let top0 = BLAS.gemv(v, pieces.scores[0], transposingA: true)
        let top1 = BLAS.gemv(v, pieces.scores[1], transposingA: true)
        for c in 0..<width {
          var (s0, s1, s2) = (0.0, 0.0, 0.0)
          k0.withColumn(c) { a in
            k1.withColumn(c) { b in
              for k in 0..<g {
                s0 += a[k] * a[k]
                s1 += a[k] * b[k]
                s2 += b[k] * b[k]
              }
            }
          }
          n0[start + c] = top0[c]
          n1[start + c] = top1[c]
          d0[start + c] = pieces.factor * s0
          d1[start + c] = pieces.factor * s1
          d2[start + c] = pieces.factor * s2
        }
      }
      numerators = (n0, n1)
      denominators = (d0, d1, d2)
    }

    private static let webb = [-1.5, -1, -0.5, 0.5, 1, 1.5].map {
      ($0 < 0 ? -1 : 1) * abs($0).squareRoot()
    }

    private static func fill(
      _ values: UnsafeMutableBufferPointer<Double>, at start: Int, count: Int, _ weights: Weights,
      _ stream: inout RandomStream
    ) {
      var word: UInt64 = 0
      switch weights {
      case .rademacher:
        for k in 0..<count {
          if k % 64 == 0 { word = stream.next() }
          values[start + k] = word & 1 == 0 ? 1 : -1
          word >>= 1
        }
      case .webb:
        for k in 0..<count {
          // Sixteen digits to the base 6 of one word, each biased by less than 2⁻²².
          if k % 16 == 0 { word = stream.next() }
          let (digit, rest) = word.multipliedFullWidth(by: 6)
          values[start + k] = webb[Int(digit)]
          word = rest
        }
      }
    }

    /// The shares of draws beyond `t` for the shift λ.
    func pValues(t: Double, shift: Double) -> (symmetric: Double, tails: Double) {
      let lambda = isRestricted ? shift : 0
      // Draws that repeat the sample, up to signs, are ties and not beyond it.
      let margin = tieMargin * max(1, abs(t))
      var (beyond, above, below) = (0, 0, 0)
      for k in 0..<count {
        let numerator = numerators.0[k] + lambda * numerators.1[k]
        let square =
          denominators.0[k] + lambda * (2 * denominators.1[k] + lambda * denominators.2[k])
        guard square > 0 else { continue }
        let value = numerator / square.squareRoot()
        if abs(value) > abs(t) + margin { beyond += 1 }
        if value > t + margin { above += 1 }
        if value < t - margin { below += 1 }
      }
      let total = Double(count)
      return (Double(beyond) / total, min(1, 2 * Double(min(above, below)) / total))
    }
  }
}
