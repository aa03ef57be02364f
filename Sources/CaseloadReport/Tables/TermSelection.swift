import CaseloadData
import CaseloadRegression

/// The terms that a table shows, in order, with the coefficient that each model has of it.
struct TermSelection: Sendable {
  struct Term: Sendable {
    let label: Text
    /// One a model; `nil` where the model has none.
    let coefficients: [Coefficient?]
  }

  let terms: [Term]
  /// The names of the terms that the options keep out of sight.
  let hidden: [String]

  init(_ models: [ModelSummary], _ options: RegressionTable.Options) throws(Diagnostic) {
    var names: [String] = []
    var seen: Set<String> = []
    for model in models {
      for coefficient in model.coefficients where seen.insert(coefficient.term).inserted {
        names.append(coefficient.term)
      }
    }
    let renamings = options.map + options.names
    let keep = options.keep + options.map.map(\.pattern)
    let all = keep + options.drop + options.order + renamings.map(\.pattern)
    for pattern in all where !names.contains(where: TermPattern(pattern).matches) {
      throw Diagnostic.unknownName(
        pattern, among: names, kind: Text(en: "term", zh: "项"))
    }

    let isKept = { (name: String) in
      (options.map.isEmpty || options.map.contains { TermPattern($0.pattern).matches(name) })
        && (options.keep.isEmpty || options.keep.contains { TermPattern($0).matches(name) })
        && !options.drop.contains { TermPattern($0).matches(name) }
    }
    hidden = names.filter { !isKept($0) }
    var shown = names.filter(isKept)
    // Models of fixed effects alone have no term that options could hide.
    guard !shown.isEmpty || names.isEmpty else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "The table would show no term.", zh: "表中将不显示任何一项。"),
        hint: Text(en: "Keep more, or drop less.", zh: "请多保留或少去掉一些项。"))
    }
    let order = (options.map.map(\.pattern) + options.order).map(TermPattern.init)
    if !order.isEmpty {
      func rank(_ name: String) -> Int { order.firstIndex { $0.matches(name) } ?? order.count }
      shown = shown.map { (rank($0), $0) }.enumerated()
        .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    // Names that are called the same share a row.
    var labels: [Text] = []
    var members: [Text: Set<String>] = [:]
    for name in shown {
      let label = Self.label(of: name, renamings)
      if members[label] == nil { labels.append(label) }
      members[label, default: []].insert(name)
    }
    var terms: [Term] = []
    for label in labels {
      var row: [Coefficient?] = []
      for model in models {
        let own = model.coefficients.filter { members[label, default: []].contains($0.term) }
        guard own.count < 2 else {
          throw Diagnostic(
            .illegalOption, .error,
            Text(
              en: "'\(own[0].term)' and '\(own[1].term)' of one model would both be called "
                + "'\(label.en)'.",
              zh: "同一模型的 '\(own[0].term)' 与 '\(own[1].term)' 都将显示为 '\(label.zh)'。"),
            hint: Text(en: "Give them names of their own.", zh: "请分别命名。"))
        }
        row.append(own.first)
      }
      terms.append(Term(label: label, coefficients: row))
    }
    self.terms = terms
  }

  private static func label(of name: String, _ renamings: [RegressionTable.Renaming]) -> Text {
    for renaming in renamings {
      guard let captures = TermPattern(renaming.pattern).captures(in: name) else { continue }
      return Text(
        en: TermPattern.filled(renaming.label.en, with: captures),
        zh: TermPattern.filled(renaming.label.zh, with: captures))
    }
    return name == "(Intercept)" ? Text(en: "Constant", zh: "常数项") : Text(name)
  }
}
