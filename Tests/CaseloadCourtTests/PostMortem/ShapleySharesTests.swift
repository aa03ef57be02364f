import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Shapley shares") struct ShapleySharesTests {
  /// The mean marginal change over all orders, one by one.
  static func definition(_ count: Int, _ value: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var orders = 0
    func visit(_ order: [Int]) {
      guard order.count < count else {
        orders += 1
        var set = 0
        for player in order {
          sums[player] += value(set | (1 << player)) - value(set)
          set |= 1 << player
        }
        return
      }
      for player in 0..<count where !order.contains(player) { visit(order + [player]) }
    }
    visit([])
    return sums.map { $0 / Double(orders) }
  }

  @Test("agree with the mean over all orders", arguments: 1...7)
  func agreesWithItsDefinition(count: Int) {
    var draws = RandomStream(seed: UInt64(count))
    let values = (0..<(1 << count)).map { _ in draws.normal() }
    let shares = ShapleyShares.shares(count) { values[$0] }
    let expected = Self.definition(count) { values[$0] }
    for (share, value) in zip(shares, expected) {
      #expect(share.isClose(to: value, absolute: 1e-12))
    }
    let all = values[values.count - 1] - values[0]
    #expect(shares.reduce(0, +).isClose(to: all, absolute: 1e-12))
  }

  @Test("a player that changes nothing has nothing, and equals have equal shares")
  func axioms() {
    let shares = ShapleyShares.shares(3) { set in
      let members = (set & 1) + ((set >> 1) & 1)
      return Double(members * members)
    }
    #expect(shares == [2, 2, 0])
  }
}
