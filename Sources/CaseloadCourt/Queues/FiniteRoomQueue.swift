import CaseloadData
import CaseloadMath

/// M/M/c/K: room for `K` cases in all; who finds it full is turned away. `K = c` is Erlang's loss
/// model.
///
/// ```
/// p_{c+j} = p_c ρʲ,  0 ≤ j ≤ K − c,     Σ_{n ≤ c} pₙ / p_c = 1/B(c, a)
/// ```
///
/// Defined at any load. The wait is that of accepted cases.
///
/// - Source: Gross, Shortle, Thompson & Harris, *Fundamentals of Queueing Theory*, 4th ed. (2008),
///   §2.5.
public struct FiniteRoomQueue: QueueModel {
  public let arrivalRate: Double
  public let serviceRate: Double
  public let servers: Int
  /// K, cases waiting or in service.
  public let room: Int
  /// p_K.
  public let blockingProbability: Double
  /// p_{c+j} for j = 0 … K − c, as far as they are above the smallest double: those of highest
  /// weight are always there.
  private let full: [Double]
  private let firstFull: Int

  /// A queue with finite room.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - serviceRate: μ, above zero.
  ///   - servers: c, from 1 on.
  ///   - room: K, from c on, at most ten million.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``.
  public init(arrivalRate: Double, serviceRate: Double, servers: Int, room: Int) throws(Diagnostic)
  {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    try QueueChecks.servers(servers)
    guard room >= servers, room <= QueueChecks.mostServers else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(
          en: "A room for \(room) cases cannot hold the \(servers) in service.",
          zh: "容量 \(room) 件容不下 \(servers) 件在办案件。"),
        hint: Text(
          en: "The room counts cases waiting and in service: give at least \(servers), at most 10 "
            + "million.", zh: "容量含等待与在办案件：至少 \(servers)，至多一千万。"))
    }
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.room = room
    let load = arrivalRate / (Double(servers) * serviceRate)
    let below =
      ErlangFormulas.inverseLoss(offeredLoad: arrivalRate / serviceRate, servers: servers) - 1
    // Weights relative to the heavier end, so that nothing overflows.
    let last = room - servers
    var weights: [Double] = []
    var base: Double
    if load <= 1 {
      var weight = 1.0
      while weights.count <= last, weight > 0 {
        weights.append(weight)
        weight *= load
      }
      base = below
      firstFull = 0
    } else {
      var weight = 1.0
      while weights.count <= last, weight > 0 {
        weights.append(weight)
        weight /= load
      }
      firstFull = last + 1 - weights.count
      base = below * exp(-Double(last) * log(load))
      weights.reverse()
    }
    if base.isNaN { base = 0 }
    let total = weights.accurateSum + base
    full = weights.map { $0 / total }
    blockingProbability = firstFull + weights.count == last + 1 ? (full.last ?? 0) : 0
  }

  public var measures: QueueMeasures {
    let offered = arrivalRate / serviceRate
    var result = QueueMeasures(arrivalRate: arrivalRate, offeredLoad: offered)
    let accepted = arrivalRate * (1 - blockingProbability)
    result.throughput = accepted
    result.blockingProbability = blockingProbability
    let busy = accepted / serviceRate
    result.utilization = busy / Double(servers)
    var queue = Accumulator()
    for (j, p) in full.enumerated() { queue.add(product: Double(firstFull + j), p) }
    result.meanQueueLength = queue.value
    result.meanInSystem = queue.value + busy
    guard accepted > 0 else { return result }
    let wait = queue.value / accepted
    result.meanWait = wait
    result.meanWaitOfServed = wait
    result.meanSojourn = wait + 1 / serviceRate
    let waiting = waitingShare
    result.waitProbability = waiting
    if waiting > 0 {
      result.meanWaitIfWaiting = wait / waiting
    } else {
      result.setUndefined(
        ["meanWaitIfWaiting"], Text(en: "no case waits", zh: "没有案件需要等待"))
    }
    return result
  }

  /// Of accepted cases, those that find every server busy.
  private var waitingShare: Double {
    guard room > servers, blockingProbability < 1 else { return 0 }
    let busy = (firstFull + full.count == room - servers + 1 ? full.dropLast() : full[...])
    return busy.reduce(0, +) / (1 - blockingProbability)
  }

  /// P(W > t) of an accepted case: with j waiting, j + 1 completions at rate cμ come first.
  public func waitTail(beyond t: Double) -> Double? {
    guard t > 0 else { return waitingShare }
    let completions = Double(servers) * serviceRate * t
    var sum = 0.0
    for (j, p) in full.enumerated() where firstFull + j < room - servers && p > 0 {
      sum += p * SpecialFunctions.regularizedGammaQ(Double(firstFull + j + 1), completions)
    }
    return sum / (1 - blockingProbability)
  }
}
