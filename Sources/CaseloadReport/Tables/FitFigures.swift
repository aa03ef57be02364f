import CaseloadData
import CaseloadRegression

/// What a table says of whole fits, in the order in which it says it.
enum FitFigures {
  static let observationsID = "observations"
  static let observationsName = Text(en: "Observations", zh: "观测数")

  /// First the size of the fit, then how close it is, then tests of it, then its likelihood; other
  /// figures follow as the models have them.
  private static let order = [
    "residualDegreesOfFreedom", "degreesOfFreedom",
    "rSquared", "adjustedRSquared", "withinRSquared", "adjustedWithinRSquared",
    "pseudoRSquared", "adjustedPseudoRSquared", "r1",
    "residualStandardError", "rootMeanSquaredError", "sigma", "scale", "dispersion", "size",
    "theta",
    "fStatistic", "fPValue", "waldStatistic", "waldPValue",
    "likelihoodRatio", "likelihoodRatioPValue",
    "deviance", "nullDeviance", "pearson", "logLikelihood", "aic", "aicc", "bic",
  ]

  /// The figures of any of `models`, each once.
  static func union(of models: [ModelSummary]) -> [(id: String, name: Text)] {
    var found: [(id: String, name: Text)] = [(observationsID, observationsName)]
    for statistic in models.flatMap(\.statistics)
    where !found.contains(where: { $0.id == statistic.id }) {
      found.append((statistic.id, statistic.name))
    }
    func rank(_ id: String) -> Int {
      id == observationsID ? -1 : order.firstIndex(of: id) ?? order.count
    }
    return found.enumerated()
      .sorted { (rank($0.element.id), $0.offset) < (rank($1.element.id), $1.offset) }
      .map(\.element)
  }

  /// The figures that `options` ask for, or all of them.
  static func chosen(of models: [ModelSummary], _ options: RegressionTable.Options)
    throws(Diagnostic) -> [(id: String, name: Text)]
  {
    let all = union(of: models)
    guard let ids = options.statistics else { return all }
    var chosen: [(id: String, name: Text)] = []
    for id in ids {
      guard let figure = all.first(where: { $0.id == id }) else {
        throw Diagnostic.unknownName(
          id, among: all.map(\.id), kind: Text(en: "statistic", zh: "统计量"))
      }
      chosen.append(figure)
    }
    return chosen
  }

  /// One model's figure; blank where it has none of that name.
  static func cell(_ id: String, of model: ModelSummary, _ text: EstimateText)
    -> RegressionTable.Cell
  {
    if id == observationsID {
      return .number(.init(digits: NumberText.decimal(Double(model.observations))))
    }
    guard let statistic = model.statistics.first(where: { $0.id == id }) else { return .blank }
    return .number(.init(digits: text.figure(id, statistic.value)))
  }

  /// The family of a model in words.
  static func family(_ id: String) -> Text {
    let parts = id.split(separator: ":", maxSplits: 1).map(String.init)
    switch parts.first ?? "" {
    case "gaussian", "linear", "ols": return Text(en: "Linear", zh: "线性")
    case "poisson": return Text(en: "Poisson", zh: "泊松")
    case "negativeBinomial", "negative-binomial": return Text(en: "Negative binomial", zh: "负二项")
    case "binomial": return Text(en: "Binomial", zh: "二项")
    case "gamma": return Text(en: "Gamma", zh: "伽马")
    case "quantile":
      let level = parts.count > 1 ? parts[1] : ""
      return Text(
        en: level.isEmpty ? "Quantile" : "Quantile \(level)",
        zh: level.isEmpty ? "分位数" : "\(level) 分位数")
    default: return Text(id)
    }
  }

  /// The groups that occur in any of `models`, by name, in order of appearance.
  static func groupNames(_ groups: [[ModelSummary.Groups]]) -> [String] {
    var names: [String] = []
    for name in groups.joined().map(\.name) where !names.contains(name) { names.append(name) }
    return names
  }
}
