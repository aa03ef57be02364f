import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Registry of forecast models") struct ForecastModelsTests {
  @Test("every model has a file of its name in the folder Models, and a file at its top is a model")
  func files() throws {
    let folder = Project.root.appending(path: "Sources/CaseloadForecasting/Models")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    let types = ForecastModels.all.map { String(describing: $0) }
    let names = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    #expect(Set(types).isSubset(of: names))
    #expect(Set(paths.filter { !$0.contains("/") }).isSubset(of: types))
    #expect(Set(types).count == types.count)
  }

  @Test("an identifier has the letters of its type's name, which may end in Forecaster")
  func ids() {
    for type in ForecastModels.all {
      let name = String(describing: type).replacing("Forecaster", with: "").lowercased()
      #expect(type.card.id.replacing("-", with: "") == name)
      #expect(type.card.id == type.card.id.lowercased())
    }
    #expect(Set(ForecastModels.all.map { $0.card.id }).count == ForecastModels.all.count)
  }

  @Test("a card lists the stored properties as its options")
  func options() {
    for type in ForecastModels.all {
      let stored = Mirror(reflecting: type.init()).children.compactMap(\.label)
      #expect(type.card.options.map(\.name) == stored)
    }
  }

  @Test("a card is complete in both languages")
  func cards() {
    for type in ForecastModels.all {
      let card = type.card
      let texts = [card.name, card.summary] + card.options.map(\.help) + card.assumptions
      #expect(texts.allSatisfy { !$0.en.isEmpty && !$0.zh.isEmpty && $0.en != $0.zh })
      #expect(!card.equation.isEmpty && !card.sources.isEmpty && !card.assumptions.isEmpty)
      #expect(card.minimumObservations >= 2)
    }
  }

  @Test("a mistyped model is answered with the nearest")
  func unknownModel() {
    let error = #expect(throws: Diagnostic.self) { try ForecastModels.model("damped-hotl") }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.en.hasPrefix("Did you mean 'damped-holt'?") == true)
    #expect(error?.hint?.zh.contains("'damped-holt'") == true)
  }

  @Test("a mistyped option is answered with the nearest")
  func unknownOption() {
    let error = #expect(throws: Diagnostic.self) {
      try ForecastModels.model("damped-holt", options: ["seasonl": "none"])
    }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.en.contains("'seasonal'") == true)
    let none = #expect(throws: Diagnostic.self) {
      try ForecastModels.model("naive", options: ["seasonal": "none"])
    }
    #expect(none?.code == .unknownName)
    #expect(none?.hint?.en == "There are none.")
  }

  @Test("a value that an option cannot take is refused with its meaning")
  func illegalOption() {
    let error = #expect(throws: Diagnostic.self) {
      try ForecastModels.model(
        "damped-holt", options: ["seasonal": "weekly", "trendBound": "wide"])
    }
    #expect(error?.code == .illegalOption)
    #expect(error?.message.en.contains("seasonal") == true)
    #expect(error?.hint?.en.contains("multiplicative") == true)
  }

  @Test("options are laid over the automatic choices")
  func setOptions() throws {
    let model = try ForecastModels.model("damped-holt", options: ["trendBound": "wide"])
    let holt = try #require(model as? DampedHolt)
    #expect(holt.trendBound == .wide && holt.seasonal == .none)
  }

  @Test("the suggestion suits the length of the series")
  func suggested() {
    let values: [Double] = [3, 5, 4, 6, 5, 7, 6, 8]
    let expected = [2: "naive", 3: "drift", 6: "drift", 7: "damped-holt", 8: "damped-holt"]
    for (count, id) in expected {
      let series = TimeSeries(start: .year(2000), values: Array(values.prefix(count)))
      let suggestion = ForecastModels.suggested(for: series)
      #expect(type(of: suggestion.model).card.id == id)
      #expect(suggestion.reason.en.hasPrefix(id) && suggestion.reason.zh.hasPrefix(id))
    }
    // Missing values do not count.
    let gappy = TimeSeries(start: .year(2000), values: [3, .nan, .nan, .nan, .nan, .nan, .nan, 5])
    #expect(type(of: ForecastModels.suggested(for: gappy).model).card.id == "naive")
  }
}
