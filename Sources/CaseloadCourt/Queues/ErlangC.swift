import CaseloadData
import CaseloadMath

/// M/M/c, Erlang's delay model: one queue, first come first served, `c` equal servers.
///
/// ```
/// P(W > t) = C(c, a) e^{−(cμ − λ)t},   E[W] = C(c, a) / (cμ − λ),   a = λ/μ
/// ```
///
/// - Source: Erlang (1917); Cooper, *Introduction to Queueing Theory*, 2nd ed. (1981), §3.4.
public struct ErlangC: QueueModel {
  public let arrivalRate: Double
  /// μ, cases that one busy server completes in a unit of time.
  public let serviceRate: Double
  public let servers: Int
  /// C(c, a).
  public let waitProbability: Double
  /// cμ − λ > 0.
  let spare: Double

  /// A stable queue.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - serviceRate: μ, above zero.
  ///   - servers: c, from 1 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog`` where λ ≥ cμ.
  public init(arrivalRate: Double, serviceRate: Double, servers: Int) throws(Diagnostic) {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    try QueueChecks.servers(servers)
    let capacity = Double(servers) * serviceRate
    spare = (-arrivalRate).addingProduct(Double(servers), serviceRate)
    try QueueChecks.stable(arrivalRate: arrivalRate, capacity: capacity, spare: spare)
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    let inverse = ErlangFormulas.inverseLoss(
      offeredLoad: arrivalRate / serviceRate, servers: servers)
    waitProbability = 1 / (arrivalRate / capacity + spare / capacity * inverse)
  }

  public var measures: QueueMeasures {
    var result = QueueMeasures(
      arrivalRate: arrivalRate, offeredLoad: arrivalRate / serviceRate)
    result.utilization = arrivalRate / (Double(servers) * serviceRate)
    result.waitProbability = waitProbability
    result.meanWaitIfWaiting = 1 / spare
    result.applyLittle(meanWait: waitProbability / spare, meanService: 1 / serviceRate)
    return result
  }

  public func waitTail(beyond t: Double) -> Double? {
    t > 0 ? waitProbability * exp(-spare * t) : waitProbability
  }

  /// P(T > t), the sojourn: a wait and an exponential service.
  ///
  /// ```
  /// (1 − C) e^{−μt} + C · P(Exp(cμ − λ) + Exp(μ) > t)
  /// ```
  public func sojournTail(beyond t: Double) -> Double {
    guard t > 0 else { return 1 }
    let (slow, fast) = (min(spare, serviceRate), max(spare, serviceRate))
    let x = (slow - fast) * t
    let ratio = x == 0 ? 1 : expm1(x) / x
    let both = exp(-slow * t) * (1 + slow * t * ratio)
    return (1 - waitProbability) * exp(-serviceRate * t) + waitProbability * min(1, both)
  }

  /// P(N ≥ n) of the number of cases waiting or in service, for n ≥ c: C ρ^{n − c}.
  func countTail(from n: Int) -> Double {
    let load = arrivalRate / (Double(servers) * serviceRate)
    return waitProbability * exp(Double(n - servers) * log(load))
  }
}

/// M/M/∞: every case is taken up at once; also the number of cases in a stage of fixed or random
/// length that needs no judge (the law is that of any length with that mean).
///
/// ```
/// N ~ Poisson(λ/μ),   E[T] = 1/μ
/// ```
public struct InfiniteServers: QueueModel {
  public let arrivalRate: Double
  public let serviceRate: Double

  /// A queue without waiting.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - serviceRate: μ, above zero.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(arrivalRate: Double, serviceRate: Double) throws(Diagnostic) {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
  }

  public var measures: QueueMeasures {
    var result = QueueMeasures(
      arrivalRate: arrivalRate, offeredLoad: arrivalRate / serviceRate)
    result.waitProbability = 0
    result.applyLittle(meanWait: 0, meanService: 1 / serviceRate)
    result.setUndefined(
      ["utilization"],
      Text(en: "there is no number of servers to be busy", zh: "服务台数量不限，无利用率可言"))
    result.setUndefined(
      ["meanWaitIfWaiting"], Text(en: "no case waits", zh: "没有案件需要等待"))
    return result
  }

  public func waitTail(beyond t: Double) -> Double? { 0 }
}
