import CaseloadData
import CaseloadMath

/// The weighted load of each court, and judges in proportion to it.
///
/// ```
/// Lₖ = Σᵢ wᵢ Cᵢₖ          Jₖ = Lₖ / ΣL · J
/// ```
///
/// Shares are not rounded; whole judges are apportioned elsewhere.
///
/// - Source: Wittrup, *Time-based case weighting*, ch. on weighted caseloads.
public struct WeightedLoad: Codable, Sendable, Equatable {
  /// One court.
  public struct Court: Codable, Sendable, Equatable {
    public let name: String
    /// In the unit of the weights.
    public let load: Double
    /// Of all courts.
    public let share: Double
    /// Judges in proportion to the load; `nil` where no number is to be shared out.
    public let judges: Double?
  }

  public let courts: [Court]
  /// ΣL.
  public let total: Double

  /// The loads of courts.
  ///
  /// - Parameters:
  ///   - cases: by court, then by type; zero or above.
  ///   - weights: above zero, in any one unit.
  ///   - judges: to be shared out; `nil` for none.
  /// - Throws: ``DiagnosticCode/missingWeight``, ``DiagnosticCode/negativeCount``,
  ///   ``DiagnosticCode/illegalRate`` for a weight, ``DiagnosticCode/illegalStaff`` for judges below
  ///   zero, ``DiagnosticCode/notComputable`` where no court has a load.
  public init(
    cases: [(court: String, cases: [String: Double])], weights: [String: Double],
    judges: Double? = nil
  ) throws(Diagnostic) {
    for (name, weight) in weights { try WeightChecks.positive(weight, Text(name)) }
    if let judges, !(judges >= 0 && judges.isFinite) {
      throw Diagnostic(
        .illegalStaff, .error,
        Text(
          en: "\(WeightChecks.shown(judges)) judges cannot be shared out.",
          zh: "无法分配 \(WeightChecks.shown(judges)) 名法官。"),
        hint: Text(en: "Give a number of zero or above.", zh: "请给出大于或等于零的数。"))
    }
    var loads: [Double] = []
    for (court, counts) in cases {
      var terms: [Double] = []
      for (type, count) in counts.sorted(by: { $0.key < $1.key }) {
        try WeightChecks.count(count, Text(en: "\(court), \(type)", zh: "\(court)，\(type)"))
        guard let weight = weights[type] else {
          throw Diagnostic(
            .missingWeight, .error,
            Text(en: "The case type '\(type)' has no weight.", zh: "案件类型“\(type)”没有权重。"),
            at: Diagnostic.Location(series: court),
            hint: Text(
              en: "There are weights for \(weights.keys.sorted().joined(separator: ", ")).",
              zh: "现有权重：\(weights.keys.sorted().joined(separator: "、"))。"))
        }
        terms.append(weight * count)
      }
      loads.append(terms.accurateSum)
    }
    let total = loads.accurateSum
    guard total > 0 else {
      throw Diagnostic(
        .notComputable, .error,
        Text(en: "No court has any load to share by.", zh: "各法院均无工作量，无法按比例分配。"),
        hint: Text(en: "Give cases of at least one court.", zh: "请至少给出一个法院的案件数。"))
    }
    self.total = total
    courts = zip(cases, loads).map { entry, load in
      Court(
        name: entry.court, load: load, share: load / total,
        judges: judges.map { load / total * $0 })
    }
  }
}
