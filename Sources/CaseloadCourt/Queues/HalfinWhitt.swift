import CaseloadData
import CaseloadMath

/// Many-server limits: staffing above the load by a multiple β of its square root.
///
/// ```
/// c = R + β√R,   R = λ/μ
/// P(W > 0) → [1 + β Φ(β)/φ(β)]⁻¹                                    Halfin & Whitt, nobody leaves
/// P(W > 0) → [1 + √(θ/μ) h(β√(μ/θ))/h(−β)]⁻¹,   h = φ/(1 − Φ)       Garnett, cases leave at rate θ
/// ```
///
/// A limit, not the answer: at R = 400 and P ≤ 0.05 the formula says 435 servers and the exact
/// answer is 436. ``StaffingRequirement`` always gives both.
///
/// - Source: Halfin & Whitt (1981), "Heavy-traffic limits for queues with many exponential
///   servers", *Operations Research* 29(3), 567–588; Garnett, Mandelbaum & Reiman (2002), *M&SOM*
///   4(3), 208–227, theorem 4.
public enum HalfinWhitt {
  /// The limit of P(W > 0) at β.
  ///
  /// - Parameters:
  ///   - beta: above zero where nobody leaves; any number otherwise.
  ///   - abandonmentRatio: θ/μ; 0 where nobody leaves.
  /// - Returns: a probability.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public static func waitProbability(beta: Double, abandonmentRatio: Double = 0)
    throws(Diagnostic) -> Double
  {
    try QueueChecks.notNegative(abandonmentRatio, QueueChecks.abandonmentRate)
    if abandonmentRatio == 0 {
      try QueueChecks.positive(beta, Text(en: "β", zh: "β"))
    } else if !beta.isFinite {
      try QueueChecks.positive(beta, Text(en: "β", zh: "β"))
    }
    return limit(beta, abandonmentRatio)
  }

  /// The β at which the limit of P(W > 0) is `p`, by bisection.
  ///
  /// - Parameters:
  ///   - p: between 0 and 1.
  ///   - abandonmentRatio: θ/μ; 0 where nobody leaves.
  /// - Returns: β.
  /// - Throws: ``DiagnosticCode/illegalProbability``, ``DiagnosticCode/illegalRate``.
  public static func beta(waitProbability p: Double, abandonmentRatio: Double = 0)
    throws(Diagnostic) -> Double
  {
    try QueueChecks.strictProbability(p, Text(en: "the share that waits", zh: "等待比例"))
    try QueueChecks.notNegative(abandonmentRatio, QueueChecks.abandonmentRate)
    var low = abandonmentRatio == 0 ? 0.0 : -1.0
    var high = 1.0
    while limit(high, abandonmentRatio) > p, high < 1e3 { high *= 2 }
    while abandonmentRatio > 0, limit(low, abandonmentRatio) < p, low > -1e3 { low *= 2 }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high, high - low > 1e-15 else { return middle }
      if limit(middle, abandonmentRatio) > p { low = middle } else { high = middle }
    }
  }

  /// ⌈R + β√R⌉ for the β of `waitProbability`, never fewer than one.
  ///
  /// - Parameters:
  ///   - offeredLoad: R = λ/μ, above zero.
  ///   - waitProbability: between 0 and 1.
  ///   - abandonmentRatio: θ/μ; 0 where nobody leaves.
  /// - Returns: β and the servers that the formula asks for.
  /// - Throws: ``DiagnosticCode/illegalProbability``, ``DiagnosticCode/illegalRate``.
  public static func squareRootStaffing(
    offeredLoad: Double, waitProbability: Double, abandonmentRatio: Double = 0
  ) throws(Diagnostic) -> (beta: Double, servers: Int) {
    try QueueChecks.positive(offeredLoad, Text(en: "The offered load", zh: "话务量"))
    let beta = try beta(waitProbability: waitProbability, abandonmentRatio: abandonmentRatio)
    let servers = (offeredLoad + beta * offeredLoad.squareRoot()).rounded(.up)
    guard servers <= Double(QueueChecks.mostServers) else {
      throw QueueChecks.illegalStaff(servers)
    }
    return (beta, max(1, Int(servers)))
  }

  /// The limits' approximation of a queue of finite size, at its own β = (c − R)/√R.
  ///
  /// - Parameters:
  ///   - arrivalRate: λ, above zero.
  ///   - serviceRate: μ, above zero.
  ///   - servers: c, from 1 on.
  ///   - abandonmentRate: θ; 0 where nobody leaves.
  /// - Returns: approximate measures.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog`` where nobody leaves and λ ≥ cμ.
  public static func measures(
    arrivalRate: Double, serviceRate: Double, servers: Int, abandonmentRate: Double = 0
  ) throws(Diagnostic) -> QueueMeasures {
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    try QueueChecks.notNegative(abandonmentRate, QueueChecks.abandonmentRate)
    try QueueChecks.servers(servers)
    let load = arrivalRate / serviceRate
    let c = Double(servers)
    var result = QueueMeasures(arrivalRate: arrivalRate, offeredLoad: load, isExact: false)
    let beta = (c - load) / load.squareRoot()
    let ratio = abandonmentRate / serviceRate
    if abandonmentRate == 0 {
      let spare = (-arrivalRate).addingProduct(c, serviceRate)
      try QueueChecks.stable(arrivalRate: arrivalRate, capacity: c * serviceRate, spare: spare)
      let waits = limit(beta, 0)
      result.utilization = load / c
      result.waitProbability = waits
      result.meanWaitIfWaiting = 1 / spare
      result.applyLittle(meanWait: waits / spare, meanService: 1 / serviceRate)
      return result
    }
    let waits = limit(beta, ratio)
    let scaled = beta / ratio.squareRoot()
    // P(leave) ≈ P(W > 0) √(θ/μ) (h(β̂) − β̂)/√R.
    let leaving = min(
      1, waits * ratio.squareRoot() * (hazard(scaled) - scaled) / load.squareRoot())
    result.waitProbability = waits
    result.abandonmentProbability = leaving
    result.throughput = arrivalRate * (1 - leaving)
    result.utilization = min(1, load * (1 - leaving) / c)
    let wait = leaving / abandonmentRate
    result.meanWait = wait
    result.meanQueueLength = arrivalRate * wait
    result.meanInSystem = arrivalRate * wait + load * (1 - leaving)
    result.meanSojourn = wait + (1 - leaving) / serviceRate
    if waits > 0 { result.meanWaitIfWaiting = wait / waits }
    result.setUndefined(
      ["meanWaitOfServed"],
      Text(en: "not part of this approximation", zh: "该近似不提供"))
    return result
  }

  private static func limit(_ beta: Double, _ ratio: Double) -> Double {
    if ratio == 0 { return 1 / (1 + beta / hazard(-beta)) }
    return 1 / (1 + ratio.squareRoot() * hazard(beta / ratio.squareRoot()) / hazard(-beta))
  }

  /// h(x) = φ(x)/(1 − Φ(x)); beyond 30 by its continued fraction.
  static func hazard(_ x: Double) -> Double {
    guard x > 30 else { return Normal.standard.density(x) / Normal.standard.upper(x) }
    var tail = x
    for k in stride(from: 30.0, through: 1, by: -1) { tail = x + k / tail }
    return tail
  }
}
