import CaseloadData
import CaseloadMath

/// How the p-value of a test for breaks at unknown dates is found.
public enum BreakNull: Sendable {
  /// By the limit distribution, for regressors without trends.
  case asymptotic
  /// By simulating independent normal errors on the design as it is, trends included: exact for
  /// such errors but for the Monte-Carlo error, √(p(1 − p)/replicates), which is stated.
  case simulated(RandomStream, replicates: Int)
}

extension StructuralBreaks {
  /// The largest F statistic for one break, and Andrews and Ploberger's averages of F.
  public enum Functional: String, Codable, Sendable {
    /// max F.
    case supremum
    /// The mean of F.
    case average
    /// ln of the mean of exp(pF/2).
    case exponential
  }

  /// The F statistics for a break after each row that leaves `minimumSegment` rows on both sides.
  public var singleBreakStatistics: [Double] {
    let (n, p) = (observationCount, design.columnCount)
    let sums = SplitSums(
      block, rows: 0..<n, columnCount: p, shortest: minimumSegment)
    let (q, rest) = (Double(p), Double(n - 2 * p))
    return sums.split.map { (sums.whole - $0) / q / ($0 / rest) }
  }

  /// The test of no break against one at an unknown date.
  ///
  /// - Parameters:
  ///   - functional: of the F statistics over the dates.
  ///   - null: how the p-value is found; averages of F need a simulation.
  /// - Returns: the functional of F (p restrictions, homoskedastic).
  /// - Throws: ``DiagnosticCode/illegalOption`` for an average with an asymptotic p-value.
  /// - Sources: Andrews (1993), *Econometrica* 61, 821–856; Andrews & Ploberger (1994),
  ///   *Econometrica* 62, 1383–1414.
  public func singleBreakTest(_ functional: Functional = .supremum, _ null: BreakNull)
    throws(Diagnostic) -> HypothesisTest
  {
    let (n, p) = (observationCount, design.columnCount)
    let statistic = Self.value(functional, singleBreakStatistics, columns: p)
    var outcome = (pValue: 0.0, text: Text(""))
    switch null {
    case .asymptotic:
      guard functional == .supremum else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "The averages of F have no asymptotic p-value here.", zh: "F 的平均值没有渐近 p 值。"),
          hint: Text(en: "Simulate it.", zh: "请用模拟。"))
      }
      outcome = (limit(within: n).upper(Double(p) * statistic), Self.asymptoticText)
    case .simulated(let stream, let replicates):
      let (q, rest) = (Double(p), Double(n - 2 * p))
      outcome = simulated(stream, replicates, exceeding: statistic) { block in
        let sums = SplitSums(block, rows: 0..<n, columnCount: p, shortest: minimumSegment)
        return Self.value(
          functional, sums.split.map { (sums.whole - $0) / q / ($0 / rest) }, columns: p)
      }
    }
    let symbol =
      switch functional {
      case .supremum: "sup-F"
      case .average: "ave-F"
      case .exponential: "exp-F"
      }
    return HypothesisTest(
      id: "\(symbol.lowercased())-1",
      name: Text(en: "\(symbol) test of one break", zh: "单一断点的 \(symbol) 检验"),
      hypothesis: Self.noBreak, statistic: statistic, distribution: outcome.text,
      pValue: outcome.pValue)
  }

  /// The test of no break against `count`.
  ///
  /// ```
  /// F(l) = ((RSS₀ − RSSₗ)/(l·p)) / (RSSₗ/(n − (l + 1)p))
  /// ```
  ///
  /// - Parameters:
  ///   - count: l, the number of breaks under the alternative.
  ///   - stream: draws the null distribution, which is simulated on the design for any l.
  ///   - replicates: how many draws.
  /// - Returns: the test with its Monte-Carlo error in `distribution`.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a number of breaks that was not fitted.
  /// - Complexity: that of ``BaiPerron/fitted(design:response:)`` a replicate.
  /// - Source: Bai & Perron (1998), *Econometrica* 66, 47–78, §4.1.
  public func test(
    of count: Int, from stream: RandomStream, replicates: Int = 499
  ) throws(Diagnostic) -> HypothesisTest {
    guard count > 0, partitions.indices.contains(count) else { throw unknownCount(count) }
    let (n, p) = (observationCount, design.columnCount)
    let (q, rest) = (Double(count * p), Double(n - (count + 1) * p))
    func f(_ none: Double, _ some: Double) -> Double { (none - some) / q / (some / rest) }
    let statistic = f(
      partitions[0].residualSumOfSquares, partitions[count].residualSumOfSquares)
    let outcome = simulated(stream, replicates, exceeding: statistic) { block in
      let sums = SegmentSums(block, rowCount: n, columnCount: p, shortest: minimumSegment)
      let best = sums.partitions(upTo: count)
      return f(best[0].residualSumOfSquares, best[best.count - 1].residualSumOfSquares)
    }
    return HypothesisTest(
      id: "sup-f-\(count)",
      name: Text(en: "sup-F test of \(count) breaks", zh: "\(count) 个断点的 sup-F 检验"),
      hypothesis: Self.noBreak, statistic: statistic, distribution: outcome.text,
      pValue: outcome.pValue)
  }

  /// The test of `count` breaks against one more.
  ///
  /// ```
  /// F(l + 1|l) = max over segments and dates of (RSSₗ − RSSₗ₊₁)/p / (RSSₗ₊₁/(n − (l + 2)p))
  /// ```
  ///
  /// RSSₗ₊₁ divides one segment of the best partition with l breaks into parts of h rows or more,
  /// as the partitions themselves. The limit is that of the largest of independent sup-F
  /// statistics, one a segment of 2h rows or more, each with its own trimming.
  ///
  /// - Parameters:
  ///   - count: l, from 0.
  ///   - null: how the p-value is found.
  /// - Returns: the test, or `nil` where no segment is long enough for a further break.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a number of breaks that was not fitted.
  /// - Source: Bai & Perron (1998), *Econometrica* 66, 47–78, §4.3, proposition 7.
  public func test(ofOneMoreThan count: Int, _ null: BreakNull) throws(Diagnostic)
    -> HypothesisTest?
  {
    guard partitions.indices.contains(count) else { throw unknownCount(count) }
    let (n, p) = (observationCount, design.columnCount)
    let segments = segments(count)
    let rest = Double(n - (count + 2) * p)
    func statistic(_ block: [Double]) -> Double? {
      var (whole, gain) = (0.0, -Double.infinity)
      for segment in segments {
        let sums = SplitSums(block, rows: segment, columnCount: p, shortest: minimumSegment)
        whole += sums.whole
        if let least = sums.split.min() { gain = max(gain, sums.whole - least) }
      }
      return gain.isFinite && rest > 0 ? gain / Double(p) / ((whole - gain) / rest) : nil
    }
    guard let own = statistic(block) else { return nil }
    var outcome: (pValue: Double, text: Text)
    switch null {
    case .asymptotic:
      var logInside = 0.0
      for segment in segments where segment.count >= 2 * minimumSegment {
        logInside += log1p(-limit(within: segment.count).upper(Double(p) * own))
      }
      outcome = (-expm1(logInside), Self.asymptoticText)
    case .simulated(let stream, let replicates):
      outcome = simulated(stream, replicates, exceeding: own) { statistic($0) ?? 0 }
    }
    return HypothesisTest(
      id: "sup-f-\(count + 1)-given-\(count)",
      name: Text(
        en: "sup-F test of \(count + 1) breaks given \(count)",
        zh: "给定 \(count) 个断点时第 \(count + 1) 个断点的 sup-F 检验"),
      hypothesis: count == 0
        ? Self.noBreak
        : Text(
          en: "There are no more than \(count) breaks.", zh: "断点不多于 \(count) 个。"),
      statistic: own, distribution: outcome.text, pValue: outcome.pValue)
  }

  /// The number of breaks by testing for one more until a test no longer rejects at `level`.
  ///
  /// - Returns: the number, and the tests in their order.
  public func sequentialCount(level: Double = 0.05, _ null: BreakNull) throws(Diagnostic) -> (
    count: Int, tests: [HypothesisTest]
  ) {
    var tests: [HypothesisTest] = []
    for count in partitions.indices {
      guard let test = try test(ofOneMoreThan: count, null) else { return (count, tests) }
      tests.append(test)
      guard let pValue = test.pValue, pValue < level else { return (count, tests) }
    }
    return (partitions.count - 1, tests)
  }

  private func limit(within rows: Int) -> SupremumDistribution {
    SupremumDistribution(
      dimension: design.columnCount,
      trimming: min(0.4999, Double(minimumSegment) / Double(rows)))
  }

  private static var noBreak: Text {
    Text(en: "The coefficients are the same throughout.", zh: "系数自始至终不变。")
  }

  private static var asymptoticText: Text {
    Text(
      en: "limit distribution, for regressors without trends", zh: "渐近分布，适用于无趋势的回归变量")
  }

  private static func value(_ functional: Functional, _ f: [Double], columns: Int) -> Double {
    switch functional {
    case .supremum: return f.max() ?? 0
    case .average: return f.reduce(0, +) / Double(f.count)
    case .exponential:
      let halves = f.map { 0.5 * Double(columns) * $0 }
      let largest = halves.max() ?? 0
      return largest + log(halves.reduce(0) { $0 + exp($1 - largest) } / Double(f.count))
    }
  }

  /// (#{statistic* ≥ statistic} + 1)/(replicates + 1) with white normal responses on the design.
  private func simulated(
    _ stream: RandomStream, _ replicates: Int, exceeding statistic: Double,
    _ body: ([Double]) -> Double
  ) -> (pValue: Double, text: Text) {
    let width = design.columnCount + 1
    var simulated = block
    var exceeding = 0
    for replicate in 0..<max(1, replicates) {
      var draws = stream.substream(UInt64(replicate))
      for i in 0..<observationCount { simulated[i * width + width - 1] = draws.normal() }
      if body(simulated) >= statistic { exceeding += 1 }
    }
    let count = Double(max(1, replicates))
    let pValue = Double(exceeding + 1) / (count + 1)
    let error = NumberText.decimal((pValue * (1 - pValue) / count).squareRoot(), 4)
    return (
      pValue,
      Text(
        en: "simulated, \(Int(count)) replicates, Monte-Carlo error ",
        zh: "模拟 \(Int(count)) 次，蒙特卡罗误差 ") + error
    )
  }
}

/// The residual sums of squares of a range of rows, whole and split after each admissible row.
struct SplitSums {
  let whole: Double
  /// One for each split that leaves `shortest` rows on both sides, in order.
  let split: [Double]

  init(_ block: [Double], rows: Range<Int>, columnCount: Int, shortest: Int) {
    let n = rows.count
    var forward = [Double](repeating: 0, count: n + 1)
    var backward = forward
    var fit = RecursiveLeastSquares(columnCount: columnCount)
    for i in 0..<n {
      _ = fit.add(row: rows.lowerBound + i, of: block)
      forward[i + 1] = fit.residualSumOfSquares
    }
    fit.reset()
    for i in stride(from: n - 1, through: 0, by: -1) {
      _ = fit.add(row: rows.lowerBound + i, of: block)
      backward[i] = fit.residualSumOfSquares
    }
    whole = forward[n]
    split = n < 2 * shortest ? [] : (shortest...(n - shortest)).map { forward[$0] + backward[$0] }
  }
}
