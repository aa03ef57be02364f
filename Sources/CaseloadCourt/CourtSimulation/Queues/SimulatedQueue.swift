import CaseloadData

/// A queue to be simulated: classes of cases, servers, and who is served next.
///
/// Time is in any one unit: rates are cases a unit, service times in the same unit.
public struct SimulatedQueue: Codable, Sendable, Equatable {
  /// One stream of cases.
  public struct CaseClass: Codable, Sendable, Equatable {
    /// λ, of a Poisson process.
    public let arrivalRate: Double
    public let service: ServiceLaw
    /// θ: a waiting case leaves after an exponential time with mean 1/θ; 0 for never.
    public let abandonmentRate: Double

    /// A class of cases.
    public init(arrivalRate: Double, service: ServiceLaw, abandonmentRate: Double = 0) {
      self.arrivalRate = arrivalRate
      self.service = service
      self.abandonmentRate = abandonmentRate
    }
  }

  /// How the servers share the cases.
  public enum Discipline: String, Codable, Sendable, CaseIterable {
    /// One case at a time a server; classes in their order, within a class first come first served.
    case oneAtATime = "one-at-a-time"
    /// All cases at once: each of n progresses at rate min(1, c/n).
    case processorSharing = "processor-sharing"
  }

  /// By priority, the first class before the others; a service that has begun is finished.
  public let classes: [CaseClass]
  public let servers: Int
  public let discipline: Discipline
  /// Under processor sharing, how many cases progress at once, the others wait in the order of
  /// their arrival; `nil` for all.
  public let limit: Int?

  /// A queue.
  ///
  /// - Parameters:
  ///   - classes: at least one.
  ///   - servers: at least one.
  ///   - discipline: how they work.
  ///   - limit: at least `servers`.
  /// - Throws: ``DiagnosticCode/illegalStaff`` without a server; ``DiagnosticCode/illegalRate`` for a
  ///   rate below zero, or an arrival rate of zero; ``DiagnosticCode/valueOutOfRange`` for a limit
  ///   that leaves servers idle; ``DiagnosticCode/notComputable`` for abandonment under processor
  ///   sharing.
  public init(
    classes: [CaseClass], servers: Int, discipline: Discipline = .oneAtATime, limit: Int? = nil
  ) throws(Diagnostic) {
    try SimulationCheck.count("classes", classes.count)
    guard servers >= 1, servers < 1 << 20 else {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(en: "A queue has \(servers) servers.", zh: "排队模型有 \(servers) 个服务台。"),
        hint: Text(en: "Give at least one.", zh: "请至少给出一个。"))
    }
    for one in classes {
      try SimulationCheck.rate("arrivalRate", one.arrivalRate)
      try SimulationCheck.rate("abandonmentRate", one.abandonmentRate, allowsZero: true)
    }
    if let limit { try SimulationCheck.count("limit", limit, least: servers) }
    if discipline == .processorSharing, classes.contains(where: { $0.abandonmentRate > 0 }) {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "Abandonment is simulated for one case at a time, not for processor sharing.",
          zh: "放弃等待只在逐案服务下模拟，不适用于并行服务。"),
        hint: Text(
          en: "Set the abandonment rate to zero, or simulate a court.",
          zh: "请将放弃率设为零，或改用法院模型。"))
    }
    self.classes = classes
    self.servers = servers
    self.discipline = discipline
    self.limit = limit
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      classes: values.decode([CaseClass].self, forKey: .classes),
      servers: values.decode(Int.self, forKey: .servers),
      discipline: values.decode(Discipline.self, forKey: .discipline),
      limit: values.decodeIfPresent(Int.self, forKey: .limit))
  }

  /// ρ = Σ λᵢ mᵢ / c: the share of the servers' time that the cases need.
  public var offeredLoad: Double {
    classes.reduce(0) { $0 + $1.arrivalRate * $1.service.mean } / Double(servers)
  }

  /// Whether cases never pile up without bound: ρ < 1, or every class abandons.
  public var isStable: Bool {
    offeredLoad < 1 || classes.allSatisfy { $0.abandonmentRate > 0 }
  }
}
