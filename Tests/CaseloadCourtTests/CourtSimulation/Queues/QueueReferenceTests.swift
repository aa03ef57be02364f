import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite(
  "Closed forms beside the reference values",
  .enabled(if: SharedData.isPresent, "the reference data are not here"))
struct QueueReferenceTests {
  struct Oracle: Decodable {
    struct Markovian: Decodable {
      let lam: Double, mu: Double, c: Int
      let erlangC: Double, Wq: Double, W: Double, Lq: Double, L: Double
    }
    struct Impatient: Decodable {
      let lam: Double, mu: Double, theta: Double, c: Int
      let P_wait: Double, P_abandon: Double, Lq: Double, Wq: Double, utilisation: Double
    }
    let mmc: [Markovian]
    let erlangA: [Impatient]
  }

  static func oracle() throws -> Oracle {
    try SharedData.json("court/oracles/queue_and_stockflow_closed_forms.json", as: Oracle.self)
  }

  func close(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) <= 1e-9 * abs(b) } ?? false }

  @Test("M/M/c")
  func markovian() throws {
    for row in try Self.oracle().mmc {
      let queue = try SimulatedQueue(
        classes: [.init(arrivalRate: row.lam, service: .init(.exponential, mean: 1 / row.mu))],
        servers: row.c)
      let reference = try #require(QueueReference(queue))
      #expect(close(reference.all.waitProbability, row.erlangC))
      #expect(close(reference.all.wait, row.Wq) && close(reference.all.sojourn, row.W))
      #expect(close(reference.waiting, row.Lq) && close(reference.present, row.L))
    }
  }

  @Test("Erlang A")
  func impatient() throws {
    for row in try Self.oracle().erlangA {
      let queue = try SimulatedQueue(
        classes: [
          .init(
            arrivalRate: row.lam, service: .init(.exponential, mean: 1 / row.mu),
            abandonmentRate: row.theta)
        ], servers: row.c)
      let reference = try #require(QueueReference(queue))
      #expect(close(reference.all.waitProbability, row.P_wait))
      #expect(close(reference.all.abandonment, row.P_abandon))
      #expect(close(reference.waiting, row.Lq) && close(reference.all.wait, row.Wq))
      #expect(close(reference.utilization, row.utilisation))
    }
  }
}
