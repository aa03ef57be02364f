import CaseloadData
import CaseloadMath
import Testing

@testable import CaseloadCourt

@Suite("Simulated queues")
struct QueueSimulationTests {
  typealias CaseClass = SimulatedQueue.CaseClass

  static func simulated(_ queue: SimulatedQueue, cases: Int = 150_000) async throws
    -> QueueSimulation
  {
    try await QueueSimulation(queue, cases: cases, stream: RandomStream(seed: 20))
  }

  /// Whether `estimate` lies within three standard errors of `truth`.
  static func agrees(_ estimate: Estimate, _ truth: Double?) -> Bool {
    guard let truth, let error = estimate.standardError else { return false }
    return abs(estimate.value - truth) <= 3 * error + 1e-12
  }

  static func exponential(_ rate: Double, _ mean: Double, patience: Double = 0) throws -> CaseClass
  {
    CaseClass(
      arrivalRate: rate, service: try ServiceLaw(.exponential, mean: mean),
      abandonmentRate: patience)
  }

  @Test("M/M/c agrees with Erlang", arguments: [(0.8, 1), (1.6, 2), (19.0, 20)])
  func markovian(rate: Double, servers: Int) async throws {
    let queue = try SimulatedQueue(classes: [Self.exponential(rate, 1)], servers: servers)
    let result = try await Self.simulated(queue)
    let truth = try #require(QueueReference(queue))
    #expect(Self.agrees(result.all.wait, truth.all.wait))
    #expect(Self.agrees(result.all.sojourn, truth.all.sojourn))
    #expect(Self.agrees(result.all.waitProbability, truth.all.waitProbability))
    #expect(Self.agrees(result.present, truth.present))
    #expect(Self.agrees(result.waiting, truth.waiting))
    #expect(Self.agrees(result.utilization, truth.utilization))
    #expect(Self.agrees(result.littleGap, 0))
  }

  @Test("M/G/1 agrees with Pollaczek and Khinchine for every family")
  func generalService() async throws {
    let laws = [
      try ServiceLaw(.deterministic, mean: 1),
      try ServiceLaw(.lognormal, mean: 1, coefficientOfVariation: 0.8),
      try ServiceLaw(.hyperexponential, mean: 1, coefficientOfVariation: 1.5),
    ]
    for law in laws {
      let queue = try SimulatedQueue(
        classes: [CaseClass(arrivalRate: 0.7, service: law)], servers: 1)
      let result = try await Self.simulated(queue)
      #expect(Self.agrees(result.all.wait, QueueReference(queue)?.all.wait), "\(law.family)")
    }
  }

  @Test("M/D/c agrees with the law of the cases present a service time apart")
  func deterministicServers() async throws {
    let law = try ServiceLaw(.deterministic, mean: 1)
    let queue = try SimulatedQueue(
      classes: [CaseClass(arrivalRate: 2.4, service: law)], servers: 3)
    let result = try await Self.simulated(queue)
    // Crommelin: after one service time those in service have left, and those who came are there.
    let size = 120
    let rate = 2.4
    var arriving = [exp(-rate)]
    for n in 1..<size { arriving.append(arriving[n - 1] * rate / Double(n)) }
    var law0 = [Double](repeating: 1 / Double(size), count: size)
    for _ in 0..<600 {
      var next = [Double](repeating: 0, count: size)
      for i in 0..<size {
        for j in 0..<(size - max(0, i - 3)) { next[max(0, i - 3) + j] += law0[i] * arriving[j] }
      }
      let total = next.reduce(0, +)
      law0 = next.map { $0 / total }
    }
    let present = law0.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    #expect(Self.agrees(result.present, present))
    #expect(Self.agrees(result.all.wait, present / rate - 1))
  }

  @Test("cases that abandon agree with Erlang A")
  func abandonment() async throws {
    let queue = try SimulatedQueue(
      classes: [Self.exponential(20, 1, patience: 2)], servers: 18)
    let result = try await Self.simulated(queue)
    let truth = try #require(QueueReference(queue))
    #expect(Self.agrees(result.all.abandonment, truth.all.abandonment))
    #expect(Self.agrees(result.all.wait, truth.all.wait))
    #expect(Self.agrees(result.all.waitProbability, truth.all.waitProbability))
    #expect(Self.agrees(result.utilization, truth.utilization))
    #expect(result.diagnostics.isEmpty, "patience bounds a queue that is overloaded")
  }

  @Test("two classes with priority agree with Cobham, and keep the conservation law")
  func priority() async throws {
    let queue = try SimulatedQueue(
      classes: [Self.exponential(1.6, 0.25), Self.exponential(0.2, 2)], servers: 1)
    let result = try await Self.simulated(queue)
    let truth = try #require(QueueReference(queue))
    for k in 0..<2 {
      #expect(Self.agrees(result.classes[k].wait, truth.classes[k].wait), "class \(k)")
      #expect(Self.agrees(result.classes[k].sojourn, truth.classes[k].sojourn), "class \(k)")
    }
    // ρ₁W₁ + ρ₂W₂ = ρ W₀ / (1 − ρ)
    let work = 0.4 * result.classes[0].wait.value + 0.4 * result.classes[1].wait.value
    #expect(abs(work / 3.6 - 1) < 0.05)
  }

