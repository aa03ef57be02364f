import CaseloadData

/// A unit that loses a judge although there is one more to give (the Alabama paradox).
public struct AllocationParadox: Codable, Sendable, Equatable {
  public let unit: String
  /// The number of judges, all units together, at which it loses one.
  public let judges: Int
  /// Its judges with one judge fewer.
  public let before: Int
  /// Its judges now.
  public let after: Int

  /// The paradoxes of `method` for every total in `range`.
  ///
  /// - Parameters:
  ///   - range: totals; those that the units cannot have are passed over.
  ///   - units: as for an allocation.
  ///   - method: the rule; only ``AllocationMethod/largestRemainder`` can have any.
  /// - Returns: one entry a judge lost, by total.
  /// - Throws: what ``JudgeAllocation/init(_:to:by:)`` throws for wrong loads or bounds.
  public static func search(
    _ range: ClosedRange<Int>, units: [AllocationUnit], by method: AllocationMethod
  ) throws(Diagnostic) -> [AllocationParadox] {
    let least = units.reduce(0) { $0 + $1.minimum }
    let most =
      units.contains { $0.maximum == nil } ? Int.max : units.reduce(0) { $0 + ($1.maximum ?? 0) }
    var found: [AllocationParadox] = []
    var previous: [Int]?
    for judges in range where judges >= least && judges <= most {
      let numbers = try JudgeAllocation(judges, to: units, by: method).shares.map(\.judges)
      if let previous {
        for i in units.indices where numbers[i] < previous[i] {
          found.append(
            AllocationParadox(
              unit: units[i].name, judges: judges, before: previous[i], after: numbers[i]))
        }
      }
      previous = numbers
    }
    return found
  }
}
