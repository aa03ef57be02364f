import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite struct PriorityQueueTests {
  private func classes() throws -> [ServiceClass] {
    [
      try ServiceClass(name: "a", arrivalRate: 0.5, meanService: 0.3, squaredVariation: 2),
      try ServiceClass(name: "b", arrivalRate: 0.2, meanService: 1, squaredVariation: 0.5),
      try ServiceClass(name: "c", arrivalRate: 0.1, meanService: 4, squaredVariation: 1),
    ]
  }

  @Test func workIsConserved() throws {
    let queue = try PriorityQueue(classes: classes())
    let law = queue.conservation
    #expect(law.weighted.isClose(to: law.pooled, relative: 1e-13))
    let reversed = try PriorityQueue(classes: classes().reversed()).conservation
    #expect(reversed.weighted.isClose(to: law.weighted, relative: 1e-13))
    #expect(queue.waits[0] < queue.waits[1] && queue.waits[1] < queue.waits[2])
  }

  @Test func oneClassIsNoPriority() throws {
    let one = try ServiceClass(
      name: "a", arrivalRate: 0.8, meanService: 1, squaredVariation: 5.5)
    let queue = try PriorityQueue(classes: [one])
    #expect(queue.waits[0].isClose(to: 13, relative: 1e-12))
    // Preemption of nobody by nobody.
    let preemptive = try PriorityQueue(classes: [one], discipline: .preemptiveResume)
    #expect(preemptive.waits[0].isClose(to: 13, relative: 1e-12))
  }

  @Test func theMostUrgentClassDoesNotSeeOthersUnderPreemption() throws {
    let queue = try PriorityQueue(classes: classes(), discipline: .preemptiveResume)
    let alone = try SingleServerQueue(
      arrivalRate: 0.5, meanService: 0.3, squaredVariation: 2
    ).measures
    #expect(queue.waits[0].isClose(to: alone.meanWait ?? 0, relative: 1e-12))
    #expect(queue.measures.waitProbability == nil)
  }

  @Test func exponentialServicesUnderPreemptionKeepTheNumberInSystem() throws {
    // With one exponential law, the number in system does not depend on the order.
    let two = try ["a", "b"].map {
      try ServiceClass(name: $0, arrivalRate: 0.4, meanService: 1, squaredVariation: 1)
    }
    let queue = try PriorityQueue(classes: two, discipline: .preemptiveResume)
    #expect(queue.measures.meanInSystem?.isClose(to: 4, relative: 1e-12) == true)
  }

  @Test func severalServersKeepTheOverallWait() throws {
    let two = try [("a", 8.0), ("b", 6.0)].map {
      try ServiceClass(name: $0.0, arrivalRate: $0.1, meanService: 1, squaredVariation: 1)
    }
    let queue = try PriorityQueue(classes: two, servers: 16)
    let pooled = try ErlangC(arrivalRate: 14, serviceRate: 1, servers: 16)
    #expect(queue.isExact)
    #expect(
      queue.measures.meanWait?.isClose(to: pooled.measures.meanWait ?? 0, relative: 1e-12) == true)
    // Kella & Yechiali: W₁ = C/(cμ(1 − σ₁)).
    #expect(
      queue.waits[0].isClose(to: pooled.waitProbability / (16 * (1 - 0.5)), relative: 1e-12))
    let one = try PriorityQueue(classes: classes(), servers: 1)
    #expect(one.isExact)
    #expect(try PriorityQueue(classes: classes(), servers: 2).measures.isExact == false)
  }

  @Test func aClassWithoutCapacityIsNamed() throws {
    let two = [
      try ServiceClass(name: "simple", arrivalRate: 0.5, meanService: 1),
      try ServiceClass(name: "complex", arrivalRate: 0.3, meanService: 2),
    ]
    let error = #expect(throws: Diagnostic.self) { try PriorityQueue(classes: two) }
    #expect(error?.code == .unboundedBacklog && error?.message.en.contains("'complex'") == true)
    #expect(throws: Diagnostic.self) { try PriorityQueue(classes: []) }
    #expect(throws: Diagnostic.self) {
      try PriorityQueue(classes: two, servers: 2, discipline: .preemptiveResume)
    }
    let bad = #expect(throws: Diagnostic.self) {
      try ServiceClass(name: "x", arrivalRate: -1, meanService: 1)
    }
    #expect(bad?.location?.series == "x" && bad?.code == .illegalRate)
  }
}
