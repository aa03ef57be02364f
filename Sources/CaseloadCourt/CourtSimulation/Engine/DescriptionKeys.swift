import CaseloadData

/// The keys of a description in a file: one that nobody reads is a mistake, not a comment.
struct DescriptionKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// The container of a description whose keys are among those of `Key`.
  ///
  /// - Parameter type: the keys that have a meaning.
  /// - Returns: the container.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for any other key.
  func description<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws
    -> KeyedDecodingContainer<Key>
  {
    let known = Key.allCases.map(\.stringValue)
    for key in try container(keyedBy: DescriptionKey.self).allKeys
    where !known.contains(key.stringValue) {
      throw SimulationCheck.unknown(key.stringValue, among: known, Text(en: "entry", zh: "条目"))
    }
    return try container(keyedBy: type)
  }
}
