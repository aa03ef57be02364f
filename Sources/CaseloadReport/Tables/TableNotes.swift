import CaseloadData
import CaseloadRegression

/// What a reader must know of a table's numbers, in words, to stand underneath it.
struct TableNotes {
  let models: [ModelSummary]
  let terms: TermSelection
  let options: RegressionTable.Options

  init(
    _ models: [ModelSummary], _ terms: TermSelection, _ options: RegressionTable.Options
  ) {
    self.models = models
    self.terms = terms
    self.options = options
  }

  /// Under models side by side.
  func comparison(hasGaps: Bool) -> [Text] {
    if terms.terms.isEmpty {
      return samples + empty + leftOut + unidentified(hasGaps) + options.notes
    }
    return (below.map { [$0] } ?? []) + covariances + distributions + samples + exponentiated
      + stars + leftOut + hidden + unidentified(hasGaps) + options.notes
  }

  /// Under one model in full, whose header says the rest.
  func single(hasGaps: Bool) -> [Text] {
    let formula = Text(en: "Formula: \(models[0].formula)", zh: "公式：\(models[0].formula)")
    if terms.terms.isEmpty {
      return [formula] + empty + leftOut + unidentified(hasGaps) + options.notes
    }
    return [formula] + covariances + distributions + exponentiated + stars + leftOut + hidden
      + unidentified(hasGaps) + options.notes
  }

  /// Instead of words on numbers that are not there.
  private var empty: [Text] {
    guard models.contains(where: { !$0.fixedEffects.isEmpty }) else {
      return [Text(en: "There is no coefficient to show.", zh: "没有可显示的系数。")]
    }
    return [
      Text(
        en: "Only fixed effects are in the model, which are absorbed: there is no coefficient to "
          + "show.",
        zh: "模型只含被吸收的固定效应，没有可显示的系数。")
    ]
  }

  /// "Standard errors in parentheses, 95 % confidence intervals in brackets."
  private var below: Text? {
    var parts: [Text] = []
    let isAlone = options.below.count == 1
    for below in options.below {
      switch below {
      case .standardError:
        parts.append(Text(en: "standard errors in parentheses", zh: "圆括号内为标准误"))
      case .statistic where isAlone:
        let degrees = models.flatMap(\.coefficients).map(\.degreesOfFreedom)
        let names =
          (degrees.contains { !$0.isInfinite } ? ["t"] : [])
          + (degrees.contains(where: \.isInfinite) ? ["z"] : [])
        parts.append(
          Text(
            en: "\(list(names)) statistics in parentheses",
            zh: "圆括号内为 \(names.joined(separator: "、")) 统计量"))
      case .pValue where isAlone:
        parts.append(Text(en: "p-values in parentheses", zh: "圆括号内为 p 值"))
      case .interval:
        let levels = shared(models.map { level($0) })
        parts.append(
          levels.map {
            Text(en: "\($0.en) confidence intervals in brackets", zh: "方括号内为 \($0.zh) 置信区间")
          }
            ?? Text(
              en: "confidence intervals in brackets (\(byColumn(models.map { level($0) }).en))",
              zh: "方括号内为置信区间（\(byColumn(models.map { level($0) }).zh)）"))
      case .statistic, .pValue: break
      }
    }
    guard !parts.isEmpty else { return nil }
    return sentence(
      Text(
        en: parts.map(\.en).joined(separator: ", "), zh: parts.map(\.zh).joined(separator: "，")))
  }

  /// The models' own words on their covariances; by column where they differ.
  private var covariances: [Text] {
    let notes = models.map(\.covarianceNote)
    if let note = shared(notes) { return note.en.isEmpty ? [] : [sentence(note)] }
    return groups(notes).map { note, columns in
      let columns = names(of: columns)
      return Text(
        en: sentence(columns + Text(": ") + note).en,
        zh: sentence(columns + Text("：") + note).zh)
    }
  }

