import CaseloadData
import CaseloadMath

/// How long a case takes: a family, its mean and its spread.
///
/// ```
/// deterministic      S = m
/// exponential        P(S > x) = exp(−x/m)
/// gamma              shape 1/c², scale m c²
/// lognormal          ln S ~ N(ln m − σ²/2, σ²),  σ² = ln(1 + c²)
/// hyperexponential   exponential with mean mᵢ, with probability pᵢ
/// ```
///
/// m is the mean and c the coefficient of variation, the standard deviation over the mean. Every
/// draw is a function of one uniform, so that case n needs the same time, or a proportional one, in
/// every scenario: by inversion, or for the gamma law, whose inverse is ten times as slow, by Marsaglia
/// and Tsang's method on a stream that the uniform names.
///
/// - Source: Marsaglia & Tsang (2000), "A simple method for generating gamma variables", *ACM
///   TOMS* 26(3), 363–372.
public struct ServiceLaw: Codable, Sendable, Equatable {
  /// The family of distributions.
  public enum Family: String, Codable, Sendable, CaseIterable {
    case deterministic, exponential, gamma, lognormal, hyperexponential
  }

  /// One kind of case within a hyperexponential law.
  public struct Branch: Codable, Sendable, Equatable {
    public let probability: Double
    public let mean: Double

    /// A branch that is taken with `probability`.
    public init(probability: Double, mean: Double) {
      self.probability = probability
      self.mean = mean
    }
  }

  public let family: Family
  /// In the unit of time of its model: minutes of work, or days of waiting.
  public let mean: Double
  /// The standard deviation over the mean.
  public let coefficientOfVariation: Double
  /// Of a hyperexponential law; empty for the others.
  public let branches: [Branch]

  /// A law by its mean and spread.
  ///
  /// - Parameters:
  ///   - family: a hyperexponential law gets two branches with balanced means, pᵢ ∝ 1/mᵢ.
  ///   - mean: above zero.
  ///   - coefficientOfVariation: above zero, and 1 or more for a hyperexponential law; what is left
  ///     out is 1. A deterministic law has 0, an exponential one 1, whatever is said.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(_ family: Family, mean: Double, coefficientOfVariation: Double? = nil)
    throws(Diagnostic)
  {
    let spread: Double =
      switch family {
      case .deterministic: 0
      case .exponential: 1
      case .gamma, .lognormal, .hyperexponential: coefficientOfVariation ?? 1
      }
    guard mean > 0, mean.isFinite else { throw Self.illegal("mean", mean, "> 0") }
    let least = family == .hyperexponential ? 1.0 : 0
    guard family == .deterministic || spread > 0, spread >= least, spread.isFinite else {
      throw Self.illegal("coefficientOfVariation", spread, least > 0 ? "≥ 1" : "> 0")
    }
    self.family = family
    self.mean = mean
    self.coefficientOfVariation = spread
    guard family == .hyperexponential else {
      branches = []
      return
    }
    let square = spread * spread
    let p = 0.5 * (1 + ((square - 1) / (square + 1)).squareRoot())
    branches = [
      Branch(probability: p, mean: mean / (2 * p)),
      Branch(probability: 1 - p, mean: mean / (2 * (1 - p))),
    ]
  }

  /// A hyperexponential law by its branches.
  ///
  /// - Parameter branches: probabilities that add up to 1, means above zero.
  /// - Throws: ``DiagnosticCode/illegalProbability`` or ``DiagnosticCode/illegalRate``.
  public init(branches: [Branch]) throws(Diagnostic) {
    for branch in branches {
      guard branch.mean > 0, branch.mean.isFinite else {
        throw Self.illegal("mean", branch.mean, "> 0")
      }
    }
    let total = branches.reduce(0) { $0 + $1.probability }
    guard branches.allSatisfy({ $0.probability >= 0 }), abs(total - 1) < 1e-9 else {
      throw SimulationCheck.probability("branches", total, "sum")
    }
    family = .hyperexponential
    let mean = branches.reduce(0) { $0 + $1.probability * $1.mean }
    let square = branches.reduce(0) { $0 + 2 * $1.probability * $1.mean * $1.mean }
    self.mean = mean
    coefficientOfVariation = max(0, square / (mean * mean) - 1).squareRoot()
    self.branches = branches
  }

