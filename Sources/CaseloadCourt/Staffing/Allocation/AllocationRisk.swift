import CaseloadData
import CaseloadMath

/// What an allocation means when loads are not known: the largest load a judge, over draws.
public struct AllocationRisk: Codable, Sendable, Equatable {
  /// The largest load a judge of any unit.
  public let maximumLoad: DrawSummary
  /// How often each unit is the one with the largest load; shares that add up to 1.
  public let heaviest: [Double]

  /// The risk of `judges`, one number a unit.
  ///
  /// - Parameters:
  ///   - judges: one a unit, at least 1 where there is load.
  ///   - draws: of the loads, one row a draw and one value a unit.
  /// - Throws: ``DiagnosticCode/notComputable`` for no draws, rows of another length or a load of a
  ///   unit without judges; ``DiagnosticCode/negativeCount`` for a load below zero.
  public init(judges: [Int], draws: [[Double]]) throws(Diagnostic) {
    guard !draws.isEmpty, draws.allSatisfy({ $0.count == judges.count }), !judges.isEmpty else {
      throw Self.noDraws
    }
    var largest: [Double] = []
    var counts = [Int](repeating: 0, count: judges.count)
    for draw in draws {
      var (value, unit) = (-1.0, 0)
      for i in judges.indices {
        guard draw[i] >= 0, draw[i].isFinite else {
          throw Diagnostic(
            .negativeCount, .error,
            Text(
              en: "A draw has a load of \(NumberText.plain(draw[i])).",
              zh: "某次抽样的工作量为 \(NumberText.plain(draw[i]))。"),
            hint: Text(en: "Loads are at least zero.", zh: "工作量须不小于零。"))
        }
        if judges[i] == 0, draw[i] == 0 { continue }
        guard judges[i] > 0 else { throw Self.noJudges }
        let load = draw[i] / Double(judges[i])
        if load > value { (value, unit) = (load, i) }
      }
      largest.append(max(0, value))
      counts[unit] += 1
    }
    maximumLoad = DrawSummary(largest)
    heaviest = counts.map { Double($0) / Double(draws.count) }
  }

  /// Draws of loads that are log-normal around what is expected.
  ///
  /// - Parameters:
  ///   - loads: with their standard errors, one a unit.
  ///   - count: of draws.
  ///   - stream: the source; draw k comes from its k-th substream.
  /// - Returns: one row a draw, one load a unit.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public static func draws(
    of loads: [UncertainAmount], count: Int, from stream: RandomStream
  ) throws(Diagnostic) -> [[Double]] {
    for load in loads { try load.check(Text(en: "load", zh: "工作量")) }
    return (0..<max(1, count)).map { k in
      var source = stream.substream(UInt64(k))
      return loads.map { $0.sample(&source) }
    }
  }

  private static let noDraws = Diagnostic(
    .notComputable, .error,
    Text(
      en: "The risk of an allocation needs draws with one load a unit.",
      zh: "计算分配风险需要每个单位一个工作量的抽样。"),
    hint: Text(en: "Give at least one draw.", zh: "请给出至少一次抽样。"))

  private static let noJudges = Diagnostic(
    .notComputable, .error,
    Text(en: "A unit with load has no judge.", zh: "某单位有工作量而无法官。"),
    hint: Text(en: "Let every unit keep at least one.", zh: "请使每个单位至少保留一名法官。"))
}

extension JudgeAllocation {
  /// The allocation with a small mean, over draws, of the largest load a judge.
  ///
  /// Starts from ``AllocationMethod/minimax`` on the mean loads and moves single judges between
  /// units for as long as a move helps. The mean of a maximum does not split into units, so that
  /// this is a local optimum: no single move betters it.
  ///
  /// - Parameters:
  ///   - judges: as for ``init(_:to:by:)``.
  ///   - units: their loads are the expected ones.
  ///   - draws: one row a draw, one load a unit.
  /// - Returns: the allocation; its quotas are those of the expected loads.
  /// - Throws: what ``init(_:to:by:)`` and ``AllocationRisk/init(judges:draws:)`` throw.
  public static func smallestExpectedMaximum(
    _ judges: Int, to units: [AllocationUnit], draws: [[Double]]
  ) throws(Diagnostic) -> JudgeAllocation {
    let start = try JudgeAllocation(judges, to: units, by: .minimax)
    var numbers = start.shares.map(\.judges)
    var best = try AllocationRisk(judges: numbers, draws: draws).maximumLoad.mean
    var improved = true
    while improved {
      improved = false
      for from in units.indices {
        for to in units.indices where to != from {
          let least = max(units[from].minimum, units[from].load > 0 ? 1 : 0)
          guard numbers[from] > least, numbers[to] < units[to].maximum ?? .max else { continue }
          numbers[from] -= 1
          numbers[to] += 1
          let mean = try AllocationRisk(judges: numbers, draws: draws).maximumLoad.mean
          if mean < best * (1 - 1e-12) {
            best = mean
            improved = true
          } else {
            numbers[from] += 1
            numbers[to] -= 1
          }
        }
      }
    }
    return JudgeAllocation(units, numbers, start.shares.map(\.quota), .minimax)
  }
}
