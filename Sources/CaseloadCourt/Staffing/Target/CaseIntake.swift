import CaseloadData
import CaseloadMath

/// Cases filed in a period, as a distribution of whole numbers.
public enum CaseIntake: Codable, Sendable, Equatable {
  /// Known: for draws of anything else.
  case exactly(Double)
  /// Variance = mean.
  case poisson(mean: Double)
  /// Variance = dispersion · mean, the dispersion above 1: NB2 of size mean / (dispersion − 1).
  case negativeBinomial(mean: Double, dispersion: Double)

  /// Poisson, or negative binomial where a dispersion above 1 is given.
  ///
  /// - Parameters:
  ///   - mean: expected cases, at least 0.
  ///   - dispersion: variance over mean, at least 1; `nil` or 1 for Poisson.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(mean: Double, dispersion: Double? = nil) throws(Diagnostic) {
    if let dispersion, dispersion != 1 {
      self = .negativeBinomial(mean: mean, dispersion: dispersion)
    } else {
      self = .poisson(mean: mean)
    }
    try check()
  }

  /// Expected cases.
  public var mean: Double {
    switch self {
    case .exactly(let count): count
    case .poisson(let mean), .negativeBinomial(let mean, _): mean
    }
  }

  /// Variance over mean; 0 where the number is known.
  public var dispersion: Double {
    switch self {
    case .exactly: 0
    case .poisson: 1
    case .negativeBinomial(_, let dispersion): dispersion
    }
  }

  /// P(cases ≤ x).
  public func probability(atMost x: Double) -> Double {
    if x < 0 { return 0 }
    if mean == 0 { return 1 }
    switch self {
    case .exactly(let count): return count <= x ? 1 : 0
    case .poisson(let mean): return Poisson(mean: mean).cumulative(x)
    case .negativeBinomial(let mean, let dispersion):
      return NegativeBinomial(mean: mean, size: mean / (dispersion - 1)).cumulative(x)
    }
  }

  /// A draw by inversion: one uniform a draw.
  public func sample(_ stream: inout RandomStream) -> Double {
    let u = stream.uniform()
    if mean == 0 { return 0 }
    switch self {
    case .exactly(let count): return count
    case .poisson(let mean): return Poisson(mean: mean).quantile(u)
    case .negativeBinomial(let mean, let dispersion):
      return NegativeBinomial(mean: mean, size: mean / (dispersion - 1)).quantile(u)
    }
  }

  /// Throws for a mean below zero, or a dispersion that is not above 1.
  func check() throws(Diagnostic) {
    guard mean >= 0, mean.isFinite else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "\(NumberText.plain(mean)) expected filings are not possible.",
          zh: "预期收案数不能为 \(NumberText.plain(mean))。"),
        hint: Text(en: "Give a number of at least zero.", zh: "请给出不小于零的数。"))
    }
    guard case .negativeBinomial(_, let dispersion) = self else { return }
    guard dispersion > 1, dispersion.isFinite else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "An overdispersion of \(NumberText.plain(dispersion)) is not possible: it is the "
            + "variance of the filings over their mean.",
          zh: "过度离散系数不能为 \(NumberText.plain(dispersion))：它是收案数的方差与均值之比。"),
        hint: Text(
          en: "Give a number above 1, or none for Poisson filings.",
          zh: "请给出大于 1 的数；省略则按泊松分布。"))
    }
  }
}