  /// What tests and intervals refer to; where draws take the place of a distribution, the words on
  /// the covariance say so.
  private var distributions: [Text] {
    let all = models.enumerated().compactMap { column, model in
      Self.distribution(model).map { (text: $0, column: column) }
    }
    let prefix = Text(en: "Tests and intervals refer to ", zh: "检验与区间依据")
    guard !all.isEmpty else { return [] }
    if all.count == models.count, let one = shared(all.map(\.text)) {
      return [sentence(prefix + one)]
    }
    let degrees = models.compactMap(Self.degreesOfFreedom)
    if degrees.count == models.count, degrees.allSatisfy({ $0.lowest == $0.highest }) {
      let numbers = degrees.map { Self.number($0.lowest) }
      return [
        Text(
          en: "\(prefix.en)t distributions with \(list(numbers.map(\.en))) degrees of freedom, "
            + "by column.",
          zh: "\(prefix.zh) t 分布，各列自由度依次为 \(numbers.map(\.zh).joined(separator: "、"))。")
      ]
    }
    let columns = groups(all.map(\.text)).map { text, places in
      (text, places.map { all[$0].column })
    }
    return [sentence(prefix + byColumn(columns))]
  }

  /// The least and the greatest degrees of freedom of a model's coefficients; `nil` where none has
  /// a t distribution.
  private static func degreesOfFreedom(_ model: ModelSummary) -> (
    lowest: Double, highest: Double
  )? {
    let finite = model.coefficients.map(\.degreesOfFreedom).filter(\.isFinite)
    guard let lowest = finite.min(), let highest = finite.max() else { return nil }
    return (lowest, highest)
  }

  /// `nil` where there is none.
  private static func distribution(_ model: ModelSummary) -> Text? {
    guard let (lowest, highest) = degreesOfFreedom(model) else {
      let isNormal = model.coefficients.contains { $0.degreesOfFreedom.isInfinite }
      return isNormal ? Text(en: "the normal distribution", zh: "正态分布") : nil
    }
    let (a, b) = (number(lowest), number(highest))
    if a == b {
      let noun = a.en == "1" ? "degree" : "degrees"
      return Text(
        en: "the t distribution with \(a.en) \(noun) of freedom", zh: "自由度为 \(a.zh) 的 t 分布")
    }
    return Text(
      en: "t distributions with \(a.en) to \(b.en) degrees of freedom, by coefficient",
      zh: "自由度因系数而异（\(a.zh) 至 \(b.zh)）的 t 分布")
  }

  private static func number(_ degrees: Double) -> Text {
    NumberText.decimal(degrees, degrees == degrees.rounded() ? 0 : 1)
  }

  private var samples: [Text] {
    let counts = models.map(\.observations)
    guard let least = counts.min(), let most = counts.max(), least < most else { return [] }
    let (a, b) = (NumberText.decimal(Double(least)), NumberText.decimal(Double(most)))
    return [
      Text(
        en: "The columns differ in sample: \(a.en) to \(b.en) observations.",
        zh: "各列样本不同：观测数 \(a.zh) 至 \(b.zh)。")
    ]
  }

  private var exponentiated: [Text] {
    guard options.isExponentiated else { return [] }
    let showsErrors = isSingle || options.below.contains(.standardError)
    let showsIntervals = isSingle || options.below.contains(.interval)
    let showsTests =
      isSingle || options.below.contains { [.statistic, .pValue].contains($0) }
      || !options.starThresholds.isEmpty
    var en = ["Coefficients are exponentiated"]
    var zh = ["系数已取指数"]
    if showsErrors {
      en.append("standard errors are by the delta method")
      zh.append("标准误用 delta 法求得")
    }
    if showsIntervals {
      en.append("intervals are exponentiated end by end")
      zh.append("置信区间由两端取指数")
    }
    if showsTests {
      en.append("tests are of an exponentiated coefficient of 1")
      zh.append("检验的原假设为指数化系数等于 1")
    }
    return [Text(en: en.joined(separator: "; ") + ".", zh: zh.joined(separator: "；") + "。")]
  }

  private var stars: [Text] {
    let thresholds = options.starThresholds.sorted(by: >)
    guard !thresholds.isEmpty else { return [] }
    let marks = thresholds.enumerated().map { index, threshold in
      String(repeating: "*", count: index + 1) + " p < " + NumberText.plain(threshold)
    }
    return [Text(en: marks.joined(separator: ", ") + ".", zh: marks.joined(separator: "，") + "。")]
  }

