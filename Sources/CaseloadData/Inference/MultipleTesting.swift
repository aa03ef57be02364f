import CaseloadMath

/// p-values adjusted for how many tests were made.
///
/// - Sources: Holm (1979), *Scandinavian Journal of Statistics* 6, 65–70; Hochberg (1988),
///   *Biometrika* 75, 800–802; Hommel (1988), *Biometrika* 75, 383–386, by Wright's (1992,
///   *Biometrics* 48, 1005–1013) algorithm; Benjamini & Hochberg (1995), *Journal of the Royal
///   Statistical Society B* 57, 289–300; Benjamini & Yekutieli (2001), *Annals of Statistics* 29,
///   1165–1188. Equal to R's `p.adjust`.
public enum MultipleTesting {
  /// What an adjustment holds down, and what it assumes.
  public enum Adjustment: String, Codable, Sendable, CaseIterable {
    /// The probability of any false rejection, under any dependence.
    case bonferroni
    /// As Bonferroni's, and never weaker.
    case holm
    /// The probability of any false rejection, for independent or positively dependent tests.
    case hochberg
    /// As Hochberg's, and never weaker.
    case hommel
    /// The expected share of false rejections, for independent or positively dependent tests.
    case benjaminiHochberg = "benjamini-hochberg"
    /// The expected share of false rejections, under any dependence.
    case benjaminiYekutieli = "benjamini-yekutieli"
  }

