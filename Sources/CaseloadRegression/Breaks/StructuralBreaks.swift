import CaseloadData
import CaseloadMath

/// The best partitions of a regression by Bai and Perron's method.
public struct StructuralBreaks: Sendable {
  /// The best partition with a given number of breaks.
  public struct Partition: Codable, Sendable, Equatable {
    /// How many rows lie before each break, ascending: a break at 28 comes after the 28th row.
    public let breaks: [Int]
    public let residualSumOfSquares: Double
    /// n(ln(2π RSS/n) + 1) + ln n · (p(m + 1) + m + 1): coefficients, dates and the variance count.
    public let bic: Double
    /// ln(RSS/(n − k)) + 0.299 (ln n)^2.1 · k/n, k = p(m + 1) + m.
    ///
    /// - Source: Liu, Wu & Zidek (1997), *Statistica Sinica* 7, 497–525.
    public let lwz: Double

    init(_ best: SegmentSums.Best, rows: Int, columns: Int) {
      let (n, m) = (Double(rows), Double(best.breaks.count))
      let parameters = Double(columns) * (m + 1) + m
      breaks = best.breaks
      residualSumOfSquares = best.residualSumOfSquares
      bic =
        n * (log(2 * .pi * best.residualSumOfSquares / n) + 1) + log(n) * (parameters + 1)
      lwz =
        log(best.residualSumOfSquares / (n - parameters)) + 0.299 * pow(log(n), 2.1) * parameters
        / n
    }
  }

  /// How the number of breaks is chosen.
  public enum Criterion: String, Codable, Sendable { case bic, lwz }

  /// A break with its interval, as numbers of rows before it.
  public struct Interval: Codable, Sendable, Equatable {
    public let estimate: Int
    /// `nil` where the asymptotic distribution has no such interval. May lie outside the data.
    public let lower: Int?
    public let upper: Int?
    public let level: Double
  }

  /// n × p, as given.
  public let design: Matrix
  public let response: [Double]
  /// The least number of rows in a segment.
  public let minimumSegment: Int
  /// One for each number of breaks from 0.
  public let partitions: [Partition]
  let block: [Double]

  init(
    design: Matrix, response: [Double], block: [Double], minimumSegment: Int,
    partitions: [Partition]
  ) {
    self.design = design
    self.response = response
    self.block = block
    self.minimumSegment = minimumSegment
    self.partitions = partitions
  }

  public var observationCount: Int { response.count }

  /// The number of breaks with the smallest value of `criterion`.
  public func selectedCount(by criterion: Criterion) -> Int {
    let values = partitions.map { criterion == .bic ? $0.bic : $0.lwz }
    return values.indices.min { values[$0] < values[$1] } ?? 0
  }

  /// The segments of the partition with `count` breaks, as ranges of rows.
  public func segments(_ count: Int) -> [Range<Int>] {
    guard partitions.indices.contains(count) else { return [] }
    let ends = [0] + partitions[count].breaks + [observationCount]
    return zip(ends, ends.dropFirst()).map { $0..<$1 }
  }

  /// Least squares of one segment.
  ///
  /// - Throws: ``DiagnosticCode/rankDeficient`` when a column does not vary inside the segment.
  func fit(_ segment: Range<Int>) throws(Diagnostic) -> LeastSquares {
    do {
      return try LeastSquares(design.selectingRows(segment), Array(response[segment]))
    } catch {
      throw Diagnostic(error, names: (0..<design.columnCount).map { "x\($0 + 1)" })
    }
  }

  /// The intervals of the dates of `count` breaks.
  ///
  /// ```
  /// δ = β₂ − β₁,  Qᵢ = XᵢᵀXᵢ/nᵢ,  σ²ᵢ = RSSᵢ/nᵢ:   (n̂ − n₀) · δᵀQ₁δ / σ₁²  →  argmax V
  /// ```
  ///
  /// - Parameters:
  ///   - count: the number of breaks, 1 or more.
  ///   - level: of each interval.
  ///   - sharedMoments: whether all segments have the regressor moments of the whole.
  ///   - sharedVariance: whether all segments have one error variance.
  /// - Returns: one a break; the interval is asymptotic, for errors without autocorrelation.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a number of breaks that was not fitted,
  ///   ``DiagnosticCode/rankDeficient``.
  /// - Source: Bai (1997), *Review of Economics and Statistics* 79, 551–563. As R's
  ///   `strucchange::confint.breakpointsfull`.
  public func intervals(
    _ count: Int, level: Double = 0.95, sharedMoments: Bool = false, sharedVariance: Bool = false
  ) throws(Diagnostic) -> [Interval] {
    guard count > 0, partitions.indices.contains(count) else { throw unknownCount(count) }
    let segments = segments(count)
    let pooled = partitions[count].residualSumOfSquares / Double(observationCount)
    var fits: [LeastSquares] = []
    for segment in segments { fits.append(try fit(segment)) }
    func variance(_ s: Int) -> Double {
      sharedVariance ? pooled : fits[s].residualSumOfSquares / Double(segments[s].count)
    }
    func information(_ delta: [Double], _ s: Int) -> Double {
      let rows = sharedMoments ? design : design.selectingRows(segments[s])
      let change = rows * delta
      return change.reduce(0) { $0 + $1 * $1 } / Double(rows.rowCount)
    }
    return (0..<count).map { s in
      let delta = zip(fits[s + 1].coefficients, fits[s].coefficients).map { $0 - $1 }
      let (before, after) = (information(delta, s), information(delta, s + 1))
      let (v1, v2) = (variance(s), variance(s + 1))
      let date = partitions[count].breaks[s]
      guard before > 0, after > 0, v1 > 0, v2 > 0 else {
        return Interval(estimate: date, lower: nil, upper: nil, level: level)
      }
      let distribution = BreakDateDistribution(
        informationRatio: sharedMoments ? 1 : after / before,
        deviationRatio: (v2 / v1).squareRoot())
      let scale = v1 / before
      guard let high = distribution.quantile((1 + level) / 2),
        let low = distribution.quantile((1 - level) / 2), abs(high * scale) < 1e9,
        abs(low * scale) < 1e9
      else { return Interval(estimate: date, lower: nil, upper: nil, level: level) }
      return Interval(
        estimate: date, lower: date - Int((high * scale).rounded(.up)),
        upper: date - Int((low * scale).rounded(.down)), level: level)
    }
  }

  func unknownCount(_ count: Int) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(
        en: "Partitions have 1 to \(partitions.count - 1) breaks here, not \(count).",
        zh: "此处可有 1 至 \(partitions.count - 1) 个断点，而非 \(count) 个。"),
      hint: Text(
        en: "Lower the trimming for more breaks.", zh: "如需更多断点，请减小截尾比例。"))
  }
}
