import CaseloadData
import CaseloadMath

/// A queue simulated to estimate its means, with intervals.
///
/// Either independent replications, each started empty and warmed up, or one long run cut into
/// batches: the means of the parts are treated as independent draws,
///
/// ```
/// x̄ ± t(R − 1) · s / √R
/// ```
///
/// Little's law links what is measured over time and over cases: L and λ W agree up to the cases
/// that are present at the ends of a part, and the gap is reported.
///
/// - Sources: Law (2015), *Simulation Modeling and Analysis*, 5th ed., §9.4 (warm-up), §9.5.2
///   (replications), §9.5.3 (batch means); Little (1961), "A proof for the queuing formula
///   L = λW", *Operations Research* 9(3), 383–387.
public struct QueueSimulation: Codable, Sendable, Equatable {
  /// What the means of a run are compared across.
  public enum Method: String, Codable, Sendable, CaseIterable {
    case replications
    case batchMeans = "batch-means"
  }

  /// The means of one class, or of all.
  public struct Means: Codable, Sendable, Equatable {
    /// From arrival to the start of service, or to abandonment.
    public let wait: Estimate
    /// From arrival to leaving.
    public let sojourn: Estimate
    /// The share that waits at all.
    public let waitProbability: Estimate
    /// The share that abandons.
    public let abandonment: Estimate
  }

  public let queue: SimulatedQueue
  public let method: Method
  /// Replications, or batches.
  public let parts: Int
  /// Cases that left and were counted, and events of the whole simulation with its warm-up.
  public let cases: Int
  public let events: Int
  public let all: Means
  /// One a class, in the order of the queue.
  public let classes: [Means]
  /// Time averages: cases waiting, cases present, and the busy share of the servers.
  public let waiting: Estimate
  public let present: Estimate
  public let utilization: Estimate
  /// L − λ W, measured.
  public let littleGap: Estimate
  /// Whether the queue grows without bound.
  public let diagnostics: [Diagnostic]

  /// Simulates `queue`.
  ///
  /// - Parameters:
  ///   - queue: what to simulate.
  ///   - cases: counted over all parts.
  ///   - method: how standard errors are found.
  ///   - parts: replications or batches, at least two.
  ///   - warmUp: cases before the counting begins, once a replication; `nil` for a tenth of the
  ///     cases of a replication, and at least 1000.
  ///   - stream: where the random numbers come from; replication k draws from its substream k.
  ///   - threads: at most so many; the result does not depend on it.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for fewer than two parts or ten cases a part;
  ///   `CancellationError`.
  public init(
    _ queue: SimulatedQueue, cases: Int, method: Method = .replications, parts: Int = 20,
    warmUp: Int? = nil, stream: RandomStream, threads: Int? = nil
  ) async throws {
    try SimulationCheck.count("parts", parts, least: 2)
    try SimulationCheck.count("cases", cases, least: 10 * parts)
    let size = cases / parts
    let perRun = method == .replications ? size : cases
    let warmUp = warmUp ?? max(1000, perRun / 10)
    try SimulationCheck.count("warmUp", warmUp, least: 0)
    let isBatched = method == .batchMeans
    let schedule = QueueSchedule(
      warmUp: warmUp, batchSize: size, batches: isBatched ? parts : 1)
    let runs = try await concurrentMap(isBatched ? 1 : parts, threads: threads) { k in
      Self.run(queue, schedule, stream.substream(UInt64(k)))
    }
    let batches = runs.flatMap(\.batches)
    self.init(
      queue, method, batches, events: runs.reduce(0) { $0 + $1.events })
  }

  private static func run(
    _ queue: SimulatedQueue, _ schedule: QueueSchedule, _ stream: RandomStream
  )
    -> (batches: [QueueBatch], events: Int)
  {
    switch queue.discipline {
    case .oneAtATime:
      var run = ServerQueueRun(queue, stream: stream)
      return run.batches(schedule)
    case .processorSharing:
      var run = SharedQueueRun(queue, stream: stream)
      return run.batches(schedule)
    }
  }

  private init(_ queue: SimulatedQueue, _ method: Method, _ batches: [QueueBatch], events: Int) {
    func estimate(_ value: (QueueBatch) -> Double) -> Estimate {
      ReplicationEstimate.estimate(batches.map(value))
    }
    func ratio(_ sums: QueueBatch.ClassSums, _ x: Double) -> Double {
      sums.left == 0 ? 0 : x / Double(sums.left)
    }
    func means(_ sums: (QueueBatch) -> QueueBatch.ClassSums) -> Means {
      Means(
        wait: estimate { ratio(sums($0), sums($0).wait) },
        sojourn: estimate { ratio(sums($0), sums($0).sojourn) },
        waitProbability: estimate { ratio(sums($0), Double(sums($0).waited)) },
        abandonment: estimate { ratio(sums($0), Double(sums($0).abandoned)) })
    }
    self.queue = queue
    self.method = method
    self.events = events
    parts = batches.count
    cases = batches.reduce(0) { $0 + $1.total.left }
    all = means(\.total)
    classes = queue.classes.indices.map { k in means { $0.classes[k] } }
    waiting = estimate { $0.waiting / $0.elapsed }
    present = estimate { $0.present / $0.elapsed }
    utilization = estimate { $0.busy / $0.elapsed / Double(queue.servers) }
    littleGap = estimate { ($0.present - $0.total.sojourn) / $0.elapsed }
    diagnostics = queue.isStable ? [] : [Self.unbounded(queue)]
  }

  private static func unbounded(_ queue: SimulatedQueue) -> Diagnostic {
    let load = NumberText.percent(queue.offeredLoad, 1)
    return Diagnostic(
      .unboundedBacklog, .warning,
      Text(
        en:
          "The cases need \(load.en) of the servers' time: the queue grows without bound, and its "
          + "means depend on how long it is simulated.",
        zh: "案件需要服务台时间的 \(load.zh)：队列无限增长，均值取决于模拟时长。"),
      hint: Text(en: "Add servers, or lower the arrival rate.", zh: "请增加服务台，或降低到达率。"))
  }
}

/// Means of independent parts of a simulation.
enum ReplicationEstimate {
  /// The mean of `values` with its t interval; no interval from a single value.
  static func estimate(_ values: [Double], level: Double = 0.95) -> Estimate {
    let mean = Descriptive.mean(values) ?? 0
    guard values.count > 1, let deviation = Descriptive.standardDeviation(values) else {
      return Estimate(
        value: mean, standardError: nil, lower: nil, upper: nil, level: level, pValue: nil)
    }
    let error = deviation / Double(values.count).squareRoot()
    let t = StudentT(degreesOfFreedom: Double(values.count - 1)).upperQuantile((1 - level) / 2)
    return Estimate(
      value: mean, standardError: error, lower: mean - t * error, upper: mean + t * error,
      level: level, pValue: nil)
  }
}
