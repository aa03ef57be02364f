import CaseloadData
import CaseloadMath

/// M/M/c+M, Palm's model: waiting cases leave (settle, withdraw) at rate θ each.
///
/// ```
/// p_{c+j} / p_c = Πᵢ₌₁ʲ λ / (cμ + iθ) = rⱼ,   A = Σ rⱼ
/// P(W > 0) = 1 / (1 + (1/B(c, λ/μ) − 1)/A),   P(leave) = θ Lq / λ
/// P(V > t | V > 0) = P(y, x e^{−θt}) / P(y, x),   x = λ/θ,  y = cμ/θ
/// ```
///
/// Stable at any load. V is the wait that a case of endless patience would have; the wait of a
/// case, W, ends by service or by leaving, so P(W > t) = e^{−θt} P(V > t). P(y, x) is the
/// regularized incomplete gamma function.
///
/// - Source: Palm (1957); Garnett, Mandelbaum & Reiman (2002), "Designing a call center with
///   impatient customers", *M&SOM* 4(3), 208–227; Mandelbaum & Zeltyn (2007), "Service engineering
///   in action: the Palm/Erlang-A queue".
public struct ErlangA: QueueModel {
  public let arrivalRate: Double
  public let serviceRate: Double
  /// θ, the rate at which each waiting case leaves.
  public let abandonmentRate: Double
  public let servers: Int
  public let waitProbability: Double
  public let meanQueueLength: Double
  /// E[V; served] over all arrivals; `nil` where the states are too many to sum.
  private let servedWait: Double?

  /// A queue with impatient cases.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero; may exceed the capacity.
  ///   - serviceRate: μ, above zero.
  ///   - abandonmentRate: θ, above zero; for 0 use ``ErlangC``.
  ///   - servers: c, from 1 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``.
  public init(arrivalRate: Double, serviceRate: Double, abandonmentRate: Double, servers: Int)
    throws(Diagnostic)
  {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    try QueueChecks.positive(abandonmentRate, QueueChecks.abandonmentRate)
    try QueueChecks.servers(servers)
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.abandonmentRate = abandonmentRate
    self.servers = servers
    let capacity = Double(servers) * serviceRate
    let below =
      ErlangFormulas.inverseLoss(offeredLoad: arrivalRate / serviceRate, servers: servers) - 1
    if let sums = WaitingStates(
      arrivalRate: arrivalRate, capacity: capacity, abandonmentRate: abandonmentRate)
    {
      waitProbability = 1 / (1 + below * exp(-sums.logScale) / sums.total)
      meanQueueLength = waitProbability * sums.first / sums.total
      servedWait = waitProbability * sums.servedWait / sums.total
    } else {
      // Σ j rⱼ = ((λ − cμ) A + cμ)/θ.
      let inverse = exp(
        -PalmFunction.logarithm(
          arrivalRate / abandonmentRate, capacity / abandonmentRate))
      waitProbability = 1 / (1 + below * inverse)
      let spare = capacity - arrivalRate
      meanQueueLength = waitProbability * max(0, capacity * inverse - spare) / abandonmentRate
      servedWait = nil
    }
  }

  /// The share of cases that leave before their service starts.
  public var abandonmentProbability: Double {
    min(1, abandonmentRate * meanQueueLength / arrivalRate)
  }

  public var measures: QueueMeasures {
    var result = QueueMeasures(
      arrivalRate: arrivalRate, offeredLoad: arrivalRate / serviceRate)
    let leaving = abandonmentProbability
    let wait = meanQueueLength / arrivalRate
    let served = arrivalRate * (1 - leaving)
    let busy = served / serviceRate
    result.utilization = busy / Double(servers)
    result.waitProbability = waitProbability
    result.abandonmentProbability = leaving
    result.throughput = served
    result.meanWait = wait
    result.meanQueueLength = meanQueueLength
    result.meanInSystem = meanQueueLength + busy
    result.meanSojourn = (meanQueueLength + busy) / arrivalRate
    if waitProbability > 0 {
      result.meanWaitIfWaiting = wait / waitProbability
    } else {
      result.setUndefined(
        ["meanWaitIfWaiting"],
        Text(en: "the share that waits is below the smallest number", zh: "等待的比例小于可表示的最小数"))
    }
    if let servedWait, leaving < 1 {
      result.meanWaitOfServed = servedWait / (1 - leaving)
    } else {
      result.setUndefined(
        ["meanWaitOfServed"],
        Text(en: "too many states to sum at so small a rate of leaving", zh: "离去率过小，状态过多，无法求和"))
    }
    return result
  }

  public func waitTail(beyond t: Double) -> Double? {
    virtualWaitTail(beyond: t) * exp(-abandonmentRate * max(0, t))
  }

  /// P(V > t): the wait of a case that would never leave.
  public func virtualWaitTail(beyond t: Double) -> Double {
    guard t > 0 else { return waitProbability }
    return waitProbability
      * PalmFunction.ratio(
        arrivalRate / abandonmentRate, Double(servers) * serviceRate / abandonmentRate,
        decay: abandonmentRate * t)
  }
}
