import CaseloadData

/// What numbers of cases, rates and shares may be.
enum StockFlowChecks {
  /// - Throws: ``DiagnosticCode/negativeCount`` for a number of cases below zero or not finite.
  static func cases(_ value: Double, _ what: Text, at location: Diagnostic.Location? = nil)
    throws(Diagnostic)
  {
    guard value >= 0, value.isFinite else {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(what.en): \(shown(value)) cases; the number must not be below zero.",
          zh: "\(what.zh)：\(shown(value)) 件；件数不能小于零。"),
        at: location, hint: Text(en: "Correct the number.", zh: "请更正该数字。"))
    }
  }

  /// - Throws: ``DiagnosticCode/illegalRate`` unless `value` is finite and above zero.
  static func rate(_ value: Double, _ what: Text) throws(Diagnostic) {
    guard value > 0, value.isFinite else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "\(what.en) is \(shown(value)); it must be above zero.",
          zh: "\(what.zh)为 \(shown(value))，须大于零。"),
        hint: Text(en: "Give a number above zero.", zh: "请给出大于零的数。"))
    }
  }

  /// - Throws: ``DiagnosticCode/illegalProbability`` unless `value` lies in 0 … 1.
  static func probability(_ value: Double, _ what: Text) throws(Diagnostic) {
    guard value >= 0, value <= 1 else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "\(what.en) is \(shown(value)); it must lie from 0 to 1.",
          zh: "\(what.zh)为 \(shown(value))，须在 0 到 1 之间。"),
        hint: Text(en: "Give a share such as 0.18.", zh: "请给出 0.18 这样的比例。"))
    }
  }

  /// - Throws: ``DiagnosticCode/malformedDefinition`` where two lists differ in length.
  static func sameLength(_ count: Int, _ expected: Int, _ what: Text) throws(Diagnostic) {
    guard count == expected else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "\(what.en): \(count) values where \(expected) are needed.",
          zh: "\(what.zh)：需要 \(expected) 个数，却有 \(count) 个。"),
        hint: Text(en: "Give one value for each.", zh: "请逐一给出数值。"))
    }
  }

  /// "NaN" where there is no number to show.
  static func shown(_ value: Double) -> String {
    value.isFinite ? NumberText.plain(value) : "\(value)"
  }
}
