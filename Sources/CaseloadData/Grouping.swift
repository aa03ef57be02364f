/// Observations sorted into groups: what a category, a cluster or a fixed effect is to arithmetic.
public struct Grouping: Sendable, Equatable {
  /// The column, or columns joined by `^`, that tells the groups apart.
  public let name: String
  /// The group of each observation, from 0 to `count` − 1; every group has one.
  public let codes: [Int32]
  /// The name of each group.
  public let labels: [String]

  /// The number of groups.
  public var count: Int { labels.count }

  /// Groups by label, numbered in the order in which they first occur.
  public init(name: String, labels cells: [String]) {
    var index: [String: Int32] = [:]
    var labels: [String] = []
    var codes: [Int32] = []
    codes.reserveCapacity(cells.count)
    for cell in cells {
      if let code = index[cell] {
        codes.append(code)
      } else {
        let code = Int32(labels.count)
        index[cell] = code
        labels.append(cell)
        codes.append(code)
      }
    }
    self.init(name: name, codes: codes, labels: labels)
  }

  /// - Precondition: every code is below the number of labels, and every label has a code.
  package init(name: String, codes: [Int32], labels: [String]) {
    self.name = name
    self.codes = codes
    self.labels = labels
  }

  /// The same groups of some of the observations, without the groups that lose all of theirs.
  ///
  /// - Parameter rows: the observations kept, in order.
  /// - Returns: one code a kept observation, numbered anew.
  public func selecting(_ rows: [Int]) -> Grouping {
    var renumbered = [Int32](repeating: -1, count: count)
    var kept: [String] = []
    var result: [Int32] = []
    result.reserveCapacity(rows.count)
    for row in rows {
      let code = Int(codes[row])
      if renumbered[code] < 0 {
        renumbered[code] = Int32(kept.count)
        kept.append(labels[code])
      }
      result.append(renumbered[code])
    }
    return Grouping(name: name, codes: result, labels: kept)
  }

  /// The groups of equal pairs: `court^month`.
  public func crossed(with other: Grouping) -> Grouping {
    precondition(codes.count == other.codes.count)
    var index: [UInt64: Int32] = [:]
    var labels: [String] = []
    var result: [Int32] = []
    result.reserveCapacity(codes.count)
    for (a, b) in zip(codes, other.codes) {
      let key = UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
      if let code = index[key] {
        result.append(code)
      } else {
        let code = Int32(labels.count)
        index[key] = code
        labels.append(self.labels[Int(a)] + "^" + other.labels[Int(b)])
        result.append(code)
      }
    }
    return Grouping(name: name + "^" + other.name, codes: result, labels: labels)
  }

  /// Whether each of these groups lies within one group of `outer`.
  public func isNested(in outer: Grouping) -> Bool {
    precondition(codes.count == outer.codes.count)
    var parent = [Int32](repeating: -1, count: count)
    for (own, other) in zip(codes, outer.codes) {
      let code = Int(own)
      if parent[code] < 0 { parent[code] = other } else if parent[code] != other { return false }
    }
    return true
  }

  /// The number of observations of each group.
  public var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for code in codes { sizes[Int(code)] += 1 }
    return sizes
  }
}
