import CaseloadData
import Testing

@Suite("Suggestion")
struct SuggestionTests {
  @Test(
    "the distance counts edits",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
      ("abc", "ab", 1), ("abc", "xabc", 1), ("kitten", "sitting", 3), ("ca", "ac", 1),
      ("ca", "abc", 3), ("forcast", "forecast", 1),
    ])
  func distances(a: String, b: String, expected: Int) {
    #expect(Suggestion.distance(a, b) == expected)  // Damerau (1964), optimal string alignment
  }

  @Test("the distance is symmetric")
  func distanceIsSymmetric() {
    #expect(
      Suggestion.distance("holt", "damped-holt") == Suggestion.distance("damped-holt", "holt"))
  }

  @Test(
    "a mistyped name finds its nearest",
    arguments: [
      ("lokal-level", "local-level"), ("Theta", "theta"), ("etz", "ets"),
      ("seasonal_naive", "seasonal-naive"),
    ])
  func nearest(typed: String, expected: String) {
    let names = ["ets", "theta", "local-level", "seasonal-naive"]
    #expect(Suggestion.nearest(to: typed, among: names) == expected)
  }

  @Test("a name that is near nothing finds nothing")
  func nothingNear() {
    #expect(Suggestion.nearest(to: "zzzzzz", among: ["ets", "theta"]) == nil)
  }

  @Test("a name that shares no letter is not suggested", arguments: [("xy", "ab"), ("x", "y")])
  func nothingShared(typed: String, name: String) {
    #expect(Suggestion.nearest(to: typed, among: [name]) == nil)
  }

  @Test("without names there is no suggestion")
  func noNames() {
    #expect(Suggestion.nearest(to: "ets", among: []) == nil)
  }

  @Test("the error names what was typed and what there is")
  func unknownNameError() {
    let error = Diagnostic.unknownName(
      "etz", among: ["ets", "theta"], kind: Text(en: "model", zh: "模型"))
    #expect(
      error.message.en == "There is no model 'etz'."
        && error.hint?.en == "Did you mean 'ets'? There are: ets, theta.")
  }

  @Test("the error says when there is nothing to choose from")
  func nothingToChoose() {
    let error = Diagnostic.unknownName("x", among: [], kind: Text(en: "column", zh: "列"))
    #expect(error.hint?.en == "There are none.")
  }
}
