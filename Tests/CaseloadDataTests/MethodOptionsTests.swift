import CaseloadData
import Testing

/// A method with one option of each kind.
private struct Example: Method {
  enum Trend: String, Codable { case none, damped }

  var trend = Trend.none
  var window = 12
  var level: Double?
  var label = "automatic"
  var isRobust = false

  static let card = MethodCard(
    id: "example", name: Text("Example"), summary: Text("For tests."), equation: "y = x",
    options: [("window", Text(en: "A whole number.", zh: "整数。"))], assumptions: [], sources: [],
    minimumObservations: 1)
}

@Suite("MethodOptions")
struct MethodOptionsTests {
  private static func refusal(_ options: [String: String]) throws -> Diagnostic {
    try #require(throws: Diagnostic.self) { try MethodOptions.make(Example.self, options) }
  }

  @Test("without options everything is automatic")
  func automatic() throws {
    #expect(try MethodOptions.make(Example.self, [:]) == Example())
  }

  @Test("an option of each kind is taken over")
  func everyKind() throws {
    let made = try MethodOptions.make(
      Example.self,
      ["trend": "damped", "window": "6", "level": "0.9", "label": "mine", "isRobust": "true"])
    #expect(
      made == Example(trend: .damped, window: 6, level: 0.9, label: "mine", isRobust: true))
  }

  @Test("an option that is not given keeps its automatic choice")
  func othersStayAutomatic() throws {
    #expect(try MethodOptions.make(Example.self, ["window": "6"]) == Example(window: 6))
  }

  @Test("a word that looks like a number is still a word")
  func wordLikeNumber() throws {
    #expect(try MethodOptions.make(Example.self, ["label": "2019"]).label == "2019")
  }

  @Test("a word that looks like a number stands beside a number")
  func wordLikeNumberBesideNumber() throws {
    let made = try MethodOptions.make(Example.self, ["label": "2019", "window": "6"])
    #expect(made == Example(window: 6, label: "2019"))
  }

  @Test("an unknown option suggests the nearest")
  func unknownOption() throws {
    let error = try Self.refusal(["windo": "6"])
    #expect(error.code == .unknownName && error.hint?.en.contains("'window'") == true)
  }

  @Test("a value of the wrong kind is refused with the option's help", arguments: ["six", "6.5"])
  func wrongKind(value: String) throws {
    let error = try Self.refusal(["window": value])
    #expect(error.code == .illegalOption && error.hint?.en == "A whole number.")
  }

  @Test("among several options the one that fails is named")
  func culpritIsNamed() throws {
    let error = try Self.refusal(["level": "0.5", "trend": "upwards", "window": "3"])
    #expect(error.message.en == "The option trend of example cannot be 'upwards'.")
  }
}
