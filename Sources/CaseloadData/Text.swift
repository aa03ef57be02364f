/// The same words in both languages of the product, side by side.
public struct Text: Codable, Sendable, Hashable {
  public let en: String
  public let zh: String

  public init(en: String, zh: String) {
    self.en = en
    self.zh = zh
  }

  /// A name or number that reads the same in both languages.
  public init(_ both: String) { self.init(en: both, zh: both) }

  public subscript(language: Language) -> String {
    switch language {
    case .en: en
    case .zh: zh
    }
  }

  public static func + (a: Text, b: Text) -> Text { Text(en: a.en + b.en, zh: a.zh + b.zh) }
}

/// A language of the product.
public enum Language: String, Codable, Sendable, CaseIterable { case en, zh }
