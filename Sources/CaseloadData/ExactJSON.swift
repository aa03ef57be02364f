import Foundation

/// JSON that reads back as it was written, number for number.
///
/// Doubles are written with as many digits as it takes to tell them from their neighbors. What JSON
/// has no number for is text: `"Infinity"`, `"-Infinity"` and `"NaN"`, where a ``NullForNaN`` writes
/// null for the last. A reader that does not know these words refuses them, so that no infinity turns
/// into something else. What is meant for people and other programs, results, has null in their place.
public enum ExactJSON {
  /// `value` on one line, keys sorted.
  ///
  /// - Throws: what encoding the value throws.
  public static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The value of `type` that ``text(_:)`` wrote.
  ///
  /// - Throws: `DecodingError` for what is no JSON, or not of this type.
  public static func value<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(type, from: data)
  }
}
