import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Multiple testing") struct MultipleTestingTests {
  @Test("every adjustment as R's p.adjust", arguments: MultipleTesting.Adjustment.allCases)
  func oracle(_ adjustment: MultipleTesting.Adjustment) throws {
    let sets = try Oracle.load("specification-tests", as: JSON.self)["adjusted"]?.array ?? []
    #expect(sets.count == 7)
    for set in sets {
      let adjusted = try MultipleTesting.adjusted(set.numbers("p"), adjustment)
      let expected = (set["adjusted"] ?? .null).numbers(adjustment.rawValue)
      #expect(adjusted.isClose(to: expected, relative: 2e-16))  // the last bit
    }
  }

  @Test("a missing p-value stays missing and does not count")
  func missing() throws {
    let adjusted = try MultipleTesting.adjusted([0.01, .nan, 0.03, 0.002], .holm)
    #expect(adjusted[1].isNaN)
    // R: 3 · 0.002, 2 · 0.01, 0.03.
    #expect([adjusted[0], adjusted[2], adjusted[3]] == [0.02, 0.03, 0.006])
    let error = #expect(throws: Diagnostic.self) {
      try MultipleTesting.adjusted([0.1, 1.2], .holm)
    }
    #expect(error?.code == .valueOutOfRange)
    #expect(try MultipleTesting.adjusted([], .hommel).isEmpty)
  }

  @Test("no adjustment makes a p-value smaller, and the stronger ones are never larger")
  func order() throws {
    var stream = RandomStream(seed: 5)
    for _ in 0..<50 {
      let p = (0..<12).map { _ in pow(stream.uniform(), 3) }
      var values: [MultipleTesting.Adjustment: [Double]] = [:]
      for adjustment in MultipleTesting.Adjustment.allCases {
        values[adjustment] = try MultipleTesting.adjusted(p, adjustment)
      }
      func dominates(
        _ a: MultipleTesting.Adjustment, _ b: MultipleTesting.Adjustment
      ) -> Bool {
        zip(values[a, default: []], values[b, default: []]).allSatisfy { $0 <= $1 + 1e-15 }
      }
      #expect(dominates(.holm, .bonferroni) && dominates(.hochberg, .holm))
      #expect(dominates(.hommel, .hochberg) && dominates(.benjaminiHochberg, .hommel))
      #expect(dominates(.benjaminiHochberg, .benjaminiYekutieli))
      #expect(zip(p, values[.benjaminiHochberg, default: []]).allSatisfy { $0 <= $1 + 1e-15 })
    }
  }

  @Test("Romano–Wolf agrees with its definition")
  func romanoWolf() throws {
    var stream = RandomStream(seed: 6)
    let statistics = [2.1, -3.4, 0.3, 2.1]
    let draws = 199
    var bootstrap = Matrix(rowCount: draws, columnCount: 4)
    for b in 0..<draws {
      let common = stream.normal()
      for j in 0..<4 { bootstrap[b, j] = 0.6 * common + 0.8 * stream.normal() }
    }
    let own = try MultipleTesting.romanoWolf(statistics: statistics, bootstrap: bootstrap)
    let order = [1, 0, 3, 2]
    var running = 0.0
    for (rank, index) in order.enumerated() {
      let count = (0..<draws).count { b in
        order[rank...].contains { abs(bootstrap[b, $0]) >= abs(statistics[index]) }
      }
      running = max(running, Double(count + 1) / Double(draws + 1))
      #expect(own[index] == running)
    }
  }

  @Test("Romano–Wolf of one test is its bootstrap p-value, and bad input is refused")
  func romanoWolfAlone() throws {
    let bootstrap = Matrix(columns: [[0.5, -2.5, 1.5, 3, -0.1, 0.2, 0.9, -1, 1]])
    #expect(try MultipleTesting.romanoWolf(statistics: [2], bootstrap: bootstrap) == [0.3])
    #expect(
      try MultipleTesting.romanoWolf(statistics: [2], bootstrap: bootstrap, alternative: .greater)
        == [0.2])
    let error = #expect(throws: Diagnostic.self) {
      try MultipleTesting.romanoWolf(
        statistics: [2], bootstrap: Matrix(rowCount: 0, columnCount: 1))
    }
    #expect(error?.code == .seriesTooShort)
  }
}
