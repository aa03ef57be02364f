import CaseloadData
import CaseloadMath

/// A court as a flow: pending cases over time without chance, below and above capacity.
///
/// ```
/// x′ = λ − μ min(x, c) − θ (x − c)⁺
/// ```
///
/// Solved in closed form on each side of x = c. With λ above capacity and cases leaving, it settles
/// at x = c + (λ − cμ)/θ, where the share 1 − cμ/λ leaves and who is served has waited ln(λ/cμ)/θ.
/// A limit of large courts: it has no wait at all where λ < cμ.
///
/// - Source: Whitt (2004), "Efficiency-driven heavy-traffic approximations for many-server queues
///   with abandonments", *Management Science* 50(10), 1449–1461; Mandelbaum, Massey & Reiman
///   (1998), *Queueing Systems* 30, 149–201.
public struct FluidQueue: Codable, Sendable, Equatable {
  public let arrivalRate: Double
  public let serviceRate: Double
  public let servers: Double
  /// θ; 0 where nobody leaves.
  public let abandonmentRate: Double

  /// A flow.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, from 0 on.
  ///   - serviceRate: μ, above zero.
  ///   - servers: c, above zero; judges in part time count in part.
  ///   - abandonmentRate: θ, from 0 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``.
  public init(
    arrivalRate: Double, serviceRate: Double, servers: Double, abandonmentRate: Double = 0
  ) throws(Diagnostic) {
    try QueueChecks.notNegative(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    try QueueChecks.notNegative(abandonmentRate, QueueChecks.abandonmentRate)
    guard servers > 0, servers.isFinite else { throw QueueChecks.illegalStaff(servers) }
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.abandonmentRate = abandonmentRate
  }

  /// cμ.
  public var capacity: Double { servers * serviceRate }

  /// Where the flow settles; `nil` where it grows without bound, or stays where it is (λ = cμ).
  public var steadyState: Double? {
    if arrivalRate < capacity { return arrivalRate / serviceRate }
    guard abandonmentRate > 0 else { return nil }
    return servers + (arrivalRate - capacity) / abandonmentRate
  }

  /// Cases by which the backlog grows in a unit of time in the long run; 0 where it settles.
  public var growth: Double { steadyState == nil ? arrivalRate - capacity : 0 }

  /// The pending cases at time `t` from `pending` at time 0.
  ///
  /// - Parameters:
  ///   - t: from 0 on.
  ///   - pending: cases at time 0, from 0 on.
  /// - Returns: cases.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/negativeCount``.
  public func pending(at t: Double, from pending: Double) throws(Diagnostic) -> Double {
    try QueueChecks.notNegative(t, Text(en: "The time", zh: "时间"))
    try Self.check(pending)
    var (x, rest) = (pending, t)
    // At most one crossing of x = c: the flow is monotone.
    if let crossing = time(from: x, to: servers), crossing > 0, crossing < rest {
      rest -= crossing
      x = servers
      return flow(x, rest, above: arrivalRate > capacity)
    }
    return flow(x, rest, above: x > servers || x == servers && arrivalRate > capacity)
  }

  /// The time until the pending cases reach `level`; `nil` where they never do.
  ///
  /// - Parameters:
  ///   - level: cases, from 0 on.
  ///   - pending: cases at time 0, from 0 on.
  /// - Returns: a time.
  /// - Throws: ``DiagnosticCode/negativeCount``.
  public func timeToReach(_ level: Double, from pending: Double) throws(Diagnostic) -> Double? {
    try Self.check(pending)
    try Self.check(level)
    guard level != pending else { return 0 }
    let crosses = (pending - servers) * (level - servers) < 0
    guard crosses else { return time(from: pending, to: level) }
    guard let first = time(from: pending, to: servers),
      let second = time(from: servers, to: level)
    else { return nil }
    return first + second
  }

  /// The long run of the flow; λ above capacity needs θ > 0.
  ///
  /// - Returns: approximate measures.
  /// - Throws: ``DiagnosticCode/unboundedBacklog``, ``DiagnosticCode/illegalRate`` without arrivals.
  public func measures() throws(Diagnostic) -> QueueMeasures {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    if abandonmentRate == 0 {
      try QueueChecks.stable(
        arrivalRate: arrivalRate, capacity: capacity, spare: capacity - arrivalRate)
    }
    let load = arrivalRate / serviceRate
    var result = QueueMeasures(arrivalRate: arrivalRate, offeredLoad: load, isExact: false)
    let queue = max(0, arrivalRate - capacity) / (abandonmentRate > 0 ? abandonmentRate : 1)
    let leaving = max(0, 1 - capacity / arrivalRate)
    result.utilization = min(1, arrivalRate / capacity)
    result.waitProbability = arrivalRate > capacity ? 1 : 0
    result.abandonmentProbability = leaving
    result.throughput = min(arrivalRate, capacity)
    result.meanQueueLength = queue
    result.meanInSystem = queue + min(load, servers)
    result.meanWait = queue / arrivalRate
    result.meanSojourn = (queue + min(load, servers)) / arrivalRate
    if arrivalRate > capacity {
      result.meanWaitIfWaiting = queue / arrivalRate
      result.meanWaitOfServed = log(arrivalRate / capacity) / abandonmentRate
    } else {
      result.meanWaitOfServed = 0
      result.setUndefined(
        ["meanWaitIfWaiting"], Text(en: "no case waits", zh: "没有案件需要等待"))
    }
    return result
  }

  /// The flow for `t`, on one side of x = c.
  private func flow(_ x: Double, _ t: Double, above: Bool) -> Double {
    if !above {
      let level = arrivalRate / serviceRate
      return level + (x - level) * exp(-serviceRate * t)
    }
    let net = arrivalRate - capacity
    if abandonmentRate == 0 { return x + net * t }
    // x − c = q: q′ = net − θq.
    let excess = x - servers
    return servers + excess - (excess - net / abandonmentRate) * -expm1(-abandonmentRate * t)
  }

  /// The time from `x` to `y`, both on one side of c or at it.
  private func time(from x: Double, to y: Double) -> Double? {
    guard x != y else { return 0 }
    let above = max(x, y) > servers
    if !above {
      let level = arrivalRate / serviceRate
      let ratio = (x - level) / (y - level)
      return ratio > 1 && ratio.isFinite ? log(ratio) / serviceRate : nil
    }
    let net = arrivalRate - capacity
    if abandonmentRate == 0 {
      let time = (y - x) / net
      return time > 0 && time.isFinite ? time : nil
    }
    let level = servers + net / abandonmentRate
    let ratio = (x - level) / (y - level)
    return ratio > 1 && ratio.isFinite ? log(ratio) / abandonmentRate : nil
  }

  private static func check(_ pending: Double) throws(Diagnostic) {
    guard pending >= 0, pending.isFinite else {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(NumberText.plain(pending)) pending cases are not possible.",
          zh: "未结案件数不能为 \(NumberText.plain(pending))。"),
        hint: Text(en: "Give a number from 0 on.", zh: "请给出不小于零的数。"))
    }
  }
}
