import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite struct QueueSetupTests {
  @Test func everyModelIsReachedByItsName() throws {
    let setup = QueueSetup(
      arrivalRate: 0.8, serviceRate: 1, servers: 1, abandonmentRate: 0.5, room: 9,
      casesPerServer: 3)
    for kind in QueueKind.allCases where kind != .priority {
      let measures = try setup.model(kind).measures
      #expect(measures.arrivalRate == 0.8 && measures.meanSojourn != nil)
      #expect(!kind.name.zh.isEmpty)
      // Little's law, of the cases that are let in.
      let accepted = 0.8 * (1 - (measures.blockingProbability ?? 0))
      let (cases, stay) = (measures.meanInSystem ?? 0, measures.meanSojourn ?? 1)
      #expect(cases.isClose(to: accepted * stay, relative: 1e-12))
      let (queue, wait) = (measures.meanQueueLength ?? 0, measures.meanWait ?? 1)
      #expect(queue.isClose(to: accepted * wait, relative: 1e-12))
    }
    #expect(throws: Diagnostic.self) { try setup.model(.priority) }
    var bare = setup
    (bare.abandonmentRate, bare.room, bare.casesPerServer, bare.servers) = (nil, nil, nil, 2)
    for kind: QueueKind in [.erlangA, .finiteRoom, .limitedSharing, .singleServer, .kingman] {
      #expect(throws: Diagnostic.self) { try bare.model(kind) }
    }
  }

  @Test func limitsAreAnsweredExactly() throws {
    let setup = QueueSetup(arrivalRate: 400, serviceRate: 1, servers: 1)
    for kind: QueueKind in [.fluid, .halfinWhitt, .erlangC, .processorSharing] {
      let need = try setup.requirement(.waitProbability(0.05), of: kind)
      #expect(need.servers == 436 && need.squareRoot?.servers == 435)
    }
    #expect(throws: Diagnostic.self) {
      try setup.requirement(.waitProbability(0.05), of: .infiniteServers)
    }
    #expect(throws: Diagnostic.self) {
      try QueueSetup(arrivalRate: 4, serviceRate: 0, servers: 1).requirement(
        .waitProbability(0.05), of: .erlangC)
    }
  }
}
