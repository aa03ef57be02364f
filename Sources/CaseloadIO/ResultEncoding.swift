import CaseloadData
import Foundation

/// Results as JSON text: sorted keys, full precision, `null` for what is not a number.
public enum ResultEncoding {
  private static let notANumber = "\u{1}not-a-number"

  /// A result as a JSON value.
  public static func json(_ value: some Encodable) throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: Data(text(value, isPretty: false).utf8))
  }

  public static func text(_ value: some Encodable, isPretty: Bool = true) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: notANumber, negativeInfinity: notANumber, nan: notANumber)
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("a result of type \(type(of: value)) cannot be encoded")
    }
    return String(decoding: data, as: UTF8.self)
      .replacingOccurrences(of: "\"\\u0001not-a-number\"", with: "null")
  }
}
