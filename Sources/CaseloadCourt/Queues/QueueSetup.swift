import CaseloadData

/// The models of a queue, by the names that the command line knows.
public enum QueueKind: String, Codable, Sendable, CaseIterable {
  case processorSharing = "ps"
  case limitedSharing = "lps"
  case erlangC = "mmc"
  case erlangA = "erlang-a"
  case finiteRoom = "mmck"
  case infiniteServers = "mminf"
  case singleServer = "mg1"
  case severalServers = "mgc"
  case kingman = "gg1"
  case priority
  case fluid
  case halfinWhitt = "halfin-whitt"

  /// As a person reads it.
  public var name: Text {
    switch self {
    case .processorSharing:
      Text(en: "Processor sharing: judges work on all cases at once", zh: "处理器共享：法官同时办理所有案件")
    case .limitedSharing:
      Text(en: "Limited sharing: up to K cases in hand a judge", zh: "有限共享：每名法官至多同时办 K 件")
    case .erlangC: Text(en: "Erlang C (M/M/c)", zh: "Erlang C（M/M/c）")
    case .erlangA: Text(en: "Erlang A: waiting cases may leave", zh: "Erlang A：等待中的案件可能离去")
    case .finiteRoom: Text(en: "Finite room (M/M/c/K)", zh: "有限容量（M/M/c/K）")
    case .infiniteServers: Text(en: "Unlimited servers (M/M/∞)", zh: "服务台不限（M/M/∞）")
    case .singleServer: Text(en: "One server, any service (M/G/1)", zh: "单服务台、一般服务时间（M/G/1）")
    case .severalServers:
      Text(en: "Several servers, any service (approximation)", zh: "多服务台、一般服务时间（近似）")
    case .kingman:
      Text(en: "One server, any arrivals (Kingman)", zh: "单服务台、一般到达（Kingman 近似与上界）")
    case .priority: Text(en: "Priority classes", zh: "优先级")
    case .fluid: Text(en: "Fluid path (approximation)", zh: "流体近似")
    case .halfinWhitt:
      Text(en: "Many-server limit (Halfin–Whitt, Garnett)", zh: "多服务台极限（Halfin–Whitt、Garnett）")
    }
  }

  /// Whether its measures depend on a number of servers.
  public var hasServers: Bool { self != .infiniteServers }
}

/// The numbers of a queue of one kind of cases, from which any model is made.
public struct QueueSetup: Codable, Sendable, Equatable {
  public var arrivalRate: Double
  /// μ, cases that one busy server completes in a unit of time.
  public var serviceRate: Double
  public var servers: Int
  /// θ; `nil` where nobody leaves.
  public var abandonmentRate: Double?
  /// Squared coefficients of variation; 1 for Poisson arrivals and exponential services.
  public var arrivalVariation: Double
  public var serviceVariation: Double
  /// K of a finite room.
  public var room: Int?
  /// K of limited sharing.
  public var casesPerServer: Int?
  public var approximation: GeneralServiceQueue.Approximation

  /// A queue; a number is checked by the model that uses it.
  public init(
    arrivalRate: Double, serviceRate: Double, servers: Int, abandonmentRate: Double? = nil,
    arrivalVariation: Double = 1, serviceVariation: Double = 1, room: Int? = nil,
    casesPerServer: Int? = nil, approximation: GeneralServiceQueue.Approximation = .whitt
  ) {
    self.arrivalRate = arrivalRate
    self.serviceRate = serviceRate
    self.servers = servers
    self.abandonmentRate = abandonmentRate
    self.arrivalVariation = arrivalVariation
    self.serviceVariation = serviceVariation
    self.room = room
    self.casesPerServer = casesPerServer
    self.approximation = approximation
  }

