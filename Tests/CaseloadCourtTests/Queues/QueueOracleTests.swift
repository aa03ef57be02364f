import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite(
  "Queues against the reference values",
  .enabled(if: SharedData.isPresent, "the shared reference data are absent"))
struct QueueOracleTests {
  private static let path = "court/oracles/queue_and_stockflow_closed_forms.json"

  /// Relative 1e-9, or the last digits of zero.
  private func close(_ value: Double?, _ row: JSON?, _ field: String) -> Bool {
    guard let value, let expected = row?[field]?.number else { return false }
    return value.isClose(to: expected, relative: 1e-9)
  }

  private func rows(_ name: String) throws -> [JSON] {
    try #require(SharedData.json(Self.path)[name]?.array)
  }

  private func number(_ row: JSON?, _ field: String) throws -> Double {
    try #require(row?[field]?.number)
  }

  @Test func erlangBAndC() throws {
    for row in try rows("mmc") {
      let servers = Int(try number(row, "c"))
      let load = try number(row, "offered")
      let queue = try ErlangC(
        arrivalRate: number(row, "lam"), serviceRate: number(row, "mu"), servers: servers)
      let measures = queue.measures
      #expect(
        close(try ErlangFormulas.loss(offeredLoad: load, servers: servers), row, "erlangB"))
      #expect(close(measures.waitProbability, row, "erlangC"))
      #expect(close(measures.utilization, row, "rho"))
      #expect(close(measures.meanWait, row, "Wq"))
      #expect(close(measures.meanSojourn, row, "W"))
      #expect(close(measures.meanQueueLength, row, "Lq"))
      #expect(close(measures.meanInSystem, row, "L"))
    }
  }

  @Test func erlangA() throws {
    for row in try rows("erlangA") {
      let measures = try ErlangA(
        arrivalRate: number(row, "lam"), serviceRate: number(row, "mu"),
        abandonmentRate: number(row, "theta"), servers: Int(number(row, "c"))
      ).measures
      #expect(close(measures.waitProbability, row, "P_wait"))
      #expect(close(measures.abandonmentProbability, row, "P_abandon"))
      #expect(close(measures.meanQueueLength, row, "Lq"))
      #expect(close(measures.meanWait, row, "Wq"))
      #expect(close(measures.utilization, row, "utilisation"))
    }
  }

  @Test func oneServer() throws {
    guard case .object(let cases)? = try SharedData.json(Self.path)["mg1"] else {
      Issue.record("no cases")
      return
    }
    #expect(cases.count == 4)
    for row in cases.values {
      let measures = try SingleServerQueue(
        arrivalRate: number(row, "lam"), meanService: number(row, "ES"),
        secondMoment: number(row, "ES2")
      ).measures
      #expect(close(measures.utilization, row, "rho"))
      #expect(close(measures.meanWait, row, "Wq"))
      #expect(close(measures.meanSojourn, row, "W"))
    }
  }

  @Test func fastTrack() throws {
    let oracle = try SharedData.json(Self.path)["fast_track"]
    let classes = oracle?["classes"]
    let simple = try ServiceClass(
      name: "simple", arrivalRate: number(classes, "lam_simple"),
      meanService: number(classes, "mean_simple"))
    let complex = try ServiceClass(
      name: "complex", arrivalRate: number(classes, "lam_complex"),
      meanService: number(classes, "mean_complex"))
    let all = try ServiceClass.pooled([simple, complex], name: "all")
    let pooled = try SingleServerQueue(
      arrivalRate: all.arrivalRate, meanService: all.meanService,
      squaredVariation: all.squaredVariation
    ).measures
    #expect(close(all.secondMoment, oracle?["one_judge_FCFS"], "ES2"))
    #expect(close(pooled.meanWait, oracle?["one_judge_FCFS"], "Wq"))
    #expect(close(pooled.meanSojourn, oracle?["one_judge_FCFS"], "W"))
    let priority = try PriorityQueue(classes: [simple, complex])
    #expect(close(priority.waits[0], oracle?["one_judge_priority_simple"], "Wq_simple"))
    #expect(close(priority.waits[1], oracle?["one_judge_priority_simple"], "Wq_complex"))
    #expect(close(priority.conservation.weighted, oracle?["conservation_check"], "lhs"))
    #expect(close(priority.conservation.pooled, oracle?["conservation_check"], "rhs"))
    for one in [simple, complex] {
      let own = try SingleServerQueue(
        arrivalRate: one.arrivalRate, meanService: one.meanService,
        squaredVariation: one.squaredVariation
      ).measures
      let row = oracle?["two_specialised_judges"]?[one.name]
      #expect(close(own.meanWait, row, "Wq") && close(own.meanSojourn, row, "W"))
      #expect(close(own.utilization, row, "rho"))
    }
  }

  @Test func manyServers() throws {
    for row in try rows("halfin_whitt") {
      let limit = try HalfinWhitt.waitProbability(beta: number(row, "beta"))
      #expect(close(limit, row, "P_wait"))
    }
    for row in try rows("square_root_staffing") {
      let (load, p) = (try number(row, "offered"), try number(row, "target_P_wait"))
      let need = try StaffingRequirement(.waitProbability(p), offeredLoad: load) {
        (servers) throws(Diagnostic) in
        try ErlangC(arrivalRate: load, serviceRate: 1, servers: servers)
      }
      #expect(close(need.squareRoot?.beta, row, "beta"))
      #expect(Double(need.squareRoot?.servers ?? 0) == (try number(row, "c")))
      #expect(close(need.squareRoot?.waitProbability, row, "exact_erlangC_at_c"))
      #expect(Double(need.servers) == (try number(row, "min_c_exact")))
    }
  }
}
