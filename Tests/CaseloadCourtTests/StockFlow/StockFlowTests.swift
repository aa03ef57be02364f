import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Stock and flow") struct StockFlowTests {
  private let start = Period.month(2026, 1)

  @Test("closing up to a capacity: B′ = B + λ − min(cap, B + λ)")
  func capacity() throws {
    let filings = [Double](repeating: 700, count: 6) + [Double](repeating: 650, count: 6)
    let capacity = [Double](repeating: 680, count: 6) + [Double](repeating: 720, count: 6)
    let steps = try CapacityLimitedClosing().projection(
      of: [DocketInput(name: "all", opening: 1000, filings: filings)], capacity: capacity,
      from: start
    ).total
    #expect(
      steps.map(\.closing)
        == [1020, 1040, 1060, 1080, 1100, 1120, 1050, 980, 910, 840, 770, 700])
    #expect(steps.map(\.resolved) == capacity)
  }

  @Test("a capacity beyond what is there closes everything and nothing more")
  func surplus() throws {
    let steps = try CapacityLimitedClosing().projection(
      of: [DocketInput(name: "all", opening: 5, filings: [3, 0])], capacity: [100, 100],
      from: start
    ).total
    #expect(steps.map(\.closing) == [0, 0] && steps.map(\.resolved) == [8, 0])
  }

  @Test("a shared capacity is spent in full, and no type closes more than it has")
  func sharing() throws {
    let dockets = [
      DocketInput(name: "a", opening: 100, filings: [20]),
      DocketInput(name: "b", opening: 10, filings: [0]),
      DocketInput(name: "c", opening: 300, filings: [30]),
    ]
    func resolved(_ rule: CapacityLimitedClosing) throws -> [Double] {
      try rule.projection(of: dockets, capacity: [90], from: start).dockets.map {
        $0.steps[0].resolved
      }
    }
    // 460 are available.
    let pending = try resolved(CapacityLimitedClosing())
    #expect(pending.isClose(to: [120, 10, 330].map { $0 * 90 / 460 }, relative: 1e-14))
    // b needs 10 of its 30; the rest goes to the others by their shares.
    let shares = try resolved(CapacityLimitedClosing(sharing: .shares([1, 1, 1])))
    #expect(shares.isClose(to: [40, 10, 40], relative: 1e-14))
    let priority = try resolved(CapacityLimitedClosing(sharing: .priority([1, 2])))
    #expect(priority == [0, 10, 80])
    // Minutes: 60, 120 and 30 a case.
    let minutes = CapacityLimitedClosing(sharing: .priority([1, 0, 2]), effort: [60, 120, 30])
    let spent = try minutes.projection(of: dockets, capacity: [9000], from: start)
    #expect(spent.dockets.map { $0.steps[0].resolved } == [120, 10, 20])
    let none = try resolved(CapacityLimitedClosing(sharing: .shares([1, 0, 0])))
    #expect(none == [90, 0, 0])
  }

  @Test("cases are conserved in every period and type, whole ones exactly")
  func conservation() throws {
    var draws = RandomStream(seed: 11)
    for isWhole in [false, true] {
      for sharing in [
        CapacityLimitedClosing.Sharing.pending, .shares([3, 1, 2]), .priority([2, 0, 1]),
      ] {
        let dockets = (0..<3).map { k in
          DocketInput(
            name: "\(k)", opening: Double(draws.integer(below: 500)),
            filings: (0..<60).map { _ in Double(draws.integer(below: 100)) })
        }
        let capacity = (0..<60).map { _ in Double(draws.integer(below: 250)) }
        let result = try CapacityLimitedClosing(sharing: sharing, isWhole: isWhole).projection(
          of: dockets, capacity: capacity, from: start)
        for docket in result.dockets {
          var open = docket.steps[0].opening
          for step in docket.steps {
            #expect(step.opening == open)
            let sum = step.opening + step.filed - step.resolved
            #expect(isWhole ? step.closing == sum : step.closing.isClose(to: sum, absolute: 1e-9))
            #expect(step.closing >= -1e-9 && step.resolved >= 0)
            if isWhole { #expect(step.resolved == step.resolved.rounded()) }
            open = step.closing
          }
        }
        for (t, step) in result.total.enumerated() {
          let available = step.opening + step.filed
          #expect(
            step.resolved.isClose(
              to: min(capacity[t], available), relative: 1e-12, absolute: isWhole ? 0 : 1e-9))
        }
      }
    }
  }

  @Test("proportional clearance agrees with its closed form")
  func proportional() throws {
    let law = try ProportionalClearance(rate: 0.5)
    // Computed with 30 digits: λ = 600, k = 0.5, B₀ = 2000.
    let expected = [
      (0.0, 2000.0), (1, 1685.2245277701068), (2, 1494.3035529371539), (3, 1378.504128118744),
      (6, 1239.829654694291), (12, 1201.983001741333),
    ]
    for (month, pending) in expected {
      #expect(
        law.pending(after: month, opening: 2000, filings: 600).isClose(to: pending, relative: 1e-14)
      )
    }
    #expect(law.halfLife.isClose(to: 1.3862943611198906, relative: 1e-15))
    #expect(law.steadyState(filings: 600) == 1200)
    #expect(
      law.dispositionTime(daysPerPeriod: 365.0 / 12).isClose(
        to: 60.833333333333336, relative: 1e-15))
    let steps = try law.projection(
      of: [DocketInput(name: "all", opening: 2000, filings: [Double](repeating: 600, count: 12))],
      from: start
    ).total
    for (month, pending) in expected.dropFirst() {
      #expect(steps[Int(month) - 1].closing.isClose(to: pending, relative: 1e-12))
    }
    let still = try ProportionalClearance.discreteProjection(
      share: 0.25, of: [DocketInput(name: "all", opening: 1800, filings: [600, 600])], from: start)
    #expect(still.total.map(\.closing) == [1800, 1800])
  }

  @Test("refused: rates and numbers that mean nothing")
  func refusals() {
    #expect(throws: Diagnostic.self) { try ProportionalClearance(rate: 0) }
    #expect(throws: Diagnostic.self) { try ProportionalClearance(rate: .nan) }
    #expect(throws: Diagnostic.self) {
      try CapacityLimitedClosing().projection(
        of: [DocketInput(name: "a", opening: -1, filings: [1])], capacity: [1], from: start)
    }
    #expect(throws: Diagnostic.self) {
      try CapacityLimitedClosing(sharing: .priority([0, 0])).projection(
        of: [DocketInput(name: "a", opening: 1, filings: [1])], capacity: [1], from: start)
    }
    #expect(throws: Diagnostic.self) {
      try CapacityLimitedClosing().projection(of: [], capacity: [], from: start)
    }
    #expect(throws: Diagnostic.self) { try AgeCohortProjection(hazards: [1.2]) }
    #expect(throws: Diagnostic.self) { try AgeCohortProjection(hazards: []) }
  }

  @Test("with one hazard the cohort is geometric")
  func geometric() throws {
    let hazards = [Double](repeating: 0.18, count: 40)
    let cohort = try AgeCohortProjection(hazards: hazards)
    #expect(
      try cohort.steadyShare(olderThan: 6)?.isClose(to: 0.3040066714240001, relative: 1e-13) == true
    )
    let over = try #require(try cohort.steadyShare(olderThan: 12))
    #expect(over.isClose(to: 0.09242005627029998, relative: 1e-13))
    let one = try AgeCohortProjection(hazards: [0.18])
    let short = try #require(try one.steadyShare(olderThan: 12))
    #expect(short.isClose(to: 0.09242005627029998, relative: 1e-13))
    #expect(try one.steadyShare(olderThan: 0) == 1)
    #expect(
      try cohort.steadyState(filings: 100).accurateSum.isClose(
        to: 555.5555555555555, relative: 1e-13))
    #expect(
      AgeCohortProjection.meanDuration(hazard: 0.18)?.isClose(
        to: 5.555555555555555, relative: 1e-15) == true)
    #expect(
      AgeCohortProjection.medianDuration(hazard: 0.18)?.isClose(
        to: 3.4927886207911576, relative: 1e-14) == true)
    #expect(AgeCohortProjection.medianDuration(hazard: 1) == nil)
  }

  @Test("every age class is conserved, and the projection settles at its steady state")
  func cohorts() throws {
    let hazards = (0..<18).map { 0.05 + 0.02 * Double($0 % 4) }
    let law = try AgeCohortProjection(hazards: hazards, filingHazard: 0.1)
    let steps = try law.projection(
      opening: [30, 20, 10], filings: [Double](repeating: 50, count: 400), from: start)
    for step in steps {
      for a in 0..<16 {
        let survivors = step.opening[a] - step.resolved[a]
        #expect(step.closing[a + 1].isClose(to: survivors, absolute: 1e-9))
      }
      let last = step.opening[17] - step.resolved[17] + step.opening[16] - step.resolved[16]
      #expect(step.closing[17].isClose(to: last, absolute: 1e-9))
      #expect(step.closing[0].isClose(to: step.filed - step.resolved[18], absolute: 1e-9))
      let total = step.total
      #expect(step.closing.accurateSum.isClose(to: total.closing, absolute: 1e-9))
    }
    let settled = try law.steadyState(filings: 50)
    #expect(steps.last?.closing.isClose(to: settled, relative: 1e-9) == true)
    #expect(
      steps[0].older(than: 2).isClose(to: steps[0].closing[2...].reduce(0, +), relative: 1e-14))
    // Whole numbers stay whole where everything or nothing is closed.
    let simple = try AgeCohortProjection(hazards: [0, 1, 0.5])
    let whole = try simple.projection(opening: [4, 6, 8], filings: [7, 9], from: start)
    #expect(whole.map(\.closing) == [[7, 4, 4], [9, 7, 2]])
  }

  @Test("a last class that never closes has no steady state")
  func unbounded() throws {
    let law = try AgeCohortProjection(hazards: [0.5, 0])
    let error = #expect(throws: Diagnostic.self) { try law.steadyState(filings: 10) }
    #expect(error?.code == .unboundedBacklog)
  }
}
