import CaseloadData
import CaseloadMath

/// How many cases of a type there are in a year, with how sure that is.
public struct CaseVolume: Codable, Sendable, Equatable {
  /// The law of the number.
  public enum Law: Codable, Sendable, Equatable {
    /// A count that is past, or a plan.
    case known(Double)
    /// A forecast with a normal law, cut at zero.
    case normal(mean: Double, standardDeviation: Double)
    /// A forecast of a count: variance μ + μ²/size.
    case negativeBinomial(mean: Double, size: Double)
    /// Draws from a forecast. Draw k of every type and court belongs to one future, so that what the
    /// draws share is kept.
    case draws([Double])
  }

  public let caseType: String
  public let law: Law

  /// A number of cases of one type.
  ///
  /// - Parameters:
  ///   - caseType: as the table of weights has it.
  ///   - law: counts are zero or above; draws at least two.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/illegalRate`` for a spread below
  ///   zero, a size that is not above zero or too few draws.
  public init(caseType: String, _ law: Law) throws(Diagnostic) {
    let name = Text(en: "Cases of '\(caseType)'", zh: "“\(caseType)”的案件数")
    switch law {
    case .known(let x): try WeightChecks.count(x, name)
    case .normal(let mean, let deviation):
      try WeightChecks.count(mean, name)
      try WeightChecks.nonnegative(deviation, name + Text(en: ": spread", zh: "的离散程度"))
    case .negativeBinomial(let mean, let size):
      try WeightChecks.count(mean, name)
      try WeightChecks.positive(size, name + Text(en: ": size", zh: "的 size 参数"))
    case .draws(let draws):
      for draw in draws { try WeightChecks.count(draw, name) }
      guard draws.count > 1 else {
        try WeightChecks.positive(0, name + Text(en: ": number of draws less one", zh: "抽样次数减一"))
        break
      }
    }
    self.caseType = caseType
    self.law = law
  }

  /// The mean of the last years, as a forecast of one like them.
  ///
  /// ```
  /// mean ȳ, standard deviation √(1 + 1/k) · max(s, √ȳ)
  /// ```
  ///
  /// s is the sample standard deviation; no spread is taken below that of a Poisson count. Few years
  /// tell little of their spread, and a trend is ignored: it is the habit of weighted caseload
  /// studies, not the best forecast.
  ///
  /// - Parameters:
  ///   - caseType: as the table of weights has it.
  ///   - years: counts of whole years.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/illegalRate`` for no year.
  public init(caseType: String, meanOf years: [Double]) throws(Diagnostic) {
    guard let mean = Descriptive.mean(years) else {
      try WeightChecks.positive(0, Text(en: "Number of years", zh: "年数"))
      preconditionFailure("no years")
    }
    guard years.count > 1 else {
      try self.init(caseType: caseType, .known(mean))
      return
    }
    let spread = max(Descriptive.variance(years) ?? 0, mean)
    let scale = (1 + 1 / Double(years.count)) * spread
    try self.init(caseType: caseType, .normal(mean: mean, standardDeviation: scale.squareRoot()))
  }

  /// The expected number.
  public var mean: Double {
    switch law {
    case .known(let x): x
    case .normal(let mean, _), .negativeBinomial(let mean, _): mean
    case .draws(let draws): Descriptive.mean(draws) ?? 0
    }
  }

  /// `nil` for a count that is known.
  public var standardDeviation: Double? {
    switch law {
    case .known: nil
    case .normal(_, let deviation): deviation
    case .negativeBinomial(let mean, let size): (mean + mean * mean / size).squareRoot()
    case .draws(let draws): Descriptive.standardDeviation(draws)
    }
  }

  /// `count` draws; those of a forecast repeat in their order where more are asked for.
  func sampled(_ count: Int, from stream: RandomStream) -> [Double] {
    var stream = stream
    switch law {
    case .known(let x): return [Double](repeating: x, count: count)
    case .normal(let mean, let deviation):
      return (0..<count).map { _ in max(0, mean + deviation * stream.normal()) }
    case .negativeBinomial(let mean, let size):
      guard mean > 0 else { return [Double](repeating: 0, count: count) }
      let law = NegativeBinomial(mean: mean, size: size)
      return (0..<count).map { _ in law.sample(&stream) }
    case .draws(let draws): return (0..<count).map { draws[$0 % draws.count] }
    }
  }
}
