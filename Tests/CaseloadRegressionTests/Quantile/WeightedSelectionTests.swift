import CaseloadMath
import Testing

@testable import CaseloadRegression

@Suite("Weighted selection") struct WeightedSelectionTests {
  @Test("the place is where a running sum over sorted values reaches the total")
  func agreesWithItsDefinition() {
    var stream = RandomStream(seed: 17)
    for round in 0..<200 {
      let n = 1 + stream.integer(below: 40)
      // Few distinct values, so that ties are the rule.
      let values = (0..<n).map { _ in Double(stream.integer(below: 9)) }
      let weights = (0..<n).map { _ in 0.25 * Double(1 + stream.integer(below: 8)) }
      let total = weights.reduce(0, +) * (round % 10 == 0 ? 1 : stream.uniform())
      let sorted = (0..<n).sorted { (values[$0], $0) < (values[$1], $1) }
      var (sum, expected) = (0.0, n - 1)
      for (k, i) in sorted.enumerated() {
        sum += weights[i]
        if sum >= total {
          expected = k
          break
        }
      }
      var order = stream.permutation(n)
      let place = WeightedSelection.place(
        in: &order, by: values, weights: weights, reaching: total)
      #expect(place == expected)
      #expect(order[place] == sorted[expected])
      #expect(Set(order[..<place]) == Set(sorted[..<expected]))
    }
  }

  @Test("a total beyond all weights gives the last place")
  func beyond() {
    var order = [2, 0, 1]
    let place = WeightedSelection.place(
      in: &order, by: [5, 1, 3], weights: [1, 1, 1], reaching: 9)
    #expect(place == 2 && order[2] == 0)
  }
}
