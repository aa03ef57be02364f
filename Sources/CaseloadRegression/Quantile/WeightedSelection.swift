/// The place at which a running sum of weights, over values in ascending order, reaches a total.
enum WeightedSelection {
  /// Rearranges `order` so that what lies before the returned place is smaller than what is there,
  /// and the weights before it sum to less than `total`, with it to `total` or more.
  ///
  /// Ties are broken by index, so the answer does not depend on the arrangement.
  ///
  /// - Parameters:
  ///   - order: indices into `values` and `weights`; not empty.
  ///   - values: what is ordered.
  ///   - weights: positive.
  ///   - total: what the weights are to reach.
  /// - Returns: a place in `order`; the last for a total beyond the sum of the weights.
  /// - Complexity: O(n) on average, no allocation.
  /// - Source: Hoare (1961), "Algorithm 65: find", *Communications of the ACM* 4, 321–322.
  static func place(
    in order: inout [Int], by values: [Double], weights: [Double], reaching total: Double
  ) -> Int {
    var (low, high) = (0, order.count - 1)
    var rest = total
    while low < high {
      // The middle of three, moved to the end as the pivot.
      let middle = low + (high - low) / 2
      func precedes(_ a: Int, _ b: Int) -> Bool {
        values[a] < values[b] || (values[a] == values[b] && a < b)
      }
      if precedes(order[middle], order[low]) { order.swapAt(middle, low) }
      if precedes(order[high], order[low]) { order.swapAt(high, low) }
      if precedes(order[middle], order[high]) { order.swapAt(middle, high) }
      let pivot = order[high]
      var store = low
      var below = 0.0
      for k in low..<high where precedes(order[k], pivot) {
        below += weights[order[k]]
        order.swapAt(k, store)
        store += 1
      }
      order.swapAt(store, high)
      if rest <= below {
        high = max(low, store - 1)
      } else if rest <= below + weights[pivot] || store == high {
        return store
      } else {
        rest -= below + weights[pivot]
        low = store + 1
      }
    }
    return low
  }
}
