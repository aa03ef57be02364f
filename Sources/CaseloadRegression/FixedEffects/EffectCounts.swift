import CaseloadData

/// What the levels of several fixed effects determine, and which rows they explain alone.
enum EffectCounts {
  /// The rows that stay when levels with one row are left out, until there are none.
  ///
  /// A row that is alone in a level is fitted exactly and says nothing of the coefficients, but
  /// makes clusters look more numerous than they are.
  ///
  /// - Source: Correia (2015), "Singletons, cluster-robust standard errors and fixed effects".
  static func withoutSingletons(_ groupings: [Grouping]) -> [Int] {
    let n = groupings.first?.codes.count ?? 0
    var sizes = groupings.map(\.sizes)
    var isKept = [Bool](repeating: true, count: n)
    var changed = true
    while changed {
      changed = false
      for (k, grouping) in groupings.enumerated() {
        guard sizes[k].contains(1) else { continue }
        for i in 0..<n where isKept[i] && sizes[k][Int(grouping.codes[i])] == 1 {
          isKept[i] = false
          changed = true
          for (l, other) in groupings.enumerated() { sizes[l][Int(other.codes[i])] -= 1 }
        }
      }
    }
    return isKept.indices.filter { isKept[$0] }
  }

  /// The levels of each way that are redundant given an earlier way: for two ways the connected
  /// components of their graph, for more the largest number over pairs.
  ///
  /// - Source: Abowd, Creecy & Kramarz (2002); the pairwise rule of Correia (2017), §6.
  static func redundant(_ groupings: [Grouping]) -> [Int] {
    groupings.indices.map { k in
      (0..<k).map { components(groupings[$0], groupings[k]) }.max() ?? 0
    }
  }

  /// The connected components of the graph whose edges are the rows.
  static func components(_ a: Grouping, _ b: Grouping) -> Int {
    var parent = Array(0..<(a.count + b.count))
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    var count = parent.count
    for (i, j) in zip(a.codes, b.codes) {
      let (x, y) = (root(Int(i)), root(a.count + Int(j)))
      if x != y {
        parent[x] = y
        count -= 1
      }
    }
    return count
  }
}
