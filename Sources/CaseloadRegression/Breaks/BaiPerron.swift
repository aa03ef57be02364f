import CaseloadData
import CaseloadMath

/// Bai and Perron's structural breaks: the dates at which the coefficients of a regression change,
/// for every number of breaks.
///
/// ```
/// min over n₁ < … < nₘ of Σₛ RSS(nₛ₋₁ … nₛ),   every segment at least h rows long
/// ```
///
/// The residual sums of squares of all segments come from one recursive fit a starting row, and
/// dynamic programming finds the partition that is best of all, not the best next break.
///
/// - Complexity: n²·p² + m·n², memory n²; 500 rows take about a hundredth of a second.
/// - Sources: Bai & Perron (1998), *Econometrica* 66, 47–78, and (2003), *Journal of Applied
///   Econometrics* 18, 1–22 (the algorithm). As R's `strucchange::breakpoints`.
public struct BaiPerron: Codable, Sendable, Equatable {
  /// h as a share of the rows, in (0, ½].
  public var trimming = 0.15
  /// The largest number of breaks; `nil` for as many as `trimming` has room for, less one.
  public var maximumBreaks: Int?

  public init(trimming: Double = 0.15, maximumBreaks: Int? = nil) {
    self.trimming = trimming
    self.maximumBreaks = maximumBreaks
  }

  /// The best partitions of the regression of `response` on `design`.
  ///
  /// - Parameters:
  ///   - design: n × p, in the order of time; all coefficients may change.
  ///   - response: n values.
  /// - Returns: the partitions with 0, 1, … breaks.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a trimming outside (0, ½] or no break allowed,
  ///   ``DiagnosticCode/seriesTooShort`` when a segment of h rows cannot determine p coefficients,
  ///   ``DiagnosticCode/valueOutOfRange``, ``DiagnosticCode/rankDeficient``,
  ///   ``DiagnosticCode/notIdentified`` for an exact fit.
  public func fitted(design: Matrix, response: [Double]) throws(Diagnostic) -> StructuralBreaks {
    precondition(design.rowCount == response.count)
    let (n, p) = (response.count, design.columnCount)
    guard trimming > 0, trimming <= 0.5, maximumBreaks.map({ $0 > 0 }) ?? true else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The trimming lies above 0 and up to 0.5, and the number of breaks is 1 or more.",
          zh: "截尾比例应大于 0 且不超过 0.5，断点个数应不小于 1。"),
        hint: Text(en: "Use 0.15.", zh: "例如 0.15。"))
    }
    let h = Int(Double(n) * trimming + 1e-9)
    guard p > 0, h > p, n >= 2 * h else {
      let needed = Int((Double(p + 1) / trimming).rounded(.up))
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "Segments of \(h) rows cannot determine \(p) coefficients and an error: at this "
            + "trimming breaks need \(needed) observations, and there are \(n).",
          zh: "\(h) 行的分段不足以估计 \(p) 个系数及误差：按此截尾比例至少需 \(needed) 个观测，现有 \(n) 个。"),
        hint: Text(en: "Use a larger trimming, or fewer columns.", zh: "请加大截尾比例或减少列数。"))
    }
    guard n <= Self.mostRows else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "\(n) rows need too much memory for all their segments.",
          zh: "\(n) 行数据的全部分段所需内存过大。"),
        hint: Text(en: "Aggregate to longer periods.", zh: "请汇总为更长的时期。"))
    }
    let names = (0..<p).map { "x\($0 + 1)" }
    let whole: LeastSquares
    do { whole = try LeastSquares(design, response) } catch {
      throw Diagnostic(error, names: names)
    }
    _ = try checkedSumOfSquares(whole.residuals, of: response)
    // What the whole sample explains shifts no segment's residuals, and costs digits.
    let block = RecursiveLeastSquares.block(design, whole.residuals)
    let most = max(1, min(maximumBreaks ?? .max, (n + h - 1) / h - 2, n / h - 1))
    let triangle = SegmentSums(block, rowCount: n, columnCount: p, shortest: h)
    let partitions = triangle.partitions(upTo: most)
    let rounding = 1e-26 * response.reduce(0) { $0 + $1 * $1 }
    guard partitions.allSatisfy({ $0.residualSumOfSquares > rounding }) else {
      throw Diagnostic.noResidualVariation
    }
    return StructuralBreaks(
      design: design, response: response, block: block, minimumSegment: h,
      partitions: partitions.map { StructuralBreaks.Partition($0, rows: n, columns: p) })
  }

  /// 4,000 rows keep all segments in 128 MB.
  private static let mostRows = 4000
}

/// The residual sums of squares of all segments of at least `shortest` rows.
struct SegmentSums {
  typealias Best = (breaks: [Int], residualSumOfSquares: Double)
  let rowCount: Int
  let shortest: Int
  /// RSS of rows i ..< j at i·(n + 1) + j.
  private var sums: [Double]

  init(_ block: [Double], rowCount n: Int, columnCount p: Int, shortest: Int) {
    rowCount = n
    self.shortest = shortest
    sums = [Double](repeating: .infinity, count: n * (n + 1))
    var fit = RecursiveLeastSquares(columnCount: p)
    for i in 0...(n - shortest) {
      fit.reset()
      for j in i..<n {
        _ = fit.add(row: j, of: block)
        if j + 1 - i >= shortest { sums[i * (n + 1) + j + 1] = fit.residualSumOfSquares }
      }
    }
  }

  /// The best partition with each of 0 … `most` breaks; fewer where there is no room for more.
  func partitions(upTo most: Int) -> [Best] {
    let (n, h) = (rowCount, shortest)
    var best = Array(sums[0...n])  // of the first j rows, with the breaks so far
    var origins: [[Int]] = []
    var result: [Best] = [([], best[n])]
    for m in stride(from: 1, through: most, by: 1) where (m + 1) * h <= n {
      var next = [Double](repeating: .infinity, count: n + 1)
      var origin = [Int](repeating: 0, count: n + 1)
      for j in ((m + 1) * h)...n {
        for i in (m * h)...(j - h) {
          let value = best[i] + sums[i * (n + 1) + j]
          if value < next[j] { (next[j], origin[j]) = (value, i) }
        }
      }
      best = next
      origins.append(origin)
      var (breaks, end) = ([Int](), n)
      for origin in origins.reversed() {
        end = origin[end]
        breaks.insert(end, at: 0)
      }
      result.append((breaks, best[n]))
    }
    return result
  }
}
