/// The two middle values of a sample as STL's program finds them, by a partial sort.
///
/// The program asks its partial sort for the places n/2 + 1 and n/2 in this order, though the sort
/// expects them ascending. For an even n one of the two may then be a neighbor of the value wanted,
/// and the scale of the remainders a little off twice their median. Both the places and their
/// order are kept, because the robustness weights, and with them every robust decomposition
/// published with that program, depend on it.
///
/// - Source: Chambers (1971), Algorithm 410: Partial sorting, *Communications of the ACM* 14, 357–358.
struct MiddleValues {
  /// The places that are wanted, from 0, in the program's order.
  private let wanted: (Int, Int)

  /// - Parameter count: n, at least 1.
  init(count: Int) { wanted = (count / 2, count - count / 2 - 1) }

  /// The sum of the two values; twice the median for an odd n.
  func sum(reordering a: UnsafeMutableBufferPointer<Double>) -> Double {
    place(a, 0, a.count - 1, first: 0, last: 1)
    return a[wanted.0] + a[wanted.1]
  }

  private func position(_ index: Int) -> Int { index == 0 ? wanted.0 : wanted.1 }

  /// Orders a[i…j] as far as the wanted places `first` … `last` call for it.
  private func place(
    _ a: UnsafeMutableBufferPointer<Double>, _ i: Int, _ j: Int, first: Int, last: Int
  ) {
    var (i, j, first, last) = (i, j, first, last)
    while first <= last, i < j {
      if j - i <= 10, i != 0 {
        var part = a[i...j]
        part.sort()
        return
      }
      let (l, k) = Self.split(a, i, j)
      // The longer part waits, with the places that the shorter does not claim.
      if l - i <= j - k {
        let all = last
        while first <= last, position(last) > l { last -= 1 }
        place(a, k, j, first: first <= last ? last + 1 : first, last: all)
        j = l
      } else {
        let all = first
        while first <= last, position(first) < k { first += 1 }
        place(a, i, l, first: all, last: first <= last ? first - 1 : last)
        i = k
      }
    }
  }

  /// Splits a[i…j] at the median of its ends and middle: a[i…l] ≤ a[k…j].
  private static func split(_ a: UnsafeMutableBufferPointer<Double>, _ i: Int, _ j: Int) -> (
    l: Int, k: Int
  ) {
    // The middle as counted from 1.
    let middle = (i + j + 2) / 2 - 1
    if a[i] > a[middle] { a.swapAt(i, middle) }
    if a[j] < a[middle] {
      a.swapAt(j, middle)
      if a[i] > a[middle] { a.swapAt(i, middle) }
    }
    let pivot = a[middle]
    var (k, l) = (i, j)
    while true {
      l -= 1
      guard a[l] <= pivot else { continue }
      repeat { k += 1 } while a[k] < pivot
      if k > l { return (l, k) }
      a.swapAt(l, k)
    }
  }
}
