import CaseloadData
import CaseloadMath

/// The cases of one type that lie open, and what will be filed.
public struct DocketInput: Codable, Sendable, Equatable {
  /// The case type.
  public var name: String
  /// Cases pending before the first period.
  public var opening: Double
  /// Cases filed, one number a period.
  public var filings: [Double]

  /// A docket; checked where it is projected.
  public init(name: String, opening: Double, filings: [Double]) {
    self.name = name
    self.opening = opening
    self.filings = filings
  }

  /// Throws ``DiagnosticCode/negativeCount`` for a number below zero and
  /// ``DiagnosticCode/malformedDefinition`` for dockets of different lengths.
  static func check(_ dockets: [DocketInput]) throws(Diagnostic) {
    guard let first = dockets.first else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(en: "There is no docket to project.", zh: "没有可推算的案件类型。"),
        hint: Text(en: "Give pending cases and filings.", zh: "请给出未结数与收案数。"))
    }
    for docket in dockets {
      let place = Diagnostic.Location(series: docket.name)
      try StockFlowChecks.cases(docket.opening, Text(en: "pending", zh: "未结"), at: place)
      for value in docket.filings {
        try StockFlowChecks.cases(value, Text(en: "filings", zh: "收案"), at: place)
      }
      try StockFlowChecks.sameLength(
        docket.filings.count, first.filings.count,
        Text(en: "filings of \(docket.name)", zh: "\(docket.name) 的收案"))
    }
  }
}

/// What one case type does in one period:
///
/// ```
/// closing = opening + filed − resolved
/// ```
///
/// exactly: the closing number is computed by this line and by no other.
public struct StockFlowStep: Codable, Sendable, Equatable {
  public let period: Period
  /// Pending before the period.
  public let opening: Double
  public let filed: Double
  public let resolved: Double
  /// Pending after it.
  public let closing: Double

  /// A step whose closing number follows from the others.
  public init(period: Period, opening: Double, filed: Double, resolved: Double) {
    self.period = period
    self.opening = opening
    self.filed = filed
    self.resolved = resolved
    closing = opening + filed - resolved
  }
}

/// Pending cases by type, period by period.
public struct StockFlowProjection: Codable, Sendable, Equatable {
  /// One case type.
  public struct Docket: Codable, Sendable, Equatable {
    public let name: String
    /// In the order of the periods.
    public let steps: [StockFlowStep]
  }

  public let dockets: [Docket]

  /// All types together.
  public var total: [StockFlowStep] {
    guard let first = dockets.first else { return [] }
    return first.steps.indices.map { t in
      StockFlowStep(
        period: first.steps[t].period,
        opening: dockets.map { $0.steps[t].opening }.accurateSum,
        filed: dockets.map { $0.steps[t].filed }.accurateSum,
        resolved: dockets.map { $0.steps[t].resolved }.accurateSum)
    }
  }

  /// Projects `inputs` from `start` on; `resolved` says what is closed of each type, from the cases
  /// open before a period and those filed in it.
  init(
    _ inputs: [DocketInput], from start: Period,
    resolved: (_ t: Int, _ opening: [Double], _ filed: [Double]) -> [Double]
  ) throws(Diagnostic) {
    try DocketInput.check(inputs)
    var open = inputs.map(\.opening)
    var steps = inputs.map { _ in [StockFlowStep]() }
    for t in 0..<inputs[0].filings.count {
      let filed = inputs.map { $0.filings[t] }
      let closed = resolved(t, open, filed)
      for k in inputs.indices {
        let step = StockFlowStep(
          period: start.advanced(by: t), opening: open[k], filed: filed[k], resolved: closed[k])
        steps[k].append(step)
        open[k] = step.closing
      }
    }
    dockets = zip(inputs, steps).map { Docket(name: $0.name, steps: $1) }
  }
}
