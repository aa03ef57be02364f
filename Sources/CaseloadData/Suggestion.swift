/// The names nearest to a mistyped one.
public enum Suggestion {
  /// The nearest of `names` by edit distance, if near enough to be meant.
  public static func nearest(to name: String, among names: [String]) -> String? {
    let scored = names.map { ($0, distance(name.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
    let isNear = best.1 <= max(2, name.count / 2) && best.1 < max(name.count, best.0.count)
    return isNear ? best.0 : nil
  }

  /// The least number of insertions, deletions, substitutions and transpositions of neighbors that
  /// turn `a` into `b` (Damerau 1964, restricted to one edit a substring).
  public static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        var best = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, rows[i - 2][j - 2] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

extension Diagnostic {
  /// "There is no model 'lokal-level'. Did you mean 'local-level'?"
  public static func unknownName(
    _ name: String, among names: [String], kind: Text, code: DiagnosticCode = .unknownName,
    at location: Location? = nil
  ) -> Diagnostic {
    let list = names.joined(separator: ", ")
    var hint = Text(en: "There are: \(list).", zh: "可用的有：\(list)。")
    if let nearest = Suggestion.nearest(to: name, among: names) {
      hint = Text(en: "Did you mean '\(nearest)'? ", zh: "是否应为 '\(nearest)'?") + hint
    }
    if names.isEmpty { hint = Text(en: "There are none.", zh: "目前没有。") }
    return Diagnostic(
      code, .error,
      Text(en: "There is no \(kind.en) '\(name)'.", zh: "没有名为 '\(name)' 的\(kind.zh)。"),
      at: location, hint: hint)
  }
}
