import CaseloadData
import CaseloadMath

/// Several methods compared by their ranks over many series: Friedman's test, and which differ.
///
/// ```
/// R̄ⱼ = mean rank of method j over N blocks, 1 being the least loss, ties shared
/// χ² = 12 Σⱼ (N R̄ⱼ − N(k+1)/2)² / (N k (k+1) − Σ (t³ − t)/(k − 1))  ~  χ²(k − 1)
/// CD = q₁₋α,k,∞ √(k (k+1) / (12 N))
/// ```
///
/// q is the quantile of the studentized range. Two methods differ where their mean ranks lie CD or
/// more apart (Nemenyi); drawn as R̄ⱼ ± CD/2, where their intervals do not overlap: "multiple
/// comparisons with the best" as in the evaluations of the M competitions.
///
/// - Sources: Friedman (1937), *JASA* 32, 675–701; Nemenyi (1963); Demšar (2006), *Journal of Machine
///   Learning Research* 7, 1–30; Koning, Franses, Hibon & Stekler (2005), *International Journal of
///   Forecasting* 21, 397–409.
public struct RankComparison: Codable, Sendable, Equatable {
  /// R̄, one a method.
  public let meanRanks: [Double]
  /// N.
  public let blockCount: Int
  public let friedman: HypothesisTest
  /// CD.
  public let criticalDistance: Double
  /// The error rate of all comparisons together.
  public let significance: Double

  /// - Parameters:
  ///   - losses: one row a block (a series, say), one value a method; rows that hold a NaN are left
  ///     out.
  ///   - significance: α.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than two blocks or methods,
  ///   ``DiagnosticCode/illegalOption`` for a significance outside (0, 1),
  ///   ``DiagnosticCode/notIdentified`` where all methods tie in every block.
  public init(losses: [[Double]], significance: Double = 0.05) throws(Diagnostic) {
    let blocks = losses.filter { !$0.contains { $0.isNaN } }
    let k = losses.first?.count ?? 0
    precondition(losses.allSatisfy { $0.count == k }, "every block has one loss a method")
    guard significance > 0, significance < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A significance level lies between 0 and 1.", zh: "显著性水平应在 0 与 1 之间。"),
        hint: Text(en: "Use 0.05.", zh: "请取 0.05。"))
    }
    guard blocks.count > 1, k > 1 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en:
            "A comparison by ranks needs two series and two models; there are \(blocks.count) and "
            + "\(k).",
          zh: "按秩比较至少需要两个序列和两个模型，现有 \(blocks.count) 个和 \(k) 个。"),
        hint: Text(en: "Add series or models.", zh: "请增加序列或模型。"))
    }
    var sums = [Double](repeating: 0, count: k)
    var ties = 0.0
    for block in blocks {
      let (ranks, cubes) = Self.ranks(block)
      ties += cubes
      for j in 0..<k { sums[j] += ranks[j] }
    }
    let (n, methods) = (Double(blocks.count), Double(k))
    let expected = n * (methods + 1) / 2
    let squares = sums.reduce(0) { $0 + ($1 - expected) * ($1 - expected) }
    let scale = n * methods * (methods + 1) - ties / (methods - 1)
    guard scale > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(en: "All models lose equally much everywhere.", zh: "所有模型的损失处处相同。"),
        hint: Text(en: "Compare models that differ.", zh: "请比较不同的模型。"))
    }
    meanRanks = sums.map { $0 / n }
    blockCount = blocks.count
    friedman = HypothesisTest(
      id: "friedman", name: Text(en: "Friedman's test", zh: "Friedman 检验"),
      hypothesis: Text(en: "All models rank equally.", zh: "所有模型的秩相同。"),
      chiSquared: 12 * squares / scale, degreesOfFreedom: methods - 1)
    let quantile = StudentizedRange.quantile(1 - significance, groups: k)
    criticalDistance = quantile * (methods * (methods + 1) / (12 * n)).squareRoot()
    self.significance = significance
  }

  /// Whether methods `i` and `j` differ.
  public func isDifferent(_ i: Int, _ j: Int) -> Bool {
    abs(meanRanks[i] - meanRanks[j]) >= criticalDistance
  }

  /// The methods that do not differ from the one with the least mean rank, that one among them.
  public var best: [Int] {
    let least = meanRanks.min() ?? 0
    return meanRanks.indices.filter { meanRanks[$0] - least < criticalDistance }
  }

  /// Ranks from 1, ties sharing their mean, and Σ (t³ − t) over the groups of ties.
  static func ranks(_ values: [Double]) -> (ranks: [Double], ties: Double) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var ties = 0.0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      let size = Double(end - start)
      for index in order[start..<end] { ranks[index] = Double(start) + (size + 1) / 2 }
      ties += size * size * size - size
      start = end
    }
    return (ranks, ties)
  }
}
