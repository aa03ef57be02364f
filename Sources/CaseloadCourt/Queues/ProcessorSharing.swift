import CaseloadData
import CaseloadMath

/// M/G/c-PS: every judge works on many cases at once. The model of a court by default.
///
/// With n cases pending, each is worked on at rate min(1, c/n) of a judge. Only the mean of a
/// case's work matters, not its law (the queue is insensitive):
///
/// ```
/// N as in M/M/c,   E[T | work x] = x (1 + C(c, a)/(c − a)),   one judge: x/(1 − ρ), N geometric
/// ```
///
/// No case waits to be taken up: ``QueueMeasures/waitProbability`` is the share that finds all judges
/// busy and from then on shares them, ``QueueMeasures/meanWait`` how much longer than its own work a
/// case stays, ``QueueMeasures/meanQueueLength`` the cases beyond one a judge.
///
/// - Source: Kelly, *Reversibility and Stochastic Networks* (1979), §3.3; Cohen (1979), "The multiple
///   phase service network with generalized processor sharing", *Acta Informatica* 12, 245–284.
public struct ProcessorSharing: QueueModel {
  public let arrivalRate: Double
  /// μ, cases that one judge completes in a unit of time when busy.
  public let serviceRate: Double
  public let servers: Int
  private let exponential: ErlangC

  /// A stable court.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - serviceRate: μ, above zero.
  ///   - servers: c, from 1 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog``.
  public init(arrivalRate: Double, serviceRate: Double, servers: Int = 1) throws(Diagnostic) {
    exponential = try ErlangC(
      arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers)
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
  }

  /// How many times its own work a case stays, on average: E[T | x]/x.
  public var slowdown: Double {
    1 + exponential.waitProbability / exponential.spare * serviceRate
  }

  /// The mean sojourn of a case whose work is `work`; exact for any c, since sharing is fair.
  public func meanSojourn(work: Double) -> Double { work * slowdown }

  public var measures: QueueMeasures { exponential.measures }

  /// A case is worked on from its arrival: no law of a wait exists.
  public func waitTail(beyond t: Double) -> Double? { nil }
}

/// M/M/c-LPS: each judge works on up to `K` cases at once, further ones wait to be taken up.
///
/// Exponential services make the number of cases that of M/M/c for every K: what K changes is who
/// waits where. With cK cases in hand, a case that finds more waits for departures at rate cμ:
///
/// ```
/// P(not taken up at once) = P(N ≥ cK) = C(c, a) ρ^{c(K − 1)},   P(W > t) = P(N ≥ cK) e^{−(cμ − λ)t}
/// ```
///
/// K = 1 is M/M/c, K = ∞ processor sharing.
///
/// - Source: Avi-Itzhak & Halfin (1988), "Expected response times in a non-symmetric time sharing
///   queue with a limited number of service positions", *ITC-12*; birth–death balance.
public struct LimitedSharing: QueueModel {
  public let arrivalRate: Double
  public let serviceRate: Double
  public let servers: Int
  /// K, the cases that a judge has in hand at most.
  public let casesPerServer: Int
  private let exponential: ErlangC

  /// A stable court.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - serviceRate: μ, above zero.
  ///   - servers: c, from 1 on.
  ///   - casesPerServer: K, from 1 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog``.
  public init(arrivalRate: Double, serviceRate: Double, servers: Int, casesPerServer: Int)
    throws(Diagnostic)
  {
    exponential = try ErlangC(
      arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers)
    guard casesPerServer >= 1, casesPerServer <= QueueChecks.mostServers else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "A judge cannot have \(casesPerServer) cases in hand.",
          zh: "每名法官同时在办案件数不能为 \(casesPerServer)。"),
        hint: Text(en: "Give at least 1, at most 10 million.", zh: "至少为 1，至多一千万。"))
    }
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.casesPerServer = casesPerServer
  }

  /// P(N ≥ cK).
  public var waitProbability: Double {
    let load = arrivalRate / (Double(servers) * serviceRate)
    return exponential.waitProbability
      * exp(Double(servers) * Double(casesPerServer - 1) * log(load))
  }

  public var measures: QueueMeasures {
    var result = exponential.measures
    let wait = waitProbability / exponential.spare
    result.waitProbability = waitProbability
    result.meanWait = wait
    result.meanWaitOfServed = wait
    result.meanQueueLength = arrivalRate * wait
    return result
  }

  public func waitTail(beyond t: Double) -> Double? {
    waitProbability * exp(-exponential.spare * max(0, t))
  }
}