  /// The model of `kind` with these numbers.
  ///
  /// - Parameter kind: any but ``QueueKind/priority``, which needs classes.
  /// - Returns: a queue.
  /// - Throws: the model's own; ``DiagnosticCode/missingOption`` where a number that it needs is
  ///   missing, ``DiagnosticCode/notComputable`` for a kind that is not for these numbers.
  public func model(_ kind: QueueKind) throws(Diagnostic) -> any QueueModel {
    switch kind {
    case .processorSharing:
      return try ProcessorSharing(
        arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers)
    case .limitedSharing:
      return try LimitedSharing(
        arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers,
        casesPerServer: needed(casesPerServer, "K", "--cases-in-hand 20"))
    case .erlangC:
      return try ErlangC(arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers)
    case .erlangA:
      return try ErlangA(
        arrivalRate: arrivalRate, serviceRate: serviceRate,
        abandonmentRate: needed(abandonmentRate, "θ", "--abandonment-rate 0.5"), servers: servers)
    case .finiteRoom:
      return try FiniteRoomQueue(
        arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers,
        room: needed(room, "K", "--room 100"))
    case .infiniteServers:
      return try InfiniteServers(arrivalRate: arrivalRate, serviceRate: serviceRate)
    case .singleServer:
      try onlyOne(kind)
      return try SingleServerQueue(
        arrivalRate: arrivalRate, meanService: meanService(), squaredVariation: serviceVariation)
    case .severalServers:
      return try GeneralServiceQueue(
        arrivalRate: arrivalRate, meanService: meanService(), servers: servers,
        arrivalVariation: arrivalVariation, serviceVariation: serviceVariation,
        approximation: approximation)
    case .kingman:
      try onlyOne(kind)
      return try KingmanQueue(
        arrivalRate: arrivalRate, meanService: meanService(), arrivalVariation: arrivalVariation,
        serviceVariation: serviceVariation)
    case .fluid:
      try QueueChecks.servers(servers)
      return ApproximateQueue(
        measures: try FluidQueue(
          arrivalRate: arrivalRate, serviceRate: serviceRate, servers: Double(servers),
          abandonmentRate: abandonmentRate ?? 0
        ).measures())
    case .halfinWhitt:
      return ApproximateQueue(
        measures: try HalfinWhitt.measures(
          arrivalRate: arrivalRate, serviceRate: serviceRate, servers: servers,
          abandonmentRate: abandonmentRate ?? 0))
    case .priority: throw Self.needsClasses
    }
  }

  /// The fewest servers that keep `target`. The limits are not searched: for them the exact model
  /// answers, Erlang C, or Erlang A where cases leave.
  ///
  /// - Parameters:
  ///   - target: what is to be kept.
  ///   - kind: the model.
  /// - Returns: the exact answer, with the square-root figure beside it.
  /// - Throws: those of ``StaffingRequirement`` and of the model.
  public func requirement(_ target: StaffingRequirement.Target, of kind: QueueKind)
    throws(Diagnostic) -> StaffingRequirement
  {
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
    var exact = kind
    if kind == .fluid || kind == .halfinWhitt {
      exact = (abandonmentRate ?? 0) > 0 ? .erlangA : .erlangC
    }
    guard ![.singleServer, .kingman, .infiniteServers].contains(kind) else {
      throw Self.noServers(kind)
    }
    let leaves = exact == .erlangA ? abandonmentRate ?? 0 : 0
    return try StaffingRequirement(
      target, offeredLoad: arrivalRate / serviceRate, abandonmentRatio: leaves / serviceRate
    ) { (servers) throws(Diagnostic) in
      var setup = self
      setup.servers = servers
      if let room, room < servers { setup.room = servers }
      return try setup.model(exact)
    }
  }

  private func meanService() throws(Diagnostic) -> Double {
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    return 1 / serviceRate
  }

  private func needed<Value>(_ value: Value?, _ symbol: String, _ option: String)
    throws(Diagnostic) -> Value
  {
    if let value { return value }
    throw Diagnostic(
      .missingOption, .error,
      Text(en: "The model needs \(symbol), which was not given.", zh: "该模型需要 \(symbol)，但未给出。"),
      hint: Text(en: "Add \(option).", zh: "请加上 \(option)。"))
  }

  private func onlyOne(_ kind: QueueKind) throws(Diagnostic) {
    try QueueChecks.servers(servers)
    guard servers == 1 else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "The model '\(kind.rawValue)' is for one server, not \(servers).",
          zh: "模型“\(kind.rawValue)”只适用于一个服务台，不适用于 \(servers) 个。"),
        hint: Text(en: "Use mgc for several servers.", zh: "多个服务台请用 mgc。"))
    }
  }

  private static func noServers(_ kind: QueueKind) -> Diagnostic {
    Diagnostic(
      .notComputable, .error,
      Text(
        en: "The model '\(kind.rawValue)' has no number of servers to search for.",
        zh: "模型“\(kind.rawValue)”没有可供搜索的服务台数。"),
      hint: Text(en: "Use ps, mmc, mgc or erlang-a.", zh: "请用 ps、mmc、mgc 或 erlang-a。"))
  }

  private static let needsClasses = Diagnostic(
    .missingOption, .error,
    Text(en: "Priorities need classes of cases.", zh: "优先级模型需要案件类别。"),
    hint: Text(
      en: "Give --class name=simple,arrival=1.6,mean=0.25 for each, the most urgent first.",
      zh: "请为每类给出 --class name=simple,arrival=1.6,mean=0.25，最优先者在前。"))
}

/// Measures of an approximation that is not a queue.
struct ApproximateQueue: QueueModel {
  let measures: QueueMeasures
  func waitTail(beyond t: Double) -> Double? { nil }
}
