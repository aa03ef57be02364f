import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite struct ErlangCTests {
  /// Erlang's formulas as they are printed, with factorials.
  private func printed(_ a: Double, _ c: Int) -> (loss: Double, delay: Double) {
    var term = 1.0
    var sum = 1.0
    for k in 1...c {
      term *= a / Double(k)
      sum += term
    }
    let queue = term * Double(c) / (Double(c) - a)
    return (term / sum, queue / (sum - term + queue))
  }

  @Test func agreesWithItsDefinition() throws {
    for (a, c) in [(0.3, 1), (2.5, 3), (7.9, 8), (40, 55)] {
      let reference = printed(a, c)
      #expect(
        try ErlangFormulas.loss(offeredLoad: a, servers: c).isClose(
          to: reference.loss, relative: 1e-13))
      #expect(
        try ErlangFormulas.delay(offeredLoad: a, servers: c).isClose(
          to: reference.delay, relative: 1e-13))
    }
  }

  @Test func agreesWithABirthDeathChain() throws {
    let queue = try ErlangC(arrivalRate: 3.2, serviceRate: 1.3, servers: 4)
    let law = stationaryLaw(
      birth: { _ in 3.2 }, death: { Double(min($0, 4)) * 1.3 }, states: 120)
    let waits = law[4...].reduce(0, +)
    let length = law.indices.reduce(0.0) { $0 + Double(max(0, $1 - 4)) * law[$1] }
    #expect(queue.waitProbability.isClose(to: waits, relative: 1e-11))
    #expect(queue.measures.meanQueueLength?.isClose(to: length, relative: 1e-10) == true)
  }

  @Test func tailsIntegrateToMeans() throws {
    let queue = try ErlangC(arrivalRate: 3, serviceRate: 1, servers: 4)
    let measures = queue.measures
    let wait = integral(to: 60) { queue.waitTail(beyond: $0) ?? 0 }
    let sojourn = integral(to: 60) { queue.sojournTail(beyond: $0) }
    #expect(wait.isClose(to: measures.meanWait ?? 0, relative: 1e-9))
    // Here cμ − λ = μ, the removable case.
    #expect(sojourn.isClose(to: measures.meanSojourn ?? 0, relative: 1e-9))
    let other = try ErlangC(arrivalRate: 2.2, serviceRate: 1, servers: 4)
    #expect(
      integral(to: 60) { other.sojournTail(beyond: $0) }
        .isClose(to: other.measures.meanSojourn ?? 0, relative: 1e-9))
    // One server: the sojourn is exponential with rate μ − λ.
    let one = try ErlangC(arrivalRate: 0.7, serviceRate: 1, servers: 1)
    #expect(one.sojournTail(beyond: 5).isClose(to: exp(-1.5), relative: 1e-12))
  }

  @Test func quantilesInvertTheTail() throws {
    let queue = try ErlangC(arrivalRate: 19, serviceRate: 1, servers: 20)
    let t = try #require(try queue.waitQuantile(0.9))
    #expect(t.isClose(to: log(queue.waitProbability / 0.1), relative: 1e-12))
    #expect(try queue.waitQuantile(0.1) == 0)
    #expect(throws: Diagnostic.self) { try queue.waitQuantile(1) }
  }

  @Test func hugeAndTinyQueuesAreFinite() throws {
    let large = try ErlangC(arrivalRate: 99_990, serviceRate: 1, servers: 100_000)
    // Halfin & Whitt's limit at β = 10/√99990 with the first-order correction is about 0.9612.
    #expect(large.waitProbability > 0.95 && large.waitProbability < 0.97)
    #expect(large.measures.meanQueueLength?.isFinite == true)
    let tiny = try ErlangC(arrivalRate: 3e-300, serviceRate: 1e-300, servers: 4)
    let plain = try ErlangC(arrivalRate: 3, serviceRate: 1, servers: 4)
    #expect(tiny.waitProbability.isClose(to: plain.waitProbability, relative: 1e-12))
    let idle = try ErlangC(arrivalRate: 1, serviceRate: 1, servers: 10_000)
    #expect(idle.waitProbability == 0 && idle.measures.meanWait == 0)
  }

  @Test func moreServersNeverWaitMore() throws {
    var previous = 2.0
    for servers in 11...60 {
      let p = try ErlangC(arrivalRate: 10, serviceRate: 1, servers: servers).waitProbability
      #expect(p < previous)
      previous = p
    }
  }

  @Test func wrongNumbersAreRefused() {
    func code(_ a: Double, _ s: Double, _ c: Int) -> DiagnosticCode? {
      do throws(Diagnostic) {
        _ = try ErlangC(arrivalRate: a, serviceRate: s, servers: c)
        return nil
      } catch { return error.code }
    }
    #expect(code(.nan, 1, 1) == .illegalRate && code(0, 1, 1) == .illegalRate)
    #expect(code(1, -1, 1) == .illegalRate && code(1, .infinity, 1) == .illegalRate)
    #expect(code(1, 2, 0) == .illegalStaff && code(1, 2, -3) == .illegalStaff)
    #expect(code(2, 1, 2) == .unboundedBacklog)
    let error = #expect(throws: Diagnostic.self) {
      try ErlangC(arrivalRate: 6834, serviceRate: 200, servers: 34)
    }
    #expect(error?.message.en.contains("grows by 34 ") == true)
    #expect(error?.message.zh.contains("增加 34 件") == true)
  }

  @Test func unlimitedServersAreTheLimit() throws {
    let many = try ErlangC(arrivalRate: 5, serviceRate: 2, servers: 400).measures
    let unlimited = try InfiniteServers(arrivalRate: 5, serviceRate: 2)
    #expect(many.meanInSystem == unlimited.measures.meanInSystem)
    #expect(unlimited.measures.utilization == nil && unlimited.waitTail(beyond: 0) == 0)
    #expect(unlimited.measures.undefined.map(\.measure).contains("utilization"))
  }

  @Test func finiteRoomAgreesWithABirthDeathChain() throws {
    for (rate, servers, room) in [(3.2, 4, 9), (9.0, 3, 12), (4.0, 4, 30), (2.0, 3, 3)] {
      let queue = try FiniteRoomQueue(
        arrivalRate: rate, serviceRate: 1, servers: servers, room: room)
      let law = stationaryLaw(
        birth: { _ in rate }, death: { Double(min($0, servers)) }, states: room)
      let measures = queue.measures
      let length = law.indices.reduce(0.0) { $0 + Double(max(0, $1 - servers)) * law[$1] }
      let accepted = 1 - law[room]
      let waits = law[servers..<max(servers, room)].reduce(0, +) / accepted
      #expect(queue.blockingProbability.isClose(to: law[room], relative: 1e-11))
      #expect(measures.meanQueueLength?.isClose(to: length, relative: 1e-11) == true)
      #expect(
        measures.waitProbability?.isClose(to: waits, relative: 1e-11, absolute: 1e-15) == true)
      #expect(
        integral(to: 80) { queue.waitTail(beyond: $0) ?? 0 }
          .isClose(to: measures.meanWait ?? 0, relative: 1e-8, absolute: 1e-12))
    }
  }

  @Test func finiteRoomHasItsLimits() throws {
    let loss = try FiniteRoomQueue(arrivalRate: 7, serviceRate: 1, servers: 9, room: 9)
    #expect(
      loss.blockingProbability.isClose(
        to: try ErlangFormulas.loss(offeredLoad: 7, servers: 9), relative: 1e-13))
    let large = try FiniteRoomQueue(arrivalRate: 3, serviceRate: 1, servers: 4, room: 1000)
    let open = try ErlangC(arrivalRate: 3, serviceRate: 1, servers: 4)
    #expect(
      large.measures.meanWait?.isClose(to: open.measures.meanWait ?? 0, relative: 1e-12) == true)
    // Far above capacity, the room is full and the excess is turned away.
    let full = try FiniteRoomQueue(arrivalRate: 400, serviceRate: 1, servers: 4, room: 1_000_000)
    #expect(full.blockingProbability.isClose(to: 0.99, relative: 1e-12))
    #expect(full.measures.utilization?.isClose(to: 1, relative: 1e-12) == true)
    #expect(throws: Diagnostic.self) {
      try FiniteRoomQueue(arrivalRate: 1, serviceRate: 1, servers: 4, room: 3)
    }
  }
}
