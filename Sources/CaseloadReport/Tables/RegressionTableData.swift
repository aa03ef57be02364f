import CaseloadData
import CaseloadRegression
import Foundation

extension RegressionTable {
  /// One row for each model and term that the table shows, under the names of the models' own
  /// terms, at full precision; empty where a number is not identified.
  ///
  /// With ``Options/isExponentiated`` estimate, standard error and interval are of e^β.
  public var csv: String {
    let header = [
      "model", "label", "term", "estimate", "standardError", "statistic", "pValue", "lower",
      "upper",
    ]
    var rows = [header]
    let labels = options.labels.isEmpty ? models.map { Text($0.label) } : options.labels
    for index in models.indices {
      for coefficient in terms.terms.compactMap({ $0.coefficients[index] }) {
        let shown = ShownCoefficient(coefficient, isExponentiated: options.isExponentiated)
        let numbers = [
          shown.estimate, shown.standardError, shown.statistic, shown.pValue, shown.lower,
          shown.upper,
        ]
        rows.append(
          ["\(index + 1)", labels[index][language], coefficient.term]
            + numbers.map { $0.isFinite ? NumberText.plain($0) : "" })
      }
    }
    return rows.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    field.contains { ",\"\n\r".contains($0) || $0.isNewline }
      ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }

  /// The summaries of all models with all their terms, as fitted: `{"models": […]}`, with `null`
  /// for what is not a number or infinite.
  public var json: String {
    let notANumber = "\u{1}not-a-number"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: notANumber, negativeInfinity: notANumber, nan: notANumber)
    guard let data = try? encoder.encode(["models": models]) else {
      preconditionFailure("a summary cannot be encoded")
    }
    return String(decoding: data, as: UTF8.self)
      .replacing("\"\\u0001not-a-number\"", with: "null") + "\n"
  }
}
