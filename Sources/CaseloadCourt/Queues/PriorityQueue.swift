import CaseloadData
import CaseloadMath

/// A class of cases with its own arrivals and services.
public struct ServiceClass: Codable, Sendable, Equatable {
  public let name: String
  /// λ, cases in a unit of time.
  public let arrivalRate: Double
  /// E[S], a judge's time for one case.
  public let meanService: Double
  /// Var S / E[S]²; 1 for exponential services.
  public let squaredVariation: Double

  /// A class of cases.
  ///
  /// - Parameters:
  ///   - name: tells it from the others.
  ///   - arrivalRate: λ, above zero.
  ///   - meanService: E[S], above zero.
  ///   - squaredVariation: Var S / E[S]², from 0 on.
  /// - Throws: ``DiagnosticCode/illegalRate``, naming the class.
  public init(name: String, arrivalRate: Double, meanService: Double, squaredVariation: Double = 1)
    throws(Diagnostic)
  {
    do {
      try QueueChecks.positive(arrivalRate, QueueChecks.arrivalRate)
      try QueueChecks.positive(meanService, QueueChecks.meanService)
      try QueueChecks.notNegative(squaredVariation, QueueChecks.variation)
    } catch {
      throw error.located(Diagnostic.Location(series: name))
    }
    self.name = name
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.squaredVariation = squaredVariation
  }

  /// ρ = λ E[S].
  public var load: Double { arrivalRate * meanService }
  /// E[S²].
  public var secondMoment: Double { meanService * meanService * (1 + squaredVariation) }

  /// All classes as one: arrivals add up, a service is that of a case drawn at random.
  public static func pooled(_ classes: [ServiceClass], name: String) throws(Diagnostic)
    -> ServiceClass
  {
    let rate = classes.reduce(0) { $0 + $1.arrivalRate }
    let mean = classes.reduce(0) { $0 + $1.load } / rate
    let second = classes.reduce(0) { $0 + $1.arrivalRate / rate * $1.secondMoment }
    let variation = second / (mean * mean) - 1
    return try ServiceClass(
      name: name, arrivalRate: rate, meanService: mean,
      squaredVariation: abs(variation) < 1e-14 ? 0 : max(0, variation))
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: container.decode(String.self, forKey: .name),
      arrivalRate: container.decode(Double.self, forKey: .arrivalRate),
      meanService: container.decode(Double.self, forKey: .meanService),
      squaredVariation: container.decodeIfPresent(Double.self, forKey: .squaredVariation) ?? 1)
  }
}

/// What one class of a queue sees.
public struct ClassMeasures: Codable, Sendable, Equatable {
  public let name: String
  public let arrivalRate: Double
  /// λ E[S], in servers.
  public let load: Double
  public let meanWait: Double
  public let meanSojourn: Double
  public let meanQueueLength: Double
  public let meanInSystem: Double

  init(_ one: ServiceClass, meanWait: Double) {
    name = one.name
    arrivalRate = one.arrivalRate
    load = one.load
    self.meanWait = meanWait
    meanSojourn = meanWait + one.meanService
    meanQueueLength = one.arrivalRate * meanWait
    meanInSystem = one.arrivalRate * (meanWait + one.meanService)
  }
}

/// M/G/1 and M/G/c with priorities: the classes in order, the first before all others.
///
/// ```
/// not preemptive, c = 1    W_k = W₀ / ((1 − σ_{k−1})(1 − σ_k)),   W₀ = Σ λᵢE[Sᵢ²]/2      Cobham
/// preemptive-resume, c = 1 T_k = E[S_k]/(1 − σ_{k−1}) + Σ_{i ≤ k} λᵢE[Sᵢ²]/2 / ((1 − σ_{k−1})(1 − σ_k))
/// not preemptive, c > 1    W_k = (1 − σ) W / ((1 − σ_{k−1})(1 − σ_k)),  W the mean wait of all without priority
/// ```
///
/// σ_k = Σ_{i ≤ k} λᵢE[Sᵢ]/c, σ that of all classes. The last is exact where all classes have one
/// exponential service law, and an approximation otherwise. A wait under preemption is the sojourn
/// less the case's own work.
///
/// - Source: Cobham (1954), "Priority assignment in waiting line problems", *Operations Research*
///   2, 70–76; Kella & Yechiali (1985), "Waiting times in the non-preemptive priority M/M/c
///   queue", *Stochastic Models* 1, 257–262; Bondi & Buzen (1984), "The response times of priority
///   classes under preemptive resume in M/G/m queues", *SIGMETRICS* 12(3), 195–201; Gross et al.
///   (2008), §3.4.
public struct PriorityQueue: QueueModel {
  /// Whether an urgent case interrupts the one in hand.
  public enum Discipline: String, Codable, Sendable, CaseIterable {
    case nonPreemptive = "non-preemptive"
    case preemptiveResume = "preemptive-resume"
  }

