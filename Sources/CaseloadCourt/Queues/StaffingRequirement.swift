import CaseloadData
import CaseloadMath

/// What a court promises, and the fewest judges that keep it: exact by search, with the square-root
/// figure beside it.
public struct StaffingRequirement: Codable, Sendable, Equatable {
  /// A promise.
  public enum Target: Codable, Sendable, Equatable {
    /// At most this share of cases waits.
    case waitProbability(Double)
    /// The mean wait is at most this time.
    case meanWait(Double)
    /// The mean time from arrival to departure is at most this.
    case meanSojourn(Double)
    /// At most the share `probability` of cases waits longer than `time`.
    case waitTail(time: Double, probability: Double)
    /// Judges are busy for at most this share of their time.
    case utilization(Double)
    /// At most this share of cases leaves.
    case abandonment(Double)

    func check() throws(Diagnostic) {
      switch self {
      case .waitProbability(let p):
        try QueueChecks.strictProbability(p, Text(en: "the share that waits", zh: "等待比例"))
      case .abandonment(let p):
        try QueueChecks.strictProbability(p, Text(en: "the share that leaves", zh: "离去比例"))
      case .waitTail(let time, let p):
        try QueueChecks.notNegative(time, Text(en: "The longest wait", zh: "最长等待时间"))
        try QueueChecks.strictProbability(p, Text(en: "the share that waits longer", zh: "超时等待比例"))
      case .meanWait(let time):
        try QueueChecks.positive(time, Text(en: "The mean wait", zh: "平均等待"))
      case .meanSojourn(let time):
        try QueueChecks.positive(time, Text(en: "The mean sojourn", zh: "平均办理时间"))
      case .utilization(let share):
        guard share > 0, share <= 1 else {
          try QueueChecks.strictProbability(share, Text(en: "the utilization", zh: "利用率"))
          return
        }
      }
    }

    /// Whether `model` keeps it; `nil` where the model does not say.
    func isMet(by model: some QueueModel) -> Bool? {
      switch self {
      case .waitProbability(let p): return model.measures.waitProbability.map { $0 <= p }
      case .meanWait(let t): return model.measures.meanWait.map { $0 <= t }
      case .meanSojourn(let t): return model.measures.meanSojourn.map { $0 <= t }
      case .waitTail(let t, let p): return model.waitTail(beyond: t).map { $0 <= p }
      case .utilization(let u): return model.measures.utilization.map { $0 <= u }
      case .abandonment(let p): return model.measures.abandonmentProbability.map { $0 <= p }
      }
    }

    /// Its value in a model.
    func value(in model: some QueueModel) -> Double? {
      switch self {
      case .waitProbability: model.measures.waitProbability
      case .meanWait: model.measures.meanWait
      case .meanSojourn: model.measures.meanSojourn
      case .waitTail(let t, _): model.waitTail(beyond: t)
      case .utilization: model.measures.utilization
      case .abandonment: model.measures.abandonmentProbability
      }
    }
  }

  /// The many-server formula's answer, and what it really gives.
  public struct SquareRoot: Codable, Sendable, Equatable {
    public let beta: Double
    /// ⌈R + β√R⌉.
    public let servers: Int
    /// The exact share that waits there; `nil` where the queue would not be stable.
    public let waitProbability: Double?
    /// How many servers the exact answer has more than the formula's.
    public let correction: Int
  }

  public let target: Target
  /// The fewest servers that keep it.
  public let servers: Int
  /// The target's quantity with that many.
  public let achieved: Double
  /// The same with one fewer; `nil` where that queue is not stable or has no server.
  public let withOneFewer: Double?
  public let measures: QueueMeasures
  /// For a share that waits.
  public let squareRoot: SquareRoot?

  /// The fewest servers of a family of queues that keep `target`.
  ///
  /// Every measure falls as servers are added, so doubling and bisection find the exact answer.
  ///
  /// - Parameters:
  ///   - target: what is to be kept.
  ///   - offeredLoad: R = λ/μ, above zero.
  ///   - abandonmentRatio: θ/μ, for the square-root figure; 0 where nobody leaves.
  ///   - model: the queue with a given number of servers; throws
  ///     ``DiagnosticCode/unboundedBacklog`` where that is too few.
  /// - Throws: ``DiagnosticCode/illegalProbability`` or ``DiagnosticCode/illegalRate`` for a target out
  ///   of range, ``DiagnosticCode/notComputable`` where the model does not tell the target's
  ///   quantity, ``DiagnosticCode/infeasiblePlan`` where no number of servers keeps it.
  public init(
    _ target: Target, offeredLoad: Double, abandonmentRatio: Double = 0,
    of model: (Int) throws(Diagnostic) -> any QueueModel
  ) throws(Diagnostic) {
    try target.check()
    try QueueChecks.positive(offeredLoad, Text(en: "The offered load", zh: "话务量"))
    func queue(_ servers: Int) throws(Diagnostic) -> (any QueueModel)? {
      do { return try model(servers) } catch {
        if error.code == .unboundedBacklog { return nil }
        throw error
      }
    }
    func isMet(_ servers: Int) throws(Diagnostic) -> Bool {
      guard let queue = try queue(servers) else { return false }
      guard let met = target.isMet(by: queue) else { throw Self.unknown }
      return met
    }
    // Below the load nothing but leaving can help; above it √R servers are about what is needed.
    let base = min(offeredLoad, Double(QueueChecks.mostServers))
    var high = max(1, Int(base.rounded(.up)))
    var step = max(1, Int(base.squareRoot()))
    while try !isMet(high) {
      guard high < QueueChecks.mostServers, step < QueueChecks.mostServers else {
        throw Self.infeasible
      }
      high = min(QueueChecks.mostServers, high + step)
      step *= 2
    }
    var low = 0
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if try isMet(middle) { high = middle } else { low = middle }
    }
    let best = try model(high)
    self.target = target
    servers = high
    achieved = target.value(in: best) ?? 0
    withOneFewer = high > 1 ? try queue(high - 1).flatMap { target.value(in: $0) } : nil
    measures = best.measures
    guard case .waitProbability(let p) = target else {
      squareRoot = nil
      return
    }
    let formula = try HalfinWhitt.squareRootStaffing(
      offeredLoad: offeredLoad, waitProbability: p, abandonmentRatio: abandonmentRatio)
    squareRoot = SquareRoot(
      beta: formula.beta, servers: formula.servers,
      waitProbability: try queue(formula.servers)?.measures.waitProbability,
      correction: high - formula.servers)
  }

  private static let unknown = Diagnostic(
    .notComputable, .error,
    Text(
      en: "This model does not tell the quantity that the target is about.",
      zh: "该模型不提供目标所涉及的量。"),
    hint: Text(
      en: "Choose another target, or a model that has it, such as mmc or erlang-a.",
      zh: "请更换目标，或改用提供该量的模型，如 mmc 或 erlang-a。"))

  private static let infeasible = Diagnostic(
    .infeasiblePlan, .error,
    Text(en: "No number of servers keeps the target.", zh: "无论多少办案力量都达不到目标。"),
    hint: Text(
      en: "A sojourn cannot be shorter than a service: relax the target.",
      zh: "办理时间不可能短于服务时间：请放宽目标。"))
}
