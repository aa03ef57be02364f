import CaseloadData
import Testing

@Suite("Text")
struct TextTests {
  static let text = Text(en: "cases", zh: "案件")

  @Test("a language selects its words", arguments: zip(Language.allCases, ["cases", "案件"]))
  func languageSelects(language: Language, expected: String) {
    #expect(Self.text[language] == expected)
  }

  @Test("texts are joined in each language")
  func joining() {
    #expect(Text("3 ") + Self.text == Text(en: "3 cases", zh: "3 案件"))
  }
}
