import ArgumentParser
import Caseload
import CaseloadIO

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "The methods: forecast models, effect designs, regressions; or one card.",
    discussion: """
      EXAMPLES
        caseload models
        caseload models damped-holt
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The method whose card to show.")
  var id: String?

  struct Card: Encodable, Sendable {
    let kind: String
    let id: String
    let name: Text
    let summary: Text
    let equation: String
    let options: [String: Text]
    let assumptions: [Text]
    let sources: [Citation]
    let minimumObservations: Int
  }

  private static var regressions: [MethodCard] {
    [
      LinearModel.card, FixedEffectsModel.card, PoissonFixedEffects.card,
      GeneralizedLinearModel.card, QuantileRegression.card, RobustRegression.card,
      RidgeRegression.card, AutoregressiveRegression.card, PraisWinsten.card,
      GeneralizedLeastSquares.card, InstrumentalVariables.card, RandomEffectsModel.card,
    ]
  }

  static var cards: [(kind: String, card: MethodCard)] {
    ForecastModels.all.map { ("forecast", $0.card) }
      + EffectEstimators.all.map { ("effect", $0.card) }
      + Self.regressions.map { ("regression", $0) }
  }

  func run() throws {
    let language = global.language
    let all = Self.cards
    guard let id else {
      let rows = all.map { kind, card in
        [
          Cell.text(kind), .text(card.id), .text(card.name[language]),
          .number(Double(card.minimumObservations), decimals: 0), .text(card.summary[language]),
        ]
      }
      try CommandResult(
        schema: "caseload.models/1", payload: all.map { Self.encoded($0.kind, $0.card) },
        table: ResultTable(["kind", "id", "name", "minimumObservations", "summary"], rows),
        isTabular: true
      ).emit(global, nil)
      return
    }
    guard let (kind, card) = all.first(where: { $0.card.id == id }) else {
      throw Diagnostic.unknownName(
        id, among: all.map { $0.card.id }, kind: Text(en: "model", zh: "模型"))
    }
    let zh = language == .zh
    var text = "\(card.name[language]) (\(card.id))\n\(card.summary[language])\n\n"
    text += "  \(card.equation)\n\n"
    if !card.options.isEmpty {
      text += zh ? "选项\n" : "Options\n"
      for option in card.options { text += "  \(option.name)  \(option.help[language])\n" }
      text += "\n"
    }
    text += zh ? "假设\n" : "Assumptions\n"
    for assumption in card.assumptions { text += "  \(assumption[language])\n" }
    text += zh ? "\n来源\n" : "\nSources\n"
    for source in card.sources {
      text += "  \(source.text)" + (source.doi.map { " doi:\($0)" } ?? "") + "\n"
    }
    text +=
      zh
      ? "\n至少需要 \(card.minimumObservations) 个观测。\n"
      : "\nNeeds at least \(card.minimumObservations) observations.\n"
    let rows = card.options.map { [Cell.text($0.name), .text($0.help[language])] }
    try CommandResult(
      schema: "caseload.models/1", payload: Self.encoded(kind, card),
      table: ResultTable(["option", "help"], rows), text: text, isTabular: false
    ).emit(global, nil)
  }

  private static func encoded(_ kind: String, _ card: MethodCard) -> Card {
    Card(
      kind: kind, id: card.id, name: card.name, summary: card.summary, equation: card.equation,
      options: Dictionary(card.options.map { ($0.name, $0.help) }) { $1 },
      assumptions: card.assumptions, sources: card.sources,
      minimumObservations: card.minimumObservations)
  }
}
