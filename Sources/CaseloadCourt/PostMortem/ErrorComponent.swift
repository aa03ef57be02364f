import CaseloadData

/// A part of what a projection of pending cases missed.
public enum ErrorComponent: String, Codable, Sendable, CaseIterable {
  /// More or fewer cases were pending at the start than the projection set out from.
  case opening
  /// More or fewer filings than planned.
  case intake
  /// Filings were of heavier or lighter types than planned; only where pending is counted in minutes.
  case intakeMix
  /// More or fewer judges than planned.
  case staffing
  /// More or less output a judge than planned: minutes of work where weights are known, else cases.
  case productivity
  /// Judges and their output together, where no number of judges tells them apart.
  case capacity
  /// More or fewer minutes a case of the same type than planned.
  case caseLength
  /// Closings were of heavier or lighter types than planned.
  case mix
  /// The cases pending at the start of a period were not those pending at the end of the one before.
  case restatement
  /// opening + filings − resolved is not what was pending at the end: transfers, reopenings,
  /// corrections. Shown as it is, never spread over the others.
  case unexplained

  /// As a table names it.
  public var name: Text {
    switch self {
    case .opening: Text(en: "opening", zh: "期初存案")
    case .intake: Text(en: "intake", zh: "收案")
    case .intakeMix: Text(en: "mix of filings", zh: "收案结构")
    case .staffing: Text(en: "staffing", zh: "法官人数")
    case .productivity: Text(en: "productivity", zh: "人均产出")
    case .capacity: Text(en: "staffing and productivity", zh: "人数与人均产出")
    case .caseLength: Text(en: "length of cases", zh: "案均耗时")
    case .mix: Text(en: "mix of closings", zh: "结案结构")
    case .restatement: Text(en: "restatement", zh: "期初调整")
    case .unexplained: Text(en: "unexplained", zh: "未解释")
    }
  }

  /// Whether it acts on how many cases are resolved.
  public var isOfResolved: Bool {
    switch self {
    case .staffing, .productivity, .capacity, .caseLength, .mix: true
    default: false
    }
  }

  /// What happened where it raised (`isRaising`) or lowered the number pending.
  public func event(isRaising: Bool) -> Text {
    switch self {
    case .opening:
      isRaising
        ? Text(en: "more cases pending at the start", zh: "期初存案多于预计")
        : Text(en: "fewer cases pending at the start", zh: "期初存案少于预计")
    case .intake:
      isRaising
        ? Text(en: "filings above plan", zh: "收案多于预计")
        : Text(en: "filings below plan", zh: "收案少于预计")
    case .intakeMix:
      isRaising
        ? Text(en: "filings of heavier types", zh: "收案类型偏重")
        : Text(en: "filings of lighter types", zh: "收案类型偏轻")
    case .staffing:
      isRaising
        ? Text(en: "fewer judges than planned", zh: "法官少于计划")
        : Text(en: "more judges than planned", zh: "法官多于计划")
    case .productivity:
      isRaising
        ? Text(en: "less output a judge", zh: "人均产出低于计划")
        : Text(en: "more output a judge", zh: "人均产出高于计划")
    case .capacity:
      isRaising
        ? Text(en: "less capacity than planned", zh: "办案能力低于计划")
        : Text(en: "more capacity than planned", zh: "办案能力高于计划")
    case .caseLength:
      isRaising
        ? Text(en: "longer cases", zh: "案均耗时更长")
        : Text(en: "shorter cases", zh: "案均耗时更短")
    case .mix:
      isRaising
        ? Text(en: "closings of heavier types", zh: "结案类型偏重")
        : Text(en: "closings of lighter types", zh: "结案类型偏轻")
    case .restatement:
      isRaising
        ? Text(en: "openings restated upwards", zh: "期初数上调")
        : Text(en: "openings restated downwards", zh: "期初数下调")
    case .unexplained:
      isRaising
        ? Text(en: "cases that no filing accounts for", zh: "无对应收案的存案增加")
        : Text(en: "cases that no closing accounts for", zh: "无对应结案的存案减少")
    }
  }
}

/// One component's part of an error, in cases or minutes; above zero where it left more pending.
public struct ErrorContribution: Codable, Sendable, Equatable {
  public let component: ErrorComponent
  public let value: Double

  public init(_ component: ErrorComponent, _ value: Double) {
    self.component = component
    self.value = value
  }
}

/// How a product of factors that all changed is shared among them.
public enum SplitMethod: String, Codable, Sendable, CaseIterable {
  /// The mean over all orders in which the factors can change: no order is preferred.
  case shapley
  /// One after the other in planned order: judges, output, length of cases, mix.
  case sequential
  /// In proportion to the logarithms of the changes.
  case divisia
}

/// What pending cases are counted in.
public enum PendingMeasure: String, Codable, Sendable, CaseIterable {
  case cases
  /// Minutes of work by the planned weights.
  case minutes
}
