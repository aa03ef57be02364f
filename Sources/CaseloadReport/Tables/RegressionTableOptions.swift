import CaseloadData
import CaseloadRegression

extension RegressionTable {
  /// What a table shows and how.
  public struct Options: Sendable {
    /// What stands below each estimate, from the top; one thing alone needs no mark of its own.
    public var below: [Below] = [.standardError]
    public var decimals: Decimals = .significant(3)
    /// One more star for each threshold that a p-value lies below; none unless asked for.
    public var starThresholds: [Double] = []
    /// Shows e^β, its standard error by the delta method, e^β · s, and the interval's ends
    /// exponentiated; statistics and p-values stay those of β = 0.
    public var isExponentiated = false

    /// Shows only the terms that match one of these patterns; all if empty.
    ///
    /// A pattern is a term's name, or a glob in which `*` stands for any characters and `?` for
    /// one.
    public var keep: [String] = []
    /// Leaves out the terms that match one of these patterns.
    public var drop: [String] = []
    /// The terms that come first, in this order.
    public var order: [String] = []
    /// What terms are called; terms of different models that are called the same share a row.
    public var names: [Renaming] = []
    /// Names, keeps and orders terms at once: those that match, in this order and called so.
    public var map: [Renaming] = []

    /// What heads the columns, one a model; the models' own labels if empty.
    public var labels: [Text] = []
    /// Headings over several columns, from the left; none if empty.
    public var spanners: [Spanner] = []
    /// The identifiers of the figures below the coefficients, in order; all if `nil`.
    public var statistics: [String]?
    /// Whether one model alone is shown with all that is known of its coefficients, rather than
    /// as a comparison of one.
    public var showsSingleModelInFull = true

    public var language: Language = .en
    public var title: Text?
    /// Said under the table after what the table says itself.
    public var notes: [Text] = []

    public init() {}
  }

  /// What can stand below an estimate.
  public enum Below: String, Sendable, CaseIterable {
    /// In parentheses.
    case standardError = "standard-error"
    /// The t or z statistic.
    case statistic
    /// In brackets.
    case interval
    case pValue = "p-value"
  }

  /// How many decimals an estimate has.
  public enum Decimals: Sendable, Equatable {
    /// So many that the standard error has this many significant digits, and more where the
    /// estimate would read as 0.
    case significant(Int)
    /// The same everywhere.
    case fixed(Int)

    /// `3` for three decimals everywhere, `significant:3` for three digits of the standard error.
    public init(argument: String) throws(Diagnostic) {
      let prefix = "significant:"
      let isSignificant = argument.hasPrefix(prefix)
      guard let count = Int(isSignificant ? argument.dropFirst(prefix.count) : argument[...]),
        (isSignificant ? 1...15 : 0...15).contains(count)
      else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "'\(argument)' is not a number of decimals.", zh: "'\(argument)' 不是小数位数。"),
          hint: Text(
            en: "Write 3 for three decimals, or significant:3 for three digits of the standard "
              + "error.",
            zh: "写 3 表示三位小数，写 significant:3 表示标准误保留三位有效数字。"))
      }
      self = isSignificant ? .significant(count) : .fixed(count)
    }
  }

  /// What the terms that match a pattern are called.
  public struct Renaming: Sendable, Equatable {
    /// A name or a glob, as in ``Options/keep``.
    public let pattern: String
    /// Its k-th `*` stands for what the pattern's k-th `*` stood for.
    public let label: Text

    public init(_ pattern: String, _ label: Text) {
      self.pattern = pattern
      self.label = label
    }

    /// `judges=Judges on the bench`; the last `=` divides, for terms may hold one.
    public init(argument: String) throws(Diagnostic) {
      let (pattern, label) = try divided(
        argument, example: Text(en: "judges=Judges on the bench", zh: "judges=在岗法官数"))
      self.init(pattern, Text(label))
    }
  }

  /// A heading over neighboring columns.
  public struct Spanner: Sendable, Equatable {
    /// Empty for columns without one.
    public let label: Text
    public let columnCount: Int

    public init(_ label: Text, columnCount: Int) {
      self.label = label
      self.columnCount = columnCount
    }

    /// `Civil courts=2`.
    public init(argument: String) throws(Diagnostic) {
      let example = Text(en: "Civil courts=2", zh: "民事法庭=2")
      let (label, count) = try divided(argument, example: example)
      guard let count = Int(count), count > 0 else { throw notDivided(argument, example: example) }
      self.init(Text(label), columnCount: count)
    }
  }
}

extension RegressionTable.Options {
  func validate(for models: [ModelSummary]) throws(Diagnostic) {
    guard !models.isEmpty else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "A regression table needs a model.", zh: "回归表至少需要一个模型。"),
        hint: Text(en: "Fit one first.", zh: "请先拟合模型。"))
    }
    if let threshold = starThresholds.first(where: { !($0 > 0 && $0 < 1) }) {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "\(NumberText.plain(threshold)) is no threshold for a p-value.",
          zh: "\(NumberText.plain(threshold)) 不能作为 p 值的界限。"),
        hint: Text(
          en: "Give numbers between 0 and 1, such as 0.05, 0.01.",
          zh: "请给出 0 与 1 之间的数，如 0.05、0.01。"))
    }
    guard Set(starThresholds).count == starThresholds.count else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A threshold for stars is given twice.", zh: "星号的 p 值界限有重复。"),
        hint: Text(en: "Give each once.", zh: "请每个界限只写一次。"))
    }
    guard labels.isEmpty || labels.count == models.count else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "There are \(labels.count) labels for \(models.count) models.",
          zh: "模型有 \(models.count) 个，列标签却有 \(labels.count) 个。"),
        hint: Text(en: "Give one a model, or none.", zh: "请每个模型给一个标签，或都不给。"))
    }
    let spanned = spanners.reduce(0) { $0 + max(0, $1.columnCount) }
    let isWhole = spanned == models.count && spanners.allSatisfy { $0.columnCount > 0 }
    guard spanners.isEmpty || isWhole else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The column groups hold \(spanned) columns, and there are \(models.count) models.",
          zh: "列分组共含 \(spanned) 列，而模型有 \(models.count) 个。"),
        hint: Text(
          en: "Let the groups cover all columns; an empty label leaves some without a heading.",
          zh: "各分组须覆盖全部列；标签留空表示该组无标题。"))
    }
  }
}

private func divided(_ argument: String, example: Text) throws(Diagnostic) -> (String, String) {
  guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex,
    argument.index(after: sign) < argument.endIndex
  else { throw notDivided(argument, example: example) }
  return (String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
}

private func notDivided(_ argument: String, example: Text) -> Diagnostic {
  Diagnostic(
    .illegalOption, .error,
    Text(en: "'\(argument)' cannot be read.", zh: "无法理解 '\(argument)'。"),
    hint: Text(en: "Write it like \(example.en).", zh: "写法如 \(example.zh)。"))
}
