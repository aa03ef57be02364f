import CaseloadCourt
import CaseloadData
import Testing

@Suite("Frontiers of courts") struct ProductionFrontierTests {
  // Cooper, Seiford & Tone, Data Envelopment Analysis, example 1.1: employees and sales of 8 stores.
  private static let names = ["A", "B", "C", "D", "E", "F", "G", "H"]
  private static let employees: [Double] = [2, 3, 3, 4, 5, 5, 6, 8]
  private static let sales: [Double] = [1, 3, 2, 3, 4, 2, 3, 5]

  @Test("one input and one output: the ratio over the best ratio")
  func constant() throws {
    let frontier = try ProductionFrontier(
      Self.names, inputs: [Self.employees], outputs: [Self.sales], returns: .constant)
    for (k, court) in frontier.courts.enumerated() {
      #expect(abs(court.efficiency - Self.sales[k] / Self.employees[k]) < 1e-9)
      #expect(court.peers.map(\.court) == ["B"])
      #expect(abs(court.possibleOutputs[0] - Self.employees[k]) < 1e-9)
    }
  }

  @Test("under variable returns the frontier is the upper hull")
  func variable() throws {
    let frontier = try ProductionFrontier(
      Self.names, inputs: [Self.employees], outputs: [Self.sales])
    let efficiency = frontier.courts.map(\.efficiency)
    // The hull runs A (2, 1), B (3, 3), E (5, 4), H (8, 5).
    let hull: [Double] = [1, 3, 3, 3.5, 4, 4, 13.0 / 3, 5]
    for k in hull.indices { #expect(abs(efficiency[k] - Self.sales[k] / hull[k]) < 1e-9) }
    #expect(frontier.courts[3].peers.map(\.court) == ["B", "E"])
    #expect(frontier.courts[3].peers.allSatisfy { abs($0.weight - 0.5) < 1e-9 })
  }

  @Test("efficiency knows no units, and constant returns are the stricter ones")
  func invariants() throws {
    let inputs = [Self.employees, [9, 4, 7, 3, 8, 5, 6, 2]]
    let outputs = [Self.sales, [2, 2, 5, 3, 1, 4, 2, 6]]
    let constant = try ProductionFrontier(
      Self.names, inputs: inputs, outputs: outputs, returns: .constant)
    let variable = try ProductionFrontier(Self.names, inputs: inputs, outputs: outputs)
    let other = try ProductionFrontier(
      Self.names, inputs: [inputs[0].map { 1000 * $0 }, inputs[1]],
      outputs: [outputs[0], outputs[1].map { $0 / 60 }])
    for k in Self.names.indices {
      #expect(constant.courts[k].efficiency <= variable.courts[k].efficiency + 1e-9)
      #expect(abs(variable.courts[k].efficiency - other.courts[k].efficiency) < 1e-9)
      #expect(abs(variable.courts[k].peers.map(\.weight).reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test("wrong input is refused with its reason")
  func refused() {
    func code(_ inputs: [[Double]], _ outputs: [[Double]]) -> DiagnosticCode? {
      do throws(Diagnostic) {
        _ = try ProductionFrontier(["A", "B"], inputs: inputs, outputs: outputs)
        return nil
      } catch { return error.code }
    }
    #expect(code([[1, 2]], [[1]]) == .missingValues)
    #expect(code([], [[1, 2]]) == .missingValues)
    #expect(code([[1, -2]], [[1, 2]]) == .valueOutOfRange)
    #expect(code([[1, 2]], [[1, 0]]) == .valueOutOfRange)
    #expect(code([[1, .nan]], [[1, 2]]) == .valueOutOfRange)
  }
}
