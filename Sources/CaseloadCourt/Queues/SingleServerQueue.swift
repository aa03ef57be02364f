import CaseloadData
import CaseloadMath

/// M/G/1: one server, services of any law, first come first served (Pollaczek & Khinchine).
///
/// ```
/// E[W] = λ E[S²] / (2(1 − ρ)) = ρ E[S] (1 + v) / (2(1 − ρ)),   ρ = λ E[S],  v = Var S / E[S]²
/// ```
///
/// The law of the wait needs more than two moments: it is given for exponential (v = 1) and
/// constant (v = 0) services.
///
/// - Source: Gross, Shortle, Thompson & Harris, *Fundamentals of Queueing Theory*, 4th ed. (2008),
///   §5.1.
public struct SingleServerQueue: QueueModel {
  public let arrivalRate: Double
  /// E[S].
  public let meanService: Double
  /// v, the squared coefficient of variation of a service.
  public let squaredVariation: Double
  /// 1 − ρ.
  private let spare: Double

  /// A stable queue, from the mean and the relative spread of a service.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - meanService: E[S], above zero.
  ///   - squaredVariation: Var S / E[S]², from 0 on; 1 for exponential services.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/unboundedBacklog``.
  public init(arrivalRate: Double, meanService: Double, squaredVariation: Double)
    throws(Diagnostic)
  {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(meanService, QueueChecks.meanService)
    try QueueChecks.notNegative(squaredVariation, QueueChecks.variation)
    spare = 1.0.addingProduct(-arrivalRate, meanService)
    try QueueChecks.stable(
      arrivalRate: arrivalRate, capacity: 1 / meanService, spare: spare / meanService)
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.squaredVariation = squaredVariation
  }

  /// The same, from the first two moments.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - meanService: E[S], above zero.
  ///   - secondMoment: E[S²], at least E[S]².
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/unboundedBacklog``.
  public init(arrivalRate: Double, meanService: Double, secondMoment: Double) throws(Diagnostic) {
    try QueueChecks.positive(meanService, QueueChecks.meanService)
    let ratio = secondMoment / (meanService * meanService) - 1
    // Rounding of a constant service.
    let variation = abs(ratio) < 1e-12 ? 0 : ratio
    try self.init(
      arrivalRate: arrivalRate, meanService: meanService, squaredVariation: variation)
  }

  public var measures: QueueMeasures {
    let load = arrivalRate * meanService
    var result = QueueMeasures(arrivalRate: arrivalRate, offeredLoad: load)
    result.utilization = load
    result.waitProbability = load
    result.meanWaitIfWaiting = meanService * (1 + squaredVariation) / (2 * spare)
    result.applyLittle(
      meanWait: load * meanService * (1 + squaredVariation) / (2 * spare), meanService: meanService)
    return result
  }

  public func waitTail(beyond t: Double) -> Double? {
    let load = arrivalRate * meanService
    if squaredVariation == 1 { return load * exp(-spare / meanService * max(0, t)) }
    guard squaredVariation == 0 else { return nil }
    return ConstantServiceWait(load: load, reach: max(0, t) / meanService)
      .tail(beyond: max(0, t) / meanService)
  }

  /// The shortest time that a share `p` of cases does not exceed.
  ///
  /// - Parameter p: from 0 up to, not including, 1.
  /// - Returns: the time; `nil` where the law of the wait is not known.
  /// - Throws: ``DiagnosticCode/illegalProbability``.
  public func waitQuantile(_ p: Double) throws(Diagnostic) -> Double? {
    try QueueChecks.openProbability(p, Text(en: "the quantile", zh: "分位数"))
    let load = arrivalRate * meanService
    if load <= 1 - p { return 0 }
    if squaredVariation == 1 { return log(load / (1 - p)) * meanService / spare }
    guard squaredVariation == 0 else { return nil }
    return ConstantServiceWait.quantile(p, load: load) * meanService
  }
}

/// GI/G/1 by two moments of the times between arrivals and of the services: Kingman's upper bound
/// of the mean wait, and the heavy-traffic approximation that it is named with.
///
/// ```
/// E[W] ≤ (vₐ/ρ² + vₛ) ρ E[S] / (2(1 − ρ))         bound
/// E[W] ≈ (vₐ + vₛ) ρ E[S] / (2(1 − ρ))             approximation, exact for Poisson arrivals
/// ```
///
/// - Source: Kingman (1962), "Some inequalities for the queue GI/G/1", *Biometrika* 49, 315–324.
public struct KingmanQueue: QueueModel {
  public let arrivalRate: Double
  public let meanService: Double
  /// vₐ, the squared coefficient of variation of the times between arrivals; 1 for Poisson.
  public let arrivalVariation: Double
  public let serviceVariation: Double
  private let spare: Double

  /// A stable queue.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - meanService: E[S], above zero.
  ///   - arrivalVariation: vₐ, from 0 on.
  ///   - serviceVariation: vₛ, from 0 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/unboundedBacklog``.
  public init(
    arrivalRate: Double, meanService: Double, arrivalVariation: Double, serviceVariation: Double
  ) throws(Diagnostic) {
    try QueueChecks.notNegative(arrivalVariation, QueueChecks.variation)
    let poisson = try SingleServerQueue(
      arrivalRate: arrivalRate, meanService: meanService, squaredVariation: serviceVariation)
    spare = 1.0.addingProduct(-poisson.arrivalRate, poisson.meanService)
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.arrivalVariation = arrivalVariation
    self.serviceVariation = serviceVariation
  }

  /// No mean wait can be longer.
  public var meanWaitBound: Double {
    let load = arrivalRate * meanService
    return (arrivalVariation / (load * load) + serviceVariation) * load * meanService / (2 * spare)
  }

  public var measures: QueueMeasures {
    let load = arrivalRate * meanService
    var result = QueueMeasures(
      arrivalRate: arrivalRate, offeredLoad: load, isExact: arrivalVariation == 1)
    result.utilization = load
    result.applyLittle(
      meanWait: (arrivalVariation + serviceVariation) * load * meanService / (2 * spare),
      meanService: meanService)
    if arrivalVariation == 1 {
      result.waitProbability = load
      result.meanWaitIfWaiting = result.meanWait.map { $0 / load }
    } else {
      result.setUndefined(
        ["waitProbability", "meanWaitIfWaiting"],
        Text(en: "two moments do not tell who finds the server busy", zh: "仅凭两阶矩无法得知到达时的忙碌概率"))
    }
    return result
  }

  public func waitTail(beyond t: Double) -> Double? { nil }
}