  /// In order of priority.
  public let classes: [ServiceClass]
  public let servers: Int
  public let discipline: Discipline
  /// The mean wait of each class.
  public let waits: [Double]
  public let isExact: Bool
  private let pool: ServiceClass
  private let busyProbability: Double

  /// A stable queue with priorities.
  ///
  /// - Parameters:
  ///   - classes: at least one, the most urgent first.
  ///   - servers: c, from 1 on.
  ///   - discipline: preemption with one server only.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/unboundedBacklog`` naming the class from which on there is no capacity left,
  ///   ``DiagnosticCode/notComputable`` for no class or for preemption with several servers.
  public init(
    classes: [ServiceClass], servers: Int = 1, discipline: Discipline = .nonPreemptive
  ) throws(Diagnostic) {
    try QueueChecks.servers(servers)
    guard !classes.isEmpty else { throw Self.noClass }
    guard servers == 1 || discipline == .nonPreemptive else { throw Self.severalPreempting }
    let c = Double(servers)
    var loads = [0.0]
    for one in classes {
      loads.append((loads.last ?? 0) + one.load / c)
      let used = loads.last ?? 0
      try QueueChecks.stable(
        arrivalRate: one.arrivalRate,
        capacity: max(0, 1 - (used - one.load / c)) * c / one.meanService,
        spare: (1 - used) * c / one.meanService, of: one.name)
    }
    pool = try ServiceClass.pooled(classes, name: "all")
    let without = try GeneralServiceQueue(
      arrivalRate: pool.arrivalRate, meanService: pool.meanService, servers: servers,
      serviceVariation: pool.squaredVariation)
    busyProbability = without.measures.waitProbability ?? 0
    self.classes = classes
    self.servers = servers
    self.discipline = discipline
    let isOneLaw = classes.allSatisfy {
      $0.squaredVariation == 1 && abs($0.meanService / classes[0].meanService - 1) < 1e-12
    }
    isExact = servers == 1 || isOneLaw
    let residual =
      servers == 1
      ? classes.reduce(0) { $0 + $1.arrivalRate * $1.secondMoment / 2 }
      : (1 - (loads.last ?? 0)) * without.meanWait
    var waits: [Double] = []
    var work = 0.0
    for (k, one) in classes.enumerated() {
      let (before, upTo) = (1 - loads[k], 1 - loads[k + 1])
      work += one.arrivalRate * one.secondMoment / 2
      switch discipline {
      case .nonPreemptive: waits.append(residual / (before * upTo))
      case .preemptiveResume:
        waits.append(one.meanService * loads[k] / before + work / (before * upTo))
      }
    }
    self.waits = waits
  }

  /// What each class sees, in order.
  public var classMeasures: [ClassMeasures] {
    zip(classes, waits).map { ClassMeasures($0, meanWait: $1) }
  }

  /// Kleinrock's conservation law: no order of service that neither idles nor looks at the
  /// remaining work changes Σ ρᵢWᵢ.
  ///
  /// - Returns: Σ ρᵢWᵢ of these classes, and ρ times the mean wait without priority; equal where one
  ///   server does not preempt.
  public var conservation: (weighted: Double, pooled: Double) {
    let load = pool.load / Double(servers)
    let residual = classes.reduce(0) { $0 + $1.arrivalRate * $1.secondMoment / 2 }
    return (zip(classes, waits).reduce(0) { $0 + $1.0.load * $1.1 }, load * residual / (1 - load))
  }

  public var measures: QueueMeasures {
    var result = QueueMeasures(
      arrivalRate: pool.arrivalRate, offeredLoad: pool.load, isExact: isExact)
    result.utilization = pool.load / Double(servers)
    let wait =
      zip(classes, waits).reduce(0) { $0 + $1.0.arrivalRate * $1.1 } / pool.arrivalRate
    result.applyLittle(meanWait: wait, meanService: pool.meanService)
    if discipline == .nonPreemptive {
      result.waitProbability = busyProbability
      if busyProbability > 0 { result.meanWaitIfWaiting = wait / busyProbability }
    } else {
      result.setUndefined(
        ["waitProbability", "meanWaitIfWaiting"],
        Text(
          en: "under preemption a case may wait after its start", zh: "抢占式服务下，案件开始办理后仍可能等待"))
    }
    return result
  }

  public func waitTail(beyond t: Double) -> Double? { nil }

  private static let noClass = Diagnostic(
    .notComputable, .error,
    Text(en: "Priorities need at least one class of cases.", zh: "优先级模型至少需要一类案件。"),
    hint: Text(
      en: "Give each class its arrival rate and mean service time, the most urgent first.",
      zh: "请给出各类案件的到达率和平均服务时间，最优先者在前。"))

  private static let severalPreempting = Diagnostic(
    .notComputable, .error,
    Text(
      en: "Preemptive-resume priority is computed for one server only.", zh: "抢占续办式优先级仅能按一个服务台计算。"),
    hint: Text(
      en: "Take --servers 1, or priority without preemption.", zh: "请用一个服务台，或改用非抢占式优先级。"))
}