  /// Terms that other terms imply.
  private var leftOut: [Text] {
    let dropped = models.map { $0.droppedTerms }
    guard dropped.contains(where: { !$0.isEmpty }) else { return [] }
    let prefix = Text(
      en: "Left out because other terms imply them: ", zh: "因与其他项线性相关而略去：")
    if let one = shared(dropped) { return [sentence(prefix + shortened(one))] }
    let some = groups(dropped).filter { !$0.0.isEmpty }
    return [sentence(prefix + byColumn(some.map { (shortened($0.0), $0.1) }))]
  }

  private var hidden: [Text] {
    guard !terms.hidden.isEmpty else { return [] }
    let names = shortened(terms.hidden)
    return [
      sentence(
        Text(en: "In the models but not shown: ", zh: "模型中包含但未列出：") + names)
    ]
  }

  private func unidentified(_ hasGaps: Bool) -> [Text] {
    hasGaps ? [Text(en: "–: not identified.", zh: "–：无法识别。")] : []
  }

  // Words.

  private var isSingle: Bool { models.count == 1 && options.showsSingleModelInFull }

  private func level(_ model: ModelSummary) -> Text {
    NumberText.percent(
      model.level, RegressionTable.Layout.decimals(ofLevel: model.level))
  }

  /// The first few names, and how many more there are.
  private func shortened(_ names: [String]) -> Text {
    let most = 6
    let shown = names.prefix(most)
    if names.count <= most {
      return Text(en: list(Array(shown)), zh: shown.joined(separator: "、"))
    }
    return Text(
      en: shown.joined(separator: ", ") + " and \(names.count - most) more",
      zh: shown.joined(separator: "、") + "等 \(names.count) 项")
  }

  /// The one value that all have.
  private func shared<Value: Hashable>(_ values: [Value]) -> Value? {
    Set(values).count == 1 ? values.first : nil
  }

  /// The different values with the columns, from 0, that have each.
  private func groups<Value: Hashable>(_ values: [Value]) -> [(Value, [Int])] {
    var groups: [(Value, [Int])] = []
    for (column, value) in values.enumerated() {
      if let place = groups.firstIndex(where: { $0.0 == value }) {
        groups[place].1.append(column)
      } else {
        groups.append((value, [column]))
      }
    }
    return groups
  }

  /// "… (columns 1 and 3); … (column 2)"
  private func byColumn(_ texts: [Text]) -> Text { byColumn(groups(texts)) }

  private func byColumn(_ groups: [(Text, [Int])]) -> Text {
    let parts = groups.map { text, columns in
      let columns = names(of: columns)
      return Text(
        en: "\(text.en) (\(columns.en.lowercasedFirst))", zh: "\(text.zh)（\(columns.zh)）")
    }
    return Text(
      en: parts.map(\.en).joined(separator: "; "), zh: parts.map(\.zh).joined(separator: "；"))
  }

  /// "Columns 1 and 3" / "第 1、3 列".
  private func names(of columns: [Int]) -> Text {
    let numbers = columns.map { "\($0 + 1)" }
    return Text(
      en: (numbers.count == 1 ? "Column " : "Columns ") + list(numbers),
      zh: "第 \(numbers.joined(separator: "、")) 列")
  }

  private func list(_ items: [String]) -> String {
    guard items.count > 1, let last = items.last else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// With a capital and a full stop.
  private func sentence(_ text: Text) -> Text {
    // Not the p of "p-values", nor a sign.
    let isWord = text.en.prefix(2).allSatisfy(\.isLetter)
    let en = isWord ? text.en.prefix(1).uppercased() + text.en.dropFirst() : text.en
    let stops: Set<Character> = [".", "。", "!", "！", "?", "？"]
    return Text(
      en: en.last.map(stops.contains) ?? false ? en : en + ".",
      zh: text.zh.last.map(stops.contains) ?? false ? text.zh : text.zh + "。")
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
