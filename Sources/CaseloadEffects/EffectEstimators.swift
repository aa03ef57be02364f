import CaseloadData

/// Every design, in the order in which help and tests list them.
public enum EffectEstimators {
  public static let all: [any EffectEstimator.Type] = [
    InterruptedTimeSeries.self,
    BayesianStructural.self,
    DifferenceInDifferences.self,
    TwoWayFixedEffects.self,
    EventStudy.self,
    CallawaySantAnna.self,
    SunAbraham.self,
    Imputation.self,
    Stacked.self,
    ChaisemartinDHaultfoeuille.self,
    RothSantAnna.self,
    ExtendedTwoWay.self,
    TripleDifference.self,
    DoublyRobustDifferences.self,
    ContinuousDose.self,
    StructuralCounterfactual.self,
  ]

  /// The design called `id`, with `options` laid over its automatic choices.
  public static func estimator(_ id: String, options: [String: String] = [:]) throws(Diagnostic)
    -> any EffectEstimator
  {
    guard let type = all.first(where: { $0.card.id == id }) else {
      throw Diagnostic.unknownName(
        id, among: all.map { $0.card.id }, kind: Text(en: "design", zh: "设计"))
    }
    return try MethodOptions.make(type, options)
  }
}
