import CaseloadMath

extension DrawSummary {
  /// The probabilities of the quantiles: the median, and the ends of the intervals.
  private static let probabilities = [0.025, 0.05, 0.1, 0.5, 0.9, 0.95, 0.975]

  /// The summary of draws that may be reordered: the same as of the sorted draws, in linear time.
  ///
  /// - Parameter draws: at least one; partly sorted afterwards.
  /// - Complexity: O(n): the order statistics are selected, not sorted out.
  /// - Source: Hoare (1961), "Algorithm 65: find", *Communications of the ACM* 4(7), 321–322.
  init(selecting draws: inout [Double]) {
    let n = draws.count
    var sum = Accumulator()
    for value in draws { sum.add(value) }
    let places = Self.probabilities.map { $0 * Double(n - 1) }
    var ranks: [Int] = []
    for place in places {
      for rank in [Int(place), min(n - 1, Int(place) + 1)] where ranks.last ?? -1 < rank {
        ranks.append(rank)
      }
    }
    draws.withUnsafeMutableBufferPointer { buffer in
      Self.select(buffer, 0, n - 1, ranks[...])
    }
    let values = places.map { place -> Double in
      let below = Int(place)
      let fraction = place - Double(below)
      return fraction == 0
        ? draws[below] : draws[below] + fraction * (draws[below + 1] - draws[below])
    }
    self.init(
      mean: sum.value / Double(n), median: values[3],
      ends: [values[2], values[4], values[1], values[5], values[0], values[6]])
  }

  /// Puts every rank of `ranks`, ascending, in its place within `low ... high`.
  private static func select(
    _ x: UnsafeMutableBufferPointer<Double>, _ low: Int, _ high: Int, _ ranks: ArraySlice<Int>
  ) {
    guard low < high, !ranks.isEmpty else { return }
    if high - low < 24 {
      for i in (low + 1)...high {
        let value = x[i]
        var j = i - 1
        while j >= low, x[j] > value {
          x[j + 1] = x[j]
          j -= 1
        }
        x[j + 1] = value
      }
      return
    }
    let (a, b, c) = (x[low], x[(low + high) / 2], x[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while x[i] < pivot { i += 1 }
      while x[j] > pivot { j -= 1 }
      if i <= j {
        x.swapAt(i, j)
        i += 1
        j -= 1
      }
    }
    select(x, low, j, ranks.prefix { $0 <= j })
    select(x, i, high, ranks.drop { $0 < i })
  }

  /// The summary; `nil` where a draw is not finite.
  init?(finite draws: inout [Double]) {
    guard draws.allSatisfy(\.isFinite), !draws.isEmpty else { return nil }
    self.init(selecting: &draws)
  }
}