  private enum CodingKeys: String, CodingKey {
    case family = "distribution"
    case mean, coefficientOfVariation, branches
  }

  public init(from decoder: any Decoder) throws {
    // A bare number is a mean, and the time is exponential.
    if let mean = try? decoder.singleValueContainer().decode(Double.self) {
      try self.init(.exponential, mean: mean)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let branches = try container.decodeIfPresent([Branch].self, forKey: .branches) ?? []
    guard branches.isEmpty else {
      try self.init(branches: branches)
      return
    }
    try self.init(
      container.decodeIfPresent(Family.self, forKey: .family) ?? .exponential,
      mean: container.decode(Double.self, forKey: .mean),
      coefficientOfVariation: container.decodeIfPresent(
        Double.self, forKey: .coefficientOfVariation))
  }

  /// E S².
  public var secondMoment: Double {
    mean * mean * (1 + coefficientOfVariation * coefficientOfVariation)
  }

  /// The same with another mean and the same shape.
  public func scaled(by factor: Double) throws(Diagnostic) -> ServiceLaw {
    guard branches.isEmpty else {
      return try ServiceLaw(
        branches: branches.map { Branch(probability: $0.probability, mean: $0.mean * factor) })
    }
    return try ServiceLaw(
      family, mean: mean * factor, coefficientOfVariation: coefficientOfVariation)
  }

  private static func illegal(_ name: String, _ value: Double, _ rule: String) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(
        en: "A service time has \(name) \(NumberText.plain(value)); it must be \(rule).",
        zh: "服务时间的 \(name) 为 \(NumberText.plain(value))，应 \(rule)。"),
      hint: Text(en: "Correct it in the description.", zh: "请在说明文件中更正。"))
  }
}

/// A service law made ready to draw from: no branch array, no error to throw.
struct ServiceSampler: Sendable {
  private let family: ServiceLaw.Family
  private let first: Double
  private let second: Double
  private let cumulative: [Double]
  private let means: [Double]

  init(_ law: ServiceLaw) {
    family = law.family
    let square = law.coefficientOfVariation * law.coefficientOfVariation
    switch law.family {
    case .deterministic, .exponential, .hyperexponential: (first, second) = (law.mean, 0)
    case .gamma: (first, second) = (1 / square, law.mean * square)
    case .lognormal:
      let variance = log1p(square)
      (first, second) = (log(law.mean) - variance / 2, variance.squareRoot())
    }
    var sum = 0.0
    cumulative = law.branches.map {
      sum += $0.probability
      return sum
    }
    means = law.branches.map(\.mean)
  }

  /// The time whose probability of being exceeded is `u`.
  @inline(__always)
  func draw(_ u: Double) -> Double {
    switch family {
    case .exponential: return -first * log(u)
    case .deterministic: return first
    default: return drawOther(u)
    }
  }

  /// A gamma variable of shape `first` and scale 1.
  private func gamma(_ stream: RandomStream) -> Double {
    var draws = stream
    // Below a shape of 1, that of shape + 1 times U^(1/shape).
    let boost = first < 1 ? pow(draws.uniform(), 1 / first) : 1
    let d = (first < 1 ? first + 1 : first) - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = draws.normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(draws.uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return boost * d * v }
    }
  }

  private func drawOther(_ u: Double) -> Double {
    switch family {
    case .gamma: return second * gamma(RandomStream(seed: u.bitPattern))
    case .lognormal: return exp(first + second * Normal.standard.upperQuantile(u))
    default:
      // The uniform picks the branch, and what is left of it the time within the branch.
      var below = 0.0
      for i in means.indices {
        let above = i == means.count - 1 ? 1 : cumulative[i]
        if u < above, above > below {
          return -means[i] * log(min(1, max(0x1p-53, (u - below) / (above - below))))
        }
        below = above
      }
      return first
    }
  }
}
