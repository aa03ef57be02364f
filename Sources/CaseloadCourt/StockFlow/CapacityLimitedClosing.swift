import CaseloadData

/// Closing up to a capacity that several case types share.
///
/// ```
/// B′ = B + λ − min(capacity, B + λ)
/// ```
///
/// With several types, capacity c is spent on the available cases Aₖ = Bₖ + λₖ at an effort of wₖ a
/// case (1, or minutes), and no type closes more than it has:
///
/// ```
/// Rₖ wₖ ≤ Aₖ wₖ,    Σ Rₖ wₖ = min(c, Σ Aₖ wₖ)
/// pending     Rₖ = Aₖ · min(1, c / Σ Aⱼ wⱼ)
/// shares      Rₖ wₖ = min(Aₖ wₖ, sₖ θ), θ such that the sum holds: what one type does not need is
///             divided among the others by their shares
/// priority    in the order given, each type as far as capacity lasts
/// ```
public struct CapacityLimitedClosing: Codable, Sendable, Equatable {
  /// How types share a capacity.
  public enum Sharing: Codable, Sendable, Equatable {
    /// In proportion to the work that lies open.
    case pending
    /// By fixed shares, one a type, of any scale.
    case shares([Double])
    /// By rank: the indices of the types, the first served first; types left out come last, in
    /// their own order.
    case priority([Int])
  }

  public var sharing: Sharing
  /// What a case of each type takes of the capacity, one a type; `nil` counts cases.
  public var effort: [Double]?
  /// Whether only whole cases are closed: fractions are rounded down and the rest given to the
  /// largest fractions, so that the total is that of the capacity, rounded down.
  public var isWhole: Bool

  /// A rule; checked where it is used.
  public init(sharing: Sharing = .pending, effort: [Double]? = nil, isWhole: Bool = false) {
    self.sharing = sharing
    self.effort = effort
    self.isWhole = isWhole
  }

  /// Pending cases under the rule.
  ///
  /// - Parameters:
  ///   - dockets: all with filings for the same periods.
  ///   - capacity: one number a period, ≥ 0, in cases or in the unit of `effort`.
  ///   - start: the first period.
  /// - Returns: one step a type and period.
  /// - Throws: ``DiagnosticCode/negativeCount`` for a number below zero,
  ///   ``DiagnosticCode/illegalRate`` for an effort that is not above zero or shares below zero,
  ///   ``DiagnosticCode/malformedDefinition`` for lists that do not match.
  public func projection(of dockets: [DocketInput], capacity: [Double], from start: Period)
    throws(Diagnostic) -> StockFlowProjection
  {
    try DocketInput.check(dockets)
    let count = dockets.count
    try StockFlowChecks.sameLength(
      capacity.count, dockets[0].filings.count, Text(en: "capacity", zh: "办案能力"))
    for value in capacity {
      try StockFlowChecks.cases(value, Text(en: "capacity", zh: "办案能力"))
    }
    let effort = effort ?? [Double](repeating: 1, count: count)
    try StockFlowChecks.sameLength(effort.count, count, Text(en: "effort", zh: "每案工作量"))
    for value in effort { try StockFlowChecks.rate(value, Text(en: "effort", zh: "每案工作量")) }
    let order = try checkedOrder(count)
    let shares = try checkedShares(count)
    return try StockFlowProjection(dockets, from: start) { t, opening, filed in
      let available = zip(opening, filed).map { $0 + $1 }
      let closed = closed(available, effort, capacity[t], order: order, shares: shares)
      return isWhole ? Self.whole(closed, available) : closed
    }
  }

  private func checkedOrder(_ count: Int) throws(Diagnostic) -> [Int] {
    guard case .priority(let order) = sharing else { return [] }
    guard order.allSatisfy({ (0..<count).contains($0) }), Set(order).count == order.count else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "The order of priority names a type twice, or one that is not there.",
          zh: "优先次序中有重复或不存在的案件类型。"),
        hint: Text(en: "Name every type once.", zh: "请将每种类型各列一次。"))
    }
    return order + (0..<count).filter { !order.contains($0) }
  }

  private func checkedShares(_ count: Int) throws(Diagnostic) -> [Double] {
    guard case .shares(let shares) = sharing else { return [] }
    try StockFlowChecks.sameLength(shares.count, count, Text(en: "shares", zh: "份额"))
    for share in shares {
      try StockFlowChecks.cases(share, Text(en: "share", zh: "份额"))
    }
    try StockFlowChecks.rate(shares.reduce(0, +), Text(en: "the sum of the shares", zh: "份额之和"))
    return shares
  }

  private func closed(
    _ available: [Double], _ effort: [Double], _ capacity: Double, order: [Int], shares: [Double]
  ) -> [Double] {
    let work = zip(available, effort).map { $0 * $1 }
    let total = work.reduce(0, +)
    guard capacity < total else { return available }
    switch sharing {
    case .pending: return available.map { $0 * (capacity / total) }
    case .priority:
      var left = capacity
      var closed = [Double](repeating: 0, count: available.count)
      for k in order {
        let spent = min(left, work[k])
        closed[k] = spent == work[k] ? available[k] : spent / effort[k]
        left -= spent
      }
      return closed
    case .shares: return Self.filled(available, work, effort, capacity, shares)
    }
  }

  /// Water-filling: types that need less than their share leave the rest to the others.
  private static func filled(
    _ available: [Double], _ work: [Double], _ effort: [Double], _ capacity: Double,
    _ shares: [Double]
  ) -> [Double] {
    var closed = [Double](repeating: 0, count: work.count)
    var hungry = work.indices.filter { shares[$0] > 0 }
    var left = capacity
    while !hungry.isEmpty {
      let sum = hungry.reduce(0) { $0 + shares[$1] }
      let done = hungry.filter { work[$0] <= left * shares[$0] / sum }
      if done.isEmpty {
        for k in hungry { closed[k] = left * shares[k] / sum / effort[k] }
        return closed
      }
      for k in done {
        closed[k] = available[k]
        left = max(0, left - work[k])
      }
      hungry.removeAll { done.contains($0) }
    }
    // Types without a share get what nobody else can use.
    let rest = work.indices.filter { shares[$0] == 0 }
    let sum = rest.reduce(0) { $0 + work[$1] }
    for k in rest where sum > 0 { closed[k] = available[k] * min(1, left / sum) }
    return closed
  }

  /// Whole cases: the largest remainders are rounded up while the total allows it.
  static func whole(_ closed: [Double], _ available: [Double]) -> [Double] {
    var result = closed.map { ($0 + 1e-9).rounded(.down) }
    let total = (closed.reduce(0, +) + 1e-9).rounded(.down)
    var left = Int(total - result.reduce(0, +))
    let order = closed.indices.sorted {
      let (a, b) = (closed[$0] - result[$0], closed[$1] - result[$1])
      return a != b ? a > b : $0 < $1
    }
    for k in order where left > 0 && result[k] + 1 <= available[k] {
      result[k] += 1
      left -= 1
    }
    return result
  }
}