  /// The adjusted p-values, in the order of `p`.
  ///
  /// - Parameters:
  ///   - p: each in [0, 1]; NaN stands for a test without a p-value, stays NaN and does not count.
  ///   - adjustment: what to hold down.
  /// - Returns: one a value of `p`, at most 1.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for a value outside [0, 1].
  /// - Complexity: n log n; n² for Hommel's.
  public static func adjusted(_ p: [Double], _ adjustment: Adjustment) throws(Diagnostic)
    -> [Double]
  {
    if let index = p.firstIndex(where: { !$0.isNaN && !(0...1).contains($0) }) {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "p-value \(index + 1) is \(NumberText.plain(p[index])), outside [0, 1].",
          zh: "第 \(index + 1) 个 p 值为 \(NumberText.plain(p[index]))，超出 [0, 1]。"),
        hint: Text(en: "Pass p-values, not statistics.", zh: "请给出 p 值而非统计量。"))
    }
    let order = p.indices.filter { !p[$0].isNaN }.sorted {
      p[$0] == p[$1] ? $0 < $1 : p[$0] < p[$1]
    }
    guard order.count > 1 else { return p }
    let ascending = order.map { p[$0] }
    let n = Double(order.count)
    let values: [Double]
    switch adjustment {
    case .bonferroni: values = ascending.map { n * $0 }
    case .holm: values = stepDown(ascending) { (n - Double($0)) * ascending[$0] }
    case .hochberg: values = stepUp(ascending) { (n - Double($0)) * ascending[$0] }
    case .hommel: values = hommel(ascending)
    case .benjaminiHochberg:
      values = stepUp(ascending) { n / Double($0 + 1) * ascending[$0] }
    case .benjaminiYekutieli:
      let harmonic = order.indices.map { 1 / Double($0 + 1) }.accurateSum
      values = stepUp(ascending) { harmonic * n / Double($0 + 1) * ascending[$0] }
    }
    var result = p
    for (rank, index) in order.enumerated() { result[index] = min(1, values[rank]) }
    return result
  }

  /// The running maximum from the smallest p-value on.
  private static func stepDown(_ p: [Double], _ value: (Int) -> Double) -> [Double] {
    var running = 0.0
    return p.indices.map { i in
      running = max(running, value(i))
      return running
    }
  }

  /// The running minimum from the largest p-value down.
  private static func stepUp(_ p: [Double], _ value: (Int) -> Double) -> [Double] {
    var running = Double.infinity
    var result = p
    for i in p.indices.reversed() {
      running = min(running, value(i))
      result[i] = running
    }
    return result
  }

  /// Hommel's adjustment of ascending p-values: the largest, over subset sizes j, of what Simes'
  /// test of the j hypotheses least favorable to each gives.
  private static func hommel(_ p: [Double]) -> [Double] {
    let n = p.count
    // Simes over all n.
    let all = (0..<n).reduce(Double.infinity) { min($0, Double(n) * p[$1] / Double($1 + 1)) }
    var result = [Double](repeating: all, count: n)
    for j in stride(from: n - 1, through: 2, by: -1) {
      // Simes over the j − 1 largest, as members 2 … j of a subset of j.
      let split = n - j + 1
      var simes = Double.infinity
      for i in split..<n { simes = min(simes, Double(j) * p[i] / Double(i - split + 2)) }
      for i in 0..<split { result[i] = max(result[i], min(Double(j) * p[i], simes)) }
      let last = min(Double(j) * p[split - 1], simes)
      for i in split..<n { result[i] = max(result[i], last) }
    }
    return (0..<n).map { max(result[$0], p[$0]) }
  }

  /// Romano and Wolf's step-down p-values, which use the dependence of the tests.
  ///
  /// ```
  /// |t₍₁₎| ≥ … ≥ |t₍ₖ₎|,   p̃₍ⱼ₎ = (#{b: max_{i ≥ j} |t*₍ᵢ₎ᵦ| ≥ |t₍ⱼ₎|} + 1) / (B + 1),   made to ascend
  /// ```
  ///
  /// - Parameters:
  ///   - statistics: the k studentized statistics.
  ///   - bootstrap: B × k: the same statistics of B bootstrap samples, centered at the estimates so
  ///     that they hold under the null hypotheses.
  ///   - alternative: two-sided compares absolute values.
  ///   - isEnumerated: whether the draws are all there are, the sample itself among them; then p̃ is the
  ///     share of the draws, without the 1 of numerator and denominator.
  /// - Returns: k adjusted p-values, none below 1/(B + 1).
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for a statistic that is not finite,
  ///   ``DiagnosticCode/seriesTooShort`` without a bootstrap sample.
  /// - Source: Romano & Wolf (2005), *Econometrica* 73, 1237–1282, and (2016), *Statistics &
  ///   Probability Letters* 113, 38–40 (adjusted p-values).
  public static func romanoWolf(
    statistics: [Double], bootstrap: Matrix, alternative: Alternative = .twoSided,
    isEnumerated: Bool = false
  ) throws(Diagnostic) -> [Double] {
    precondition(bootstrap.columnCount == statistics.count)
    let (draws, k) = (bootstrap.rowCount, statistics.count)
    guard draws > 0 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(en: "There is no bootstrap sample.", zh: "没有自助样本。"),
        hint: Text(en: "Draw 999 or more.", zh: "请抽取 999 次以上。"))
    }
    guard statistics.allSatisfy(\.isFinite), bootstrap.firstNonFinite == nil else {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(en: "A test statistic is not finite.", zh: "存在非有限的检验统计量。"),
        hint: Text(en: "Leave that test or that draw out.", zh: "请去掉该检验或该次抽样。"))
    }
    func size(_ t: Double) -> Double {
      switch alternative {
      case .greater: t
      case .less: -t
      case .twoSided: abs(t)
      }
    }
    let sizes = statistics.map(size)
    let order = sizes.indices.sorted { sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1] }
    var counts = [Int](repeating: 0, count: k)
    for draw in 0..<draws {
      var largest = -Double.infinity
      for rank in stride(from: k - 1, through: 0, by: -1) {
        largest = max(largest, size(bootstrap[draw, order[rank]]))
        if largest >= sizes[order[rank]] { counts[rank] += 1 }
      }
    }
    var result = [Double](repeating: 0, count: k)
    var running = 0.0
    for rank in 0..<k {
      let own = isEnumerated ? 0 : 1
      running = max(running, Double(counts[rank] + own) / Double(draws + own))
      result[order[rank]] = running
    }
    return result
  }
}