  @Test("priority among several servers agrees with Cobham")
  func priorityServers() async throws {
    let queue = try SimulatedQueue(
      classes: [Self.exponential(1.6, 1), Self.exponential(1.2, 1)], servers: 4)
    let result = try await Self.simulated(queue)
    let truth = try #require(QueueReference(queue))
    for k in 0..<2 {
      #expect(Self.agrees(result.classes[k].wait, truth.classes[k].wait), "class \(k)")
    }
  }

  @Test("under processor sharing only the mean of the service time counts")
  func processorSharing() async throws {
    for law in [
      try ServiceLaw(.deterministic, mean: 1), try ServiceLaw(.exponential, mean: 1),
      try ServiceLaw(.hyperexponential, mean: 1, coefficientOfVariation: 2),
    ] {
      let queue = try SimulatedQueue(
        classes: [CaseClass(arrivalRate: 0.7, service: law)], servers: 1,
        discipline: .processorSharing)
      let result = try await Self.simulated(queue)
      #expect(Self.agrees(result.present, 0.7 / 0.3), "\(law.family)")
      #expect(Self.agrees(result.all.sojourn, 1 / 0.3), "\(law.family)")
    }
  }

  @Test("a limit on the cases in progress leaves as many exponential cases present")
  func limitedSharing() async throws {
    let queue = try SimulatedQueue(
      classes: [Self.exponential(2.4, 1)], servers: 3, discipline: .processorSharing, limit: 6)
    let result = try await Self.simulated(queue)
    #expect(Self.agrees(result.present, QueueReference(queue)?.present))
    #expect(result.waiting.value > 0)
  }

  @Test("batch means of one long run agree as well")
  func batchMeans() async throws {
    let queue = try SimulatedQueue(classes: [Self.exponential(0.7, 1)], servers: 1)
    let result = try await QueueSimulation(
      queue, cases: 200_000, method: .batchMeans, parts: 20, stream: RandomStream(seed: 4))
    #expect(result.parts == 20 && result.cases == 200_000)
    #expect(Self.agrees(result.all.wait, 0.7 / 0.3))
    #expect(Self.agrees(result.littleGap, 0))
  }

  @Test("the same seed gives the same result on one thread and on four")
  func threads() async throws {
    let queue = try SimulatedQueue(
      classes: [Self.exponential(0.5, 1), Self.exponential(0.3, 1)], servers: 1)
    let one = try await QueueSimulation(
      queue, cases: 20_000, stream: RandomStream(seed: 5), threads: 1)
    let four = try await QueueSimulation(
      queue, cases: 20_000, stream: RandomStream(seed: 5), threads: 4)
    #expect(one == four)
  }

  @Test("a server more shortens every replication's wait: the cases are the same")
  func commonNumbers() async throws {
    func waits(_ servers: Int) throws -> [Double] {
      let queue = try SimulatedQueue(classes: [Self.exponential(3.6, 1)], servers: servers)
      return (0..<8).map { k in
        var run = ServerQueueRun(queue, stream: RandomStream(seed: 6).substream(UInt64(k)))
        let batch = run.batches(QueueSchedule(warmUp: 0, batchSize: 5000, batches: 1)).batches[0]
        return batch.total.wait
      }
    }
    let (few, many) = try (waits(4), waits(5))
    #expect(zip(few, many).allSatisfy { $0 > $1 })
  }

  @Test("an overloaded queue is simulated, and said to grow")
  func overload() async throws {
    let queue = try SimulatedQueue(classes: [Self.exponential(1.2, 1)], servers: 1)
    let result = try await QueueSimulation(
      queue, cases: 5000, stream: RandomStream(seed: 7))
    #expect(result.diagnostics.map(\.code) == [.unboundedBacklog])
    #expect(QueueReference(queue) == nil)
  }

  @Test("queues that cannot be are refused")
  func refusals() async throws {
    let one = try Self.exponential(1, 1)
    #expect(throws: Diagnostic.self) { try SimulatedQueue(classes: [one], servers: 0) }
    #expect(throws: Diagnostic.self) { try SimulatedQueue(classes: [], servers: 1) }
    #expect(throws: Diagnostic.self) {
      try SimulatedQueue(classes: [Self.exponential(-1, 1)], servers: 1)
    }
    #expect(throws: Diagnostic.self) {
      try SimulatedQueue(classes: [one], servers: 3, discipline: .processorSharing, limit: 2)
    }
    let queue = try SimulatedQueue(classes: [one], servers: 2)
    await #expect(throws: Diagnostic.self) {
      try await QueueSimulation(queue, cases: 5, stream: RandomStream(seed: 1))
    }
  }
}
