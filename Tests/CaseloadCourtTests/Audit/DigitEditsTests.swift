import CaseloadData
import Testing

@testable import CaseloadCourt

@Suite("Digit edits") struct DigitEditsTests {
  @Test("the variants of one digit are counted out")
  func oneDigit() {
    // 9 other digits, 10 after it, and 8 before it: not 0, and 88 is there already.
    let variants = DigitEdits.variants("8")
    let replaced = (0...9).filter { $0 != 8 }.map(String.init)
    let longer = (0...9).map { "8\($0)" } + (1...9).filter { $0 != 8 }.map { "\($0)8" }
    #expect(variants == Set(replaced + longer))
  }

  @Test(
    "every variant is one edit away, and none is the text itself",
    arguments: ["18", "2013", "7.45"])
  func distance(_ text: String) {
    let variants = DigitEdits.variants(text)
    #expect(!variants.contains(text))
    for variant in variants { #expect(Suggestion.distance(text, variant) == 1, "\(variant)") }
  }

  @Test("every number one edit away is a variant")
  func completeness() {
    let variants = DigitEdits.variants("213")
    for n in 0...9999 where Suggestion.distance("213", String(n)) == 1 {
      #expect(variants.contains(String(n)), "\(n)")
    }
    #expect(variants.count == (0...9999).count { Suggestion.distance("213", String($0)) == 1 })
  }

  @Test("no variant begins with a zero or a point, or ends with a point")
  func shapes() {
    for text in ["10", "7.45", "2013"] {
      for variant in DigitEdits.variants(text) {
        #expect(variant == "0" || !variant.hasPrefix("0") || variant.hasPrefix("0."), "\(variant)")
        #expect(!variant.hasPrefix(".") && !variant.hasSuffix("."), "\(variant)")
        #expect(variant.count { $0 == "." } <= 1, "\(variant)")
        #expect(Double(variant) != nil, "\(variant)")
      }
    }
  }

  @Test("two steps reach what takes two edits, and nothing nearer")
  func twoSteps() {
    let near = DigitEdits.variants("12789")
    let far = DigitEdits.twoStepVariants("12789")
    #expect(far.contains("7789"))
    #expect(near.isDisjoint(with: far))
    #expect(!far.contains("12789"))
    for variant in far { #expect(Suggestion.distance("12789", variant) >= 2) }
    for n in stride(from: 1000, through: 199_999, by: 37)
    where Suggestion.distance("12789", String(n)) == 2 {
      #expect(far.contains(String(n)), "\(n)")
    }
  }
}
