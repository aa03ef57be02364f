import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Fast track by workload") struct TrackSplitTests {
  typealias CaseGroup = TrackSplit.CaseGroup

  /// The published year: 6,542 cases and 34 judges, 1,220 of them by three on the fast track.
  private let year = [
    CaseGroup(name: "simple", cases: 1220), CaseGroup(name: "rest", cases: 5322, isSimple: false),
  ]

  @Test("the published split: 406 cases a judge on the fast track, 171.7 on the other")
  func published() throws {
    let split = try TrackSplit(year, fastTypes: ["simple"], fastJudges: 3, judges: 34)
    #expect(NumberText.decimal(split.fastLoad ?? 0, 2).en == "406.67")
    #expect(NumberText.decimal(split.ordinaryLoad ?? 0, 1).en == "171.7")
    #expect((split.pooledLoad).isClose(to: 6542.0 / 34, relative: 1e-12))
    // With loads like that the split is the balanced one.
    let ratio = try #require(split.ratio)
    let again = try TrackSplit.balanced(year, fastTypes: ["simple"], judges: 34, ratio: ratio)
    #expect(again == split)
    #expect(try TrackSplit.best(year, judges: 34, ratio: ratio) == split)
  }

  @Test("equal loads ask for judges in proportion to the work")
  func equal() throws {
    let split = try TrackSplit.balanced(year, fastTypes: ["simple"], judges: 34)
    // 34 · 1220 / 6542 = 6.34: six would bear 203 each; with seven the others bear 197.
    #expect(split.fastJudges == 7)
    let weighted = [
      CaseGroup(name: "simple", cases: 100, weight: 10),
      CaseGroup(name: "rest", cases: 10, weight: 300),
    ]
    let even = try TrackSplit.balanced(weighted, fastTypes: ["simple"], judges: 4)
    #expect(even.fastJudges == 1 && even.fastLoad == 1000 && even.ordinaryLoad == 1000)
  }

  @Test("the best set of types is the best of all sets", arguments: 0..<10)
  func best(seed: Int) throws {
    var stream = RandomStream(seed: 40).substream(UInt64(seed))
    let groups = (0..<5).map { k in
      CaseGroup(
        name: "t\(k)", cases: 100 * stream.uniform() + 1, weight: 1 + stream.uniform(),
        isSimple: k < 4)
    }
    let ratio = 1 + stream.uniform()
    let split = try TrackSplit.best(groups, judges: 9, ratio: ratio)
    func value(_ split: TrackSplit) -> Double {
      max((split.fastLoad ?? 0) / ratio, split.ordinaryLoad ?? 0)
    }
    var least = Double.infinity
    for set in 1..<16 {
      let types = (0..<4).filter { set >> $0 & 1 == 1 }.map { "t\($0)" }
      least = min(
        least,
        value(try TrackSplit.balanced(groups, fastTypes: types, judges: 9, ratio: ratio)))
    }
    #expect(value(split).isClose(to: least, relative: 1e-12))
    let three = try TrackSplit.best(groups, judges: 9, ratio: ratio, fastJudges: 3)
    #expect(three.fastJudges == 3 && value(three) >= value(split) * (1 - 1e-12))
  }

  @Test("what cannot be split is refused")
  func refused() {
    func code(_ body: () throws -> Void) -> DiagnosticCode? {
      do { try body() } catch { return (error as? Diagnostic)?.code }
      return nil
    }
    let year = year
    #expect(code { _ = try TrackSplit.best(year, judges: 1) } == .illegalStaff)
    #expect(code { _ = try TrackSplit.best(year, judges: 5, ratio: 0) } == .illegalRate)
    #expect(code { _ = try TrackSplit.best(year, judges: 5, fastJudges: 5) } == .illegalStaff)
    #expect(code { _ = try TrackSplit.best([year[1]], judges: 5) } == .notComputable)
    #expect(code { _ = try TrackSplit.best(year + year, judges: 5) } == .malformedDefinition)
    #expect(
      code { _ = try TrackSplit(year, fastTypes: ["simpel"], fastJudges: 1, judges: 5) }
        == .malformedDefinition)
    #expect(
      code { _ = try TrackSplit.best([CaseGroup(name: "a", cases: -1)], judges: 5) } == .illegalRate
    )
  }
}
