import CaseloadData
import CaseloadMath

/// GI/G/c by two moments: approximations, since no closed form is known.
///
/// ```
/// Allen–Cunneen   E[W] ≈ (vₐ + vₛ)/2 · E[W of M/M/c]
/// Kimura          E[W] ≈ (1 + vₛ) / (2vₛ/E[W of M/M/c] + (1 − vₛ)/E[W of M/D/c])      Poisson arrivals, vₛ ≤ 1
/// Whitt           E[W] ≈ φ(ρ, vₐ, vₛ, c) · (vₐ + vₛ)/2 · E[W of M/M/c]
/// ```
///
/// Exact for M/M/c, and for one server with Poisson arrivals. E[W of M/D/c] is Cosmetatos'
/// ½(1 + γ) E[W of M/M/c]; φ is Whitt's correction. Kimura's form is for vₛ ≤ 1: beyond it equals
/// Allen and Cunneen's here. How far off they are: for two judges, 40 % busy, with hyperexponential
/// services of v = 4, Whitt's is 10 % low and Allen and Cunneen's 17 % high; for five judges, 80 %
/// busy, 2 % low and 8 % high.
///
/// - Source: Allen, *Probability, Statistics, and Queueing Theory*, 2nd ed. (1990), §5.3; Kimura
///   (1986), "A two-moment approximation for the mean waiting time in the GI/G/s queue",
///   *Management Science* 32, 751–763; Whitt (1993), "Approximations for the GI/G/m queue",
///   *Production and Operations Management* 2(2), 114–161, eq. 2.14–2.25.
public struct GeneralServiceQueue: QueueModel {
  /// Which approximation.
  public enum Approximation: String, Codable, Sendable, CaseIterable {
    case allenCunneen = "allen-cunneen"
    case kimura
    case whitt
  }

  public let arrivalRate: Double
  public let meanService: Double
  public let servers: Int
  /// vₐ; 1 for Poisson arrivals.
  public let arrivalVariation: Double
  /// vₛ; 1 for exponential services.
  public let serviceVariation: Double
  public let approximation: Approximation
  private let exponential: ErlangC

  /// A stable queue.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - meanService: E[S], above zero.
  ///   - servers: c, from 1 on.
  ///   - arrivalVariation: vₐ, from 0 on; 1 for Poisson arrivals.
  ///   - serviceVariation: vₛ, from 0 on; 1 for exponential services.
  ///   - approximation: by default Whitt's.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog``.
  public init(
    arrivalRate: Double, meanService: Double, servers: Int, arrivalVariation: Double = 1,
    serviceVariation: Double, approximation: Approximation = .whitt
  ) throws(Diagnostic) {
    try QueueChecks.positive(meanService, QueueChecks.meanService)
    try QueueChecks.notNegative(arrivalVariation, QueueChecks.variation)
    try QueueChecks.notNegative(serviceVariation, QueueChecks.variation)
    exponential = try ErlangC(
      arrivalRate: arrivalRate, serviceRate: 1 / meanService, servers: servers)
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.servers = servers
    self.arrivalVariation = arrivalVariation
    self.serviceVariation = serviceVariation
    self.approximation = approximation
  }

  /// Whether the mean wait is exact: Poisson arrivals, and one server or exponential services.
  public var isExact: Bool { arrivalVariation == 1 && (servers == 1 || serviceVariation == 1) }

  public var meanWait: Double {
    let (a, s) = (arrivalVariation, serviceVariation)
    let delay = exponential.waitProbability / exponential.spare
    if isExact { return (1 + s) / 2 * delay }
    switch approximation {
    case .allenCunneen: return (a + s) / 2 * delay
    case .kimura:
      guard a == 1, s < 1 else { return (a + s) / 2 * delay }
      return (1 + s) / (2 * s + (1 - s) * 2 / (1 + correction)) * delay
    case .whitt: return whittFactor * (a + s) / 2 * delay
    }
  }

  /// γ = min(0.24, (1 − ρ)(c − 1)(√(4 + 5c) − 2)/(16cρ)).
  private var correction: Double {
    let c = Double(servers)
    let load = arrivalRate * meanService / c
    let spare = exponential.spare * meanService / c
    return min(0.24, spare * (c - 1) * ((4 + 5 * c).squareRoot() - 2) / (16 * c * load))
  }

  /// φ, with φ₁ = 1 + γ, φ₃ = (1 − 4γ) e^{−2(1 − ρ)/(3ρ)}, φ₄ = min(1, (φ₁ + φ₃)/2) and
  /// ψ(v) = 1 for v ≥ 1, φ₄^{2(1 − v)} below.
  private var whittFactor: Double {
    let (a, s) = (arrivalVariation, serviceVariation)
    guard a + s > 0 else { return 1 }
    let load = arrivalRate * meanService / Double(servers)
    let first = 1 + correction
    let third = (1 - 4 * correction) * exp(-2 * (1 - load) / (3 * load))
    let fourth = min(1, (first + third) / 2)
    let variation = (a + s) / 2
    let psi = variation >= 1 ? 1 : pow(fourth, 2 * (1 - variation))
    if a >= s {
      return 4 * (a - s) / (4 * a - 3 * s) * first + s / (4 * a - 3 * s) * psi
    }
    return (s - a) / (2 * (a + s)) * third + (s + 3 * a) / (2 * (a + s)) * psi
  }

  public var measures: QueueMeasures {
    var result = QueueMeasures(
      arrivalRate: arrivalRate, offeredLoad: arrivalRate * meanService, isExact: isExact)
    result.utilization = result.offeredLoad / Double(servers)
    result.applyLittle(meanWait: meanWait, meanService: meanService)
    result.waitProbability = exponential.waitProbability
    if exponential.waitProbability > 0 {
      result.meanWaitIfWaiting = meanWait / exponential.waitProbability
    }
    return result
  }

  /// Known for exponential services only.
  public func waitTail(beyond t: Double) -> Double? {
    arrivalVariation == 1 && serviceVariation == 1 ? exponential.waitTail(beyond: t) : nil
  }
}
