import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Saved models") struct SavedForecastModelTests {
  static let ids = ForecastModels.all.map { $0.card.id }

  /// `value` with every number that is no whole one replaced: a double, whatever the type.
  private func replacing(_ value: JSON, by substitute: String) -> JSON {
    switch value {
    case .number(let number) where number != number.rounded(): .string(substitute)
    case .array(let elements): .array(elements.map { replacing($0, by: substitute) })
    case .object(let members): .object(members.mapValues { replacing($0, by: substitute) })
    default: value
    }
  }

  @Test("infinite numbers and NaN anywhere in a fit come back", arguments: ids)
  func infinite(_ id: String) throws {
    let saved = try SavedForecastModel(ForecastModels.model(id), fittedTo: TestSeries.monthly)
    let text = try ExactJSON.text(saved)
    guard case .object(var members) = try ExactJSON.value(JSON.self, from: Data(text.utf8)),
      let fit = members["fit"]
    else {
      Issue.record("a saved model is no object with a fit")
      return
    }
    for substitute in ["Infinity", "-Infinity", "NaN"] {
      members["fit"] = replacing(fit, by: substitute)
      let changed = try ExactJSON.text(JSON.object(members))
      #expect(changed.contains(#""\#(substitute)""#))
      let copy = try ExactJSON.value(SavedForecastModel.self, from: Data(changed.utf8))
      // A list of numbers of which some may be missing has null for NaN.
      func normal(_ text: String) -> String { text.replacing(#""NaN""#, with: "null") }
      #expect(normal(try ExactJSON.text(copy)) == normal(changed))
    }
  }

  @Test("a model that was saved loads again and is the same text", arguments: ids)
  func text(_ id: String) throws {
    let saved = try SavedForecastModel(ForecastModels.model(id), fittedTo: TestSeries.monthly)
    let text = try ExactJSON.text(saved)
    let copy = try ExactJSON.value(SavedForecastModel.self, from: Data(text.utf8))
    #expect(try ExactJSON.text(copy) == text)
    #expect(copy.fit.marginals(12) == saved.fit.marginals(12))
  }
}
