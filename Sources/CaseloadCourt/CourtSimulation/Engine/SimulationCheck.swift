import CaseloadData

/// The checks that every number of a simulation passes before it runs.
enum SimulationCheck {
  /// That `value` lies above zero, or is zero where that is allowed.
  static func rate(_ name: String, _ value: Double, allowsZero: Bool = false) throws(Diagnostic) {
    guard value.isFinite, allowsZero ? value >= 0 : value > 0 else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "'\(name)' is \(NumberText.plain(value)); it must be a number "
            + (allowsZero ? "of zero or more." : "above zero."),
          zh: "“\(name)”为 \(NumberText.plain(value))，应为" + (allowsZero ? "不小于零" : "大于零") + "的数。"),
        at: Diagnostic.Location(column: name),
        hint: Text(en: "Correct it in the description.", zh: "请在说明文件中更正。"))
    }
  }

  /// That `value` is a probability.
  static func probability(_ name: String, _ value: Double) throws(Diagnostic) {
    guard value >= 0, value <= 1 else { throw probability(name, value, "value") }
  }

  /// That `values` are probabilities that add up to 1.
  static func shares(_ name: String, _ values: [Double]) throws(Diagnostic) {
    for value in values { try probability(name, value) }
    let sum = values.reduce(0, +)
    guard abs(sum - 1) < 1e-6 else { throw probability(name, sum, "sum") }
  }

  /// That `value` is a whole number of at least `least`.
  static func count(_ name: String, _ value: Int, least: Int = 1) throws(Diagnostic) {
    guard value >= least else {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "'\(name)' is \(value); it must be \(least) or more.",
          zh: "“\(name)”为 \(value)，应不小于 \(least)。"),
        at: Diagnostic.Location(column: name),
        hint: Text(en: "Correct it in the description.", zh: "请在说明文件中更正。"))
    }
  }

  /// An illegal probability: a value outside 0 to 1, or a sum that is not 1.
  static func probability(_ name: String, _ value: Double, _ what: String) -> Diagnostic {
    let isSum = what == "sum"
    return Diagnostic(
      .illegalProbability, .error,
      Text(
        en: isSum
          ? "The probabilities of '\(name)' add up to \(NumberText.plain(value)), not to 1."
          : "'\(name)' is \(NumberText.plain(value)); a probability lies between 0 and 1.",
        zh: isSum
          ? "“\(name)”的概率之和为 \(NumberText.plain(value))，应为 1。"
          : "“\(name)”为 \(NumberText.plain(value))，概率应在 0 与 1 之间。"),
      at: Diagnostic.Location(column: name),
      hint: Text(en: "Correct it in the description.", zh: "请在说明文件中更正。"))
  }

  /// A name that is not among those of the model.
  static func unknown(_ name: String, among known: [String], _ kind: Text) -> Diagnostic {
    Diagnostic(
      .malformedDefinition, .error,
      Text(en: "There is no \(kind.en) '\(name)'.", zh: "没有\(kind.zh)“\(name)”。"),
      at: Diagnostic.Location(column: name),
      hint: Text(
        en: "There are: \(known.joined(separator: ", ")).",
        zh: "现有：\(known.joined(separator: "、"))。"))
  }
}
