import CaseloadData

/// What times, weights and their standard errors must be.
enum WeightChecks {
  /// Throws unless `x` is a finite number above zero.
  static func positive(_ x: Double, _ name: Text) throws(Diagnostic) {
    guard x > 0, x.isFinite else {
      throw illegal(x, name, Text(en: "above zero", zh: "大于零"))
    }
  }

  /// Throws unless `x` is a finite number, zero or above; `nil` passes.
  static func nonnegative(_ x: Double?, _ name: Text) throws(Diagnostic) {
    guard let x else { return }
    guard x >= 0, x.isFinite else {
      throw illegal(x, name, Text(en: "zero or above", zh: "大于或等于零"))
    }
  }

  /// Throws unless `x` is a number of cases: finite, zero or above.
  static func count(_ x: Double, _ name: Text) throws(Diagnostic) {
    guard x >= 0, x.isFinite else {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(name.en): \(shown(x)) is no number of cases; it must be zero or above.",
          zh: "\(name.zh)：\(shown(x)) 不是案件数，须大于或等于零。"),
        at: Diagnostic.Location(series: name.en),
        hint: Text(en: "Correct the number of cases.", zh: "请更正案件数。"))
    }
  }

  /// Throws unless `x` lies in (0, 1).
  static func level(_ x: Double) throws(Diagnostic) {
    guard x > 0, x < 1 else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "A coverage of \(shown(x)) is not possible; it lies between 0 and 1.",
          zh: "覆盖率不能为 \(shown(x))，须在 0 与 1 之间。"),
        hint: Text(en: "Write 0.95.", zh: "请写作 0.95。"))
    }
  }

  private static func illegal(_ x: Double, _ name: Text, _ rule: Text) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(
        en: "\(name.en) is \(shown(x)); it must be a finite number \(rule.en).",
        zh: "\(name.zh)为 \(shown(x))，须为\(rule.zh)的有限数。"),
      at: Diagnostic.Location(series: name.en),
      hint: Text(en: "Correct the number.", zh: "请更正该数。"))
  }

  static func shown(_ x: Double) -> String { x.isNaN ? "not a number" : NumberText.plain(x) }
}
