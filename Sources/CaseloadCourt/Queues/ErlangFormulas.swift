import CaseloadData

/// Erlang's two formulas, by a recursion of positive terms: no factorials, no overflow that
/// matters, good to millions of servers.
///
/// ```
/// 1/B(0, a) = 1,   1/B(k, a) = 1 + (k/a) / B(k − 1, a)          loss
/// C(c, a)   = 1 / (ρ + (1 − ρ)/B(c, a)),   ρ = a/c < 1          delay
/// ```
///
/// - Source: Cooper, *Introduction to Queueing Theory*, 2nd ed. (1981), §3.3–3.4.
public enum ErlangFormulas {
  /// 1/B(c, a); infinite where B is below the smallest double.
  ///
  /// - Precondition: `offeredLoad > 0`, `servers ≥ 0`.
  static func inverseLoss(offeredLoad a: Double, servers: Int) -> Double {
    var inverse = 1.0
    var k = 1
    while k <= servers {
      inverse = 1 + Double(k) / a * inverse
      k += 1
    }
    return inverse
  }

  /// B(c, a): the share of calls lost where nobody can wait.
  ///
  /// - Parameters:
  ///   - offeredLoad: a = λ/μ, above zero.
  ///   - servers: c, from 0 on.
  /// - Returns: a probability.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``.
  public static func loss(offeredLoad: Double, servers: Int) throws(Diagnostic) -> Double {
    try QueueChecks.positive(offeredLoad, Text(en: "The offered load", zh: "话务量"))
    if servers != 0 { try QueueChecks.servers(servers) }
    return 1 / inverseLoss(offeredLoad: offeredLoad, servers: servers)
  }

  /// C(c, a): the share of cases that wait where nobody leaves.
  ///
  /// - Parameters:
  ///   - offeredLoad: a = λ/μ, above zero and below `servers`.
  ///   - servers: c, from 1 on.
  /// - Returns: a probability.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog``.
  public static func delay(offeredLoad: Double, servers: Int) throws(Diagnostic) -> Double {
    try ErlangC(arrivalRate: offeredLoad, serviceRate: 1, servers: servers).waitProbability
  }
}
