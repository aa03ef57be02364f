import ArgumentParser
import Caseload
import Foundation

/// What the rows of a regression's output are.
enum RegressView: String, ExpressibleByArgument, CaseIterable {
  case coefficients, fit, tests, covariance, predictions
}

/// How a regression table looks.
struct RegressionTableStyle: ParsableArguments {
  @Option(
    help:
      "Below an estimate in tables of several models: standard-error, statistic, p-value, interval."
  )
  var below: String?

  @Flag(help: "Stars at 10, 5 and 1 percent.")
  var stars = false

  @Flag(help: "Estimates as factors, exp(estimate).")
  var exponentiate = false

  @Option(help: "Terms to show, with commas; * stands for anything.")
  var keep: String?

  @Option(help: "Terms to leave out of the table, with commas.")
  var drop: String?

  @Option(help: "Heads of the columns, with commas.")
  var labels: String?

  @Option(help: "The title of the table.")
  var title: String?

  func options(_ language: Language) throws(Diagnostic) -> RegressionTable.Options {
    var options = RegressionTable.Options()
    options.language = language
    if let below {
      var chosen: [RegressionTable.Below] = []
      for word in below.split(separator: ",").map(String.init) {
        guard let one = RegressionTable.Below(rawValue: word) else {
          throw Diagnostic.unknownName(
            word, among: RegressionTable.Below.allCases.map(\.rawValue),
            kind: Text(en: "line below an estimate", zh: "估计值下方的内容"))
        }
        chosen.append(one)
      }
      options.below = chosen
    }
    if stars { options.starThresholds = [0.1, 0.05, 0.01] }
    options.isExponentiated = exponentiate
    options.keep = Self.list(keep)
    options.drop = Self.list(drop)
    options.labels = Self.list(labels).map { Text(en: $0, zh: $0) }
    options.title = title.map { Text(en: $0, zh: $0) }
    return options
  }

  private static func list(_ text: String?) -> [String] {
    text?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
  }
}
