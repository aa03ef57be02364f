import CaseloadData

extension CovarianceKind {
  /// The identifiers that ``init(id:clusters:times:)`` reads.
  public static let ids =
    ["classical"] + HC.allCases.map(\.rawValue) + ["newey-west", "andrews", "driscoll-kraay"]
    + CR.allCases.map(\.rawValue) + ["jackknife"]

  /// The kind written `classical`, `hc3`, `newey-west:4`, `cr1`, `cr1:smallest`, …
  ///
  /// After a colon follow options: for newey-west the lags, `prewhite` and `unadjusted`; for andrews
  /// `raw` (no prewhitening) and `unadjusted`; for driscoll-kraay the lags; for cr0 and cr1 with
  /// several ways of clustering, `each` or `smallest`.
  ///
  /// - Parameters:
  ///   - id: one of ``ids``, with its options.
  ///   - clusters: the ways of clustering, which cr0 to cr3 need.
  ///   - times: the periods in ascending order, which driscoll-kraay needs.
  ///   - combination: how several ways are combined where `id` does not say.
  /// - Throws: ``DiagnosticCode/unknownName``, ``DiagnosticCode/missingOption``,
  ///   ``DiagnosticCode/illegalOption``.
  public init(
    id: String, clusters: [Grouping] = [], times: Grouping? = nil,
    combination: Combination = .each
  ) throws(Diagnostic) {
    let parts = id.lowercased().split(separator: ":", omittingEmptySubsequences: false)
      .map(String.init)
    var name = parts.first ?? ""
    if name == "cluster" { name = "cr1" }
    if name == "iid" { name = "classical" }
    var options = Options(name: name, words: Array(parts.dropFirst()))
    if let hc = HC(rawValue: name) {
      self = .heteroskedastic(hc)
    } else if let cr = CR(rawValue: name) {
      guard !clusters.isEmpty else {
        throw Diagnostic(
          .missingOption, .error,
          Text(
            en: "The covariance \(name) needs to know the clusters.",
            zh: "协方差 \(name) 需要指明聚类变量。"),
          hint: Text(en: "Add --cluster COLUMN.", zh: "请加上 --cluster 列名。"))
      }
      var combination = combination
      for choice in Combination.allCases where options.take(choice.rawValue) {
        combination = choice
      }
      self = .clustered(by: clusters, cr, combination)
    } else {
      switch name {
      case "classical": self = .classical
      case "newey-west":
        self = .neweyWest(
          lags: try options.lags(), prewhitened: options.take("prewhite"),
          adjusted: !options.take("unadjusted"))
      case "andrews":
        self = .andrews(prewhitened: !options.take("raw"), adjusted: !options.take("unadjusted"))
      case "driscoll-kraay":
        guard let times else {
          throw Diagnostic(
            .missingOption, .error,
            Text(
              en: "The covariance \(name) needs to know the periods.",
              zh: "协方差 \(name) 需要指明时期变量。"),
            hint: Text(en: "Add --time COLUMN.", zh: "请加上 --time 列名。"))
        }
        self = .driscollKraay(times: times, lags: try options.lags())
      case "jackknife":
        guard clusters.count < 2 else {
          throw Diagnostic(
            .illegalOption, .error,
            Text(
              en: "The jackknife leaves out clusters of one way, not of \(clusters.count).",
              zh: "刀切法只能按一个聚类变量剔除，不能按 \(clusters.count) 个。"),
            hint: Text(en: "Name one column with --cluster.", zh: "请在 --cluster 中只写一列。"))
        }
        self = .jackknife(by: clusters.first)
      default:
        throw Diagnostic.unknownName(
          name, among: Self.ids + ["wild"], kind: Text(en: "covariance", zh: "协方差估计"))
      }
    }
    try options.finish()
  }

  /// The words after the colons, taken one by one.
  private struct Options {
    let name: String
    var words: [String]

    mutating func take(_ word: String) -> Bool {
      guard let index = words.firstIndex(of: word) else { return false }
      words.remove(at: index)
      return true
    }

    /// The first word as a number of lags; `nil` for none and for `auto`.
    mutating func lags() throws(Diagnostic) -> Int? {
      if take("auto") { return nil }
      guard let word = words.first, !["prewhite", "unadjusted"].contains(word) else { return nil }
      guard let lags = Int(word), lags >= 0 else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "'\(word)' is not a number of lags.", zh: "'\(word)' 不是滞后阶数。"),
          hint: Text(en: "Write \(name):4, or \(name).", zh: "请写作 \(name):4 或 \(name)。"))
      }
      words.removeFirst()
      return lags
    }

    func finish() throws(Diagnostic) {
      guard let word = words.first else { return }
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The covariance \(name) has no option '\(word)'.",
          zh: "协方差 \(name) 没有选项 '\(word)'。"),
        hint: Text(
          en: "Options are newey-west:LAGS:prewhite:unadjusted, andrews:raw:unadjusted, "
            + "driscoll-kraay:LAGS, cr1:each and cr1:smallest.",
          zh: "可用选项：newey-west:滞后阶数:prewhite:unadjusted、andrews:raw:unadjusted、"
            + "driscoll-kraay:滞后阶数、cr1:each、cr1:smallest。"))
    }
  }
}
