import CaseloadData
import CaseloadMath

/// The models that cannot be told from the best at a given confidence.
///
/// ```
/// d̄ᵢ = L̄ᵢ − mean over the set of L̄ⱼ,   tᵢ = d̄ᵢ / √var*(d̄ᵢ),   T = maxᵢ tᵢ
/// ```
///
/// While a test of equal loss by T rejects, the model with the largest tᵢ leaves the set. Variances
/// and the distribution of T come from a circular block bootstrap of the periods. A model's p-value
/// is the largest of the tests up to its leaving; the set at confidence 1 − α holds those with p ≥ α.
///
/// - Source: Hansen, Lunde & Nason (2011), *Econometrica* 79, 453–497 (T_max and its rule).
public struct ModelConfidenceSet: Codable, Sendable, Equatable {
  /// One a model; 1 for the last to remain.
  public let pValues: [Double]
  /// The models in the order in which they would leave, the best last.
  public let order: [Int]

  /// The models with p ≥ `significance`.
  public func models(significance: Double) -> [Int] {
    pValues.indices.filter { pValues[$0] >= significance }
  }

  /// - Parameters:
  ///   - losses: one row a period, in the order of time, one value a model; rows that hold a NaN are
  ///     left out.
  ///   - blockLength: how many consecutive periods are drawn together; overlapping forecasts need at
  ///     least their overlap.
  ///   - replicates: how many bootstrap samples.
  ///   - stream: the source of the draws.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than two models or twice the block,
  ///   ``DiagnosticCode/illegalOption`` for a block or a number of replicates below 1.
  public init(
    losses: [[Double]], blockLength: Int = 1, replicates: Int = 2_000,
    from stream: RandomStream
  ) throws(Diagnostic) {
    let rows = losses.filter { !$0.contains { $0.isNaN } }
    let k = losses.first?.count ?? 0
    precondition(losses.allSatisfy { $0.count == k }, "every period has one loss a model")
    guard blockLength >= 1, replicates >= 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A model confidence set needs blocks and replicates from 1 on.",
          zh: "模型置信集的块长与重复次数应不小于 1。"),
        hint: Text(en: "Use 2000 replicates.", zh: "例如重复 2000 次。"))
    }
    guard k > 1, rows.count >= 2 * blockLength, rows.count > 2 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "A model confidence set needs two models and twice the block of \(blockLength) "
            + "periods; there are \(k) and \(rows.count).",
          zh: "模型置信集至少需要两个模型和块长 \(blockLength) 的两倍时期，现有 \(k) 个和 \(rows.count) 期。"),
        hint: Text(en: "Use more origins.", zh: "请增加预测起点。"))
    }
    let means = (0..<k).map { j in Descriptive.mean(rows.map { $0[j] }) ?? .nan }
    let deviations = Self.bootstrapDeviations(
      rows, means, blockLength: blockLength, replicates: replicates, from: stream)
    var remaining = Array(0..<k)
    var pValues = [Double](repeating: 1, count: k)
    var order: [Int] = []
    var running = 0.0
    while remaining.count > 1 {
      let (worst, p) = Self.test(remaining, means, deviations)
      running = max(running, p)
      pValues[remaining[worst]] = running
      order.append(remaining[worst])
      remaining.remove(at: worst)
    }
    self.pValues = pValues
    self.order = order + remaining
  }

  /// Bootstrap means less the sample's, one row a replicate.
  private static func bootstrapDeviations(
    _ rows: [[Double]], _ means: [Double], blockLength: Int, replicates: Int,
    from stream: RandomStream
  ) -> [[Double]] {
    let n = rows.count
    return (0..<replicates).map { replicate in
      var draws = stream.substream(UInt64(replicate))
      var sums = [Double](repeating: 0, count: means.count)
      var drawn = 0
      while drawn < n {
        let start = min(n - 1, Int(draws.uniform() * Double(n)))
        for offset in 0..<min(blockLength, n - drawn) {
          let row = rows[(start + offset) % n]
          for j in row.indices { sums[j] += row[j] - means[j] }
        }
        drawn += blockLength
      }
      return sums.map { $0 / Double(n) }
    }
  }

  /// The position of the worst of `models`, and the p-value of equal loss among them.
  private static func test(_ models: [Int], _ means: [Double], _ deviations: [[Double]]) -> (
    worst: Int, pValue: Double
  ) {
    let size = Double(models.count)
    func relative(_ values: [Double]) -> [Double] {
      let own = models.map { values[$0] }
      let average = own.reduce(0, +) / size
      return own.map { $0 - average }
    }
    let observed = relative(means)
    let draws = deviations.map(relative)
    let count = Double(draws.count)
    let errors = models.indices.map { i in
      (draws.reduce(0) { $0 + $1[i] * $1[i] } / count).squareRoot()
    }
    // Losses that differ by a constant leave no doubt, and equal ones no difference.
    func statistic(_ values: [Double], _ i: Int) -> Double {
      errors[i] > 0 ? values[i] / errors[i] : (values[i] > 0 ? .infinity : 0)
    }
    let statistics = models.indices.map { statistic(observed, $0) }
    let largest = statistics.max() ?? 0
    let worst = statistics.firstIndex(of: largest) ?? 0
    if largest == 0 { return (worst, 1) }
    let exceeding = draws.count { draw in
      (models.indices.map { statistic(draw, $0) }.max() ?? 0) >= largest
    }
    return (worst, Double(exceeding) / count)
  }
}
