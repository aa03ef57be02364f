import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Errors of repeated projections") struct ProjectionErrorsTests {
  private static func records(_ count: Int, seed: UInt64 = 4) -> [ProjectionErrors.Record] {
    var draws = RandomStream(seed: seed)
    return (0..<count).map { t in
      ProjectionErrors.Record(
        origin: .year(1900 + t), period: .year(1902 + t), planned: 100 + 10 * draws.normal(),
        actual: 110 + 15 * draws.normal(), last: 95 + 5 * draws.normal())
    }
  }

  @Test("the measures agree with their definition")
  func agreesWithItsDefinition() throws {
    let records = Self.records(30)
    let row = try #require(try ProjectionErrors(of: records).horizons.first)
    #expect(row.horizon == 2 && row.count == 30)
    let n = 30.0
    let errors = records.map { $0.actual - $0.planned }
    let square = errors.map { $0 * $0 }.reduce(0, +) / n
    #expect(row.meanError.isClose(to: errors.reduce(0, +) / n, relative: 1e-12))
    #expect(row.rootMeanSquaredError.isClose(to: square.squareRoot(), relative: 1e-12))
    let percent = zip(errors, records).map { 100 * abs($0) / $1.actual }.reduce(0, +) / n
    #expect(row.meanAbsolutePercentageError?.isClose(to: percent, relative: 1e-12) == true)
    let naive = records.map { ($0.actual - ($0.last ?? 0)) * ($0.actual - ($0.last ?? 0)) }
    let ratio = (square / (naive.reduce(0, +) / n)).squareRoot()
    #expect(row.theilU?.isClose(to: ratio, relative: 1e-12) == true)
    let shares = [row.biasShare, row.spreadShare, row.timingShare].compactMap { $0 }
    #expect(shares.count == 3 && shares.reduce(0, +).isClose(to: 1, relative: 1e-12))
  }

  @Test("a width is the error of the finite-sample rank, and missing where there are too few")
  func widths() throws {
    let records = (1...19).map { t in
      ProjectionErrors.Record(
        origin: .year(1900 + t), period: .year(1901 + t), planned: 100, actual: 100 + Double(t))
    }
    let widths = try #require(try ProjectionErrors(of: records).horizons.first?.widths)
    // ⌈20 × 0.8⌉ = 16 and ⌈20 × 0.95⌉ = 19.
    #expect(widths.map(\.absolute) == [16, 19] && widths[0].relative == 0.16)
    #expect(widths.map(\.leastCount) == [4, 19])
    let fewer = try ProjectionErrors(of: Array(records.prefix(18))).horizons.first?.widths
    #expect(fewer?[1].absolute == nil && fewer?[0].absolute != nil)
  }

  @Test("the next error lies inside as often as the level says")
  func coverage() throws {
    var inside = 0
    for seed in 1...2000 {
      let records = Self.records(20, seed: UInt64(seed))
      let width = try ProjectionErrors(of: Array(records.dropLast())).horizons[0].widths[0]
      let next = try #require(records.last)
      if abs(next.actual - next.planned) <= width.absolute ?? 0 { inside += 1 }
    }
    // ⌈20 × 0.8⌉/20 = 0.8 exactly; three binomial standard errors.
    #expect((Double(inside) / 2000).isClose(to: 0.8, absolute: 0.027))
  }

  @Test("what is not after its origin, or no number, is refused")
  func refused() {
    let backwards = ProjectionErrors.Record(
      origin: .year(2001), period: .year(2001), planned: 1, actual: 1)
    let missing = ProjectionErrors.Record(
      origin: .year(2001), period: .year(2002), planned: .nan, actual: 1)
    #expect(throws: Diagnostic.self) { try ProjectionErrors(of: [backwards]) }
    #expect(throws: Diagnostic.self) { try ProjectionErrors(of: [missing]) }
    #expect(throws: Diagnostic.self) { try ProjectionErrors(of: []) }
  }

  @Test("a plan that forgets a rise in filings has intake as the largest part at every horizon")
  func history() throws {
    var rows: [PendingPath.Row] = []
    for t in 0..<20 {
      rows.append(PendingPath.Row(filings: 100 + 3 * Double(t), resolved: 95))
    }
    let actual = try PendingPath(start: .year(2000), rows: rows, opening: [50])
    var past: [ProjectionHistory.Past] = []
    for t in 4..<17 {
      let plan = try PendingPath(
        start: .year(2001 + t),
        rows: (0..<3).map { _ in
          PendingPath.Row(filings: rows[t].filings[0], resolved: 95)
        }, opening: actual.rows[t].pending)
      let account = try PostMortem(of: [PostMortem.Court(planned: plan, actual: actual)]).total
      past.append(ProjectionHistory.Past(origin: .year(2000 + t), account: account))
    }
    var known: [Period: ErrorAccount.Figures] = [:]
    for (t, row) in actual.rows.enumerated() {
      known[.year(2000 + t)] = ErrorAccount.Figures(
        filings: row.filings[0], resolved: 95, pending: row.pending?[0] ?? 0)
    }
    let history = try ProjectionHistory(past, known: known)
    // Missed by 3, then 6, then 9 filings: 3, 9 and 18 cases pending.
    #expect(history.pending.horizons.map(\.meanError) == [3, 9, 18])
    #expect(history.parts.allSatisfy { $0.dominant == .intake })
    #expect(history.filings.horizons.map(\.meanError) == [3, 6, 9])
    // Carrying the last filings forward is what this plan does.
    let ratios = history.filings.horizons.compactMap(\.theilU)
    #expect(ratios.count == 3 && ratios.allSatisfy { $0.isClose(to: 1, relative: 1e-12) })
    #expect(history.reading.en.contains("18 too low"))
  }
}
