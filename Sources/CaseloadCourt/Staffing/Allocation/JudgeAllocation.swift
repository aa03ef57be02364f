import CaseloadData
import CaseloadMath

/// Judges shared out among courts or divisions, with what each then bears.
public struct JudgeAllocation: Codable, Sendable, Equatable {
  /// What one unit gets.
  public struct Share: Codable, Sendable, Equatable {
    public let name: String
    public let load: Double
    public let judges: Int
    /// Its share before rounding, within least and most.
    public let quota: Double
    /// load / judges; `nil` without judges.
    public let loadPerJudge: Double?
  }

  public let method: AllocationMethod
  /// All that were given.
  public let judges: Int
  public let shares: [Share]
  /// The largest load a judge; `nil` where a unit with load has none.
  public let maximumLoad: Double?
  /// Over judges, each with the load of the unit; `nil` where a unit with load has none.
  public let fairness: LoadFairness?
  /// Units whose number is not one of the two whole numbers around the quota.
  public let quotaViolations: [String]

  /// Shares out `judges`.
  ///
  /// Ties go to the larger load, then to the unit that was named first.
  ///
  /// - Parameters:
  ///   - judges: at least the sum of the minima.
  ///   - units: at least one with a load.
  ///   - method: the rule.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/malformedDefinition``, ``DiagnosticCode/notComputable`` and
  ///   ``DiagnosticCode/infeasiblePlan``.
  public init(_ judges: Int, to units: [AllocationUnit], by method: AllocationMethod)
    throws(Diagnostic)
  {
    try AllocationUnit.check(units, judges: judges)
    let quotas = AllocationQuota.shares(units, judges: judges)
    let numbers =
      method == .largestRemainder
      ? Self.byRemainder(judges, units, quotas) : Self.byDivisor(judges, units, method)
    self.init(units, numbers, quotas, method)
  }

  /// An allocation that is already decided.
  init(
    _ units: [AllocationUnit], _ numbers: [Int], _ quotas: [Double], _ method: AllocationMethod
  ) {
    self.method = method
    judges = numbers.reduce(0, +)
    shares = units.indices.map { i in
      Share(
        name: units[i].name, load: units[i].load, judges: numbers[i], quota: quotas[i],
        loadPerJudge: numbers[i] > 0 ? units[i].load / Double(numbers[i]) : nil)
    }
    let isCovered = shares.allSatisfy { $0.judges > 0 || $0.load == 0 }
    maximumLoad = isCovered ? shares.compactMap(\.loadPerJudge).max() : nil
    fairness =
      isCovered
      ? LoadFairness(
        shares.map { $0.loadPerJudge ?? 0 }, weights: shares.map { Double($0.judges) }) : nil
    quotaViolations = shares.filter { share in
      let number = Double(share.judges)
      return number < (share.quota - 1e-9).rounded(.down)
        || number > (share.quota + 1e-9).rounded(.up)
    }.map(\.name)
  }

  private static func byRemainder(
    _ judges: Int, _ units: [AllocationUnit], _ quotas: [Double]
  ) -> [Int] {
    // A share that only rounding keeps from a whole number is that number.
    var numbers = quotas.map { Int(($0 + 1e-9).rounded(.down)) }
    let left = judges - numbers.reduce(0, +)
    let order = units.indices.sorted { a, b in
      let (x, y) = (quotas[a] - Double(numbers[a]), quotas[b] - Double(numbers[b]))
      if abs(x - y) > 1e-12 { return x > y }
      return units[a].load != units[b].load ? units[a].load > units[b].load : a < b
    }
    for i in order.filter({ numbers[$0] < units[$0].maximum ?? .max }).prefix(max(0, left)) {
      numbers[i] += 1
    }
    return numbers
  }

  private static func byDivisor(
    _ judges: Int, _ units: [AllocationUnit], _ method: AllocationMethod
  ) -> [Int] {
    var numbers = units.map(\.minimum)
    var claims = ClaimQueue()
    func claim(_ i: Int) -> ClaimQueue.Claim? {
      guard units[i].maximum.map({ numbers[i] < $0 }) ?? true else { return nil }
      // Without load there is no claim, not even on the first judge.
      let priority =
        units[i].load > 0
        ? method.priority(load: units[i].load, judges: numbers[i]) : -1 / Double(numbers[i] + 1)
      return ClaimQueue.Claim(priority: priority, load: units[i].load, unit: i)
    }
    for i in units.indices { if let claim = claim(i) { claims.insert(claim) } }
    var left = judges - numbers.reduce(0, +)
    while left > 0, let best = claims.removeFirst() {
      numbers[best.unit] += 1
      left -= 1
      if let next = claim(best.unit) { claims.insert(next) }
    }
    return numbers
  }
}

/// A binary heap of claims, the strongest first.
private struct ClaimQueue {
  struct Claim {
    let priority: Double
    let load: Double
    let unit: Int

    func isBefore(_ other: Claim) -> Bool {
      if priority != other.priority { return priority > other.priority }
      return load != other.load ? load > other.load : unit < other.unit
    }
  }

  private var heap: [Claim] = []

  mutating func insert(_ claim: Claim) {
    heap.append(claim)
    var i = heap.count - 1
    while i > 0, heap[i].isBefore(heap[(i - 1) / 2]) {
      heap.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  mutating func removeFirst() -> Claim? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var i = 0
    while true {
      var best = i
      for child in [2 * i + 1, 2 * i + 2]
      where child < heap.count && heap[child].isBefore(heap[best]) { best = child }
      if best == i { return first }
      heap.swapAt(i, best)
      i = best
    }
  }
}
