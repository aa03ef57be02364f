import CaseloadData
import CaseloadRegression

/// What a table says of whole fits, in the order in which it says it.
enum FitFigures {
  static let observationsID = "observations"
  static let observationsName = Text(en: "Observations", zh: "观测数")

  /// First the size of the fit, then how close it is, then tests of it, then its likelihood; other
  /// figures follow as the models have them.
  private static let order = [
    "separated", "outliers", "residualDegreesOfFreedom", "effectiveDegreesOfFreedom",
    "quantile", "penalty",
    "rSquared", "adjustedRSquared", "withinRSquared", "pseudoRSquared",
    "residualStandardError", "scale", "dispersion", "theta", "thetaStandardError", "alpha",
    "autocorrelation",
    "fStatistic", "fPValue",
    "objective", "generalizedCrossValidation", "leaveOneOutError",
    "deviance", "nullDeviance", "pearson", "logLikelihood", "restrictedLogLikelihood", "aic", "bic",
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

  /// The family or the estimator of a model in words; after a colon follow its quantile or a link
  /// that is not its own.
  static func family(_ id: String) -> Text {
    let parts = id.split(separator: ":", maxSplits: 1).map(String.init)
    let detail = parts.count > 1 ? parts[1] : ""
    let name: Text
    switch parts.first ?? "" {
    case "gaussian": name = Text(en: "Linear", zh: "线性")
    case "poisson": name = Text(en: "Poisson", zh: "泊松")
    case "quasi-poisson": name = Text(en: "Quasi-Poisson", zh: "拟泊松")
    case "negative-binomial": name = Text(en: "Negative binomial", zh: "负二项")
    case "binomial": name = detail.isEmpty ? Text("Logit") : Text(en: "Binomial", zh: "二项")
    case "quasi-binomial": name = Text(en: "Quasi-binomial", zh: "拟二项")
    case "gamma": name = Text(en: "Gamma", zh: "伽马")
    case "quantile":
      return detail.isEmpty
        ? Text(en: "Quantile", zh: "分位数")
        : Text(en: "Quantile \(detail)", zh: "\(detail) 分位数")
    default: name = RegressionEstimator(rawValue: id)?.name ?? Text(id)
    }
    return detail.isEmpty
      ? name : name + Text(en: ", \(detail) link", zh: "（\(detail) 连接）")
  }

  /// The groups that occur in any of `models`, by name, in order of appearance.
  static func groupNames(_ groups: [[ModelSummary.Groups]]) -> [String] {
    var names: [String] = []
    for name in groups.joined().map(\.name) where !names.contains(name) { names.append(name) }
    return names
  }
}
