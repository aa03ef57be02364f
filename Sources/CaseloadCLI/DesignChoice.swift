import Caseload

/// The designs that `--design` asks for, with their options.
struct DesignChoice {
  /// A design, or why it cannot be had with these options.
  struct Entry {
    let card: MethodCard
    let estimator: (any EffectEstimator)?
    let reason: Diagnostic?
  }

  let entries: [Entry]
  /// Whether several designs stand side by side: one that does not apply is then listed, not an
  /// error.
  let isComparison: Bool

  var estimators: [any EffectEstimator] { entries.compactMap(\.estimator) }

  /// What stands for every design.
  private static let all = "all"

  /// The designs of `text`, an identifier, several with commas, or `all`.
  ///
  /// - Parameters:
  ///   - text: of `--design`.
  ///   - options: of `--set`; each goes to the designs that know it.
  ///   - defaults: the same, where a design has the option and `options` does not set it.
  /// - Throws: ``DiagnosticCode/unknownName`` for a design, or an option that none of them knows.
  init(_ text: String, options: [String: String], defaults: [String: String]) throws(Diagnostic) {
    let ids = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    let types = EffectEstimators.all
    let names = types.map { $0.card.id }
    for id in ids where id != Self.all && !names.contains(id) {
      throw Diagnostic.unknownName(
        id, among: names + [Self.all], kind: Text(en: "design", zh: "设计"))
    }
    guard !ids.isEmpty else {
      throw Diagnostic(
        .illegalOption, .error, Text(en: "--design names no design.", zh: "--design 未指明设计。"),
        hint: Text(
          en: "There are: \(names.joined(separator: ", ")).",
          zh: "可用的有：\(names.joined(separator: "、"))。"))
    }
    let chosen = ids.contains(Self.all) ? types : types.filter { ids.contains($0.card.id) }
    let known = Set(chosen.flatMap { $0.card.options.map(\.name) })
    for name in options.keys.sorted() where !known.contains(name) {
      throw Diagnostic.unknownName(
        name, among: known.sorted(), kind: Text(en: "option of the design", zh: "设计选项"))
    }
    isComparison = ids.contains(Self.all) || chosen.count > 1
    var entries: [Entry] = []
    for type in chosen {
      let own = Set(type.card.options.map(\.name))
      let settings = defaults.merging(options) { $1 }.filter { own.contains($0.key) }
      do throws(Diagnostic) {
        entries.append(
          Entry(card: type.card, estimator: try MethodOptions.make(type, settings), reason: nil))
      } catch {
        // One option may have values that another design does not know.
        guard isComparison else { throw error }
        entries.append(Entry(card: type.card, estimator: nil, reason: error))
      }
    }
    self.entries = entries
  }
}
